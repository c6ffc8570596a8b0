"""Text -> quantities. What is not recognized with certainty is not there, and so stays as it was written.

Digit-bearing names (CYP3A4, B12, 1,25-dihydroxy, HLA-B*5701) never match: a number counts only where no letter, dot,
comma or hyphen leads up to it, and where a known unit, a comparison sign or its own form (1:1000, 10⁹, 1,000) vouches
for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from leaflets.locales import language_of, script_of, tag_chain
from leaflets.quantities.units import Units


class Token(NamedTuple):
    """A part of a quantity as written. All tokens of a quantity, joined, are its source."""

    kind: str
    """``sign``, ``number``, ``dash``, ``stroke``, ``gap``, ``unit`` (a gap, perhaps an empty one, leads up to it), or
    ``text``, which prints as it is."""
    text: str


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number, a range or a strength, with its unit and comparison sign."""

    source: str
    start: int
    end: int
    numbers: tuple[Decimal, ...]
    unit: str | None
    """Canonical: ``mg/kg/day``. None for a ratio and for a bare number."""
    kind: str
    """Of the unit: ``mass``, ``volume``, ``time``, ``count``, ``percent`` or ``other``; of the form: ``interval``
    (q4-6h), ``power`` (10⁹/L), ``ratio`` (1:1000), ``number``."""
    comparator: str | None
    """``<``, ``>``, ``≤``, ``≥``, ``±``, ``~``, of a range one per end: ``> ≤``."""
    reading: str
    """The quantity in one spelling, however a text writes it: ``≥30–<60 mL/minute``. Equal readings are equal doses."""
    tokens: tuple[Token, ...]


_FRACTIONS = {
    "½": "0.5", "¼": "0.25", "¾": "0.75", "⅓": "0.3333", "⅔": "0.6667",
    "⅛": "0.125", "⅜": "0.375", "⅝": "0.625", "⅞": "0.875", "⅕": "0.2", "⅙": "0.1667",
}  # fmt: skip
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻−", "0123456789--")
_VULGAR = f"[{''.join(_FRACTIONS)}]"
_GAP = r"[ \u00a0\u202f]?"
_GROUPED = r"[1-9][0-9]{0,2}(?:,[0-9]{3})+(?![0-9]|,[0-9])(?:\.[0-9]+)?"
_MIXED = r"(?<!/)(?<!/[0-9])[0-9]{1,2}[ \u00a0-](?:1/[2348]|2/3|3/[48])(?![0-9/])"
_NUMBER = rf"(?:{_MIXED}|{_GROUPED}|[0-9]+(?:\.[0-9]+)?(?:{_GAP}{_VULGAR})?|{_VULGAR}|(?<![^\s(<>≤≥±~≈/–-])\.[0-9]+)"
_LEAD = r"(?<![\w.,^])(?<!\w\*)(?<![^\W\d_][-–])(?<!\d[-–/:])"
_MARK = rf"(?:>=|<=|[<>≤≥±~≈]){_GAP}"
_COMPARE = rf"(?<![-=<>–]){_MARK}"
# A minus is one only before degrees: elsewhere it is a dash or a bullet.
_MINUS = rf"[-−](?=[0-9.]+(?:(?:{_GAP}to{_GAP}|[-–])[-−]?[0-9.]+)?{_GAP}[°˚º])"
_SIGN = rf"(?:{_COMPARE}|(?<![\w)\]°%]){_MINUS})"
_DASH = rf"{_GAP}[-–‑‒−]{_GAP}"
_ORDINAL = re.compile(r"(?i)\b(?:week|day|month|year|dose|step|phase|stage|cycle|grade|type|level|class|part|visit)\s$")
_SIZED = ("mass", "volume", "time")

