"""``content/rules/directions.toml`` and a label's directions -> a day grid, or None for whatever is not wholly known.

A grid is drawn beside the directions, never in their place. It comes only from a direction that fits a pattern from its
first word to its last; amounts are shown as they are written, and a number of times a day is shown by as many cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from leaflets.rules import RulesFile

TIMES = ("morning", "noon", "evening", "bedtime")
LONGEST = 200
"""Characters of the longest direction that a pattern is tried on."""

_SLOTS = ("a", "b", "c", "d")
_NUMBER = (
    r"(?:[1-9][0-9]{0,3}(?:\.[0-9]{0,3}[1-9])?|0\.[0-9]{0,3}[1-9]"  # no leading point, no trailing zero (ISMP)
    r"|(?:[1-9][0-9]? ?)?[½¼¾⅓⅔]|(?:[1-9][0-9]? )?(?:1/2|1/3|2/3|1/4|3/4))"
)
_TOKEN = re.compile(r"\{(?P<id>[a-z_]+)(?P<may>\??)\}|(?P<word>[a-z]+|,)")
_NOT_MANY = re.compile(r"1|0\..*|[½¼¾⅓⅔]|[123]/[234]")
_NUMBER_SIGN = re.compile(r"[0-9½¼¾⅓⅔]")


@dataclass(frozen=True, slots=True)
class DayGrid:
    """What is taken when: amount and unit, as written. Empty where nothing is taken."""

    morning: str = ""
    noon: str = ""
    evening: str = ""
    bedtime: str = ""

    def cells(self) -> tuple[str, str, str, str]:
        """The four columns in order."""
        return (self.morning, self.noon, self.evening, self.bedtime)


@dataclass(frozen=True, slots=True)
class CombinedGrid:
    """The grids of a packet, one row for each medicine, in the order given."""

    rows: tuple[tuple[str, DayGrid], ...]
    without: tuple[str, ...]
    """Medicines whose directions no grid can show: a page that shows the rows must name these too."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A thing that is counted."""

    one: str
    many: str


@dataclass(frozen=True, slots=True)
class Direction:
    """One pattern, with the slot that each column shows."""

    pattern: re.Pattern[str]
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Language:
    """The patterns of one language."""

    directions: tuple[Direction, ...]
    units: tuple[Unit, ...]
    numbers: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class DirectionRules:
    """``content/rules/directions.toml``."""

    languages: Mapping[str, Language]
    reviewed_by: str
    """Who read the table as a pharmacist; empty when nobody has."""
    reviewed_on: str


def combined_grid(items: Iterable[tuple[str, DayGrid | None]]) -> CombinedGrid:
    """The grids of several medicines as one. A medicine without a grid is named, not dropped."""
    listed = tuple(items)
    return CombinedGrid(
        tuple((drug, grid) for drug, grid in listed if grid is not None),
        tuple(drug for drug, grid in listed if grid is None),
    )


def read_day_grid(directions: str, rules: DirectionRules, language: str) -> DayGrid | None:
    """The grid of a direction.

    Args:
        directions: as on the label.
        rules: the reviewed table.
        language: of the directions; a tag's first part decides.
    """
    known = rules.languages.get(language.split("-")[0].casefold())
    text = _normal(directions)
    if known is None or text is None:
        return None
    grids = set()
    for direction in known.directions:
        if match := direction.pattern.fullmatch(text + " "):
            grids.add(_grid(direction, match, known))
    return grids.pop() if len(grids) == 1 else None


def _normal(text: str) -> str | None:
    """Blanks, commas and one full stop made alike; None for a text of several lines, or one too long."""
    text = text.strip()
    if len(text) > LONGEST or "\n" in text or "\r" in text:
        return None
    text = re.sub(r"[ \t\u00a0\u202f]+", " ", text)
    text = text.removesuffix(".").rstrip()
    return re.sub(r" ?, ?", " , ", text)


def _grid(direction: Direction, match: re.Match[str], known: Language) -> DayGrid | None:
    """The grid of a match; None when its amounts do not count the same thing."""
    first = _unit_of(match["a"], known)
    shown = {}
    for slot in {slot for _, slot in direction.cells}:
        amount = match[slot]
        unit = _unit_of(amount, known)
        if unit is None and first is not None:
            amount = f"{amount} {_form(amount, first, known)}"
        elif unit is not first:
            return None
        shown[slot] = amount
    return replace(DayGrid(), **{time: shown[slot] for time, slot in direction.cells})


