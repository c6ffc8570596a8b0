"""Quantities -> how they print in a locale; and whether two texts hold the same ones.

Digits are moved as text, never through a float or a formatter that rounds. No unit is ever converted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from leaflets.locales import (
    DOTTED,
    SOURCE_ABROAD,
    canonical_tag,
    group_sizes,
    number_signs,
    percent_space,
    plural_category,
    range_words,
    reads_dots_as_groups,
    text_direction,
    with_latin_digits,
)
from leaflets.quantities.recognize import Quantity, comparator_of, find_quantities, read_quantities, value_of
from leaflets.quantities.units import FRACTION, Units

NO_BREAK = "\u00a0"
JOINER = "\u2060"
_JOINT = re.compile(r"([ \u00a0\u202f]?/[ \u00a0\u202f]?|[ \u00a0]per[ \u00a0](?=1\.73))")
_OUTSIDE = re.compile(r"\d+(?:[.,]\d+)*|[½¼¾⅐-⅞⁰-⁹¹²³₀-₉<>≤≥±~≈×°%]")
_FRACTION = re.compile(r"1/[2-9]|2/[3-9]|3/[4-9]|[½¼¾⅐-⅞]")
"""Less than one, as a fraction."""
_JOINS_NUMBER = re.compile("[\u3005-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
"""Chinese, Japanese and Korean units are written onto their number."""
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
    tag = canonical_tag(tag)
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
    out = []
    latest = "0"
    rtl = text_direction(tag) == "rtl"
    words = units.sign_words(tag)
    # In lines from right to left, what has no words there stays whole as the source spells it: one island.
    spelled = rtl and not _has_words(quantity, units, tag)
    for at, token in enumerate(quantity.tokens):
        match token.kind:
            case "number":
                whole = f"{latest}/{token.text}" if at and quantity.tokens[at - 1].kind == "stroke" else ""
                latest = whole if _FRACTION.fullmatch(whole) else token.text
                out.append(_number(token.text, quantity, tag, plain=plain))
            case "gap":
                written = quantity.tokens[at + 1].text
                unit = _unit(written, latest, units, SOURCE_ABROAD if spelled else tag, plain=plain)
                out += [_gap(token.text, unit, tag), unit]
            case "unit":
                pass  # printed with its gap
            case "dash":
                out.append(f"{JOINER}–{JOINER}" if spelled else range_words(tag))
            case "stroke":
                out.append(f"{JOINER}/{JOINER}")
            case "sign":
                sign = comparator_of(token.text)
                plain_sign = token.text.replace(">=", "≥").replace("<=", "≤")
                out.append(_in_words(words[sign]) if sign in words and not spelled else plain_sign)
            case "text" if token.text == " to " and not tag.startswith("en") and _rises(quantity, at):
                out.append(token.text if spelled else range_words(tag))
            case _:
                out.append(token.text)
    return "".join(out).replace(" ", NO_BREAK)


def _rises(quantity: Quantity, at: int) -> bool:
    """Whether the number after a token is greater than the one before it: only then is a dash sure to be a range."""
    before = [token for token in quantity.tokens[:at] if token.kind == "number"]
    after = [token for token in quantity.tokens[at:] if token.kind == "number"]
    return bool(before and after) and value_of(before[-1].text) < value_of(after[0].text)


def _in_words(word: str) -> str:
    """A sign's word before its number; one that ends in a maqaf is written onto it."""
    return word if word.endswith("־") else f"{word} "


def _has_words(quantity: Quantity, units: Units, tag: str) -> bool:
    """Whether every sign and every part of the unit has a word in the locale."""
    for token in quantity.tokens:
        sign = comparator_of(token.text) if token.kind == "sign" else ""
        if sign in ("<", ">", "≤", "≥", "~") and sign not in units.sign_words(tag):
            return False
        if token.kind == "unit":
            for number, part in enumerate(_JOINT.split(token.text)[::2]):
                bare = part.removeprefix("1.73").strip()
                key = units.key_of.get(bare, "")
                if part != bare or (key != "percent" and not units.form(key, tag, below=number > 0)):
                    return False
    return True


