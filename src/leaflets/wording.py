"""The wording of one leaflet: hand-written plain text first, then phrases that no longer hold, then the lexicon.

In another language than the sources': the translation of each block, or else its own words, marked as what they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from leaflets.approvals import NO_APPROVALS, Approval, Approvals
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
from leaflets.translated import TextState, Translated, keys_of, translate_block, translate_title, with_text
from leaflets.variant import Variant

Runs = tuple[Run, ...]
MOST_EXPLAINED = 8
LONGEST_ACRONYM = 5
TRANSLATED = "translated"
"""The rule of a block that stands in a translator's words."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What a language offers to word a leaflet anew. Empty where the language has nothing."""

    lexicon: Lexicon = EMPTY
    syllables: Syllables | None = None
    catalogue: Catalogue | None = None
    """Text that people wrote for single blocks of this monograph; it wins over the lexicon."""
    shared: Catalogue | None = None
    """Text for blocks that recur in many monographs; the monograph's own wins over it."""
    approvals: Approvals = NO_APPROVALS
    """Who approved which of these texts."""
    interface: Interface = ENGLISH
    """What the program itself says in the leaflet's locale."""

    @property
    def foreign(self) -> bool:
        """The locale's language is not the source's: a block without a text of its own has only the source's words."""
        return not self.interface.is_source


NO_WORDING = Wording()


@dataclass(frozen=True, slots=True)
class Worded:
    """A block as the leaflet will say it."""

    block: Block
    rule: str = ""
    """Of what changed it; nothing where nothing did."""
    reason: str = ""
    state: TextState | None = None
    """Of a text that a person wrote or, in a language that is not the source's, should write; else None."""
    place: str = ""
    """Where that text is written: ``content/locale/de/metformin.po:12``."""
    lang: str = ""
    """The language of its text where that is not the leaflet's: a block that nobody has translated."""


class Worder:
    """Words the blocks of one leaflet. Hand them over in reading order: acronyms are spelled out at first use."""

    def __init__(self, monograph: Monograph, variant: Variant, wording: Wording, units: Units) -> None:
        self.file = monograph.file
        self.variant = variant
        self.lexicon = wording.lexicon if variant.plain else EMPTY
        self.catalogue = wording.catalogue
        self.catalogues = tuple(c for c in (wording.catalogue, wording.shared) if c is not None)
        self.approvals = wording.approvals
        self.foreign = wording.foreign
        self.units = units
        self.names = names_of(monograph)
        self.acronyms = Acronyms(self.lexicon, self.names)
        self.problems: list[Problem] = []
        self.by_hand: set[str] = set()
        self.words: list[Approval] = []
        """The last word on each text of a translator's that is used, where there is one."""

    def word(self, item: Routed) -> Worded:
        """One block, its label included, as it will be said."""
        block = item.block
        written = translate_block(block, self.catalogues, self.variant.name, self.approvals)
        if written.fault:
            fault = f"the text for “{block.text[:50]}” is not used: {written.fault}"
            self.problems.append(Problem("plain-shape", fault, Severity.WARNING, written.file, written.line))
        if written.runs is not None:
            self.by_hand.add(block.id)
            return self._by_hand(block, written)
        if self.foreign:
            runs, rule, reason = _rewritten(item, self.variant)
            own = _with_runs(block, runs) if rule else block
            return Worded(own, rule, reason, written.state, _place(written), SOURCE_LANGUAGE)
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

    def _by_hand(self, block: Block, said: Translated) -> Worded:
        rule, reason = "plain-text", "Plain text, written by a person for this block."
        if self.foreign:
            self.words += [said.approval] if said.approval else []
            by = f" {said.approval.who}, {said.approval.role}" if said.approval else ""
            rule, reason = TRANSLATED, f"Translation, {said.state.value}{by}."
        return Worded(with_text(block, said), rule, reason, said.state, _place(said))

    def title(self, title: str) -> tuple[str, TextState | None]:
        """The leaflet's title: a translated one where there is one; and its state in a language not the source's."""
        written = translate_title(title, self.catalogues, self.variant.name, self.approvals)
        said = title if written.runs is None else "".join(run.plain for run in written.runs)
        return said, written.state if self.foreign else None

    def stale(self, monograph: Monograph) -> list[Problem]:
        """Texts of the monograph's own catalogue whose block it does not hold (any more)."""
        if self.catalogue is None:
            return []
        here = {source for block in monograph.blocks for _, source in keys_of(block, "")}
        return [
            Problem(
                "plain-stale", f"no block of the monograph says “{text[:60]}”; its plain text is not used",
                Severity.WARNING, self.catalogue.file, written.line, "the source has changed: word the new text",
            )
            for (context, text), written in self.catalogue.texts.items()
            if context.split("/")[0] == self.variant.name and not context.endswith("/title") and text not in here
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
        found: dict[str, tuple[str, str]] = {}
        for text in texts:
            words = list(words_of(text))
            keys = [match.group().casefold() for match in words]
            for start in range(len(keys)):
                for size in range(min(self.lexicon.longest, len(keys) - start), 0, -1):
                    entry = self.lexicon.glossary.get(tuple(keys[start : start + size]))
                    if entry is not None:
                        written = text[words[start].start() : words[start + size - 1].end()]
                        found.setdefault(entry.term, (_as_written(entry.term, written), entry.plain))
                        break
        return tuple(found.values())[:MOST_EXPLAINED]


def _as_written(term: str, written: str) -> str:
    """With the text's capitals where they are part of the term: CYP, SSRIs, Child-Pugh; not those of a heading."""
    inner = any(letter.isupper() for letter in written[1:])
    return written if inner and (len(written) <= LONGEST_ACRONYM or not written.isupper()) else term


def _place(said: Translated) -> str:
    return f"{said.file}:{said.line}" if said.file else ""


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
