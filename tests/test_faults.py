"""Copies for a morning, whatever dies, fills up or is broken: whole files, a true manifest, and the next run completes.

What happens to a library build is in test_batch.py, to a cluster in test_cluster.py, to a store in test_publish.py.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Set
from pathlib import Path

import pytest

from leaflets.worklist import Defaults, Row, RowProblems, read_worklist, survey, units

from .conftest import ROOT
from .test_batch import assert_true, outputs, parts, small_disk
from .test_copies import run
from .worklist.library import TITLES

__all__ = ["small_disk"]  # a fixture

COLUMNS = ["monograph", "patient", "directions", "output", "packet"]
COUNT = 120


def write(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([COLUMNS, *rows])


def rows_of(count: int, packets: int = 3) -> list[list[str]]:
    """So many copies, the last of them in packets of two."""
    drugs = ("metformin", "salbutamol")
    alone = [
        [drugs[number % 2], f"Patient {number}", "Take 1 tablet in the morning.", f"{number % 7}/{number:06}", ""]
        for number in range(count - 2 * packets)
    ]
    together = [
        [drugs[number % 2], f"Family {number // 2}", "As told.", f"packets/{number // 2}", str(number // 2)]
        for number in range(2 * packets)
    ]
    return alone + together


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "content/monographs").mkdir(parents=True)
    (folder / "leaflets.toml").write_text("[site]\nname = 'Corner Pharmacy'\n", encoding="utf-8")
    for slug in ("metformin", "salbutamol"):
        shutil.copy(ROOT / f"content/monographs/{slug}.md", folder / "content/monographs")
    write(folder / "today.csv", rows_of(COUNT))
    return folder


ARGS = ("copies", "today.csv", "--merge", "today.pdf", "--separators", "--json")


def undisturbed(project: Path) -> tuple[dict[str, str], bytes]:
    """The copies and the print file of a run to which nothing happens. The leaflets are laid out from then on."""
    result = run(project, *ARGS, "--output", "undisturbed")
    assert result.returncode == 0, result.stderr
    merged = (project / "today.pdf").read_bytes()
    (project / "today.pdf").unlink()
    (project / "copies").mkdir(exist_ok=True)
    shutil.copytree(project / "undisturbed/.leaflets", project / "copies/.leaflets", dirs_exist_ok=True)
    return outputs(project / "undisturbed"), merged


def start(project: Path, *args: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "leaflets", *(args or ARGS)]
    return subprocess.Popen(command, cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def assert_whole(project: Path, whole: dict[str, str], removed: Set[str] = frozenset()) -> None:
    """Every copy that is there is the one that it shall be; nothing else is there but parts that are not whole yet.

    Of files that the test itself has `removed` the manifest may still speak: nobody can mend it before a run begins.
    """
    for path, digest in outputs(project / "copies").items():
        assert path.endswith(".part") or whole[path] == digest, path
    assert_true(project / "copies", removed)


def test_killed_at_twenty_moments_copies_go_on_where_they_were(project: Path) -> None:
    began = time.monotonic()
    whole, merged = undisturbed(project)
    span, chance = max(2.0, (time.monotonic() - began) * 0.7), random.Random(20)
    half = 0
    removed: set[str] = set()
    for _ in range(20):
        process = start(project)
        time.sleep(chance.uniform(0.1, span))
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
        there = {path for path in outputs(project / "copies") if not path.endswith(".part")}
        removed -= there
        assert_whole(project, whole, removed)
        assert not (project / "today.pdf").exists() or (project / "today.pdf").read_bytes() == merged
        half += 0 < len(there) < len(whole)
        if chance.random() < 0.4:
            removed |= there
            for folder in ("packets", *map(str, range(7))):
                shutil.rmtree(project / "copies" / folder, ignore_errors=True)
    assert half, "no kill fell into the work"
    result = run(project, *ARGS)
    assert result.returncode == 0, result.stderr
    assert outputs(project / "copies") == whole
    assert (project / "today.pdf").read_bytes() == merged
    assert parts(project) == []
    assert len((project / "copies/manifest.jsonl").read_text(encoding="utf-8").splitlines()) == COUNT
    assert json.loads(run(project, *ARGS).stdout)["cached"] == COUNT


def test_an_interrupt_is_clean(project: Path) -> None:
    whole, _ = undisturbed(project)
    process = start(project)
    until = time.monotonic() + 60
    while len(outputs(project / "copies")) < 5 and time.monotonic() < until and process.poll() is None:
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode in (130, 0)
    assert "Traceback" not in err
    assert_whole(project, whole)
    assert parts(project) == []


def test_a_full_disk_and_then_a_larger_one(project: Path, small_disk: Path) -> None:
    whole, merged = undisturbed(project)
    args = (*ARGS, "--output", str(small_disk), "--merge", str(small_disk / "print/today.pdf"))
    result = run(project, *args)
    assert result.returncode in (6, 7)
    assert "No space left on device" in result.stderr
    assert "Patient" not in result.stderr
    assert_true(small_disk)
    assert parts(small_disk) == []
    subprocess.run(["mount", "-o", "remount,size=80m", str(small_disk)], check=True)
    assert run(project, *args).returncode == 0
    assert (small_disk / "print/today.pdf").read_bytes() == merged
    shutil.rmtree(small_disk / "print")
    assert outputs(small_disk) == whole
    assert_true(small_disk)


def test_a_folder_that_becomes_read_only_half_way(project: Path, small_disk: Path) -> None:
    whole, _ = undisturbed(project)
    subprocess.run(["mount", "-o", "remount,size=80m", str(small_disk)], check=True)
    args = ("copies", "today.csv", "--json", "--output", str(small_disk))
    process = start(project, *args)
    until = time.monotonic() + 60
    while len(outputs(small_disk)) < 10 and process.poll() is None and time.monotonic() < until:
        time.sleep(0.005)
    for _ in range(400):
        if subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], capture_output=True).returncode == 0:
            break
        time.sleep(0.003)  # a file is open just now
    _, err = process.communicate(timeout=120)
    assert process.returncode in (6, 7)
    assert "Traceback" not in err
    assert "Read-only file system" in err
    for path, digest in outputs(small_disk).items():
        assert path.endswith(".part") or whole[path] == digest
    # What it could not write any more it does not claim.
    assert_true(small_disk)
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    assert run(project, *args).returncode == 0
    assert outputs(small_disk) == whole
    assert_true(small_disk)


def test_fifty_spoiled_files_are_mended(project: Path) -> None:
    whole, _ = undisturbed(project)
    assert run(project, *ARGS).returncode == 0
    chance = random.Random(5)
    files = [path for path in (project / "copies").rglob("*") if path.is_file() and path.name != "lock"]
    hidden = [path for path in files if ".leaflets" in path.parts]
    for path in [*hidden, *chance.sample(sorted(set(files) - set(hidden)), 50 - len(hidden))]:
        data = path.read_bytes()
        how, place = chance.randrange(3), chance.randrange(len(data) or 1)
        spoiled = (data[:place], data[:place] + b"\x00" + data[place + 1 :], b"not what was written")[how]
        path.write_bytes(spoiled)
    assert run(project, *ARGS).returncode == 0
    assert outputs(project / "copies") == whole
    assert_true(project / "copies")


def test_two_runs_into_one_folder_wait_for_each_other(project: Path) -> None:
    whole, _ = undisturbed(project)
    both = [start(project, "copies", "today.csv", "--json") for _ in "12"]
    said = [process.communicate(timeout=180) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert sorted(json.loads(out)["built"] for out, _ in said) == [0, COUNT]
    assert outputs(project / "copies") == whole
    assert_true(project / "copies")


BROKEN = (
    lambda number: ["nonesuch", f"Patient {number}", "x", f"{number}", ""],
    lambda number: ["metformin", f"Patient {number}", "x"],
    lambda number: ["metformin", f"Patient {number}", "Take \u202e05 mg", f"{number}", ""],
    lambda number: ["metformin", f"Patient {number}", "x", f"../{number}", ""],
    lambda number: ["", f"Patient {number}", "x", f"{number}", ""],
)


def with_broken(rows: list[list[str]]) -> tuple[list[list[str]], list[int]]:
    """One row in a hundred is broken, each in its way; their places."""
    places = list(range(57, len(rows), 100))
    broken = [list(row) for row in rows]
    for count, place in enumerate(places):
        broken[place] = BROKEN[count % len(BROKEN)](place)
    return broken, places


def test_a_hundred_thousand_rows_one_in_a_hundred_broken_are_read_in_the_memory_of_few(tmp_path: Path) -> None:
    drugs = ("sertraline", "clonazepam")
    rows = [
        [drugs[number % 2], f"Patient {number // 3}", "1 tablet", "", str(number // 3) if number % 9 < 3 else ""]
        for number in range(100_000)
    ]
    broken, places = with_broken(rows)
    path = tmp_path / "all.csv"
    write(path, broken)
    found = list(read_worklist(path, TITLES, Defaults()))
    bad = [item.line for item in found if isinstance(item, RowProblems) and item.failed]
    assert len(found) == 100_000
    assert len(places) == 1000
    assert bad == [place + 2 for place in places]
    assert not any("Patient" in str(p) for item in found if isinstance(item, RowProblems) for p in item.problems)
    good = [item for item in found if isinstance(item, Row)]
    del found

    known = survey(read_worklist(path, TITLES, Defaults()))
    assert (known.rows, known.failed) == (99_000, 1000)
    made = list(units(iter(good), known, str(path)))
    assert sorted(number for unit in made for number in unit.numbers) == list(range(1, 99_001))
    stopped = {unit.rows[0].packet for unit in made if unit.problems}
    assert stopped
    assert all(unit.rows[0].packet for unit in made if unit.problems)
    code = (
        "import re, sys\nfrom pathlib import Path\nfrom leaflets.worklist import *\n"
        "from tests.worklist.library import TITLES\n"
        "known = survey(read_worklist(Path(sys.argv[1]), TITLES, Defaults()))\n"
        "for unit in units(read_worklist(Path(sys.argv[1]), TITLES, Defaults()), known, 'x'):\n    pass\n"
        "print(re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1])"
    )
    write(tmp_path / "few.csv", broken[:5000])
    peaks = [
        int(
            subprocess.run(
                [sys.executable, "-c", code, str(name)], cwd=ROOT, capture_output=True, text=True, check=True
            ).stdout
        )
        for name in (tmp_path / "few.csv", path)
    ]
    assert peaks[1] < 1.35 * peaks[0]  # the words of 11,000 packets, and no row


def summary(result: subprocess.CompletedProcess[str]) -> dict[str, int]:
    return json.loads(result.stdout)  # type: ignore[no-any-return]


def test_broken_rows_cost_no_good_ones(project: Path) -> None:
    rows, places = with_broken(rows_of(1500, packets=0))
    write(project / "today.csv", rows)
    first = run(project, "copies", "today.csv", "--json")
    assert first.returncode == 7
    assert (summary(first)["built"], summary(first)["failed"]) == (1500 - len(places), len(places))
    assert [int(line) for line in re.findall(r"^today\.csv:(\d+): error", first.stderr, re.MULTILINE)] == [
        place + 2 for place in places
    ]
    assert "Patient" not in first.stderr
    assert_true(project / "copies")
    write(project / "whole.csv", [row for place, row in enumerate(rows) if place not in places])
    assert run(project, "copies", "whole.csv", "--output", "undisturbed").returncode == 0
    assert outputs(project / "copies") == outputs(project / "undisturbed")
    again = run(project, "copies", "today.csv", "--json")
    assert (summary(again)["built"], summary(again)["cached"]) == (0, 1500 - len(places))


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_a_hundred_thousand_rows_are_printed_killed_and_completed(project: Path) -> None:
    """The whole morning of a large hospital: some minutes and 5 GB of disk."""
    if shutil.disk_usage(project).free < 9 * 2**30:
        pytest.skip("needs 9 GB of free disk")
    rows, places = with_broken(rows_of(100_000, packets=0))
    write(project / "today.csv", rows)
    process = subprocess.Popen(
        [sys.executable, "-m", "leaflets", "copies", "today.csv", "--json"], cwd=project,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    reached = next(place for place in range(30_000, len(rows)) if place not in places)
    until = time.monotonic() + 600
    while time.monotonic() < until and not (project / f"copies/{rows[reached][3]}.pdf").exists():
        assert process.poll() is None, "it ended before it was killed"
        time.sleep(0.5)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    done = sum(1 for _ in (project / "copies").rglob("*.pdf"))
    command = [sys.executable, "-m", "leaflets", "copies", "today.csv", "--json"]
    result = subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=2400, check=False)
    assert result.returncode == 7
    said = summary(result)
    assert said["built"] + said["cached"] == 99_000
    assert said["failed"] == len(places) == 1000
    assert said["cached"] >= done - 10
    assert result.stderr.count(": error: ") == 1000
    assert parts(project) == []
    count = 0
    with (project / "copies/manifest.jsonl").open(encoding="utf-8") as manifest:
        for count, text in enumerate(manifest, 1):  # noqa: B007
            line = json.loads(text)
            data = (project / "copies" / line["path"]).read_bytes()
            assert hashlib.sha256(data).hexdigest() == line["sha256"]
    assert count == 99_000
    chance = random.Random(1)
    some = sorted(chance.sample(sorted(set(range(100_000)) - set(places)), 200))
    write(project / "some.csv", [rows[place] for place in some])
    assert run(project, "copies", "some.csv", "--output", "undisturbed").returncode == 0
    for path, digest in outputs(project / "undisturbed").items():
        assert hashlib.sha256((project / "copies" / path).read_bytes()).hexdigest() == digest
    shutil.rmtree(project / "copies")
