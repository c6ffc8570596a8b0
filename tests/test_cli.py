"""The commands, as a person or a program calls them: output, exit codes, and never a traceback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .conftest import ROOT

DEMO = ROOT / "content/monographs"


def run(*args: str, cwd: Path = ROOT, **more: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "leaflets", *args]
    result = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False, **more)  # type: ignore[call-overload]
    assert "Traceback" not in result.stderr, result.stderr
    return result  # type: ignore[no-any-return]


def manifest(output: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (output / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]


def test_build_says_what_it_did_and_writes_a_manifest(tmp_path: Path) -> None:
    result = run("build", str(DEMO / "paracetamol.md"), "--output", str(tmp_path), "--json")
    assert result.returncode == 0
    summary = json.loads(result.stdout)
    assert set(summary) == {"built", "cached", "failed", "seconds", "manifest"}
    lines = manifest(tmp_path)
    assert [line["variant"] for line in lines] == ["clinician", "patient"]
    keys = {
        "slug", "variant", "locale", "edition", "paper", "path", "status", "pages", "bytes", "sha256", "source",
        "source_sha256", "text_sha256", "reading_grade", "draft", "problems",
    }  # fmt: skip
    assert set(lines[0]) == keys
    assert (lines[0]["paper"], lines[0]["draft"], lines[0]["status"]) == ("letter", True, "built")
    data = (tmp_path / str(lines[0]["path"])).read_bytes()
    assert len(data) == lines[0]["bytes"]


def test_a_dangerous_source_gives_3_and_its_clinician_leaflet(tmp_path: Path) -> None:
    result = run("build", str(DEMO / "rofecoxib.md"), "--output", str(tmp_path))
    assert result.returncode == 3
    assert "the patient leaflet is not made" in result.stderr
    clinician, patient = manifest(tmp_path)
    assert (clinician["status"], patient["status"], "path" in patient) == ("built", "failed", False)
    assert not (tmp_path / "en-US/patient/rofecoxib.pdf").exists()


def test_one_bad_of_many_gives_7_and_the_rest(tmp_path: Path) -> None:
    (tmp_path / "bad.md").write_bytes(b"\xff")
    sources = [str(tmp_path / "bad.md"), str(DEMO / "paracetamol.md")]
    result = run("build", *sources, "--variant", "patient", "--output", str(tmp_path / "out"))
    assert (result.returncode, [line["status"] for line in manifest(tmp_path / "out")]) == (7, ["failed", "built"])


def test_outputs_do_not_depend_on_the_number_of_processes(tmp_path: Path) -> None:
    for jobs in ("1", "2"):
        out = str(tmp_path / jobs)
        run("build", str(DEMO), "--variant", "patient", "--jobs", jobs, "--output", out, "--format", "html")
    assert manifest(tmp_path / "1") == manifest(tmp_path / "2")
    assert (tmp_path / "1/en-US/patient/metformin.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_usage_errors_give_2() -> None:
    assert run("build", "--edition", "tiny").returncode == 2
    assert run("frobnicate").returncode == 2
    assert run("explain").returncode == 2


@pytest.mark.parametrize("tag", ["sw", "xx", "../..", "yo-NG"])
def test_a_locale_without_text_gives_4(tag: str, tmp_path: Path) -> None:
    result = run("build", str(DEMO / "metformin.md"), "--locale", tag, "--output", str(tmp_path))
    assert (result.returncode, result.stdout) == (4, "")
    assert "error:" in result.stderr


def test_a_variant_that_is_none_gives_5(tmp_path: Path) -> None:
    result = run("build", str(DEMO / "metformin.md"), "--variant", "martian", "--output", str(tmp_path))
    assert result.returncode == 5
    assert "clinician, patient" in result.stderr


def test_two_sources_of_one_name_are_named(tmp_path: Path) -> None:
    copy = tmp_path / "metformin.md"
    copy.write_bytes((DEMO / "metformin.md").read_bytes())
    result = run("build", str(copy), str(DEMO / "metformin.md"), "--output", str(tmp_path / "out"))
    assert result.returncode == 3
    assert str(copy) in result.stderr
    assert str(DEMO / "metformin.md") in result.stderr


def test_strict_refuses_what_nobody_reviewed(tmp_path: Path) -> None:
    result = run("build", str(DEMO / "metformin.md"), "--strict", "--output", str(tmp_path))
    assert (result.returncode, "no pharmacist has reviewed" in result.stderr) == (3, True)
    assert not list(tmp_path.rglob("*.pdf"))


def test_check_prints_places_and_gives_3_for_an_error() -> None:
    good = run("check", str(DEMO / "metformin.md"), "--json")
    account = json.loads(good.stdout)
    assert (good.returncode, account["checked"], account["problems"]) == (0, 1, [])
    assert [file["errors"] for file in account["files"]] == [0]
    bad = run("check", str(DEMO / "rofecoxib.md"))
    assert bad.returncode == 3
    assert "rofecoxib.md:9: error:" in bad.stdout


def test_explain_accounts_for_every_block() -> None:
    source = str(DEMO / "metformin.md")
    result = run("explain", source, "--variant", "patient", "--json")
    account = json.loads(result.stdout)
    assert set(account) == {"source", "source_sha256", "variant", "blocks"}
    keys = {"id", "line", "section", "text", "fate", "leaflet_section", "shown_text", "rule", "reason"}
    assert all(set(block) == keys for block in account["blocks"])
    assert len({block["id"] for block in account["blocks"]}) == len(account["blocks"]) > 50
    assert all(block["rule"] and block["reason"] for block in account["blocks"] if block["fate"] == "omitted")
    assert "omitted" in run("explain", source).stdout


def test_quantity_shows_what_it_sees() -> None:
    result = json.loads(run("quantity", "Take 25-50mg, not CYP3A4", "--locale", "en-US", "--json").stdout)
    assert result["text"].replace("\u2060", "").replace("\u00a0", " ") == "Take 25–50 mg, not CYP3A4"
    (only,) = result["quantities"]
    assert (only["source"], only["start"], only["end"]) == ("25-50mg", 5, 12)


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from leaflets.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass\nprint(*sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    modules = set(result.stdout.split())
    assert not modules & {"weasyprint", "babel", "jinja2", "markdown_it", "yaml", "pikepdf", "pypdfium2"}


def test_an_interrupt_gives_130_and_leaves_nothing_half_done(tmp_path: Path) -> None:
    for number in range(60):
        (tmp_path / f"m{number}.md").write_bytes((DEMO / "metformin.md").read_bytes())
    command = [sys.executable, "-m", "leaflets", "build", str(tmp_path), "--output", str(tmp_path / "out")]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, start_new_session=True)
    deadline = time.monotonic() + 60
    while not list((tmp_path / "out").rglob("*.pdf")) and time.monotonic() < deadline:
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted" in errors
    assert not list((tmp_path / "out").rglob("*.part"))
    assert all(path.read_bytes().rstrip().endswith(b"%%EOF") for path in (tmp_path / "out").rglob("*.pdf"))
