"""Text -> tokens; lists of forms -> a matcher that finds them, in languages with blanks between words and without."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_MARKS = (
    "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u0981-\u0983"
    "\u09bc-\u09cd\u09d7\u0a01-\u0a03\u0a3c-\u0a4d\u0a70\u0a71\u0a81-\u0a83\u0abc-\u0acd\u0b82\u0bbe-\u0bcd"
    "\u0c00-\u0c03\u0c3e-\u0c56\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u200c\u200d"
)
"""Vowel signs and the like: parts of words that ``\\w`` does not know."""
LETTER = rf"(?:[^\W\d_]|[{_MARKS}])"
_TOKEN = re.compile(rf"\d+(?:[.,_٫٬'][\d]+)*|{LETTER}+|\S")
_END = frozenset(".!?;:。！？।۔\n|")
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
_MOST = 20_000
"""Words whose forms are remembered."""
_GAPS = {
    "c:at_most": 4,
    "c:at_least": 1,
    "not:neg1": 1,
    "not:neg": 4,
    "not:neg2": 4,
    "c:until": 10,
    "c:no_later_before": 2,
    "c:no_earlier_before": 2,
}
"""Fewer words than six where a form could reach over to another thought."""
_WHO = "อายุ|น้ำหนัก|年龄|体重|年齢"
"""A form without blanks does not reach over it: "do not give it to children younger than" is no "not less than"."""
GROUP = "_"
"""Stands for a blank that parts the thousands of a number."""


def folded(text: str) -> str:
    """A text in one spelling: digits 0 to 9, small letters, no marks of emphasis, blanks in numbers as ``_``."""
    if not text.isascii():
        for sign, plain in _FRACTIONS.items():
            if sign in text:
                text = re.sub(rf"(?<=\d) ?{sign}", f" {plain}", text).replace(sign, plain)
        text = re.sub(r"(?<=\d)([⁻⁰¹²³⁴-⁹]+)", lambda m: "^" + m[1].translate(_RAISED), text)
        text = text.translate(_RAISED).translate(_QUOTES)
        text = text.replace("，", ", ").replace("．", ".")
        text = re.sub(r"(?<=\d)[\u00a0\u202f\u2009](?=\d{3}(?!\d))", GROUP, text)
        text = unicodedata.normalize("NFKC", text)
        digits = {ord(c): str(unicodedata.decimal(c)) for c in set(text) if c.isdecimal() and c > "\x7f"}
        text = text.translate({**digits, ord("٪"): "%"}) if digits or "٪" in text else text
        if max(text) >= "\u0600" and re.search("[\u0600-\u06ff]", text):
            text = _ARABIC_MARKS.sub("", _THAT_NOT.sub("ان لا", text).translate(_ARABIC))
        # A vowel sign with a dot or with a moon is one sound in much of Hindi's print.
        text = text.replace("ँ", "ं").replace("\u093c", "").replace("ํา", "ำ")
    return text.replace("**", "").replace("*", "").casefold().replace("…", "...")


def tokens_of(text: str) -> list[tuple[str, int]]:
    """Words, numbers and signs of a folded text, with their places."""
    return [(match[0], match.start()) for match in _TOKEN.finditer(text)]


@dataclass(frozen=True, slots=True)
class Hit:
    """A form that was found."""

    id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Form:
    id: str
    parts: tuple[str, ...]
    """Tokens; ``…`` for words between them, ``#`` for a number."""
    gap: int = 6
    """How many words ``…`` may be."""
    needs: frozenset[str] = frozenset()
    """Words that must be in a text for the form to be there."""


