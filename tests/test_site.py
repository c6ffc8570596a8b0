"""The site's config: what is wrong in it is said with a line."""

from __future__ import annotations

from pathlib import Path

import pytest

from leaflets.errors import ContentError
from leaflets.site import Site, contrast_on_white, read_site


def config(folder: Path, text: str) -> Path:
    (folder / "leaflets.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_whole_config(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text("<svg/>", encoding="utf-8")
    text = '[site]\nname = "Corner"\naddress = "1 Main"\nphone = "555"\nlogo = "logo.svg"\ncolor = "#1a4f6e"\n'
    site, problems = read_site(config(tmp_path, text))
    assert (site, problems) == (Site("Corner", "1 Main", "555", tmp_path / "logo.svg", "#1a4f6e"), ())


def test_none_is_an_empty_site(tmp_path: Path) -> None:
    assert read_site(tmp_path) == (Site(), ())


def test_an_unknown_key_is_a_warning_with_a_guess(tmp_path: Path) -> None:
    _, (problem,) = read_site(config(tmp_path, '[site]\nnmae = "x"\n'))
    assert (problem.severity.value, problem.line, problem.hint) == ("warning", 2, "did you mean 'name'?")


@pytest.mark.parametrize(
    ("text", "rule", "line"),
    [
        ("[site]\nname = 3\n", "site-type", 2),
        ('[site]\n\ncolor = "blue"\n', "site-color", 3),
        ('[site]\ncolor = "#88aacc"\n', "site-contrast", 2),
        ('[site]\nlogo = "../logo.svg"\n', "site-logo", 2),
        ('[site]\nlogo = "none.svg"\n', "site-logo", 2),
        ("[site\n", "site-config", None),
        ("site = 3\n", "site-config", None),
    ],
)
def test_faults_have_a_place(tmp_path: Path, text: str, rule: str, line: int | None) -> None:
    with pytest.raises(ContentError) as caught:
        read_site(config(tmp_path, text))
    problem = caught.value.problems[-1]
    assert (problem.rule, problem.line) == (rule, line)
    assert problem.file == str(tmp_path / "leaflets.toml")


def test_contrast_is_that_of_wcag() -> None:
    assert contrast_on_white("#000000") == pytest.approx(21)
    assert contrast_on_white("#ffffff") == pytest.approx(1)
    assert contrast_on_white("#767676") == pytest.approx(4.54, abs=0.01)
