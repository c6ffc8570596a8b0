"""How many negations a translation needs, and how many it has: each language says some of them without a no."""

from __future__ import annotations

import re
from collections.abc import Callable

from leaflets.checking.limits import is_negated, limits_of
from leaflets.checking.meaning import ENDS, masked
from leaflets.checking.model import Both, Side
from leaflets.checking.words import Hit, longest, unmasked

_UNDONE = ("skip", "cease", "un_words", "rather", "no_longer", "stay_out", "absent")
UNDONE = frozenset(f"c:{act}" for act in _UNDONE)
_ONCE = ("negations",)
_TURNED = ("lasts", "unwell", "untaken", "differs", "harmless", "fails", "closed")
"""Meanings that English says with a no ("has not gone") and others without ("persists")."""
_OR = re.compile(r" (?:(?!if|when|for|with|and|unless|because|in|on|are|you)\w+,? ){1,5}")
"""What stands between "not" and "or": a verb or two."""
_OR_MORE = re.compile(r"[^.;:]*\bmore\b[^.;:]* or (?:more often|more frequently|longer|for longer)\b")
"""One more thing that a negation holds for: "not more of it, or more often"."""
_AGAIN = re.compile(
    r",? (?:and|or)(?: also)?(?: you)?(?: (?:do|does|did|must|should|may|can|will))? (?:not|never|no)\b"
)
"""A negation that English says again, where others let one hold for both: "do not drive and do not use machines"."""
_NO_VERB = re.compile(
    r" (?:on|in|at|for|with|during|before|after|when|if|while|any|the|an?|your|other|near|as|to|by)\b"
)
"""What stands behind "or" where no second verb does: "the night before or on the day"."""


def missing(both: Both) -> tuple[int, int]:
    """How many negations a translation lacks, and how many it should have."""
    source, target = both.source, both.target
    wanted = len(negation_hits(source)) + sum(more(both) for more in _MORE)
    lacks = wanted - len(negation_hits(target)) - max(0, count(target, "soft") - count(source, "soft"))
    lacks -= sum(fewer(both) for fewer in _FEWER) if lacks > 0 else 0
    if lacks > 0 and source.of("c:unless"):
        lacks -= len({hit.start for hit in longest(target.of("c:only_if"))})  # "not unless" is "only if"
    return lacks, wanted


def _each(both: Both) -> int:
    """Negations that a language repeats: "do not crush or chew" without an "or" is "do not crush and do not chew"."""
    target = both.target
    if target.language is None or not target.language.has_or or ors(target):
        return 0
    if not negation_hits(both.source):
        return 0
    if len(negation_hits(target)) < 2:
        return listed(both.source)
    joined = 0 if target.language.negation_first else sum(  # "X und Y nicht": one negation for both
        len(re.findall(rf"(?<!\w){re.escape(word)}(?!\w)", target.text)) for word in target.language.joins
    )  # fmt: skip
    things = listed(both.source, 5)
    return min(things, max(1, things - joined + 1))


def _left_undone(both: Both) -> int:
    """Words such as "skip" and "stop taking" that the translation says with a "not", as it has no such word."""
    if both.source.ids.isdisjoint(UNDONE):
        return 0
    language = both.target.language
    known = language.concepts if language is not None else frozenset()
    return sum(
        len(longest(both.source.of(f"c:{act}")))
        for act in _UNDONE
        if act in known and f"c:{act}" in both.source.ids and f"c:{act}" not in both.target.ids
    )


def _as_only(both: Both) -> int:
    """Negations that say "only" together with an "except": "take it only if" is "do not take it except if"."""
    if not both.source.of("c:only_if") or both.source.of("c:unless"):
        return 0
    return min(len(both.source.of("c:only_if")), len(longest(both.target.of("c:only_with_no"))))


def _sheltering(both: Both) -> int:
    """Negations that only say what a medicine is kept away from: English has none of them in "away from heat"."""
    wanted = both.source.of("c:sheltered")
    if not wanted or "reach" in both.source.text or "sight" in both.source.text:
        return 0  # there the same word says that children do not get at it
    have = negation_hits(both.target)
    held = both.target.of("c:sheltered")
    return min(len(wanted), sum(any(one.start <= no.start and no.end <= one.end for one in held) for no in have))


