"""The set-up script: what is missing is said, with the commands; where it may not install, it stops."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from .conftest import ROOT

TOOLS = ("sh", "find", "cat", "cksum", "dirname", "env", "java", "pdftotext")


def setup(path: Path, *args: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": str(path), "HOME": str(path)}
    command = ["/bin/sh", str(ROOT / ".ci/setup"), *args]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)


def script(path: Path, text: str) -> None:
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


def test_a_wrong_word_is_a_usage_error(bare: Path) -> None:
    assert setup(bare, "--tests").returncode == 2
