"""Worklist rows -> stamped copies, one PDF each.

Every leaflet is laid out once for all its copies, with an empty place for the label; a copy is that base and a stamp.
Personal text goes into the copy and nowhere else: not into records, manifests, messages or file names.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from leaflets.assets import rules_file
from leaflets.batch import build_all
from leaflets.codes import code_of
from leaflets.directions import DirectionRules, load_directions, read_day_grid
from leaflets.errors import ExitCode, LeafletsError, PdfError, Problem, Severity
from leaflets.files import write_whole
from leaflets.jobs import Job, Outcome, output_path
from leaflets.kit import Kit, load_kit
from leaflets.label_rules import FIELDS, LabelRules, load_label_rules
from leaflets.locales import default_paper
from leaflets.manifest import Manifest
from leaflets.pdf.label import Code, DayGrid, Line, StampText
from leaflets.records import FOLDER
from leaflets.translated import TextState, translate_title
from leaflets.workers import Crew
from leaflets.worklist import Entry, Row

if TYPE_CHECKING:
    from leaflets.pdf.stamp import Base

BASES = "bases"
_COMMON = ("drug", "pharmacy")
"""Parts of a label that say the same on many copies, and nothing of a patient."""
_OPEN = 32
"""Bases that are kept open: worklists come sorted by patient, not by drug."""


@dataclass(frozen=True, slots=True)
class Shop:
    """What all copies of a worklist have in common."""

    output: Path
    project: Path
    sources: Mapping[str, str]
    """The monographs, by slug."""
    entries: Mapping[str, Entry]
    """Their titles and ingredients, by slug."""
    strict: bool = False
    locale: str = "en-US"
    """The pharmacy's own: what is not for patients is in its language."""

    def title(self, slug: str) -> str:
        """A medicine's title; its slug where it has none."""
        entry = self.entries.get(slug)
        return entry.title if entry is not None and entry.title else slug

    @property
    def kit(self) -> Kit:
        """What the project builds with."""
        return load_kit(self.project)


@dataclass(frozen=True, slots=True)
class CopyOutcome:
    """What came of a row."""

    number: int
    """Of the row in its worklist, from 1."""
    slug: str
    status: str
    """``built``, ``cached`` (it lies there already) or ``failed``."""
    code: ExitCode
    problems: tuple[Problem, ...]
    base: Outcome | None = None
    path: str | None = None
    size: int | None = None
    sha256: str | None = None
    token: str = ""
    """The code that is printed on it."""
    line: int = 0
    """Of the worklist, on which the row starts."""
    packet: tuple[int, ...] = ()
    """Numbers of all rows of its packet; empty for a copy of its own."""
    title: str = ""
    """Of its bookmark in a print file: no title says whose it is."""
    pages: int = 0
    """Of the file."""
    notes: tuple[Problem, ...] = ()
    """Those of its problems that are its own: what is unsure in its row, or stands elsewhere than asked for."""

    def to_json(self) -> dict[str, object]:
        """Its line of the manifest: that of its base, and what is its own. Nothing of the label."""
        base = self.base.to_json() if self.base else {"slug": self.slug}
        own: dict[str, object] = {
            "row": self.number, "status": self.status, "code": self.token, "path": self.path, "bytes": self.size,
            "base_sha256": base.get("sha256"), "sha256": self.sha256,
            "problems": [problem.to_json() for problem in self.problems],
            **({"packet": list(self.packet)} if self.packet else {}),
        }  # fmt: skip
        if self.path is None:
            del own["path"], own["code"]
            base.pop("path", None)
        return {**base, **own}


def base_job(row: Row, shop: Shop) -> Job:
    """The leaflet that a row's copy is stamped on."""
    paper = row.paper or default_paper(row.locale)
    pages = shop.kit.page_budget(row.variant, row.edition, row.pages)
    folder = shop.output / FOLDER / BASES / f"{paper}-{pages or 'full'}"
    return Job(
        shop.sources[row.monograph], row.monograph, row.variant, row.locale, row.edition, paper, str(folder),
        str(shop.project), "pdf", shop.strict, pages, label=True,
    )  # fmt: skip