_ANY = re.compile(rf"[0-9]|{_VULGAR}")
_RAISED = re.compile(r"\^|[⁰¹²³⁴-⁹]")
_INTERVAL = re.compile(
    rf"(?<![\w-])(?P<every>[qQ]{_GAP})(?P<first>[0-9]+)(?:(?P<join>{_DASH})(?P<last>[0-9]+))?"
    rf"(?P<rest>{_GAP}(?:hours?|hrs?|h|days?|d|weeks?|wks?|wk|w))(?![\w²³])"
)
_EVERY = {"h": "hour", "d": "day", "w": "week"}
_RATIO = re.compile(
    rf"{_LEAD}(?P<first>[0-9]+)(?P<text>:)(?P<last>{_GROUPED}|[0-9]+(?:\.[0-9]+)?)"
    rf"(?!\w|[:,.–/-][0-9]|{_GAP}[apAP]\.?[mM]\b)"
)
_PLAIN = rf"(?:{_GROUPED}|[0-9]+(?:\.[0-9]+)?)"
# Without a unit, a number is sure by its sign or by its group signs.
_BARE = re.compile(
    rf"(?:(?P<sign>{_COMPARE})(?P<first>{_PLAIN})|{_LEAD}(?=[0-9]{{1,3}},)(?P<first2>{_GROUPED})"
    rf"(?:(?P<join>{_DASH})(?P<last>{_GROUPED}))?)(?!\w|[:,.^][0-9]|{_GAP}[/–-]{_GAP}[0-9]|-\w)"
)


def find_quantities(text: str, units: Units) -> tuple[Quantity, ...]:
    """All quantities in a text, in order, none overlapping another."""
    return read_quantities(text, units, "en")


def read_quantities(text: str, units: Units, tag: str) -> tuple[Quantity, ...]:
    """The same where units may also be spelled as a locale prints them. Numbers are written as in English."""
    if not _ANY.search(text):
        return ()
    grammar = _grammar(units, tag)
    readers = [_measures(text, grammar), _ratios(text, grammar), _intervals(text, grammar), _bare(text, grammar)]
    if _RAISED.search(text):
        readers.insert(0, _powers(text, grammar))
    out: list[Quantity] = []
    for reader in readers:
        # The surest reader comes first; a later one takes only what is still free.
        out += [new for new in reader if all(new.end <= old.start or old.end <= new.start for old in out)]
    return tuple(sorted(out, key=lambda quantity: quantity.start))


@dataclass(frozen=True, slots=True, eq=False)
class _Grammar:
    """What a quantity looks like, with the spellings of one language beside the sources' own."""

    key_of: dict[str, str]
    kind_of: Mapping[str, str]
    joint: re.Pattern[str]
    """Between the parts of a unit."""
    measure: re.Pattern[str]
    power: re.Pattern[str]

    def canonical(self, unit: str) -> str:
        """``mg / kg/day`` -> ``mg/kg/day``; ``µg`` -> ``mcg``; ``mL/min/1.73 m^2`` -> ``mL/minute/1.73m2``."""
        out = []
        for part in self.joint.split(unit):
            area = "1.73" if part.startswith("1.73") else ""
            spelling = part.removeprefix(area).strip()
            out.append(area + self.key_of.get(spelling, spelling))
        return "/".join(out)


# Scripts that part no words: a unit ends, and a number begins, right beside other letters.
_NO_WORDS = "\u0e00-\u0e7f\u3005-\u30ff\u3400-\u9fff\uac00-\ud7a3"
_LEADS_ABROAD = {
    **dict.fromkeys(("Hans", "Hant", "Jpan", "Kore", "Thai"), r"(?<![A-Za-z0-9_.,^])(?<![A-Za-z][-–])(?<!\d[-–/:])"),
    # Arabic writes "and" and Hebrew "of" and "to" onto the number: و500, ל-5.
    **dict.fromkeys(("Arab", "Hebr"), r"(?<![A-Za-z0-9_.,^])(?<![A-Za-z][-–])(?<!\d[-–/:])"),
}


