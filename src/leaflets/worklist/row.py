"""What a worklist turns into: rows with their labels, or problems in their place.

Personal text lives in `Label` and in a row's output name. Neither shows in a ``repr``, so that no log, traceback or
message can hold it by accident; and no problem of this package quotes a value of the worklist.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields

from leaflets.errors import Problem, Severity


@dataclass(frozen=True, slots=True, repr=False)
class Label:
    """The personal part of a copy, verbatim. What the worklist does not say is empty."""

    patient: str = ""
    directions: str = ""
    """May hold ``\\n``; every other field is one line."""
    prescriber: str = ""
    number: str = ""
    date: str = ""
    quantity: str = ""

    def __repr__(self) -> str:
        """The names of the fields that are filled, never what they hold."""
        return f"Label(<{', '.join(f.name for f in fields(self) if getattr(self, f.name))}>)"


@dataclass(frozen=True, slots=True)
class Row:
    """One copy to print."""

    line: int
    """1-based line of the file on which it starts."""
    monograph: str
    """Slug."""
    variant: str
    locale: str
    """Canonical BCP 47 tag."""
    edition: str
    paper: str
    pages: int | None
    """The most pages, 0 for all of them, None for what the variant says."""
    label: Label
    output: str = field(default="", repr=False)
    """Relative file name that ends in ``.pdf``, parts joined by ``/``; empty when the worklist leaves it open."""
    notes: tuple[Problem, ...] = ()
    """Warnings that belong to this row."""
    packet: str = field(default="", repr=False)
    """Rows with the same word here become one handout; empty for a copy of its own."""
    place: str = ""
    """What messages call it: ``row 7``, ``entry 3``; empty where the line says it all."""


@dataclass(frozen=True, slots=True)
class RowProblems:
    """Why there is no row here."""

    line: int
    problems: tuple[Problem, ...]
    packet: str | None = field(default="", repr=False)
    """The packet that lacks this row; None when the row cannot be read so far as to know."""

    @property
    def failed(self) -> bool:
        """Whether a copy is missing for it. If not, the file says that none is wanted, or the note is on the file."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a row that leaves a cell empty gets, and what a cell may say."""

    variant: str = "patient"
    locale: str = "en-US"
    edition: str = "standard"
    paper: str | None = None
    """``a4`` or ``letter``; None for what the row's locale uses."""
    pages: int | None = None
    variants: tuple[str, ...] = ("patient", "clinician")
    """The variants that can be built."""
    alternate_names: bool = True
    """Whether an alternate name or brand that a monograph lists may stand for it (with a warning)."""
    packets: bool = False
    """Whether all rows of a patient become one handout."""
    locales: tuple[str, ...] = ()
    """The locales that can be built, or what speaks for them, as ``es`` for ``es-US``; empty: the build decides."""
