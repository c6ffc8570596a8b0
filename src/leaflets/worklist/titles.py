"""Monograph files -> Titles: the front matter's title and ingredients, and the names that the text lists.

Only what an index needs is read: the questions of the front matter are skipped, and of the body only the section of
names. A file that cannot be read so stays in the index under its slug, and says what is wrong when it is built.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from leaflets.errors import LeafletsError
from leaflets.front_matter import MonographHandler, read_front_matter
from leaflets.labels import lead_label
from leaflets.markup import parse_body
from leaflets.monograph import Run
from leaflets.rules import RulesFile
from leaflets.source import MAX_BYTES
from leaflets.worklist.match import Entry, Titles

_HANDLER = MonographHandler()
_FAQS = re.compile(r"^faqs:.*\n(?:[ \t-].*\n|\n)*", re.MULTILINE)
_HEADING = re.compile(r"^(#{1,6})[ \t]+(.*)$", re.MULTILINE)
_NAME = re.compile(r"[^\W_][^,;:()\[\]<>=\"“”|*\n]{2,58}")
_PLACE = re.compile(r"\s*\(([^()]*)\)\s*$")
_MOST_WORDS = 5


@dataclass(frozen=True, slots=True)
class NameRules:
    """``content/rules/names.toml``."""

    headings: frozenset[str]
    labels: frozenset[str]
    places: frozenset[str]
    closings: frozenset[str]
    never: frozenset[str]


def load_name_rules(path: Path) -> NameRules:
    """Read the rules for names. Raises ContentError with every fault."""
    file = RulesFile(path)
    keys = ("headings", "labels", "places", "closings", "never")
    file.check_keys("names", file.data, dict.fromkeys(keys, list), keys)
    for key in keys:
        for word in file.data.get(key, ()):
            if isinstance(word, str) and (word != word.casefold().strip() or not word):
                file.fault(f"{key}: {word!r} must be in small letters, without blanks at its ends", near=word)
    file.finish()
    return NameRules(*(frozenset(file.data[key]) for key in keys))


def read_titles(files: Iterable[tuple[str, Path]], rules: NameRules) -> Titles:
    """The index of a library.

    Args:
        files: slug and path of each monograph.
        rules: which of the listed names count.
    """
    return Titles(read_entry(slug, path, rules) for slug, path in files)


def read_entry(slug: str, path: Path, rules: NameRules) -> Entry:
    """One monograph's entry. Never raises: what is wrong with a file is said when it is built."""
    try:
        if path.stat().st_size > MAX_BYTES:
            return Entry(slug, "")
        text = path.read_text(encoding="utf-8-sig").lstrip("\n")
        if not _HANDLER.detect(text):
            return Entry(slug, _first_heading(text), names=tuple(product_names(text, rules)))
        front, body = _HANDLER.split(text)
        meta, _ = read_front_matter(_FAQS.sub("", front + "\n"), slug, 1)
    except (OSError, ValueError, LeafletsError):
        return Entry(slug, "")
    fields = dict(meta.fields)
    listed = fields.get("ingredients", "")
    ingredients = tuple(part.strip() for part in listed.split(";") if part.strip())
    sample = fields.get("sample", "").lower() == "true"
    return Entry(slug, meta.title or _first_heading(body), ingredients, tuple(product_names(body, rules)), sample)


def _first_heading(body: str) -> str:
    found = next((h for h in _HEADING.finditer(body) if len(h[1]) == 1), None)
    return found[2].strip("#* \t") if found else ""


def product_names(body: str, rules: NameRules) -> Iterator[str]:
    """The names in a body's section of names, each once."""
    sections = list(_sections(body, rules))
    if len(sections) != 1:  # two sections of names are two monographs in one file
        return iter(())
    found: dict[str, None] = {}
    headed = False
    for block in parse_body(sections[0]):
        if block.kind == "heading":
            headed = False
            continue
        label, alone = lead_label(block.runs)
        known = label is not None and label.casefold().strip() in rules.labels
        if label is not None:
            headed = known and alone
        if known and not alone:
            found.update(dict.fromkeys(_listed(_after_label(block.runs), rules)))
        elif headed and label is None:
            found.update(dict.fromkeys(_listed(block.text, rules)))
    return iter(found)


def _sections(body: str, rules: NameRules) -> Iterator[str]:
    """The text below each heading of names, down to the next heading of its level or above."""
    headings = list(_HEADING.finditer(body))
    for at, heading in enumerate(headings):
        if heading[2].strip().strip("#*: \t").casefold() not in rules.headings:
            continue
        end = next((h.start() for h in headings[at + 1 :] if len(h[1]) <= len(heading[1])), len(body))
        yield body[heading.end() : end]


def _after_label(runs: tuple[Run, ...]) -> str:
    return "".join(run.text for run in runs[1:]).lstrip(": ")


def _listed(text: str, rules: NameRules) -> tuple[str, ...]:
    """The names of a line that holds nothing but names; none when there is any doubt."""
    pieces = [piece.strip() for piece in re.split(r"[,;\n]", text.strip().removesuffix("."))]
    if len(pieces) > 1 and pieces[-1].casefold().startswith("and "):
        pieces[-1] = pieces[-1][4:].strip()
    if len(pieces) > 1 and pieces[-1].casefold().rstrip(".") in rules.closings:
        pieces.pop()
    names = [_without_place(piece, rules) for piece in pieces]
    return tuple(names) if all(_is_name(name, rules) for name in names) else ()


def _without_place(piece: str, rules: NameRules) -> str:
    place = _PLACE.search(piece)
    if place and all(part.strip() in rules.places for part in place[1].casefold().split("/")):
        return piece[: place.start()].strip()
    return piece


def _is_name(name: str, rules: NameRules) -> bool:
    words = name.casefold().split()
    return (
        _NAME.fullmatch(name) is not None
        and not name.endswith(".")
        and ". " not in name
        and len(words) <= _MOST_WORDS
        and not rules.never.intersection(words)
        and not any(joint in words for joint in ("and", "&", "+"))
    )
