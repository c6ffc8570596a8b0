"""What the words of a text mean, and which of two texts lacks one: for the checks that compare meanings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from leaflets.checking.model import Both, Said, Side
from leaflets.checking.words import Hit, longest, unmasked

SAME_TIME = {
    ("hour", "24"): "day", ("hour", "48"): "day", ("hour", "72"): "day", ("day", "7"): "week", ("day", "14"): "week",
    ("day", "28"): "week", ("day", "30"): "month", ("week", "4"): "month", ("month", "12"): "year",
    ("week", "52"): "year", ("minute", "60"): "hour", ("day", "365"): "year", ("hour", "1"): "minute",
    ("month", "6"): "year", ("day", "2"): "every_other_day", ("week", "2"): "every_other_week",
    ("minute", "15"): "hour", ("minute", "30"): "hour", ("minute", "45"): "hour", ("minute", "90"): "hour",
    ("hour", "0.25"): "minute", ("hour", "0.5"): "minute", ("hour", "1.5"): "minute",
}  # fmt: skip
"""A unit of time that another may stand for behind this number."""
_MASKED = ("masked",)
ENDS = re.compile(r"[.;:!?…。！？；：|।۔؟؛]\s|[。！？；|।۔؟؛\n]")


def said_of(side: Side, group: tuple[str, ...], other: Side | None = None) -> list[Said]:
    """Words of a group in their order, the longest where several begin alike.

    Where the other text lacks the number, a day may be 24 hours.
    """
    ids = _ids(group)
    if side.ids.isdisjoint(ids):
        return []
    converted = other is not None and group[0] == "minute"
    known = None if converted else side.told.get(group)
    if known is not None:
        return known
    held = [hit for hit in side.hits if hit.id in ids or hit.id == "c:none"]
    hits = [hit for hit in longest(held) if hit.id != "c:none"]
    numbers = []
    if converted and other is not None:
        values = [number.value for number in other.said]
        numbers = [number for number in side.said if number.value not in values]
    spans: dict[tuple[int, int], set[str]] = {}
    for hit in hits:
        spans.setdefault((hit.start, hit.end), set()).add(hit.id[2:])
    out = []
    for (start, end), means in sorted(spans.items()):
        for number in numbers:
            if number.end <= start and not side.text[number.end : start].strip(" -_"):
                means |= {SAME_TIME.get((name, str(number.value)), name) for name in tuple(means)}
        out.append(Said(start, end, frozenset(means)))
    if not converted:
        side.told[group] = out
    return out


@lru_cache(maxsize=256)
def _ids(group: tuple[str, ...]) -> frozenset[str]:
    return frozenset(f"c:{name}" for name in group)


def masked(side: Side) -> list[Hit]:
    """Negations that are no part of a limit, of "unless", or of a phrase that negates nothing."""
    known = side.memo.get(_MASKED)
    if known is None:
        hits = unmasked([hit for hit in side.of("neg") if hit.id == "neg"], side.of("not:neg"))
        known = side.memo[_MASKED] = longest(hits)
    return known


def unmatched(want: Sequence[Said], have: Sequence[Said]) -> tuple[list[Said], list[Said]]:
    """What neither text can give a partner in the other: a largest matching of words that may mean the same."""
    if len(want) == len(have) and all(one.means & other.means for one, other in zip(want, have, strict=True)):
        return [], []
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


def have_both(both: Both, table: str) -> bool:
    source, target = both.source.language, both.target.language
    return source is not None and target is not None and table in source.has and table in target.has


def known_of(both: Both) -> frozenset[str]:
    """Names of what the translation's language lists."""
    return both.target.language.has if both.target.language is not None else frozenset()


def texts(side: Side, found: Sequence[Said]) -> str:
    return ", ".join(f"“{side.text[one.start : one.end]}”" for one in found)


def marks_of(side: Side, found: Sequence[Said] | Sequence[Hit]) -> tuple[str, ...]:
    return tuple(side.text[one.start : one.end] for one in found)
