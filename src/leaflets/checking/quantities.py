"""Numbers, units, order, comparison signs and number words of both sides, compared by value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal

from leaflets.checking.model import Both, Finding, Weight
from leaflets.checking.numbers import Number
from leaflets.checking.rules import STRICT, TIME

_LESS, _MORE = ("less_than", "at_most"), ("more_than", "at_least")
_DOSES = STRICT - {"L", "mL", "kg", "degree", "cm"}
_CLASSES = {
    "<": ("less_than", "at_most"),
    "≤": ("at_most", "less_than"),
    ">": ("more_than", "at_least"),
    "≥": ("at_least", "more_than"),
}


def numbers(both: Both) -> Iterator[Finding]:
    """Every number of the source is in the translation and no other, as digits or as words."""
    source, target = both.source, both.target
    if not (source.numbers or target.numbers or source.hits or target.hits):
        return
    sure_s, maybe_s = source.words_for_numbers()
    sure_t, maybe_t = target.words_for_numbers()
    left_s, left_t = _left_over(source.numbers, target.numbers)
    if not source.language or not target.language:
        # Number words of one side alone say nothing: digits are compared, and a word may stand for a digit.
        pass
    words_s = Counter(Decimal(value) for value, _ in sure_s)
    words_t = Counter(Decimal(value) for value, _ in sure_t)
    flexible_s = {Decimal(value) for value, _ in maybe_s}
    flexible_t = {Decimal(value) for value, _ in maybe_t}
    digits_s = [n for n in left_s if not _taken(n, words_t)]
    digits_t = [n for n in left_t if not _taken(n, words_s)]
    common = words_s & words_t
    words_s, words_t = words_s - common, words_t - common
    missing = [n for n in digits_s if target.language is None or not _may_be_said(n, flexible_t)]
    added = [n for n in digits_t if source.language is None or not _may_be_said(n, flexible_s)]
    if target.language is None:
        words_s.clear()
    # A value that stands twice in one text may be said once in the other, by a word: "one tablet once a day".
    said_s = {n.value for n in source.numbers} | {Decimal(v) for v, _ in sure_s}
    said_t = {n.value for n in target.numbers} | {Decimal(v) for v, _ in sure_t}
    lost_words = [v for v in words_s.elements() if v != 1 and v not in flexible_t and v not in said_t]
    new_words = [v for v in words_t.elements() if v != 1 and v not in flexible_s and v not in said_s]
    if new_words and "once" in source.text and Decimal(11) in new_words:
        yield _finding(both, "false-friend", "“once” means eleven here; the source says once", "write “una vez”")
        new_words = [v for v in new_words if v != 11]
    told = [*(f"{_say(n)} is missing" for n in missing), *(f"{_say(n)} was added" for n in added)]
    if told:
        marks = (*(source.text[n.start : n.end] for n in missing), *(target.text[n.start : n.end] for n in added))
        yield _finding(both, "numbers", "; ".join(told), "every number must be the source's", marks)
    told = [f"the word for {v} is missing" for v in lost_words] + [f"a word for {v} was added" for v in new_words]
    if told:
        yield _finding(both, "number-words", "; ".join(told), "compare “once”, “twice”, “half” and numerals")


def units(both: Both) -> Iterator[Finding]:
    """Each number has the same unit in both texts; what stands below a stroke too."""
    source, target = both.source, both.target
    if target.language is None or source.language is None or not source.numbers:
        return
    values = {n.value for n in source.numbers} & {n.value for n in target.numbers}
    for value in sorted(values):
        want = Counter(n.unit for n in source.numbers if n.value == value)
        have = Counter(n.unit for n in target.numbers if n.value == value)
        for lost, found in _exchanged(want - have, have - want):
            said = f"{_plain(value)} {lost or 'without a unit'} became {_plain(value)} {found or 'without a unit'}"
            yield _finding(both, "units", said, "a unit is never converted or dropped")
    below_s = {unit for n in source.numbers for unit in n.per if unit in STRICT or unit in TIME}
    below_t = {unit for n in target.numbers for unit in n.per if unit in STRICT or unit in TIME}
    if below_s and below_t and below_s != below_t:
        said = f"per {' and '.join(sorted(below_s - below_t)) or 'nothing'}"
        said += f" became per {' and '.join(sorted(below_t - below_s)) or 'nothing'}"
        yield _finding(both, "units", said, "what stands below the stroke must be the same")


def order(both: Both) -> Iterator[Finding]:
    """Numbers of one unit come in the same order: two doses that changed places are two wrong doses."""
    source, target = both.source, both.target
    for unit in {
        n.unit
        for n in source.numbers
        if (n.unit in STRICT and n.unit != "percent") or n.unit in ("tablet", "capsule", "drop", "puff")
    }:
        want = [n.value for n in source.numbers if n.unit == unit]
        have = [n.value for n in target.numbers if n.unit == unit]
        if want != have and sorted(want) == sorted(have) and not _by_parts_of_day(both, unit):
            said = f"{unit}: {_row(want)} became {_row(have)}"
            yield _finding(both, "order", said, "each dose must stand with what it stood with")


def comparisons(both: Both) -> Iterator[Finding]:
    """``<``, ``≤``, ``>``, ``≥`` and ``±`` say the same in both texts, as signs or in words."""
    want = Counter(char for char in _signs(both.source.text) if char in "<>≤≥±")
    have = Counter(char for char in _signs(both.target.text) if char in "<>≤≥±")
    if want == have:
        return
    said_s, said_t = both.source.concepts(), both.target.concepts()
    for sign in sorted((want - have).keys()):
        if sign == "±" or (both.target.language is not None and not said_t.intersection(_CLASSES[sign])):
            yield _finding(both, "comparison", f"{sign} is missing", "keep the sign, or say it in words", (sign,))
        elif both.target.language is None and not sum(have.values()):
            continue
    for sign in sorted((have - want).keys()):
        if sign == "±" or not said_s.intersection(_CLASSES[sign]):
            yield _finding(both, "comparison", f"{sign} was added", "it is not in the source", (sign,))


def forbidden(both: Both) -> Iterator[Finding]:
    """No dose abbreviation that is known to be misread (ISMP list of error-prone abbreviations)."""
    import re

    found = re.search(
        r"(?<![\w.])(?:q\.?d\.?|b\.?i\.?d\.?|t\.?i\.?d\.?|q\.?i\.?d\.?|q\.?o\.?d\.?|prn|q\d{1,2}h)(?![\w])",
        both.target.text,
    )
    if found and found[0].rstrip(".") not in ("qid.",):
        yield _finding(both, "abbreviation", f"“{found[0]}” is a dose abbreviation", "write it out", (found[0],))
    for short, instead in (both.target.language.forbidden if both.target.language else {}).items():
        if short.casefold() in both.target.text.split():
            said = f"“{short}” is a dose abbreviation"
            yield _finding(both, "abbreviation", said, f"write “{instead}”", (short,))
    if re.search(r"(?:^|[\s(])[.,]\d", both.target.text) and not re.search(r"(?:^|[\s(])[.,]\d", both.source.text):
        yield _finding(
            both, "number-form", "a number begins with its decimal sign", "write 0 before it", weight=Weight.MAJOR
        )
    if re.search(r"\d[.,]0(?!\d)", both.target.text) and not re.search(r"\d[.,]0(?!\d)", both.source.text):
        said = "a number ends in a zero behind its decimal sign"
        yield _finding(both, "number-form", said, "5.0 is read as 50", weight=Weight.MAJOR)


def _left_over(source: Iterable[Number], target: Iterable[Number]) -> tuple[list[Number], list[Number]]:
    """Numbers of either text that the other does not have; a fraction may be two numbers there."""
    left_s, left_t = list(source), list(target)
    for number in list(left_s):
        same = next((n for n in left_t if n.value == number.value or n.value in number.also), None)
        same = same or next((n for n in left_t if number.value in n.also), None)
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
    return left_s, left_t


def _may_be_said(number: Number, words: set[Decimal]) -> bool:
    """Whether a word that means other things too may say it. "A tablet" is one tablet; a dose has its digits."""
    return number.unit not in _DOSES and not words.isdisjoint((number.value, *number.also))


def _taken(number: Number, words: Counter[Decimal]) -> bool:
    """Whether a word of the other text says the number; each word does so once."""
    for value in (number.value, *number.also):
        if words[value] > 0:
            words[value] -= 1
            return True
    return False


def _exchanged(lost: Counter[str], found: Counter[str]) -> Iterator[tuple[str, str]]:
    """Pairs of units that stand at one value in the two texts and are not the same."""
    gone, new = sorted(lost.elements()), sorted(found.elements())
    for unit in gone:
        if not new:
            return
        same_kind = [u for u in new if u]
        other = same_kind[0] if same_kind else new[0]
        strict = unit in STRICT or other in STRICT
        timed = unit in TIME and other in TIME
        if (strict and unit) or (strict and other) or timed or (unit and other and "times" in (unit, other)):
            new.remove(other)
            yield unit, other


def _by_parts_of_day(both: Both, unit: str) -> bool:
    """Whether both texts tell the time of day of each dose in another order, dose and time together."""
    anchors = ("c:morning", "c:noon", "c:evening", "c:night")
    pairs = []
    for side in (both.source, both.target):
        hits = sorted((hit.start, hit.id) for hit in side.of(*anchors))
        own = [n for n in side.numbers if n.unit == unit]
        if len(hits) < 2 or len(own) < 2 or hits[0][0] < own[0].start:
            return False
        pairs.append([(n.value, next((ident for at, ident in hits if at > n.start), "")) for n in own])
    return sorted(pairs[0]) == sorted(pairs[1])


def _signs(text: str) -> str:
    return (
        text.replace("<=", "≤")
        .replace(">=", "≥")
        .replace("⩽", "≤")
        .replace("⩾", "≥")
        .replace("->", "")
        .replace("=>", "")
        .replace("<!--", "")
        .replace("-->", "")
    )


def _finding(
    both: Both, rule: str, message: str, hint: str, marks: tuple[str, ...] = (), weight: Weight = Weight.CRITICAL
) -> Finding:
    return Finding(rule, weight, message, hint, both.pair, marks)


def _say(number: Number) -> str:
    return f"{_plain(number.value)}{' ' + number.unit if number.unit in STRICT else ''}"


def _plain(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _row(values: Iterable[Decimal]) -> str:
    return ", ".join(_plain(value) for value in values)
