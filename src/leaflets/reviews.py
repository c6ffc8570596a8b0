"""``content/locale/<language>/<slug>.reviews.jsonl`` -> who approved which text: an append-only chain of records."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from leaflets.chain import ChainKind, Record, append_chain, now, read_chain
from leaflets.errors import ContentError, Problem

__all__ = ["DECISIONS", "Review", "append_review", "field_faults", "latest", "now", "read_reviews", "reviews_path"]

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
    return tuple(Review(**record) for record in read_chain(path, _KIND))


def append_review(path: Path, review: Review) -> None:
    """Add one record at the end of a file that is whole. Raises ContentError, and then changes nothing."""
    if faults := field_faults(review.who, review.role, review.note, path):
        raise ContentError(*faults)
    append_chain(path, [review.to_json()], _KIND)


def field_faults(who: str, role: str, note: str, path: Path) -> list[Problem]:
    """What is wrong with what a person says of a decision."""
    faults = [
        Problem("review-field", f"{key} must be 1 to {MAX_FIELD} characters on one line", file=str(path))
        for key, value in (("who", who), ("role", role))
        if not 1 <= len(value.strip()) <= MAX_FIELD or not value.isprintable()
    ]
    if not note.isprintable() or len(note) > 10 * MAX_FIELD:
        faults.append(Problem("review-field", "the note must be one line of at most 2,000 characters", file=str(path)))
    return faults


def latest(reviews: tuple[Review, ...], variant: str, text_sha256: str) -> Review | None:
    """The last word on exactly this text, or None where nobody has spoken of it."""
    spoken = [r for r in reviews if r.variant == variant and r.text_sha256 == text_sha256]
    return spoken[-1] if spoken else None


def _record_fault(record: Record, path: Path) -> str:
    if record["decision"] not in DECISIONS:
        return f"decides {record['decision'][:20]!r}"
    if record["slug"] != path.name.removesuffix(".reviews.jsonl") or record["language"] != path.parent.name:
        return f"is about {record['slug']!r} in {record['language']!r}, not this file's"
    return ""


_KIND = ChainKind(_KEYS, "review record", ContentError, _record_fault)
