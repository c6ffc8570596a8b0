"""A worklist file -> rows, one for each copy that is wanted, with everything that is wrong said in its place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from leaflets.worklist.codes import CodeRow, Codes, read_code_rows, read_codes
from leaflets.worklist.csv import read_csv
from leaflets.worklist.fhir import read_fhir
from leaflets.worklist.files import is_json, open_worklist
from leaflets.worklist.ingredients import Double, find_doubles
from leaflets.worklist.match import Entry, Match, Titles
from leaflets.worklist.packets import Survey, Unit, survey, units
from leaflets.worklist.row import Defaults, Label, Row, RowProblems
from leaflets.worklist.titles import NameRules, load_name_rules, read_entry, read_titles

__all__ = [
    "CodeRow", "Codes", "Defaults", "Double", "Entry", "Label", "Match", "NameRules", "Row", "RowProblems", "Survey",
    "Titles", "Unit", "find_doubles", "load_name_rules", "read_code_rows", "read_codes", "read_entry", "read_titles",
    "read_worklist", "survey", "units",
]  # fmt: skip


NO_CODES = Codes()


def read_worklist(
    path: Path, titles: Titles, defaults: Defaults, codes: Codes = NO_CODES
) -> Iterator[Row | RowProblems]:
    """Read a worklist, CSV or FHIR, by what it holds.

    Args:
        path: a regular file.
        titles: the library's index.
        defaults: what an empty cell means.
        codes: a site's drug codes, for FHIR.

    Returns:
        Rows and problems in the order of the file, made while they are asked for.

    Raises:
        ContentError: at once, for a file that is no worklist.
        NotInstalledError: at once, for FHIR without the extra.
    """
    file = str(path)
    stream = open_worklist(path, file)
    try:
        if is_json(stream):
            return read_fhir(stream, file, titles, defaults, codes)
        return read_csv(stream, file, titles, defaults)
    except BaseException:
        stream.close()
        raise
