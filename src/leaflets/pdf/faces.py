"""Characters -> the face that draws them: HarfBuzz's view of the fonts of ``fonts.toml``, opened once per process."""

from __future__ import annotations

import re
import struct
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from leaflets.errors import PdfError, Problem
from leaflets.pdf.fonts import find_fonts, read_rules

_SCRIPTS = {"Hani": ("Hans", "Hant", "Jpan", "Kore"), "Hira": ("Jpan",), "Kana": ("Jpan",), "Hang": ("Kore",)}
"""Scripts of Unicode that are a part of what fonts and languages are written in."""
_LANGUAGES = {"ja": "Jpan", "ko": "Kore", "zh": "Hans"}
_NEVER = ("Cc", "Co", "Cs")
"""Control characters, private ones, halves of characters: a font may have a shape for them, which says nothing."""
_MOST_CHOSEN = 20_000
"""Graphemes whose face is kept in mind: single signs, which tell nothing of whose they were."""
_ANY = ("Zyyy", "Zinh")
_ASCII = range(0x20, 0x7F)
_GENERAL = ("Latn", "Grek", "Cyrl")
"""What the first font of the list is for."""


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """One file of a font, and what a PDF says of it."""

    file: str
    name: bytes
    """PostScript's, of letters, digits and hyphens."""
    font: Any
    unicodes: Any
    upem: int
    has_ascii: bool
    measures: bytes
    """What a PDF's font descriptor says of it."""
    glyphs: dict[tuple[int, str, tuple[int, int, int, int]], Any] = field(default_factory=dict)
    """What `glyphs` keeps of them."""
    widths: dict[int, int] = field(default_factory=dict)
    prepared: list[Any] = field(default_factory=list)

    def ink(self, glyph: int) -> tuple[float, float]:
        """Height above and depth below the line, in em."""
        box = self.font.get_glyph_extents(glyph)
        top, bottom = (box.y_bearing, -(box.y_bearing + box.height)) if box else (0, 0)
        return top / self.upem, bottom / self.upem

    def width(self, glyph: int) -> int:
        """How wide a PDF says that a glyph is, in a thousandth of an em."""
        found = self.widths.get(glyph)
        if found is None:
            found = self.widths[glyph] = _mille(self.font.get_glyph_h_advance(glyph), self.upem)
        return found

    def outline(self, glyph: int) -> list[tuple[str, tuple[tuple[float, float], ...]]]:
        """The outline of a glyph in em: ``m``, ``l``, ``c`` and ``h`` with their points, as PDF has them."""
        pen = _Pen(self.upem)
        self.font.draw_glyph_with_pen(glyph, pen)
        return pen.path

    def for_subsets(self) -> Any:
        """The face, made ready to be cut to some glyphs again and again."""
        import uharfbuzz as hb  # type: ignore[import-untyped,unused-ignore]

        if not self.prepared:
            self.prepared.append(hb.subset_preprocess(self.font.face))
        return self.prepared[0]


@dataclass(frozen=True, slots=True)
class _Family:
    scripts: tuple[str, ...]
    regular: Path
    bold: Path

    def face(self, bold: bool) -> Face:
        return _open(self.bold if bold else self.regular)


class Faces:
    """The fonts of one ``fonts.toml``, in its order; files are opened when a text first needs them."""

    def __init__(self, rules_file: Path) -> None:
        here = {path.name: path for path in find_fonts(rules_file)}
        self._families = tuple(
            _Family(font.scripts, here[font.files[0]], here[_bold(font.files)])
            for font in read_rules(rules_file).fonts
            if here.keys() >= set(font.files)
        )
        self.rules_file = rules_file
        self._chosen: dict[tuple[str, str, str, bool, Face | None], Face | None] = {}

    def choose(self, cluster: str, script: str, lang: str, bold: bool, before: Face | None) -> Face | None:
        """The face for a grapheme, or None if there is none that has all of it.

        Args:
            cluster: one grapheme.
            script: ISO 15924 code that Unicode gives to it.
            lang: BCP 47 tag of the text.
            bold: whether it shall be heavy, where the font has it.
            before: the face of the grapheme before it: signs of no script stay with their neighbors.
        """
        key = cluster, script, lang, bold, before
        try:
            return self._chosen[key]
        except KeyError:
            if len(self._chosen) >= _MOST_CHOSEN:
                self._chosen.clear()
            return self._chosen.setdefault(key, self._choose(*key))

    def plain(self, bold: bool) -> Face | None:
        """The face for texts of ASCII's signs alone: the first one, which has them all."""
        face = self._families[0].face(bold)
        return face if face.has_ascii else None

    def _choose(self, cluster: str, script: str, lang: str, bold: bool, before: Face | None) -> Face | None:
        needed = _drawn(cluster)
        first = self._families[0].face(bold)
        if any(unicodedata.category(character) in _NEVER for character in cluster):
            return None
        if not needed:
            return before or first
        stays = script in _ANY and before is not None and (cluster.isspace() or not _has(first, needed))
        if stays and before is not None and _has(before, needed):
            return before
        return next((face for face in self._order(script, lang, bold) if _has(face, needed)), None)

    def _order(self, script: str, lang: str, bold: bool) -> Iterator[Face]:
        families = self._families
        if script not in _ANY and script not in _GENERAL:
            wanted = _SCRIPTS.get(script, (script,))
            own = _LANGUAGES.get(lang.split("-")[0])
            fit = [family for family in families if set(wanted) & set(family.scripts)]
            fit.sort(key=lambda family: own is not None and own not in family.scripts)
            yield from (family.face(bold) for family in fit)
        yield from (family.face(bold) for family in families)


