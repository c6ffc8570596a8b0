"""Glyphs of a TrueType font -> a font of these alone, with the tables that a PDF needs of it.

The tables of ISO 32000-1, 9.9, table 126, as OpenType describes them: outlines without their hints, which no printer
and no screen of today needs. HarfBuzz can cut fonts, too, but reads the whole font each time: ten times the cost, for
each of the three fonts of a copy. What is known of a glyph is kept, and serves every copy.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

_MOST_KEPT = 4096
"""Glyphs that are kept ready: single shapes, which tell nothing of whose they were."""
_WORDS, _SCALE, _MORE, _TWO_SCALES, _MATRIX, _HINTS = 0x1, 0x8, 0x20, 0x40, 0x80, 0x100
"""Flags of a part of a composite glyph."""
_MAGIC = 0xB1B0AFBA
_ALL = 0xFFFFFFFF
_GLYF, _HEAD, _HHEA, _HMTX, _LOCA, _MAXP = struct.unpack(">6L", b"glyfheadhheahmtxlocamaxp")
_ENTRIES = struct.Struct(">24L").pack
_START = struct.pack(">LHHHH", 0x00010000, 6, 64, 2, 32)
"""Of a font with six tables."""
_START_SUM = sum(struct.unpack(">3L", _START))
_FIRST = len(_START) + 6 * 16


@dataclass(frozen=True, slots=True)
class _Outline:
    """What the font says of one glyph."""

    data: bytes
    """Its outline, filled up to four bytes."""
    sum: int
    """Of its words of 32 bits."""
    parts: tuple[tuple[int, int], ...]
    """Where in ``data`` the numbers of the glyphs stand that it is put together from, and these."""
    metric: int
    """Advance and left bearing as one word."""


class TrueType:
    """One font's outlines."""

    def __init__(self, face: Any) -> None:
        """``face``: HarfBuzz's. Raises struct.error for a font that is broken."""
        tables = {tag: face.reference_table(tag).data for tag in ("glyf", "loca", "head", "hhea", "hmtx", "maxp")}
        self._glyf, self._loca, self._hmtx = tables["glyf"], tables["loca"], tables["hmtx"]
        head, hhea, maxp = tables["head"], tables["hhea"], tables["maxp"]
        self._long = bool(struct.unpack_from(">h", head, 50)[0])
        self._metrics: int = struct.unpack_from(">H", hhea, 34)[0]
        # Around what is another in each subset: the sum of all, the numbers of glyphs. The kind of `loca` is long.
        self._head = head[:8], head[12:50] + b"\0\1" + head[52:54] + b"\0\0"
        self._hhea = hhea[:34]
        # Its last number is how deep glyphs lie within each other at most; a font ends with it, and so does a stream.
        self._maxp = maxp[:4], maxp[6:32] if maxp[31:32] != b"\r" else maxp[6:31] + b"\x0e"
        self._sums = _sum(bytes(4).join(self._head)), _sum(self._hhea + b"\0\0"), _sum(bytes(2).join(self._maxp))
        self._kept: dict[int, _Outline] = {}

    def cut(self, glyphs: Iterable[int]) -> bytes:
        """The font of .notdef, these glyphs in their order from 1 on, and what they are put together from."""
        order = [0, *glyphs]
        numbers = {glyph: number for number, glyph in enumerate(order)}
        outlines = []
        for glyph in order:  # it grows while it is read
            outline = self._kept.get(glyph) or self._outline(glyph)
            if outline.parts:
                for _, part in outline.parts:
                    if part not in numbers:
                        numbers[part] = len(order)
                        order.append(part)
                outline = _renumbered(outline, numbers)
            outlines.append(outline)
        return self._written(outlines)

    def _written(self, outlines: list[_Outline]) -> bytes:
        count = len(outlines)
        places = list(accumulate([len(outline.data) for outline in outlines], initial=0))
        metrics = [outline.metric for outline in outlines]
        head, hhea, maxp = self._sums
        glyf = b"".join([outline.data for outline in outlines])
        hmtx, loca = struct.pack(f">{count}L", *metrics), struct.pack(f">{count + 1}L", *places)
        tables = (
            (_GLYF, len(glyf), sum([outline.sum for outline in outlines])),
            (_HEAD, 54, head),
            (_HHEA, 36, hhea + count),
            (_HMTX, len(hmtx), sum(metrics)),
            (_LOCA, len(loca), sum(places)),
            (_MAXP, 32, maxp + (count << 16)),
        )
        words, at, total = [], _FIRST, _START_SUM
        for tag, length, found in tables:
            entry = tag, found & _ALL, at, length
            words += entry
            total += sum(entry) + found
            at += length + -length % 4
        number = count.to_bytes(2, "big")
        adjusted = ((_MAGIC - total) & _ALL).to_bytes(4, "big").join(self._head)
        return b"".join(
            (_START, _ENTRIES(*words), glyf, adjusted, self._hhea, number, hmtx, loca, number.join(self._maxp))
        )

    def _outline(self, glyph: int) -> _Outline:
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        # .notdef is in the font since each font has it, and is never drawn.
        data, parts = _without_hints(self._data(glyph) if glyph else b"")
        data = _filled(data)
        found = self._kept[glyph] = _Outline(data, _sum(data), parts, self._metric(glyph))
        return found

    def _data(self, glyph: int) -> bytes:
        if self._long:
            start, end = struct.unpack_from(">LL", self._loca, glyph * 4)
        else:
            start, end = (place * 2 for place in struct.unpack_from(">HH", self._loca, glyph * 2))
        data: bytes = self._glyf[start:end]
        return data

    def _metric(self, glyph: int) -> int:
        advance, bearing = struct.unpack_from(">HH", self._hmtx, min(glyph, self._metrics - 1) * 4)
        if glyph >= self._metrics:
            # The last ones have the same advance.
            place = self._metrics * 4 + (glyph - self._metrics) * 2
            bearing = struct.unpack_from(">H", self._hmtx, place)[0]
        return int(advance << 16 | bearing)


def _without_hints(data: bytes) -> tuple[bytes, tuple[tuple[int, int], ...]]:
    """An outline less its instructions, and the parts that it is put together from."""
    if not data:
        return b"", ()
    contours = struct.unpack_from(">h", data)[0]
    if contours >= 0:
        place = 10 + 2 * contours
        length = struct.unpack_from(">H", data, place)[0]
        return data[:place] + b"\0\0" + data[place + 2 + length :], ()
    out, parts, place = bytearray(data), [], 10
    flags = _MORE
    while flags & _MORE:
        flags, part = struct.unpack_from(">HH", out, place)
        struct.pack_into(">H", out, place, flags & ~_HINTS)
        parts.append((place + 2, part))
        place += 8 if flags & _WORDS else 6
        place += 2 if flags & _SCALE else 4 if flags & _TWO_SCALES else 8 if flags & _MATRIX else 0
    return bytes(out[:place]), tuple(parts)


def _renumbered(outline: _Outline, numbers: dict[int, int]) -> _Outline:
    data = bytearray(outline.data)
    for place, part in outline.parts:
        data[place : place + 2] = numbers[part].to_bytes(2, "big")
    return _Outline(bytes(data), _sum(data), outline.parts, outline.metric)


def _filled(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % 4)


def _sum(data: bytes | bytearray) -> int:
    return sum(struct.unpack(f">{len(data) // 4}L", data))
