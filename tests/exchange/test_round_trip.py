"""extract -> translate -> read back -> reassemble: the same structure, and not one word or number is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from leaflets.build import read_checked
from leaflets.exchange.extract import Extracted, updated
from leaflets.exchange.pseudo import LETTERS, pseudo_po, restored
from leaflets.exchange.reassemble import catalogue_of, reassemble
from leaflets.exchange.segments import Segment, segments_of
from leaflets.inline import plain_text
from leaflets.kit import Kit
from leaflets.ledger import Entry
from leaflets.monograph import Block, Monograph
from leaflets.plain import names_of
from leaflets.pofile import Po, read_po, write_po
from leaflets.quantities import parity
from leaflets.translated import TextState

from ..conftest import ROOT, demo_files

PARTS = 4
"""The corpus is cut into so many, for several workers."""


def everything(monograph: Monograph, kit: Kit) -> tuple[Segment, ...]:
    """Every block of a monograph, as if the clinician's leaflet were made whatever is wrong with the source."""
    variant = kit.variant("clinician")
    ledger = [Entry(block, "shown", "other", "", "", block.text) for block in monograph.blocks]
    return segments_of(monograph, variant, tuple(ledger))


def shape(block: Block) -> tuple[object, ...]:
    return (
        block.id, block.line, block.kind, block.section, block.part, block.label is None, block.qualifier,
        block.heading, block.depth, block.group, block.ordinal, len(block.cells), block.head, block.topics, block.state,
    )  # fmt: skip


def problems_of(path: Path, kit: Kit, tag: str) -> Iterator[str]:
    """What the round trip changes; nothing where it changes nothing."""
    _, monograph = read_checked(path, str(path), kit.project)
    names = names_of(monograph)
    extracted = Extracted(monograph.slug, str(path), everything(monograph, kit), names)
    place = kit.project / "nowhere" / "xx" / f"{monograph.slug}.po"
    po, _ = updated(Po(str(place)), place, extracted, kit, "de")
    data = write_po(pseudo_po(po, tag, names, kit.units))
    back = read_po(data, "back.po")
    if write_po(back) != data:
        yield "the file changes when it is written again"
    said, states = reassemble(monograph, [catalogue_of(back, tag)], "clinician")
    if set(states.values()) - {TextState.UNAPPROVED}:
        yield f"states {set(states.values())}"
    if restored(said.title, tag) != " ".join(monograph.title.split()):
        yield f"title {said.title}"
    if len(said.blocks) != len(monograph.blocks):
        yield "the number of blocks"
    for before, after in zip(monograph.blocks, said.blocks, strict=True):
        if shape(before) != shape(after):
            yield f"{before.id}: {shape(before)} became {shape(after)}"
        if restored(after.text, tag) != before.text:
            yield f"{before.id}: {before.text!r} became {after.text!r}"
        if after.text == before.text:
            yield f"{before.id} is not translated"
        for run in after.runs:
            if not run.text:
                yield f"{before.id}: an empty run"
        cells = [restored(plain_text(cell), tag) for cell in after.cells]
        if cells != [plain_text(cell) for cell in before.cells]:
            yield f"{before.id}: cells {cells}"
        if differences := parity(before.text, after.text, kit.units, "en-US"):
            yield f"{before.id}: {differences}"


@pytest.mark.parametrize("tag", sorted(LETTERS))
def test_round_trip_of_the_demo_monographs(tag: str, kit: Kit) -> None:
    files = demo_files()
    assert len(files) >= 8
    assert {str(f): found for f in files if (found := list(problems_of(f, kit, tag)))} == {}


@pytest.mark.parametrize("part", range(PARTS))
def test_round_trip_of_all_real_monographs(part: int, kit: Kit, corpus: list[Path]) -> None:
    files = corpus[part::PARTS]
    assert len(files) > 60
    assert {(str(f), tag): found for f in files for tag in LETTERS if (found := list(problems_of(f, kit, tag)))} == {}


def test_a_lost_word_would_be_found(kit: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    """The proof itself can fail."""
    import leaflets.exchange.reassemble as module

    path = ROOT / "content/monographs/metformin.md"
    monkeypatch.setattr(module, "tidied", lambda text: text.replace("5", "6", 1))
    assert any("5" in problem for problem in problems_of(path, kit, "en-XA"))
