"""Raw source against parsed monograph: every word, digit and sign of the body must come out of the reader, once.

The raw side is read with regular expressions only, so that a fault of the Markdown parser cannot hide itself.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable

from leaflets.errors import Problem, Severity
from leaflets.monograph import Monograph
from leaflets.source import Source

SIGNS = "<>≤≥=±×°%+/~→^&"
"""Signs that change what a dose means. A star counts only where it stands before a digit, as in ``B*5701``."""

_TABLE_RULE = re.compile(r"^\s*\|?[\s:|-]*-[\s:|-]*$")
_HEADING = re.compile(r"^\s{0,3}#{1,6}(\s|$)")
_BULLET = re.compile(r"^\s*[*+-](\s+|$)")
_UNSPACED_BULLET = re.compile(r"^\s*\*(?=[A-Z][a-z])(?!.*\*)")
_TOKEN = re.compile(rf"[^\W_]+|[{re.escape(SIGNS)}]|(?<=[\w)\]])\*(?=\d)")


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
        plain = re.sub(r"</?su[bp]>", "", plain, flags=re.IGNORECASE)
        yield html.unescape(plain.replace("**", ""))


def check_conservation(source: Source, monograph: Monograph) -> tuple[Problem, ...]:
    """Errors for every token of the body that the reader lost, or that it made up."""
    lines = list(raw_lines(source.body))
    raw: Counter[str] = Counter()
    for line in lines:
        raw.update(tokens_of(line))
    read: Counter[str] = Counter()
    for block in monograph.blocks:
        if block.line < source.body_line:
            continue  # a question from the front matter
        read.update(tokens_of("".join(run.text for run in block.runs)))
        if block.ordinal is not None:
            read[str(block.ordinal)] += 1
    for gone in monograph.given_way:
        read.update(tokens_of(gone.text))
    problems = []
    for token in sorted((raw - read).keys()):
        at = next((n for n, line in enumerate(lines) if token in tokens_of(line)), 0)
        count = (raw - read)[token]
        problems.append(
            Problem(
                "lost", f"“{token}” stands {raw[token]} times in the source and was read {raw[token] - count} times",
                Severity.ERROR, source.file, source.body_line + at, "this is a fault of leaflets: please report it",
            )
        )  # fmt: skip
    for token in sorted((read - raw).keys()):
        problems.append(
            Problem(
                "invented", f"“{token}” was read more often than it stands in the source",
                Severity.ERROR, source.file, None, "this is a fault of leaflets: please report it",
            )
        )  # fmt: skip
    return tuple(problems)
