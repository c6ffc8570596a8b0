"""Rows -> what is printed as one file: a row, or all rows of a packet. A packet is printed whole or not at all.

The rows are read twice: `survey` counts, `units` gathers. A packet stands where its first row stands; rows between two
of its rows wait for the last one, so that memory holds what lies between them and no more.

A row that cannot be read may belong to a packet, which would lack it then. Where all packets of a worklist stand
together, it can only be one beside that row, and those are not printed; where they do not, no packet is.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from leaflets.errors import Problem, Severity
from leaflets.worklist.row import Row, RowProblems

_SAME = ("variant", "locale", "edition", "paper")
"""What all leaflets of a packet have in common: it is one file on one kind of paper, in one language."""


@dataclass(frozen=True, slots=True)
class Survey:
    """A worklist, counted."""

    rows: int
    """Rows that can be read."""
    failed: int
    """Rows that cannot."""
    sizes: Counter[str] = field(repr=False)
    """How many rows each packet has."""
    lacking: dict[str, int] = field(repr=False)
    """Packets of which a row cannot be printed, and its line."""
    unread: dict[str, int] = field(repr=False)
    """Packets to which a row may belong that cannot be read, and its line. The empty one stands for all of them."""

    @property
    def files(self) -> int:
        """Copies and packets of the rows that can be read."""
        return self.rows - sum(self.sizes.values()) + len(self.sizes)


@dataclass(frozen=True, slots=True)
class Unit:
    """One file to print."""

    numbers: tuple[int, ...]
    """Of its rows among those that can be read, from 1."""
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...] = ()
    """Why it is not printed."""


def survey(items: Iterable[Row | RowProblems]) -> Survey:
    """Count the rows of a worklist and of each packet."""
    sizes: Counter[str] = Counter()
    lacking: dict[str, int] = {}
    near: dict[str, int] = {}
    known: set[str] = set()
    rows = failed = open_line = first_unread = 0
    last, scattered = "", False
    for item in items:
        if isinstance(item, Row):
            rows += 1
        elif item.failed:
            failed += 1
        else:
            continue  # a note: nothing is missing
        if item.packet is None:
            open_line = item.line
            first_unread = first_unread or item.line
            near.setdefault(last, item.line)
            continue
        if open_line:
            near.setdefault(item.packet, open_line)
            open_line = 0
        if item.packet:
            scattered = scattered or (item.packet != last and item.packet in known)
            known.add(item.packet)
            if isinstance(item, Row):
                sizes[item.packet] += 1
            else:
                lacking.setdefault(item.packet, item.line)
        last = item.packet
    near.pop("", None)
    if scattered and first_unread:
        near = {"": first_unread}
    return Survey(rows, failed, sizes, lacking, near)


def units(items: Iterable[Row | RowProblems], known: Survey, file: str) -> Iterator[Unit]:
    """What is to be printed, in the order of the worklist.

    Args:
        items: the worklist, read again.
        known: what `survey` found in it.
        file: the worklist, for messages.
    """
    waiting: deque[tuple[str, list[tuple[int, Row]]]] = deque()
    open_packets: dict[str, list[tuple[int, Row]]] = {}
    rows = (item for item in items if isinstance(item, Row))
    for number, row in enumerate(rows, 1):
        gathered = open_packets.get(row.packet)
        if gathered is not None:
            gathered.append((number, row))
        else:
            gathered = [(number, row)]
            waiting.append((row.packet, gathered))
            if row.packet:
                open_packets[row.packet] = gathered
        while waiting and len(waiting[0][1]) >= (known.sizes[waiting[0][0]] or 1):
            packet, gathered = waiting.popleft()
            open_packets.pop(packet, None)
            yield _unit(packet, gathered, known, file)
    for packet, gathered in waiting:  # the file has changed since it was counted
        yield _unit(packet, gathered, known, file)


def _unit(packet: str, gathered: list[tuple[int, Row]], known: Survey, file: str) -> Unit:
    numbers, rows = (tuple(column) for column in zip(*gathered, strict=True))
    return Unit(numbers, rows, tuple(_problems(packet, rows, known, file)))


def _problems(packet: str, rows: tuple[Row, ...], known: Survey, file: str) -> Iterator[Problem]:
    """Why a packet is not printed. No message says whose it is, nor what its word in the worklist is."""

    def problem(rule: str, message: str, hint: str) -> Problem:
        return Problem(rule, message, Severity.ERROR, file, rows[0].line, hint)

    if not packet:
        return
    mend = "mend that row: a packet that lacks a medicine is not printed"
    if line := known.lacking.get(packet):
        yield problem("packet-incomplete", f"its packet lacks the row on line {line}, which cannot be printed", mend)
    if line := known.unread.get(packet) or known.unread.get(""):
        message = f"its packet may lack the row on line {line}, which cannot be read so far as to know its packet"
        yield problem("packet-incomplete", message, mend)
    if len(rows) == 1:
        return
    names = {_same_name(row.label.patient) for row in rows if row.label.patient}
    if len(names) > 1:
        hint = "one packet is for one patient: write the name alike in all of its rows, or part them"
        yield problem("packet-patients", f"the rows of its packet ({_lines(rows)}) name several patients", hint)
    for column in _SAME:
        if len({getattr(row, column) for row in rows}) > 1:
            hint = f"write the same {column} in all of them, or part them"
            yield problem("packet-mixed", f"the rows of its packet ({_lines(rows)}) differ in their {column}", hint)
    if len({row.output for row in rows if row.output}) > 1:
        hint = "a packet is one file: name it in one of its rows, or alike in all of them"
        yield problem("packet-mixed", f"the rows of its packet ({_lines(rows)}) name several files", hint)


def _lines(rows: tuple[Row, ...]) -> str:
    numbers = [str(row.line) for row in rows[:10]]
    return f"lines {', '.join(numbers)}{', …' if len(rows) > len(numbers) else ''}"


def _same_name(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())
