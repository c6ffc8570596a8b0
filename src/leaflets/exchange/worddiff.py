"""Two texts -> the newer one in pieces: what is the same, what was added, and where something was taken away.

Word by word; in scripts that write no blanks between words, sign by sign. A quantity is one word: of "25 mg" that
became "2.5 mg", all of it is shown as changed, and no line can turn half of it round.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from leaflets.monograph import Run
from leaflets.runs import slice_runs

Spans = Sequence[tuple[int, int]]
_RUN_ON = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
"""Scripts without blanks between words: Thai, Lao, Burmese, Khmer, Kana, Han."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text."""

    change: str
    """``same``, ``added`` or ``removed``: the last is of the older text."""
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


def word_pieces(old: Sequence[Run], new: Sequence[Run], whole: Callable[[str], Spans]) -> tuple[Piece, ...]:
    """The pieces of ``new`` with what it lacks of ``old``. ``whole`` gives the stretches that are one word each."""
    before, after = _text(old), _text(new)
    if before == after:
        return (Piece("same", tuple(new)),) if new else ()
    words, others = _words(before, whole(before)), _words(after, whole(after))
    matcher = SequenceMatcher(None, [before[a:b] for a, b in words], [after[a:b] for a, b in others], autojunk=False)
    out: list[Piece] = []
    for kind, i, j, m, n in matcher.get_opcodes():
        if kind in ("replace", "delete"):
            out.append(Piece("removed", slice_runs(old, words[i][0], words[j - 1][1])))
        if kind != "delete":
            out.append(Piece("same" if kind == "equal" else "added", slice_runs(new, others[m][0], others[n - 1][1])))
    return tuple(out)


def likeness(one: str, other: str) -> float:
    """From 0 to 1: how much of two texts is the same, word by word."""
    words, others = ([text[a:b] for a, b in _words(text, ())] for text in (one, other))
    return SequenceMatcher(None, words, others, autojunk=False).ratio()


def _text(runs: Sequence[Run]) -> str:
    return "".join(run.text for run in runs)


def _words(text: str, whole: Spans) -> list[tuple[int, int]]:
    """Where each word begins and ends; blanks and signs are words of their own, and nothing is left over."""
    out: list[tuple[int, int]] = []
    at = 0
    for start, end in _apart(whole):
        out += [*_plain_words(text, at, start), (start, end)]
        at = end
    return [*out, *_plain_words(text, at, len(text))]


def _apart(spans: Spans) -> list[tuple[int, int]]:
    """Spans in order; those that overlap are one."""
    out: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if out and start < out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        elif start < end:
            out.append((start, end))
    return out


def _plain_words(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    begun, last = start, ""
    for at in range(start, end):
        kind = _kind(text[at])
        if kind == "mark" and at > begun:
            continue  # a sign on the letter before it
        if at > begun and not (kind == last and kind in ("word", "blank")):
            yield begun, at
            begun = at
        last = kind
    if begun < end:
        yield begun, end


def _kind(char: str) -> str:
    if char == "\n":
        return "line"
    if char.isspace():
        return "blank"
    if unicodedata.category(char)[0] == "M" or char in "\u200c\u200d":
        return "mark"
    if _RUN_ON.match(char) or not char.isalnum():
        return "sign"
    return "word"
