"""A catalogue -> what the checks have to say of each of its pairs, and the terms that its sources hold."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from leaflets.assets import translation_folders
from leaflets.catalogue import SOURCE_LANGUAGE, entry_faults, waived_rules
from leaflets.checking.folding import folded
from leaflets.checking.model import Finding, Pair, Weight
from leaflets.checking.run import TERMS, Checker, check_pairs, make_checker, pairs_of, read_lenient, unchecked
from leaflets.checking.waivers import read_waivers, waived, waivers_path
from leaflets.checking.words import LETTER
from leaflets.errors import TranslationError
from leaflets.kit import Kit
from leaflets.locales import canonical_tag
from leaflets.pofile import Po

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the locale's own list that stands in a source."""

    term: str
    allowed: tuple[str, ...]
    used: bool


@dataclass(frozen=True, slots=True)
class Checked:
    """What is to be said of the pairs of one file."""

    findings: Mapping[Key, tuple[Finding, ...]]
    """By context and source, the gravest first; waived ones too."""
    not_checked: tuple[str, ...]
    checker: Checker


def check_catalogue(po: Po, path: Path, tag: str, kit: Kit) -> Checked:
    """Check the live pairs of a file. Raises ContentError for rules, TranslationError for terms and waivers."""
    folders = translation_folders(kit.project)
    titles = [entry.source for entry in po.live if entry.context.endswith("/title")]
    titles.append(path.stem.replace("-", " "))
    checker = make_checker(tag, folders, titles, path.parent / TERMS, SOURCE_LANGUAGE)
    pairs = [pair for pair in pairs_of(po) if pair.target.strip()]
    waivers = read_waivers(waivers_path(path))
    found = waived(check_pairs(pairs, checker), path.parent.name, waivers)
    by_key: dict[Key, list[Finding]] = {}
    for finding in found:
        by_key.setdefault((finding.pair.context, finding.pair.source), []).append(finding)
    for entry in po.live:
        known = by_key.get(entry.key, [])
        if any(is_open(finding, Weight.CRITICAL) for finding in known):
            continue
        # What a build refuses stops a release.
        for fault in entry_faults(
            entry, kit.units, tag, po.file, folders, waived_rules(entry, canonical_tag(path.parent.name), waivers)
        ):
            pair = Pair(entry.source, entry.target, po.file, entry.line, entry.context)
            by_key.setdefault(entry.key, []).append(
                Finding(fault.rule, Weight.CRITICAL, fault.message, fault.hint or "", pair)
            )
    order = list(Weight)
    ranked = {key: tuple(sorted(of, key=lambda one: order.index(one.weight))) for key, of in by_key.items()}
    return Checked(ranked, unchecked(checker), checker)


def check_interface(path: Path, kit: Kit) -> tuple[Finding, ...]:
    """What the checks have to say of a list of the program's own words; waived ones too. Raises TranslationError."""
    po, faults = read_lenient(path.read_bytes(), str(path))
    if faults := [fault for fault in faults if fault.rule != "catalogue-plural"]:  # these lists may have plurals
        raise TranslationError(*faults)
    tag = canonical_tag(path.parents[1].name)
    checker = make_checker(tag, translation_folders(kit.project), (), path.parent / TERMS, SOURCE_LANGUAGE)
    return tuple(waived(check_pairs(pairs_of(po), checker), tag, read_waivers(waivers_path(path))))


def is_open(finding: Finding, *weights: Weight) -> bool:
    """Whether nobody has waived a finding of such a weight (of any, where none is named)."""
    return not finding.waived and (not weights or finding.weight in weights)


def count_open(findings: Sequence[Finding], *weights: Weight) -> int:
    """How many of them nobody has waived."""
    return sum(is_open(finding, *weights) for finding in findings)


def terms_of(source: str, target: str, checker: Checker) -> tuple[Term, ...]:
    """The terms of the list that a source holds, each with what may stand for it."""
    text, said = folded(source), folded(target)
    return tuple(
        Term(term, allowed, any(form in said for form in allowed))
        for term, allowed in checker.terms.items()
        if re.search(rf"(?<!{LETTER}){re.escape(term)}(?!{LETTER})", text)
    )
