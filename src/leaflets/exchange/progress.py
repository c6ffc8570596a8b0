"""Segments + catalogues + approvals -> how far a monograph is in a locale; and the same as a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from leaflets.approvals import Approvals
from leaflets.catalogue import Catalogue, Written
from leaflets.checking.model import Finding, Weight
from leaflets.errors import Problem
from leaflets.exchange.segments import Segment
from leaflets.locales import parse_locale
from leaflets.translated import TextState

FIELDS = (
    "texts", "translated", "approved", "rejected", "stale", "missing", "not_extracted", "obsolete", "critical", "major",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Progress:
    """Counts of one monograph in one locale. A text that two variants show counts twice: each has its own approval."""

    locale: str
    slug: str
    texts: int = 0
    translated: int = 0
    """Not fuzzy: approved, rejected or not yet spoken of."""
    approved: int = 0
    rejected: int = 0
    stale: int = 0
    """Fuzzy: written for another source, or only proposed."""
    missing: int = 0
    not_extracted: int = 0
    """Of the missing and stale: texts that no entry has; ``leaflets translate update`` makes one."""
    obsolete: int = 0
    """Entries whose text the source does not hold any more."""
    critical: int = 0
    """Findings of the checks that nobody has waived."""
    major: int = 0

    def to_json(self) -> dict[str, str | int]:
        """For ``--json``."""
        return {"locale": self.locale, "slug": self.slug, **{name: getattr(self, name) for name in FIELDS}}


@dataclass(frozen=True, slots=True)
class Interface:
    """How far the words of the program itself are in a locale."""

    locale: str
    messages: int
    translated: int
    approved: int

    def to_json(self) -> dict[str, str | int]:
        """For ``--json``."""
        return {
            "locale": self.locale, "messages": self.messages, "translated": self.translated, "approved": self.approved,
        }  # fmt: skip


def progress(
    locale: str, slug: str, segments: Sequence[Segment], catalogues: Sequence[Catalogue], approvals: Approvals,
    known: frozenset[tuple[str, str]], obsolete: int, findings: Sequence[Finding] = (),
) -> Progress:  # fmt: skip
    """Count the states of a monograph's texts. ``known`` has the keys of all live entries, written or not."""
    counts: Counter[str] = Counter()
    for segment in segments:
        state, written = _state(segment, catalogues)
        word = None
        if written is not None:
            word = approvals.of(written[1], written[0].context, written[0].source, written[0].target)
        counts[state.value] += 1
        counts["approved"] += word is not None and word.decision == "approved"
        counts["rejected"] += word is not None and word.decision == "rejected"
        counts["not_extracted"] += not any(key in known for key in segment.keys)
    return Progress(
        locale, slug, len(segments), counts["unapproved"], counts["approved"], counts["rejected"], counts["fuzzy"],
        counts["missing"], counts["not_extracted"], obsolete,
        sum(f.weight is Weight.CRITICAL and not f.waived for f in findings),
        sum(f.weight is Weight.MAJOR and not f.waived for f in findings),
    )  # fmt: skip


def page(rows: Sequence[Progress], interface: Sequence[Interface], problems: Sequence[Problem] = ()) -> str:
    """An HTML page that needs nothing else. ``problems`` say what could not be counted: it must not look as if all was.

    Locales with catalogues come first.
    """
    by_locale: dict[str, list[Progress]] = {}
    for row in rows:
        by_locale.setdefault(row.locale, []).append(row)
    program = {one.locale: one for one in interface}
    parts = [_HEAD]
    if problems:
        said = "".join(f"<li>{escape(str(problem))}</li>\n" for problem in dict.fromkeys(problems))
        parts.append(f"<h2>Not counted, because it cannot be read</h2>\n<ul>\n{said}</ul>\n")
    for locale in sorted({*by_locale, *program}, key=lambda tag: (tag not in by_locale, tag)):
        parts.append(f"<h2>{escape(locale)}: {escape(str(parse_locale(locale).english_name))}</h2>\n")
        if locale in program:
            one = program[locale]
            parts.append(
                f"<p>The program’s own words: {one.translated} of {one.messages}, {one.approved} approved.</p>\n"
            )
        if locale in by_locale:
            parts.append(_table(by_locale[locale]))
    return "".join([*parts, "</main></body></html>\n"])


def _state(segment: Segment, catalogues: Sequence[Catalogue]) -> tuple[TextState, tuple[Written, str] | None]:
    """``unapproved`` for whatever is translated; who approved it is asked later."""
    for catalogue in catalogues:
        for key in segment.keys:
            if (written := catalogue.texts.get(key)) is not None:
                return TextState.UNAPPROVED, (written, catalogue.locale)
    is_fuzzy = any(key in catalogue.drafts for catalogue in catalogues for key in segment.keys)
    return (TextState.FUZZY if is_fuzzy else TextState.MISSING), None


def _table(rows: Sequence[Progress]) -> str:
    heads = "".join(f'<th scope="col">{name.replace("_", " ")}</th>' for name in FIELDS)
    out = [
        f'<table>\n<thead><tr><th scope="col">monograph</th>{heads}<th scope="col">done</th></tr></thead>\n<tbody>\n'
    ]
    for row in rows:
        cells = "".join(f"<td>{getattr(row, name)}</td>" for name in FIELDS)
        said = f"{row.approved} of {row.texts} approved"
        meter = f'<meter min="0" max="{max(row.texts, 1)}" value="{row.approved}" title="{said}">{said}</meter>'
        out.append(f'<tr><th scope="row">{escape(row.slug)}</th>{cells}<td>{meter}</td></tr>\n')
    return "".join([*out, "</tbody></table>\n"])


_HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Translations</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
body { font: 16px/1.5 sans-serif; margin: 2rem auto; max-width: 70rem; color: #1b1b1b; background: #fff; }
table { border-collapse: collapse; } th, td { padding: .3rem .7rem; border-bottom: 1px solid #767676; text-align: end; }
th:first-child { text-align: start; font-weight: normal; } thead th { font-weight: bold; }
</style></head><body><main>
<h1>Translations</h1>
<p>Only approved texts print without a mark. Stale ones were written for another source and never print.</p>
"""
