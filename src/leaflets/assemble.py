"""Monograph + Variant + locale -> Leaflet and its ledger: choose, order and format."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from leaflets.errors import Problem, Severity
from leaflets.headings import slice_runs, trim_runs
from leaflets.leaflet import KeyPoint, Leaflet, LeafletSection, Notice, Strip
from leaflets.ledger import Entry, Ledger
from leaflets.locales import list_text, text_direction
from leaflets.monograph import Block, Kind, Monograph, Run, State
from leaflets.nodes import Finished, nodes_of
from leaflets.quantities import Units, parity
from leaflets.routing import Routed, route_blocks
from leaflets.sentences import sentence_spans
from leaflets.spans import finished_lines, text_of
from leaflets.variant import KeySpec, SectionSpec, Variant

LONGEST_SHORT_TITLE = 48
MOST_KEY_POINTS = 5
_LEANS_ON_BEFORE = re.compile(
    r"(it|this|they|these|those|yes|no|however|therefore|also|if so|but|he|she|in addition|additionally|such|both)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Order:
    """How one leaflet is wanted."""

    locale: str
    edition: str = "standard"
    paper: str = "a4"
    build: str = ""
    """Identity of program, rules, fonts and engine, for the strip."""


@dataclass(frozen=True, slots=True)
class Assembled:
    """A leaflet, or None where it would be unsafe, with the account of every block and all problems."""

    leaflet: Leaflet | None
    ledger: Ledger
    problems: tuple[Problem, ...]


def make_leaflet(monograph: Monograph, variant: Variant, units: Units, order: Order) -> Assembled:
    """Choose, order and format the blocks of a monograph for one variant and locale.

    Never raises for content: a leaflet that must not be made is None, and the problems say why.
    """
    routed, problems = route_blocks(monograph, variant)
    finished: dict[str, Finished] = {}
    entries: list[Entry] = []
    found = list(problems)
    for item in routed:
        runs, rule, reason = _rewritten(item, variant)
        done = _finish(item.block, runs, units, order, variant)
        finished[item.block.id] = done
        entry = _entry(item, done, rule, reason)
        entries.append(entry)
        if entry.fate in ("shown", "rewritten"):
            found += _quantities_kept(monograph, entry, units, order)
    shown = [item for item in routed if item.target is not None and not item.merged]
    sections = tuple(
        section
        for spec in variant.sections
        if (section := _section(spec, shown, finished, units, order, variant, level=1)) is not None
    )
    leaflet = Leaflet(
        slug=monograph.slug, variant=variant.name, locale=order.locale, direction=text_direction(order.locale),
        edition=order.edition, paper=order.paper, kicker=variant.kicker, title=monograph.title,
        short_title=short_title(monograph.title), subtitle="", strip=_strip(monograph, variant, order),
        notices=_notices(monograph), key_heading=variant.words["key"],
        key_points=_key_points(shown, units, order, variant), sections=sections,
        gap_text=_gap_text(shown, variant, order.locale), contents_heading=variant.words["contents"],
        label_area=variant.label_area, label_caption=variant.words["label"], words=tuple(sorted(variant.words.items())),
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
    return Assembled(None if unsafe else leaflet, tuple(entries), tuple(found))


def short_title(title: str) -> str:
    """A title for the running head: as many ingredients as fit, and how many more there are."""
    if len(title) <= LONGEST_SHORT_TITLE:
        return title
    parts = re.split(r"\s\+\s", title)
    for count in range(len(parts) - 1, 0, -1):
        head = " + ".join(parts[:count])
        text = f"{head} + {len(parts) - count} …"
        if len(text) <= LONGEST_SHORT_TITLE:
            return text
    return title[: LONGEST_SHORT_TITLE - 2].rsplit(" ", 1)[0] + " …"


def _rewritten(item: Routed, variant: Variant) -> tuple[tuple[Run, ...], str, str]:
    """The runs without phrases that no longer hold, and the rule that changed them."""
    runs = item.block.runs
    for rewrite in variant.rewrites:
        if not rewrite.pattern.search("".join(run.text for run in runs)):
            continue
        changed = tuple(replace(run, text=rewrite.pattern.sub(rewrite.replacement, run.text)) for run in runs)
        if changed == runs:  # the phrase runs over a change of style
            joined = "".join(run.text for run in runs)
            changed = (Run(rewrite.pattern.sub(rewrite.replacement, joined)),)
        return changed, rewrite.id, rewrite.reason
    return runs, "", ""


def _finish(block: Block, runs: tuple[Run, ...], units: Units, order: Order, variant: Variant) -> Finished:
    lines = finished_lines(runs, units, order.locale, plain=variant.plain)
    cells = tuple(finished_lines(cell, units, order.locale, plain=variant.plain) for cell in block.cells)
    return Finished(block, lines, cells)


def _entry(item: Routed, done: Finished, rule: str, reason: str) -> Entry:
    if item.target is None:
        return Entry(item.block, "omitted", None, item.rule.id, item.rule.omit or "", None)
    text = text_of(done.lines)
    if item.merged:
        return Entry(item.block, "merged", item.target, "equal-text", "The same text stands there already.", text)
    if rule:
        return Entry(item.block, "rewritten", item.target, rule, reason, text)
    return Entry(item.block, "shown", item.target, item.rule.id, "", text)


def _quantities_kept(monograph: Monograph, entry: Entry, units: Units, order: Order) -> list[Problem]:
    return [
        Problem(
            "quantity-changed", f"{difference} in “{entry.block.text[:80]}”", Severity.ERROR, monograph.file,
            entry.block.line, "this is a fault of leaflets: please report it",
        )
        for difference in parity(entry.block.text, entry.shown_text or "", units, order.locale)
    ]  # fmt: skip


def _section(
    spec: SectionSpec, shown: Sequence[Routed], finished: dict[str, Finished], units: Units, order: Order,
    variant: Variant, *, level: int,
) -> LeafletSection | None:  # fmt: skip
    own = [finished[item.block.id] for item in shown if item.target == spec.id]
    children = tuple(
        child
        for below in spec.children
        if (child := _section(below, shown, finished, units, order, variant, level=level + 1)) is not None
    )
    if not own and not children:
        return None
    heading, qualifier, own = _heading(spec, own, units, order, variant)
    return LeafletSection(
        spec.id, heading, level, spec.icon, spec.style, qualifier, nodes_of(_regrouped(own)), children
    )


def _heading(
    spec: SectionSpec, own: list[Finished], units: Units, order: Order, variant: Variant
) -> tuple[str, str, list[Finished]]:
    """The heading, where the source has a better one: a qualifier or a label that would otherwise be said twice."""
    heading, qualifier = spec.heading, ""
    if own and own[0].block.qualifier and own[0].block.text.startswith("(") and own[0].block.state is State.LABEL:
        qualifier = text_of(own[0].lines)
        own = own[1:]
    if spec.label_heading and own and own[0].block.label and own[0].block.state is State.STATED:
        first = own[0]
        label = first.block.label or ""
        rest = _without_label(first.block)
        if rest and rest != first.block.runs:
            heading = text_of(finished_lines((Run(label),), units, order.locale, plain=variant.plain))
            lines = finished_lines(rest, units, order.locale, plain=variant.plain)
            alone = len(own) == 1 or own[1].block.kind is not Kind.ITEM
            kind = Kind.PARAGRAPH if alone else first.block.kind
            own = [replace(first, lines=lines, block=replace(first.block, kind=kind)), *own[1:]]
    return heading, qualifier, own


def _regrouped(own: Sequence[Finished]) -> list[Finished]:
    """Questions after the section's own text, so that a leaflet's sentences stand together."""
    text = [f for f in own if f.block.section != "faqs" or f.block.group <= 0]
    asked = [f for f in own if f.block.section == "faqs" and f.block.group > 0]
    return [*text, *asked]


def _without_label(block: Block) -> tuple[Run, ...]:
    """The runs below a block's bold lead; all of them where it has none."""
    text = "".join(run.text for run in block.runs)
    match = re.match(re.escape(block.label) + r"\s*:?\s*", text) if block.label else None
    return trim_runs(slice_runs(block.runs, match.end())) if match else block.runs


