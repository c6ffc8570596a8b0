"""Rows of one packet -> what its first page says, finished: the template draws it and decides nothing.

All of it is personal: it goes into the packet and nowhere else, and nothing here shows in a ``repr``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from leaflets.directions import DirectionRules, combined_grid, read_day_grid
from leaflets.errors import Problem, TranslationError
from leaflets.interface import SOURCE_LANGUAGE
from leaflets.label_rules import LabelRules
from leaflets.leaflet import Leaflet, Line, Span, Strip
from leaflets.locales import language_of, list_text, text_direction
from leaflets.packet_rules import PacketRules
from leaflets.pdf.bidi import starts_rtl
from leaflets.quantities import Units, find_quantities
from leaflets.shared import Advice
from leaflets.site import Site
from leaflets.standing import page_words
from leaflets.variant import Variant
from leaflets.worklist import Double, Entry, Row, find_doubles

_DETAILS = ("quantity", "prescriber", "number", "date")


@dataclass(frozen=True, slots=True, repr=False)
class Medicine:
    """One medicine of the packet."""

    number: int
    title: str
    directions: tuple[Line, ...]
    """As written, a line each; empty when the worklist gives none."""
    direction: str
    """``ltr`` or ``rtl``, of its directions."""
    details: tuple[tuple[str, str], ...]
    """Caption and text."""
    code: str


@dataclass(frozen=True, slots=True, repr=False)
class Warned:
    """An ingredient that several medicines hold, in words."""

    text: str


@dataclass(frozen=True, slots=True, repr=False)
class Day:
    """The combined day grid; no rows where no directions are understood."""

    captions: tuple[str, str, str, str]
    rows: tuple[tuple[Medicine, tuple[str, str, str, str]], ...]
    without: tuple[Medicine, ...]
    """Medicines that the grid cannot show: their directions stand below it."""


@dataclass(frozen=True, slots=True, repr=False)
class FirstPage:
    """All of it."""

    leaflet: Leaflet
    """The frame: language, paper, edition, title, foot."""
    label: tuple[tuple[str, str, bool], ...]
    """Caption, text, and whether it is bold."""
    medicines: tuple[Medicine, ...]
    doubles: tuple[Warned, ...]
    day: Day
    advice: tuple[tuple[str, tuple[Advice, ...]], ...]
    """By the heading that it has in the leaflets."""


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The rules that a first page follows."""

    packet: PacketRules
    label: LabelRules
    directions: DirectionRules
    units: Units
    variant: Variant
    site: Site


@dataclass(frozen=True, slots=True, repr=False)
class Member:
    """A row of the packet, and what is known of its leaflet."""

    row: Row
    entry: Entry
    code: str
    draft: bool


def first_page(members: Sequence[Member], shared: Sequence[Advice], rules: Rulebook, build: str) -> FirstPage:
    """What the first page says.

    Args:
        members: in the packet's order, all of one variant, locale, edition and paper.
        shared: what all of their leaflets leave to this page.
        rules: the project's.
        build: identity of program, rules and engine, for the foot.

    Raises TranslationError for a language that its own words are not in: it never mixes languages.
    """
    tag = members[0].row.locale
    if language_of(tag) != SOURCE_LANGUAGE:
        hint = "print these rows as single copies: leave out --packet and the column packet"
        said = f"the first page of a packet has no text in {tag} yet"
        raise TranslationError(Problem("packet-language", said, hint=hint))
    captions = {field.id: field.caption for field in rules.label.fields}
    together = _together(members)
    medicines = tuple(
        _medicine(number, member, captions, together, rules.units) for number, member in enumerate(members, 1)
    )
    entries = [member.entry for member in members]
    doubles = find_doubles(entries, rules.packet.salts, rules.packet.same)
    return FirstPage(
        _frame(members, rules, build),
        tuple(_label(members, together, rules)),
        medicines,
        tuple(Warned(_warning(double, medicines, rules.packet, members[0].row.locale)) for double in doubles),
        _day(members, medicines, rules),
        tuple((heading, tuple(group)) for heading, group in groupby(shared, key=lambda advice: advice.heading)),
    )


