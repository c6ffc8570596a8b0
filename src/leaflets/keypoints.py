"""The three to five most important things of a leaflet, drawn from its own blocks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from leaflets.labels import without_label
from leaflets.leaflet import KeyPoint, Line
from leaflets.locales import SOURCE_ABROAD
from leaflets.monograph import Block, Kind, Run, State
from leaflets.quantities import print_quantities
from leaflets.routing import Routed
from leaflets.runs import slice_runs, trim_runs
from leaflets.sentences import sentence_spans
from leaflets.spans import finished_lines, translated_lines
from leaflets.variant import KeySpec
from leaflets.wording import Worded, Worder

MOST_KEY_POINTS = 5
_LEANS_ON_BEFORE = re.compile(
    r"(it|this|they|these|those|yes|no|however|therefore|also|if so|but|he|she|in addition|additionally|such|both)\b",
    re.IGNORECASE,
)


def key_points(
    shown: Sequence[Routed], worded: Mapping[str, Worded], worder: Worder, keys: Sequence[KeySpec], tag: str
) -> tuple[KeyPoint, ...]:
    """Up to five, in the order of ``keys``, in words of the source, in their plain form or translated."""
    acronyms = worder.key_acronyms()
    out: list[KeyPoint] = []
    sayings: list[tuple[Run, ...]] = []
    for spec in keys:
        blocks = [
            item.block if worder.abroad else worder.said_by_hand(item.block, worded)
            for source in spec.sources
            for item in shown
            if item.target == source and item.block.state is State.STATED and item.block.kind is not Kind.QUESTION
        ]
        pieces = _items(spec, blocks) if spec.items else _sentence(spec, blocks)
        if worder.abroad:
            out += _abroad(spec, pieces, worded, worder, tag)
        elif pieces and not any(pieces[0][1] == said for said in sayings):
            sayings.append(pieces[0][1])
            said = [worder.key_runs(block, runs, acronyms) for block, runs in pieces]
            lines = tuple(
                line for runs in said for line in finished_lines(runs, worder.units, tag, plain=worder.variant.plain)
            )
            out.append(KeyPoint(spec.heading, spec.icon, lines, tuple(block.id for block, _ in pieces)))
        if len(out) == MOST_KEY_POINTS:
            break
    return tuple(out)


def _abroad(
    spec: KeySpec, pieces: Sequence[tuple[Block, tuple[Run, ...]]], worded: Mapping[str, Worded], worder: Worder,
    tag: str,
) -> list[KeyPoint]:  # fmt: skip
    """The same in another language: of a translated block all of it, since nobody knows where its sentences end."""
    lines: list[Line] = []
    blocks: list[str] = []
    langs = {worded[block.id].lang for block, _ in pieces}
    for block, runs in pieces:
        said = worded[block.id]
        if said.lang and len(langs) == 1:
            lines += finished_lines(runs, worder.units, SOURCE_ABROAD, plain=worder.variant.plain, lang=said.lang)
        elif said.translated and (spec.items or len(block.text.split()) <= 2 * spec.max_words):
            printed = print_quantities(block.text, worder.units, tag, plain=worder.variant.plain)
            lines += translated_lines(said.block.runs, [quantity.printed for quantity in printed])
        else:
            break
        blocks.append(block.id)
    lang = langs.pop() if len(langs) == 1 else ""
    return [KeyPoint(spec.heading, spec.icon, tuple(lines), tuple(blocks), lang)] if lines else []


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


def _sentence(spec: KeySpec, blocks: Sequence[Block]) -> list[tuple[Block, tuple[Run, ...]]]:
    """The first short block, or else sentence, that says it and can stand alone, whole and in the source's words."""
    for block in blocks:
        if block.cells or block.text.rstrip().endswith(":"):
            continue
        about = spec.pattern is None or (block.label is not None and spec.pattern.search(block.label) is not None)
        named = about and block.label is not None and len(block.label.split()) > 1
        runs = block.runs if named else without_label(block)
        text = "".join(run.text for run in runs)
        for start, end in [*([(0, len(text))] if about else []), *sentence_spans(text)]:
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
