"""Quantities print for a locale and never change."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaflets.errors import ContentError
from leaflets.quantities import Units, find_quantities, load_units, localized, parity, print_quantities

from .conftest import ROOT

CASES = tomllib.loads((ROOT / "tests/cases/quantities.toml").read_text(encoding="utf-8"))["case"]
UNITS = load_units(ROOT / "content/rules/units.toml")


@pytest.fixture(scope="module")
def units() -> Units:
    return UNITS


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['locale']}: {case['text'][:30]}")
def test_cases(case: dict[str, str], units: Units) -> None:
    plain = not case.get("clinician", False)
    printed = localized(case["text"], units, case["locale"], plain=plain)
    shown = printed.replace("\u00a0", "~").replace("\u2060", "|").replace("\u202f", " ")
    assert shown == case["prints"]
    assert parity(case["text"], printed, units, case["locale"]) == ()


NUMBERS = st.decimals(min_value="0.0001", max_value=99999, places=4).map(lambda d: format(d.normalize(), "f"))
UNIT = st.sampled_from(["mg", "mcg", "mL", "mg/kg/day", "units", "hours", "%", "µg", "g", "mg/m²", "tablets"])
SIGN = st.sampled_from(["", "<", ">", "≥", "≤", ">=", "<=", "±", "~"])


@given(SIGN, NUMBERS, UNIT, st.sampled_from(["", " "]))
def test_a_quantity_is_seen_and_stays_equal(sign: str, number: str, unit: str, gap: str) -> None:
    text = f"Give {sign}{number}{gap}{unit} now"
    (found,) = find_quantities(text, UNITS)
    assert text[found.start : found.end] == found.source == f"{sign}{number}{gap}{unit}"
    for tag in ("en-US", "en-GB", "de", "ru", "hi"):
        for plain in (True, False):
            assert parity(text, localized(text, UNITS, tag, plain=plain), UNITS, tag) == ()


@given(NUMBERS, UNIT, st.integers(0, 99), st.integers(1, 9))
def test_a_changed_digit_is_always_found(number: str, unit: str, place: int, shift: int) -> None:
    text = f"Give {number} {unit} now"
    printed = localized(text, UNITS, "en-US", plain=True)
    digits = [at for at, char in enumerate(printed) if char.isdecimal()]
    at = digits[place % len(digits)]
    changed = printed[:at] + str((int(printed[at]) + shift) % 10) + printed[at + 1 :]
    assert parity(text, changed, UNITS, "en-US")


@pytest.mark.parametrize(
    ("source", "printed"),
    [
        ("5 mg", "5 mcg"),
        ("<30 mL/min", "30 mL/min"),
        ("<30 mL/min", ">30 mL/min"),
        ("0.5 mg", "5 mg"),
        ("1,000 mg", "1 mg"),
        ("25-50 mg", "25 mg"),
        ("5 mg", "5 mg 5 mg"),
        ("2 mg/kg", "2 mg"),
        ("take 3", "take 4"),
    ],
)
def test_a_dangerous_change_is_found(source: str, printed: str, units: Units) -> None:
    assert parity(source, printed, units, "en-US")


def test_every_line_of_the_corpus_keeps_its_digits_and_signs(corpus: list[Path], units: Units) -> None:
    seen = recognized = 0
    for path in corpus:
        for line in path.read_text(encoding="utf-8").split("\n"):
            printed = localized(line, units, "en-US", plain=False)
            for pattern in (r"\d", r"[<>≤≥±×°%~]"):
                want = Counter(re.findall(pattern, line.replace(">=", "≥").replace("<=", "≤")))
                assert Counter(re.findall(pattern, printed)) == want, (path.name, line)
            assert parity(line, printed, units, "en-US") == (), (path.name, line)
            seen += len(re.findall(r"\d\s?(?:mg|mcg|mL|ml|g|kg|IU|units|%)(?![\w²])", line))
            recognized += len(find_quantities(line, units))
    assert seen > 1000
    assert recognized >= seen


def test_offsets_and_order(units: Units) -> None:
    text = "2.5-5 mg, then 10mg"
    assert [(p.start, p.end, p.source) for p in print_quantities(text, units, "en-US", plain=True)] == [
        (0, 8, "2.5-5 mg"), (15, 19, "10mg"),
    ]  # fmt: skip


@pytest.mark.timeout(60)
def test_hostile_text_comes_to_an_end(units: Units) -> None:
    for text in ("1" * 20000, "1-" * 10000, "1 mg/" * 4000, "<" * 20000, "1,000," * 4000, "½" * 10000):
        printed = localized(text, units, "en-US", plain=False)
        assert parity(text, printed, units, "en-US") == ()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('kind = "mass"', 'kind = "mas"', "kind"),
        ('spellings = ["ng"', 'spellings = ["mg"', "is a unit already"),
        ('ml = "mL"', 'ml = "mg"', "are not one unit"),
        ('key = "ng"', 'kee = "ng"', "needs key"),
    ],
)
def test_wrong_units_are_said(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = (ROOT / "content/rules/units.toml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "units.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContentError, match=said):
        load_units(tmp_path / "units.toml")
