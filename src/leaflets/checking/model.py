"""The types at the joints: a pair of texts, one side of it as checks read it, a finding."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

from leaflets.checking.folding import folded
from leaflets.checking.numbers import Number, numbers_in, once_each, with_unit
from leaflets.checking.rules import SOURCE, Language, Names
from leaflets.checking.words import Hit, longest, unmasked

_POWERS = frozenset([Decimal(100), Decimal(1000), Decimal(1000000)])
"""What a number word before them multiplies."""
_START = attrgetter("start")


class Said(NamedTuple):
    """A word of a group, where it stands and what it may mean."""

    start: int
    end: int
    means: frozenset[str]


class Weight(StrEnum):
    """How much a finding weighs."""

    CRITICAL = "critical"
    """A reader could take another dose, or do what they are told not to do: it stops a release."""
    MAJOR = "major"
    """A person must look at it."""
    QUALITY = "quality"


@dataclass(frozen=True, slots=True)
class Pair:
    """One source and one text that stands for it."""

    source: str
    target: str
    file: str = ""
    line: int = 0
    context: str = ""
    fuzzy: bool = False
    other: str = ""
    """Of a plural: the source's other form; "one part" may stand without its number."""
    approved: bool | None = None
    """None where nobody asked."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check has to say of a pair."""

    rule: str
    weight: Weight
    message: str
    hint: str
    pair: Pair
    marks: tuple[str, ...] = ()
    """Pieces of either text that differ, to be pointed at."""
    waived: str = ""
    """Who waived it, and why."""

    def to_json(self) -> dict[str, str | int]:
        """The object of ``translate check --json``."""
        line: dict[str, str | int] = {
            "file": self.pair.file, "line": self.pair.line, "rule": self.rule, "severity": self.weight.value,
            "source": self.pair.source, "target": self.pair.target, "message": self.message, "hint": self.hint,
        }  # fmt: skip
        return {**line, "waived": self.waived} if self.waived else line


