"""Which number a limit holds for: a pair -> a number whose limit is turned round, or was added."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from leaflets.checking.meaning import ENDS, masked
from leaflets.checking.model import Both, Said, Side
from leaflets.checking.numbers import Number, same_unit
from leaflets.checking.rules import TIME
from leaflets.checking.words import Hit

_UNIT = 4
"""Most characters of a unit, a particle with it."""
_TO = re.compile(r"[-–—~～至到]|ถึง|から|\d")
_RISES = re.compile(r" ?[a-z%]* to (?:under|less than|below|fewer than)\b")
_TOGETHER = re.compile(r" (?:hours?|minutes?|days?|weeks?) (?:before|after) (?:or|and) | in (?:every )?")
"""Between two numbers that have one limit."""
_PARTS = re.compile(r"[\d;:|،，。、]")
_POWER = re.compile(r"\s?[×x]\s?10\^?\d+")


def turned(both: Both, want: Sequence[Said], have: Sequence[Said], sure: Sequence[Said]) -> str:
    """A number that has an upper limit in one text and a lower one in the other."""
    if not want and " over " not in both.source.text and " to " not in both.source.text:
        return ""
    for number in both.source.said if have else ():
        partners = [one for one in both.target.said if one.value == number.value]
        if len(partners) > 1:
            partners = [one for one in partners if one.unit == number.unit]
        alike = [one for one in both.source.said if one.value == number.value and one.unit == number.unit]
        if len(alike) == len(partners) > 1 and _limits_differ(both, (want, sure), alike, partners):
            return both.source.text[number.start : number.end]
        if not partners or len(alike) != 1:
            continue
        wanted = _limit_of(both.source, want, number, behind=False)
        there: Sequence[Said] = have if len(partners) == 1 else sure
        if not wanted:
            wanted, there = _shared(both.source, want, number), sure
        if not wanted and both.source.text.endswith(" over ", 0, number.start):
            wanted = {"up"}  # a time that something takes: not less than it
            less = {hit.start for hit in both.target.of("c:less_than")}
            there = [one for one in have if one.start in less]
        if _RISES.match(both.source.text, number.end):  # 24 kg to under 32 kg
            wanted, ways = {"up"}, [_right_behind(both.target, have, one) for one in partners]
        else:
            ways = [_limit_of(both.target, there, one, behind=True) for one in partners] if wanted else []
        if any(found and not wanted & found for found in ways):
            return both.source.text[number.start : number.end]
    return ""


def added_limit(both: Both, want: Sequence[Said], have: Sequence[Said], sure: Sequence[Said]) -> Said | None:
    """A limit that the source has not: "less than" where nothing there is less, and the second of one number."""
    ways = {means for one in want for means in one.means}
    if len(ways) == len(want) == 1 and (second := _second(both.target, sure)):
        return second
    if "down" in ways or both.source.of("c:lesser"):
        return None
    less = {hit.start for hit in both.target.of("c:less_than")}
    unless = both.target.of("c:unless")  # "a menos que" holds "less"
    for one in have:
        if one.start not in less or one.means != {"down"} or negations_near(both.target, one):
            continue
        if any(hit.start <= one.start and one.end <= hit.end for hit in unless):
            continue
        if ways or _right_at(both.target, one):
            return one
    return None


def moved_limit(both: Both, want: Sequence[Said], have: Sequence[Said]) -> tuple[str, str] | None:
    """A time that has lost its limit, and one that has won it, where limits stand right behind numbers."""
    if both.target.language is None or both.target.language.spaced:
        return None
    values = Counter(n.value for n in both.target.said)
    for way in ("up", "down"):
        here, there = ([one for one in said if one.means == {way}] for said in (want, have))
        if len(here) != len(there):
            continue
        limited = [n for n in both.source.said if any(0 <= n.start - one.end <= 1 for one in here)]
        held = [n for n in both.target.said if any(_stands_behind(both.target, n, one) for one in there)]
        lost = [n for n in limited if n.value not in {other.value for other in held} and values[n.value] == 1]
        won = [n for n in held if n.value not in {other.value for other in limited}]
        if len(lost) == len(won) == 1 and won[0].unit in TIME and same_unit(lost[0].unit, won[0].unit):
            return both.source.text[lost[0].start : lost[0].end], both.target.text[won[0].start : won[0].end]
    return None


def _stands_behind(side: Side, number: Number, limit: Said) -> bool:
    """Whether a limit stands right behind a number, only its unit between."""
    between = side.text[number.end : limit.start]
    return 0 <= limit.start - number.end <= _UNIT and not _PARTS.search(between) and not _TO.search(between)


def _second(side: Side, limits: Sequence[Said]) -> Said | None:
    """A limit behind a number that has the opposite one right before it: at the latest 3 months or later."""
    reach = 9 if side.language is not None and side.language.spaced else _UNIT - 1
    for number in side.said if len(limits) > 1 else ():
        before = [one for one in limits if 0 <= number.start - one.end <= 1]
        behind = [one for one in limits if 0 <= one.start - number.end <= reach]
        for one, other in zip(before, behind, strict=False):
            opposed = len(one.means) == len(other.means) == 1 and one.means != other.means
            if opposed and not _right_at(side, one, before=False) and not negations_near(side, one):
                return other
    return None


def _right_at(side: Side, one: Said, *, before: bool = True) -> bool:
    """Whether a limit stands right behind a number, or right before one."""
    return any(0 <= one.start - n.end <= _UNIT or (before and 0 <= n.start - one.end <= 1) for n in side.said)


def _limit_of(side: Side, limits: Sequence[Said], number: Number, *, behind: bool) -> set[str]:
    """What the nearest words before a number, and behind it, say of it: up, down."""
    before = [one for one in limits if one.start < number.start <= one.end + 15 and one.end <= number.end]
    after = [one for one in limits if 0 <= one.start - number.end < 16]
    found = sorted(before, key=lambda one: one.end)[-1:]
    if behind or (after and side.text.startswith(("or ", "and "), after[0].start)):
        near = sorted(after, key=lambda one: one.start)[:1]
        # 24時間以内に8錠を超えて: what stands behind another number is that number's
        if near and near[0].start - number.end <= _UNIT and any(_has_number(side, one) for one in found):
            found = []
        found += near
    return {
        means for one in found for means in one.means
        if not _PARTS.search(_POWER.sub("", side.text[min(one.end, number.end) : max(one.start, number.start)]))
    }  # fmt: skip


def _shared(side: Side, limits: Sequence[Said], number: Number) -> set[str]:
    """The limit of the number before, where it holds for both: at least 1 hour before or 2 after."""
    before = [n for n in side.said if n.end < number.start][-1:]
    if not before or _TOGETHER.fullmatch(side.text, before[0].end, number.start) is None:
        return set()
    return _limit_of(side, limits, before[0], behind=False)


def _limits_differ(
    both: Both, limits: tuple[Sequence[Said], Sequence[Said]], alike: Sequence[Number], partners: Sequence[Number]
) -> bool:
    """Whether a number that stands several times, each time with a limit, has others in the translation."""
    wanted = [
        sorted(_limit_of(both.source, limits[0], one, behind=True) or _shared(both.source, limits[0], one))
        for one in alike
    ]
    found = [sorted(_limit_of(both.target, limits[1], one, behind=True)) for one in partners]
    return all(len(one) == 1 for one in (*wanted, *found)) and sorted(wanted) != sorted(found)


def _right_behind(side: Side, limits: Sequence[Said], number: Number) -> set[str]:
    """What stands with a number behind it, no sign of a range between: 24 kg以上."""
    if side.language is None or side.language.spaced:
        return set()  # "24 to" says enough there
    near = [one for one in limits if 0 <= one.start - number.end <= _UNIT]
    return {means for one in near[:1] for means in one.means if not _TO.search(side.text[number.end : one.start])}


def _has_number(side: Side, one: Said) -> bool:
    """Whether a limit stands with a number before it: 24時間以内."""
    return side.language is not None and not side.language.spaced and any(
        0 <= one.start - number.end <= _UNIT for number in side.said
    )  # fmt: skip


def beside_number(side: Side, one: Said) -> bool:
    return any(
        (0 <= number.start - one.end <= 12 and len(side.text[one.end : number.start].split()) < 3)
        or 0 <= one.start - number.end <= 12
        for number in side.said
    )


def negations_near(side: Side, one: Said) -> list[Hit]:
    """The negations of the sentence that a limit stands in."""
    if not masked(side):
        return []
    begin = max((m.end() for m in ENDS.finditer(side.text, 0, one.start)), default=0)
    match = ENDS.search(side.text, one.end)
    end = match.start() if match else len(side.text)
    return [hit for hit in masked(side) if begin <= hit.start and hit.end <= end]
