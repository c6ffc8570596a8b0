"""Numbers, units and order of both sides, digits and words alike, compared by value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from leaflets.checking.meaning import said_of
from leaflets.checking.model import Both, Finding, Side, Weight
from leaflets.checking.numbers import Number
from leaflets.checking.rules import STRICT, TIME

_ABBREVIATIONS = re.compile(
    r"(?<![\w.])(?:q\.?d\.?|b\.?i\.?d\.?|t\.?i\.?d\.?|q\.?i\.?d\.?|q\.?o\.?d\.?|prn|q\d{1,2}h)(?!\w)"
)
_DOSED = frozenset(["tablet", "capsule", "drop", "puff", "patch", "spoon"])
_ALIKE = (
    frozenset(["times", "dose"]),
    frozenset(["times", "puff"]),
    frozenset(["dose", "puff"]),
    frozenset(["IU", "dose"]),
)
"""Units of which one may stand for the other."""
_ONE_IN = re.compile(r"(\d+)\s(?:in|of|out of)(?: every| each)?\s(\d[\d,]*)")
_ANCHORS = (
    ("morning", "noon", "afternoon", "evening", "night"), ("child", "adult"), ("before", "after"), ("left", "right"),
    ("day", "week", "month", "year", "hour"),
)  # fmt: skip
_RANGE = re.compile(r"\s*(?:[-–—~]|to)\s*")
_IN = re.compile(r"\s*(?:in|out of)(?: every| each)?\s*")
_JOINED = re.compile(r"\s*(?:[-–—~～/]|to|or|and|bis|oder|a|o|à|ou|до|или|إلى|او|से|या|至|到|或|から|または|ถึง|หรือ)\s*")


def numbers(both: Both) -> Iterator[Finding]:
    """Every number of the source is in the translation and no other, as digits or as words."""
    missing, added = left_over(both)
    if not missing and not added:
        return
    if both.target.text.find("11") < 0 and "once" in both.source.text.split() and any(n.value == 11 for n in added):
        yield _finding(both, "false-friend", "“once” means eleven here; the source says once", "translate “once”")
        added = [n for n in added if n.value != 11]
    told = [*(f"{_say(n)} is missing" for n in missing), *(f"{_say(n)} was added" for n in added)]
    if told:
        words = all(n.word for n in (*missing, *added))
        marks = (
            *(both.source.text[n.start : n.end] for n in missing),
            *(both.target.text[n.start : n.end] for n in added),
        )
        rule = "number-words" if words else "numbers"
        yield _finding(both, rule, "; ".join(told), "every number must be the source's, as digits or in words", marks)


def units(both: Both) -> Iterator[Finding]:
    """Each number has the same unit in both texts; what stands below a stroke too."""
    source, target = both.source, both.target
    if target.language is None or source.language is None:
        return
    values = {n.value for n in source.said if n.value != 1 or not n.word} & {n.value for n in target.said}
    for value in sorted(values):
        want = [n for n in source.said if n.value == value]
        have = [n for n in target.said if n.value == value]
        for lost, found in _exchanged(want, have):
            said = f"{_plain(value)} {_unit(lost)} became {_plain(value)} {_unit(found)}"
            marks = (source.text[lost.start : lost.end], target.text[found.start : found.end])
            yield _finding(both, "units", said, "a unit is never converted, exchanged or dropped", marks)
    for lost, won in _crossed(source, target):
        said = f"{_plain(lost.value)} and {_plain(won.value)} changed their units"
        yield _finding(both, "units", said, "each number must stand with its own unit")
    for number in (n for n in source.said if n.unit in TIME and not n.word):
        partner = next((n for n in target.said if n.value == number.value and not n.unit), None)
        if partner and not any(n.value == number.value and n.unit for n in target.said):
            if not any(number.unit in one.means for one in said_of(target, tuple(TIME))):
                said = f"{_plain(number.value)} {number.unit} became {_plain(number.value)} without a unit"
                yield _finding(both, "units", said, "a unit is never dropped")
    below_s = [below for n in source.said for below in n.per]
    below_t = [below for n in target.said for below in n.per]
    if below_s and below_t and len(below_s) == len(below_t):
        for one, other in zip(sorted(below_s), sorted(below_t), strict=True):
            if not _same(one, other):
                said = f"per {one} became per {other}"
                yield _finding(both, "units", said, "what stands below the stroke must be the same")


def order(both: Both) -> Iterator[Finding]:
    """Numbers of one unit come in the same order: two doses that changed places are two wrong doses."""
    source, target = both.source, both.target
    if len(source.said) < 2:
        return
    want = _once_each(source.said)
    have = _once_each(target.said)
    shared = [value for value in want if value in have]
    ratio = {
        (Decimal(m[1]), Decimal(m[2].replace(",", "").rstrip(","))) for m in _ONE_IN.finditer(source.text)
    }  # fmt: skip
    if parted := _parted(both, want, have):
        said = f"{_plain(parted[0])} and {_plain(parted[1])} do not stand together"
        yield _finding(both, "order", said, "each number must stand with what it stood with")
        return
    for at, one in enumerate(shared):
        for other in shared[at + 1 :]:
            a, b, x, y = want[one], want[other], have[one], have[other]
            turned = (a.start < b.start) != (x.start < y.start)
            if (one, other) in ratio:
                whole_first = target.language is not None and target.language.whole_first
                wrong = turned != whole_first and bool({x.start, y.start})
                if wrong and not _close_words(target, x, y):
                    wrong = False
            else:
                wrong = turned and _comparable(a, b, x, y) and not _free(both, a, b, x, y) and not _moved(both)
            if wrong:
                said = f"{_say(a)} … {_say(b)} became {_say(x if turned else y)} … {_say(y if turned else x)}"
                said = f"{_plain(one)} and {_plain(other)} changed places"
                yield _finding(both, "order", said, "each number must stand with what it stood with")
                return
    if len([n for n in source.said if n.unit and n.unit not in TIME and n.unit != "times"]) > 1 and not any(
        (want[v].start < want[w].start) != (have[v].start < have[w].start)
        for i, v in enumerate(shared) for w in shared[i + 1 :] if _comparable(want[v], want[w], have[v], have[w])
    ):  # fmt: skip
        for group in _ANCHORS[:4]:
            one_way, other_way = _sequence(source, group), _sequence(target, group)
            if len(one_way) == 2 and set(one_way) == set(other_way) and one_way != other_way:
                said = f"{' and '.join(one_way)} changed places"
                yield _finding(both, "order", said, "each number must stand with what it stood with")
                return


def forbidden(both: Both) -> Iterator[Finding]:
    """No dose abbreviation that is known to be misread (ISMP list of error-prone abbreviations)."""
    found = _ABBREVIATIONS.search(both.target.text)
    if found:
        yield _finding(both, "abbreviation", f"“{found[0]}” is a dose abbreviation", "write it out", (found[0],))
    for short, instead in (both.target.language.forbidden if both.target.language else {}).items():
        if short.casefold() in both.target.text.split():
            said = f"“{short}” is a dose abbreviation"
            yield _finding(both, "abbreviation", said, f"write “{instead}”", (short,))
    naked = r"(?<![\d.,\w])[.,]\d"
    if re.search(naked, both.target.text) and not re.search(naked, both.source.text):
        said = "a number begins with its decimal sign"
        yield _finding(both, "number-form", said, "write 0 before it", weight=Weight.MAJOR)
    trailing = r"\d[.,]0(?!\d)"
    if re.search(trailing, both.target.text) and not re.search(trailing, both.source.text):
        said = "a number ends in a zero behind its decimal sign"
        yield _finding(both, "number-form", said, "5.0 is read as 50", weight=Weight.MAJOR)


def left_over(both: Both) -> tuple[list[Number], list[Number]]:
    """Numbers of either text that the other does not say, neither in digits nor in words."""
    left_s, left_t = list(both.source.said), list(both.target.said)
    for strict in (2, 1, 0):  # the same unit first, then digits with digits
        for number in list(left_s):
            same = next((n for n in left_t if _equal(number, n) and _pairs(number, n, strict)), None)
            if same is not None:
                left_s.remove(number)
                left_t.remove(same)
    for here, there in ((left_s, left_t), (left_t, left_s)):
        for number in list(here):
            values = [n.value for n in there]
            if number.parts and all(part in values for part in number.parts):
                here.remove(number)
                for part in number.parts:
                    there.remove(next(n for n in there if n.value == part))
    missing = _ones(both)
    # Who writes "one" says nothing that must be said; a digit 1 is another matter.
    left_s = [n for n in left_s if not (n.word and n.value == 1)]
    left_t = [n for n in left_t if not (n.word and n.value == 1)]
    ones_s, ones_t = [n for n in left_s if n.value == 1], [n for n in left_t if n.value == 1]
    left_s = _excused(left_s, _near_whole(both, both.target.maybe), ones_s, unit=True)
    left_t = _excused(left_t, both.source.maybe, ones_t, unit=False)
    if left_s and not left_t:
        left_s = _excused(left_s, both.target.maybe, [n for n in left_s if n.value != 1], unit=False)
    elif left_t and not left_s:
        left_t = _excused(left_t, both.source.maybe, left_t, unit=False)
    if both.target.language is None or "numerals" not in both.target.language.has:
        left_s = [n for n in left_s if not n.word]
    if both.source.language is None or "numerals" not in both.source.language.has:
        left_t = [n for n in left_t if not n.word]
    return [*left_s, *missing], left_t


def _ones(both: Both) -> list[Number]:
    """ "One tablet" of a source for which the translation says no one of this kind: the number was lost."""
    if both.target.language is None or "numerals" not in both.target.language.has:
        return []
    said = [n for n in both.source.maybe if n.unit in _DOSED and both.source.text.startswith("one ", n.start)]
    found = [n for n in (*both.target.said, *both.target.maybe) if n.value == 1]
    kinds = {n.unit for n in said}
    return [
        n for n in said
        if not any(_same(n.unit, m.unit) or not m.unit for m in found) and len(kinds) == 1 and _knows(both.target, n.unit)
    ]  # fmt: skip


def _knows(side: Side, unit: str) -> bool:
    """Whether a text holds a word for a unit at all."""
    language = side.language
    return language is not None and any(
        unit in language.unit_key[match[0]].split("|") for match in language.unit.finditer(side.text)
    )


def _pairs(one: Number, other: Number, strict: int) -> bool:
    if strict and one.word != other.word:
        return False
    return strict < 2 or _same(one.unit, other.unit)


def _equal(one: Number, other: Number) -> bool:
    return one.value == other.value or one.value in other.also or other.value in one.also


def _excused(left: Sequence[Number], maybe: Sequence[Number], these: Sequence[Number], *, unit: bool) -> list[Number]:
    """Numbers that a word of the other text may say: each such word excuses one, with ``unit`` only its own unit."""
    words = list(maybe)
    out = []
    for number in left:
        fits = next((word for word in words if _fits(number, word, unit=unit)), None) if number in these else None
        if fits is None:
            out.append(number)
        else:
            words.remove(fits)
    return out


def _near_whole(both: Both, maybe: Sequence[Number]) -> Sequence[Number]:
    """Words for one; where the source says 1 in 100 only those that stand near the 100."""
    ratio = _ONE_IN.search(both.source.text)
    if ratio is None:
        return maybe
    whole = Decimal(ratio[2].replace(",", "") or "0")
    places = [n for n in both.target.said if n.value == whole]
    return [word for word in maybe if any(min(abs(word.end - n.start), abs(word.start - n.end)) < 25 for n in places)]


def _fits(number: Number, word: Number, *, unit: bool) -> bool:
    """Whether a word such as "a" or "both" may stand for a number: never for a dose, but for "one"."""
    if not _equal(number, word) or (number.value != 1 and set(number.unit.split("|")) & STRICT):
        return False
    return not unit or not number.unit or number.word or _same(number.unit, word.unit)


def _crossed(source: Side, target: Side) -> Iterator[tuple[Number, Number]]:
    """Two numbers of which one has lost a unit of time, and the other has won it."""
    want, have = _once_each(source.said), _once_each(target.said)
    shared = [value for value in want if value in have]
    lost = [want[v] for v in shared if want[v].unit in TIME and not have[v].unit]
    won = [have[v] for v in shared if have[v].unit in TIME and not want[v].unit]
    for one in lost:
        yield from ((one, other) for other in won if other.unit == one.unit)


def _exchanged(want: Sequence[Number], have: Sequence[Number]) -> Iterator[tuple[Number, Number]]:
    """Numbers of one value whose units are not the same."""
    left_s, left_t = list(want), list(have)
    for number in list(left_s):
        same = next((n for n in left_t if _same(number.unit, n.unit)), None)
        if same is not None:
            left_s.remove(number)
            left_t.remove(same)
    for number in left_s:
        for other in sorted(left_t, key=lambda n: not n.unit):
            if _wrong(number.unit, other.unit):
                left_t.remove(other)
                yield number, other
                break


def _same(one: str, other: str) -> bool:
    return one == other or bool(set(one.split("|")) & set(other.split("|")))


def _wrong(one: str, other: str) -> bool:
    """Whether two units that differ are a fault: both known, or one that a dose is made of and none."""
    if one and other:
        return not any(frozenset([a, b]) in _ALIKE for a in one.split("|") for b in other.split("|"))
    return bool(set((one or other).split("|")) & STRICT)


def _once_each(numbers: Iterable[Number]) -> dict[Decimal, Number]:
    """Numbers whose value stands once in the text."""
    out: dict[Decimal, Number] = {}
    twice = set()
    for number in numbers:
        if number.value in out:
            twice.add(number.value)
        out[number.value] = number
    return {value: number for value, number in out.items() if value not in twice}


def _parted(both: Both, want: dict[Decimal, Number], have: dict[Decimal, Number]) -> tuple[Decimal, Decimal] | None:
    """The ends of a range, or of "1 in 10", between which another number stands in the translation."""
    in_order = sorted(both.source.said, key=lambda n: n.start)
    for one, other in pairwise(in_order):
        between = both.source.text[one.end : other.start]
        together = _RANGE.fullmatch(between) or (one.value == 1 and _IN.fullmatch(between))
        if not together or one.value not in have or other.value not in have:
            continue
        if one.value not in want or other.value not in want:
            continue
        x, y = sorted((have[one.value].start, have[other.value].start))
        if any(x < n.start < y for n in both.target.said if n.value not in (one.value, other.value)):
            return one.value, other.value
    return None


def _comparable(a: Number, b: Number, x: Number, y: Number) -> bool:
    """Whether two numbers are of one kind in both texts, so that only their order tells them apart."""
    return _same(a.unit, b.unit) and _same(x.unit, y.unit)


def _close_words(side: Side, x: Number, y: Number) -> bool:
    return abs(x.start - y.start) < 40


def _free(both: Both, a: Number, b: Number, x: Number, y: Number) -> bool:
    """Whether times may change places here: in Chinese, Japanese and Hindi a time stands before what it limits."""
    if both.target.language is None:
        return True
    first, last = sorted((x, y), key=lambda n: n.start)
    joined = _JOINED.fullmatch(both.target.text[first.end : last.start]) is not None
    first_s, last_s = sorted((a, b), key=lambda n: n.start)
    between = both.source.text[first_s.end : last_s.start]
    joined = joined or _JOINED.fullmatch(between) is not None
    instead = re.search(r"^[^\d]*\b(?:instead of|rather than|versus|vs|against)\b[^\d]*$", between) is not None
    kept = any(
        len(set(way := _sequence(both.source, group))) > 1 and way == _sequence(both.target, group)
        for group in _ANCHORS[:4]
    )
    for unit in {n.unit for n in both.source.said} - {"", a.unit}:
        one = [value for value, n in _once_each(both.source.said).items() if n.unit == unit]
        other = [value for value, n in _once_each(both.target.said).items() if _same(n.unit, unit)]
        kept = kept or (len(one) > 1 and one == other)
    if both.target.language.free_order and instead:
        return True
    return both.target.language.free_order and a.unit in {*TIME, "percent"} and not joined and not kept


def _moved(both: Both) -> bool:
    """Whether the words that numbers stand with changed places too: then whole phrases did, and nothing is wrong."""
    for group in _ANCHORS:
        one_way, other_way = _sequence(both.source, group), _sequence(both.target, group)
        if len(one_way) > 1 and len(one_way) == len(other_way) and one_way == other_way[::-1] and one_way != other_way:
            return True
    return False


def _sequence(side: Side, group: Sequence[str]) -> list[str]:
    return ["|".join(sorted(one.means)) for one in said_of(side, group)]


def _unit(number: Number) -> str:
    return number.unit or "without a unit"


def _finding(
    both: Both, rule: str, message: str, hint: str, marks: tuple[str, ...] = (), weight: Weight = Weight.CRITICAL
) -> Finding:
    return Finding(rule, weight, message, hint, both.pair, marks)


def _say(number: Number) -> str:
    return f"{_plain(number.value)}{' ' + number.unit if number.unit in STRICT else ''}"


def _plain(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
