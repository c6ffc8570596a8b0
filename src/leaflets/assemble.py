"""Monograph + Variant + locale -> Leaflet and its ledger: choose, order and format."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from leaflets.approvals import Approval
from leaflets.errors import Problem, Severity
from leaflets.interface import SOURCE_LANGUAGE, Key
from leaflets.keypoints import MOST_KEY_POINTS, key_points
from leaflets.leaflet import Leaflet, Line
from leaflets.ledger import Entry, Ledger
from leaflets.locales import SOURCE_ABROAD, text_direction
from leaflets.monograph import Block, Monograph, Run
from leaflets.nodes import Finished
from leaflets.phrases import in_language, messages_of
from leaflets.quantities import NO_BREAK, Units, parity
from leaflets.readability import Grade, grade
from leaflets.reviews import Review, latest
from leaflets.routing import Routed, route_blocks
from leaflets.sections import gap_text, glossary_of, section_of
from leaflets.spans import finished_lines, text_of
from leaflets.standing import (
    OWN_KEYS,
    Standing,
    danger_keys,
    make_strip,
    notices_of,
    page_words,
    unsure_text,
    untranslated_text,
)
from leaflets.translated import TextState
from leaflets.variant import Rule, Variant
from leaflets.wording import NO_WORDING, TRANSLATED, Worded, Worder, Wording

LONGEST_SHORT_TITLE = 48
_NAME_AGAIN = re.compile(r"\s*\([^()]*\)$")
"""The same name in the reader's letters, behind the one on the pack."""


@dataclass(frozen=True, slots=True)
class Order:
    """How one leaflet is wanted."""

    locale: str
    edition: str = "standard"
    paper: str = "a4"
    build: str = ""
    """Identity of program, rules, fonts and engine, for the strip."""
    label: bool = False
    """With an empty area that copies are stamped on."""


@dataclass(frozen=True, slots=True)
class Assembled:
    """A leaflet, or None where it would be unsafe, with the account of every block and all problems."""

    leaflet: Leaflet | None
    ledger: Ledger
    problems: tuple[Problem, ...]
    grade: Grade | None = None
    """Of the text that is shown, names of medicines aside; None for a language without a formula."""
    text_sha256: str = ""
    """Of what is said and where, before numbers take the locale's form: what a review approves."""
    review: Review | None = None
    """The last word on exactly this text."""
    section_grades: tuple[tuple[str, Grade], ...] = ()
    """Of each of the leaflet's sections that is long enough."""
    routed: tuple[Routed, ...] = ()
    """Where every block went."""
    states: tuple[tuple[str, TextState], ...] = ()
    """In a language that is not the source's: how far the text of each block that is shown is, by id; title: ``""``."""
    untranslated: tuple[Block, ...] = ()
    """Blocks that are shown in the source's language, where the leaflet's is another."""
    unsaid: tuple[Key, ...] = ()
    """Words of our own that the locale lacks."""
    draft: bool = True
    """Nobody has approved all of it. Of a bilingual leaflet: of its main side."""
    beside: Assembled | None = None
    """Of a bilingual leaflet: what stands beside it."""


