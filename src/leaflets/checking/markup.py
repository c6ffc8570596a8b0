"""What is no language: marks of emphasis, links, tags, placeholders, scripts, signs that nobody sees."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from leaflets.checking.model import Both, Finding, Weight
from leaflets.locales import script_of

_PLACEHOLDER = re.compile(r"\{\{?[^{}\n]{0,40}\}?\}|%\(\w+\)[sd]|%(?:\d\$)?[sd](?![A-Za-z0-9_])|\$\{\w+\}|%%")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_LINK = re.compile(r"\]\(([^)\s]+)")
_URL = re.compile(r"https?://[^\s)>\]]+")
_CONTROLS = re.compile(
    "[\u202a-\u202e\u2066-\u2069\u200b\u2060\ufeff\u00ad\u180e\u034f\u115f\u1160\u3164\uffa0\x00-\x08\x0b-\x1f\x7f-\x9f]"
)
_JOINERS = re.compile("[\u200c\u200d]")
_JOINED = re.compile("[\u0600-\u06ff\u0900-\u0dff]")
_DIGIT = re.compile("[0-9]")
_OTHER_DIGIT = re.compile(r"[^\D0-9]")
_WORD = re.compile(r"[^\W\d_]+")
_SCRIPTS = {
    "Latn": ("LATIN",), "Cyrl": ("CYRILLIC",), "Arab": ("ARABIC",), "Hebr": ("HEBREW",), "Deva": ("DEVANAGARI",),
    "Beng": ("BENGALI",), "Taml": ("TAMIL",), "Telu": ("TELUGU",), "Gujr": ("GUJARATI",), "Guru": ("GURMUKHI",),
    "Thai": ("THAI",), "Hans": ("CJK", "BOPOMOFO", "IDEOGRAPHIC"), "Hant": ("CJK", "BOPOMOFO", "IDEOGRAPHIC"),
    "Jpan": ("CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "IDEOGRAPHIC", "HALFWIDTH", "FULLWIDTH"),
    "Kore": ("HANGUL", "CJK"), "Ethi": ("ETHIOPIC",),
}  # fmt: skip

_DIGITS = {"Arab": ("ARABIC-INDIC", "EXTENDED"), **dict.fromkeys(("Hans", "Hant", "Jpan", "Kore"), ("FULLWIDTH",))}
"""Digits beside 0 to 9 that a script is written with, where their names do not begin with the script's."""


def placeholders(both: Both) -> Iterator[Finding]:
    """``{name}``, ``%s`` and the like are in both texts, the same ones as often."""
    one, other = _PLACEHOLDER.findall(both.pair.source), _PLACEHOLDER.findall(both.pair.target)
    if one == other:
        return
    want, have = Counter(one), Counter(other)
    want.pop("%%", None), have.pop("%%", None)
    if want != have and have != Counter(_PLACEHOLDER.findall(both.pair.other or both.pair.source)):
        yield _differs("placeholder", both, want, have, "placeholders are filled in later: keep them as they are")


def marks(both: Both) -> Iterator[Finding]:
    """Bold marks, links, addresses and tags are in both texts."""
    source, target = both.pair.source, both.pair.target
    want, have = source.count("**"), target.count("**")
    # Plain words by hand may make a label bold that the source has not marked: the text is the same.
    by_hand = not want and have % 2 == 0 and both.source.tag.split("-")[0] == both.target.tag.split("-")[0]
    if want != have and not by_hand:
        said = f"{want} times ** became {have}"
        weight = Weight.QUALITY if have > want and have % 2 == 0 else Weight.CRITICAL  # more is bold: nothing is lost
        yield Finding("markup", weight, said, "what is bold in the source must be bold", both.pair, ("**",))
    for pattern in (_TAG, _LINK, _URL):
        one, other = pattern.findall(source), pattern.findall(target)
        if one != other and Counter(one) != Counter(other):
            yield _differs("markup", both, Counter(one), Counter(other), "keep links and tags as they are")
            return


