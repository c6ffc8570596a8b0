"""Order: each number of a translation stands with what it stood with in its source: a pair -> findings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from leaflets.checking.meaning import said_of
from leaflets.checking.model import Both, Finding, Side
from leaflets.checking.numbers import Number, same_unit
from leaflets.checking.parts import between_parts, crossed
from leaflets.checking.quantities import ONE_IN, finding_of, plain
from leaflets.checking.ranges import JOINED, wrong_range
from leaflets.checking.rules import TIME
from leaflets.checking.shares import IN, by_stroke, rarity, share

_ANCHORS = (
    ("morning", "noon", "afternoon", "evening", "night"), ("child", "adult"), ("before", "after"), ("left", "right"),
    ("day", "week", "month", "year", "hour"),
)  # fmt: skip
_ANCHOR_IDS = frozenset(f"c:{name}" for group in _ANCHORS[:4] for name in group)
_CLOCKS = ("clock", "hour")
_WITH = "each number must stand with what it stood with"
_APART = re.compile(r"[.;:,|()]")
"""Signs that part a sentence: what stands behind them is another thought."""
_OF = re.compile(r"\b(?:of|among)(?: the| these)? $")
_WHOLE = re.compile(r"(?:^|[.;:,] )(?:sur|parmi|von|unter|de|из|entre)(?: l[oae]s| den)? $")
_NEAR = 22
"""Most characters between the ends of a range."""


def order(both: Both) -> Iterator[Finding]:
    """Numbers of one unit come in the same order: two doses that changed places are two wrong doses."""
    source, target = both.source, both.target
    if len(source.said) < 2 and not (source.said and source.possible):
        return
    for looks, told, hint in _LOOKS:
        if found := next((found for look in looks if (found := look(both))), None):
            yield finding_of(both, "order", told.format(*(plain(value) for value in found)), hint)
            return
    want = source.once
    have = target.once
    shared = [value for value in want if value in have]
    ratio = {
        (Decimal(m[1]), Decimal(m[2].replace(",", "").rstrip(","))) for m in ONE_IN.finditer(source.text)
    } | {
        (a.value, b.value) for a, b in pairwise(source.said)
        if a.word and a.value < b.value and IN.fullmatch(source.text[a.end : b.start])
    }  # fmt: skip
    than = source.of("c:than") and target.of("c:than")
    for at, one in enumerate(shared):
        for other in shared[at + 1 :]:
            a, b, x, y = want[one], want[other], have[one], have[other]
            turned = (a.start < b.start) != (x.start < y.start)
            if not turned and not than and not ratio:
                continue
            if than and _compared(source, a, b) and _compared(target, x, y):
                wrong = not turned  # "2 % against 1 %" is "beside 1 %, 2 %"
            elif (one, other) in ratio:
                whole_first = (
                    target.language is not None and target.language.whole_first and not by_stroke(target, x, y)
                ) or _whole_before(both, b, x if x.start < y.start else y)
                wrong = turned != whole_first and bool({x.start, y.start})
                wrong = wrong and abs(x.start - y.start) < 40
            else:
                wrong = turned and _comparable(a, b, x, y) and not _free(both, a, b, x, y) and not _moved(both, a, b)
                wrong = wrong and not _whole_before(both, b, y)
            if wrong:
                yield finding_of(both, "order", f"{plain(one)} and {plain(other)} changed places", _WITH)
                return
    if source.ids.isdisjoint(_ANCHOR_IDS):
        return
    if len([n for n in source.said if n.unit and n.unit not in TIME and n.unit != "times"]) > 1 and not any(
        (want[v].start < want[w].start) != (have[v].start < have[w].start)
        for i, v in enumerate(shared) for w in shared[i + 1 :] if _comparable(want[v], want[w], have[v], have[w])
    ):  # fmt: skip
        for group in _ANCHORS[:4]:
            one_way, other_way = _sequence(source, group), _sequence(target, group)
            if len(one_way) == 2 and _same(one_way, other_way[::-1]) and not _same(one_way, other_way):
                said = f"{' and '.join('|'.join(sorted(one)) for one in one_way)} changed places"
                yield finding_of(both, "order", said, _WITH)
                return


def _at_times(both: Both) -> tuple[Decimal, Decimal] | None:
    """Two numbers that changed places where each has a time of the day and these stand in one order in both texts."""
    source, target = both.source, both.target
    want = [n.value for n in source.said]
    if want == [n.value for n in target.said]:
        return None
    have = [next((v for v in (n.value, *n.also) if v in want), n.value) for n in target.said]
    if want == have or len(want) != len(have) or any(n.unit and n.unit not in _CLOCKS for n in source.said):
        return None
    here, there = said_of(source, _ANCHORS[0]), said_of(target, _ANCHORS[0])
    if len(here) != len(want) or len(there) != len(want) or len(want) < 2:
        return None
    if not all(one.means & other.means for one, other in zip(here, there, strict=True)):
        return None
    also = [{n.value, *n.also} for n in target.said]
    if all(value in said for value, said in zip(want, also, strict=True)) or sorted(want) != sorted(have):
        return None
    return next((one, other) for one, other in zip(want, have, strict=True) if one != other)


def _swapped(both: Both) -> tuple[Decimal, Decimal] | None:
    """Two doses that changed places where at least one of them is said more than once."""
    if both.same:
        return None
    for unit in dict.fromkeys(number.unit for number in both.source.said):
        if unit in {"", "times", "percent"} or (unit in TIME and _times_move(both)):
            continue
        want, have = (
            sorted((n for n in side.said if same_unit(n.unit, unit)), key=lambda n: n.start)
            for side in (both.source, both.target)
        )
        other = [place for place, (one, two) in enumerate(zip(want, have, strict=False)) if one.value != two.value]
        if len(want) != len(have) or len(other) != 2:
            continue
        first, last = (want[place] for place in other)
        repeated = Counter(n.value for n in both.source.said) | Counter(n.value for n in both.target.said)
        if (
            (first.value, last.value) == (have[other[1]].value, have[other[0]].value)
            and max(repeated[first.value], repeated[last.value]) > 1
            and not _moved(both, first, last)
        ):
            return first.value, last.value
    return None


def _clocks(both: Both) -> tuple[Decimal, Decimal] | None:
    """Two hours of a day that changed places where the translation counts to 24: 8 a.m. and 8 p.m."""
    want = [n.also[0] if n.also else n.value for n in both.source.said if n.unit == "clock"]
    have = [n.value for n in both.target.said if n.value in want and not n.word] if want else []
    if len(want) == len(have) == len(set(want)) == len(set(have)):
        return next(((one, other) for one, other in zip(want, have, strict=True) if one != other), None)
    return None


def _turned_ratio(both: Both) -> tuple[Decimal, Decimal] | None:
    """ "10 in 1" where the source says 1 in 10; not in languages that say: of 10, 1."""
    language = both.target.language
    if language is None or language.whole_first or not language.spaced:
        return None
    ratios = ONE_IN.findall(both.source.text)
    if not ratios:
        return None
    beside = set()
    for first, last in pairwise(both.target.numbers):
        between = both.target.text[first.end : last.start]
        if len(between) < _NEAR and not _APART.search(between):
            beside.add((first.value, last.value))
    for part, rest in ratios:
        one, whole = Decimal(part), Decimal(rest.replace(",", "").rstrip(","))
        if (whole, one) in beside and (one, whole) not in beside:  # "12 of 200 and 9 of 200" has both
            return one, whole
    return None


def _times_move(both: Both) -> bool:
    return both.target.language is None or both.target.language.free_order


def _comparable(a: Number, b: Number, x: Number, y: Number) -> bool:
    """Whether two numbers are of one kind in both texts, so that only their order tells them apart."""
    return same_unit(a.unit, b.unit) and same_unit(x.unit, y.unit)


def _compared(side: Side, one: Number, other: Number) -> bool:
    """Whether a word stands between two numbers that makes the one the measure of the other."""
    first, last = sorted((one, other), key=lambda n: n.start)
    return any(first.end <= hit.start and hit.end <= last.start for hit in side.of("c:than"))


def _free(both: Both, a: Number, b: Number, x: Number, y: Number) -> bool:
    """Whether times may change places here: in Chinese, Japanese and Hindi a time stands before what it limits."""
    if both.target.language is None:
        return True
    first, last = sorted((x, y), key=lambda n: n.start)
    joined = JOINED.fullmatch(both.target.text[first.end : last.start]) is not None
    first_s, last_s = sorted((a, b), key=lambda n: n.start)
    between = both.source.text[first_s.end : last_s.start]
    told = set(both.target.text[first.end : last.start].split())
    if (told & both.target.language.parts and " and " in between) or both.target.of("c:whereas"):
        return False
    if " or " in between and any(first.end <= hit.start < last.start for hit in both.target.of("or")):
        return False
    joined = joined or JOINED.fullmatch(between) is not None
    instead = re.search(r"^[^\d]*\b(?:instead of|rather than|versus|vs|against)\b[^\d]*$", between) is not None
    kept = any(
        len(set(way := _sequence(both.source, group))) > 1 and _same(way, _sequence(both.target, group))
        for group in _ANCHORS[:4]
    )
    for unit in {n.unit for n in both.source.said} - {"", a.unit}:
        one = [value for value, n in both.source.once.items() if n.unit == unit]
        other = [value for value, n in both.target.once.items() if same_unit(n.unit, unit)]
        kept = kept or (len(one) > 1 and one == other)
    if both.target.language.free_order and instead:
        return True
    return both.target.language.free_order and a.unit in {*TIME, "percent"} and not joined and not kept


def _whole_before(both: Both, b: Number, y: Number) -> bool:
    """ "Eleven out of 240" as "of 240, eleven"."""
    return (
        _OF.search(both.source.text, 0, b.start) is not None and _WHOLE.search(both.target.text, 0, y.start) is not None
    )


def _moved(both: Both, a: Number, b: Number) -> bool:
    """Whether the words that numbers stand with changed places too: then whole phrases did, and nothing is wrong."""
    first, last = sorted((a, b), key=lambda n: n.start)
    for group in _ANCHORS:
        places = [one.start for one in said_of(both.source, group)]
        if not places or places[0] > last.start or places[-1] < first.start:
            continue  # they stand with one of the two at most
        one_way, other_way = _sequence(both.source, group), _sequence(both.target, group)
        if len(one_way) > 1 and _same(one_way, other_way[::-1]) and not _same(one_way, other_way):
            return True
    return False


def _sequence(side: Side, group: tuple[str, ...]) -> list[frozenset[str]]:
    return [one.means for one in said_of(side, group)]


def _same(one: Sequence[frozenset[str]], other: Sequence[frozenset[str]]) -> bool:
    """Whether two sequences may say the same: "night" is the evening, too."""
    return len(one) == len(other) and all(a & b for a, b in zip(one, other, strict=True))


_LOOKS: tuple[tuple[tuple[Callable[[Both], tuple[Decimal, Decimal] | None], ...], str, str], ...] = (
    ((between_parts,), "{} and {} changed places", "each number must stand in the line, cell or clause it stood in"),
    ((_at_times,), "{} and {} changed places", _WITH),
    ((rarity, share), "{} in {} is turned round", "one of how many?"),
    ((wrong_range,), "{} and {} do not stand together", _WITH),
    ((_swapped, crossed, _clocks, _turned_ratio), "{} and {} changed places", _WITH),
)
"""What is looked for first, what is said of it, and the hint."""