def _frame(members: Sequence[Member], rules: Rulebook, build: str) -> Leaflet:
    row, words = members[0].row, rules.packet.words
    draft = any(member.draft for member in members)
    state = rules.variant.words["draft"] if draft else words["reviewed"]
    if any(member.entry.sample for member in members):
        state = rules.variant.words["sample"].replace("{state}", state)
    strip = Strip(state, rules.packet.say("packet_of", count=len(members)), build, draft=draft)
    return Leaflet(
        slug="packet", variant="packet", locale=row.locale, direction=text_direction(row.locale), edition=row.edition,
        paper=row.paper, kicker=rules.variant.kicker, title=words["title"], short_title=words["title"], subtitle="",
        strip=strip, words=tuple(sorted(words.items())),
        page_words=page_words(rules.variant.words["page"]),
    )  # fmt: skip


def _together(members: Sequence[Member]) -> frozenset[str]:
    """Details that all rows say alike: they stand in the label, once."""
    return frozenset(
        name
        for name in _DETAILS
        if name != "quantity" and len({getattr(member.row.label, name) for member in members}) == 1
    )


def _label(members: Sequence[Member], together: frozenset[str], rules: Rulebook) -> list[tuple[str, str, bool]]:
    first, site = members[0].row.label, rules.site
    texts = {name: getattr(first, name) for name in together}
    texts["patient"] = next((m.row.label.patient for m in members if m.row.label.patient), "")
    texts["pharmacy"] = " · ".join(part for part in (site.name, site.phone) if part)
    return [(f.caption, texts[f.id], f.bold) for f in rules.label.fields if texts.get(f.id, "").strip()]


def _medicine(
    number: int, member: Member, captions: dict[str, str], together: frozenset[str], units: Units
) -> Medicine:
    label = member.row.label
    details = [
        (captions[name], getattr(label, name))
        for name in _DETAILS
        if name in captions and name not in together and getattr(label, name).strip()
    ]
    rtl = starts_rtl(label.directions, otherwise=text_direction(member.row.locale) == "rtl")
    lines = tuple(_line(text, units) for text in label.directions.split("\n")) if label.directions.strip() else ()
    title = member.entry.title or member.entry.slug
    return Medicine(number, title, lines, "rtl" if rtl else "ltr", tuple(details), member.code)


def _line(text: str, units: Units) -> Line:
    """The text as it is; numbers keep their units on their line."""
    spans, at = [], 0
    for quantity in find_quantities(text, units):
        spans += [Span(text[at : quantity.start]), Span(text[quantity.start : quantity.end], quantity=True)]
        at = quantity.end
    return tuple(span for span in (*spans, Span(text[at:])) if span.text)


def _warning(double: Double, medicines: Sequence[Medicine], packet: PacketRules, tag: str) -> str:
    named = [f"{medicines[place].number} {medicines[place].title}" for place in double.medicines]
    return packet.say("double", ingredient=double.name, medicines=list_text(named, tag))


def _day(members: Sequence[Member], medicines: Sequence[Medicine], rules: Rulebook) -> Day:
    """Only what the reviewed table understands is drawn; the rest stays in its own words."""
    reviewed = bool(rules.directions.reviewed_by)
    grids = [
        read_day_grid(m.row.label.directions, rules.directions, m.row.locale.split("-")[0]) if reviewed else None
        for m in members
    ]
    combined = combined_grid((str(number), grid) for number, grid in enumerate(grids))
    return Day(
        rules.label.grid,
        tuple((medicines[int(number)], grid.cells()) for number, grid in combined.rows),
        tuple(medicines[int(number)] for number in combined.without),
    )
