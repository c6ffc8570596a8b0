"""A font cut to some glyphs: each looks as it did, its number and width are known, and the tables are whole."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import Any

import pytest
import uharfbuzz as hb  # type: ignore[import-untyped,unused-ignore]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from leaflets.errors import PdfError
from leaflets.pdf import faces, stamp_font
from leaflets.pdf.faces import Face, load_faces
from leaflets.pdf.fonts import default_rules
from leaflets.pdf.stamp_font import Subset

SAMPLES = [("A", "Latn"), ("م", "Arab"), ("न", "Deva"), ("王", "Hani"), ("김", "Hang"), ("ក", "Khmr")]
TABLES = {"glyf", "head", "hhea", "hmtx", "loca", "maxp"}


class Pen:
    def __init__(self) -> None:
        self.drawn: list[Any] = []

    def __getattr__(self, name: str) -> Any:
        return lambda *points: self.drawn.append((name, points))


def face(character: str, script: str) -> Face:
    found = load_faces(default_rules()).choose(character, script, "und", True, None)
    assert found is not None
    return found


def nominal(own: Face, text: str) -> frozenset[int]:
    return frozenset(own.font.get_nominal_glyph(ord(sign)) for sign in text)


def anew(own: Face, glyphs: frozenset[int]) -> Subset:
    """Not what is kept of an earlier cut."""
    return stamp_font.cut.__wrapped__(own, glyphs)


def opened(subset: Subset) -> Any:
    # Checks the sums of all tables.
    return TTFont(io.BytesIO(subset.data), checkChecksums=2)


def drawing(font: Any, glyph: int) -> list[Any]:
    pen = Pen()
    font.draw_glyph_with_pen(glyph, pen)
    return pen.drawn


@pytest.mark.parametrize(("character", "script"), SAMPLES)
def test_each_glyph_is_what_it_was(character: str, script: str) -> None:
    own = face(character, script)
    glyphs = sorted({own.font.get_nominal_glyph(code) for code in own.unicodes if code > 0x20})[:600:2]
    subset = anew(own, frozenset(glyphs))
    font = opened(subset)
    assert set(font.reader.keys()) == TABLES
    for tag in TABLES:
        assert font[tag] is not None
    widths = [0, *map(int, subset.widths.split())]
    assert font["maxp"].numGlyphs == len(font.getGlyphOrder()) == len(widths) >= len(glyphs) + 1
    assert list(subset.codes) == glyphs
    cut = hb.Font(hb.Face(hb.Blob(subset.data)))
    for glyph in glyphs:
        number = int(subset.codes[glyph], 16)
        assert drawing(cut, number) == drawing(own.font, glyph), glyph
        assert cut.get_glyph_h_advance(number) == own.font.get_glyph_h_advance(glyph)
        assert widths[number] == own.width(glyph)
    assert b"0000" not in subset.codes.values()
    assert drawing(cut, 0) == []


def test_a_composite_brings_its_parts_and_no_others() -> None:
    own = face("A", "Latn")
    subset = anew(own, nominal(own, "oöz"))
    # .notdef, o, z, the dots and ö: what is shown has the numbers around the part that is not.
    assert len(opened(subset).getGlyphOrder()) == 5
    assert sorted(subset.codes.values()) == [b"0001", b"0002", b"0004"]
    assert len(subset.widths.split()) == 4


def test_no_hints_are_left() -> None:
    own = face("A", "Latn")
    glyf = opened(anew(own, nominal(own, "aö")))["glyf"]
    programs = [getattr(glyf[name], "program", None) for name in glyf.keys()]  # noqa: SIM118 - the table is no dict
    assert not any(program.getBytecode() for program in programs if program)
    assert TTFont(own.file)["glyf"]["a"].program.getBytecode(), "the face has some"


def test_the_same_glyphs_give_the_same_bytes() -> None:
    own = face("A", "Latn")
    wanted = anew(own, nominal(own, "Zoë Müller"))
    anew(own, nominal(own, "ß"))
    assert anew(own, nominal(own, "rellüM ëoZ")) == wanted
    # A face that was opened anew.
    again = faces._open.__wrapped__(Path(own.file))
    assert anew(again, nominal(again, "Zoë Müller")) == wanted


def test_a_font_does_not_end_with_a_carriage_return(monkeypatch: pytest.MonkeyPatch) -> None:
    own = face("A", "Latn")
    monkeypatch.setattr(stamp_font, "_cut", lambda face, glyphs: (b"font\r", {0: 0, 36: 1}))
    assert anew(own, frozenset([36])).data == b"font\r\0"


def cut_off(own: Face, tag: bytes, length: int) -> bytes:
    """The font with one table that ends early."""
    data = bytearray(Path(own.file).read_bytes())
    place = data.index(tag, 12)
    struct.pack_into(">L", data, place + 12, length)
    return bytes(data)


@pytest.mark.parametrize(
    ("tag", "length"), [(b"loca", 4000), (b"glyf", 4000), (b"hmtx", 40), (b"head", 20), (b"hhea", 8), (b"maxp", 3)]
)
def test_a_broken_font_is_named_before_it_draws_nothing(tmp_path: Path, tag: bytes, length: int) -> None:
    path = tmp_path / "broken.ttf"
    path.write_bytes(cut_off(face("A", "Latn"), tag, length))
    with pytest.raises(PdfError) as caught:
        faces._open(path)
    problem = caught.value.problems[0]
    assert (problem.rule, problem.file) == ("font-kind", str(path))


def test_half_a_file_is_named(tmp_path: Path) -> None:
    whole = Path(face("A", "Latn").file).read_bytes()
    for part in (2, 3, 10):
        path = tmp_path / f"{part}.ttf"
        path.write_bytes(whole[: len(whole) // part])
        with pytest.raises(PdfError) as caught:
            faces._open(path)
        assert caught.value.problems[0].rule == "font-kind"


def test_a_font_that_cannot_be_cut_is_named() -> None:
    own = face("A", "Latn")
    font = hb.Font(hb.Face(hb.Blob(cut_off(own, b"maxp", 3))))
    broken = Face(own.file, own.name, font, own.unicodes, own.upem, True, own.measures)
    with pytest.raises(PdfError) as caught:
        anew(broken, frozenset([36]))
    assert caught.value.problems[0].file == own.file
