"""Segments + catalogues + approvals + checks -> the rows that a reviewer reads: source and target, side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from leaflets.approvals import Approval, Approvals
from leaflets.catalogue import Catalogue, Written
from leaflets.checking.model import Finding, Weight
from leaflets.direction import has_rtl, ltr_runs
from leaflets.exchange.findings import Checked, Key, Term, count_open, is_open, terms_of
from leaflets.exchange.segments import Segment
from leaflets.exchange.worddiff import Piece, likeness, word_pieces
from leaflets.inline import cells_of, joined_cells, runs_of
from leaflets.leaflet import Line, Span
from leaflets.monograph import Run
from leaflets.pofile import Po, PoEntry
from leaflets.quantities import Units, find_quantities, local_quantities
from leaflets.runs import slice_runs
from leaflets.spans import finished_lines, text_of

STATES = ("approved", "not approved", "rejected", "stale", "missing")
ALIKE = 0.6
"""Share of words that a text must have of one that was approved, to be shown as what has become of it."""
LONG = 700
"""Characters of a text whose row may be broken over pages."""


@dataclass(frozen=True, slots=True)
class File:
    """A catalogue, and what the checks say of it."""

    name: str
    """``de/metformin.po``."""
    po: Po
    catalogue: Catalogue
    checked: Checked


@dataclass(frozen=True, slots=True)
class Drawn:
    """A piece of a text as it is drawn: ``same``, ``added`` or ``removed`` since the pair was approved last."""

    change: str
    lines: tuple[Line, ...]


def drawn_text(pieces: Sequence[Drawn]) -> str:
    """What a reader reads of a text with its marks: a blank parts what was taken away from what follows."""
    return "".join(text_of(piece.lines) + (" " if piece.change == "removed" else "") for piece in pieces)


@dataclass(frozen=True, slots=True)
class Row:
    """One pair on the reviewer's table."""

    number: int
    segment: Segment
    place: str
    """``de/metformin.po:44``; nothing where there is no entry."""
    state: str
    """One of `STATES`."""
    word: Approval | None
    """The last word on exactly this pair."""
    source: tuple[Drawn, ...]
    target: tuple[Drawn, ...]
    since: Approval | None = None
    """The pair that was approved last, where this is another one: what the changes are against."""
    rewritten: bool = False
    """Never approved, and written for another source: the changes are against that source."""
    findings: tuple[Finding, ...] = ()
    terms: tuple[Term, ...] = ()
    comments: tuple[str, ...] = ()
    """The translator's own."""
    size: int = 0
    """Characters of the longer of both texts."""

    @property
    def critical(self) -> bool:
        """Whether a critical finding stands that nobody has waived."""
        return count_open(self.findings, Weight.CRITICAL) > 0

    @property
    def long(self) -> bool:
        return self.size > LONG


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that one variant says, in the order of its leaflet."""

    variant: str
    groups: tuple[tuple[str, tuple[Row, ...]], ...]
    """Headings of the leaflet, each with the rows below it; the title has none."""
    optional: bool = False
    """A missing text is no fault: the source's own words stand (plain wording in the source's language)."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """How many pairs are in each state."""

    @property
    def rows(self) -> tuple[Row, ...]:
        return tuple(row for _, rows in self.groups for row in rows)

    def findings(self, *weights: str) -> int:
        """Findings of such weights that nobody has waived."""
        return sum(count_open(row.findings, *map(Weight, weights)) for row in self.rows)

    def waived(self) -> int:
        return sum(not is_open(finding) for row in self.rows for finding in row.findings)

    def blocking(self) -> tuple[tuple[str, str], ...]:
        """What keeps the leaflet from printing clean: each reason with the numbers of its rows (``3, 5–9``)."""
        out = []
        for state in STATES[1:]:
            if state != "missing" or not self.optional:
                out.append((state, ranges([row.number for row in self.rows if row.state == state])))
        out.append(("critical", ranges([row.number for row in self.rows if row.critical])))
        return tuple((reason, numbers) for reason, numbers in out if numbers)


def sheet_of(
    variant: str, segments: Sequence[Segment], headings: Sequence[str], files: Sequence[File], approvals: Approvals,
    units: Units, tag: str, *, first: int = 1, optional: bool = False,
) -> Sheet:  # fmt: skip
    """One variant's pairs. ``headings`` are those of its leaflet, in order; ``first`` is the first row's number."""
    order = {heading: place for place, heading in enumerate(headings)}
    own = sorted(segments, key=lambda segment: order.get(_heading(segment), -1))  # stable: else the source's order
    maker = _Maker(files, approvals, units, tag, frozenset(segment.source for segment in segments))
    groups: dict[str, list[Row]] = {}
    for number, segment in enumerate(own, first):
        groups.setdefault(_heading(segment), []).append(maker.row(number, segment))
    counts = Counter(row.state for rows in groups.values() for row in rows)
    return Sheet(variant, tuple((name, tuple(rows)) for name, rows in groups.items()), optional, dict(counts))


def ranges(numbers: Sequence[int]) -> str:
    """``3, 5–9`` of 3, 5, 6, 7, 8, 9."""
    out: list[list[int]] = []
    for number in numbers:
        if out and number == out[-1][1] + 1:
            out[-1][1] = number
        else:
            out.append([number, number])
    return ", ".join(f"{a}" if a == b else f"{a}–{b}" for a, b in out)


def _heading(segment: Segment) -> str:
    """The section of the leaflet that a segment stands in: the second of its crumbs; the title has none."""
    return (*segment.crumbs.split(" › "), "")[1]


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes the rows of one variant."""

    files: Sequence[File]
    approvals: Approvals
    units: Units
    tag: str
    live: frozenset[str]
    """The sources of today."""

    def row(self, number: int, segment: Segment) -> Row:
        file, written, stale = self._written(segment)
        source = runs_of(segment.source)
        if file is None or written is None:
            drawn = (Drawn("same", _plain_lines(source)),)
            return Row(number, segment, "", "missing", None, drawn, (), size=len(segment.source))
        target = _runs(written.target, segment)
        word = self.approvals.of(file.catalogue.locale, written.context, written.source, written.target)
        state = "stale" if stale else word.decision if word else "not approved"
        entry = next(entry for entry in file.po.live if entry.key == (written.context, written.source))
        since = self._approved_before(entry)
        changed = since is not None and (since.source, since.target) != (written.source, written.target)
        old_source, old_target = source, target
        rewritten = False
        if since is not None and changed:
            old_source, old_target = runs_of(since.source), _runs(since.target, segment)
        elif entry.previous is not None and stale:
            old_source, rewritten = runs_of(entry.previous[1]), True
        return Row(
            number, segment, f"{file.name}:{written.line}", state, word,
            tuple(Drawn(p.change, _plain_lines(p.runs)) for p in word_pieces(old_source, source, self._whole_source)),
            tuple(Drawn(p.change, self._lines(p)) for p in word_pieces(old_target, target, self._whole_target)),
            since if changed else None, rewritten, file.checked.findings.get(entry.key, ()),
            terms_of(segment.source, written.target, file.checked.checker), entry.comments,
            max(len(segment.source), len(written.target)),
        )  # fmt: skip

    def _written(self, segment: Segment) -> tuple[File | None, Written | None, bool]:
        """What is written for a segment, and whether it is only a draft, or for another source."""
        for drafts in (False, True):
            for file in self.files:
                known = file.catalogue.drafts if drafts else file.catalogue.texts
                for key in segment.keys:
                    if (found := known.get(key)) is not None:
                        return file, found, drafts
        return None, None, False

    def _approved_before(self, entry: PoEntry) -> Approval | None:
        """The pair of this place that was approved last, whatever became of its source since.

        Editors drop what a text was written for when they take away its mark; then it is the most alike of those that
        were approved in the same place and whose source is no more.
        """
        yes = self.approvals.latest_approved
        keys: list[Key] = [entry.key, *([entry.previous] if entry.previous else [])]
        if known := next((yes[f"{c}\0{s}"] for c, s in keys if f"{c}\0{s}" in yes), None):
            return known
        gone = [one for one in yes.values() if one.context == entry.context and one.source not in self.live]
        best = max(gone, key=lambda one: likeness(one.source, entry.source), default=None)
        return best if best is not None and likeness(best.source, entry.source) >= ALIKE else None

    def _whole_source(self, text: str) -> list[tuple[int, int]]:
        return [(quantity.start, quantity.end) for quantity in find_quantities(text, self.units)]

    def _whole_target(self, text: str) -> list[tuple[int, int]]:
        spans = [(quantity.start, quantity.end) for quantity in local_quantities(text, self.units, self.tag)]
        return [*spans, *(ltr_runs(text) if has_rtl(text) else ())]

    def _lines(self, piece: Piece) -> tuple[Line, ...]:
        """As the leaflet will print it: quantities held together."""
        lines = (finished_lines(runs, self.units, self.tag, plain=False, local=True) for runs in _split(piece.runs))
        return tuple(found[0] if found else () for found in lines)


def _runs(text: str, segment: Segment) -> tuple[Run, ...]:
    return joined_cells(cells_of(text)) if segment.role == "row" else runs_of(text)


def _split(runs: Sequence[Run]) -> list[tuple[Run, ...]]:
    """Runs cut where their lines end; an empty line is one, too."""
    out, at = [], 0
    text = "".join(run.text for run in runs)
    for line in text.split("\n"):
        out.append(slice_runs(runs, at, at + len(line)))
        at += len(line) + 1
    return out


def _plain_lines(runs: Sequence[Run]) -> tuple[Line, ...]:
    """Exactly as the source has it."""
    return tuple(tuple(Span(run.text, run.bold, run.italic, run.position) for run in line) for line in _split(runs))
