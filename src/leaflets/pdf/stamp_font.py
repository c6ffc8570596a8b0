"""Glyphs of one face -> the font that one copy carries: a subset, its widths, and what its glyphs say."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from leaflets.errors import PdfError, Problem
from leaflets.pdf.faces import Face
from leaflets.pdf.objects import plain_stream, stream

_NEEDED = tuple([int.from_bytes(tag, "big") for tag in (b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp")])
"""The tables that a PDF needs of glyphs that are drawn by number, without hints (ISO 32000-1, 9.9, table 126)."""
_SILENT = "\u2060"
"""A word joiner: of a glyph whose text is told with its neighbor's. PDF/UA wants a character for each."""
_SYMBOLIC = 4
_PER_BLOCK = 100


@dataclass(frozen=True, slots=True)
class Subset:
    """A face cut to some glyphs."""

    name: bytes
    """PostScript name with the tag of a subset, as a PDF name."""
    data: bytes
    codes: Mapping[int, bytes]
    """Glyph of the face -> its number in the subset, as four hexadecimal digits."""
    widths: bytes
    """Of its glyphs from 1 on, in a thousandth of an em."""


@lru_cache(maxsize=64)
def cut(face: Face, glyphs: frozenset[int]) -> Subset:
    """Cut a face to these glyphs: the same bytes for the same glyphs."""
    data, numbers = _cut(face, glyphs)
    if data.endswith(b"\r"):
        # A strict reader would take it for a part of the line's end.
        data += b"\0"
    tag = bytes([65 + byte % 26 for byte in hashlib.sha256(data).digest()[:6]])
    codes = {glyph: b"%04x" % numbers[glyph] for glyph in sorted(glyphs)}
    # Parts of glyphs, which it has too, are never shown by themselves.
    order = sorted(numbers, key=numbers.__getitem__)[1:]
    # Not packed: outlines lose a quarter at most, at the price of all the rest.
    return Subset(b"%s+%s" % (tag, face.name), data, codes, b" ".join([b"%d" % face.width(glyph) for glyph in order]))


def _cut(face: Face, glyphs: frozenset[int]) -> tuple[bytes, dict[int, int]]:
    """A font of .notdef, these glyphs and their parts; and glyph of the face -> its number there."""
    import uharfbuzz as hb  # type: ignore[import-untyped,unused-ignore]

    wanted = hb.SubsetInput()
    wanted.flags = hb.SubsetFlags.NO_LAYOUT_CLOSURE | hb.SubsetFlags.NO_HINTING
    wanted.glyph_set.update(glyphs)
    dropped = wanted.drop_table_tag_set
    dropped.clear()
    dropped.update(_NEEDED)
    dropped.invert()
    try:
        plan = hb.SubsetPlan(face.for_subsets(), wanted)
        return plan.execute().blob.data, dict(plan.old_to_new_glyph_mapping.items())
    except RuntimeError as error:
        raise PdfError(Problem("font-kind", "The font is broken.", file=face.file, hint="install it anew")) from error


def font_objects(face: Face, subset: Subset, texts: Mapping[int, str], first: int) -> tuple[dict[int, bytes], ...]:
    """The objects of a font, from number ``first`` on, which is the font itself: streams, and the others.

    ``texts``: glyph of the face -> what it says; the others are silent.
    """
    kind, inner, descriptor, file, said = range(first, first + FONT_OBJECTS)
    lines = [b"<%s> %s" % (code, _utf16(texts.get(glyph) or _SILENT)) for glyph, code in subset.codes.items()]
    streams = {
        file: plain_stream(subset.data, b"/Length1 %d" % len(subset.data)),
        said: stream(_to_unicode(lines)),
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


def _to_unicode(lines: list[bytes]) -> bytes:
    # Glyph by glyph: not every reader knows shorter ways to say it.
    blocks = [lines[at : at + _PER_BLOCK] for at in range(0, len(lines), _PER_BLOCK)]
    body = b"\n".join([b"%d beginbfchar\n%s\nendbfchar" % (len(block), b"\n".join(block)) for block in blocks])
    return (
        b"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        b"/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
        b"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        b"1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n%s\nendcmap\n"
        b"CMapName currentdict /CMap defineresource pop\nend\nend"
    ) % body
