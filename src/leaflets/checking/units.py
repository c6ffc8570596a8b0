"""Units: each number stands with its own, in both texts the same: a pair -> findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from leaflets.checking.meaning import said_of
from leaflets.checking.model import Both, Finding, Side
from leaflets.checking.numbers import Number, once_each, same_unit
from leaflets.checking.quantities import finding_of, plain
from leaflets.checking.rules import STRICT, TIME

_ORDINALS = ("second ", "third ", "fourth ")
_CROSSED = TIME | {"times", "clock"}
_ALIKE = (
    frozenset(["times", "dose"]),
    frozenset(["times", "puff"]),
    frozenset(["dose", "puff"]),
    frozenset(["IU", "dose"]),
    frozenset(["clock", "hour"]),
    frozenset(["night", "day"]),
)
"""Units of which one may stand for the other."""


def units(both: Both) -> Iterator[Finding]:
    """Each number has the same unit in both texts; what stands below a stroke too."""
    source, target = both.source, both.target
    if target.language is None or source.language is None:
        return
    for value in _shared_values(source, target) if not both.same else ():
        want = [n for n in source.said if n.value == value]
        have = [n for n in target.said if n.value == value]
        if not have:  # 4 p.m. is 16 elsewhere
            have = [n for n in target.said if any(n.value in other.also for other in want)]
        for lost, found in _exchanged(want, have):
            said = f"{plain(value)} {_unit(lost)} became {plain(found.value)} {_unit(found)}"
            marks = (source.text[lost.start : lost.end], target.text[found.start : found.end])
            yield finding_of(both, "units", said, "a unit is never converted, exchanged or dropped", marks)
    for lost, won in _crossed(source, target):
        said = f"{plain(lost.value)} and {plain(won.value)} changed their units"
        yield finding_of(both, "units", said, "each number must stand with its own unit")
    for number in (n for n in source.said if n.unit in TIME and not n.word):
        partner = next((n for n in target.said if n.value == number.value and not n.unit), None)
        if partner is None or any(n.value == number.value and n.unit for n in target.said):
            continue
        if not any(number.unit in one.means for one in said_of(target, tuple(TIME))):
            said = f"{plain(number.value)} {number.unit} became {plain(number.value)} without a unit"
            yield finding_of(both, "frequency", said, "say hours, days, weeks")  # not "units": builds stop at those
    for number, unit in _daily(source, target):
        said = f"{plain(number.value)} without a unit became {plain(number.value)} {unit}"
        yield finding_of(both, "units", said, "each number must stand with its own unit")
    if told := _first_time(source, target):
        yield finding_of(both, "units", told, "a unit is never converted, exchanged or dropped")
    below_s = [below for n in source.said for below in n.per]
    below_t = [below for n in target.said for below in n.per]
    if below_s and below_t and len(below_s) == len(below_t):
        for one, other in zip(sorted(below_s), sorted(below_t), strict=True):
            if not same_unit(one, other):
                said = f"per {one} became per {other}"
                yield finding_of(both, "units", said, "what stands below the stroke must be the same")


def _shared_values(source: Side, target: Side) -> list[Decimal]:
    there = {n.value for n in target.said}
    return sorted(
        {n.value for n in source.said if (n.value != 1 or not n.word) and not there.isdisjoint((n.value, *n.also))}
    )


def _crossed(source: Side, target: Side) -> Iterator[tuple[Number, Number]]:
    """Two numbers of which one has lost a unit, and the other has won it; "1 and 2 tablets" may keep it for the end."""
    words: list[Number] = []
    if any(word in source.text for word in ("one ", *_ORDINALS)):
        words += [n for n in source.maybe if n.unit in TIME and source.text.startswith("one ", n.start)]
        words += [n._replace(unit="") for n in source.maybe if source.text.startswith(_ORDINALS, n.start)]
    want, have = once_each([*source.said, *words]) if words else source.once, target.once
    shared = [value for value in want if value in have]
    lost = [want[v] for v in shared if want[v].unit and not have[v].unit]
    won = [have[v] for v in shared if have[v].unit and not want[v].unit]
    free = target.language is None or target.language.free_order
    for one in lost:
        for other in (other for other in won if same_unit(_hour(other.unit), _hour(one.unit))):
            turned = (one.start < want[other.value].start) != (have[one.value].start < other.start)
            if one.unit in _CROSSED or (turned and not free):
                yield one, other


def _daily(source: Side, target: Side) -> Iterator[tuple[Number, str]]:
    """Numbers of no time that are so many days in the translation: "over 65, 5 mg a day" is no 65日5 mg."""
    if target.language is None or target.language.spaced:
        return
    doses = {n.start for n in target.said}
    for value, number in source.once.items():
        partner = next((n for n in target.said if n.value == value), None) if not number.unit else None
        if partner is not None and partner.unit == "day" and not doses.isdisjoint((partner.end + 1, partner.end + 2)):
            yield number, partner.unit


def _first_time(source: Side, target: Side) -> str:
    """ "The first week" that became "the first 1 month"."""
    if "first" not in source.text or "c:first" not in target.ids:
        return ""
    want = [n for n in source.maybe if n.unit in TIME and source.text.startswith("first", n.start)]
    ends = {hit.end for hit in target.of("c:first")} if len(want) == 1 else frozenset[int]()
    for number in target.said if ends else ():
        begins = not ends.isdisjoint((number.start, number.start - 1))  # 最初の1週間
        if begins and number.value == 1 and number.unit in TIME - {want[0].unit}:
            return f"first {want[0].unit} became first {number.unit}"
    return ""


def _hour(unit: str) -> str:
    return "hour" if unit == "clock" else unit


def _exchanged(want: Sequence[Number], have: Sequence[Number]) -> Iterator[tuple[Number, Number]]:
    """Numbers of one value whose units are not the same."""
    left_s, left_t = list(want), list(have)
    for number in list(left_s):
        same = next((n for n in left_t if same_unit(number.unit, n.unit)), None)
        if same is not None:
            left_s.remove(number)
            left_t.remove(same)
    for number in left_s:
        for other in sorted(left_t, key=lambda n: not n.unit):
            lent = (number.lent or other.lent) and not {number.unit, other.unit} & STRICT
            if not lent and _wrong(number.unit, other.unit):
                left_t.remove(other)
                yield number, other
                break


def _wrong(one: str, other: str) -> bool:
    """Whether two units that differ are a fault: both known, or one that a dose is made of and none."""
    if one and other:
        return not any(frozenset([a, b]) in _ALIKE for a in one.split("|") for b in other.split("|"))
    return bool(set((one or other).split("|")) & (STRICT | {"×10"}))


def _unit(number: Number) -> str:
    return number.unit or "without a unit"