def _unit_of(amount: str, known: Language) -> Unit | None:
    folded = amount.casefold()
    found = [u for u in known.units if any(_ends_with_unit(folded, form.casefold()) for form in (u.one, u.many))]
    return found[0] if found else None


def _ends_with_unit(amount: str, unit: str) -> bool:
    return amount.endswith(unit) and not amount[: -len(unit)][-1:].isalpha()


def _form(number: str, unit: Unit, known: Language) -> str:
    """The unit as its number asks for it."""
    few = known.numbers.get(number.casefold(), 2) <= 1 or _NOT_MANY.fullmatch(number) is not None
    return unit.one if few else unit.many


# -- the table ------------------------------------------------------------------------------------------------------


def load_directions(path: Path) -> DirectionRules:
    """Read the table and try its examples. Raises ContentError with every fault."""
    file = RulesFile(path)
    review = file.data.get("review", {})
    if not isinstance(review, dict):
        file.fault("review must be a table: write [review]", near="review")
        review = {}
    file.check_keys("[review]", review, {"by": str, "date": str}, ("by", "date"), near="[review]")
    for key in file.data:
        if key not in ("review", "number", "unit", "words", "direction"):
            file.fault(f"unknown table {key!r}", near=key, hint="known: review, number, unit, words, direction")
    loader = _Loader(file)
    languages = {name: loader.language(name) for name in loader.names()}
    rules = DirectionRules(languages, str(review.get("by", "")), str(review.get("date", "")))
    if not file.problems:
        loader.try_examples(rules)
    file.finish()
    return rules


