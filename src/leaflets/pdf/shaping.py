"""Text in any script -> glyphs in their places: directions, fonts, shapes, lines.

A `Paragraph` is measured once, in em; `wrap` then says for a size and a width where its lines end, and `set_line`
gives the glyphs of one line from left to right. Joining, conjuncts and marks are HarfBuzz's work, order is FriBidi's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from leaflets.pdf import bidi
from leaflets.pdf.faces import Face, Faces, is_ignorable

_AFTER_NUMBER = re.compile(r"(?<=\S)\s+(?=\S)")
_OPERATORS = frozenset("×xX+-−–±≤≥<>=~≈")
_HYPHENS = frozenset("-\u2010")
_UNJOINED = frozenset(("Latn", "Grek", "Cyrl", "Hani", "Hira", "Kana", "Hang"))
"""Scripts whose letters look the same at the end of a line, unless a ligature is cut."""
_COMMON = ("Zyyy", "Zinh")
_BLANKS = re.compile("[\t\u2028]")


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a paragraph that is set in one way."""

    text: str
    lang: str
    bold: bool = False
    soft: bool = False
    """In gray: a caption."""
    own_order: bool = False
    """Orders itself, whatever direction the paragraph has: a name, a date."""


class Glyph(NamedTuple):
    """A shape in its place, in em. The first of a cluster carries its text, the others none."""

    id: int
    x: float
    y: float
    advance: float
    text: str


@dataclass(frozen=True, slots=True)
class Piece:
    """Glyphs of one face and one direction, from left to right."""

    run: int
    """Which run of the paragraph it belongs to."""
    face: Face
    rtl: bool
    script: str
    glyphs: tuple[Glyph, ...]


@dataclass(frozen=True, slots=True)
class SetLine:
    """A line that is set: its pieces from left to right. Blanks at its end count for nothing in ``width``."""

    pieces: tuple[Piece, ...]
    width: float
    lead: float
    """How far blanks hang out on the left, in em."""


@dataclass(frozen=True, slots=True)
class _Item:
    start: int
    end: int
    run: int
    level: int
    script: str
    face: Face


_Shaped = list[tuple[Glyph, int]]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A text that is measured. Lists go by character."""

    text: str
    runs: tuple[Run, ...]
    rtl: bool
    items: tuple[_Item, ...]
    shaped: list[_Shaped]
    """The glyphs of each item, from left to right, each with the first character of its cluster."""
    advances: list[float]
    """In em; a cluster's whole advance stands at its first character."""
    heights: list[float]
    depths: list[float]
    breaks: list[bool]
    """Before which characters a line may end."""
    clusters: list[bool]
    """Before which characters it may end where there is no other way."""
    glued: list[bool]
    """Before which a line should not end, such as a unit behind its number: only where there is no other way."""


