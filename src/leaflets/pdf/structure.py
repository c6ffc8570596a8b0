"""House rules for a finished PDF, checked on every build: what validators do not look at, and what must never slip.

Reads the file with pikepdf, independently of the code that wrote it.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from leaflets.errors import Problem
from leaflets.pdf.structure_pages import check_pages
from leaflets.pdf.structure_tags import check_tags

if TYPE_CHECKING:
    import pikepdf

_UA = "http://www.aiim.org/pdfua/ns/id/"
_A = "http://www.aiim.org/pdfa/ns/id/"
_ACTIONS = ("/OpenAction", "/AA", "/AcroForm")


def check_structure(data: bytes, parts: int = 1) -> tuple[Problem, ...]:
    """What is wrong with a finished leaflet; nothing when it is as it should be. Rules are called ``pdf-…``.

    ``parts``: of how many PDFs it is bound; each has a title, and there may be blank pages between them.
    """
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            checks: tuple[Callable[[pikepdf.Pdf], Iterator[Problem]], ...] = (_catalog, _metadata, _outlines, _actions)
            found = [problem for check in checks for problem in check(pdf)]
            tags = check_tags(pdf, parts)
            return (*found, *tags.problems, *check_pages(pdf, tags.marks, blank=parts > 1))
    except pikepdf.PdfError as error:
        return (Problem("pdf-unreadable", f"The file cannot be read as a PDF: {error}."),)


def read_identity(data: bytes) -> str | None:
    """The identity that `render_pdf` was given, or nothing if this is no leaflet of ours."""
    import pikepdf

    from leaflets.pdf.metadata import NAMESPACE

    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            value = pdf.open_metadata().get(f"{{{NAMESPACE}}}identity")
    except pikepdf.PdfError:
        return None
    return str(value) if value else None


def _catalog(pdf: pikepdf.Pdf) -> Iterator[Problem]:
    root: Any = pdf.Root
    if pdf.is_encrypted:
        yield Problem("pdf-encrypted", "The file is encrypted; readers for the blind may be kept out.")
    if not str(root.get("/Lang", "")).strip():
        yield Problem("pdf-lang", "The file does not say which language it is in.")
    if root.get("/MarkInfo", {}).get("/Marked", False) is not True:
        yield Problem("pdf-marked", "The file does not say that it is tagged.")
    if root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False) is not True:
        yield Problem("pdf-display-title", "A window would show the file's name in place of its title.")
    if "/OutputIntents" not in root:
        yield Problem("pdf-intent", "The file does not say what its colors mean.")


def _metadata(pdf: pikepdf.Pdf) -> Iterator[Problem]:
    stream: Any = pdf.Root.get("/Metadata")
    if stream is None:
        yield Problem("pdf-xmp", "The file has no metadata.")
        return
    if "/Filter" in stream:
        yield Problem("pdf-xmp", "The metadata are compressed: archives look for them in the open.")
    meta = pdf.open_metadata()
    title = str(meta.get("{http://purl.org/dc/elements/1.1/}title") or "")
    if not title.strip():
        yield Problem("pdf-title", "The file has no title.")
    elif str(pdf.docinfo.get("/Title", "")) != title:
        yield Problem("pdf-title", "The file has two titles that differ.")
    if str(meta.get(f"{{{_UA}}}part")) != "1":
        yield Problem("pdf-ua", "The file does not say that it is PDF/UA-1.")
    if (str(meta.get(f"{{{_A}}}part")), str(meta.get(f"{{{_A}}}conformance"))) != ("3", "A"):
        yield Problem("pdf-a", "The file does not say that it is PDF/A-3a.")
    if "/ID" not in pdf.trailer:
        yield Problem("pdf-id", "The file has no identifier.")
    dates = [key for key in ("/CreationDate", "/ModDate") if key in pdf.docinfo]
    if dates:
        yield Problem("pdf-date", "The file carries the time of its making: the same leaflet would differ every day.")


def _outlines(pdf: pikepdf.Pdf) -> Iterator[Problem]:
    outlines: Any = pdf.Root.get("/Outlines")
    if outlines is None or "/First" not in outlines:
        yield Problem("pdf-outline", "The file has no bookmarks.")


def _actions(pdf: pikepdf.Pdf) -> Iterator[Problem]:
    root: Any = pdf.Root
    for key in _ACTIONS:
        if key in root:
            yield Problem("pdf-action", f"The file does something by itself ({key}).")
    names = root.get("/Names", {})
    if "/JavaScript" in names:
        yield Problem("pdf-action", "The file carries a program.")
    declared = {item.objgen for item in root.get("/AF", ())}
    for name, file in pdf.attachments.items():
        kind = str(file.obj.get("/AFRelationship", ""))
        if file.obj.objgen not in declared or kind not in ("/Source", "/Data"):
            yield Problem("pdf-attachment", f"The file carries {name!r} without saying what it is to it.")
    for page in pdf.pages:
        if "/AA" in page:
            yield Problem("pdf-action", "A page does something by itself.")
        for annotation in page.get("/Annots", ()):
            item: Any = annotation
            if item.get("/Subtype") != "/Link" or "/AA" in item:
                yield Problem("pdf-action", f"A page has an annotation that is no link ({item.get('/Subtype')}).")
            elif "/A" in item and item.A.get("/S") not in ("/URI", "/GoTo"):
                yield Problem("pdf-action", f"A link does more than to lead somewhere ({item.A.get('/S')}).")
            elif not str(item.get("/Contents", "")).strip() or "/StructParent" not in item:
                yield Problem("pdf-link", "A link has no text, or stands outside of the tags.")
