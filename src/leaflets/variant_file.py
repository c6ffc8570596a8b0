"""``templates/<variant>/variant.toml`` -> Variant, every fault of the file said at once."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from leaflets.errors import TemplateError
from leaflets.monograph import State
from leaflets.rules import RulesFile
from leaflets.variant import Composing, DropSpec, GapSpec, KeySpec, Rewrite, Rule, SectionSpec, Variant

_WORDS: Mapping[str, tuple[str, ...]] = {
    "key": (), "contents": (), "label": (), "page": ("page", "pages"), "draft": (), "sample": ("state",),
    "gap": ("what",), "glossary": (), "grade": ("grade",), "reviewed": ("who", "role", "date"), "rejected": (),
    "moved": ("what",),
}  # fmt: skip
"""The leaflet's own words, and what is filled into each."""


def load_variant(path: Path, known_sections: Collection[str]) -> Variant:
    """Read a variant. Raises TemplateError with everything that is wrong with its file.

    Args:
        path: ``templates/<variant>/variant.toml``.
        known_sections: sections of the source's vocabulary, which rules may name.
    """
    file = RulesFile(path)
    if file.problems:
        raise TemplateError(*file.problems)
    top = {
        "kicker": str, "complete": bool, "shows_danger": bool, "label_area": bool, "plain": bool, "section": list,
        "rule": list, "rewrite": list, "key": list, "gap": list, "drop": list, "compose": dict, "words": dict,
    }  # fmt: skip
    file.check_keys("the variant", {k: v for k, v in file.data.items() if not isinstance(v, list)}, top, ("kicker",))
    for key in set(file.data) - set(top):
        file.fault(f"unknown key {key!r}", near=key, hint=f"known: {', '.join(sorted(top))}")
    sections = tuple(_section(file, table) for table in file.data.get("section", []))
    ids = {spec.id for section in sections for spec in (section, *section.children)}
    variant = Variant(
        name=path.parent.name,
        kicker=str(file.data.get("kicker", "")),
        complete=bool(file.data.get("complete", False)),
        shows_danger=bool(file.data.get("shows_danger", False)),
        label_area=bool(file.data.get("label_area", False)),
        plain=bool(file.data.get("plain", False)),
        sections=sections,
        rules=_rules(file, ids, known_sections),
        rewrites=_rewrites(file),
        keys=_keys(file, ids),
        gaps=_gaps(file, ids),
        composing=_composing(file, ids),
        words=_words(file),
    )
    if variant.complete:
        for rule in variant.rules:
            if rule.omit is not None:
                file.fault(f"rule {rule.id!r} leaves text out, but the variant is complete", near=f'"{rule.id}"')
    if file.problems:
        raise TemplateError(*file.problems)
    return variant


def _section(file: RulesFile, table: Mapping[str, Any]) -> SectionSpec:
    keys = {"id": str, "heading": str, "icon": str, "style": str, "label_heading": bool, "section": list}
    if file.check_keys(f"section {table.get('id')!r}", table, keys, ("id", "heading"), near=str(table.get("id"))):
        return SectionSpec("", "", "", "", False, ())
    return SectionSpec(
        table["id"], table["heading"], table.get("icon", ""), table.get("style", ""), table.get("label_heading", False),
        tuple(_section(file, child) for child in table.get("section", [])),
    )  # fmt: skip


def _rules(file: RulesFile, ids: Collection[str], known: Collection[str]) -> tuple[Rule, ...]:
    keys = {
        "id": str, "sections": list, "topics": list, "states": list, "kinds": list, "pattern": str, "to": str,
        "omit": str, "as_written": bool,
    }  # fmt: skip
    out: list[Rule] = []
    for table in file.tables("rule", keys, ("id",)):
        who = f"rule {table['id']!r}"
        if ("to" in table) == ("omit" in table):
            file.fault(f"{who}: needs either to or omit", near=table["id"])
        if "to" in table and table["to"] not in ids:
            file.fault(f"{who}: no section {table['to']!r} in this variant", near=table["id"])
        for section in table.get("sections", ()):
            if section not in known and section not in ("trailer", "faqs"):
                file.fault(f"{who}: the vocabulary has no section {section!r}", near=table["id"])
        for state in table.get("states", ()):
            if state not in {s.value for s in State}:
                file.fault(f"{who}: no such state {state!r}", near=table["id"])
        if any(rule.id == table["id"] for rule in out):
            file.fault(f"{who}: stands twice", near=table["id"])
        out.append(
            Rule(
                table["id"], tuple(table.get("sections", ())), tuple(table.get("topics", ())),
                tuple(table.get("states", ())), tuple(table.get("kinds", ())),
                file.regex(who, table["pattern"]) if "pattern" in table else None,
                table.get("to"), table.get("omit"), table.get("as_written", False),
            )
        )  # fmt: skip
    return tuple(out)


