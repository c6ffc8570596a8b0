"""The wheel works outside the checkout: templates, styles, rules and demo content ride inside it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from .conftest import ROOT, demo_files


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an empty environment that has the wheel, and its dependencies but not the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True, timeout=120)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "venv", with_pip=False)
    python = folder / "venv" / "bin" / "python"
    place = [str(python), "-c", "import sysconfig; print(sysconfig.get_paths()['purelib'])"]
    packages = Path(subprocess.run(place, check=True, capture_output=True, text=True).stdout.strip())
    # Dependencies come from the environment of the tests. A path line does not run that folder's own .pth files,
    # so the checkout, which is installed there by such a file, stays out of sight.
    (packages / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"] + "\n", encoding="utf-8")
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "-q", "--no-deps", "--no-index"]
    subprocess.run([*install, str(wheel)], check=True, capture_output=True, timeout=120)
    return python


def run(python: Path, cwd: Path, *args: str) -> subprocess.CompletedProcess[str]:
    command = [str(python.with_name("leaflets")), *args]
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=120, check=False)


def test_the_package_is_the_wheel_s(python: Path, tmp_path: Path) -> None:
    where = [str(python), "-c", "import leaflets; print(leaflets.__file__)"]
    found = subprocess.run(where, cwd=tmp_path, check=True, capture_output=True, text=True).stdout.strip()
    assert Path(found).is_relative_to(python.parents[1])


def test_it_builds_a_leaflet_from_a_source(python: Path, tmp_path: Path) -> None:
    source = tmp_path / "paracetamol.md"
    demo = next(path for path in demo_files() if path.stem == "paracetamol")
    source.write_bytes(demo.read_bytes())
    result = run(python, tmp_path, "build", "paracetamol.md", "--output", "out", "--json")
    assert (result.returncode, json.loads(result.stdout)["built"]) == (0, 2), result.stderr
    assert (tmp_path / "out/en-US/patient/paracetamol.pdf").read_bytes().startswith(b"%PDF-")


def test_it_carries_the_demo_content(python: Path, tmp_path: Path) -> None:
    result = run(python, tmp_path, "check", "--json")
    assert json.loads(result.stdout)["checked"] == len(demo_files())
