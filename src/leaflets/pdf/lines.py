"""A `Paragraph` -> its lines: where they end for a size and a width, and their glyphs from left to right."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from leaflets.pdf import bidi
from leaflets.pdf.glyphs import Shaped, shape
from leaflets.pdf.pieces import Piece, set_piece
from leaflets.pdf.shaping import Item, Paragraph

_UNJOINED = frozenset(("Latn", "Grek", "Cyrl", "Hani", "Hira", "Kana", "Hang"))
"""Scripts whose letters look the same at the end of a line, unless a ligature is cut."""


@dataclass(frozen=True, slots=True)
class SetLine:
    """A line that is set: its pieces from left to right. Blanks at its end count for nothing in ``width``."""

    pieces: tuple[Piece, ...]
    width: float
    lead: float
    """How far blanks hang out on the left, in em."""


def wrap(paragraph: Paragraph, start: int, width: float, *, strict: bool) -> int | None:
    """Where the line that begins at ``start`` ends, ``width`` in em.

    ``strict``: only at words, never between a number and its unit; None when nothing fits. Else wherever a line may
    end, and in the middle of a word at last; None when not even one grapheme fits.
    """
    size = len(paragraph.text)
    if start < size and sum(paragraph.advances[start:]) <= width:
        return size
    fits = {True: 0, False: 0}
    emergency = 0
    used = hanging = 0.0
    for at in range(start, size + 1):
        if at > start:
            last = paragraph.text[at - 1]
            # Blanks at the end of a line hang over its edge.
            if last.isspace():
                hanging += paragraph.advances[at - 1]
            else:
                used += hanging + paragraph.advances[at - 1]
                hanging = 0.0
            if used > width:
                break
            if at == size:
                return size
            if paragraph.breaks[at] & bidi.LINE_END:
                fits[at in paragraph.glued] = at
            if paragraph.breaks[at] & bidi.GRAPHEME:
                emergency = at
    if strict:
        return fits[False] or None
    return fits[False] or fits[True] or emergency or None


@lru_cache(maxsize=256)
def words(paragraph: Paragraph) -> float:
    """Width of the longest word, in em. Asked of what stands in a grid, which comes again on other copies."""
    longest = used = 0.0
    for at, character in enumerate(paragraph.text):
        if paragraph.breaks[at] & bidi.LINE_END and at not in paragraph.glued:
            used = 0.0
        used += 0.0 if character.isspace() else paragraph.advances[at]
        longest = max(longest, used)
    return longest


def extent(paragraph: Paragraph, start: int, end: int) -> tuple[float, float]:
    """Height and depth of a line's ink, in em."""
    return max(paragraph.heights[start:end], default=0.0), max(paragraph.depths[start:end], default=0.0)


def set_line(paragraph: Paragraph, start: int, end: int) -> SetLine:
    """The glyphs of a line; shaped anew where letters at its ends look different."""
    found = paragraph.lines.get((start, end))
    if found is None:
        found = paragraph.lines[start, end] = _set(paragraph, start, end)
    line: SetLine = found
    return line


def _set(paragraph: Paragraph, start: int, end: int) -> SetLine:
    body = start + len(paragraph.text[start:end].rstrip())
    base = int(paragraph.rtl)
    parts: list[tuple[Item, Shaped]] = []
    for item, shaped in zip(paragraph.items, paragraph.shaped, strict=True):
        if item.end <= start or item.start >= end:
            continue
        first, last = max(start, item.start), min(end, item.end)
        # Blanks at the end of a line take the paragraph's direction (UAX #9, L1).
        for a, b, level in ((first, min(last, body), item.level), (max(first, body), last, base)):
            if a < b:
                part = item._replace(start=a, end=b, level=level)
                parts.append((part, _cut(paragraph, item, part, shaped)))
    pieces = []
    width = lead = 0.0
    for number in bidi.visual_order([part.level for part, _ in parts]):
        part, shaped = parts[number]
        piece = set_piece(part.run, part.face, part.script, shaped.glyphs, rtl=bool(part.level % 2))
        pieces.append(piece)
        if part.start < body:
            width += piece.advance
        elif paragraph.rtl:
            lead += piece.advance
    return SetLine(tuple(pieces), width, lead)


def _cut(paragraph: Paragraph, item: Item, part: Item, shaped: Shaped) -> Shaped:
    """The glyphs of a part of an item."""
    if part.start == item.start and part.end == item.end:
        return shaped
    if item.script in _UNJOINED and not item.level % 2:
        if isinstance(shaped.starts, range):
            glyphs = shaped.glyphs[part.start - item.start : part.end - item.start]
            return Shaped(glyphs, range(part.start, part.end))
        kept = [pair for pair in zip(*shaped, strict=True) if part.start <= pair[1] < part.end]
        if kept and kept[0][1] == part.start and (part.end == item.end or part.end in shaped.starts):
            return Shaped(tuple([glyph for glyph, _ in kept]), [start for _, start in kept])
    return shape(paragraph.text, paragraph.codes, part, paragraph.runs[part.run].lang)
