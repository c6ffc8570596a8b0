"""Pseudo-translations -> leaflets to look at: the layout with longer texts, and from right to left."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from pathlib import Path

from leaflets.assets import find_asset
from leaflets.build import drawn
from leaflets.exchange.extract import Extracted
from leaflets.exchange.pseudo import pseudo_text
from leaflets.exchange.reassemble import catalogue_of
from leaflets.interface import Interface, Key, read_keys
from leaflets.jobs import Job
from leaflets.kit import Kit
from leaflets.locales import default_paper
from leaflets.plain import Names
from leaflets.pofile import Po, PoEntry
from leaflets.quantities import Units
from leaflets.wording import Wording

_LAID_OUT_AS = {"en-XA": "fil", "ar-XB": "ar"}
"""Whose paper, fonts and direction a pseudo-locale has: both write numbers as the sources do."""
_PLACEHOLDER = re.compile(r"(\{[a-z_]*\})")
_NO_NAMES = Names(frozenset(), 0)


@dataclass(frozen=True, slots=True, eq=False)
class _PseudoKit(Kit):
    """A project's kit that says everything in one pseudo-locale: the monograph's texts and the program's own words."""

    catalogue: Po
    tag: str
    words: Interface

    def interface(self, tag: str) -> Interface:
        return self.words

    def wording(self, tag: str, source: Path) -> Wording:
        return Wording(catalogue=catalogue_of(self.catalogue, self.tag), interface=self.words)


def pseudo_pages(extracted: Extracted, po: Po, tag: str, kit: Kit) -> dict[str, bytes]:
    """A PDF for each variant that the source has text for, from its pseudo-translation. Raises LeafletsError."""
    as_tag = _LAID_OUT_AS[tag]
    keys = read_keys(find_asset("content", "locale/leaflets.pot", kit.project))
    said = {key: (pseudo_message(key[1], tag, kit.units),) for key in keys}
    words = Interface(as_tag, said, frozenset[Key](said), lambda _: 0)
    own = {field.name: getattr(kit, field.name) for field in fields(Kit)}
    pseudo_kit = _PseudoKit(**own, catalogue=po, tag=tag, words=words)
    out = {}
    for variant in dict.fromkeys(segment.variant for segment in extracted.segments):
        job = Job(
            extracted.file, extracted.slug, variant, as_tag, "standard", default_paper(as_tag), "", str(kit.project)
        )
        out[variant] = drawn(job, pseudo_kit)
    return out


def pseudo_message(message: str, tag: str, units: Units) -> str:
    """The same for a message of the program's own: what stands in braces is filled in later, and stays."""
    # Each brace goes as a sign that no letter stands for, so that brackets and padding are around the whole.
    names = _PLACEHOLDER.findall(message)
    said = pseudo_text(PoEntry("", _PLACEHOLDER.sub("\ufffc", message)), tag, _NO_NAMES, units)
    return "".join(part + name for part, name in zip(said.split("\ufffc"), [*names, ""], strict=True))
