"""What rides inside a PDF, what can be read from it again, and what a reader would see changed."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import zlib
from pathlib import Path

import pikepdf
import pydyf  # type: ignore[import-untyped]
import pytest

from leaflets.differences import differences
from leaflets.errors import PdfError
from leaflets.kit import Kit
from leaflets.passport import read_passport
from leaflets.pdf import Attachment, is_sealed, read_attachments
from leaflets.pdf.attachments import attach

from .conftest import ROOT

SOURCE = (ROOT / "content/monographs/metformin.md").read_text(encoding="utf-8")


def run(cwd: Path, *args: str) -> subprocess.CompletedProcess[str]:
    result = subprocess.run(
        [sys.executable, "-m", "leaflets", *args], cwd=cwd, capture_output=True, text=True, timeout=120, check=False
    )
    assert "Traceback" not in result.stderr, result.stderr
    return result


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = tmp_path_factory.mktemp("project")
    (project / "leaflets.toml").write_text("", encoding="utf-8")
    (project / "content/monographs").mkdir(parents=True)
    (project / "content/monographs/metformin.md").write_text(SOURCE, encoding="utf-8")
    assert run(project, "build", "--output", "out").returncode == 0
    return project


@pytest.fixture
def project(built: Path, tmp_path: Path) -> Path:
    return shutil.copytree(built, tmp_path / "copy")


PDF = "out/en-US/patient/metformin.pdf"
MD = "content/monographs/metformin.md"


def test_source_ledger_and_entry_ride_inside(built: Path) -> None:
    passport = read_passport((built / PDF).read_bytes(), PDF)
    assert passport.source.decode() == SOURCE
    explained = json.loads(run(built, "explain", MD, "--variant", "patient", "--json").stdout)
    assert [*passport.blocks] == explained["blocks"]
    line = next(
        json.loads(line) for line in (built / "out/manifest.jsonl").read_text().splitlines() if "patient" in line
    )
    shared = ("slug", "variant", "locale", "edition", "paper", "pages", "source_sha256", "reading_grade", "draft")
    assert {key: passport.entry[key] for key in shared} == {key: line[key] for key in shared}
    assert isinstance(line["reading_grade"], float)
    with pikepdf.open(built / PDF) as pdf:
        assert {str(item.AFRelationship) for item in pdf.Root.AF} == {"/Source", "/Data"}


def state(project: Path, *args: str) -> tuple[int, str]:
    result = run(project, "verify", PDF, "--json", *args)
    return result.returncode, json.loads(result.stdout)["state"]


def test_verify_says_current_stale_withdrawn_or_unknown(project: Path) -> None:
    assert state(project) == (0, "current")
    (project / MD).write_text(SOURCE.replace("2,550 mg", "2,500 mg"), encoding="utf-8")
    assert state(project) == (3, "stale")
    (project / MD).write_text(SOURCE.replace("is_banned: false", "is_banned: true"), encoding="utf-8")
    assert state(project) == (3, "withdrawn")
    (project / MD).unlink()
    (project / "content/monographs/other.md").write_text(SOURCE, encoding="utf-8")
    assert state(project) == (3, "unknown")
    rules = project / "content/rules"
    rules.mkdir()
    deny = "[[deny]]\nmedicine = 'metformin'\nreason = 'Recalled.'\nsource = 'Agency'\ndate = 2026-11-01\n"
    (rules / "deny.toml").write_text(deny, encoding="utf-8")
    assert state(project) == (3, "withdrawn")


def test_a_changed_lexicon_or_review_makes_it_stale(project: Path) -> None:
    words = project / "content/lexicon"
    words.mkdir()
    (words / "en.own.toml").write_text('[phrase]\n"vomiting" = "being sick"\n', encoding="utf-8")
    assert state(project) == (3, "stale")
    (words / "en.own.toml").unlink()
    assert state(project) == (0, "current")
    run(project, "review", "approve", MD, "--variant", "patient", "--who", "R. Example", "--role", "pharmacist")
    assert state(project) == (3, "stale")


def test_ten_files_at_once(project: Path) -> None:
    (project / "out/en-US/patient/x.pdf").write_bytes(b"%PDF-1.7 nothing")
    result = run(project, "verify", "out", "--json")
    states = {Path(line["path"]).name: line["state"] for line in map(json.loads, result.stdout.splitlines())}
    assert states == {"metformin.pdf": "current", "x.pdf": "not-ours"}
    assert result.returncode == 7


def test_many_files_at_once_come_in_their_order(project: Path) -> None:
    """Shared out among processes; capital letters at a name's end; a pipe is not waited for."""
    folder = project / "out/en-US/patient"
    for number in range(405):
        shutil.copy(project / PDF, folder / f"m{number:03}.PDF")
    (folder / "m007.PDF").write_bytes(b"%PDF-1.7 nothing")
    result = run(project, "verify", "out", "--json", "--jobs", "2")
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    paths = [line["path"] for line in lines]
    assert paths == sorted(paths)
    assert len(paths) == 407
    assert [Path(line["path"]).name for line in lines if line["state"] != "current"] == ["m007.PDF"]
    os.mkfifo(project / "pipe")
    said = run(project, "verify", "pipe")
    assert (said.returncode, "is no regular file" in said.stderr) == (3, True)


