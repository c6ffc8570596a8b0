"""Numbers, units and order of both sides, digits and words alike, compared by value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from leaflets.checking.meaning import SAME_TIME, said_of
from leaflets.checking.model import Both, Finding, Side, Weight
from leaflets.checking.numbers import Number, same_unit
from leaflets.checking.ones import lost_ones
from leaflets.checking.rules import SOURCE, STRICT

_DUAL = re.compile(r"\b(?!ال|وال|بال|لل|مسنين|عشرين|سبعين|تسعين)(?:\w{2,6}(?<!ستا)(?:تين|تان)|\w{3}ين)\b")
"""Arabic says two of anything with an ending; no list has all. Long words that end so are names, or more than two."""
_HALF = Decimal("0.5")
_HOUR = re.compile(r" (?:of )?an hour\b|[个個]?小[时時]")
"""What stands behind "half" and has no unit of its own there."""
_COUNTS = re.compile(r"doubl|tripl|halv|\w+fold|second\b|third\b|both\b|between (?:them|both|the two)\b")
"""English words that multiply, or that other languages say with one such word: it stands for no other number."""
_EACH_TIME = re.compile(r"1回(?=\s?\d|分|量|あたり|につき|半)")
"""Japanese says how much at one time where others only say how much."""
_NEAR = 8
"""Most characters between two numbers that may stand for a fraction."""
ONE_IN = re.compile(r"(\d+)\s(?:in|of|out of)(?: every| each)?\s(\d[\d,]*)")


def numbers(both: Both) -> Iterator[Finding]:
    """Every number of the source is in the translation and no other, as digits or as words."""
    missing, added = left_over(both)
    if not missing and not added:
        return
    if both.target.text.find("11") < 0 and "once" in both.source.text.split() and any(n.value == 11 for n in added):
        yield finding_of(both, "false-friend", "“once” means eleven here; the source says once", "translate “once”")
        added = [n for n in added if n.value != 11]
    told = [*(f"{_say(n)} is missing" for n in missing), *(f"{_say(n)} was added" for n in added)]
    if told:
        words = all(n.word for n in (*missing, *added))
        marks = (
            *(both.source.text[n.start : n.end] for n in missing),
            *(both.target.text[n.start : n.end] for n in added),
        )
        rule = "number-words" if words else "numbers"
        yield finding_of(both, rule, "; ".join(told), "every number must be the source's, as digits or in words", marks)


def left_over(both: Both) -> tuple[list[Number], list[Number]]:
    """Numbers of either text that the other does not say, neither in digits nor in words."""
    if both.same:
        return lost_ones(both), []
    left_s, left_t = list(both.source.said), list(both.target.said)
    for strict in (2, 1, 0):  # the same unit first, then digits with digits
        for number in list(left_s):
            same = next((n for n in left_t if _equal(number, n) and _pairs(number, n, strict)), None)
            if same is not None:
                left_s.remove(number)
                left_t.remove(same)
        if not left_s and not left_t:
            return lost_ones(both), []
    _part_of_hour(left_s, left_t, both.source)
    _part_of_hour(left_t, left_s, both.target)
    sides = ((left_s, left_t, both.target), (left_t, left_s, both.source))
    for here, there, side in sides:
        for number in list(here):
            if number.parts and (apart := _apart(number, there, side)):
                here.remove(number)
                for part in apart:
                    there.remove(part)
    missing = lost_ones(both)
    left_t = [n for n in left_t if not (n.value == 1 and _EACH_TIME.match(both.target.text, n.start))]
    # Who writes "one" says nothing that must be said; a digit 1 is another matter.
    left_s = [n for n in left_s if not (n.word and n.value == 1)]
    left_t = [n for n in left_t if not (n.word and n.value == 1)]
    if any(n.value == 50 and n.unit == "percent" for n in both.source.said):
        left_t = [n for n in left_t if not (n.word and n.value == _HALF)]  # "by half, 50 %"
    # A large number may be said twice: "one in a thousand, that is 1 of 1,000".
    twice = {n.value for n in both.source.said if n.value >= 100}
    left_t = [n for n in left_t if not (n.word and n.value in twice)]
    ones_s, ones_t = [n for n in left_s if n.value == 1], [n for n in left_t if n.value == 1]
    left_s = _excused(left_s, _near_whole(both, both.target.maybe), ones_s, unit=True)
    left_t = _excused(left_t, both.source.maybe, ones_t, unit=False)
    if left_s and not left_t:
        left_s = _excused(left_s, _unsaid(both.target, both.source), [n for n in left_s if n.value != 1], unit=False)
    elif left_t and not left_s:
        left_t = _excused(left_t, _unsaid(both.source, both.target), left_t, unit=False)
    if not left_t and both.target.tag == "ar" and _DUAL.search(both.target.text):
        left_s = [n for n in left_s if not (n.word and n.value == 2)]
    if not left_t:
        left_s = [n for n in left_s if not _other_unit(n, both)]
    if both.target.language is None or "numerals" not in both.target.language.has:
        left_s = [n for n in left_s if not n.word]
    if both.source.language is None or "numerals" not in both.source.language.has:
        left_t = [n for n in left_t if not n.word]
    return [*left_s, *missing], left_t


def _part_of_hour(here: list[Number], there: list[Number], side: Side) -> None:
    """Take from both what one says as a part of an hour in words, and the other in minutes: half an hour is 30."""
    for number in [n for n in here if n.word and n.value % 1]:
        of_hour = number.unit == "hour" or _HOUR.match(side.text, number.end)
        minutes = number.value * 60 if of_hour else None
        same = next((n for n in there if n.value == minutes and same_unit(n.unit, "minute")), None)
        if same is not None:
            here.remove(number)
            there.remove(same)


def _other_unit(number: Number, both: Both) -> bool:
    """Whether the translation says a time in a longer unit, and more often than the source: 24 hours are a day."""
    longer = SAME_TIME.get((number.unit, str(number.value))) if number.unit != "minute" or number.value == 60 else None
    return longer is not None and len(said_of(both.target, (longer,))) > len(said_of(both.source, (longer,)))


def _apart(fraction: Number, there: Sequence[Number], side: Side) -> list[Number]:
    """The parts of what looks like a fraction, as numbers of the other text; 2/1 are not those of 1/2."""
    found = [next((n for n in there if n.value == part), None) for part in fraction.parts]
    parts = [n for n in found if n is not None]
    if len(parts) < len(fraction.parts) or len({n.start for n in parts}) < len(parts):
        return []
    beside = [side.text[max(0, n.start - 1) : n.start] + side.text[n.end : n.end + 1] for n in parts]
    one, other = sorted(parts[-2:], key=lambda n: n.start)
    return [] if other.start - one.end > _NEAR or any("/" in signs for signs in beside) else parts


def _unsaid(side: Side, other: Side) -> list[Number]:
    """Words of a text that may say a number, without those that a like word of the other text says."""
    left = [word for word in other.maybe if word.value != 1]
    if other.tag == SOURCE:  # "neither" counts what is counted beside it
        left = [word for word in left if _COUNTS.match(other.text, word.start)]
    out, seen = list[Number](), set[tuple[Decimal, int]]()
    for word in side.maybe:
        if (word.value, word.start) in seen:
            continue  # one word that two forms hold
        seen.add((word.value, word.start))
        said = next((like for like in left if like.value == word.value), None)
        if said is None:
            out.append(word)
        else:
            left.remove(said)
    return out


def _pairs(one: Number, other: Number, strict: int) -> bool:
    if strict and one.word != other.word:
        return False
    return strict < 2 or same_unit(one.unit, other.unit)


def _equal(one: Number, other: Number) -> bool:
    return one.value == other.value or one.value in other.also or other.value in one.also


def _excused(left: Sequence[Number], maybe: Sequence[Number], these: Sequence[Number], *, unit: bool) -> list[Number]:
    """Numbers that a word of the other text may say: each such word excuses one, with ``unit`` only its own unit."""
    words = list(maybe)
    out = []
    for number in sorted(left, key=lambda number: not number.parts):
        fits = next((word for word in words if _fits(number, word, unit=unit)), None) if number in these else None
        if fits is None:
            out.append(number)
        else:
            # "Two thirds" says 2 and 3, or one number that is less than one.
            words = [word for word in words if word is not fits and not (number.parts and word.start == fits.start)]
    return out


def _near_whole(both: Both, maybe: Sequence[Number]) -> Sequence[Number]:
    """Words for one; where the source says 1 in 100 only those that stand near the 100."""
    ratio = ONE_IN.search(both.source.text)
    if ratio is None:
        return maybe
    whole = Decimal(ratio[2].replace(",", "") or "0")
    places = [n for n in both.target.said if n.value == whole]
    maybe = [word for word in maybe if not word.unit]
    return [word for word in maybe if any(min(abs(word.end - n.start), abs(word.start - n.end)) < 25 for n in places)]


def _fits(number: Number, word: Number, *, unit: bool) -> bool:
    """Whether a word such as "a" or "both" may stand for a number: never for a dose, but for "one"."""
    if not _equal(number, word):
        return False
    if set(number.unit.split("|")) & STRICT and (number.value != 1 or not same_unit(number.unit, word.unit)):
        return False
    return not unit or not number.unit or number.word or same_unit(number.unit, word.unit)


def finding_of(
    both: Both, rule: str, message: str, hint: str, marks: tuple[str, ...] = (), weight: Weight = Weight.CRITICAL
) -> Finding:
    return Finding(rule, weight, message, hint, both.pair, marks)


def _say(number: Number) -> str:
    return f"{plain(number.value)}{' ' + number.unit if number.unit in STRICT else ''}"


def plain(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
