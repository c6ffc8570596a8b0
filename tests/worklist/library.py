"""A small library, and how the tests read a worklist of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from leaflets.errors import ContentError, Problem
from leaflets.worklist import Codes, Defaults, Entry, Row, RowProblems, Titles, read_worklist

TITLES = Titles(
    [
        Entry("sertraline", "Sertraline", (), ("Zoloft", "Lustral")),
        Entry("clonazepam", "Clonazepam"),
        Entry("clonazepam-sertraline", "Clonazepam + Sertraline"),
        Entry("hydroxyzine", "Hydroxyzine"),
        Entry("hydralazine", "Hydralazine"),
        Entry("creme", "Crème Brûlante", (), ("Twice",)),
        Entry("steroids-a", "Oral Corticosteroids"),
        Entry("steroids-b", "Oral Corticosteroids", (), ("Twice",)),
        Entry("crocin-650", "Crocin 650", ("Paracetamol 650 mg",)),
        Entry("mtx", "Abacavir + Lamivudine + Zidovudine", (), ("Trizivir",)),
    ]
)
DEFAULTS = Defaults(locale="en-GB", locales=("en-GB", "en-US", "es-US"))


def read(
    path: Path, data: bytes | str, defaults: Defaults = DEFAULTS, codes: Codes | None = None
) -> list[Row | RowProblems]:
    """All that a worklist of these bytes gives."""
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return list(read_worklist(path, TITLES, defaults, codes or Codes()))


def rows(found: list[Row | RowProblems]) -> list[Row]:
    return [item for item in found if isinstance(item, Row)]


def problems(found: list[Row | RowProblems]) -> list[Problem]:
    return [p for item in found for p in (item.notes if isinstance(item, Row) else item.problems)]


def rules(found: list[Row | RowProblems]) -> list[str]:
    return [problem.rule for problem in problems(found)]


def refusal(path: Path, data: bytes | str) -> Problem:
    """Why a file is no worklist."""
    with pytest.raises(ContentError) as error:
        read(path, data)
    (problem,) = error.value.problems
    assert problem.file == str(path)
    return problem
