"""A folded text -> its numbers by value, each with its unit and its comparison, however the locale writes them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from leaflets.checking.rules import Language
from leaflets.checking.words import one_of
from leaflets.locales import number_signs, reads_dots_as_groups

_NUMBER = re.compile(r"\d+(?:[.,_٫٬'](?=\d)\d+)*")
_GROUPS = r"[1-9]\d{0,2}(?:%s\d{3})+"
_PARTED = re.compile(r"(?<![\d.,_] )(?<![\d.,_])(\d{1,3})((?: \d{3})+)(?![\d.,]?\d)")
_LAKH = re.compile(r"\d{1,2}(?:,\d{2})+,\d{3}")
_FRACTION = re.compile(r"(?:(?<![\d.,/])(\d+)[ -])?(?<![\d.,/])(\d)/(\d{1,2})(?![\d/])(?!\s*(?:mm|,\d))")
_PARTS_OF = re.compile(r"(\d+)分[の之](\d+)")
"""Three parts, of which two: 3分の2."""
_SIGNS = {
    "<": "<",
    ">": ">",
    "≤": "≤",
    "≥": "≥",
    "<=": "≤",
    ">=": "≥",
    "=<": "≤",
    "=>": "≥",
    "±": "±",
    "⩽": "≤",
    "⩾": "≥",
}
_SIGN = re.compile(r"(<=|>=|=<|=>|[<>≤≥±⩽⩾])$")
_SIGN_ENDS = tuple("<>=≤≥±⩽⩾")
_JOINS = re.compile(
    r"\s*(?:[-–—−~～〜至到、,،;/+]|to|and|or|through|a|y|e|o|u|bis|und|oder|à|et|ou|do|i|lub|до|и|или|by|ila|ve|"
    r"إلى|الى|الي|و|او|أو|حتي|से|और|या|तक|から|または|と|ถึง|หรือ|และ|或|和|及|đến|và|hoặc|עד|-to-|"
    r"سے|تا|يا|اور|থেকে|বা|થી|અને|முதல்|నుండి|hanggang|rive|에서|또는|및|至|lub|oraz)\s*"
)
_COMPARED = re.compile(r"[<>≤≥=±]|\b(?:less than|under|below|menos de|unter|moins de)\b|น้อยกว่า")
_TIMES_TEN = {
    "million": 6, "millions": 6, "billion": 9, "thousand": 3, "millón": 6, "millones": 6, "mil": 3, "millionen": 6,
    "milliarden": 9, "tausend": 3, "milliard": 9, "mille": 3, "миллион": 6, "миллиона": 6, "миллионов": 6, "млн": 6,
    "тысяч": 3, "тысячи": 3, "тыс": 3, "مليون": 6, "ملايين": 6, "الف": 3, "الاف": 3, "लाख": 5, "मिलियन": 6, "करोड़": 7,
    "करोड": 7, "हजार": 3, "万": 4, "百万": 6, "亿": 8, "億": 8, "千": 3, "ล้าน": 6, "แสน": 5, "หมื่น": 4, "พัน": 3,
    "milhão": 6, "milhões": 6, "milione": 6, "milioni": 6, "萬": 4, "百萬": 6, "만": 4, "천": 3, "triệu": 6, "nghìn": 3,
}  # fmt: skip
"""Words behind a number that multiply it by a power of ten."""
_NO_KILO = "(?![克米卡帕])"
"""Kilograms are no thousand grams here: 10千克 is 10 of its own unit."""
_POWER = re.compile(
    one_of(
        # A word of an alphabet ends with its letters; a character of the Han script is a word.
        (word, _NO_KILO if word == "千" else "" if "\u3400" <= word[-1] <= "\u9fff" else r"(?![a-zа-я])")
        for word in sorted(_TIMES_TEN, key=len, reverse=True)
    )
)
_POWER_BEGINS = frozenset(word[0] for word in _TIMES_TEN)
_PER = re.compile(r"\s?/\s?(?:1[.,]73\s?)?")
_BEFORE = re.compile(r"(?<!\w)(?:ال)?(\w[^\d\s]*) $")
_DATED = ("day", "week", "month")
_ORDINAL = re.compile(r"-?(?:й|я|ю|е|го|му|м|ой|ая|ое|ую|वें|वीं|वां|वे) ")
"""What makes "the 8th" of 8 before its noun."""
_THAI_NAMED = re.compile(r"(วัน|สัปดาห์)ที่ ?$")
_THAI_MONTH = re.compile(r"\s?(?:มกรา|กุมภา|มีนา|เมษา|พฤษภา|มิถุนา|กรกฎา|สิงหา|กันยา|ตุลา|พฤศจิกา|ธันวา|\d{4})")
_ONE_BEHIND = ("ar", "he", "sw")
"""Languages that count "tablet one"."""
_PERCENT_BEFORE = ("ร้อยละ", "ร้อยละ ", "百分之", "yüzde ", "%")
"""What says percent before its number."""
_GAPS = {" ": ("", " ", " -"), "-": ("", "-"), "個": ("", "個"), "个": ("", "个")}
"""What may stand between a number and its unit, by its first character."""
_PERCENT_ENDS = ("ะ", "之", "e", "%")
_CLOCK = re.compile(r"(?::\d\d)?\s?[ap]\.?\s?m\b")
_TIMES_POWER = re.compile(r"\s?[×x*·⋅]\s?10\^")
_TEN_TO = re.compile(r"10\^(-?\d{1,2})(?!\d)")
_SPECIAL = frozenset(":piax×*·⋅гท")
"""What hours, powers of ten and Russian years begin with; they need not be looked for elsewhere."""
_AFTERNOON = re.compile(r"\s?(?:(?::\d\d)?\s?(?:p\.?\s?m\b|in the (?:afternoon|evening)|at night))")


class Number(NamedTuple):
    """One number of a text."""

    value: Decimal
    start: int
    end: int
    unit: str = ""
    per: tuple[str, ...] = ()
    """Units below a stroke."""
    sign: str = ""
    parts: tuple[Decimal, ...] = ()
    """Of a fraction such as 1/2: somebody may have meant two numbers."""
    also: tuple[Decimal, ...] = ()
    """Other values that the same words may mean: 8 p.m. is 20 elsewhere."""
    word: bool = False
    """Said in letters."""
    lent: bool = False
    """The unit is that of the next number: 25 to 50 mg."""

    def in_unit(self, unit: str, per: tuple[str, ...] = ()) -> Number:
        return Number(self.value, self.start, self.end, unit, per, *self[5:])


def numbers_in(text: str, tag: str, language: Language | None) -> list[Number]:
    """All numbers of a folded text in their order."""
    if _NUMBER.search(text) is None:
        return []
    if _decimal_sign(tag) == "," and " " in text:
        # Blanks part thousands there, also those that may break; the places of all characters stay.
        text = _PARTED.sub(_parted, text)
    out: list[Number] = []
    at = 0
    parted, raised = "分" in text, "^" in text
    fractions = {match.start(): match for match in _FRACTION.finditer(text)} if "/" in text else {}
    while match := _NUMBER.search(text, at):
        start = match.start()
        fraction = fractions.get(start)
        if fraction and (made := _fraction(fraction)):
            out.append(made)
            at = fraction.end()
            continue
        if parted and (parts := _PARTS_OF.match(text, start)):
            out.append(_part_of(Decimal(parts[2]), Decimal(parts[1]), parts))
            at = parts.end()
            continue
        if raised and (power := _TEN_TO.match(text, start)):
            out.append(Number(Decimal(10) ** int(power[1]), start, power.end(), "power"))
            at = power.end()
            continue
        raw = match[0]
        if raw.endswith(("'", ".", ",")):
            raw = raw[:-1]
        for value, offset, size in _values(raw, tag):
            out.append(Number(value, start + offset, start + offset + size))
        at = match.end()
    return _joined([with_unit(_multiplied(number, text), text, language) for number in out], text)


def _parted(match: re.Match[str]) -> str:
    return match[1] + match[2].replace(" ", "_")


def _fraction(match: re.Match[str]) -> Number | None:
    whole, above, below = match[1], Decimal(match[2]), Decimal(match[3])
    if below not in (2, 3, 4, 5, 8) or above >= below or above == 0:
        return None
    value = (Decimal(whole or 0) + above / below).quantize(Decimal("0.0001")).normalize()
    parts = (*((Decimal(whole),) if whole else ()), above, below)
    return Number(value, match.start(), match.end(), parts=parts)


def _part_of(above: Decimal, below: Decimal, match: re.Match[str]) -> Number:
    """A part of a whole; what is no part, such as 2分の3, is no number that any text says."""
    value = (above / below).quantize(Decimal("0.0001")).normalize() if 0 < above < below else Decimal(0)
    return Number(value, match.start(), match.end(), parts=(above, below) if value else ())


def _values(raw: str, tag: str) -> list[tuple[Decimal, int, int]]:
    """The values of a run of digits and signs between them: one, or several where it is a list."""
    if raw.isdigit():
        return [(_plain(raw), 0, len(raw))]
    text = raw.replace("٬", "").replace("_", "").replace("'", "").replace("٫", ".") if raw.isascii() is False else raw
    text = text.replace("_", "").replace("'", "")
    signs = [char for char in text if char in ".,"]
    if not signs:
        return [(_plain(text), 0, len(raw))]
    decimal = _decimal_sign(tag)
    if "٫" in raw:
        return [(_exact(text.replace(",", "")), 0, len(raw))]
    if len(set(signs)) == 2:
        last = signs[-1]
        other = "," if last == "." else "."
        if signs.count(last) == 1 and re.fullmatch(
            rf"\d{{1,3}}(?:{re.escape(other)}\d{{2,3}})*{re.escape(other)}\d{{3}}{re.escape(last)}\d+", text
        ):
            return [(_exact(text.replace(other, "").replace(last, ".")), 0, len(raw))]
        return _listed(raw)
    sign = signs[0]
    grouped = re.fullmatch(_GROUPS % re.escape(sign), text) is not None
    if len(signs) == 1 and sign == decimal and not (grouped and _english(tag) and sign == ","):
        return [(_exact(text.replace(sign, ".")), 0, len(raw))]
    if grouped and (len(signs) > 1 or sign == "," or _dots(tag)):
        return [(_plain(text.replace(sign, "")), 0, len(raw))]
    if sign == "," and _LAKH.fullmatch(text):
        return [(_plain(text.replace(",", "")), 0, len(raw))]
    if len(signs) == 1:
        return [(_exact(text.replace(sign, ".")), 0, len(raw))]
    return _listed(raw)


def _listed(raw: str) -> list[tuple[Decimal, int, int]]:
    return [(_plain(match[0]), match.start(), len(match[0])) for match in re.finditer(r"\d+", raw)]


def _plain(digits: str) -> Decimal:
    return Decimal(digits)


def _exact(number: str) -> Decimal:
    return Decimal(number).normalize() if Decimal(number) else Decimal(0)


@lru_cache(maxsize=64)
def _decimal_sign(tag: str) -> str:
    return number_signs(tag)[0] if tag else "."


@lru_cache(maxsize=64)
def _dots(tag: str) -> bool:
    return reads_dots_as_groups(tag)


def _english(tag: str) -> bool:
    return tag.split("-")[0] == "en"


def _multiplied(number: Number, text: str) -> Number:
    at = number.end + text.startswith(" ", number.end)
    if text[at : at + 1] not in _POWER_BEGINS:
        return number
    if match := _POWER.match(text, at):
        return number._replace(value=number.value * Decimal(10) ** _TIMES_TEN[match[0]], end=match.end())
    return number


def with_unit(number: Number, text: str, language: Language | None) -> Number:
    """A number with the unit, the comparison and the stroke that stand beside it."""
    if number.unit == "power":
        return number
    before = text[max(0, number.start - 4) : number.start].rstrip()
    if before.endswith(_SIGN_ENDS) and (sign := _SIGN.search(before)):
        number = number._replace(sign=_SIGNS[sign[1]])
    special = text[number.end : number.end + 3].lstrip()[:1] in _SPECIAL
    if special and _AFTERNOON.match(text, number.end) and number.value <= 12:
        number = number._replace(also=(number.value + 12,))
    if language is None:
        return number
    if before.endswith(_PERCENT_ENDS) and text.endswith(_PERCENT_BEFORE, 0, number.start):
        return number.in_unit("percent")
    if special and 1900 <= number.value <= 2100 and text.startswith(" г", number.end):
        return number  # a year: 2023 г.
    if special and text.startswith((" ทุ่ม", "ทุ่ม"), number.end):
        also = (number.value + 6, number.value + 18) if number.value <= 6 else ()
        number = number._replace(value=number.value + 18, also=also)  # Thai counts evenings from seven
    if special and _TIMES_POWER.match(text, number.end):
        return number.in_unit("×10")
    if special and language.tag == "en" and _CLOCK.match(text, number.end):
        return number.in_unit("clock")
    thai = language.tag == "th" and "ที่" in text
    named = _THAI_NAMED.search(text, max(0, number.start - 11), number.start) if thai else None
    if named and not _THAI_MONTH.match(text, number.end):
        return number.in_unit("day" if named[1] == "วัน" else "week")
    at = number.end
    for gap in _GAPS.get(text[at : at + 1], ("",)):
        if text.startswith(gap, at) and (match := language.unit.match(text, at + len(gap))):
            below = []
            end = match.end()
            while (stroke := _PER.match(text, end)) and (next_unit := language.unit.match(text, stroke.end())):
                below.append(language.unit_key[next_unit[0]])
                end = next_unit.end()
            return number.in_unit(language.unit_key[match[0]], tuple(below))
    if not number.word:
        ordinal = _ORDINAL.match(text, number.end)
        if ordinal and (match := language.unit.match(text, ordinal.end())):
            return number.in_unit(language.unit_key[match[0]])
        return _named(number, text, language)
    begins = [*range(number.start, min(number.start + (3 if language.tag == "ar" else 1), number.end))]
    if " " in text[number.start : number.end]:
        # "la hora", "dans l'heure", and Hindi's "two" with its noun: the last word may be a unit.
        begins.append(1 + max(text.rfind(sign, number.start, number.end) for sign in " '"))
    for at in begins:
        if match := language.unit.match(text, at):
            return number.in_unit(language.unit_key[match[0]])  # Arabic's dual says two hours in one word
    if language.tag in _ONE_BEHIND and number.value <= 2:
        for match in language.unit.finditer(text, max(0, number.start - 24), number.start):
            if match.end() == number.start - 1 and not text[match.start() - 1].isalpha():
                return number.in_unit(language.unit_key[match[0]])
    return number


def _named(number: Number, text: str, language: Language) -> Number:
    """Day 8 is a day in every language; "for 2 days 8" is not."""
    before = _BEFORE.search(text, max(0, number.start - 12), number.start)
    unit = language.unit_key.get(before[1], "") if before else ""
    if before is None or unit not in _DATED or text[: before.start()].rstrip()[-1:].isdigit():
        return number
    return number.in_unit(unit)


def _joined(numbers: list[Number], text: str) -> list[Number]:
    """A range's or a list's first numbers take the unit of its last: 25 to 50 mg."""
    for at in range(len(numbers) - 2, -1, -1):
        here, behind = numbers[at], numbers[at + 1]
        if not here.unit and behind.unit and _between(text[here.end : behind.start]):
            numbers[at] = here._replace(unit=behind.unit, lent=True)
    return numbers


def _between(between: str) -> bool:
    bare = _COMPARED.sub("", between)
    return 0 < len(bare) <= 12 and _JOINS.fullmatch(bare) is not None


def same_unit(one: str, other: str) -> bool:
    """Whether two units may be one: a form may stand under several."""
    return one == other or ("|" in one + other and not set(one.split("|")).isdisjoint(other.split("|")))


def once_each(numbers: Iterable[Number]) -> dict[Decimal, Number]:
    """Numbers whose value stands once in the text."""
    out: dict[Decimal, Number] = {}
    twice = set()
    for number in numbers:
        if number.value in out:
            twice.add(number.value)
        out[number.value] = number
    return {value: number for value, number in out.items() if value not in twice}
