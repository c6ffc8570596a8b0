"""1 in 10, 15 of 300: so many of so many, turned round in a translation: a pair -> the two numbers."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise

from leaflets.checking.model import Both, Side
from leaflets.checking.numbers import Number, once_each

IN = re.compile(r"\s*(?:in|out of)(?: every| each)?\s*")
_SHARE = re.compile(
    r"(?<![\d.,])(?P<whole>\d[\d,]*)[^\d、，。,;:.万千百億亿]{0,6}中(?:有|の|で)?(?P<part>\d[\d,]*)(?=人|例|名|者|个)"
    r"|(?<![\d.,])(?P<some>\d[\d,]*) ?ใน ?(?P<all>\d[\d,]*) ?(?=คน|ราย)"
)
"""So many of so many people."""
_OF = re.compile(r"(?<![\d.,])(\d[\d,]*)(?: (?:in|of|out of)(?: every| each| the)? )(\d[\d,]*)(?![\d.,%])")
_REACH = 22
"""Most characters between a part and its whole."""


def rarity(both: Both) -> tuple[Decimal, Decimal] | None:
    """ "One in eight" that became eight in one, where the source says it in words or the translation says it twice."""
    if " in " not in both.source.text and " out of " not in both.source.text:
        return None
    have = once_each(both.target.numbers)
    whole_first = both.target.language is not None and both.target.language.whole_first
    for one, other in pairwise(with_ones(both.source)):
        if one.value != 1 or not IN.fullmatch(both.source.text[one.end : other.start]):
            continue
        part, whole = have.get(one.value), have.get(other.value)
        if not part or not whole or abs(part.start - whole.start) >= _REACH:
            continue
        last = max(part, whole, key=lambda n: n.start)
        behind = whole_first and not by_stroke(both.target, part, whole)
        if (part is last) != behind:
            return one.value, other.value
    return None


def share(both: Both) -> tuple[Decimal, Decimal] | None:
    """A part that is greater than its whole, or that has another's whole: 300例中300例, 15例中6例."""
    shared = len(both.source.numbers) > 1
    want = [(_exact(match[1]), _exact(match[2])) for match in _OF.finditer(both.source.text)] if shared else []
    if len(want) > 1 and (apart := _parted(both, want)):
        return apart
    if "中" not in both.target.text and "ใน" not in both.target.text:
        return None
    values = {n.value for n in both.source.said}
    have = [_part_and_whole(match) for match in _SHARE.finditer(both.target.text)]
    if wrong := next(((a, b) for a, b in have if a > b and values >= {a, b}), None):
        return wrong
    known = {value for pair in want for value in pair}
    if len(want) != len(have) or not all(known.issuperset(pair) for pair in have):
        return None
    return next((pair for pair in have if pair not in want), None)


def _parted(both: Both, want: list[tuple[Decimal, Decimal]]) -> tuple[Decimal, Decimal] | None:
    """Two numbers that stand together though each belongs to another share, or one share that is turned round."""
    here, there = [n.value for n in both.source.numbers], [n.value for n in both.target.numbers]
    if len(here) != 2 * len(want) or sorted(here) != sorted(there):
        return None
    have = list(zip(there[::2], there[1::2], strict=True))
    if wrong := next((pair for pair in have if pair not in want and pair[::-1] not in want), None):
        return wrong
    turned = [pair for pair in have if pair not in want]
    return turned[0] if turned and len(turned) < len(have) and all(a != b for a, b in want) else None


def _part_and_whole(match: re.Match[str]) -> tuple[Decimal, Decimal]:
    if match["whole"]:
        return _exact(match["part"]), _exact(match["whole"])
    return _exact(match["some"]), _exact(match["all"])


def _exact(number: str) -> Decimal:
    return Decimal(number.replace(",", ""))


def with_ones(side: Side) -> list[Number]:
    """What a text says in its order, and each "one" of it."""
    if "one" not in side.text:
        return side.said
    ones = [n for n in side.maybe if n.value == 1 and side.text[n.start : n.end] == "one"]
    return sorted([*side.said, *ones], key=lambda n: n.start) if ones else side.said


def by_stroke(side: Side, x: Number, y: Number) -> bool:
    first, last = sorted((x, y), key=lambda n: n.start)
    return side.text[first.end : last.start].strip() == "/"