class _Loader:
    """Builds the patterns and notes what is wrong with them."""

    def __init__(self, file: RulesFile) -> None:
        self.file = file
        text, words = {"language": str}, {"id": str, "phrases": list, "time": str, "times": int}
        cells = dict.fromkeys((*TIMES, "says", "example"), str)
        self.numbers = file.tables("number", {**text, "words": dict}, ("language", "words"))
        self.units = file.tables("unit", {**text, "one": str, "many": str}, ("language", "one", "many"))
        self.words = file.tables("words", {**text, **words}, ("language", "id", "phrases"))
        self.directions = file.tables("direction", {**text, **cells}, ("language", "says", "example"))

    def names(self) -> list[str]:
        """The languages that have directions."""
        return list(dict.fromkeys(table["language"] for table in self.directions))

    def language(self, name: str) -> Language:
        """One language's patterns."""
        numbers = {
            str(word): float(value)
            for table in self.numbers
            if table["language"] == name
            for word, value in table["words"].items()
        }
        units = tuple(Unit(t["one"], t["many"]) for t in self.units if t["language"] == name)
        words = {t["id"]: t for t in self.words if t["language"] == name}
        if not units:
            self.file.fault(f"language {name!r} has no unit")
        for table in words.values():
            self.check_words(table, numbers)
        mine = [t for t in self.directions if t["language"] == name]
        found = (self.direction(table, words, units, numbers) for table in mine)
        return Language(tuple(d for d in found if d is not None), units, numbers)

    def check_words(self, table: dict[str, Any], numbers: Mapping[str, float]) -> None:
        """A phrase may say one number at most, and only the number of times that its cells will show."""
        if "time" in table and table["time"] not in TIMES:
            self.file.fault(f"words {table['id']!r}: time is one of {', '.join(TIMES)}", near=table["id"])
        special = {"once": 1, "twice": 2, "thrice": 3}
        for phrase in table["phrases"]:
            said = [
                float(w) if w.isdigit() else float(special.get(w, numbers.get(w, -1)))
                for w in re.findall(r"[\w½¼¾⅓⅔./]+", phrase.casefold())
                if _NUMBER_SIGN.search(w) or w in special or w in numbers
            ]
            if said != ([table["times"]] if "times" in table else []):
                self.file.fault(f"words {table['id']!r}: “{phrase}” says another number than its times", near=phrase)

    def direction(
        self, table: dict[str, Any], words: Mapping[str, dict[str, Any]], units: tuple[Unit, ...],
        numbers: Mapping[str, float],
    ) -> Direction | None:  # fmt: skip
        """One pattern; None, with the faults noted, when its grid is not what its words say."""
        says, before = table["says"], len(self.file.problems)
        tokens = list(_TOKEN.finditer(says))
        if _TOKEN.sub("", says).strip():
            self.file.fault(f"direction “{says}”: write words, commas and {{slots}}", near=says)
        pieces = []
        for token in tokens:
            id_ = token["id"]
            if id_ in _SLOTS:
                piece = f"(?P<{id_}>{_amount(units, numbers, whole=id_ == 'a')})"
            elif id_:
                if id_ not in words:
                    self.file.fault(f"direction “{says}”: there are no words {id_!r}", near=says)
                    continue
                piece = _phrases(words[id_]["phrases"])
            else:
                piece = re.escape(token["word"])
            pieces.append(f"(?:{piece} )?" if token["may"] else f"{piece} ")
        self.check_cells(table, [t["id"] for t in tokens if t["id"]], [t["id"] for t in tokens if t["may"]], words)
        if len(self.file.problems) > before:
            return None
        cells = tuple((time, table[time]) for time in TIMES if time in table)
        return Direction(re.compile("".join(pieces), re.IGNORECASE | re.ASCII), cells)

    def check_cells(
        self, table: dict[str, Any], ids: list[str], optional: list[str], words: Mapping[str, dict[str, Any]]
    ) -> None:
        """The columns must be those that the words name, or as many as the words ask for, each with its amount."""
        says = table["says"]
        cells = {time: table[time] for time in TIMES if time in table}
        slots = [id_ for id_ in ids if id_ in _SLOTS]
        named = [words[id_]["time"] for id_ in ids if id_ in words and "time" in words[id_]]
        counted = [words[id_]["times"] for id_ in ids if id_ in words and "times" in words[id_]]
        if tuple(slots) != _SLOTS[: len(slots)] or not slots or set(slots) != set(cells.values()):
            self.file.fault(f"direction “{says}”: its columns show other amounts than its words", near=says)
        if any(id_ in _SLOTS or (id_ in words and "time" in words[id_]) for id_ in optional):
            self.file.fault(f"direction “{says}”: an amount or a time of day cannot be left out", near=says)
        if not named and not counted:
            self.file.fault(f"direction “{says}”: no words say when or how often", near=says)
        if named and (len(named) != len(set(named)) or set(named) != set(cells)):
            self.file.fault(f"direction “{says}”: its columns are not the times of day that it names", near=says)
        if any(times != len(cells) for times in counted) or (counted and len(slots) > 1):
            self.file.fault(f"direction “{says}”: its columns are not as many as it asks for", near=says)
        order = [id_ for id_ in ids if id_ in _SLOTS or (id_ in words and "time" in words[id_])]
        for slot, following in pairwise(order):
            if len(slots) > 1 and slot in _SLOTS and (
                following in _SLOTS or cells.get(words[following]["time"]) != slot
            ):  # fmt: skip
                self.file.fault(f"direction “{says}”: {{{slot}}} stands in another column than its words", near=says)

    def try_examples(self, rules: DirectionRules) -> None:
        """Each pattern's example must give a grid with that pattern's columns."""
        for table in self.directions:
            grid = read_day_grid(table["example"], rules, table["language"])
            filled = {time for time in TIMES if time in table}
            if grid is None or {time for time in TIMES if getattr(grid, time)} != filled:
                self.file.fault(f"example “{table['example']}” does not give its columns", near=table["example"])


def _amount(units: tuple[Unit, ...], numbers: Mapping[str, float], *, whole: bool) -> str:
    """An amount as a pattern; a later one may leave its unit out."""
    forms = sorted({form for unit in units for form in (unit.one, unit.many)}, key=len, reverse=True)
    unit = "|".join(map(re.escape, forms))
    word = _phrases(numbers) if numbers else r"(?!)"
    full = rf"(?:{_NUMBER} ?|{word} )(?:{unit})"
    return full if whole else rf"(?:{full}|{_NUMBER}|{word})"


def _phrases(phrases: Iterable[str]) -> str:
    longest = sorted(phrases, key=len, reverse=True)
    return "(?:" + "|".join(re.escape(re.sub(r" ?, ?", " , ", p).strip()) for p in longest) + ")"
