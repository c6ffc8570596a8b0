"""A correct pair -> the same pair with one error, many times: what a tired translator could do to a dose."""

from __future__ import annotations

import itertools
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

CASES = Path(__file__).parents[1] / "cases" / "translation"
_NUMBER = re.compile(r"\d+(?:[.,٫]\d+)*")
_RANGE = re.compile(r"(\d+(?:[.,٫]\d+)*)\s?(?:[-–~～〜至]|a|à|bis|до|إلى|से|ถึง)\s?(\d+(?:[.,٫]\d+)*)")
_UNITS = {
    "es": [("mg", "g"), ("mcg", "mg"), ("ml", "l"), ("kg", "g")],
    "de": [("mg", "g"), ("Mikrogramm", "Milligramm"), ("ml", "l"), ("kg", "g")],
    "fr": [("mg", "g"), ("microgrammes", "milligrammes"), ("ml", "l"), ("kg", "g")],
    "ru": [("мг", "г"), ("мкг", "мг"), ("мл", "л"), ("кг", "г")],
    "ar": [("ملغ", "غ"), ("ميكروغرام", "ملغ"), ("مل", "لتر"), ("كغ", "غ")],
    "hi": [("मि.ग्रा.", "ग्रा."), ("माइक्रोग्राम", "मिलीग्राम"), ("मि.ली.", "ली."), ("मिग्रा", "ग्राम")],
    "zh-Hans": [("毫克", "克"), ("微克", "毫克"), ("毫升", "升"), ("公斤", "克")],
    "ja": [("mg", "g"), ("µg", "mg"), ("mL", "L"), ("kg", "g")],
    "th": [("มก.", "ก."), ("ไมโครกรัม", "มิลลิกรัม"), ("มล.", "ล."), ("กก.", "ก.")],
}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One error in one pair."""

    kind: str
    source: str
    target: str
    correct: str


@dataclass(frozen=True, slots=True)
class Cases:
    """The correct pairs of a language, and what can go wrong in it."""

    tag: str
    pairs: tuple[tuple[str, str], ...]
    names: tuple[str, ...]
    negations: tuple[str, ...]


def read_cases(tag: str, folder: Path = CASES) -> Cases:
    """The pairs of one language."""
    data = tomllib.loads((folder / f"{tag}.toml").read_text(encoding="utf-8"))
    pairs = tuple((source, target) for source, target in data["pairs"])
    return Cases(tag, pairs, tuple(data.get("names", ())), tuple(data.get("negations", ())))


def languages(folder: Path = CASES) -> tuple[str, ...]:
    """Tags that have pairs."""
    return tuple(sorted(path.stem for path in folder.glob("*.toml")))


def mutants(cases: Cases) -> Iterator[Mutant]:
    """Every single error, each in a pair of its own. Only texts that differ from the correct one."""
    for number, (source, target) in enumerate(cases.pairs):
        for kind, changed in _changes(cases, number, target):
            if changed != target and changed.strip():
                yield Mutant(kind, source, changed, target)


def _changes(cases: Cases, number: int, target: str) -> Iterator[tuple[str, str]]:
    for match in _NUMBER.finditer(target):
        before, behind, text = target[: match.start()], target[match.end() :], match[0]
        yield from (("digit changed", before + new + behind) for new in _digits_changed(text))
        yield from (("digit dropped", before + new + behind) for new in _digits_dropped(text))
        yield from (("digits swapped", before + new + behind) for new in _digits_swapped(text))
        yield from (("decimal moved", before + new + behind) for new in _decimal_moved(text))
    for old, new in _UNITS[cases.tag]:
        for match in re.finditer(rf"(?<=\d)(\s?){re.escape(old)}(?![A-Za-zа-я])", target):
            yield "unit exchanged", target[: match.start()] + match[1] + new + target[match.end() :]
    for match in _RANGE.finditer(target):
        yield "range end lost", target[: match.start()] + match[1] + target[match.end() :]
        yield "range end lost", target[: match.start()] + match[2] + target[match.end() :]
    for rule in cases.negations:
        pattern, _, instead = rule.partition(">") if not rule.startswith("(?<") else (rule, "", "")
        if "(?<!\\w)(?:ne " in rule:
            pattern, _, instead = rule.rpartition(">")
        for match in re.finditer(pattern, target):
            yield "negation dropped", target[: match.start()] + match.expand(instead) + target[match.end() :]
    yield from (("doses swapped", changed) for changed in _swapped(cases.pairs, number, target))
    for name in cases.names:
        for match in re.finditer(re.escape(name), target):
            yield from (
                ("name altered", target[: match.start()] + new + target[match.end() :]) for new in _altered(name)
            )


def _digits_changed(text: str) -> Iterator[str]:
    for at, char in enumerate(text):
        if char.isdigit():
            new = chr(ord(char) - int(char) + (int(char) + 1) % 10)
            changed = text[:at] + new + text[at + 1 :]
            if not (at == 0 and new in "0٠०" and len(text) > 1):
                yield changed


def _digits_dropped(text: str) -> Iterator[str]:
    digits = [at for at, char in enumerate(text) if char.isdigit()]
    for at in digits if len(digits) > 1 else ():
        changed = text[:at] + text[at + 1 :]
        if changed[0].isdigit() and changed[-1].isdigit():
            yield changed


def _digits_swapped(text: str) -> Iterator[str]:
    for at in range(len(text) - 1):
        if text[at].isdigit() and text[at + 1].isdigit() and text[at] != text[at + 1]:
            yield text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _decimal_moved(text: str) -> Iterator[str]:
    match = re.fullmatch(r"(\d+)([.,٫])(\d{1,2})", text)
    if match:
        whole, sign, part = match.groups()
        yield f"{whole}{part}".lstrip("0") or "0"
        if len(part) > 1:
            yield f"{whole}{part[0]}{sign}{part[1:]}".lstrip("0")
        yield f"0{sign}{whole}{part}"
    elif text.isascii() and text.isdigit() and len(text) > 1 and text[-1] == "0":
        yield text[:-1]
        yield text + "0"


def _swapped(pairs: Sequence[tuple[str, str]], number: int, target: str) -> Iterator[str]:
    """Two doses of one text that changed places; and the dose of the next line."""
    here = list(re.finditer(r"\d+(?:[.,]\d+)*(?=\s?(?:mg|мг|ملغ|मि\.ग्रा\.|毫克|มก\.))", target))
    for one, other in itertools.pairwise(here):
        if one[0] != other[0]:
            swapped = (
                target[: one.start()] + other[0] + target[one.end() : other.start()] + one[0] + target[other.end() :]
            )
            # The ends of a range are no two doses; a falling range is the same error.
            yield swapped
    following = pairs[(number + 1) % len(pairs)][1]
    mine, theirs = _NUMBER.search(target), _NUMBER.search(following)
    if mine and theirs and mine[0] != theirs[0]:
        yield target[: mine.start()] + theirs[0] + target[mine.end() :]


def _altered(name: str) -> Iterator[str]:
    """One letter exchanged, lost or changed with its neighbor."""
    for at in (1, len(name) // 2, len(name) - 2):
        yield name[:at] + _other(name[at]) + name[at + 1 :]
        if len(name) > 3:
            yield name[:at] + name[at + 1 :]
    middle = len(name) // 2
    yield name[: middle - 1] + name[middle] + name[middle - 1] + name[middle + 1 :]


def _other(char: str) -> str:
    char = unicodedata.normalize("NFD", char)[0] if "\u00c0" <= char <= "\u024f" else char
    for alphabet in ("bcdfglmnprstv", "aeiou", "бвгдлмнпрст", "аеио", "0123456789"):
        low = char.lower()
        if low in alphabet:
            return alphabet[(alphabet.index(low) + 3) % len(alphabet)]
    return chr(ord(char) + 2)
