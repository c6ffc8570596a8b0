"""Blocks of one section, finished -> nodes: lists, tables, questions and paragraphs, as templates draw them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from leaflets.leaflet import Line, Node
from leaflets.monograph import Block, Kind, State

LONGEST_LABEL = 14
"""Words; a longer heading that was written into the text reads better as a paragraph."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A block with its text set for the locale."""

    block: Block
    lines: tuple[Line, ...]
    cells: tuple[tuple[Line, ...], ...] = ()
    local: bool = False
    """A translator wrote it: its numbers have the locale's form."""
    lang: str = ""
    """Of the text, where it is not the leaflet's."""
    unsure: bool = False
    """Its translation is there, but nobody has approved it."""


def nodes_of(blocks: Sequence[Finished]) -> tuple[Node, ...]:
    """Nodes of the blocks of one section, in their order; what is in another language stands in boxes."""
    out: list[Node] = []
    for node in _nodes(blocks):
        if not node.lang:
            out.append(node)
        elif out and out[-1].kind == "foreign" and out[-1].lang == node.lang:
            out[-1] = replace(out[-1], children=(*out[-1].children, node))
        else:
            out.append(Node("foreign", children=(node,), lang=node.lang))
    return tuple(out)


def _common(nodes: Sequence[Node]) -> str:
    """The language of all of them, or nothing where they differ."""
    langs = {node.lang for node in nodes}
    return langs.pop() if len(langs) == 1 else ""


def _nodes(blocks: Sequence[Finished]) -> tuple[Node, ...]:
    out: list[Node] = []
    at = 0
    while at < len(blocks):
        here = blocks[at]
        end = at + 1
        if here.block.kind is Kind.QUESTION:
            while end < len(blocks) and _belongs(blocks[end].block, here.block):
                end += 1
            question = Node("question", here.lines, blocks=(here.block.id,), lang=here.lang, unsure=here.unsure)
            children = (question, *_nodes([_apart(b) for b in blocks[at + 1 : end]]))
            out.append(Node("qa", children=children, lang=_common(children)))
        elif here.block.kind is Kind.ROW:
            while end < len(blocks) and blocks[end].block.kind is Kind.ROW and _same_group(blocks[end], here):
                end += 1
            out.append(_table(blocks[at:end]))
        elif here.block.kind is Kind.ITEM:
            while end < len(blocks) and _in_list(blocks[end], here):
                end += 1
            out += _lists(blocks[at:end])
        else:
            out.append(_text(here))
        at = end
    return tuple(out)


def _belongs(block: Block, question: Block) -> bool:
    return block.kind is not Kind.QUESTION and block.group == question.group and block.section == question.section


def _apart(finished: Finished) -> Finished:
    """An answer without the bond to its question, so that its paragraphs and lists are set like any others."""
    return replace(finished, block=replace(finished.block, group=-1))


def _same_group(one: Finished, other: Finished) -> bool:
    return one.block.group == other.block.group


def _in_list(one: Finished, first: Finished) -> bool:
    block = one.block
    if block.kind is Kind.ITEM:
        return (block.ordinal is None) == (first.block.ordinal is None) or block.depth > first.block.depth
    return block.kind is Kind.PARAGRAPH and block.depth > 0 and _same_group(one, first)


def _text(finished: Finished) -> Node:
    block = finished.block
    short = len(block.text.split()) <= LONGEST_LABEL
    is_label = block.state is State.LABEL and short
    return Node(
        "label" if is_label else "paragraph",
        finished.lines,
        blocks=(block.id,),
        lang=finished.lang,
        unsure=finished.unsure,
    )


def _table(rows: Sequence[Finished]) -> Node:
    children = tuple(
        Node(
            "row", blocks=(row.block.id,), head=row.block.head, lang=row.lang, unsure=row.unsure,
            children=tuple(Node("cell", cell, head=row.block.head) for cell in row.cells),
        )
        for row in rows
    )  # fmt: skip
    return Node("table", children=children, lang=_common(children))


def _lists(items: Sequence[Finished]) -> list[Node]:
    """Nest items by depth. An item whose parent went elsewhere moves up to where it can be read."""
    if not items:
        return []
    base = min(item.block.depth for item in items if item.block.kind is Kind.ITEM)
    nodes: list[Node] = []
    at = 0
    while at < len(items):
        here = items[at]
        end = at + 1
        while end < len(items) and items[end].block.depth > here.block.depth:
            end += 1
        below = items[at + 1 : end]
        paragraphs = tuple(_text(item) for item in below if item.block.kind is not Kind.ITEM)
        nested = tuple(_lists([item for item in below if item.block.kind is Kind.ITEM]))
        number = here.block.ordinal if here.block.depth == base or here.block.ordinal is not None else None
        inner = (*paragraphs, *nested)
        whole = here.lang if all(node.lang == here.lang for node in inner) else ""
        nodes.append(Node("item", here.lines, inner, (here.block.id,), number=number, lang=whole, unsure=here.unsure))
        at = end
    ordered = any(node.number is not None for node in nodes)
    return [Node("list", children=tuple(nodes), ordered=ordered, lang=_common(nodes))]
