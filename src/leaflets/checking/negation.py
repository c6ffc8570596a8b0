"""Negations and exceptions: does a translation still say no where its source does?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from leaflets.checking.limits import is_negated, limits_of
from leaflets.checking.meaning import ENDS, have_both, marks_of, masked, said_of, texts
from leaflets.checking.model import Both, Finding, Side, Weight
from leaflets.checking.words import Hit, longest, unmasked

_ACTS = ("crush", "chew", "drive", "machines", "freeze", "recommend")
_UNDONE = ("skip", "cease", "un_words", "rather", "no_longer", "stay_out", "absent")
_UNDONE_IDS = frozenset(f"c:{act}" for act in _UNDONE)
_SAYS_NO = frozenset(["neg", "neg2", "neither", "c:withheld", "c:only_if", "c:sheltered", "c:until"]) | _UNDONE_IDS
"""What a source must hold of, or its translation of ``_DENIES``, for anything to be compared."""
_DENIES = frozenset(["neg", "neg2", "c:only_with_no"])
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
_AT_MOST = re.compile(r"(?:no|not)(?: \w+){1,2} than\b|no more\b")
"""Limits that many languages say with a word of their own; "never … more than" denies a verb."""
_NO_VERB = re.compile(
    r" (?:on|in|at|for|with|during|before|after|when|if|while|any|the|an?|your|other|near|as|to|by)\b"
)
"""What stands behind "or" where no second verb does: "the night before or on the day"."""


def negations(both: Both) -> Iterator[Finding]:
    """Every "not", "never" and "without" of the source is in the translation, and none is there that it has not."""
    source, target = both.source, both.target
    if not have_both(both, "negation"):
        return
    if source.ids.isdisjoint(_SAYS_NO) and target.ids.isdisjoint(_DENIES):
        return
    want, have = negation_hits(source), negation_hits(target)
    hint = "is a “not”, “never” or “without” lost?"
    more = _each(both) + _left_undone(both) + _as_only(both) + _sheltering(both, have)
    missing = len(want) + more - len(have) - max(0, _count(target, "soft") - _count(source, "soft"))
    missing -= _as_limits(both) + _said_again(both) + _without_no(both) if missing > 0 else 0
    if missing > 0 and source.of("c:unless"):
        missing -= len({hit.start for hit in longest(target.of("c:only_if"))})  # "not unless" is "only if"
    if missing > 0:
        wanted = len(want) + more
        said = f"{wanted} negation{'s' if wanted > 1 else ''} became {len(have) or 'none'}"
        yield Finding("negation", Weight.CRITICAL, said, hint, both.pair, marks_of(source, want))
    elif have and not source.of("neg") and len(have) > _count(source, "soft", "allows", "c:unless", "c:at_most"):
        said = "the translation says “not”, the source does not"
        hint = "does it forbid what the source allows?"
        yield Finding("negation", Weight.CRITICAL, said, hint, both.pair, marks_of(target, have))
    elif both.source.of("neither") and "neither" in _known(both) and not target.of("neither", "or"):
        said = "a negation of “neither … nor” is missing"
        yield Finding("negation", Weight.CRITICAL, said, hint, both.pair, marks_of(source, both.source.of("neither")))
    elif source.of("c:withheld") and "withheld" in _known(both) and not target.of("neg", "c:withheld"):
        said = f"{texts(source, said_of(source, ('withheld',)))} is missing"
        yield Finding("negation", Weight.CRITICAL, said, hint, both.pair, marks_of(source, source.of("c:withheld")))
    elif _limit_lost(both):
        said = f"{texts(source, said_of(source, ('at_most',)))} became neither a limit nor a negation"
        yield Finding("negation", Weight.CRITICAL, said, hint, both.pair, marks_of(source, source.of("neg")))
    elif bare := _without_its_no(both):
        said = f"“{marks_of(target, bare)[0]}” stands without the negation that makes it “only”"
        yield Finding("negation", Weight.CRITICAL, said, hint, both.pair, marks_of(target, bare))
    elif source.of("c:until") and target.of("c:until_no") and masked(source) and len(_places(target.of("neg"))) < 2:
        said = f"{texts(target, said_of(target, ('until_no',)))} stands without the negation that makes it “until”"
        yield Finding("negation", Weight.CRITICAL, said, hint, both.pair)
    elif told := _acts(both, want, have):
        yield Finding("negation", Weight.CRITICAL, told, hint, both.pair)


def exceptions(both: Both) -> Iterator[Finding]:
    """ "Unless" and "except" turn a sentence round: they must be there."""
    if not have_both(both, "concepts"):
        return
    source, target = both.source, both.target
    unless = source.of("c:unless")
    # "Unless" is "if not" and "without" as well.
    if unless and not target.of("c:unless", "c:only_if"):
        if _all(target) > _all(source) + _listed(source):
            return
        said = "“unless” or “except” is missing"
        yield Finding("exception", Weight.CRITICAL, said, "without it the sentence says the opposite", both.pair)
    elif unless and source.of("c:otherwise") and "otherwise" in _known(both) and not target.of("c:otherwise"):
        said = "“otherwise” is missing"
        yield Finding("exception", Weight.CRITICAL, said, "unless told so, or unless told otherwise?", both.pair)
    elif _until_lost(both):
        said = "“until” is missing"
        yield Finding("exception", Weight.CRITICAL, said, "not until, or not if?", both.pair)
    elif source.of("c:else") and "otherwise" in _known(both) and not target.of("c:otherwise", "c:unless"):
        said = f"{texts(source, said_of(source, ('else',)))} is missing"
        yield Finding("exception", Weight.CRITICAL, said, "otherwise, or in that case?", both.pair)
    elif source.of("c:only_if") and not target.of("c:only", "c:unless", "c:until"):
        # "Take it only if" is often "do not take it, except if": without the exception it is forbidden.
        if len(masked(target)) <= len(masked(source)) + _listed(source):
            return
        said = "“only” is missing beside a negation"
        yield Finding("exception", Weight.CRITICAL, said, "without it the sentence says the opposite", both.pair)


def _until_lost(both: Both) -> bool:
    """Whether "do not drive until" became "do not drive if", in a language whose ways to say "until" are listed."""
    places = [hit.start for hit in both.source.of("c:until")]
    if not places or not any(hit.start < places[0] for hit in masked(both.source)) or "until" not in _known(both):
        return False
    return not both.target.of("c:until", "c:unless", "c:before", "c:only", "c:while", "c:maybe_at_most", "c:within")


def _known(both: Both) -> frozenset[str]:
    return both.target.language.has if both.target.language is not None else frozenset()


def _sheltering(both: Both, have: Sequence[Hit]) -> int:
    """Negations that only say what a medicine is kept away from: English has none of them in "away from heat"."""
    wanted = both.source.of("c:sheltered")
    if not wanted or "reach" in both.source.text or "sight" in both.source.text:
        return 0  # there the same word says that children do not get at it
    held = both.target.of("c:sheltered")
    return min(len(wanted), sum(any(one.start <= no.start and no.end <= one.end for one in held) for no in have))


def _as_only(both: Both) -> int:
    """Negations that say "only" together with an "except": "take it only if" is "do not take it except if"."""
    if not both.source.of("c:only_if") or both.source.of("c:unless"):
        return 0
    return min(len(both.source.of("c:only_if")), len(longest(both.target.of("c:only_with_no"))))


def _limit_lost(both: Both) -> bool:
    """Whether "never use it more than once" has become "use it again": no limit, and nothing that is denied."""
    if not both.source.of("neg") or both.target.of("neg", "soft"):
        return False
    text = both.source.text
    want = [
        one for one in limits_of(both.source) if is_negated(both.source, one) and not _AT_MOST.match(text, one.start)
    ]
    return bool(want) and not limits_of(both.target)


def _places(hits: Sequence[Hit]) -> set[int]:
    return {hit.start for hit in hits}


def _without_its_no(both: Both) -> list[Hit]:
    """ "Except" that has lost the "not" with which it says "only", where the source excepts nothing."""
    if both.source.of("c:unless"):
        return []
    joined = both.target.of("c:unless", "not:neg")
    held = [hit for hit in longest([*both.target.of("c:only_with_no"), *joined]) if hit.id == "c:only_with_no"]
    return [hit for hit in held if not any(no.start < hit.start for no in both.target.of("neg"))]


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


def _all(side: Side) -> int:
    """All negations, those of limits too: what is "nobody … more than" here may be "not more than" there."""
    limits = side.of("c:at_most")  # "no longer" is no negation, "no longer than" is
    masks = [
        mask for mask in side.of("not:neg")
        if mask.id == "not:neg" and not any(one.start <= mask.start and mask.end < one.end for one in limits)
    ] + side.of("c:less_than")  # fmt: skip
    hits = longest(unmasked([hit for hit in side.of("neg") if hit.id == "neg"], masks))
    joined = side.of("neg2")
    return len({hit.start for hit in hits if not any(j.start < hit.start and hit.end <= j.end for j in joined)})


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


def _each(both: Both) -> int:
    """Negations that a language repeats: "do not crush or chew" without an "or" is "do not crush and do not chew"."""
    target = both.target
    if target.language is None or not target.language.has_or or ors(target):
        return 0
    if not negation_hits(both.source):
        return 0
    if len(negation_hits(target)) < 2:
        return _listed(both.source)
    joined = 0 if target.language.negation_first else sum(  # "X und Y nicht": one negation for both
        len(re.findall(rf"(?<!\w){re.escape(word)}(?!\w)", target.text)) for word in target.language.joins
    )  # fmt: skip
    listed = _listed(both.source, 5)
    return min(listed, max(1, listed - joined + 1))


def ors(side: Side) -> list[Hit]:
    """Words that say "or", or share a negation as it does; none that only begins a sentence."""
    found = side.of("or")
    return unmasked(found, side.of("not:or")) if found else found


def _left_undone(both: Both) -> int:
    """Words such as "skip" and "stop taking" that the translation says with a "not", as it has no such word."""
    if both.source.ids.isdisjoint(_UNDONE_IDS):
        return 0
    language = both.target.language
    known = language.concepts if language is not None else frozenset()
    return sum(
        len(longest(both.source.of(f"c:{act}")))
        for act in _UNDONE
        if act in known and f"c:{act}" in both.source.ids and f"c:{act}" not in both.target.ids
    )


def _listed(side: Side, most: int = 1) -> int:
    """How many things beside the first a negation holds for: "do not crush or chew" one, "crush, chew or break" two."""
    out = 0
    for hit in negation_hits(side):
        ors = [o for o in side.of("or") if not _NO_VERB.match(side.text, o.end)] if hit.id == "neg" else []
        between = [side.text[hit.end : other.start] for other in ors]
        found = max((min(most, text.rstrip(", ").count(",") + 1) for text in between if _OR.fullmatch(text)), default=0)
        more = hit.id == "neg" and "more" in side.text and _OR_MORE.match(side.text, hit.end)
        out += found or int(bool(more))
    return out


def _count(side: Side, *kinds: str) -> int:
    """Words that may stand for a negation: avoid, stop, unlikely."""
    found = side.of(*kinds)
    strong = masked(side) if found else []
    hits = [hit for hit in found if not any(s.start < hit.end and hit.start < s.end for s in strong)]
    return len({hit.start for hit in longest(hits)})


def _acts(both: Both, want: Sequence[Hit], have: Sequence[Hit]) -> str:
    """What is forbidden in one text and asked for in the other."""
    for act in _ACTS if want and have else ():
        if f"c:{act}" not in both.source.ids or f"c:{act}" not in both.target.ids:
            continue
        sides = []
        for side in (both.source, both.target):
            hits = longest(side.of(f"c:{act}"))
            sides.append([_forbidden(side, hit) for hit in sorted(hits, key=lambda hit: hit.start)])
        one, other = sides
        if len(one) == len(other) and sum(one) != sum(other) and (sum(one) in (0, len(one)) or not any(other)):
            return f"“{act}” is {'forbidden' if any(one) else 'asked for'} in the source and not in the translation"
    return ""


def _forbidden(side: Side, act: Hit) -> bool:
    language = side.language
    assert language is not None
    begin = max((m.end() for m in ENDS.finditer(side.text, 0, act.start)), default=0)
    match = ENDS.search(side.text, act.end)
    end = match.start() if match else len(side.text)
    found = [hit for hit in masked(side) if begin <= hit.start and hit.end <= end]
    for word in language.parts:
        expression = rf"(?<!\w){re.escape(word)}(?!\w)" if language.spaced else re.escape(word)
        for part in re.finditer(expression, side.text[begin:end]):
            at = begin + part.start()
            if at < act.start:
                found = [hit for hit in found if hit.start >= at]
            elif not language.negation_first:
                found = [hit for hit in found if hit.start < at]
    if language.negation_first:
        found = [hit for hit in found if hit.start <= act.start]
    return bool(found)
