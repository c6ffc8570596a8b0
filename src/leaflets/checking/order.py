"""Order: each number of a translation stands with what it stood with in its source: a pair -> findings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from leaflets.checking.meaning import said_of
from leaflets.checking.model import Both, Finding, Side
from leaflets.checking.numbers import Number
from leaflets.checking.quantities import ONE_IN, finding_of, once_each, plain, same_unit
from leaflets.checking.rules import TIME

_ANCHORS = (
    ("morning", "noon", "afternoon", "evening", "night"), ("child", "adult"), ("before", "after"), ("left", "right"),
    ("day", "week", "month", "year", "hour"),
)  # fmt: skip
_RANGE = re.compile(r"\s*(?:[-–—~]|to)\s*")
_DASH = re.compile(r"\s*[-–—~～]\s*|\s*(?:to|bis|до|إلى|الى|الي|से|至|到|から|ถึง)\s*")
_IN = re.compile(r"\s*(?:in|out of)(?: every| each)?\s*")
_JOINED = re.compile(
    r"\s*(?:[-–—~～/]|to|or|and|bis|oder|a|o|à|ou|до|или|إلى|الي|او|से|या|至|到|或|から|または|ถึง|หรือ)\s*"
)
_PARTS = tuple(re.compile(parts) for parts in (r"\n+", r"\|", r"[;；؛]\s?", r"[;；؛]\s?|[.!?۔।](?:\s|$)|[。！？]"))
"""What parts a text: lines, cells of a table, clauses, sentences."""
_NEAR = 22
"""Most characters between the ends of a range."""


def order(both: Both) -> Iterator[Finding]:
    """Numbers of one unit come in the same order: two doses that changed places are two wrong doses."""
    source, target = both.source, both.target
    if len(source.said) < 2 and not (source.said and source.maybe):
        return
    want = once_each(source.said)
    have = once_each(target.said)
    shared = [value for value in want if value in have]
    ratio = {
        (Decimal(m[1]), Decimal(m[2].replace(",", "").rstrip(","))) for m in ONE_IN.finditer(source.text)
    }  # fmt: skip
    if apart := _between_parts(both):
        said = f"{plain(apart[0])} and {plain(apart[1])} changed places"
        yield finding_of(both, "order", said, "each number must stand in the line, cell or clause it stood in")
        return
    if rare := _rarity(both):
        said = f"{plain(rare[0])} in {plain(rare[1])} is turned round"
        yield finding_of(both, "order", said, "one of how many?")
        return
    if parted := _parted(both, want, have):
        said = f"{plain(parted[0])} and {plain(parted[1])} do not stand together"
        yield finding_of(both, "order", said, "each number must stand with what it stood with")
        return
    if swapped := _swapped(both):
        said = f"{plain(swapped[0])} and {plain(swapped[1])} changed places"
        yield finding_of(both, "order", said, "each number must stand with what it stood with")
        return
    for at, one in enumerate(shared):
        for other in shared[at + 1 :]:
            a, b, x, y = want[one], want[other], have[one], have[other]
            turned = (a.start < b.start) != (x.start < y.start)
            if _compared(both.source, a, b) and _compared(target, x, y):
                wrong = not turned  # "2 % against 1 %" is "beside 1 %, 2 %"
            elif (one, other) in ratio:
                whole_first = target.language is not None and target.language.whole_first
                wrong = turned != whole_first and bool({x.start, y.start})
                if wrong and not _close_words(target, x, y):
                    wrong = False
            else:
                wrong = turned and _comparable(a, b, x, y) and not _free(both, a, b, x, y) and not _moved(both, a, b)
            if wrong:
                said = f"{plain(one)} and {plain(other)} changed places"
                yield finding_of(both, "order", said, "each number must stand with what it stood with")
                return
    if len([n for n in source.said if n.unit and n.unit not in TIME and n.unit != "times"]) > 1 and not any(
        (want[v].start < want[w].start) != (have[v].start < have[w].start)
        for i, v in enumerate(shared) for w in shared[i + 1 :] if _comparable(want[v], want[w], have[v], have[w])
    ):  # fmt: skip
        for group in _ANCHORS[:4]:
            one_way, other_way = _sequence(source, group), _sequence(target, group)
            if len(one_way) == 2 and set(one_way) == set(other_way) and one_way != other_way:
                said = f"{' and '.join(one_way)} changed places"
                yield finding_of(both, "order", said, "each number must stand with what it stood with")
                return


def _rarity(both: Both) -> tuple[Decimal, Decimal] | None:
    """ "One in eight" that became eight in one, where the source says it in words or the translation says it twice."""
    have = once_each(both.target.numbers)
    whole_first = both.target.language is not None and both.target.language.whole_first
    for one, other in pairwise(_with_ones(both.source)):
        if one.value != 1 or not _IN.fullmatch(both.source.text[one.end : other.start]):
            continue
        part, whole = have.get(one.value), have.get(other.value)
        if part and whole and abs(part.start - whole.start) < _NEAR and (part.start > whole.start) != whole_first:
            return one.value, other.value
    return None


def _swapped(both: Both) -> tuple[Decimal, Decimal] | None:
    """Two doses that changed places where at least one of them is said more than once."""
    for unit in dict.fromkeys(number.unit for number in both.source.said):
        if unit in {*TIME, "", "times", "percent"}:
            continue
        want, have = (
            sorted((n for n in side.said if same_unit(n.unit, unit)), key=lambda n: n.start)
            for side in (both.source, both.target)
        )
        other = [place for place, (one, two) in enumerate(zip(want, have, strict=False)) if one.value != two.value]
        if len(want) != len(have) or len(other) != 2:
            continue
        first, last = (want[place] for place in other)
        repeated = Counter(number.value for number in want)
        if (
            (first.value, last.value) == (have[other[1]].value, have[other[0]].value)
            and max(repeated[first.value], repeated[last.value]) > 1
            and not _moved(both, first, last)
        ):
            return first.value, last.value
    return None


def _between_parts(both: Both) -> tuple[Decimal, Decimal] | None:
    """Two numbers that changed their lines, cells or clauses."""
    for parts in _PARTS if len(both.source.numbers) > 1 and len(both.target.numbers) > 1 else ():
        if parts.search(both.source.text) and (found := _moved_between(both, parts)):
            return found
    return None


def _moved_between(both: Both, parts: re.Pattern[str]) -> tuple[Decimal, Decimal] | None:
    """Two numbers of which one part lost the first and won the second; clauses may be cut otherwise, cells may not."""
    want, have = _by_part(both.source, parts), _by_part(both.target, parts)
    if len(want) != len(have):
        return None
    lost = [Counter(one) - Counter(other) for one, other in zip(want, have, strict=True)]
    won = [Counter(other) - Counter(one) for one, other in zip(want, have, strict=True)]
    if parts in _PARTS[:2]:
        everywhere = Counter(value for one in won for value in one)
        pairs = [(a, b) for one, other in zip(lost, won, strict=True) for a in one for b in other if a in everywhere]
        return pairs[0] if pairs else None
    if [len(one) for one in want] != [len(one) for one in have] or sum(lost, Counter()) != sum(won, Counter()):
        return None
    return next(((next(iter(a)), next(iter(b))) for a, b in zip(lost, won, strict=True) if a and b), None)


def _by_part(side: Side, parts: re.Pattern[str]) -> list[list[Decimal]]:
    """The numbers of each part of a text, those in digits only."""
    ends = [match.end() for match in parts.finditer(side.text)]
    out: list[list[Decimal]] = [[] for _ in range(len(ends) + 1)]
    at = 0
    for number in side.numbers:
        while at < len(ends) and number.start >= ends[at]:
            at += 1
        out[at].append(number.value)
    return out


def _ranges(side: Side) -> Iterator[tuple[Number, Number]]:
    for one, other in pairwise(side.numbers):
        if _DASH.fullmatch(side.text[one.end : other.start]):
            yield one, other


def _rising(side: Side) -> Iterator[tuple[Number, Number]]:
    """The ranges of a text, also those in words: "one to two", "once or twice"."""
    yield from _ranges(side)
    for one, other in pairwise(_with_ones(side)):
        if one.word and one.value < other.value and _JOINED.fullmatch(side.text[one.end : other.start]):
            yield one, other


def _with_ones(side: Side) -> list[Number]:
    """What a text says in its order, and each "one" of it."""
    ones = [n for n in side.maybe if n.value == 1 and side.text[n.start : n.end] == "one"]
    return sorted([*side.said, *ones], key=lambda n: n.start) if ones else side.said


def _parted(both: Both, want: dict[Decimal, Number], have: dict[Decimal, Number]) -> tuple[Decimal, Decimal] | None:
    """The ends of a range, or of "1 in 10", that stand apart in the translation, or of a range the wrong way round."""
    falling = {(a.value, b.value) for a, b in _ranges(both.target) if a.value > b.value}
    for one, other in _rising(both.source) if falling else ():
        if (other.value, one.value) in falling:
            return one.value, other.value
    in_order = sorted(both.source.said, key=lambda n: n.start)
    for one, other in pairwise(in_order):
        between = both.source.text[one.end : other.start]
        a_range = _RANGE.fullmatch(between) is not None
        if not a_range and not (one.value == 1 and _IN.fullmatch(between)):
            continue
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


def _comparable(a: Number, b: Number, x: Number, y: Number) -> bool:
    """Whether two numbers are of one kind in both texts, so that only their order tells them apart."""
    return same_unit(a.unit, b.unit) and same_unit(x.unit, y.unit)


def _close_words(side: Side, x: Number, y: Number) -> bool:
    return abs(x.start - y.start) < 40


def _compared(side: Side, one: Number, other: Number) -> bool:
    """Whether a word stands between two numbers that makes the one the measure of the other."""
    first, last = sorted((one, other), key=lambda n: n.start)
    return any(first.end <= hit.start and hit.end <= last.start for hit in side.of("c:than"))


def _free(both: Both, a: Number, b: Number, x: Number, y: Number) -> bool:
    """Whether times may change places here: in Chinese, Japanese and Hindi a time stands before what it limits."""
    if both.target.language is None:
        return True
    first, last = sorted((x, y), key=lambda n: n.start)
    joined = _JOINED.fullmatch(both.target.text[first.end : last.start]) is not None
    first_s, last_s = sorted((a, b), key=lambda n: n.start)
    between = both.source.text[first_s.end : last_s.start]
    told = set(both.target.text[first.end : last.start].split())
    if (told & both.target.language.parts and " and " in between) or both.target.of("c:whereas"):
        return False
    if " or " in between and any(first.end <= hit.start < last.start for hit in both.target.of("or")):
        return False
    joined = joined or _JOINED.fullmatch(between) is not None
    instead = re.search(r"^[^\d]*\b(?:instead of|rather than|versus|vs|against)\b[^\d]*$", between) is not None
    kept = any(
        len(set(way := _sequence(both.source, group))) > 1 and way == _sequence(both.target, group)
        for group in _ANCHORS[:4]
    )
    for unit in {n.unit for n in both.source.said} - {"", a.unit}:
        one = [value for value, n in once_each(both.source.said).items() if n.unit == unit]
        other = [value for value, n in once_each(both.target.said).items() if same_unit(n.unit, unit)]
        kept = kept or (len(one) > 1 and one == other)
    if both.target.language.free_order and instead:
        return True
    return both.target.language.free_order and a.unit in {*TIME, "percent"} and not joined and not kept


def _moved(both: Both, a: Number, b: Number) -> bool:
    """Whether the words that numbers stand with changed places too: then whole phrases did, and nothing is wrong."""
    first, last = sorted((a, b), key=lambda n: n.start)
    for group in _ANCHORS:
        places = [one.start for one in said_of(both.source, group)]
        if not places or places[0] > last.start or places[-1] < first.start:
            continue  # they stand with one of the two at most
        one_way, other_way = _sequence(both.source, group), _sequence(both.target, group)
        if len(one_way) > 1 and len(one_way) == len(other_way) and one_way == other_way[::-1] and one_way != other_way:
            return True
    return False


def _sequence(side: Side, group: Sequence[str]) -> list[str]:
    return ["|".join(sorted(one.means)) for one in said_of(side, group)]
