"""The three to five most important things of a leaflet, drawn from its own blocks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from leaflets.labels import without_label
from leaflets.leaflet import KeyPoint
from leaflets.monograph import Block, Kind, Run, State
from leaflets.routing import Routed
from leaflets.runs import slice_runs, trim_runs
from leaflets.sentences import sentence_spans
from leaflets.spans import finished_lines
from leaflets.variant import KeySpec
from leaflets.wording import Worded, Worder

MOST_KEY_POINTS = 5
FEWEST_KEY_POINTS = 3
_LEANS_ON_BEFORE = re.compile(
    r"(it|this|they|these|those|yes|no|however|therefore|also|if so|but|he|she|in addition|additionally|such|both)\b",
    re.IGNORECASE,
)


def key_points(shown: Sequence[Routed], worded: Mapping[str, Worded], worder: Worder, tag: str) -> tuple[KeyPoint, ...]:
    """Up to five, in the order of the variant's list, in words of the source or in their plain form.

    In another language the source's text is what is chosen by, and only whole blocks are taken: their translations are
    whole texts too, and nobody here can tell where a sentence of theirs may stand alone.
    """
    acronyms = worder.key_acronyms()
    out: list[KeyPoint] = []
    sayings: list[tuple[Run, ...]] = []
    for spec in worder.variant.keys:
        blocks = [
            item.block if worder.foreign else worder.said_by_hand(item.block, worded)
            for source in spec.sources
            for item in shown
            if item.target == source and item.block.state is State.STATED and item.block.kind is not Kind.QUESTION
            and (not worder.foreign or item.block.id in worder.by_hand)
        ]  # fmt: skip
        pieces = _items(spec, blocks) if spec.items else _sentence(spec, blocks, whole=worder.foreign)
        if worder.foreign:
            pieces = [_translated(block, runs, worded) for block, runs in pieces]
        if pieces and not any(pieces[0][1] == said for said in sayings):
            sayings.append(pieces[0][1])
            said = [worder.key_runs(block, runs, acronyms) for block, runs in pieces]
            lines = tuple(
                line
                for runs in said
                for line in finished_lines(runs, worder.units, tag, plain=worder.variant.plain, local=worder.foreign)
            )
            out.append(KeyPoint(spec.heading, spec.icon, lines, tuple(block.id for block, _ in pieces)))
        if len(out) == MOST_KEY_POINTS:
            break
    return tuple(out)


def _translated(block: Block, runs: tuple[Run, ...], worded: Mapping[str, Worded]) -> tuple[Block, tuple[Run, ...]]:
    said = worded[block.id].block
    return said, said.runs if runs == block.runs else without_label(said)


def _items(spec: KeySpec, blocks: Sequence[Block]) -> list[tuple[Block, tuple[Run, ...]]]:
    """The first items of a list, whole and in their order, until their words are used up.

    A long item ends them: skipping it for a shorter one below it would hide the worst.
    """
    out: list[tuple[Block, tuple[Run, ...]]] = []
    left = spec.max_words
    for block in blocks:
        if block.kind is not Kind.ITEM or block.section == "faqs" or block.depth > 0:
            continue
        left -= len(block.text.split())
        if left < 0 or len(out) == spec.items or block.text.rstrip().endswith(":"):
            break
        out.append((block, block.runs))
    if not out and blocks and blocks[0].kind is Kind.PARAGRAPH and len(blocks[0].text.split()) <= spec.max_words:
        out = [(blocks[0], blocks[0].runs)]
    return [] if out and out[0][0].text.rstrip().endswith(":") else out


def _sentence(spec: KeySpec, blocks: Sequence[Block], *, whole: bool = False) -> list[tuple[Block, tuple[Run, ...]]]:
    """The first short block, or else sentence, that says it and can stand alone, whole and in the source's words."""
    for block in blocks:
        if block.cells or block.text.rstrip().endswith(":"):
            continue
        about = spec.pattern is None or (block.label is not None and spec.pattern.search(block.label) is not None)
        named = about and block.label is not None and len(block.label.split()) > 1
        runs = block.runs if named else without_label(block)
        text = "".join(run.text for run in runs)
        sentences = [(0, len(text))] if whole else sentence_spans(text)
        for start, end in [*([(0, len(text))] if about else []), *sentences]:
            said = text[start:end].strip()
            if not about and spec.pattern is not None and not spec.pattern.search(said):
                continue
            # A label with a letter behind it ("Pregnancy Category: B.") tells a reader nothing.
            beside = said.removeprefix(block.label or "").split()
            if (
                len(beside) > 3
                and len(said.split()) <= spec.max_words
                and not _LEANS_ON_BEFORE.match(said)
                and said[-1] in ".!"
            ):
                return [(block, trim_runs(slice_runs(runs, start, end)))]
    return []