def _as_limits(both: Both) -> int:
    """Negations that became part of a limit: "nobody … more than" here is "not more than" there."""
    want = limits_of(both.source)
    if not any("up" in one.means for one in want):
        return 0
    have = limits_of(both.target)
    here = sum(is_negated(both.target, one) for one in have if "down" in one.means)
    return max(0, here - sum(is_negated(both.source, one) for one in want if "down" in one.means))


def _without_no(both: Both) -> int:
    """Negations of the source whose meaning the translation says with a word of its own, one the source has not."""
    out = 0
    for name in _TURNED:
        if f"c:not_{name}" in both.source.ids and f"c:{name}" in both.target.ids:
            own = len(longest(both.target.of(f"c:{name}"))) - len(longest(both.source.of(f"c:{name}")))
            out += max(0, min(own, len(longest(both.source.of(f"c:not_{name}")))))
    return out


def _said_again(both: Both) -> int:
    """Negations that the source says twice in a sentence, and the translation once, with an "or" that shares it."""
    if " and " not in both.source.text or not (shared := longest(ors(both.target))):
        return 0
    places = [hit.start for hit in negation_hits(both.source)]
    again = [
        match for match in _AGAIN.finditer(both.source.text)
        if any(at < match.start() and not ENDS.search(both.source.text, at, match.start()) for at in places)
    ]  # fmt: skip
    return max(0, min(len(again), len(shared) - len(longest(both.source.of("or")))))


def negation_hits(side: Side) -> list[Hit]:
    """The negations of a text; what stands together for one counts once."""
    known = side.memo.get(_ONCE)
    if known is None:
        known = side.memo[_ONCE] = _once(side) if side.of("neg") else []
    return known


def _once(side: Side) -> list[Hit]:
    single = longest(unmasked(side.of("neg"), side.of("not:neg"))) if "neg2" in side.ids else []
    joined = sorted((hit for hit in single if hit.id == "neg2"), key=lambda hit: hit.start)
    alone = [hit for hit in masked(side) if not any(j.start <= hit.start and hit.end <= j.end for j in joined)]
    out = [*alone]
    reached = -1
    for hit in joined:  # neither … nor … nor is one
        if hit.start > reached:
            out.append(hit)
        reached = max(reached, hit.end)
    return sorted(set(out), key=lambda hit: hit.start)


def all_negations(side: Side) -> int:
    """All negations, those of limits too: what is "nobody … more than" here may be "not more than" there."""
    limits = side.of("c:at_most")  # "no longer" is no negation, "no longer than" is
    masks = [
        mask for mask in side.of("not:neg")
        if mask.id == "not:neg" and not any(one.start <= mask.start and mask.end < one.end for one in limits)
    ] + side.of("c:less_than")  # fmt: skip
    hits = longest(unmasked([hit for hit in side.of("neg") if hit.id == "neg"], masks))
    joined = side.of("neg2")
    return len({hit.start for hit in hits if not any(j.start < hit.start and hit.end <= j.end for j in joined)})


def ors(side: Side) -> list[Hit]:
    """Words that say "or", or share a negation as it does; none that only begins a sentence."""
    found = side.of("or")
    return unmasked(found, side.of("not:or")) if found else found


def listed(side: Side, most: int = 1) -> int:
    """How many things beside the first a negation holds for: "do not crush or chew" one, "crush, chew or break" two."""
    out = 0
    for hit in negation_hits(side):
        ors = [o for o in side.of("or") if not _NO_VERB.match(side.text, o.end)] if hit.id == "neg" else []
        between = [side.text[hit.end : other.start] for other in ors]
        found = max((min(most, text.rstrip(", ").count(",") + 1) for text in between if _OR.fullmatch(text)), default=0)
        more = hit.id == "neg" and "more" in side.text and _OR_MORE.match(side.text, hit.end)
        out += found or int(bool(more))
    return out


def count(side: Side, *kinds: str) -> int:
    """Words that may stand for a negation: avoid, stop, unlikely."""
    found = side.of(*kinds)
    strong = masked(side) if found else []
    hits = [hit for hit in found if not any(s.start < hit.end and hit.start < s.end for s in strong)]
    return len({hit.start for hit in longest(hits)})


_MORE: tuple[Callable[[Both], int], ...] = (_each, _left_undone, _as_only, _sheltering)
"""Negations that a translation needs beside those of its source: it says with a no what English says without one."""
_FEWER: tuple[Callable[[Both], int], ...] = (_as_limits, _said_again, _without_no)
"""Negations of the source that it does not need: it says them with another word, or once for several."""
