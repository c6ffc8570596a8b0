"""Pages to order: what goes, what never goes, and what is said about it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from leaflets.build import build_one, read_checked
from leaflets.compose import cuts, left_out, moved_text
from leaflets.fitting import assemble
from leaflets.interface import ENGLISH
from leaflets.jobs import Job
from leaflets.kit import Kit
from leaflets.monograph import Monograph
from leaflets.passport import read_passport

from .conftest import ROOT, corpus_files

Read = Callable[..., Monograph]

WARNS = "Stop and seek help at once if the face swells."
BODY = """## Usage
Testamol treats pain in the knee and in the hand after a long day of work.

## Alternate Names
* **Brand Names:** Testa.

## Dosage
### Standard Dosage
#### Adults
Adults take 5 mg daily.

## Side Effects
### Common Side Effects
* Headache in the morning
### Rare but Serious Side Effects
* Swelling of the face

## Contraindications
* Allergy to testamol

## FAQs
### Q1: How long does Testamol take to work?
**A:** Most people feel better within a week.
### Q2: What are the common side effects of Testamol?
**A:** A headache in the morning.
### Q3: What is the dose of Testamol?
**A:** Take 5 mg daily.
### Q4: What is the dose for a giant?
**A:** Giants take 50 mg daily.
### Q5: How soon should I worry?
**A:** {warns}
### Q6: Does it come in green?
**A:** It does, and in blue as well.
"""


def test_the_least_harmful_goes_first_and_warnings_and_doses_stay(kit: Kit, read: Read) -> None:
    monograph = read(BODY.replace("{warns}", WARNS))
    variant = kit.variant("patient")
    job = Job("x.md", "x", "patient", "en-US", "standard", "a4", "", str(ROOT), pages=2)
    made = assemble(monograph, kit, job)
    found = cuts(made.routed, variant, kit.units)
    assert [(cut.drop.id, cut.blocks[0].text) for cut in found] == [
        ("how-fast", "How long does Testamol take to work?"),
        ("names", "Brand Names: Testa."),
        ("repeats", "What is the dose of Testamol?"),
        ("repeats", "What are the common side effects of Testamol?"),
        ("questions", "Does it come in green?"),
    ]
    cut = assemble(monograph, kit, job, found)
    assert cut.leaflet is not None
    entries = {entry.block.text: entry for entry in cut.ledger}
    assert entries["Brand Names: Testa."].fate == "omitted"
    assert entries["Brand Names: Testa."].rule == "pages-names"
    assert "full leaflet" in entries["Brand Names: Testa."].reason
    kept = (WARNS, "Giants take 50 mg daily.", "Adults take 5 mg daily.", "Swelling of the face", "Allergy to testamol")
    for stays in kept:
        assert entries[stays].fate in ("shown", "rewritten")
    assert cut.leaflet.moved_text.startswith("Left out here to fit on one sheet: how fast it works, other names, ")
    # A review approves the whole text, however much of it a sheet holds; and a cut is no gap of the source.
    assert (cut.text_sha256, cut.leaflet.gap_text) == (made.text_sha256, made.leaflet.gap_text if made.leaflet else "")
    assert moved_text((), variant, ENGLISH) == ""
    assert left_out((), 2) == {}


def long(read_words: int) -> str:
    questions = "".join(
        f"### Q{n}: Does it come in color {n}?\n**A:** {'It comes in many colors and shapes. ' * 5}\n"
        for n in range(7, 7 + read_words)
    )
    return "---\ntitle: Testamol\n---\n" + BODY.replace("{warns}", WARNS) + questions


def order(source: Path, output: Path, pages: int, paper: str = "letter") -> Job:
    return Job(str(source), source.stem, "patient", "en-US", "standard", paper, str(output), str(ROOT), pages=pages)


def test_a_long_leaflet_is_cut_to_its_pages_and_says_so(tmp_path: Path) -> None:
    source = tmp_path / "x.md"
    source.write_text(long(40), encoding="utf-8")
    full, cut = build_one(order(source, tmp_path / "full", 0)), build_one(order(source, tmp_path / "cut", 2))
    assert (full.pages or 0) > 2
    assert cut.pages == 2
    passport = read_passport((tmp_path / "cut" / str(cut.path)).read_bytes(), "x")
    left = [block for block in passport.blocks if block["rule"].startswith("pages-")]
    assert left
    assert {block["fate"] for block in left} == {"omitted"}
    assert len(passport.blocks) == len(read_passport((tmp_path / "full" / str(full.path)).read_bytes(), "x").blocks)


def test_what_cannot_be_cut_is_refused_with_a_measure(tmp_path: Path) -> None:
    source = tmp_path / "x.md"
    warnings = "\n".join(f"* Stop and seek help if sign number {n} of danger comes back." for n in range(300))
    text = BODY.replace("{warns}", WARNS).replace("* Swelling of the face", warnings)
    source.write_text("---\ntitle: Testamol\n---\n" + text, encoding="utf-8")
    outcome = build_one(order(source, tmp_path, 2))
    assert (outcome.status, int(outcome.code)) == ("failed", 3)
    (problem,) = [problem for problem in outcome.problems if problem.rule == "too-long"]
    assert re.search(r"does not fit 2 pages: about [678]\.\d pages too long", problem.message)
    assert not list(tmp_path.rglob("*.pdf"))


@pytest.mark.parametrize("path", corpus_files()[::40], ids=lambda path: path.stem)
def test_real_leaflets_keep_their_doses_and_warnings(path: Path, kit: Kit) -> None:
    monograph = read_checked(path, str(path), kit.project)[1]
    made = assemble(monograph, kit, Job(str(path), path.stem, "patient", "en-US", "standard", "a4", "", str(ROOT)))
    gone = {block.id for cut in cuts(made.routed, kit.variant("patient"), kit.units) for block in cut.blocks}
    for entry in made.ledger:
        if entry.section in ("do_not", "help", "adults", "children", "dose", "too_much", "missed"):
            assert entry.block.id not in gone, json.dumps(entry.to_json())
