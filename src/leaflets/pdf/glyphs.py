"""Characters of one face -> glyphs in their places: joining, conjuncts and marks are HarfBuzz's work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from leaflets.pdf import bidi
from leaflets.pdf.faces import Face, is_ignorable

_MOST_KEPT = 20_000
"""Glyphs that are kept of a face: single shapes, which tell nothing of whose they were."""


class Glyph(NamedTuple):
    """A shape in its place, in em. The first of a cluster carries its text, the others none."""

    id: int
    x: float
    y: float
    advance: float
    text: str
    letter: tuple[int, str]
    """The shape with its text where it is told by itself: any blank is a space."""
    top: float
    bottom: float
    """Height and depth of its ink."""
    slack: float
    """How much more it advances than a PDF's font says: it knows whole thousandths of an em alone, and no kerning."""


class Shaped(NamedTuple):
    """Glyphs from left to right, and the first character of the cluster of each: a range where each is one."""

    glyphs: tuple[Glyph, ...]
    starts: Sequence[int]


class Item(Protocol):
    """Neighbors with one face, script and direction."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def level(self) -> int: ...
    @property
    def script(self) -> str: ...
    @property
    def face(self) -> Face: ...


def shape(text: str, codes: list[int], item: Item, lang: str) -> Shaped:
    """The glyphs of an item of a text from left to right."""
    import uharfbuzz as hb  # type: ignore[import-untyped,unused-ignore]

    start, end, face = item.start, item.end, item.face
    buffer = hb.Buffer()
    buffer.add_codepoints(codes, start, end - start)
    rtl = bool(item.level % 2)
    buffer.direction = "rtl" if rtl else "ltr"
    buffer.script = item.script
    buffer.language = lang or "und"
    buffer.flags = _flags(text[start:end], face)
    hb.shape(face.font, buffer)
    infos = buffer.glyph_infos
    found = [info.cluster for info in infos]
    starts: Sequence[int] = range(start, end)
    texts: Sequence[str] = text[start:end]
    if rtl or found != list(starts):
        starts, texts = _texts(text, start, end, found, rtl=rtl)
    kept, glyphs = face.glyphs, []
    for info, place, said in zip(infos, buffer.glyph_positions, texts, strict=True):
        key = info.codepoint, said, place.position
        glyphs.append(kept.get(key) or _glyph(face, key))
    return Shaped(tuple(glyphs), starts)


def _glyph(face: Face, key: tuple[int, str, tuple[int, int, int, int]]) -> Glyph:
    number, said, place = key
    if len(face.glyphs) >= _MOST_KEPT:
        face.glyphs.clear()
    x, y, advance = (value / face.upem for value in place[:3])
    top, bottom = face.ink(number)
    slack = (place[2] * 1000 - face.width(number) * face.upem) / (face.upem * 1000)
    letter = number, " " if said.isspace() else said
    found = face.glyphs[key] = Glyph(number, x, y, advance, said, letter, top + y, bottom - y, slack)
    return found


def _texts(text: str, start: int, end: int, found: Sequence[int], *, rtl: bool) -> tuple[list[int], list[str]]:
    """Where the cluster of each glyph starts, and what the glyph says: the first of a cluster, all of it."""
    starts = sorted(set(found))
    ends = dict(zip(starts, [*starts[1:], end], strict=True))
    first = starts[0] if starts else start
    if starts:
        # What is taken out before the first cluster belongs to it.
        ends[start] = ends.pop(first)
    seen: set[int] = set()
    places, texts = [], []
    for cluster in found:
        at = start if cluster == first else cluster
        texts.append("" if at in seen else _said(text[at : ends[at]], rtl=rtl))
        places.append(at)
        seen.add(at)
    return places, texts


def _said(text: str, *, rtl: bool) -> str:
    """What a cluster says; as a reader expects it of the shape that stands there, which it turns back itself."""
    return "".join(map(bidi.mirrored, reversed(text))) if rtl else text


def _flags(text: str, face: Face) -> Any:
    """Whether joiners keep glyphs of their own, so that they are found again in the text: where the font has some."""
    import uharfbuzz as hb  # type: ignore[import-untyped,unused-ignore]

    signs = {character for character in text if is_ignorable(character)} if not text.isascii() else ()
    if all(_is_blank(ord(sign), face) for sign in signs):
        return hb.BufferFlags.PRESERVE_DEFAULT_IGNORABLES
    return hb.BufferFlags.REMOVE_DEFAULT_IGNORABLES


def _is_blank(code: int, face: Face) -> bool:
    return code in face.unicodes and face.ink(face.font.get_nominal_glyph(code)) == (0, 0)
