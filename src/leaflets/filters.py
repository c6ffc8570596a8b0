"""Texts and lines of a leaflet -> what templates write: where a line may end, and what a direction holds together."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from markupsafe import Markup, escape

from leaflets.direction import crossing_runs, has_rtl, mapped, touches_point
from leaflets.interface import SOURCE_LANGUAGE
from leaflets.leaflet import Line, Node, Span
from leaflets.locales import parse_locale, script_of

_WITHOUT_BLANKS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef"
"""Thai and its neighbors, Chinese, Japanese: their lines may end without a blank, and where they might end anywhere,
so might they within numbers and names."""
_ENDLESS = re.compile(rf"[^\s&;{_WITHOUT_BLANKS}]{{31,}}")
_HANGUL = re.compile("[\uac00-\ud7a3]\\S*|\\S+[\uac00-\ud7a3]\\S*")
_MARKED = f"[{SOURCE_LANGUAGE}] "
"""How a message begins that the locale has no text for (`leaflets.interface`)."""


def breakable(text: str, lang: str = "") -> str:
    """Text whose endless words may break anywhere. The engine's ``overflow-wrap`` would break short ones, too."""
    if text.startswith(_MARKED):
        return Markup('<span lang="{}" dir="ltr">{}</span>').format(SOURCE_LANGUAGE, text)
    if not _ENDLESS.search(text):
        return text
    return Markup(_ENDLESS.sub(r'<span class="endless">\g<0></span>', str(escape(text))))


def breakable_rtl(text: str, lang: str = "") -> str:
    """The same in lines from right to left: what runs from left to right stands in a span that holds it together."""
    if lang or text.startswith(_MARKED):
        return breakable(text)
    return Markup(mapped(text, lambda run: f'<span dir="ltr">{escape(breakable(run))}</span>', lambda s: escape(s)))


def breakable_words(text: str, lang: str = "") -> str:
    """The same in Korean, whose words the engine would break between any two syllables."""
    if lang or text.startswith(_MARKED):
        return breakable(text)
    return Markup(_HANGUL.sub(r'<span class="word">\g<0></span>', str(escape(text))))


_BROAD = re.compile("[\u0b80-\u0dff\u1200-\u139f]")
"""Tamil, Telugu and their neighbors, Ethiopic: letters wider than Latin ones."""
_ALEF = "\N{ARABIC LETTER ALEF}"


@dataclass(frozen=True, slots=True)
class Together:
    """Spans of a line that one element holds together, or a single one."""

    spans: Line
    ltr: bool = False
    gap: bool = False
    """A space behind keeps a full stop away from the number that stands there, on the left."""


def apart(line: Line) -> tuple[Together, ...]:
    return (Together(line),)


def together_rtl(line: Line) -> tuple[Together, ...]:
    """A line's spans; those that run from left to right as one, cut where that begins and ends."""
    if any(span.lang for span in line):
        return apart(line)
    # A dose in Arabic words ends a run, and so does a label.
    own = [span.quantity and has_rtl(span.text) for span in line]
    texts = [_ALEF * len(span.text) if rtl else span.text for span, rtl in zip(line, own, strict=True)]
    styles = "".join("b" * len(span.text) if span.bold else "-" * len(span.text) for span in line)
    runs = [run for run in crossing_runs(texts) if len({*styles[slice(*run)]}) == 1]
    out: list[Together] = []
    held: list[Span] = []
    at = 0
    for span, behind in zip(line, [*(span.text for span in line[1:]), ""], strict=True):
        cuts = sorted(
            {at, at + len(span.text), *(cut for run in runs for cut in run if at < cut < at + len(span.text))}
        )
        for start, end in pairwise(cuts):
            piece = replace(span, text=span.text[start - at : end - at])
            run = next((run for run in runs if run[0] <= start < run[1]), None)
            if run is None:
                gap = span.quantity and not has_rtl(span.text) and touches_point(span.text, behind)
                out.append(Together((piece,), gap=gap))
                continue
            held.append(piece)
            if end == run[1]:
                rest = span.text[end - at :] or behind
                out.append(Together(tuple(held), ltr=True, gap=touches_point(held[0].text, rest)))
                held = []
        at += len(span.text)
    return tuple(out)


def runs(text: str) -> str:
    """The direction of a quantity: that of its unit's letters."""
    return "rtl" if has_rtl(text) else "ltr"


def step(text: str, *limits: int) -> int:
    """How many of the lengths a text exceeds: style sheets make long titles smaller by it."""
    return sum(_length(text) > limit for limit in limits)


def _length(text: str) -> float:
    """How long a text is in Latin letters: a Han sign is as wide as two, a vowel sign above a letter takes nothing."""
    return sum(map(_width, text))


@cache
def _width(char: str) -> float:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    if unicodedata.east_asian_width(char) in "WF":
        return 1.8
    return 1.35 if _BROAD.match(char) else 1


def _kind(char: str) -> str:
    kind = unicodedata.category(char)
    return kind if kind in ("Mn", "Me", "Cf") else unicodedata.east_asian_width(char)


def plain(lines: Sequence[Line]) -> str:
    """Lines without their styles."""
    return " ".join("".join(span.text for span in line) for line in lines)


def shape(node: Node, short: int) -> str:
    """``short`` for a list with items that can stand side by side: two or more of at most so many signs."""
    lengths = [len(plain(item.lines)) for item in node.children]
    flat = not any(item.children or len(item.lines) > 1 for item in node.children)
    return "short" if flat and sum(n <= short for n in lengths) >= max(2, len(lengths) / 3) else "long"


def scripted(tag: str) -> str:
    """The classes of what is in another locale than its page: ``in-Arab in-ur``; `styles/scripts.css` knows them."""
    return f"in-{script_of(tag)} in-{parse_locale(tag).language}"
