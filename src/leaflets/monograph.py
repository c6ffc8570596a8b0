"""What a monograph is, once read: blocks in order, each with its place, section and state.

A block is one paragraph, list item, table row, heading that carries content, or FAQ question or answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from leaflets.errors import Problem, Severity


class Kind(StrEnum):
    """What a block is on the page of the source."""

    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"
    HEADING = "heading"
    QUESTION = "question"
    ANSWER = "answer"


class State(StrEnum):
    """How much a block says."""

    STATED = "stated"
    LABEL = "label"
    """Only a label: it heads the blocks that follow."""
    PLACEHOLDER = "placeholder"
    """Points elsewhere and says nothing itself ("See above")."""
    RESIDUE = "residue"
    """What a text generator left behind ("As an AI…")."""
    TITLE = "title"
    """The document's title, said again."""
    UNANSWERED = "unanswered"
    """A question below which nothing is said."""
    ALONE = "alone"
    """A label whose text went elsewhere."""
    TRAILER = "trailer"
    """A disclaimer of the whole document."""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style. A line break of the source that means something is a ``\\n`` inside it."""

    text: str
    bold: bool = False
    italic: bool = False
    position: str = ""
    """``sub``, ``sup`` or nothing."""

    @property
    def plain(self) -> str:
        """The text with raised and lowered characters where Unicode has them, one for one: ``10⁹``, not 109."""
        table = {"sup": _RAISED, "sub": _LOWERED}.get(self.position)
        return self.text.translate(table) if table else self.text


_RAISED = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a monograph that the ledger accounts for."""

    id: str
    """Unique in the monograph and stable while the source is: ``b012``."""
    line: int
    """1-based line in the source file."""
    kind: Kind
    section: str
    """Canonical section, such as ``dosage.children``."""
    runs: tuple[Run, ...]
    part: int = 1
    """Which of several monographs in one file it belongs to."""
    label: str | None = None
    """The bold lead that names what it is about ("Elderly Patients"), without its colon. Part of ``runs``."""
    qualifier: str | None = None
    """What narrows the section's heading ("6–17 years"). Not part of ``runs``: the heading's own block says it."""
    heading: str | None = None
    """The nearest heading that is not of the known vocabulary, as written."""
    depth: int = 0
    """List depth, 0 for the outermost."""
    group: int = 0
    """Blocks of one list, table or question share a number; 0 for none."""
    ordinal: int | None = None
    """Number in an ordered list."""
    cells: tuple[tuple[Run, ...], ...] = ()
    """The cells of a table row; ``runs`` joins them."""
    head: bool = False
    """A table's head row."""
    topics: tuple[str, ...] = ()
    """Topics that a question and its answers are about, most telling first."""
    state: State = State.STATED

    @property
    def text(self) -> str:
        """What a reader reads of it: every word and sign, without Markdown's marks."""
        return "".join(run.plain for run in self.runs)


@dataclass(frozen=True, slots=True)
class GivenWay:
    """Words of the source that are structure, not content: a known heading, the number of a question."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A sign in the source that a leaflet could do harm, with the block that holds it."""

    rule: str
    line: int
    severity: Severity
    stops: bool
    """Whether only variants that show danger are made."""
    heading: str
    message: str
    quote: str
    template: str = ""
    """The message before ``values`` were filled in, where some were: what the catalogue translates."""
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Monograph:
    """One document, read."""

    slug: str
    file: str
    sha256: str
    title: str
    components: tuple[str, ...]
    """The ingredients that the title names."""
    blocks: tuple[Block, ...]
    given_way: tuple[GivenWay, ...]
    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]
    """Everything found while reading, findings included."""
    sample: bool = False
