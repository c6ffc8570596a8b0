"""Raw source against parsed monograph: every word, digit and sign of the body must come out of the reader, once.

The raw side is read with regular expressions only, so that a fault of the Markdown parser cannot hide itself.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable

from leaflets.errors import Problem, Severity
from leaflets.monograph import Monograph, Run
from leaflets.source import Source

SIGNS = "<>≤≥=±×°%+/~→^&"
"""Signs that change what a dose means. A star counts only where it stands before a digit, as in ``B*5701``."""

HINT = "unusual marks (escapes, entities, odd tables) may be the cause: write it plainly; else please report it"
_TABLE_RULE = re.compile(r"^\s*\|?[\s:|-]*-[\s:|-]*$")
_HEADING = re.compile(r"^\s{0,3}#{1,6}(\s|$)")
_BULLET = re.compile(r"^\s*([*+-]\s+(?=\S)|[*-]\s*$)")
_UNSPACED_BULLET = re.compile(r"^\s*\*(?=[A-Z][a-z])(?!.*\*)")
_TOKEN = re.compile(
    rf"[^\W_]+|[{re.escape(SIGNS)}]|(?<=[\w)\]])\*(?=\d)|(?<=[(\[])\*+(?=[)\]])|(?<=\d)\s?\*\*\s?(?=\d)"
)


_RAISED = re.compile(r"<(su[bp])>([^<>]*)</\1>", re.IGNORECASE)
_MARKS = re.compile(r"(?<!\d)\*\*|\*\*(?!\d)|(?<=[^\W\d_])\*\*")


def _raised(match: re.Match[str]) -> str:
    """What stands raised or lowered, as the reader's runs say it: ``10⁹`` must not become 109."""
    return Run(match[2], position=match[1].lower()).plain


def tokens_of(text: str) -> Counter[str]:
    """Words, numbers and signs of a text, case folded."""
    return Counter(token.strip().casefold() for token in _TOKEN.findall(text))


def raw_lines(body: str) -> Iterable[str]:
    """The lines of a Markdown body without the marks that print nothing."""
    for line in body.split("\n"):
        if _TABLE_RULE.match(line):
            yield ""
            continue
        plain = _HEADING.sub("", line)
        plain = _BULLET.sub("", plain) if plain == line else plain
        plain = _UNSPACED_BULLET.sub("", plain)
        plain = _RAISED.sub(_raised, plain)
        yield html.unescape(_MARKS.sub("", plain))


def check_conservation(source: Source, monograph: Monograph) -> tuple[Problem, ...]:
    """Errors for every token of the body that the reader lost, or that it made up."""
    lines = list(raw_lines(source.body))
    raw: Counter[str] = Counter()
    for line in lines:
        raw.update(tokens_of(line))
    read: Counter[str] = Counter()
    for block in monograph.blocks:
        if block.line < source.body_line:
            continue  # a question from the front matter: see below
        read.update(tokens_of(block.text))
        if block.ordinal is not None:
            read[str(block.ordinal)] += 1
    problems = _lost_copies(source, monograph)
    for gone in monograph.given_way:
        read.update(tokens_of(gone.text))
    for token in sorted((raw - read).keys()):
        at = next((n for n, line in enumerate(lines) if token in tokens_of(line)), 0)
        count = (raw - read)[token]
        problems.append(
            Problem(
                "lost", f"“{token}” stands {raw[token]} times in the source and was read {raw[token] - count} times",
                Severity.ERROR, source.file, source.body_line + at, HINT,
            )
        )  # fmt: skip
    for token in sorted((read - raw).keys()):
        problems.append(
            Problem(
                "invented", f"“{token}” was read more often than it stands in the source",
                Severity.ERROR, source.file, None, HINT,
            )
        )  # fmt: skip
    return tuple(problems)


def _lost_copies(source: Source, monograph: Monograph) -> list[Problem]:
    """Tokens of the front matter's questions that were not read, where they stand in for the body's."""
    read: Counter[str] = Counter()
    for block in monograph.blocks:
        if block.line < source.body_line:
            read.update(tokens_of(block.text))
            if block.ordinal is not None:
                read[str(block.ordinal)] += 1
    if not read:
        return []
    problems = []
    for copy in source.meta.faqs:
        said: Counter[str] = Counter()
        for line in raw_lines(f"{copy.question}\n{copy.answer}"):
            said.update(tokens_of(line))
        lost = sorted((said - read).keys())
        if lost:
            problems.append(
                Problem(
                    "lost", f"{', '.join(lost[:6])} of the front matter's question was not read", Severity.ERROR,
                    source.file, copy.line, "move the question into the body, below ## FAQs",
                )
            )  # fmt: skip
    return problems
