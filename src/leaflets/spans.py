"""Runs of a block -> finished lines: quantities in the locale's form, line breaks where the source has them."""

from __future__ import annotations

from collections.abc import Sequence

from leaflets.leaflet import Line, Span
from leaflets.monograph import Run
from leaflets.quantities import Units, local_quantities, print_quantities


def finished_lines(
    runs: Sequence[Run], units: Units, tag: str, *, plain: bool, local: bool = False, lang: str = ""
) -> tuple[Line, ...]:
    """Set runs for a locale.

    A quantity that changes its style half-way takes the style of its start. One with raised or lowered characters
    (``10<sup>9</sup>/L``) is left as written and only kept on one line. ``local``: a translator wrote the text, and its
    numbers have the locale's form already. ``lang`` is set where the text is not in the leaflet's language.
    """
    text = "".join(run.plain for run in runs)
    spans: list[Span] = []
    at = 0
    found = local_quantities(text, units, tag) if local else print_quantities(text, units, tag, plain=plain)
    for quantity in found:
        spans += _as_written(runs, at, quantity.start)
        inside = _as_written(runs, quantity.start, quantity.end, quantity=True)
        if any(span.position for span in inside):
            spans += inside
        elif inside:
            first = inside[0]
            spans.append(Span(quantity.printed, first.bold, first.italic, quantity=True))
        at = quantity.end
    spans += _as_written(runs, at, len(text))
    return _lines(spans, lang)


def text_of(lines: Sequence[Line]) -> str:
    """What a reader reads of finished lines."""
    return "\n".join("".join(Run(span.text, position=span.position).plain for span in line) for line in lines)


def _as_written(runs: Sequence[Run], start: int, end: int, *, quantity: bool = False) -> list[Span]:
    out: list[Span] = []
    at = 0
    for run in runs:
        piece = run.text[max(0, start - at) : max(0, end - at)]
        if piece:
            out.append(Span(piece, run.bold, run.italic, run.position, quantity))
        at += len(run.text)
    return out


def _lines(spans: Sequence[Span], lang: str = "") -> tuple[Line, ...]:
    lines: list[list[Span]] = [[]]
    for span in spans:
        for number, piece in enumerate(span.text.split("\n")):
            if number:
                lines.append([])
            if piece:
                lines[-1].append(Span(piece, span.bold, span.italic, span.position, span.quantity, lang))
    return tuple(tuple(line) for line in lines if line)
