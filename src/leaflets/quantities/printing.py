"""Quantities -> how they print in a locale; and whether two texts hold the same ones.

Digits are moved as text, never through a float or a formatter that rounds. No unit is ever converted.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from leaflets.locales import number_signs, percent_space, range_words
from leaflets.quantities.recognize import Quantity, find_quantities
from leaflets.quantities.units import Units

NO_BREAK = "\u00a0"
JOINER = "\u2060"
_PARTS = re.compile(r"([ \u00a0]?/[ \u00a0]?)")
_YEARS = range(1900, 2101)


@dataclass(frozen=True, slots=True)
class Printed:
    """A quantity as written and as it prints; offsets are those of the source text."""

    source: str
    printed: str
    start: int
    end: int


def print_quantities(text: str, units: Units, tag: str, *, plain: bool) -> tuple[Printed, ...]:
    """How each quantity of a text prints.

    Args:
        text: any text.
        units: the known units.
        tag: BCP 47 tag.
        plain: the patient's form: unit spellings from the rules, no trailing zeros. Otherwise digits and unit
            spellings stay as written and only spaces, dashes and group signs are set.
    """
    return tuple(
        Printed(quantity.source, _printed(quantity, units, tag, plain=plain), quantity.start, quantity.end)
        for quantity in find_quantities(text, units)
    )


def localized(text: str, units: Units, tag: str, *, plain: bool) -> str:
    """The whole text as it prints."""
    out = []
    at = 0
    for quantity in print_quantities(text, units, tag, plain=plain):
        out += [text[at : quantity.start], quantity.printed]
        at = quantity.end
    return "".join([*out, text[at:]])


def _printed(quantity: Quantity, units: Units, tag: str, *, plain: bool) -> str:
    match = quantity.match

    def number(name: str) -> str:
        return _number(match[name], quantity, tag, plain=plain)

    def sign(name: str) -> str:
        return (match[name] or "").replace(">=", "≥").replace("<=", "≤").replace(" ", NO_BREAK)

    text = sign("sign") + number("first")
    if match["inner"]:
        text += _space(match["inner"], tag) + _unit(match["inner"], units, tag, plain=plain)
    if match["last"]:
        text += range_words(tag) + sign("sign2") + number("last")
    if match["second"]:
        text += JOINER + "/" + JOINER + number("second")
    return text + _space(match["unit"], tag) + _unit(match["unit"], units, tag, plain=plain)


def _space(unit: str, tag: str) -> str:
    if unit.startswith("%"):
        return percent_space(tag)
    return NO_BREAK


def _unit(unit: str, units: Units, tag: str, *, plain: bool) -> str:
    out = []
    for part in _PARTS.split(unit):
        if part.strip() == "/":
            out.append("/")
        elif part.startswith("1.73"):
            decimal = number_signs(tag)[0]
            out.append(f"1{decimal}73{NO_BREAK}" + units.printed(part[4:].strip(), tag, plain=plain))
        else:
            out.append(units.printed(part, tag, plain=plain, below=bool(out)).replace(" ", NO_BREAK))
    return "".join(out)


def _number(written: str, quantity: Quantity, tag: str, *, plain: bool) -> str:
    decimal, group, fewest = number_signs(tag)
    digits = written.replace(",", "")
    if not re.fullmatch(r"\d*(\.\d+)?", digits):
        return written.replace(" ", NO_BREAK)  # a vulgar fraction: its sign is the same everywhere
    whole, _, part = digits.partition(".")
    if plain and part:
        part = part.rstrip("0")
    whole = whole or "0"
    is_year = quantity.kind == "time" and len(whole) == 4 and int(whole) in _YEARS
    if len(whole) >= 3 + fewest and not is_year:
        head = len(whole) % 3 or 3
        whole = group.join([whole[:head], *(whole[at : at + 3] for at in range(head, len(whole), 3))])
    return f"{whole}{decimal}{part}" if part else whole


_SIGNS = re.compile(r"[<>≤≥±~]")


def parity(source: str, printed: str, units: Units, tag: str) -> tuple[str, ...]:
    """What differs in quantities between a source and its printed form, in words; nothing when they are equal.

    In English the printed text is read anew and value, unit and comparison sign must agree. In every locale all numbers
    and comparison signs must, whether or not they were recognized as quantities.
    """
    differences = []
    for name, want, have in (
        ("number", _values(source, "en"), _values(printed, tag)),
        ("sign", _signs(source), _signs(printed)),
        *([("quantity", _read(source, units), _read(printed, units))] if tag.split("-")[0] == "en" else []),
    ):
        differences += [f"{name} {item} is missing" for item in sorted((want - have).elements())]
        differences += [f"{name} {item} was added" for item in sorted((have - want).elements())]
    return tuple(differences)


def _signs(text: str) -> Counter[str]:
    return Counter(_SIGNS.findall(text.replace(">=", "≥").replace("<=", "≤").replace("≈", "~")))


def _values(text: str, tag: str) -> Counter[str]:
    """All numbers of a text as plain decimals, trailing and leading zeros aside."""
    decimal, group, _ = number_signs(tag)
    text = text.replace(JOINER, "")
    text = re.sub(rf"(?<=\d){re.escape(group)}(?=\d{{3}}(?!\d))", "", text)
    text = re.sub(rf"(?<=\d){re.escape(decimal)}(?=\d)", ".", text)
    found = re.findall(r"(?<![\d.])\.\d+|\d+(?:\.\d+)*", text)
    return Counter(_bare_number(number) for number in found)


def _bare_number(number: str) -> str:
    if number.count(".") != 1:
        return number
    whole, _, part = number.partition(".")
    part = part.rstrip("0")
    return f"{whole or '0'}.{part}" if part else whole or "0"


def _read(text: str, units: Units) -> Counter[str]:
    text = text.replace(JOINER, "").replace("≈", "~")
    return Counter(
        f"{q.comparator}{' to '.join(str(n.normalize() if n else n) for n in q.numbers)} {q.unit}"
        for q in find_quantities(text, units)
    )
