"""Text in any script -> a `Paragraph`: its directions, fonts and shapes, measured once, in em; see `lines`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from leaflets.pdf import bidi
from leaflets.pdf.faces import Face, Faces, is_ignorable
from leaflets.pdf.glyphs import Shaped, shape

_GAP = re.compile(r"(?<=[^\sA-WYZa-wyz])\s+(?=\S)")
"""Behind what is no letter of the alphabet, except for x, which may mean “times”."""
_OPERATORS = frozenset("×xX+-−–±≤≥<>=~≈")
_HYPHEN = re.compile("[-\u2010]")
_COMMON = ("Zyyy", "Zinh")
_BLANKS = re.compile("[\t\u2028]")


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a paragraph that is set in one way."""

    text: str
    lang: str
    bold: bool = False
    soft: bool = False
    """In gray: a caption."""
    own_order: bool = False
    """Orders itself, whatever direction the paragraph has: a name, a date."""


class Item(NamedTuple):
    """Neighbors with one face, script and direction."""

    start: int
    end: int
    run: int
    level: int
    script: str
    face: Face


@dataclass(frozen=True, slots=True, eq=False)
class Paragraph:
    """A text that is measured. What goes by character has one place more than the text where it is about gaps."""

    text: str
    codes: list[int]
    runs: tuple[Run, ...]
    rtl: bool
    items: tuple[Item, ...]
    shaped: list[Shaped]
    """The glyphs of each item."""
    advances: list[float]
    """In em; a cluster's whole advance stands at its first character."""
    heights: list[float]
    depths: list[float]
    breaks: bytes
    """Before which characters a line may end, and where it may where there is no other way: see `bidi.breaks`."""
    glued: frozenset[int]
    """Before which a line should not end, such as a unit behind its number: only where there is no other way."""
    lines: dict[tuple[int, int], Any] = field(default_factory=dict)
    """What `lines` has set of it."""


