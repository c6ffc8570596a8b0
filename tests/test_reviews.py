"""Review records: appended, chained, voided by exactly what changes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from leaflets.errors import ContentError
from leaflets.reviews import Review, append_review, latest, read_reviews

SOURCE = """---
title: Testamol
---
## Usage
Testamol is for pain.

* **Pharmacological Classification:** Analgesic.

## Dosage
### Standard Dosage
#### Adults
Take 5 mg daily.
"""


def run(cwd: Path, *args: str) -> subprocess.CompletedProcess[str]:
    result = subprocess.run(
        [sys.executable, "-m", "leaflets", *args], cwd=cwd, capture_output=True, text=True, timeout=120, check=False
    )
    assert "Traceback" not in result.stderr, result.stderr
    return result


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "leaflets.toml").write_text("", encoding="utf-8")
    (tmp_path / "content/monographs").mkdir(parents=True)
    (tmp_path / "content/monographs/testamol.md").write_text(SOURCE, encoding="utf-8")
    return tmp_path


MD = "content/monographs/testamol.md"
RECORDS = "content/locale/en/testamol.reviews.jsonl"


def approve(project: Path, *more: str) -> subprocess.CompletedProcess[str]:
    variant = () if "--variant" in more else ("--variant", "patient")
    return run(project, "review", "approve", MD, *variant, "--who", "R. Example", "--role", "pharmacist", *more)


def states(project: Path) -> dict[str, str]:
    rows = json.loads(run(project, "review", "status", "--json").stdout)
    return {row["variant"]: row["state"] for row in rows}


def test_a_review_prints_and_a_change_voids_exactly_what_it_touches(project: Path) -> None:
    assert states(project) == {"clinician": "not reviewed", "patient": "not reviewed"}
    assert run(project, "build", MD, "--strict", "--variant", "patient", "--output", "out").returncode == 3
    assert approve(project, "--variant", "patient", "--variant", "clinician").returncode == 0
    assert states(project) == {"clinician": "approved", "patient": "approved"}
    built = run(project, "build", MD, "--strict", "--output", "out")
    assert built.returncode == 0, built.stderr
    lines = [json.loads(line) for line in (project / "out/manifest.jsonl").read_text().splitlines()]
    assert [line["draft"] for line in lines] == [False, False]
    text = subprocess.run(
        ["pdftotext", "-layout", str(project / "out/en-US/patient/testamol.pdf"), "-"], capture_output=True, text=True
    ).stdout
    assert "Reviewed by R. Example, pharmacist" in text
    assert "Draft" not in text
    # The class is the clinician's matter only.
    path = project / MD
    path.write_text(path.read_text(encoding="utf-8").replace("Analgesic", "Antipyretic"), encoding="utf-8")
    assert states(project) == {"clinician": "changed since", "patient": "approved"}
    path.write_text(path.read_text(encoding="utf-8").replace("5 mg", "6 mg"), encoding="utf-8")
    assert states(project) == {"clinician": "changed since", "patient": "changed since"}
    # What was approved once is approved again when it returns.
    path.write_text(SOURCE, encoding="utf-8")
    assert states(project) == {"clinician": "approved", "patient": "approved"}


def test_a_rejection_is_the_last_word(project: Path) -> None:
    approve(project)
    approve(project, "--reject", "--note", "dose of children is missing")
    assert states(project)["patient"] == "rejected"
    shown = run(project, "review", "show", MD).stdout
    assert "dose of children is missing" in shown
    assert run(project, "build", MD, "--variant", "patient", "--strict", "--output", "out").returncode == 3


def lines_of(project: Path) -> list[str]:
    return (project / RECORDS).read_text(encoding="utf-8").splitlines(keepends=True)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (
            lambda lines: [lines[0].replace("R. Example", "M. Forger"), lines[1]],
            ":1: error: the record does not continue",
        ),
        (lambda lines: [lines[1], lines[0]], ":1: error: the record does not continue"),
        (lambda lines: lines[1:], ":1: error: the record does not continue"),
        (lambda lines: [lines[0], lines[1][:40]], ":2: error: the record breaks off"),
        (lambda lines: [lines[0], "{}\n"], ":2: error: the record is no review record"),
        (lambda lines: [lines[0], "x\n"], ":2: error: the record is no JSON"),
        (lambda lines: [lines[0], "[" * 100_000 + "\n"], ":2: error: the record is no JSON"),
        (lambda lines: [lines[0], "\udcff\n"], ":2: error: the record is no JSON"),
    ],
)
def test_spoiled_records_are_told_and_left_alone(
    spoil: Callable[[list[str]], list[str]], said: str, project: Path
) -> None:
    approve(project)
    approve(project)
    spoiled = "".join(spoil(lines_of(project))).encode("utf-8", "surrogateescape")
    (project / RECORDS).write_bytes(spoiled)
    for command in (("review", "show", MD), ("build", MD, "--variant", "patient", "--output", "out")):
        result = run(project, *command)
        assert (result.returncode, said in result.stderr) == (3, True), result.stderr
    assert approve(project).returncode == 3
    assert (project / RECORDS).read_bytes() == spoiled


def record(when: str, who: str = "R. Example", slug: str = "x") -> Review:
    return Review(slug, "patient", "en", "approved", "0" * 64, "1" * 64, who, "pharmacist", when)


def test_records_out_of_order_or_of_another_file(tmp_path: Path) -> None:
    path = tmp_path / "en/x.reviews.jsonl"
    append_review(path, record("2026-11-23T10:00:00Z"))
    before = path.read_bytes()
    with pytest.raises(ContentError, match="newer than the record to be added"):
        append_review(path, record("2026-11-23T09:00:00Z", "S. Example"))
    with pytest.raises(ContentError, match="who must be"):
        append_review(path, record("2026-11-23T11:00:00Z", "two\nlines"))
    assert path.read_bytes() == before
    other = tmp_path / "en/y.reviews.jsonl"
    other.write_bytes(before)
    with pytest.raises(ContentError, match="is about 'x'"):
        read_reviews(other)
    append_review(path, record("2026-11-23T11:00:00Z", "S. Example"))
    found = latest(read_reviews(path), "patient", "1" * 64)
    assert found is not None
    assert found.who == "S. Example"


def test_a_site_s_own_list_stops_what_no_flag_stops(project: Path) -> None:
    rules = project / "content/rules"
    rules.mkdir()
    deny = "[[deny]]\nmedicine = 'Testamol'\nreason = 'Bad batch.'\nsource = 'National agency'\ndate = 2026-11-01\n"
    (rules / "deny.toml").write_text(deny, encoding="utf-8")
    result = run(project, "build", MD, "--output", "out")
    assert result.returncode == 3
    assert "not handed out here" in result.stderr
    assert (project / "out/en-US/clinician/testamol.pdf").is_file()
    assert not (project / "out/en-US/patient/testamol.pdf").exists()
    (rules / "deny.toml").write_text(deny.replace("2026-11-01", "'soon'"), encoding="utf-8")
    assert "date must be date" in run(project, "build", MD, "--output", "out").stderr


def test_a_deny_list_holds_wherever_the_build_runs(project: Path, tmp_path: Path) -> None:
    rules = project / "content/rules"
    rules.mkdir()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    args = ("build", str(project / MD), "--variant", "patient", "--output", str(elsewhere / "out"))
    assert run(elsewhere, *args).returncode == 0
    deny = "[[deny]]\nmedicine = 'Testamol'\nreason = 'Bad batch.'\nsource = 'National agency'\ndate = 2026-11-01\n"
    (rules / "deny.toml").write_text(deny, encoding="utf-8")
    assert run(elsewhere, *args).returncode == 3
    assert not (elsewhere / "out/en-US/patient/testamol.pdf").exists()
    (rules / "deny.toml").write_text(deny.replace("[[deny]]", "[[deni]]"), encoding="utf-8")
    told = run(elsewhere, *args)
    assert told.returncode == 3
    assert "unknown table 'deni'" in told.stderr
    (rules / "deny.toml").write_text(deny.replace("Bad batch.", " "), encoding="utf-8")
    assert "reason is empty" in run(elsewhere, *args).stderr
