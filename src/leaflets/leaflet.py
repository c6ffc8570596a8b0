"""Monograph + Variant + locale -> Leaflet: choose, order and format; nothing is left to decide afterwards.

Templates draw these types and decide nothing.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """Finished text in one style."""

    text: str
    bold: bool = False
    italic: bool = False
    position: str = ""
    """``sub``, ``sup`` or nothing."""
    quantity: bool = False
    """A number with its unit: it stays on one line and keeps its direction."""
    lang: str = ""
    """Its language, where that is not the leaflet's."""


Line = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """One piece of a section. ``kind`` is one of

    - ``paragraph``: ``lines``
    - ``label``: ``lines``, a small heading for what follows it
    - ``list``: ``children`` are ``item``s; ``ordered`` says whether they are numbered
    - ``item``: ``lines``, and ``children`` that hang below it (a ``list``)
    - ``table``: ``children`` are ``row``s, whose ``children`` are ``cell``s; ``head`` marks the head row
    - ``qa``: ``children`` are one ``question`` and any number of ``paragraph`` and ``list``
    - ``question``: ``lines``
    - ``foreign``: ``children`` that are all in another language than the leaflet: boxed, and marked with it
    """

    kind: str
    lines: tuple[Line, ...] = ()
    children: tuple[Node, ...] = ()
    blocks: tuple[str, ...] = ()
    """Ids of the monograph's blocks that it shows."""
    ordered: bool = False
    number: int | None = None
    head: bool = False
    lang: str = ""
    """Its language, where that is not the leaflet's."""
    unsure: bool = False
    """It is translated, but nobody has approved the translation."""


@dataclass(frozen=True, slots=True)
class LeafletSection:
    """A heading and what stands below it."""

    id: str
    heading: str
    level: int
    """1 for a section, 2 for a sub-section."""
    icon: str = ""
    """Name of a drawing in ``templates/parts/icons/``, or nothing."""
    style: str = ""
    """How it is drawn: nothing, ``help`` (get help now), ``doses``, ``grid`` (sub-sections side by side), ``fine``."""
    qualifier: str = ""
    """Narrows the heading ("6–17 years"); stands beside it."""
    nodes: tuple[Node, ...] = ()
    sections: tuple[LeafletSection, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """A box that stands first: why this text is not safe to hand out as it is."""

    rule: str
    heading: str
    text: str
    """What the reader should know, our words."""
    quotes: tuple[str, ...] = ()
    """The source's own words."""
    lang: str = ""
    """Their language, where it is not the leaflet's."""


@dataclass(frozen=True, slots=True)
class KeyPoint:
    """One of the three to five most important things, drawn from the source."""

    heading: str
    icon: str
    lines: tuple[Line, ...]
    blocks: tuple[str, ...] = ()
    lang: str = ""
    """Its text's language, where that is not the leaflet's."""
    unsure: bool = False
    """A part of it is translated, but nobody has approved the translation."""


@dataclass(frozen=True, slots=True)
class Strip:
    """What every page says about itself, in words."""

    state: str
    """``Draft – not reviewed by a pharmacist``."""
    source: str
    """Which source and version: ``clonazepam-sertraline, source 3f2a9c1d``."""
    build: str
    """Identity of program, rules, fonts and engine."""
    grade: str = ""
    """``Reading grade (formula estimate) 7.4``, or nothing for a leaflet that is not in plain words."""
    draft: bool = True
    state_source: str = ""
    """The state in the sources' language, which the pharmacist reads, where the leaflet is in another one."""
    state_beside: str = ""
    """Of a bilingual leaflet: the state of its second side, in that side's language, where it says something else."""
    lang_beside: str = ""


@dataclass(frozen=True, slots=True)
class Leaflet:
    """One monograph for one variant in one locale, finished."""

    slug: str
    variant: str
    locale: str
    """BCP 47 tag, such as ``en-US``."""
    direction: str
    edition: str
    """``standard`` or ``large-print``."""
    paper: str
    """``a4`` or ``letter``."""
    kicker: str
    """Who it is for: ``Information for patients``."""
    title: str
    short_title: str
    """For the running head: at most 48 characters."""
    subtitle: str
    strip: Strip
    notices: tuple[Notice, ...] = ()
    key_heading: str = ""
    key_points: tuple[KeyPoint, ...] = ()
    sections: tuple[LeafletSection, ...] = ()
    gap_text: str = ""
    """``This leaflet has no information about: …. Ask your pharmacist.`` or nothing."""
    moved_text: str = ""
    """What was left out to fit on the pages, and where it is; or nothing."""
    contents_heading: str = ""
    label_area: bool = False
    """Reserve 70 × 40 mm on the first page for the pharmacy's label."""
    label_caption: str = ""
    label_slot: bool = False
    """The label's area stays empty: copies are stamped on it."""
    words: tuple[tuple[str, str], ...] = ()
    """The template's own words in this locale: ``key``, ``label``…"""
    page_words: tuple[str, str, str] = ("Page ", " of ", "")
    """What stands before the page's number, between it and the number of pages, and behind."""
    untranslated_text: str = ""
    """How much of it is not in the leaflet's language, or nothing."""
    unsure_text: str = ""
    """What the line beside a part means whose translation nobody has approved; nothing where there is none."""
    title_lang: str = ""
    """The title's language, where that is not the leaflet's."""
    beside: Leaflet | None = None
    """Of a bilingual leaflet: the same monograph in the locale that stands beside this one, row by row."""
    title_unsure: bool = False
    """The title is translated, but nobody has approved it."""
    loose: bool = False
    """The columns of its tables take the widths that their words need: `leaflets.loosen`."""
