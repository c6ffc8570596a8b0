"""From blocks to leaflets: every block accounted for, gaps said, order and keys right."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from leaflets.assemble import Assembled, Order, make_leaflet, short_title
from leaflets.conservation import tokens_of
from leaflets.kit import Kit
from leaflets.leaflet import Leaflet, LeafletSection
from leaflets.monograph import Monograph
from leaflets.reader import read_monograph
from leaflets.source import read_source

Read = Callable[..., Monograph]
ORDER = Order("en-US", build="0123456789")


def made(kit: Kit, monograph: Monograph, variant: str = "patient") -> Assembled:
    return make_leaflet(monograph, kit.variant(variant), kit.units, ORDER)


def leaflet_of(result: Assembled) -> Leaflet:
    assert result.leaflet is not None, result.problems
    return result.leaflet


def find(leaflet: Leaflet, name: str) -> LeafletSection:
    def walk(sections: tuple[LeafletSection, ...]) -> list[LeafletSection]:
        return [found for s in sections for found in (s, *walk(s.sections))]

    return next(section for section in walk(leaflet.sections) if section.id == name)


BODY = """## Usage
Testamol is for pain.

**Mechanism of Action:** It blocks a thing.

## Dosage
### Standard Dosage
#### Adults:
* 25-50mg once daily, at most 1000 mg a day (see above).
#### Children (6-17 years):
10 mg

### Clinical Use Cases
Not for intubation.

## Side Effects
### Common Side Effects:
* Nausea
* Nausea
### Rare but Serious Side Effects:
* Seizures

## Contraindications
* Liver failure
* Allergy to testamol

## Precautions
See above.

## FAQs
### Q1: What if I miss a dose?

**A:** Take it soon. Do not take two.

### Q2: How is it stored?

