"""What a reader, or a program, gets when it takes the text out of a finished PDF."""

from __future__ import annotations

import ctypes
import io
import re
from typing import Any

from leaflets.errors import PdfError, Problem

_JOIN = "\ufffe"
"""What PDFium puts for any hyphen at the end of a line, whose other half it draws to it."""
LINE_HYPHEN = "LineHyphen"
"""Our key in the properties of marked content: its last hyphen is not in the text, only the line's end brought it."""
LOGICAL = "LogicalText"
"""Our key in the properties of marked content, in leaflets from right to left: its text in the order of reading. What
programs make of the glyphs there is guesswork (Nastaliq draws dots apart from their letters), and ``ActualText`` they
turn round, digits included."""
INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200e\u200f\u2060\u2066\u2067\u2068\u2069\ufeff"))
"""For ``str.translate``: what no page shows, and no text of one holds."""
_SPACES = re.compile("[^\\S\n]+")


def extract_text(data: bytes) -> str:
    """The text, a line per printed line, a form feed between pages.

    Words that were hyphenated at the end of a line are whole again. Every kind of space (fixed, narrow) is a plain
    one, and marks that only steer direction or breaking are gone. Everything else is as printed: signs and digits
    are not touched.
    """
    import pypdfium2  # type: ignore[import-untyped]

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise PdfError(Problem("pdf-unreadable", f"The file cannot be read as a PDF: {error}.")) from error
    try:
        return "\f".join(_clean(_page_text(page.get_textpage())) for page in document)
    finally:
        document.close()


def logical_text(data: bytes) -> str:
    """The text of a leaflet from right to left in the order of reading, a line per piece of a line; else nothing."""
    import pikepdf

    out = []
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            lines = []
            for instruction in pikepdf.parse_content_stream(page, "BDC"):
                operands: Any = instruction.operands
                if len(operands) > 1 and isinstance(operands[1], pikepdf.Dictionary) and f"/{LOGICAL}" in operands[1]:
                    lines.append(str(operands[1][f"/{LOGICAL}"]))
            out.append(_clean("\n".join(lines)))
    return "\f".join(out) if any(out) else ""


def _page_text(page: Any) -> str:
    text: str = page.get_text_range()
    if _JOIN not in text:
        return text
    import pypdfium2.raw as raw  # type: ignore[import-untyped]

    # "anti-" at the end of a line keeps its hyphen, "Wechsel-" does not: the tag around it says which.
    ends = [i for i in range(page.count_chars()) if raw.FPDFText_IsHyphen(page.raw, i) == 1]
    pieces = text.split(_JOIN)
    known = len(ends) == len(pieces) - 1
    signs = ["" if _is_soft(raw, page.raw, end) else "-" for end in ends] if known else ["-"] * len(pieces)
    return pieces[0] + "".join(sign + piece for sign, piece in zip(signs, pieces[1:], strict=False))


def _is_soft(raw: Any, page: Any, index: int) -> bool:
    item = raw.FPDFText_GetTextObject(page, index)
    for number in range(raw.FPDFPageObj_CountMarks(item)):
        mark = raw.FPDFPageObj_GetMark(item, number)
        if raw.FPDFPageObjMark_GetParamIntValue(mark, LINE_HYPHEN.encode(), ctypes.c_int()):
            return True
    return False


def _clean(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(INVISIBLE)
    return "\n".join(_SPACES.sub(" ", line).strip() for line in text.split("\n"))