class MissingGlyphs(Exception):  # noqa: N818 - it is caught and told by `stamp`
    """Characters that no font has, and the fields that hold them, where these are known."""

    def __init__(self, characters: set[str], fields: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.characters, self.fields = characters, fields


def measure(runs: Sequence[Run], faces: Faces, *, rtl: bool) -> Paragraph:
    """Measure a paragraph. Raises MissingGlyphs."""
    runs = tuple(Run(_BLANKS.sub(" ", r.text), r.lang, r.bold, r.soft, r.own_order) for r in runs if r.text)
    text = "".join(run.text for run in runs)
    owner = [number for number, run in enumerate(runs) for _ in run.text]
    found, clusters = bidi.breaks(text, runs[0].lang if runs else "")
    levels = _levels(runs, rtl)
    items = tuple(_itemize(text, runs, owner, levels, clusters, faces))
    codes = [ord(character) for character in text]
    size = len(text)
    advances, heights, depths = [0.0] * size, [0.0] * size, [0.0] * size
    missing: set[str] = set()
    shaped = [_shape(codes, item, runs[item.run].lang) for item in items]
    for item, glyphs in zip(items, shaped, strict=True):
        ink = item.face.ink
        for glyph, start in glyphs:
            if glyph.id == 0:
                missing.add(text[start])
            advances[start] += glyph.advance
            top, bottom = ink(glyph.id)
            if top + glyph.y > heights[start]:
                heights[start] = top + glyph.y
            if bottom - glyph.y > depths[start]:
                depths[start] = bottom - glyph.y
    if missing:
        raise MissingGlyphs(missing)
    return Paragraph(text, runs, rtl, items, shaped, advances, heights, depths, found, clusters, _glued(text))


def wrap(paragraph: Paragraph, start: int, width: float, *, strict: bool) -> int | None:
    """Where the line that begins at ``start`` ends, ``width`` in em.

    ``strict``: only at words, never between a number and its unit; None when nothing fits. Else wherever a line may
    end, and in the middle of a word at last; None when not even one grapheme fits.
    """
    size = len(paragraph.text)
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
            if paragraph.breaks[at]:
                fits[paragraph.glued[at]] = at
            if paragraph.clusters[at]:
                emergency = at
    if strict:
        return fits[False] or None
    return fits[False] or fits[True] or emergency or None


def words(paragraph: Paragraph) -> float:
    """Width of the longest word, in em."""
    longest = used = 0.0
    for at, character in enumerate(paragraph.text):
        if paragraph.breaks[at] and not paragraph.glued[at]:
            used = 0.0
        used += 0.0 if character.isspace() else paragraph.advances[at]
        longest = max(longest, used)
    return longest


def extent(paragraph: Paragraph, start: int, end: int) -> tuple[float, float]:
    """Height and depth of a line's ink, in em."""
    return max(paragraph.heights[start:end], default=0.0), max(paragraph.depths[start:end], default=0.0)


def set_line(paragraph: Paragraph, start: int, end: int) -> SetLine:
    """The glyphs of a line; shaped anew where letters at its ends look different."""
    body = start + len(paragraph.text[start:end].rstrip())
    base = int(paragraph.rtl)
    parts: list[tuple[int, _Item, _Shaped]] = []
    for item, shaped in zip(paragraph.items, paragraph.shaped, strict=True):
        if item.end <= start or item.start >= end:
            continue
        first, last = max(start, item.start), min(end, item.end)
        # Blanks at the end of a line take the paragraph's direction (UAX #9, L1).
        for a, b, level in ((first, min(last, body), item.level), (max(first, body), last, base)):
            if a < b:
                part = _Item(a, b, item.run, level, item.script, item.face)
                parts.append((level, part, _cut(paragraph, item, part, shaped)))
    pieces = []
    width = lead = 0.0
    for number in bidi.visual_order([level for level, _, _ in parts]):
        level, part, found = parts[number]
        glyphs = tuple([glyph for glyph, _ in found])
        pieces.append(Piece(part.run, part.face, bool(level % 2), part.script, glyphs))
        advance = sum([glyph.advance for glyph in glyphs])
        if part.start < body:
            width += advance
        elif paragraph.rtl:
            lead += advance
    return SetLine(tuple(pieces), width, lead)


def _cut(paragraph: Paragraph, item: _Item, part: _Item, shaped: _Shaped) -> _Shaped:
    """The glyphs of a part of an item."""
    if part.start == item.start and part.end == item.end:
        return shaped
    if item.script in _UNJOINED and not item.level % 2:
        kept = [pair for pair in shaped if part.start <= pair[1] < part.end]
        if kept[0][1] == part.start and (part.end == item.end or any(at == part.end for _, at in shaped)):
            return kept
    return _shape([ord(character) for character in paragraph.text], part, paragraph.runs[part.run].lang)


def _levels(runs: Sequence[Run], rtl: bool) -> list[int]:
    marked = "".join(f"{bidi.ISOLATE}{run.text}{bidi.END_ISOLATE}" if run.own_order else run.text for run in runs)
    found = bidi.levels(marked, rtl=rtl)
    kept: list[int] = []
    place = 0
    for run in runs:
        place += run.own_order
        kept += found[place : place + len(run.text)]
        place += len(run.text) + run.own_order
    return kept


def _itemize(
    text: str, runs: Sequence[Run], owner: list[int], levels: list[int], clusters: list[bool], faces: Faces
) -> Iterator[_Item]:
    missing: set[str] = set()
    scripts = _scripts(text)
    before: Face | None = None
    item: tuple[int, int, str, Face] | None = None
    start = at = 0
    for end in [i for i in range(1, len(text) + 1) if clusters[i] or i == len(text)]:
        run = runs[owner[at]]
        cluster = text[at:end]
        face = faces.choose(cluster, _script(cluster[0]), run.lang, run.bold, before)
        if face is None:
            missing.update(character for character in cluster if not is_ignorable(character))
        else:
            # A heavy face beside a light one is another run: no face is carried from one into the other.
            key = (owner[at], levels[at], scripts[at], face)
            if item is not None and key != item:
                yield _Item(start, at, *item)
                start = at
            item = key
            before = face if end < len(text) and owner[end] == owner[at] else None
        at = end
    if missing:
        raise MissingGlyphs(missing)
    if item is not None:
        yield _Item(start, len(text), *item)


def _shape(codes: list[int], item: _Item, lang: str) -> _Shaped:
    """The glyphs of an item from left to right."""
    import uharfbuzz as hb  # type: ignore[import-untyped,unused-ignore]

    buffer = hb.Buffer()
    buffer.add_codepoints(codes, item.start, item.end - item.start)
    rtl = bool(item.level % 2)
    buffer.direction = "rtl" if rtl else "ltr"
    buffer.script = item.script
    buffer.language = lang or "und"
    buffer.flags = _flags(codes, item)
    hb.shape(item.face.font, buffer)
    infos = buffer.glyph_infos
    starts = sorted({info.cluster for info in infos})
    if not starts:
        return []
    ends = dict(zip(starts, [*starts[1:], item.end], strict=True))
    # What is taken out before the first cluster belongs to it.
    first = starts[0]
    ends[item.start] = ends.pop(first)
    upem = item.face.upem
    seen: set[int] = set()
    out = []
    for info, place in zip(infos, buffer.glyph_positions, strict=True):
        start = item.start if info.cluster == first else info.cluster
        said = "" if start in seen else _said(codes[start : ends[start]], rtl=rtl)
        seen.add(start)
        x, y, advance = place.x_offset / upem, place.y_offset / upem, place.x_advance / upem
        out.append((Glyph(info.codepoint, x, y, advance, said), start))
    return out


def _said(codes: list[int], *, rtl: bool) -> str:
    """What a cluster says; as a reader expects it of the shape that stands there, which it turns back itself."""
    if rtl:
        return "".join(bidi.mirrored(chr(code)) for code in reversed(codes))
    return chr(codes[0]) if len(codes) == 1 else "".join(map(chr, codes))


def _flags(codes: list[int], item: _Item) -> Any:
    """Whether joiners keep glyphs of their own, so that they are found again in the text: where the font has some."""
    import uharfbuzz as hb  # type: ignore[import-untyped,unused-ignore]

    face = item.face
    signs = {code for code in codes[item.start : item.end] if code > 0x7F and is_ignorable(chr(code))}
    if all(code in face.unicodes and face.ink(face.font.get_nominal_glyph(code)) == (0, 0) for code in signs):
        return hb.BufferFlags.PRESERVE_DEFAULT_IGNORABLES
    return hb.BufferFlags.REMOVE_DEFAULT_IGNORABLES


def _scripts(text: str) -> list[str]:
    """Script of each character; signs of none take that of their neighbors."""
    found = [_script(character) for character in text]
    own = next((script for script in found if script not in _COMMON), "Zyyy")
    for at, script in enumerate(found):
        if script in _COMMON:
            found[at] = own
        else:
            own = script
    return found


@lru_cache(maxsize=8192)
def _script(character: str) -> str:
    from fontTools import unicodedata as scripts  # type: ignore[import-untyped,unused-ignore]

    return str(scripts.script(character))


def _glued(text: str) -> list[bool]:
    """Before which characters no line should end: a unit behind its number, and what follows a hyphen.

    Programs that read the text take a hyphen at the end of a line away.
    """
    glued = [at > 0 and text[at - 1] in _HYPHENS for at in range(len(text) + 1)]
    for gap in _AFTER_NUMBER.finditer(text):
        last = text[gap.start() - 1]
        if unicodedata.category(last)[0] == "N" or last in _OPERATORS:
            glued[gap.end()] = True
    return glued
