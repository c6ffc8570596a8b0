"""The pages of a finished PDF: size, fonts, and that no ink lies outside of tags and artifacts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from leaflets.errors import Problem

if TYPE_CHECKING:
    import pikepdf

PAPERS = {"a4": (595.28, 841.89), "letter": (612.0, 792.0)}
"""Width and height in points."""

_TEXT = {"Tj", "TJ", "'", '"'}
_PAINT = {"f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "Do", "EI"}
_OPERATORS = " ".join(sorted({*_TEXT, *_PAINT, "BDC", "BMC", "EMC"}))


def check_pages(pdf: pikepdf.Pdf, marks: dict[Any, set[int]], *, blank: bool = False) -> Iterator[Problem]:
    """``marks``: page object to the marked content that the tag tree owns; ``blank``: there may be empty back sides."""
    yield from _sizes(pdf)
    yield from _fonts(pdf)
    running = 0
    faults: set[tuple[str, str]] = set()
    for number, page in enumerate(pdf.pages, 1):
        if blank and not number % 2 and "/Contents" not in page:
            running += 1
            continue
        found, heads = _content(page, marks.get(page.objgen, set()))
        faults |= found
        running += heads > 0
    for rule, message in sorted(faults):
        yield Problem(rule, message)
    if running < len(pdf.pages):
        yield Problem("pdf-running", "A page has no running head or foot, or it is read out as if it were text.")


def _sizes(pdf: pikepdf.Pdf) -> Iterator[Problem]:
    sizes = {tuple(round(float(side), 1) for side in page.MediaBox) for page in pdf.pages}
    if len(sizes) > 1:
        yield Problem("pdf-size", f"The pages are of {len(sizes)} sizes.")
    for left, bottom, right, top in sizes:
        near = [
            name
            for name, (width, height) in PAPERS.items()
            if abs(right - left - width) < 1 and abs(top - bottom - height) < 1
        ]
        if not near:
            yield Problem("pdf-size", f"A page of {right - left:g} × {top - bottom:g} points is neither A4 nor letter.")
    if any(page.get("/Tabs") != "/S" for page in pdf.pages):
        yield Problem("pdf-tabs", "A page does not follow the tags with the tabulator key.")


def _fonts(pdf: pikepdf.Pdf) -> Iterator[Problem]:
    seen: set[tuple[int, int]] = set()
    for page in pdf.pages:
        resources: Any = page.get("/Resources", {})
        for font in resources.get("/Font", {}).values():
            if font.objgen in seen:
                continue
            seen.add(font.objgen)
            name = str(font.get("/BaseFont", "/?"))[1:]
            if "/ToUnicode" not in font:
                yield Problem("pdf-font", f"Text in {name} cannot be copied or read out.")
            for inner in font.get("/DescendantFonts", [font]):
                descriptor = inner.get("/FontDescriptor", {})
                if not any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3")):
                    yield Problem("pdf-font", f"The font {name} is not in the file.")


def _content(page: Any, owned: set[int]) -> tuple[set[tuple[str, str]], int]:
    """Faults of one page, and how many running heads and feet it has."""
    import pikepdf

    faults: set[tuple[str, str]] = set()
    stack: list[str] = []
    met: set[int] = set()
    running = 0
    for instruction in pikepdf.parse_content_stream(page, _OPERATORS):
        operator = str(instruction.operator)
        if operator == "EMC":
            if stack:
                stack.pop()
        elif operator in ("BDC", "BMC"):
            operands: Any = instruction.operands
            properties: Any = operands[1] if len(operands) > 1 and isinstance(operands[1], pikepdf.Dictionary) else {}
            kind = "artifact" if operands[0] == "/Artifact" else "tag" if "/MCID" in properties else "other"
            if kind != "other" and {"artifact", "tag"} & set(stack):
                faults.add(("pdf-marks", "Tagged text and decoration lie within each other."))
            if kind == "tag":
                met.add(int(properties["/MCID"]))
            running += properties.get("/Subtype") in ("/Header", "/Footer")
            stack.append(kind)
        elif not {"artifact", "tag"} & set(stack):
            if operator in _TEXT:
                faults.add(("pdf-untagged", "Text lies outside of the tags."))
            else:
                faults.add(("pdf-untagged", "A drawing is neither tagged nor marked as decoration."))
    if met - owned:
        faults.add(("pdf-untagged", "Text is marked, but no tag owns it: it would not be read out."))
    if owned - met:
        faults.add(("pdf-tree", "A tag owns text that is not on the page."))
    if stack:
        faults.add(("pdf-marks", "Marked text does not end."))
    return faults, running
