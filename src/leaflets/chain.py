"""An append-only file of JSON records, one a line, each sealed with everything before it.

Each record's ``chain`` is the SHA-256 of the chain before it and of the record itself, so that a record that was
changed, dropped from the middle or moved is found. (Git keeps who appended the last ones.)
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from leaflets.errors import LeafletsError, PdfError, Problem

Record = dict[str, str]
_MOST_WAITED = timedelta(minutes=1)
_UNPAIRED = re.compile("[\ud800-\udfff]")
"""Halves of characters: JSON can spell them, no file can hold them."""


@dataclass(frozen=True, slots=True)
class ChainKind:
    """What the records of a kind of file look like."""

    keys: tuple[str, ...]
    """Every record has these, all of them text, and ``when`` is one of them."""
    name: str
    """``review record``, for messages."""
    error: type[LeafletsError]
    fault: Callable[[Record, Path], str]
    """What is wrong with a record in this file, or nothing."""


def pair_sha256(locale: str, context: str, source: str, target: str) -> str:
    """What identifies a pair."""
    text = json.dumps([locale, context, source, target], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def read_chain(path: Path, kind: ChainKind) -> tuple[Record, ...]:
    """All records of a file, oldest first; none where there is no file. Raises ``kind.error`` with every fault."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise kind.error(Problem("review-file", f"cannot be read: {error.strerror}", file=str(path))) from error
    records, _, problems = _parsed(data, path, kind)
    if problems:
        raise kind.error(*problems)
    return records


def append_chain(path: Path, new: Sequence[Record], kind: ChainKind) -> None:
    """Add records at the end of a file that is whole, all of them or none. Raises ``kind.error`` or PdfError."""
    if not new:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+b", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # two people may approve at once
            file.seek(0)
            data = file.read()
            records, chain, problems = _parsed(data, path, kind)
            last = records[-1]["when"] if records else ""
            if new[0]["when"] >= now(before=_MOST_WAITED) and last <= now():
                # Somebody else wrote while this one waited for its turn.
                new = [{**record, "when": max(record["when"], last)} for record in new]
            if records and new[0]["when"] < last:
                said = "is newer than the record to be added"
                problems.append(_fault(path, len(records), said, "set the clock"))
            if problems:
                raise kind.error(*problems)
            lines = []
            for record in new:
                chain = _link(chain, record, kind.keys)
                lines.append(json.dumps({**record, "chain": chain}, ensure_ascii=False) + "\n")
            try:
                rest = memoryview("".join(lines).encode())
                while rest:
                    rest = rest[file.write(rest) :]
                os.fsync(file.fileno())
            except OSError:
                file.truncate(len(data))  # half a record would stop every build
                raise
    except OSError as error:
        raise PdfError(Problem("not-written", f"cannot be written: {error.strerror}", file=str(path))) from error


def now(before: timedelta = timedelta(0)) -> str:
    """This moment, or one before it, as a record writes it."""
    return (datetime.now(UTC) - before).strftime("%Y-%m-%dT%H:%M:%SZ")


def _parsed(data: bytes, path: Path, kind: ChainKind) -> tuple[tuple[Record, ...], str, list[Problem]]:
    records: list[Record] = []
    chain = ""
    problems: list[Problem] = []
    if data and not data.endswith(b"\n"):
        line = data.count(b"\n") + 1
        problems.append(_fault(path, line, "breaks off", "restore the file from version control"))
        data = data[: data.rfind(b"\n") + 1]
    # A text may hold what splitlines() takes for a line end; only \n ends a record.
    for number, raw in enumerate(data.split(b"\n")[:-1], 1):
        try:
            record: Any = json.loads(raw, object_pairs_hook=_no_key_twice)
        except (ValueError, RecursionError):
            problems.append(_fault(path, number, "is no JSON", "restore the file from version control"))
            break
        if not _is_record(record, kind.keys):
            hint = f"it holds {', '.join(kind.keys)} and chain"
            problems.append(_fault(path, number, f"is no {kind.name}", hint))
            break
        said = record.pop("chain")
        chain = _link(chain, record, kind.keys)
        if said != chain:
            hint = "it, or one before it, was changed, dropped or moved: restore the file from version control"
            problems.append(_fault(path, number, "does not continue the records before it", hint))
            break
        if wrong := kind.fault(record, path):
            problems.append(_fault(path, number, wrong, ""))
        if records and record["when"] < records[-1]["when"]:
            problems.append(_fault(path, number, "is older than the record before it", "records are only appended"))
        records.append(record)
    return tuple(records), chain, problems


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of two values of one key, a person sees the first and a program takes the last."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _is_record(record: Any, keys: Sequence[str]) -> bool:
    return (
        isinstance(record, dict)
        and set(record) == {*keys, "chain"}
        and all(isinstance(value, str) and _UNPAIRED.search(value) is None for value in record.values())
        and _is_time(record["when"])
    )


def _is_time(text: str) -> bool:
    try:
        datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return False
    return True


def _link(chain: str, record: Record, keys: Sequence[str]) -> str:
    text = json.dumps({key: record[key] for key in keys}, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{chain}\n{text}".encode()).hexdigest()


def _fault(path: Path, line: int, message: str, hint: str) -> Problem:
    return Problem("review-record", f"the record {message}", file=str(path), line=line, hint=hint or None)
