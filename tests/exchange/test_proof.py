"""``leaflets translate proof``: everything that a reviewer has to see, and nothing lost on the way to paper."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from leaflets.approvals import Approval, append_approvals, approvals_of, gathered
from leaflets.chain import now
from leaflets.checking.model import Weight
from leaflets.checking.run import make_checker
from leaflets.exchange.extract import extract_source
from leaflets.exchange.findings import Checked, check_catalogue
from leaflets.exchange.proofing import File, Row, drawn_text, ranges, sheet_of
from leaflets.exchange.reassemble import catalogue_of
from leaflets.exchange.worddiff import likeness, word_pieces
from leaflets.inline import runs_of
from leaflets.kit import Kit, load_kit
from leaflets.pdf import extract_text, logical_text
from leaflets.pofile import Po, PoEntry, read_po, write_po

from ..conftest import ROOT

MD = "content/monographs/testamol.md"
PO = "content/locale/de/testamol.po"
BODY = """---
title: Testamol
is_banned: false
---
## Usage
Testamol treats pain.

## Contraindications
* Do not take with warfarin.
* Allergy to testamol
"""
GERMAN = {
    "Testamol": "Testamol", "Testamol treats pain.": "Testamol lindert Schmerzen.",
    "Do not take with warfarin.": "Mit Warfarin einnehmen.",  # the error that a reviewer must see
}  # fmt: skip
WHO = ("--who", "R. Example", "--role", "translator")


def run(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    """The program, as from a shell."""
    return subprocess.run(
        [sys.executable, "-m", "leaflets", *args], cwd=folder, capture_output=True, text=True, check=False, timeout=120
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """One monograph, half translated into German, one pair of it approved and then changed."""
    (tmp_path / "leaflets.toml").write_text("", encoding="utf-8")
    (tmp_path / MD).parent.mkdir(parents=True)
    (tmp_path / MD).write_text(BODY, encoding="utf-8")
    assert run(tmp_path, "translate", "extract", MD, "--locale", "de").returncode == 0
    path = tmp_path / PO
    text = path.read_text(encoding="utf-8")
    for source, target in GERMAN.items():
        text = text.replace(f'msgid "{source}"\nmsgstr ""', f'msgid "{source}"\nmsgstr "{target}"')
    path.write_text(text, encoding="utf-8")
    assert read_po(path.read_bytes(), PO) == read_po(write_po(read_po(path.read_bytes(), PO)), PO)
    # As if before there was a check for it: today nobody can approve the pair with the error.
    told = [(e.context, e.source, e.target) for e in read_po(path.read_bytes(), PO).entries if e.target]
    said = [Approval("de", path.stem, *pair, "approved", "R. Example", "translator", now()) for pair in told]
    append_approvals(approvals_of(path), said)
    path.write_text(text.replace("lindert Schmerzen", "lindert starke Schmerzen"), encoding="utf-8")
    return tmp_path


def proof(project: Path, *more: str, code: int = 0) -> str:
    out = run(project, "translate", "proof", MD, "--locale", "de", "--output", "p", *more)
    assert out.returncode == code, out.stdout + out.stderr
    return out.stdout


def test_a_proof_says_what_a_reviewer_must_know(project: Path) -> None:
    out = proof(project, "--format", "html")
    text = (project / "p/de/testamol.proof.html").read_text(encoding="utf-8")
    assert "<b>approved</b>: R. Example, translator" in text
    assert "<b>missing</b>" in text
    assert "Changed since approved by R. Example, translator" in text
    assert "<ins>starke </ins>" in text
    assert "1 negation became none" in text
    assert "patient: Nobody has approved them: no. 6" in text
    assert "patient: No translation: no. 8" in text
    assert "patient: Critical findings: no. 7" in text
    assert re.search(r"The program’s own words: \d+ of \d+ are not approved", text)
    assert "patient leaflet › Before you take it › Do not take it if any of these apply to you · item" in text
    assert "de/testamol.po:" in text
    assert text.count("☐ right") == text.count("☐ change:") == 8
    for name in ("Name", "Role", "Date", "Signature"):
        assert f'<th scope="row">{name}</th>' in text
    assert '<p class="text side in-Latn in-de" lang="de" dir="ltr">' in text
    assert "<script" not in text
    assert not re.search(r"""(?:src|href)=|url\(|@import|https?://""", text)
    assert "[en]" not in text
    assert len(out.split()) == 3  # the proof, and both leaflets as they would print


def test_a_proof_on_paper_loses_nothing(project: Path) -> None:
    proof(project)
    data = (project / "p/de/testamol.proof.pdf").read_bytes()
    found = extract_text(data).split("\f")
    said = " ".join(" ".join(found).split())
    for piece in (*GERMAN, "Testamol lindert starke Schmerzen.", "Mit Warfarin einnehmen.", "Allergy to testamol"):
        assert piece in said, piece
    assert all("Draft for review – not for patients" in page for page in found)
    assert (project / "p/de/patient/testamol.pdf").is_file()
    assert "Draft" in extract_text((project / "p/de/patient/testamol.pdf").read_bytes())
    proof(project)
    assert (project / "p/de/testamol.proof.pdf").read_bytes() == data


def test_a_text_that_a_style_hides_is_found(project: Path) -> None:
    """The proof of the proof must be able to fail."""
    (project / "styles").mkdir()
    own = (ROOT / "styles/proof.css").read_text(encoding="utf-8")
    (project / "styles/proof.css").write_text(f"{own} .target .text {{ display: none }}", encoding="utf-8")
    out = run(project, "translate", "proof", MD, "--locale", "de", "--output", "p")
    assert out.returncode == 6
    assert "is not in the finished file [pdf-lost]" in out.stderr
    assert not (project / "p/de/testamol.proof.pdf").exists()


def test_a_proof_from_right_to_left_is_whole(project: Path) -> None:
    path = project / "content/locale/ar/testamol.po"
    assert run(project, "translate", "extract", MD, "--locale", "ar").returncode == 0
    text = path.read_text(encoding="utf-8")
    text = text.replace(
        'msgid "Testamol treats pain."\nmsgstr ""', 'msgid "Testamol treats pain."\nmsgstr "يعالج Testamol الألم."'
    )
    path.write_text(text, encoding="utf-8")
    (path.parent / "terms.csv").write_text("source,target\npain,ألم|وجع\n", encoding="utf-8")
    out = run(project, "translate", "proof", MD, "--locale", "ar", "--output", "p", "--variant", "patient")
    assert out.returncode == 0, out.stderr
    said = " ".join(logical_text((project / "p/ar/testamol.proof.pdf").read_bytes()).split())
    for word in ("يعالج", "Testamol", "الألم", "Arabic", "Term: pain"):
        assert word in said, word
    assert run(
        project, "translate", "proof", MD, "--locale", "ar", "--output", "p", "--variant", "patient", "--format", "html"
    ).returncode == 0  # fmt: skip
    html = (project / "p/ar/testamol.proof.html").read_text(encoding="utf-8")
    assert (
        '<p class="text side in-Arab in-ar" lang="ar" dir="rtl">يعالج <span dir="ltr">Testamol</span> الألم.</p>'
        in html
    )


def test_the_account_for_programs(project: Path) -> None:
    (account,) = json.loads(proof(project, "--json"))["proofs"]
    assert account["paths"][0] == "p/de/testamol.proof.pdf"
    assert account["variants"]["patient"] == {
        "texts": 4, "approved": 2, "not_approved": 1, "missing": 1, "critical": 1, "waived": 0,
        "blocking": {"not approved": "6", "missing": "8", "critical": "7"},
    }  # fmt: skip


def test_a_waived_finding_no_longer_keeps_it_back(project: Path) -> None:
    line = next(
        entry.line for entry in read_po((project / PO).read_bytes(), PO).live
        if "warfarin" in entry.source and entry.context.startswith("patient")
    )  # fmt: skip
    waiver = ("--line", str(line), "--rule", "negation", *WHO, "--reason", "to see it waived")
    assert run(project, "translate", "waive", PO, *waiver).returncode == 0
    (account,) = json.loads(proof(project, "--json", "--format", "html"))["proofs"]
    assert (account["variants"]["patient"]["critical"], account["variants"]["patient"]["waived"]) == (0, 1)
    text = (project / "p/de/testamol.proof.html").read_text(encoding="utf-8")
    assert "<b>waived:</b>" in text
    assert "R. Example, translator: to see it waived" in text


def test_a_leaflet_that_cannot_print_is_said(project: Path) -> None:
    path = project / PO
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Mit Warfarin einnehmen.", "Mit 5 mg Warfarin einnehmen."), encoding="utf-8")
    out = run(project, "translate", "proof", MD, "--locale", "de", "--output", "p", "--format", "html")
    assert out.returncode == 7
    assert "says something else" in out.stderr
    assert out.stdout.split() == ["p/de/testamol.proof.html"]
    assert "says something else" in (project / "p/de/testamol.proof.html").read_text(encoding="utf-8")


def test_without_a_catalogue_there_is_nothing_to_prove(project: Path) -> None:
    out = run(project, "translate", "proof", MD, "--locale", "fr")
    assert (out.returncode, "there is no catalogue content/locale/fr/testamol.po" in out.stderr) == (4, True)
    assert run(project, "translate", "proof", MD, "--locale", "de", "--variant", "carer").returncode == 5


def test_status_counts_findings(project: Path) -> None:
    out = run(project, "translate", "status", "--locale", "de")
    assert "critical" in out.stdout
    (row,) = [line for line in out.stdout.splitlines() if line.startswith("de       testamol")]
    assert row.split()[-2:] == ["2", "0"]  # the lost "not", in each of the two leaflets


# --- what a pair has become since it was approved -----------------------------------------------------------------


def row(kit: Kit, project: Path, entry: PoEntry, approvals: list[Approval], locale: str = "de") -> Row:
    """The row of a monograph's one item."""
    (project / MD).parent.mkdir(parents=True, exist_ok=True)
    (project / MD).write_text(
        f"---\ntitle: T\n---\n## Usage\nT.\n\n## Contraindications\n* {entry.source}\n", encoding="utf-8"
    )
    segments = [s for s in extract_source(str(project / MD), kit).segments if s.variant == "patient"]
    path = project / f"content/locale/{locale}/testamol.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(write_po(Po(str(path), (entry,), "", {"Language": locale})))
    po = read_po(path.read_bytes(), str(path))
    file = File("x.po", po, catalogue_of(po, locale), check_catalogue(po, path, locale, kit))
    sheet = sheet_of("patient", segments, ("Before you take it",), [file], gathered(approvals), kit.units, locale)
    return next(one for one in sheet.rows if one.segment.source == entry.source)


def approval(source: str, target: str, context: str = "patient/contraindications/item", locale: str = "de") -> Approval:
    when = "2026-11-23T10:00:00Z"
    return Approval(locale, "testamol", context, source, target, "approved", "R. Example", "pharmacist", when)


CONTEXT = "patient/contraindications/item"
OLD, NEW = "Allergy to more than 5 mg of it", "Allergy to more than 50 mg of it"


def marks(row: Row) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    source, target = (
        [(p.change, drawn_text((p,)).strip()) for p in side if p.change != "same"] for side in (row.source, row.target)
    )
    return source, target


def test_what_was_approved_last_is_found_again(kit: Kit, tmp_path: Path) -> None:
    yes = [approval(OLD, "Allergie gegen mehr als 5 mg davon")]
    same = row(kit, tmp_path, PoEntry(CONTEXT, OLD, "Allergie gegen mehr als 5 mg davon"), yes)
    assert (same.state, same.since, marks(same)) == ("approved", None, ([], []))
    edited = row(kit, tmp_path, PoEntry(CONTEXT, OLD, "Allergie gegen mehr als 5 mg hiervon"), yes)
    assert edited.state == "not approved"
    assert edited.since == yes[0]
    assert marks(edited) == ([], [("removed", "davon"), ("added", "hiervon")])
    stale = row(
        kit,
        tmp_path,
        PoEntry(CONTEXT, NEW, "Allergie gegen mehr als 5 mg davon", fuzzy=True, previous=(CONTEXT, OLD)),
        yes,
    )
    assert (stale.state, stale.since) == ("stale", yes[0])
    # A quantity is one word: nobody reads "50" where half of it is struck out.
    assert marks(stale)[0] == [("removed", "5 mg"), ("added", "50 mg")]
    # An editor has dropped what it was written for.
    mended = row(kit, tmp_path, PoEntry(CONTEXT, NEW, "Allergie gegen mehr als 50 mg davon"), yes)
    assert (mended.state, mended.since) == ("not approved", yes[0])
    assert marks(mended)[1] == [("removed", "5\u00a0mg"), ("added", "50\u00a0mg")]
    # Something else was approved there: no likeness, no marks.
    other = row(kit, tmp_path, PoEntry(CONTEXT, NEW, "Allergie"), [approval("Porphyria", "Porphyrie")])
    assert (other.since, marks(other)) == (None, ([], []))
    # It was never approved, and is written for another source.
    draft = row(kit, tmp_path, PoEntry(CONTEXT, NEW, "Allergie", fuzzy=True, previous=(CONTEXT, OLD)), [])
    assert (draft.rewritten, marks(draft)[0]) == (True, [("removed", "5 mg"), ("added", "50 mg")])


def test_marks_from_right_to_left_keep_runs_whole(kit: Kit, tmp_path: Path) -> None:
    yes = [approval(OLD, "حساسية من Losartan XR بعد 5 ملغ", locale="ar")]
    found = row(kit, tmp_path, PoEntry(CONTEXT, OLD, "حساسية من Losartan SR بعد 5 ملغ"), yes, "ar")
    assert marks(found)[1] == [("removed", "Losartan XR"), ("added", "Losartan SR")]


def test_words_that_changed() -> None:
    def pieces(old: str, new: str, *whole: tuple[int, int]) -> list[tuple[str, str]]:
        found = word_pieces(runs_of(old), runs_of(new), lambda text: [(a, b) for a, b in whole if b <= len(text)])
        assert "".join(p.text for p in found if p.change != "removed") == new.replace("*", "")
        assert "".join(p.text for p in found if p.change != "added") == old.replace("*", "")
        return [(piece.change, piece.text) for piece in found]

    assert pieces("Take 5 mg daily.", "Take 6 mg daily.") == [
        ("same", "Take "), ("removed", "5"), ("added", "6"), ("same", " mg daily."),
    ]  # fmt: skip
    assert pieces("Take 5 mg daily.", "Take 6 mg daily.", (5, 9))[1:3] == [("removed", "5 mg"), ("added", "6 mg")]
    assert pieces("**a** b", "**a** b") == [("same", "a b")]
    assert pieces("每日服用5毫克", "每日最多服用5毫克") == [("same", "每日"), ("added", "最多"), ("same", "服用5毫克")]
    assert pieces("กินวันละ 1 เม็ด", "กินวันละ 2 เม็ด")[1:3] == [("removed", "1"), ("added", "2")]
    assert pieces("दिन में एक", "दिन में दो") == [("same", "दिन में "), ("removed", "एक"), ("added", "दो")]
    assert pieces("a\nb", "a\nc")[0] == ("same", "a\n")
    assert likeness("Take 5 mg daily.", "Take 6 mg daily.") > 0.6 > likeness("Porphyria", "Take 6 mg daily.")


def test_numbers_of_rows() -> None:
    assert ranges([3, 5, 6, 7, 9]) == "3, 5–7, 9"
    assert ranges([]) == ""


def test_plain_wording_may_be_missing() -> None:
    """In the source's own language the source's words stand where nobody wrote others."""
    segments = extract_source(str(ROOT / "content/monographs/paracetamol.md"), load_kit(ROOT)).segments
    checked = Checked({}, (), make_checker("en", ()))
    po = Po("x.po")
    file = File("x.po", po, catalogue_of(po, "en"), checked)
    for optional, reasons in ((True, []), (False, ["missing"])):
        sheet = sheet_of(
            "patient", segments[:5], (), [file], gathered(()), load_kit(ROOT).units, "en", optional=optional
        )
        assert [reason for reason, _ in sheet.blocking()] == reasons


def test_what_a_build_refuses_is_critical_whatever_is_waived(kit: Kit, tmp_path: Path) -> None:
    found = row(kit, tmp_path, PoEntry(CONTEXT, OLD, "Allergie gegen mehr als 6 mg davon"), [])
    assert found.critical
    assert found.findings[0].weight is Weight.CRITICAL
