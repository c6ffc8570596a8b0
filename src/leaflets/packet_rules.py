"""``templates/packet/packet.toml`` -> words of first pages and separators, what a packet says once, salts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from leaflets.assets import find_asset
from leaflets.errors import TemplateError
from leaflets.interface import Interface, Key
from leaflets.rules import RulesFile

FILE = "packet/packet.toml"
PACKET, SEPARATOR, ONCE = "packet", "separator", "said once"
"""Contexts: on a packet's first page, or pointing to it; on the sheet between copies; what is said once, in a list."""
_SLOTS: Mapping[str, tuple[str, ...]] = {
    "separator_mark": ("count", "number"),
    "copy_of": ("count", "number"),
    "packet_mark": ("medicines",),
    "packet_of": ("count",),
    "double": ("ingredient", "medicines"),
    "said_once": ("what",),
}
"""What is filled into a word; nothing into the others."""
_SHEET = ("separator", "separator_mark", "separator_foot", "copy", "copy_of", "line", "file", "pages", "packet_mark")
"""Words for the pharmacy, in the pharmacy's language: the sheet between copies, and marks of the print file."""
_WORDS = (
    *_SHEET, "title", "packet_of", "reviewed", "medicines", "medicine", "directions", "no_directions", "leaflet_code",
    "day", "as_written", "shared", "double_heading", "double", "follow", "said_once", "see_first",
)  # fmt: skip
_SLOT = re.compile(r"\{(\w*)\}")


@dataclass(frozen=True, slots=True)
class SharedRule:
    """Advice that may stand once for all medicines of a packet."""

    id: str
    words: str
    """What the single leaflets say is on the first page: "how to store it"."""
    sections: tuple[str, ...]
    pattern: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class PacketRules:
    """The file."""

    words: Mapping[str, str]
    salts: frozenset[str]
    """Words that a name of an ingredient may end with without being another ingredient."""
    same: Mapping[str, str]
    """Names of one ingredient -> the first of them."""
    shared: tuple[SharedRule, ...]
    label: tuple[str, ...]
    """Fields of the label on each leaflet of a packet; the first page says all of them."""

    def say(self, word: str, **values: object) -> str:
        """A word with its places filled."""
        return _SLOT.sub(lambda match: str(values[match[1]]), self.words[word])

    def in_language(self, interface: Interface) -> PacketRules:
        """The same with its words in another language. Rules stay as they are: they read the source."""
        words = {name: interface.pgettext(_context(name), text) for name, text in self.words.items()}
        shared = tuple(replace(rule, words=interface.pgettext(ONCE, rule.words)) for rule in self.shared)
        return replace(self, words=words, shared=shared)

    @property
    def page_keys(self) -> tuple[Key, ...]:
        """What a packet says to its reader."""
        own = [(PACKET, text) for name, text in self.words.items() if name not in _SHEET]
        return (*own, *((ONCE, rule.words) for rule in self.shared))


def packet_messages(values: Mapping[str, Any]) -> Iterator[Key]:
    """Everything that such a file says to readers, in its order."""
    if {"words", "ingredients", "label"} <= values.keys():
        yield from ((_context(name), text) for name, text in values["words"].items())
        yield from ((ONCE, rule["words"]) for rule in values.get("shared", ()))


def _context(name: str) -> str:
    return SEPARATOR if name in _SHEET else PACKET


def packet_rules(project: Path) -> PacketRules:
    """The project's own file, or ours. Raises TemplateError."""
    return load_packet_rules(find_asset("templates", FILE, project))


@lru_cache(maxsize=8)
def load_packet_rules(path: Path) -> PacketRules:
    """Read and check the file. Raises TemplateError with everything that is wrong."""
    file = RulesFile(path)
    if not file.problems:
        known = {"words": dict, "ingredients": dict, "label": dict, "shared": list}
        single = {key: value for key, value in file.data.items() if key != "shared"}
        file.check_keys("the file", single, known, ("words", "ingredients", "label"))
    words = _words(file)
    ingredients = _table(file, "ingredients")
    file.check_keys(
        "[ingredients]", ingredients, {"salts": list, "same": list}, ("salts", "same"), near="[ingredients]"
    )
    for name in ("salts", "same"):
        for text in _strings(ingredients, name):
            if text != text.casefold().strip() or not text:
                file.fault(f"[ingredients]: {text!r} must be in small letters, without blanks at its ends", near=text)
    label = _table(file, "label")
    file.check_keys("[label]", label, {"fields": list}, ("fields",), near="[label]")
    for needed in ("patient", "drug", "directions"):
        if needed not in _strings(label, "fields"):
            hint = "a leaflet without it could be taken for another's"
            file.fault(f"[label]: fields lacks {needed!r}", near="fields", hint=hint)
    same = _same(file, _strings(ingredients, "same"))
    shared = _shared(file)
    if file.problems:
        raise TemplateError(*file.problems)
    return PacketRules(words, frozenset(_strings(ingredients, "salts")), same, shared, tuple(_strings(label, "fields")))


def _words(file: RulesFile) -> Mapping[str, str]:
    words = _table(file, "words")
    file.check_keys("[words]", words, dict.fromkeys(_WORDS, str), _WORDS, near="[words]")
    for key in _WORDS:
        slots = _SLOTS.get(key, ())
        if key in words and tuple(sorted(_SLOT.findall(str(words[key])))) != slots:
            wanted = ", ".join(f"{{{slot}}}" for slot in slots) or "nothing in braces"
            file.fault(f"[words]: {key} must hold {wanted}, each once", near=key)
    return {key: str(words.get(key, "")) for key in _WORDS}


def _same(file: RulesFile, lines: list[str]) -> Mapping[str, str]:
    out: dict[str, str] = {}
    for line in lines:
        names = [name.strip() for name in line.split(",")]
        for name in names:
            if name in out or not name:
                file.fault(f"[ingredients]: {name!r} stands twice, or is empty", near=line)
            out[name] = names[0]
    return out


def _shared(file: RulesFile) -> tuple[SharedRule, ...]:
    out: list[SharedRule] = []
    keys = {"id": str, "words": str, "sections": list, "pattern": str}
    for table in file.tables("shared", keys, ("id", "words", "sections")):
        if any(rule.id == table["id"] for rule in out):
            file.fault(f"shared {table['id']!r}: stands twice", near=table["id"])
        pattern = file.regex(f"shared {table['id']!r}", table["pattern"]) if "pattern" in table else None
        out.append(SharedRule(table["id"], table["words"], tuple(table["sections"]), pattern))
    return tuple(out)


def _table(file: RulesFile, name: str) -> dict[str, object]:
    found = file.data.get(name)
    return found if isinstance(found, dict) else {}


def _strings(table: Mapping[str, object], name: str) -> list[str]:
    found = table.get(name)
    return [text for text in found if isinstance(text, str)] if isinstance(found, list) else []
