"""``leaflets build --layout openemr``: names that a health record opens, and nothing old left under them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import ROOT

CODES = (
    "system,code,slug\nrxnorm,6809,metformin\nndc,0093-1048-01,metformin\natc,A10BA02,metformin\n"
    "rxnorm,161,paracetamol\n"
)


def run(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    result = subprocess.run(
        [sys.executable, "-m", "leaflets", *args], cwd=folder, capture_output=True, text=True, check=False, timeout=180
    )
    assert "Traceback" not in result.stderr, result.stderr
    return result


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "leaflets.toml").write_text("", encoding="utf-8")
    folder = tmp_path / "content/monographs"
    folder.mkdir(parents=True)
    for name in ("metformin", "paracetamol", "salbutamol"):
        shutil.copy(ROOT / f"content/monographs/{name}.md", folder)
    (tmp_path / "codes.csv").write_text(CODES, encoding="utf-8")
    return tmp_path


def test_names_that_openemr_opens(project: Path) -> None:
    given = ("build", "--variant", "patient", "--layout", "openemr", "--codes", "codes.csv", "--output", "o")
    out = run(project, *given, "--json")
    assert (out.returncode, json.loads(out.stdout)["built"]) == (0, 3)
    folder = project / "o/education"
    names = sorted(path.name for path in folder.iterdir())
    assert "rxcui_6809_en.pdf" in names
    assert "rxcui_161_en.pdf" in names
    assert any(name.startswith("ndc_") for name in names)
    assert not any("a10ba02" in name for name in names)
    own = (project / "o/en-US/patient/metformin.pdf").read_bytes()
    assert (folder / "rxcui_6809_en.pdf").read_bytes() == own
    assert "salbutamol" in out.stderr  # it has no code: said, and kept under its own name
    # A leaflet that must not be handed out any more is gone under every name.
    deny = project / "content/rules/deny.toml"
    deny.parent.mkdir(parents=True)
    deny.write_text(
        '[[deny]]\nmedicine = "metformin"\nreason = "Recalled here."\nsource = "the site"\ndate = 2026-11-01\n',
        encoding="utf-8",
    )
    (folder / "rxcui_1_en.pdf").write_bytes(b"old")
    out = run(project, *given, "--prune")
    assert out.returncode == 7
    assert not (folder / "rxcui_6809_en.pdf").exists()
    assert not (folder / "rxcui_1_en.pdf").exists()
    assert (folder / "rxcui_161_en.pdf").is_file()


@pytest.mark.parametrize(
    ("codes", "more", "code", "said"),
    [
        (CODES + "rxnorm,161,nothing\n", (), 3, "codes.csv:6"),
        (CODES, ("--locale", "en-US", "--locale", "en-GB"), 3, "en-US and en-GB would have the same names"),
        ("a,b\n", (), 3, "its columns are system,code,slug"),
    ],
)
def test_what_cannot_be_named(project: Path, codes: str, more: tuple[str, ...], code: int, said: str) -> None:
    (project / "codes.csv").write_text(codes, encoding="utf-8")
    out = run(project, "build", "--layout", "openemr", "--codes", "codes.csv", "--output", "o", *more)
    assert (out.returncode, said in out.stderr) == (code, True), out.stderr
    assert not (project / "o/education").exists()


def test_a_layout_needs_its_codes(project: Path) -> None:
    assert run(project, "build", "--layout", "openemr").returncode == 2
