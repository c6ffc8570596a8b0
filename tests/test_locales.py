"""What the other modules take from CLDR."""

from __future__ import annotations

from decimal import Decimal

import pytest

from leaflets.errors import TranslationError
from leaflets.locales import (
    canonical_tag,
    default_paper,
    list_text,
    number_signs,
    parse_locale,
    percent_space,
    plural_category,
    range_words,
    text_direction,
)


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
    assert [number_signs(tag)[2] for tag in ("es", "es-ES", "it", "pl", "pt-PT")] == [2] * 5
    assert [number_signs(tag)[2] for tag in ("es-419", "es-US", "es-MX", "pt-BR", "en")] == [1] * 5
    assert (number_signs("en-US")[1], number_signs("ru")[1], number_signs("de-CH")[:2]) == (",", "\u202f", (".", "’"))


def test_ranges_percent_plurals_and_capitals() -> None:
    assert [range_words(tag) for tag in ("en-US", "es", "ja")] == ["\u2060–\u2060", "\u2060-\u2060", "\u2060～\u2060"]
    assert [percent_space(tag) for tag in ("en-US", "de", "ru", "fr")] == ["", "\u00a0", "\u00a0", "\u00a0"]
    assert [plural_category(Decimal(n), "ru") for n in ("1", "2", "5", "1.5")] == ["one", "few", "many", "other"]
    assert [canonical_tag(tag) for tag in ("EN-us", "zh-hant-tw")] == ["en-US", "zh-Hant-TW"]
