"""Po + what came back from a translator -> Po, or every reason why not.

Nothing is taken unless all of it can be: numbers, units, marks and characters are checked again, exactly as a build
does. A text whose tool does not say whether it is finished stays fuzzy while it is as it was. An approval is neither
made nor lost: an approved pair keeps its text unless the caller says otherwise, and what a tool says of approval counts
for nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path

from leaflets.approvals import Approvals
from leaflets.catalogue import entry_faults, tidied, waived_rules
from leaflets.checking.waivers import Waiver
from leaflets.errors import Problem, Severity, TranslationError
from leaflets.exchange.segments import segment_id
from leaflets.exchange.xliff import Unit
from leaflets.inline import plain_text, runs_of
from leaflets.pofile import MAX_REPORTED, MAX_TEXT, Po, PoEntry, text_faults, visible
from leaflets.quantities import Units

_ENOUGH, _ALIKE = 300, 0.6
"""Two texts whose last so many characters are alike to this degree are versions of one text."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the texts that came back."""

    po: Po
    taken: int
    unchanged: int
    empty: int
    kept_approved: int
    unknown: int
    """Texts of another time: the source has changed since they were sent out."""
    problems: tuple[Problem, ...]
    """Warnings."""

    def to_json(self) -> dict[str, int]:
        """For ``--json``."""
        names = ("taken", "unchanged", "empty", "kept_approved", "unknown")
        return {name: getattr(self, name) for name in names}


def accept(
    po: Po, units: Sequence[Unit], file: str, locale: str, approvals: Approvals, kit_units: Units,
    *, replace_approved: bool = False, rules: tuple[Path, ...] = (), waivers: Sequence[Waiver] = (),
) -> Taken:  # fmt: skip
    """The catalogue with the texts that came back in ``file``. Raises TranslationError, and then nothing is taken.

    ``rules`` are the folders with what the locale's checks look for, ``waivers`` those of the catalogue.
    """
    at = {segment_id(*entry.key): index for index, entry in enumerate(po.entries) if not entry.obsolete}
    entries = list(po.entries)
    counts = dict.fromkeys(("taken", "unchanged", "empty", "kept_approved", "unknown"), 0)
    faults: list[Problem] = []
    warnings: list[Problem] = []
    seen: dict[int, int] = {}
    claimed = 0
    for unit in units:
        index = at.get(segment_id(unit.context, unit.source))
        if index is None:
            counts["unknown"] += 1
            said = f"nothing in the catalogue says “{unit.source[:50]}” in that place (any more); it is not taken"
            warnings.append(_warning("exchange-unknown", said, file, unit.line))
            continue
        if index in seen:
            said = f"“{unit.source[:50]}” comes twice"
            faults.append(Problem("exchange-twice", said, file=file, line=unit.line, hint=f"see line {seen[index]}"))
            continue
        seen[index] = unit.line
        entry = entries[index]
        new = _changed(entry, unit)
        claimed += unit.says_approved and not _is_approved(new, locale, approvals)
        if not unit.target.strip():
            counts["empty"] += 1
        elif new == entry:
            counts["unchanged"] += 1
        elif _is_approved(entry, locale, approvals) and not replace_approved:
            counts["kept_approved"] += 1
            said = f"the text for “{entry.source[:50]}” is approved and stays as it is"
            warnings.append(
                _warning("exchange-approved", said, file, unit.line, "--replace-approved takes the new one")
            )
        else:
            counts["taken"] += 1
            entries[index] = new
            known = waived_rules(new, locale, waivers)
            if _doubled(entry.target, new.target):
                said = f"the old translation of “{entry.source[:50]}” stands behind the new one"
                hint = "in Weblate, choose the format “XLIFF 1.2 with placeables support”, or PO"
                faults.append(Problem("exchange-doubled", said, file=file, line=unit.line, hint=hint))
            faults += _faults(replace(new, line=unit.line), kit_units, locale, file, rules, known)
    if units and counts["unknown"] == len(units):
        said, hint = f"none of its texts stands in {po.file}", "is it of another monograph, or of an older source?"
        faults.append(Problem("exchange-other", said, file=file, line=units[0].line, hint=hint))
    if faults:
        raise TranslationError(*faults[:MAX_REPORTED])
    if claimed:
        said = f"{claimed} texts are said to be approved: an import approves nothing"
        warnings.append(_warning("exchange-claim", said, file, None, "leaflets translate approve"))
    return Taken(replace(po, entries=tuple(entries)), **counts, problems=tuple(warnings))


def _changed(entry: PoEntry, unit: Unit) -> PoEntry:
    target = tidied(unit.target)
    if target == tidied(entry.target):
        target = entry.target
    # A line of a catalogue ends where any program sees an end, and holds nothing that no translator sees.
    notes = [visible(line) for note in unit.comments for line in (note.splitlines() or [""])]
    comments = tuple(dict.fromkeys([*entry.comments, *notes]))
    fuzzy = entry.fuzzy and target == entry.target if unit.fuzzy is None else unit.fuzzy
    return replace(entry, target=target, fuzzy=fuzzy, previous=entry.previous if fuzzy else None, comments=comments)


def _doubled(old: str, new: str) -> bool:
    """A tool wrote the new text before the old one's codes, and what those hold stayed behind it."""
    before, after = runs_of(old), runs_of(new)
    first = next((at for at, run in enumerate(before) if run.bold or run.italic or run.position), len(before))
    tail = before[first:]
    if len(after) != len(tail) + 1 or not tail or after[1:] != tail:
        return False
    behind = plain_text(tail)
    ahead = after[0].text[-len(behind) :]
    return SequenceMatcher(None, ahead[-_ENOUGH:], behind[-_ENOUGH:], autojunk=False).ratio() > _ALIKE


def _is_approved(entry: PoEntry, locale: str, approvals: Approvals) -> bool:
    return not entry.fuzzy and approvals.approves(locale, entry.context, entry.source, tidied(entry.target))


def _faults(
    entry: PoEntry, units: Units, tag: str, file: str, rules: tuple[Path, ...], waived: frozenset[str]
) -> list[Problem]:
    bad = [
        Problem("catalogue-text", f"the translation of “{entry.source[:50]}” {fault}", file=file, line=entry.line)
        for fault in text_faults(entry.target)
    ]
    if any(len(comment) > MAX_TEXT for comment in entry.comments):
        said = f"a note on “{entry.source[:50]}” is longer than {MAX_TEXT:,} characters"
        bad.append(Problem("catalogue-text", said, file=file, line=entry.line))
    return bad or entry_faults(entry, units, tag, file, rules, waived)


def _warning(rule: str, message: str, file: str, line: int | None, hint: str | None = None) -> Problem:
    return Problem(rule, message, Severity.WARNING, file, line, hint)
