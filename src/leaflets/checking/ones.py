"""The number one, which English says with "a" as well: where it counts a dose, it must not be lost."""

from __future__ import annotations

import re

from leaflets.checking.model import Both, Side
from leaflets.checking.numbers import Number, same_unit

_DOSED = frozenset(["tablet", "capsule", "drop", "puff", "patch", "spoon", "sachet", "suppository"])
_STRONG = re.compile(r"one \d[\d.,]* ?(?:mg|g|mcg|micrograms?|ml|iu) (tablet|capsule|patch|sachet|suppository)\b")
"""One 20 mg capsule."""
_AND_ONE = re.compile(
    r"\bone (?:tablet|capsule|drop|puff|patch|sachet|pill|suppository)\b[^.;]*\band one\b(?! (?:of|or|that))"
)
"""One of them, and one more: both are counted."""
_OR_MORE = re.compile(r"(?:one|once)(?: (?:or|to) (?:two|twice|three)| ?[-–] ?(?:two|twice|three))\b")
"""One or two is another matter than "a"."""


def lost_ones(both: Both) -> list[Number]:
    """ "One tablet" of a source for which the translation says no one of this kind: the number was lost."""
    source, target = both.source, both.target
    if target.language is None or "numerals" not in target.language.has:
        return []
    told = "one" in source.text or "once" in source.text  # of the words for one no other counts anything
    words = [n for n in (*source.maybe, *source.said) if n.word and n.value == 1] if told else []
    ranges = [n for n in source.said if n.value == 1 and n.lent and n.unit in _DOSED]  # 1 or 2 tablets
    if not words and not ranges:
        return []
    said = [n for n in words if n.unit in _DOSED and source.text.startswith("one ", n.start)]
    said += [n._replace(unit=m[1]) for n in words if n not in said and (m := _STRONG.match(source.text, n.start))]
    found = [n for n in (*target.said, *target.maybe) if n.value == 1]
    lost = [n for n in said if len({one.unit for one in said}) == 1 and _is_lost(n, found, target)]
    lost += [n for n in ranges if _is_lost(n, found, target)]
    and_one = not lost and "and one" in source.text and _AND_ONE.search(source.text)
    if and_one and sum(n.unit in _DOSED or not n.unit for n in found) < 2:
        lost = said[:1]
    if not found:
        lost += [n for n in words if n not in lost and _OR_MORE.match(source.text, n.start)]
    return lost


def _is_lost(one: Number, found: list[Number], side: Side) -> bool:
    """Whether no one of this kind is said by a text that has a word for the kind."""
    language = side.language
    if language is None or any(same_unit(one.unit, other.unit) or not other.unit for other in found):
        return False
    return any(one.unit in language.unit_key[match[0]].split("|") for match in language.unit.finditer(side.text))
