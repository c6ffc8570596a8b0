"""Markdown -> raw blocks: the only door to markdown-it. Every word and sign of the body comes out, with its line.

What is switched off, and why:

- block quotes and indented code: in monographs a leading ``>`` is "more than" and an indent is a habit, so both
  would delete or hide parts of doses;
- link reference definitions, fenced code, underlined headings and HTML: they swallow or hide text. ``<sub>`` and
  ``<sup>`` are read here, everything else in angle brackets stays as written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from leaflets.monograph import Run

_PARSER = (
    MarkdownIt("commonmark", {"html": False, "maxNesting": 100})
    .enable("table")
    .disable(["blockquote", "code", "fence", "reference", "lheading", "html_block", "html_inline", "autolink"])
)

_STAR_AFTER_WORD = re.compile(r"(?<=[\w)\]])\*(?=\d)")
"""The star of an allele or a product: ``HLA-B*5701``, ``weight*2``. It is never emphasis."""
_BULLET_WITHOUT_SPACE = re.compile(r"^(\s*)\*(?=[A-Z][a-z])(?!.*\*)")
_BULLET = re.compile(r"^(\s*)([*+-]|\d{1,9}[.)])\s+\S")
_SUB_SUP = re.compile(r"<(/?)(sub|sup)>", re.IGNORECASE)
_STAR_IN_BRACKETS = re.compile(r"(?<=[(\[])(\*{1,3})(?=[)\]])")
"""The star of a footnote: ``5 mg (*)``."""
_POWER = re.compile(r"(?<=\d)(\s?)\*\*(\s?)(?=\d)")
"""``10**9``: the stars are a sign."""
_BARE_MARKER = re.compile(r"^(\s*\d+(?=[.)])|\s*(?=\+))([.)+])\s*$")
"""A number or a plus with nothing behind or below it: an empty item, which would print nothing."""
_TABLE_RULE = re.compile(r"^ {0,3}\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$")
_PIPE = re.compile(r"(?<!\\)\|")
_LONG_ORDINAL = re.compile(r"^(\s*\d{3,9})([.)])(?=\s)")
"""A year or a dose at a line's start is no number of a list."""
_KEPT_STAR = "\ue0a1"
"""Stands for a star that is no mark while the Markdown is read."""
_STRAY_MARKS = re.compile(r"\*\*+|`")
_SPACES = re.compile(r"[ \t]+")


@dataclass(frozen=True, slots=True)
class RawBlock:
    """One block of Markdown, before anyone knows what it means."""

    kind: str
    """``heading``, ``paragraph``, ``item`` or ``row``."""
    line: int
    """1-based, within the body."""
    runs: tuple[Run, ...]
    level: int = 0
    """Of a heading, 1 to 6."""
    depth: int = 0
    """Of a list item, 0 for the outermost; a paragraph inside an item has the item's depth + 1."""
    group: int = 0
    """Blocks of one outermost list, or one table, share a number."""
    ordinal: int | None = None
    cells: tuple[tuple[Run, ...], ...] = ()
    head: bool = False

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


def parse_body(body: str) -> tuple[RawBlock, ...]:
    """Read a Markdown body.

    Args:
        body: the text below the front matter, lines ended by ``\\n``.

    Returns:
        Its blocks in order. Line numbers count from 1 at the body's first line.
    """
    tokens = _PARSER.parse("\n".join(_widened(_repaired(body.split("\n")))))
    return tuple(_blocks(tokens))


def _repaired(lines: Sequence[str]) -> list[str]:
    """Undo slips of typing that CommonMark would turn into lost signs. Line numbers stay true."""
    out: list[str] = []
    shift = 0
    list_is_open = False
    for original, below in zip(lines, (*lines[1:], ""), strict=True):
        line = original.replace("\\*", _KEPT_STAR)
        if not below.startswith("  "):
            line = _BARE_MARKER.sub(r"\1\\\2", line)
        line = _STAR_IN_BRACKETS.sub(lambda match: _KEPT_STAR * len(match[1]), line)
        line = _POWER.sub(rf"\g<1>{_KEPT_STAR}{_KEPT_STAR}\g<2>", line)
        line = _LONG_ORDINAL.sub(r"\1\\\2", line)
        line = _STAR_AFTER_WORD.sub(r"\\*", line)
        line = _BULLET_WITHOUT_SPACE.sub(r"\1* ", line)
        bullet = _BULLET.match(line)
        indent = len(line) - len(line.lstrip(" "))
        if not line.strip():
            out.append(line)
            continue
        if line.startswith("#"):
            list_is_open, shift = False, 0
        elif bullet:
            # A list indented by four right below a paragraph would run on inside that paragraph.
            if not list_is_open:
                shift = indent if indent >= 4 else 0
            list_is_open = True
        elif indent == 0:
            list_is_open, shift = False, 0
        out.append(line[shift:] if shift and indent >= shift else line)
    return out


def _widened(lines: list[str]) -> list[str]:
    """Tables as wide as their widest row: Markdown throws away the cells for which the head has no column."""
    number = 1
    while number < len(lines):
        head, rule = lines[number - 1 : number + 1]
        number += 1
        if "|" not in head or not _TABLE_RULE.match(rule) or len(_cells(rule)) != len(_cells(head)):
            continue
        first, widest = number, 0
        while number < len(lines) and "|" in lines[number]:
            widest = max(widest, len(_cells(lines[number])))
            number += 1
        lacking = widest - len(_cells(rule))
        if lacking > 0:
            for at, cell in ((first - 2, "  |"), (first - 1, " --- |")):
                edge = "" if lines[at].rstrip().endswith("|") else " |"
                lines[at] = lines[at].rstrip() + edge + cell * lacking
    return lines


