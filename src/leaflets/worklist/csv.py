"""A CSV worklist -> rows. Read as a stream, twice or thrice: file names are compared before the first row is given."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from difflib import get_close_matches
from typing import IO, TypeVar

from leaflets.errors import ContentError, Problem, Severity
from leaflets.guarded_yaml import snippet
from leaflets.locales import default_paper
from leaflets.worklist.cells import (
    EDITIONS,
    PAPERS,
    CellError,
    check_signs,
    check_text,
    read_choice,
    read_locale,
    read_output,
    read_packet,
    read_pages,
    same_output,
)  # fmt: skip
from leaflets.worklist.drugs import slug_of_name
from leaflets.worklist.files import encoding_of, text_of
from leaflets.worklist.match import Titles
from leaflets.worklist.records import Record, Records
from leaflets.worklist.row import Defaults, Label, Row, RowProblems

LABEL_COLUMNS = tuple(field.name for field in fields(Label))
COLUMNS = ("monograph", "variant", "locale", "edition", "paper", "pages", *LABEL_COLUMNS, "output", "packet")
_BITS = 24
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Header:
    """The first row."""

    line: int
    number: int
    encoding: str
    delimiter: str
    columns: tuple[str, ...]
    """Name of each column; empty for one that is not known."""
    problems: tuple[Problem, ...]
    """Warnings only."""


def read_csv(stream: IO[bytes], file: str, titles: Titles, defaults: Defaults) -> Iterator[Row | RowProblems]:
    """Rows of a CSV file. The header is read at once; raises ContentError for a file that holds no worklist."""
    header = _read_header(stream, file)
    if defaults.packets and "packet" not in header.columns:
        # A name does not say who somebody is: two patients can have the same one.
        message, hint = "has no column “packet”", "give the rows of one patient the same word in a column named packet"
        raise ContentError(Problem("no-packet-column", message, file=file, line=header.line, hint=hint))
    twins = _find_twins(stream, file, header)
    return _rows(stream, file, header, twins, titles, defaults)


def _rows(
    stream: IO[bytes], file: str, header: Header, twins: dict[str, list[int]], titles: Titles, defaults: Defaults
) -> Iterator[Row | RowProblems]:
    with stream:
        if header.problems:
            yield RowProblems(header.line, header.problems)
        for record in _records(stream, header):
            yield _RowReader(file, header, twins, titles, defaults, record).row()


def _records(stream: IO[bytes], header: Header) -> Iterator[Record]:
    """The rows below the header that are not blank."""
    with text_of(stream, header.encoding) as text:
        for record in Records(text, header.delimiter):
            if record.number > header.number and not record.blank:
                yield record


# -- the header -----------------------------------------------------------------------------------------------------


def _read_header(stream: IO[bytes], file: str) -> Header:
    encoding = encoding_of(stream, file)
    with text_of(stream, encoding) as text:
        records = Records(text)
        delimiters = ",;\t"
        while (first := records.peek()) is not None and not (first[1] or "x").strip(" ,;\t\r\n"):
            records.skip()
        if first is not None and (first[1] or "").strip().casefold() in ("sep=,", "sep=;"):  # Excel's own
            delimiters = (first[1] or "").strip()[-1]
            records.skip()
            first = records.peek()
        if first is None:
            raise ContentError(Problem("empty-file", "the file holds nothing but blanks", file=file, line=1))
        records.delimiter = max(delimiters, key=lambda sign: _fitness(first[1] or "", sign))
        record = next(iter(records))
    return _header_of(record, encoding, records.delimiter, file)


def _fitness(line: str, delimiter: str) -> tuple[int, int]:
    cells = line.split(delimiter)
    return sum(_column(cell.strip().strip('"')) in COLUMNS for cell in cells), len(cells)


def _column(cell: str) -> str:
    return cell.strip().casefold()


def _header_of(record: Record, encoding: str, delimiter: str, file: str) -> Header:
    names = [_column(cell) for cell in record.cells]
    if "monograph" not in names:
        # The first row may be a patient's: nothing of it is quoted.
        message = "the first row names no column “monograph”"
        hint = f"the first row names the columns: {', '.join(COLUMNS)}"
        raise ContentError(Problem("no-monograph-column", message, file=file, line=record.line, hint=hint))
    twice = sorted({name for name in names if name in COLUMNS and names.count(name) > 1})
    if twice:
        message = f"two columns have the name {twice[0]!r}"
        raise ContentError(Problem("column-twice", message, file=file, line=record.line, hint="rename one of them"))
    problems = []
    for number, name in enumerate(names, 1):
        if name in COLUMNS:
            continue
        near = get_close_matches(name[:40], COLUMNS, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(COLUMNS)}"
        what = f"column {number}, “{snippet(name)}”, is not known" if name else f"column {number} has no name"
        message = f"{what} and not read"
        problems.append(Problem("unknown-column", message, Severity.WARNING, file, record.line, hint))
    columns = tuple(name if name in COLUMNS else "" for name in names)
    return Header(record.line, record.number, encoding, delimiter, columns, tuple(problems))


# -- two rows with one file name --------------------------------------------------------------------------------------


def _find_twins(stream: IO[bytes], file: str, header: Header) -> dict[str, list[int]]:
    """File names that several rows ask for, with those rows. Raises ContentError when there is no row at all.

    Memory does not grow with the rows: a first pass sets one bit of a fixed field for each name and keeps the places
    that were set twice; only if there are any, a second pass compares the names that fell on them.
    """
    if "output" not in header.columns:
        if next(_records(stream, header), None) is None:
            raise _no_rows(file, header)
        return {}
    seen, shared, count = bytearray(1 << (_BITS - 3)), set(), 0
    before = ("", "")
    for _, name, packet in _outputs(stream, header):
        count += 1
        if name and packet and (name, packet) == before:
            continue  # one file for all rows of a packet
        before = name, packet
        place = _place(name)
        if name and seen[place >> 3] & (1 << (place & 7)):
            shared.add(place)
        seen[place >> 3] |= 1 << (place & 7)
    if not count:
        raise _no_rows(file, header)
    found: dict[str, list[tuple[int, str]]] = {}
    if shared:
        for number, name, packet in _outputs(stream, header):
            if name and _place(name) in shared:
                found.setdefault(name, []).append((number, packet or f"row {number}\n"))
    return {
        name: [number for number, _ in rows] for name, rows in found.items() if len({packet for _, packet in rows}) > 1
    }


def _no_rows(file: str, header: Header) -> ContentError:
    message, hint = "the worklist has a header and no row", "write one row for each copy"
    return ContentError(Problem("no-rows", message, file=file, line=header.line, hint=hint))


def _outputs(stream: IO[bytes], header: Header) -> Iterator[tuple[int, str, str]]:
    """Each row's number, the name that it asks for, so that equal names compare equal, and its packet."""
    at = header.columns.index("output")
    packets = header.columns.index("packet") if "packet" in header.columns else None
    for record in _records(stream, header):
        whole = len(record.cells) == len(header.columns)
        cell = record.cells[at].strip() if whole else ""
        packet = record.cells[packets].strip() if whole and packets is not None else ""
        try:
            yield record.number, same_output(read_output(cell)) if cell else "", packet
        except CellError:  # said when the row is read
            yield record.number, "", packet


