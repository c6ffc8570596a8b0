"""The set-up script: what is missing is said, with the commands; where it may not install, it stops."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from .conftest import ROOT

TOOLS = ("sh", "find", "cat", "cksum", "dirname", "env", "java", "pdftotext")
FONTS = (
    "NotoSans-Regular.ttf", "NotoSans-Bold.ttf", "NotoSansSymbols-Regular.ttf", "NotoSansSymbols2-Regular.ttf",
    "NotoSansMath-Regular.ttf", "DroidSansFallbackFull.ttf", "NanumGothic.ttf",
    "BIZUDGothic-Regular.ttf", "BIZUDGothic-Bold.ttf",
)  # fmt: skip


def setup(path: Path, *args: str, root: Path = ROOT) -> subprocess.CompletedProcess[str]:
    env = {"PATH": str(path)}
    command = ["/bin/sh", str(root / ".ci/setup"), *args]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)


def script(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)  # it may be a link to the machine's own tool, which must not be written through
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A machine without the engine's libraries: a python3 that finds none, no package manager, not root."""
    for tool in TOOLS:
        if found := shutil.which(tool):
            (tmp_path / tool).symlink_to(found)
    script(tmp_path / "python3", 'case "$1" in -) exit 1 ;; *) exit 0 ;; esac')
    script(tmp_path / "id", "echo 1000")
    return tmp_path


def test_without_a_package_manager_it_says_the_commands_and_stops(bare: Path) -> None:
    result = setup(bare)
    assert result.returncode == 1
    assert "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0" in result.stdout
    for command in ("sudo apt-get install -y ", "sudo dnf install -y ", "brew install "):
        assert command in result.stderr


def test_without_root_it_asks_for_no_password(bare: Path) -> None:
    script(bare / "apt-get", "echo apt-get must not run >&2; exit 9")
    script(bare / "sudo", '[ "$1" = -n ] || echo asked for a password >&2; exit 1')
    result = setup(bare)
    assert result.returncode == 1
    assert "needs root" in result.stderr
    assert "must not run" not in result.stderr
    assert "password >&2" not in result.stderr
    assert "asked for a password" not in result.stderr


def test_an_old_python_is_refused(bare: Path) -> None:
    script(bare / "python3", 'case "$1" in -c) exit 1 ;; *) echo Python 3.9.2 ;; esac')
    result = setup(bare)
    assert (result.returncode, "this is Python 3.9.2" in result.stderr) == (1, True)


def test_a_check_installs_nothing(bare: Path) -> None:
    script(bare / "apt-get", "echo apt-get must not run >&2; exit 9")
    result = setup(bare, "--check", "--test")
    assert (result.returncode, result.stderr) == (0, "")


@pytest.fixture
def project(bare: Path) -> Path:
    """A set-up project on a machine that has everything but Java, and whose package lists cannot be read."""
    (bare / "java").unlink(missing_ok=True)
    script(bare / "pdftotext", "")
    script(bare / "python3", 'case "$1 $2" in -m*venv) echo "$@" >&2; exit 9 ;; --version*) echo Python 3.12.3 ;; esac')
    script(bare / "apt-get", "exit 100")
    script(bare / "find", "printf '/f/%s\\n' " + " ".join(FONTS))
    script(bare / "id", "echo 0")
    folder = bare / "project"
    for name in (".ci/setup", "requirements.lock", "pyproject.toml"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    (folder / ".venv/bin").mkdir(parents=True)
    script(folder / ".venv/bin/python", 'echo "$@" >> "$0.log"')
    assert setup(bare, root=folder).returncode == 0
    return folder


def test_a_second_run_installs_nothing(bare: Path, project: Path) -> None:
    log = project / ".venv/bin/python.log"
    log.unlink()
    result = setup(bare, root=project)
    assert (result.returncode, result.stdout, result.stderr) == (0, "set-up: nothing to install\n", "")
    assert log.read_text(encoding="utf-8") == "-m pip --version\n"


def test_a_changed_lock_is_installed(bare: Path, project: Path) -> None:
    with (project / "requirements.lock").open("a", encoding="utf-8") as lock:
        lock.write("\n")
    assert "installing" in setup(bare, root=project).stdout
    assert "--require-hashes" in (project / ".venv/bin/python.log").read_text(encoding="utf-8")


def test_without_java_it_goes_on_and_says_so(bare: Path, project: Path) -> None:
    result = setup(bare, "--test", root=project)
    assert result.returncode == 0
    assert "going on without default-jre-headless" in result.stdout


def test_a_needed_package_that_cannot_be_had_stops_it(bare: Path, project: Path) -> None:
    (bare / "pdftotext").unlink()
    result = setup(bare, "--test", root=project)
    assert (result.returncode, "Missing: poppler-utils. apt-get could not" in result.stderr) == (1, True)


def test_an_environment_that_was_moved_is_made_anew(bare: Path, project: Path) -> None:
    moved = project.rename(bare / "elsewhere")
    result = setup(bare, root=moved)
    assert (result.returncode, "-m venv --clear .venv" in result.stderr) == (1, True)


def test_a_wrong_word_is_a_usage_error(bare: Path) -> None:
    assert setup(bare, "--tests").returncode == 2
