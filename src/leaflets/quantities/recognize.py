"""Text -> quantities. What is not recognized with certainty is not there, and so stays as it was written.

Digit-bearing names (CYP3A4, B12, 1,25-dihydroxy, HLA-B*5701) never match: a number counts only where no letter, dot,
comma or hyphen leads up to it and a known unit follows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from leaflets.quantities.units import NUMBER, Units

_FRACTIONS = {"½": "0.5", "¼": "0.25", "¾": "0.75", "⅓": "0.333333", "⅔": "0.666667"}
_UNIT_PART = re.compile(r"[ \u00a0]?/[ \u00a0]?")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number or a range with its unit."""

    source: str
    start: int
    end: int
    numbers: tuple[Decimal, ...]
    unit: str
    """Canonical: ``mg/kg/day``."""
    kind: str
    """``mass``, ``volume``, ``time``, ``count``, ``percent`` or ``other``."""
    comparator: str
    """``<``, ``>``, ``≤``, ``≥``, ``±``, ``~`` or nothing."""
    match: re.Match[str]
    """The parts, for printing."""


def find_quantities(text: str, units: Units) -> tuple[Quantity, ...]:
    """All quantities in a text, in order, none overlapping another."""
    out = []
    for match in units.pattern.finditer(text):
        unit = canonical_unit(match["unit"], units)
        first_part = _UNIT_PART.split(match["unit"])[0]
        numbers = tuple(value_of(match[name]) for name in ("first", "last", "second") if match[name])
        out.append(
            Quantity(
                match.group(), match.start(), match.end(), numbers, unit,
                units.kind_of[units.key_of[first_part]], comparator_of(match["sign"]), match,
            )
        )  # fmt: skip
    return tuple(out)


def canonical_unit(unit: str, units: Units) -> str:
    """``mg / kg/day`` -> ``mg/kg/day``; ``µg`` -> ``mcg``."""
    parts = []
    for part in _UNIT_PART.split(unit):
        area = re.match(r"1\.73[ \u00a0]?", part)
        parts.append("1.73" + units.key_of[part[area.end() :]] if area else units.key_of[part])
    return "/".join(parts)


def comparator_of(sign: str) -> str:
    """The one sign for each comparison."""
    return {">=": "≥", "<=": "≤", "≈": "~"}.get(sign.strip(), sign.strip())


def value_of(number: str) -> Decimal:
    """The exact value of a number as monographs write it."""
    plain = number.replace(",", "").replace(" ", "").replace("\u00a0", "")
    if plain and plain[-1] in _FRACTIONS:
        whole = plain[:-1]
        return Decimal(whole or 0) + Decimal(_FRACTIONS[plain[-1]])
    return Decimal(plain)


__all__ = ["NUMBER", "Quantity", "canonical_unit", "comparator_of", "find_quantities", "value_of"]
