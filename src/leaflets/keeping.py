"""A leaflet that was made -> a whole file under its name, and what is remembered of it; and back."""

from __future__ import annotations

import errno
import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

from leaflets.errors import ExitCode, LeafletsError, Problem, Severity
from leaflets.files import write_whole
from leaflets.jobs import Job, Made, Outcome, once, output_path
from leaflets.keys import Inputs, key_or_none
from leaflets.records import Record, forget, read_record, source_from, write_record


def keep(made: Made) -> Outcome:
    """Put a leaflet under its name, whole, or take away one that must not be handed out any more; and remember it."""
    outcome, job = made.outcome, made.outcome.job
    output = Path(job.output)
    try:
        forget(output, output_path(job))
        if made.data is None:
            old = _old_leaflet(job, stopped=any(problem.rule == "stopped" for problem in outcome.problems))
            outcome = replace(outcome, problems=once([*outcome.problems, *old]))
        else:
            write_whole(output / output_path(job), made.data)
        if made.key and not (made.data is None and (output / output_path(job)).exists()):
            source = source_from(output, Path(job.source))
            record = Record(made.key, source, outcome.sha256 or "", int(outcome.code), _portable(made.outcome))
            write_record(output, output_path(job), record)
    except LeafletsError as error:
        return Outcome(job, "failed", error.exit_code, once([*outcome.problems, *error.problems]))
    except OSError as error:
        problem = Problem("not-written", f"cannot be written: {error.strerror}", file=str(output / output_path(job)))
        return Outcome(job, "failed", ExitCode.PDF, once([*outcome.problems, problem]))
    return outcome


def keep_again(outcome: Outcome, job: Job) -> Outcome:
    """Keep a leaflet that has just been kept under another name as well; raises OSError when it is not there now."""
    output, path = Path(job.output), output_path(outcome.job)
    record = read_record(output, path)
    data = (output / path).read_bytes() if outcome.path is not None else None
    if data is not None and hashlib.sha256(data).hexdigest() != outcome.sha256:
        raise OSError(errno.ESTALE, "it has changed meanwhile", str(output / path))
    named = replace(outcome, job=job, path=output_path(job) if data is not None else None, seconds=0.0)
    kept = keep(Made(named, data, record.key if record is not None else ""))
    return replace(kept, status="built") if kept.status == "cached" else kept


def up_to_date(job: Job, inputs: Inputs | None = None) -> Outcome | None:
    """What came of a job the last time, if all that it depends on and its output are still the same. Draws nothing."""
    output, path = Path(job.output), output_path(job)
    record = read_record(output, path)
    if record is None or record.key != key_or_none(job, inputs):
        return None
    try:
        with (output / path).open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != record.sha256:
                return None
    except FileNotFoundError:
        if record.sha256:
            return None
    except OSError:
        return None  # building it again will say what is wrong
    return _remembered(job, record)


def _portable(outcome: Outcome) -> dict[str, object]:
    """The line of the manifest without the name that the user gave the source this time."""
    named = outcome.job.source
    problems = [replace(p, file="" if p.file == named else p.file).to_json() for p in outcome.problems]
    return {**outcome.to_json(), "source": "", "problems": problems}


def _remembered(job: Job, record: Record) -> Outcome:
    line: Any = record.line
    problems = tuple(
        Problem(
            p["rule"], p["message"], Severity(p["severity"]), job.source if p["file"] == "" else p["file"], p["line"],
            p["hint"],
        )
        for p in line["problems"]
    )  # fmt: skip
    status = "cached" if record.sha256 else "failed"
    return Outcome(
        job, status, ExitCode(record.code), problems, line.get("path"), line["pages"], line["bytes"], line["sha256"],
        line["source_sha256"], line["reading_grade"], line["draft"], line.get("text_sha256"),
    )  # fmt: skip


def _old_leaflet(job: Job, *, stopped: bool) -> list[Problem]:
    """What an earlier build left under this name: taken away where its content must not be handed out any more."""
    path = Path(job.output) / output_path(job)
    if not path.is_file():
        return []
    if not stopped:
        said, hint = "the leaflet of an earlier build is still there", "it is not what the source says now"
        return [Problem("old-leaflet", said, Severity.WARNING, str(path), hint=hint)]
    path.unlink(missing_ok=True)
    said = "the leaflet of an earlier build was removed: it must not be handed out any more"
    return [Problem("old-leaflet", said, Severity.WARNING, str(path))]
