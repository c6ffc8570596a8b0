"""The types at the joints: a pair of texts, one side of it as checks read it, a finding."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from leaflets.checking.numbers import Number, numbers_in
from leaflets.checking.rules import Language, Names
from leaflets.checking.words import Hit, folded, longest, unmasked


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

    def __post_init__(self) -> None:
        self.text = folded(self.raw)
        self.numbers = numbers_in(self.text, self.tag, self.language)
        self.hits = self.language.matcher.find(self.text) if self.language else []

    def of(self, *prefixes: str) -> list[Hit]:
        """Hits of some kinds."""
        return [hit for hit in self.hits if hit.id.startswith(prefixes)]

    def words_for_numbers(self) -> tuple[list[tuple[str, Hit]], list[tuple[str, Hit]]]:
        """Number words that are sure to say a value, and those that may: value and place."""
        found = longest(unmasked(self.of("num:", "times:", "maybe:"), self.of("not:num")))
        if self.language and not self.language.spaced:
            counted = self.language.counted
            found = [
                hit for hit in found
                if not hit.id.startswith("num:") or self.text.startswith(counted, _behind(self.text, hit.end))
            ]  # fmt: skip
        sure = [(hit.id.partition(":")[2], hit) for hit in found if not hit.id.startswith("maybe:")]
        maybe = unmasked(self.of("maybe:"), self.of("not:num"))
        return sure, [(hit.id.partition(":")[2], hit) for hit in maybe]

    def concepts(self) -> frozenset[str]:
        """Names of the concepts that the text speaks of."""
        return frozenset(hit.id[2:] for hit in longest(self.of("c:")))


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


Check = Callable[[Both], Iterator[Finding]]