def _place(name: str) -> int:
    return zlib.crc32(name.encode()) & ((1 << _BITS) - 1)


# -- one row ---------------------------------------------------------------------------------------------------------


class _RowReader:
    """Reads one record and collects everything that is wrong with it."""

    def __init__(
        self, file: str, header: Header, twins: dict[str, list[int]], titles: Titles, defaults: Defaults, record: Record
    ) -> None:
        self.file, self.record, self.twins, self.titles, self.defaults = file, record, twins, titles, defaults
        self.problems: list[Problem] = []
        self.cells: dict[str, str] = {}
        self.packet: str | None = None if "packet" in header.columns else ""
        if record.fault is not None:
            self.say("", record.fault)
        elif len(record.cells) != len(header.columns):
            message = f"has {len(record.cells)} cells where the header has {len(header.columns)}"
            hint = "a cell that holds the separator or a line break stands in quotes"
            self.say("", CellError("row-cells", message, hint))
        else:
            self.cells = dict(zip(header.columns, record.cells, strict=True))
            self.check_swallowed(header)
            if not self.problems and self.packet is None:
                self.packet = self.cell("packet", read_packet, "") if self.cells["packet"].strip() else ""
                self.packet = None if self.problems else self.packet

    def say(self, column: str, error: CellError, severity: Severity = Severity.ERROR) -> None:
        """Note a problem with its row and column, never with its value."""
        place = f"row {self.record.number}, column {column}:" if column else f"row {self.record.number}"
        self.problems.append(
            Problem(error.rule, f"{place} {error.message}", severity, self.file, self.record.line, error.hint)
        )

    def check_swallowed(self, header: Header) -> None:
        """Refuse a cell of several lines in which a row may lie: a missing quote would print it in another's copy."""
        at, count = header.columns.index("monograph"), len(header.columns)
        for line in [
            line for cell in self.record.cells if "\n" in cell or "\r" in cell for line in cell.splitlines()[1:]
        ]:
            parts = [part.strip().strip('"') for part in line.split(header.delimiter)]
            drug = self.titles.find(parts[at]) if at < len(parts) > 1 else None
            if len(parts) >= max(4, count) or (drug is not None and (drug.slug or drug.several)):
                message = "holds a line that looks like a row of its own"
                hint = "is a quote missing at the end of a cell? No row of these lines is printed"
                self.say("", CellError("row-swallowed", message, hint))
                return

    def cell(self, column: str, read: Callable[[str], T], default: T) -> T:
        """A cell's value; the default when it is empty or wrong."""
        text = self.cells.get(column, "").strip()
        if not text:
            return default
        try:
            return read(text)
        except CellError as error:
            self.say(column, error)
            return default

    def row(self) -> Row | RowProblems:
        """The row, or its problems."""
        line = self.record.line
        if self.problems:
            return RowProblems(line, tuple(self.problems), self.packet)
        default = self.defaults
        monograph = self.monograph()
        variant = self.cell("variant", lambda text: read_choice(text, default.variants, "variant"), default.variant)
        locale = self.cell("locale", lambda text: read_locale(text, default.locales), default.locale)
        edition = self.cell("edition", lambda text: read_choice(text, EDITIONS, "edition"), default.edition)
        paper = self.cell("paper", lambda text: read_choice(text, PAPERS, "paper"), default.paper)
        pages = self.cell("pages", read_pages, default.pages)
        label = Label(**{column: self.text(column) for column in LABEL_COLUMNS})
        output = self.output()
        problems = tuple(self.problems)
        if any(problem.severity is Severity.ERROR for problem in problems):
            return RowProblems(line, problems, self.packet)
        paper = paper or default_paper(locale)
        packet = self.packet or ""
        place = f"row {self.record.number}"
        return Row(line, monograph, variant, locale, edition, paper, pages, label, output, problems, packet, place)

    def text(self, column: str) -> str:
        return self.cell(column, lambda text: check_text(column, text), "")

    def monograph(self) -> str:
        name = self.cells.get("monograph", "").strip()
        try:
            check_signs(name)
            slug, warning = slug_of_name(name, self.titles, self.defaults)
        except CellError as error:
            self.say("monograph", error)
            return ""
        if warning:
            self.say("monograph", warning, Severity.WARNING)
        return slug

    def output(self) -> str:
        name = self.cell("output", read_output, "")
        rows = self.twins.get(same_output(name), ()) if name and self.twins else ()
        if rows:
            others = ", ".join(str(number) for number in rows if number != self.record.number)[:60]
            message = f"is the same file name as in row {others}"
            self.say("output", CellError("output-twice", message, "give each copy a name of its own"))
        return name