def build_bases(jobs: Iterable[Job], shop: Shop, crew: Crew) -> Iterator[tuple[Job, Outcome]]:
    """Lay out what the copies need, each once, and only what is not there yet."""
    due = sorted(set(jobs), key=lambda job: (job.output, output_path(job)))
    with Manifest(shop.output / FOLDER / BASES, len(due)) as manifest:
        for outcome in build_all(due, crew, manifest):
            yield outcome.job, outcome


def leaflet_title(job: Job, shop: Shop) -> tuple[str, bool]:
    """What a leaflet calls its medicine, and whether that is a translation that nobody has approved.

    In another language the source's title stands behind it: it is what the box and the worklist say.
    """
    return _title(shop.title(job.slug), job.source, job.variant, job.locale, shop.project)


@lru_cache(maxsize=4096)
def _title(title: str, source: str, variant: str, tag: str, project: Path) -> tuple[str, bool]:
    wording = load_kit(project).wording(tag, Path(source))
    catalogues = [catalogue for catalogue in (wording.catalogue, wording.shared) if catalogue is not None]
    written = translate_title(title, catalogues, variant, wording.approvals)
    if written.runs is None:
        return title, False
    said = "".join(run.plain for run in written.runs)
    if wording.foreign and title.casefold() not in said.casefold():
        said = f"{said} ({title})"
    return said, wording.foreign and written.state is not TextState.APPROVED


def make_copy(number: int, row: Row, bases: Mapping[Job, Outcome], shop: Shop) -> CopyOutcome:
    """Stamp one row's copy and write it, if it does not lie there already. Its problems are in the outcome."""
    job = base_job(row, shop)
    base = bases[job]
    path = row.output or default_name(number, row)
    if base.path is None:
        problems = (at_row(not_made(base), row), *old_copy(shop.output / path, row, stopped=is_stopped(base)))
        return CopyOutcome(number, row.monograph, "failed", base.code, problems, base, line=row.line)
    token = code_of(str(base.sha256))
    try:
        data, gone = with_room(job, base, label_text(row, job, token, shop), shop, row)
        status = "cached" if _holds(shop.output / path, data) else "built"
        if status == "built":
            # Not forced to the disk one by one: what a power failure takes is made again by the same command.
            write_whole(shop.output / path, data, durable=False)
    except LeafletsError as error:
        problems = tuple(at_row(problem, row) for problem in error.problems)
        problems = (*problems, *old_copy(shop.output / path, row, stopped=False))
        return CopyOutcome(number, row.monograph, "failed", error.exit_code, problems, base, line=row.line)
    notes = (*base.problems, *row.notes, *gone)
    sha256 = hashlib.sha256(data).hexdigest()
    return CopyOutcome(
        number, row.monograph, status, ExitCode.OK, notes, base, path, len(data), sha256, token, row.line,
        title=shop.title(row.monograph), pages=int(base.pages or 0), notes=(*row.notes, *gone),
    )  # fmt: skip


def at_row(problem: Problem, row: Row) -> Problem:
    """The same, with the row's place in its worklist before it."""
    return replace(problem, message=f"{row.place}: {problem.message}") if row.place else problem


def not_made(base: Outcome) -> Problem:
    """Why there is no copy: there is no leaflet."""
    said = "; ".join(p.message for p in base.problems if p.severity is Severity.ERROR)
    return Problem("no-leaflet", f"the leaflet for this row is not made: {said}", file=base.job.source)


def is_stopped(base: Outcome) -> bool:
    """Whether its content must not be handed out any more."""
    return any(problem.rule == "stopped" for problem in base.problems)


def old_copy(path: Path, row: Row, *, stopped: bool) -> tuple[Problem, ...]:
    """What an earlier run left under the name of a copy that is not made: taken away where it must not be handed out.

    Its name is not told: it may be somebody's.
    """
    if not path.is_file():
        return ()
    if not stopped:
        said, hint = "a file of an earlier run still lies under its name", "it is not what the worklist says now"
        return (at_row(Problem("old-copy", said, Severity.ERROR, line=row.line, hint=hint), row),)
    try:
        path.unlink()
    except OSError as error:
        said = f"the copy of an earlier run must not be handed out any more and cannot be removed: {error.strerror}"
        return (at_row(Problem("old-copy", said, Severity.ERROR, line=row.line), row),)
    said = "the copy of an earlier run was removed: it must not be handed out any more"
    return (at_row(Problem("old-copy", said, Severity.ERROR, line=row.line), row),)


