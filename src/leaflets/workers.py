"""Jobs -> results, on processes that may die: the one seam between our work and whatever executor does it.

`run` knows `concurrent.futures.Executor` and nothing else; `local_pool` and `leaflets.cluster` make one. The rules: no
more jobs in flight than there are hands; a pool is replaced before its memory grows; when a worker dies, all that was
in flight is tried once more, each alone, and what kills its worker again is given back as `Lost`, by name.
`max_tasks_per_child` is not used: it deadlocks (https://github.com/python/cpython/issues/115634).
"""

from __future__ import annotations

import faulthandler
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import connection
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")

GENERATION = 400
"""Results that a worker gives before it is replaced: the engine keeps about 50 kB of each leaflet."""
_PRELOAD = ["leaflets.build", "leaflets.pdf.preload"]


@dataclass(frozen=True, slots=True)
class Lost(Generic[T]):
    """A job that killed its worker twice, the second time alone."""

    job: T
    seconds: float
    """How long the second try took until the worker was gone."""


@dataclass(frozen=True, slots=True)
class Crew:
    """Who does the work."""

    open: Callable[[int], Executor]
    """Makes an executor for a number of workers; raises ServiceError where that needs a service that is not there."""
    workers: int
    generation: int = GENERATION
    timeout: float = 0.0
    """Seconds that one job may take; 0 for as long as it takes."""


def local_crew(workers: int, timeout: float = 0.0) -> Crew:
    """Processes of this machine."""
    return Crew(local_pool, workers, GENERATION, timeout)


def local_pool(workers: int) -> ProcessPoolExecutor:
    """A pool that a fork server starts: the engine's C libraries do not survive a fork with threads."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOAD)
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_begin)


def run(jobs: Iterable[T], work: Callable[[T], R], crew: Crew) -> Iterator[R | Lost[T]]:
    """Do the jobs and give each result as it comes, in no order. A bug in ``work`` is raised.

    Leaving the iterator early, or an interrupt, ends the workers; what is in flight is finished first.
    """
    waiting = iter(jobs)
    suspects: list[T] = []
    more = True
    while more:
        with _Closing(crew.open(crew.workers)) as pool:
            more, died = yield from _generation(waiting, work, pool, crew)
        suspects += died
        if died:
            yield from _one_by_one(suspects, work, crew)
            suspects = []


def _generation(
    waiting: Iterator[T], work: Callable[[T], R], pool: Executor, crew: Crew
) -> Generator[R | Lost[T], None, tuple[bool, list[T]]]:
    """Results of one pool; returns whether there is more to do, and what was in flight when a worker died."""
    flying: dict[Future[R], T] = {}
    died: list[T] = []
    more, left = True, crew.generation * crew.workers
    while (more and left > 0 and not died) or flying:
        while more and left > 0 and not died and len(flying) < crew.workers + 1:
            try:
                job = next(waiting)
            except StopIteration:
                more = False
                break
            left -= 1
            try:
                flying[pool.submit(_timed, work, job, crew.timeout)] = job
            except BrokenExecutor:
                died.append(job)
        if flying:
            for future in wait(flying, return_when=FIRST_COMPLETED).done:
                job = flying.pop(future)
                try:
                    yield future.result()
                except BrokenExecutor:
                    died.append(job)
    return more, died


def _one_by_one(jobs: Iterable[T], work: Callable[[T], R], crew: Crew) -> Iterator[R | Lost[T]]:
    waiting = list(jobs)
    while waiting:
        with _Closing(crew.open(1)) as pool:
            while waiting:
                job, began = waiting.pop(0), time.monotonic()
                try:
                    yield pool.submit(_timed, work, job, crew.timeout).result()
                except BrokenExecutor:
                    yield Lost(job, time.monotonic() - began)
                    break


class _Closing:
    """An executor that lets what is in flight end, and starts nothing new, however it is left."""

    def __init__(self, pool: Executor) -> None:
        self.pool = pool

    def __enter__(self) -> Executor:
        return self.pool

    def __exit__(self, *_error: object) -> None:
        self.pool.shutdown(wait=True, cancel_futures=True)


def _timed(work: Callable[[T], R], job: T, timeout: float) -> R:
    """Runs in a worker."""
    with limited(timeout):
        return work(job)


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """A limit for what is done inside, 0 for none. Who exceeds it loses the process: nothing gentler stops a loop in a
    C library."""
    if seconds <= 0:
        yield
        return
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123  # a device, not a file
        faulthandler.dump_traceback_later(seconds, exit=True, file=nowhere)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()


def _begin() -> None:
    """First thing in a worker: an interrupt is the parent's to handle, and without a parent there is nothing to do."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)