def _gap(written: str, unit: str, tag: str) -> str:
    """What stands between a number and its unit."""
    if unit.startswith("%"):
        return percent_space(tag)
    if unit in ("°", "˚", "º"):
        return ""
    if _JOINS_NUMBER.match(unit):
        return ""
    # "2x daily" and "10⁹/L" are one word where they are written so.
    return NO_BREAK if written or unit[0] not in "x×/" else ""


def _unit(written: str, number: str, units: Units, tag: str, *, plain: bool) -> str:
    out: list[str] = []
    for at, part in enumerate(_JOINT.split(written)):
        if at % 2:
            out.append(part if "/" not in part and tag.startswith("en") else "/")
            continue
        if part.startswith("1.73"):
            out.append(f"1{number_signs(tag)[0]}73{NO_BREAK}")
            part = part.removeprefix("1.73").strip()
        form = _form(part, number, units, tag, plain=plain, below=at > 0) if part else ""
        if form.startswith(" "):
            out.pop()  # a word such as "в сутки" stands without the stroke
        out.append(form)
    return "".join(out)


def _form(spelling: str, number: str, units: Units, tag: str, *, plain: bool, below: bool) -> str:
    language = tag.split("-")[0]
    if spelling not in units.key_of:
        return spelling  # a part of a spelling that holds a stroke itself
    if language == "en" and plain and spelling == "U" and (below or _counted(number) == 1):
        return "unit"
    if language != "en" and not below:
        category = plural_category(_counted(number), tag)
        wanted = FRACTION if _FRACTION.fullmatch(number) else category
        return units.form(units.key_of[spelling], tag, wanted, otherwise=category) or spelling
    return units.printed(spelling, tag, plain=plain, below=below)


def _counted(number: str) -> Decimal:
    """How many a number says that there are, a fraction below one among them."""
    above, _, below = number.partition("/")
    return Decimal(above) / Decimal(below) if below and _FRACTION.fullmatch(number) else value_of(number)


def _number(written: str, quantity: Quantity, tag: str, *, plain: bool) -> str:
    decimal, group, fewest = number_signs(tag)
    match = re.fullmatch(r"([0-9,]*)(?:\.([0-9]+))?", written)
    if not match:
        return written  # a vulgar fraction: its sign is the same everywhere
    whole, part = match[1].replace(",", "") or "0", match[2] or ""
    if part == "000" and 1 <= len(whole) <= 3 and whole != "0":
        return written  # where a dot parts thousands, 1.000 mg is a gram: nobody here can tell
    if plain and quantity.unit is not None:
        part = part.rstrip("0")
    is_year = quantity.kind == "time" and len(written) == 4 and int(whole) in _YEARS
    counts = quantity.unit is not None or "," in written
    if counts and not is_year and not whole.startswith("0") and len(whole) >= 3 + fewest:
        whole = _grouped(whole, group, group_sizes(tag))
    return f"{whole}{decimal}{part}" if part else whole


def _grouped(whole: str, group: str, sizes: tuple[int, int]) -> str:
    """Digits in groups from the right, of ``sizes[0]`` and then of ``sizes[1]`` each: 12,34,567 in Hindi."""
    parts = [whole[-sizes[0] :]]
    rest = whole[: -sizes[0]]
    while rest:
        parts.insert(0, rest[-sizes[1] :])
        rest = rest[: -sizes[1]]
    return group.join(parts)


