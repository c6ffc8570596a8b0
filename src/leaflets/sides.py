"""Two leaflets of one monograph, in two locales -> rows that say the same on both sides.

Rows are paired by the blocks that they show, never by counting: what only one side has stands beside an empty place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from leaflets.leaflet import KeyPoint, Leaflet, LeafletSection, Node, Notice

Cell = Leaflet | Notice | KeyPoint | LeafletSection | Node | str
Key = tuple[str, ...]
K = TypeVar("K")
LONGEST_WHOLE = 1200
"""Characters; a longer row may be broken over pages."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row. ``kind`` says what both cells are.

    - ``head``: a Leaflet: kicker, title, what it says of itself
    - ``notice``: a Notice
    - ``key``: the heading of the most important points; ``point``: a KeyPoint
    - ``section``: a LeafletSection without what is below it
    - ``node``: a Node without children (an item, a paragraph, a label, a question), or a table's row
    - ``text``: what is not covered, what was left out
    """

    kind: str
    main: Cell | None
    other: Cell | None
    depth: int = 0
    """How deep an item lies, 0 for the outermost."""

    @property
    def leads(self) -> bool:
        """It heads what follows: a question, a label."""
        return any(isinstance(cell, Node) and cell.kind in ("question", "label") for cell in (self.main, self.other))

    @property
    def long(self) -> bool:
        """Too long to be kept on one page at any price."""
        return any(_size(cell) > LONGEST_WHOLE for cell in (self.main, self.other))


def rows_of(main: Leaflet, other: Leaflet) -> tuple[Row, ...]:
    """All rows, in the main leaflet's order."""
    return tuple(_rows(main, other))


def _rows(main: Leaflet, other: Leaflet) -> Iterator[Row]:
    yield Row("head", main, other)
    notices = [{notice.rule: notice for notice in leaflet.notices} for leaflet in (main, other)]
    for rule in _merged(list(notices[0]), list(notices[1])):
        yield Row("notice", notices[0].get(rule), notices[1].get(rule))
    points = _points(main, other)
    if points:
        yield Row("key", main.key_heading, other.key_heading)
        yield from (Row("point", one, two) for one, two in points)
    yield from _sections(main.sections, other.sections)
    for one, two in ((main.gap_text, other.gap_text), (main.moved_text, other.moved_text)):
        if one or two:
            yield Row("text", one, two)


def _points(main: Leaflet, other: Leaflet) -> list[tuple[KeyPoint, KeyPoint]]:
    """The points that both leaflets draw from the same blocks. Each of them is said again below."""
    there = {(point.icon, point.blocks): point for point in other.key_points}
    return [
        (point, there[point.icon, point.blocks]) for point in main.key_points if (point.icon, point.blocks) in there
    ]


def _sections(main: Sequence[LeafletSection], other: Sequence[LeafletSection]) -> Iterator[Row]:
    one, two = ({section.id: section for section in sections} for sections in (main, other))
    for name in _merged(list(one), list(two)):
        left, right = one.get(name), two.get(name)
        yield Row("section", left and _bare(left), right and _bare(right))
        yield from _nodes(left.nodes if left else (), right.nodes if right else ())
        yield from _sections(left.sections if left else (), right.sections if right else ())


def _bare(section: LeafletSection) -> LeafletSection:
    return replace(section, nodes=(), sections=())


def _nodes(main: Sequence[Node], other: Sequence[Node]) -> Iterator[Row]:
    one, two = ({key: (depth, node) for key, depth, node in _lines(nodes)} for nodes in (main, other))
    for key in _merged(list(one), list(two)):
        left, right = one.get(key), two.get(key)
        depth = (left or right or (0, None))[0]
        yield Row("node", left and left[1], right and right[1], depth)


def _lines(nodes: Sequence[Node], depth: int = 0, above: str = "") -> Iterator[tuple[Key, int, Node]]:
    """Each piece of text with what it is known by on both sides."""
    for index, node in enumerate(nodes):
        key = node.blocks or (f"{above}/{node.kind}", str(index))
        if node.kind == "row":
            yield key, depth, node
            continue
        if node.kind == "list" and node.ordered:
            children: Sequence[Node] = [
                replace(item, number=number if item.number is None else item.number)
                for number, item in enumerate(node.children, 1)
            ]
        else:
            children = node.children
        if node.lines:
            yield key, depth, replace(node, children=())
        below = depth + 1 if node.kind == "item" else depth
        yield from _lines(children, below, "/".join(key))


def _merged(main: Sequence[K], other: Sequence[K]) -> Iterator[K]:
    """Keys of both sides in the order of the first; one that only the second has keeps its place among its own."""
    here, places = set(main), {key: place for place, key in enumerate(other)}
    done = 0
    for key in main:
        if key in places:
            yield from (only for only in other[done : places[key]] if only not in here)
            done = max(done, places[key] + 1)
        yield key
    yield from (only for only in other[done:] if only not in here)


def _size(cell: Cell | None) -> int:
    if isinstance(cell, str):
        return len(cell)
    if isinstance(cell, Node):
        own = sum(len(span.text) for line in cell.lines for span in line)
        return own + sum(_size(child) for child in cell.children)
    return 0
