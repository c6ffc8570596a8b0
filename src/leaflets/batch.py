"""Many jobs -> outcomes, on as many processes as wanted; one bad leaflet never stops the rest."""

from __future__ import annotations

import json
import multiprocessing
import traceback
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from pathlib import Path

from leaflets.build import Job, Outcome, build_one
from leaflets.errors import ExitCode, Problem
from leaflets.files import write_whole

WINDOW = 4
"""Jobs in flight for each worker; all at once would cost memory for nothing."""


def build_all(jobs: Sequence[Job], workers: int) -> Iterator[Outcome]:
    """Build jobs and give each outcome as it comes, in no order."""
    if workers <= 1 or len(jobs) <= 1:
        for job in jobs:
            yield build_one(job) if len(jobs) == 1 else build_guarded(job)
        return
    yield from _pooled(jobs, min(workers, len(jobs)))


def build_guarded(job: Job) -> Outcome:
    """`build_one`, where a bug that one source brings to light must not cost the others their leaflets."""
    try:
        return build_one(job)
    except Exception as error:
        traceback.print_exc()
        hint = "this is a bug of leaflets, not of the source: please report it with the lines above"
        problem = Problem("bug", f"{type(error).__name__}: {error}", file=job.source, hint=hint)
        return Outcome(job, "failed", ExitCode.PDF, (problem,))


def _pool(workers: int) -> ProcessPoolExecutor:
    # A fork server, because the engine's C libraries do not survive a fork with threads.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["leaflets.build", "leaflets.pdf.engine"])
    return ProcessPoolExecutor(workers, mp_context=context)


def _pooled(jobs: Sequence[Job], workers: int) -> Iterator[Outcome]:
    waiting = list(reversed(jobs))
    orphans: list[Job] = []
    with _pool(workers) as pool:
        flying: dict[Future[Outcome], Job] = {}
        broken = False
        while (waiting and not broken) or flying:
            while waiting and not broken and len(flying) < workers * WINDOW:
                broken = not _submit(pool, waiting, flying)
            done, _ = wait(flying, return_when=FIRST_COMPLETED)
            for future in done:
                job = flying.pop(future)
                try:
                    yield future.result()
                except BrokenExecutor:
                    broken = True
                    orphans.append(job)
    for job in [*orphans, *reversed(waiting)]:
        yield _alone(job)


def _submit(pool: Executor, waiting: list[Job], flying: dict[Future[Outcome], Job]) -> bool:
    job = waiting.pop()
    try:
        flying[pool.submit(build_guarded, job)] = job
    except BrokenExecutor:
        waiting.append(job)
        return False
    return True


def _alone(job: Job) -> Outcome:
    """A job that was in flight when a worker died, tried once by itself."""
    with _pool(1) as pool:
        try:
            return pool.submit(build_guarded, job).result()
        except BrokenExecutor:
            problem = Problem("worker-died", "the process that built it was killed", file=job.source)
            return Outcome(job, "failed", ExitCode.PDF, (problem,))


def write_manifest(output: Path, outcomes: Sequence[Outcome]) -> Path:
    """Write ``manifest.jsonl``, one line an output, in a stable order."""

    def place(outcome: Outcome) -> tuple[str, str, str, str, str]:
        job = outcome.job
        return job.slug, job.variant, job.locale, job.edition, job.paper

    lines = [_line(outcome) for outcome in sorted(outcomes, key=place)]
    path = output / "manifest.jsonl"
    write_whole(path, "".join(line + "\n" for line in lines).encode())
    return path


def _line(outcome: Outcome) -> str:
    line = json.dumps(outcome.to_json(), ensure_ascii=False)
    # A file name that is no Unicode has no other way into a JSON file.
    return line if line.isprintable() else json.dumps(outcome.to_json())
