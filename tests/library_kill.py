"""The whole library, built twice: once undisturbed, once killed and resumed -> the same bytes, or what differs.

    nice .venv/bin/python -m tests.library_kill --work /tmp/library    # some 10 minutes of two cores for each build

All monographs of ``../shared/corpus`` (or ``--source``) × both variants × both editions. The second folder loses its
parent to ``kill -9`` at three random moments and then one worker; nothing is cleaned up in between. After each death:
every line of the manifest tells the truth, no worker outlives its parent for long, and what was built stays built.
The result is a JSON object on stdout; the exit code is 1 where a promise did not hold.

What legitimately differs between the two folders is left out of the comparison, each for its reason:

- ``.leaflets/lock``: an empty file that a running build holds.
- ``manifest.jsonl``: ``status`` is ``cached`` for what an earlier run built. All else in it is compared, line by line.
- ``.leaflets/**.json`` is compared without its seal and without the relative path of the source, which depends on where
  the output folder lies.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from .conftest import ROOT, SHARED
from .test_batch import assert_true, manifest, outputs, workers_of

KILLS = 3


def start(work: Path, output: Path, sources: list[Path], jobs: int, log: Path) -> subprocess.Popen[bytes]:
    editions = ("--edition", "standard", "--edition", "large-print")
    command = [sys.executable, "-m", "leaflets", "build", *map(str, sources), *editions, "--json"]
    with log.open("ab") as err:
        return subprocess.Popen(
            [*command, "--jobs", str(jobs), "--output", str(output)], cwd=work, stdout=subprocess.PIPE, stderr=err
        )


def remembered(output: Path) -> int:
    """Outputs that have a record: built, or refused for their content."""
    return sum(1 for _ in (output / ".leaflets").rglob("*.json"))


def builders(pid: int) -> list[int]:
    """The workers of a build: children of its fork server."""
    return [worker for child in workers_of(pid) for worker in workers_of(child)]


def wait_for(process: subprocess.Popen[bytes], reached: Callable[[], bool]) -> None:
    while not reached():
        assert process.poll() is None, "the build was done before the kill: another --seed"
        time.sleep(0.2)


def finish(process: subprocess.Popen[bytes]) -> dict[str, object]:
    out, _ = process.communicate()
    assert process.returncode in (0, 7), f"exit {process.returncode}"
    summary = json.loads(out)
    assert isinstance(summary, dict)
    return {**summary, "exit": process.returncode}


def disturb(work: Path, sources: list[Path], jobs: int, count: int, chance: random.Random) -> dict[str, object]:
    """Build into ``killed``: three times the parent dies, then a worker, then the build ends."""
    output, log, story = work / "killed", work / "killed.log", list[dict[str, object]]()
    moments = sorted(chance.randrange(count // 20, count * 9 // 10) for _ in range(KILLS))
    for moment in moments:
        process = start(work, output, sources, jobs, log)
        wait_for(process, lambda moment=moment: remembered(output) >= moment)  # type: ignore[misc]
        time.sleep(chance.uniform(0.0, 1.0))
        workers = [*workers_of(process.pid), *builders(process.pid)]
        process.send_signal(signal.SIGKILL)
        died = time.monotonic()
        process.communicate()
        while any(Path(f"/proc/{worker}").exists() for worker in workers) and time.monotonic() < died + 60:
            time.sleep(0.1)
        assert not any(Path(f"/proc/{worker}").exists() for worker in workers), "a worker outlived its build"
        assert_true(output)
        torn = [path.name for path in output.rglob("*.part")]
        story.append(
            {"killed": "parent", "at": moment, "remembered": remembered(output), "torn beside": torn,
             "workers gone after": round(time.monotonic() - died, 1)}
        )  # fmt: skip
    before = remembered(output)
    process = start(work, output, sources, jobs, log)
    moment = chance.randrange(before, before + max(1, (count - before) // 2))
    wait_for(process, lambda: remembered(output) >= moment and bool(builders(process.pid)))
    victim = chance.choice(builders(process.pid))
    os.kill(victim, signal.SIGKILL)
    story.append({"killed": "worker", "at": moment, "remembered": remembered(output)})
    summary = finish(process)
    # What was remembered is not made again; one whose file was renamed just before its record is.
    made_again = before - int(str(summary["cached"])) - int(str(summary["failed"]))
    return {"deaths": story, "last run": summary, "remembered before it": before, "made again": max(0, made_again)}


def line_of(line: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in line.items() if key != "status" or value == "failed"}


def record_of(path: Path) -> dict[str, object]:
    values = json.loads(path.read_bytes().partition(b"\n")[2])
    values.pop("source")
    values["line"] = line_of(values["line"])
    return dict(values)


def records(output: Path) -> dict[str, dict[str, object]]:
    folder = output / ".leaflets"
    return {path.relative_to(folder).as_posix(): record_of(path) for path in sorted(folder.rglob("*.json"))}


def differences(one: Path, two: Path) -> list[str]:
    """What differs between two output folders, in words."""
    found, first, second = [], outputs(one), outputs(two)
    found += [f"{name} is only in one" for name in sorted(first.keys() ^ second.keys())]
    found += [f"{name} has other bytes" for name in sorted(first.keys() & second.keys()) if first[name] != second[name]]
    if [line_of(line) for line in manifest(one)] != [line_of(line) for line in manifest(two)]:
        found.append("manifest.jsonl differs")
    if records(one) != records(two):
        found.append("what is remembered differs")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True, help="an empty folder")
    parser.add_argument("--source", type=Path, action="append", help="monographs; default: ../shared/corpus")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--at-once", action="store_true", help="both builds at the same time")
    options = parser.parse_args()
    sources = options.source or [SHARED / "corpus/combinations", SHARED / "corpus/compositions"]
    sources = [path.resolve() for path in sources]
    options.work.mkdir(parents=True, exist_ok=True)
    assert not any(options.work.iterdir()), f"{options.work} is not empty"
    (options.work / "leaflets.toml").write_text("", encoding="utf-8")
    count = 4 * sum(len(list(path.rglob("*.md"))) for path in sources)
    assert count, "no monographs there"
    result: dict[str, object] = {"monographs": count // 4, "leaflets": count, "seed": options.seed, "root": str(ROOT)}

    def undisturbed() -> None:
        process = start(options.work, options.work / "whole", sources, options.jobs, options.work / "whole.log")
        result["undisturbed"] = finish(process)

    beside = threading.Thread(target=undisturbed)
    beside.start()
    if not options.at_once:
        beside.join()
    result["disturbed"] = disturb(options.work, sources, options.jobs, count, random.Random(options.seed))
    beside.join()
    whole, killed = options.work / "whole", options.work / "killed"
    found = differences(whole, killed)
    torn = [str(path) for path in killed.rglob("*.part")]
    result |= {"files": len(outputs(whole)), "differ": found, "torn": torn}
    print(json.dumps(result, indent=2))
    return 1 if found or torn else 0


if __name__ == "__main__":
    sys.exit(main())
