"""A text as it is written -> the same in one spelling, in which checks compare."""

from __future__ import annotations

import re
import unicodedata

_FRACTIONS = {
    "½": "1/2", "¼": "1/4", "¾": "3/4", "⅓": "1/3", "⅔": "2/3", "⅛": "1/8", "⅜": "3/8", "⅝": "5/8", "⅞": "7/8",
    "⅕": "1/5", "⅖": "2/5", "⅗": "3/5", "⅘": "4/5", "⅙": "1/6", "⅚": "5/6",
}  # fmt: skip
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻₀₁₂₃₄₅₆₇₈₉", "0123456789-0123456789")
_ARABIC = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ـ": None, "ٱ": "ا", "ک": "ك", "ی": "ي"})
_THAT_NOT = re.compile("(?<![^\\W\\d_][^\\W\\d_])أل[\u064e\u0651]*ا(?![^\\W\\d_])")
"""Without its hamza "that … not" would be "except"."""
_ARABIC_MARKS = re.compile("[\u064b-\u0652\u0670]")
_QUOTES = str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "´": "'", "‐": "-", "‑": "-", "\xad": None, "\u2060": None, "≧": "≥", "≦": "≤"}
)
_SIGNS = _RAISED | _QUOTES
_FRACTION = re.compile(f"[{''.join(_FRACTIONS)}]")
_SIGN = re.compile(f"[{''.join(chr(code) for code in _SIGNS)}]")
_POWER = re.compile(r"(?<=\d)([⁻⁰¹²³⁴-⁹]+)")
_BLANK = re.compile(r"[\u00a0\u202f\u2009](?<=\d.)(?=\d{3}(?!\d))")
_OTHER_DIGIT = re.compile(r"[^\D0-9]")
_ARABIC_LETTER = re.compile("[\u0600-\u06ff]")
GROUP = "_"
"""Stands for a blank that parts the thousands of a number."""


def folded(text: str) -> str:
    """A text in one spelling: digits 0 to 9, small letters, no marks of emphasis, blanks in numbers as ``_``."""
    if not text.isascii():
        for sign, plain in _FRACTIONS.items() if _FRACTION.search(text) else ():
            text = re.sub(rf"(?<=\d) ?{sign}", f" {plain}", text).replace(sign, plain)
        if _SIGN.search(text):
            text = _POWER.sub(lambda m: "^" + m[1].translate(_RAISED), text).translate(_SIGNS)
        text = text.replace("，", ", ").replace("．", ".")
        text = unicodedata.normalize("NFKC", _BLANK.sub(GROUP, text))
        digits = {ord(c): str(unicodedata.decimal(c)) for c in _OTHER_DIGIT.findall(text)}
        text = text.translate({**digits, ord("٪"): "%"}) if digits or "٪" in text else text
        if _ARABIC_LETTER.search(text):
            text = _ARABIC_MARKS.sub("", _THAT_NOT.sub("ان لا", text).translate(_ARABIC))
        # A vowel sign with a dot or with a moon is one sound in much of Hindi's print.
        text = text.replace("ँ", "ं").replace("\u093c", "").replace("ํา", "ำ")
    return text.replace("*", "").casefold().replace("…", "...")
