"""Sheets between the copies of a print run: they say which copy comes, and never whose it is."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pikepdf
import pytest

from leaflets.errors import TemplateError
from leaflets.packet_rules import load_packet_rules
from leaflets.pdf import check_structure, extract_text
from leaflets.separators import Place, separator_sheet

from .conftest import ROOT
from .pdf import verapdf
from .test_copies import run

WORKLIST = """monograph,patient,directions,output
metformin,Zoë Müller-Ångström,Take ONE tablet TWO times a day.,
salbutamol,Second Person,2 puffs when needed,shelf/0017.pdf
no such drug,Third Person,Once a day.,
metformin,Fourth Person,Once a day.,
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "leaflets.toml").write_text("[site]\nname = 'Corner Pharmacy'\n", encoding="utf-8")
    (tmp_path / "content/monographs").mkdir(parents=True)
    for slug in ("metformin", "salbutamol"):
        shutil.copy(ROOT / f"content/monographs/{slug}.md", tmp_path / "content/monographs")
    (tmp_path / "today.csv").write_text(WORKLIST, encoding="utf-8")
    return tmp_path


def words(pdf: Path) -> list[str]:
    return [" ".join(text.split()) for text in extract_text(pdf.read_bytes()).split("\f")]


def test_a_sheet_before_each_copy_says_which_and_not_whose(project: Path) -> None:
    result = run(project, "copies", "today.csv", "--merge", "today.pdf", "--separators")
    assert result.returncode == 7
    pages = words(project / "today.pdf")
    sheets = [(number, text) for number, text in enumerate(pages) if "Separator sheet" in text]
    assert [number % 2 for number, _ in sheets] == [0, 0, 0]
    assert [text for _, text in sheets if "Pages: 2" in text] == [text for _, text in sheets]
    for (_, text), said in zip(
        sheets,
        (
            "Copy: 1 of 3 Line of the worklist: 2 File: 00001-metformin.patient.en-US.pdf",
            "Copy: 2 of 3 Line of the worklist: 3 File: shelf/0017.pdf",
            "Copy: 3 of 3 Line of the worklist: 5 File: 00003-metformin.patient.en-US.pdf",
        ),
        strict=True,
    ):
        assert said in text
        assert not any(word in text for word in ("Person", "Zoë", "Corner", "Once", "puffs"))
        # Words that need no review say nothing of a draft, and leave no empty places for it.
        assert "it is not for the patient Copy:" in text
    with pikepdf.open(project / "today.pdf") as pdf:
        places = {page.objgen: number for number, page in enumerate(pdf.pages)}
        with pdf.open_outline() as outline:
            marks = [(i.title, places[i.destination[0].objgen]) for i in outline.root]  # type: ignore[index]
    assert [title for title, _ in marks[::2]] == [f"Separator {number} of 3" for number in (1, 2, 3)]
    assert [place for _, place in marks[::2]] == [number for number, _ in sheets]
    assert [place for _, place in marks[1::2]] == [number + 2 for number, _ in sheets]
    # The copies themselves are what they are without separators.
    assert run(project, "copies", "today.csv", "--json").stdout.count('"cached": 3') == 1


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_a_sheet_is_accessible_and_archivable(paper: str) -> None:
    data = separator_sheet(Place(12, 120, 14, "ward-3/" + 380 * "x" + ".pdf", 2), "en-US", paper, ROOT)
    assert check_structure(data) == ()
    if not verapdf.why_not():
        assert verapdf.failures(data, "ua1") == verapdf.failures(data, "3a") == []
    assert 380 * "x" in "".join(extract_text(data).split())


def test_a_print_file_is_verified_by_the_codes_on_its_pages(project: Path) -> None:
    run(project, "copies", "today.csv", "--merge", "today.pdf", "--separators")
    result = run(project, "verify", "today.pdf", "--json")
    said = json.loads(result.stdout)
    assert (result.returncode, said["state"]) == (0, "current")
    assert "its text not compared" in said["reason"]
    assert sorted(leaflet["slug"] for leaflet in said["leaflets"]) == ["metformin", "salbutamol"]
    path = project / "content/monographs/metformin.md"
    path.write_text(path.read_text(encoding="utf-8") + "\nMore.\n", encoding="utf-8")
    result = run(project, "verify", "today.pdf", "--json")
    said = json.loads(result.stdout)
    assert (result.returncode, said["state"]) == (3, "superseded")
    assert {leaflet["state"] for leaflet in said["leaflets"]} == {"superseded", "current"}
    shutil.rmtree(project / "copies")
    result = run(project, "verify", "today.pdf")
    assert result.returncode == 3
    assert "so no code can be looked up" in result.stderr


def test_separators_need_a_print_file(project: Path) -> None:
    result = run(project, "copies", "today.csv", "--separators")
    assert result.returncode == 2
    assert "--merge FILE" in result.stderr


def test_no_copy_at_all_leaves_no_print_file(project: Path) -> None:
    (project / "bad.csv").write_text("monograph,patient\nnonesuch,Second Person\n", encoding="utf-8")
    result = run(project, "copies", "bad.csv", "--merge", "bad.pdf")
    assert result.returncode == 3
    assert "there is no copy to print" in result.stderr
    assert not (project / "bad.pdf").exists()


def test_faults_of_the_words_are_said_at_once(tmp_path: Path) -> None:
    text = (ROOT / "templates/packet/packet.toml").read_text(encoding="utf-8")
    (tmp_path / "packet.toml").write_text(
        text.replace('"{number} of {count}"', '"{number} of"').replace("file =", "fille ="), encoding="utf-8"
    )
    with pytest.raises(TemplateError) as caught:
        load_packet_rules(tmp_path / "packet.toml")
    said = str(caught.value)
    assert "copy_of must hold {count}, {number}, each once" in said
    assert "unknown key 'fille'" in said
    assert "file is missing" in said
    assert all(problem.line for problem in caught.value.problems)