def _rewrites(file: RulesFile) -> tuple[Rewrite, ...]:
    keys = {"id": str, "pattern": str, "replacement": str, "reason": str, "to": list}
    out = []
    for table in file.tables("rewrite", keys, ("id", "pattern", "replacement", "reason")):
        if re.search(r"\d(?<!\\\d)(?<!\\g<\d)", table["replacement"]):
            file.fault(f"rewrite {table['id']!r}: a replacement must not bring a number", near=table["id"])
        pattern = file.regex(f"rewrite {table['id']!r}", table["pattern"])
        out.append(Rewrite(table["id"], pattern, table["replacement"], table["reason"], tuple(table.get("to", ()))))
    return tuple(out)


def _keys(file: RulesFile, ids: Collection[str]) -> tuple[KeySpec, ...]:
    keys = {"heading": str, "icon": str, "sources": list, "pattern": str, "max_words": int, "items": int}
    out = []
    for table in file.tables("key", keys, ("heading", "sources")):
        for source in table["sources"]:
            if source not in ids:
                file.fault(f"key {table['heading']!r}: no section {source!r} in this variant", near=table["heading"])
        pattern = file.regex(f"key {table['heading']!r}", table["pattern"]) if "pattern" in table else None
        out.append(
            KeySpec(
                table["heading"], table.get("icon", ""), tuple(table["sources"]), pattern, table.get("max_words", 30),
                table.get("items", 0),
            )
        )  # fmt: skip
    return tuple(out)


def _gaps(file: RulesFile, ids: Collection[str]) -> tuple[GapSpec, ...]:
    out = []
    for table in file.tables("gap", {"words": str, "sections": list, "pattern": str}, ("words", "sections")):
        for section in table["sections"]:
            if section not in ids:
                file.fault(f"gap {table['words']!r}: no section {section!r} in this variant", near=table["words"])
        pattern = file.regex(f"gap {table['words']!r}", table["pattern"]) if "pattern" in table else None
        out.append(GapSpec(table["words"], tuple(table["sections"]), pattern))
    return tuple(out)


def _composing(file: RulesFile, ids: Collection[str]) -> Composing:
    table = file.data.get("compose", {})
    keys = {"pages": int, "keep": list, "keep_pattern": str, "frame": str, "filler": str, "headings": dict}
    if file.check_keys("[compose]", table, keys, (), near="[compose]"):
        return Composing(0, (), None, ())
    drops = []
    drop_keys = {"id": str, "words": str, "to": list, "questions": bool, "repeats": bool, "pattern": str}
    for drop in file.tables("drop", drop_keys, ("id", "words")):
        pattern = file.regex(f"drop {drop['id']!r}", drop["pattern"]) if "pattern" in drop else None
        drops.append(
            DropSpec(
                drop["id"], drop["words"], tuple(drop.get("to", ())), drop.get("questions", False),
                drop.get("repeats", False), pattern,
            )
        )  # fmt: skip
    headings = table.get("headings", {})
    for name, said in headings.items():
        if not isinstance(said, str):
            file.fault(f"[compose.headings]: {name} must be words", near=name)
    for name in (*table.get("keep", ()), *headings, *(section for drop in drops for section in drop.to)):
        if name not in ids:
            file.fault(f"[compose]: no section {name!r} in this variant", near=f'"{name}"')
    pattern = file.regex("[compose]", table["keep_pattern"]) if "keep_pattern" in table else None
    return Composing(
        table.get("pages", 0),
        tuple(table.get("keep", ())),
        pattern,
        tuple(drops),
        table.get("frame", ""),
        file.regex("[compose]", table["filler"]) if "filler" in table else None,
        headings,
    )


def _words(file: RulesFile) -> Mapping[str, str]:
    words = file.data.get("words", {})
    for key, places in _WORDS.items():
        if not isinstance(words.get(key), str):
            file.fault(f"[words]: {key} is missing", near="[words]")
        elif [name for name in places if words[key].count(f"{{{name}}}") != 1]:
            wanted = " and ".join(f"{{{name}}}" for name in places)
            file.fault(f"[words]: {key} must hold {wanted}, once", near=words[key] or "[words]")
    for key in set(words) - set(_WORDS):
        file.fault(f"[words]: unknown key {key!r}", near=key)
    return {key: str(words.get(key, "")) for key in _WORDS}