def default_name(number: int, row: Row) -> str:
    """The name of a copy whose row gives none: nothing of whose it is."""
    edition = "" if row.edition == "standard" else f".{row.edition}"
    return f"{number:05}-{row.monograph}.{row.variant}.{row.locale}{edition}.pdf"


def label_text(row: Row, job: Job, token: str, shop: Shop, only: Collection[str] = FIELDS) -> StampText:
    """What the label says, by the rules of ``label.toml``; of its fields ``only`` those."""
    rules, directions = label_rules(shop.project)
    rules = rules.in_language(shop.kit.interface(row.locale))
    site, label = shop.kit.site, row.label
    texts = {
        "patient": label.patient, "drug": leaflet_title(job, shop)[0],
        "directions": label.directions, "quantity": label.quantity, "prescriber": label.prescriber,
        "number": label.number, "date": label.date,
        "pharmacy": " · ".join(part for part in (site.name, site.phone) if part),
    }  # fmt: skip
    lines = tuple(
        Line(field.caption, texts[field.id], bold=field.bold, name=field.id, common=field.id in _COMMON)
        for field in rules.fields
        if field.id in only and texts[field.id].strip()
    )
    # A table that no pharmacist has read draws nothing: the directions stand there as they were given.
    known = read_day_grid(label.directions, directions, row.locale.split("-")[0]) if directions.reviewed_by else None
    drawn = DayGrid(rules.grid, known.cells()) if known else None
    return StampText(lines, drawn, _qr(token, rules.code_alt))


def with_room(
    job: Job, base: Outcome, label: StampText, shop: Shop, row: Row
) -> tuple[bytes, tuple[Problem, ...]]:  # fmt: skip
    """A leaflet with a label on it; without the day grid, and a note of that, where all but the grid has room.

    The grid says nothing that the directions do not say. Raises PdfError.
    """
    try:
        return stamped(job, base, label, shop), ()
    except PdfError as error:
        if label.grid is None or any(problem.rule != "does-not-fit" for problem in error.problems):
            raise
    data = stamped(job, base, replace(label, grid=None), shop)
    said = "there is no room for the day grid: the label has the directions alone"
    return data, (at_row(Problem("no-room-for-grid", said, Severity.WARNING, job.source, row.line), row),)


def stamped(job: Job, base: Outcome, label: StampText, shop: Shop) -> bytes:
    """A leaflet with a label on it. Raises PdfError, which says nothing of the label."""
    from leaflets.pdf.stamp import stamp

    opened = _base(str(Path(job.output) / str(base.path)), str(base.sha256), shop.kit.fonts_rules)
    try:
        return stamp(opened, label)
    except PdfError as error:
        raise PdfError(*(replace(problem, file=job.source) for problem in error.problems)) from None


@lru_cache(maxsize=_OPEN)
def _base(path: str, sha256: str, fonts_rules: Path) -> Base:
    from leaflets.pdf.stamp import open_base

    data = Path(path).read_bytes()
    if hashlib.sha256(data).hexdigest() != sha256:
        hint = "run the same command again: it is laid out anew"
        raise PdfError(Problem("altered", "the leaflet changed while copies were made of it", file=path, hint=hint))
    return open_base(data, fonts_rules)


@lru_cache(maxsize=4)
def label_rules(project: Path) -> tuple[LabelRules, DirectionRules]:
    """The project's rules for labels and directions. Raises ContentError."""
    return (
        load_label_rules(rules_file("label.toml", project)),
        load_directions(rules_file("directions.toml", project)),
    )


@lru_cache(maxsize=256)
def _qr(token: str, alt: str) -> Code:
    import segno

    matrix = segno.make_qr(token, error="m", boost_error=False).matrix
    return Code(tuple(tuple(int(module) for module in line) for line in matrix), token, alt)


def _holds(path: Path, data: bytes) -> bool:
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False  # it is written then, and that says what is wrong
