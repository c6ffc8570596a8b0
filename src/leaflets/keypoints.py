"""The three to five most important things of a leaflet, drawn from its own blocks."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence

from leaflets.labels import without_label
from leaflets.leaflet import KeyPoint, Line
from leaflets.locales import SOURCE_ABROAD
from leaflets.monograph import Block, Kind, State
from leaflets.routing import Routed
from leaflets.runs import slice_runs, trim_runs
from leaflets.sentences import sentence_spans
from leaflets.spans import finished_lines
from leaflets.translated import TextState
from leaflets.variant import KeySpec
from leaflets.wording import Runs, Worded, Worder

MOST_KEY_POINTS = 5
FEWEST_KEY_POINTS = 3
_LEANS_ON_BEFORE = re.compile(
    r"(it|this|they|these|those|yes|no|however|therefore|also|if so|but|he|she|in addition|additionally|such|both)\b",
    re.IGNORECASE,
)


def key_points(
    shown: Sequence[Routed], worded: Mapping[str, Worded], worder: Worder, keys: Sequence[KeySpec], tag: str
) -> tuple[KeyPoint, ...]:
    """Up to five, in the order of ``keys``, in words of the source or in their plain form.

    In another language the source's text is what is chosen by, and of a translated block all of it is taken: nobody
    here can tell where a sentence of it may stand alone.
    """
    acronyms = worder.key_acronyms()
    out: list[KeyPoint] = []
    sayings: list[Runs] = []
    for spec in keys:
        blocks = [
            item.block if worder.foreign else worder.said_by_hand(item.block, worded)
            for source in spec.sources
            for item in shown
            if item.target == source and item.block.state is State.STATED and item.block.kind is not Kind.QUESTION
        ]
        whole = worder.by_hand if worder.foreign else ()
        pieces = _items(spec, blocks) if spec.items else _sentence(spec, blocks, whole)
        if not pieces or any(pieces[0][1] == said for said in sayings):
            continue
        sayings.append(pieces[0][1])
        if worder.foreign:
            out += _abroad(spec, pieces, worded, worder, tag)
        else:
            said = [worder.key_runs(block, runs, acronyms) for block, runs in pieces]
            lines = tuple(
                line for runs in said for line in finished_lines(runs, worder.units, tag, plain=worder.variant.plain)
            )
            out.append(KeyPoint(spec.heading, spec.icon, lines, tuple(block.id for block, _ in pieces)))
        if len(out) == MOST_KEY_POINTS:
            break
    return tuple(out)


def _abroad(
    spec: KeySpec, pieces: Sequence[tuple[Block, Runs]], worded: Mapping[str, Worded], worder: Worder, tag: str
) -> list[KeyPoint]:
    """A point in another language: its translation or, where there is none, the source's words, never both."""
    lines: list[Line] = []
    langs = {worded[block.id].lang for block, _ in pieces}
    if len(langs) != 1:
        return []
    lang = langs.pop()
    for block, runs in pieces:
        said = runs if lang else _translated(block, runs, worded)
        lines += finished_lines(
            said, worder.units, SOURCE_ABROAD if lang else tag, plain=worder.variant.plain, local=not lang, lang=lang
        )
    unsure = not lang and any(worded[block.id].state is not TextState.APPROVED for block, _ in pieces)
    return [KeyPoint(spec.heading, spec.icon, tuple(lines), tuple(block.id for block, _ in pieces), lang, unsure)]


def _translated(block: Block, runs: Runs, worded: Mapping[str, Worded]) -> Runs:
    said = worded[block.id].block
    return said.runs if runs == block.runs else without_label(said)


def _items(spec: KeySpec, blocks: Sequence[Block]) -> list[tuple[Block, Runs]]:
    """The first items of a list, whole and in their order, until their words are used up.

    A long item ends them: skipping it for a shorter one below it would hide the worst.
    """
    out: list[tuple[Block, Runs]] = []
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


def _sentence(spec: KeySpec, blocks: Sequence[Block], whole: Container[str]) -> list[tuple[Block, Runs]]:
    """The first short block, or else sentence, that says it and can stand alone, whole and in the source's words."""
    for block in blocks:
        if block.cells or block.text.rstrip().endswith(":"):
            continue
        about = spec.pattern is None or (block.label is not None and spec.pattern.search(block.label) is not None)
        named = about and block.label is not None and len(block.label.split()) > 1
        runs = block.runs if named else without_label(block)
        text = "".join(run.text for run in runs)
        sentences = [(0, len(text))] if block.id in whole else sentence_spans(text)
        # Below the heading "Pregnancy", all of "Pregnancy: It can be used." speaks of the medicine.
        begins = about and spec.pattern is not None and block.id in whole
        for start, end in [*([(0, len(text))] if about else []), *sentences]:
            said = text[start:end].strip()
            if not about and spec.pattern is not None and not spec.pattern.search(said):
                continue
            # A label with a letter behind it ("Pregnancy Category: B.") tells a reader nothing.
            beside = said.removeprefix(block.label or "").split()
            if (
                len(beside) > 3
                and len(said.split()) <= spec.max_words
                and (not (leans := _LEANS_ON_BEFORE.match(said)) or (begins and leans[0].casefold() == "it"))
                and said[-1] in ".!"
            ):
                return [(block, trim_runs(slice_runs(runs, start, end)))]
    return []
