"""Many jobs -> outcomes and a manifest: nothing is built twice, one bad leaflet never stops the rest."""

from __future__ import annotations

import json
import re
import traceback
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from leaflets.build import build_one, make_one
from leaflets.errors import ContentError, ExitCode, LeafletsError, Problem, ServiceError, Severity
from leaflets.jobs import Job, Made, Outcome, output_path
from leaflets.keeping import keep, keep_again, up_to_date
from leaflets.keys import Inputs, build_identity, key_or_none
from leaflets.kit import files_changed, load_kit
from leaflets.manifest import NAME, Manifest
from leaflets.records import (
    Record,
    forget,
    has_record,
    read_record,
    remembered,
    source_from,
    source_of,
    write_record,
)
from leaflets.workers import Crew, Lost, limited, run

T = TypeVar("T")
CHUNK = 8
"""Leaflets that travel to a cluster together: its scheduler needs some milliseconds for each parcel."""
_FEW = 2
"""So many leaflets are built before a pool would have started."""

_PATH = re.compile(rb'"path": "([^"\\]+)"')
"""Of a line of a manifest; one with an escape in it is left to the records."""

Numbered = tuple[int, Job]
Parcel = tuple[tuple[Numbered, str, str], ...]
"""Jobs for another machine, each with the identity of the build that it must have there, and with its key."""


def build_all(jobs: Sequence[Job], crew: Crew, manifest: Manifest, *, elsewhere: bool = False) -> Iterator[Outcome]:
    """Build what is not up to date and give each outcome as it comes, in no order.

    Args:
        jobs: in the order of the manifest; one that differs from another in its name only is copied from it.
        crew: who builds.
        manifest: gets a line for each outcome.
        elsewhere: the crew sits on other machines; what it makes comes back here and is written here.

    Raises PdfError when the manifest cannot be written, ServiceError when the crew is gone.
    """
    due = array("q")
    again: list[Numbered] = []
    made: dict[Job, Outcome | None] = {}
    inputs = Inputs()
    for number, job in enumerate(jobs):
        known = up_to_date(job, inputs)
        leaflet = replace(job, name="") if job.name else job
        if known is not None:
            manifest.add(number, known.to_json())
            yield known
            if job.name:
                made[leaflet] = known
        elif job.name and leaflet in made:
            again.append((number, job))
        else:
            due.append(number)
            if job.name:
                made[leaflet] = None
    # From here on it claims nothing that is about to change.
    manifest.write()
    if not due and not again:
        return
    try:
        for number, outcome in _build(jobs, due, crew, elsewhere=elsewhere) if due else ():
            manifest.add(number, outcome.to_json())
            manifest.write_sometimes()
            yield outcome
            if outcome.job.name:
                made[replace(outcome.job, name="")] = outcome
        for number, job in again:
            # The same leaflet under one more name.
            outcome = _again(made[replace(job, name="")], job)
            manifest.add(number, outcome.to_json())
            manifest.write_sometimes()
            yield outcome
    finally:
        manifest.write()


def _again(before: Outcome | None, job: Job) -> Outcome:
    try:
        return keep_again(before, job) if before is not None else build_guarded(job)
    except OSError:
        return build_guarded(job)


def build_guarded(job: Job) -> Outcome:
    """`build_one`, where a bug that one source brings to light must not cost the others their leaflets."""
    try:
        return build_one(job)
    except Exception as error:
        return _bug(job, error)


def orphans(
    output: Path, folders: Sequence[Path], misnamed: Callable[[str, str], bool] = lambda path, slug: False
) -> list[str]:
    """Outputs whose source lay in one of the folders and is not there any more, by their path below the output.

    ``misnamed`` says of a path and a slug whether a leaflet must not lie under such a name any more.
    """
    inside = tuple(folder.resolve() for folder in folders)
    whole = output.resolve()
    found = []
    for path in remembered(output):
        record = read_record(output, path)
        if record is None:
            continue
        source = source_of(whole, record)
        if not (output / path).is_file():
            if not source.exists():
                forget(output, path)  # of an output and a source that are both gone there is nothing to know
            continue
        if any(source.is_relative_to(folder) for folder in inside) and (
            not source.exists() or misnamed(path, str(record.line.get("slug")))
        ):
            found.append(path)
    return found


