"""A site's table of drug codes."""

from __future__ import annotations

from pathlib import Path

import pytest

from leaflets.errors import ContentError
from leaflets.worklist import Codes, read_codes
from leaflets.worklist.codes import NDC
from tests.worklist.library import TITLES

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"


def _codes(tmp_path: Path, body: str) -> Codes:
    path = tmp_path / "codes.csv"
    path.write_text(f"system,code,slug\n{body}", encoding="utf-8")
    return read_codes(path, TITLES)


@pytest.mark.parametrize("system", ["rxnorm", "RxCUI", RXNORM, "urn:oid:2.16.840.1.113883.6.88"])
def test_a_system_has_several_spellings(system: str, tmp_path: Path) -> None:
    codes = _codes(tmp_path, f"{system},36437,sertraline\n")
    assert codes.find(RXNORM, "36437") == {"sertraline"}
    assert codes.find("urn:oid:2.16.840.1.113883.6.88", " 36437 ") == {"sertraline"}
    assert codes.find("http://snomed.info/sct", "36437") == frozenset()
    assert codes.find(RXNORM, "036437") == frozenset()


@pytest.mark.parametrize(
    ("given", "asked", "found"),
    [
        ("1234-5678-90", "01234-5678-90", True),
        ("1234-5678-90", "01234567890", True),
        ("1234-5678-90", "1234567890", True),
        ("12345-678-90", "12345-0678-90", True),
        ("12345-678-90", "12345067890", True),
        ("12345-6789-0", "12345-6789-00", True),
        ("12345-6789-0", "12345678900", True),
        ("12345067890", "12345-678-90", True),
        ("12345-0678-90", "12345-678-90", True),
        ("1234567890", "1234567890", True),
        # Ten bare digits do not say which part lacks a zero, so they are no eleven digits.
        ("12345067890", "1234567890", False),
        ("1234567890", "01234567890", False),
        ("12345-678-90", "1234-5678-90", False),
        ("12345-678-90", "12345-678-91", False),
        ("12345-678-90", "", False),
    ],
)
def test_the_forms_of_an_ndc(given: str, asked: str, found: bool, tmp_path: Path) -> None:
    codes = _codes(tmp_path, f"ndc,{given},sertraline\n")
    assert codes.find(NDC, asked) == ({"sertraline"} if found else frozenset())


def test_bare_digits_of_two_products_are_two(tmp_path: Path) -> None:
    codes = _codes(tmp_path, "ndc,1234-5678-90,sertraline\nndc,12345-678-90,clonazepam\n")
    assert codes.find(NDC, "1234567890") == {"sertraline", "clonazepam"}
    assert codes.find(NDC, "01234567890") == {"sertraline"}


def test_every_fault_is_said_at_once(tmp_path: Path) -> None:
    body = (
        "rxnorm,1,nope\nrxnorm,,sertraline\nndc,12-34,sertraline\nrxnorm,2,sertraline\nrxnorm,2,clonazepam\nrxnorm,3\n"
    )
    with pytest.raises(ContentError) as error:
        _codes(tmp_path, body)
    assert [problem.line for problem in error.value.problems] == [2, 3, 4, 6, 7]
    assert "line 5" in error.value.problems[3].message


def test_another_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "codes.csv").write_text("code,slug\n1,sertraline\n", encoding="utf-8")
    with pytest.raises(ContentError, match="no table of codes"):
        read_codes(tmp_path / "codes.csv", TITLES)
    with pytest.raises(ContentError, match="no such file"):
        read_codes(tmp_path / "gone.csv", TITLES)
