"""Text -> rough sentences: enough to quote one, or to see whether all are of a kind."""

from __future__ import annotations

import re
from collections.abc import Iterator

_END = re.compile(r"(?<=[.!?])(?<!e\.g\.)(?<!i\.e\.)(?<!vs\.)(?<!approx\.)(?<!Dr\.)(?<!No\.)\s+(?=[A-Z(“\"\d])|\n+")


def sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each sentence, without blanks around it."""
    start = 0
    for end in [match.span() for match in _END.finditer(text)] + [(len(text), len(text))]:
        piece = text[start : end[0]]
        if piece.strip():
            yield start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())
        start = end[1]


def sentences(text: str) -> list[str]:
    """The sentences of a text."""
    return [text[start:end] for start, end in sentence_spans(text)]
