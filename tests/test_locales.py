"""What the other modules take from CLDR."""

from __future__ import annotations

import pytest

from leaflets.errors import TranslationError
from leaflets.locales import default_paper, list_text, number_signs, parse_locale, text_direction


@pytest.mark.parametrize(
    ("tag", "paper"),
    [("en-US", "letter"), ("en-GB", "a4"), ("es-US", "letter"), ("es-ES", "a4"), ("es-MX", "letter"),
     ("fil-PH", "letter"), ("de", "a4"), ("en", "letter"), ("hi", "a4")],
)  # fmt: skip
def test_the_territory_decides_the_paper(tag: str, paper: str) -> None:
    assert default_paper(tag) == paper


@pytest.mark.parametrize("tag", ["", "xx-YY", "../etc", "en_US_x_y_z", "1", "en-" + "a" * 500])
def test_nonsense_is_refused(tag: str) -> None:
    with pytest.raises(TranslationError):
        parse_locale(tag)


def test_lists_directions_and_signs() -> None:
    assert list_text(["a", "b", "c"], "en-US", style="or") == "a, b, or c"
    assert list_text(["a", "b", "c"], "en-GB", style="or") == "a, b or c"
    assert (text_direction("ar"), text_direction("en-US")) == ("rtl", "ltr")
    assert number_signs("de") == (",", "\u202f", 1)
    assert number_signs("es")[2] == 2
