"""A heading's text -> what it is: a known section, its qualifier, and the content that was written into it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from leaflets.monograph import Run
from leaflets.rules import Rules, SectionRule
from leaflets.runs import slice_runs, trim_runs


@dataclass(frozen=True, slots=True)
class Heading:
    """What a heading says."""

    section: str | None
    """Canonical section, or None when the vocabulary does not know it."""
    keep: bool
    """Whether its words stay visible in the leaflet, because they say more than the section's name."""
    given_way: str = ""
    """The words that the leaflet's own heading replaces."""
    qualifier: str = ""
    """``(6–17 years)``, as written, or nothing."""
    content: tuple[Run, ...] = ()
    """Content that was written into the heading."""


_PARENTHESIS = re.compile(r"\s*(\([^()]{1,80}\))")
_SECOND_NAME = re.compile(r"\s*(?:&|and\b|,|/)+\s*", re.IGNORECASE)
_BREAK = re.compile(r"\s*(?::|\s[-–—]\s)\s*")


@lru_cache(maxsize=4)
def _names(rules: Rules) -> tuple[tuple[re.Pattern[str], SectionRule, bool], ...]:
    """Every name as a pattern over raw text, longest first, so that offsets are those of the raw text."""
    found = []
    for rule in rules.sections:
        for names, alias in ((rule.names, False), (rule.aliases, True)):
            for name in names:
                words = [
                    r"(?:and|&)" if word == "and" else re.escape(word).replace(r"\-", r"(?:-|\s|-\s)")
                    for word in name.split()
                ]
                found.append((len(name), re.compile(r"\s+".join(words) + r"(?!\w)", re.IGNORECASE), rule, alias))
    found.sort(key=lambda entry: -entry[0])
    return tuple((pattern, rule, alias) for _, pattern, rule, alias in found)


def _name_at(text: str, at: int, parent: str, rules: Rules) -> tuple[re.Match[str], SectionRule, bool] | None:
    for pattern, rule, alias in _names(rules):
        if rule.within and not (parent + ".").startswith(rule.within + "."):
            continue
        if match := pattern.match(text, at):
            return match, rule, alias
    return None


def classify_heading(runs: tuple[Run, ...], parent: str, rules: Rules) -> Heading:
    """Tell what a heading is.

    Args:
        runs: the heading's text.
        parent: section of the heading above it, or nothing.
        rules: the vocabulary.
    """
    text = "".join(run.text for run in runs)
    found = _name_at(text, 0, parent, rules)
    if found is None:
        return Heading(None, keep=True)
    match, rule, alias = found
    end = match.end()
    qualifier = ""
    if (parenthesis := _PARENTHESIS.match(text, end)) is not None:
        qualifier, after = parenthesis.group(1), parenthesis.end()
    else:
        after = end
    rest = text[after:]
    if not rest.strip(" :.*"):
        return Heading(rule.id, alias, "" if alias else match.group(), qualifier)
    mark = _BREAK.match(text, after)
    if mark is not None or _style_ends_at(runs, after):
        content = trim_runs(slice_runs(runs, mark.end() if mark else after))
        return Heading(rule.id, alias, "" if alias else match.group(), qualifier, content)
    joint = _SECOND_NAME.match(text, end)
    if joint is not None and (second := _name_at(text, joint.end(), "", rules)) is not None:
        # One heading over two sections: what follows goes where it is about safety, and the heading stays as it is.
        other = second[1]
        return Heading(other.id if other.safety and not rule.safety else rule.id, keep=True)
    return Heading(rule.id, keep=True)


def _style_ends_at(runs: Sequence[Run], at: int) -> bool:
    """Whether bold text ends just there, as in ``**Children** Not recommended``."""
    end = 0
    for run, following in pairwise(runs):
        end += len(run.text)
        if end in (at, at + 1):
            return run.bold and not following.bold
    return False
