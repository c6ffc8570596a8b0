"""Monograph + Variant -> where every block goes, by the first rule that fits it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from leaflets.errors import Problem
from leaflets.monograph import Block, Kind, Monograph, State
from leaflets.variant import Rule, Variant


@dataclass(frozen=True, slots=True)
class Routed:
    """A block, the rule that spoke of it, and whether an equal text stands there already."""

    block: Block
    rule: Rule
    merged: bool = False

    @property
    def target(self) -> str | None:
        """The leaflet's section, or None for a block that is left out."""
        return self.rule.to


def route_blocks(
    monograph: Monograph, variant: Variant, left_out: Mapping[str, Rule] | None = None
) -> tuple[tuple[Routed, ...], tuple[Problem, ...]]:
    """Find each block's place. ``left_out`` has the rules of blocks that do not fit on the pages, by id.

    Returns:
        The blocks in the source's order, and an error for each that no rule knows.
    """
    routed: list[Routed] = []
    problems: list[Problem] = []
    for block in monograph.blocks:
        rule = (left_out or {}).get(block.id) or variant.rule_for(block)
        if rule is None:
            problems.append(
                Problem(
                    "no-rule", f"no rule of the variant {variant.name!r} knows where “{block.text[:60]}” "
                    f"(section {block.section!r}) belongs", file=monograph.file, line=block.line,
                    hint=f"name the heading in content/rules/sections.toml or add a rule to "
                    f"templates/{variant.name}/variant.toml",
                )
            )  # fmt: skip
            continue
        routed.append(Routed(block, rule))
    if not variant.complete:
        routed = _without_lonely_labels(routed, variant)
        routed = _with_equal_text_merged(routed)
    return tuple(routed), tuple(problems)


def _without_lonely_labels(routed: Sequence[Routed], variant: Variant) -> list[Routed]:
    """A label goes with the text that it heads; where that went elsewhere, the label says nothing."""
    out = list(routed)
    for index in range(len(out) - 1, -1, -1):
        here = out[index]
        if here.block.state is not State.LABEL or here.target is None:
            continue
        following = out[index + 1] if index + 1 < len(out) else None
        heads = (
            following is not None
            and following.target == here.target
            and following.block.state is not State.ALONE
            and (following.block.state is State.STATED or following.block.state is State.LABEL)
            and following.block.kind is not Kind.QUESTION
        )
        if not heads:
            alone = replace(here.block, state=State.ALONE)
            rule = variant.rule_for(alone)
            if rule is not None:
                out[index] = Routed(alone, rule)
    return out


def _with_equal_text_merged(routed: Sequence[Routed]) -> list[Routed]:
    """Equal text that would stand twice in one section stands once."""
    seen: set[tuple[str, str]] = set()
    out = []
    for item in routed:
        if item.target is not None and item.block.state is State.STATED and item.block.kind in (
            Kind.ITEM, Kind.PARAGRAPH,
        ):  # fmt: skip
            key = (item.target, item.block.text)
            if key in seen:
                item = replace(item, merged=True)
            seen.add(key)
        out.append(item)
    return out