**A:** See above.
"""


def test_each_block_stands_once_with_a_fate_and_a_rule(kit: Kit, read: Read) -> None:
    monograph = read(BODY)
    for variant in ("patient", "clinician"):
        ledger = made(kit, monograph, variant).ledger
        assert [entry.block.id for entry in ledger] == [block.id for block in monograph.blocks]
        assert all(entry.rule for entry in ledger)
        assert all(entry.reason for entry in ledger if entry.fate == "omitted")
        assert {e.fate for e in ledger} <= {"shown", "rewritten", "merged", "omitted"}


def test_fates(kit: Kit, read: Read) -> None:
    fates = {e.block.text: (e.fate, e.section) for e in made(kit, read(BODY)).ledger}
    assert fates["Testamol is for pain."] == ("shown", "what_for")
    assert fates["Mechanism of Action: It blocks a thing."] == ("omitted", None)
    assert fates["Nausea"] == ("merged", "common")
    assert fates["25-50mg once daily, at most 1000 mg a day (see above)."] == ("rewritten", "adults")
    assert fates["What if I miss a dose?"] == ("shown", "missed")
    assert fates["How is it stored?"] == ("omitted", None)
    assert fates["Not for intubation."] == ("omitted", None)


def test_positional_references_go_and_quantities_are_set(kit: Kit, read: Read) -> None:
    (entry,) = [e for e in made(kit, read(BODY)).ledger if "25-50mg" in e.block.text]
    shown = (entry.shown_text or "").replace("\u2060", "")
    assert shown == "25–50\u00a0mg once daily, at most 1,000\u00a0mg a day."


def test_gaps_are_said_in_one_sentence(kit: Kit, read: Read) -> None:
    text = leaflet_of(made(kit, read(BODY))).gap_text
    assert text.startswith("This leaflet has no information about what to do if you take too much, ")
    assert "storing it" in text
    assert "miss a dose" not in text
    assert text.endswith("Ask your pharmacist.")


def test_qualifier_stands_beside_the_heading(kit: Kit, read: Read) -> None:
    section = find(leaflet_of(made(kit, read(BODY))), "children")
    assert section.qualifier.replace("\u2060", "") == "(6–17\u00a0years)"


def test_key_points_are_the_source_s_words(kit: Kit, read: Read) -> None:
    leaflet = leaflet_of(made(kit, read(BODY)))
    words = {line[0].text for point in leaflet.key_points for line in point.lines}
    assert {"Liver failure", "Allergy to testamol", "Seizures"} <= words


def test_a_dangerous_source_stops_the_patient_leaflet_only(kit: Kit, read: Read) -> None:
    monograph = read("This drug is banned in India.\n\n" + BODY)
    stopped = made(kit, monograph)
    assert stopped.leaflet is None
    assert [p.rule for p in stopped.problems] == ["stopped"]
    leaflet = leaflet_of(made(kit, monograph, "clinician"))
    assert leaflet.notices[0].heading == "Banned product"
    assert leaflet.notices[0].quotes == ("This drug is banned in India.",)


def test_an_unknown_section_is_shown_to_clinicians_and_reported_for_patients(kit: Kit, read: Read) -> None:
    monograph = read(BODY + "\n## Astrology\nTestamol under Mars.\n")
    assert [p.rule for p in made(kit, monograph).problems] == ["no-rule", "no-rule"]
    assert made(kit, monograph).leaflet is None
    entry = next(e for e in made(kit, monograph, "clinician").ledger if "Mars" in e.block.text)
    assert (entry.fate, entry.section) == ("shown", "other")


def test_last_modified_and_description_are_never_printed(kit: Kit) -> None:
    from leaflets.source import parse_source

    text = (
        f"---\ntitle: Testamol\ndescription: Testamol deriv...\nlastModified: '2025-09-22T17:22:08.867Z'\n---\n{BODY}"
    )
    monograph = read_monograph(parse_source(text.encode(), "t", "t.md"), kit.rules)
    for variant in ("patient", "clinician"):
        printed = repr(leaflet_of(made(kit, monograph, variant)))
        assert "2025" not in printed
        assert "deriv" not in printed


@pytest.mark.parametrize(
    ("title", "short"),
    [
        ("Clonazepam + Sertraline", "Clonazepam + Sertraline"),
        (" + ".join(["Diphtheria Toxoid", "Pertactin", "Pertussis Toxoid", "Tetanus Toxoid"]),
         "Diphtheria Toxoid + Pertactin + 2 …"),
        ("Anamethylpropylhydroxybenzoate of a very long name now", "Anamethylpropylhydroxybenzoate of a very long …"),
        ("Losartan + Hydrochlorothiazide (लोसार्टन + हाइड्रोक्लोरोथियाज़ाइड)", "Losartan + Hydrochlorothiazide"),
    ],
)  # fmt: skip
def test_short_titles(title: str, short: str) -> None:
    assert short_title(title) == short
    assert len(short) <= 48


def test_the_clinician_leaflet_has_every_word_of_the_corpus(corpus: list[Path], kit: Kit) -> None:
    for path in corpus:
        source = read_source(path)
        monograph = read_monograph(source, kit.rules)
        result = make_leaflet(monograph, kit.variant("clinician"), kit.units, ORDER)
        assert result.leaflet is not None, (path.name, result.problems)
        assert [e.block.id for e in result.ledger] == [b.id for b in monograph.blocks]
        assert all(e.fate == "shown" for e in result.ledger), path.name


def test_the_patient_ledger_of_the_corpus_is_whole(corpus: list[Path], kit: Kit) -> None:
    built = 0
    for path in corpus:
        monograph = read_monograph(read_source(path), kit.rules)
        result = make_leaflet(monograph, kit.variant("patient"), kit.units, ORDER)
        if result.leaflet is None:
            assert {p.rule for p in result.problems if p.severity.value == "error"} <= {"stopped", "no-rule"}, path.name
            continue
        built += 1
        assert [e.block.id for e in result.ledger] == [b.id for b in monograph.blocks]
        for entry in result.ledger:
            if entry.fate == "shown":
                bare = (entry.shown_text or "").replace("\u2060", "")
                text = entry.block.text.replace(">=", "≥").replace("<=", "≤")
                assert tokens_of(text).keys() - tokens_of(bare).keys() <= _respelled(entry.block.text)
    assert built > 0.9 * len(corpus)


def _respelled(text: str) -> set[str]:
    """Tokens that the patient's form of a quantity may spell otherwise."""
    return {t for t in tokens_of(text) if any(c.isdigit() for c in t) or t in {"ml", "µg", "μg", "gm", "u"}}


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("Headache (up to 1 in 10 people)", "up to 1 in 10 people: Headache"),
        ("Swelling of the ankles (10.8% of patients)", "10.8% of patients: Swelling of the ankles"),
        ("Rash (rare)", "Rash (rare)"),
        ("Rash (in 3 of the trials 5% to 7%)", "Rash (in 3 of the trials 5% to 7%)"),
    ],
)
def test_numbers_of_frequency_stand_first_and_none_is_made_up(source: str, said: str, kit: Kit, read: Read) -> None:
    body = f"## Side Effects\n### Common Side Effects\n* {source}\n* Nausea\n"
    shown = [entry.shown_text for entry in made(kit, read(body)).ledger]
    assert (shown[0] or "").replace("\xa0", " ").replace("\u2060", "") == said
    assert shown[1] == "Nausea"
