"""Runs <-> one line of marked text, as catalogues of translations write a block: ``**Pregnancy:** Do not take it.``

``**`` begins and ends bold, ``*`` italics, ``<sub>`` and ``<sup>`` lower and raise, a line break is a line break, and
``\\*``, ``\\<``, ``\\\\`` and (in a table's row) ``\\|`` are the signs themselves. Marks pair up wherever they stand.
This is not CommonMark on purpose: there, ``**药物：**请`` is not bold, because no blank follows the colon.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from leaflets.monograph import Run

_TOKEN = re.compile(r"\\(?P<sign>[\\*<|])|(?P<bold>\*\*)|(?P<italic>\*)|<(?P<end>/?)(?P<position>su[bp])>")
_ESCAPED = re.compile(r"[\\*]|<(?=/?su[bp]>)")
_CELLS = re.compile(r"(?<!\\)((?:\\\\)*)\|")
CELL_MARK = " | "


def runs_of(text: str) -> tuple[Run, ...]:
    """The runs that a marked text stands for. A mark without its partner holds to the end; `mark_faults` tells it."""
    out: list[Run] = []
    bold = italic = False
    position = ""
    at = 0

    def say(piece: str) -> None:
        if not piece:
            return
        if out and (out[-1].bold, out[-1].italic, out[-1].position) == (bold, italic, position):
            piece = out.pop().text + piece
        out.append(Run(piece, bold, italic, position))

    for match in _TOKEN.finditer(text):
        say(text[at : match.start()])
        at = match.end()
        if match["sign"]:
            say(match["sign"])
        elif match["bold"]:
            bold = not bold
        elif match["italic"]:
            italic = not italic
        else:
            position = "" if match["end"] else match["position"]
    say(text[at:])
    return tuple(out)


def marked(runs: Sequence[Run]) -> str:
    """The marked text of runs: the inverse of `runs_of`, with no more escapes than it takes."""
    raw = _marked(runs, escape=False)
    return raw if runs_of(raw) == _merged(runs) else _marked(runs, escape=True)


def marked_row(cells: Sequence[Sequence[Run]]) -> str:
    """The marked text of a table's row: its cells, parted by `` | ``."""
    return CELL_MARK.join(re.sub(r"\|", r"\\|", marked(cell)) for cell in cells)


def cells_of(text: str) -> tuple[tuple[Run, ...], ...]:
    """The cells that the marked text of a row stands for."""
    return tuple(runs_of(cell.strip(" ")) for cell in _CELLS.sub("\\1\0", text).split("\0"))


def joined_cells(cells: Sequence[Sequence[Run]]) -> tuple[Run, ...]:
    """A row's cells as the runs of one block."""
    out: list[Run] = []
    for index, cell in enumerate(cells):
        out += [*([Run(CELL_MARK)] if index else []), *cell]
    return tuple(out)


def plain_text(runs: Sequence[Run]) -> str:
    """What a reader reads of runs."""
    return "".join(run.plain for run in runs)


def mark_faults(text: str) -> tuple[str, ...]:
    """What is wrong with the marks of a text, in words."""
    counts = {"**": 0, "*": 0}
    opened = ""
    faults = []
    for match in _TOKEN.finditer(text):
        if match["bold"] or match["italic"]:
            counts[match.group()] += 1
        elif match["position"]:
            wanted = match["position"] if match["end"] else ""
            if opened != wanted:
                faults.append(f"{match.group()} does not pair with what stands before it")
            opened = "" if match["end"] else match["position"]
    faults += [f"{mark} has no partner (write \\* for a star itself)" for mark, count in counts.items() if count % 2]
    if opened:
        faults.append(f"<{opened}> is never closed")
    return tuple(faults)


def _merged(runs: Sequence[Run]) -> tuple[Run, ...]:
    out: list[Run] = []
    for run in runs:
        if out and (out[-1].bold, out[-1].italic, out[-1].position) == (run.bold, run.italic, run.position):
            out.append(Run(out.pop().text + run.text, run.bold, run.italic, run.position))
        elif run.text:
            out.append(run)
    return tuple(out)


def _marked(runs: Sequence[Run], *, escape: bool) -> str:
    out: list[str] = []
    bold = italic = False
    position = ""
    for run in (*runs, Run("")):
        if position and position != run.position:
            out.append(f"</{position}>")
        if bold != run.bold:
            out.append("**")
        if italic != run.italic:
            out.append("*")
        if run.position and position != run.position:
            out.append(f"<{run.position}>")
        bold, italic, position = run.bold, run.italic, run.position
        out.append(_ESCAPED.sub(r"\\\g<0>", run.text) if escape else run.text)
    return "".join(out)
