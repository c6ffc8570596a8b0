"""Monograph + ledger of a variant -> Segments: what a translator gets to translate, and what they need to know.

One segment a block that the variant shows, and one for the title. A segment is known by its context and its text, never
by its number: blocks that move within their section, and everything around a block that changes, keep their
translations. Equal text in one place of the source is one segment, wherever it stands there.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from leaflets.exchange.kept import name_spans
from leaflets.inline import plain_text, runs_of
from leaflets.ledger import Ledger
from leaflets.locales import range_words
from leaflets.monograph import Block, Monograph
from leaflets.plain import Names
from leaflets.quantities import Units, print_quantities
from leaflets.translated import context_of, keys_of, message_of, role_of, title_key
from leaflets.variant import SectionSpec, Variant

_RANGE = re.compile(r"(?<=[\d½¼¾]) to (?=[\d½¼¾])")
"""What the printed form leaves of an English range: the translator writes the locale's own."""
_ROLES = {
    "label": "a label: it heads what follows", "row": "a row of a table: keep every | between its cells",
    "question": "a question", "answer": "an answer to the question above", "item": "an item of a list",
    "paragraph": "a paragraph", "heading": "a heading", "title": "the title: names of medicines, as the country's "
    "packs have them",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Segment:
    """One text to translate."""

    context: str
    """``patient/dosage.children/item``."""
    source: str
    """With its marks."""
    keys: tuple[tuple[str, str], ...]
    """Context and source of entries that hold its translation, the most telling first."""
    crumbs: str
    """Where it stands in the leaflet: ``patient leaflet › How to take it › Children``."""
    role: str
    places: tuple[str, ...]
    """``metformin.md:12``."""
    wording: str = ""
    """What the leaflet in the source's language prints, where that is not the source's own wording."""

    @property
    def id(self) -> str:
        """Sixteen digits that stay while context and source do."""
        return segment_id(self.context, self.source)

    @property
    def variant(self) -> str:
        return self.context.split("/")[0]


def segment_id(context: str, source: str) -> str:
    """What names a segment in XLIFF and on the command line."""
    return hashlib.sha256(f"{context}\0{source}".encode()).hexdigest()[:16]


def segments_of(monograph: Monograph, variant: Variant, ledger: Ledger) -> tuple[Segment, ...]:
    """The segments of a variant, in the source's order. ``ledger`` is that of the leaflet in the source's language."""
    headings = _headings(variant.sections)
    file = PurePath(monograph.file).name
    found: dict[tuple[str, str], Segment] = {}
    if monograph.title:
        key = title_key(monograph.title, variant.name)
        found[key] = Segment(*key, (key,), f"{variant.name} leaflet", "title", (f"{file}:1",))
    for entry in ledger:
        if entry.section is None:
            continue
        block = entry.block
        key = (context_of(block, variant.name), message_of(block))
        place = f"{file}:{block.line}"
        if key in found:
            known = found[key]
            found[key] = replace(known, places=tuple(dict.fromkeys([*known.places, place])))
            continue
        crumbs = [f"{variant.name} leaflet", *headings.get(entry.section, (entry.section,))]
        crumbs += [block.heading] if block.heading else []
        crumbs += [f"({block.qualifier})"] if block.qualifier else []
        wording = _wording(block, entry.shown_text or "")
        found[key] = Segment(
            *key, keys_of(block, variant.name), " › ".join(crumbs), role_of(block), (place,), wording
        )  # fmt: skip
    return tuple(found.values())


def notes_of(segment: Segment, units: Units, names: Names, tag: str, *, plain: bool) -> tuple[str, ...]:
    """What the translator should know: place, role, how each number prints in the locale, and what stays as it is."""
    text = plain_text(runs_of(segment.source))
    said = {
        q.source: _RANGE.sub(_seen(range_words(tag)) if not tag.startswith("en") else " to ", _seen(q.printed))
        for q in print_quantities(text, units, tag, plain=plain)
    }
    kept = list(dict.fromkeys(text[start:end] for start, end in name_spans(text, names)))
    notes = [segment.crumbs, _ROLES.get(segment.role, segment.role)]
    if said:
        notes.append("quantities: " + "; ".join(f"{source} → {printed}" for source, printed in said.items()))
    if kept:
        notes.append(f"keep: {', '.join(kept)}")
    if segment.wording:
        notes.append(f"in plain English: {segment.wording}")
    return tuple(re.sub(r"\s+", " ", note) for note in notes)


def _headings(sections: Sequence[SectionSpec], above: tuple[str, ...] = ()) -> dict[str, tuple[str, ...]]:
    out: dict[str, tuple[str, ...]] = {}
    for spec in sections:
        out[spec.id] = (*above, spec.heading)
        out |= _headings(spec.children, out[spec.id])
    return out


def _wording(block: Block, shown: str) -> str:
    """The printed text where words differ, not only spaces, dashes and the form of numbers."""

    def words(text: str) -> list[str]:
        return re.findall(r"[^\W\d_]+", text)

    return _seen(shown) if words(shown) != words(block.text) else ""


def _seen(text: str) -> str:
    """Without what nobody can type; the narrow space that parts thousands stays, for the translator to copy."""
    return text.replace("\u00a0", " ").replace("\u2060", "")
