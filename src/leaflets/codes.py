"""The code on a copy: an opaque word for what was printed, never for whom.

It stands for the bytes of the leaflet before anything personal was put on it, and so for source, rules and version at
once. Letters and digits are Crockford's base 32 (https://www.crockford.com/base32.html), which leaves out those that
are easily taken for each other; 16 of them hold 80 bits.
"""

from __future__ import annotations

import re

_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ALIKE = str.maketrans("OIL", "011")
_CODE = re.compile(r"[LI1]F((?:[0-9A-Z]){16})", re.ASCII)
_PARTED = re.compile(r"[\s\-\u00ad\u2010-\u2015\u2212]+")
_PRINTED = re.compile(rf"\bLF-(?:[-\s]{{0,2}}[{_SIGNS}]){{16}}\b")
"""On a page, where a line may have ended in it."""
_DIGITS = 20
"""Hexadecimal digits of the digest that a code holds."""


def code_of(sha256: str) -> str:
    """The code of a digest: ``LF-XXXX-XXXX-XXXX-XXXX``."""
    number = int(sha256[:_DIGITS], 16)
    signs = "".join(_SIGNS[number >> shift & 31] for shift in range(75, -1, -5))
    return "-".join(["LF", *(signs[start : start + 4] for start in range(0, 16, 4))])


def read_code(text: str) -> str | None:
    """A code as a person or a scanner gives it, written in the usual way; None for what is no code."""
    match = _CODE.fullmatch(_PARTED.sub("", text).upper())
    if match is None:
        return None
    signs = match[1].translate(_ALIKE)
    if any(sign not in _SIGNS for sign in signs):
        return None
    return "-".join(["LF", *(signs[start : start + 4] for start in range(0, 16, 4))])


def codes_on(page: str) -> tuple[str, ...]:
    """The codes that a printed text carries, each once, in its order."""
    read = (read_code(match[0]) for match in _PRINTED.finditer(page))
    return tuple(dict.fromkeys(code for code in read if code is not None))
