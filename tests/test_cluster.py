"""The same build on a Dask cluster: a scheduler and workers as processes of their own, on loopback."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from leaflets.batch import CHUNK, shares

from .test_batch import assert_true, command, make_endless, outputs, project, run, undisturbed

__all__ = ["project"]  # a fixture

pytest.importorskip("distributed", reason="Dask is not installed: pip install 'leaflets[dask]'")

DASK = [sys.executable, "-m", "dask"]


class Cluster:
    """A scheduler and two workers."""

    def __init__(self, folder: Path, host: str = "127.0.0.1", env: dict[str, str] | None = None) -> None:
        self.folder = folder
        self.env = env or {}
        self.file = folder / "scheduler.json"
        self.scheduler = self._start("scheduler", "--host", host, "--port", "0", "--no-dashboard",
                                     "--scheduler-file", str(self.file))  # fmt: skip
        until = time.monotonic() + 60
        while not self.file.exists() and time.monotonic() < until:
            time.sleep(0.1)
        self.address = json.loads(self.file.read_text(encoding="utf-8"))["address"]
        self.workers = [
            self._start("worker", self.address, "--nthreads", "1", "--nworkers", "1", "--no-dashboard",
                        "--local-directory", str(folder / name))
            for name in ("a", "b")
        ]  # fmt: skip

    def _start(self, *args: str) -> subprocess.Popen[bytes]:
        log = (self.folder / "dask.log").open("ab")
        env = {
            **os.environ,
            **self.env,
            "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",
        }
        return subprocess.Popen(
            [*DASK, *args], stdout=log, stderr=log, cwd=self.folder, start_new_session=True, env=env
        )  # fmt: skip

    def wait(self) -> None:
        from distributed import Client

        with Client(self.address, timeout=60, set_as_default=False) as client:  # type: ignore[no-untyped-call]
            client.wait_for_workers(2, timeout=60)

    def end(self) -> None:
        for process in (*self.workers, self.scheduler):
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
            process.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    folder = tmp_path / "dask"
    folder.mkdir()
    it = Cluster(folder)
    it.wait()
    yield it
    it.end()


def test_a_cluster_prints_the_same_bytes(cluster: Cluster, project: Path) -> None:
    run(project, "build", "monographs", "--output", "here")
    result = run(project, "build", "monographs", "--output", "there", "--cluster", cluster.address, "--json")
    assert json.loads(result.stdout)["built"] == 6, result.stderr
    assert outputs(project / "there") == outputs(project / "here")
    again = run(project, "build", "monographs", "--output", "there", "--cluster", cluster.address, "--json")
    assert (json.loads(again.stdout)["built"], json.loads(again.stdout)["cached"]) == (0, 6)


@pytest.fixture
def certificates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Of an authority of this test: the configuration of Dask that names them, which holds for this process, too."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed: apt install openssl")
    new = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    files = ["-subj", "/CN=trial", "-keyout", str(tmp_path / "key.pem"), "-out", str(tmp_path / "cert.pem")]
    subprocess.run([*new, *files], check=True, capture_output=True)
    tls = "DASK_DISTRIBUTED__COMM__TLS__"
    env = {f"{tls}CA_FILE": str(tmp_path / "cert.pem")}
    for role in ("SCHEDULER", "WORKER", "CLIENT"):
        env |= {f"{tls}{role}__CERT": str(tmp_path / "cert.pem"), f"{tls}{role}__KEY": str(tmp_path / "key.pem")}
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    return env


def test_a_cluster_over_tls_prints_the_same_bytes_and_wants_certificates(
    certificates: dict[str, str], project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "dask").mkdir()
    it = Cluster(tmp_path / "dask", "tls://127.0.0.1", certificates)
    try:
        assert it.address.startswith("tls://")
        one = ("build", "monographs/salbutamol.md", "--variant", "patient", "--output")
        until = time.monotonic() + 60
        while (
            "has no workers" in (result := run(project, *one, "there", "--cluster", it.address)).stderr
            and time.monotonic() < until
        ):
            time.sleep(0.5)
        assert result.returncode == 0, result.stderr
        run(project, *one, "here")
        assert outputs(project / "there") == outputs(project / "here")
        monkeypatch.setenv("DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION", "true")
        assert "asks for encryption" in refused(project, it.address.replace("tls://", "tcp://"))
        for name in certificates:
            monkeypatch.delenv(name)
        assert "no certificates are named for it" in refused(project, it.address)
    finally:
        it.end()


def refused(project: Path, address: str) -> str:
    began = time.monotonic()
    result = run(project, "build", "monographs", "--cluster", address)
    assert result.returncode == 8
    assert "Traceback" not in result.stderr
    assert time.monotonic() - began < 30
    return result.stderr


def more_of_them(project: Path) -> None:
    for number in range(12):
        text = (project / "monographs/salbutamol.md").read_text(encoding="utf-8")
        (project / f"monographs/more-{number}.md").write_text(text, encoding="utf-8")


def wait_for_the_first(project: Path, process: subprocess.Popen[str]) -> None:
    until = time.monotonic() + 60
    while not list((project / "output").rglob("*.pdf")) and time.monotonic() < until and process.poll() is None:
        time.sleep(0.05)
    assert process.poll() is None


def test_a_worker_that_dies_costs_no_leaflet(cluster: Cluster, project: Path) -> None:
    more_of_them(project)
    process = subprocess.Popen(
        command("build", "monographs", "--cluster", cluster.address, "--json"), cwd=project, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    wait_for_the_first(project, process)
    os.killpg(cluster.workers[0].pid, signal.SIGKILL)
    out, err = process.communicate(timeout=180)
    assert process.returncode == 0, err
    assert json.loads(out)["built"] + json.loads(out)["cached"] == 30
    assert_true(project / "output")
    assert outputs(project / "output") == undisturbed(project)


def test_a_scheduler_that_dies_gives_8_and_the_next_build_goes_on(cluster: Cluster, project: Path) -> None:
    more_of_them(project)
    process = subprocess.Popen(
        command("build", "monographs", "--cluster", cluster.address), cwd=project, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    wait_for_the_first(project, process)
    os.killpg(cluster.scheduler.pid, signal.SIGKILL)
    _, err = process.communicate(timeout=180)
    assert process.returncode == 8, err
    assert "does not answer any more" in err
    assert "Traceback" not in err
    assert_true(project / "output")
    done = len(outputs(project / "output"))
    assert done > 0
    said = json.loads(run(project, "build", "monographs", "--json").stdout)
    assert (said["cached"], said["built"]) == (done, 30 - done)
    assert outputs(project / "output") == undisturbed(project)


def test_a_leaflet_that_never_ends_is_named_and_its_parcel_is_done(cluster: Cluster, project: Path) -> None:
    more_of_them(project)
    make_endless(project)
    args = ("--cluster", cluster.address, "--timeout", "15", "--json")
    result = run(project, "build", "monographs", "--variant", "patient", *args)
    assert result.returncode == 7, result.stderr
    assert "monographs/metformin.md: error: took longer than 15 seconds, twice [too-slow]" in result.stderr
    assert (json.loads(result.stdout)["built"], json.loads(result.stdout)["failed"]) == (14, 1)
    assert_true(project / "output")


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense", "tcp://", "ftp://127.0.0.1:1"])
def test_no_scheduler_is_8_in_one_sentence(project: Path, address: str) -> None:
    result = run(project, "build", "monographs", "--cluster", address)
    assert result.returncode == 8
    assert f"no Dask scheduler answers at {address}" in result.stderr
    assert "dask scheduler" in result.stderr


def test_parcels_grow_smaller_towards_the_end() -> None:
    sizes = [len(part) for part in shares(range(40), 2)]
    assert sum(sizes) == 40
    assert sizes[0] == CHUNK
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-3:] == [1, 1, 1]
    assert [part[0] for part in shares(range(3), 2)] == [0, 1, 2]
    assert list(shares([], 2)) == []
