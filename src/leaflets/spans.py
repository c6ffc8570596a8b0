"""Runs of a block -> finished lines: quantities in the locale's form, line breaks where the source has them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from leaflets.leaflet import Line, Span
from leaflets.monograph import Run
from leaflets.quantities import Units, print_quantities


def finished_lines(runs: Sequence[Run], units: Units, tag: str, *, plain: bool, lang: str = "") -> tuple[Line, ...]:
    """Set runs for a locale.

    A quantity that changes its style half-way takes the style of its start. One with raised or lowered characters
    (``10<sup>9</sup>/L``) is left as written and only kept on one line. ``lang`` is set where the text is not in the
    leaflet's language.
    """
    text = "".join(run.plain for run in runs)
    spans: list[Span] = []
    at = 0
    for quantity in print_quantities(text, units, tag, plain=plain):
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


def translated_lines(runs: Sequence[Run], printed: Iterable[str]) -> tuple[Line, ...]:
    """Set a translation's runs: what ``printed`` says of the source's quantities is kept whole where it stands.

    A translator wrote the locale's own form, with plain blanks and dashes; here it gets those that hold it together.
    """
    forms = tuple(sorted(dict.fromkeys(printed), key=len, reverse=True))
    text = "".join(run.text for run in runs)
    spans: list[Span] = []
    at = 0
    for match in _forms(forms).finditer(text) if forms else ():
        spans += _as_written(runs, at, match.start())
        first = _as_written(runs, match.start(), match.end())[0]
        form = next(form for form in forms if re.fullmatch(_loosely(form), match.group()))
        spans.append(Span(form, first.bold, first.italic, quantity=True))
        at = match.end()
    spans += _as_written(runs, at, len(text))
    return _lines(spans)


@lru_cache(maxsize=512)
def _forms(forms: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<![0-9.,])(?:{'|'.join(_loosely(form) for form in forms)})(?![0-9])")


def _loosely(form: str) -> str:
    """A pattern for a printed quantity as somebody may type it."""
    bare = re.escape(form.replace("\u2060", ""))
    bare = re.sub("\\\\?[ \u00a0\u202f]", "[ \u00a0\u202f]?", bare)
    return re.sub(r"\\?[–-]", "[–-]", bare)


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
