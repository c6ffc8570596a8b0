"""One try to place a label in type of one size: see `label_layout`, which tries until one fits."""

from __future__ import annotations

from dataclasses import dataclass

from leaflets.pdf import bidi
from leaflets.pdf.label import Code, StampText
from leaflets.pdf.lines import SetLine, extent, set_line, words, wrap
from leaflets.pdf.shaping import Paragraph
from leaflets.pdf.stamp_code import QUIET

_ASCENT, _DESCENT = 0.92, 0.27
"""Least height and depth of a line, in em."""
LINE = _ASCENT + _DESCENT
BETWEEN = 0.1
"""Between fields, in em."""
_CELL = 2.5
"""Between a cell's rule and its text, in points."""
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
    code_box: Rect | None
    """The square of the QR code, with its border."""
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


@dataclass(frozen=True, slots=True)
class _Draft:
    """A line that has its place; its glyphs are set when all of the label fits."""

    start: int
    end: int
    left: float
    right: float
    y: float
    align: float
    """0 for the left edge, 0.5 for the middle, 1 for the right edge."""


@dataclass(frozen=True, slots=True)
class _Drafts:
    paragraph: Paragraph
    size: float
    lines: tuple[_Draft, ...]

    def set(self) -> Block:
        return Block(self.paragraph, tuple(map(self._placed, self.lines)))

    def _placed(self, draft: _Draft) -> Placed:
        line = set_line(self.paragraph, draft.start, draft.end)
        x = draft.left + (draft.right - draft.left - line.width * self.size) * draft.align - line.lead * self.size
        return Placed(line, x, draft.y, self.size)


_Row = tuple[_Drafts, ...]


@dataclass(frozen=True, slots=True)
class Room:
    """What there is for the fields and the grid, in points."""

    width: float
    height: float
    beside: float
    """Width of a line beside the code."""
    code: float
    """Height of what stands beside the code."""


class DoesNotFit(Exception):  # noqa: N818 - it is caught and told by `stamp`
    """The name of the field that has no room."""


class Flow:
    """One try, with one size."""

    def __init__(self, rect: Rect, size: float, smallest: float, *, strict: bool, rtl: bool) -> None:
        self._left, self._bottom, self._right, self._y = rect
        self._top = self._y
        self._size, self._smallest, self._strict, self._rtl = size, smallest, strict, rtl
        self._code_edge, self._code_bottom = (self._left if rtl else self._right), self._y
        self._code_box: Rect | None = None
        self._code_text: _Drafts | None = None
        self._rules: list[Rect] = []

    def place_code(self, label: StampText, measured: Measured) -> Room:
        """The code comes first; then there is known what room is left. Raises DoesNotFit."""
        if label.code:
            self._code_box, self._code_text = self._code(label.code, measured.code[0])
        left, right = self._edges(self._size)
        height = self._top - self._bottom
        return Room(self._right - self._left, height, right - left, self._top - self._code_bottom)

    def place(self, label: StampText, measured: Measured) -> LabelLayout:
        """All the rest. Raises DoesNotFit."""
        fields = [self._field(name, paragraph) for name, paragraph in measured.fields]
        grid = self._grid(measured) if label.grid else None
        return LabelLayout(
            tuple(field.set() for field in fields),
            (_set(grid[0]), _set(grid[1])) if grid else None,
            self._code_text.set() if self._code_text else None,
            self._code_box,
            tuple(self._rules),
        )

    def _edges(self, height: float) -> tuple[float, float]:
        """Left and right of a line of this height that begins here."""
        if self._y <= self._code_bottom:
            return self._left, self._right
        return (self._code_edge, self._right) if self._rtl else (self._left, self._code_edge)

    def _field(self, name: str, paragraph: Paragraph) -> _Drafts:
        if not paragraph.text:
            return _Drafts(paragraph, self._size, ())
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
            lines.append(_Draft(start, end, left, right, self._y - ascent, float(paragraph.rtl)))
            self._y -= ascent + descent
            start = end
        self._y -= BETWEEN * self._size
        return _Drafts(paragraph, self._size, tuple(lines))

    def _splits(self, paragraph: Paragraph, start: int, end: int) -> bool:
        """Whether a line ends in the middle of a word, or between a number and its unit."""
        return end < len(paragraph.text) and (not paragraph.breaks[end] & bidi.LINE_END or end in paragraph.glued)

    def _grid(self, measured: Measured) -> tuple[_Row, _Row]:
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

    def _row(self, paragraphs: tuple[Paragraph, ...], columns: list[tuple[float, float]]) -> _Row:
        top = lowest = self._y
        blocks = []
        for paragraph, (left, right) in zip(paragraphs, columns, strict=True):
            block, y = self._column(paragraph, left + _CELL, right - _CELL, top, self._size, "day grid")
            blocks.append(block)
            lowest = min(lowest, y)
        self._rules.append((min(a for a, _ in columns), lowest, max(b for _, b in columns), lowest))
        self._y = lowest
        if lowest < self._bottom - 0.01:
            raise DoesNotFit("day grid")
        return tuple(blocks)

    def _column(
        self, paragraph: Paragraph, left: float, right: float, y: float, size: float, name: str
    ) -> tuple[_Drafts, float]:
        """Lines in the middle of a narrow column, and the place below them."""
        lines = []
        start = 0
        while start < len(paragraph.text):
            end = wrap(paragraph, start, (right - left) / size + 1e-6, strict=self._strict)
            if not end:
                raise DoesNotFit(name)
            height, depth = extent(paragraph, start, end)
            ascent, descent = max(height, _ASCENT) * size, max(depth, _DESCENT) * size
            lines.append(_Draft(start, end, left, right, y - ascent, 0.5))
            y -= ascent + descent
            start = end
        return _Drafts(paragraph, size, tuple(lines)), y

    def _code(self, code: Code, paragraph: Paragraph) -> tuple[Rect | None, _Drafts]:
        """The code's square with its border, and its text below."""
        module = _MODULE * max(1.0, self._smallest / _LEAST_SIZE)
        side = (len(code.matrix) + 2 * QUIET) * module if code.matrix else 0.0
        room = self._right - self._left
        size = self._smallest
        natural = sum(paragraph.advances) * size + 0.5
        width = max(side, min(natural, room * _WIDEST_CODE))
        if side > room or side > self._y - self._bottom:
            raise DoesNotFit("code")
        left = self._left if self._rtl else self._right - width
        x, y = left + (width - side) / 2, self._y - side
        block, bottom = self._column(paragraph, left, left + width, y, size, "code")
        if bottom < self._bottom - 0.01:
            raise DoesNotFit("code")
        self._code_bottom = bottom - 0.2 * size
        gap = 0.5 * size
        self._code_edge = left + width + gap if self._rtl else left - gap
        return (x, y, x + side, y + side) if code.matrix else None, block


def _set(row: _Row) -> tuple[Block, ...]:
    return tuple(cell.set() for cell in row)
