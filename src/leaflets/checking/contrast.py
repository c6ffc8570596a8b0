"""Numbers that are set against each other, and numbers that their counters have lost: a pair -> findings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from leaflets.checking.meaning import said_of
from leaflets.checking.model import Both, Finding, Side
from leaflets.checking.numbers import Number, same_unit
from leaflets.checking.quantities import finding_of, plain
from leaflets.checking.rules import STRICT
from leaflets.checking.words import Hit, longest

_REACH = 8
"""Most characters between a number and the words that set it against another."""
_CLAUSE = re.compile(r"[,;，、،؛।；。:：|]\s?|[.]\s|\b(?:versus|vs|and|compared|against|while|but)\b")
_ALONE = ("c:placebo", "c:month", "c:week", "c:year")
"""What stands once in each text, with one number in its clause."""
_PACES = ("c:day", "c:week", "c:month", "c:hour")
_IDS = frozenset(["c:versus", "c:versus_behind", "c:first", "c:second", *_ALONE])
_HINT = "each number must stand with what it stood with"


def contrasts(both: Both) -> Iterator[Finding]:
    """75 mg instead of 150 mg is not 150 mg instead of 75 mg, wherever a language puts them."""
    source, target = both.source, both.target
    if source.ids.isdisjoint(_IDS):
        return
    one = _against(source)
    other = _against(target) if one else None
    values = {number.value for number in source.said}
    if one and other and one.value != other.value and other.value in values:
        said = f"{plain(one.value)} and {plain(other.value)} changed places"
        yield finding_of(both, "order", said, _HINT)
        return
    for kind in _ALONE:
        want = _beside(source, kind)
        have = _beside(target, kind) if want is not None else None
        if want is not None and have is not None and want != have and have in values:
            yield finding_of(both, "order", f"{plain(want)} and {plain(have)} changed places", _HINT)
            return
    if crossed := _crossed(both):
        said = f"{plain(crossed[0])} and {plain(crossed[1])} changed places"
        yield finding_of(both, "order", said, _HINT)
        return
    first = [one.means for one in said_of(source, ("first", "second"))]
    if len(first) != 2 or first[0] == first[1]:
        return
    here, there = [n.value for n in source.numbers], [n.value for n in _rest(both)]
    turned = [one.means for one in said_of(target, ("first", "second"))] == first[::-1]
    kept = [one.means for one in said_of(target, ("first", "second"))] == first
    if (turned and here == there) or (kept and len(here) == 2 and here == there[::-1] and here[0] != here[1]):
        yield finding_of(both, "order", "first and second changed places", _HINT)


def _crossed(both: Both) -> tuple[Decimal, Decimal] | None:
    """Two doses of which each stands with the other's time: 5 mg each week until 10 mg a day."""
    here, there = ([n for n in side.said if n.unit in STRICT] for side in (both.source, both.target))
    if len(here) != 2 or len(there) != 2 or here[0].value == here[1].value:
        return None
    if {n.value for n in here} != {n.value for n in there} or not same_unit(here[0].unit, here[1].unit):
        return None
    want, have = _paces(both.source, here), _paces(both.target, there)
    shared = sorted(want.keys() & have.keys())
    if len(shared) != 2 or want[shared[0]] == want[shared[1]]:
        return None
    turned = [have[kind] for kind in shared] == [want[kind] for kind in reversed(shared)]
    return (want[shared[0]], want[shared[1]]) if turned else None


def _paces(side: Side, doses: list[Number]) -> dict[str, Decimal]:
    """The dose that is nearest to each time that the text names once."""
    out = {}
    for kind in _PACES:
        places = {hit.start for hit in longest(side.of(kind))}
        if len(places) == 1:
            (at,) = places
            out[kind] = min(doses, key=lambda n: min(abs(n.start - at), abs(at - n.end))).value
    return out


def counters(both: Both) -> Iterator[Finding]:
    """In languages that count with a word behind each number, that word stands nowhere without its number."""
    language = both.target.language
    if language is None or language.uncounted is None:
        return
    if match := language.uncounted.search(both.target.text):
        said = f"“{match[0].strip()}” lacks a number, or has another’s"
        yield finding_of(both, "numbers", said, "every number must be the source's, as digits or in words", (match[0],))


def _rest(both: Both) -> list[Number]:
    """The numbers of a translation that are not those of "the first time" and "the second time"."""
    words = said_of(both.target, ("first", "second"))
    return [n for n in both.target.numbers if not any(one.start <= n.start < one.end for one in words)]


def _against(side: Side) -> Number | None:
    """The number that another is set against: the only one behind "instead of", or before what says so."""
    before, behind = longest(side.of("c:versus_behind")), longest(side.of("c:versus"))
    found = [*_ends_before(side, before), *_begins_behind(side, [hit for hit in behind if hit.id == "c:versus"])]
    return found[0] if len(found) == 1 else None


def _ends_before(side: Side, hits: list[Hit]) -> list[Number]:
    found = [[n for n in side.said if 0 <= hit.start - n.end <= _REACH] for hit in hits]
    return [numbers[-1] for numbers in found if numbers]


def _begins_behind(side: Side, hits: list[Hit]) -> list[Number]:
    found = [[n for n in side.said if n.start <= hit.end <= n.end or 0 <= n.start - hit.end <= 3] for hit in hits]
    return [numbers[0] for numbers in found if numbers]


def _beside(side: Side, kind: str) -> Decimal | None:
    """The only number in the clause that holds a word."""
    hits = side.of(kind)
    if len({hit.start for hit in hits}) != 1:
        return None
    ends = [0, *(match.end() for match in _CLAUSE.finditer(side.text)), len(side.text)]
    begin = max(end for end in ends if end <= hits[0].start)
    stop = min(end for end in ends if end >= hits[0].end)
    values = [n.value for n in side.said if begin <= n.start < stop]
    return values[0] if len(values) == 1 else None