def remember_again(output: Path) -> None:
    """Take from the last manifest what the records have lost: without one, nobody knows an orphan as ours.

    Such a record has no key: its output is built again if it is still wanted.
    """
    try:
        file = (output / NAME).open("rb")
    except OSError:
        return
    with file:
        for text in file:
            match = _PATH.search(text)
            if match and not has_record(output, match[1].decode(errors="replace")):
                _remember_line(output, text)


def _remember_line(output: Path, text: bytes) -> None:
    try:
        line = json.loads(text)
        path, source, sha256 = str(line["path"]), Path(str(line["source"])), str(line["sha256"])
    except (ValueError, KeyError, TypeError):
        return  # a spoiled line speaks for no file
    if (output / path).resolve().is_relative_to(output.resolve()) and (output / path).is_file():
        write_record(output, path, Record("", source_from(output, source), sha256, int(ExitCode.OK), line))


def prune(output: Path, paths: Sequence[str]) -> None:
    """Remove outputs and what is remembered of them."""
    for path in paths:
        (output / path).unlink(missing_ok=True)
        forget(output, path)


def _build(jobs: Sequence[Job], due: Sequence[int], crew: Crew, *, elsewhere: bool) -> Iterator[tuple[int, Outcome]]:
    if elsewhere:
        yield from _build_elsewhere(jobs, due, crew)
    elif len(due) <= _FEW and not crew.timeout:
        for number in due:
            # A bug in the only leaflet keeps its traceback and Python's own exit code.
            yield number, build_one(jobs[number]) if len(due) == 1 else build_guarded(jobs[number])
    else:
        crew = replace(crew, workers=min(crew.workers, len(due)))
        for result in run(((number, jobs[number]) for number in due), _build_numbered, crew):
            yield _lost(result, crew) if isinstance(result, Lost) else result


def _build_numbered(numbered: Numbered) -> tuple[int, Outcome]:
    number, job = numbered
    return number, build_guarded(job)


def _build_elsewhere(jobs: Sequence[Job], due: Sequence[int], crew: Crew) -> Iterator[tuple[int, Outcome]]:
    again: list[int] = []

    def kept(made: Sequence[tuple[int, Made]]) -> Iterator[tuple[int, Outcome]]:
        for number, one in made:
            yield number, keep(replace(one, outcome=_renamed(one.outcome, jobs[number])))

    # The limit is for one leaflet, and a parcel holds several.
    work, unlimited = partial(make_parcel, timeout=crew.timeout), replace(crew, timeout=0.0)
    parcels = (_parcel([(number, jobs[number]) for number in part]) for part in shares(due, crew.workers))
    for result in run(parcels, work, unlimited):
        if isinstance(result, Lost):
            again += [number for (number, _), _, _ in result.job]
        else:
            yield from kept(result)
    # One job of a parcel has killed its worker: each by itself shows which.
    for result in run((_parcel([(number, jobs[number])]) for number in again), work, unlimited):
        if isinstance(result, Lost):
            number = result.job[0][0][0]
            yield _lost(Lost((number, jobs[number]), result.seconds), crew)
        else:
            yield from kept(result)


