"""Text -> tokens; lists of forms -> a matcher that finds them, in languages with blanks between words and without."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from leaflets.checking.folding import folded

_MARKS = (
    "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u0981-\u0983"
    "\u09bc-\u09cd\u09d7\u0a01-\u0a03\u0a3c-\u0a4d\u0a70\u0a71\u0a81-\u0a83\u0abc-\u0acd\u0b82\u0bbe-\u0bcd"
    "\u0c00-\u0c03\u0c3e-\u0c56\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u200c\u200d"
)
"""Vowel signs and the like: parts of words that ``\\w`` does not know."""
LETTER = rf"(?:[^\W\d_]|[{_MARKS}])"
WORD = rf"(?:[^\W\d_]+(?:[{_MARKS}]+[^\W\d_]*)*|[{_MARKS}]+(?:[^\W\d_]+[{_MARKS}]*)*)"
"""All letters that stand together, found in runs: that is faster than one by one."""
_TOKEN = re.compile(rf"{WORD}|\d+(?:[.,_٫٬'][\d]+)*|\S")
_ASCII_TOKEN = re.compile(r"[A-Za-z]+|\d+(?:[.,_'][\d]+)*|\S")
"""The same where all letters are English, in half the time."""
_END = frozenset(".!?;:。！？।۔\n|")
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


def tokens_of(text: str) -> list[tuple[str, int]]:
    """Words, numbers and signs of a folded text, with their places."""
    return [(match[0], match.start()) for match in _TOKEN.finditer(text)]


class Hit(NamedTuple):
    """A form that was found."""

    id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Form:
    id: str
    parts: tuple[str, ...]
    """Tokens; ``…`` for words between them, ``#`` for a number."""
    steps: tuple[tuple[str, str, int], ...] = ()
    """Of each part behind the first: what it is (``#``, ``*`` within a word, ``…*`` its begin, or empty: a word), its
    letters, and how many words away it may be."""
    needs: frozenset[str] = frozenset()
    """Words that must be in a text for the form to be there."""
    exact: bool = False
    """Words only, each right behind the other."""
    next: str = ""
    """The word that must be the second; empty where it may be any."""


_Begun = tuple[tuple[_Form, ...], Mapping[str, tuple[_Form, ...]]]
"""The forms that may begin with a word: those behind whose first word anything may stand; and by the second word the
same and those that go on with it, in the order of the list."""


