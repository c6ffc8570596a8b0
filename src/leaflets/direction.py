"""Text -> where its direction changes: what a page that runs from right to left has to hold together.

The engine lays out inline boxes in the direction of their line and knows no isolation (``bdi``, ``unicode-bidi``), so
that each Latin run, and each quantity, needs a span with a direction of its own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate

_RTL = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
"""Hebrew, Arabic and their neighbors: enough to know a page by."""
_STRONG = {"L": "ltr", "R": "rtl", "AL": "rtl"}
_NUMBER = re.compile(r"[0-9.,]*[0-9]\s?%?")
_LEADS = "<>≤≥±~≈+−-#"
_TRAILS = "%°+²³½®™′’"
_PAIRS = {")": "(", "]": "[", "”": "“", "}": "{"}
ISOLATE, POP = "\u2066", "\u2069"
"""LEFT-TO-RIGHT ISOLATE and its end: for margin boxes, where no span can be."""


def first_strong(text: str, otherwise: str = "ltr") -> str:
    """``ltr`` or ``rtl``, as the first letter that has a direction says (UAX 9, P2 and P3)."""
    return next((found for char in text if (found := _STRONG.get(unicodedata.bidirectional(char)))), otherwise)


def has_rtl(text: str) -> bool:
    """Whether a letter runs from right to left."""
    return any(unicodedata.bidirectional(char) in ("R", "AL") for char in text)


def holds_rtl(text: str) -> bool:
    """The same for a whole page, quickly."""
    return _RTL.search(text) is not None


@lru_cache(maxsize=4096)
def ltr_runs(text: str) -> tuple[tuple[int, int], ...]:
    """Where a text within right-to-left lines runs from left to right: names, doses, phrases in Latin letters.

    A number alone needs nothing: it keeps its order anywhere.
    """
    return tuple(_runs(text))


def isolated(text: str) -> str:
    """The same text with its left-to-right runs between signs that hold them together."""
    return mapped(text, lambda run: f"{ISOLATE}{run}{POP}", str)


def mapped(text: str, run: Callable[[str], str], rest: Callable[[str], str]) -> str:
    """A text with what ``run`` makes of each left-to-right run and ``rest`` of what lies between them."""
    out = []
    at = 0
    for start, end in ltr_runs(text):
        out += [rest(text[at:start]), run(text[start:end])]
        at = end
    return "".join([*out, rest(text[at:])])


def points_apart(text: str) -> str:
    """A text from right to left whose full stops and commas stand apart from numbers before them.

    There, the stop behind ``2000 mg`` is drawn right before it, and “.2000 mg” is a tenth of a milligram, or less.
    """
    out, at = [], 0
    for start, end in _runs(text, numbers=True):
        if touches_point(text[start:end], text[end:]):
            out.append(text[at:end])
            at = end
    return "\u00a0".join([*out, text[at:]])


def _runs(text: str, *, numbers: bool = False) -> Iterator[tuple[int, int]]:
    start = end = -1
    for at, char in enumerate([*text, ""]):
        kind = unicodedata.bidirectional(char) if char else "R"
        if kind in ("L", "EN"):
            start = at if start < 0 else start
            end = at + 1
        elif kind in ("R", "AL", "AN", "B") and start >= 0:
            start, end = _widened(text, start, end)
            if numbers or not _NUMBER.fullmatch(text[start:end]):
                yield start, end
            start = -1


def _widened(text: str, start: int, end: int) -> tuple[int, int]:
    """A run with the sign before its number, and with what closes a bracket that it opens."""
    if text[start].isdigit() and start and text[start - 1] in _LEADS:
        start -= 1
    while end < len(text):
        char = text[end]
        inside = text[start:end]
        opened = char in _PAIRS and inside.count(_PAIRS[char]) > inside.count(char)
        if not opened and char not in _TRAILS:
            break
        end += 1
    return start, end


def crossing_runs(pieces: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Left-to-right runs of a text in pieces that begin in one piece and end in another: ``eGFR (mL/min/`` ``1.73 m²``.

    Start and end in the whole text. A span around each piece would set the second to the left of the first.
    """
    ends = list(accumulate(map(len, pieces)))
    return tuple((start, end) for start, end in ltr_runs("".join(pieces)) if any(start < cut < end for cut in ends))


def touches_point(run: str, behind: str) -> bool:
    """Whether a full stop would stand right before the run's number, as in ``.30 mL/min``: a tenth of it, or less."""
    return run[:1].isdigit() and behind[:1] in (".", ",")
