"""StampText + area -> every line of type, rule and QR module in its place; or which field does not fit.

From top to bottom: the fields, each on as few lines as it needs, and the day grid. The code stands in the upper corner
at the far end; fields beside it are narrower. Sizes are tried from the largest to the smallest, first with whole words
and with numbers beside their units, then, where that never fits, with breaks wherever a line may end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from leaflets.pdf.bidi import starts_rtl
from leaflets.pdf.faces import Faces
from leaflets.pdf.label import Code, DayGrid, Line, StampText
from leaflets.pdf.shaping import (
    MissingGlyphs,
    Paragraph,
    Run,
    SetLine,
    extent,
    measure,
    set_line,
    words,
    wrap,
)

_STEP = 0.5
"""Between two sizes of type, in points."""
_ASCENT, _DESCENT = 0.92, 0.27
"""Least height and depth of a line, in em."""
_BETWEEN = 0.1
"""Between fields, in em."""
_CELL = 2.5
"""Between a cell's rule and its text, in points."""
_QUIET = 4
"""Modules of white around a QR code (ISO/IEC 18004)."""
_MODULE = 1.02
"""Points: 0.36 mm, three dots of a thermal printer with 203 dpi. More in large print."""
_LEAST_SIZE = 9
_WIDEST_CODE = 0.45
"""Of the area's width."""

Rect = tuple[float, float, float, float]
"""Left, bottom, right, top in points."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A line of type with the start of its baseline, in points."""

    line: SetLine
    x: float
    y: float
    size: float


@dataclass(frozen=True, slots=True)
class Block:
    """The lines of one field, cell or code."""

    paragraph: Paragraph
    lines: tuple[Placed, ...]


@dataclass(frozen=True, slots=True)
class LabelLayout:
    """A label that fits."""

    fields: tuple[Block, ...]
    grid: tuple[tuple[Block, ...], tuple[Block, ...]] | None
    """Captions and texts."""
    code_text: Block | None
    modules: tuple[Rect, ...]
    """Dark bars of the QR code: x, y, width, height."""
    code_box: Rect | None
    rules: tuple[Rect, ...]
    """Lines of the grid: from x, y to x, y."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The paragraphs of a label."""

    fields: tuple[tuple[str, Paragraph], ...]
    """Each field's name, and one paragraph for each of its lines."""
    captions: tuple[Paragraph, ...]
    doses: tuple[Paragraph, ...]
    code: tuple[Paragraph, ...]


class DoesNotFit(Exception):  # noqa: N818 - it is caught and told by `stamp`
    """The name of the field that has no room."""


def measure_label(label: StampText, faces: Faces, lang: str, *, rtl: bool) -> Measured:
    """Shape every text of a label. Raises MissingGlyphs with all characters that no font has."""
    missing: set[str] = set()

    def tried(*runs: Run, rtl: bool = rtl) -> Paragraph:
        try:
            return measure(runs, faces, rtl=rtl)
        except MissingGlyphs as error:
            missing.update(error.characters)
            return measure((), faces, rtl=rtl)

    fields = []
    for number, line in enumerate(label.lines, 1):
        own = rtl if line.caption else starts_rtl(line.text, otherwise=rtl)
        name = line.caption.strip(" \u00a0:：") or f"line {number}"
        fields += [(name, tried(*part, rtl=own)) for part in _runs(line, lang)]
    grid = label.grid or DayGrid(("",) * 4, ("",) * 4)
    captions = tuple(tried(Run(text, lang, soft=True)) for text in grid.captions)
    doses = tuple(tried(Run(text, lang, bold=True)) for text in grid.texts)
    code = (tried(Run(label.code.text, lang)),) if label.code else ()
    if missing:
        raise MissingGlyphs(missing)
    return Measured(tuple(fields), captions, doses, code)


def lay_out(label: StampText, measured: Measured, rect: Rect, sizes: tuple[float, float], *, rtl: bool) -> LabelLayout:
    """Place everything in the largest type that fits. Raises DoesNotFit."""
    failure = DoesNotFit("")
    for strict in (True, False):
        for size in _sizes(*sizes):
            try:
                return _Flow(rect, size, sizes[1], strict=strict, rtl=rtl).place(label, measured)
            except DoesNotFit as error:
                failure = error
    raise failure


