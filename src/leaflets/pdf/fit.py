"""Laid-out pages -> what sticks out of its place: a table wider than its column, a word wider than its cell,
and text that lies outside the paper.

The engine draws it over whatever stands beside, and says nothing. The text of the file is whole, so that only the boxes
can tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

TOLERANCE = 7.5
"""CSS pixels, 2 mm: about a letter. So much a line may stick out where the engine forgets the edge of an inline box; no
gap between columns, and no inner edge of a box, is narrower."""


def too_wide(pages: Iterable[Any]) -> tuple[tuple[int, str], ...]:
    """Number of the page and text of whatever is wider than what it stands in, each said once."""
    found: dict[tuple[int, str], None] = {}
    for number, page in enumerate(pages, 1):
        for box in _sticking_out(page._page_box, None):
            text = " ".join("".join(getattr(part, "text", "") for part in box.descendants()).split())
            if text:
                found[number, text] = None
    return tuple(found)


def off_page(pages: Iterable[Any]) -> tuple[tuple[int, str], ...]:
    """Number of the page and text of each word that would be drawn above, below or beside the paper, and lost."""
    found: dict[tuple[int, str], None] = {}
    for number, page in enumerate(pages, 1):
        paper = page._page_box
        right, bottom = paper.margin_width(), paper.margin_height()
        for box in paper.descendants():
            if not (text := " ".join(getattr(box, "text", "").split())):
                continue
            above_or_below = box.position_y < 0 or box.position_y + box.height > bottom
            if above_or_below or box.position_x < 0 or box.position_x + box.width > right:
                found[number, text] = None
    return tuple(found)


def _sticking_out(box: Any, parent: Any) -> Iterator[Any]:
    from weasyprint.formatting_structure import boxes  # type: ignore[import-untyped]

    for child in getattr(box, "children", ()):
        if isinstance(child, boxes.LineBox):
            wide = isinstance(box, boxes.BlockContainerBox) and child.width > box.width + TOLERANCE
        else:
            # A table's own parent is the box that the engine wraps around it, which grows with it.
            wide = isinstance(child, boxes.TableBox) and child.border_width() > parent.width + TOLERANCE
        if wide:
            yield child
        else:
            yield from _sticking_out(child, box)
