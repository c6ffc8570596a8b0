"""Pseudo-translations in every template: what has no brackets on a page cannot be translated."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path

import pytest

from leaflets.assemble import Assembled, Order, make_leaflet
from leaflets.build import read_checked
from leaflets.exchange.extract import Extracted, extract_source
from leaflets.exchange.pseudo import LETTERS, pseudo_po, pseudo_text, restored
from leaflets.exchange.pseudo_pages import pseudo_message, pseudo_pages
from leaflets.exchange.reassemble import catalogue_of
from leaflets.exchange.update import update_po
from leaflets.fitting import finished_pdf
from leaflets.html import render_html
from leaflets.interface import Interface
from leaflets.jobs import Job
from leaflets.kit import Kit
from leaflets.pdf import extract_text
from leaflets.plain import Names
from leaflets.pofile import Po, PoEntry
from leaflets.translated import TextState
from leaflets.wording import Wording

from ..conftest import ROOT, demo_files

NAMES = Names(frozenset([("metformin",)]), 1)
NO_NAMES = Names(frozenset(), 0)


def pseudo_leaflet(path: Path, variant: str, tag: str, kit: Kit) -> tuple[Assembled, Extracted]:
    extracted = extract_source(str(path), kit)
    po, _ = update_po(Po("x.po"), extracted.segments, {})
    catalogue = catalogue_of(pseudo_po(po, tag, extracted.names, kit.units), tag)
    monograph = read_checked(path, str(path), kit.project)[1]
    wording = Wording(catalogue=catalogue, interface=Interface("de"))
    return make_leaflet(monograph, kit.variant(variant), kit.units, Order("en-US"), wording), extracted


@pytest.mark.parametrize("tag", sorted(LETTERS))
@pytest.mark.parametrize("path", demo_files(), ids=lambda path: path.stem)
def test_every_text_of_every_template_can_be_translated(path: Path, tag: str, kit: Kit) -> None:
    for variant in kit.variant_names():
        made, extracted = pseudo_leaflet(path, variant, tag, kit)
        if not any(segment.variant == variant for segment in extracted.segments):
            assert made.leaflet is None
            continue
        assert made.leaflet is not None, made.problems
        assert {state for _, state in made.states} == {TextState.UNAPPROVED}
        for entry in made.ledger:
            if entry.fate in ("shown", "rewritten"):
                assert entry.rule == "translated", entry.block.text
                said = re.sub("[\u00a0\u202f]", " ", (entry.shown_text or "").replace("\u2060", ""))
                assert said.count("[") > entry.block.text.count("["), said
        page = render_html(made.leaflet, kit.site, kit.templates, kit.styles).text
        text = " ".join(html.unescape(re.sub(r"<[^>]*>", "", page)).split())
        shown = [e.block.text for e in made.ledger if e.fate in ("shown", "rewritten") and len(e.block.text) > 40]
        assert shown
        assert [one for one in shown if " ".join(one.split()) in text] == []
        for point in made.leaflet.key_points:
            whole = "".join(span.text for line in point.lines for span in line)
            assert whole.endswith("]"), whole


def test_it_prints_with_a_glyph_for_every_sign(kit: Kit, tmp_path: Path) -> None:
    path = ROOT / "content/monographs/metformin.md"
    made, _ = pseudo_leaflet(path, "patient", "en-XA", kit)
    assert made.leaflet is not None
    page = render_html(made.leaflet, kit.site, kit.templates, kit.styles)
    job = Job(str(path), "metformin", "patient", "en-US", "standard", "a4", str(tmp_path), str(ROOT))
    data, pages = finished_pdf(page, made.ledger, job, [e.shown_text or "" for e in made.ledger])
    assert pages > 2
    assert data.startswith(b"%PDF")


@pytest.mark.parametrize("tag", sorted(LETTERS))
@pytest.mark.parametrize("name", ["metformin", "rofecoxib"])
def test_leaflets_are_drawn_with_nothing_in_english(name: str, tag: str, kit: Kit) -> None:
    """Laid out whole, or `pseudo_pages` raises: a text that is cut off or too wide stops the leaflet."""
    extracted = extract_source(str(ROOT / f"content/monographs/{name}.md"), kit)
    po = pseudo_po(update_po(Po("x.po"), extracted.segments, {})[0], tag, extracted.names, kit.units)
    pages = pseudo_pages(extracted, po, tag, kit)
    assert list(pages) == list(dict.fromkeys(segment.variant for segment in extracted.segments))
    for variant, data in pages.items():
        text = " ".join(extract_text(data).split())
        headings = [section.heading for section in kit.variant(variant).sections]
        assert [heading for heading in headings if len(heading) > 8 and heading in text] == []
        assert text.count("[") > 50
        # Whoever hands it out reads that it is a draft.
        assert "Draft – translation not reviewed" in text


def test_what_is_filled_in_later_stays(kit: Kit) -> None:
    for tag in LETTERS:
        said = pseudo_message("Page {page} of {pages}", tag, kit.units)
        assert re.findall(r"\{[a-z]*\}", said) == ["{page}", "{pages}"]
        assert (said[0], said[-1], "Page" in said) == ("[", "]", False)


@pytest.mark.parametrize(
    ("source", "kept"),
    [
        ("Take 2.5 mg of metformin every 6 hours", ["2.5 mg", "metformin", "6 hours"]),
        ("between 30 and 60 minutes", ["between 30 and 60 minutes"]),
        ("CYP3A4 and **B12** at <30 mL/min", ["CYP3A4", "B12", "<30 mL/min"]),
        ("10<sup>9</sup>/L", ["10<sup>9</sup>/L"]),
    ],
)  # fmt: skip
def test_what_stays(source: str, kept: list[str], kit: Kit) -> None:
    for tag in LETTERS:
        said = pseudo_text(PoEntry("p/a/item", source), tag, NAMES, kit.units)
        assert all(one in said for one in kept), said


def test_it_is_longer_and_can_be_undone(kit: Kit) -> None:
    source = "The quick brown fox jumps over the lazy dog, JACKDAWS LOVE MY BIG SPHINX OF QUARTZ [sic] (really)."
    for tag in LETTERS:
        said = pseudo_text(PoEntry("p/a/item", source), tag, NO_NAMES, kit.units)
        assert 1.4 * len(source) <= len(said) <= 1.6 * len(source) + 3
        assert restored(said, tag) == source
        assert not set(re.findall("[a-zA-Z]", said))


def test_a_missing_block_shows(kit: Kit) -> None:
    """The proof can fail: without one entry, one block keeps its own words."""
    path = ROOT / "content/monographs/metformin.md"
    extracted = extract_source(str(path), kit)
    po, _ = update_po(Po("x.po"), extracted.segments, {})
    po = pseudo_po(po, "en-XA", extracted.names, kit.units)
    dropped = next(e for e in po.entries if e.context == "patient/indications/paragraph")
    catalogue = catalogue_of(replace(po, entries=tuple(e for e in po.entries if e != dropped)), "en-XA")
    monograph = read_checked(path, str(path), kit.project)[1]
    made = make_leaflet(
        monograph,
        kit.variant("patient"),
        kit.units,
        Order("en-US"),
        Wording(catalogue=catalogue, interface=Interface("de")),
    )
    assert [state for _, state in made.states].count(TextState.MISSING) == 1
