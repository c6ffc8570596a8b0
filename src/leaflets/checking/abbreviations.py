"""Ways to write a dose that are known to be misread: a pair -> findings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from leaflets.checking.model import Both, Finding, Weight
from leaflets.checking.quantities import finding_of

_ABBREVIATIONS = re.compile(
    r"(?<![\w.])(?:q\.?d\.?|b\.?i\.?d\.?|t\.?i\.?d\.?|q\.?i\.?d\.?|q\.?o\.?d\.?|prn|q\d{1,2}h)(?!\w)"
)
_NAKED = re.compile(r"[.,](?<![\d.,\w][.,])\d")
_TRAILING = re.compile(r"[.,](?<=\d[.,])0(?!\d)")


def forbidden(both: Both) -> Iterator[Finding]:
    """No dose abbreviation that is known to be misread (ISMP list of error-prone abbreviations)."""
    found = _ABBREVIATIONS.search(both.target.text)
    if found:
        yield finding_of(both, "abbreviation", f"“{found[0]}” is a dose abbreviation", "write it out", (found[0],))
    words = both.target.text.split()
    for short, instead in (both.target.language.forbidden if both.target.language else {}).items():
        if short.casefold() in words:
            said = f"“{short}” is a dose abbreviation"
            yield finding_of(both, "abbreviation", said, f"write “{instead}”", (short,))
    if _NAKED.search(both.target.text) and not _NAKED.search(both.source.text):
        said = "a number begins with its decimal sign"
        yield finding_of(both, "number-form", said, "write 0 before it", weight=Weight.MAJOR)
    if _TRAILING.search(both.target.text) and not _TRAILING.search(both.source.text):
        said = "a number ends in a zero behind its decimal sign"
        yield finding_of(both, "number-form", said, "5.0 is read as 50", weight=Weight.MAJOR)
