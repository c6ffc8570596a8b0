"""The finished file against its ledger: every word, number and sign that is said to be shown is there."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from leaflets.conservation import tokens_of
from leaflets.errors import Problem, Severity
from leaflets.ledger import Ledger
from leaflets.pdf import INVISIBLE
from leaflets.quantities import Units, find_quantities


def missing_text(page: str, ledger: Ledger, source: str, logical: str = "") -> list[Problem]:
    """Words, numbers and signs of the ledger's shown blocks that the finished file does not hold.

    ``logical`` is the file's own account of a text from right to left: there, what a program reads off the page has
    its letters, but not always their words.
    """
    shown = [entry for entry in ledger if entry.fate in ("shown", "rewritten")]
    said = [(entry.shown_text or "", entry.block.text, entry.block.line) for entry in shown]
    return missing_words(page, said, source, logical)


def missing_words(
    page: str, said: Sequence[tuple[str, str, int | None]], source: str, logical: str = ""
) -> list[Problem]:
    """The same for any texts: each with what it is called in messages, and its line in ``source``."""
    want: Counter[str] = Counter()
    for text, _, _ in said:
        want.update(tokens_of(_bare(text)))
    missing = want - (tokens_of(_bare(page)) | tokens_of(_bare(logical)))
    if not missing:
        return []
    stream = _packed(page) + _packed(logical)
    pages = [_packed(one) for one in page.split("\f")]
    problems = []
    for text, name, line in said:
        lacking = sorted(set(tokens_of(_bare(text))) & missing.keys())
        # A word that a line or a cell has broken is still there, letter for letter; a sign has no such excuse.
        whole = all(word.isalnum() for word in lacking) and all(
            _holds(stream, pages, cell, lacking) for cell in text.split(" | ")
        )
        if lacking and not whole:
            problems.append(
                Problem(
                    "pdf-lost", f"{', '.join(lacking[:6])} of “{name[:60]}” is not in the finished file",
                    Severity.ERROR, source, line, "this is a fault of leaflets: please report it",
                )
            )  # fmt: skip
    return problems


def lost_texts(page: str, said: Iterable[str]) -> list[str]:
    """Texts that the finished file does not hold, neither as they run nor word by word.

    Word by word, because text that runs to the left can come out of a PDF in another order, and with the marks of its
    letters apart: of such text, the letters are counted.
    """
    stream, words = _packed(page), tokens_of(_bare(page))
    letters = Counter(stream)
    return [
        text
        for text in said
        if _packed(text) not in stream
        and tokens_of(_bare(text)) - words
        and not (_runs_left(text) and Counter(_packed(text)) <= letters)
    ]


def _runs_left(text: str) -> bool:
    return any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in text)


def added_quantities(page: str, said: Iterable[str], units: Units, source: str) -> list[Problem]:
    """Doses on the pages that nothing of what the leaflet says holds: a template or a style must not bring one.

    ``said`` is every text that may stand there. A quantity never runs over a line's end, so lines are read one by one.
    """
    known: set[str] = set()
    for text in said:
        known |= {quantity.reading for quantity in find_quantities(_plain_spaces(text), units)}
    found: dict[str, None] = {}
    for line in page.split("\n"):
        for quantity in find_quantities(_plain_spaces(line), units):
            if quantity.kind in _DOSES and quantity.reading not in known:
                found[quantity.source] = None
    return [
        Problem(
            "pdf-added", f"“{quantity}” stands in the finished file and not in its source", Severity.ERROR, source,
            hint="look for it in templates/, styles/ and the headings of variant.toml",
        )
        for quantity in found
    ]  # fmt: skip


def _holds(stream: str, pages: Sequence[str], text: str, lacking: Sequence[str]) -> bool:
    """Whether a text stands there letter for letter, or its label and what follows it: these may have become a heading
    and what stands below, and between two headings that of the other language stands."""
    if _in_one_piece(stream, pages, _packed(text)):
        return True
    label, _, rest = text.replace("：", ":").partition(":")
    if not rest or not tokens_of(_bare(label)).keys().isdisjoint(lacking):
        return False  # a label that is lost here may stand elsewhere
    return all(_in_one_piece(stream, pages, _packed(part)) for part in (label, rest))


def _in_one_piece(stream: str, pages: Sequence[str], text: str) -> bool:
    """Whether letters stand there one after the other, or begin on a page and end on top of the next.

    Between the two stands what the margins say. Where words are parted by blanks nothing of this is needed: each word
    is on one page. Chinese has none, and its "words" are whole clauses that any line, and so any page, may break.
    """
    if text in stream:
        return True
    return any(
        after.startswith(text[cut:]) and text[:cut] in before
        for before, after in pairwise(pages)
        for cut in range(1, len(text))
    )


def _plain_spaces(text: str) -> str:
    return text.translate(INVISIBLE).replace("\u00a0", " ").replace("\u202f", " ")


_DOSES = frozenset(["mass", "volume", "count"])
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎", "0123456789+-=()n0123456789+-=()")


def _bare(text: str) -> str:
    """Text without joiners, raised digits made plain, and dashes as blanks: both sides are read alike."""
    text = text.translate(_RAISED).translate(INVISIBLE)
    text = text.replace(">=", "≥").replace("<=", "≤")
    for dash in "-‐‑‒–—−":
        text = text.replace(dash, " ")
    return text


def _packed(text: str) -> str:
    return "".join(char for char in _bare(text) if char.isalnum()).casefold()
