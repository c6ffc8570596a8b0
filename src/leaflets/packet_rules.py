"""``templates/packet/packet.toml`` -> the words of first pages and separators, and what a packet may say once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from leaflets.errors import TemplateError
from leaflets.rules import RulesFile

FILE = "packet/packet.toml"
_WORDS = ("separator", "separator_mark", "separator_foot", "copy", "copy_of", "line", "file", "pages")
_SLOTS = {"separator_mark": ("number", "count"), "copy_of": ("number", "count")}
"""What is filled into a word; nothing into the others."""
_SLOT = re.compile(r"\{(\w*)\}")


@dataclass(frozen=True, slots=True)
class PacketRules:
    """The file."""

    words: Mapping[str, str]

    def say(self, word: str, **values: object) -> str:
        """A word with its places filled."""
        return _SLOT.sub(lambda match: str(values[match[1]]), self.words[word])


@lru_cache(maxsize=8)
def load_packet_rules(path: Path) -> PacketRules:
    """Read and check the file. Raises TemplateError with everything that is wrong."""
    file = RulesFile(path)
    if not file.problems:
        file.check_keys("the file", file.data, {"words": dict}, ("words",))
    words = file.data.get("words")
    words = words if isinstance(words, dict) else {}
    file.check_keys("[words]", words, dict.fromkeys(_WORDS, str), tuple(_WORDS), near="[words]")
    for key in _WORDS:
        slots = _SLOTS.get(key, ())
        found = tuple(sorted(_SLOT.findall(str(words.get(key, "")))))
        if key in words and found != tuple(sorted(slots)):
            wanted = ", ".join(f"{{{slot}}}" for slot in slots) or "nothing in braces"
            file.fault(f"[words]: {key} must hold {wanted}, each once", near=key)
    if file.problems:
        raise TemplateError(*file.problems)
    return PacketRules({key: str(words[key]) for key in _WORDS})
