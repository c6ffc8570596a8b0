"""Finished blocks + a variant's sections -> the sections of a leaflet, and what the source leaves open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from leaflets.labels import without_label
from leaflets.leaflet import LeafletSection, Node, Span
from leaflets.locales import list_text
from leaflets.monograph import Kind, Run, State
from leaflets.nodes import Finished, nodes_of
from leaflets.quantities import Units
from leaflets.routing import Routed
from leaflets.spans import finished_lines, text_of
from leaflets.variant import SectionSpec, Variant


def section_of(
    spec: SectionSpec, shown: Sequence[Routed], finished: dict[str, Finished], units: Units, tag: str,
    variant: Variant, *, level: int,
) -> LeafletSection | None:  # fmt: skip
    """A section of the leaflet with those below it, from its finished blocks; None where there is nothing to say."""
    own = [finished[item.block.id] for item in shown if item.target == spec.id]
    children = tuple(
        child
        for below in spec.children
        if (child := section_of(below, shown, finished, units, tag, variant, level=level + 1)) is not None
    )
    if not own and not children:
        return None
    heading, qualifier, own = _heading(spec, own, units, tag, variant)
    return LeafletSection(
        spec.id, heading, level, spec.icon, spec.style, qualifier, nodes_of(_regrouped(own)), children
    )


def _heading(
    spec: SectionSpec, own: list[Finished], units: Units, tag: str, variant: Variant
) -> tuple[str, str, list[Finished]]:
    """The heading, where the source has a better one: a qualifier or a label that would otherwise be said twice."""
    heading, qualifier = spec.heading, ""
    if own and own[0].lang:
        return heading, qualifier, own  # a heading is never in another language than the leaflet
    if own and own[0].block.qualifier and own[0].block.text.startswith("(") and own[0].block.state is State.LABEL:
        qualifier = text_of(own[0].lines)
        own = own[1:]
    if spec.label_heading and own and own[0].block.label and own[0].block.state is State.STATED:
        first = own[0]
        label = first.block.label or ""
        rest = without_label(first.block)
        if rest and rest != first.block.runs:
            plain, local = variant.plain, first.local
            heading = text_of(finished_lines((Run(label),), units, tag, plain=plain, local=local))
            lines = finished_lines(rest, units, tag, plain=plain, local=local)
            alone = len(own) == 1 or own[1].block.kind is not Kind.ITEM
            kind = Kind.PARAGRAPH if alone else first.block.kind
            own = [replace(first, lines=lines, block=replace(first.block, kind=kind)), *own[1:]]
    return heading, qualifier, own


def _regrouped(own: Sequence[Finished]) -> list[Finished]:
    """Questions after the section's own text, so that a leaflet's sentences stand together."""
    text = [f for f in own if f.block.section != "faqs" or f.block.group <= 0]
    asked = [f for f in own if f.block.section == "faqs" and f.block.group > 0]
    return [*text, *asked]


def glossary_of(heading: str, explained: Sequence[tuple[str, str]]) -> LeafletSection:
    """The section that explains words: each term with its meaning."""
    items = tuple(
        Node("item", lines=((Span(term[:1].upper() + term[1:], bold=True), Span(f": {meaning}.")),))
        for term, meaning in explained
    )
    return LeafletSection("glossary", heading, 1, "info", "fine", nodes=(Node("list", children=items),))


def gap_text(shown: Sequence[Routed], variant: Variant, tag: str) -> str:
    """What the source does not say, in the variant's words; empty where it says everything."""
    stated = [item for item in shown if item.block.state is State.STATED and item.block.kind is not Kind.QUESTION]
    covered = {item.target for item in stated}
    missing = [
        gap.words
        for gap in variant.gaps
        if not covered.intersection(gap.sections)
        and not (gap.pattern is not None and any(gap.pattern.search(item.block.text) for item in stated))
    ]
    if not missing:
        return ""
    return variant.words["gap"].replace("{what}", list_text(missing, tag, style="or"))
