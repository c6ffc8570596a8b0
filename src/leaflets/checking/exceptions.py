"""Exceptions: "unless", "until", "otherwise", "only if" turn a sentence round: a pair -> findings where one is lost."""

from __future__ import annotations

from collections.abc import Iterator

from leaflets.checking.denials import all_negations, listed
from leaflets.checking.meaning import have_both, known_of, masked, said_of, texts
from leaflets.checking.model import Both, Finding, Weight


def exceptions(both: Both) -> Iterator[Finding]:
    """ "Unless" and "except" turn a sentence round: they must be there."""
    if not have_both(both, "concepts"):
        return
    source, target = both.source, both.target
    unless = source.of("c:unless")
    # "Unless" is "if not" and "without" as well.
    if unless and not target.of("c:unless", "c:only_if"):
        if all_negations(target) > all_negations(source) + listed(source):
            return
        said = "“unless” or “except” is missing"
        yield Finding("exception", Weight.CRITICAL, said, "without it the sentence says the opposite", both.pair)
    elif unless and source.of("c:otherwise") and "otherwise" in known_of(both) and not target.of("c:otherwise"):
        said = "“otherwise” is missing"
        yield Finding("exception", Weight.CRITICAL, said, "unless told so, or unless told otherwise?", both.pair)
    elif _until_lost(both):
        said = "“until” is missing"
        yield Finding("exception", Weight.CRITICAL, said, "not until, or not if?", both.pair)
    elif source.of("c:else") and "otherwise" in known_of(both) and not target.of("c:otherwise", "c:unless"):
        said = f"{texts(source, said_of(source, ('else',)))} is missing"
        yield Finding("exception", Weight.CRITICAL, said, "otherwise, or in that case?", both.pair)
    elif source.of("c:only_if") and not target.of("c:only", "c:unless", "c:until"):
        # "Take it only if" is often "do not take it, except if": without the exception it is forbidden.
        if len(masked(target)) <= len(masked(source)) + listed(source):
            return
        said = "“only” is missing beside a negation"
        yield Finding("exception", Weight.CRITICAL, said, "without it the sentence says the opposite", both.pair)


def _until_lost(both: Both) -> bool:
    """Whether "do not drive until" became "do not drive if", in a language whose ways to say "until" are listed."""
    places = [hit.start for hit in both.source.of("c:until")]
    if not places or not any(hit.start < places[0] for hit in masked(both.source)) or "until" not in known_of(both):
        return False
    return not both.target.of("c:until", "c:unless", "c:before", "c:only", "c:while", "c:maybe_at_most", "c:within")
