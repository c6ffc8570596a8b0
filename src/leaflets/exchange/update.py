"""Po + Segments of the source as it is now -> Po: nothing that a translator wrote is lost, nothing crosses over.

For each segment, the first that there is:

1. the entry of the same context and text: kept as it is, an obsolete one comes back as it was;
2. the same text in another context, of the same variant first: a proposal (fuzzy);
3. the entry of the same variant and section whose text is closest, if at least 0.75 alike: fuzzy, with the old source
   beside the old translation. Closest pairs are found first, so that two doses that swap places do not swap texts;
4. the same text in another catalogue: a proposal;
5. an empty entry.

Translated entries that are left over become obsolete. A fuzzy entry keeps the source that its translation was written
for until a person confirms it, however often the source changes meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher

from leaflets.exchange.memory import NO_MEMORY, PROPOSED, Memory
from leaflets.exchange.segments import Segment
from leaflets.pofile import Po, PoEntry

CLOSEST = 0.75
"""How alike two texts must be, as difflib counts, for the old translation to be worth showing (i18n.md §1.3)."""
MOST_COMPARED = 400
"""Entries of one section that are compared with each other; a section of a monograph has some 30."""


@dataclass(frozen=True, slots=True)
class Changes:
    """How many entries came from where."""

    kept: int = 0
    moved: int = 0
    stale: int = 0
    proposed: int = 0
    new: int = 0
    obsolete: int = 0
    """That became obsolete now."""

    def to_json(self) -> dict[str, int]:
        """For ``--json``."""
        return {name: getattr(self, name) for name in ("kept", "moved", "stale", "proposed", "new", "obsolete")}


@dataclass(slots=True)
class _Old:
    """The entries that there were, and which of them are spoken for."""

    entries: Sequence[PoEntry]
    taken: set[int] = field(default_factory=set)
    by_key: dict[tuple[str, str], int] = field(default_factory=dict)
    by_source: dict[str, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for index, entry in sorted(enumerate(self.entries), key=lambda pair: pair[1].obsolete):
            self.by_key.setdefault(entry.key, index)
            if entry.target.strip():
                self.by_source.setdefault(entry.source, []).append(index)


def update_po(
    po: Po, segments: Sequence[Segment], notes: Mapping[str, tuple[str, ...]], memory: Memory = NO_MEMORY,
    shared: frozenset[tuple[str, str]] = frozenset(),
) -> tuple[Po, Changes]:  # fmt: skip
    """The catalogue of the source as it is now.

    Args:
        po: what there is; it may be empty.
        segments: of the source, in its order.
        notes: for the translator, by segment id.
        memory: of the locale; proposes what is found nowhere in ``po``.
        shared: variant and source of what stands in ``_shared.po``: left out here unless ``po`` has it already.
    """
    old = _Old(po.entries)
    found: dict[int, PoEntry] = {}
    counts = dict.fromkeys(("kept", "moved", "stale", "proposed", "new"), 0)
    covered: set[int] = set()
    for at, segment in enumerate(segments):
        index = next((old.by_key[key] for key in segment.keys if key in old.by_key), None)
        if index is None:
            continue
        entry = old.entries[index]
        is_shared = (segment.variant, segment.source) in shared
        if is_shared and not entry.target.strip():
            continue
        covered.add(at)
        if index not in old.taken:
            old.taken.add(index)
            found[at] = _kept(entry)
            counts["kept"] += 1
    for at, segment in enumerate(segments):
        if (segment.variant, segment.source) in shared:
            covered.add(at)
    left = [at for at in range(len(segments)) if at not in covered]
    moved = {at: index for at in left if (index := _elsewhere(segments[at], old)) is not None}
    old.taken.update(moved.values())
    for at, index in moved.items():
        found[at] = _stale(segments[at], old.entries[index])
        counts["moved"] += 1
    left = [at for at in left if at not in moved]
    for at, index in _closest(left, segments, old):
        found[at] = _stale(segments[at], old.entries[index])
        counts["stale"] += 1
    for at in (at for at in left if at not in found):
        found[at], kind = _new(segments[at], memory, po.file)
        counts[kind] += 1
    live = [
        replace(found[at], notes=notes.get(segments[at].id, ()), places=segments[at].places, flags=_flags(found[at]))
        for at in sorted(found)
    ]
    gone = [entry for index, entry in enumerate(old.entries) if index not in old.taken and _is_worth(entry)]
    counts["obsolete"] = sum(not entry.obsolete for entry in gone)
    dead = [replace(entry, obsolete=True, notes=(), places=()) for entry in gone]
    return replace(po, entries=(*live, *dead)), Changes(**counts)


def _kept(entry: PoEntry) -> PoEntry:
    comments = entry.comments
    if not entry.fuzzy:
        comments = tuple(line for line in comments if not line.startswith(PROPOSED))
    return replace(entry, obsolete=False, previous=entry.previous if entry.fuzzy else None, comments=comments)


def _stale(segment: Segment, entry: PoEntry) -> PoEntry:
    """The segment's entry with another one's translation, and the source that this was written for."""
    written_for = entry.previous if entry.fuzzy and entry.previous else entry.key
    return PoEntry(
        segment.context, segment.source, entry.target, fuzzy=True, comments=entry.comments, flags=entry.flags,
        previous=written_for,
    )  # fmt: skip


def _new(segment: Segment, memory: Memory, asking: str) -> tuple[PoEntry, str]:
    proposal = memory.propose(segment.context, segment.source, but=asking.rsplit("/", 1)[-1])
    if proposal is None:
        return PoEntry(segment.context, segment.source), "new"
    entry = PoEntry(segment.context, segment.source, proposal.target, fuzzy=True, comments=(proposal.comment,))
    return entry, "proposed"


def _elsewhere(segment: Segment, old: _Old) -> int | None:
    """An entry with the same text in another context; one that is not spoken for is taken before it is copied."""
    found = [index for index in old.by_source.get(segment.source, ()) if _written_for(old.entries[index])]
    return min(
        found, key=lambda i: (old.entries[i].context.split("/")[0] != segment.variant, i in old.taken, i), default=None
    )


def _written_for(entry: PoEntry) -> bool:
    """Whether its translation was written for its own source, so that it may be proposed for the same text."""
    return not entry.fuzzy


def _closest(left: Sequence[int], segments: Sequence[Segment], old: _Old) -> list[tuple[int, int]]:
    """Pairs of segment and entry of one section, the most alike first, each only once."""
    free: dict[str, list[int]] = {}
    for index, entry in enumerate(old.entries):
        if index not in old.taken and entry.target.strip():
            free.setdefault(_section(entry.context), []).append(index)
    scored: list[tuple[float, int, int]] = []
    for at in left[:MOST_COMPARED]:
        # SequenceMatcher remembers its second text: the segment is compared with many.
        matcher = SequenceMatcher(None, "", segments[at].source, autojunk=False)
        for index in free.get(_section(segments[at].context), ())[:MOST_COMPARED]:
            entry = old.entries[index]
            best = 0.0
            for text in dict.fromkeys([entry.source, *([entry.previous[1]] if entry.previous else [])]):
                matcher.set_seq1(text)
                if matcher.real_quick_ratio() >= CLOSEST and matcher.quick_ratio() >= CLOSEST:
                    best = max(best, matcher.ratio())
            if best >= CLOSEST:
                # Of two that are equally alike, a live entry comes before an obsolete one.
                scored.append((-best + (1e-9 if entry.obsolete else 0), at, index))
    out: list[tuple[int, int]] = []
    done: set[int] = set()
    for _, at, index in sorted(scored):
        if at not in done and index not in old.taken:
            out.append((at, index))
            done.add(at)
            old.taken.add(index)
    return out


def _section(context: str) -> str:
    return "/".join(context.split("/")[:2])


def _flags(entry: PoEntry) -> tuple[str, ...]:
    """``md-text`` tells Weblate that a text has marks."""
    others = tuple(flag for flag in entry.flags if flag != "md-text")
    return (*others, "md-text") if "**" in entry.source else others


def _is_worth(entry: PoEntry) -> bool:
    return bool(entry.target.strip() or entry.comments)