def _strip(monograph: Monograph, variant: Variant, order: Order) -> Strip:
    state = variant.words["draft"]
    if monograph.sample:
        state = f"{variant.words['sample']}. {state}"
    slug = monograph.slug if len(monograph.slug) <= 48 else monograph.slug[:47] + "…"
    return Strip(state, f"{slug}, {monograph.sha256[:12]}", order.build, draft=True)


def _notices(monograph: Monograph) -> tuple[Notice, ...]:
    """One box a rule, with the source's own words, none of them twice."""
    out: list[Notice] = []
    grave = [finding for finding in monograph.findings if finding.severity is Severity.ERROR]
    for finding in grave:
        if finding.quote and any(finding.quote in notice.quotes for notice in out):
            continue
        index = next((i for i, notice in enumerate(out) if notice.rule == finding.rule), None)
        quotes = (finding.quote,) if finding.quote else ()
        if index is None:
            out.append(Notice(finding.rule, finding.heading, finding.message, quotes))
        elif len(out[index].quotes) < 3:
            known = out[index].quotes
            out[index] = replace(out[index], quotes=known + tuple(q for q in quotes if q not in known))
    return tuple(out)


def _gap_text(shown: Sequence[Routed], variant: Variant, tag: str) -> str:
    stated = [item for item in shown if item.block.state is State.STATED and item.block.kind is not Kind.QUESTION]
    covered = {item.target for item in stated}
    missing = [
        gap.words
        for gap in variant.gaps
        if not covered.intersection(gap.sections)
        and not (gap.pattern is not None and any(gap.pattern.search(item.block.text) for item in stated))
    ]
    if not missing:
        return ""
    return f"{variant.words['gap']} {list_text(missing, tag, style='or')}. {variant.words['gap_and']}".strip()


