"""A correct pair -> translations with one error each: what a hurried hand, or a machine, really does."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

from leaflets.checking.folding import folded
from leaflets.checking.rules import load_names
from leaflets.checking.words import LETTER

ERRORS = Path(__file__).with_name("errors.toml")
RULES = Path(__file__).parents[2] / "content" / "rules" / "translation"
NUMBER = re.compile(r"\d+(?:[.,٫]\d+)?")
PLACEHOLDER = re.compile(r"\{\w+\}|%[sd]")
RANGE = re.compile(r"(\d+(?:[.,٫]\d+)?)(\s?(?:[-–～~]|à|إلى|से|ถึง|至|a|bis|до)\s?)(\d+(?:[.,٫]\d+)?)")
_DECIMAL_COMMA = ("es", "de", "fr", "ru")
CODE = re.compile(r"CYP\d[A-Z]\d+|(?<=m)²")


@lru_cache(maxsize=1)
def _lists() -> dict[str, dict[str, Any]]:
    return tomllib.loads(ERRORS.read_text(encoding="utf-8"))


def planted(source: str, target: str, tag: str) -> Iterator[tuple[str, str]]:
    """Kind and text of every single error that can be planted into a translation."""
    seen = {target}
    nonsense = [re.compile(pattern) for pattern in _lists().get(tag, {}).get("nonsense", [])]
    for kind, text in _all(target, tag):
        if any(pattern.search(text) and not pattern.search(target) for pattern in nonsense):
            continue
        if kind == "number dropped" and text in _ones(source, target):
            continue  # a language may say "1 a day" where English says "a day": nothing is lost with it
        if any(text in _without(target, pattern, new) for pattern, new in _HARMLESS.get(kind, ())):
            continue
        if text not in seen and text.strip():
            seen.add(text)
            yield kind, text


def _all(target: str, tag: str) -> Iterator[tuple[str, str]]:
    chance = Random(target)
    yield from _numbers(target, tag, chance)
    for kind, pairs in _lists().get(tag, {}).items():
        if kind in ("names", "nonsense"):
            continue
        forms = [form for pair in pairs for form in pair if not pair[0].startswith("~")]
        for one, other in pairs:
            if one.startswith("~"):
                yield from _rewritten(kind, target, one[1:], other)
            else:
                yield from _exchanged(kind, target, one, other, tag, forms)
                yield from _exchanged(kind, target, other, one, tag, forms)
    yield from _names(target, tag, chance)
    for match in PLACEHOLDER.finditer(target):
        yield "placeholder", target[: match.start()] + target[match.end() :]
    for match in CODE.finditer(target):
        yield "code", target[: match.start()] + _other(match[0], chance) + target[match.end() :]
    if "**" in target:
        yield "markup", target.replace("**", "", 1)
    for sign, turned in (("≥", "≤"), ("<", ">"), (">", "<"), ("≥", ">")):
        if sign in target:
            yield "comparison", target.replace(sign, turned, 1)


_HARMLESS = {
    "number dropped": (
        # 日2回 is read as twice a day, as 週2回 is as twice a week, and 日1～2包 as 1 to 2 a day
        (r"1(日(?:に)?\d+(?:[～~]\d+)?(?:[回個錠包]|カプセル))", r"\1"),
        (r"(最初の)1(錠を)", r"\1\2"),  # "the first tablet": nobody needs a number to say it
        (r"2(倍)", r"\1"),  # 倍 alone is double
        (r"1(万人)", r"\1"),  # 万 alone is ten thousand
        (r"(ละ|อีก) 1 (เม็ด|ครั้ง|แคปซูล)", r"\1 \2"),  # a Thai counter alone says one, as in วันละครั้ง
    ),
    "numbers swapped": ((r"(\d+)(年\d+月)(\d+)(?=日)", r"\3\2\1"),),  # nobody takes 2026 for a day
    "unit": ((r"(月\d+)日", r"\1時間"), (r"(mg)錠を", r"\1滴を")),  # no date has hours, no drop is "a 500 mg drop"
    "number": ((r"/2錠", "/半錠"), ("两次(服药|用药)", r"一次\1")),  # no fraction; "between one dose" is no text
    "day": (("就寝前", "就寝後"),),  # nobody takes a medicine asleep
    "opposite": ((r"左右", "右右"), (r"左右", "左左")),  # no words
}
"""What says the same, or what nobody would write: a pattern in the translation, and what it became."""


def _without(target: str, pattern: str, new: str) -> set[str]:
    return {
        re.sub("  +", " ", target[: m.start()] + m.expand(new) + target[m.end() :])
        for m in re.finditer(pattern, target)
    }


def _ones(source: str, target: str) -> set[str]:
    hour = re.search(r"\b(?:за|через) 1 (?=час\b|день\b|сутки\b|неделю\b|месяц\b|год\b)", target)
    if hour and "1" in source:
        return {target[: hour.end() - 2] + target[hour.end() :]}  # "за час" is one hour as well
    if re.search(r"(?<![\d.,])1(?![\d.,]*\d)|\bone\b", source):
        return set()
    return {
        re.sub("  +", " ", target[: m.start()] + target[m.end() :])
        for m in NUMBER.finditer(target)
        if _value(m[0]) == 1
    }


def _numbers(target: str, tag: str, chance: Random) -> Iterator[tuple[str, str]]:
    found = [m for m in NUMBER.finditer(target) if not _inside_word(target, m)]
    for match in found:
        before, number, after = target[: match.start()], match[0], target[match.end() :]
        digits = [at for at, char in enumerate(number) if char.isdecimal()]
        for at in digits:
            yield "digit changed", f"{before}{number[:at]}{_another(number[at], chance)}{number[at + 1 :]}{after}"
        if len(digits) > 1:
            for at in digits:
                less = number[:at] + number[at + 1 :]
                if less[0].isdecimal() and less[-1].isdecimal() and _value(less) != _value(number):
                    yield "digit dropped", before + less + after
        for at in digits[:-1]:
            if number[at + 1].isdecimal() and number[at] != number[at + 1]:
                yield "digits swapped", before + number[:at] + number[at + 1] + number[at] + number[at + 2 :] + after
        yield "number dropped", re.sub("  +", " ", before + after)
        if re.match(r"[.,]\d", after):
            continue  # 1,000,000
        if len(digits) < len(number) and not re.fullmatch(r"[1-9]\d?\d?[.,]\d{3}", number):
            sign = next(char for char in number if not char.isdecimal())
            whole, part = number.split(sign)
            moved = [whole + part[0] + (sign + part[1:] if part[1:] else "")]
            moved += [whole + part, f"0{sign}0{part}" if whole in ("0", "٠") else whole[:-1] + sign + whole[-1] + part]
            for text in moved:
                text = text.lstrip("0") if text[:1] == "0" and text[1:2].isdecimal() else text
                if text[:1].isdecimal() and _value(text) != _value(number):
                    yield "decimal moved", before + text + after
        elif _value(number) and ("," not in number or tag not in _DECIMAL_COMMA):  # 1,000 is one there, as is 1,0000
            yield "zero added", before + number + number[0].translate({ord(number[0]): _zero(number[0])}) + after
    for match in RANGE.finditer(target):
        yield "range end lost", target[: match.start()] + match[1] + target[match.end() :]
        yield "range end lost", target[: match.start()] + match[3] + target[match.end() :]
    for at, one in enumerate(found):
        for other in found[at + 1 :]:
            years = [1900 <= _value(number[0]) <= 2100 for number in (one, other)]
            # A year in the place of a day is no date that anybody would read as one.
            if _value(one[0]) != _value(other[0]) and (all(years) or not any(years)):
                between = target[one.end() : other.start()]
                yield "numbers swapped", target[: one.start()] + other[0] + between + one[0] + target[other.end() :]


def _exchanged(kind: str, target: str, one: str, other: str, tag: str, forms: list[str]) -> Iterator[tuple[str, str]]:
    spaced = tag not in ("zh-Hans", "ja", "th")
    # Vowel signs belong to the word: what is exchanged is never its first half.
    left = rf"(?<!{LETTER})" if spaced and re.match(LETTER, one[0]) else ""
    right = rf"(?!{LETTER}|\d|['’]\w)" if spaced and re.match(LETTER, one[-1]) else ""
    # "At least" in Hindi holds the words for "less than"; it is exchanged as a whole, or it is nonsense.
    longer = [form for form in forms if one in form and form != one] if kind == "comparison" else []
    whole = [match.span() for form in longer for match in re.finditer(re.escape(form), target)]
    for match in re.finditer(left + re.escape(one) + right, target):
        if any(start < match.end() and match.start() < end for start, end in whole):
            continue
        if kind == "unit" and not re.search(r"\d\s?(?:mg|ملغ|мг)?$", target[: match.start()]):
            continue
        if one in other and target.startswith(other, max(0, match.start() - len(other))):
            continue
        yield kind, target[: match.start()] + other + target[match.end() :]


def _rewritten(kind: str, target: str, pattern: str, new: str) -> Iterator[tuple[str, str]]:
    for match in re.finditer(pattern, target):
        text = target[: match.start()] + match.expand(new) + target[match.end() :]
        yield ("exception" if any(word in pattern for word in _UNLESS) else kind), text[:1].upper() + text[1:]


_UNLESS = (
    "a menos que",
    "salvo",
    "excepto",
    "es sei denn",
    "außer",
    "sauf",
    "à moins",
    "если только",
    "ما لم",
    "إلا إذا",
    "除非",
    "限り",
    "เว้นแต่",
)


def _names(target: str, tag: str, chance: Random) -> Iterator[tuple[str, str]]:
    for name in _lists().get(tag, {}).get("names", []):
        name = str(name)
        same = _spellings(name, tag)
        for match in re.finditer(re.escape(name), target):
            letters = [at for at, char in enumerate(name) if char.isalpha()]
            for at in chance.sample(letters[1:-1] or letters, min(3, len(letters[1:-1]) or 1)):
                for text in (
                    name[:at] + _letter(name[at], chance) + name[at + 1 :],
                    name[:at] + name[at + 1 :],
                    name[:at] + name[at + 1 : at + 2] + name[at] + name[at + 2 :],
                ):
                    if unicodedata.normalize("NFC", text) != name and folded(text) not in same:
                        yield "name altered", target[: match.start()] + text + target[match.end() :]


@lru_cache(maxsize=512)
def _spellings(name: str, tag: str) -> frozenset[str]:
    """A name and its other listed spellings, folded: none of them is an error. Dots that print leaves out go."""
    article = "ال" if name.startswith("ال") else ""
    bare = folded(name.removeprefix(article))
    forms = next((forms for forms in load_names((RULES,)).local.get(tag, {}).values() if bare in forms), ())
    return frozenset([folded(name), *(article + form for form in forms)])


def _letter(letter: str, chance: Random) -> str:
    code = ord(letter)
    if letter.isascii():
        return chance.choice([char for char in "abdefgklmnoprstu" if char != letter.lower()])
    alphabets = (
        "абвгдезиклмнопрстуф",
        "ابتجدرسفكلمن",
        "कगचजटडतदनपबमरलस",
        "アイウエオカキクケコサシスセソタチツテト",
        "กคงจชดตทนบพมยรลวส",
        "安巴贝达地尔非格汉加卡拉洛马",
    )
    for alphabet in alphabets:
        if abs(ord(alphabet[0]) - code) < 200 or (code > 0x4E00 and ord(alphabet[0]) > 0x4E00):
            return chance.choice([char for char in alphabet if char != letter])
    return "x"


def _inside_word(text: str, match: re.Match[str]) -> bool:
    before = text[match.start() - 1 : match.start()]
    return (before.isascii() and before.isalpha()) or any(
        m.start() <= match.start() < m.end() for m in PLACEHOLDER.finditer(text)
    )


def _another(digit: str, chance: Random) -> str:
    value = unicodedata.decimal(digit)
    return chr(ord(digit) - value + chance.choice([number for number in range(1, 10) if number != value]))


def _zero(digit: str) -> str:
    return chr(ord(digit) - unicodedata.decimal(digit))


def _value(number: str) -> float:
    return float("".join(str(unicodedata.decimal(char)) if char.isdecimal() else "." for char in number))


def _other(code: str, chance: Random) -> str:
    if code == "²":
        return "³"
    return code[:-1] + _another(code[-1], chance)
