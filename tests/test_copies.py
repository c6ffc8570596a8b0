"""Copies from a worklist: the right label on the right leaflet, and nothing of it anywhere else."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest

from leaflets.codes import read_code
from leaflets.pdf import check_structure, extract_text

from .conftest import ROOT

WORKLIST = """monograph,variant,patient,directions,quantity,output
metformin,patient,Zoë Müller-Ångström,Take ONE tablet TWO times a day.,60 tablets,
Salbutamol,,Second Person,"2 puffs when needed, at most 8 in 24 hours",,shelf/second.pdf
metformin,,Third Person,Take with food.,,
no such drug,,Fourth Person,Once a day.,,
"""


def run(folder: Path, *args: str) -> subprocess.CompletedProcess[str]:
    result = subprocess.run(
        [sys.executable, "-m", "leaflets", *args], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    assert "Traceback" not in result.stderr, result.stderr
    return result


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    project = tmp_path_factory.mktemp("project")
    (project / "leaflets.toml").write_text("[site]\nname = 'Corner Pharmacy'\nphone = '555 0100'\n", encoding="utf-8")
    (project / "content/monographs").mkdir(parents=True)
    for slug in ("metformin", "salbutamol"):
        shutil.copy(ROOT / f"content/monographs/{slug}.md", project / "content/monographs")
    (project / "today.csv").write_text(WORKLIST, encoding="utf-8")
    return project, run(project, "copies", "today.csv", "--merge", "today.pdf", "--json")


def lines(project: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (project / "copies/manifest.jsonl").read_text(encoding="utf-8").splitlines()]


def test_good_rows_are_printed_and_bad_ones_listed(
    printed: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    project, result = printed
    assert result.returncode == 7
    said = json.loads(result.stdout)
    assert (said["built"], said["cached"], said["failed"]) == (3, 0, 1)
    assert "today.csv:5: error:" in result.stderr
    found = lines(project)
    assert [line["slug"] for line in found] == ["metformin", "salbutamol", "metformin"]
    assert [line["path"] for line in found] == [
        "00001-metformin.patient.en-US.pdf", "shelf/second.pdf", "00003-metformin.patient.en-US.pdf"
    ]  # fmt: skip


def test_each_copy_says_what_its_row_says(printed: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    project, _ = printed
    first, second, third = ((project / "copies" / str(line["path"])).read_bytes() for line in lines(project))
    text = " ".join(extract_text(first).split())
    for said in ("Zoë Müller-Ångström", "Take ONE tablet TWO times a day.", "60 tablets", "Corner Pharmacy", "LF-"):
        assert said in text, said
    assert "Second Person" in " ".join(extract_text(second).split())
    assert "Zoë" not in extract_text(second) + extract_text(third)
    for data in (first, second, third):
        assert check_structure(data) == ()


def test_the_label_is_nowhere_else(printed: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    project, result = printed
    copies = {(project / "copies" / str(line["path"])) for line in lines(project)}
    for path in (project / "copies").rglob("*"):
        assert "Person" not in path.name
        if path.is_file() and path not in copies:
            assert b"Person" not in path.read_bytes()
            assert "Zoë".encode() not in path.read_bytes()
            assert path.suffix != ".pdf" or "Person" not in extract_text(path.read_bytes())
    assert "Person" not in result.stderr + result.stdout


def test_codes_stand_for_the_leaflet_not_for_the_patient(
    printed: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    project, _ = printed
    first, second, third = (str(line["code"]) for line in lines(project))
    assert read_code(first) == first
    assert first == third != second
    assert run(project, "verify", first, "--manifest", "copies").stdout.split()[0] == "current"
    copy = project / "copies" / str(lines(project)[0]["path"])
    assert run(project, "verify", str(copy)).stdout.split()[0] == "current"
    assert len(run(project, "recall", "metformin", "--manifest", "copies", "--all").stdout.splitlines()) == 2


def test_the_print_file_starts_each_copy_on_a_front_side(
    printed: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    project, _ = printed
    pages = [int(str(line["pages"])) for line in lines(project)]
    with pikepdf.open(project / "today.pdf") as pdf:
        assert len(pdf.pages) == sum(count + count % 2 for count in pages)
        with pdf.open_outline() as outline:
            titles = [item.title for item in outline.root]
    assert [title.split(".")[0] for title in titles] == ["1", "2", "3"]
    assert not any("Person" in title for title in titles)


def test_a_second_run_writes_nothing_new(
    printed: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    project = shutil.copytree(printed[0], tmp_path / "again")
    lost = project / "copies/shelf/second.pdf"
    whole = lost.read_bytes()
    lost.unlink()
    said = json.loads(run(project, "copies", "today.csv", "--json").stdout)
    assert (said["built"], said["cached"]) == (1, 2)
    assert lost.read_bytes() == whole


def test_what_is_unsure_in_a_printed_row_is_said(printed: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    """A copy without a name, without directions, in a language that nobody asked for: never without a word."""
    dispense = {
        "resourceType": "MedicationDispense", "id": "d", "status": "completed",
        "subject": {"reference": "Patient/gone"},
        "medicationCodeableConcept": {"text": "Metformin"},
        "dosageInstruction": [{"timing": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}}}],
    }  # fmt: skip
    many = [json.dumps({**dispense, "id": f"d{number}"}) for number in range(25)]
    (printed[0] / "unsure.ndjson").write_text("\n".join(many), encoding="utf-8")
    result = run(printed[0], "copies", "unsure.ndjson", "--output", "unsure")
    assert result.returncode == 0, result.stderr
    for rule in ("language-unknown", "fhir-no-patient", "fhir-no-directions"):
        assert result.stderr.count(f"[{rule}]") == 20
        assert f"{rule}: 5 more rows" in result.stderr
    assert "unsure.ndjson:1: warning: MedicationDispense has no dosage text" in result.stderr


def test_what_cannot_be_stamped_is_told_with_row_and_column(
    printed: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    rows = [
        'metformin,"Two\nlines",',
        "metformin,Fay 😀,",
        f'metformin,Kim,"{"Take it with much water. " * 30}"',
        "metformin,Ok,",
    ]
    (printed[0] / "stamp.csv").write_text("monograph,patient,directions\n" + "\n".join(rows), encoding="utf-8")
    result = run(printed[0], "copies", "stamp.csv", "--output", "stamp")
    assert result.returncode == 7
    assert "stamp.csv:4: error: row 3: “patient”: No font has these characters: U+1F600" in result.stderr
    assert "stamp.csv:5: error: row 4: The label does not fit" in result.stderr
    assert "no room for “directions”" in result.stderr
    assert not any(word in result.stderr for word in ("Fay", "Kim", "water"))


def test_what_an_earlier_run_left_under_a_failed_row_s_name_is_told_or_removed(
    printed: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    project = shutil.copytree(printed[0], tmp_path / "again")
    copy = project / "copies/00001-metformin.patient.en-US.pdf"
    before = copy.read_bytes()
    # Directions that have no room: the copy with yesterday's directions lies under the same name.
    long = WORKLIST.replace("Take ONE tablet TWO times a day.", "Take it. " * 150)
    (project / "today.csv").write_text(long, encoding="utf-8")
    result = run(project, "copies", "today.csv")
    assert result.returncode == 7
    assert "today.csv:2: error: row 2: a file of an earlier run still lies under its name" in result.stderr
    assert "Zoë" not in result.stderr
    assert copy.read_bytes() == before
    # A medicine that must not be handed out: neither must its copies of yesterday.
    (project / "content/rules").mkdir()
    deny = "[[deny]]\nmedicine = 'Metformin'\nreason = 'Bad batch.'\nsource = 'Agency'\ndate = 2026-11-01\n"
    (project / "content/rules/deny.toml").write_text(deny, encoding="utf-8")
    (project / "today.csv").write_text(WORKLIST, encoding="utf-8")
    result = run(project, "copies", "today.csv")
    assert result.stderr.count("the copy of an earlier run was removed") == 2
    assert not copy.exists()
    assert (project / "copies/shelf/second.pdf").exists()


def test_a_print_file_takes_no_other_s_place(
    printed: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    project = shutil.copytree(printed[0], tmp_path / "again")
    for name in ("today.csv", "copies/manifest.jsonl", "content/monographs/metformin.md", "content"):
        kept = (project / name).read_bytes() if name != "content" else b""
        result = run(project, "copies", "today.csv", "--merge", name)
        assert result.returncode == 2, name
        assert name == "content" or (project / name).read_bytes() == kept
    result = run(project, "copies", "today.csv", "--merge", "copies/shelf/second.pdf")
    assert result.returncode == 6
    assert "asks for the name of the print file" in result.stderr
    with pikepdf.open(project / "copies/shelf/second.pdf") as pdf:
        assert "/StructTreeRoot" in pdf.Root  # a copy, no print file


def test_a_grid_without_room_is_left_out_and_told(
    printed: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    project = shutil.copytree(printed[0], tmp_path / "again")
    rules = (ROOT / "content/rules/directions.toml").read_text(encoding="utf-8")
    (project / "content/rules").mkdir()
    (project / "content/rules/directions.toml").write_text(rules.replace('by = ""', 'by = "R. Example"', 1), "utf-8")
    said = "Take 1 tablet in the morning and 1 tablet in the evening."
    more = "Dr. Ortiz,Rx 1,,60 tablets"
    (project / "today.csv").write_text(
        f"monograph,patient,directions,prescriber,number,date,quantity\nmetformin,Zoë,{said},,,,\n"
        f"metformin,Zoë Ångström,{said},{more}\n", encoding="utf-8"
    )  # fmt: skip
    result = run(project, "copies", "today.csv")
    assert result.returncode == 0, result.stderr
    assert "today.csv:3: warning: row 3: there is no room for the day grid" in result.stderr
    assert "today.csv:2: " not in result.stderr
    drawn, plain = (
        extract_text((project / f"copies/0000{n}-metformin.patient.en-US.pdf").read_bytes()) for n in (1, 2)
    )
    assert "Bedtime" in drawn
    assert "Bedtime" not in plain
    assert "60 tablets" in plain
    assert " ".join(said.split()) in " ".join(plain.split())
