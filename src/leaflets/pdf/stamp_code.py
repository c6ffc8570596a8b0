"""A QR code and its square -> what draws it. It stands for a leaflet, not for a person: copies have it in common."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from leaflets.pdf.label import Code
from leaflets.pdf.objects import Packed, number, pack

QUIET = 4
"""Modules of white around a QR code (ISO/IEC 18004)."""

_Box = tuple[float, float, float, float]


@lru_cache(maxsize=64)
def draw_code(code: Code, box: _Box, mark: int) -> Packed:
    """The marked content of a code in its square: left, bottom, right, top in points."""
    side = (box[2] - box[0]) / (len(code.matrix) + 2 * QUIET)
    # In modules, from the upper left corner: whole numbers, so that no gap shows between two rows.
    place = b"%.4f 0 0 %.4f %s %s cm" % (side, -side, number(box[0] + QUIET * side), number(box[3] - QUIET * side))
    bars = b"\n".join(b"%d %d %d 1 re" % bar for bar in _bars(code.matrix))
    return pack(b"\n/Figure<</MCID %d>>BDC\nq\n0 g %s\n%s\nf\nQ\nEMC" % (mark, place, bars))


def _bars(matrix: tuple[tuple[int, ...], ...]) -> Iterator[tuple[int, int, int]]:
    """Dark modules that stand side by side, as one bar each: its column, its row, its length."""
    for number_of_row, row in enumerate(matrix):
        start = 0
        while start < len(row):
            end = start
            while end < len(row) and row[end]:
                end += 1
            if end > start:
                yield start, number_of_row, end - start
            start = end + 1
