"""Limits: at least, at most, more, less, ``<`` and ``>``: a pair -> findings where one is turned round or lost."""

from __future__ import annotations

import re
from collections.abc import Iterator

from leaflets.checking.limited import added_limit, beside_number, moved_limit, negations_near, turned
from leaflets.checking.meaning import have_both, marks_of, masked, texts, unmatched
from leaflets.checking.model import Both, Finding, Said, Side, Weight
from leaflets.checking.words import Hit, longest

_DIRECTION = {
    "more_than": "up",
    "at_least": "up",
    "less_than": "down",
    "at_most": "down",
    "maybe_at_most": "down",
    "maybe_at_least": "up",
    "no_later_before": "up",
    "no_earlier_before": "down",
}
"""What is taken "no later than 4 hours before" is taken at least 4 hours before."""
_NOT = frozenset([
    "not", "never", "nunca", "jamás", "niemals", "jamais", "mai", "no", "nicht", "pas", "não", "non", "nie",
    "не", "لا", "न", "नहीं", "不", "勿", "ไม่", "ห้าม", "อย่า", "không", "לא",
])  # fmt: skip
"""Words that turn a limit round where they stand beside it; "nobody under 18" does not."""
_OR_FOR = re.compile(r"\bn?or for $")
_BARE = frozenset(["c:more_than", "c:less_than"])
_LIMIT_IDS = frozenset(["c:none", *(f"c:{name}" for name in _DIRECTION)])
_ANY_SIGN = re.compile("[<>≤≥⩽⩾]")
_ARROW = re.compile(r"->|=>|<-|</?[a-z][^<>]*>")
_SIGN = {"<": "down", "≤": "down", ">": "up", "≥": "up"}


def limits(both: Both) -> Iterator[Finding]:
    """At least is not at most, under is not over, ``<`` is not ``>``; a sign may be said in words."""
    if not have_both(both, "concepts"):
        return
    # "Do not use below 30" negates the use, here as there.
    want = limits_of(both.source)
    if both.target.language is not None and "no_later_before" not in both.target.language.concepts:
        # There "no later than" is an upper limit, whatever it is said of.
        spans = {(hit.start, hit.end) for hit in both.source.of("c:no_later_before", "c:no_earlier_before")}
        want = [
            one._replace(means=one.means | {"up", "down"}) if (one.start, one.end) in spans else one for one in want
        ]
    have = limits_of(both.target, turn=not any(negations_near(both.source, one) for one in want))
    if not want and not have:
        return
    if any(is_negated(both.source, one) for one in want) and len(masked(both.target)) > len(masked(both.source)):
        have = [one._replace(means=one.means | {"down"}) if _denied(both.target, one) else one for one in have]
        have = [one._replace(means=frozenset(["up"])) if _least(both.target, one) else one for one in have]
    above = {hit.start for hit in both.source.of("c:more_than")}
    if any(one.start in above for one in want) and len(masked(both.source)) > len(masked(both.target)):
        # "More than 5 mg has not been studied" is "no more than 5 mg has been studied" to a list of forms.
        have = [one._replace(means=one.means | {"up"}) if is_negated(both.target, one) else one for one in have]
    sure = _sure(both.target, have)
    lost, new = unmatched(*_without_signs_of_both(both, want, sure))
    if not (lost and new and not lost[0].means & new[0].means):
        lost, new = unmatched(*_without_signs_of_both(both, want, have))
    signs = [one for one in lost if _is_sign(both.source, one)]
    rule = "comparison" if any(_is_sign(both.source, one) for one in lost) else "limit"
    if lost and new and not lost[0].means & new[0].means:
        said = f"{texts(both.source, lost)} became {texts(both.target, new)}"
        marks = (*marks_of(both.source, lost), *marks_of(both.target, new))
        yield Finding(rule, Weight.CRITICAL, said, "is a limit turned round?", both.pair, marks)
    elif signs:
        said = f"{texts(both.source, signs)} is missing"
        hint = "keep the sign, or say it in words"
        yield Finding("comparison", Weight.CRITICAL, said, hint, both.pair, marks_of(both.source, signs))
    elif added := [one for one in new if _is_sign(both.target, one)]:
        said = f"{texts(both.target, added)} was added"
        yield Finding("comparison", Weight.CRITICAL, said, "it is not in the source", both.pair)
    elif (one := _signs(both.source.text)) and (other := _signs(both.target.text)) and sorted(one) != sorted(other):
        if len(one) == len(other):
            said = f"{' '.join(one)} became {' '.join(other)}"
            yield Finding("comparison", Weight.CRITICAL, said, "keep the sign as it is", both.pair, tuple(one + other))
    elif number := turned(both, want, have, sure):
        said = f"the limit of {number} is turned round"
        yield Finding("limit", Weight.CRITICAL, said, "at least, or at most?", both.pair, (number,))
    elif limit := added_limit(both, want, have, sure):
        said = f"{texts(both.target, [limit])} was added"
        marks = marks_of(both.target, [limit])
        yield Finding("limit", Weight.CRITICAL, said, "is it a limit in the source?", both.pair, marks)
    elif moved := moved_limit(both, want, have):
        said = f"the limit of {moved[0]} became that of {moved[1]}"
        yield Finding("limit", Weight.CRITICAL, said, "each limit must stand with its own number", both.pair, moved)
    elif lost and not have and any(beside_number(both.source, one) for one in lost):
        said = f"no word of the translation is known to say {texts(both.source, lost)}"
        yield Finding("limit", Weight.QUALITY, said, "is the limit there?", both.pair, marks_of(both.source, lost))


