"""``content/rules/profiles.toml`` and Measures -> Results: the finished page beside the figures that standards name.

A result says what was measured against which figure. None says that a leaflet complies: most of what a standard asks
only a person can judge, and those points are listed too.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from leaflets.measures import POINT, Contrast, Measures
from leaflets.rules import RulesFile


class Verdict(StrEnum):
    """How a leaflet stands to one point of a standard."""

    MEETS = "meets"
    DIFFERS = "differs"
    NOT_MEASURED = "not measured"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Limit:
    """A figure that a standard names."""

    id: str
    kind: str
    at_least: float | None
    at_most: float | None
    names: tuple[str, ...]
    """The papers allowed, where the kind is ``paper``."""
    words: str
    source: str
    confirmed: bool
    """The figure was read in a source; what is only known must be checked first."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A heading that a standard names, and the sections of a leaflet that cover it: any of them will do."""

    id: str
    heading: str
    sections: tuple[str, ...]
    source: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Question:
    """What only a person can judge."""

    id: str
    ask: str
    source: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Profile:
    """A standard, as far as it is known here."""

    name: str
    title: str
    standard: str
    limits: tuple[Limit, ...]
    topics: tuple[Topic, ...]
    questions: tuple[Question, ...]
    not_found: tuple[str, ...]
    """What the standard may ask as well; we found no figure for it."""


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the comparison."""

    measure: str
    limit: str
    found: str
    verdict: Verdict
    note: str
    words: str
    source: str


@dataclass(frozen=True, slots=True)
class Kind:
    """Something that can be measured."""

    words: str
    unit: str
    decimals: int
    missing: str
    """Why it can be without a value."""
    value: Callable[[Measures], float | None]


def _ratio(contrast: Contrast | None) -> float | None:
    # Cut off, not rounded: 4.499 is below 4.5.
    return None if contrast is None else math.floor(contrast.ratio * 100) / 100


_NO_TEXT = "no such text of a known color"
KINDS: Mapping[str, Kind] = {
    "smallest_size": Kind("smallest type", "pt", 2, "", lambda m: m.smallest.points),
    "body_size": Kind("body type", "pt", 2, "", lambda m: m.body_pt),
    "x_height": Kind("x-height of body type", "mm", 2, "body text has no letter x", lambda m: m.x_height_mm),
    "line_pitch": Kind("line pitch of body text", "mm", 2, "no two lines follow each other", lambda m: m.line_pitch_mm),
    "margin_top": Kind("top margin", "mm", 1, "", lambda m: m.margins.top),
    "margin_bottom": Kind("bottom margin", "mm", 1, "", lambda m: m.margins.bottom),
    "margin_left": Kind("left margin", "mm", 1, "", lambda m: m.margins.left),
    "margin_right": Kind("right margin", "mm", 1, "", lambda m: m.margins.right),
    "line_ratio": Kind(
        "line pitch of body text", "x type size", 2, "no two lines follow each other",
        lambda m: None if m.line_pitch_mm is None else m.line_pitch_mm / (m.body_pt * POINT),
    ),
    "running_ratio": Kind(
        "running head and foot", "x body size", 2, "no running head or foot is marked as one in the file",
        lambda m: None if m.running_pt is None else m.running_pt / m.body_pt,
    ),
    "contrast": Kind("lowest contrast of text", ":1", 2, _NO_TEXT, lambda m: _ratio(m.contrast)),
    "contrast_large": Kind("lowest contrast of large text", ":1", 2, _NO_TEXT, lambda m: _ratio(m.contrast_large)),
    "italic": Kind("italics", "% of letters", 1, "", lambda m: m.italic_percent),
    "pages": Kind("pages", "pages", 0, "", lambda m: float(m.pages)),
    "grade": Kind("reading grade", "US grade", 1, "no formula for this language, or too little text", lambda _: None),
    "paper": Kind("paper", "name", 0, "", lambda _: None),
}  # fmt: skip
PAPERS = {"A4": (210.0, 297.0), "A5": (148.0, 210.0), "Letter": (215.9, 279.4), "Legal": (215.9, 355.6)}


def load_profiles(path: Path, known_sections: Collection[str] = ()) -> Mapping[str, Profile]:
    """Read the profiles, by name. Raises ContentError with everything that is wrong with the file.

    Args:
        path: ``content/rules/profiles.toml``.
        known_sections: sections that a leaflet can have; topics may name no others. Not checked when empty.
    """
    file = RulesFile(path)
    file.finish()
    for key in set(file.data) - {"profile", "measure", "topic", "person"}:
        file.fault(f"unknown key {key!r}", near=key, hint="known: measure, person, profile, topic")
    heads = {"id": str, "title": str, "standard": str, "not_found": list}
    cited = {"id": str, "profile": str, "source": str, "confirmed": bool}
    cite = ("id", "profile", "source")
    profiles = file.tables("profile", heads, tuple(heads))
    topics = file.tables("topic", cited | {"heading": str, "sections": list}, (*cite, "heading", "sections"))
    questions = file.tables("person", cited | {"ask": str}, (*cite, "ask"))
    limits = _limits(file, cited)
    _check_ids(file, profiles, (*limits, *topics, *questions))
    for table in topics:
        for section in table["sections"]:
            if known_sections and section not in known_sections:
                file.fault(f"topic {table['id']!r}: a leaflet has no section {section!r}", near=f'"{table["id"]}"')
    file.finish()
    return {
        table["id"]: Profile(
            table["id"], table["title"], table["standard"],
            tuple(
                Limit(
                    t["id"], t["kind"], t.get("at_least"), t.get("at_most"), tuple(t.get("names", ())), t["words"],
                    t["source"], t.get("confirmed", True),
                )
                for t in limits if t["profile"] == table["id"]
            ),
            tuple(
                Topic(t["id"], t["heading"], tuple(t["sections"]), t["source"], t.get("confirmed", True))
                for t in topics if t["profile"] == table["id"]
            ),
            tuple(
                Question(t["id"], t["ask"], t["source"], t.get("confirmed", True))
                for t in questions if t["profile"] == table["id"]
            ),
            tuple(table["not_found"]),
        )
        for table in profiles
    }  # fmt: skip


def _limits(file: RulesFile, cited: Mapping[str, type]) -> list[dict[str, Any]]:
    keys = {**cited, "kind": str, "at_least": object, "at_most": object, "names": list, "unit": str, "words": str}
    good = []
    for table in file.tables("measure", keys, ("id", "profile", "kind", "unit", "words", "source")):
        before, who, near = len(file.problems), f"measure {table['id']!r}", f'"{table["id"]}"'
        kind = KINDS.get(table["kind"])
        if kind is None:
            file.fault(f"{who}: no such kind {table['kind']!r}", near=near, hint=f"known: {', '.join(KINDS)}")
        elif table["unit"] != kind.unit:
            file.fault(f"{who}: {table['kind']} is measured in {kind.unit!r}, not {table['unit']!r}", near=near)
        needed = ("names",) if table["kind"] == "paper" else ("at_least", "at_most")
        given = [key for key in ("at_least", "at_most", "names") if key in table]
        if len(given) != 1 or given[0] not in needed:
            file.fault(f"{who}: needs {' or '.join(needed)}, and nothing else to compare with", near=near)
        elif given != ["names"] and type(table[given[0]]) not in (int, float):
            file.fault(f"{who}: {given[0]} must be a number", near=near)
        if not set(table.get("names", PAPERS)) <= set(PAPERS) or table.get("names") == []:
            file.fault(f"{who}: names must be papers", near=near, hint=f"known: {', '.join(PAPERS)}")
        if len(file.problems) == before:
            good.append(table)
    return good


def _check_ids(file: RulesFile, profiles: list[dict[str, Any]], rows: Iterable[Mapping[str, Any]]) -> None:
    # A profile that has a fault itself must not turn each of its rows into another one.
    raw = file.data.get("profile")
    names = {str(table.get("id")) for table in raw if isinstance(table, dict)} if isinstance(raw, list) else set()
    seen: set[str] = set()
    for table in (*profiles, *rows):
        if table["id"] in seen:
            file.fault(f"id {table['id']!r} stands twice", near=f'"{table["id"]}"')
        seen.add(table["id"])
        if table.get("profile", table["id"]) not in names:
            file.fault(f"{table['id']!r}: there is no profile {table['profile']!r}", near=f'"{table["id"]}"')


def compare(profile: Profile, measures: Measures, sections: Collection[str], grade: float | None) -> tuple[Result, ...]:
    """Everything the profile speaks of: figures, headings, what we know no figure for, what a person must judge.

    Args:
        profile: the standard.
        measures: of the finished PDF.
        sections: ids of the leaflet's sections that hold text, and ``key`` where it has its most important points.
        grade: reading grade of the text, None where there is no formula for it.
    """
    out = [_against(limit, measures, grade) for limit in profile.limits]
    for topic in profile.topics:
        covered = [section for section in topic.sections if section in sections]
        note = _note(topic.confirmed, "" if topic.sections else "our leaflets have no section for this")
        verdict, found = (Verdict.MEETS, ", ".join(covered)) if covered else (Verdict.DIFFERS, "nothing")
        out.append(Result(f"heading “{topic.heading}”", "covered", found, verdict, note, "", topic.source))
    for words in profile.not_found:
        note = "no figure of this standard was found; it may have one"
        out.append(Result(words, "unknown", "", Verdict.NOT_MEASURED, note, "", profile.standard))
    for question in profile.questions:
        out.append(Result(question.ask, "", "", Verdict.PERSON, _note(question.confirmed), "", question.source))
    return tuple(out)


def _against(limit: Limit, measures: Measures, grade: float | None) -> Result:
    kind = KINDS[limit.kind]
    low, high = limit.at_least, limit.at_most
    asked = f"at least {_figure(low, kind)}" if low is not None else f"at most {_figure(high, kind)}"
    found, meets, parts = "", False, tuple(_where(limit.kind, measures))
    value = grade if limit.kind == "grade" else kind.value(measures)
    if limit.names:
        asked, found = " or ".join(limit.names), _paper(*measures.paper_mm)
        meets = found in limit.names
    elif value is None:
        parts = (kind.missing,)
    else:
        # What is compared is what is printed: positions in a PDF are rounded.
        shown = round(value, kind.decimals)
        found = _figure(shown, kind)
        meets = (low is None or shown >= low) and (high is None or shown <= high)
    verdict = Verdict.NOT_MEASURED if not found else Verdict.MEETS if meets else Verdict.DIFFERS
    return Result(kind.words, asked, found, verdict, _note(limit.confirmed, *parts), limit.words, limit.source)


def _where(kind: str, measures: Measures) -> Iterable[str]:
    """What a reader needs to find the place, and what the figure leaves out."""
    if kind == "smallest_size":
        smallest = measures.smallest
        yield f"page {smallest.page}{', running head or foot' if smallest.running else ''}: “{smallest.sample}”"
    if kind.startswith("margin_") and not measures.running_known:
        yield "the file is not tagged: a running head or foot counts as text"
    contrast = {"contrast": measures.contrast, "contrast_large": measures.contrast_large}.get(kind)
    if contrast is not None:
        text, ground = (f"#{bytes(color).hex()}" for color in (contrast.text, contrast.ground))
        yield f"page {contrast.page}: “{contrast.sample}”, {text} on {ground}"
        yield "lines, drawings and words inside pictures are not measured"
        if measures.contrast_unknown:
            yield f"{measures.contrast_unknown} letters filled with a pattern are not measured"


def _note(confirmed: bool, *parts: str) -> str:
    known = () if confirmed else ("known, but not read in a source: check the standard",)
    return "; ".join(part for part in (*parts, *known) if part)


def _figure(value: float | None, kind: Kind) -> str:
    if value is None:
        return ""
    if kind.unit == "US grade":
        return f"grade {value:g}"
    unit = "page" if kind.unit == "pages" and value == 1 else kind.unit
    return f"{value:g}{unit}" if unit == ":1" else f"{value:g} {unit}"


def _paper(width: float, height: float) -> str:
    for name, paper in PAPERS.items():
        if all(abs(a - b) < 1 for a, b in zip((width, height), paper, strict=True)):
            return name
    return f"{width:.0f} × {height:.0f} mm"
