"""Marked text: an exact inverse, in every script."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaflets.build import read_checked
from leaflets.inline import cells_of, joined_cells, mark_faults, marked, marked_row, runs_of
from leaflets.kit import Kit
from leaflets.monograph import Run

TEXT = st.text(alphabet="aB5 .*\\|<>/subp\n:：药ع", min_size=1, max_size=12)
RUN = st.builds(Run, TEXT, st.booleans(), st.booleans(), st.sampled_from(["", "sub", "sup"]))


def merged(runs: list[Run]) -> list[Run]:
    out: list[Run] = []
    for run in runs:
        if out and (out[-1].bold, out[-1].italic, out[-1].position) == (run.bold, run.italic, run.position):
            run = Run(out.pop().text + run.text, run.bold, run.italic, run.position)
        out.append(run)
    return out


@given(st.lists(RUN, max_size=6))
def test_marks_are_undone_exactly(runs: list[Run]) -> None:
    text = marked(runs)
    assert list(runs_of(text)) == merged(runs)
    assert mark_faults(text) == ()


@given(st.lists(st.lists(RUN, max_size=3), min_size=1, max_size=4))
def test_cells_are_undone_exactly(cells: list[list[Run]]) -> None:
    cells = [[Run(r.text.replace(" ", "_"), r.bold, r.italic, r.position) for r in cell] for cell in cells]
    assert [list(cell) for cell in cells_of(marked_row(cells))] == [merged(cell) for cell in cells]


@pytest.mark.parametrize(
    ("text", "bold"),
    [("**药物：**请勿服用", "药物："), ("**دواء:** لا", "دواء:"), ("a**(b)**c", "(b)"), ("**Note :** x", "Note :")],
)
def test_bold_ends_where_its_mark_stands(text: str, bold: str) -> None:
    """CommonMark would print the stars, or drop them and the bold."""
    assert [run.text for run in runs_of(text) if run.bold] == [bold]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("**a", "** has no partner"),
        ("a * b", "* has no partner"),
        ("10<sup>9/L", "<sup> is never closed"),
        ("10</sup>", "does not pair"),
        ("a<sub>b</sup>", "does not pair"),
        (r"HLA-B\*5701 and **b**", ""),
    ],
)
def test_marks_without_partner_are_told(text: str, fault: str) -> None:
    found = mark_faults(text)
    assert any(fault in one for one in found) if fault else found == ()


def test_every_block_of_the_corpus_is_undone_exactly(kit: Kit, corpus: list[Path]) -> None:
    checked = 0
    for path in corpus[::8]:
        for block in read_checked(path, str(path), kit.project)[1].blocks:
            checked += 1
            if block.cells:
                assert joined_cells(cells_of(marked_row(block.cells))) == block.runs
            else:
                assert list(runs_of(marked(block.runs))) == merged(list(block.runs))
    assert checked > 1000