@lru_cache(maxsize=64)
def _grammar(units: Units, tag: str) -> _Grammar:
    key_of, tails = dict(units.key_of), []
    abroad = language_of(tag) != "en"
    names = tag_chain(tag)
    for key in units.kind_of if abroad else ():
        forms = [*units.plain[key].items(), *units.below[key].items()]
        forms += [(name, form) for name in names for form in units.also.get(name, {}).get(key, ())]
        for name, form in forms:
            if name.partition(".")[0] in names:
                key_of.setdefault(form.strip(), key)
                tails += [re.escape(form.strip())] if form.startswith(" ") else []
    script = script_of(tag) if abroad else ""
    lead = _LEADS_ABROAD.get(script, _LEAD)
    after = "[A-Za-z0-9]" if script in ("Hans", "Hant", "Jpan", "Kore", "Thai") else r"[^\W_]"
    by_length = sorted(key_of, key=len, reverse=True)
    long = "|".join(re.escape(spelling) for spelling in by_length if len(spelling) > 1 or not spelling.isalpha())
    # Nothing at all must not pass for a unit where a project's list has none of a kind.
    long = long or "(?!)"
    short = "|".join(spelling for spelling in by_length if len(spelling) == 1 and spelling.isalpha()) or "(?!)"
    # A unit ends where its word ends; a letter alone also must not begin a name, as in "2 L-carnitine tablets".
    simple = rf"(?:(?:{long}|(?:{short})(?![-‑'’.][^\W\d_]))(?!{after}|[²³⁹]))"
    tails.sort(key=len, reverse=True)
    spaced = rf"|[ \u00a0](?:{'|'.join(tails)})(?![^\W_])" if tails else ""
    joint = rf"{_GAP}/{_GAP}|[ \u00a0]per[ \u00a0](?=1\.73)" + (rf"|[ \u00a0](?={'|'.join(tails)})" if tails else "")
    below = rf"(?:(?:{_GAP}/{_GAP}|[ \u00a0]per[ \u00a0](?=1\.73))(?:1\.73{_GAP})?{simple}{spaced})"
    unit = rf"{simple}{below}*"
    strokes = rf"(?:/{_NUMBER})*"
    measure = (
        rf"(?P<between>[Bb]etween[ \u00a0])?(?:(?P<sign>{_SIGN})|{lead})(?P<first>{_NUMBER})(?P<strokes>{strokes})"
        rf"(?:(?:(?:(?P<gap0>{_GAP})(?P<inner>{unit}))?(?P<join>(?(between)[ ]and[ ]|{_DASH}))|(?P<word>[ ]to[ ]))"
        rf"(?P<sign2>{_MARK}|{_MINUS})?(?P<last>{_NUMBER})(?P<strokes2>{strokes})"
        rf"|(?P<spread>{_GAP}±{_GAP})(?P<last2>{_NUMBER}))?"
        rf"(?P<plus>\+)?(?P<gap>{_GAP})(?P<unit>{unit})"
    )
    power = (
        rf"(?:(?P<sign>{_COMPARE})|{lead})(?:(?P<first>{_NUMBER})(?P<text>{_GAP}[×xX]{_GAP}))?"
        rf"(?P<ten>10(?:\^[-−]?[0-9]{{1,2}}(?![0-9])|[⁻⁰¹²³⁴-⁹]+))(?:(?P<gap>{_GAP})(?P<unit>{unit}|{below}+))?"
    )
    return _Grammar(key_of, units.kind_of, re.compile(joint), re.compile(measure), re.compile(power))


_PARTS = {
    "every": "text", "sign": "sign", "first": "number", "first2": "number", "strokes": "strokes", "gap0": "gap",
    "inner": "unit", "join": "dash", "word": "text", "sign2": "sign", "spread": "sign", "text": "text", "ten": "text",
    "last": "number", "last2": "number", "strokes2": "strokes", "plus": "sign", "rest": "text", "gap": "gap",
    "unit": "unit",
}  # fmt: skip
"""Named groups of the patterns, in the order of the text, and what their text is."""


def _tokens(match: re.Match[str], last: str = "unit") -> Iterator[Token]:
    groups = match.groupdict()
    for name, kind in _PARTS.items():
        text = groups.get(name)
        if kind == "strokes":
            for part in (text or "").split("/")[1:]:
                yield from (Token("stroke", "/"), Token("number", part))
        elif text is not None:
            yield Token("text" if text == " and " else kind, text)
        if name == last:
            return


def _made(match: re.Match[str], grammar: _Grammar, kind: str = "", last: str = "unit") -> Quantity:
    tokens = tuple(_tokens(match, last))
    source = "".join(token.text for token in tokens)
    start = match.start() + len(match.groupdict().get("between") or "")
    numbers = tuple(value_of(token.text) for token in tokens if token.kind == "number")
    signs = [comparator_of(token.text) for token in tokens if token.kind == "sign"]
    written = match.groupdict().get(last) or match.groupdict().get("rest")
    unit = grammar.canonical(written.strip()) if written else None
    kind = kind or grammar.kind_of.get((unit or "").split("/")[0], "other")
    reading = "".join(_read(token, grammar) for token in tokens)
    return Quantity(source, start, start + len(source), numbers, unit, kind, " ".join(signs) or None, reading, tokens)


