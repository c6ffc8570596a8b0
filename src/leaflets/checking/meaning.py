"""Negations, exceptions and opposites: does the translation still say yes where the source does, and no where it does?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from leaflets.checking.model import Both, Finding, Side, Weight
from leaflets.checking.numbers import Number
from leaflets.checking.words import Hit, longest, unmasked

_DIRECTION = {"more_than": "up", "at_least": "up", "less_than": "down", "at_most": "down"}
_SIGN = {"<": "down", "≤": "down", ">": "up", "≥": "up"}
_GROUPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("frequency", "how often", (
        "minute", "hour", "day", "week", "month", "year", "every_other_day", "every_other_week",
    )),
    ("time-of-day", "the time of day", ("morning", "noon", "afternoon", "evening", "night")),
    ("opposite", "before and after", ("before", "after")),
    ("opposite", "more and less", ("increase", "decrease")),
    ("opposite", "left and right", ("left", "right")),
    ("opposite", "where it goes", ("eye", "ear", "nose")),
    ("opposite", "meals", ("with_food", "without_food")),
    ("opposite", "who it is for", ("child", "adult")),
)  # fmt: skip
"""Words of one group exclude each other."""
_SAME_TIME = {
    ("hour", "24"): "day", ("hour", "48"): "day", ("hour", "72"): "day", ("day", "7"): "week", ("day", "14"): "week",
    ("day", "28"): "week", ("day", "30"): "month", ("week", "4"): "month", ("month", "12"): "year",
    ("week", "52"): "year", ("minute", "60"): "hour", ("day", "365"): "year", ("hour", "1"): "minute",
    ("month", "6"): "year", ("day", "2"): "every_other_day", ("week", "2"): "every_other_week",
}  # fmt: skip
"""A unit of time that another may stand for behind this number."""
_ACTS = ("crush", "chew", "drive", "machines", "freeze", "stop")
_ENDS = re.compile(r"[.;:!?…。！？；：|।۔؟؛]\s|[。！？；|।۔؟؛\n]")
_OR = re.compile(r" (?:(?!if|when|for|with|and|unless|because|in|on|are|you)\w+,? ){1,5}")
"""What stands between "not" and "or": a verb or two."""


@dataclass(frozen=True, slots=True)
class Said:
    """A word of a group, where it stands and what it may mean."""

    start: int
    end: int
    means: frozenset[str]


def negations(both: Both) -> Iterator[Finding]:
    """Every "not", "never" and "without" of the source is in the translation, and none is there that it has not."""
    source, target = both.source, both.target
    if not _have(both, "negation"):
        return
    want, have = negation_hits(source), negation_hits(target)
    hint = "is a “not”, “never” or “without” lost?"
    more = _each(both, want)
    if len(have) < len(want) + more - max(0, _count(target, "soft") - _count(source, "soft")):
        wanted = len(want) + more
        said = f"{wanted} negation{'s' if wanted > 1 else ''} became {len(have) or 'none'}"
        yield Finding("negation", Weight.CRITICAL, said, hint, both.pair, _marks(source, want))
    elif have and not source.of("neg") and len(have) > _count(source, "soft", "allows", "c:unless", "c:at_most"):
        said = "the translation says “not”, the source does not"
        hint = "does it forbid what the source allows?"
        yield Finding("negation", Weight.CRITICAL, said, hint, both.pair, _marks(target, have))
    elif told := _acts(both, want, have):
        yield Finding("negation", Weight.CRITICAL, told, hint, both.pair)


def exceptions(both: Both) -> Iterator[Finding]:
    """ "Unless" and "except" turn a sentence round: they must be there."""
    if not _have(both, "concepts"):
        return
    if both.source.of("c:unless") and not both.target.of("c:unless"):
        said = "“unless” or “except” is missing"
        yield Finding("exception", Weight.CRITICAL, said, "without it the sentence says the opposite", both.pair)


def limits(both: Both) -> Iterator[Finding]:
    """At least is not at most, under is not over, ``<`` is not ``>``; a sign may be said in words."""
    if not _have(both, "concepts"):
        return
    want, have = _limits(both.source), _limits(both.target)
    lost, new = _unmatched(want, have)
    signs = [one for one in lost if _is_sign(both.source, one)]
    rule = "comparison" if any(_is_sign(both.source, one) for one in lost) else "limit"
    if lost and new and not lost[0].means & new[0].means:
        said = f"{_texts(both.source, lost)} became {_texts(both.target, new)}"
        marks = (*_marks(both.source, lost), *_marks(both.target, new))
        yield Finding(rule, Weight.CRITICAL, said, "is a limit turned round?", both.pair, marks)
    elif signs:
        said = f"{_texts(both.source, signs)} is missing"
        hint = "keep the sign, or say it in words"
        yield Finding("comparison", Weight.CRITICAL, said, hint, both.pair, _marks(both.source, signs))
    elif added := [one for one in new if _is_sign(both.target, one)]:
        said = f"{_texts(both.target, added)} was added"
        yield Finding("comparison", Weight.CRITICAL, said, "it is not in the source", both.pair)
    elif (one := _signs(both.source.text)) and (other := _signs(both.target.text)) and sorted(one) != sorted(other):
        if len(one) == len(other):
            said = f"{' '.join(one)} became {' '.join(other)}"
            yield Finding("comparison", Weight.CRITICAL, said, "keep the sign as it is", both.pair, tuple(one + other))
    elif turned := _turned(both, want, have):
        said = f"the limit of {turned} is turned round"
        yield Finding("limit", Weight.CRITICAL, said, "at least, or at most?", both.pair, (turned,))
    elif lost and not have and any(_beside_number(both.source, one) for one in lost):
        said = f"{_texts(both.source, lost)} is missing"
        yield Finding("limit", Weight.CRITICAL, said, "a limit without its word is a dose", both.pair)


def opposites(both: Both) -> Iterator[Finding]:
    """Before is not after, morning is not night, a day is not a week."""
    if not _have(both, "concepts"):
        return
    for rule, about, group in _GROUPS:
        want = said_of(both.source, group, both.target)
        have = said_of(both.target, group, both.source)
        if not want or not have or (group[0] == "with_food" and both.source.of("c:either_food")):
            continue  # "with or without food" is said in many ways
        lost, new = _unmatched(want, have)
        if lost and new:
            said = f"{_texts(both.source, lost)} became {_texts(both.target, new)}"
            marks = (*_marks(both.source, lost), *_marks(both.target, new))
            yield Finding(rule, Weight.CRITICAL, said, f"compare what both say of {about}", both.pair, marks)
    wanted = said_of(both.source, _GROUPS[1][2])
    if wanted and not said_of(both.target, _GROUPS[1][2]):
        said = f"{_texts(both.source, wanted)} is missing"
        yield Finding("time-of-day", Weight.CRITICAL, said, "say when", both.pair, _marks(both.source, wanted))


def said_of(side: Side, group: Sequence[str], other: Side | None = None) -> list[Said]:
    """Words of a group in their order, the longest where several begin alike.

    Where the other text lacks the number, a day may be 24 hours.
    """
    ids = ("c:none", *(f"c:{name}" for name in group))
    hits = [hit for hit in longest([hit for hit in side.hits if hit.id in ids]) if hit.id != "c:none"]
    spans: dict[tuple[int, int], set[str]] = {}
    for hit in hits:
        spans.setdefault((hit.start, hit.end), set()).add(hit.id[2:])
    out = []
    for (start, end), means in sorted(spans.items()):
        for number in side.said if other is not None and group[0] == "minute" else ():
            if other is None or any(number.value == one.value for one in other.said):
                continue
            if number.end <= start and not side.text[number.end : start].strip(" -_"):
                means |= {_SAME_TIME.get((name, str(number.value)), name) for name in tuple(means)}
        out.append(Said(start, end, frozenset(means)))
    return out


def negation_hits(side: Side) -> list[Hit]:
    """The negations of a text; what stands together for one counts once."""
    single = longest(unmasked(side.of("neg"), side.of("not:neg")))
    joined = sorted((hit for hit in single if hit.id == "neg2"), key=lambda hit: hit.start)
    alone = [hit for hit in _masked(side) if not any(j.start <= hit.start and hit.end <= j.end for j in joined)]
    out = [*alone]
    reached = -1
    for hit in joined:  # neither … nor … nor is one
        if hit.start > reached:
            out.append(hit)
        reached = max(reached, hit.end)
    return sorted(set(out), key=lambda hit: hit.start)


def _each(both: Both, want: Sequence[Hit]) -> int:
    """Negations that a language repeats: "do not crush or chew" without an "or" is "do not crush and do not chew"."""
    target = both.target
    if target.language is None or not target.language.has_or or target.of("or"):
        return 0
    return sum(
        any(_OR.fullmatch(both.source.text[hit.end : other.start]) for other in both.source.of("or"))
        for hit in want if hit.id == "neg"
    )  # fmt: skip


def _masked(side: Side) -> list[Hit]:
    hits = unmasked([hit for hit in side.hits if hit.id == "neg"], side.of("not:neg"))
    return longest(hits)


def _count(side: Side, *kinds: str) -> int:
    """Words that may stand for a negation: avoid, stop, unlikely."""
    strong = _masked(side)
    hits = [hit for hit in side.of(*kinds) if not any(s.start < hit.end and hit.start < s.end for s in strong)]
    return len({hit.start for hit in longest(hits)})


def _acts(both: Both, want: Sequence[Hit], have: Sequence[Hit]) -> str:
    """What is forbidden in one text and asked for in the other."""
    for act in _ACTS if want and have else ():
        sides = []
        for side in (both.source, both.target):
            hits = longest(side.of(f"c:{act}"))
            sides.append([_forbidden(side, hit) for hit in sorted(hits, key=lambda hit: hit.start)])
        one, other = sides
        if len(one) == len(other) and sum(one) != sum(other):
            return f"“{act}” is {'forbidden' if sum(one) else 'asked for'} in the source and not in the translation"
    return ""


def _forbidden(side: Side, act: Hit) -> bool:
    language = side.language
    assert language is not None
    begin = max((m.end() for m in _ENDS.finditer(side.text, 0, act.start)), default=0)
    match = _ENDS.search(side.text, act.end)
    end = match.start() if match else len(side.text)
    found = [hit for hit in _masked(side) if begin <= hit.start and hit.end <= end]
    for word in language.parts:
        for part in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", side.text[begin:end]):
            at = begin + part.start()
            if at < act.start:
                found = [hit for hit in found if hit.start >= at]
            elif not language.negation_first:
                found = [hit for hit in found if hit.start < at]
    if language.negation_first:
        found = [hit for hit in found if hit.start <= act.start]
    return bool(found)


def _limits(side: Side) -> list[Said]:
    hits = [hit for hit in side.hits if hit.id.startswith("c:") and (hit.id[2:] in _DIRECTION or hit.id == "c:none")]
    hits = [hit for hit in longest(hits) if hit.id != "c:none"]
    spans: dict[tuple[int, int], set[str]] = {}
    for hit in hits:
        spans.setdefault((hit.start, hit.end), set()).add(_DIRECTION[hit.id[2:]])
    out = [Said(start, end, frozenset(means)) for (start, end), means in sorted(spans.items())]
    return [*out, *(Said(at, at + 1, frozenset([_SIGN[sign]])) for at, sign in _sign_places(side.text))]


def _sign_places(text: str) -> list[tuple[int, str]]:
    text = re.sub(r"->|=>|<-|</?[a-z][^<>]*>", lambda m: " " * len(m[0]), text.replace("<=", "≤ ").replace(">=", "≥ "))
    return [(at, sign) for at, sign in enumerate(text.replace("⩽", "≤").replace("⩾", "≥")) if sign in _SIGN]


def _signs(text: str) -> list[str]:
    return [sign for _, sign in _sign_places(text)]


def _is_sign(side: Side, one: Said) -> bool:
    return side.text[one.start] in "<>≤≥"


def _turned(both: Both, want: Sequence[Said], have: Sequence[Said]) -> str:
    """A number that has an upper limit in one text and a lower one in the other."""
    for number in both.source.said if want and have else ():
        partners = [one for one in both.target.said if one.value == number.value]
        if len(partners) != 1 or sum(one.value == number.value for one in both.source.said) != 1:
            continue
        wanted = _limit_of(both.source, want, number, behind=False)
        found = _limit_of(both.target, have, partners[0], behind=True)
        if wanted and found and not wanted & found:
            return both.source.text[number.start : number.end]
    return ""


def _limit_of(side: Side, limits: Sequence[Said], number: Number, *, behind: bool) -> set[str]:
    """What the nearest words before a number, and behind it, say of it: up, down."""
    before = [one for one in limits if one.end <= number.start and number.start - one.end < 16]
    after = [one for one in limits if 0 <= one.start - number.end < 16]
    found = sorted(before, key=lambda one: one.end)[-1:]
    if behind or (after and side.text.startswith(("or ", "and "), after[0].start)):
        found += sorted(after, key=lambda one: one.start)[:1]
    return {
        means for one in found for means in one.means
        if not re.search(r"[\d;:|،，。、]", side.text[min(one.end, number.end) : max(one.start, number.start)])
    }  # fmt: skip


def _beside_number(side: Side, one: Said) -> bool:
    return any(
        (0 <= number.start - one.end <= 12 and len(side.text[one.end : number.start].split()) < 3)
        or 0 <= one.start - number.end <= 12
        for number in side.said
    )


def _unmatched(want: Sequence[Said], have: Sequence[Said]) -> tuple[list[Said], list[Said]]:
    """What neither text can give a partner in the other: a largest matching of words that may mean the same."""
    partner: dict[int, int] = {}

    def place(at: int, seen: set[int]) -> bool:
        for other, one in enumerate(have):
            if other not in seen and want[at].means & one.means:
                seen.add(other)
                if other not in partner or place(partner[other], seen):
                    partner[other] = at
                    return True
        return False

    lost = [one for at, one in enumerate(want) if not place(at, set())]
    return lost, [one for other, one in enumerate(have) if other not in partner]


def _have(both: Both, table: str) -> bool:
    source, target = both.source.language, both.target.language
    return source is not None and target is not None and table in source.has and table in target.has


def _texts(side: Side, found: Sequence[Said]) -> str:
    return ", ".join(f"“{side.text[one.start : one.end]}”" for one in found)


def _marks(side: Side, found: Sequence[Said] | Sequence[Hit]) -> tuple[str, ...]:
    return tuple(side.text[one.start : one.end] for one in found)
