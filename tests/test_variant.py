"""Variants are data: what is wrong with them is said with a place, and a third one needs no Python."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from leaflets.build import build_one
from leaflets.errors import TemplateError
from leaflets.jobs import Job
from leaflets.kit import Kit, load_kit
from leaflets.variant_file import load_variant

from .conftest import ROOT, demo_files

PATIENT = (ROOT / "templates/patient/variant.toml").read_text(encoding="utf-8")


def load(tmp_path: Path, text: str, kit: Kit) -> None:
    folder = tmp_path / "templates" / "odd"
    folder.mkdir(parents=True)
    (folder / "variant.toml").write_text(text, encoding="utf-8")
    load_variant(folder / "variant.toml", kit.rules.section_ids())


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('to = "missed"', 'to = "mised"', "no section 'mised'"),
        ('sections = ["class"]', 'sections = ["klass"]', "no section 'klass'"),
        ("alcohol'\nto", "(alcohol'\nto", "not a regular expression"),
        ('omit = "The title', 'omitt = "The title', "unknown key 'omitt'"),
        ('kicker = "Information', 'kicker = 3 # "Information', "kicker must be str"),
        ('states = ["residue"]', 'states = ["rubbish"]', "no such state 'rubbish'"),
        ('glossary = "Words explained"\n', "", "glossary is missing"),
        ('page = "Page {page} of {pages}"', 'page = "Page {page}"', "page must hold {page} and {pages}"),
        ("replacement = ''", "replacement = ' 5 mg'", "must not bring a number"),
    ],
)
def test_a_wrong_variant_is_said_with_its_place(tmp_path: Path, kit: Kit, old: str, new: str, said: str) -> None:
    assert old in PATIENT
    with pytest.raises(TemplateError) as caught:
        load(tmp_path, PATIENT.replace(old, new, 1), kit)
    assert said in str(caught.value)
    assert all(problem.file and problem.file.endswith("variant.toml") for problem in caught.value.problems)


def test_all_faults_are_said_at_once(tmp_path: Path, kit: Kit) -> None:
    text = PATIENT.replace('to = "missed"', 'to = "mised"', 1).replace('to = "too_much"', 'to = "x"', 1)
    with pytest.raises(TemplateError) as caught:
        load(tmp_path, text, kit)
    assert len(caught.value.problems) == 2


def test_a_complete_variant_may_not_leave_text_out(tmp_path: Path, kit: Kit) -> None:
    with pytest.raises(TemplateError, match="leaves text out"):
        load(tmp_path, PATIENT.replace("plain = true", "plain = true\ncomplete = true", 1), kit)


def test_a_third_variant_is_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "templates" / "caregiver"
    folder.mkdir(parents=True)
    (tmp_path / "leaflets.toml").write_text("", encoding="utf-8")
    text = PATIENT.replace("Information for patients", "Information for those who care for someone")
    (folder / "variant.toml").write_text(text, encoding="utf-8")
    shutil.copy(ROOT / "templates/patient/leaflet.html", folder / "leaflet.html")
    load_kit.cache_clear()
    source = next(path for path in demo_files() if path.stem == "paracetamol")
    job = Job(str(source), "paracetamol", "caregiver", "en-US", "standard", "a4", str(tmp_path / "out"), str(tmp_path))
    outcome = build_one(job)
    assert (outcome.status, outcome.path) == ("built", "en-US/caregiver/paracetamol.pdf"), outcome.problems
