"""The wording of one leaflet: hand-written plain text first, then phrases that no longer hold, then the lexicon.

In another language than the sources': the translation of each block, or else its own words, marked as what they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from leaflets.catalogue import Catalogue
from leaflets.errors import Problem, Severity
from leaflets.interface import ENGLISH, SOURCE_LANGUAGE, Interface
from leaflets.labels import lead_label
from leaflets.lexicon import EMPTY, Lexicon, words_of
from leaflets.monograph import Block, Monograph, Run
from leaflets.plain import Acronyms, meaning_kept, names_of, plain_runs
from leaflets.quantities import Units, parity
from leaflets.readability import Syllables
from leaflets.routing import Routed
from leaflets.translations import translated_cells, translated_runs
from leaflets.variant import Variant

Runs = tuple[Run, ...]
MOST_EXPLAINED = 8


@dataclass(frozen=True, slots=True)
class Wording:
    """What a language offers to word a leaflet anew. Empty where the language has nothing."""

    lexicon: Lexicon = EMPTY
    syllables: Syllables | None = None
    catalogue: Catalogue | None = None
    """Text that people wrote for single blocks; it wins over the lexicon."""
    interface: Interface = ENGLISH
    """What the program itself says in the leaflet's locale."""
    translations: Catalogue | None = None
    """What translators wrote for single blocks, where the locale's language is not the sources'."""


NO_WORDING = Wording()


@dataclass(frozen=True, slots=True)
class Worded:
    """A block as the leaflet will say it."""

    block: Block
    rule: str = ""
    """Of what changed it; nothing where nothing did."""
    reason: str = ""
    lang: str = ""
    """The language of its text where that is not the leaflet's: a block that nobody has translated."""
    translated: bool = False


