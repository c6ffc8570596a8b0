"""Rows of one packet: printed together, whole, for one patient, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from leaflets.errors import ContentError
from leaflets.worklist import Defaults, Row, RowProblems, Survey, Unit, read_worklist, survey, units
from tests.worklist.library import TITLES
from tests.worklist.test_worklist_fhir import dispense, ndjson, patient

HEAD = "monograph,patient,output,packet\n"


def gathered(path: Path, body: str, head: str = HEAD) -> tuple[Survey, list[Unit]]:
    path.write_text(head + body, encoding="utf-8")

    def rows() -> Iterator[Row | RowProblems]:
        return read_worklist(path, TITLES, Defaults())

    known = survey(rows())
    return known, list(units(rows(), known, str(path)))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "worklist.csv"


def numbers(found: list[Unit]) -> list[tuple[int, ...]]:
    return [unit.numbers for unit in found]


def rules(found: list[Unit]) -> list[list[str]]:
    return [[problem.rule for problem in unit.problems] for unit in found]


def test_rows_with_one_word_are_one_file_where_the_first_of_them_stands(path: Path) -> None:
    body = (
        "sertraline,Ana,,1\nclonazepam,Bo,,\nsertraline,Cy,,2\nclonazepam,Ana,,1\nclonazepam,Cy,,2\nsertraline,Di,,3\n"
    )
    known, found = gathered(path, body)
    assert (known.rows, known.failed) == (6, 0)
    assert numbers(found) == [(1, 4), (2,), (3, 5), (6,)]
    assert rules(found) == [[], [], [], []]
    assert [row.label.patient for row in found[0].rows] == ["Ana", "Ana"]


def test_one_file_name_for_a_packet_and_not_for_others(path: Path) -> None:
    _, found = gathered(path, "sertraline,Ana,a,1\nclonazepam,Ana,a,1\nsertraline,Bo,b,\n")
    assert rules(found) == [[], []]
    known, found = gathered(path, "sertraline,Ana,a,1\nclonazepam,Ana,a,1\nsertraline,Bo,a,2\nsertraline,Cy,A.pdf,\n")
    assert known.failed == 4
    assert found == []
    known, _ = gathered(path, "sertraline,Ana,a,1\nsertraline,Bo,b,\nclonazepam,Ana,a,1\nclonazepam,Bo,c,\n")
    assert known.failed == 0
    _, found = gathered(path, "sertraline,Ana,a,1\nclonazepam,Ana,b,1\n")
    assert rules(found) == [["packet-mixed"]]


def test_a_packet_is_for_one_patient(path: Path) -> None:
    _, found = gathered(path, "sertraline,Ana Xyzzy,,1\nclonazepam,Anna Xyzzy,,1\n")
    assert rules(found) == [["packet-patients"]]
    assert "Xyzzy" not in str(found[0].problems[0]) + repr(found)
    assert "lines 2, 3" in found[0].problems[0].message
    _, found = gathered(path, "sertraline,ANA  Zoe\u0301,,1\nclonazepam,Ana Zoé,,1\nclonazepam,,,1\n")
    assert rules(found) == [[]]


@pytest.mark.parametrize(
    ("column", "one", "other"),
    [
        ("variant", "patient", "clinician"),
        ("locale", "en-US", "en-GB"),
        ("edition", "standard", "large-print"),
        ("paper", "a4", "letter"),
    ],
)
def test_a_packet_is_one_kind_of_file(path: Path, column: str, one: str, other: str) -> None:
    head = f"monograph,{column},paper,packet\n" if column != "paper" else "monograph,paper,edition,packet\n"
    filler = "a4" if column != "paper" else "standard"
    _, found = gathered(path, f"sertraline,{one},{filler},1\nclonazepam,{other},{filler},1\n", head)
    assert rules(found) == [["packet-mixed"]]
    assert f"differ in their {column}" in found[0].problems[0].message


def test_a_packet_that_lacks_a_row_is_not_printed(path: Path) -> None:
    known, found = gathered(path, "sertraline,Ana,,1\nnone such,Ana,,1\nclonazepam,Bo,,2\nsertraline,Bo,,2\n")
    assert (known.rows, known.failed) == (3, 1)
    assert numbers(found) == [(1,), (2, 3)]
    assert rules(found) == [["packet-incomplete"], []]
    assert "line 3" in found[0].problems[0].message


def test_a_row_that_cannot_be_read_stops_the_packets_beside_it(path: Path) -> None:
    good = "sertraline,Ana,,{0}\nclonazepam,Ana,,{0}\n"
    body = good.format(1) + good.format(2) + "sertraline,Ana\n" + good.format(3) + good.format(4)
    _, found = gathered(path, body)
    assert rules(found) == [[], ["packet-incomplete"], ["packet-incomplete"], []]
    # Where packets lie scattered, it may belong to any of them; copies of their own are printed.
    _, found = gathered(path, body + "clonazepam,Ana,,1\nsertraline,Di,,\n")
    assert rules(found) == [["packet-incomplete"]] * 4 + [[]]
    # Without packets it is nobody else's business.
    _, found = gathered(path, "sertraline,Ana\nsertraline,Bo,,\n")
    assert rules(found) == [[]]


def test_the_word_of_a_packet_is_one_line(path: Path) -> None:
    known, found = gathered(path, f'sertraline,Ana,,{101 * "x"}\nsertraline,Ana,,"a\nb"\n')
    assert (known.failed, found) == (2, [])


def test_a_csv_file_without_the_column_is_not_grouped_by_names(path: Path) -> None:
    path.write_text("monograph,patient\nsertraline,Ana\n", encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        read_worklist(path, TITLES, Defaults(packets=True))
    assert caught.value.problems[0].rule == "no-packet-column"


def test_memory_holds_what_waits_and_no_more(path: Path) -> None:
    """A unit comes as soon as all of its rows are read."""
    body = "".join(f"sertraline,Ana,,{number // 3}\n" for number in range(300))
    path.write_text(HEAD + body, encoding="utf-8")
    taken = 0

    def rows() -> Iterator[Row | RowProblems]:
        nonlocal taken
        for item in read_worklist(path, TITLES, Defaults()):
            taken += 1
            yield item

    known = survey(read_worklist(path, TITLES, Defaults()))
    for number, _ in enumerate(units(rows(), known, "x"), 1):
        assert taken == 3 * number


def test_fhir_rows_of_one_patient_by_reference(tmp_path: Path) -> None:
    path = tmp_path / "worklist.ndjson"
    twin = patient(id="p2")  # the same name, another person
    resources = [
        patient(),
        twin,
        dispense(id="d1"),
        dispense(id="d2", subject={"reference": "Patient/p2"}),
        dispense(id="d3", subject={"reference": "https://ehr.example/fhir/Patient/p1"}),
        dispense(id="d4", subject={"reference": "Patient/elsewhere", "display": "Ana"}),
        dispense(id="d5", subject={"reference": "Patient/elsewhere", "display": "Ana"}),
        dispense(id="d6", subject={"display": "Ana"}),
        dispense(id="d7", subject={"reference": "#own"}, contained=[patient(id="own")]),
        dispense(id="d8", status="cancelled"),
    ]
    path.write_text(ndjson(*resources), encoding="utf-8")
    wanted = {True: [(1, 3), (2,), (4, 5), (6,), (7,)], False: [(number,) for number in range(1, 8)]}
    for packets, numbered in wanted.items():
        defaults = Defaults(packets=packets)
        known = survey(read_worklist(path, TITLES, defaults))
        found = list(units(read_worklist(path, TITLES, defaults), known, "x"))
        assert numbers(found) == numbered
        assert not any(map(bool, rules(found)))


def test_a_bad_resource_stops_its_patients_packet(tmp_path: Path) -> None:
    path = tmp_path / "worklist.ndjson"
    bad = dispense(id="d2", medicationCodeableConcept={"text": "nonesuch"})
    other = [dispense(id=name, subject={"reference": "Patient/p2"}) for name in ("d3", "d4")]
    path.write_text(ndjson(patient(), patient(id="p2"), dispense(), bad, *other), encoding="utf-8")
    defaults = Defaults(packets=True)
    known = survey(read_worklist(path, TITLES, defaults))
    assert rules(list(units(read_worklist(path, TITLES, defaults), known, "x"))) == [["packet-incomplete"], []]