def limits_of(side: Side, *, turn: bool = True) -> list[Said]:
    """What limits a text says; with ``turn``, "not under" is "at least"."""
    signs = [Said(at, at + 1, frozenset([_SIGN[sign]])) for at, sign in _sign_places(side.text)]
    if side.ids.isdisjoint(_LIMIT_IDS):
        return signs
    hits = [hit for hit in side.hits if hit.id in _LIMIT_IDS]
    hits = [hit for hit in longest(hits) if hit.id != "c:none"]
    hits = [one for one in hits if one.id not in _BARE or not any(_reaches_into(o, one) for o in hits)]
    masks = [mask for mask in side.of("not:neg") if mask.id == "not:neg"] if hits else []
    if masks:  # "may be used for more than" in Japanese ends like a negation
        hits = [hit for hit in hits if not any(hit.start < m.start and m.end >= hit.end > m.start for m in masks)]
        bare = [
            hit for hit in side.of("c:more_than", "c:less_than") if not any(h.start <= hit.start < h.end for h in hits)
        ]
        hits += longest(bare)
    spans: dict[tuple[int, int], set[str]] = {}
    said_no = {hit.end for hit in masked(side) if side.text[hit.start : hit.end] in _NOT} if hits else set()
    for hit in hits:
        way = _DIRECTION[hit.id[2:]]
        if hit.id in _BARE and _OR_FOR.search(side.text, 0, hit.start) and any(n.end < hit.start for n in masked(side)):
            way = "down" if way == "up" else "up"  # "do not use on wounds or for longer than 7 days"
        if turn and hit.id in _BARE and not said_no.isdisjoint((hit.start, hit.start - 1)):
            way = "down" if way == "up" else "up"  # "not under" is "at least"
        spans.setdefault((hit.start, hit.end), set()).add(way)
    return [*(Said(start, end, frozenset(means)) for (start, end), means in sorted(spans.items())), *signs]


def _reaches_into(other: Hit, one: Hit) -> bool:
    """Whether a longer form begins within a hit and ends behind it: "more than" in Hindi's "more than more"."""
    return one.start < other.start < one.end < other.end and other.end - other.start > one.end - one.start


def _sure(side: Side, limits: list[Said]) -> list[Said]:
    """Limits without words that say "until" as well as "up to"."""
    maybe = {(hit.start, hit.end) for hit in side.of("c:maybe_at_most", "c:maybe_at_least")}
    return [one for one in limits if (one.start, one.end) not in maybe]


def _without_signs_of_both(both: Both, want: list[Said], have: list[Said]) -> tuple[list[Said], list[Said]]:
    """Limits without the signs that stand in both texts: no word of the other text is meant with those."""
    left = list(have)
    out = []
    for one in want:
        sign = both.source.text[one.start]
        same = next((other for other in left if sign in _SIGN and both.target.text[other.start] == sign), None)
        if same is None:
            out.append(one)
        else:
            left.remove(same)
    return out, left


def _sign_places(text: str) -> list[tuple[int, str]]:
    if _ANY_SIGN.search(text) is None:
        return []
    text = _ARROW.sub(lambda m: " " * len(m[0]), text.replace("<=", "≤ ").replace(">=", "≥ "))
    return [(at, sign) for at, sign in enumerate(text.replace("⩽", "≤").replace("⩾", "≥")) if sign in _SIGN]


def _signs(text: str) -> list[str]:
    return [sign for _, sign in _sign_places(text)]


def _is_sign(side: Side, one: Said) -> bool:
    return side.text[one.start] in "<>≤≥"


def is_negated(side: Side, one: Said) -> bool:
    """Whether a limit is said with a negation: "not more than"."""
    hits = [hit for hit in side.of("neg") if one.start <= hit.start and hit.end <= one.end]
    if not hits:
        return False
    # "At least" in Japanese and Thai holds letters that say no elsewhere.
    short = [mask for mask in side.of("not:neg") if mask.id == "not:neg"]
    return any(not any(m.start <= hit.start and hit.end <= m.end for m in short) for hit in hits)


def _denied(side: Side, one: Said, kind: str = "c:more_than") -> list[Hit]:
    """The negations that stand with a word such as "more than", too far away to be one form with it."""
    exceeds = any(hit.start == one.start for hit in side.of(kind))
    return negations_near(side, one) if exceeds else []


def _least(side: Side, one: Said) -> bool:
    """Whether a text says "do not take less than", with a verb between."""
    found = _denied(side, one, "c:less_than")
    if side.language is not None and (side.language.negation_first or side.language.spaced):
        return bool(found)
    return any(hit.end <= one.start for hit in found)