class Worder:
    """Words the blocks of one leaflet. Hand them over in reading order: acronyms are spelled out at first use."""

    def __init__(self, monograph: Monograph, variant: Variant, wording: Wording, units: Units) -> None:
        self.file = monograph.file
        self.variant = variant
        self.lexicon = wording.lexicon if variant.plain else EMPTY
        self.catalogue = wording.catalogue
        self.abroad = not wording.interface.is_source
        self.translations = wording.translations
        self.units = units
        self.names = names_of(monograph)
        self.acronyms = Acronyms(self.lexicon, self.names)
        self.problems: list[Problem] = []
        self.by_hand: set[str] = set()

    def word(self, item: Routed) -> Worded:
        """One block, its label included, as it will be said."""
        block = item.block
        if self.abroad:
            return self._translated(item)
        written = self.catalogue.texts.get((self.variant.name, block.text)) if self.catalogue else None
        if written is not None:
            self.by_hand.add(block.id)
            return Worded(
                _with_runs(block, written.runs), "plain-text", "Plain text, written by a person for this block."
            )
        if item.rule.as_written:
            return Worded(block)
        runs, rule, reason = _rewritten(item, self.variant)
        if not self.lexicon:
            return Worded(_with_runs(block, runs) if rule else block, rule, reason)
        before = "".join(run.text for run in runs)
        plain, changes = plain_runs(runs, self.lexicon, self.names, self.units)
        plain, spelled = self.acronyms.expand(plain)
        cells = tuple(plain_runs(cell, self.lexicon, self.names, self.units)[0] for cell in block.cells)
        after = "".join(run.text for run in plain)
        differences = (*meaning_kept(before, after), *parity(before, after, self.units, "en-US"))
        if differences:
            self.problems.append(
                Problem(
                    "plain-refused",
                    f"plain words would change “{before[:60]}”: {', '.join(differences)}; its own words stand",
                    Severity.WARNING, self.file, block.line, "correct the entry in content/lexicon/",
                )
            )  # fmt: skip
            return Worded(_with_runs(block, runs) if rule else block, rule, reason)
        if not changes and not spelled:
            return Worded(_with_runs(block, runs) if rule else block, rule, reason)
        said = ", ".join(dict.fromkeys(f"“{c.term}” as “{c.plain}”" for c in (*changes, *spelled)))
        reason = f"{reason} In plain words: {said}.".strip()
        return Worded(replace(_with_runs(block, plain), cells=cells), rule or "plain-words", reason)

    def _translated(self, item: Routed) -> Worded:
        block = item.block
        runs = translated_runs(self.translations, self.variant.name, block)
        if runs is not None and self.translations is not None:
            cells = translated_cells(runs, block) or () if block.cells else ()
            reason = f"Translated in {self.translations.file}."
            return Worded(replace(_with_runs(block, runs), cells=cells), "translation", reason, translated=True)
        if item.rule.as_written:
            return Worded(block, lang=SOURCE_LANGUAGE)
        runs, rule, reason = _rewritten(item, self.variant)
        return Worded(_with_runs(block, runs) if rule else block, rule, reason, SOURCE_LANGUAGE)

    def stale(self, monograph: Monograph) -> list[Problem]:
        """Texts of the catalogue whose block the monograph does not hold (any more)."""
        if self.catalogue is None:
            return []
        here = {block.text for block in monograph.blocks}
        return [
            Problem(
                "plain-stale", f"no block of the monograph says “{text[:60]}”; its plain text is not used",
                Severity.WARNING, self.catalogue.file, written.line, "the source has changed: word the new text",
            )
            for (variant, text), written in self.catalogue.texts.items()
            if variant == self.variant.name and text not in here
        ]  # fmt: skip

    def said_by_hand(self, block: Block, worded: Mapping[str, Worded]) -> Block:
        """The block as a person worded it, or else as the source has it."""
        return worded[block.id].block if block.id in self.by_hand else block

    def key_runs(self, block: Block, runs: Runs, acronyms: Acronyms) -> Runs:
        """A piece of a block for the box of the most important things, which is read before everything else."""
        if not self.lexicon or block.id in self.by_hand:
            return runs
        plain, _ = plain_runs(runs, self.lexicon, self.names, self.units)
        plain, _ = acronyms.expand(plain)
        kept = not meaning_kept("".join(run.text for run in runs), "".join(run.text for run in plain))
        return plain if kept else runs

    def key_acronyms(self) -> Acronyms:
        """A count of first uses of its own for that box."""
        return Acronyms(self.lexicon, self.names)

    def explained(self, texts: Sequence[str]) -> tuple[tuple[str, str], ...]:
        """Terms of the glossary that the texts use, in the order of their first use, each with its meaning."""
        found: dict[str, str] = {}
        for text in texts:
            keys = [match.group().casefold() for match in words_of(text)]
            for start in range(len(keys)):
                for size in range(min(self.lexicon.longest, len(keys) - start), 0, -1):
                    entry = self.lexicon.glossary.get(tuple(keys[start : start + size]))
                    if entry is not None:
                        found.setdefault(entry.term, entry.plain)
                        break
        return tuple(found.items())[:MOST_EXPLAINED]


def _with_runs(block: Block, runs: Runs) -> Block:
    label = lead_label(runs)[0] if block.label is not None else None
    return replace(block, runs=runs, label=label)


def _rewritten(item: Routed, variant: Variant) -> tuple[Runs, str, str]:
    """The runs without phrases that no longer hold, and the rule that changed them."""
    runs = item.block.runs
    for rewrite in variant.rewrites:
        if rewrite.to and item.target not in rewrite.to:
            continue
        if not rewrite.pattern.search("".join(run.text for run in runs)):
            continue
        changed = tuple(replace(run, text=rewrite.pattern.sub(rewrite.replacement, run.text)) for run in runs)
        if changed == runs:  # the phrase runs over a change of style
            joined = "".join(run.text for run in runs)
            changed = (Run(rewrite.pattern.sub(rewrite.replacement, joined)),)
        return changed, rewrite.id, rewrite.reason
    return runs, "", ""
