"""Glyphs of one face -> the font that one copy carries: a subset, its widths, and what its glyphs say."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from leaflets.pdf.faces import Face
from leaflets.pdf.objects import stream

_DROPPED = (
    "BASE", "DSIG", "GDEF", "GPOS", "GSUB", "JSTF", "LTSH", "MATH", "OS/2", "PCLT", "STAT", "VDMX", "cmap", "cvt ",
    "fpgm", "gasp", "hdmx", "kern", "meta", "name", "post", "prep", "vhea", "vmtx",
)  # fmt: skip
"""What a program that draws glyphs by number has no use for (ISO 32000-1, 9.9, table 126)."""
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
    numbers: Mapping[int, int]
    """Glyph of the face -> glyph of the subset."""
    widths: Mapping[int, int]
    """Glyph of the face -> its width in a thousandth of an em."""


def cut(face: Face, glyphs: set[int]) -> Subset:
    """Cut a face to these glyphs: the same bytes for the same glyphs."""
    import uharfbuzz as hb  # type: ignore[import-untyped,unused-ignore]

    order = hb.SubsetInput()
    order.flags = hb.SubsetFlags.NO_LAYOUT_CLOSURE | hb.SubsetFlags.NO_HINTING
    order.glyph_set.update(sorted(glyphs))
    order.drop_table_tag_set.update(int.from_bytes(tag.encode(), "big") for tag in _DROPPED)
    plan = hb.SubsetPlan(face.for_subsets(), order)
    data: bytes = plan.execute().blob.data
    tag = "".join(chr(65 + byte % 26) for byte in hashlib.sha256(data).digest()[:6])
    safe = "".join(character for character in face.name if character.isalnum() or character in "-_")
    return Subset(
        f"{tag}+{safe}".encode(),
        data,
        dict(plan.old_to_new_glyph_mapping.items()),
        {glyph: round(face.font.get_glyph_h_advance(glyph) * 1000 / face.upem) for glyph in glyphs},
    )


def font_objects(face: Face, subset: Subset, texts: Mapping[int, str], first: int) -> tuple[dict[int, bytes], ...]:
    """The objects of a font, from number ``first`` on, which is the font itself: streams, and the others.

    ``texts``: glyph of the face -> what it says; the others are silent.
    """
    widths = sorted((subset.numbers[glyph], width) for glyph, width in subset.widths.items())
    kind, inner, descriptor, file, said = range(first, first + 5)
    box = b" ".join(b"%d" % value for value in face.box)
    plain = {
        file: stream(subset.data, b"/Length1 @", pad=b"\0"),
        said: stream(_to_unicode({subset.numbers[glyph]: texts.get(glyph) or _SILENT for glyph in subset.widths})),
    }
    packed = {
        kind: b"<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>"
        % (subset.name, inner, said),
        inner: b"<</Type/Font/Subtype/CIDFontType2/BaseFont/%s/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
        b"/Supplement 0>>/FontDescriptor %d 0 R/CIDToGIDMap/Identity/DW 0/W[%s]>>"
        % (subset.name, descriptor, b" ".join(b"%d[%d]" % pair for pair in widths)),
        descriptor: b"<</Type/FontDescriptor/FontName/%s/Flags %d/FontBBox[%s]/ItalicAngle 0/Ascent %d/Descent %d"
        b"/CapHeight %d/StemV 80/FontFile2 %d 0 R>>"
        % (subset.name, _SYMBOLIC, box, face.ascent, face.descent, face.ascent, file),
    }
    return plain, packed


FONT_OBJECTS = 5
"""How many objects a font is."""


def _to_unicode(texts: Mapping[int, str]) -> bytes:
    lines = [b"<%04x> <%s>" % (glyph, text.encode("utf-16-be").hex().encode()) for glyph, text in sorted(texts.items())]
    blocks = [lines[at : at + _PER_BLOCK] for at in range(0, len(lines), _PER_BLOCK)]
    body = b"\n".join(b"%d beginbfchar\n%s\nendbfchar" % (len(block), b"\n".join(block)) for block in blocks)
    return (
        b"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        b"/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
        b"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        b"1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n" + body + b"\nendcmap\n"
        b"CMapName currentdict /CMap defineresource pop\nend\nend"
    )
