"""Two locales side by side: the same on both sides of each row, nothing lost on either, the states of both."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from leaflets.build import build_one, read_checked
from leaflets.cli import main
from leaflets.errors import ExitCode
from leaflets.fitting import assemble
from leaflets.html import style_files
from leaflets.jobs import Job
from leaflets.keeping import up_to_date
from leaflets.kit import forget_kits, load_kit
from leaflets.leaflet import KeyPoint, LeafletSection, Node, Span
from leaflets.pdf import logical_text
from leaflets.phrases import NOT_TRANSLATED
from leaflets.pofile import read_po, write_po
from leaflets.sides import Row, rows_of

from .conftest import ROOT, demo_files
from .test_abroad import ARABIC
from .test_html import everything
from .test_what_prints import TEXTS, WHO, approve_all, edit, job, pages, project, says

__all__ = ["project"]
MD = "content/monographs/testamol.md"


def both(project: Path, language: str, beside: str = "en-US", **more: object) -> Job:
    return job(project, language, bilingual=beside, **more)


def html(project: Path, wanted: Job) -> str:
    outcome = build_one(replace(wanted, format="html"))
    assert outcome.status == "built", outcome.problems
    return (project / "out" / (outcome.path or "")).read_text(encoding="utf-8")


def sides(text: str) -> list[tuple[str, str]]:
    """What a reader reads on both sides of each row."""
    cells = re.findall(
        r'<div class="side (?:main|other)[^>]*>(.*?)</div>\n(?=<div class="side|</div>)', text, re.DOTALL
    )
    bare = [re.sub("[ \n]+", " ", re.sub("<[^>]*>", "", cell)).strip() for cell in cells]
    return list(zip(bare[::2], bare[1::2], strict=True))


def test_each_row_says_the_same_on_both_sides(project: Path) -> None:
    rows = sides(html(project, both(project, "ar")))
    assert ("يعالج Testamol الألم.", "Testamol treats pain.") in rows
    dose = ARABIC[1].replace("**", "")
    assert (dose, "Usual dose: Take 25–50 mg every 6 hours, at most 4,000 mg/day.") in [
        tuple(text.replace("\u00a0", " ").replace("\u2060", "") for text in row) for row in rows
    ]
    assert all(one and two for one, two in rows)
    # Numbers take the form of their own side.
    rows = sides(html(project, both(project, "de", "ar-EG")))
    assert any("4\u202f000\u00a0mg/Tag" in one and "4,000\u00a0ملغ" in two for one, two in rows)


def test_each_side_has_its_language_and_direction(project: Path) -> None:
    text = html(project, both(project, "de", "ar-EG"))
    assert '<html lang="de-DE" dir="ltr"' in text
    assert '<div class="side main in-Latn in-de" lang="de-DE" dir="ltr">' in text
    assert '<div class="side other in-Arab in-ar" lang="ar-EG" dir="rtl">' in text
    text = html(project, both(project, "ar", "de-DE"))
    assert '<html lang="ar-EG" dir="rtl"' in text
    assert '<div class="side other in-Latn in-de" lang="de-DE" dir="ltr">' in text
    # A name in Latin letters is held together on the Arabic side, on the German one it needs nothing.
    assert '<span dir="ltr">Testamol XR</span>' in text
    assert "(Testamol XR)" in text


@pytest.mark.parametrize(("language", "beside"), [("ar", "en-US"), ("de", "ar-EG"), ("ar", "de-DE")])
@pytest.mark.parametrize("edition", ["standard", "large-print"])
def test_nothing_is_lost_on_either_side(project: Path, language: str, beside: str, edition: str) -> None:
    outcome = build_one(both(project, language, beside, edition=edition))
    assert outcome.status == "built", outcome.problems
    large = ".large-print" if edition == "large-print" else ""
    assert outcome.path == f"{TEXTS[language][0]}/patient/testamol{large}.bilingual-{beside}.pdf"
    said = " ".join(logical_text((project / "out" / outcome.path).read_bytes()).split())
    for known in (language, beside.split("-")[0]):
        for word in re.findall(r"[^\W\d_]{3,}", " ".join(TEXTS[known][1]).replace("*", "")) if known in TEXTS else ():
            assert word in said, word


@pytest.mark.parametrize("side", ["main", "other"])
def test_a_side_that_is_lost_is_found(project: Path, side: str) -> None:
    """The proof must be able to fail: a style that hides the items of one side."""
    styles = project / "styles"
    styles.mkdir()
    own = (ROOT / "styles/bilingual.css").read_text(encoding="utf-8")
    (styles / "bilingual.css").write_text(f"{own}.{side} li {{ display: none }}", encoding="utf-8")
    forget_kits()
    outcome = build_one(both(project, "ar", "de-DE"))
    assert {p.rule for p in outcome.problems if p.severity.value == "error"} == {"pdf-lost"}


@pytest.mark.parametrize("broken", ["de", "ar"])
def test_what_is_missing_on_either_side_is_refused(project: Path, broken: str) -> None:
    path = Path("content/locale") / broken / "testamol.po"
    po = read_po(path.read_bytes(), str(path))
    path.write_bytes(write_po(replace(po, entries=po.entries[:-1])))
    wanted = both(project, "de", "ar-EG")
    outcome = build_one(wanted)
    assert (outcome.status, outcome.code) == ("failed", ExitCode.TRANSLATION)
    assert f"in {TEXTS[broken][0]}" in next(p.message for p in outcome.problems if p.rule == "translation-missing")
    assert not list((project / "out").rglob("*.pdf"))
    drawn = html(project, replace(wanted, draft=True))
    assert drawn.count('<div class="foreign" lang="en" dir="ltr">') == 1


def test_it_is_a_draft_until_both_sides_are_approved(project: Path) -> None:
    approve_all("ar")
    outcome = build_one(both(project, "ar"))
    assert outcome.draft
    assert all(says(page, "Draft – not reviewed by a pharmacist") for page in pages(project, outcome))
    assert build_one(both(project, "ar", strict=True)).code is ExitCode.CONTENT
    result = CliRunner().invoke(main, ["review", "approve", MD, "--variant", "patient", *WHO])
    assert result.exit_code == 0, result.output
    outcome = build_one(both(project, "ar", strict=True))
    assert (outcome.status, outcome.draft) == ("built", False)
    assert not any("Draft" in page for page in pages(project, outcome))
    edit("ar", "حساسية من", "تحسس من")
    outcome = build_one(both(project, "ar"))
    assert outcome.draft
    assert all(says(page, NOT_TRANSLATED) for page in pages(project, outcome))
    assert build_one(both(project, "ar", strict=True)).code is ExitCode.TRANSLATION


def test_the_states_of_both_sides_stand_on_each_page(project: Path) -> None:
    approve_all("de")
    found = pages(project, build_one(both(project, "de", "ar-EG", edition="large-print")))
    interface = load_kit(project).interface("ar-EG")
    assert len(found) > 1
    for page in found:
        assert "R. Example" in page
        assert says(page, interface.gettext(NOT_TRANSLATED))


def test_it_is_cached_by_both_sides(project: Path) -> None:
    wanted = both(project, "de", "ar-EG")
    first = build_one(wanted)
    again = up_to_date(wanted)
    assert again is not None
    assert (again.status, again.sha256) == ("cached", first.sha256)
    assert again.to_json()["bilingual"] == "ar-EG"
    assert up_to_date(replace(wanted, bilingual="en-US")) is None
    for language, old, new in (("ar", "حساسية من", "تحسس من"), ("de", "Allergie gegen", "Überempfindlich gegen")):
        edit(language, old, new)
        assert up_to_date(wanted) is None
        assert build_one(wanted).sha256 != first.sha256
        assert up_to_date(wanted) is not None
    alone = build_one(replace(wanted, bilingual=""))
    assert "bilingual" not in alone.to_json()
    assert (alone.path or "").endswith("/testamol.pdf")
    assert build_one(wanted).sha256 == build_one(wanted).sha256


def test_the_command(project: Path) -> None:
    def run(*more: str, code: int = 0) -> str:
        result = CliRunner().invoke(main, ["build", "content/monographs", "--variant", "patient", *more])
        assert result.exit_code == code, result.output
        return result.output

    run("--locale", "ar-EG", "--bilingual", "en-us", "--output", "o")
    (line,) = [json.loads(one) for one in Path("o/manifest.jsonl").read_text(encoding="utf-8").splitlines()]
    assert (line["locale"], line["bilingual"]) == ("ar-EG", "en-US")
    assert line["path"] == "ar-EG/patient/testamol.bilingual-en-US.pdf"
    pdf = Path("o") / line["path"]
    assert "1 up to date" in run("--locale", "ar-EG", "--bilingual", "en-US", "--output", "o")
    assert "beside itself" in run("--locale", "de-DE", "--bilingual", "de-DE", code=2)
    run("--locale", "de-DE", "--bilingual", "xx-YY", code=ExitCode.TRANSLATION)

    def state() -> str:
        command = [sys.executable, "-m", "leaflets", "verify", str(pdf), "--source", "content/monographs", "--json"]
        result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        return str(json.loads(result.stdout)["state"])

    assert state() == "current"
    edit("ar", "حساسية من", "تحسس من")
    assert state() == "stale"
    Path(MD).unlink()
    Path("content/monographs/other.md").write_text(
        "---\ntitle: Other\n---\n## Usage\nOther is for pain.\n", encoding="utf-8"
    )
    run("--locale", "en-US", "--output", "o", "--prune")
    assert not pdf.exists()


@pytest.mark.parametrize("tag", ["de-DE", "ta-IN"])
def test_a_long_heading_fits_half_a_page_in_large_print(tag: str, tmp_path: Path) -> None:
    source = ROOT / "content/monographs/metformin.md"
    wanted = Job(
        str(source), source.stem, "clinician", tag, "large-print", "a4", str(tmp_path), str(ROOT), draft=True,
        bilingual="en-US",
    )  # fmt: skip
    outcome = build_one(wanted)
    assert outcome.path is not None, outcome.problems


def test_the_demo_monographs_are_whole_beside_english(tmp_path: Path) -> None:
    for source in demo_files():
        for variant in ("patient", "clinician"):
            wanted = Job(
                str(source), source.stem, variant, "hi-IN", "standard", "a4", str(tmp_path), str(ROOT), draft=True,
                bilingual="en-US",
            )  # fmt: skip
            outcome = build_one(wanted)
            stopped = source.stem == "rofecoxib" and variant == "patient"
            assert outcome.status == ("failed" if stopped else "built"), outcome.problems


def test_rows_hold_every_block_of_both_sides() -> None:
    kit = load_kit(ROOT)
    for source in demo_files():
        monograph = read_checked(source, str(source), ROOT)[1]
        for variant in ("patient", "clinician"):
            wanted = Job(str(source), source.stem, variant, "de-DE", "standard", "a4", "", str(ROOT), bilingual="en-US")
            made = assemble(monograph, kit, wanted)
            if made.leaflet is None or made.leaflet.beside is None:
                continue
            rows = rows_of(made.leaflet, made.leaflet.beside)
            for side, leaflet in enumerate((made.leaflet, made.leaflet.beside)):
                cells = [row.other if side else row.main for row in rows if row.kind == "node"]
                shown = [block for cell in cells if isinstance(cell, Node) for block in cell.blocks]
                assert sorted(shown) == sorted(blocks_of(leaflet.sections))
            for row in rows:
                if isinstance(row.main, Node) and isinstance(row.other, Node):
                    assert row.main.blocks == row.other.blocks


def blocks_of(sections: tuple[LeafletSection, ...]) -> list[str]:
    def of(node: Node) -> list[str]:
        return [*node.blocks, *(block for child in node.children for block in of(child))]

    return [
        block
        for section in sections
        for block in [*(one for node in section.nodes for one in of(node)), *blocks_of(section.sections)]
    ]


def test_what_one_side_lacks_leaves_its_place_empty() -> None:
    leaflet = everything()

    def section(*blocks: str) -> LeafletSection:
        nodes = tuple(Node("paragraph", ((Span(block),),), blocks=(block,)) for block in blocks)
        return LeafletSection("x", "X", 1, nodes=nodes)

    point = KeyPoint("A", "stop", ((Span("a"),),), ("a",))
    one = replace(leaflet, sections=(section("a", "b", "d"),), key_points=(point,))
    two = replace(leaflet, sections=(section("a", "c", "d"),), key_points=(replace(point, blocks=("b",)),))
    rows = rows_of(one, two)
    found = [(row.main and row.main.blocks, row.other and row.other.blocks) for row in rows if row.kind == "node"]  # type: ignore[union-attr]
    assert found == [(("a",), ("a",)), (("b",), None), (None, ("c",)), (("d",), ("d",))]
    # A point that both draw from other blocks would not say the same on both sides.
    assert not [row for row in rows if row.kind in ("key", "point")]


def test_a_long_row_may_break() -> None:
    assert Row("text", "x" * 2000, "").long
    assert not Row("text", "x", "").long


def test_styles_of_scripts_are_those_of_a_page_in_one() -> None:
    """`scripts.css` says again what the style sheet of each script says of a whole page."""
    text = (ROOT / "styles/scripts.css").read_text(encoding="utf-8")
    known = dict(re.findall(r"^\.in-(\w+) \{\n(.*?)\n\}", text, re.MULTILINE | re.DOTALL))
    files = [*sorted((ROOT / "styles").glob("script-*.css")), *sorted((ROOT / "styles").glob("language-*.css"))]
    assert len(files) > 10
    for path in files:
        own = re.search(r":root \{\n(.*?)\n\}", path.read_text(encoding="utf-8"), re.DOTALL)
        assert own is not None
        assert known[path.stem.split("-", 1)[1]] == own[1], path.name
    names = [path.name for path in style_files("patient", "standard", "a4", "en-US", (ROOT / "styles",), "ar-EG")]
    assert names[-2:] == ["scripts.css", "bilingual.css"]
    assert "abroad.css" in names
