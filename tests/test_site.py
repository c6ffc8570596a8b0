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
        ('[site]\nlogo = "a\\u0000.svg"\n', "site-logo", 2),
        (f'[site]\nlogo = "{"a" * 300}.svg"\n', "site-logo", 2),
        ('[site]\nlogo = "loop.svg"\n', "site-logo", 2),
        ('[site]\nlogo = "leaflets.toml"\n', "site-logo", 2),
        ('[site]\naddress = """\nlogo street\n"""\nlogo = "none.svg"\n', "site-logo", 5),
        ('[site]\ncolour = "#123456"\ncolor = "#888888"\n', "site-contrast", 3),
        ("site = {name = 3}\n", "site-type", 1),
        ("[site\n", "site-config", 1),
        ('[site]\nname = "x\n', "site-config", 2),
        ("site = 3\n", "site-config", 1),
        ("[[site]]\n", "site-config", 1),
    ],
)
def test_faults_have_a_place(tmp_path: Path, text: str, rule: str, line: int | None) -> None:
    (tmp_path / "loop.svg").symlink_to("loop.svg")
    with pytest.raises(ContentError) as caught:
        read_site(config(tmp_path, text))
    problem = caught.value.problems[-1]
    assert (problem.rule, problem.line) == (rule, line)
    assert problem.file == str(tmp_path / "leaflets.toml")


def test_a_logo_must_be_small_and_inside_whatever_links_say(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (tmp_path / "outside.svg").write_text("<svg/>", encoding="utf-8")
    (project / "link.svg").symlink_to("../outside.svg")
    (project / "large.png").write_bytes(bytes(500_001))
    for name, message in (("link.svg", "lies outside"), ("large.png", "more than 500 kB")):
        with pytest.raises(ContentError, match=message):
            read_site(config(project, f'[site]\nlogo = "{name}"\n'))


def test_bytes_that_are_no_text_have_a_line(tmp_path: Path) -> None:
    (tmp_path / "leaflets.toml").write_bytes(b'[site]\nname = "\xff"\n')
    with pytest.raises(ContentError) as caught:
        read_site(tmp_path)
    assert [(p.rule, p.line) for p in caught.value.problems] == [("site-config", 2)]


@pytest.mark.parametrize(
    ("text", "site"),
    [
        ('\ufeff[site]\r\nname = "x"\r\n', Site(name="x")),
        ('[site]\nlogo = ""\ncolor = ""\n', Site()),
        ('[site]\ncolor = "#123"\n', Site(color="#112233")),
    ],
)
def test_what_people_write_is_taken(tmp_path: Path, text: str, site: Site) -> None:
    (tmp_path / "leaflets.toml").write_bytes(text.encode())
    assert read_site(tmp_path) == (site, ())


def test_the_measured_contrast_is_never_rounded_up_to_enough(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"6\.99:1"):
        read_site(config(tmp_path, '[site]\ncolor = "#655650"\n'))


def test_contrast_is_that_of_wcag() -> None:
    assert contrast_on_white("#000000") == pytest.approx(21)
    assert contrast_on_white("#ffffff") == pytest.approx(1)
    assert contrast_on_white("#767676") == pytest.approx(4.54, abs=0.01)
