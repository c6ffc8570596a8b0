"""Rows of one packet -> what its first page says, finished: the template draws it and decides nothing.

All of it is personal: it goes into the packet and nowhere else, and nothing here shows in a ``repr``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from leaflets.direction import isolated, points_apart
from leaflets.directions import DirectionRules, combined_grid, read_day_grid
from leaflets.errors import Problem, TranslationError
from leaflets.interface import ENGLISH, Interface
from leaflets.label_rules import LabelRules
from leaflets.leaflet import Leaflet, Line, Span, Strip
from leaflets.locales import list_text, text_direction
from leaflets.packet_rules import PacketRules
from leaflets.pdf.bidi import starts_rtl
from leaflets.phrases import NOT_TRANSLATED, in_language
from leaflets.quantities import Units, find_quantities
from leaflets.shared import Advice
from leaflets.site import Site
from leaflets.standing import page_words, unsure_text
from leaflets.variant import Variant
from leaflets.worklist import Double, Entry, Row, find_doubles

_DETAILS = ("quantity", "prescriber", "number", "date")


@dataclass(frozen=True, slots=True, repr=False)
class Medicine:
    """One medicine of the packet."""

    number: int
    title: str
    unsure: bool
    """Nobody has approved the title's translation."""
    directions: tuple[tuple[str, tuple[Line, ...]], ...]
    """As written, a line each; ``ltr`` or ``rtl`` before the lines that run so. Empty when the worklist gives none."""
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
    interface: Interface
    """The reader's language; the others are in the source's."""


@dataclass(frozen=True, slots=True, repr=False)
class Member:
    """A row of the packet, and what is known of its leaflet."""

    row: Row
    entry: Entry
    title: str
    """Of its leaflet."""
    title_unsure: bool
    code: str
    draft: bool


def first_page(members: Sequence[Member], shared: Sequence[Advice], rules: Rulebook, build: str) -> FirstPage:
    """What the first page says.

    Args:
        members: in the packet's order, all of one variant, locale, edition and paper.
        shared: what all of their leaflets leave to this page.
        rules: the project's.
        build: identity of program, rules and engine, for the foot.

    Raises TranslationError for a language that lacks any of its words: it never mixes languages.
    """
    if lacking := rules.interface.lacks(rules.packet.page_keys):
        said = f"{len(lacking)} of the words of a packet have no text in {rules.interface.tag}: “{lacking[0][1]}”…"
        hint = "write them into content/locale/, or print these rows as single copies, without a packet"
        raise TranslationError(Problem("words-missing", said, hint=hint))
    source_words = rules.packet
    rules = _in_language(rules)
    captions = {field.id: field.caption for field in rules.label.fields}
    together = _together(members)
    medicines = tuple(
        _medicine(number, member, captions, together, rules.units) for number, member in enumerate(members, 1)
    )
    entries = [member.entry for member in members]
    doubles = find_doubles(entries, rules.packet.salts, rules.packet.same)
    return FirstPage(
        _frame(members, shared, rules, _strip(members, source_words, rules, build)),
        tuple(_label(members, together, rules)),
        medicines,
        tuple(Warned(_warning(double, members, medicines, rules.packet)) for double in doubles),
        _day(members, medicines, rules),
        tuple((heading, tuple(group)) for heading, group in groupby(shared, key=lambda advice: advice.heading)),
    )


def _in_language(rules: Rulebook) -> Rulebook:
    """The same with all words in the reader's language."""
    return replace(
        rules, packet=rules.packet.in_language(rules.interface), label=rules.label.in_language(rules.interface)
    )


def _strip(members: Sequence[Member], source_words: PacketRules, rules: Rulebook, build: str) -> Strip:
    """How far all of it may be trusted, in the reader's language and, where that is another, in the source's."""
    interface = rules.interface
    draft = any(member.draft for member in members) or interface.draft

    def said(interface: Interface, reviewed: str) -> str:
        words = rules.variant.words
        unsure = interface.gettext(words["draft"] if rules.interface.is_source else NOT_TRANSLATED)
        state = unsure if draft else reviewed
        sample = any(member.entry.sample for member in members)
        return interface.gettext(words["sample"]).replace("{state}", state) if sample else state

    return Strip(
        said(interface, rules.packet.words["reviewed"]), rules.packet.say("packet_of", count=len(members)), build,
        draft=draft, state_source="" if interface.is_source else said(ENGLISH, source_words.words["reviewed"]),
    )  # fmt: skip


def _frame(members: Sequence[Member], shared: Sequence[Advice], rules: Rulebook, strip: Strip) -> Leaflet:
    row, words, variant = members[0].row, rules.packet.words, in_language(rules.variant, rules.interface)
    marked = any(member.title_unsure for member in members) or any(advice.unsure for advice in shared)
    return Leaflet(
        slug="packet", variant="packet", locale=row.locale, direction=text_direction(row.locale), edition=row.edition,
        paper=row.paper, kicker=variant.kicker, title=words["title"], short_title=words["title"], subtitle="",
        strip=strip, words=tuple(sorted(words.items())), page_words=page_words(variant.words["page"]),
        unsure_text=unsure_text(marked=marked, interface=rules.interface),
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
    return Medicine(
        number, member.title, member.title_unsure,
        _directions(label.directions, units, text_direction(member.row.locale)), tuple(details), member.code,
    )  # fmt: skip


def _directions(text: str, units: Units, page: str) -> tuple[tuple[str, tuple[Line, ...]], ...]:
    """Each line with the direction of its own letters; figures alone run to the right, a blank line as those before."""
    found: list[tuple[str, list[Line]]] = []
    for line in text.split("\n") if text.strip() else ():
        own = "rtl" if starts_rtl(line, otherwise=False) else "ltr"
        if not found or (line.strip() and found[-1][0] != own):
            found.append((own, []))
        found[-1][1].append(_line(line, units) if own == page == "ltr" else _turned(line, units, own, page))
    return tuple((own, tuple(lines)) for own, lines in found)


def _turned(text: str, units: Units, own: str, page: str) -> Line:
    """A line where text from right to left and from left to right meet: one piece, since the engine orders pieces by
    their page. Numbers keep their units, and a full stop is not drawn right before a number."""
    for quantity in find_quantities(text, units):  # same length: places stay
        held = quantity.source.replace(" ", "\u00a0")
        text = text[: quantity.start] + held + text[quantity.end :]
    if own == "rtl":
        text = points_apart(text) if page == "rtl" else isolated(points_apart(text))
    return (Span(text),) if text else ()


def _line(text: str, units: Units) -> Line:
    """The text as it is; numbers keep their units on their line."""
    spans, at = [], 0
    for quantity in find_quantities(text, units):
        spans += [Span(text[at : quantity.start]), Span(text[quantity.start : quantity.end], quantity=True)]
        at = quantity.end
    return tuple(span for span in (*spans, Span(text[at:])) if span.text)


def _warning(double: Double, members: Sequence[Member], medicines: Sequence[Medicine], packet: PacketRules) -> str:
    named = [f"{medicines[place].number} {medicines[place].title}" for place in double.medicines]
    # An ingredient has a name in the reader's language where a medicine of the packet is just that.
    same = (n for n in double.medicines if members[n].entry.title.casefold() == double.name.casefold())
    name = next((medicines[place].title for place in same), double.name)
    return packet.say("double", ingredient=name, medicines=list_text(named, members[0].row.locale))


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
