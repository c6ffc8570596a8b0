"""Comfort for authors: a new project, what is missing, a live preview, the manual page, completion."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from .conftest import ROOT

COMMAND = [sys.executable, "-m", "leaflets"]


def run(cwd: Path, *args: str, **env: str) -> subprocess.CompletedProcess[str]:
    result = subprocess.run(
        [*COMMAND, *args], cwd=cwd, capture_output=True, text=True, timeout=120, check=False, env={**os.environ, **env}
    )
    assert "Traceback" not in result.stderr, result.stderr
    return result


def test_a_new_project_builds_and_is_never_overwritten(tmp_path: Path) -> None:
    assert run(tmp_path, "init", "mine").returncode == 0
    built = run(tmp_path / "mine", "build", "--variant", "patient", "--json")
    assert json.loads(built.stdout)["built"] == 1
    config = tmp_path / "mine/leaflets.toml"
    config.write_text("[site]\nname = 'Mine'\n", encoding="utf-8")
    again = run(tmp_path, "init", "mine")
    assert again.returncode == 3
    assert "nothing was written" in again.stderr
    assert "Mine" in config.read_text(encoding="utf-8")
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert run(tmp_path, "init", "file").returncode == 3


def test_doctor_says_what_is_there_and_what_is_missing(tmp_path: Path) -> None:
    rows = json.loads(run(ROOT, "doctor", "--json").stdout)
    assert [row["what"] for row in rows if row["problem"] and row["problem"]["severity"] == "error"] == []
    assert {"Python", "libraries", "fonts", "engine", "Java"} <= {row["what"] for row in rows}
    rules = tmp_path / "content/rules"
    rules.mkdir(parents=True)
    (tmp_path / "leaflets.toml").write_text("", encoding="utf-8")
    stock = (ROOT / "content/rules/fonts.toml").read_text(encoding="utf-8")
    (rules / "fonts.toml").write_text(re.sub(r"folders = \[.*?\]", "folders = []", stock, flags=re.DOTALL))
    sick = run(tmp_path, "doctor")
    assert sick.returncode == 6
    assert re.search(r"^missing +fonts: .*NotoSans-Regular", sick.stdout, re.MULTILINE)
    assert "apt-get install" in sick.stdout
    assert re.search(r"^note +monographs: none", sick.stdout, re.MULTILINE)


def test_the_manual_page_names_every_command() -> None:
    page = run(ROOT, "man").stdout
    assert page.startswith(".TH LEAFLETS 1")
    for name in ("build", "check", "review approve", "verify", "watch"):
        assert f"leaflets {name}" in page.replace("\\-", "-")
    groff = shutil.which("groff")
    if groff:
        warned = subprocess.run([groff, "-man", "-Tutf8", "-ww", "-z"], input=page, capture_output=True, text=True)
        assert (warned.returncode, warned.stderr) == (0, "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell: str) -> None:
    script = subprocess.run(
        [str(Path(sys.executable).with_name("leaflets"))], env={**os.environ, "_LEAFLETS_COMPLETE": f"{shell}_source"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "leaflets" in script.stdout
    env = {"_LEAFLETS_COMPLETE": "bash_complete", "COMP_WORDS": "leaflets re", "COMP_CWORD": "1"}
    told = subprocess.run(
        [str(Path(sys.executable).with_name("leaflets"))], env={**os.environ, **env}, capture_output=True, text=True
    )
    assert "plain,review" in told.stdout


class Watched:
    def __init__(self, folder: Path) -> None:
        self.source = folder / "x.md"
        self.source.write_text((ROOT / "content/monographs/metformin.md").read_text("utf-8"), encoding="utf-8")
        self.process = subprocess.Popen(
            [*COMMAND, "watch", "x.md", "--port", "0", "--no-open"], cwd=folder, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().split(" at ")[1].split()[0]

    def get(self, path: str, **headers: str) -> str:
        request = urllib.request.Request(self.address + path, headers=headers)
        with urllib.request.urlopen(request, timeout=20) as answer:
            return str(answer.read().decode())

    def after(self, version: int) -> dict[str, object]:
        """The state once it is newer."""
        for _ in range(200):
            state: dict[str, object] = json.loads(self.get("state"))
            if isinstance(state["version"], int) and state["version"] > version:
                return state
            time.sleep(0.1)
        raise AssertionError("no newer preview")


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    watched = Watched(tmp_path)
    yield watched
    watched.process.kill()
    watched.process.wait(20)


def test_watch_shows_what_is_saved_and_what_is_wrong_with_it(watched: Watched) -> None:
    assert "2,550" in watched.get("leaflet/patient")
    assert 'data-v="clinician"' in watched.get("")
    text = watched.source.read_text(encoding="utf-8")
    watched.source.write_text(text.replace("2,550 mg", "2,555 mg"), encoding="utf-8")
    state = watched.after(0)
    assert "2,555" in watched.get("leaflet/patient")
    watched.source.write_text(text.replace("is_banned: false", "is_banned: maybe"), encoding="utf-8")
    state = watched.after(int(str(state["version"])))
    assert "front-matter-type" in json.dumps(state)
    assert "cannot be read" in watched.get("leaflet/patient")
    watched.source.unlink()
    state = watched.after(int(str(state["version"])))
    assert "not-found" in json.dumps(state)
    watched.source.write_text(text, encoding="utf-8")
    watched.after(int(str(state["version"])))
    assert "2,550" in watched.get("leaflet/patient")
    with pytest.raises(urllib.error.HTTPError, match="403"):
        watched.get("state", Host="evil.example")
    with pytest.raises(urllib.error.HTTPError, match="404"):
        watched.get("etc/passwd")
    watched.process.send_signal(signal.SIGINT)
    _, errors = watched.process.communicate(timeout=20)
    assert watched.process.returncode == 130
    assert "Traceback" not in errors


def test_a_port_that_is_taken_is_told(watched: Watched) -> None:
    port = watched.address.rsplit(":", 1)[1].strip("/")
    result = run(watched.source.parent, "watch", "x.md", "--port", port, "--no-open")
    assert result.returncode == 8
    assert "--port" in result.stderr


def test_check_says_one_line_a_file_worst_first(tmp_path: Path) -> None:
    good = (ROOT / "content/monographs/metformin.md").read_text("utf-8")
    (tmp_path / "a.md").write_text(good, encoding="utf-8")
    (tmp_path / "b.md").write_text(good + "\n## Astrology\nMars.\n", encoding="utf-8")
    (tmp_path / "c.md").write_text(good.replace("sample: true", "smaple: true"), encoding="utf-8")
    result = run(tmp_path, "check", ".")
    assert result.returncode == 3
    lines = result.stdout.splitlines()
    assert re.match(r"error +b\.md: ", lines[0])
    assert re.match(r"warning +c\.md: front-matter-unknown-key", lines[1])
    assert not any("a.md" in line for line in lines)
    assert lines[-2].startswith("reading grade of patient leaflets: ")
    assert "hint: " in run(tmp_path, "check", ".", "--details").stdout
    account = json.loads(run(tmp_path, "check", "a.md", "--json").stdout)
    graded = account["files"][0]["reading_grade"]["patient"]
    assert graded["leaflet"]["neutral"] < 8
    assert set(graded) > {"leaflet", "how", "effects"}


def test_check_measures_the_print_against_a_standard() -> None:
    source = str(ROOT / "content/monographs/metformin.md")
    account = json.loads(run(ROOT, "check", source, "--profile", "qrd", "--json").stdout)
    verdicts = {result["measure"]: result["verdict"] for result in account["files"][0]["results"]}
    assert verdicts["line pitch of body text"] == "meets"
    assert "person" in verdicts.values()
    told = run(ROOT, "check", source, "--profile", "large-print").stdout
    assert told.startswith("measured against ")
    assert "compl" not in told.casefold()
    unknown = run(ROOT, "check", source, "--profile", "nope")
    assert (unknown.returncode, "known: cmi" in unknown.stderr) == (2, True)


def test_watch_needs_a_file(tmp_path: Path) -> None:
    result = subprocess.run(
        [*COMMAND, "watch", "none.md", "--port", "0", "--no-open"], cwd=tmp_path, capture_output=True, text=True,
        check=False, timeout=60,
    )  # fmt: skip
    assert (result.returncode, "there is no such file" in result.stderr) == (3, True)
