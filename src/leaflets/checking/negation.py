"""Negations: does a translation still say no where its source does?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from leaflets.checking.denials import UNDONE, count, missing, negation_hits
from leaflets.checking.limits import is_negated, limits_of
from leaflets.checking.meaning import ENDS, have_both, known_of, marks_of, masked, said_of, texts
from leaflets.checking.model import Both, Finding, Side, Weight
from leaflets.checking.words import Hit, longest

_ACTS = ("crush", "chew", "drive", "machines", "freeze", "recommend")
_SAYS_NO = frozenset(["neg", "neg2", "neither", "c:withheld", "c:only_if", "c:sheltered", "c:until"]) | UNDONE
"""What a source must hold of, or its translation of ``_DENIES``, for anything to be compared."""
_DENIES = frozenset(["neg", "neg2", "c:only_with_no"])
_AT_MOST = re.compile(r"(?:no|not)(?: \w+){1,2} than\b|no more\b")
"""Limits that many languages say with a word of their own; "never … more than" denies a verb."""


def negations(both: Both) -> Iterator[Finding]:
    """Every "not", "never" and "without" of the source is in the translation, and none is there that it has not."""
    source, target = both.source, both.target
    if not have_both(both, "negation"):
        return
    if source.ids.isdisjoint(_SAYS_NO) and target.ids.isdisjoint(_DENIES):
        return
    want, have = negation_hits(source), negation_hits(target)
    hint = "is a “not”, “never” or “without” lost?"
    lacks, wanted = missing(both)
    if lacks > 0:
        said = f"{wanted} negation{'s' if wanted > 1 else ''} became {len(have) or 'none'}"
        yield Finding("negation", Weight.CRITICAL, said, hint, both.pair, marks_of(source, want))
    elif have and not source.of("neg") and len(have) > count(source, "soft", "allows", "c:unless", "c:at_most"):
        said = "the translation says “not”, the source does not"
        hint = "does it forbid what the source allows?"
        yield Finding("negation", Weight.CRITICAL, said, hint, both.pair, marks_of(target, have))
    elif source.of("neither") and "neither" in known_of(both) and not (target.of("neither") or _plain_or(target)):
        said = "a negation of “neither … nor” is missing"
        yield Finding("negation", Weight.CRITICAL, said, hint, both.pair, marks_of(source, source.of("neither")))
    elif source.of("c:withheld") and "withheld" in known_of(both) and not target.of("neg", "c:withheld"):
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


def _limit_lost(both: Both) -> bool:
    """Whether "never use it more than once" has become "use it again": no limit, and nothing that is denied."""
    if not both.source.of("neg") or both.target.of("neg", "soft"):
        return False
    text = both.source.text
    want = [
        one for one in limits_of(both.source) if is_negated(both.source, one) and not _AT_MOST.match(text, one.start)
    ]
    return bool(want) and not limits_of(both.target)


def _plain_or(side: Side) -> list[Hit]:
    """Words for "or" that hold no negation: "nor" alone does not say "neither"."""
    no = {at for hit in side.of("neg") for at in range(hit.start, hit.end)}
    return [hit for hit in side.of("or") if no.isdisjoint(range(hit.start, hit.end))]


def _places(hits: Sequence[Hit]) -> set[int]:
    return {hit.start for hit in hits}


def _without_its_no(both: Both) -> list[Hit]:
    """ "Except" that has lost the "not" with which it says "only", where the source excepts nothing."""
    if both.source.of("c:unless"):
        return []
    joined = both.target.of("c:unless", "not:neg")
    held = [hit for hit in longest([*both.target.of("c:only_with_no"), *joined]) if hit.id == "c:only_with_no"]
    return [hit for hit in held if not any(no.start < hit.start for no in both.target.of("neg"))]


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
