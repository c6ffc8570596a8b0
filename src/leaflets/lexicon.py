"""``content/lexicon/<language>.*.toml`` -> Lexicon: medical wording and its plain form, as a pharmacist wrote it.

A file holds tables of ``"form|form" = "plain|plain"``:

- ``[noun]`` singular and plural; ``[verb]`` base, -s, -ed, -ing; ``[phrase]`` words that do not change
- ``[mass]`` a singular whose plain wording is a plural, so that "is" after it becomes "are"
- ``[opening]`` words that change only where a sentence opens
- ``[stays]`` words that stay as they are, for the reason given, though shorter terms inside them would change
- ``[acronym]`` with its capitals: the first use prints the plain wording and the acronym
- ``[glossary]`` a term that stays, and what it means
- ``[[dose]]`` how prescribers abbreviate: ``pattern`` and ``plain``, with an ``example`` and its ``result``
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from leaflets.errors import ContentError
from leaflets.rules import RulesFile

NEGATIONS = frozenset(
    [
        "not",
        "no",
        "never",
        "without",
        "none",
        "nothing",
        "cannot",
        "neither",
        "nor",
        "unless",
        "avoid",
        "lack",
        "except",
    ]
)
NUMBER_WORDS = frozenset(
    [
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "fifteen",
        "twenty", "thirty", "forty", "fifty", "hundred", "thousand", "once", "twice", "thrice", "half", "double",
        "single", "triple", "zero",
    ]
)  # fmt: skip
"""A dose can turn on any of them: an entry must neither bring nor lose one."""
_TABLES = ("noun", "mass", "verb", "phrase", "opening", "stays", "acronym", "glossary", "dose")
_OPENS = "^"
"""Before the words of a term of [opening], so that the same words can be a term elsewhere in a sentence as well."""
_WORD = re.compile(r"[^\W\d_]+(?:['’‐-][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Entry:
    """One form of an entry."""

    term: str
    plain: str
    kind: str


@dataclass(frozen=True, slots=True)
class DoseRule:
    """An abbreviation of prescribers, recognized by what stands around it."""

    pattern: re.Pattern[str]
    plain: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Plain wording by term. Terms are tuples of words in small letters; acronyms keep their capitals."""

    terms: Mapping[tuple[str, ...], Entry]
    acronyms: Mapping[str, str]
    glossary: Mapping[tuple[str, ...], Entry]
    """By form; the entry's term is the first form, which the glossary names."""
    doses: tuple[DoseRule, ...]
    longest: int
    """Words of the longest term."""
    openings: Mapping[tuple[str, ...], Entry] = field(default_factory=dict)
    """Terms that count only where a sentence opens."""

    def __len__(self) -> int:
        return len(self.terms) + len(self.openings) + len(self.acronyms) + len(self.glossary)


EMPTY = Lexicon({}, {}, {}, (), 0)


def words_of(text: str) -> Iterator[re.Match[str]]:
    """The words of a text; a hyphen or an apostrophe inside is part of one."""
    return _WORD.finditer(text)


def load_lexicon(*paths: Path) -> Lexicon:
    """Read and check the files of one language, a project's own before ours: the first entry of a term wins.

    Raises ContentError with every fault.
    """
    loader = _Loader()
    for path in paths:
        loader.read(RulesFile(path))
    loader.check_loops()
    problems = [problem for file, _ in loader.files for problem in file.problems]
    if problems:
        raise ContentError(*problems)
    longest = max((len(term) for term in [*loader.terms, *loader.openings, *loader.glossary]), default=0)
    return Lexicon(loader.terms, loader.acronyms, loader.glossary, tuple(loader.doses), longest, loader.openings)


