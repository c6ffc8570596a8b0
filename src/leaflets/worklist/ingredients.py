"""Medicines of one packet -> the ingredients that are in more than one of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from leaflets.worklist.match import Entry, fold

_JOINTS = re.compile(r"\s*(?:\+|&|/|,|;|\band\b)\s*(?:\band\b\s*)?", re.IGNORECASE)
_STRENGTH = re.compile(r"\s+\d[\d.,]*\s*(?:mg|mcg|µg|g|ml|iu|units?|%).*$", re.IGNORECASE)
_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]*[)\]]")


@dataclass(frozen=True, slots=True)
class Double:
    """An ingredient that several medicines hold."""

    name: str
    """As the first of them spells it, without a strength."""
    medicines: tuple[int, ...]
    """Their places, from 0."""


def find_doubles(medicines: Sequence[Entry], salts: Collection[str], same: Mapping[str, str]) -> tuple[Double, ...]:
    """The ingredients that are in more than one medicine, by title and front matter.

    Args:
        medicines: in the packet's order; one that stands twice counts twice.
        salts: words that an ingredient's name may end with without being another ingredient.
        same: names of one ingredient in several countries -> the first of them.
    """
    spelled: dict[str, str] = {}
    found: dict[str, list[int]] = {}
    for place, medicine in enumerate(medicines):
        mine: dict[str, None] = {}
        for name in (*medicine.ingredients, *_JOINTS.split(medicine.title)):
            for part in _JOINTS.split(name):
                if key := ingredient_key(part, salts, same):
                    spelled.setdefault(key, _STRENGTH.sub("", part.strip()))
                    mine[key] = None
        for key in mine:
            found.setdefault(key, []).append(place)
    return tuple(Double(spelled[key], tuple(places)) for key, places in found.items() if len(places) > 1)


def ingredient_key(name: str, salts: Collection[str], same: Mapping[str, str]) -> str:
    """What the names of one ingredient have in common: no case, no accents, no salt, one country's word."""
    whole = fold(_STRENGTH.sub("", _BRACKETS.sub("", name)))
    if whole in same:
        return same[whole]
    words = whole.split()
    while len(words) > 1 and words[-1] in salts:
        words.pop()
    bare = " ".join(words)
    return same.get(bare, bare)
