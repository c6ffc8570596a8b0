"""Bytes of a base -> `Base`: what is needed to stamp copies on it, read once.

A base is a leaflet that was built with ``Job(label=True)``: see `slots` for what it says of its empty area.
"""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leaflets.errors import PdfError, Problem
from leaflets.locales import text_direction
from leaflets.pdf.attachments import is_sealed
from leaflets.pdf.copy_seal import read_copy_seal
from leaflets.pdf.faces import Faces, load_faces
from leaflets.pdf.fonts import default_rules
from leaflets.pdf.slots import KEY

_START = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*$")


@dataclass(frozen=True, slots=True, repr=False)
class Base:
    """A pristine base. Nothing in it changes: one serves thousands of copies."""

    data: bytes
    digest: Any
    """A SHA-256 that has read ``data``."""
    lang: str
    rtl: bool
    faces: Faces
    rect: tuple[float, float, float, float]
    """Of the label's area on its page: left, bottom, right, top in points."""
    sizes: tuple[float, float]
    """The largest and the smallest size of type in it."""
    size: int
    """The first free object number."""
    previous: int
    """Where its cross-reference stream is."""
    trailer: bytes
    """Root and Info, as they stand in a trailer."""
    identifier: bytes
    """The first half of ``/ID``, as 32 hexadecimal digits."""
    page: int
    page_head: bytes
    """The page's dictionary up to and with its own fonts; two ``>>`` and the page's own close it."""
    stream: int
    element: int
    element_head: bytes
    """The label's Div up to its kids."""
    owners: int
    owners_head: bytes
    """The page's array of the parent tree, but for the slot's empty P."""
    first: int
    """Number of the first marked content that is free."""


def open_base(data: bytes, fonts_rules: Path | None = None) -> Base:
    """Read a base. ``fonts_rules``: the project's ``fonts.toml``, or None for the one that comes with us.

    Raises PdfError: ``not-ours``; ``altered``; ``already-stamped`` (a second stamp would hand one patient's label on to
    the next); ``no-slot``.
    """
    import pikepdf

    if read_copy_seal(data) is not None:
        hint = "stamp the base that it was made from"
        raise PdfError(Problem("already-stamped", "this is a copy that has been stamped already", hint=hint))
    sealed = is_sealed(data)
    if sealed is None:
        raise PdfError(Problem("not-ours", "this is no leaflet of ours, or it is cut off"))
    if not sealed:
        raise PdfError(Problem("altered", "the base is not as it was made", hint="build it again"))
    start = _START.search(data)
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            root: Any = pdf.Root
            slot = root.get(f"/{KEY}")
            if slot is None or start is None:
                raise PdfError(Problem("no-slot", "the leaflet has no place for a label", hint="build it as a base"))
            page, element, owners = slot.Page, slot.Element, slot.Owners
            lang = str(root.Lang)
            return Base(
                data=data,
                digest=hashlib.sha256(data),
                lang=lang,
                rtl=text_direction(lang) == "rtl",
                faces=load_faces(fonts_rules or default_rules()),
                rect=_four(slot.Rect),
                sizes=(float(slot.Sizes[0]), float(slot.Sizes[1])),
                size=int(pdf.trailer.Size),
                previous=int(start.group(1)),
                trailer=b"".join(
                    b"/%s %d 0 R" % (key.encode(), pdf.trailer[f"/{key}"].objgen[0])
                    for key in ("Root", "Info")
                    if f"/{key}" in pdf.trailer
                ),
                identifier=bytes(pdf.trailer.ID[0]).hex().encode(),
                page=page.objgen[0],
                page_head=_page_head(page),
                stream=slot.Stream.objgen[0],
                element=element.objgen[0],
                element_head=b"<</Type/StructElem/S/Div/P %d 0 R/Pg %d 0 R/K" % (element.P.objgen[0], page.objgen[0]),
                owners=owners.objgen[0],
                owners_head=b" ".join(b"%d 0 R" % owners[at].objgen[0] for at in range(int(slot.First))),
                first=int(slot.First),
            )
    except pikepdf.PdfError as error:
        raise PdfError(Problem("pdf-unreadable", f"the base cannot be read as a PDF: {error}")) from error


def _page_head(page: Any) -> bytes:
    """``<</Type /Page …/Resources<< …/Font<< …``: what a copy's own fonts are appended to."""
    resources = page.Resources
    return b"".join(
        (
            _open_dictionary(page, "/Resources") + b"/Resources",
            _open_dictionary(resources, "/Font") + b"/Font",
            _open_dictionary(resources.get("/Font", {}), ""),
        )
    )


def _open_dictionary(holder: Any, without: str) -> bytes:
    """A dictionary with its end cut off, less one of its entries."""
    import pikepdf

    text: bytes = pikepdf.Dictionary({key: holder[key] for key in holder if key != without}).unparse()
    return text.rstrip().removesuffix(b">>")


def _four(values: Any) -> tuple[float, float, float, float]:
    left, bottom, right, top = (float(value) for value in values)
    return left, bottom, right, top