def make_leaflet(
    monograph: Monograph,
    variant: Variant,
    units: Units,
    order: Order,
    wording: Wording = NO_WORDING,
    reviews: tuple[Review, ...] = (),
    left_out: Mapping[str, Rule] | None = None,
    moved: str = "",
    glossary: bool = True,
    most_key_points: int = MOST_KEY_POINTS,
) -> Assembled:
    """Choose, order and format the blocks of a monograph for one variant and locale.

    ``left_out`` has the rules of blocks that do not fit on the pages, ``moved`` says so to the reader;
    ``glossary`` and ``most_key_points`` are what of our own additions there is room for.
    Never raises for content: a leaflet that must not be made is None, and the problems say why.
    """
    everything, problems = route_blocks(monograph, variant)
    routed = route_blocks(monograph, variant, left_out)[0] if left_out else everything
    all_shown, shown = _shown(everything), _shown(routed)
    worder = Worder(monograph, variant, wording, units)
    worded = {item.block.id: worder.word(item) for item in _in_reading_order(everything, variant)}
    finished: dict[str, Finished] = {}
    entries: list[Entry] = []
    found = [*problems, *worder.problems, *worder.stale(monograph)]
    for item in routed:
        said = worded.get(item.block.id, Worded(item.block))
        done = _finish(said, units, order, variant)
        finished[item.block.id] = done
        entry = _entry(item, done, said)
        entries.append(entry)
        if entry.fate in ("shown", "rewritten"):
            found += _quantities_kept(monograph, entry, said, units, SOURCE_ABROAD if done.lang else order.locale)
    source_words, interface = variant, wording.interface
    variant = in_language(variant, interface)
    sections = tuple(
        section
        for spec in variant.sections
        if (section := section_of(spec, shown, finished, units, order.locale, variant, level=1)) is not None
    )
    texts = [text_of(finished[item.block.id].lines) for item in shown]
    graded = _grade(shown, texts, worder, wording)
    text_sha256 = _text_sha256(monograph, all_shown, worded)
    review = latest(reviews, variant.name, text_sha256)
    untranslated = tuple(item.block for item in shown if worded[item.block.id].lang)
    unsaid = interface.lacks([*messages_of(source_words), *danger_keys(monograph), *OWN_KEYS])
    states = _states(monograph, shown, worded, worder)
    unsure = bool(unsaid or interface.draft or any(state is not TextState.APPROVED for _, state in states))
    word = _last_word(review, worder) if worder.foreign else review
    standing = Standing(source_words, interface, word, unsure, monograph.sample, order.locale)
    if glossary and (explained := worder.explained(texts)):
        sections = (*sections, glossary_of(variant.words["glossary"], explained))
    title, title_state = worder.title(monograph.title)
    # Gone into a heading or a card, it is still a text that nobody has approved.
    unsaid_title = title_state in (TextState.MISSING, TextState.FUZZY)
    title_unsure = title_state is TextState.UNAPPROVED
    marked = title_unsure or any(finished[item.block.id].unsure for item in shown)
    leaflet = Leaflet(
        slug=monograph.slug, variant=variant.name, locale=order.locale, direction=text_direction(order.locale),
        edition=order.edition, paper=order.paper, kicker=variant.kicker, title=title,
        short_title=short_title(title), subtitle="",
        strip=make_strip(monograph, variant, order.build, graded, standing),
        notices=notices_of(monograph, interface), key_heading=variant.words["key"],
        key_points=key_points(shown, worded, worder, variant.keys, order.locale)[:most_key_points], sections=sections,
        gap_text=gap_text(all_shown, variant, order.locale), moved_text=moved,
        contents_heading=variant.words["contents"],
        label_area=variant.label_area or order.label, label_caption=variant.words["label"], label_slot=order.label,
        words=tuple(sorted(variant.words.items())), page_words=page_words(variant.words["page"]),
        untranslated_text=untranslated_text(untranslated, interface),
        unsure_text=unsure_text(marked=marked, interface=interface),
        title_lang=SOURCE_LANGUAGE if unsaid_title else "", title_unsure=title_unsure,
    )  # fmt: skip
    stopping = [finding for finding in monograph.findings if finding.stops and not variant.shows_danger]
    if stopping:
        signs = ", ".join(dict.fromkeys(finding.heading.lower() for finding in stopping))
        found.append(
            Problem(
                "stopped", f"the {variant.name} leaflet is not made: {signs}", Severity.ERROR, monograph.file,
                stopping[0].line, "a person must decide what readers are told about this product",
            )
        )  # fmt: skip
    unsafe = any(problem.severity is Severity.ERROR for problem in found)
    return Assembled(
        None if unsafe else leaflet, tuple(entries), tuple(found), graded, text_sha256, review,
        _section_grades(shown, texts, variant, worder, wording) if variant.plain else (), routed,
        states, untranslated, unsaid, leaflet.strip.draft,
    )  # fmt: skip


def side_by_side(main: Assembled, other: Assembled) -> Assembled:
    """A bilingual leaflet: the main one, and the other beside it. What is wrong with one of them is wrong with both."""
    problems = tuple(dict.fromkeys([*main.problems, *other.problems]))
    texts = f"{main.text_sha256}\n{other.text_sha256}"
    leaflet = None
    if main.leaflet is not None and other.leaflet is not None:
        ours, theirs = main.leaflet.strip, other.leaflet.strip
        said = "" if theirs.state in (ours.state, ours.state_source) else theirs.state
        strip = replace(
            ours, draft=ours.draft or theirs.draft, state_beside=said, lang_beside=other.leaflet.locale if said else ""
        )
        leaflet = replace(main.leaflet, strip=strip, beside=other.leaflet)
    return replace(
        main, leaflet=leaflet, problems=problems, text_sha256=hashlib.sha256(texts.encode()).hexdigest(), beside=other
    )


def short_title(title: str) -> str:
    """A title for the running head: as many ingredients as fit, and how many more there are."""
    if len(title) > LONGEST_SHORT_TITLE:
        title = _NAME_AGAIN.sub("", title)
    if len(title) <= LONGEST_SHORT_TITLE:
        return title
    parts = re.split(r"\s\+\s", title)
    for count in range(len(parts) - 1, 0, -1):
        head = " + ".join(parts[:count])
        text = f"{head} + {len(parts) - count} …"
        if len(text) <= LONGEST_SHORT_TITLE:
            return text
    return title[: LONGEST_SHORT_TITLE - 2].rsplit(" ", 1)[0] + " …"