class MissingGlyphs(Exception):  # noqa: N818 - it is caught and told by `stamp`
    """Characters that no font has, and the fields that hold them, where these are known."""

    def __init__(self, characters: set[str], fields: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.characters, self.fields = characters, fields


def measure(runs: Sequence[Run], faces: Faces, *, rtl: bool) -> Paragraph:
    """Measure a paragraph. Raises MissingGlyphs."""
    runs = tuple([_without_blanks(run) for run in runs if run.text])
    text = "".join([run.text for run in runs])
    breaks = bidi.breaks(text, runs[0].lang if runs else "")
    items = tuple(_itemize(text, runs, _levels(runs, rtl), breaks, faces))
    codes = list(map(ord, text))
    size = len(text)
    advances, heights, depths = [0.0] * size, [0.0] * size, [0.0] * size
    missing: set[str] = set()
    shaped = []
    for item in items:
        run = runs[item.run]
        # A caption comes again on every copy, and is nobody's. A blank ends it: no letter joins what follows.
        if run.soft and not item.run:
            found = _shape_caption(run.text, item, run.lang)
        else:
            found = shape(text, codes, item, run.lang)
        shaped.append(found)
        if isinstance(found.starts, range):
            here = slice(item.start, item.end)
            advances[here] = [glyph.advance for glyph in found.glyphs]
            heights[here] = [glyph.top for glyph in found.glyphs]
            depths[here] = [glyph.bottom for glyph in found.glyphs]
            missing.update([glyph.text for glyph in found.glyphs if not glyph.id])
            continue
        for glyph, start in zip(*found, strict=True):
            if not glyph.id:
                missing.add(text[start])
            advances[start] += glyph.advance
            if glyph.top > heights[start]:
                heights[start] = glyph.top
            if glyph.bottom > depths[start]:
                depths[start] = glyph.bottom
    if missing:
        raise MissingGlyphs(missing)
    return Paragraph(text, codes, runs, rtl, items, shaped, advances, heights, depths, breaks, _glued(text))


def _without_blanks(run: Run) -> Run:
    if _BLANKS.search(run.text) is None:
        return run
    return Run(_BLANKS.sub(" ", run.text), run.lang, run.bold, run.soft, run.own_order)


@lru_cache(maxsize=1024)
def _shape_caption(text: str, item: Item, lang: str) -> Shaped:
    return shape(text, list(map(ord, text)), item, lang)


def _levels(runs: Sequence[Run], rtl: bool) -> list[int]:
    if not rtl and all(map(bidi.runs_right, [run.text for run in runs])):
        return [2 * run.own_order for run in runs for _ in run.text]
    marked = "".join(f"{bidi.ISOLATE}{run.text}{bidi.END_ISOLATE}" if run.own_order else run.text for run in runs)
    found = bidi.levels(marked, rtl=rtl)
    kept: list[int] = []
    place = 0
    for run in runs:
        place += run.own_order
        kept += found[place : place + len(run.text)]
        place += len(run.text) + run.own_order
    return kept


def _itemize(text: str, runs: Sequence[Run], levels: list[int], breaks: bytes, faces: Faces) -> Iterator[Item]:
    missing: set[str] = set()
    scripts = _scripts(text)
    owner = [number for number, run in enumerate(runs) for _ in run.text]
    plain = {item.start: item for item in _plain_items(runs, levels, scripts, breaks, faces)}
    before: Face | None = None
    item: tuple[int, int, str, Face] | None = None
    start = at = 0
    while at < len(text):
        if at in plain:
            if item is not None:
                yield Item(start, at, *item)
            yield plain[at]
            item, before, start, at = None, None, plain[at].end, plain[at].end
            continue
        end = at + 1
        while end < len(text) and not breaks[end] & bidi.GRAPHEME:
            end += 1
        run, cluster = runs[owner[at]], text[at:end]
        face = faces.choose(cluster, _script(cluster[0]), run.lang, run.bold, before)
        if face is None:
            missing.update(character for character in cluster if not is_ignorable(character))
        else:
            # A heavy face beside a light one is another run: no face is carried from one into the other.
            key = (owner[at], levels[at], scripts[at], face)
            if item is not None and key != item:
                yield Item(start, at, *item)
                start = at
            item = key
            before = face if end < len(text) and owner[end] == owner[at] else None
        at = end
    if missing:
        raise MissingGlyphs(missing)
    if item is not None:
        yield Item(start, len(text), *item)


def _plain_items(
    runs: Sequence[Run], levels: list[int], scripts: list[str], breaks: bytes, faces: Faces
) -> Iterator[Item]:
    """Runs of ASCII's signs alone: one face has them all, so that nobody need look at each of them."""
    end = 0
    for number, run in enumerate(runs):
        start, end = end, end + len(run.text)
        if run.text.isascii() and run.text.isprintable() and breaks[start] & breaks[end] & bidi.GRAPHEME:
            face, level, script = faces.plain(run.bold), levels[start], scripts[start]
            one = levels[start:end].count(level) == scripts[start:end].count(script) == end - start
            if face is not None and one:
                yield Item(start, end, number, level, script, face)


def _scripts(text: str) -> list[str]:
    """Script of each character; signs of none take that of their neighbors."""
    if text.isascii():
        return ["Latn" if text.upper() != text.lower() else "Zyyy"] * len(text)
    found = [_script(character) for character in text]
    own = next((script for script in found if script not in _COMMON), "Zyyy")
    for at, script in enumerate(found):
        if script in _COMMON:
            found[at] = own
        else:
            own = script
    return found


@lru_cache(maxsize=8192)
def _script(character: str) -> str:
    from fontTools import unicodedata as scripts  # type: ignore[import-untyped,unused-ignore]

    return str(scripts.script(character))


def _glued(text: str) -> frozenset[int]:
    """Before which characters no line should end: a unit behind its number, and what follows a hyphen.

    Programs that read the text take a hyphen at the end of a line away.
    """
    glued = [gap.end() for gap in _GAP.finditer(text) if _leads(text[gap.start() - 1])]
    return frozenset([*glued, *(sign.end() for sign in _HYPHEN.finditer(text))])


@lru_cache(maxsize=8192)
def _leads(character: str) -> bool:
    """Whether what follows a character belongs to it: a number's unit, an operator's number."""
    return unicodedata.category(character)[0] == "N" or character in _OPERATORS
