"""Closes the gaps that the engine's own tags and metadata leave: the only module that touches its private parts.

The engine's `add_tags` is swapped for ours while a PDF is written. That is why its version is pinned, and why
importing this module with another one fails.

Imports the engine; to be imported inside functions only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pydyf  # type: ignore[import-untyped]
import weasyprint  # type: ignore[import-untyped]
import weasyprint.pdf  # type: ignore[import-untyped]

from leaflets.direction import holds_rtl
from leaflets.errors import PdfError, Problem, TemplateError
from leaflets.locales import text_direction
from leaflets.pdf.attachments import Attachment, attach, seal
from leaflets.pdf.finish_streams import mend_ends, mend_streams
from leaflets.pdf.finish_tags import build_tag_tree
from leaflets.pdf.metadata import Metadata
from leaflets.pdf.slots import Slot, write_slot
from leaflets.pdf.tags import Annotation, Artifact, Mark, Node, TagTree
from leaflets.pdf.text import LINE_HYPHEN, LOGICAL

_VERSION = "70.0"
_REORDERED = re.compile("[\u0900-\u0dff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
"""Scripts of South and South-East Asia: signs are drawn in another order than they are written in."""
_HYPHEN = "\u2010"
_SOFT_HYPHEN = "\u00ad"

if weasyprint.VERSION != _VERSION or not callable(getattr(weasyprint.pdf, "add_tags", None)):
    raise PdfError(
        Problem(
            "engine-version",
            f"The PDF engine is WeasyPrint {weasyprint.VERSION}; this program is written for {_VERSION}.",
            hint=f"pip install weasyprint=={_VERSION}",
        )
    )


def write(document: Any, metadata: Metadata, attachments: Sequence[Attachment] = ()) -> bytes:
    """The finished PDF of a laid out document, with the files that ride inside it, sealed."""
    own = document.metadata
    own.title, own.lang = metadata.title, metadata.lang
    own.authors, own.keywords, own.description, own.generator = [], [], None, None
    own.created = own.modified = None
    own.generate_rdf_metadata = lambda *variant: metadata.rdf()

    written: list[Any] = []

    def last_touch(document: Any, pdf: Any) -> None:
        pdf.info["Producer"] = pydyf.String(metadata.producer)
        # A label area must come out of the printer in its true size.
        pdf.catalog["ViewerPreferences"]["PrintScaling"] = "/None"
        # PDF/A wants XMP that a program can find without knowing PDF.
        pdf.objects[int(pdf.catalog["Metadata"].split()[0])].compress = False
        mend_streams(pdf)
        attach(pdf, attachments)
        written.append((pdf, len(pdf.objects)))

    with _our_tags():
        data: bytes = document.write_pdf(pdf_variant="pdf/a-3a", pdf_tags=True, finisher=last_touch)
    return seal(mend_ends(data, *written[0]))


@contextmanager
def _our_tags() -> Iterator[None]:
    theirs = weasyprint.pdf.add_tags
    weasyprint.pdf.add_tags = _add_tags
    try:
        yield
    finally:
        weasyprint.pdf.add_tags = theirs


def _add_tags(pdf: Any, document: Any, version: Any, streams: list[Any]) -> None:
    tree, slot = build_tag_tree(document.pages, streams, document.metadata.lang)
    if tree.problems:
        raise TemplateError(*tree.problems)
    rtl = text_direction(document.metadata.lang) == "rtl" or any(
        holds_rtl(getattr(box, "text", "")) for stream in streams for box in stream._tags
    )
    final = _renumber(tree, streams, rtl=rtl)
    if slot is not None:
        final[slot.mark] = Mark(slot.page, sum(mark.page == slot.page for mark in final.values()))
    writer = _Writer(pdf, final, slot)
    writer.write(tree.root, len(streams))
    if slot is not None:
        page = pdf.objects[int(pdf.page_references[slot.page].split()[0])]
        number = final[slot.mark].mcid
        write_slot(pdf, slot, number, page, streams[slot.page], writer.slot_element, writer.slot_owners)
    pdf.catalog["MarkInfo"] = pydyf.Dictionary({"Marked": "true"})
    pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})


def _renumber(tree: TagTree, streams: list[Any], *, rtl: bool) -> dict[Mark, Mark]:
    """Turn marks that belong to no element into artifacts, and number the others without holes."""
    final: dict[Mark, Mark] = {}
    for page, stream in enumerate(streams):
        items = stream.stream
        boxes = {tag["mcid"]: box for box, tag in stream._tags.items()}
        seen = kept = 0
        for i, item in enumerate(items):
            if not (isinstance(item, pydyf.Dictionary) and "MCID" in item):
                continue
            seen += 1
            mark = Mark(page, item["MCID"])
            if (artifact := tree.artifacts.get(mark)) is not None:
                items[i - 1], items[i] = "/Artifact", _property_list(artifact)
            else:
                final[mark] = Mark(page, kept)
                item["MCID"] = kept
                if rtl and (written := getattr(boxes[mark.mcid], "text", "")):
                    item[LOGICAL] = pydyf.String(written)
                if text := _spoken(boxes[mark.mcid]):
                    item["ActualText"] = pydyf.String(text)
                    if text.endswith(_SOFT_HYPHEN):
                        item[LINE_HYPHEN] = 1
                kept += 1
        if seen != len(stream._tags):
            # The engine paints a translucent box as a drawing of its own, where the page's tags cannot reach it.
            raise TemplateError(
                Problem("tag-group", "Text or a picture lies in a translucent box.", hint="Use a color, not opacity.")
            )
    return final


def _spoken(box: Any) -> str:
    """What a piece of a line says, where its glyphs alone would tell it wrong; else nothing.

    Glyphs of reordered scripts stand for parts of syllables. And a hyphen that only the line's end brought must be
    told from one that is written. Right-to-left scripts get none: readers reverse it, and do better without.
    """
    text: str = getattr(box, "text", "")
    if text.endswith(_HYPHEN) and _HYPHEN not in "".join(box.element.itertext()):
        return text[:-1] + _SOFT_HYPHEN
    return text if _REORDERED.search(text) else ""


def _property_list(artifact: Artifact) -> Any:
    values = {key: pydyf.Array(value) if isinstance(value, list) else value for key, value in artifact.items()}
    return pydyf.Dictionary(values)


class _Writer:
    """Tag tree -> objects of the PDF."""

    def __init__(self, pdf: Any, final: dict[Mark, Mark], slot: Slot | None = None) -> None:
        self.slot_element = self.slot_owners = b""
        self._slot = slot
        self._pdf = pdf
        self._pages = pdf.page_references
        self._final = final
        self._owners: dict[Mark, bytes] = {}
        self._annotations: list[tuple[bytes, Any]] = []

    def write(self, root: Node, pages: int) -> None:
        tree = pydyf.Dictionary({"Type": "/StructTreeRoot"})
        self._pdf.add_object(tree)
        document = self._element(root, tree.reference)
        numbers = pydyf.Array()
        for page in range(pages):
            marks = sorted((mark.mcid, owner) for mark, owner in self._owners.items() if mark.page == page)
            owners = pydyf.Array(owner for _, owner in marks)
            if self._slot is not None and page == self._slot.page:
                # An object of its own: each copy has another one.
                self._pdf.add_object(owners)
                self.slot_owners = owners = owners.reference
            numbers.extend([page, owners])
        for key, (owner, annotation) in enumerate(self._annotations, start=pages):
            numbers.extend([key, owner])
            annotation["StructParent"] = key
        parents = pydyf.Dictionary({"Nums": numbers})
        self._pdf.add_object(parents)
        tree["K"] = pydyf.Array([document])
        tree["ParentTree"] = parents.reference
        tree["ParentTreeNextKey"] = pages + len(self._annotations)
        self._pdf.catalog["StructTreeRoot"] = tree.reference

    def _element(self, node: Node, parent: bytes) -> bytes:
        element = pydyf.Dictionary({"Type": "/StructElem", "S": f"/{node.role}", "P": parent})
        self._pdf.add_object(element)
        reference: bytes = element.reference
        if self._slot is not None and node is self._slot.node:
            self.slot_element = reference
        page = next((kid.page for kid in node.kids if not isinstance(kid, Node)), None)
        if page is not None:
            element["Pg"] = self._pages[page]
        for key, text in (("Lang", node.lang), ("Alt", node.alt), ("E", node.expansion)):
            if text:
                element[key] = pydyf.String(text)
        if node.attributes:
            element["A"] = _attributes(node)
        element["K"] = pydyf.Array(self._kid(kid, node, reference, page) for kid in node.kids)
        return reference

    def _kid(self, kid: Node | Mark | Annotation, node: Node, owner: bytes, page: int | None) -> Any:
        if isinstance(kid, Node):
            return self._element(kid, owner)
        if isinstance(kid, Annotation):
            kid.value["Contents"] = pydyf.String(node.text)
            self._annotations.append((owner, kid.value))
            values = {"Type": "/OBJR", "Obj": kid.value.reference, "Pg": self._pages[kid.page]}
            return pydyf.Dictionary(values)
        mark = self._final[kid]
        self._owners[mark] = owner
        if mark.page == page:
            return mark.mcid
        return pydyf.Dictionary({"Type": "/MCR", "Pg": self._pages[mark.page], "MCID": mark.mcid})


def _attributes(node: Node) -> Any:
    owner = {"Figure": "/Layout", "L": "/List"}.get(node.role, "/Table")
    values = {key: pydyf.Array(value) if isinstance(value, tuple) else value for key, value in node.attributes.items()}
    if node.role == "Figure":
        values["Placement"] = "/Block"
    return pydyf.Dictionary({"O": owner, **values})