def _sizes(largest: float, smallest: float) -> Iterator[float]:
    size = largest
    while size > smallest:
        yield size
        size -= _STEP
    yield smallest


def _runs(line: Line, lang: str) -> Iterator[tuple[Run, ...]]:
    own = line.lang or lang
    for number, text in enumerate(line.text.splitlines() or [""]):
        caption = Run(line.caption + " ", lang, soft=True) if line.caption and not number else Run("", lang)
        yield caption, Run(text, own, line.bold, own_order=bool(line.caption))


class _Flow:
    """One try, with one size."""

    def __init__(self, rect: Rect, size: float, smallest: float, *, strict: bool, rtl: bool) -> None:
        self._left, self._bottom, self._right, self._y = rect
        self._size, self._smallest, self._strict, self._rtl = size, smallest, strict, rtl
        self._code_edge, self._code_bottom = (self._left if rtl else self._right), self._y
        self._rules: list[Rect] = []

    def place(self, label: StampText, measured: Measured) -> LabelLayout:
        modules: tuple[Rect, ...] = ()
        box: Rect | None = None
        text: Block | None = None
        if label.code:
            modules, box, text = self._code(label.code, measured.code[0])
        fields = tuple(self._field(name, paragraph) for name, paragraph in measured.fields)
        grid = self._grid(label.grid, measured) if label.grid else None
        return LabelLayout(fields, grid, text, modules, box, tuple(self._rules))

    def _edges(self, height: float) -> tuple[float, float]:
        """Left and right of a line of this height that begins here."""
        if self._y <= self._code_bottom:
            return self._left, self._right
        return (self._code_edge, self._right) if self._rtl else (self._left, self._code_edge)

    def _field(self, name: str, paragraph: Paragraph) -> Block:
        if not paragraph.text:
            return Block(paragraph, ())
        lines = []
        start = 0
        while start < len(paragraph.text):
            left, right = self._edges(self._size)
            end = wrap(paragraph, start, (right - left) / self._size, strict=self._strict)
            if self._y > self._code_bottom and (not end or self._splits(paragraph, start, end)):
                # Beside the code there is no room for its words; below it there is.
                self._y = self._code_bottom
                continue
            if not end:
                raise DoesNotFit(name)
            height, depth = extent(paragraph, start, end)
            ascent, descent = max(height, _ASCENT) * self._size, max(depth, _DESCENT) * self._size
            if self._y - ascent - descent < self._bottom - 0.01:
                raise DoesNotFit(name)
            line = set_line(paragraph, start, end)
            lines.append(self._placed(paragraph, line, left, right, self._y - ascent, self._size))
            self._y -= ascent + descent
            start = end
        self._y -= _BETWEEN * self._size
        return Block(paragraph, tuple(lines))

    def _splits(self, paragraph: Paragraph, start: int, end: int) -> bool:
        """Whether a line ends in the middle of a word, or between a number and its unit."""
        return end < len(paragraph.text) and (not paragraph.breaks[end] or paragraph.glued[end])

    def _placed(
        self, paragraph: Paragraph, line: SetLine, left: float, right: float, y: float, size: float
    ) -> Placed:  # fmt: skip
        x = right - (line.width + line.lead) * size if paragraph.rtl else left
        return Placed(line, x, y, size)

    def _grid(self, grid: DayGrid, measured: Measured) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
        self._y -= 0.25 * self._size
        columns = self._columns(measured)
        edges = self._edges(self._size)
        while columns is None and self._y > self._code_bottom:
            self._y = self._code_bottom
            columns, edges = self._columns(measured), self._edges(self._size)
        if columns is None:
            raise DoesNotFit("day grid")
        if self._rtl:
            columns = [(edges[0] + edges[1] - right, edges[0] + edges[1] - left) for left, right in columns]
        top = self._y
        rows = tuple(self._row(paragraphs, columns) for paragraphs in (measured.captions, measured.doses))
        self._rules.append((min(a for a, _ in columns), top, max(b for _, b in columns), top))
        self._rules += [(x, top, x, self._y) for x in sorted({edge for column in columns for edge in column})]
        return rows[0], rows[1]

    def _columns(self, measured: Measured) -> list[tuple[float, float]] | None:
        """Left and right of each: as wide as its longest word, and an equal share of what is left."""
        left, right = self._edges(self._size)
        pairs = zip(measured.captions, measured.doses, strict=True)
        wanted = [max(words(caption), words(dose)) * self._size + 2 * _CELL for caption, dose in pairs]
        spare = right - left - sum(wanted)
        if spare < 0:
            if self._strict or self._y > self._code_bottom:
                return None
            wanted, spare = [(right - left) / len(wanted)] * len(wanted), 0.0
        out = []
        for width in wanted:
            out.append((left, left + width + spare / len(wanted)))
            left = out[-1][1]
        return out

    def _row(self, paragraphs: tuple[Paragraph, ...], columns: list[tuple[float, float]]) -> tuple[Block, ...]:
        top = lowest = self._y
        blocks = []
        for paragraph, (left, right) in zip(paragraphs, columns, strict=True):
            block, y = self._column(paragraph, left + _CELL, right - _CELL, top, self._size, "day grid", 0.5)
            blocks.append(block)
            lowest = min(lowest, y)
        self._rules.append((min(a for a, _ in columns), lowest, max(b for _, b in columns), lowest))
        self._y = lowest
        if lowest < self._bottom - 0.01:
            raise DoesNotFit("day grid")
        return tuple(blocks)

    def _column(
        self, paragraph: Paragraph, left: float, right: float, y: float, size: float, name: str, middle: float
    ) -> tuple[Block, float]:
        """Lines in a narrow column; ``middle`` is 0.5 where they are centered. With the place below them."""
        lines = []
        start = 0
        while start < len(paragraph.text):
            end = wrap(paragraph, start, (right - left) / size + 1e-6, strict=self._strict)
            if not end:
                raise DoesNotFit(name)
            height, depth = extent(paragraph, start, end)
            ascent, descent = max(height, _ASCENT) * size, max(depth, _DESCENT) * size
            line = set_line(paragraph, start, end)
            x = left + (right - left - line.width * size) * middle - line.lead * size
            lines.append(Placed(line, x, y - ascent, size))
            y -= ascent + descent
            start = end
        return Block(paragraph, tuple(lines)), y

    def _code(self, code: Code, paragraph: Paragraph) -> tuple[tuple[Rect, ...], Rect | None, Block]:
        module = _MODULE * max(1.0, self._smallest / _LEAST_SIZE)
        side = (len(code.matrix) + 2 * _QUIET) * module if code.matrix else 0.0
        room = self._right - self._left
        size = self._smallest
        natural = sum(paragraph.advances) * size + 0.5
        width = max(side, min(natural, room * _WIDEST_CODE))
        if side > room or side > self._y - self._bottom:
            raise DoesNotFit("code")
        left = self._left if self._rtl else self._right - width
        x, y = left + (width - side) / 2, self._y - side
        bars = tuple(_bars(code.matrix, x + _QUIET * module, self._y - _QUIET * module, module))
        block, bottom = self._column(paragraph, left, left + width, y, size, "code", 0.5)
        if bottom < self._bottom - 0.01:
            raise DoesNotFit("code")
        self._code_bottom = bottom - 0.2 * size
        gap = 0.5 * size
        self._code_edge = left + width + gap if self._rtl else left - gap
        return bars, (x, y, x + side, y + side) if code.matrix else None, block


def _bars(matrix: tuple[tuple[int, ...], ...], x: float, top: float, module: float) -> Iterator[Rect]:
    """Dark modules that stand side by side, as one bar each."""
    for number, row in enumerate(matrix):
        start = 0
        while start < len(row):
            end = start
            while end < len(row) and row[end]:
                end += 1
            if end > start:
                yield x + start * module, top - (number + 1) * module, (end - start) * module, module
            start = end + 1
