"""``[rates]`` of a language's words -> how often a text says that something is done: twice a day, every 8 hours."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from leaflets.checking.folding import folded

HOURS = {
    "minute": Fraction(1, 60), "hour": Fraction(1), "day": Fraction(24), "week": Fraction(168), "month": Fraction(672),
    "year": Fraction(8064),
}  # fmt: skip
"""A month counts as four weeks: translators write either."""
_SIGNS = (("#", "n"), ("@", "e"))
_MARK = "\ue000"
_ONE = "\ue000\ue001*"
"""A number that was masked, its places kept."""
_ALONE = r"(?<![^\W\d_])"
_NUMBER = rf"{_ONE}(?:\s?(?:回|次|ครั้ง)?\s?(?:[-–—~～〜至到或か/]|to|or|から|または|ถึง|หรือ)\s?{_ONE})?"
_GAP = "[^\ue000\ue001\\s,，.。;；、:：()|後后前各毎每は月週周日天年朝夕早晚午睡]{0,5}"
"""A word or two between a day and its times: 1日に最大3回."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How often something is done in an hour; both ends where it is a range."""

    start: int
    end: int
    hourly: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Form:
    hours: Fraction
    """Of the time that it speaks of."""
    skipped: int
    """1 where it names the days between: 1日おき is every second day."""
    times: str
    """The group of how many times; empty for once."""
    every: str
    """The group of how many days; empty for one."""


@dataclass(frozen=True, slots=True, eq=False)
class Rates:
    """The forms of one language."""

    forms: tuple[_Form, ...]
    begins: Mapping[str, re.Pattern[str]]
    """By the character that forms begin with: to try every form at every place would take too long."""
    opens: re.Pattern[str]
    """Any of these characters."""
    one: frozenset[str]
    """Words that say one in these forms, though not everywhere."""

    def find(self, text: str, numbers: Sequence[tuple[int, int, Decimal]]) -> list[Rate]:
        """All that a folded text says, its numbers given with their places."""
        masked = text
        values: dict[int, Decimal] = {}
        for start, end, value in numbers:
            masked = masked[:start] + _MARK + "\ue001" * (end - start - 1) + masked[end:]
            values[start] = value
        out = []
        reached = 0
        for begin in self.opens.finditer(masked):
            at = begin.start()
            if at < reached or not (match := self.begins[begin[0]].match(masked, at)):
                continue
            reached = match.end()
            form = self.forms[int((match.lastgroup or "f0")[1:])]
            hourly = _hourly(form, _values(match, form.times, values), _values(match, form.every, values))
            if hourly is not None:
                out.append(Rate(at, match.end(), hourly))
        return out


@lru_cache(maxsize=1024)
def _hourly(form: _Form, times: tuple[Decimal, ...], every: tuple[Decimal, ...]) -> tuple[Fraction, ...] | None:
    """So many times in so many days, by the hour; None where there is no such time."""
    counts = [Fraction(n) for n in times]
    counts = counts if all(n.denominator == 1 for n in counts) else [Fraction(1)]  # "falls by half every 8 hours"
    days = [Fraction(n) + form.skipped for n in every]
    return tuple(n / (of * form.hours) for of in days for n in counts) if all(days) else None


def _values(match: re.Match[str], group: str, values: Mapping[int, Decimal]) -> tuple[Decimal, ...]:
    """The numbers of a part of a form; one where the form has none."""
    if not group:
        return (Decimal(1),)
    return tuple(values[at] for at in range(*match.span(group)) if at in values)


def make_rates(table: Mapping[str, str]) -> Rates | None:
    """The forms of a language's table: the longest first, so that "3 times every 2 days" is not "every 2 days"."""
    said = [(form, key) for key, forms in table.items() if key != "one" for form in forms.split("|") if form.strip()]
    said = sorted(((folded(form.strip()), key) for form, key in said), key=lambda one: len(one[0]), reverse=True)
    forms = []
    begins: dict[str, list[str]] = {}
    for at, (form, key) in enumerate(said):
        words = key.removesuffix(" between").split()
        hours = HOURS[words[-1]] * Fraction((words[:-1] or ["1"])[0])
        opens = form[0] if form[0] in "#@" else ""
        groups = ["first" if sign == opens else f"{name}{at}" if sign in form else "" for sign, name in _SIGNS]
        forms.append(_Form(hours, int(key.endswith(" between")), *groups))
        expression = f"(?P<f{at}>{_expression(form.removeprefix(opens).lstrip(), at)})"
        begins.setdefault(_MARK if opens else form[0], []).append(expression)
    first = {_MARK: rf"(?P<first>{_NUMBER})\s?"}
    patterns = {
        char: re.compile(first.get(char, _ALONE if char.isascii() else "") + f"(?:{'|'.join(expressions)})")
        for char, expressions in begins.items()
    }
    one = frozenset(folded(word.strip()) for word in table.get("one", "").split("|") if word.strip())
    any_of = re.compile(f"[{re.escape(''.join(patterns))}]") if forms else None
    return Rates(tuple(forms), patterns, any_of, one) if any_of is not None else None


def _expression(form: str, number: int) -> str:
    last = r"(?![^\W\d_])" if form[-1].isascii() and form[-1].isalpha() else ""
    parts = {sign: rf"\s?(?P<{name}{number}>{_NUMBER})\s?" for sign, name in _SIGNS}
    pieces = re.split(r"\s*([#@]|\.\.\.)\s*", form)
    return "".join(parts.get(piece) or (_GAP if piece == "..." else re.escape(piece)) for piece in pieces) + last


def rate_faults(table: Mapping[str, object]) -> list[str]:
    """Keys that are no time: "hour", "2 week", "day between"; and "one"."""
    return [key for key in table if not re.fullmatch(rf"(?:\d+ )?(?:{'|'.join(HOURS)})(?: between)?|one", key)]
