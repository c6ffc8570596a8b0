"""Copies -> one file for the print run: each on a sheet of its own, in order, with a bookmark.

The file is for the printer, not for a reader or an archive: pages keep their looks and nothing else. It has no tags, no
links, no attachments and no seals; the copies have them.

It is written from front to back while the copies are read one by one, so that memory does not grow with their number.
What several copies have in common (fonts, pictures, the pages of one base) is written once: an object is known again by
the digest of its bytes, with the objects that it refers to known before it. The same copies give the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import os
import secrets
import zlib
from array import array
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from leaflets.errors import PdfError, Problem
from leaflets.pdf.objects import text_string

Source = bytes | Path | str
"""A PDF, or where it lies."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What goes before a copy."""

    data: bytes
    """A PDF."""
    title: str
    """Of its bookmark."""


_KEPT = 8_192
"""Objects that are known again: the latest ones."""
_LEAF = 64
"""Pages to a node of the page tree."""
_INHERITED = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")
_OWN = ("/Contents", "/BleedBox", "/TrimBox", "/ArtBox", "/UserUnit", "/Group")
"""What a printer needs of a page; tags, links and programs stay behind."""
_DEPTH = 100


def merge(
    copies: Iterable[Source], out_path: Path, *, titles: Iterable[str],
    duplex: bool = True, separators: Iterable[Sheet | None] | None = None, beside: Path | None = None,
) -> None:  # fmt: skip
    """Write one print file; it appears under its name when it is whole.

    Args:
        copies: the copies, in the order of the print run; read one after the other.
        out_path: where the file goes.
        titles: a bookmark for each copy. They stand in the file: no names, unless they shall.
        duplex: start each copy, and each separator, on a front side, behind a blank page where that is needed; ask the
            printer for both sides.
        separators: for each copy a sheet that goes before it, with a bookmark of its own, or None for no sheet.
        beside: where it is written until it is whole, in the same folder.

    Raises PdfError for a copy that is no PDF (by its number from 1) and for a file that cannot be written, ValueError
    when there are more or fewer titles or separators than copies, or no copy at all.
    """
    beside = beside or out_path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        out_path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with beside.open("wb") as file:
                run = _PrintRun(file, duplex=duplex)
                for copy, title, separator in _together(copies, titles, separators):
                    run.add(copy, title, separator)
                run.finish()
                file.flush()
                os.fsync(file.fileno())
            beside.replace(out_path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        hint = "is the disk full, or the folder not yours?"
        problem = Problem("not-written", f"cannot be written: {error.strerror}", file=str(out_path), hint=hint)
        raise PdfError(problem) from error


def _together(
    copies: Iterable[Source], titles: Iterable[str], separators: Iterable[Sheet | None] | None
) -> Iterator[tuple[Source, str, Sheet | None]]:
    if separators is None:
        yield from ((copy, title, None) for copy, title in zip(copies, titles, strict=True))
    else:
        yield from zip(copies, titles, separators, strict=True)


class _Writer:
    """Numbered objects, one after the other."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self._place = 0
        self._places = array("Q", [0])
        self.put(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    def put(self, data: bytes) -> None:
        self._file.write(data)
        self._digest.update(data)
        self._place += len(data)

    def reserve(self) -> int:
        """A number whose object comes later."""
        self._places.append(0)
        return len(self._places) - 1

    def write(self, data: bytes, number: int = 0) -> int:
        number = number or self.reserve()
        self._places[number] = self._place
        self.put(b"%d 0 obj\n%s\nendobj\n" % (number, data))
        return number

    def close(self, catalog: int) -> None:
        table, place = self.reserve(), self._place
        self._places[table] = place
        rows = b"".join(
            (b"\1" if place else b"\0") + place.to_bytes(6, "big") + b"\0" for place in self._places
        )  # fmt: skip
        packed = zlib.compress(rows, 6)
        identifier = self._digest.hexdigest()[:32].encode()
        self.put(
            b"%d 0 obj\n<</Type/XRef/Size %d/W[1 6 1]/Root %d 0 R/ID[<%s><%s>]/Filter/FlateDecode/Length %d>>\nstream\n"
            % (table, len(self._places), catalog, identifier, identifier, len(packed))
        )
        self.put(packed + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % place)


class _PrintRun:
    def __init__(self, file: IO[bytes], *, duplex: bool) -> None:
        self._out = _Writer(file)
        self._duplex = duplex
        self._known: OrderedDict[bytes, int] = OrderedDict()
        self._root, self._outlines = self._out.reserve(), self._out.reserve()
        self._blank = b""
        self._leaf: tuple[int, list[int]] = (0, [])
        self._leaves: list[tuple[int, int]] = []
        self._pages = self._copies = self._bookmarks = 0
        self._bookmark: tuple[int, int, bytes] | None = None
        """The last one: its number, its predecessor's, and what it says."""
        self._first_bookmark = 0

    def add(self, copy: Source, title: str, separator: Sheet | None) -> None:
        self._copies += 1
        if separator is not None:
            self._add_bookmark(separator.title, self._add_pages(separator.data, "the separator of copy"))
        self._add_bookmark(title, self._add_pages(copy, "copy"))

    def _add_bookmark(self, title: str, first: int) -> None:
        self._bookmarks += 1
        number = self._out.reserve()
        self._close_bookmark(number)
        said = b"/Parent %d 0 R/Title%s/Dest[%d 0 R/Fit]" % (self._outlines, text_string(title), first)
        before = self._bookmark[0] if self._bookmark else 0
        self._bookmark = number, before, said
        self._first_bookmark = self._first_bookmark or number

    def finish(self) -> None:
        if not self._copies:
            raise ValueError("there is no copy to print")
        self._close_bookmark(0)
        self._close_leaf()
        out = self._out
        kids = b" ".join(b"%d 0 R" % number for number, _ in self._leaves)
        out.write(b"<</Type/Pages/Count %d/Kids[%s]>>" % (self._pages, kids), self._root)
        last = self._bookmark[0] if self._bookmark else 0
        ends = b"/First %d 0 R/Last %d 0 R" % (self._first_bookmark, last)
        out.write(b"<</Type/Outlines%s/Count %d>>" % (ends, self._bookmarks), self._outlines)
        # The printer's own dialog says them; a label must come out in its true size.
        sides = b"/Duplex/DuplexFlipLongEdge" if self._duplex else b"/Duplex/Simplex"
        out.close(
            out.write(
                b"<</Type/Catalog/Pages %d 0 R/Outlines %d 0 R/PageMode/UseOutlines"
                b"/ViewerPreferences<</PrintScaling/None%s>>>>" % (self._root, self._outlines, sides)
            )
        )

    def _add_pages(self, source: Source, what: str) -> int:
        """The number of its first page."""
        import pikepdf

        if self._duplex and self._pages % 2:
            self._add_page(self._blank)
        try:
            with _opened(source) as pdf:
                copier = _Copier(self._out, self._known)
                numbers = [self._add_page(copier.page(page.obj)) for page in pdf.pages]
                self._blank = copier.blank(pdf.pages[-1].obj)
                return numbers[0]
        except (pikepdf.PdfError, FileNotFoundError, IsADirectoryError, IndexError) as error:
            message = f"{what} {self._copies} cannot be read as a PDF"
            raise PdfError(Problem("pdf-unreadable", message)) from error

    def _add_page(self, content: bytes) -> int:
        leaf, kids = self._leaf
        if not leaf:
            self._leaf = leaf, kids = self._out.reserve(), []
        kids.append(self._out.write(b"<</Type/Page/Parent %d 0 R%s>>" % (leaf, content)))
        self._pages += 1
        if len(kids) == _LEAF:
            self._close_leaf()
        return kids[-1]

    def _close_leaf(self) -> None:
        leaf, kids = self._leaf
        if leaf:
            entries = b" ".join(b"%d 0 R" % kid for kid in kids)
            body = b"<</Type/Pages/Parent %d 0 R/Count %d/Kids[%s]>>" % (self._root, len(kids), entries)
            self._out.write(body, leaf)
            self._leaves.append((leaf, len(kids)))
            self._leaf = (0, [])

    def _close_bookmark(self, following: int) -> None:
        if self._bookmark is not None:
            number, before, said = self._bookmark
            near = b"/Prev %d 0 R" % before if before else b""
            near += b"/Next %d 0 R" % following if following else b""
            self._out.write(b"<<%s%s>>" % (said, near), number)


def _opened(source: Source) -> Any:
    import pikepdf

    pdf = pikepdf.open(io.BytesIO(source) if isinstance(source, bytes) else source)
    if pdf.is_encrypted:
        pdf.close()
        raise pikepdf.PdfError("the file is encrypted")
    return pdf


class _Copier:
    """Objects of one PDF -> objects of the print file."""

    def __init__(self, out: _Writer, known: OrderedDict[bytes, int]) -> None:
        self._out = out
        self._known = known
        self._done: dict[tuple[int, int], int] = {}

    def page(self, page: Any) -> bytes:
        """The entries of a page's dictionary, but for its place in the tree."""
        entries = [(key, _inherited(page, key)) for key in _INHERITED] + [(key, page.get(key)) for key in _OWN]
        return b"".join(b"%s %s" % (key.encode(), self._value(item)) for key, item in entries if item is not None)

    def blank(self, page: Any) -> bytes:
        """An empty page of the same size."""
        entries = [(key, _inherited(page, key)) for key in _INHERITED if key != "/Resources"]
        known = b"".join(b"%s %s" % (key.encode(), self._value(item)) for key, item in entries if item is not None)
        return known + b"/Resources<<>>"

    def _value(self, item: Any, depth: int = 0) -> bytes:
        import pikepdf

        if depth > _DEPTH:
            raise pikepdf.PdfError("objects lie too deep within each other")
        if not isinstance(item, pikepdf.Object):
            return _scalar(item)
        if item.is_indirect:
            if item.objgen not in self._done:
                self._done[item.objgen] = self._object(item, depth)
            return b"%d 0 R" % self._done[item.objgen]
        return self._direct(item, depth)

    def _direct(self, item: Any, depth: int) -> bytes:
        import pikepdf

        plain: bytes = item.unparse(resolved=True)
        if isinstance(item, pikepdf.Array) and b" R" in plain:
            return b"[%s]" % b" ".join(self._value(kid, depth + 1) for kid in item)
        if isinstance(item, pikepdf.Dictionary) and b" R" in plain:
            return b"<<%s>>" % self._entries(item, depth)
        return plain

    def _entries(self, item: Any, depth: int) -> bytes:
        keys = sorted(key for key in item.keys() if key != "/Length")  # noqa: SIM118 - streams have no other way
        return b"".join(b"%s %s" % (_name(key), self._value(item.get(key), depth + 1)) for key in keys)

    def _object(self, item: Any, depth: int) -> int:
        import pikepdf

        if isinstance(item, pikepdf.Stream):
            data = item.read_raw_bytes()
            body = b"<<%s/Length %d>>\nstream\n%s\nendstream" % (self._entries(item, depth), len(data), data)
        else:
            body = self._direct(item, depth)
        digest = hashlib.sha256(body).digest()
        number = self._known.get(digest, 0)
        if not number:
            number = self._known[digest] = self._out.write(body)
            if len(self._known) > _KEPT:
                self._known.popitem(last=False)
        self._known.move_to_end(digest)
        return number


def _inherited(page: Any, key: str) -> Any:
    for _ in range(_DEPTH):
        if page is None or key in page:
            break
        page = page.get("/Parent")
    return page.get(key) if page is not None else None


def _name(key: str) -> bytes:
    import pikepdf

    plain: bytes = pikepdf.Name(key).unparse()
    return plain


def _scalar(value: object) -> bytes:
    if isinstance(value, bool):
        return b"true" if value else b"false"
    return b"null" if value is None else format(value, "f" if isinstance(value, Decimal) else "").encode()
