"""A leaflet with a table that is wider than its place -> the same leaflet, whose tables give way.

Step by step: a range in a cell may go on in a new line behind its word ("10 to" | "20 mg"); columns take the widths
that their words need (`styles/base.css`); a number may stand on another line than its unit. No word and no number is
ever broken for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from leaflets.leaflet import Leaflet, LeafletSection, Line, Node
from leaflets.quantities import NO_BREAK

COLUMNS, MOST = 2, 3
"""Steps: from here on columns are free; beyond it nothing gives way any more."""
_BEHIND_WORD = re.compile(rf"(?<=[^\W\d]){NO_BREAK}(?=[<>≤≥~±]?\d)")
# Between two digits it groups thousands, in some locales.
_HELD = re.compile(rf"(?<!\d){NO_BREAK}|{NO_BREAK}(?!\d)")


def loosened(leaflet: Leaflet, step: int) -> Leaflet:
    """Every table of a leaflet with so many steps taken; 0 changes nothing."""
    if not step:
        return leaflet
    return replace(
        leaflet,
        sections=tuple(_section(section, _HELD if step == MOST else _BEHIND_WORD) for section in leaflet.sections),
        beside=loosened(leaflet.beside, step) if leaflet.beside else None,
        loose=step >= COLUMNS,
    )


def pieces(leaflet: Leaflet, step: int) -> tuple[str, ...]:
    """What may stand on a line of its own after so many steps: the ends of ranges, and all of it in the last step."""
    if not step:
        return ()
    held = _HELD if step == MOST else _BEHIND_WORD
    cells = [cell for section in leaflet.sections for cell in _cells_of(section)]
    own = [
        piece for cell in cells for line in cell.lines for span in line if held.search(span.text)
        for piece in held.split(span.text)
    ]  # fmt: skip
    return (*own, *(pieces(leaflet.beside, step) if leaflet.beside else ()))


def _cells_of(section: LeafletSection) -> Iterator[Node]:
    waiting = list(section.nodes)
    while waiting:
        node = waiting.pop()
        waiting += node.children
        if node.kind == "cell":
            yield node
    for below in section.sections:
        yield from _cells_of(below)


def _section(section: LeafletSection, held: re.Pattern[str]) -> LeafletSection:
    return replace(
        section,
        nodes=tuple(_node(node, held) for node in section.nodes),
        sections=tuple(_section(below, held) for below in section.sections),
    )


def _node(node: Node, held: re.Pattern[str], *, cell: bool = False) -> Node:
    cell = cell or node.kind == "cell"
    return replace(
        node,
        lines=tuple(_line(line, held) for line in node.lines) if cell else node.lines,
        children=tuple(_node(child, held, cell=cell) for child in node.children),
    )


def _line(line: Line, held: re.Pattern[str]) -> Line:
    """What is not a quantity any more may be broken at its spaces."""
    return tuple(
        replace(span, text=held.sub(" ", span.text), quantity=False) if held.search(span.text) else span
        for span in line
    )
