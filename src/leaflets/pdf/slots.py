"""The place that a base leaves for what is stamped on its copies: found in the layout, written into the PDF.

A template marks an empty element with ``data-slot="label"`` and ``data-sizes="11 9"`` (the largest and the smallest
size of type in it, in points). The finished file then has, where the element stands in the order of reading, a Div
with one empty P; its marked content lies alone in a stream of the page's. A dictionary in the catalog says where all
that is, so that `base` need not search (a private key begins with XX: ISO 32000-1, Annex E):

    /XXLeafletsSlot << /Page, /Stream, /Element, /Owners (the page's array of the parent tree),
                       /First (number of the empty marked content), /Rect (points), /Sizes (points) >>

Imports the engine's PDF writer inside of its function only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from leaflets.errors import Problem
from leaflets.pdf.tag_facts import points
from leaflets.pdf.tags import Mark, Node

KEY = "XXLeafletsSlot"
_EMPTY_MARK = -1
"""Its true number is known when the marks of its page are counted."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a copy's own text will stand."""

    page: int
    rect: tuple[float, float, float, float]
    """Left, bottom, right, top in points."""
    sizes: tuple[float, float]
    """The largest and the smallest size of type, in points."""
    node: Node

    @property
    def mark(self) -> Mark:
        return Mark(self.page, _EMPTY_MARK)


def slot_of(box: Any, page: int, width: float, height: float, parent: Node) -> tuple[Slot | None, list[Problem]]:
    """The slot that a box with ``data-slot`` is, and what is wrong with it. ``width`` and ``height`` of the page."""
    element = box.element
    problems = []
    if element.get("data-slot") != "label":
        problems.append(_problem("A slot has another name than “label”.", 'Write data-slot="label".'))
    if len(element) or (element.text or "").strip():
        problems.append(_problem("The slot of the label is not empty.", "Leave it empty: copies fill it."))
    sizes = _sizes(element.get("data-sizes", ""))
    if sizes is None:
        problems.append(
            _problem(
                "The slot of the label does not say how large its type may be.",
                'Write data-sizes="11 9": the largest and the smallest size in points.',
            )
        )
    left, top = box.content_box_x(), box.content_box_y()
    rect = (
        points(left, width), points(height - top - box.height, height),
        points(left + box.width, width), points(height - top, height),
    )  # fmt: skip
    if page != 0 or rect[2] - rect[0] < 1 or rect[3] - rect[1] < 1:
        problems.append(_problem("The slot of the label is not on the first page.", "Give it a size, and a place."))
    if problems or sizes is None:
        return None, problems
    node = parent.add("Div")
    slot = Slot(page, rect, sizes, node)
    node.add("P").kids.append(slot.mark)
    return slot, []


def write_slot(pdf: Any, slot: Slot, number: int, page: Any, content: Any, element: bytes, owners: bytes) -> None:
    """Give the page a stream of the slot's own, and the catalog a note of it.

    Args:
        pdf: the PDF in the making (pydyf's).
        slot: what the layout has left free.
        number: of the slot's empty marked content, the last of its page.
        page: the page's dictionary.
        content: the stream of all else that is painted on the page.
        element: reference of the slot's Div.
        owners: reference of the page's array in the parent tree.
    """
    import pydyf  # type: ignore[import-untyped]

    # The engine leaves the page's coordinates turned over.
    content.stream.insert(0, b"q")
    content.stream.append(b"Q")
    stream = pydyf.Stream([f"/P <</MCID {number}>> BDC EMC".encode()], compress=True)
    pdf.add_object(stream)
    page["Contents"] = pydyf.Array([content.reference, stream.reference])
    pdf.catalog[KEY] = pydyf.Dictionary(
        {
            "Page": page.reference,
            "Stream": stream.reference,
            "Element": element,
            "Owners": owners,
            "First": number,
            "Rect": pydyf.Array(slot.rect),
            "Sizes": pydyf.Array(slot.sizes),
        }
    )


def _sizes(text: str) -> tuple[float, float] | None:
    try:
        largest, smallest = (float(part) for part in text.split())
    except ValueError:
        return None
    return (largest, smallest) if 1 <= smallest <= largest <= 99 else None


def _problem(message: str, hint: str) -> Problem:
    return Problem("slot", message, hint=hint)
