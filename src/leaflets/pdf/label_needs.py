"""What a label needs at least: sizes of type in which it cannot fit are known before anything is placed.

A lower bound, never a guess: the ink of each field is counted as if lines could be filled to the last point. What it
lets pass may still not fit; what it refuses never fits.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from leaflets.pdf.label_flow import BETWEEN, LINE, Measured, Room
from leaflets.pdf.shaping import Paragraph

_TOLERANCE = 0.02
"""Points: twice what a layout may stand over its edge, and far more than what sums of numbers are off."""


@dataclass(frozen=True, slots=True)
class Needs:
    """Of one label, in em."""

    fields: tuple[float, ...]
    """The ink of each that says something: its signs without blanks, side by side."""
    rows: int
    """Of the day grid, with something in them."""

    def exceed(self, room: Room, size: float) -> bool:
        """Whether a label cannot fit into this room in type of this size."""
        line, gap = LINE * size, BETWEEN * size
        # Lines beside the code come before those below it, which are wider.
        left = ceil(room.code / line + _TOLERANCE) if room.beside > 0 else 0
        lines = below = ends = 0
        for ink in self.fields:
            rest = ink * size - _TOLERANCE
            lines += max(1, ceil(rest / room.width))
            taken = min(left, max(1, ceil(rest / room.beside))) if left else 0
            left -= taken
            rest -= taken * room.beside
            if rest > 0 or not taken:
                below += max(1, ceil(rest / room.width))
                ends += 1
        grid = self.rows * line
        tall = max(
            lines * line + (len(self.fields) - 1) * gap, room.code + below * line + (ends - 1) * gap if below else 0
        )
        return tall + grid > room.height + _TOLERANCE


def least_needs(measured: Measured) -> Needs:
    """What the paragraphs of a label need."""
    fields = [paragraph for _, paragraph in measured.fields if paragraph.text]
    inks = tuple([_ink(paragraph) for paragraph in fields])
    rows = sum([any(paragraph.text for paragraph in row) for row in (measured.captions, measured.doses)])
    return Needs(inks, rows)


def _ink(paragraph: Paragraph) -> float:
    return sum(
        [advance for advance, sign in zip(paragraph.advances, paragraph.text, strict=True) if not sign.isspace()]
    )
