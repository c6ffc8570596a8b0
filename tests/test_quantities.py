"""Quantities print for a locale and never change."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaflets.errors import ContentError
from leaflets.locales import number_signs
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
        ("5/10 mg", "5-10 mg"),
        ("250 mg-2 g", "250 mcg-2 g"),
        ("10 mmol", "10 µmol"),
        ("5 million units", "5 billion units"),
        ("10⁹/L", "10⁸/L"),
        ("½ tablet", "¼ tablet"),
        ("6+ months", "6 months"),
        ("30 to <60 mL/min", "<30 to 60 mL/min"),
        ("-20 °C", "20 °C"),
        ("INR 2.0", "INR 20"),
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


TAGS = ("en-US", "en-GB", "de", "ru", "hi", "es", "fr", "ja", "ar", "de-CH", "pt-PT")


def with_digits(files: list[Path]) -> list[str]:
    lines = {line for path in files for line in path.read_text(encoding="utf-8").split("\n")}
    return sorted(line for line in lines if re.search(r"\d", line))


def test_every_locale_keeps_the_quantities_of_the_corpus(corpus: list[Path], units: Units) -> None:
    lines = with_digits(corpus)[::4]
    for tag in TAGS:
        for line in lines:
            for plain in (True, False):
                assert parity(line, localized(line, units, tag, plain=plain), units, tag) == (), (tag, line)


def test_every_harm_done_to_a_printed_line_of_the_corpus_is_found(corpus: list[Path], units: Units) -> None:
    random = Random(4)  # the same harm in every run
    harms = 0
    for line in with_digits(corpus)[::3]:
        tag = random.choice(TAGS)
        printed = localized(line, units, tag, plain=random.choice((True, False)))
        for changed in harmed(printed, tag, random):
            harms += 1
            assert parity(line, changed, units, tag), (tag, line, changed)
    assert harms > 2000


def harmed(printed: str, tag: str, random: Random) -> Iterator[str]:
    """A printed text with one digit changed, a decimal sign lost, a comparison sign lost, a unit swapped."""
    decimal = re.escape(number_signs(tag)[0])
    edits: tuple[tuple[str, Callable[[str], str]], ...] = (
        (r"[0-9]", lambda digit: str((int(digit) + random.randint(1, 9)) % 10)),
        (rf"(?<=[0-9]){decimal}(?=[0-9])", lambda _: ""),
        (r"[<>≤≥±]", lambda _: ""),
        (r"(?<=[0-9]\u00a0)(?:mg|мг|मि\.ग्रा\.)(?![\w%])", lambda unit: "g" if unit == "mg" else "mcg"),
    )
    for pattern, edit in edits:
        if places := list(re.finditer(pattern, printed)):
            place = random.choice(places)
            yield printed[: place.start()] + edit(place.group()) + printed[place.end() :]


NAMES = [
    "CYP3A4", "CYP2C19", "B12", "D3", "K2-7", "COX-2", "Omega-3", "5-HT", "5-HT3", "G6PD", "HbA1c", "HLA-B*5701", "Q10",
    "1,25-dihydroxycholecalciferol", "1,4-glycosidic", "COVID-19", "GLP-1", "alpha1-blocker", "P450", "H2", "CD4",
    "PGE2", "2025-09-22", "9vHPV", "30S", "3'-hydroxyl",
]  # fmt: skip


@given(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4), st.sampled_from(TAGS), st.booleans())
def test_names_with_digits_are_left_alone(names: list[str], tag: str, plain: bool) -> None:
    text = " and ".join(names)
    assert localized(text, UNITS, tag, plain=plain) == text


ALPHABET = st.sampled_from(
    [*"0123456789", *" .,-–/<>≤≥±~=+½¹²⁹°%:×x^\n", "mg", "mL", "day", "units", "to", "between", "and"]
)


@given(st.lists(ALPHABET, max_size=25).map("".join), st.sampled_from(["en-US", "en-GB"]), st.booleans())
def test_any_text_keeps_its_digits_signs_and_lines(text: str, tag: str, plain: bool) -> None:
    found = find_quantities(text, UNITS)
    assert all(text[q.start : q.end] == q.source == "".join(token.text for token in q.tokens) for q in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert not any("\n" in q.source for q in found)
    printed = localized(text, UNITS, tag, plain=plain)
    assert printed.count("\n") == text.count("\n")
    assert parity(text, printed, UNITS, tag) == ()
    if not plain:
        kept = [re.sub(r"[\s,\u2060]|(?<![0-9])0(?=\.)", "", side) for side in (text, printed)]
        kept = [side.replace(">=", "≥").replace("<=", "≤").replace("−", "-").replace("–", "-") for side in kept]
        assert kept[0] == kept[1]


@given(st.decimals(0, 999999, places=4), st.sampled_from(["mg", "mcg", "mL", "units"]), st.sampled_from(TAGS))
def test_formatting_can_be_undone(number: Decimal, unit: str, tag: str) -> None:
    decimal, group, _ = number_signs(tag)
    printed = localized(f"{number} {unit}", UNITS, tag, plain=False)
    # Chinese, Japanese and Korean units are written onto their number.
    digits = re.sub(r"[^\d.]+$", "", printed.split("\u00a0")[0].replace(group, "").replace(decimal, "."))
    assert digits == str(number)


def test_what_a_quantity_knows(units: Units) -> None:
    (found,) = find_quantities("CrCl >= 30 to <60 mL/min/1.73 m^2", units)
    assert (found.numbers, found.unit, found.kind) == ((Decimal(30), Decimal(60)), "mL/minute/1.73m2", "volume")
    assert (found.comparator, found.reading) == ("≥ <", "≥30–<60 mL/minute/1.73m2")
    (power,) = find_quantities("0.75 × 10⁹/L", units)
    assert (power.numbers, power.kind) == ((Decimal("0.75"), Decimal(10) ** 9), "power")
    (ratio,) = find_quantities("a 1:1000 dilution", units)
    assert (ratio.unit, ratio.kind, ratio.comparator) == (None, "ratio", None)


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
