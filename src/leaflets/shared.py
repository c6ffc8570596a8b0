"""Leaflets of one packet -> the advice that all of them say word for word, by rules that a person can read.

Nothing is taken from a section that the variant keeps, nothing that warns, nothing with a dose: what `leaflets.compose`
would not leave out to save a page is not moved to a packet's first page either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from leaflets.assemble import Assembled
from leaflets.compose import groups, is_kept
from leaflets.ledger import Entry
from leaflets.locales import list_text
from leaflets.monograph import State
from leaflets.packet_rules import PacketRules, SharedRule
from leaflets.quantities import Units
from leaflets.routing import Routed
from leaflets.translated import TextState
from leaflets.variant import Rule, SectionSpec, Variant

RULE = "packet-shared"
Left = tuple[tuple[str, str], ...]
"""Blocks that a leaflet leaves to the first page: id, and the `[[shared]]` rule."""


@dataclass(frozen=True, slots=True)
class Advice:
    """Blocks that go together, as a leaflet says them."""

    rule: str
    section: str
    heading: str
    """Of the leaflet's section that they stand in."""
    kinds: tuple[str, ...]
    texts: tuple[str, ...]
    """As they print."""
    sources: tuple[str, ...]
    """As the monograph has them."""
    blocks: tuple[str, ...]
    unsure: bool = False
    """A translation that nobody has approved."""

    @property
    def said(self) -> tuple[object, ...]:
        """What is the same wherever the same is said."""
        return self.section, self.kinds, self.texts, self.sources


def shareable(made: Assembled, variant: Variant, units: Units, rules: PacketRules) -> tuple[Advice, ...]:
    """What a leaflet may leave to a packet's first page, in its own order; each text once.

    The variant gives the headings: it comes in the leaflet's language.
    """
    # What nobody has translated stops its leaflet; taken out of it, it would stand on the first page in English.
    foreign = {block.id for block in made.untranslated}
    unsure = {block for block, state in made.states if state is not TextState.APPROVED}
    entries = {entry.block.id: entry for entry in made.ledger}
    headings = {spec.id: spec.heading for section in variant.sections for spec in _with_children(section)}
    shown = [item for item in made.routed if item.target is not None and not item.merged]
    out: dict[tuple[object, ...], Advice] = {}
    for group in groups(shown):
        rule = next((rule for rule in rules.shared if _fits(rule, group)), None)
        if rule is None or is_kept(group, variant, units) or any(item.block.id in foreign for item in group):
            continue
        said = [entries[item.block.id] for item in group]
        if all(entry.fate in ("shown", "rewritten") and entry.shown_text for entry in said):
            advice = _advice(rule, str(group[0].target), headings[str(group[0].target)], said)
            advice = replace(advice, unsure=not unsure.isdisjoint(advice.blocks))
            out.setdefault(advice.said, advice)
    return tuple(out.values())


def common(all_of_them: Sequence[Sequence[Advice]]) -> tuple[Advice, ...]:
    """The advice that each leaflet says, in the order of the first one; none for a single leaflet."""
    if len(all_of_them) < 2:
        return ()
    said = [{advice.said: advice.unsure for advice in own} for own in all_of_them]
    return tuple(
        replace(advice, unsure=any(own[advice.said] for own in said))
        for advice in all_of_them[0]
        if all(advice.said in own for own in said)
    )


def left_to_first_page(own: Iterable[Advice], shared: Iterable[Advice]) -> Left:
    """The blocks by which one leaflet says what is shared."""
    said = {advice.said for advice in shared}
    return tuple((block, advice.rule) for advice in own if advice.said in said for block in advice.blocks)


def shared_rules(left: Left) -> Mapping[str, Rule]:
    """The rules that the ledger names, by block."""
    reason = "Said once on the first page of the packet: all of its leaflets say it word for word."
    return {block: Rule(f"{RULE}-{rule}", (), (), (), (), None, None, reason, False) for block, rule in left}


def said_once(left: Left, rules: PacketRules, tag: str) -> str:
    """What the reader of a single leaflet is told: what is missing here, and where it is."""
    wanted = {rule for _, rule in left}
    words = [rule.words for rule in rules.shared if rule.id in wanted]
    return rules.say("said_once", what=list_text(words, tag)) if words else ""


def _with_children(section: SectionSpec) -> Iterator[SectionSpec]:
    yield section
    yield from section.children


def _fits(rule: SharedRule, group: Sequence[Routed]) -> bool:
    if any(item.block.state is not State.STATED or item.block.cells for item in group):
        return False
    if any(item.target not in rule.sections for item in group):
        return False
    return rule.pattern is None or any(rule.pattern.search(item.block.text) for item in group)


def _advice(rule: SharedRule, section: str, heading: str, said: Sequence[Entry]) -> Advice:
    blocks = [entry.block for entry in said]
    return Advice(
        rule.id, section, heading, tuple(block.kind.value for block in blocks),
        tuple(str(entry.shown_text) for entry in said), tuple(block.text for block in blocks),
        tuple(block.id for block in blocks),
    )  # fmt: skip
