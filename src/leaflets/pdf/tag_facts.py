"""What single elements and boxes say about themselves: role, scope, numbering, alternative text, place on the page."""

from __future__ import annotations

from typing import Any

from leaflets.pdf.tags import Artifact, Node

SVG = "{http://www.w3.org/2000/svg}"
"""Namespace of drawings that stand in the HTML."""
ROLES = {
    "section": "Sect",
    "nav": "Sect",
    "aside": "Sect",
    "article": "Art",
    "blockquote": "BlockQuote",
    "p": "P",
    "pre": "P",
    "figcaption": "P",
    **{f"h{level}": f"H{level}" for level in range(1, 7)},
    "ul": "L",
    "ol": "L",
    "dl": "L",
    "table": "Table",
    "caption": "Caption",
    "thead": "THead",
    "tbody": "TBody",
    "tfoot": "TFoot",
    "tr": "TR",
    "th": "TH",
    "td": "TD",
    "img": "Figure",
    f"{SVG}svg": "Figure",
}
INLINE = {
    *("a", "abbr", "b", "bdi", "bdo", "br", "cite", "code", "data", "del", "dfn", "em", "i", "ins", "kbd", "mark"),
    *("q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var"),
}
GROUPING = frozenset({"Document", "Sect", "Art", "BlockQuote", "Div"})
NO_TEXT = frozenset({"L", "LI", "Table", "THead", "TBody", "TFoot", "TR"})
MIXED = frozenset({"LBody", "TD", "TH"})
"""May hold text and blocks both: text of the element itself needs no P, text of a ``div`` in it does."""
_SCOPES = {"col": "Column", "colgroup": "Column", "row": "Row", "rowgroup": "Row"}
_NUMBERING = {"1": "Decimal", "a": "LowerAlpha", "A": "UpperAlpha", "i": "LowerRoman", "I": "UpperRoman"}
_SIDES = ("Top", "Bottom", "Left", "Right")


def points(pixels: float, limit: float) -> float:
    """CSS pixels to points, kept inside the page."""
    return round(min(max(pixels, 0), limit) * 0.75, 2)


def is_decorative(box: Any) -> bool:
    """Whether a picture says nothing that the text does not."""
    element = box.element
    # A picture that CSS puts into a pseudo-element is decoration by nature.
    return (
        "::" in str(box.element_tag)
        or element.get("aria-hidden") == "true"
        or element.get("role") in ("presentation", "none")
        or element.get("alt") == ""
    )


def alternative(element: Any) -> str:
    """What stands for a picture in words."""
    title = element.findtext(f"{SVG}title") if element.tag == f"{SVG}svg" else None
    return " ".join((element.get("aria-label") or element.get("alt") or title or "").split())


def link_text(element: Any) -> str:
    """What a link's annotation says: its title, its text, or the texts of the pictures in it."""
    text = element.get("title") or "".join(element.itertext())
    return " ".join(text.split()) or " ".join(filter(None, map(alternative, element.iter())))


def margin_artifact(keyword: str) -> Artifact:
    """How the content of a margin box is marked; ``keyword`` is such as ``@top-left``."""
    sides = [side for side in _SIDES if side.lower() in keyword.split("-")[0]]
    artifact: Artifact = {"Type": "/Pagination", "Attached": [f"/{side}" for side in sides]}
    subtype = {"Top": "/Header", "Bottom": "/Footer"}.get(sides[0]) if sides else None
    return {**artifact, "Subtype": subtype} if subtype else artifact


def describe_cell(node: Node, box: Any, element: Any) -> None:
    """Scope and spans of a cell."""
    if node.role == "TH":
        node.attributes["Scope"] = f"/{_SCOPES.get(element.get('scope', ''), 'Column')}"
    # Anonymous boxes inside of the cell carry its element too, and always span one.
    for name, span in (("ColSpan", box.colspan), ("RowSpan", box.rowspan)):
        if span != 1:
            node.attributes[name] = span


def numbering(element: Any, tag: str) -> str:
    """How the items of a list are labeled."""
    if tag == "ol":
        return f"/{_NUMBERING.get(element.get('type', '1'), 'Decimal')}"
    return "/Disc" if tag == "ul" else "/None"
