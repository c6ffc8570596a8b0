"""Two ledgers -> what a reader would see changed, doses first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from leaflets.quantities import Units, find_quantities

NO_BREAK = {0xA0: " ", 0x202F: " ", 0x2060: None, 0xAD: None, 0x200B: None}

_AMOUNT = re.compile(
    r"\b(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half|quarter|once|twice|double|hourly|daily"
    r"|weekly|monthly|yearly|every|under|over|above|below|at least|at most|up to|more than|less than|fewer than"
    r"|minimum|maximum|not|never|no|do|without)\b",
    re.IGNORECASE,
)
"""English words that a dose can turn on. A change of one of them is shown among the doses: better one too many."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where a leaflet now says something else."""

    kind: str
    """``dose`` when a number, unit or sign differs; ``words``; ``moved`` to another section."""
    section: str
    """The leaflet's section."""
    old: str
    """Nothing when it is new."""
    new: str
    """Nothing when it is gone."""
    numbers: tuple[str, ...] = ()
    """What differs in quantities: ``- 5 mg``, ``+ 6 mg``."""

    def to_json(self) -> dict[str, object]:
        """The object that ``leaflets diff --json`` prints."""
        return {
            "kind": self.kind, "section": self.section, "old": self.old, "new": self.new, "numbers": [*self.numbers],
        }  # fmt: skip


def differences(
    old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]], units: Units
) -> tuple[Difference, ...]:
    """What differs between the shown blocks of two ledgers (``explain --json``), doses first, then as they stand."""
    before, after = _shown(old), _shown(new)
    found: list[Difference] = []
    gone: list[tuple[str, str]] = []
    come: list[tuple[str, str]] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        pairs, only_old, only_new = _paired(before[a:b], after[c:d])
        found += [_difference(section, one, two, units) for section, one, two in pairs]
        gone += only_old
        come += only_new
    for section, text in list(gone):
        elsewhere = next((item for item in come if item[1] == text), None)
        if elsewhere is not None:
            gone.remove((section, text))
            come.remove(elsewhere)
            found.append(Difference("moved", f"{section} → {elsewhere[0]}", text, text))
    found += [_difference(section, text, "", units) for section, text in gone]
    found += [_difference(section, "", text, units) for section, text in come]
    return tuple(sorted(found, key=lambda difference: difference.kind != "dose"))


def _shown(blocks: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    return [
        (str(block["leaflet_section"]), str(block["shown_text"]).translate(NO_BREAK))
        for block in blocks
        if block["fate"] in ("shown", "rewritten")
    ]


def _paired(
    old: Sequence[tuple[str, str]], new: Sequence[tuple[str, str]]
) -> tuple[list[tuple[str, str, str]], list[tuple[str, str]], list[tuple[str, str]]]:
    """Blocks of one section that are near enough to be the same block, reworded; and what is left on both sides."""
    left, right = list(old), list(new)
    pairs = []
    for section, text in old:
        near = [
            (SequenceMatcher(None, text, other, autojunk=False).ratio(), (place, other))
            for place, other in right
            if place == section
        ]
        if near and (best := max(near))[0] >= 0.5:
            pairs.append((section, text, best[1][1]))
            left.remove((section, text))
            right.remove(best[1])
    return pairs, left, right


def _difference(section: str, old: str, new: str, units: Units) -> Difference:
    before, after = ([quantity.reading for quantity in find_quantities(text, units)] for text in (old, new))
    want, have = Counter(before), Counter(after)
    numbers = [f"- {item}" for item in sorted((want - have).elements())]
    numbers += [f"+ {item}" for item in sorted((have - want).elements())]
    if not numbers and before != after:
        numbers = ["in another order"]
    words = _amounts(old) != _amounts(new)
    return Difference("dose" if numbers or words else "words", section, old, new, tuple(numbers))


def _amounts(text: str) -> list[str]:
    """Words that say how much, how often and within which limit, in their order."""
    return [match.group().casefold() for match in _AMOUNT.finditer(text)]
