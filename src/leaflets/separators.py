"""What a copy is in its print run -> the sheet that goes before it. Nothing on it says whose copy it is.

A sheet is laid out once for each locale and paper, with an empty place; the rest is a stamp, as on a copy.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from leaflets.html import render_html
from leaflets.kit import load_kit
from leaflets.leaflet import Leaflet, Strip
from leaflets.locales import text_direction
from leaflets.packet_rules import packet_rules
from leaflets.pdf import engine_identity, render_pdf
from leaflets.pdf.label import Line, StampText
from leaflets.phrases import NOT_TRANSLATED

if TYPE_CHECKING:
    from leaflets.pdf.stamp import Base


@dataclass(frozen=True, slots=True)
class Place:
    """A copy in its print run."""

    number: int
    """From 1."""
    count: int
    line: int
    """Of the worklist."""
    name: str
    """Of its file."""
    pages: int


def separator_sheet(place: Place, locale: str, paper: str, project: Path) -> bytes:
    """The sheet before a copy, in the pharmacy's language. Raises PdfError, TemplateError."""
    from leaflets.pdf.stamp import stamp

    rules = packet_rules(project).in_language(load_kit(project).interface(locale))
    lines = (
        Line(rules.say("copy"), rules.say("copy_of", number=place.number, count=place.count), bold=True),
        Line(rules.say("line"), str(place.line)),
        Line(rules.say("file"), place.name),
        Line(rules.say("pages"), str(place.pages)),
    )
    return stamp(_base(locale, paper, project), StampText(lines))


@lru_cache(maxsize=32)
def _base(locale: str, paper: str, project: Path) -> Base:
    from leaflets.pdf.stamp import open_base

    kit = load_kit(project)
    interface = kit.interface(locale)
    words = packet_rules(project).in_language(interface).words
    # As on a leaflet: whose words nobody has read says so, in its language and in English.
    state = Strip(interface.gettext(NOT_TRANSLATED), "", "", draft=True, state_source=NOT_TRANSLATED)
    strip = state if interface.draft else Strip("", "", "", draft=False)
    sheet = Leaflet(
        slug="separator", variant="packet", locale=locale, direction=text_direction(locale), edition="standard",
        paper=paper, kicker="", title=words["separator"], short_title="", subtitle="", strip=strip,
        label_slot=True, words=tuple(sorted(words.items())),
    )  # fmt: skip
    html = render_html(sheet, kit.site, kit.templates, kit.styles, "separator.html", interface)
    identity = f"separator {engine_identity(kit.fonts_rules)}"
    return open_base(render_pdf(html, identity=identity, fonts_rules=kit.fonts_rules).data, kit.fonts_rules)
