"""How often: twice a day is not once in two days, though both hold the same numbers: a pair -> findings."""

from __future__ import annotations

from collections.abc import Iterator

from leaflets.checking.model import Both, Finding, Side
from leaflets.checking.quantities import finding_of
from leaflets.checking.rates import Rate

_TIMES = ("c:hour", "c:day", "c:week", "c:month", "c:year", "c:every_other_day", "c:every_other_week")


def frequencies(both: Both) -> Iterator[Finding]:
    """What is done so many times in so many days is done as often in the translation."""
    have = _rates(both.target)
    want = _rates(both.source) if have else []
    lost = [one for one in want if not any(one.fits(other) for other in have)]
    new = [one for one in have if not any(one.fits(other) for other in want)]
    if lost and new:
        one, other = both.source.text[lost[0].start : lost[0].end], both.target.text[new[0].start : new[0].end]
        said = f"“{one.strip()}” became “{other.strip()}”"
        hint = "how many times, in how many hours or days?"
        yield finding_of(both, "frequency", said, hint, (one.strip(), other.strip()))


def _rates(side: Side) -> list[Rate]:
    language = side.language
    if language is None or language.rates is None or side.ids.isdisjoint(_TIMES):
        return []
    numbers = [(n.start, n.end, n.value) for n in side.said]
    ones = [n for n in side.maybe if n.value == 1 and side.text[n.start : n.end] in language.rates.one]
    numbers += [(n.start, n.end, n.value) for n in ones if not any(s < n.end and n.start < e for s, e, _ in numbers)]
    return language.rates.find(side.text, numbers)