def _key_points(shown: Sequence[Routed], units: Units, order: Order, variant: Variant) -> tuple[KeyPoint, ...]:
    out: list[KeyPoint] = []
    sayings: list[tuple[Run, ...]] = []
    for spec in variant.keys:
        blocks = [
            item.block
            for source in spec.sources
            for item in shown
            if item.target == source and item.block.state is State.STATED and item.block.kind is not Kind.QUESTION
        ]
        pieces = _items(spec, blocks) if spec.items else _sentence(spec, blocks)
        if pieces and not any(pieces[0][1] == said for said in sayings):
            sayings.append(pieces[0][1])
            lines = tuple(
                line for _, runs in pieces for line in finished_lines(runs, units, order.locale, plain=variant.plain)
            )
            out.append(KeyPoint(spec.heading, spec.icon, lines, tuple(block.id for block, _ in pieces)))
        if len(out) == MOST_KEY_POINTS:
            break
    return tuple(out)


def _items(spec: KeySpec, blocks: Sequence[Block]) -> list[tuple[Block, tuple[Run, ...]]]:
    """The first items of a list, whole and in their order, until their words are used up.

    A long item ends them: skipping it for a shorter one below it would hide the worst.
    """
    out: list[tuple[Block, tuple[Run, ...]]] = []
    left = spec.max_words
    for block in blocks:
        if block.kind is not Kind.ITEM or block.section == "faqs" or block.depth > 0:
            continue
        left -= len(block.text.split())
        if left < 0 or len(out) == spec.items or block.text.rstrip().endswith(":"):
            break
        out.append((block, block.runs))
    if not out and blocks and blocks[0].kind is Kind.PARAGRAPH and len(blocks[0].text.split()) <= spec.max_words:
        out = [(blocks[0], blocks[0].runs)]
    return [] if out and out[0][0].text.rstrip().endswith(":") else out


def _sentence(spec: KeySpec, blocks: Sequence[Block]) -> list[tuple[Block, tuple[Run, ...]]]:
    """The first short block, or else sentence, that says it and can stand alone, whole and in the source's words."""
    for block in blocks:
        if block.cells or block.text.rstrip().endswith(":"):
            continue
        about = spec.pattern is None or (block.label is not None and spec.pattern.search(block.label) is not None)
        named = about and block.label is not None and len(block.label.split()) > 1
        runs = block.runs if named else _without_label(block)
        text = "".join(run.text for run in runs)
        for start, end in [*([(0, len(text))] if about else []), *sentence_spans(text)]:
            said = text[start:end].strip()
            if not about and spec.pattern is not None and not spec.pattern.search(said):
                continue
            # A label with a letter behind it ("Pregnancy Category: B.") tells a reader nothing.
            beside = said.removeprefix(block.label or "").split()
            if (
                len(beside) > 3
                and len(said.split()) <= spec.max_words
                and not _LEANS_ON_BEFORE.match(said)
                and said[-1] in ".!"
            ):
                return [(block, trim_runs(slice_runs(runs, start, end)))]
    return []
