"""``content/rules/*.toml`` -> Rules: sections, labels, topics and signs of danger, as a pharmacist wrote them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from leaflets.errors import ContentError, Problem, Severity

Table = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SectionRule:
    """A heading of the known vocabulary."""

    id: str
    names: tuple[str, ...]
    """Headings that give way to the leaflet's own."""
    aliases: tuple[str, ...]
    """Headings that lead here and stay visible."""
    within: str | None
    safety: bool


@dataclass(frozen=True, slots=True)
class LabelRule:
    """A bold label that leads to a section of its own."""

    id: str
    within: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class TopicRule:
    """What a question is about."""

    id: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class StatusRule:
    """A sign that a leaflet could do harm."""

    id: str
    where: str
    """``any``, ``notice`` or ``preamble``."""
    pattern: re.Pattern[str]
    severity: Severity
    stops: bool
    """Whether only variants that show danger are made."""
    residue: bool
    """A block of nothing but such sentences is residue."""
    heading: str
    message: str


@dataclass(frozen=True, slots=True)
class Denial:
    """A medicine that a site does not hand out."""

    medicine: str
    """Slug, title or one ingredient, in small letters."""
    reason: str
    source: str
    date: date


@dataclass(frozen=True, slots=True)
class Rules:
    """All that is known about the source's headings and wording."""

    sections: tuple[SectionRule, ...]
    labels: tuple[LabelRule, ...]
    topics: tuple[TopicRule, ...]
    statuses: tuple[StatusRule, ...]
    denials: tuple[Denial, ...]
    placeholder: re.Pattern[str]
    trailer: re.Pattern[str]

    def section_ids(self) -> frozenset[str]:
        """Every section that a block can be in."""
        return frozenset({"notice", "other"} | {s.id for s in self.sections} | {label.id for label in self.labels})


