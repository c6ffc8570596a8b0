"""``leaflets translate proof``: everything that a reviewer has to see, and nothing lost on the way to paper."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from leaflets.exchange.proofing import compared
from leaflets.pofile import read_po, write_po

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
    assert run(tmp_path, "translate", "approve", MD, "--locale", "de", "--all", *WHO).returncode == 0
    path.write_text(text.replace("lindert Schmerzen", "lindert starke Schmerzen"), encoding="utf-8")
    return tmp_path


def test_a_proof_says_what_a_reviewer_must_know(project: Path) -> None:
    out = run(project, "translate", "proof", MD, "--locale", "de", "--format", "html", "--output", "p")
    assert out.returncode == 0, out.stderr
    text = (project / "p/de/testamol.proof.html").read_text(encoding="utf-8")
    assert "<b>approved</b> by R. Example, translator" in text
    assert "<b>missing</b>" in text
    assert "Approved before:" in text
    assert "<ins>starke" in text
    assert "1 negation became none" in text
    assert text.count("not approved") >= 2
    assert "<script" not in text
    assert "http" not in text.split("</head>")[0]
    assert len(out.stdout.split()) == 3  # the proof, and both leaflets as they would print


def test_a_proof_on_paper_loses_nothing(project: Path) -> None:
    out = run(project, "translate", "proof", MD, "--locale", "de", "--output", "p")
    assert out.returncode == 0, out.stderr
    pdf = project / "p/de/testamol.proof.pdf"
    read = subprocess.run(["pdftotext", "-raw", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    said = " ".join(read.split())
    for piece in (*GERMAN, "Testamol lindert starke Schmerzen.", "Mit Warfarin einnehmen.", "Allergy to testamol"):
        assert piece in said, piece
    assert (project / "p/de/patient/testamol.pdf").is_file()


def test_without_a_catalogue_there_is_nothing_to_prove(project: Path) -> None:
    out = run(project, "translate", "proof", MD, "--locale", "fr")
    assert (out.returncode, "there is no catalogue content/locale/fr/testamol.po" in out.stderr) == (4, True)


def test_status_counts_findings(project: Path) -> None:
    out = run(project, "translate", "status", "--locale", "de")
    assert "critical" in out.stdout
    (row,) = [line for line in out.stdout.splitlines() if line.startswith("de       testamol")]
    assert row.split()[-2:] == ["2", "0"]  # the lost "not", in each of the two leaflets


def test_words_that_changed() -> None:
    pieces = [(piece.kind, piece.text) for piece in compared("Take 5 mg daily.", "Take 6 mg daily.")]
    assert pieces == [("same", "Take "), ("gone", "5"), ("new", "6"), ("same", " mg daily.")]
