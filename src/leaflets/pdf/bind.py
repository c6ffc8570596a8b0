"""Finished PDFs of ours -> one, with everything that makes each of them readable: tags, bookmarks, links, files inside.

Unlike a print file (`merge`) the result is for a reader and an archive: one Document of as many Sects, one parent tree,
PDF/UA-1 and PDF/A-3a as its parts, under one seal. Each part starts on a front side. What the catalog says of all
(title, language, colors) is the first part's. The same parts give the same bytes.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from leaflets.errors import PdfError, Problem
from leaflets.pdf.attachments import UNSEALED, Attachment, seal

_SEAL = re.compile(rb"(<leaflets:seal>)[0-9a-f]{64}(</leaflets:seal>)")
_CARRIAGE_RETURN = re.compile(rb"\r\nendstream")
_DATE = "D:20000101000000Z"


def bind(parts: Sequence[bytes], attachments: Sequence[Attachment] = ()) -> bytes:
    """One PDF of several, each behind a blank page where that is needed.

    Args:
        parts: sealed PDFs of ours, or copies; the files inside them are called ``2-ledger.json`` and so on afterwards,
            by the number of the part.
        attachments: files that ride inside the whole.

    Raises PdfError for a part that cannot be read.
    """
    try:
        with ExitStack() as stack:
            opened = [stack.enter_context(pikepdf.open(io.BytesIO(part))) for part in parts]
            binder = _Binder(opened[0])
            binder.start()
            for pdf in opened[1:]:
                binder.add(pdf)
            binder.finish(attachments)
            return seal(_saved(opened[0]))
    except pikepdf.PdfError as error:
        raise PdfError(Problem("pdf-unreadable", f"a part of a packet cannot be read as a PDF: {error}")) from error


def page_count(data: bytes) -> int:
    """How many pages a finished PDF has."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return len(pdf.pages)


def _saved(pdf: pikepdf.Pdf) -> bytes:
    """The bytes. A strict reader takes a carriage return at the end of a stream for a part of the line's end."""
    for mode in (pikepdf.ObjectStreamMode.generate, pikepdf.ObjectStreamMode.disable):
        file = io.BytesIO()
        pdf.save(
            file, deterministic_id=True, object_stream_mode=mode, compress_streams=True, fix_metadata_version=False
        )
        if not _CARRIAGE_RETURN.search(file.getvalue()):
            break
    return file.getvalue()