@dataclass(slots=True)
class Side:
    """One text of a pair, read once: its numbers, and the words that its language's rules know."""

    raw: str
    tag: str
    language: Language | None
    text: str = ""
    numbers: list[Number] = field(default_factory=list)
    hits: list[Hit] = field(default_factory=list)
    said: list[Number] = field(default_factory=list)
    """Numbers and sure number words in their order."""
    possible: list[Hit] = field(default_factory=list)
    """Words that may say a number, most of them articles."""
    read: list[Number] | None = None
    singles: dict[Decimal, Number] | None = None
    ids: frozenset[str] = frozenset()
    memo: dict[tuple[str, ...], list[Hit]] = field(default_factory=dict)
    told: dict[tuple[str, ...], list[Said]] = field(default_factory=dict)
    """Words of groups that were asked for."""

    def __post_init__(self) -> None:
        self.text = folded(self.raw)
        self.numbers = numbers_in(self.text, self.tag, self.language)
        self.hits = self.language.matcher.find(self.text) if self.language else []
        self.ids = frozenset([hit.id for hit in self.hits])
        self._words()

    @property
    def maybe(self) -> list[Number]:
        """Words that may say a number, each with its unit."""
        if self.read is None:
            sure = {(number.start, number.end, number.value) for number in self.said if number.word}
            found = [Number(_said_by(hit.id)[1], hit.start, hit.end, word=True) for hit in self.possible]
            self.read = [
                with_unit(number, self.text, self.language)
                for number in found
                if (number.start, number.end, number.value) not in sure
            ]
        return self.read

    @property
    def once(self) -> dict[Decimal, Number]:
        """What the text says once, by its value."""
        if self.singles is None:
            self.singles = once_each(self.said)
        return self.singles

    def of(self, *prefixes: str) -> list[Hit]:
        """Hits of some kinds."""
        known = self.memo.get(prefixes)
        if known is None:
            if self.language is None or not self.ids:
                return []
            ids = self.language.matcher.kinds.get(prefixes) or self.language.matcher.ids_of(prefixes)
            known = [] if self.ids.isdisjoint(ids) else [hit for hit in self.hits if hit.id in ids]
            self.memo[prefixes] = known
        return known

    def _words(self) -> None:
        """Number words that are sure to say a value join the numbers; those that may are kept apart."""
        if self.language is None:
            self.said = self.numbers
            return
        found = unmasked(self.of("num:", "times:", "maybe:", "month:"), self.of("not:num"))
        if not found:
            self.said = self.numbers
            return
        if not self.language.spaced:
            found = [hit for hit in found if not hit.id.startswith("num:") or self._counts(hit)]
        found = longest(found)
        words: list[Number] = []
        digits = {at for number in self.numbers for at in range(number.start, number.end)}
        for hit in sorted(found, key=_START):
            kind, value = _said_by(hit.id)
            if kind == "maybe":
                if value == 1 and self.tag != SOURCE and hit.start - 2 in digits and self.text[hit.start - 1] == " ":
                    continue  # what 12 hours count is no hour more
                if hit.start - 1 in digits and self.language.unit_key.get(self.text[hit.start : hit.end]) == "times":
                    continue  # 2倍 says two once
                self.possible.append(hit)
                continue
            if (hit.start in digits and kind != "month") or (words and words[-1].end > hit.start):
                continue
            if kind == "month":
                words.append(Number(value, hit.start, hit.start + 1, "month", word=True))
                continue
            number = Number(value, hit.start, hit.end, "times" if kind == "times" else "", word=True)
            words.append(number if number.unit else with_unit(number, self.text, self.language))
        if self.language.spaced:
            words = _multiplied(words, self.text)
        self.said = sorted([*self.numbers, *words], key=lambda number: number.start) if words else self.numbers

    def _counts(self, hit: Hit) -> bool:
        """Whether a number word of a text without blanks is one: what is counted follows it, or is part of it."""
        assert self.language is not None
        counted = self.language.counted
        form = self.text[hit.start : hit.end]
        return len(form) > 2 or form.endswith(counted) or self.text.startswith(counted, _behind(self.text, hit.end))

    def concepts(self) -> frozenset[str]:
        """Names of the concepts that the text speaks of."""
        return frozenset(hit.id[2:] for hit in longest(self.of("c:")))


@lru_cache(maxsize=1024)
def _said_by(ident: str) -> tuple[str, Decimal]:
    """What a number word's id says: ``num:2`` is two, for sure."""
    kind, _, value = ident.partition(":")
    return kind, Decimal(value)


def _multiplied(words: list[Number], text: str) -> list[Number]:
    """ "Ten thousand" is one number."""
    out: list[Number] = []
    for word in words:
        before = out[-1] if out else None
        beside = before is not None and not before.unit and text[before.end : word.start] in (" ", "-")
        if before is not None and beside and word.value in _POWERS and 1 < before.value < word.value:
            out[-1] = word._replace(value=before.value * word.value, start=before.start)
        else:
            out.append(word)
    return out


def _behind(text: str, at: int) -> int:
    return at + 1 if text[at : at + 1] == " " else at


@dataclass(frozen=True, slots=True)
class Both:
    """A pair with both sides read, and what else checks need."""

    pair: Pair
    source: Side
    target: Side
    names: Names
    terms: Mapping[str, tuple[str, ...]]
    """The locale's term base: a source's term, folded, and what may stand for it."""
    known: frozenset[str] = frozenset()
    """Names of medicines, folded: titles of the project and of the file."""
    same: bool = False
    """Both texts say the same numbers in the same order, each with its unit."""


def both_of(
    pair: Pair, source: Side, target: Side, names: Names, terms: Mapping[str, tuple[str, ...]], known: frozenset[str]
) -> Both:
    """A pair whose sides were read."""
    same = len(source.said) == len(target.said) and all(
        one.value == other.value and one.unit == other.unit for one, other in zip(source.said, target.said, strict=True)
    )
    return Both(pair, source, target, names, terms, known, same)


Check = Callable[[Both], Iterator[Finding]]
