"""The front matter's damaged copy of the questions -> question and answer, nothing lost."""

from __future__ import annotations

import re

# What parts a question from the answer that ran into it: `?**`, the bold's end at a line's end, an `A:`, or the line
# after a question mark. Possessive (`*+`), so that a megabyte of blanks takes no hour.
_SEAM = re.compile(r"(?<=[?:])\*\*|\*\*[ \t]*+(?=\n|\Z)|\n[ \t]*+(?=\**+[ \t]*+A[ \t]*+(?::|\*\*:))|(?<=\?)[ \t]*+\n")
_ANSWER_MARK = re.compile(r"\A\**+\s*+A\s*+(?::\*\*|\*\*:|:)\s*+")
_NUMBER_DEBRIS = re.compile(r"\A\.\s+")


def repair_faq(q: str, a: str) -> tuple[str, str]:
    """Question and answer out of the library's damaged pair, in which ``q`` ran on into the answer.

    ``a`` repeats the tail of ``q`` without the tail's first marks, so the tail is the better copy of the two. Where
    they say different things, both stay.
    """
    question, tail = q, ""
    marks = at = 0
    for seam in _SEAM.finditer(q):
        marks, at = marks + q.count("**", at, seam.start()), seam.start()
        # An odd count before it: this `**` closes bold text of the question itself.
        if marks % 2 == 0:
            question, tail = q[: seam.start()], q[seam.end() :]
            break
    else:
        # A fragment of the body has no seam but the answer that it ends with.
        rest = q.rstrip()
        cut = rest.removesuffix(a.strip())
        question = rest if cut == rest else cut.rstrip("* ") or rest
    question = _NUMBER_DEBRIS.sub("", " ".join(question.split()))
    said, copy = (_ANSWER_MARK.sub("", text.strip()).strip() for text in (a, tail))
    if _folded(said) in _folded(copy):
        return question, copy
    return question, said if _folded(copy) in _folded(said) else f"{said}\n\n{copy}"


def _folded(text: str) -> str:
    """The words alone, each between blanks, so that ``10 mg`` is no part of ``210 mg``."""
    return " ".join(["", *text.replace("*", " ").split(), ""])
