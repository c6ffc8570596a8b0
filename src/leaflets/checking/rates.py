"""``[rates]`` of a language's words -> how often a text says that something is done: twice a day, every 8 hours."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from leaflets.checking.words import folded

HOURS = {"minute": Fraction(1, 60), "hour": 1, "day": 24, "week": 168, "month": 672, "year": 8064}
"""A month counts as four weeks: translators write either."""
_ONE = "\ue000\ue001*"
"""A number that was masked, its places kept."""
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
class Rates:
    """The forms of one language."""

    pattern: re.Pattern[str]
    hours: tuple[Fraction, ...]
    """Of the time that each form speaks of."""
    one: frozenset[str]
    """Words that say one in these forms, though not everywhere."""

    def find(self, text: str, numbers: Sequence[tuple[int, int, Decimal]]) -> list[Rate]:
        """All that a folded text says, its numbers given with their places."""
        masked = text
        values: dict[int, Decimal] = {}
        for start, end, value in numbers:
            masked = masked[:start] + "\ue000" + "\ue001" * (end - start - 1) + masked[end:]
            values[start] = value
        out = []
        for match in self.pattern.finditer(masked):
            form = match.lastgroup or ""
            times = _values(match, "n" + form[1:], values)
            every = _values(match, "e" + form[1:], values)
            if all(every):
                span = self.hours[int(form[1:])]
                hourly = tuple(Fraction(n) / (Fraction(of) * span) for of in every for n in times)
                out.append(Rate(match.start(), match.end(), hourly))
        return out


def _values(match: re.Match[str], group: str, values: Mapping[int, Decimal]) -> list[Decimal]:
    """The numbers of a part of a form; one where the form has none."""
    if group not in match.re.groupindex:
        return [Decimal(1)]
    return [values[at] for at in range(*match.span(group)) if at in values]


def make_rates(table: Mapping[str, str]) -> Rates | None:
    """The forms of a language's table: the longest first, so that "3 times every 2 days" is not "every 2 days"."""
    forms = [
        (folded(form.strip()), Fraction(HOURS[key.split()[-1]]) * Fraction((key.split()[:-1] or ["1"])[0]))
        for key, said in table.items() if key != "one" for form in said.split("|") if form.strip()
    ]  # fmt: skip
    if not forms:
        return None
    forms.sort(key=lambda form: len(form[0]), reverse=True)
    pattern = "|".join(f"(?P<f{at}>{_expression(form, at)})" for at, (form, _) in enumerate(forms))
    one = frozenset(folded(word.strip()) for word in table.get("one", "").split("|") if word.strip())
    return Rates(re.compile(pattern), tuple(hours for _, hours in forms), one)


def _expression(form: str, number: int) -> str:
    first = r"(?<![^\W\d_])" if form[0].isascii() and form[0].isalpha() else ""
    last = r"(?![^\W\d_])" if form[-1].isascii() and form[-1].isalpha() else ""
    parts = {"#": rf"\s?(?P<n{number}>{_NUMBER})\s?", "@": rf"\s?(?P<e{number}>{_NUMBER})\s?", "…": _GAP, "...": _GAP}
    pieces = re.split(r"\s*([#@…]|\.\.\.)\s*", form)
    return first + "".join(parts.get(piece) or re.escape(piece) for piece in pieces) + last


def rate_faults(table: Mapping[str, object]) -> list[str]:
    """Keys that are no time: "hour", "2 week"; and "one"."""
    return [key for key in table if not re.fullmatch(r"(?:\d+ )?(?:" + "|".join(HOURS) + ")|one", key)]
