"""The README's day of a translator, command by command as it stands there; a person's work in between is done here."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from leaflets.pofile import Po, read_po, write_po

from ..conftest import ROOT

MD = "content/monographs/metformin.md"
PO = "content/locale/de/metformin.po"
SHARED = "content/locale/de/_shared.po"
SOURCE = """---
title: Metformin
is_banned: false
---
## Usage
Metformin lowers blood sugar.

Keep it dry.

## Dosage
### Standard Dosage
#### Adults
* Take 500 mg twice a day with meals.
"""
LISTED = """[clinician]
texts = ["Keep it dry."]

[patient]
texts = ["Keep it dry."]
"""
GERMAN = {
    "Metformin": "Metformin",
    "Metformin lowers blood sugar.": "Metformin senkt den Blutzucker.",
    "Keep it dry.": "Trocken lagern.",
    "Take 500 mg twice a day with meals.": "Nehmen Sie zweimal täglich 500 mg zu den Mahlzeiten ein.",
}


def fill(project: Path) -> None:
    """What a translator does in an editor."""
    for path in (project / PO, project / SHARED):
        po = read_po(path.read_bytes(), path.name)
        assert po.entries
        entries = tuple(
            type(e)(e.context, e.source, GERMAN[e.source], notes=e.notes, places=e.places) for e in po.entries
        )
        path.write_bytes(write_po(Po(po.file, entries, po.header, po.metadata)))


def change(project: Path) -> None:
    """The source gets another dose: the old translation must not print any more."""
    (project / MD).write_text(SOURCE.replace("500 mg", "850 mg"), encoding="utf-8")
    code, said = run(project, f"leaflets build {MD} --locale de --output leaflets")
    assert (code, "have no translation in de" in said) == (4, True)
    # Two PDFs with the old dose still lie there: whoever prints from the folder has to know.
    assert said.count("the leaflet of an earlier build is still there") == 2


def correct(project: Path) -> None:
    text = (project / PO).read_text(encoding="utf-8")
    assert '#| msgid "Take 500 mg twice a day with meals."' in text
    assert run(project, f"leaflets build {MD} --locale de --output leaflets")[0] == 4
    text = re.sub(r"#, fuzzy\n|#\| .*\n", "", text).replace("täglich 500 mg", "täglich 850 mg")
    (project / PO).write_text(text, encoding="utf-8")


def run(project: Path, line: str) -> tuple[int, str]:
    """A line of the README. Gives its exit code and what it said."""
    words = [sys.executable, "-m", *shlex.split(line)]
    result = subprocess.run(words, cwd=project, capture_output=True, text=True, timeout=120, check=False)
    return result.returncode, result.stdout + result.stderr


def test_the_readme_s_day_of_a_translator(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    day = readme.split("## A translator’s day")[1].split("\n## ")[0]
    lines = [line.strip() for line in day.splitlines() if line.startswith("    ")]
    by_hand: list[Callable[[Path], None]] = [fill, change, correct]
    assert sum(line.startswith("#") for line in lines) == len(by_hand)
    (tmp_path / "leaflets.toml").write_text("", encoding="utf-8")
    (tmp_path / MD).parent.mkdir(parents=True)
    (tmp_path / MD).write_text(SOURCE, encoding="utf-8")
    (tmp_path / SHARED).parent.mkdir(parents=True)
    (tmp_path / "content/locale/shared.toml").write_text(LISTED, encoding="utf-8")
    for line in lines:
        if line.startswith("#"):
            by_hand.pop(0)(tmp_path)
            continue
        code, said = run(tmp_path, line)
        assert code == 0, f"{line}\n{said}"
    pdf = tmp_path / "leaflets/de/patient/metformin.pdf"
    text = subprocess.run(["pdftotext", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    assert "850" in text
    assert "Entwurf" not in text
    assert "R. Example" in text
    assert (tmp_path / "proofs/de/metformin.proof.pdf").is_file()
