"""Text -> the parts of it that no translator touches: quantities, names of medicines, words with digits in them."""

from __future__ import annotations

import re

from leaflets.lexicon import words_of
from leaflets.plain import Names
from leaflets.quantities import Units, find_quantities

_CODE = re.compile(r"(?<![\w-])(?=[\w-]*[0-9])(?=[\w-]*[^\W\d_])[\w*-]+|\bP-gp\b|\bHLA-\w+\b")
_BETWEEN = re.compile(r"[Bb]etween[ \u00a0]$")
_DIGITS = re.compile(r"\d+")


def name_spans(text: str, names: Names) -> tuple[tuple[int, int], ...]:
    """Where a text says a name of the monograph's, longest first, none within another; and where it says a code."""
    words = list(words_of(text))
    keys = [match.group().casefold() for match in words]
    out: list[tuple[int, int]] = []
    at = 0
    while at < len(words):
        for size in range(min(names.longest, len(words) - at), 0, -1):
            if tuple(keys[at : at + size]) in names.words:
                out.append((words[at].start(), words[at + size - 1].end()))
                at += size
                break
        else:
            at += 1
    return _merged([*out, *(match.span() for match in _CODE.finditer(text))])


def kept_spans(text: str, names: Names, units: Units) -> tuple[tuple[int, int], ...]:
    """All parts that stay as they are, in order."""
    spans = list(name_spans(text, names))
    for quantity in find_quantities(text, units):
        # "between 30 and 60 minutes" is a range because of its first word, which is not part of it.
        lead = _BETWEEN.search(text, max(0, quantity.start - 8), quantity.start)
        spans.append((lead.start() if lead else quantity.start, quantity.end))
    return _merged([*spans, *(match.span() for match in _DIGITS.finditer(text))])


def _merged(spans: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    out: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return tuple(out)