@cache
def load_faces(rules_file: Path) -> Faces:
    """The fonts of a ``fonts.toml``. Raises PdfError when one that is needed is not there."""
    return Faces(rules_file)


@lru_cache(maxsize=4096)
def is_ignorable(character: str) -> bool:
    """Whether a character steers its neighbors and is itself never drawn: joiners, marks of direction, selectors."""
    code = ord(character)
    return unicodedata.category(character) == "Cf" or 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF


class _Pen:
    """What HarfBuzz draws with."""

    def __init__(self, upem: int) -> None:
        self.path: list[tuple[str, tuple[tuple[float, float], ...]]] = []
        self._upem = upem
        self._at = (0.0, 0.0)

    def _add(self, kind: str, *points: tuple[float, float]) -> None:
        self.path.append((kind, tuple((x / self._upem, y / self._upem) for x, y in points)))
        self._at = points[-1] if points else self._at

    def moveTo(self, to: tuple[float, float]) -> None:  # noqa: N802 - HarfBuzz calls them so
        self._add("m", to)

    def lineTo(self, to: tuple[float, float]) -> None:  # noqa: N802
        self._add("l", to)

    def curveTo(self, one: tuple[float, float], two: tuple[float, float], to: tuple[float, float]) -> None:  # noqa: N802
        self._add("c", one, two, to)

    def qCurveTo(self, by: tuple[float, float], to: tuple[float, float]) -> None:  # noqa: N802
        """A curve with one handle, as one with two."""
        one, two = (tuple(a + (b - a) * 2 / 3 for a, b in zip(end, by, strict=True)) for end in (self._at, to))
        self._add("c", (one[0], one[1]), (two[0], two[1]), to)

    def closePath(self) -> None:  # noqa: N802
        self._add("h")


def _drawn(cluster: str) -> str:
    # HarfBuzz composes what the font has as one sign.
    text = cluster if cluster.isascii() else unicodedata.normalize("NFC", cluster)
    return "".join(character for character in text if not is_ignorable(character))


def _has(face: Face, text: str) -> bool:
    return all(ord(character) in face.unicodes for character in text)


def _bold(files: tuple[str, ...]) -> str:
    return next((name for name in files if Path(name).stem.endswith("Bold")), files[0])


@cache
def _open(path: Path) -> Face:
    import uharfbuzz as hb  # type: ignore[import-untyped,unused-ignore]

    face = hb.Face(hb.Blob.from_file_path(str(path)))
    if "glyf" not in face.table_tags:
        hint = "copies can use TrueType fonts only (.ttf)"
        raise PdfError(Problem("font-kind", "The font's outlines are not TrueType's.", file=str(path), hint=hint))
    if not _is_whole(face):
        raise PdfError(Problem("font-kind", "The font is broken.", file=str(path), hint="install it anew"))
    head, hhea = face.reference_table("head").data, face.reference_table("hhea").data
    upem, unicodes = face.upem, face.unicodes
    box = tuple(_mille(value, upem) for value in struct.unpack(">4h", head[36:44]))
    ascent, descent = struct.unpack(">2h", hhea[4:8])
    name = re.sub("[^A-Za-z0-9_-]", "", face.get_name(6) or path.stem).encode()
    up, down = _mille(ascent, upem), _mille(descent, upem)
    measures = b"/FontBBox[%d %d %d %d]/ItalicAngle 0/Ascent %d/Descent %d/CapHeight %d/StemV 80" % (*box, up, down, up)
    return Face(str(path), name, hb.Font(face), unicodes, upem, all(code in unicodes for code in _ASCII), measures)


def _is_whole(face: Any) -> bool:
    """Whether each glyph has a width and an outline. HarfBuzz takes those that a cut-off file lacks for empty ones."""
    head, hhea, loca = (face.reference_table(tag).data for tag in ("head", "hhea", "loca"))
    count = face.glyph_count
    try:
        unit, kind, size = (1, ">L", 4) if struct.unpack_from(">h", head, 50)[0] else (2, ">H", 2)
        end = struct.unpack_from(kind, loca, count * size)[0] * unit
        metrics = struct.unpack_from(">H", hhea, 34)[0]
    except struct.error:
        return False
    widths = metrics * 4 + (count - metrics) * 2
    return bool(count and end <= len(face.reference_table("glyf")) and widths <= len(face.reference_table("hmtx")))


def _mille(value: int, upem: int) -> int:
    return round(value * 1000 / upem)