_NOTHING: _Begun = ((), {})
"""Of a word with which no form begins, as most."""


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
        self.gapped: list[tuple[str, str, str, re.Pattern[str]]] = []
        """Id, first and last piece, and the whole form."""
        self.run: dict[str, list[str]] = {}
        self.firsts: dict[str, tuple[int, ...]] = {}
        """In a text without blanks: lengths of the forms that begin with two characters, or are one."""
        self.memo: dict[str, _Begun] = {}
        self.ids: set[str] = set()
        self.kinds: dict[tuple[str, ...], frozenset[str]] = {}
        for ident, form in forms:
            self.ids.add(ident)
            self._add(ident, form)

    def ids_of(self, prefixes: tuple[str, ...]) -> frozenset[str]:
        """The ids that begin with one of these."""
        known = self.kinds.get(prefixes)
        if known is None:
            known = self.kinds[prefixes] = frozenset(ident for ident in self.ids if ident.startswith(prefixes))
        return known

    def _add(self, ident: str, form: str) -> None:
        pieces = [piece.strip() for piece in form.split("…")]
        if not self.spaced:
            folds = [folded(piece) for piece in pieces]
            if len(folds) > 1:
                gap = rf"(?:(?!{_WHO})[^。！？.!?；;：:]){{0,14}}?"
                whole = re.compile(gap.join(re.escape(fold) for fold in folds))
                self.gapped.append((ident, folds[0], folds[-1], whole))
                return
            self.run.setdefault(folds[0], []).append(ident)
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
        steps = _steps(parts, _GAPS.get(ident, 6))
        exact = all(not kind and reach == 1 for kind, _, reach in steps)
        second = steps[0][1] if steps and steps[0][::2] == ("", 1) else ""
        made = _Form(ident, tuple(parts), steps, needs, exact, second)
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
                sizes.setdefault(form[:2], set()).add(len(form))
            self.firsts = {first: tuple(sorted(found)) for first, found in sizes.items()}
        out = []
        firsts = self.firsts
        for start, char in enumerate(text):
            two = text[start : start + 2]
            if two not in firsts and char not in firsts:
                continue
            known = firsts.get(two, ())
            for size in (1, *known) if char in firsts and char != two else known:
                form = text[start : start + size]
                if form in self.run and len(form) == size and _stands_alone(text, start, start + size):
                    out += [Hit(ident, start, start + size) for ident in self.run[form]]
        for ident, first, last, pattern in self.gapped:
            if first in text and last in text:
                out += [Hit(ident, *match.span()) for match in pattern.finditer(text)]
        return out

    def _find_spaced(self, text: str) -> list[Hit]:
        places = list((_ASCII_TOKEN if text.isascii() else _TOKEN).finditer(text))
        words = tuple([match[0] for match in places])
        here = frozenset(words)
        out = []
        for at, word in enumerate(words):
            begun = self.memo.get(word) or self._begun(word)
            if begun is _NOTHING:
                continue
            always, by_next = begun
            behind = words[at + 1] if at + 1 < len(words) else ""
            for form in by_next.get(behind, always):
                if not form.steps:
                    last, found = at, True
                elif form.exact:
                    last = at + len(form.steps)
                    found = words[at + 1 : last + 1] == form.parts[1:]
                else:
                    last = _last(form, words, at) if form.needs <= here else 0
                    found = last > 0
                if found:
                    out.append(Hit(form.id, places[at].start(), places[last].end()))
        return out

    def _begun(self, word: str) -> _Begun:
        if len(self.memo) > _MOST:
            self.memo.clear()
        forms = self._forms_of(word)
        always = tuple(form for form in forms if not form.next)
        seconds = {form.next for form in forms} - {""}
        by_next = {second: tuple(form for form in forms if form.next in ("", second)) for second in seconds}
        made = self.memo[word] = (always, by_next) if forms else _NOTHING
        return made

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
    before = start and _is_latin(text[start]) and _is_latin(text[start - 1])
    return not before and not (end < len(text) and _is_latin(text[end - 1]) and _is_latin(text[end]))


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalpha()


def _steps(parts: Sequence[str], gap: int) -> tuple[tuple[str, str, int], ...]:
    out = []
    for before, part in pairwise(parts):
        kind = "#" if part == "#" else "*" if part.startswith("*") else "…*" if part.endswith("*") else ""
        if part != "…":
            out.append((kind, part.strip("*") if kind else part, gap + 1 if before == "…" else 1))
    return tuple(out)


def _last(form: _Form, words: tuple[str, ...], at: int) -> int:
    """The place of a form's last word, its first being the one at ``at``; 0 where it does not stand there."""
    for kind, part, reach in form.steps:
        near = words[at + 1 : at + 1 + reach]
        if not kind:
            step = near.index(part) if part in near else reach
        else:
            step = 0
            while step < len(near) and not _fits(kind, part, near[step]):
                step += 1
        if step >= len(near) or (step and not _END.isdisjoint(near[:step])):
            return 0
        at += step + 1
    return at


def _fits(kind: str, part: str, word: str) -> bool:
    if kind == "#":
        return word[0].isdigit()
    return part in word if kind == "*" else word.startswith(part)


def one_of(forms: Iterable[tuple[str, str]]) -> str:
    """An expression for several forms, each with what must follow it, that does not try each of them everywhere."""
    begins: dict[str, list[str]] = {}
    for form, behind in forms:
        begins.setdefault(form[0], []).append(re.escape(form[1:]) + behind)
    return "|".join(f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in begins.items())


def unmasked(hits: Iterable[Hit], masks: Iterable[Hit]) -> list[Hit]:
    """The hits that do not lie within one of the masks."""
    covered = [(mask.start, mask.end) for mask in masks]
    if not covered:
        return list(hits)
    return [hit for hit in hits if not any(start <= hit.start and hit.end <= end for start, end in covered)]


def longest(hits: Iterable[Hit]) -> list[Hit]:
    """The hits that do not lie within a longer one."""
    found = list(hits)
    reached = -1
    for hit in found:
        if hit.start < reached:
            break
        reached = hit.end
    else:
        return found  # each stands behind the one before
    spans = {(hit.start, hit.end) for hit in found}
    if len(spans) == 1:
        return found
    return [
        hit for hit in found
        if not any(s <= hit.start and hit.end <= e and e - s > hit.end - hit.start for s, e in spans)
    ]  # fmt: skip
