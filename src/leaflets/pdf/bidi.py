"""Text -> embedding levels and places where a line may end: what FriBidi and Pango know, asked through ctypes.

Both libraries come with the engine. The rules are Unicode's: UAX #9 (bidirectional text), UAX #14 (line breaks),
UAX #29 (grapheme clusters); Pango knows Thai words too, where it was built with libthai.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Sequence
from functools import cache, lru_cache

from leaflets.errors import PdfError, Problem
from leaflets.pdf.native import load_library

ISOLATE, END_ISOLATE = "\u2068", "\u2069"
"""First strong isolate, and its end: a text between them orders itself, and what is around it is not touched."""

# fribidi-bidi-types.h
_FIRST_RTL = "\u0590"
"""Below it, nothing runs to the left."""
_LTR, _RTL, _WEAK_LTR, _WEAK_RTL = 0x110, 0x111, 0x20, 0x21
# pango-break.h: bits of PangoLogAttr
LINE_END, GRAPHEME = 1 << 0, 1 << 4
_LOWEST = 0 if sys.byteorder == "little" else 3
"""Which byte of four has the lowest bits."""


def runs_right(text: str) -> bool:
    """Whether nothing in a text can run to the left: seen at a glance."""
    return text.isascii() or max(text) < _FIRST_RTL


def levels(text: str, *, rtl: bool) -> list[int]:
    """Embedding level of each character in a paragraph that runs to the right, or to the left."""
    if not rtl and runs_right(text):
        return [0] * len(text)
    library = _fribidi()
    size = len(text)
    codes = (ctypes.c_uint32 * size)(*map(ord, text))
    types, brackets = (ctypes.c_uint32 * size)(), (ctypes.c_uint32 * size)()
    found = (ctypes.c_int8 * size)()
    library.fribidi_get_bidi_types(codes, size, types)
    library.fribidi_get_bracket_types(codes, size, types, brackets)
    base = ctypes.c_uint32(_RTL if rtl else _LTR)
    if not library.fribidi_get_par_embedding_levels_ex(types, brackets, size, ctypes.byref(base), found):
        raise MemoryError
    return list(found)


def starts_rtl(text: str, *, otherwise: bool) -> bool:
    """Whether the first letter with a direction runs to the left (UAX #9, P2 and P3)."""
    if text.isascii():
        return otherwise if not any(map(str.isalpha, text)) else False
    library = _fribidi()
    size = len(text)
    types = (ctypes.c_uint32 * size)()
    library.fribidi_get_bidi_types((ctypes.c_uint32 * size)(*map(ord, text)), size, types)
    found = library.fribidi_get_par_direction(types, size)
    return {_LTR: False, _RTL: True}.get(found, otherwise)


@lru_cache(maxsize=1024)
def mirrored(character: str) -> str:
    """What a character looks like in text that runs to the left: brackets are turned over."""
    out = ctypes.c_uint32()
    _fribidi().fribidi_get_mirror_char(ctypes.c_uint32(ord(character)), ctypes.byref(out))
    return chr(out.value)


def visual_order(found: Sequence[int]) -> list[int]:
    """Indexes of pieces with these levels, from left to right (UAX #9, L2)."""
    order = list(range(len(found)))
    if not any(level % 2 for level in found):
        return order
    for level in range(max(found, default=0), 0, -1):
        i = 0
        while i < len(order):
            j = i
            while j < len(order) and found[order[j]] >= level:
                j += 1
            order[i:j] = reversed(order[i:j])
            i = j + 1
    return order


def breaks(text: str, lang: str) -> bytes:
    """For each character: whether a line may end before it (`LINE_END`), and a grapheme (`GRAPHEME`).

    One place more than the text has characters.
    """
    library = _pango()
    size = len(text) + 1
    attributes = (ctypes.c_uint32 * size)()
    data = text.encode()
    library.pango_get_log_attrs(data, len(data), -1, _language(lang), attributes, size)
    return bytes(memoryview(attributes).cast("B")[_LOWEST::4])


@cache
def _language(lang: str) -> ctypes.c_void_p:
    return ctypes.c_void_p(_pango().pango_language_from_string(lang.encode()))


@cache
def _pango() -> ctypes.CDLL:
    library = _needed("Pango")
    library.pango_language_from_string.restype = ctypes.c_void_p
    library.pango_get_log_attrs.argtypes = [
        ctypes.c_char_p, ctypes.c_int, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int,
    ]  # fmt: skip
    library.pango_get_log_attrs.restype = None
    return library


@cache
def _fribidi() -> ctypes.CDLL:
    library = _needed("FriBidi")
    library.fribidi_get_par_embedding_levels_ex.restype = ctypes.c_int8
    return library


def _needed(name: str) -> ctypes.CDLL:
    library = load_library(name)
    if library is None:
        message = f"A library that copies need is not on this machine: {name}."
        raise PdfError(Problem("library-missing", message, hint="It comes with Pango; `leaflets doctor` says how."))
    return library
