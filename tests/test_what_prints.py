"""What prints: approved text clean, anything else marked on every page and at its block, missing text refused."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from leaflets.build import build_one
from leaflets.cli import main
from leaflets.errors import ExitCode
from leaflets.jobs import Job, Outcome
from leaflets.kit import forget_kits, load_kit
from leaflets.pdf import extract_text, logical_text
from leaflets.phrases import NOT_TRANSLATED, UNSURE
from leaflets.pofile import Po, PoEntry, read_po, write_po

from .test_abroad import ARABIC, BLOCKS, BODY

GERMAN = (
    "Testamol lindert Schmerzen.",
    "**Übliche Dosis:** Nehmen Sie alle 6 Stunden 25–50 mg ein, höchstens 4\u202f000 mg/Tag.",
    "**Nieren:** <30 ml/min: 25 mg (Testamol XR).",
    "Allergie gegen Testamol",
)
TEXTS = {"de": ("de-DE", GERMAN), "ar": ("ar-EG", ARABIC)}
WHO = ("--who", "R. Example", "--role", "pharmacist")
CASES = pytest.mark.parametrize("language", ["de", "ar"])


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one monograph, translated into German and Arabic; long enough for two pages in large print."""
    (tmp_path / "leaflets.toml").write_text("", encoding="utf-8")
    source = tmp_path / "content/monographs/testamol.md"
    source.parent.mkdir(parents=True)
    source.write_text(f"---\ntitle: Testamol\nis_banned: false\n---\n{BODY}", encoding="utf-8")
    for language, (_, texts) in TEXTS.items():
        pairs = [
            ("patient/title", "Testamol", "Testamol"),
            *(("patient", b, t) for b, t in zip(BLOCKS, texts, strict=True)),
        ]
        entries = tuple(PoEntry(*pair) for pair in pairs)
        path = tmp_path / "content/locale" / language / "testamol.po"
        path.parent.mkdir(parents=True)
        path.write_bytes(write_po(Po(str(path), entries, "", {"Language": language, "X-Monograph": "testamol"})))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def approve(language: str, *more: str) -> None:
    result = CliRunner().invoke(main, ["translate", "approve", *more, "--locale", language, "--all", *WHO])
    assert result.exit_code == 0, result.output
    forget_kits()


def approve_all(language: str) -> None:
    approve(language, "content/monographs/testamol.md")
    approve(language, "--interface")


def edit(language: str, old: str, new: str) -> None:
    path = Path("content/locale") / language / "testamol.po"
    po = read_po(path.read_bytes(), str(path))
    entries = tuple(replace(entry, target=entry.target.replace(old, new)) for entry in po.entries)
    assert entries != po.entries
    path.write_bytes(write_po(replace(po, entries=entries)))


def job(project: Path, language: str, **more: object) -> Job:
    source = project / "content/monographs/testamol.md"
    made = Job(
        str(source), "testamol", "patient", TEXTS[language][0], "standard", "a4", str(project / "out"), str(project)
    )
    return replace(made, **more)  # type: ignore[arg-type]


def built(project: Path, language: str, **more: object) -> Outcome:
    outcome = build_one(job(project, language, **more))
    assert outcome.status == "built", outcome.problems
    return outcome


def pages(project: Path, outcome: Outcome) -> list[str]:
    data = (project / "out" / (outcome.path or "")).read_bytes()
    printed, logical = extract_text(data).split("\f"), logical_text(data).split("\f")
    both = zip(printed, logical if len(logical) == len(printed) else printed, strict=True)
    return [" ".join(f"{page} {told}".split()) for page, told in both]


def html_of(project: Path, language: str, **more: object) -> str:
    return (project / "out" / (built(project, language, format="html", **more).path or "")).read_text(encoding="utf-8")


def says(page: str, text: str) -> bool:
    """Whether a page has the words of a text in the foot, which no logical text tells.

    Where a line ends in it, what is read off a page from right to left has its words in another order, and vowel signs
    stand apart from their words.
    """
    marked = [word for word in text.split() if any(map(unicodedata.combining, word))]
    return all(word in page for word in text.split() if word not in marked)


