"""Leaflets under the names that OpenEMR opens: each code its own drug's leaflet, and never another's."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from leaflets.errors import ContentError
from leaflets.layouts import check_order, read_code_names

from .conftest import ROOT
from .test_batch import assert_true, manifest, run

CODES = """system,code,slug
rxnorm,6809,metformin
NDC,00093-1048-01,metformin
http://snomed.info/sct,372567009,metformin
atc,A10BA02,metformin
rxcui,435,salbutamol
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "monographs").mkdir()
    (tmp_path / "leaflets.toml").write_text("", encoding="utf-8")
    for slug in ("metformin", "salbutamol", "paracetamol"):
        shutil.copy(ROOT / f"content/monographs/{slug}.md", tmp_path / "monographs")
    (tmp_path / "codes.csv").write_text(CODES, encoding="utf-8")
    return tmp_path


ARGS = ("build", "monographs", "--layout", "openemr", "--codes", "codes.csv", "--json")


def pdfs(project: Path) -> list[str]:
    output = project / "output"
    return sorted(path.relative_to(output).as_posix() for path in output.rglob("*.pdf"))


NAMES = [
    "en-US/patient/paracetamol.pdf",
    "ndc_00093-1048-01_en.pdf",
    "rxcui_435_en.pdf",
    "rxcui_6809_en.pdf",
    "snomed_372567009_en.pdf",
]


def test_each_code_opens_its_leaflet(project: Path) -> None:
    result = run(project, *ARGS)
    assert result.returncode == 0, result.stderr
    said = json.loads(result.stdout)
    assert (said["built"], said["cached"], said["without_code"]) == (5, 0, ["paracetamol"])
    assert "no code in codes.csv, so kept under their own names: paracetamol" in result.stderr
    assert pdfs(project) == NAMES
    output = project / "output"
    same = {(output / name).read_bytes() for name in NAMES if "6809" in name or "ndc" in name or "snomed" in name}
    assert len(same) == 1
    found = manifest(output)
    assert [(line["slug"], line["path"]) for line in found] == [
        ("metformin", "rxcui_6809_en.pdf"), ("metformin", "ndc_00093-1048-01_en.pdf"),
        ("metformin", "snomed_372567009_en.pdf"), ("paracetamol", "en-US/patient/paracetamol.pdf"),
        ("salbutamol", "rxcui_435_en.pdf"),
    ]  # fmt: skip
    assert_true(output)
    assert run(project, "verify", "output", "--source", "monographs").returncode == 0
    # The same leaflet, the same bytes as without the layout.
    run(project, "build", "monographs/metformin.md", "--variant", "patient", "--output", "own")
    assert {(project / "own/en-US/patient/metformin.pdf").read_bytes()} == same


def test_what_is_up_to_date_is_not_built_again_and_a_lost_name_is_mended(project: Path) -> None:
    run(project, *ARGS)
    again = json.loads(run(project, *ARGS).stdout)
    assert (again["built"], again["cached"]) == (0, 5)
    (project / "output/ndc_00093-1048-01_en.pdf").unlink()
    (project / "output/rxcui_435_en.pdf").write_bytes(b"spoiled")
    again = json.loads(run(project, *ARGS).stdout)
    assert (again["built"], again["cached"]) == (2, 3)
    text = (project / "monographs/metformin.md").read_text(encoding="utf-8")
    (project / "monographs/metformin.md").write_text(text + "\nA last word.\n", encoding="utf-8")
    again = json.loads(run(project, *ARGS).stdout)
    assert (again["built"], again["cached"]) == (3, 2)
    assert_true(project / "output")


