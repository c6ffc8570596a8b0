"""Every kind of output is accessible, archivable, whole: variants, papers, editions, boxes; and the same bytes."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path

import page
import pikepdf
import pytest

from leaflets.build import build_one
from leaflets.jobs import Job, Outcome
from leaflets.kit import Kit
from leaflets.pdf import check_structure, extract_text
from leaflets.quantities import find_quantities
from tests.pdf import verapdf

from .conftest import ROOT, SHARED

DEMO = ROOT / "content/monographs"
KINDS = [
    ("metformin", "patient", "a4", "standard", "en-GB"),
    ("metformin", "patient", "letter", "large-print", "en-US"),
    ("metformin", "clinician", "letter", "standard", "en-US"),
    ("paracetamol", "patient", "letter", "standard", "en-US"),
    ("paracetamol", "clinician", "a4", "large-print", "en-GB"),
    ("rofecoxib", "clinician", "a4", "standard", "en-US"),
]
NASTY = ["bosentan", "desidustat", "cetirizine-menthol-paracetamol-phenylephrine", "crocin-650", "iron-isomaltoside"]


def job(source: Path, variant: str, paper: str, edition: str, locale: str, output: Path) -> Job:
    return Job(str(source), source.stem, variant, locale, edition, paper, str(output), str(ROOT))


def built(outcome: Outcome, output: Path) -> bytes:
    assert outcome.status == "built", [str(problem) for problem in outcome.problems]
    assert outcome.path is not None
    return (output / outcome.path).read_bytes()


def assert_sound(data: bytes) -> None:
    assert check_structure(data) == ()
    for profile in ("ua1", "3a"):
        assert page.validate_pdf_bytes(data, profile=profile).is_compliant, profile
        if not verapdf.why_not():
            assert verapdf.failures(data, profile) == []


@pytest.mark.parametrize("kind", KINDS, ids="-".join)
def test_each_kind_is_sound(kind: tuple[str, str, str, str, str], tmp_path: Path, kit: Kit) -> None:
    slug, variant, paper, edition, locale = kind
    outcome = build_one(job(DEMO / f"{slug}.md", variant, paper, edition, locale, tmp_path))
    data = built(outcome, tmp_path)
    assert_sound(data)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        width = float(pdf.pages[0].mediabox[2])
        assert width == pytest.approx(612 if paper == "letter" else 595.3, abs=0.5)
        assert str(pdf.Root.Lang) == locale
    text = " ".join(extract_text(data).split())
    assert "Draft – not reviewed by a pharmacist" in text
    assert "Page 1 of" in text
    source = (DEMO / f"{slug}.md").read_text(encoding="utf-8")
    known = {(number, q.unit) for q in find_quantities(source, kit.units) for number in q.numbers}
    for quantity in find_quantities(text.replace("\u2060", ""), kit.units):
        if quantity.unit != "percent" and "page" not in quantity.source:
            for number in quantity.numbers:
                assert (number, quantity.unit) in known, quantity.source


def test_why_verapdf_did_not_run() -> None:
    if reason := verapdf.why_not():
        pytest.skip(reason)


@pytest.mark.parametrize("slug", NASTY)
@pytest.mark.parametrize("variant", ["patient", "clinician"])
def test_the_nastiest_real_ones(slug: str, variant: str, tmp_path: Path) -> None:
    source = SHARED / "corpus/torture" / f"{slug}.md"
    if not source.exists():
        pytest.skip("the corpus folder (../shared/corpus) is not there")
    outcome = build_one(job(source, variant, "a4", "standard", "en-US", tmp_path))
    if outcome.status == "failed" and variant == "patient":
        assert outcome.code == 3
        assert {p.rule for p in outcome.problems} & {"stopped", "no-rule"}
        return
    assert_sound(built(outcome, tmp_path))
    if variant == "clinician":
        judge = [sys.executable, str(SHARED / "tools/fidelity.py"), str(source), str(tmp_path / str(outcome.path))]
        result = subprocess.run(judge, capture_output=True, text=True, timeout=60, check=False)
        assert result.returncode == 0, result.stdout


def test_same_bytes_in_every_process(tmp_path: Path) -> None:
    digests = set()
    for seed, zone in (("0", "UTC"), ("1", "Asia/Tokyo"), ("random", "America/New_York")):
        command = [
            sys.executable, "-m", "leaflets", "build", str(DEMO / "metformin.md"), "--output", str(tmp_path / seed),
        ]  # fmt: skip
        env = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone}
        result = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
        assert re.search("2 built, 0 failed", result.stdout)
        digests.add((tmp_path / seed / "manifest.jsonl").read_text(encoding="utf-8"))
    assert len(digests) == 1
