"""``python -m tests.benchmarks.library``: a whole library, as ratios taken in one run.

Two workers against one, a cluster against this machine's own pool (``throughput``), what is up to date
(``nothing_changed``), and memory (``parent``, ``worker``): all of it, or the parts that are named. ``--quick`` takes
fewer leaflets: for trying the benchmark itself.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ..conftest import corpus_files, demo_files

QUICK = "--quick" in sys.argv
LEAFLETS = 24 if QUICK else 200
SAME = 200 if QUICK else 4000
MANY = 1000 if QUICK else 10_000
LONG = 100 if QUICK else 2000


def library(folder: Path, sources: int) -> Path:
    """A project with so many monographs, made of those that there are."""
    files = [path for path in corpus_files() if path.parent.name in ("compositions", "combinations")] or demo_files()
    (folder / "monographs").mkdir(parents=True)
    (folder / "leaflets.toml").write_text("", encoding="utf-8")
    for number in range(sources):
        shutil.copy(files[number % len(files)], folder / "monographs" / f"drug-{number:05}.md")
    return folder


def build(folder: Path, *args: str, output: str = "output") -> dict[str, object]:
    command = [sys.executable, "-m", "leaflets", "build", "monographs", "--json", "--output", output, *args]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if result.returncode not in (0, 7):
        raise RuntimeError(result.stderr[-2000:])
    return json.loads(result.stdout)  # type: ignore[no-any-return]


def seconds(folder: Path, *args: str) -> float:
    shutil.rmtree(folder / "output", ignore_errors=True)
    return float(str(build(folder, *args)["seconds"]))


class Watch:
    """Peak memory, in MB, of a process and of its workers, read while it runs."""

    def __init__(self, pid: int) -> None:
        self.parent = self.worker = 0.0
        self._pid, self._end = pid, False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._end = True
        self._thread.join()

    def _run(self) -> None:
        while not self._end:
            self.parent = max(self.parent, _memory(self._pid))
            for child in _children(self._pid):
                for worker in _children(child):
                    self.worker = max(self.worker, _memory(worker))
            time.sleep(0.1)


def _memory(pid: int) -> float:
    with contextlib.suppress(OSError, IndexError, ValueError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    return 0.0


def _children(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def watched(folder: Path, *args: str) -> Watch:
    shutil.rmtree(folder / "output", ignore_errors=True)
    command = [sys.executable, "-m", "leaflets", "build", "monographs", "--json", *args]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    watch = Watch(process.pid)
    process.wait()
    watch.stop()
    return watch


class Dask:
    """A scheduler and two workers on loopback, each a process."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        file = folder / "scheduler.json"
        self._processes: list[subprocess.Popen[bytes]] = []
        self._start(folder, "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
                    "--scheduler-file", str(file))  # fmt: skip
        while not file.exists():
            time.sleep(0.1)
        self.address = json.loads(file.read_text(encoding="utf-8"))["address"]
        self._start(folder, "worker", self.address, "--nworkers", "2", "--nthreads", "1", "--no-dashboard",
                    "--local-directory", str(folder))  # fmt: skip
        from distributed import Client

        with Client(self.address, set_as_default=False) as client:  # type: ignore[no-untyped-call]
            client.wait_for_workers(2, timeout=60)

    def _start(self, folder: Path, *args: str) -> None:
        log = (folder / "log").open("ab")
        command = [sys.executable, "-m", "dask", *args]
        env = {**os.environ, "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False"}  # as README.md says
        self._processes.append(
            subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, start_new_session=True, env=env)
        )

    def end(self) -> None:
        for process in reversed(self._processes):
            process.terminate()
            process.wait()


def say(what: str, detail: str, value: float, goal: str) -> None:
    print(f"| {what} | {detail} | {value:.2f} | {goal} |", flush=True)


def side_by_side(folder: Path) -> float:
    """Seconds until two builds that know nothing of each other are done: what the machine itself gives to a second."""
    for name in ("left", "right"):
        shutil.rmtree(folder / name, ignore_errors=True)
    began = time.monotonic()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda name: build(folder, "--jobs", "1", output=name), ("left", "right")))
    return time.monotonic() - began


def throughput(root: Path) -> None:
    some = library(root / "some", LEAFLETS // 2)
    dask = Dask(root / "dask")
    seconds(some, "--cluster", dask.address)  # its workers load the engine
    one = two = far = both = float("inf")
    for _ in range(2):
        one = min(one, seconds(some, "--jobs", "1"))
        both = min(both, side_by_side(some))
        two = min(two, seconds(some, "--jobs", "2"))
        far = min(far, seconds(some, "--cluster", dask.address))
    dask.end()
    say(f"this machine: two builds of one worker at once / one, {LEAFLETS} leaflets each",
        f"{both:.1f} s / {one:.1f} s", 2 * one / both, "the most that two workers can reach")  # fmt: skip
    say(f"two workers / one, {LEAFLETS} leaflets", f"{one:.1f} s / {two:.1f} s", one / two, "≥ 1.9")
    say(f"Dask / own pool, {LEAFLETS} leaflets", f"{two:.1f} s / {far:.1f} s", two / far, "≥ 0.95")


def nothing_changed(root: Path) -> None:
    same = library(root / "same", SAME // 4)
    args = ("--format", "html", "--edition", "standard", "--edition", "large-print")
    build(same, *args)
    took = min(float(str(build(same, *args)["seconds"])) for _ in range(3))
    say(f"nothing changed, {SAME} outputs", f"{took:.2f} s", SAME / took, "≥ 2000 a second")


def parent(root: Path) -> None:
    few, many = library(root / "few", 250), library(root / "many", MANY // 2)
    small, large = watched(few, "--format", "html"), watched(many, "--format", "html")
    detail = f"{large.parent:.0f} MB / {small.parent:.0f} MB"
    say(f"parent's memory, {MANY} / 500 jobs", detail, large.parent / small.parent, "≤ 1.1")


def worker(root: Path) -> None:
    short, long = watched(library(root / "short", LEAFLETS // 2)), watched(library(root / "long", LONG // 2))
    detail = f"{long.worker:.0f} MB / {short.worker:.0f} MB"
    say(f"worker's memory, {LONG} / {LEAFLETS} leaflets", detail, long.worker / short.worker, "flat")


PARTS = {part.__name__: part for part in (throughput, nothing_changed, parent, worker)}


def main() -> None:
    """Print a table; with names of parts, only those."""
    wanted = [name for name in sys.argv[1:] if not name.startswith("-")] or list(PARTS)
    print("| what | measured | ratio | goal |\n|---|---|---|---|")
    for name in wanted:
        with tempfile.TemporaryDirectory() as folder:
            PARTS[name](Path(folder))


if __name__ == "__main__":
    main()