def test_a_code_that_moves_to_another_drug_never_opens_the_old_one(project: Path) -> None:
    run(project, *ARGS)
    old = (project / "output/rxcui_435_en.pdf").read_bytes()
    moved = CODES.replace("rxcui,435,salbutamol", "rxcui,435,paracetamol").replace("rxnorm,6809,metformin\n", "")
    (project / "codes.csv").write_text(moved, encoding="utf-8")
    result = run(project, *ARGS)
    said = json.loads(result.stdout)
    assert (project / "output/rxcui_435_en.pdf").read_bytes() != old
    assert said["orphans"] == ["rxcui_6809_en.pdf"]
    assert "leaflets whose source, or code, is gone; to remove them: --prune" in result.stderr
    assert (project / "output/rxcui_6809_en.pdf").exists()
    run(project, *ARGS, "--prune")
    assert not (project / "output/rxcui_6809_en.pdf").exists()
    assert (project / "output/ndc_00093-1048-01_en.pdf").exists()
    assert "orphans" not in json.loads(run(project, *ARGS).stdout)


def test_a_withdrawn_leaflet_is_taken_away_under_every_name(project: Path) -> None:
    run(project, *ARGS)
    shutil.copy(ROOT / "content/monographs/rofecoxib.md", project / "monographs/metformin.md")
    result = run(project, *ARGS)
    assert result.returncode == 7
    assert pdfs(project) == ["en-US/patient/paracetamol.pdf", "rxcui_435_en.pdf"]
    assert [line["slug"] for line in manifest(project / "output") if "path" not in line] == ["metformin"] * 3


def test_faults_of_the_table_are_said_at_once_by_line(tmp_path: Path) -> None:
    path = tmp_path / "codes.csv"
    body = (
        "rxcui,1,a\nrxcui,1,b\nrxcui,1,a\nnonsense,2,a\nrxcui,3,nonesuch\nrxcui,../4,a\nrxcui,5\nndc,,a\nloinc,6-7,b\n"
    )
    path.write_text("system,code,slug\n" + body, encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        read_code_names(path, {"a", "b"}, all_of_them=True)
    assert [problem.line for problem in caught.value.problems] == [3, 5, 6, 7, 8, 9]
    assert {problem.file for problem in caught.value.problems} == {str(path)}
    said = [problem.message for problem in caught.value.problems]
    assert "another slug to the code of line 2" in said[0]
    assert "a system that OpenEMR does not have" in said[1]
    assert "a slug that the library does not have" in said[2]
    with pytest.raises(ContentError):
        read_code_names(tmp_path / "gone.csv", {"a"}, all_of_them=True)


def test_a_table_of_the_whole_library_does_for_one_of_its_files(project: Path) -> None:
    result = run(project, "build", "monographs/metformin.md", *ARGS[2:])
    assert result.returncode == 0, result.stderr
    assert len(pdfs(project)) == 3
    whole = run(project, *ARGS)
    assert "orphans" not in json.loads(whole.stdout)
    assert json.loads(run(project, "build", "monographs/metformin.md", *ARGS[2:]).stdout)["cached"] == 3
    assert len(pdfs(project)) == 5


@pytest.mark.parametrize(
    ("variants", "locales", "editions", "why"),
    [
        (["patient"], ["en-US", "es-US"], ["standard"], ""),
        (["patient", "clinician"], ["en-US"], ["standard"], "one variant"),
        (["patient"], ["en-US"], ["standard", "large-print"], "one edition"),
        (["patient"], ["en-US", "en-GB"], ["standard"], "two locales of en"),
        (["patient"], ["de-DE"], ["standard"], "not for de"),
    ],
)
def test_one_file_a_code_and_language(variants: list[str], locales: list[str], editions: list[str], why: str) -> None:
    said = check_order(variants, locales, editions)
    assert why in said
    assert bool(why) == bool(said)


def test_the_options_belong_together(project: Path) -> None:
    for args in (("--layout", "openemr"), ("--codes", "codes.csv"), (*ARGS[2:], "--format", "html")):
        assert run(project, "build", "monographs", *args).returncode == 2
    assert run(project, *ARGS, "--variant", "patient", "--variant", "clinician").returncode == 2
    assert run(project, *ARGS, "--locale", "en-US", "--locale", "en-GB").returncode == 2
