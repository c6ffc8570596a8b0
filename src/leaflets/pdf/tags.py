"""The tag tree in the making: what `finish_tags` builds from boxes and `finish` writes into the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from leaflets.errors import Problem


@dataclass(frozen=True, slots=True)
class Mark:
    """Marked content on a page; its final number is given when the page's content is known."""

    page: int
    mcid: int


@dataclass(frozen=True, slots=True)
class Annotation:
    """A link's annotation on a page."""

    page: int
    value: Any


@dataclass(slots=True, eq=False)
class Node:
    """A structure element in the making."""

    role: str
    kids: list[Node | Mark | Annotation] = field(default_factory=list)
    lang: str = ""
    alt: str = ""
    expansion: str = ""
    attributes: dict[str, Any] = field(default_factory=dict)
    """Of the owner that the role implies: Layout for a Figure, List for an L, Table for cells."""
    text: str = ""
    """What a link's annotation says."""

    def add(self, role: str) -> Node:
        node = Node(role)
        self.kids.append(node)
        return node


Artifact = dict[str, Any]
"""The property list of an artifact."""


@dataclass(frozen=True, slots=True)
class TagTree:
    """What `build_tag_tree` found."""

    root: Node
    artifacts: dict[Mark, Artifact]
    problems: tuple[Problem, ...]


def prune(node: Node) -> None:
    """Take out what is empty, but no cell: a row must keep its columns."""
    for kid in [kid for kid in node.kids if isinstance(kid, Node)]:
        prune(kid)
        if not kid.kids and kid.role not in ("TH", "TD"):
            node.kids.remove(kid)
    if node.role == "L" and not any(_labels(node)):
        node.attributes["ListNumbering"] = "/None"


def _labels(node: Node) -> Iterator[Node]:
    for item in node.kids:
        if isinstance(item, Node):
            yield from (kid for kid in item.kids if isinstance(kid, Node) and kid.role == "Lbl")
