"""The tag tree of a finished PDF: headings, lists, tables, pictures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from leaflets.errors import Problem

if TYPE_CHECKING:
    import pikepdf

_KIDS = {
    "L": {"LI", "Caption"},
    "LI": {"Lbl", "LBody"},
    "Table": {"THead", "TBody", "TFoot", "TR", "Caption"},
    "THead": {"TR"},
    "TBody": {"TR"},
    "TFoot": {"TR"},
    "TR": {"TH", "TD"},
}
"""Roles that may hold nothing but these."""
_PARENTS = {"LI": {"L"}, "Lbl": {"LI"}, "LBody": {"LI"}, "TR": {"Table", "THead", "TBody", "TFoot"}}
_ROLES = {
    *("Document", "Sect", "Art", "Div", "BlockQuote", "P", "H1", "H2", "H3", "H4", "H5", "H6", "Span", "Link"),
    *("L", "LI", "Lbl", "LBody", "Table", "THead", "TBody", "TFoot", "TR", "TH", "TD", "Caption", "Figure"),
}
_EMPTY_ALLOWED = {"TD", "TH"}
_DEPTH = 64


@dataclass(slots=True)
class Tags:
    """What was found below the root of the tags."""

    problems: list[Problem] = field(default_factory=list)
    marks: dict[Any, set[int]] = field(default_factory=dict)
    """Page object to the numbers of marked content that an element owns."""
    headings: list[int] = field(default_factory=list)
    said: set[tuple[str, str]] = field(default_factory=set)

    def say(self, rule: str, message: str) -> None:
        """A fault of one kind is told once: a thousand cells without scope are one mistake of a template."""
        if (rule, message) not in self.said:
            self.said.add((rule, message))
            self.problems.append(Problem(rule, message))


def check_tags(pdf: pikepdf.Pdf, titles: int = 1) -> Tags:
    """Walk all elements once. ``titles``: headings of the first level that there must be."""
    tags = Tags()
    root: Any = pdf.Root.get("/StructTreeRoot")
    if root is None:
        tags.say("pdf-tree", "The file has no tags.")
        return tags
    boxes = {page.objgen: [float(side) for side in page.MediaBox] for page in pdf.pages}
    for kid in _kids(root):
        if _role(kid) != "Document":
            tags.say("pdf-tree", "The outermost tag is not Document.")
        _element(kid, "", None, boxes, tags, 0)
    if tags.headings.count(1) != titles:
        wanted = "one is its title" if titles == 1 else f"its parts have {titles}"
        tags.say("pdf-h1", f"The file has {tags.headings.count(1)} headings of the first level; {wanted}.")
    for before, after in zip([0, *tags.headings], tags.headings, strict=False):
        if after > before + 1:
            tags.say("pdf-heading-skip", f"A heading of level {after} follows one of level {before}.")
    return tags


def _element(item: Any, parent: str, page: Any, boxes: dict[Any, list[float]], tags: Tags, depth: int) -> None:
    role = _role(item)
    page = item.get("/Pg", page)
    if depth > _DEPTH:
        tags.say("pdf-tree", "The tags lie too deep within each other.")
        return
    if role not in _ROLES:
        tags.say("pdf-role", f"The tag {role} is not one of ours.")
    if role in _PARENTS and parent not in _PARENTS[role]:
        tags.say("pdf-nesting", f"{role} lies in {parent or 'nothing'}.")
    if "/P" not in item:
        tags.say("pdf-tree", f"A {role} does not know what it lies in.")
    if role[0] == "H" and role[1:].isdigit():
        tags.headings.append(int(role[1:]))
    if role == "Figure":
        _figure(item, page, boxes, tags)
    if role == "TH" and _attribute(item, "/Scope") is None:
        tags.say("pdf-scope", "A head cell does not say whether it heads a row or a column.")
    if role == "L" and _attribute(item, "/ListNumbering") is None:
        tags.say("pdf-list", "A list does not say how it is numbered.")
    count = 0
    for kid in _kids(item):
        count += 1
        if isinstance(kid, int) or _is_mark(kid):
            owner, number = (page, kid) if isinstance(kid, int) else (kid.get("/Pg", page), int(kid.MCID))
            if role in _KIDS:
                tags.say("pdf-nesting", f"Text lies directly in {role}.")
            known = tags.marks.setdefault(owner.objgen, set())
            if number in known:
                tags.say("pdf-tree", "Two tags own the same text.")
            known.add(number)
        elif kid.get("/Type") != "/OBJR":
            if role in _KIDS and _role(kid) not in _KIDS[role]:
                tags.say("pdf-nesting", f"{_role(kid)} lies in {role}.")
            _element(kid, role, page, boxes, tags, depth + 1)
    if not count and role not in _EMPTY_ALLOWED:
        tags.say("pdf-empty", f"A {role} is empty.")


def _figure(item: Any, page: Any, boxes: dict[Any, list[float]], tags: Tags) -> None:
    if not str(item.get("/Alt", "")).strip():
        tags.say("pdf-alt", "A picture has no text for those who cannot see it.")
    box = _attribute(item, "/BBox")
    if box is None or page is None:
        tags.say("pdf-bbox", "A picture does not say where it stands.")
        return
    left, bottom, right, top = (float(side) for side in box)
    x0, y0, x1, y1 = boxes.get(page.objgen, [0, 0, 0, 0])
    if not (x0 <= left < right <= x1 and y0 <= bottom < top <= y1):
        tags.say("pdf-bbox", "A picture stands outside of its page.")


def _kids(item: Any) -> Iterator[Any]:
    import pikepdf

    kids = item.get("/K")
    if isinstance(kids, pikepdf.Array):
        yield from kids
    elif kids is not None:
        yield kids


def _is_mark(kid: Any) -> bool:
    return bool(kid.get("/Type") == "/MCR")


def _role(item: Any) -> str:
    return str(item.get("/S", "/"))[1:]


def _attribute(item: Any, name: str) -> Any:
    import pikepdf

    owners = item.get("/A")
    for owner in owners if isinstance(owners, pikepdf.Array) else [owners]:
        if owner is not None and name in owner:
            return owner[name]
    return None
