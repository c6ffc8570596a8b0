"""Block + catalogues + approvals -> what stands for the block in a locale, and whether a person has approved it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from leaflets.approvals import NO_APPROVALS, Approval, Approvals
from leaflets.catalogue import Catalogue, Written, tidied
from leaflets.inline import cells_of, joined_cells, marked, marked_row, plain_text, runs_of
from leaflets.labels import lead_label
from leaflets.monograph import Block, Kind, Run, State


class TextState(StrEnum):
    """How far a text is on its way from a translator to a reader."""

    APPROVED = "approved"
    """A person's last word on exactly this pair is yes."""
    UNAPPROVED = "unapproved"
    """It is translated; nobody has approved this pair, or it was rejected."""
    FUZZY = "fuzzy"
    """What there is was written for another source, or is a proposal: it never prints."""
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Translated:
    """What stands for a block."""

    runs: tuple[Run, ...] | None
    """None where the state is fuzzy or missing: then only the source's own words can stand."""
    state: TextState
    cells: tuple[tuple[Run, ...], ...] = ()
    """Of a table's row."""
    file: str = ""
    line: int = 0
    """Where it is written."""
    approval: Approval | None = None
    """The last word on the pair, approved or rejected."""
    fault: str = ""
    """Why a text that is there cannot be used."""


def role_of(block: Block) -> str:
    """What a block is to a translator: ``label``, or its kind."""
    is_label = block.state in (State.LABEL, State.ALONE) and block.kind is not Kind.HEADING
    return "label" if is_label else block.kind.value


def context_of(block: Block, variant: str) -> str:
    """The context of a block's message: ``patient/dosage.children/item``.

    It holds no number of the block, so that a block that moves within its section keeps its translation.
    """
    return f"{variant}/{block.section}/{role_of(block)}"


def message_of(block: Block) -> str:
    """The text of a block's message, with its marks."""
    return marked_row(block.cells) if block.cells else marked(block.runs)


def keys_of(block: Block, variant: str) -> tuple[tuple[str, str], ...]:
    """Context and source under which a block's text may stand, the most telling first."""
    text = message_of(block)
    return tuple(dict.fromkeys([(context_of(block, variant), text), (variant, text), (variant, block.text)]))


def translate_block(
    block: Block, catalogues: Sequence[Catalogue], variant: str, approvals: Approvals = NO_APPROVALS
) -> Translated:
    """What stands for a block: in the first of the catalogues that has it, under its most telling context."""
    keys = keys_of(block, variant)
    for catalogue in catalogues:
        for key in keys:
            if (written := catalogue.texts.get(key)) is not None:
                return _translated(block, written, catalogue, approvals)
    for catalogue in catalogues:
        for key in keys:
            if (written := catalogue.drafts.get(key)) is not None:
                return Translated(None, TextState.FUZZY, (), catalogue.file, written.line)
    return Translated(None, TextState.MISSING)


def with_text(block: Block, said: Translated) -> Block:
    """The block with the text that stands for it; the block itself where nothing does."""
    if said.runs is None:
        return block
    label = lead_label(said.runs)[0] if block.label is not None else None
    if block.label is not None and label is None and role_of(block) == "label":
        label = plain_text(said.runs).strip().rstrip(":：").strip()  # longer in this language than a label in ours
    return replace(block, runs=said.runs, cells=said.cells, label=label)


def _translated(block: Block, written: Written, catalogue: Catalogue, approvals: Approvals) -> Translated:
    cells: tuple[tuple[Run, ...], ...] = ()
    if block.cells:
        cells = cells_of(written.target)
        if len(cells) != len(block.cells):
            fault = f"it has {len(cells)} cells, its source {len(block.cells)}"
            return Translated(None, TextState.MISSING, (), catalogue.file, written.line, fault=fault)
    word = approvals.of(catalogue.locale, written.context, written.source, written.target)
    state = TextState.APPROVED if word is not None and word.decision == "approved" else TextState.UNAPPROVED
    runs = joined_cells(cells) if cells else runs_of(written.target)
    return Translated(runs, state, cells, catalogue.file, written.line, word)


def title_key(title: str, variant: str) -> tuple[str, str]:
    """Context and source of the message that holds the leaflet's title."""
    return f"{variant}/title", marked((Run(tidied(title)),))


def translate_title(
    title: str, catalogues: Sequence[Catalogue], variant: str, approvals: Approvals = NO_APPROVALS
) -> Translated:
    """What stands for a monograph's title."""
    key = title_key(title, variant)
    for catalogue in catalogues:
        if (written := catalogue.texts.get(key)) is not None:
            word = approvals.of(catalogue.locale, written.context, written.source, written.target)
            approved = word is not None and word.decision == "approved"
            state = TextState.APPROVED if approved else TextState.UNAPPROVED
            return Translated(runs_of(written.target), state, (), catalogue.file, written.line, word)
    fuzzy = any(key in catalogue.drafts for catalogue in catalogues)
    return Translated(None, TextState.FUZZY if fuzzy else TextState.MISSING)
