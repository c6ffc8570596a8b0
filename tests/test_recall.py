"""Codes of what was printed, and what they say later."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaflets.codes import code_of, read_code

from .conftest import ROOT


def run(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    result = subprocess.run(
        [sys.executable, "-m", "leaflets", *args], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    assert "Traceback" not in result.stderr, result.stderr
    return result


@given(st.binary(min_size=32, max_size=32))
def test_a_code_is_read_as_it_is_written(data: bytes) -> None:
    code = code_of(data.hex())
    assert read_code(code) == code
    assert read_code(f" {code.lower()} ") == code
    assert read_code(code.replace("-", "")) == code
    assert read_code(code.replace("0", "O").replace("1", "l")) == code
    assert read_code(code.replace("-", " ")) == code
    assert read_code(code.replace("-", "\u2013").replace("LF", "1f")) == code


def test_codes_differ_as_soon_as_one_bit_does() -> None:
    digests = [hashlib.sha256(str(n).encode()).hexdigest() for n in range(2000)]
    assert len({code_of(digest) for digest in digests}) == 2000
    assert code_of("0" * 64) == "LF-0000-0000-0000-0000"
    assert code_of("f" * 64) == "LF-ZZZZ-ZZZZ-ZZZZ-ZZZZ"


@pytest.mark.parametrize("text", ["", "LF-", "LF-0000", "XX-0000-0000-0000-0000", "LF-0000-0000-0000-000U", "a.pdf"])
def test_what_is_no_code(text: str) -> None:
    assert read_code(text) is None


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = tmp_path_factory.mktemp("project")
    (project / "leaflets.toml").write_text("", encoding="utf-8")
    (project / "content/monographs").mkdir(parents=True)
    for slug in ("metformin", "salbutamol"):
        shutil.copy(ROOT / f"content/monographs/{slug}.md", project / "content/monographs")
    assert run(project, "build", "--format", "html").returncode == 0
    return project


@pytest.fixture
def project(built: Path, tmp_path: Path) -> Path:
    return shutil.copytree(built, tmp_path / "copy")


def codes(project: Path) -> list[str]:
    lines = (project / "output/manifest.jsonl").read_text(encoding="utf-8").splitlines()
    return [code_of(json.loads(line)["sha256"]) for line in lines if json.loads(line)["slug"] == "metformin"]


def test_a_code_is_current_superseded_withdrawn(project: Path) -> None:
    clinician, patient = codes(project)
    assert run(project, "verify", patient.lower()).stdout.split()[0] == "current"
    path = project / "content/monographs/metformin.md"
    path.write_text(path.read_text(encoding="utf-8") + "\nMore.\n", encoding="utf-8")
    result = run(project, "verify", patient, "--json")
    assert (result.returncode, json.loads(result.stdout)["state"]) == (3, "superseded")
    (project / "content/rules").mkdir()
    deny = "[[deny]]\nmedicine = 'Metformin'\nreason = 'Bad batch.'\nsource = 'National agency'\ndate = 2026-11-01\n"
    (project / "content/rules/deny.toml").write_text(deny, encoding="utf-8")
    assert json.loads(run(project, "verify", patient, "--json").stdout)["state"] == "withdrawn"
    assert json.loads(run(project, "verify", clinician, "--json").stdout)["state"] == "superseded"
    nobody = run(project, "verify", "LF-0000-0000-0000-0000")
    assert nobody.returncode == 3
    assert "no manifest here holds it" in nobody.stdout


def test_words_that_changed_supersede_a_code(project: Path) -> None:
    patient = codes(project)[1]
    words = project / "content/lexicon"
    words.mkdir()
    (words / "en.own.toml").write_text('[phrase]\n"vomiting" = "being sick"\n', encoding="utf-8")
    result = run(project, "verify", patient)
    assert (result.returncode, result.stdout.split()[0]) == (3, "superseded")
    assert "a translation have changed what it says" in result.stdout
    assert patient in run(project, "recall", "metformin").stdout
    # A manifest of an older version of the program does not tell what its leaflets say.
    path = project / "output/manifest.jsonl"
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for line in lines:
        del line["text_sha256"]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    assert "only the source was compared" in run(project, "verify", patient).stdout


def test_codes_of_copies_are_found_without_being_told_where(project: Path) -> None:
    shutil.copytree(project / "output", project / "copies")
    line = json.loads((project / "output/manifest.jsonl").read_text(encoding="utf-8").splitlines()[0])
    (project / "copies/manifest.jsonl").write_text(json.dumps({**line, "code": "LF-0000-0000-0000-0001"}) + "\n")
    assert run(project, "verify", "lf 0000 0000 0000 oooi").stdout.split()[0] == "current"


def test_recall_lists_what_holds_an_old_version(project: Path) -> None:
    assert run(project, "recall", "metformin").stdout == ""
    old = codes(project)
    digest = hashlib.sha256((project / "content/monographs/metformin.md").read_bytes()).hexdigest()
    shutil.copy(project / "output/manifest.jsonl", project / "last-month.jsonl")
    path = project / "content/monographs/metformin.md"
    path.write_text(path.read_text(encoding="utf-8") + "\nMore.\n", encoding="utf-8")
    assert run(project, "build", "--format", "html").returncode == 0
    result = run(project, "recall", "metformin", "--manifest", "last-month.jsonl", "--manifest", "output", "--json")
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert [item["code"] for item in found] == old
    assert {item["state"] for item in found} == {"superseded"}
    assert {item["source_sha256"] for item in found} == {digest}
    assert "2 of 4 printed leaflets of metformin in 2 manifests" in result.stderr
    everything = run(project, "recall", "metformin", "--manifest", "output", "--all").stdout.splitlines()
    assert [line.split()[1] for line in everything] == ["current", "current"]
    one = run(project, "recall", "metformin", "--manifest", "last-month.jsonl", "--version", digest[:12])
    assert len(one.stdout.splitlines()) == 2


def test_what_cannot_be_recalled_is_said(project: Path) -> None:
    (project / "torn.jsonl").write_text('{"slug": "metformin", "sta', encoding="utf-8")
    result = run(project, "recall", "metformin", "--manifest", "torn.jsonl")
    assert result.returncode == 3
    assert "torn.jsonl:1: error: this is no line of a manifest" in result.stderr
    assert run(project, "recall", "metformin", "--manifest", "nowhere").returncode == 3
    unknown = run(project, "recall", "metforman")
    assert unknown.returncode == 3
    assert "no manifest and no source knows 'metforman'" in unknown.stderr
