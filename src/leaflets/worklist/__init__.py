"""A worklist file -> rows, one for each copy that is wanted, with everything that is wrong said in its place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from leaflets.worklist.csv import read_csv
from leaflets.worklist.files import open_worklist
from leaflets.worklist.match import Entry, Match, Titles
from leaflets.worklist.row import Defaults, Label, Row, RowProblems
from leaflets.worklist.titles import NameRules, load_name_rules, read_entry, read_titles

__all__ = [
    "Defaults", "Entry", "Label", "Match", "NameRules", "Row", "RowProblems", "Titles", "load_name_rules",
    "read_entry", "read_titles", "read_worklist",
]  # fmt: skip


def read_worklist(path: Path, titles: Titles, defaults: Defaults) -> Iterator[Row | RowProblems]:
    """Read a worklist, CSV or FHIR, by what it holds.

    Args:
        path: a regular file.
        titles: the library's index.
        defaults: what an empty cell means.

    Returns:
        Rows and problems in the order of the file, made while they are asked for.

    Raises:
        ContentError: at once, for a file that is no worklist.
    """
    file = str(path)
    stream = open_worklist(path, file)
    try:
        return read_csv(stream, file, titles, defaults)
    except BaseException:
        stream.close()
        raise
