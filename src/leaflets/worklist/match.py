"""A drug's name as people write it -> the one monograph that it means, or why there is none. Nothing is guessed.

Names are compared whole, without case and accents. The first of these steps that knows the name decides; when it knows
several monographs, that is an error, and so is a name that no step knows:

1. the slug or the title;
2. the ingredients, in any order: ``Sertraline and Clonazepam`` means ``Clonazepam + Sertraline``;
3. an alternate name or brand that the monograph lists. The row then carries a warning.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property, lru_cache

CANDIDATES = 5
LOOK_ALIKE = 0.7
"""From this likeness on (difflib: twice the letters in common over all letters) two names are said to look alike."""
NEAR = 0.6
_SHORTLIST = 60
_WORDS = 8
"""Of a title or an ingredient that is looked for inside a name."""
_LONGEST = 300
"""The longest title of the library has 259 characters."""

_MARKS = re.compile(r"[®™©\u200b-\u200f\u2060\ufeff\xad]")
_DASHES = re.compile(r"[\u2010-\u2015\u2212]")
_JOINTS = re.compile(r"\s*(?:\+|&|/|,|;|\band\b)\s*(?:\band\b\s*)?")


@lru_cache(maxsize=16384)
def fold(name: str) -> str:
    """A name without case, accents, trade marks and doubled blanks. Never NFKC: ``10⁹`` must not become 109."""
    decomposed = unicodedata.normalize("NFD", _MARKS.sub("", name).casefold())
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(_DASHES.sub("-", bare).split())


@lru_cache(maxsize=16384)
def ingredients_of(name: str) -> tuple[str, ...]:
    """The ingredients that a name lists, folded and sorted: one for a name that lists none."""
    return tuple(sorted(part for part in _JOINTS.split(fold(name)) if part))


@dataclass(frozen=True, slots=True)
class Entry:
    """One monograph of the library."""

    slug: str
    title: str
    ingredients: tuple[str, ...] = ()
    """As the front matter lists them; empty when only the title tells them."""
    names: tuple[str, ...] = ()
    """Alternate names and brands that stand for the whole product."""
    sample: bool = False
    """A sample that nobody should be treated by."""


@dataclass(frozen=True, slots=True)
class Match:
    """What came of a name: one slug, or candidates for the person who reads the error."""

    slug: str | None
    by: str
    """``slug or title``, ``ingredients``, ``alternate name`` or nothing."""
    candidates: tuple[str, ...] = ()
    """Titles with their slugs, nearest first."""
    several: bool = False
    """Whether the name means each of the candidates."""
    alike: tuple[str, str] | None = None
    """Two of the candidates whose names look alike."""


class Titles:
    """The library's index. Built once; `find` is a look-up unless nothing matches."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = tuple(entries)
        self._named: dict[str, set[int]] = defaultdict(set)
        self._made_of: dict[tuple[str, ...], set[int]] = defaultdict(set)
        self._known_as: dict[str, set[int]] = defaultdict(set)
        self._cache: dict[str, Match] = {}
        for number, entry in enumerate(self.entries):
            for name in (entry.slug, entry.title):
                if key := fold(name):
                    self._named[key].add(number)
            for ingredients in (ingredients_of(entry.title), tuple(sorted(map(fold, entry.ingredients)))):
                if ingredients:
                    self._made_of[ingredients].add(number)
            for name in entry.names:
                if key := fold(name):
                    self._known_as[key].add(number)

    def __len__(self) -> int:
        return len(self.entries)

    def __contains__(self, slug: object) -> bool:
        return slug in self._slugs

    def title(self, slug: str) -> str:
        """A slug's title. Raises KeyError."""
        return self._slugs[slug].title

    def find(self, name: str) -> Match:
        """The monograph that a name means."""
        found = self._cache.get(name)
        if found is None:
            if len(self._cache) > 4096:  # a worklist of nothing but slips must not fill the memory
                self._cache.clear()
            found = self._cache[name] = self._find(name)
        return found

    def exact(self, name: str) -> str | None:
        """The slug that a name means by steps 1 and 2, or None."""
        match = self.find(name)
        return match.slug if match.by != "alternate name" else None

    def _find(self, name: str) -> Match:
        key = fold(name)
        for by, found in (
            ("slug or title", self._named.get(key)),
            ("ingredients", self._made_of.get(ingredients_of(name))),
            ("alternate name", self._known_as.get(key)),
        ):
            if not found:
                continue
            if len(found) == 1:
                return Match(self.entries[min(found)].slug, by)
            shown = [self.entries[number] for number in sorted(found)][:CANDIDATES]
            return Match(None, "", tuple(map(_shown, shown)), several=True, alike=_look_alike(shown))
        near = self._near(key[:_LONGEST])
        near += [entry for entry in self._holding(key[:_LONGEST]) if entry not in near]
        near = near[:CANDIDATES]
        return Match(None, "", tuple(map(_shown, near)), alike=_look_alike(near))

    def _near(self, key: str) -> list[Entry]:
        """Up to five entries whose names are spelt most like a name. For a person to choose from, never to print.

        The shortlist is made by common letter triples, so that 4,000 titles take milliseconds.
        """
        shared: Counter[int] = Counter()
        for triple in _triples(key):
            shared.update(self._by_triple.get(triple, ()))
        ranked = sorted(shared, key=lambda at: (-shared[at] / (len(self._spelled[at][0]) + len(key)), at))
        best: dict[int, float] = {}
        matcher = SequenceMatcher(autojunk=False)
        matcher.set_seq2(key)
        for at in ranked[:_SHORTLIST]:
            spelled, number = self._spelled[at]
            matcher.set_seq1(spelled)
            if (likeness := matcher.ratio()) >= NEAR:
                best[number] = max(likeness, best.get(number, 0.0))
        return [self.entries[number] for number in sorted(best, key=lambda n: (-best[n], n))][:CANDIDATES]

    def _holding(self, key: str) -> list[Entry]:
        """Entries of which a name holds the title or an ingredient (``metformin 500 mg tablets``), or is one of them
        (``losartan``, where there is only a combination). For a person to choose from, never to print.
        """
        words = key.split()
        spans = [
            (end - start, start, end)
            for start in range(len(words))
            for end in range(start + 1, min(start + _WORDS, len(words)) + 1)
        ]
        found: dict[int, None] = {}
        for _, start, end in sorted(spans, key=lambda span: (-span[0], span[1])):
            found |= dict.fromkeys(self._parts.get(" ".join(words[start:end]), ()))
        return [self.entries[number] for number in found][:CANDIDATES]

    @cached_property
    def _parts(self) -> dict[str, list[int]]:
        """Titles, slugs and single ingredients; what is made of the fewest ingredients first."""
        found: dict[str, set[int]] = defaultdict(set)
        for key, numbers in self._named.items():
            found[key] |= numbers
        for parts, numbers in self._made_of.items():
            for part in parts:
                found[part] |= numbers
        return {
            part: sorted(numbers, key=lambda number: (len(self.entries[number].ingredients), number))
            for part, numbers in found.items()
        }

    @cached_property
    def _slugs(self) -> dict[str, Entry]:
        return {entry.slug: entry for entry in self.entries}

    @cached_property
    def _spelled(self) -> list[tuple[str, int]]:
        tables = (self._named, self._known_as)
        return [(key, number) for table in tables for key in sorted(table) for number in sorted(table[key])]

    @cached_property
    def _by_triple(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for at, (spelled, _) in enumerate(self._spelled):
            for triple in _triples(spelled):
                found[triple].append(at)
        return dict(found)


def _triples(key: str) -> set[str]:
    padded = f"  {key} "
    return {padded[at : at + 3] for at in range(len(padded) - 2)}


def _shown(entry: Entry) -> str:
    return f"{entry.title} ({entry.slug})" if entry.title else entry.slug


def _look_alike(entries: list[Entry]) -> tuple[str, str] | None:
    """The two that look most alike, if any do."""
    pairs = [
        (SequenceMatcher(None, fold(one.title), fold(other.title), autojunk=False).ratio(), one, other)
        for at, one in enumerate(entries)
        for other in entries[at + 1 :]
    ]
    alike = max(pairs, key=lambda pair: pair[0], default=None)
    if alike is None or alike[0] < LOOK_ALIKE:
        return None
    return (alike[1].title or alike[1].slug, alike[2].title or alike[2].slug)
