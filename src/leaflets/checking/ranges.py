"""Ranges: from 2 to 5 is neither from 5 to 2, nor from 1 to 5 and 2 apart: a pair -> the two numbers that are wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from leaflets.checking.model import Both, Side
from leaflets.checking.numbers import Number
from leaflets.checking.shares import IN, with_ones

_SIGNS = ("-", "–", "—", "~", "to")
_DASH = re.compile(r"(?: ?[^\W\d_]{0,2}[°%]?[cf]?)?\s*(?:[-–—~～]|(?:to|bis|до|إلى|الى|الي|से|至|到|から|ถึง))\s*")
_DASHES = ("-", "–", "~", "～")
_BETWEEN = re.compile(r"(?:between|entre|zwischen|между) $")
_BETWEEN_AND = re.compile(r"(?: ?[^\W\d_]{0,2}[°%]?[cf]?)? (?:and|et|y|und|и) ")
JOINED = re.compile(
    r"\s*(?:[-–—~～/]|to|or|and|bis|oder|a|o|à|ou|до|или|إلى|الي|او|से|या|至|到|或|から|または|ถึง|หรือ)\s*"
)
_LONGEST = 16
"""Most characters of "to", with a unit before it."""
_NEAR = 22
"""Most characters between the ends of a range."""


_Range = tuple[Number, Number]


def _ranges(side: Side) -> Iterator[_Range]:
    for one, other in pairwise(side.numbers):
        between = side.text[one.end : other.start]
        if len(between) > _LONGEST:
            continue
        if _DASH.fullmatch(between) or (
            _BETWEEN_AND.fullmatch(between) and _BETWEEN.search(side.text, max(0, one.start - 10), one.start)
        ):
            yield one, other


def _rising(side: Side) -> Iterator[_Range]:
    """The ranges of a text, also those in words: "one to two", "once or twice"."""
    yield from _ranges(side)
    for one, other in pairwise(with_ones(side)):
        if one.word and one.value < other.value and JOINED.fullmatch(side.text[one.end : other.start]):
            yield one, other


def wrong_range(both: Both) -> tuple[Decimal, Decimal] | None:
    """The ends of a range, or of "1 in 10", that stand apart, fall where they should rise, or are another's."""
    there = list(_ranges(both.target))
    here = list(_rising(both.source)) if there else []
    return _falling(both, here, there) or _apart(both) or _changed(both, here, there)


def _falling(both: Both, here: Sequence[_Range], there: Sequence[_Range]) -> tuple[Decimal, Decimal] | None:
    """The ends of a range the wrong way round."""
    falling = {(a.value, b.value) for a, b in there if a.value > b.value}
    if not falling:
        return None
    for one, other in here:
        if (other.value, one.value) in falling:
            return one.value, other.value
    said = {(one.value, other.value) for one, other in pairwise(both.source.said)}
    for one, other in there:
        dash = both.target.text[one.end : other.start].strip() in _DASHES
        mine = {one.value, other.value} <= {value for pair in said for value in pair}
        if dash and mine and one.value > other.value and (one.value, other.value) not in said:
            return one.value, other.value
    return None


def _apart(both: Both) -> tuple[Decimal, Decimal] | None:
    """The ends of a range, or of "1 in 10", that stand apart in the translation."""
    for one, other in pairwise(both.source.said):
        between = both.source.text[one.end : other.start]
        a_range = between.strip() in _SIGNS
        if not a_range and not (one.value == 1 and IN.fullmatch(between)):
            continue
        want, have = both.source.once, both.target.once
        if one.value not in have or other.value not in have or one.value not in want or other.value not in want:
            continue
        first, last = sorted((have[one.value], have[other.value]), key=lambda n: n.start)
        if any(first.start < n.start < last.start for n in both.target.said if n.value not in (one.value, other.value)):
            return one.value, other.value
        if a_range and one.value < other.value and first.value == other.value:
            return one.value, other.value
        apart = both.target.text[first.end : last.start]
        if a_range and (len(apart) > _NEAR or re.search(r"[.;:،；。|]\s|[。；|]", apart)):
            return one.value, other.value
    return None


def _changed(both: Both, here: Sequence[_Range], there: Sequence[_Range]) -> tuple[Decimal, Decimal] | None:
    """A range of which one end has become another number of the text: 2 to 5 that became 1 to 5."""
    want, have = ([(one.value, other.value) for one, other in ranges] for ranges in (here, there))
    if len(want) != 1 or len(have) != 1 or want[0][0] >= want[0][1] or have == want:
        return None
    values = {n.value for n in (*both.source.said, *both.source.maybe)}
    same = [one == other for one, other in zip(want[0], have[0], strict=True)]
    return have[0] if any(same) and values.issuperset(have[0]) else None
