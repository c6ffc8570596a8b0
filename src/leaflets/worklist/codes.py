"""A site's ``codes.csv`` (system, code, slug) -> which monograph a drug code means."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from leaflets.errors import ContentError, Problem
from leaflets.worklist.cells import CellError, check_signs
from leaflets.worklist.files import encoding_of, open_worklist, text_of
from leaflets.worklist.match import Titles
from leaflets.worklist.records import Record, Records

NDC = "http://hl7.org/fhir/sid/ndc"
SYSTEMS: Mapping[str, str] = {
    "rxnorm": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "rxcui": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "urn:oid:2.16.840.1.113883.6.88": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "ndc": NDC,
    "urn:oid:2.16.840.1.113883.6.69": NDC,
    "snomed": "http://snomed.info/sct",
    "urn:oid:2.16.840.1.113883.6.96": "http://snomed.info/sct",
    "atc": "http://www.whocc.no/atc",
}
"""Short names and OIDs of the systems; FHIR's own addresses (R4, “Using Codes”, terminologies-systems)."""
_COLUMNS = ("system", "code", "slug")
_NDC_HYPHENS = re.compile(r"([0-9]{4,5})-([0-9]{3,4})-([0-9]{1,2})")


@dataclass(frozen=True, slots=True)
class Codes:
    """A site's table. Empty when there is none."""

    slugs: Mapping[tuple[str, str], frozenset[str]] = field(default_factory=dict)

    def find(self, system: str, code: str) -> frozenset[str]:
        """The slugs that a code means: one, several for a code that cannot be told apart, or none."""
        system = _system(system)
        found: set[str] = set()
        for form in _asked(system, code.strip()):
            found |= self.slugs.get((system, form), frozenset())
        return frozenset(found)


@dataclass(frozen=True, slots=True)
class CodeRow:
    """One row of a table, as it is written."""

    line: int
    system: str
    code: str
    slug: str


def read_code_rows(path: Path) -> tuple[tuple[CodeRow, ...], tuple[Problem, ...]]:
    """The rows of a table of codes, and what is wrong with those that are none. Raises ContentError for no table."""
    file, rows, problems = str(path), [], []
    with open_worklist(path, file) as stream, text_of(stream, encoding_of(stream, file)) as text:
        for record in _table(Records(text), file):
            try:
                rows.append(CodeRow(record.line, *_written(record)))
            except CellError as error:
                problems.append(Problem("codes", f"this row {error.message}", file=file, line=record.line))
    return tuple(rows), tuple(problems)


def read_codes(path: Path, titles: Titles) -> Codes:
    """Read a table of codes. Raises ContentError with every fault."""
    file = str(path)
    slugs: dict[tuple[str, str], frozenset[str]] = {}
    given: dict[tuple[str, str], tuple[str, int]] = {}
    problems: list[Problem] = []
    with open_worklist(path, file) as stream, text_of(stream, encoding_of(stream, file)) as text:
        for record in _table(Records(text), file):
            try:
                system, code, slug = _cells(record, titles)
                before = given.setdefault((system, code), (slug, record.line))
                if before[0] != slug:
                    raise CellError("codes", f"gives another slug to the code of line {before[1]}", "keep one of them")
            except CellError as error:
                problems.append(
                    Problem("codes", f"this row {error.message}", file=file, line=record.line, hint=error.hint)
                )
                continue
            for form in _forms(system, code):
                slugs[system, form] = slugs.get((system, form), frozenset()) | {slug}
    if problems:
        raise ContentError(*problems)
    return Codes(slugs)


def _table(records: Records, file: str) -> Iterator[Record]:
    """The rows below the header. Raises ContentError for another header."""
    first = records.peek()
    records.delimiter = max(",;\t", key=(first[1] or "").count) if first else ","
    for number, record in enumerate(records):
        if number == 0:
            if tuple(cell.strip().casefold() for cell in record.cells) != _COLUMNS:
                hint = "its columns are system,code,slug"
                raise ContentError(
                    Problem("codes", "this is no table of codes", file=file, line=record.line, hint=hint)
                )
        elif not record.blank:
            yield record


def _written(record: Record) -> tuple[str, str, str]:
    if record.fault is not None:
        raise record.fault
    if len(record.cells) != len(_COLUMNS):
        raise CellError("codes", f"has {len(record.cells)} cells, not 3")
    system, code, slug = (cell.strip() for cell in record.cells)
    check_signs(system + code + slug)
    if not system or not code:
        raise CellError("codes", "has no system or no code")
    return system, code, slug


def _cells(record: Record, titles: Container[str]) -> tuple[str, str, str]:
    system, code, slug = _written(record)
    if slug not in titles:
        raise CellError("codes", "names a slug that the library does not have")
    if _system(system) == NDC and not any(_ndc(code)):
        raise CellError("codes", "has an NDC of another form", "write 10 or 11 digits, or 4-4-2, 5-3-2, 5-4-1, 5-4-2")
    return _system(system), code, slug


def _system(system: str) -> str:
    system = system.strip()
    return SYSTEMS.get(system.casefold(), system)


def _forms(system: str, code: str) -> tuple[str, ...]:
    """Under which forms a code of the table is kept."""
    full, bare = _ndc(code) if system == NDC else ("", "")
    if full:
        return (full, f"from {bare}") if len(bare) == 10 else (full,)
    return (bare or code,)


def _asked(system: str, code: str) -> tuple[str, ...]:
    """Which of the kept forms mean the same as a code."""
    full, bare = _ndc(code) if system == NDC else ("", "")
    if full:
        return (full, bare) if len(bare) == 10 else (full,)
    return (bare, f"from {bare}") if bare else (code,)


def _ndc(code: str) -> tuple[str, str]:
    """An NDC's eleven digits, where it says them, and its digits as given; nothing for what is no NDC.

    With hyphens, or with eleven digits, an NDC says where its parts end and so which of them lacks a zero (FDA: 5-4-2).
    Ten bare digits do not: they are like ten digits in the same order, and only when one side is bare.
    """
    bare = code.replace("-", "")
    if (parts := _NDC_HYPHENS.fullmatch(code)) and len(bare) in (10, 11):
        return parts[1].zfill(5) + parts[2].zfill(4) + parts[3].zfill(2), bare
    if code.isascii() and code.isdigit() and len(code) in (10, 11):
        return (code if len(code) == 11 else ""), code
    return "", ""
