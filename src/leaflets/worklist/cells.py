"""One cell's text -> its typed value, or what is wrong with it. No message quotes the cell."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from functools import lru_cache

from leaflets.errors import TranslationError
from leaflets.locales import canonical_tag, tag_chain

EDITIONS = ("standard", "large-print")
PAPERS = ("a4", "letter")
LONGEST = {"patient": 300, "directions": 2000, "prescriber": 200, "number": 100, "date": 100, "quantity": 100}
"""Characters. A label area has room for far fewer; these only keep out what cannot be meant for a label."""
LONGEST_PACKET = 100
LONGEST_PART, LONGEST_OUTPUT = 200, 400
"""UTF-8 bytes of one part of an output name, and of the whole: file systems end at 255, and some at 143 or 260."""

# Bidirectional embeddings, overrides and isolates can show "0.5" for "5.0" (Unicode TR 36, 2.2); line and paragraph
# separators break a line in some programs only; a replacement character stands where a sign was lost before. Signs
# without width do harm within a number only: elsewhere they are spelling, in Persian and in Indian scripts.
_HARM = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffd\ud800-\udfff]"
    r"|(?<=[\d.,])[\xad\u034f\u061c\u200b-\u200f\u2060-\u2064](?=[\xad\u034f\u061c\u200b-\u200f\u2060-\u2064\d.,])"
)
_BAD_IN_NAME = re.compile(r'[\\<>:"|?*]')
# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]) *(?:\..*)?", re.IGNORECASE)
_OURS = re.compile(r"[0-9]{5,}-[^/]+\.[a-z0-9_-]+\.[a-z]{2,3}(?:-[a-z0-9]+)*(?:\.[a-z-]+)?\.pdf", re.IGNORECASE)
"""Names of copies whose rows give none (`leaflets.copies`): another row may have this one."""


class CellError(ValueError):
    """What is wrong with a cell, in words that follow the column's name, and what to do."""

    def __init__(self, rule: str, message: str, hint: str | None = None) -> None:
        super().__init__(rule, message, hint)
        self.rule, self.message, self.hint = rule, message, hint


def check_text(column: str, text: str) -> str:
    """Text for a label, verbatim but for blanks at its ends and the kind of its line ends. Raises CellError."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip(" \t\n")
    if not text:
        return ""
    check_signs(text)
    if len(text) > LONGEST[column]:
        raise CellError("cell-too-long", f"has {len(text):,} characters; the limit is {LONGEST[column]:,}")
    if column != "directions" and "\n" in text:
        raise CellError("cell-lines", "holds a line break", "only directions may have several lines")
    return text


def check_signs(text: str) -> None:
    """Raise CellError for a sign that no reader sees or that makes a reader see something else."""
    found = _HARM.search(text)
    if found is None:
        return
    sign = ord(found[0])
    if 0xDC80 <= sign <= 0xDCFF:  # what "surrogateescape" makes of a byte that is no UTF-8
        hint = "save the file as UTF-8; older programs write Windows-1252"
        raise CellError("not-utf8", f"holds the byte 0x{sign - 0xDC00:02X}, which is not UTF-8", hint)
    name = unicodedata.name(found[0], "control character")
    if sign == 0xFFFD:
        raise CellError("lost-character", "holds U+FFFD: a sign was lost when this file was written", "type it anew")
    raise CellError("hidden-character", f"holds U+{sign:04X} ({name}), which no reader sees", "type the text anew")


def read_choice(text: str, known: tuple[str, ...], what: str) -> str:
    """One of a few words, in any case. Raises CellError."""
    folded = text.casefold()
    for word in known:
        if word.casefold() == folded:
            return word
    raise CellError(f"{what}-unknown", f"names no {what} that there is", f"known: {', '.join(known)}")


@lru_cache(maxsize=256)
def read_locale(text: str, known: tuple[str, ...]) -> str:
    """A locale's canonical tag. Raises CellError."""
    hint = f"there is text for {', '.join(known)}" if known else "write a tag such as en-US or en-GB"
    try:
        tag = canonical_tag(text.replace("_", "-"))
    except TranslationError:
        raise CellError("locale-unknown", "names no locale", hint) from None
    if known and not spoken(tag, known):
        raise CellError("no-catalogue", "names a locale for which there is no approved text", hint)
    return tag


def spoken(tag: str, known: Collection[str]) -> bool:
    """Whether one of the known locales speaks for a locale: ``es`` does for ``es-US``."""
    return not {tag, *tag_chain(tag)}.isdisjoint(known)


def read_pages(text: str) -> int:
    """A number of pages, 0 for ``full``. Raises CellError."""
    if text.casefold() == "full":
        return 0
    if re.fullmatch(r"[1-9][0-9]?", text) is None:
        raise CellError("pages-wrong", "is no number of pages", "write a number from 1 to 99, or full")
    return int(text)


def read_packet(text: str) -> str:
    """The word that the rows of one packet share. Raises CellError."""
    check_signs(text)
    if "\n" in text or "\r" in text:
        raise CellError("cell-lines", "holds a line break", "write a word or a number")
    if len(text) > LONGEST_PACKET:
        raise CellError("cell-too-long", f"has {len(text):,} characters; the limit is {LONGEST_PACKET}")
    return unicodedata.normalize("NFC", text)


def read_output(text: str) -> str:
    """A file name below the output folder, with ``.pdf`` at its end. Raises CellError."""

    def bad(message: str) -> CellError:
        return CellError("output-name", message, "write a name such as 0017.pdf or ward-3/0017.pdf")

    check_signs(text)
    name = unicodedata.normalize("NFC", text)
    if not name.casefold().endswith(".pdf"):
        name += ".pdf"
    if "\n" in name or "\t" in name or not all(c.isprintable() or c in "\u200c\u200d" for c in name):
        raise bad("holds a sign that cannot be seen")
    if found := _BAD_IN_NAME.search(name):
        raise bad(f"holds “{found[0]}”, which not every system allows in a file name")
    if _OURS.fullmatch(name):
        raise bad("is like those that rows without a name get, and could be another row's")
    parts = name.split("/")
    if name.startswith("/") or any(part in ("", ".", "..") for part in parts):
        raise bad("leads out of the output folder or through an empty part")
    for number, part in enumerate(parts, 1):
        if part.startswith((".", " ", "~", "-")) or part.endswith((".", " ")) or part.casefold() == ".pdf":
            raise bad("has a part that starts with a point, blank, tilde or hyphen, or ends with a point or blank")
        if _RESERVED.fullmatch(part):
            raise bad("has a part that Windows keeps for a device")
        if len(part.encode()) > LONGEST_PART:
            raise bad(f"has a part of more than {LONGEST_PART} bytes")
        if number < len(parts) and part.casefold().endswith(".pdf"):
            raise bad("has a folder whose name ends in .pdf, which would bar the way to a file")
    if len(name.encode()) > LONGEST_OUTPUT:
        raise bad(f"is longer than {LONGEST_OUTPUT} bytes")
    return name


def same_output(name: str) -> str:
    """What two names share when some file system takes them for one: composed, without case."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