def _shown(routed: Sequence[Routed]) -> list[Routed]:
    return [item for item in routed if item.target is not None and not item.merged]


def _in_reading_order(routed: Sequence[Routed], variant: Variant) -> list[Routed]:
    """What is shown, as it will stand: by section, its own text before its questions."""
    places: dict[str, int] = {}
    for section in variant.sections:
        for spec in (section, *section.children):
            places[spec.id] = len(places)
    kept = [item for item in routed if item.target is not None]
    return sorted(kept, key=lambda item: (places.get(item.target or "", 0), item.block.section == "faqs"))


def _finish(said: Worded, units: Units, order: Order, variant: Variant) -> Finished:
    block, local = said.block, said.rule == TRANSLATED
    tag = SOURCE_ABROAD if said.lang else order.locale

    def lines_of(runs: Sequence[Run]) -> tuple[Line, ...]:
        return finished_lines(runs, units, tag, plain=variant.plain, local=local, lang=said.lang)

    cells = tuple(lines_of(cell) for cell in block.cells)
    return Finished(
        block, lines_of(block.runs), cells, local, said.lang, local and said.state is not TextState.APPROVED
    )


def _entry(item: Routed, done: Finished, said: Worded) -> Entry:
    if item.target is None:
        return Entry(item.block, "omitted", None, item.rule.id, item.rule.omit or "", None)
    text = text_of(done.lines)
    if item.merged:
        return Entry(item.block, "merged", item.target, "equal-text", "The same text stands there already.", text)
    if said.rule:
        return Entry(item.block, "rewritten", item.target, said.rule, said.reason, text)
    return Entry(item.block, "shown", item.target, item.rule.id, "", text)


def _grade(shown: Sequence[Routed], texts: Sequence[str], worder: Worder, wording: Wording) -> Grade | None:
    if wording.syllables is None:
        return None
    told = [text for item, text in zip(shown, texts, strict=True) if not item.rule.as_written]
    names = {word for name in worder.names.words for word in name if len(word) > 3}
    return grade(told, names, wording.syllables)


def _states(
    monograph: Monograph, shown: Sequence[Routed], worded: Mapping[str, Worded], worder: Worder
) -> tuple[tuple[str, TextState], ...]:
    if not worder.foreign:
        return ()
    _, title = worder.title(monograph.title)
    found = [("", title), *((item.block.id, worded[item.block.id].state) for item in shown)]
    return tuple((name, state) for name, state in found if state is not None)


def _last_word(review: Review | None, worder: Worder) -> Review | Approval | None:
    """Of all who spoke of a translation the last, unless somebody rejected the leaflet as a whole."""
    if review is not None and review.decision != "approved":
        return review
    return max(worder.words, key=lambda word: word.when, default=None)


def _section_grades(
    shown: Sequence[Routed], texts: Sequence[str], variant: Variant, worder: Worder, wording: Wording
) -> tuple[tuple[str, Grade], ...]:
    out = []
    for section in variant.sections:
        ids = {section.id, *(child.id for child in section.children)}
        own = [(item, text) for item, text in zip(shown, texts, strict=True) if item.target in ids]
        graded = _grade([item for item, _ in own], [text for _, text in own], worder, wording)
        if graded is not None:
            out.append((section.id, graded))
    return tuple(out)


def _quantities_kept(monograph: Monograph, entry: Entry, said: Worded, units: Units, tag: str) -> list[Problem]:
    """What printing changed in a block's numbers; a translator's text prints as it was written."""
    shown = entry.shown_text or ""
    if entry.rule == TRANSLATED:
        written = said.block.text
        same = shown.replace(NO_BREAK, " ").split() == written.replace(NO_BREAK, " ").split()
        differences: tuple[str, ...] = () if same else ("a translation did not print as it was written",)
    else:
        differences = parity(entry.block.text, shown, units, tag)
    return [
        Problem(
            "quantity-changed", f"{difference} in “{entry.block.text[:80]}”", Severity.ERROR, monograph.file,
            entry.block.line, "this is a fault of leaflets: please report it",
        )
        for difference in differences
    ]  # fmt: skip


def _text_sha256(monograph: Monograph, shown: Sequence[Routed], worded: Mapping[str, Worded]) -> str:
    """Changes when anything that readers of this variant are told changes, or stands in another place."""
    said = [[item.target, worded[item.block.id].block.text] for item in shown]
    told = [monograph.title, monograph.sample, said]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()