def test_explain_gives_the_ledger_of_the_print(project: Path) -> None:
    """Cut to the pages that print, as the file itself has it."""
    passport = read_passport((project / PDF).read_bytes(), PDF)
    out = run(project, "explain", MD, "--variant", "patient", "--json")
    assert json.loads(out.stdout)["blocks"] == list(passport.blocks)
    everything = json.loads(run(project, "explain", MD, "--variant", "patient", "--pages", "full", "--json").stdout)
    assert len(everything["blocks"]) == len(passport.blocks)


def test_every_changed_byte_is_found(built: Path) -> None:
    data = (built / PDF).read_bytes()
    assert is_sealed(data)
    for position in [*range(0, len(data), 23), *range(600), *range(len(data) - 600, len(data))]:
        changed = bytearray(data)
        changed[position] ^= 1 << position % 8
        assert not is_sealed(bytes(changed)), position
    for spoiled in (data[:-1], data + b"\n", data[: len(data) // 2], data[1000:], b"", data + data):
        assert not is_sealed(spoiled)


@pytest.mark.parametrize("spoil", ["cut", "byte", "stranger", "text", "empty"])
def test_what_is_not_as_it_was_made_is_told(spoil: str, project: Path) -> None:
    path = project / PDF
    data = path.read_bytes()
    other = pikepdf.new()
    other.add_blank_page()
    other.save(project / "other.pdf")
    spoiled = {
        "cut": data[:5000], "byte": data[:9000] + bytes([data[9000] ^ 1]) + data[9001:],
        "stranger": (project / "other.pdf").read_bytes(), "text": b"hello", "empty": b"",
    }[spoil]  # fmt: skip
    path.write_bytes(spoiled)
    code, said = state(project)
    assert code == 6
    assert said == ("altered" if spoil == "byte" else "not-ours")
    with pytest.raises(PdfError):
        read_passport(spoiled, PDF)
    assert path.read_bytes() == spoiled


def test_the_same_bytes_from_any_folder(built: Path, tmp_path: Path) -> None:
    (tmp_path / "leaflets.toml").write_text("", encoding="utf-8")
    result = run(tmp_path, "build", str(built / MD), "--variant", "patient", "--output", str(tmp_path / "out"))
    assert result.returncode == 0, result.stderr
    assert (tmp_path / PDF).read_bytes() == (built / PDF).read_bytes()


def test_diff_of_sources_and_pdfs_says_doses_first(project: Path) -> None:
    changed = SOURCE.replace("Metallic taste", "Bitter taste").replace("2,550 mg", "2,500 mg")
    changed = changed.replace("* Loss of appetite\n", "")
    (project / "content/new").mkdir()
    (project / "content/new/metformin.md").write_text(changed, encoding="utf-8")
    found = json.loads(run(project, "diff", MD, "content/new/metformin.md", "--json").stdout)
    assert found[0]["kind"] == "dose"
    assert found[0]["numbers"] == ["- 2550 mg", "+ 2500 mg"]
    assert ["Loss of appetite", ""] in [[item["old"], item["new"]] for item in found]
    assert run(project, "build", "content/new/metformin.md", "--output", "new").returncode == 0
    pdfs = run(project, "diff", PDF, "new/en-US/patient/metformin.pdf", "--json")
    assert json.loads(pdfs.stdout) == found
    assert "no difference" in run(project, "diff", PDF, PDF).stdout
    assert run(project, "diff", PDF, "new/en-US/clinician/metformin.pdf").returncode == 3
    assert run(project, "diff", PDF, "gone.md").returncode == 3


def test_a_file_whose_checksum_ends_in_a_carriage_return_is_whole() -> None:
    data = next(text for n in range(5000) if zlib.compress(text := b"x" * n, 9).endswith(b"\r"))
    pdf = pydyf.PDF()
    pdf.add_page(
        pydyf.Dictionary({"Type": "/Page", "Parent": pdf.pages.reference, "MediaBox": pydyf.Array([0, 0, 9, 9])})
    )
    attach(pdf, [Attachment("a.txt", "text/plain", "Data", "", data)])
    file = io.BytesIO()
    pdf.write(file)
    assert read_attachments(file.getvalue()) == {"a.txt": data}
    assert b"\r\nendstream" not in file.getvalue()


def block(section: str, text: str) -> dict[str, str]:
    return {"leaflet_section": section, "shown_text": text, "fate": "shown"}


def test_a_block_that_moved_is_not_lost(kit: Kit) -> None:
    old = [block("a", "Keep it dry."), block("b", "Take 5 mg.")]
    new = [block("b", "Take 5 mg."), block("b", "Keep it dry.")]
    (found,) = differences(old, new, kit.units)
    assert (found.kind, found.section) == ("moved", "a → b")
