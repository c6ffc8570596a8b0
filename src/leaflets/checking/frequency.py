"""How often: twice a day is not once in two days, though both hold the same numbers: a pair -> findings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from leaflets.checking.model import Both, Finding, Side
from leaflets.checking.quantities import finding_of
from leaflets.checking.rates import Rate
from leaflets.checking.rules import STRICT

_TIMES = ("c:minute", "c:hour", "c:day", "c:week", "c:month", "c:year", "c:every_other_day", "c:every_other_week")

_DAILY = re.compile(r"\b(?:mg|g|mcg|ml) (?:daily|a day|per day)\b(?! in| divided)")


def frequencies(both: Both) -> Iterator[Finding]:
    """What is done so many times in so many days is done as often in the translation."""
    have = _rates(both.target)
    want = _rates(both.source) if have else []
    if not want:
        return
    have, want = _joined(have, want), _joined(want, have)
    lost = [one for one in want if not any(one.hourly == other.hourly for other in have)]
    new = [one for one in have if not any(one.hourly == other.hourly for other in want)]
    if len(want) == len(have) and not lost:  # each has its partner
        lost, new = _without(want, have), _without(have, want)
    if not lost and (turned := _turned(both, want, have)):
        said = f"“{turned[0]}” and “{turned[1]}” changed places"
        yield finding_of(both, "order", said, "each must stand with what it stood with", turned)
    if lost and new:
        one, other = both.source.text[lost[0].start : lost[0].end], both.target.text[new[0].start : new[0].end]
        said = f"“{one.strip()}” became “{other.strip()}”"
        hint = "how many times, in how many hours or days?"
        yield finding_of(both, "frequency", said, hint, (one.strip(), other.strip()))


def _turned(both: Both, want: list[Rate], have: list[Rate]) -> tuple[str, ...]:
    """Two rates that changed places though the doses did not: three times a day first, then twice a day."""
    want = sorted([*want, *_once(both.source)], key=lambda rate: rate.start) if len(have) > len(want) else want
    wanted = [rate.hourly for rate in want]
    found = [rate.hourly for rate in have if rate.hourly in wanted]
    if len(set(wanted)) < 2 or wanted == found or sorted(wanted) != sorted(found):
        return ()
    one, other = ([n.value for n in side.said if n.unit in STRICT] for side in (both.source, both.target))
    if not one or one != other:
        return ()
    at = next(place for place, rate in enumerate(wanted) if rate != found[place])
    return tuple(both.source.text[rate.start : rate.end].strip() for rate in (want[at], want[wanted.index(found[at])]))


def _once(side: Side) -> list[Rate]:
    """Doses that English gives "daily" and other languages "once a day"."""
    return [Rate(match.start(), match.end(), (Fraction(1, 24),)) for match in _DAILY.finditer(side.text)]


def _joined(rates: list[Rate], others: list[Rate]) -> list[Rate]:
    """Rates of which two that the other text joins count as a range: "once a day or twice a day"."""
    for one in others:
        ends = [rate for rate in rates if len(rate.hourly) == 1 and rate.hourly[0] in one.hourly]
        if len(one.hourly) == 2 and {rate.hourly[0] for rate in ends} == set(one.hourly):
            rates = [*(rate for rate in rates if rate not in ends), Rate(ends[0].start, ends[-1].end, one.hourly)]
    return rates


def _without(rates: list[Rate], others: list[Rate]) -> list[Rate]:
    """Rates that have no partner of their own among others."""
    left = [other.hourly for other in others]
    out = []
    for one in rates:
        if one.hourly in left:
            left.remove(one.hourly)
        else:
            out.append(one)
    return out


def _rates(side: Side) -> list[Rate]:
    language = side.language
    if language is None or language.rates is None or side.ids.isdisjoint(_TIMES):
        return []
    numbers = [(n.start, n.end, n.value) for n in side.said]
    told = any(word in side.text for word in language.rates.one)
    ones = [n for n in side.maybe if n.value == 1 and side.text[n.start : n.end] in language.rates.one] if told else []
    numbers += [(n.start, n.end, n.value) for n in ones if not any(s < n.end and n.start < e for s, e, _ in numbers)]
    return language.rates.find(side.text, numbers)
