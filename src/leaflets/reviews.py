"""``content/locale/<language>/<slug>.reviews.jsonl`` -> who approved which text: an append-only chain of records.

One JSON object a line. Each record's ``chain`` is the SHA-256 of the chain before it and of the record itself, so that
a record that was changed, dropped from the middle or moved is found. (Git keeps who appended the last ones.)
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from leaflets.errors import ContentError, PdfError, Problem

DECISIONS = ("approved", "rejected")
_KEYS = ("slug", "variant", "language", "decision", "source_sha256", "text_sha256", "who", "role", "when", "note")
MAX_FIELD = 200


@dataclass(frozen=True, slots=True)
class Review:
    """One decision of one person about one text."""

    slug: str
    variant: str
    language: str
    decision: str
    """``approved`` or ``rejected``."""
    source_sha256: str
    text_sha256: str
    """Of the leaflet's wording: what is printed, in its order, before numbers take the locale's form."""
    who: str
    role: str
    when: str
    """UTC, ``2026-11-23T10:15:00Z``."""
    note: str = ""

    def to_json(self) -> dict[str, str]:
        """The record without its chain."""
        return {key: getattr(self, key) for key in _KEYS}


def reviews_path(folder: Path, language: str, slug: str) -> Path:
    """Where the records of a monograph lie; ``folder`` is ``content/locale``."""
    return folder / language / f"{slug}.reviews.jsonl"


def read_reviews(path: Path) -> tuple[Review, ...]:
    """All records of a file, oldest first; none where there is no file. Raises ContentError with every fault."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise ContentError(Problem("review-file", f"cannot be read: {error.strerror}", file=str(path))) from error
    reviews, _, problems = _parsed(data, path)
    if problems:
        raise ContentError(*problems)
    return reviews


def append_review(path: Path, review: Review) -> None:
    """Add one record at the end of a file that is whole. Raises ContentError, and then changes nothing."""
    faults = [
        Problem("review-field", f"{key} must be 1 to {MAX_FIELD} characters on one line", file=str(path))
        for key in ("who", "role")
        if not 1 <= len(getattr(review, key).strip()) <= MAX_FIELD or not getattr(review, key).isprintable()
    ]
    if not review.note.isprintable() or len(review.note) > 10 * MAX_FIELD:
        faults.append(Problem("review-field", "the note must be one line of at most 2,000 characters", file=str(path)))
    if faults:
        raise ContentError(*faults)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # two people may approve at once
            file.seek(0)
            reviews, chain, problems = _parsed(file.read(), path)
            if reviews and review.when < reviews[-1].when:
                problems.append(_fault(path, len(reviews), "is newer than the record to be added", "set the clock"))
            if problems:
                raise ContentError(*problems)
            record = review.to_json()
            file.write((json.dumps({**record, "chain": _link(chain, record)}, ensure_ascii=False) + "\n").encode())
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise PdfError(Problem("not-written", f"cannot be written: {error.strerror}", file=str(path))) from error


def latest(reviews: tuple[Review, ...], variant: str, text_sha256: str) -> Review | None:
    """The last word on exactly this text, or None where nobody has spoken of it."""
    spoken = [r for r in reviews if r.variant == variant and r.text_sha256 == text_sha256]
    return spoken[-1] if spoken else None


def now() -> str:
    """This moment as a record writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _parsed(data: bytes, path: Path) -> tuple[tuple[Review, ...], str, list[Problem]]:
    reviews: list[Review] = []
    chain = ""
    problems: list[Problem] = []
    if data and not data.endswith(b"\n"):
        line = data.count(b"\n") + 1
        problems.append(_fault(path, line, "breaks off", "restore the file from version control"))
        data = data[: data.rfind(b"\n") + 1]
    for number, raw in enumerate(data.splitlines(), 1):
        try:
            record: Any = json.loads(raw)
        except (ValueError, RecursionError):
            problems.append(_fault(path, number, "is no JSON", "restore the file from version control"))
            break
        if not _is_record(record):
            problems.append(_fault(path, number, "is no review record", f"it holds {', '.join(_KEYS)} and chain"))
            break
        said = record.pop("chain")
        chain = _link(chain, record)
        if said != chain:
            hint = "it, or one before it, was changed, dropped or moved: restore the file from version control"
            problems.append(_fault(path, number, "does not continue the records before it", hint))
            break
        review = Review(**record)
        name = path.name.removesuffix(".reviews.jsonl")
        if review.slug != name or review.language != path.parent.name:
            problems.append(
                _fault(path, number, f"is about {review.slug!r} in {review.language!r}, not this file's", "")
            )
        if reviews and review.when < reviews[-1].when:
            problems.append(_fault(path, number, "is older than the record before it", "records are only appended"))
        reviews.append(review)
    return tuple(reviews), chain, problems


def _is_record(record: Any) -> bool:
    return (
        isinstance(record, dict)
        and set(record) == {*_KEYS, "chain"}
        and all(isinstance(value, str) for value in record.values())
        and record["decision"] in DECISIONS
        and _is_time(record["when"])
    )


def _is_time(text: str) -> bool:
    try:
        datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return False
    return True


def _link(chain: str, record: dict[str, str]) -> str:
    text = json.dumps({key: record[key] for key in _KEYS}, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{chain}\n{text}".encode()).hexdigest()


def _fault(path: Path, line: int, message: str, hint: str) -> Problem:
    return Problem("review-record", f"the record {message}", file=str(path), line=line, hint=hint or None)
