"""The types of a variant: who a leaflet is for, its headings, and the rules that fill them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from leaflets.monograph import Block


@dataclass(frozen=True, slots=True)
class SectionSpec:
    """A heading of the leaflet, and how what stands below it is drawn."""

    id: str
    heading: str
    icon: str
    style: str
    label_heading: bool
    """Its heading is the bold label of its first block, where that has one."""
    children: tuple[SectionSpec, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """Where blocks of a kind go. The first rule that fits decides."""

    id: str
    sections: tuple[str, ...]
    topics: tuple[str, ...]
    states: tuple[str, ...]
    kinds: tuple[str, ...]
    pattern: re.Pattern[str] | None
    to: str | None
    omit: str | None
    """Why such blocks are left out, in words."""
    as_written: bool
    """Such blocks keep their wording: names, above all."""

    def fits(self, block: Block) -> bool:
        """Whether this rule speaks of a block."""
        if self.sections and not any((block.section + ".").startswith(s + ".") for s in self.sections):
            return False
        if self.topics and (block.topics[:1] or ("",))[0] not in self.topics:
            return False
        if self.states and block.state.value not in self.states:
            return False
        if self.kinds and block.kind.value not in self.kinds:
            return False
        return self.pattern is None or self.pattern.search(block.text) is not None


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A turn of phrase that no longer holds once sections have moved."""

    id: str
    pattern: re.Pattern[str]
    replacement: str
    reason: str
    to: tuple[str, ...] = ()
    """Only in these sections of the leaflet; everywhere when there are none."""


@dataclass(frozen=True, slots=True)
class KeySpec:
    """One of the most important things: where in the leaflet to look for its sentence."""

    heading: str
    icon: str
    sources: tuple[str, ...]
    """Leaflet sections, best first."""
    pattern: re.Pattern[str] | None
    max_words: int
    items: int
    """Up to so many list items, of ``max_words`` in all, instead of one sentence; 0 for a sentence."""


@dataclass(frozen=True, slots=True)
class DropSpec:
    """What may be left out when the pages are too few, least harmful first."""

    id: str
    words: str
    """What the reader is told is missing: "how fast it works"."""
    to: tuple[str, ...]
    """Sections of the leaflet."""
    questions: bool
    """Only questions with their answers."""
    repeats: bool
    """Only what the rest of the leaflet says as well, every number included."""
    pattern: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class Composing:
    """How a leaflet is cut to a number of pages."""

    pages: int
    """The default budget; 0 for everything."""
    keep: tuple[str, ...]
    """Sections from which nothing is ever left out."""
    keep_pattern: re.Pattern[str] | None
    """Words that keep a block wherever it stands: warnings."""
    drops: tuple[DropSpec, ...]
    frame: str = ""
    """Words that say nothing about a medicine: they need not be said again for a sentence to count as said."""
    filler: re.Pattern[str] | None = None
    """Sentences that say nothing of their own, unless they hold a number."""
    headings: Mapping[str, str] = field(default_factory=dict)
    """By section: words that it says by its heading and place."""


@dataclass(frozen=True, slots=True)
class GapSpec:
    """A topic that such a leaflet should cover."""

    words: str
    sections: tuple[str, ...]
    pattern: re.Pattern[str] | None
    """Words in any block that is shown, which also cover the topic: a gap must not be claimed where there is none."""


@dataclass(frozen=True, slots=True)
class Variant:
    """Who a leaflet is for, as data."""

    name: str
    kicker: str
    complete: bool
    """Every block is shown: rules may not leave anything out."""
    shows_danger: bool
    """It is made from a dangerous source too, with a box that says so. Any other variant is not made then."""
    label_area: bool
    plain: bool
    """Quantities in the patient's form, and words of the lexicon."""
    sections: tuple[SectionSpec, ...]
    rules: tuple[Rule, ...]
    rewrites: tuple[Rewrite, ...]
    keys: tuple[KeySpec, ...]
    gaps: tuple[GapSpec, ...]
    composing: Composing
    words: Mapping[str, str]
    """The leaflet's own words: ``gap``, ``draft``, ``page``…"""

    def rule_for(self, block: Block) -> Rule | None:
        """The first rule that speaks of a block."""
        return next((rule for rule in self.rules if rule.fits(block)), None)
