"""Glyphs of one face -> the font that one copy carries: a subset, its widths, and what its glyphs say."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from leaflets.pdf.faces import Face
from leaflets.pdf.objects import plain_stream, stream

_SILENT = "\u2060"
"""A word joiner: of a glyph whose text is told with its neighbor's. PDF/UA wants a character for each."""
_SYMBOLIC = 4
_ROW = 256
"""Codes that differ in their last byte alone: a range of them must."""


@dataclass(frozen=True, slots=True)
class Subset:
    """A face cut to some glyphs."""

    name: bytes
    """PostScript name with the tag of a subset, as a PDF name."""
    data: bytes
    glyphs: tuple[int, ...]
    """Of the face: they are the subset's glyphs from 1 on."""
    codes: Mapping[int, bytes]
    """Glyph of the face -> its number in the subset, as four hexadecimal digits."""
    widths: bytes
    """Of its glyphs from 1 on, in a thousandth of an em."""


@lru_cache(maxsize=64)
def cut(face: Face, glyphs: frozenset[int]) -> Subset:
    """Cut a face to these glyphs: the same bytes for the same glyphs."""
    order = tuple(sorted(glyphs))
    # Not packed: outlines lose a quarter at most, at the price of all the rest.
    data = face.cut(order)
    tag = bytes([65 + byte % 26 for byte in hashlib.sha256(data).digest()[:6]])
    codes = {glyph: b"%04x" % at for at, glyph in enumerate(order, 1)}
    return Subset(b"%s+%s" % (tag, face.name), data, order, codes, b" ".join([b"%d" % face.width(g) for g in order]))


def font_objects(face: Face, subset: Subset, texts: Mapping[int, str], first: int) -> tuple[dict[int, bytes], ...]:
    """The objects of a font, from number ``first`` on, which is the font itself: streams, and the others.

    ``texts``: glyph of the face -> what it says; the others are silent.
    """
    kind, inner, descriptor, file, said = range(first, first + FONT_OBJECTS)
    streams = {
        file: plain_stream(subset.data, b"/Length1 %d" % len(subset.data)),
        said: stream(_to_unicode([_utf16(texts.get(glyph) or _SILENT) for glyph in subset.glyphs])),
    }
    others = {
        kind: b"<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>"
        % (subset.name, inner, said),
        inner: b"<</Type/Font/Subtype/CIDFontType2/BaseFont/%s/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
        b"/Supplement 0>>/FontDescriptor %d 0 R/CIDToGIDMap/Identity/DW 0/W[1[%s]]>>"
        % (subset.name, descriptor, subset.widths),
        descriptor: b"<</Type/FontDescriptor/FontName/%s/Flags %d%s/FontFile2 %d 0 R>>"
        % (subset.name, _SYMBOLIC, face.measures, file),
    }
    return streams, others


FONT_OBJECTS = 5
"""How many objects a font is."""


@lru_cache(maxsize=4096)
def _utf16(text: str) -> bytes:
    # What single glyphs say: letters, which tell nothing of whose they were.
    return b"<%s>" % text.encode("utf-16-be").hex().encode()


def _to_unicode(texts: list[bytes]) -> bytes:
    """What the glyphs from 1 on say."""
    rows = [(max(at, 1), min(at + _ROW, len(texts) + 1)) for at in range(0, len(texts) + 1, _ROW)]
    ranges = [b"<%04x><%04x>[%s]" % (a, b - 1, b"".join(texts[a - 1 : b - 1])) for a, b in rows if a < b]
    return (
        b"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        b"/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
        b"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        b"1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n%d beginbfrange\n%s\nendbfrange\nendcmap\n"
        b"CMapName currentdict /CMap defineresource pop\nend\nend"
    ) % (len(ranges), b"\n".join(ranges))
