"""Segments + catalogues + approvals + checks -> the rows that a reviewer reads: source and target, side by side."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from leaflets.approvals import Approval, Approvals
from leaflets.catalogue import Catalogue, Written
from leaflets.checking.model import Finding, Pair
from leaflets.checking.run import Checker, check_pairs
from leaflets.exchange.segments import Segment
from leaflets.inline import plain_text, runs_of

_PIECE = re.compile(r"\s+|\w+|[^\w\s]")
_ORDER = {"critical": 0, "major": 1, "quality": 2}


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text: ``same``, ``new`` or ``gone`` since it was approved last."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """One pair on the reviewer's table."""

    number: int
    crumbs: str
    role: str
    place: str
    """``metformin.md:12``."""
    line: int
    """Of the entry in the catalogue, 0 where there is none."""
    source: str
    target: str
    state: str
    """``approved``, ``rejected``, ``not approved``, ``stale`` or ``missing``."""
    word: str
    """Who approved or rejected it, in which role, when."""
    source_changes: tuple[Piece, ...] = ()
    """Against the source that was approved last under this context; nothing where nothing changed."""
    target_before: str = ""
    """The target that was approved last, where it was another one."""
    target_changes: tuple[Piece, ...] = ()
    findings: tuple[Finding, ...] = ()
    terms: tuple[tuple[str, str], ...] = ()
    """Terms of the locale's term base in the source, each with what it may be called."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that one variant says."""

    variant: str
    rows: tuple[Row, ...]

    def counts(self) -> dict[str, int]:
        """How many pairs are in each state."""
        return dict(Counter(row.state for row in self.rows))


def sheets(
    segments: Sequence[Segment], catalogues: Sequence[Catalogue], approvals: Approvals, checker: Checker
) -> tuple[Sheet, ...]:
    """One sheet a variant, its pairs in the order of the source."""
    by_variant: dict[str, list[Segment]] = {}
    for segment in segments:
        by_variant.setdefault(segment.variant, []).append(segment)
    out = []
    number = 0
    for variant, own in by_variant.items():
        found = [_written(segment, catalogues) for segment in own]
        pairs = [
            Pair(segment.source, written.target, catalogue, written.line, segment.context)
            for segment, (written, catalogue, _) in zip(own, found, strict=True) if written is not None
        ]  # fmt: skip
        said = check_pairs(pairs, checker)
        rows = []
        for segment, one in zip(own, found, strict=True):
            number += 1
            rows.append(_row(number, segment, one, approvals, said, checker))
        out.append(Sheet(variant, tuple(rows)))
    return tuple(out)


def _written(segment: Segment, catalogues: Sequence[Catalogue]) -> tuple[Written | None, str, bool]:
    """What is written for a segment, the locale of its file, and whether it is only a draft for another source."""
    for drafts in (False, True):
        for catalogue in catalogues:
            for key in segment.keys:
                if (found := (catalogue.drafts if drafts else catalogue.texts).get(key)) is not None:
                    return found, catalogue.locale, drafts
    return None, "", False


def _row(
    number: int, segment: Segment, found: tuple[Written | None, str, bool], approvals: Approvals,
    said: Sequence[Finding], checker: Checker,
) -> Row:  # fmt: skip
    written, locale, stale = found
    source = plain_text(runs_of(segment.source))
    target = plain_text(runs_of(written.target)) if written else ""
    word: Approval | None = None
    before: Approval | None = None
    if written is not None:
        word = approvals.of(locale, written.context, written.source, written.target)
        before = approvals.latest_approved.get(f"{written.context}\0{written.source}")
    state = "missing" if written is None else "stale" if stale else word.decision if word else "not approved"
    by = f"{word.who}, {word.role}, {word.when[:10]}" if word else ""
    changed = before is not None and written is not None and before.target != written.target
    old = plain_text(runs_of(before.target)) if before and changed else ""
    old_source = plain_text(runs_of(written.source)) if written is not None and stale else ""
    own = [f for f in said if written and f.pair.line == written.line and f.pair.context == segment.context]
    folded = source.casefold()
    terms = tuple((term, " / ".join(forms)) for term, forms in checker.terms.items() if term in folded)
    return Row(
        number, segment.crumbs, segment.role, segment.places[0], written.line if written else 0, source, target, state,
        by, compared(old_source, source) if old_source and old_source != source else (), old,
        compared(old, target) if old else (), tuple(sorted(own, key=lambda f: _ORDER[f.weight.value])), terms,
    )  # fmt: skip


def compared(old: str, new: str) -> tuple[Piece, ...]:
    """What changed from one text to another, word by word."""
    before, after = _PIECE.findall(old), _PIECE.findall(new)
    out: list[Piece] = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            out.append(Piece("same", "".join(after[c:d])))
            continue
        out += [
            Piece(name, text) for name, text in (("gone", "".join(before[a:b])), ("new", "".join(after[c:d]))) if text
        ]
    return tuple(out)
