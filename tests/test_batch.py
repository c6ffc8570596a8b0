"""A library build: nothing twice, nothing lost, nothing torn, whatever dies and whenever."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Set
from dataclasses import replace
from pathlib import Path

import pytest

from leaflets.batch import make_parcel
from leaflets.build import build_one
from leaflets.cli.sources import slug_of
from leaflets.errors import ServiceError
from leaflets.jobs import Job, Jobs
from leaflets.keeping import up_to_date
from leaflets.keys import build_identity, key_or_none
from leaflets.kit import files_changed, forget_kits, load_kit

from .conftest import ROOT, demo_files

LIBRARY = 30


def command(*args: str) -> list[str]:
    return [sys.executable, "-m", "leaflets", *args]


def run(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    result = subprocess.run(command(*args), cwd=folder, capture_output=True, text=True, timeout=240, check=False)
    assert "Traceback" not in result.stderr, result.stderr
    return result


def summary(folder: Path, *args: str) -> dict[str, object]:
    result = run(folder, "build", "monographs", "--json", *args)
    assert result.returncode in (0, 7), result.stderr
    return json.loads(result.stdout)  # type: ignore[no-any-return]


def manifest(output: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (output / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]


def outputs(output: Path) -> dict[str, str]:
    """Digest of each file that is not our own bookkeeping."""
    out = {}
    for path in sorted(output.rglob("*")):
        if path.is_file() and ".leaflets" not in path.parts and path.name != "manifest.jsonl":
            try:
                out[path.relative_to(output).as_posix()] = hashlib.sha256(path.read_bytes()).hexdigest()
            except FileNotFoundError:
                # A worker that outlives a killed build for a moment gives its part the name of the whole.
                assert path.suffix == ".part", path
    return out


def assert_true(output: Path, removed: Set[str] = frozenset()) -> None:
    """Every line of the manifest that names a file tells the truth about it; those `removed` by a test aside."""
    if (output / "manifest.jsonl").exists():
        for line in manifest(output):
            if "path" in line and line["path"] not in removed:
                data = (output / str(line["path"])).read_bytes()
                assert hashlib.sha256(data).hexdigest() == line["sha256"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with the demo monographs; the withdrawn one is left out, so that all of it can be built."""
    folder = tmp_path / "project"
    (folder / "monographs").mkdir(parents=True)
    (folder / "leaflets.toml").write_text("", encoding="utf-8")
    for path in demo_files():
        if path.stem in ("paracetamol", "metformin", "salbutamol"):
            shutil.copy(path, folder / "monographs")
    return folder


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A larger project: as HTML its leaflets are quick enough to be interrupted often."""
    folder = tmp_path / "library"
    (folder / "monographs").mkdir(parents=True)
    (folder / "leaflets.toml").write_text("", encoding="utf-8")
    files = demo_files()
    for number in range(LIBRARY):
        shutil.copy(files[number % len(files)], folder / "monographs" / f"drug-{number:03}.md")
    return folder


def test_what_is_up_to_date_is_not_built_again(project: Path) -> None:
    first = summary(project)
    assert (first["built"], first["cached"]) == (6, 0)
    before, lines = outputs(project / "output"), manifest(project / "output")
    for path in (project / "monographs").iterdir():
        os.utime(path, (1, 1))
    again = summary(project)
    assert (again["built"], again["cached"], again["failed"]) == (0, 6, 0)
    assert outputs(project / "output") == before
    assert [{**line, "status": "built"} for line in manifest(project / "output")] == lines
    assert {line["status"] for line in manifest(project / "output")} == {"cached"}


def test_a_build_of_nothing_new_loads_no_engine(project: Path) -> None:
    summary(project)
    code = (
        "import sys\nfrom leaflets.cli import main\ntry:\n    main(['build', 'monographs'])\n"
        "except SystemExit:\n    pass\n"
        "print(sorted({'weasyprint', 'pypdfium2', 'pikepdf'} & set(sys.modules)))"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=project, capture_output=True, text=True, check=True)
    assert "6 up to date" in result.stdout
    assert result.stdout.strip().endswith("[]")


def test_a_change_rebuilds_exactly_what_depends_on_it(project: Path) -> None:
    summary(project)

    def rebuilt(*args: str) -> set[tuple[object, object]]:
        summary(project, *args)
        return {(line["slug"], line["variant"]) for line in manifest(project / "output") if line["status"] == "built"}

    text = (project / "monographs/metformin.md").read_text(encoding="utf-8")
    (project / "monographs/metformin.md").write_text(text + "\nA last word.\n", encoding="utf-8")
    assert rebuilt() == {("metformin", "clinician"), ("metformin", "patient")}
    (project / "styles").mkdir()
    (project / "styles/patient.css").write_bytes((ROOT / "styles/patient.css").read_bytes() + b"\n/* mine */\n")
    assert rebuilt() == {(slug, "patient") for slug in ("metformin", "paracetamol", "salbutamol")}
    (project / "styles/large-print.css").write_bytes((ROOT / "styles/large-print.css").read_bytes() + b"\n/* mine */\n")
    assert rebuilt() == set()
    locale = project / "content/locale/en"
    locale.mkdir(parents=True)
    (project / "content/monographs").mkdir()
    shutil.copy(project / "monographs/metformin.md", project / "content/monographs")
    result = run(project, "build", "content/monographs", "--output", "own", "--json")
    assert json.loads(result.stdout)["built"] == 2
    shutil.copy(ROOT / "content/locale/en/metformin.po", locale)
    result = run(project, "build", "content/monographs", "--output", "own", "--json")
    assert json.loads(result.stdout)["built"] == 2
    assert rebuilt() == set()


def test_a_refusal_is_remembered_too(project: Path) -> None:
    shutil.copy(ROOT / "content/monographs/rofecoxib.md", project / "monographs")
    args = ("build", "monographs", "--variant", "patient")
    first, again = run(project, *args), run(project, *args)
    assert (first.returncode, again.returncode) == (7, 7)
    for result in (first, again):
        head, _, failed = result.stdout.partition("failed:\n")
        assert "1 failed" in head
        assert failed == "  rofecoxib patient en-US standard: site-denied, banned-flag, withdrawn, stopped\n"
    assert [line for line in first.stderr.splitlines() if "error" in line] == [
        line for line in again.stderr.splitlines() if "error" in line
    ]
    # Named otherwise, it is told by that name.
    line = next(line for line in manifest(project / "output") if line["slug"] == "rofecoxib")
    assert line["source"] == "monographs/rofecoxib.md"
    other = run(project, "build", "./monographs/rofecoxib.md", "--variant", "patient")
    assert other.returncode == 3
    assert "./monographs/rofecoxib.md:2: error" in other.stderr


@pytest.mark.parametrize("how", ["delete", "truncate", "corrupt", "forge"])
def test_a_spoiled_memory_never_serves_a_wrong_file(library: Path, how: str) -> None:
    summary(library, "--format", "html")
    output = library / "output"
    whole = outputs(output)
    chance = random.Random(4)
    records = sorted((output / ".leaflets").rglob("*.json"))
    files = sorted((output / "en-US").rglob("*.html"))
    for path in chance.sample(records, 50):
        data = path.read_bytes()
        if how == "delete":
            path.unlink()
        elif how == "truncate":
            path.write_bytes(data[: chance.randrange(len(data))])
        elif how == "corrupt":
            place = chance.randrange(len(data))
            path.write_bytes(data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :])
        else:
            path.write_bytes(records[0].read_bytes())
    for path in chance.sample(files, 10):
        path.write_bytes(b"not what was built")
    said = summary(library, "--format", "html")
    assert outputs(output) == whole
    assert 45 <= int(str(said["built"])) <= 60
    assert_true(output)
    assert summary(library, "--format", "html")["built"] == 0


def kill_after(folder: Path, seconds: float, *args: str) -> None:
    process = subprocess.Popen(
        command("build", "monographs", *args), cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    time.sleep(seconds)
    process.kill()
    process.wait(60)


def parts(output: Path) -> list[Path]:
    return list(output.rglob("*.part"))


def test_killed_at_any_moment_it_goes_on_where_it_was(library: Path, tmp_path: Path) -> None:
    began = time.monotonic()
    summary(library, "--format", "html", "--output", str(tmp_path / "undisturbed"))
    whole, span = outputs(tmp_path / "undisturbed"), time.monotonic() - began
    output, chance = library / "output", random.Random(20)
    for _ in range(20):
        kill_after(library, chance.uniform(0, span), "--format", "html")
        assert_true(output)
        for path, digest in outputs(output).items():
            assert path.endswith(".part") or whole[path] == digest, path
        if chance.random() < 0.3:
            shutil.rmtree(output, ignore_errors=True)
    summary(library, "--format", "html")
    assert outputs(output) == whole
    assert parts(output) == []
    assert_true(output)
    assert len(manifest(output)) == 2 * LIBRARY


def test_an_interrupt_is_clean_and_nothing_is_lost(library: Path) -> None:
    output = library / "output"
    args = command("build", "monographs", "--format", "html", "--jobs", "2")
    process = subprocess.Popen(args, cwd=library, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while not list(output.rglob("*.html")) and time.monotonic() < until and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    assert process.wait(60) in (130, 0)
    assert parts(output) == []
    assert_true(output)
    done = len(outputs(output))
    said = summary(library, "--format", "html")
    assert int(str(said["cached"])) >= done


def workers_of(pid: int) -> list[int]:
    """Processes that build for a build: children of its fork server that hold the engine."""
    out = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                if int(fields[1]) == pid:
                    out.append(int(entry.name))
    return out


def undisturbed(project: Path, *args: str) -> dict[str, str]:
    """What the same build writes when nothing happens to it."""
    run(project, "build", "monographs", "--output", "undisturbed", *args)
    return outputs(project / "undisturbed")


def test_a_killed_worker_costs_no_leaflet(project: Path) -> None:
    process = subprocess.Popen(
        command("build", "monographs", "--json"), cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    killed, until = 0, time.monotonic() + 60
    while not killed and time.monotonic() < until and process.poll() is None:
        time.sleep(0.05)
        if list((project / "output").rglob("*.pdf")):
            for child in workers_of(process.pid):
                for worker in workers_of(child):
                    os.kill(worker, signal.SIGKILL)
                    killed += 1
                    break
    out, err = process.communicate(timeout=120)
    assert killed == 1, err
    assert process.returncode == 0, err
    assert json.loads(out)["built"] == 6
    assert_true(project / "output")
    assert outputs(project / "output") == undisturbed(project)
    assert json.loads(run(project, "build", "monographs", "--json").stdout)["cached"] == 6


def test_workers_end_with_their_build(library: Path) -> None:
    process = subprocess.Popen(
        command("build", "monographs", "--format", "html"), cwd=library, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    family: list[int] = []
    until = time.monotonic() + 30
    while len(family) < 3 and time.monotonic() < until:
        time.sleep(0.02)
        children = workers_of(process.pid)
        family = [*children, *(worker for child in children for worker in workers_of(child))]
    process.kill()
    process.wait()
    assert len(family) >= 3
    until = time.monotonic() + 20
    while any(Path(f"/proc/{pid}").exists() for pid in family) and time.monotonic() < until:
        time.sleep(0.1)
    assert [pid for pid in family if Path(f"/proc/{pid}").exists()] == []


ENDLESS = (
    "{% for a in range(99999) %}{% for b in range(99999) %}{% for c in range(99999) %}"
    "{% endfor %}{% endfor %}{% endfor %}"
)


def make_endless(project: Path) -> None:
    """From now on the patient leaflet on metformin takes for ever."""
    (project / "templates/patient").mkdir(parents=True)
    text = (ROOT / "templates/patient/leaflet.html").read_text(encoding="utf-8")
    block = "{% block main %}"
    endless = f'{block}{{% if "Metformin" in leaflet.title %}}{ENDLESS}{{% endif %}}'
    (project / "templates/patient/leaflet.html").write_text(text.replace(block, endless), encoding="utf-8")
    shutil.copy(ROOT / "templates/patient/variant.toml", project / "templates/patient")


def test_a_leaflet_that_never_ends_is_named_and_the_rest_is_done(project: Path) -> None:
    make_endless(project)
    result = run(project, "build", "monographs", "--json", "--timeout", "12")
    assert result.returncode == 7
    assert "monographs/metformin.md: error: took longer than 12 seconds, twice [too-slow]" in result.stderr
    assert (json.loads(result.stdout)["built"], json.loads(result.stdout)["failed"]) == (5, 1)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own of 700 kB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=700k", "none", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("mounting a small file system is not allowed here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_and_then_a_larger_one(library: Path, small_disk: Path, tmp_path: Path) -> None:
    args = ("--format", "html", "--output", str(small_disk))
    summary(library, "--format", "html", "--output", str(tmp_path / "undisturbed"))
    result = run(library, "build", "monographs", *args)
    assert result.returncode in (6, 7)
    assert "cannot be written: No space left on device" in result.stderr
    assert_true(small_disk)
    assert parts(small_disk) == []
    subprocess.run(["mount", "-o", "remount,size=50m", str(small_disk)], check=True)
    summary(library, *args)
    assert outputs(small_disk) == outputs(tmp_path / "undisturbed")
    assert_true(small_disk)


def test_a_folder_that_becomes_read_only_half_way(library: Path, small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,size=50m", str(small_disk)], check=True)
    args = ("build", "monographs", "--format", "html", "--output", str(small_disk))
    process = subprocess.Popen(
        command(*args), cwd=library, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    while len(outputs(small_disk)) < 10 and process.poll() is None:
        time.sleep(0.01)
    for _ in range(200):
        if subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], capture_output=True).returncode == 0:
            break
        time.sleep(0.005)  # a file is open just now
    _, err = process.communicate(timeout=120)
    assert process.returncode in (6, 7)
    assert "Traceback" not in err
    assert "Read-only file system" in err
    assert_true(small_disk)
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    done = len(outputs(small_disk))
    said = json.loads(run(library, *args, "--json").stdout)
    assert said["cached"] >= done - len(parts(small_disk)) - 2
    assert_true(small_disk)
    assert parts(small_disk) == []
    assert outputs(small_disk) == undisturbed(library, "--format", "html")


def test_two_builds_into_one_folder_wait_for_each_other(library: Path) -> None:
    args = command("build", "monographs", "--format", "html", "--json")
    both = [
        subprocess.Popen(args, cwd=library, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in "12"
    ]
    said = [process.communicate(timeout=120) for process in both]
    results = [json.loads(out) for out, _ in said]
    assert sorted(result["built"] for result in results)[0] == 0
    assert any("another build is writing into this folder" in err for _, err in said)
    assert_true(library / "output")
    assert outputs(library / "output") == undisturbed(library, "--format", "html")


def test_a_source_that_changes_between_two_of_its_leaflets_is_read_again(project: Path) -> None:
    """One process makes both: what it read for the first must not stand in the second, under the new key."""
    source = project / "monographs/metformin.md"
    job = Job(
        str(source), "metformin", "patient", "en-US", "standard", "a4", str(project / "out"), str(project), "html"
    )
    assert build_one(job).status == "built"
    source.write_text(source.read_text(encoding="utf-8").replace("500 mg", "750 mg"), encoding="utf-8")
    other = replace(job, variant="clinician")
    outcome = build_one(other)
    assert outcome.source_sha256 == hashlib.sha256(source.read_bytes()).hexdigest()
    text = (project / "out" / str(outcome.path)).read_text(encoding="utf-8")
    assert "750" in text
    assert "500\u00a0mg" not in text
    # The same of the deny-list that lies with the source, where the build runs for another project.
    stranger = replace(job, project=str(ROOT))
    assert build_one(stranger).status == "built"
    (project / "content/rules").mkdir(parents=True)
    deny = "[[deny]]\nmedicine = 'Metformin'\nreason = 'Bad batch.'\nsource = 'National agency'\ndate = 2026-11-01\n"
    (project / "content/rules/deny.toml").write_text(deny, encoding="utf-8")
    assert build_one(stranger).status == "failed"


def test_orphans_are_told_and_only_pruned_when_asked(project: Path) -> None:
    summary(project)
    (project / "monographs/salbutamol.md").unlink()
    (project / "output/en-US/patient/mine.pdf").write_bytes(b"not ours")
    result = run(project, "build", "monographs")
    assert "2 leaflets whose source, or code, is gone; to remove them: --prune" in result.stderr
    assert "en-US/patient/salbutamol.pdf" in result.stderr
    # A build of one file says nothing of the others: their sources are there.
    assert "gone" not in run(project, "build", "monographs/metformin.md", "--prune").stderr
    assert (project / "output/en-US/patient/paracetamol.pdf").exists()
    assert (project / "output/en-US/patient/salbutamol.pdf").exists()
    run(project, "build", "monographs", "--prune")
    assert sorted(path.name for path in (project / "output/en-US/patient").iterdir()) == [
        "metformin.pdf", "mine.pdf", "paracetamol.pdf"
    ]  # fmt: skip
    assert "gone" not in run(project, "build", "monographs").stderr


def test_orphans_are_known_without_what_was_remembered(project: Path, tmp_path: Path) -> None:
    summary(project)
    (project / "monographs/salbutamol.md").unlink()
    shutil.rmtree(project / "output/.leaflets")
    outside = tmp_path / "outside.pdf"
    outside.write_bytes(b"not ours")
    line = {**manifest(project / "output")[0], "path": "../../outside.pdf", "source": "monographs/gone.md"}
    with (project / "output/manifest.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n" + '{"path": "en-US/patient/metformin.pdf"}\nnothing "path": "a.pdf"\n')
    first = run(project, "build", "monographs")
    assert "4 built" in first.stdout
    assert "2 leaflets whose source, or code, is gone; to remove them: --prune" in first.stderr
    run(project, "build", "monographs", "--prune")
    assert outside.exists()
    assert not list((project / "output").rglob("salbutamol*"))


def test_nothing_is_remembered_of_what_is_gone(project: Path) -> None:
    summary(project)
    (project / "monographs/salbutamol.md").unlink()
    (project / "output/en-US/patient/salbutamol.pdf").unlink()
    (project / "output/en-US/patient/metformin.pdf").unlink()
    summary(project, "--variant", "clinician")
    remembered = {path.name for path in (project / "output/.leaflets/en-US/patient").iterdir()}
    assert remembered == {"metformin.pdf.json", "paracetamol.pdf.json"}


def test_editions_are_built_in_one_go(project: Path) -> None:
    args = ("build", "monographs/salbutamol.md", "--edition", "standard", "--edition", "large-print")
    assert run(project, *args).returncode == 0
    found = sorted(path.name for path in (project / "output").rglob("*.pdf"))
    assert found == ["salbutamol.large-print.pdf"] * 2 + ["salbutamol.pdf"] * 2
    assert [line["edition"] for line in manifest(project / "output")] == ["large-print", "standard"] * 2


def test_jobs_come_in_the_order_of_the_manifest_and_are_made_when_asked_for() -> None:
    each = [Job("", "", variant, "de", "standard", "a4", "out", ".") for variant in ("clinician", "patient")]
    jobs = Jobs(["b/zinc.md", "a/zinc.md", "c/aspirin.md"], each, slug_of)
    names = [(job.slug, job.source, job.variant) for job in jobs]
    assert names == sorted(names)
    assert len(jobs) == len(set(names)) == 6
    assert jobs[5] == jobs[-1] == jobs[4:][1]
    assert [job.source for job in jobs[::2]] == ["c/aspirin.md", "a/zinc.md", "b/zinc.md"]
    with pytest.raises(IndexError):
        jobs[6]


def parcel(project: Path, variant: str) -> tuple[tuple[tuple[int, Job], str, str], ...]:
    source = str(project / "monographs/metformin.md")
    job = Job(
        source, "metformin", variant, "en-US", "standard", "letter", str(project / "output"), str(project), "html"
    )
    return (((0, job), build_identity(load_kit(project), job), key_or_none(job)),)


def test_another_version_of_a_monograph_is_not_taken_from_another_machine(project: Path) -> None:
    sent, source = parcel(project, "patient"), project / "monographs/metformin.md"
    assert make_parcel(sent)[0][1].data is not None
    source.write_text(source.read_text(encoding="utf-8").replace("500 mg", "850 mg"), encoding="utf-8")
    ((_, made),) = make_parcel(sent)
    assert made.data is None
    assert made.key == ""
    assert [problem.rule for problem in made.outcome.problems] == ["source-differs"]


def test_a_worker_that_outlives_a_change_prints_nothing_by_old_rules(project: Path) -> None:
    assert make_parcel(parcel(project, "patient"))[0][1].data is not None
    rules = project / "content/rules/deny.toml"
    rules.parent.mkdir(parents=True)
    shutil.copy(ROOT / "content/rules/deny.toml", rules)
    rules.write_text(rules.read_text(encoding="utf-8") + "\n# one more thought\n", encoding="utf-8")
    # The digest of a variant that it has not built yet is over the new rules; in its memory are the old ones.
    with pytest.raises(ServiceError) as caught:
        make_parcel(parcel(project, "clinician"))
    assert [problem.rule for problem in caught.value.problems] == ["worker-old"]
    forget_kits()
    assert make_parcel(parcel(project, "clinician"))[0][1].data is not None


def test_a_worker_that_has_the_project_elsewhere_says_so(project: Path, tmp_path: Path) -> None:
    rules = project / "content/rules/deny.toml"
    rules.parent.mkdir(parents=True)
    rules.write_text((ROOT / "content/rules/deny.toml").read_text(encoding="utf-8") + "\n# ours\n", encoding="utf-8")
    sent = parcel(project, "patient")
    (project / "monographs").rename(project / "elsewhere")
    ((_, made),) = make_parcel(sent)
    (problem,) = made.outcome.problems
    assert (problem.rule, problem.file) == ("source-differs", sent[0][0][1].source)
    assert "has no such file" in problem.message
    assert "at the same path" in str(problem.hint)
    project.rename(tmp_path / "moved")
    forget_kits()
    with pytest.raises(ServiceError) as caught:
        make_parcel(sent)
    (problem,) = caught.value.problems
    assert (problem.rule, problem.message) == ("worker-differs", f"a worker of the cluster has no folder {project}")


def test_a_worker_of_another_build_is_refused(project: Path) -> None:
    ((numbered, _, key),) = parcel(project, "patient")
    with pytest.raises(ServiceError) as caught:
        make_parcel(((numbered, "0123456789", key),))
    assert [problem.rule for problem in caught.value.problems] == ["worker-differs"]


def test_what_is_made_by_rules_that_changed_meanwhile_is_not_remembered(project: Path) -> None:
    """The key of a paper that is met only now is over the new rules; in memory are the old ones."""
    letter = parcel(project, "patient")[0][0][1]
    a4 = replace(letter, paper="a4")
    rules = project / "content/rules/deny.toml"
    rules.parent.mkdir(parents=True)
    shutil.copy(ROOT / "content/rules/deny.toml", rules)
    assert build_one(letter).status == "built"
    denial = '\n[[deny]]\nmedicine = "metformin"\nreason = "Recall."\nsource = "Site"\ndate = 2026-11-30\n'
    rules.write_text(rules.read_text(encoding="utf-8") + denial, encoding="utf-8")
    assert build_one(a4).status == "built"
    forget_kits()
    assert up_to_date(a4) is None
    assert "site-denied" in {problem.rule for problem in build_one(a4).problems}


def test_a_rule_that_is_only_touched_is_no_change(project: Path) -> None:
    job = parcel(project, "patient")[0][0][1]
    rules = project / "content/rules/deny.toml"
    rules.parent.mkdir(parents=True)
    shutil.copy(ROOT / "content/rules/deny.toml", rules)
    forget_kits()
    load_kit(project)
    os.utime(rules, (1, 1))
    assert not files_changed(project)
    assert build_one(job).status == "built"
    assert up_to_date(job) is not None
