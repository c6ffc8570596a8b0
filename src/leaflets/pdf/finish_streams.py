"""Streams of a PDF in the making: what PDF/A and PDF/UA ask of them beyond what the engine writes.

Imports the engine's PDF writer; to be imported inside functions only.
"""

from __future__ import annotations

import io
import zlib
from typing import Any

import pydyf  # type: ignore[import-untyped]

_AMBIGUOUS = b"\r\nendstream"
"""A stream whose last byte is a carriage return: a strict reader takes it for a part of the line's end, and finds the
stream a byte too short. One stream in 256 ends like that by chance."""

_LEVEL = 6
"""Level 9 takes twice the time for two bytes in a hundred."""
_TRIES = 8
"""A picture that ends so cannot be helped: readers that follow the stream's length have no trouble with it."""


def mend_streams(pdf: Any) -> None:
    """Mend what is there before the file is written, and compress it once (the engine would do it twice)."""
    for item in pdf.objects:
        if isinstance(item, pydyf.Stream):
            # PDF/A has readers draw pictures as they are.
            if "Interpolate" in item.extra:
                item.extra["Interpolate"] = "false"
            if b"begincmap" in item.stream:
                item.stream = [_said(line) for line in item.stream]
            if item.compress:
                _compress(item)


def mend_ends(data: bytes, pdf: Any, count: int) -> bytes:
    """Write again when one of the streams that writing itself makes ends ambiguously.

    ``count`` is how many objects the file had before. An empty object that nothing refers to changes those streams.
    """
    for _ in range(_TRIES):
        if _AMBIGUOUS not in data:
            break
        del pdf.objects[count:]
        pdf.add_object(pydyf.Dictionary())
        count += 1
        pdf.current_position = 0
        file = io.BytesIO()
        pdf.write(file, b"1.7", True, True)
        data = file.getvalue()
    return data


def _said(line: Any) -> Any:
    """A line of a font's map from glyphs to characters.

    A glyph whose character is told by its neighbor (vowel signs of India) has none; PDF/UA wants one for each. It gets
    a word joiner, which nobody sees or hears.
    """
    return line[:-1] + b"2060>" if isinstance(line, bytes) and line.endswith(b" <>") else line


def _compress(stream: Any) -> None:
    content = b"\n".join(part if isinstance(part, bytes) else pydyf._to_bytes(part) for part in stream.stream)
    packed = zlib.compress(content, _LEVEL)
    if packed.endswith(b"\r"):
        # A line's end after operators or a font's tables says nothing.
        content += b"\n"
        packed = zlib.compress(content, _LEVEL)
        if "Length1" in stream.extra:
            stream.extra["Length1"] = len(content)
    stream.stream, stream.compress = [packed], False
    stream.extra["Filter"] = "/FlateDecode"
