"""Opposites: words that exclude each other, such as before and after, morning and night: a pair -> findings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from leaflets.checking.meaning import have_both, marks_of, masked, said_of, texts, unmatched
from leaflets.checking.model import Both, Finding, Said, Side, Weight
from leaflets.checking.numbers import Number
from leaflets.checking.words import Hit, unmasked

_GROUPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("frequency", "how often", (
        "minute", "hour", "day", "week", "month", "year", "every_other_day", "every_other_week",
    )),
    ("time-of-day", "the time of day", ("morning", "noon", "afternoon", "evening", "night")),
    ("opposite", "before and after", ("before", "after")),
    ("opposite", "before and then", ("before", "next")),
    ("opposite", "more and less", ("increase", "decrease")),
    ("opposite", "left and right", ("left", "right")),
    ("opposite", "where it goes", ("eye", "ear", "nose")),
    ("opposite", "meals", ("with_food", "without_food")),
    ("opposite", "who it is for", ("child", "adult")),
    ("opposite", "how common it is", ("common", "uncommon")),
    ("opposite", "until and while", ("until", "while")),
    ("opposite", "what is taken", ("tablets", "drops")),
    ("opposite", "within and from", ("within", "onward")),
    ("opposite", "highest and lowest", ("highest", "lowest")),
    ("opposite", "one dose and two", ("single", "double", "triple")),
    ("opposite", "first and second", ("first", "second")),
    ("opposite", "since and until", ("since", "till")),
    ("opposite", "changed or not", ("changed", "unchanged")),
    ("opposite", "safe or not", ("safe", "risky")),
    ("opposite", "above all", ("chiefly", "after_all")),
    ("opposite", "wanted or not", ("wanted", "unwanted")),
    ("opposite", "right or wrong", ("accurate", "inaccurate")),
    ("opposite", "steroids", ("steroid", "nonsteroid")),
    ("opposite", "at once or late", ("prompt", "late")),
    ("opposite", "well or unwell", ("feels_well", "feels_ill")),
    ("opposite", "later or sooner", ("past", "short_of")),
    ("opposite", "how great or grave", ("greater_risk", "smaller_risk")),
)  # fmt: skip
"""Words of one group exclude each other."""
_GROUP_IDS = tuple(frozenset(f"c:{name}" for name in group) for _, _, group in _GROUPS)
_GROUPS_OF = {
    ident: tuple(at for at, ids in enumerate(_GROUP_IDS) if ident in ids)
    for ident in frozenset[str]().union(*_GROUP_IDS)
}
"""The places of the groups that an id is in."""
_GROUPED = frozenset(_GROUPS_OF)
_ADDED = ("morning", "left", "eye", "tablets", "increase")
"""Groups, by their first word, of which a translation adds nothing."""
_STEP = 8
"""Most characters between a number and the "increase" by it."""
_DENIED = ("feels_well", "wanted", "accurate", "changed", "safe")
"""Groups, by their first word, of which one word with a no may say the other."""
_LIKE = {"increase": "c:greater", "decrease": "c:lesser"}
"""Words of other kinds that a translation may say with a word of a group: "added", "low"."""
_SIDES = ("before", "after")
_TIME_LEFT = re.compile(r"\d (?:minutes?|hours?|days?|weeks?) $")
"""What stands before an "until" that no negation reaches: "it is less than 4 hours until the next dose"."""
_WITHIN = re.compile(
    r"\bwithin \d+ (?:minutes?|hours?|days?|weeks?) of (?!taking|starting|stopping|opening|birth|deliver)"
)
_BESIDE = re.compile(r" ?[^\W\d_]{1,8} ?")
"""What may stand between a number and the "before" or "after" that it belongs to: its unit."""
_CLOCK = re.compile(r"\d\s?([ap])\.?m\b")


def opposites(both: Both) -> Iterator[Finding]:
    """Before is not after, morning is not night, a day is not a week."""
    if not have_both(both, "concepts"):
        return
    known = both.target.language.concepts if both.target.language is not None else frozenset()
    for at in sorted({at for ident in both.target.ids & _GROUPED for at in _GROUPS_OF[ident]}):
        rule, about, group = _GROUPS[at]
        if both.source.ids.isdisjoint(_GROUP_IDS[at]) and rule != "time-of-day":
            continue
        # What a language has no word for it cannot lose.
        want = [one for one in said_of(both.source, group, both.target) if one.means & known]
        if rule == "time-of-day" and both.source.tag == "en":
            want += _clock(both.source)
        have = said_of(both.target, group, both.source) if want else []
        if group == _SIDES and both.source.of("c:until"):
            ends = {hit.start for hit in both.target.of("c:until")}  # "до" is "until" as well as "before"
            have = [one for one in have if one.start not in ends]
        if not have or (group[0] == "with_food" and both.source.of("c:either_food")):
            continue  # "with or without food" is said in many ways
        if group[0] in _DENIED and len(masked(both.target)) > len(masked(both.source)):
            continue  # "even if you feel well" is "even if you do not feel ill"
        lost, new = unmatched(want, have)
        if lost and new:
            said = f"{texts(both.source, lost)} became {texts(both.target, new)}"
            marks = (*marks_of(both.source, lost), *marks_of(both.target, new))
            yield Finding(rule, Weight.CRITICAL, said, f"compare what both say of {about}", both.pair, marks)
        elif group[0] in _ADDED and (more := _more(both, want, new)):
            said = f"{texts(both.target, more)} was added"
            yield Finding(rule, Weight.CRITICAL, said, f"compare what both say of {about}", both.pair)
    yield from _food(both)
    if told := _one_side(both) or _turned_time(both) or _became_before(both):
        yield Finding("opposite", Weight.CRITICAL, told, "before, after, or both?", both.pair)
    if twice := _same_twice(both):
        yield Finding("opposite", Weight.CRITICAL, f"“{twice}” says one thing twice", "with or without?", both.pair)
    if both.source.of("c:kept_away") and (found := _alone(both.target, "c:in_reach")):
        said = "what must be kept away is not: within reach of children, or in the light"
        hint = "compare what both say of children and light"
        yield Finding("opposite", Weight.CRITICAL, said, hint, both.pair, marks_of(both.target, found))
    known = both.target.language.has if both.target.language is not None else frozenset()
    if "until" in known and (told := _until(both)):
        yield Finding("opposite", Weight.CRITICAL, told, "until, or only after?", both.pair)
    if "sheltered" in known and both.source.of("c:sheltered") and not both.target.of("c:sheltered"):
        said = "nothing says what it is to be protected from"
        yield Finding("opposite", Weight.CRITICAL, said, "away from light, moisture, heat?", both.pair)
    wanted = said_of(both.source, _GROUPS[1][2])
    if wanted and not said_of(both.target, _GROUPS[1][2]):
        said = f"{texts(both.source, wanted)} is missing"
        yield Finding("time-of-day", Weight.CRITICAL, said, "say when", both.pair, marks_of(both.source, wanted))


def _more(both: Both, want: Sequence[Said], new: Sequence[Said]) -> list[Said]:
    """What was added; of "increase" and "decrease" only what stands with a number."""
    known = _ways(want) | {means for means, kind in _LIKE.items() if both.source.of(kind)}
    more = [one for one in new if not _ways([one]) & known]
    return [one for one in more if _LIKE.keys().isdisjoint(one.means) or _near_dose(both.target, one)]


def _near_dose(side: Side, one: Said) -> bool:
    return any(0 <= one.start - n.end <= _STEP or 0 <= n.start - one.end <= _STEP for n in side.said)


def _ways(said: Sequence[Said]) -> set[str]:
    """What words mean; the evening may be the night."""
    found = {means for one in said for means in one.means}
    return found | {"evening", "night"} if found & {"evening", "night"} else found


def _clock(side: Side) -> list[Said]:
    """Hours before and after noon: 8 p.m. is in the evening, if anything is said of it."""
    late = frozenset(["noon", "afternoon", "evening", "night"])
    return [
        Said(match.start(), match.end(), late if match[1] == "p" else frozenset(["morning"]))
        for match in _CLOCK.finditer(side.text)
    ]


def _food(both: Both) -> Iterator[Finding]:
    """ "With or without food" says a no as well, or that food does not matter."""
    target = both.target
    if not both.source.of("c:either_food") or target.language is None or "c:either_food" in target.ids:
        return
    if not target.language.spaced or not target.of("or"):
        return
    if target.of("c:with_food") and not target.of("neg", "c:without_food"):
        said = "“without food” is missing"
        yield Finding("opposite", Weight.CRITICAL, said, "with or without food?", both.pair)


def _same_twice(both: Both) -> str:
    """ "With or with": the same word on both sides of an "or"."""
    if both.target.language is None or not both.target.language.spaced:
        return ""
    if not both.target.of("or"):
        return ""
    without = "or without" in both.source.text
    counted = {number.end for number in (*both.target.said, *both.target.maybe)}
    for hit in both.target.of("or") if without or counted or both.target.of("c:before", "c:after") else ():
        before, behind = both.target.text[: hit.start].split()[-1:], both.target.text[hit.end :].split()[:1]
        timed = any(one.end == hit.start - 1 for one in both.target.of("c:before", "c:after"))
        sure = timed or hit.start - 1 in counted or (without and len(before[0] if before else "") > 2)
        if before == behind and before and before[0].isalpha() and sure:
            return f"{before[0]} {both.target.text[hit.start : hit.end]} {behind[0]}"
    return ""


def _until(both: Both) -> str:
    """ "Until" that became "after": without a no before it, that turns a sentence round."""
    source, target = both.source, both.target
    places = [hit.start for hit in source.of("c:until")]
    if not places or target.of("c:until"):
        return ""
    left = _TIME_LEFT.search(source.text, 0, places[0])
    if not left and any(hit.start < places[0] for hit in source.of("neg")):
        return ""
    want, have = said_of(source, _SIDES), said_of(target, ("before", "after"))
    if [one for one in want if "after" in one.means] or not (new := [one for one in have if "after" in one.means]):
        return ""
    if any(hit.start < new[0].start for hit in target.of("neg")):
        return ""
    return f"“until” became {texts(target, new)}"


def _one_side(both: Both) -> str:
    """ "Within 2 hours of it" is before and after: neither of them twice."""
    if "within" not in both.source.text or not _WITHIN.search(both.source.text) or said_of(both.source, _SIDES):
        return ""
    have = said_of(both.target, _SIDES)
    if len(have) > 1 and len(have[0].means) == 1 and all(one.means == have[0].means for one in have):
        return f"{texts(both.target, have)} say one thing twice"
    return ""


def _turned_time(both: Both) -> str:
    """ "48 hours before" that became "48 hours after", where a word beside it may say either."""
    here, there = said_of(both.source, _SIDES), said_of(both.target, _SIDES)
    if not there or all(len(one.means) == 1 for one in there) or any(one.means == {"before"} for one in there):
        return ""
    values = [number.value for number, one in _beside(both.source, here) if one.means == {"before"}]
    for number, one in _beside(both.target, there):
        if number.value in values and one.means == {"after"}:
            return f"“before” became {texts(both.target, [one])}"
    return ""


def _became_before(both: Both) -> str:
    """ "After opening … and then" that became "before opening … and then"."""
    want, have = (said_of(side, ("after", "next")) for side in (both.source, both.target))
    if len(want) < 2 or len(have) >= len(want) or both.source.of("c:before"):
        return ""
    up_to = {hit.start for hit in both.target.of("c:maybe_at_most")}  # "до" before a number
    before = [one for one in said_of(both.target, _SIDES) if one.means == {"before"} and one.start not in up_to]
    return f"{texts(both.source, want)} became {texts(both.target, before)}" if before else ""


def _beside(side: Side, said: Sequence[Said]) -> list[tuple[Number, Said]]:
    """The numbers that have one of these words right behind their unit."""
    return [(n, one) for n in side.said for one in said if _BESIDE.fullmatch(side.text, n.end, one.start)]


def _alone(side: Side, kind: str) -> list[Hit]:
    """Hits of a kind that no longer form or negation holds."""
    return list(unmasked(side.of(kind), [*side.of("c:kept_away"), *side.of("neg")]))