class RulesFile:
    """Reads one TOML file and collects everything that is wrong with it, so that it is said at once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self._lines: list[str] = []
        self.data: Table = {}
        try:
            text = path.read_text(encoding="utf-8")
            self._lines = text.split("\n")
            self.data = tomllib.loads(text)
        except OSError as error:
            self.fault(f"cannot be read: {error.strerror}")
        except UnicodeDecodeError as error:
            self.fault(f"is not UTF-8 (byte {error.start})")
        except tomllib.TOMLDecodeError as error:
            self.fault(f"is not TOML: {error}", hint="strings with a backslash stand in 'single quotes'")

    def line_of(self, text: str) -> int | None:
        """Line on which a value was written; good enough to find it."""
        return next((n for n, line in enumerate(self._lines, 1) if text and text in line), None)

    def fault(self, message: str, *, near: str = "", hint: str | None = None) -> None:
        """Note a problem, with the line that holds ``near``."""
        self.problems.append(
            Problem("rules-file", message, file=str(self.path), line=self.line_of(near) if near else None, hint=hint)
        )

    def tables(self, name: str, keys: Mapping[str, type], required: tuple[str, ...]) -> list[dict[str, Any]]:
        """The tables ``[[name]]`` whose keys and types are right."""
        good: list[dict[str, Any]] = []
        found = self.data.get(name, [])
        if not isinstance(found, list):
            self.fault(f"{name} is not a list of tables", near=name, hint=f"write [[{name}]]")
            return good
        for number, table in enumerate(found, 1):
            if not isinstance(table, dict):
                self.fault(f"{name} {number} is not a table", hint=f"write [[{name}]]")
                continue
            who = str(table.get("id", number))
            wrong = self.check_keys(f"{name} {who!r}", table, keys, required, near=who)
            if not wrong:
                good.append(table)
        return good

    def check_keys(
        self, who: str, table: Table, keys: Mapping[str, type], required: tuple[str, ...], *, near: str = ""
    ) -> bool:
        """Note unknown keys, wrong types and missing keys; tell whether there were any."""
        before = len(self.problems)
        for key, value in table.items():
            if key not in keys:
                self.fault(f"{who}: unknown key {key!r}", near=near, hint=f"known: {', '.join(sorted(keys))}")
            elif not isinstance(value, keys[key]):
                self.fault(f"{who}: {key} must be {keys[key].__name__}, not {type(value).__name__}", near=near)
            elif isinstance(value, list) and key != "section" and not all(isinstance(item, str) for item in value):
                self.fault(f"{who}: {key} must be a list of strings", near=near)
        for key in required:
            if key not in table:
                self.fault(f"{who}: {key} is missing", near=near)
        return len(self.problems) > before

    def regex(self, who: str, pattern: str, flags: int = re.IGNORECASE | re.DOTALL) -> re.Pattern[str]:
        """A compiled pattern; what is wrong with it is noted and something that never matches is given back."""
        try:
            return re.compile(pattern, flags)
        except re.error as error:
            self.fault(f"{who}: not a regular expression: {error}", near=pattern[:40])
            return re.compile(r"(?!)")

    def finish(self) -> None:
        """Raise all that was noted."""
        if self.problems:
            raise ContentError(*self.problems)


def load_denials(path: Path) -> tuple[Denial, ...]:
    """Read a deny-list by itself. Raises ContentError with every fault."""
    file = RulesFile(path)
    denials = _denials(file)
    file.finish()
    return denials


def _denials(file: RulesFile) -> tuple[Denial, ...]:
    keys = {"medicine": str, "reason": str, "source": str, "date": date}
    for name in set(file.data) - {"deny"}:
        # A slip of the pen here would hand out what must not be handed out.
        file.fault(f"unknown table {name!r}", near=str(name), hint="write [[deny]]")
    tables = file.tables("deny", keys, tuple(keys))
    for number, table in enumerate(tables, 1):
        for key in ("medicine", "reason", "source"):
            if not any(sign.isalnum() for sign in table[key]):
                file.fault(f"deny {number}: {key} is empty", near=f'"{table[key]}"')
    return tuple(Denial(t["medicine"].casefold().strip(), t["reason"], t["source"], t["date"]) for t in tables)


def load_rules(sections: Path, topics: Path, status: Path, deny: Path) -> Rules:
    """Read the four files. Raises ContentError with every fault of all of them."""
    files = [RulesFile(path) for path in (sections, topics, status, deny)]
    first, second, third, fourth = files
    section_keys = {"id": str, "names": list, "aliases": list, "within": str, "safety": bool}
    section_rules = tuple(
        SectionRule(t["id"], tuple(t["names"]), tuple(t.get("aliases", ())), t.get("within"), t.get("safety", False))
        for t in first.tables("section", section_keys, ("id", "names"))
    )
    label_rules = tuple(
        LabelRule(t["id"], t["within"], first.regex(f"label {t['id']!r}", t["pattern"]))
        for t in first.tables("label", {"id": str, "within": str, "pattern": str}, ("id", "within", "pattern"))
    )
    topic_rules = tuple(
        TopicRule(t["id"], second.regex(f"topic {t['id']!r}", t["pattern"]))
        for t in second.tables("topic", {"id": str, "pattern": str}, ("id", "pattern"))
    )
    status_rules = []
    keys = {
        "id": str, "where": str, "pattern": str, "severity": str, "stops": bool, "state": str,
        "heading": str, "message": str,
    }  # fmt: skip
    for t in third.tables("status", keys, ("id", "where", "pattern", "severity", "heading", "message")):
        if t["where"] not in ("any", "notice", "preamble") or t["severity"] not in ("error", "warning"):
            third.fault(
                f"status {t['id']!r}: where is any, notice or preamble, severity is error or warning", near=t["id"]
            )
            continue
        status_rules.append(
            StatusRule(
                t["id"], t["where"], third.regex(f"status {t['id']!r}", t["pattern"]), Severity(t["severity"]),
                t.get("stops", False), t.get("state") == "residue", t["heading"], t["message"],
            )
        )  # fmt: skip
    single = {}
    for name in ("placeholder", "trailer"):
        table = third.data.get(name, {})
        if third.check_keys(f"[{name}]", table, {"pattern": str}, ("pattern",), near=f"[{name}]"):
            continue
        single[name] = third.regex(f"[{name}]", table["pattern"])
    denials = _denials(fourth)
    problems = [problem for file in files for problem in file.problems]
    if problems:
        raise ContentError(*problems)
    return Rules(
        section_rules, label_rules, topic_rules, tuple(status_rules), denials,
        single["placeholder"], single["trailer"],
    )  # fmt: skip
