"""Numbers that left their line, cell, clause or sentence: a pair -> the two numbers that changed places."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from decimal import Decimal

from leaflets.checking.model import Both, Side
from leaflets.checking.numbers import Number, same_unit

_LINES = re.compile(r"\n+")
_CELLS = re.compile(r"\|")
_CLAUSES = re.compile(r"[;；؛]\s?")
_SENTENCES = re.compile(r"[;；؛]\s?|[.!?۔।](?:\s|$)|[。！？]")
_KINDS = ((_LINES, "\n"), (_CELLS, "|"), (_CLAUSES, ";；؛"), (_SENTENCES, ";；؛.!?۔।。！？"))
"""What parts a text, and the signs of which one must be there."""
_COMMAS = re.compile(r"[、，]|, ")


def between_parts(both: Both) -> tuple[Decimal, Decimal] | None:
    """Two numbers that changed their lines, cells or clauses."""
    if len(both.source.numbers) < 2 or len(both.target.numbers) < 2:
        return None
    for parts, signs in _KINDS:
        ends = _ends(both.source, parts) if any(sign in both.source.text for sign in signs) else []
        if ends and (found := _moved_between(both, parts, ends)):
            return found
    return None


def _moved_between(both: Both, parts: re.Pattern[str], ends: list[int]) -> tuple[Decimal, Decimal] | None:
    """Two numbers of which one part lost the first and won the second; clauses may be cut otherwise, cells may not."""
    stops = _ends(both.target, parts)
    if parts is _CLAUSES and not stops:
        stops = _ends(both.target, _COMMAS)  # Japanese parts them so
    if len(ends) != len(stops):
        return None
    if len(ends) == 1 and both.source.numbers[-1].start < ends[0] and both.target.numbers[-1].start < stops[0]:
        return None  # a single sentence with its full stop
    want, have = _by_part(both.source, ends), _by_part(both.target, stops)
    if want == have:
        return None
    lost = [Counter(one) - Counter(other) for one, other in zip(want, have, strict=True)]
    won = [Counter(other) - Counter(one) for one, other in zip(want, have, strict=True)]
    if parts in (_LINES, _CELLS):
        everywhere = Counter(value for one in won for value in one)
        pairs = [(a, b) for one, other in zip(lost, won, strict=True) for a in one for b in other if a in everywhere]
        return pairs[0] if pairs else None
    rest = sum(won, Counter()) - sum(lost, Counter())
    if sum(lost, Counter()) - sum(won, Counter()) or set(rest) - {1}:
        return None  # 1日2回 has a "1" that "twice a day" has not
    if not rest and [len(one) for one in want] != [len(one) for one in have]:
        return None
    for here, (a, b) in enumerate(zip(lost, won, strict=True)):
        for one, other in ((one, other) for one in a for other in b):
            if any(one in won[there] and other in lost[there] for there in range(len(lost)) if there != here):
                return one, other
    return None


def _ends(side: Side, parts: re.Pattern[str]) -> list[int]:
    return [match.end() for match in parts.finditer(side.text)]


def _by_part(side: Side, ends: list[int]) -> list[list[Decimal]]:
    """The values of each part of a text, those in digits only."""
    return [[number.value for number in part] for part in _numbers_by_part(side, ends)]


def _numbers_by_part(side: Side, ends: list[int]) -> list[list[Number]]:
    out: list[list[Number]] = [[] for _ in range(len(ends) + 1)]
    for number in side.numbers:
        out[bisect_right(ends, number.start)].append(number)
    return out


def crossed(both: Both) -> tuple[Decimal, Decimal] | None:
    """Two numbers of one sentence that exchanged their units, where other sentences hold them too: day 1, 2 tablets."""
    if both.same:
        return None
    want, have = (_numbers_by_part(side, _ends(side, _SENTENCES)) for side in (both.source, both.target))
    if len(want) != len(have):
        return None
    for here, there in zip(want, have, strict=True):
        if len(here) != 2 or len(there) != 2 or not all(number.unit for number in (*here, *there)):
            continue
        (a, b), found = here, {number.value: number for number in there}
        if same_unit(a.unit, b.unit) or found.keys() != {a.value, b.value}:
            continue
        if same_unit(found[a.value].unit, b.unit) and same_unit(found[b.value].unit, a.unit):
            return a.value, b.value
    return None
