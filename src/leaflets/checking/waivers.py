"""``<file>.waivers.jsonl`` beside a PO file -> which findings a person has waived, for exactly which pairs.

A record names the rule and the SHA-256 of locale, context, source and target: whoever edits either text has a finding
again. The file is append-only and chained like all records; no import, extraction or update writes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from leaflets.chain import ChainKind, Record, append_chain, pair_sha256, read_chain
from leaflets.checking.model import Finding
from leaflets.errors import Problem, TranslationError

_KEYS = ("locale", "rule", "pair", "source", "target", "who", "role", "when", "reason")
NOT_WAIVED = frozenset(["empty", "fuzzy", "unapproved"])
"""A finding that no reason makes right."""


@dataclass(frozen=True, slots=True)
class Waiver:
    """One person's word that a finding about one pair is no fault."""

    locale: str
    rule: str
    pair: str
    source: str
    target: str
    who: str
    role: str
    when: str
    reason: str

    def to_json(self) -> Record:
        """The record without its chain."""
        return {key: getattr(self, key) for key in _KEYS}


def waivers_path(catalogue: Path) -> Path:
    """Where the waivers of a PO file lie."""
    return catalogue.with_suffix(".waivers.jsonl")


def read_waivers(path: Path) -> tuple[Waiver, ...]:
    """All of a file, oldest first; none where there is no file. Raises TranslationError with every fault."""
    return tuple(Waiver(**record) for record in read_chain(path, _KIND))


def append_waivers(path: Path, new: Sequence[Waiver]) -> None:
    """Add records, all or none. Raises TranslationError."""
    for one in new:
        if not all((one.who.strip(), one.role.strip(), one.reason.strip())):
            raise TranslationError(Problem("waiver", "a waiver says who, in which role, and why", file=str(path)))
    append_chain(path, [one.to_json() for one in new], _KIND)


def waived(findings: Iterable[Finding], locale: str, waivers: Iterable[Waiver]) -> list[Finding]:
    """The findings, those that a person has waived marked with who and why."""
    known: Mapping[tuple[str, str], Waiver] = {(one.rule, one.pair): one for one in waivers}
    out = []
    for finding in findings:
        pair = finding.pair
        one = known.get((finding.rule, pair_sha256(locale, pair.context, pair.source, pair.target)))
        usable = one is not None and finding.rule not in NOT_WAIVED
        out.append(replace(finding, waived=f"{one.who}, {one.role}: {one.reason}") if usable and one else finding)
    return out


def _record_fault(record: Record, path: Path) -> str:
    if not record["rule"] or not record["reason"].strip():
        return "names no rule or no reason"
    return ""


_KIND = ChainKind(_KEYS, "waiver", TranslationError, _record_fault)