def parity(source: str, printed: str, units: Units, tag: str) -> tuple[str, ...]:
    """What differs in quantities between a source and its printed form, in words; nothing when they are equal.

    Quantities are read anew from both texts and compared by value, unit and comparison sign, however each text spells
    them. All other digits and comparison signs must be in both texts as often, and as they were written.
    """
    tag = canonical_tag(tag)
    source = source.replace(NO_BREAK, " ").replace(JOINER, "")
    wanted_quantities = find_quantities(source, units)
    shown = _english_words(_english_signs(printed, tag), wanted_quantities, units, tag)
    want, rest = _read(source, wanted_quantities)
    have, shown_rest = _read(shown, read_quantities(shown, units, tag))
    # A number outside quantities is kept as it is, or is written as the locale writes it.
    for token in list(rest.elements()):
        local = _english_signs(token, tag)
        if local != token and shown_rest[local] > shown_rest[token]:
            rest.subtract([token])
            shown_rest.subtract([local])
    differences = []
    for wanted, found in ((want, have), (+rest, +shown_rest)):
        differences += [f"{item} is missing" for item in sorted((wanted - found).elements())]
        differences += [f"{item} was added" for item in sorted((found - wanted).elements())]
    return tuple(differences)


def _english_signs(text: str, tag: str) -> str:
    """A text with the locale's decimal sign and group sign as English writes them."""
    decimal, group, _ = number_signs(tag)
    text = with_latin_digits(text.replace(JOINER, "").replace(NO_BREAK, " "))
    text = re.sub(r"(?<=[0-9])٬(?=[0-9]{3}(?![0-9]))", "", text)
    if reads_dots_as_groups(tag):
        text = DOTTED.sub(lambda match: match[0].replace(".", ""), text)
    if group != ",":
        text = re.sub(rf"(?<=[0-9]){re.escape(group)}(?=[0-9]{{3}}(?![0-9]))", "", text)
    if group_sizes(tag)[1] == 2:  # 1,00,000
        text = re.sub(
            r"(?<![0-9,.])[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}(?![0-9,])",
            lambda match: match.group().replace(",", ""),
            text,
        )
    if decimal != ".":
        text = re.sub(rf"(?<=[0-9]){re.escape(decimal)}(?=[0-9])", ".", text)
    return re.sub(r"(?<=[0-9])٫(?=[0-9])", ".", text)


def _english_words(text: str, wanted: Sequence[Quantity], units: Units, tag: str) -> str:
    """A text with the words for signs and ranges as signs, where the source has a sign there.

    "Less than 30" of a source is no sign, and its translation must not become one.
    """
    signs = {
        (comparator_of(one.text), two.text) for q in wanted for one, two in pairwise(q.tokens) if one.kind == "sign"
    }
    for sign, word in units.sign_words(tag).items():

        def put(match: re.Match[str], sign: str = sign) -> str:
            meant = any(here == sign and value_of(number) == value_of(match[1]) for here, number in signs)
            return f"{sign}{match[1]}" if meant else match[0]

        text = re.sub(rf"{re.escape(word)} ?([0-9][0-9,]*(?:\.[0-9]+)?)", put, text)
    dash = range_words(tag).replace(JOINER, "").replace(NO_BREAK, " ")
    if dash not in ("-", "–"):
        text = re.sub(rf"{dash}(?=[-−<>≤≥±~]?[0-9.½¼¾⅓⅔])", "–", text)
    if between := "|".join(re.escape(word) for word in units.range_words(tag)):
        text = re.sub(rf"(?<=[0-9½¼¾]) ?(?:{between}) ?(?=[0-9½¼¾])", "–", text)
    return text


def _read(text: str, quantities: Sequence[Quantity]) -> tuple[Counter[str], Counter[str]]:
    """Quantities of a text in one spelling, and the digits and signs that are in none."""
    found: Counter[str] = Counter()
    rest = []
    at = 0
    for quantity in quantities:
        rest.append(text[at : quantity.start])
        at = quantity.end
        if quantity.kind == "number" and not quantity.comparator:
            rest += quantity.reading.split("–")  # without its group signs it would not be sure to be seen
        else:
            found[quantity.reading] += 1
    rest.append(text[at:])
    outside = "\n".join(rest).replace(">=", "≥").replace("<=", "≤")
    return found, Counter(_OUTSIDE.findall(outside))
