"""What to leave out when a leaflet has too many pages: the least harmful first, by rules that a person can read.

Nothing is left out of the sections that the variant keeps, nothing that warns, nothing that holds a dose, unless the
rest of the leaflet says the very same. Type never shrinks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from leaflets.interface import Interface
from leaflets.locales import list_text
from leaflets.monograph import Block, State
from leaflets.phrases import LEFT_OUT
from leaflets.quantities import Units, find_quantities
from leaflets.routing import Routed
from leaflets.sentences import sentences
from leaflets.variant import Composing, DropSpec, Rule, Variant

_WORD = re.compile(r"[^\W\d_]{4,}")
REPEATED = 0.7
"""Share of an answer's words that the rest of the leaflet must say for it to count as said there."""
SAID = 0.75
"""The same for what warns or doses: of a sentence's words, those that one block of the rest must say."""
_DOSES = frozenset(["mass", "volume", "count", "percent", "other", "interval", "power", "ratio"])


@dataclass(frozen=True, slots=True)
class Cut:
    """Blocks that go together, and the rule that lets them go."""

    drop: DropSpec
    blocks: tuple[Block, ...]

    @property
    def size(self) -> int:
        """Characters."""
        return sum(len(block.text) for block in self.blocks)


def cuts(routed: Sequence[Routed], variant: Variant, units: Units) -> tuple[Cut, ...]:
    """Everything that may be left out, least harmful first."""
    shown = [item for item in routed if item.target is not None and not item.merged]
    found = list(groups(shown))
    out: list[Cut] = []
    taken: set[str] = set()
    for drop in variant.composing.drops:
        # The last of a kind goes first: what is asked first is what most people ask.
        for group in reversed(found):
            if group[0].block.id in taken or not _fits(drop, group):
                continue
            kept = is_kept(group, variant, units)
            if drop.repeats:
                rest = [item for item in shown if item not in group and item.block.id not in taken]
                said = _is_said_whole(group, rest, variant, units) if kept else _is_said(group, rest, units)
                if not said or (kept and group[0].target in variant.composing.keep):
                    continue
            elif kept:
                continue
            taken.update(item.block.id for item in group)
            out.append(Cut(drop, tuple(item.block for item in group)))
    return tuple(out)


def left_out(chosen: Iterable[Cut], pages: int) -> Mapping[str, Rule]:
    """The rules that the ledger names, by block."""
    return {
        block.id: Rule(
            f"pages-{cut.drop.id}", (), (), (), (), None, None,
            f"Left out to fit {pages} pages ({cut.drop.words}); it stands in the full leaflet.", False,
        )
        for cut in chosen
        for block in cut.blocks
    }  # fmt: skip


def moved_text(chosen: Iterable[Cut], variant: Variant, interface: Interface) -> str:
    """What the reader is told: what is missing here, and where it is."""
    words = list(dict.fromkeys(interface.pgettext(LEFT_OUT, cut.drop.words) for cut in chosen))
    if not words:
        return ""
    return interface.gettext(variant.words["moved"]).replace("{what}", list_text(words, interface.tag))


def groups(shown: Sequence[Routed]) -> Iterator[list[Routed]]:
    """A question with its answers is one; so is an item with what hangs below it; any other block is its own."""
    at = 0
    while at < len(shown):
        here = shown[at].block
        end = at + 1
        if here.section == "faqs" and here.group > 0:
            while end < len(shown) and shown[end].block.section == "faqs" and shown[end].block.group == here.group:
                end += 1
        elif here.kind.value == "item":
            while end < len(shown) and shown[end].block.depth > here.depth and shown[end].target == shown[at].target:
                end += 1
        yield list(shown[at:end])
        at = end


def _fits(drop: DropSpec, group: Sequence[Routed]) -> bool:
    first = group[0]
    if first.block.state is not State.STATED or first.block.cells:
        return False
    if drop.to and first.target not in drop.to:
        return False
    if drop.questions and not (first.block.section == "faqs" and first.block.group > 0):
        return False
    text = " ".join(item.block.text for item in group)
    return drop.pattern is None or drop.pattern.search(text) is not None


def is_kept(group: Sequence[Routed], variant: Variant, units: Units) -> bool:
    composing = variant.composing
    if any(item.target in composing.keep for item in group):
        return True
    text = "\n".join(item.block.text for item in group)
    if composing.keep_pattern is not None and composing.keep_pattern.search(text):
        return True
    return any(quantity.kind in _DOSES for quantity in find_quantities(text, units))


def _is_said(group: Sequence[Routed], rest: Sequence[Routed], units: Units) -> bool:
    """Whether the rest says nearly all words of a group, and every one of its quantities."""
    text = "\n".join(_answers(group))
    others = "\n".join(item.block.text for item in rest)
    known = {word.casefold() for word in _WORD.findall(others)}
    words = [word.casefold() for word in _WORD.findall(text)]
    if not words or sum(word in known for word in words) < REPEATED * len(words):
        return False
    said = {quantity.reading for quantity in find_quantities(others, units)}
    return all(quantity.reading in said for quantity in find_quantities(text, units))


def _is_said_whole(group: Sequence[Routed], rest: Sequence[Routed], variant: Variant, units: Units) -> bool:
    """Whether each sentence of a group that warns or doses is said within one section of the rest.

    Words scattered over the leaflet are not enough here: nearly all of the sentence's words, each word of warning and
    every quantity must stand below one heading.
    """
    sections: dict[str | None, list[str]] = {}
    for item in rest:
        sections.setdefault(item.target, []).append(item.block.text)
    composing = variant.composing
    frame = set(_stems(composing.frame))
    texts = {target: "\n".join(texts) for target, texts in sections.items()}
    readings = {target: {q.reading for q in find_quantities(text, units)} for target, text in texts.items()}
    known = {
        target: {*_stems(text), *_stems(composing.headings.get(target or "", ""))} for target, text in texts.items()
    }
    for sentence in (sentence for answer in _answers(group) for sentence in sentences(answer)):
        words = set(_stems(sentence)) - frame
        wanted = {quantity.reading for quantity in find_quantities(sentence, units)}
        if not wanted and composing.filler is not None and composing.filler.search(sentence):
            continue
        if not any(
            wanted <= readings[target]
            and _warnings(sentence, composing) <= stems
            and len(words & stems) >= SAID * len(words)
            for target, stems in known.items()
        ):
            return False
    return True


def _warnings(sentence: str, composing: Composing) -> set[str]:
    if composing.keep_pattern is None:
        return set()
    return {stem for match in composing.keep_pattern.finditer(sentence) for stem in _stems(match.group())}


def _answers(group: Sequence[Routed]) -> list[str]:
    return [item.block.text for item in group if item.block.kind.value != "question"] or [group[0].block.text]


def _stems(text: str) -> list[str]:
    """Words without their usual endings: “monitored” and “monitoring” say the same here."""
    return [re.sub(r"(ing|ed|es|s|ly)$", "", word.casefold()) for word in _WORD.findall(text)]
