"""Negations, exceptions, opposites: does the translation say yes where the source does, and no where it does?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leaflets.checking.model import Both, Finding, Side, Weight
from leaflets.checking.words import Hit, unmasked

_OPPOSITES: tuple[tuple[str, frozenset[str], frozenset[str]], ...] = (
    ("limit", frozenset(["at_least", "more_than"]), frozenset(["at_most", "less_than"])),
    ("before and after", frozenset(["before"]), frozenset(["after"])),
    ("more and less", frozenset(["increase"]), frozenset(["decrease"])),
    ("left and right", frozenset(["left"]), frozenset(["right"])),
)
_GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("frequency", ("minute", "hour", "day", "week", "month", "year")),
    ("time-of-day", ("morning", "noon", "evening", "night")),
    ("place", ("eye", "ear", "nose")),
)
_SAME_TIME = frozenset([7, 12, 14, 24, 28, 30, 48, 52, 60, 72, 90, 365])
"""Numbers by which one unit of time may stand for another: 24 hours are a day."""


def negations(both: Both) -> Iterator[Finding]:
    """Every "not", "never" and "without" of the source is in the translation, and none is there that it has not."""
    source, target = both.source, both.target
    if not (source.language and target.language and "negation" in target.language.has):
        return
    # "Not … except" says "only" in some languages, where the source says neither "not" nor "except".
    only = () if "unless" in source.concepts() else tuple(target.of("onlyneg"))
    want, have = _negations(source), _negations(target, only)
    # "Do not crush or chew" says no to both; another language may say "not" twice, or once and "or".
    if target.language.has_or:
        most_want = want + (1 if want and source.of("or") else 0)
        most_have = have + (1 if have and target.of("or") else 0)
    else:
        most_want, most_have = want, have
    if most_have + _other_words(target) < most_want:
        said = f"{want} negation{'s' if want > 1 else ''} became {have or 'none'}"
        yield Finding("negation", Weight.CRITICAL, said, "is a “not”, “never” or “without” lost?", both.pair)
    elif want == 0 and have > 0 and not _soft(source) and not source.of("not:neg", "c:unless"):
        said = "the translation says “not”, the source does not"
        yield Finding("negation", Weight.CRITICAL, said, "does it forbid what the source allows?", both.pair)


def exceptions(both: Both) -> Iterator[Finding]:
    """ "Unless" and "except" turn a sentence round: they must be there."""
    source, target = both.source, both.target
    if not (source.language and target.language and "concepts" in target.language.has):
        return
    if "unless" in source.concepts() and "unless" not in {hit.id[2:] for hit in target.of("c:")}:
        said = "“unless” or “except” is missing"
        yield Finding("exception", Weight.CRITICAL, said, "without it the sentence says the opposite", both.pair)


def opposites(both: Both) -> Iterator[Finding]:
    """Before is not after, at least is not at most, morning is not night, a day is not a week."""
    source, target = both.source, both.target
    if not (source.language and target.language and "concepts" in target.language.has):
        return
    want, have = source.concepts(), target.concepts()
    for name, one, other in _OPPOSITES:
        for here, there in ((one, other), (other, one)):
            if want & here and not want & there and have & there and not have & here:
                said = f"{_names(want & here)} became {_names(have & there)}"
                rule = "limit" if name == "limit" else "opposite"
                yield Finding(rule, Weight.CRITICAL, said, f"compare what both say of {name}", both.pair)
    for rule, group in _GROUPS:
        lost, new = want.intersection(group) - have, have.intersection(group) - want
        if lost and new and not (rule == "frequency" and _same_time(both)):
            said = f"{_names(lost)} became {_names(new)}"
            yield Finding(rule, Weight.CRITICAL, said, "when, and how often, must be the source's", both.pair)
        elif rule == "frequency" and lost & {"day", "week", "month"} and _said_with_numbers(source, lost):
            said = f"no word for {_names(lost)}"
            yield Finding(rule, Weight.MAJOR, said, "say how often", both.pair)


def _negations(side: Side, more_masks: Sequence[Hit] = ()) -> int:
    masks = [*side.of("not:neg"), *more_masks]
    hits = unmasked(side.of("neg"), masks)
    single = [hit for hit in hits if hit.id == "neg"]
    # Overlapping forms of one place ("do not", "not") count once.
    single = [
        hit
        for hit in single
        if not any(
            o is not hit and o.start <= hit.start and hit.end <= o.end and o.end - o.start > hit.end - hit.start
            for o in single
        )
    ]
    spans = sorted({(hit.start, hit.end) for hit in single})
    count = len(spans)
    joined: set[tuple[int, int]] = set()
    for pair in [hit for hit in hits if hit.id == "neg2"]:
        inside = [span for span in spans if pair.start <= span[0] and span[1] <= pair.end and span not in joined]
        if len(inside) > 1:
            joined.update(inside[1:])
    return count - len(joined)


def _other_words(side: Side) -> int:
    """Words that stand for a negation without being one: avoid, forbidden, on an empty stomach."""
    strong = side.of("neg", "not:neg")
    return len({(hit.start, hit.end) for hit in unmasked(side.of("instead"), strong)})


def _soft(side: Side) -> int:
    """Words of a source that another language may say with a negation: avoid, stop, unlikely."""
    strong = list(side.of("neg", "not:neg"))
    return len({(hit.start, hit.end) for hit in unmasked(side.of("soft"), strong)})


def _same_time(both: Both) -> bool:
    return any(number.value in _SAME_TIME for side in (both.source, both.target) for number in side.numbers)


def _said_with_numbers(side: Side, lost: frozenset[str]) -> bool:
    return any(number.unit in lost for number in side.numbers)


def _names(concepts: frozenset[str]) -> str:
    return " and ".join(sorted(concept.replace("_", " ") for concept in concepts))
