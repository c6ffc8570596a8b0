"""The seal of a stamped copy: bytes -> where its base ends, and whether base and copy are what they were.

A copy is its base, byte for byte, and an incremental update behind it. The base keeps its own seal (`attachments`). The
update ends with a cross-reference stream whose dictionary says

    /XXLeafletsCopy<</Base 41234/Seal<64 hexadecimal digits>>>

how long the base is, and the SHA-256 of the whole copy with those digits zeroed. So every byte of a copy is under one
seal, and those of its base under two. It is no signature: see `attachments`.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any

from leaflets.pdf.attachments import UNSEALED, is_sealed

_MARK = re.compile(rb"/XXLeafletsCopy<</Base (\d{1,10})/Seal<([0-9a-f]{64})>>>")
_TAIL = 4096
"""The mark lies in the last bytes: a cross-reference stream of a few hundred objects at most."""


@dataclass(frozen=True, slots=True)
class CopySeal:
    """What a copy says of itself, and whether it is true."""

    base: int
    """Length of the base, in bytes."""
    digest: str
    """Of the whole copy: what its seal says."""
    intact: bool
    """Whether base and copy are, byte for byte, what was sealed."""


def copy_mark(base: int) -> bytes:
    """The mark to be written into a copy's trailer; `seal_copy` fills it."""
    return b"/XXLeafletsCopy<</Base %d/Seal<%s>>>" % (base, UNSEALED.encode())


def seal_copy(base: bytes, body: bytes, end: bytes, digest: Any) -> bytes:
    """A copy with its seal set, in ``end``; ``digest`` is a SHA-256 that has read the base and the body."""
    places = list(_MARK.finditer(end))
    if len(places) != 1 or int(places[0].group(1)) != len(base):
        raise ValueError("the update has no place for a seal")
    start, stop = places[0].span(2)
    digest = digest.copy()
    digest.update(end)
    return b"".join((base, body, end[:start], digest.hexdigest().encode(), end[stop:]))


def read_copy_seal(data: bytes) -> CopySeal | None:
    """The seal of a copy, or None for what is none."""
    tail = max(0, len(data) - _TAIL)
    places = list(_MARK.finditer(data, tail))
    if not places:
        return None
    mark = places[-1]
    base = int(mark.group(1))
    start, end = mark.span(2)
    blank = hashlib.sha256(data[:start])
    blank.update(UNSEALED.encode())
    blank.update(data[end:])
    whole = len(places) == 1 and base <= tail + _TAIL and blank.hexdigest().encode() == mark.group(2)
    return CopySeal(base, mark.group(2).decode(), whole and base < start and is_sealed(data[:base]) is True)