def shares(due: Sequence[T], workers: int) -> Iterator[Sequence[T]]:
    """Parts of at most `CHUNK`, smaller towards the end, so that no worker is left alone with the last of them."""
    at = 0
    while at < len(due):
        size = max(1, min(CHUNK, (len(due) - at) // (2 * workers)))
        yield due[at : at + size]
        at += size


def _parcel(jobs: Sequence[Numbered]) -> Parcel:
    """Jobs with the whole path of their sources: other machines have other current folders."""
    whole = [(number, replace(job, source=str(Path(job.source).absolute()))) for number, job in jobs]
    return tuple(
        ((number, job), build_identity(load_kit(Path(job.project)), job), key_or_none(job)) for number, job in whole
    )


def _renamed(outcome: Outcome, job: Job) -> Outcome:
    """The outcome of a job elsewhere, with the source named as the user named it."""
    there = outcome.job.source
    problems = tuple(replace(p, file=job.source) if p.file == there else p for p in outcome.problems)
    return replace(outcome, job=job, problems=problems)


def make_parcel(parcel: Parcel, timeout: float = 0.0) -> list[tuple[int, Made]]:
    """Runs on another machine; ``timeout``: seconds for each leaflet, 0 for as long as it takes.

    Raises ServiceError where that machine would not print what this one does.
    """
    if any(files_changed(Path(project)) for project in {job.project for (_, job), _, _ in parcel}):
        message = "a worker of the cluster has read rules, styles or words that have changed since"
        raise ServiceError(Problem("worker-old", message, hint="restart the workers: they read them once"))
    made: list[tuple[int, Made]] = []
    for (number, job), identity, key in parcel:
        try:
            own = build_identity(load_kit(Path(job.project)), job)
            if own != identity:
                raise ServiceError(_differs(job, own, identity))
            if key_or_none(job) != key:
                # The monograph itself, or what people wrote for it: an older dose would come back as today's.
                raise ContentError(_other_source(job))
            with limited(timeout):
                made.append((number, make_one(job)))
        except ServiceError:
            raise
        except LeafletsError as error:
            made.append((number, Made(Outcome(job, "failed", error.exit_code, error.problems), None, "")))
        except Exception as error:
            made.append((number, Made(_bug(job, error), None, "")))
    return made


def _differs(job: Job, own: str, identity: str) -> Problem:
    message = f"a worker of the cluster would print other bytes: it has build {own}, this machine {identity}"
    hint = (
        "install the same version of leaflets, its libraries and fonts there, let the project "
        "folder be the same, and restart the workers"
    )
    if not Path(job.project).is_dir():
        message = f"a worker of the cluster has no folder {job.project}"
        hint = "give it the project at the same path: a network share, or a copy that is mounted there"
    return Problem("worker-differs", message, hint=hint)


def _other_source(job: Job) -> Problem:
    message = "a worker of the cluster has another version of this monograph, its translation or reviews"
    hint = "is the worker's project folder a copy? Run the same command again once both are the same"
    if not Path(job.source).is_file():
        message = "a worker of the cluster has no such file"
        hint = "give it the folder of the monographs at the same path: a network share, or a copy that is mounted there"
    return Problem("source-differs", message, file=job.source, hint=hint)


def _bug(job: Job, error: Exception) -> Outcome:
    traceback.print_exc()
    hint = "this is a bug of leaflets, not of the source: please report it with the lines above"
    problem = Problem("bug", f"{type(error).__name__}: {error}", file=job.source, hint=hint)
    return Outcome(job, "failed", ExitCode.PDF, (problem,))


def _lost(lost: Lost[Numbered], crew: Crew) -> tuple[int, Outcome]:
    number, job = lost.job
    if crew.timeout and lost.seconds >= crew.timeout:
        problem = Problem(
            "too-slow", f"took longer than {crew.timeout:g} seconds, twice", file=job.source,
            hint="--timeout with more seconds may do",
        )  # fmt: skip
    else:
        hint = "was there too little memory? Build it alone to see: leaflets build --jobs 1"
        problem = Problem("worker-died", "the process that built it was killed, twice", file=job.source, hint=hint)
    problems = [problem]
    if (Path(job.output) / output_path(job)).is_file():
        said, hint = "the leaflet of an earlier build is still there", "it is not what the source says now"
        path = str(Path(job.output) / output_path(job))
        problems.append(Problem("old-leaflet", said, Severity.WARNING, path, hint=hint))
    return number, Outcome(job, "failed", ExitCode.PDF, tuple(problems))
