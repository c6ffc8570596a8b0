"""PO files -> findings: the list of checks, and what needs a whole file or several."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from leaflets.checking import (
    abbreviations,
    contrast,
    exceptions,
    frequency,
    limits,
    markup,
    names,
    negation,
    opposites,
    order,
    quantities,
    shape,
    units,
)
from leaflets.checking.folding import folded
from leaflets.checking.model import Check, Finding, Pair, Side, Weight, both_of
from leaflets.checking.rules import SOURCE, Language, Names, load_language, load_names, not_checked
from leaflets.errors import Problem, TranslationError
from leaflets.locales import canonical_tag
from leaflets.pofile import MAX_TEXT, Po, PoEntry, read_po

CHECKS: tuple[Check, ...] = (
    shape.empty, shape.untranslated, quantities.numbers, units.units, order.order, limits.limits,
    abbreviations.forbidden, frequency.frequencies, contrast.contrasts,
    contrast.counters, negation.negations, exceptions.exceptions, opposites.opposites, names.medicines, names.codes,
    names.foreign_names, markup.placeholders, markup.marks, markup.hidden, markup.scripts, markup.digits, shape.length,
    shape.sentences, shape.brackets, shape.ending, shape.repeated, shape.blanks, shape.terms,
)  # fmt: skip
"""All that look at one pair, the gravest first."""
AT_ONCE = 64
"""Pairs of which each check sees all before the next has its turn: what it works with stays at hand, a fifth faster."""
TERMS = "terms.csv"


@dataclass(frozen=True, slots=True)
class Checker:
    """What the checks of one locale need."""

    tag: str
    source_tag: str
    source: Language | None
    target: Language | None
    names: Names
    terms: Mapping[str, tuple[str, ...]]
    known: frozenset[str]

    def check(self, pair: Pair) -> list[Finding]:
        """Everything that is to be said of one pair."""
        return self.check_some([pair])

    def check_some(self, pairs: Sequence[Pair]) -> list[Finding]:
        """Everything that is to be said of a few pairs, in their order; of a text that is too long its reader tells."""
        pairs = [pair for pair in pairs if max(len(pair.source), len(pair.target)) <= MAX_TEXT]
        sources = [Side(pair.source, self.source_tag, self.source) for pair in pairs]
        targets = [Side(pair.target, self.tag, self.target) for pair in pairs]
        found: list[list[Finding]] = [[] for _ in pairs]
        read = []
        for pair, source, target, out in zip(pairs, sources, targets, found, strict=True):
            both = both_of(pair, source, target, self.names, self.terms, self.known)
            if pair.target.strip():
                read.append((both, out))
            else:
                out += shape.empty(both)
        for check in CHECKS:
            for both, out in read:
                out += check(both)
        return [
            one for pair, out in zip(pairs, found, strict=True) for one in out
            if not pair.other or one.rule != "number-words"  # "two parts" for {n}
        ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of one or several files."""

    count: int
    findings: tuple[Finding, ...]
    not_checked: tuple[str, ...] = ()


def make_checker(
    tag: str, folders: tuple[Path, ...], titles: Iterable[str] = (), terms: Path | None = None, source_tag: str = SOURCE
) -> Checker:
    """The checks of a locale. Raises ContentError for its rules, TranslationError for its term base."""
    return Checker(
        tag, source_tag, load_language(folders, source_tag), load_language(folders, tag), load_names(folders),
        read_terms(terms) if terms is not None and terms.is_file() else {}, names.known_names(list(titles)),
    )  # fmt: skip


def pairs_of(po: Po) -> tuple[Pair, ...]:
    """The pairs of a file, obsolete ones left out; a plural gives one for each of its forms."""
    return tuple(pair for entry in po.live for pair in _pairs(entry, po.file))


def check_pairs(pairs: Sequence[Pair], checker: Checker) -> list[Finding]:
    """Findings of each pair, and of all of them together."""
    out: list[Finding] = []
    for at in range(0, len(pairs), AT_ONCE):
        out += checker.check_some(pairs[at : at + AT_ONCE])
    return [*out, *inconsistent(pairs), *reused(pairs)]


def strict_findings(pairs: Iterable[Pair]) -> Iterator[Finding]:
    """What a strict build does not print: fuzzy, or approved by nobody."""
    for pair in pairs:
        if pair.fuzzy:
            said = "it is marked fuzzy: written for another source, or only proposed"
            yield Finding("fuzzy", Weight.CRITICAL, said, "correct it and take the mark away", pair)
        elif pair.approved is False and pair.target.strip():
            said = "nobody has approved this pair"
            yield Finding("unapproved", Weight.CRITICAL, said, "leaflets translate approve", pair)


