"""What a copy's label says: the personal part, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """One field: what it is called, and what it says. Its text prints as it is; a line feed in it ends a line."""

    caption: str
    """In the leaflet's language, with its colon if it wants one; may be empty."""
    text: str
    lang: str = ""
    """BCP 47 tag of the text, where it is not the leaflet's language."""
    bold: bool = False
    name: str = ""
    """What messages call the field; its caption where this is empty."""
    common: bool = False
    """Whether it says the same on many copies, and nothing of a person: it is kept in memory then."""


@dataclass(frozen=True, slots=True, repr=False)
class DayGrid:
    """When to take how much: a column for each time of day, in the leaflet's language."""

    captions: tuple[str, str, str, str]
    texts: tuple[str, str, str, str]
    """May be empty: nothing at that time."""


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Code:
    """A QR code, and what stands beside it for those who cannot scan it. One object for all copies is drawn once."""

    matrix: tuple[tuple[int, ...], ...]
    """Rows of dark (1) and light (0) modules without a border, as `segno`'s ``QRCode.matrix``."""
    text: str
    alt: str
    """What the picture is, for those who do not see it."""


@dataclass(frozen=True, slots=True, repr=False)
class StampText:
    """All of a label. Nothing here has a ``repr``: no traceback or log shall show whose it is."""

    lines: tuple[Line, ...]
    grid: DayGrid | None = None
    code: Code | None = field(default=None)
