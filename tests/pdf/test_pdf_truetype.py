"""A font cut to some glyphs: each looks as it did, and the tables are whole."""

from __future__ import annotations

import io
from typing import Any

import pytest
import uharfbuzz as hb  # type: ignore[import-untyped,unused-ignore]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from leaflets.errors import PdfError
from leaflets.pdf import truetype
from leaflets.pdf.faces import Face, load_faces
from leaflets.pdf.fonts import default_rules

SAMPLES = [("A", "Latn"), ("م", "Arab"), ("न", "Deva"), ("王", "Hani"), ("김", "Hang"), ("ក", "Khmr")]


class Pen:
    def __init__(self) -> None:
        self.drawn: list[Any] = []

    def __getattr__(self, name: str) -> Any:
        return lambda *points: self.drawn.append((name, points))


def face(character: str, script: str) -> Face:
    found = load_faces(default_rules()).choose(character, script, "und", True, None)
    assert found is not None
    return found


def drawing(font: Any, glyph: int) -> list[Any]:
    pen = Pen()
    font.draw_glyph_with_pen(glyph, pen)
    return pen.drawn


@pytest.mark.parametrize(("character", "script"), SAMPLES)
def test_each_glyph_is_what_it_was(character: str, script: str) -> None:
    own = face(character, script)
    glyphs = sorted({own.font.get_nominal_glyph(code) for code in own.unicodes if code > 0x20})[:600:2]
    data = own.cut(glyphs)
    # Checks the sums of all tables.
    font = TTFont(io.BytesIO(data), checkChecksums=2)
    for tag in ("glyf", "head", "hhea", "hmtx", "loca", "maxp"):
        assert font[tag] is not None
    assert font["maxp"].numGlyphs == len(font.getGlyphOrder()) >= len(glyphs) + 1
    cut = hb.Font(hb.Face(hb.Blob(data)))
    for number, glyph in enumerate(glyphs, 1):
        assert drawing(cut, number) == drawing(own.font, glyph), glyph
        assert cut.get_glyph_h_advance(number) == own.font.get_glyph_h_advance(glyph)
    assert drawing(cut, 0) == []


def test_a_composite_brings_its_parts_and_no_others() -> None:
    own = face("A", "Latn")
    data = own.cut([own.font.get_nominal_glyph(ord("ö"))])
    # .notdef, ö, o and the dots.
    assert len(TTFont(io.BytesIO(data)).getGlyphOrder()) == 4


def test_the_same_glyphs_give_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    own = face("A", "Latn")
    glyphs = [own.font.get_nominal_glyph(ord(sign)) for sign in "Zoë Müller"]
    wanted = truetype.TrueType(own.font.face).cut(glyphs)
    monkeypatch.setattr(truetype, "_MOST_KEPT", 2)
    assert own.cut(glyphs) == wanted


def test_a_broken_font_is_named() -> None:
    own = face("A", "Latn")

    class Broken:
        def reference_table(self, tag: str) -> Any:
            blob = own.font.face.reference_table(tag)
            return hb.Blob(blob.data[:4000]) if tag == "loca" else blob

    broken = Face(own.file, own.name, own.font, own.unicodes, own.upem, True, own.measures)
    broken.prepared.append(truetype.TrueType(Broken()))
    with pytest.raises(PdfError) as caught:
        broken.cut([3000])
    assert caught.value.problems[0].rule == "font-kind"