def unsure(html: str) -> list[str]:
    found = re.findall(
        r'<(?:p|li|tr|h1)[^>]* class="[^"]*\bunsure\b[^"]*"[^>]*>(.*?)</(?:p|li|tr|h1)>', html, re.DOTALL
    )
    return [re.sub(r"\s+", " ", re.sub("<[^>]*>", "", text)).strip() for text in found]


@CASES
def test_approved_pairs_and_words_print_clean(project: Path, language: str) -> None:
    approve_all(language)
    outcome = built(project, language)
    assert not outcome.draft
    interface = load_kit(project).interface(TEXTS[language][0])
    for page in pages(project, outcome):
        assert "R. Example" in page
        assert NOT_TRANSLATED not in page
        assert not says(page, interface.gettext(NOT_TRANSLATED))
        assert interface.gettext(UNSURE) not in page
    html = html_of(project, language)
    assert unsure(html) == []
    assert "unsure" not in html
    assert built(project, language, strict=True).draft is False


@CASES
def test_pairs_without_the_words_are_a_draft(project: Path, language: str) -> None:
    approve(language, "content/monographs/testamol.md")
    assert built(project, language).draft
    assert unsure(html_of(project, language)) == []


@CASES
def test_one_edited_pair_makes_a_draft_and_is_marked_alone(project: Path, language: str) -> None:
    approve_all(language)
    old, new = {"de": ("Allergie gegen", "Überempfindlichkeit gegen"), "ar": ("حساسية من", "تحسس من")}[language]
    edit(language, old, new)
    outcome = built(project, language, edition="large-print")
    assert outcome.draft
    interface = load_kit(project).interface(TEXTS[language][0])
    found = pages(project, outcome)
    assert len(found) > 1
    for page in found:
        assert says(page, NOT_TRANSLATED)
        assert says(page, interface.gettext(NOT_TRANSLATED))
        assert "R. Example" not in page
    assert interface.gettext(UNSURE) in found[0]
    html = html_of(project, language)
    assert [text for text in unsure(html) if text.startswith(new)] == unsure(html) != []
    # What the box of the most important points says of it is marked as well; nothing else there is.
    assert html.count('<div class="text unsure">') == 1
    strict = build_one(job(project, language, strict=True))
    assert (strict.code, strict.problems[-1].rule) == (ExitCode.TRANSLATION, "not-approved")


def test_a_title_that_nobody_approved_is_marked(project: Path) -> None:
    approve_all("de")
    path = Path("content/locale/de/testamol.po")
    po = read_po(path.read_bytes(), str(path))
    entries = tuple(replace(e, target="Testamolum") if e.context.endswith("/title") else e for e in po.entries)
    path.write_bytes(write_po(replace(po, entries=entries)))
    assert unsure(html_of(project, "de")) == ["Testamolum"]
    assert built(project, "de").draft


@CASES
def test_missing_text_is_refused_or_boxed(project: Path, language: str) -> None:
    approve_all(language)
    path = Path("content/locale") / language / "testamol.po"
    po = read_po(path.read_bytes(), str(path))
    entries = tuple(e for e in po.entries if e.source != BLOCKS[0] and not e.context.endswith("/title"))
    path.write_bytes(write_po(replace(po, entries=entries)))
    refused = build_one(job(project, language))
    assert (refused.status, refused.code) == ("failed", ExitCode.TRANSLATION)
    assert {p.rule for p in refused.problems if p.severity.value == "error"} == {"translation-missing"}
    assert not (project / "out").joinpath(TEXTS[language][0], "patient", "testamol.pdf").exists()
    assert build_one(job(project, language, strict=True)).code is ExitCode.TRANSLATION

    outcome = built(project, language, draft=True)
    assert outcome.draft
    interface = load_kit(project).interface(TEXTS[language][0])
    for page in pages(project, outcome):
        assert says(page, NOT_TRANSLATED)
        assert says(page, interface.gettext(NOT_TRANSLATED))
    html = html_of(project, language, draft=True)
    (box,) = re.findall(r'<div class="foreign" lang="en" dir="ltr">(.*?)</div>', html, re.DOTALL)
    assert "Testamol treats pain." in box
    assert interface.gettext("In English – not translated yet") in box
    assert re.search(r'<h1 class="size-0 foreign" lang="en" dir="ltr">Testamol</h1>', html)
    assert unsure(html) == []
