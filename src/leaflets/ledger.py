"""What became of every block of a monograph in a leaflet."""

from __future__ import annotations

from dataclasses import dataclass

from leaflets.monograph import Block


@dataclass(frozen=True, slots=True)
class Entry:
    """The fate of one block."""

    block: Block
    fate: str
    """``shown``, ``rewritten``, ``merged`` or ``omitted``."""
    section: str | None
    """The leaflet's section, or None when it is left out."""
    rule: str
    reason: str
    shown_text: str | None
    """As it prints in the leaflet's locale."""

    def to_json(self) -> dict[str, str | int | None]:
        """The object that ``leaflets explain --json`` prints."""
        return {
            "id": self.block.id,
            "line": self.block.line,
            "section": self.block.section,
            "text": self.block.text,
            "fate": self.fate,
            "leaflet_section": self.section,
            "shown_text": self.shown_text,
            "rule": self.rule,
            "reason": self.reason,
        }


Ledger = tuple[Entry, ...]
