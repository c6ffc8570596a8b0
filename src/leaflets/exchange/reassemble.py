"""Monograph + catalogues -> the same monograph in another language: every block in its place, only its text another.

A build takes translations block by block while it words a leaflet (`leaflets.wording`), through the same
`translate_block`; here they are put back into the monograph itself, for proofs and for the round trip.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from leaflets.approvals import NO_APPROVALS, Approvals
from leaflets.catalogue import Catalogue, Written, tidied
from leaflets.inline import plain_text
from leaflets.monograph import Monograph
from leaflets.pofile import Po
from leaflets.translated import TextState, translate_block, translate_title, with_text


def catalogue_of(po: Po, locale: str) -> Catalogue:
    """The texts of a file that was read or made a moment ago, for `translate_block`."""
    written = [
        (entry.fuzzy, entry.key, Written(entry.context, entry.source, tidied(entry.target), entry.line))
        for entry in po.live
        if entry.target.strip()
    ]
    texts = {key: text for fuzzy, key, text in written if not fuzzy}
    return Catalogue(po.file, texts, (), {key: text for fuzzy, key, text in written if fuzzy}, locale)


def reassemble(
    monograph: Monograph, catalogues: Sequence[Catalogue], variant: str, approvals: Approvals = NO_APPROVALS
) -> tuple[Monograph, Mapping[str, TextState]]:
    """The monograph with every text that the catalogues have, and the state of each block, by id; of the title: ``""``.

    A block without a translation keeps its own words; its state says so.
    """
    title = translate_title(monograph.title, catalogues, variant, approvals)
    states = {"": title.state}
    blocks = []
    for block in monograph.blocks:
        said = translate_block(block, catalogues, variant, approvals)
        states[block.id] = said.state
        blocks.append(with_text(block, said))
    name = plain_text(title.runs) if title.runs is not None else monograph.title
    return replace(monograph, title=name, blocks=tuple(blocks)), states
