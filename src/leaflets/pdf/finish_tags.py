"""Box tree -> tag tree: what an assistive technology hears.

The engine tags boxes: a paragraph that runs over two pages becomes two, every line a Span, every repeated table
head a new row. Here the tag tree is the tree of HTML *elements*; boxes only say where the content of an element
was painted. So a paragraph, list or table is one thing however often it was broken.

What goes where:

- elements without a meaning of their own (``div``, ``header``, ``span``, ``strong``…) leave no tag; text that lies
  directly in a grouping one gets a P;
- margin boxes, repeated table heads and whatever is ``aria-hidden`` or an image with ``alt=""`` are artifacts;
- ``li::before`` is the item's Lbl, the rest its LBody; a list below an item lies in that LBody.

Imports the engine; to be imported inside functions only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from weasyprint.formatting_structure import boxes  # type: ignore[import-untyped]
from weasyprint.layout.absolute import AbsolutePlaceholder  # type: ignore[import-untyped]

from leaflets.errors import Problem
from leaflets.pdf.slots import Slot, slot_of
from leaflets.pdf.tag_facts import (
    GROUPING,
    INLINE,
    MIXED,
    NO_TEXT,
    ROLES,
    alternative,
    describe_cell,
    is_decorative,
    link_text,
    margin_artifact,
    numbering,
    points,
)
from leaflets.pdf.tags import Annotation, Artifact, Mark, Node, TagTree, prune


@dataclass(frozen=True, slots=True)
class _Place:
    """Where content that is met now belongs."""

    node: Node
    block: Any
    """The innermost block element; text of different ones must not run into one P."""
    lang: str
    artifact: Artifact | None = None


def build_tag_tree(pages: list[Any], streams: list[Any], lang: str) -> tuple[TagTree, Slot | None]:
    """The tags, and the slot that copies will be stamped on, if there is one.

    ``pages`` are the engine's, ``streams`` their painted content with the marks that were set in it.
    """
    root = Node("Document")
    walk = _Walk(root)
    for number, (page, stream) in enumerate(zip(pages, streams, strict=True)):
        walk.start_page(number, page, stream._tags)
        walk.visit(page._page_box, _Place(root, None, lang))
    prune(root)
    return TagTree(root, walk.artifacts, tuple(walk.problems)), walk.slot


class _Walk:
    def __init__(self, root: Node) -> None:
        self.artifacts: dict[Mark, Artifact] = {}
        self.problems: list[Problem] = []
        self.slot: Slot | None = None
        self._root = root
        self._nodes: dict[tuple[Any, str], Node] = {}
        self._paragraphs: dict[Any, Node] = {}
        self._heads: set[Any] = set()

    def start_page(self, number: int, page: Any, tags: dict[Any, dict[str, Any]]) -> None:
        self._page, self._height, self._width, self._tags = number, page.height, page.width, tags

    def visit(self, box: Any, place: _Place) -> None:
        if isinstance(box, AbsolutePlaceholder):
            box = box._box
        if isinstance(box, boxes.TextBox | boxes.ReplacedBox):
            self._content(box, place)
            return
        place = self._enter(box, place)
        for child in box.children:
            self.visit(child, place)

    def _content(self, box: Any, place: _Place) -> None:
        if box not in self._tags:
            return
        mark = Mark(self._page, self._tags[box]["mcid"])
        if box.link_annotation is not None:
            self._link(box, box.element, place, place.lang)
        if place.artifact is not None:
            self.artifacts[mark] = place.artifact
        elif isinstance(box, boxes.TextBox):
            self._text(box, mark, self._enter(box, place))
        elif is_decorative(box):
            self.artifacts[mark] = {"Type": "/Layout"}
        else:
            self._figure(box, place).kids.append(mark)

    def _text(self, box: Any, mark: Mark, place: _Place) -> None:
        node, said = place.node, box.text.strip()
        if said and node.role in NO_TEXT:
            self._problem("loose-text", f"“{said}” lies between items or cells.", "Put it into one.")
        starts = node.role in GROUPING and not self._is_open(place)
        if not said and (starts or node.role in NO_TEXT):
            # The blank between boxes that stand side by side.
            self.artifacts[mark] = {"Type": "/Layout"}
        else:
            self._text_node(place).kids.append(mark)

    def _enter(self, box: Any, place: _Place) -> _Place:
        """The place for what lies in ``box``."""
        if place.artifact is not None:
            return place if box.link_annotation is None else self._link(box, box.element, place, place.lang)
        if isinstance(box, boxes.MarginBox):
            return _Place(place.node, place.block, place.lang, margin_artifact(box.at_keyword))
        element = box.element
        if element is None or isinstance(box, boxes.PageBox) or box.element_tag in ("html", "body"):
            return place
        if getattr(box, "is_header", False) or getattr(box, "is_footer", False):
            if element in self._heads:
                return _Place(place.node, place.block, place.lang, {"Type": "/Pagination"})
            self._heads.add(element)
        if element.get("aria-hidden") == "true":
            return _Place(place.node, place.block, place.lang, {"Type": "/Layout"})
        tag, _, pseudo = str(box.element_tag).partition("::")
        if element.get("data-slot") is not None and not pseudo:
            self._slot(box, element, place)
            return place
        lang = element.get("lang") or place.lang
        if tag in ("li", "dt", "dd"):
            return self._item(element, tag, pseudo, place, lang)
        if box.link_annotation is not None:
            return self._link(box, element, place, lang)
        if tag in INLINE:
            return self._phrase(element, tag, place, lang)
        role = ROLES.get(tag, "Div" if lang != place.lang else "")
        if not role:
            return _Place(place.node, element, lang)
        node = self._node(element, role, place.node, lang if lang != place.lang else "")
        if role == "L":
            node.attributes.setdefault("ListNumbering", numbering(element, tag))
        elif role in ("TH", "TD"):
            describe_cell(node, box, element)
        return _Place(node, element, lang)

    def _node(self, element: Any, role: str, parent: Node, lang: str) -> Node:
        node = self._nodes.get((element, role))
        if node is None:
            node = self._nodes[element, role] = parent.add(role)
            node.lang = lang
        return node

    def _item(self, element: Any, tag: str, pseudo: str, place: _Place, lang: str) -> _Place:
        label = tag == "dt" or pseudo in ("before", "marker")
        role = "Lbl" if label else "LBody"
        if (element, role) not in self._nodes:
            item = self._list_item(element, tag, place.node)
            node = self._node(element, role, item, lang if lang != place.lang else "")
            if label:
                item.kids.remove(node)
                item.kids.insert(0, node)
        return _Place(self._nodes[element, role], element, lang)

    def _list_item(self, element: Any, tag: str, parent: Node) -> Node:
        known = self._nodes.get((element, "LI"))
        if known is not None:
            return known
        if parent.role != "L":
            self._problem("list-item", f"A <{tag}> stands outside of a list.", "Put it into <ul>, <ol> or <dl>.")
        items = [kid for kid in parent.kids if isinstance(kid, Node) and kid.role == "LI"]
        if tag == "dd" and items:
            # It describes the `dt` before it.
            return items[-1]
        return self._node(element, "LI", parent, "")

    def _link(self, box: Any, element: Any, place: _Place, lang: str) -> _Place:
        if place.artifact is not None:
            self._problem("link-silent", "A link stands in a margin or in hidden text.", "Put it into the text.")
            return place
        if place.node.role == "Link":
            # The engine makes annotations for elements inside of a link too.
            place.node.kids.append(Annotation(self._page, box.link_annotation))
            return place
        new = (element, "Link") not in self._nodes
        parent = self._text_node(place) if new else place.node
        node = self._node(element, "Link", parent, lang if lang != place.lang else "")
        node.text = link_text(element)
        if not node.text:
            self._problem("link-text", "A link has no words.", "Give it text, a title, or a picture with a text.")
        node.kids.append(Annotation(self._page, box.link_annotation))
        return _Place(node, element, lang)

    def _phrase(self, element: Any, tag: str, place: _Place, lang: str) -> _Place:
        expansion = element.get("title", "") if tag == "abbr" else ""
        if lang == place.lang and not expansion:
            return place
        new = (element, "Span") not in self._nodes
        node = self._node(element, "Span", self._text_node(place) if new else place.node, "")
        node.lang, node.expansion = (lang if lang != place.lang else ""), expansion
        return _Place(node, element, lang)

    def _text_node(self, place: _Place) -> Node:
        """The node that text at ``place`` goes to."""
        own = self._nodes.get((place.block, place.node.role)) is place.node
        if place.node.role in GROUPING or (place.node.role in MIXED and not own):
            if not self._is_open(place):
                self._paragraphs[place.block] = place.node.add("P")
            return self._paragraphs[place.block]
        return place.node

    def _is_open(self, place: _Place) -> bool:
        """Whether text of the same block, and nothing since, went into a P."""
        paragraph = self._paragraphs.get(place.block)
        return paragraph is not None and place.node.kids[-1] is paragraph

    def _slot(self, box: Any, element: Any, place: _Place) -> None:
        if self._nodes.setdefault((element, "slot"), place.node) is not place.node or self.slot is not None:
            self._problem("slot", "There is more than one slot, or one that is broken over pages.", "Keep it in one.")
            return
        self.slot, problems = slot_of(box, self._page, self._width, self._height, place.node)
        self.problems += problems

    def _figure(self, box: Any, place: _Place) -> Node:
        element = box.element
        inline = isinstance(box, boxes.InlineReplacedBox) and place.node.role not in GROUPING
        figure = (self._text_node(place) if inline else place.node).add("Figure")
        figure.alt = alternative(element)
        if not figure.alt:
            name = element.get("src") or element.get("class") or "svg"
            self._problem(
                "figure-alt",
                f"The picture “{name}” has no text for those who cannot see it.",
                'Give it a <title>, aria-label or alt; aria-hidden="true" or alt="" when it says nothing new.',
            )
        left, top = box.content_box_x(), box.content_box_y()
        figure.attributes["BBox"] = (
            points(left, self._width),
            points(self._height - top - box.height, self._height),
            points(left + box.width, self._width),
            points(self._height - top, self._height),
        )
        return figure

    def _problem(self, rule: str, message: str, hint: str) -> None:
        self.problems.append(Problem(rule, message, hint=hint))
