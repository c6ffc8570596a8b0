"""A leaflet with a table, or a side, that is wider than its place -> the same leaflet, which gives way.

Step by step: a range in a cell may go on in a new line behind its word ("10 to" | "20 mg"); columns take the widths
that their words need (`styles/base.css`); a number in a cell may stand on another line than its unit. Where two
languages share the page, so may at last a long quantity that stands in no table. No word and no number is ever broken
for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from leaflets.leaflet import Leaflet, LeafletSection, Line, Node, Span
from leaflets.quantities import NO_BREAK

COLUMNS, UNITS, MOST = 2, 3, 4
"""Steps: from here on columns are free, and units may part; beyond the last nothing gives way any more."""
_LONG = 12
"""So many characters of a quantity fit half a page in large print."""
_BEHIND_WORD = re.compile(rf"(?<=[^\W\d]){NO_BREAK}(?=[<>≤≥~±]?\d)")
# Between two digits it groups thousands, in some locales.
_HELD = re.compile(rf"(?<!\d){NO_BREAK}|{NO_BREAK}(?!\d)")


def loosened(leaflet: Leaflet, step: int) -> Leaflet:
    """A leaflet with so many steps taken; 0 changes nothing."""
    return _loosened(leaflet, step, both=leaflet.beside is not None) if step else leaflet


def pieces(leaflet: Leaflet, step: int) -> tuple[str, ...]:
    """What may stand on a line of its own after so many steps: parts of ranges, and of all quantities in the last."""
    return tuple(_pieces(leaflet, step, both=leaflet.beside is not None)) if step else ()


def _loosened(leaflet: Leaflet, step: int, *, both: bool) -> Leaflet:
    return replace(
        leaflet,
        sections=tuple(_section(section, step, both=both) for section in leaflet.sections),
        beside=_loosened(leaflet.beside, step, both=both) if leaflet.beside else None,
        loose=step >= COLUMNS,
    )


def _pieces(leaflet: Leaflet, step: int, *, both: bool) -> Iterator[str]:
    held = _held(step)
    for node, in_cell in (found for section in leaflet.sections for found in _nodes_of(section)):
        for span in (span for line in node.lines for span in line):
            if held.search(span.text) and (in_cell or _parts(span, step, both=both)):
                parts = held.split(span.text)
                for first, last in combinations(range(len(parts) + 1), 2):
                    yield " ".join(parts[first:last])
    if leaflet.beside:
        yield from _pieces(leaflet.beside, step, both=both)


def _held(step: int) -> re.Pattern[str]:
    return _HELD if step >= UNITS else _BEHIND_WORD


def _parts(span: Span, step: int, *, both: bool) -> bool:
    """Whether a quantity gives way that stands in no table."""
    return both and step == MOST and span.quantity and len(span.text) > _LONG


def _nodes_of(section: LeafletSection) -> Iterator[tuple[Node, bool]]:
    """Every node, and whether it stands in a table."""
    waiting = [(node, False) for node in section.nodes]
    while waiting:
        node, inside = waiting.pop()
        inside = inside or node.kind == "cell"
        yield node, inside
        waiting += ((child, inside) for child in node.children)
    for below in section.sections:
        yield from _nodes_of(below)


def _section(section: LeafletSection, step: int, *, both: bool) -> LeafletSection:
    return replace(
        section,
        nodes=tuple(_node(node, step, both=both) for node in section.nodes),
        sections=tuple(_section(below, step, both=both) for below in section.sections),
    )


def _node(node: Node, step: int, *, both: bool, cell: bool = False) -> Node:
    cell = cell or node.kind == "cell"
    return replace(
        node,
        lines=tuple(_line(line, step, both=both, cell=cell) for line in node.lines),
        children=tuple(_node(child, step, both=both, cell=cell) for child in node.children),
    )


def _line(line: Line, step: int, *, both: bool, cell: bool) -> Line:
    """A line whose quantities may be broken at their spaces; outside of tables each of their parts holds together."""
    held = _held(step)
    out: list[Span] = []
    for span in line:
        if not held.search(span.text):
            out.append(span)
        elif cell:
            out.append(replace(span, text=held.sub(" ", span.text), quantity=False))
        elif _parts(span, step, both=both):
            for number, part in enumerate(held.split(span.text)):
                out += [*([replace(span, text=" ", quantity=False)] if number else []), replace(span, text=part)]
        else:
            out.append(span)
    return tuple(out)
