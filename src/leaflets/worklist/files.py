"""A path -> an open worklist of a known encoding, or why it is none."""

from __future__ import annotations

import codecs
import errno
import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from leaflets.errors import ContentError, Problem

_HEAD = 4096
_NONE_OF_OURS = (
    (b"PK\x03\x04", "an Excel workbook or a ZIP archive", "in Excel, save it as “CSV UTF-8”"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", "in Excel, save it as “CSV UTF-8”"),
    (b"%PDF", "a PDF", "name a CSV or FHIR file"),
    (b"\x1f\x8b", "compressed", "unpack it first"),
    (codecs.BOM_UTF32_LE, "UTF-32", "save it as UTF-8"),
    (codecs.BOM_UTF32_BE, "UTF-32", "save it as UTF-8"),
)
_UNREADABLE = {
    errno.ENOENT: ("not-found", "there is no such file", "check the path and its spelling"),
    errno.ENOTDIR: ("not-found", "there is no such file: a part of its path is not a folder", "check the path"),
    errno.ENAMETOOLONG: ("not-found", "there is no such file: its name is too long", "check the path"),
    errno.EACCES: ("not-readable", "you may not read this file", "ask its owner for permission to read it"),
    errno.EPERM: ("not-readable", "you may not read this file", "ask its owner for permission to read it"),
}


def open_worklist(path: Path, file: str) -> IO[bytes]:
    """The open file, at its start. Raises ContentError for what is no regular, readable file."""
    try:
        # Opened without waiting: a pipe would block.
        stream = os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb")
    except ValueError:  # a NUL in the path
        raise ContentError(Problem("not-found", "there is no such file", file=file)) from None
    except IsADirectoryError:
        raise ContentError(Problem("is-a-folder", "this is a folder, not a file", file=file)) from None
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        rule, message, hint = _UNREADABLE.get(error.errno or 0, ("not-readable", f"reading failed: {reason}", None))
        raise ContentError(Problem(rule, message, file=file, hint=hint)) from None
    if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
        stream.close()
        hint = "write the worklist into a file first: it is read more than once"
        raise ContentError(Problem("not-a-file", "this is a folder, pipe or device", file=file, hint=hint))
    return stream


def is_json(stream: IO[bytes]) -> bool:
    """Whether the first sign is a bracket of JSON, which no header of a CSV file starts with."""
    stream.seek(0)
    return stream.read(_HEAD).removeprefix(codecs.BOM_UTF8).lstrip(b" \t\r\n")[:1] in (b"{", b"[")


def encoding_of(stream: IO[bytes], file: str) -> str:
    """The encoding, by the first bytes. Raises ContentError when these are no text."""
    stream.seek(0)
    head = stream.read(_HEAD)
    if not head.strip(b"\xef\xbb\xbf \t\r\n"):
        message = "the file is empty" if not head.strip(b"\xef\xbb\xbf") else "the file starts with nothing but blanks"
        raise ContentError(Problem("empty-file", message, file=file, line=1))
    for start, what, hint in _NONE_OF_OURS:
        if head.startswith(start):
            raise ContentError(Problem("not-text", f"the file is {what}, not a worklist", file=file, hint=hint))
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    first_line = head.split(b"\n")[0]
    if b"\0" in first_line:
        hint = "if it is UTF-16 without a byte-order mark, save it as UTF-8"
        message = f"byte {first_line.index(0) + 1} of the first line is NUL: this is no text"
        raise ContentError(Problem("binary-file", message, file=file, line=1, hint=hint))
    return "utf-8-sig"


@contextmanager
def text_of(stream: IO[bytes], encoding: str) -> Iterator[io.TextIOWrapper]:
    """The file's text from its start, line ends as they are; the stream stays open.

    What cannot be decoded does not stop the reading: it becomes a sign that no cell may hold, so that the error names
    its row and column.
    """
    stream.seek(0)
    errors = "surrogateescape" if encoding == "utf-8-sig" else "replace"
    text = io.TextIOWrapper(stream, encoding=encoding, errors=errors, newline="")
    try:
        yield text
    finally:
        text.detach()