class _Binder:
    def __init__(self, out: pikepdf.Pdf) -> None:
        self._out = out
        self._root: Any = out.Root
        self._part = 0
        self._numbers: list[Any] = []
        self._keys = 0
        """The first key of the parent tree that is free."""
        self._sections: list[Any] = []
        self._marks: list[Any] = []
        self._dests: dict[str, Any] = {}
        self._files: list[tuple[str, Any]] = []

    def start(self) -> None:
        """The first part is there already; what only it is gets out of the way."""
        for holder in (self._root, self._out.trailer):
            for key in [str(key) for key in holder if str(key).startswith("/XX")]:
                del holder[key]
        metadata: Any = self._root.Metadata
        metadata.write(_SEAL.sub(rb"\g<1>" + UNSEALED.encode() + rb"\g<2>", metadata.read_bytes()))
        self._take(self._out, [page.obj for page in self._out.pages])

    def add(self, pdf: pikepdf.Pdf) -> None:
        """Pages first: whatever refers to them is copied afterwards and finds them."""
        if len(self._out.pages) % 2:
            self._add_blank()
        pages = []
        for page in pdf.pages:
            self._out.pages.append(page)
            pages.append(self._out.pages[-1].obj)
        self._take(pdf, pages)

    def _add_blank(self) -> None:
        last: Any = self._out.pages[-1].obj
        page = Dictionary(Type=Name.Page, MediaBox=last.MediaBox, Resources=Dictionary(), Tabs=Name.S)
        self._out.pages.append(pikepdf.Page(self._out.make_indirect(page)))

    def _take(self, pdf: pikepdf.Pdf, pages: Sequence[Any]) -> None:
        self._part += 1
        root: Any = pdf.Root
        wanted = {"/Tree": root.StructTreeRoot, "/Outlines": root.Outlines, "/AF": root.get("/AF")}
        wanted["/Dests"] = root.get("/Names", {}).get("/Dests")
        part: Any = Dictionary({key: value for key, value in wanted.items() if value is not None})
        if pdf is not self._out:
            # In one go, so that what they share stays shared.
            part = self._out.copy_foreign(pdf.make_indirect(part))
        self._take_tags(part.Tree, pages)
        self._take_outlines(part.Outlines)
        self._take_dests(part.get("/Dests"), pages)
        self._take_files(part.get("/AF", ()))

    def _take_tags(self, tree: Any, pages: Sequence[Any]) -> None:
        document = tree.K[0] if isinstance(tree.K, Array) else tree.K
        document.S = Name.Sect
        self._sections.append(document)
        numbers = list(tree.ParentTree.Nums)
        for key, owner in zip(numbers[::2], numbers[1::2], strict=True):
            self._numbers += [int(key) + self._keys, owner]
        for page in pages:
            if "/StructParents" in page:
                page.StructParents = int(page.StructParents) + self._keys
            for annotation in page.get("/Annots", ()):
                if "/StructParent" in annotation:
                    annotation.StructParent = int(annotation.StructParent) + self._keys
        self._keys += int(tree.ParentTreeNextKey)

    def _take_outlines(self, outlines: Any) -> None:
        mark = outlines.get("/First")
        while mark is not None:
            self._marks.append(mark)
            mark = mark.get("/Next")

    def _take_dests(self, dests: Any, pages: Sequence[Any]) -> None:
        """Two leaflets have a section “help” each: names get their part's number."""
        names = list(dests.Names) if dests is not None else []
        for name, place in zip(names[::2], names[1::2], strict=True):
            self._dests[f"{self._part}-{name}"] = place
        for page in pages:
            for annotation in page.get("/Annots", ()):
                holder = annotation.get("/A", annotation)
                for key in ("/D", "/Dest"):
                    if isinstance(holder.get(key), String):
                        holder[key] = String(f"{self._part}-{holder[key]}")

    def _take_files(self, files: Any) -> None:
        for file in files:
            name = f"{self._part}-{file.UF}"
            file.F = file.UF = String(name)
            self._files.append((name, file))

    def finish(self, attachments: Sequence[Attachment]) -> None:
        """Write what stands for all parts."""
        out, root = self._out, self._root
        tree = out.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        document = out.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=tree))
        for section in self._sections:
            section.P = document
        document.K = Array(self._sections)
        tree.K = Array([document])
        tree.ParentTree = out.make_indirect(Dictionary(Nums=Array(self._numbers)))
        tree.ParentTreeNextKey = self._keys
        root.StructTreeRoot = tree
        root.Outlines = self._outlines()
        self._files += [(file.name, self._file(file)) for file in attachments]
        self._files.sort(key=lambda item: item[0].encode())
        names = Dictionary(EmbeddedFiles=Dictionary(Names=_pairs(self._files)))
        if self._dests:
            names.Dests = Dictionary(Names=_pairs(sorted(self._dests.items(), key=lambda item: item[0].encode())))
        root.Names = names
        root.AF = Array([file for _, file in self._files])

    def _outlines(self) -> Any:
        marks = self._marks
        outlines = self._out.make_indirect(Dictionary(Type=Name.Outlines, First=marks[0], Last=marks[-1]))
        for before, mark, after in zip([None, *marks], marks, [*marks[1:], None], strict=False):
            mark.Parent = outlines
            for key, other in (("/Prev", before), ("/Next", after)):
                if other is not None:
                    mark[key] = other
                elif key in mark:
                    del mark[key]
        outlines.Count = sum(1 + max(0, int(mark.get("/Count", 0))) for mark in marks)
        return outlines

    def _file(self, file: Attachment) -> Any:
        stream = pikepdf.Stream(self._out, file.data)
        stream.Type, stream.Subtype = Name.EmbeddedFile, Name(f"/{file.mime}")
        stream.Params = Dictionary(Size=len(file.data), ModDate=String(_DATE))
        inside = Dictionary(F=stream, UF=stream)
        return self._out.make_indirect(
            Dictionary(
                Type=Name.Filespec, F=String(file.name), UF=String(file.name), EF=inside,
                AFRelationship=Name(f"/{file.relationship}"), Desc=String(file.description),
            )
        )  # fmt: skip


def _pairs(items: Sequence[tuple[str, Any]]) -> Array:
    def flat() -> Iterator[Any]:
        for name, value in items:
            yield String(name)
            yield value

    return Array(list(flat()))
