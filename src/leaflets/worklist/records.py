"""Text of a CSV file -> records of cells, one at a time; a record that is broken does not take others with it."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TextIO

from leaflets.worklist.cells import CellError

MAX_RECORD = 64 * 1024
"""Characters of a record. A full label needs a few thousand."""


@dataclass(frozen=True, slots=True)
class Record:
    """One row of the file."""

    line: int
    """1-based line on which it starts."""
    number: int
    """1-based row, the header's included, as a spreadsheet counts."""
    cells: tuple[str, ...] = field(repr=False)
    fault: CellError | None = None
    """Why there are no cells."""

    @property
    def blank(self) -> bool:
        """Whether nothing stands in it."""
        return self.fault is None and not any(cell.strip() for cell in self.cells)


class _TooLargeError(Exception):
    """The record grew beyond the limit."""


class Records:
    """The records of a text. Quoted cells may hold separators, doubled quotes and line breaks (RFC 4180, section 2).

    A quote that is never closed, or that something follows, makes an error of the row in which it opens; reading goes
    on with the next line of the file. What that line is stays checked: it must have the header's number of cells.
    """

    def __init__(self, text: TextIO, delimiter: str = ",") -> None:
        self.delimiter = delimiter
        self._text = text
        self._waiting: deque[tuple[int, str | None]] = deque()
        self._line = 0
        self._number = 0

    def __iter__(self) -> Iterator[Record]:
        while (first := self._next()) is not None:
            self._number += 1
            line, text = first
            yield self._record(line, text)

    def peek(self) -> tuple[int, str | None] | None:
        """Number and text of the next line, which stays where it is; None at the end."""
        first = self._next()
        if first is not None:
            self._waiting.appendleft(first)
        return first

    def skip(self) -> None:
        """Leave out the next line."""
        self._next()
        self._number += 1

    def _record(self, line: int, text: str | None) -> Record:
        if text is None:
            message = f"has more than {MAX_RECORD:,} characters"
            return Record(line, self._number, (), CellError("row-too-long", message, "is a quote missing?"))
        if '"' not in text:
            return Record(line, self._number, tuple(text.rstrip("\r\n").split(self.delimiter)))
        more: list[tuple[int, str | None]] = []
        try:
            cells = next(csv.reader(self._lines(text, more), delimiter=self.delimiter, strict=True))
            return Record(line, self._number, tuple(cells))
        except (csv.Error, _TooLargeError):
            # Never more than the first line is lost: those after it may be whole rows.
            self._waiting.extendleft(reversed(more))
            hint = 'a cell with a quote in it is written "so, with ""two"" quotes"'
            return Record(line, self._number, (), CellError("row-quotes", "has quotes that do not match", hint))

    def _lines(self, first: str, more: list[tuple[int, str | None]]) -> Iterator[str]:
        yield first
        size = len(first)
        while (following := self._next()) is not None:
            more.append(following)
            size += MAX_RECORD if following[1] is None else len(following[1])
            if following[1] is None or size > MAX_RECORD:
                raise _TooLargeError
            yield following[1]

    def _next(self) -> tuple[int, str | None] | None:
        """Number and text of a line; None for the text of one that is too long."""
        if self._waiting:
            return self._waiting.popleft()
        text = self._text.readline(MAX_RECORD)
        if not text:
            return None
        self._line += 1
        if len(text) < MAX_RECORD or text.endswith(("\n", "\r")):
            return self._line, text
        while (rest := self._text.readline(MAX_RECORD)) and not rest.endswith(("\n", "\r")):
            pass
        return self._line, None
