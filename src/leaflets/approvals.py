"""``content/locale/<locale>/<slug>.approvals.jsonl`` -> who approved which pair of source and translation.

A record speaks of exactly one pair: locale, context (which names the variant), source and target. Whoever edits source
or target has another pair before them, of which nobody has spoken yet; every other pair keeps its approval. Records
hold both texts, so that a reviewer can be shown what has changed since. Only a person's ``translate approve`` writes
this file: no extraction, update or import does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from leaflets.chain import ChainKind, Record, append_chain, pair_sha256, read_chain
from leaflets.errors import TranslationError
from leaflets.interface import Message
from leaflets.reviews import DECISIONS, field_faults

_KEYS = ("locale", "catalogue", "context", "pair", "source", "target", "decision", "who", "role", "when", "note")


@dataclass(frozen=True, slots=True)
class Approval:
    """One decision of one person about one pair."""

    locale: str
    """BCP 47 tag: the name of the folder."""
    catalogue: str
    """The monograph's slug, or ``_shared``."""
    context: str
    source: str
    target: str
    decision: str
    """``approved`` or ``rejected``."""
    who: str
    role: str
    when: str
    """UTC, ``2026-11-23T10:15:00Z``."""
    note: str = ""

    @property
    def pair(self) -> str:
        """SHA-256 of locale, context, source and target."""
        return pair_sha256(self.locale, self.context, self.source, self.target)

    def to_json(self) -> Record:
        """The record without its chain."""
        return {key: getattr(self, key) for key in _KEYS}


@dataclass(frozen=True, slots=True)
class Approvals:
    """All decisions about the pairs of some catalogues."""

    last: Mapping[str, Approval] = field(default_factory=dict)
    """The last word on each pair, by its SHA-256."""
    latest_approved: Mapping[str, Approval] = field(default_factory=dict)
    """What was approved last under each context and source, whatever became of it since."""

    def of(self, locale: str, context: str, source: str, target: str) -> Approval | None:
        """The last word on exactly this pair, or None where nobody has spoken of it."""
        return self.last.get(pair_sha256(locale, context, source, target))

    def approves(self, locale: str, context: str, source: str, target: str) -> bool:
        """Whether a person's last word on exactly this pair is yes."""
        word = self.of(locale, context, source, target)
        return word is not None and word.decision == "approved"


NO_APPROVALS = Approvals()
INTERFACE_RECORDS = "_interface"
"""Stands for a catalogue in records about the program's own words."""


def approvals_path(folder: Path, locale: str, catalogue: str) -> Path:
    """Where the records of a catalogue lie; ``folder`` is ``content/locale``."""
    return folder / locale / f"{catalogue}.approvals.jsonl"


def approvals_of(catalogue: Path) -> Path:
    """Where the records of a catalogue lie, by its file."""
    return catalogue.with_suffix(".approvals.jsonl")


def speaks_for(records: Approvals) -> Callable[[Message], bool]:
    """Whether a person's last word on a message of the program's own, in exactly this wording, is yes."""
    return lambda message: records.approves(message.folder, *message.key, message.target)


def read_approvals(path: Path) -> tuple[Approval, ...]:
    """All records of a file, oldest first; none where there is no file. Raises TranslationError with every fault."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return ()
    except OSError:
        return _read(path, (), 0)  # reading it says why not
    return _read(path, (status.st_mtime_ns, status.st_ctime_ns, status.st_ino), status.st_size)


@lru_cache(maxsize=64)
def _read(path: Path, _moment: tuple[int, ...], _size: int) -> tuple[Approval, ...]:
    return tuple(
        Approval(**{key: value for key, value in record.items() if key != "pair"}) for record in read_chain(path, _KIND)
    )


def gathered(records: Iterable[Approval]) -> Approvals:
    """Records as they are asked for; a later one replaces an earlier one about the same pair, of whatever file."""
    records = sorted(records, key=lambda record: record.when)
    yes = {f"{r.context}\0{r.source}": r for r in records if r.decision == "approved"}
    return Approvals({record.pair: record for record in records}, yes)


def append_approvals(path: Path, new: Sequence[Approval]) -> None:
    """Add records at the end of a file that is whole, all or none. Raises TranslationError."""
    faults = [problem for one in new[:1] for problem in field_faults(one.who, one.role, one.note, path)]
    if faults:
        raise TranslationError(*faults)
    append_chain(path, [approval.to_json() for approval in new], _KIND)


def _record_fault(record: Record, path: Path) -> str:
    if record["decision"] not in DECISIONS:
        return f"decides {record['decision'][:20]!r}"
    if record["catalogue"] != path.name.removesuffix(".approvals.jsonl") or record["locale"] != path.parent.name:
        return f"is about {record['catalogue']!r} in {record['locale']!r}, not this file's"
    if record["pair"] != pair_sha256(*(record[key] for key in ("locale", "context", "source", "target"))):
        return "names another pair than its texts are"
    return ""


_KIND = ChainKind(_KEYS, "approval record", TranslationError, _record_fault)