def inconsistent(pairs: Iterable[Pair]) -> Iterator[Finding]:
    """One source, one translation, wherever it stands in the same place."""
    first: dict[tuple[str, str], Pair] = {}
    for pair in pairs:
        if not pair.target.strip() or pair.fuzzy:
            continue
        known = first.setdefault((pair.context.partition("/")[0], pair.source), pair)
        if known is not pair and folded(known.target).split() != folded(pair.target).split():
            said = f"the same source reads otherwise in line {known.line}" + (
                f" of {known.file}" if known.file != pair.file else ""
            )
            yield Finding("inconsistent", Weight.MAJOR, said, f"there: “{known.target[:80]}”", pair)


def reused(pairs: Iterable[Pair]) -> Iterator[Finding]:
    """Two sources that say different things hardly have one translation: "mild" and "severe"."""
    first: dict[str, Pair] = {}
    for pair in pairs:
        if len(pair.target.split()) < 3 and len(pair.target) < 12:
            continue
        known = first.setdefault(pair.target, pair)
        if known is not pair and folded(known.source).strip(" .:") != folded(pair.source).strip(" .:"):
            said = f"line {known.line} has this translation for another source"
            yield Finding("reused", Weight.QUALITY, said, f"there: “{known.source[:80]}”", pair)


def read_lenient(data: bytes, file: str) -> tuple[Po, list[Problem]]:
    """A file for checking: what is wrong with single entries comes beside it. Raises TranslationError for syntax."""
    faults: list[Problem] = []
    return read_po(data, file, faults), faults


def target_of(po: Po, folder_tag: str = "") -> tuple[str, str]:
    """Locale of a file's translations and language of its sources. Raises TranslationError where it says none."""
    said = po.metadata.get("Language", "").strip() or folder_tag
    if not said:
        hint = 'a header "Language: de\\n" says which language it is in'
        raise TranslationError(
            Problem("catalogue-language", "does not say its language", file=po.file, line=1, hint=hint)
        )
    source = po.metadata.get("X-Source-Language", "").strip() or SOURCE
    try:
        return canonical_tag(bcp47(said)), canonical_tag(bcp47(source))
    except TranslationError:
        hint = "write a BCP 47 tag, such as de or zh-Hans"
        fault = Problem("locale-unknown", f"there is no locale {said!r}", file=po.file, line=1, hint=hint)
        raise TranslationError(fault) from None


def bcp47(tag: str) -> str:
    """``zh_CN.UTF-8@euro`` as gettext writes locales, in BCP 47."""
    bare = tag.partition(".")[0]
    bare, _, modifier = bare.partition("@")
    scripts = {"latin": "Latn", "cyrillic": "Cyrl", "devanagari": "Deva"}
    parts = bare.replace("_", "-").split("-")
    if modifier in scripts:
        parts.insert(1, scripts[modifier])
    return "-".join(parts)


@lru_cache(maxsize=32)
def read_terms(path: Path) -> Mapping[str, tuple[str, ...]]:
    """A locale's term base: columns ``source`` and ``target``; several allowed targets are parted by |.

    Raises TranslationError with every fault.
    """
    try:
        rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise TranslationError(Problem("terms", f"cannot be read: {error}", file=str(path))) from None
    head = [cell.strip().casefold() for cell in rows[0]] if rows else []
    if "source" not in head or "target" not in head:
        raise TranslationError(Problem("terms", "has no columns source and target", file=str(path), line=1))
    out: dict[str, tuple[str, ...]] = {}
    faults = []
    for number, row in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in row):
            continue
        cells = dict(zip(head, [cell.strip() for cell in row], strict=False))
        source, target = folded(cells.get("source", "")), cells.get("target", "")
        if not source or not target:
            faults.append(Problem("terms", "a row needs source and target", file=str(path), line=number))
        elif source in out:
            faults.append(Problem("terms", f"“{source}” stands twice", file=str(path), line=number))
        else:
            out[source] = tuple(folded(form.strip()) for form in target.split("|") if form.strip())
    if faults:
        raise TranslationError(*faults)
    return out


def unchecked(checker: Checker) -> tuple[str, ...]:
    """What cannot be checked in a locale, in words."""
    return not_checked(checker.target, checker.tag)


def _pairs(entry: PoEntry, file: str) -> Iterator[Pair]:
    if not entry.forms:
        yield Pair(entry.source, entry.target, file, entry.line, entry.context, entry.fuzzy)
        return
    for number, form in enumerate(entry.forms):
        # The first form speaks of one where a language has several; a language with a single one speaks of all.
        source = entry.source if number == 0 and len(entry.forms) > 1 else entry.many
        other = entry.many if source == entry.source else entry.source
        yield Pair(source, form, file, entry.line, entry.context, entry.fuzzy, other)
