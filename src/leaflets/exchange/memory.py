"""All catalogues of a locale -> the translations that people have given to a text elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from leaflets.pofile import Po

PROPOSED = "proposed from "
"""Begins the comment that says where a proposal comes from; it goes when a person confirms the text."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A translation of the same text in another place."""

    target: str
    catalogue: str
    """``metformin.po``."""
    context: str

    @property
    def comment(self) -> str:
        """What the translator reads beside it."""
        return f"{PROPOSED}{self.catalogue} ({self.context}): confirm it, or write another"


class Memory:
    """Translations by their source. Equal texts only: what is merely alike is another dose."""

    def __init__(self, catalogues: Iterable[tuple[str, Po]]) -> None:
        """``catalogues``: names such as ``metformin.po`` with their content, in an order that does not change."""
        self._known: dict[str, list[Proposal]] = {}
        for name, po in catalogues:
            for entry in po.live:
                if entry.target.strip() and not entry.fuzzy:
                    self._known.setdefault(entry.source, []).append(Proposal(entry.target, name, entry.context))

    def propose(self, context: str, source: str, *, but: str = "") -> Proposal | None:
        """The best translation of a text: of the same context first, then of the same variant, then of any.

        ``but`` names the catalogue that asks.
        """
        variant = context.split("/")[0]
        found = [proposal for proposal in self._known.get(source, ()) if proposal.catalogue != but]
        return min(
            found, key=lambda p: (p.context != context, p.context.split("/")[0] != variant, p.catalogue, p.context),
            default=None,
        )  # fmt: skip


NO_MEMORY = Memory(())
