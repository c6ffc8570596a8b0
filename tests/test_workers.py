"""The seam between jobs and executors: real processes that really die."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from leaflets.workers import Crew, Lost, local_crew, local_pool, run

T = TypeVar("T")


def square(number: int) -> int:
    return number * number


def deadly(number: int) -> int:
    """Kills its process for some numbers."""
    if number % 10 == 7:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def deadly_once(job: tuple[int, str]) -> int:
    """Kills its process the first time, for the number 7."""
    number, folder = job
    if number == 7:
        try:
            (Path(folder) / "been-here").touch(exist_ok=False)
        except FileExistsError:
            return number
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def endless(number: int) -> int:
    while number == 3:
        pass
    return number


def process(_number: int) -> int:
    time.sleep(0.01)
    return os.getpid()


def faulty(number: int) -> int:
    raise ValueError(number)


def done(results: Iterator[int | Lost[T]]) -> list[int]:
    out = []
    for result in results:
        assert not isinstance(result, Lost), result
        out.append(result)
    return out


def test_all_jobs_are_done_once() -> None:
    assert sorted(done(run(range(50), square, local_crew(2)))) == [square(n) for n in range(50)]
    assert list(run([], square, local_crew(2))) == []


def test_a_job_that_kills_its_worker_is_named_and_the_rest_is_done() -> None:
    results = list(run(range(30), deadly, local_crew(2)))
    assert sorted(result.job for result in results if isinstance(result, Lost)) == [7, 17, 27]
    assert sorted(r for r in results if not isinstance(r, Lost)) == [n for n in range(30) if n % 10 != 7]


def test_a_worker_that_dies_once_costs_nothing(tmp_path: Path) -> None:
    jobs = [(number, str(tmp_path)) for number in range(20)]
    assert sorted(done(run(jobs, deadly_once, local_crew(2)))) == list(range(20))


def test_a_job_that_never_ends_is_stopped_and_named() -> None:
    results = list(run(range(6), endless, local_crew(2, timeout=1.0)))
    lost = [result for result in results if isinstance(result, Lost)]
    assert [result.job for result in lost] == [3]
    assert lost[0].seconds >= 1.0
    assert sorted(r for r in results if not isinstance(r, Lost)) == [0, 1, 2, 4, 5]


def test_workers_are_replaced_by_generations() -> None:
    crew = Crew(local_pool, workers=2, generation=5)
    pids = list(run(range(40), process, crew))
    assert len(pids) == 40
    # 4 generations of two processes, each of which may have had nothing to do.
    assert 4 <= len(set(pids)) <= 8


def test_no_more_jobs_are_taken_than_there_are_hands() -> None:
    taken = 0

    def jobs() -> Iterator[int]:
        nonlocal taken
        for number in range(1000):
            taken += 1
            yield number

    results = run(jobs(), square, local_crew(2))
    next(results)
    assert taken <= 8
    results.close()  # type: ignore[attr-defined]


def test_a_bug_is_raised() -> None:
    with pytest.raises(ValueError, match="0"):
        list(run([0], faulty, local_crew(1)))