class Matcher:
    """All forms of one language, found in one pass.

    ``spaced``: forms are whole words, ``*`` stands for letters, ``…`` for up to six words of the same clause; one of
    ``prefixes`` may be written onto a form's first word. Otherwise a form is found wherever it stands.
    """

    def __init__(self, forms: Iterable[tuple[str, str]], *, spaced: bool, prefixes: Sequence[str] = ()) -> None:
        self.spaced = spaced
        self.prefixes = sorted((folded(prefix) for prefix in prefixes), key=len, reverse=True)
        self.exact: dict[str, list[_Form]] = {}
        self.begins: dict[str, list[_Form]] = {}
        self.within: list[tuple[str, _Form]] = []
        self.gapped: list[tuple[str, re.Pattern[str]]] = []
        self.run: dict[str, list[str]] = {}
        self.longest = 0
        self.firsts: dict[str, tuple[int, ...]] = {}
        """In a text without blanks: lengths of the forms that begin with a character."""
        self.memo: dict[str, tuple[_Form, ...]] = {}
        for ident, form in forms:
            self._add(ident, form)

    def _add(self, ident: str, form: str) -> None:
        pieces = [piece.strip() for piece in form.split("…")]
        if not self.spaced:
            folds = [folded(piece) for piece in pieces]
            if len(folds) > 1:
                gap = rf"(?:(?!{_WHO})[^。！？.!?；;：:]){{0,14}}?"
                self.gapped.append((ident, re.compile(gap.join(re.escape(fold) for fold in folds))))
                return
            self.run.setdefault(folds[0], []).append(ident)
            self.longest = max(self.longest, len(folds[0]))
            return
        parts: list[str] = []
        for number, piece in enumerate(pieces):
            parts += ["…"] if number else []
            for token, _ in tokens_of(folded(piece.replace("*", "\ue000"))):
                if token == "\ue000" and parts and parts[-1] != "…" and not parts[-1].endswith("*"):
                    parts[-1] += "*"
                elif token == "\ue000":
                    parts.append("*")
                elif parts and parts[-1] == "*":
                    parts[-1] = "*" + token
                else:
                    parts.append(token)
        needs = frozenset(part for part in parts[1:] if part not in ("…", "#") and "*" not in part)
        made = _Form(ident, tuple(parts), _GAPS.get(ident, 6), needs)
        first = parts[0]
        if first.startswith("*"):
            self.within.append((first.strip("*"), made))
        elif first.endswith("*"):
            self.begins.setdefault(first[:-1], []).append(made)
        else:
            self.exact.setdefault(first, []).append(made)

    def find(self, text: str) -> list[Hit]:
        """Every form that stands in a folded text; forms within longer ones too."""
        return self._find_spaced(text) if self.spaced else self._find_run(text)

    def _find_run(self, text: str) -> list[Hit]:
        if not self.firsts:
            sizes: dict[str, set[int]] = {}
            for form in self.run:
                sizes.setdefault(form[0], set()).add(len(form))
            self.firsts = {first: tuple(sorted(found)) for first, found in sizes.items()}
        out = []
        for start, char in enumerate(text):
            for size in self.firsts.get(char, ()):
                form = text[start : start + size]
                for ident in self.run.get(form, ()) if len(form) == size else ():
                    if _stands_alone(text, start, start + size):
                        out.append(Hit(ident, start, start + size))
        for ident, pattern in self.gapped:
            out += [Hit(ident, *match.span()) for match in pattern.finditer(text)]
        return out

    def _find_spaced(self, text: str) -> list[Hit]:
        tokens = tokens_of(text)
        here = {token for token, _ in tokens}
        out = []
        for at, (token, start) in enumerate(tokens):
            forms = self.memo.get(token)
            if forms is None:
                if len(self.memo) > _MOST:
                    self.memo.clear()
                forms = self.memo[token] = self._forms_of(token)
            for form in forms:
                if len(form.parts) == 1:
                    out.append(Hit(form.id, start, start + len(token)))
                elif form.needs <= here and (end := _ends(form, tokens, at)):
                    out.append(Hit(form.id, start, end))
        return out

    def _forms_of(self, token: str) -> tuple[_Form, ...]:
        """The forms that may begin with a word."""
        found: list[_Form] = []
        for word in self._readings(token):
            found += self.exact.get(word, ())
            for size in range(2, len(word) + 1) if self.begins else ():
                found += self.begins.get(word[:size], ())
            found += [form for part, form in self.within if part in word]
        return tuple(dict.fromkeys(found))

    def _readings(self, token: str) -> list[str]:
        out = [token]
        whole = any(len(form.parts) == 1 for form in self.exact.get(token, ()))
        for prefix in self.prefixes if not whole else ():
            if len(token) > len(prefix) + 1 and token.startswith(prefix):
                out.append(token[len(prefix) :])
        return out


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Letters of the Latin script end where their word ends, also in a text without blanks."""
    first, last = text[start], text[end - 1]
    before = start and text[start - 1].isascii() and text[start - 1].isalpha() and first.isascii() and first.isalpha()
    behind = end < len(text) and text[end].isascii() and text[end].isalpha() and last.isascii() and last.isalpha()
    return not before and not behind


def _ends(form: _Form, tokens: Sequence[tuple[str, int]], at: int) -> int:
    """Where a form ends that begins with the token at ``at``; 0 where it does not stand there."""
    here = at + 1
    gap = False
    for part in form.parts[1:]:
        if part == "…":
            gap = True
            continue
        steps = form.gap + 1 if gap else 1
        found = -1
        for place in range(here, min(here + steps, len(tokens))):
            token = tokens[place][0]
            if _fits(part, token):
                found = place
                break
            if token in _END:
                break
        if found < 0:
            return 0
        here, gap = found + 1, False
    token, start = tokens[here - 1]
    return start + len(token)


def _fits(part: str, token: str) -> bool:
    if part == "#":
        return token[0].isdigit()
    if part.startswith("*"):
        return part.strip("*") in token
    if part.endswith("*"):
        return token.startswith(part[:-1])
    return token == part


def unmasked(hits: Iterable[Hit], masks: Iterable[Hit]) -> list[Hit]:
    """The hits that do not lie within one of the masks."""
    covered = [(mask.start, mask.end) for mask in masks]
    return [hit for hit in hits if not any(start <= hit.start and hit.end <= end for start, end in covered)]


def longest(hits: Iterable[Hit]) -> list[Hit]:
    """The hits that do not lie within a longer one."""
    found = list(hits)
    if len(found) < 2:
        return found
    return [
        hit for hit in found
        if not any(o.start <= hit.start and hit.end <= o.end and o.end - o.start > hit.end - hit.start for o in found)
    ]  # fmt: skip
