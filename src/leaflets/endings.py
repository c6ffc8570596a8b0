"""What can be said of blocks only once all are read: titles said again, trailers, questions without an answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from leaflets.errors import Problem, Severity
from leaflets.monograph import Block, Kind, State


def _folded(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def with_titles(blocks: Sequence[Block], title: str) -> tuple[Block, ...]:
    """Mark the headings that only say the document's title again."""
    said = _folded(title)
    return tuple(
        replace(block, state=State.TITLE)
        if block.kind is Kind.HEADING and block.state is State.STATED and _folded(block.text) == said
        else block
        for block in blocks
    )


def with_unanswered(blocks: Sequence[Block], file: str) -> tuple[tuple[Block, ...], list[Problem]]:
    """Mark the questions below which nothing is said."""
    answered = {b.group for b in blocks if _answers(b)}
    out = []
    problems = []
    for block in blocks:
        if block.kind is Kind.QUESTION and block.group not in answered:
            block = replace(block, state=State.UNANSWERED)
            problems.append(
                Problem(
                    "question-without-answer", f"no answer to “{block.text[:80]}”", Severity.WARNING,
                    file, block.line,
                )
            )  # fmt: skip
        out.append(block)
    return tuple(out), problems


def with_trailers(blocks: Sequence[Block], parts: int, trailer: re.Pattern[str]) -> list[Block]:
    """Part a disclaimer of the whole document from the last answer of each part."""
    out = list(blocks)
    for part in range(1, parts + 1):
        questions = [b for b in out if b.part == part and b.kind is Kind.QUESTION]
        if not questions:
            continue
        answers = [i for i, b in enumerate(out) if b.group == questions[-1].group and b.kind is Kind.ANSWER]
        for index in answers[1:]:
            if trailer.fullmatch(out[index].text):
                out[index] = replace(
                    out[index], section="trailer", kind=Kind.PARAGRAPH, state=State.TRAILER, topics=(), group=0
                )
    return out


def _answers(block: Block) -> bool:
    in_answer = block.section == "faqs" and block.group > 0 and block.kind is not Kind.QUESTION
    return in_answer and block.state is State.STATED