def _cells(row: str) -> list[str]:
    return _PIPE.split(row.strip().removeprefix("|").removesuffix("|"))


def _blocks(tokens: Sequence[Token]) -> list[RawBlock]:
    out: list[RawBlock] = []
    ordinals: list[int | None] = []
    """One entry a list that is open: its item's number as written, or None for bullets."""
    group = 0
    item_is_new = False
    heading = 0
    row: list[tuple[Run, ...]] | None = None
    row_line = 0
    in_head = False
    for token in tokens:
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                if not ordinals:
                    group += 1
                ordinals.append(None)
            case "bullet_list_close" | "ordered_list_close":
                ordinals.pop()
            case "list_item_open":
                item_is_new = True
                ordinals[-1] = int(token.info) if token.info.isdigit() else None
            case "list_item_close":
                item_is_new = False
            case "heading_open":
                heading = int(token.tag[1])
            case "heading_close":
                heading = 0
            case "table_open":
                group += 1
            case "thead_open":
                in_head = True
            case "thead_close":
                in_head = False
            case "tr_open":
                row, row_line = [], (token.map or [0])[0] + 1
            case "tr_close":
                assert row is not None
                out.append(RawBlock("row", row_line, _joined(row), group=group, cells=tuple(row), head=in_head))
                row = None
            case "inline":
                runs = _runs(token)
                if row is not None:
                    row.append(runs)
                    continue
                line = (token.map or [0])[0] + 1
                if not any(run.text.strip() for run in runs):
                    continue
                if heading:
                    out.append(RawBlock("heading", line, runs, level=heading))
                elif ordinals and item_is_new:
                    depth = len(ordinals) - 1
                    out.append(RawBlock("item", line, runs, depth=depth, group=group, ordinal=ordinals[-1]))
                    item_is_new = False
                elif ordinals:
                    out.append(RawBlock("paragraph", line, runs, depth=len(ordinals), group=group))
                else:
                    out.append(RawBlock("paragraph", line, runs))
            case _:
                pass  # paragraph_open, hr and the like carry no text
    return out


def _joined(cells: Sequence[tuple[Run, ...]]) -> tuple[Run, ...]:
    runs: list[Run] = []
    for index, cell in enumerate(cells):
        if index:
            runs.append(Run(" | "))
        runs.extend(cell)
    return tuple(runs)


def _runs(inline: Token) -> tuple[Run, ...]:
    """The text of an inline token, style by style."""
    bold = italic = 0
    position = ""
    links: list[str] = []
    out: list[Run] = []
    # One that is never closed would raise the rest of the paragraph, doses and all: it stays as it was written.
    closes = all(
        inline.content.lower().count(f"<{tag}>") == inline.content.lower().count(f"</{tag}>") for tag in ("sub", "sup")
    )

    def say(text: str) -> None:
        nonlocal position
        pieces = _SUB_SUP.split(_STRAY_MARKS.sub("", text).replace(_KEPT_STAR, "*")) if closes else [text]
        if not closes:
            pieces[0] = _STRAY_MARKS.sub("", text).replace(_KEPT_STAR, "*")
        # split() gives text, slash, tag, text, slash, tag, …
        if pieces[0]:
            out.append(Run(pieces[0], bold > 0, italic > 0, position))
        for slash, tag, after in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
            position = "" if slash else tag.lower()
            if after:
                out.append(Run(after, bold > 0, italic > 0, position))

    children = inline.children or []
    for index, child in enumerate(children):
        match child.type:
            case "text" | "code_inline" | "text_special":
                say(child.content)
            case "softbreak":
                say(_break_between(children, index))
            case "hardbreak":
                say("\n")
            case "strong_open":
                bold += 1
            case "strong_close":
                bold -= 1
            case "em_open":
                italic += 1
            case "em_close":
                italic -= 1
            case "link_open":
                links.append(str(child.attrGet("href") or ""))
            case "link_close":
                say(f" ({links.pop()})")
            case "image":
                say(f"{child.content} ({child.attrGet('src')})")
            case other:
                raise AssertionError(f"markdown-it gave an inline token that nobody reads: {other}")
    return _tidy(out)


def _break_between(children: Sequence[Token], index: int) -> str:
    """A soft break parts two dose lines; only text that plainly runs on is joined."""
    before = "".join(child.content for child in children[:index])
    after = "".join(child.content for child in children[index + 1 :])
    runs_on = after[:1].islower() and not before.rstrip().endswith((".", ":", ";", "?", "!"))
    return " " if runs_on else "\n"


def _tidy(runs: Sequence[Run]) -> tuple[Run, ...]:
    """Join runs of one style, and make any stretch of blanks one blank. No other character changes."""
    merged: list[Run] = []
    for run in runs:
        text = re.sub(r" ?\n ?", "\n", _SPACES.sub(" ", run.text))
        if merged and (not text.strip(" ") or _style(merged[-1]) == _style(run)):
            last = merged.pop()
            joined = re.sub(r" ?\n ?", "\n", _SPACES.sub(" ", last.text + text))
            merged.append(Run(joined, last.bold, last.italic, last.position))
        else:
            if merged and merged[-1].text.endswith((" ", "\n")):
                text = text.lstrip(" ")
            merged.append(Run(text, run.bold, run.italic, run.position))
    if merged:
        first = merged[0]
        merged[0] = Run(first.text.lstrip(), first.bold, first.italic, first.position)
        last = merged[-1]
        merged[-1] = Run(last.text.rstrip(), last.bold, last.italic, last.position)
    return tuple(run for run in merged if run.text)


def _style(run: Run) -> tuple[bool, bool, str]:
    return run.bold, run.italic, run.position
