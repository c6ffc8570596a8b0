"""Cutting runs by the characters of their whole text."""

from __future__ import annotations

from collections.abc import Sequence

from leaflets.monograph import Run


def slice_runs(runs: Sequence[Run], start: int, end: int | None = None) -> tuple[Run, ...]:
    """The runs of the characters ``start`` to ``end`` of the whole text."""
    out: list[Run] = []
    at = 0
    stop = end if end is not None else sum(len(run.text) for run in runs)
    for run in runs:
        piece = run.text[max(0, start - at) : max(0, stop - at)]
        if piece:
            out.append(Run(piece, run.bold, run.italic, run.position))
        at += len(run.text)
    return tuple(out)


def trim_runs(runs: Sequence[Run]) -> tuple[Run, ...]:
    """The runs without blanks at both ends."""
    text = "".join(run.text for run in runs)
    start = len(text) - len(text.lstrip())
    return slice_runs(runs, start, len(text.rstrip()))