class _Loader:
    def __init__(self) -> None:
        self.files: list[tuple[RulesFile, Mapping[str, Any]]] = []
        self.terms: dict[tuple[str, ...], Entry] = {}
        self.acronyms: dict[str, str] = {}
        self.glossary: dict[tuple[str, ...], Entry] = {}
        self.openings: dict[tuple[str, ...], Entry] = {}
        self.doses: list[DoseRule] = []
        self.homes: dict[tuple[str, ...], RulesFile] = {}
        self.acronym_homes: dict[str, RulesFile] = {}

    def read(self, file: RulesFile) -> None:
        self.files.append((file, file.data))
        for name, table in file.data.items():
            if name not in _TABLES:
                file.fault(f"unknown table {name!r}", near=f"[{name}]", hint=f"known: {', '.join(_TABLES)}")
            elif name == "dose":
                self.read_doses(file)
            elif not isinstance(table, dict):
                file.fault(f"{name} is not a table", near=name, hint=f"write [{name}]")
            else:
                for term, plain in table.items():
                    self.read_entry(file, name, term, plain)

    def read_entry(self, file: RulesFile, kind: str, term: str, plain: object) -> None:
        near = f'"{term}"'
        if not isinstance(plain, str) or not all(map(_says_something, plain.split("|"))):
            return file.fault(f"{term!r} maps to nothing", near=near, hint="write a plain wording, or drop the entry")
        forms, wordings = term.split("|"), plain.split("|")
        if kind == "stays":
            wordings = forms  # what stands for it there is a reason, and never prints
        if len(wordings) not in (1, len(forms)):
            return file.fault(f"{term!r} has {len(forms)} forms and {len(wordings)} wordings", near=near)
        if any(char.isdigit() for part in (*forms, *wordings) for char in part):
            return file.fault(f"{term!r} holds a number", near=near, hint="a lexicon must never touch a number")
        has, had = (
            # Letters of an acronym are no number: TEN is a disease of the skin.
            {word.casefold() for part in parts if not part.isupper() for word in re.findall(r"[^\W\d_]+", part)}
            for parts in (wordings, forms)
        )
        for words, what in ((NEGATIONS, "a negation"), (NUMBER_WORDS, "a number word")):
            if kind != "glossary" and (has & words) != (had & words):
                changed = ", ".join(sorted((has & words) ^ (had & words)))
                return file.fault(
                    f"{term!r} = {plain!r} brings or loses {what}: {changed}", near=near,
                    hint="the plain wording must say neither more nor less",
                )  # fmt: skip
        for form, wording in zip(forms, wordings * (len(forms) if len(wordings) == 1 else 1), strict=True):
            self.add(file, kind, form.strip(), wording.strip(), forms[0].strip())
        return None

    def add(self, file: RulesFile, kind: str, form: str, wording: str, first: str) -> None:
        if kind == "acronym":
            home = self.acronym_homes.setdefault(form, file)
            if home is not file and home.path.parent != file.path.parent:
                return
            if form in self.acronyms:
                file.fault(f"acronym {form!r} stands twice", near=f'"{first}')
            self.acronyms[form] = wording
            return
        key = tuple(match.group().casefold() for match in words_of(form))
        if not key or " ".join(key) != form.casefold().replace("‐", "-"):
            file.fault(f"{form!r} is more than words, hyphens and spaces", near=f'"{first}')
            return
        home_key = (_OPENS, *key) if kind == "opening" else key
        if home_key in self.homes:
            other = self.homes[home_key].path
            if other.parent == file.path.parent:
                file.fault(f"{form!r} stands twice", near=f'"{first}', hint=f"it is in {other.name} as well; keep one")
            return  # a project's own entry wins over ours
        self.homes[home_key] = file
        if kind == "glossary":
            self.glossary[key] = Entry(first, wording, kind)
        elif kind == "opening":
            self.openings[key] = Entry(form, wording, kind)
        else:
            self.terms[key] = Entry(form, wording, kind)

    def read_doses(self, file: RulesFile) -> None:
        keys = {"pattern": str, "plain": str, "example": str, "result": str}
        for table in file.tables("dose", keys, tuple(keys)):
            near = f"{table['pattern']}"
            pattern = file.regex(f"dose {table['example']!r}", table["pattern"], flags=0)
            if re.search(r"\d(?<!\\\d)(?<!\\g<\d)", table["plain"]):
                file.fault(f"dose {table['example']!r}: the wording must not bring a number", near=near)
            try:
                got = pattern.sub(table["plain"], table["example"])
            except (re.error, IndexError) as error:
                file.fault(f"dose {table['example']!r}: {error}", near=near)
                continue
            if got != table["result"]:
                file.fault(f"dose {table['example']!r} gives {got!r}, not {table['result']!r}", near=near)
            self.doses.append(DoseRule(pattern, table["plain"]))

    def check_loops(self) -> None:
        """A plain wording that holds a term would have to be worded again, perhaps for ever."""
        entries = [(key, entry) for key, entry in self.terms.items() if entry.kind != "stays"]
        for key, entry in [*entries, *(((_OPENS, *key), entry) for key, entry in self.openings.items())]:
            words = [match.group().casefold() for match in words_of(entry.plain)]
            for start in range(len(words)):
                for end in range(start + 1, len(words) + 1):
                    inner = tuple(words[start:end])
                    # A project's own entry may hold a word of ours: nothing is worded twice.
                    held = self.terms.get(inner)
                    if held is None or held.kind == "stays":
                        continue
                    if self.homes[inner].path.parent == self.homes[key].path.parent:
                        self.homes[key].fault(
                            f"{entry.term!r} = {entry.plain!r} holds the term {' '.join(inner)!r}",
                            near=entry.term, hint="word it without that term, so that no entry leads to another",
                        )  # fmt: skip


def _says_something(wording: str) -> bool:
    """Whether there is a letter in it: blanks that nobody sees and bare signs would take text away."""
    return any(sign.isalpha() for sign in wording)