def hidden_signs_in(text: str) -> list[str]:
    """The signs of a text that nobody sees. Joiners are spelling in Persian and in Indian scripts, nowhere else."""
    found = _CONTROLS.findall(text)
    for match in _JOINERS.finditer(text):
        around = text[max(0, match.start() - 1) : match.start()] + text[match.end() : match.end() + 1]
        if not _JOINED.search(around):
            found.append(match[0])
    return found


def hidden(both: Both) -> Iterator[Finding]:
    """No sign that turns the direction of a line, hides, or has no width (Trojan Source, CVE-2021-42574)."""
    # A soft hyphen or a narrow joiner that the source has too was not smuggled in.
    found = [char for char in hidden_signs_in(both.pair.target) if char not in both.pair.source]
    if found:
        names = ", ".join(dict.fromkeys(f"U+{ord(char):04X} {unicodedata.name(char, 'control')}" for char in found))
        said = f"holds what nobody sees: {names}"
        yield Finding("hidden-character", Weight.CRITICAL, said, "delete it: pages isolate what needs it", both.pair)


def scripts(both: Both) -> Iterator[Finding]:
    """No word of letters of two scripts, and no letters of a script that the locale does not use."""
    if both.pair.target.isascii():
        return
    own = _SCRIPTS.get(script_of(both.target.tag), ())
    beside = {"LATIN", *own}.difference(["CYRILLIC", "GREEK"])
    words = [word for word in _WORD.findall(both.pair.target) if not word.isascii()]
    everywhere = _scripts("".join(words))
    if everywhere.issubset(own) or everywhere.issubset(beside):
        return
    here = _scripts(both.pair.source)
    for word in words:
        used = _scripts(word)
        if "LATIN" in used and len(used) > 1 and not used.issubset(beside):
            said = f"“{word}” mixes letters of {' and '.join(sorted(name.title() for name in used))}"
            yield Finding(
                "mixed-script", Weight.CRITICAL, said, "letters that look alike are not the same", both.pair, (word,)
            )
            return
        strange = {
            name for name in used if own and name not in own and name not in ("LATIN", "GREEK") and name not in here
        }
        if strange:
            said = f"“{word}” is in {' and '.join(sorted(name.title() for name in strange))}"
            yield Finding("mixed-script", Weight.CRITICAL, said, f"the locale is {both.target.tag}", both.pair, (word,))
            return


def digits(both: Both) -> Iterator[Finding]:
    """Digits of one kind in one text, and of one that the locale's readers know: ৪ is 4, and looks like 8."""
    others = {char: _script(char) for char in _OTHER_DIGIT.findall(both.pair.target)}
    if not others:
        return
    script = script_of(both.target.tag)
    own = _DIGITS.get(script, _SCRIPTS.get(script, ()))
    strange = [char for char, kind in others.items() if own and kind not in own and char not in both.pair.source]
    if strange:
        said = f"holds digits of another script: {' '.join(strange)}"
        yield Finding("mixed-digits", Weight.CRITICAL, said, "write 0 to 9", both.pair, tuple(strange))
        return
    kinds = set(others.values())
    kinds |= {"ASCII"} if _DIGIT.search(both.pair.target) else set()
    if len(kinds) > 1 and "FULLWIDTH" not in kinds:
        yield Finding("mixed-digits", Weight.QUALITY, "digits of two kinds", "write all in one kind", both.pair)


def _scripts(text: str) -> set[str]:
    """The scripts of a text's letters; signs of units are of none."""
    return {_script(char) for char in set(text).difference("µμªº") if char.isalpha()}


@lru_cache(maxsize=8192)
def _script(char: str) -> str:
    return unicodedata.name(char, "").partition(" ")[0]


def _differs(rule: str, both: Both, want: Counter[str], have: Counter[str], hint: str) -> Finding:
    told = [f"{item} is missing" for item in sorted((want - have).elements())]
    told += [f"{item} was added" for item in sorted((have - want).elements())]
    return Finding(rule, Weight.CRITICAL, "; ".join(told), hint, both.pair, tuple((want - have) + (have - want)))