def _read(token: Token, grammar: _Grammar) -> str:
    match token.kind:
        case "number":
            digits = format(value_of(token.text), "f")
            return digits.rstrip("0").rstrip(".") if "." in digits else digits
        case "sign":
            return comparator_of(token.text)
        case "unit":
            return " " + grammar.canonical(token.text)
        case "gap":
            return ""
        case _:
            bare = token.text.strip()
            return "–" if token.kind == "dash" or bare in ("to", "and") else bare


def _measures(text: str, grammar: _Grammar) -> Iterator[Quantity]:
    at = 0
    while match := grammar.measure.search(text, at):
        if _falls(match):
            at = match.end()
            continue
        last = "unit"
        if match["last"] and not _is_range(match, grammar):
            at = match.end("first")
            if not match["inner"]:
                continue
            last = "inner"
        quantity = _made(match, grammar, last=last)
        yield quantity
        at = quantity.end


def _is_range(match: re.Match[str], grammar: _Grammar) -> bool:
    """Whether the two numbers are the ends of one range: not in ``Week 2 - 10 mg``, nor in ``25 mg - 2 tablets``."""
    if not match["inner"]:
        # "Second dose 6-12 months later" is a range all the same.
        spaced = " " in (match["join"] or match["word"] or "")
        is_time = grammar.kind_of.get(grammar.canonical(match["unit"]).split("/")[0]) == "time"
        numbered = _ORDINAL.search(match.string, max(0, match.start() - 12), match.start())
        return not numbered or (is_time and not spaced)
    inner, _, inner_tail = grammar.canonical(match["inner"]).partition("/")
    outer, _, outer_tail = grammar.canonical(match["unit"]).partition("/")
    # With spaces, the dash between two different units may also be punctuation: "every 6 hours - 3 days".
    kind = grammar.kind_of.get(inner)
    may_differ = " " not in match["join"].replace(" and ", "") and kind in _SIZED and kind == grammar.kind_of.get(outer)
    alike = inner == outer or may_differ
    return alike and (inner_tail == outer_tail or (not inner_tail and inner == outer))


def _falls(match: re.Match[str]) -> bool:
    """A falling range stays as written, all of it: it may be no range."""
    groups = match.groupdict()
    if not groups.get("join") or groups.get("inner") or groups.get("strokes"):
        return False
    return value_of(groups.get("first") or match["first2"]) >= value_of(match["last"])


def _powers(text: str, grammar: _Grammar) -> Iterator[Quantity]:
    for match in grammar.power.finditer(text):
        found = _made(match, grammar, "power")
        exponent = match["ten"][2:].removeprefix("^").translate(_SUPERSCRIPTS)
        if re.fullmatch(r"-?[0-9]{1,2}", exponent):
            yield replace(found, numbers=(*found.numbers, Decimal(10) ** int(exponent)))


def _ratios(text: str, grammar: _Grammar) -> Iterator[Quantity]:
    for match in _RATIO.finditer(text) if ":" in text else ():
        # Times of day look alike: 8:30.
        if match["first"] == "1" or len(match["last"]) > 2:
            yield _made(match, grammar, "ratio")


def _intervals(text: str, grammar: _Grammar) -> Iterator[Quantity]:
    for match in _INTERVAL.finditer(text):
        if not _falls(match):
            made = _made(match, grammar, "interval")
            # "q8h" and "every 8 hours" are one dose: they read alike.
            ends = [match["first"], *([match["last"]] if match["last"] else [])]
            yield replace(made, reading=f"{'–'.join(ends)} {_EVERY[match['rest'].strip()[0]]}")


def _bare(text: str, grammar: _Grammar) -> Iterator[Quantity]:
    for match in _BARE.finditer(text):
        if not _falls(match):
            yield _made(match, grammar, "number")


def comparator_of(sign: str) -> str:
    """The one sign for each comparison."""
    bare = sign.strip()
    return {">=": "≥", "<=": "≤", "≈": "~", "-": "−"}.get(bare, bare)


def value_of(number: str) -> Decimal:
    """The exact value of a number as monographs write it."""
    plain = re.sub(r"[,\s]", "", number) if "/" not in number else number
    if mixed := re.fullmatch(r"([0-9]+)[ \u00a0-]([0-9])/([0-9])", plain):
        return Decimal(mixed[1]) + round(Decimal(mixed[2]) / Decimal(mixed[3]), 4)
    if plain[-1] in _FRACTIONS:
        return Decimal(plain[:-1] or 0) + Decimal(_FRACTIONS[plain[-1]])
    return Decimal(plain)
