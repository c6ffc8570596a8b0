"""FHIR worklists: R4 and R5, one resource, Bundle and NDJSON. The examples are our own."""

from __future__ import annotations

import copy
import gc
import json
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaflets.errors import ContentError, ExitCode, NotInstalledError
from leaflets.worklist import Codes, Defaults, Row, RowProblems, read_codes, read_worklist
from tests.conftest import ROOT
from tests.worklist.library import DEFAULTS, TITLES, problems, read, refusal, rows, rules

Json = dict[str, Any]
SECRET = "Xyzzy"
BASE = "https://ehr.example/fhir/"


def _language(code: str, preferred: bool | None = None) -> Json:
    spoken: Json = {"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": code}]}}
    return spoken if preferred is None else {**spoken, "preferred": preferred}


def patient(**more: Any) -> Json:
    names = [{"use": "old", "text": "Wrong"}, {"use": "official", "family": SECRET, "given": ["Anh", "T."]}]
    return {"resourceType": "Patient", "id": "p1", "name": names, "communication": [_language("en-US")], **more}


def medication(**more: Any) -> Json:
    return {"resourceType": "Medication", "id": "m1", "code": {"text": "Sertraline"}, **more}


def request(**more: Any) -> Json:
    base: Json = {
        "resourceType": "MedicationRequest", "id": "r1", "status": "active", "intent": "order",
        "medicationCodeableConcept": {"text": "Sertraline"}, "subject": {"reference": "Patient/p1"},
        "requester": {"display": "Dr. Ortiz"}, "authoredOn": "2026-11-22",
        "identifier": [{"system": "urn:x", "value": "Rx 1"}],
        "dosageInstruction": [{"text": "1 tablet twice a day"}],
        "dispenseRequest": {"quantity": {"value": 60, "unit": "tablets"}},
    }  # fmt: skip
    return _changed(base, more)


def dispense(**more: Any) -> Json:
    base: Json = {
        "resourceType": "MedicationDispense", "id": "d1", "status": "completed",
        "medicationCodeableConcept": {"text": "Sertraline"}, "subject": {"reference": "Patient/p1"},
        "performer": [{"actor": {"display": "The one who handed it out"}}],
        "whenPrepared": "2026-11-22T09:00:00Z", "whenHandedOver": "2026-11-23T23:30:00-05:00",
        "identifier": [{"value": "D 7"}], "dosageInstruction": [{"text": "1 tablet twice a day"}],
        "quantity": {"value": 30, "unit": "tablets"},
    }  # fmt: skip
    return _changed(base, more)


def _changed(base: Json, more: Json) -> Json:
    return {key: value for key, value in {**base, **more}.items() if value is not None}


def bundle(*resources: Json, type_: str = "collection", base: str = BASE) -> str:
    entries = [{"fullUrl": f"{base}{r['resourceType']}/{r.get('id')}", "resource": r} for r in resources]
    return json.dumps({"resourceType": "Bundle", "type": type_, "entry": entries}, indent=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "worklist.json"


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    return tmp_path / "worklist.ndjson"


def ndjson(*resources: Json | str) -> str:
    return "".join((r if isinstance(r, str) else json.dumps(r)) + "\n" for r in resources)


def only(found: list[Row | RowProblems]) -> Row:
    (row,) = found
    assert isinstance(row, Row), row
    return row


def fault(found: list[Row | RowProblems]) -> str:
    """The one error of the one resource that is no row."""
    (item,) = found
    assert isinstance(item, RowProblems)
    assert item.failed
    (problem,) = [p for p in item.problems if p.severity == "error"]
    assert SECRET not in str(problem)
    return problem.rule


# -- what a row takes from where --------------------------------------------------------------------------------------


def test_a_dispense_with_its_patient_and_prescription(path: Path) -> None:
    filled = dispense(authorizingPrescription=[{"reference": "MedicationRequest/r1"}])
    found = read(path, bundle(filled, request(), patient()))
    row = rows(found)[0]
    assert (row.monograph, row.variant, row.locale, row.paper, row.output) == (
        "sertraline",
        "patient",
        "en-US",
        "letter",
        "",
    )
    label = row.label
    assert (label.patient, label.directions, label.prescriber) == (
        f"Anh T. {SECRET}",
        "1 tablet twice a day",
        "Dr. Ortiz",
    )
    assert (label.number, label.date, label.quantity) == ("D 7", "2026-11-23", "30 tablets")
    assert row.line == 5, "the line of its entry"
    assert rules(found) == ["fhir-skipped"], "the request that it fills has no second copy"
    assert SECRET not in repr(found)


def test_a_request(path: Path) -> None:
    row = only(read(path, bundle(request(), patient())))
    label = row.label
    assert (label.prescriber, label.number, label.date, label.quantity) == (
        "Dr. Ortiz",
        "Rx 1",
        "2026-11-22",
        "60 tablets",
    )


def test_who_hands_out_is_not_who_prescribed(path: Path) -> None:
    assert only(read(path, bundle(dispense(), patient()))).label.prescriber == ""


def test_a_requester_without_display_is_looked_up(path: Path) -> None:
    person = {"resourceType": "Practitioner", "id": "x", "name": [{"text": "Dr. Okafor"}]}
    asked = request(requester={"reference": "Practitioner/x"})
    assert only(read(path, bundle(asked, patient(), person))).label.prescriber == "Dr. Okafor"


def test_directions_stand_in_their_order(path: Path) -> None:
    doses = [{"sequence": 2, "text": "then 2"}, {"sequence": 1, "text": "no", "patientInstruction": "ONE first"}]
    assert (
        only(read(path, bundle(dispense(dosageInstruction=doses), patient()))).label.directions == "ONE first\nthen 2"
    )
    doses = [{"text": "b"}, {"text": "a"}]
    assert only(read(path, bundle(dispense(dosageInstruction=doses), patient()))).label.directions == "b\na"


@pytest.mark.parametrize(
    ("doses", "rule"),
    [
        ([{"text": "a"}, {"timing": {"code": {"text": "x"}}}], "fhir-part-directions"),
        ([{"text": "a", "sequence": 1}, {"text": "b"}], "fhir-sequence"),
        ([{"text": "a", "modifierExtension": [{"url": "urn:x", "valueBoolean": True}]}], "fhir-modifier"),
        ([{"text": "5\u202e0"}], "hidden-character"),
        ([{"text": "x" * 3000}], "cell-too-long"),
    ],
)
def test_directions_that_could_be_half_of_them_are_an_error(doses: list[Json], rule: str, path: Path) -> None:
    assert fault(read(path, bundle(dispense(dosageInstruction=doses), patient()))) == rule


def test_directions_are_never_made_from_codes(path: Path) -> None:
    doses = [
        {"doseAndRate": [{"doseQuantity": {"value": 1, "unit": "tablet"}}], "timing": {"repeat": {"frequency": 2}}}
    ]
    row = only(read(path, bundle(dispense(dosageInstruction=doses), patient())))
    assert row.label.directions == ""
    assert [note.rule for note in row.notes] == ["fhir-no-directions"]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ('{"value": 30.50, "unit": "mL"}', "30.50 mL"),
        ('{"value": 1e2, "unit": "tablets"}', "100 tablets"),
        ('{"value": 0.5}', "0.5"),
        ('{"value": 5, "comparator": "<", "unit": "mL"}', "<5 mL"),
        ('{"value": 5, "code": "mL", "system": "http://unitsofmeasure.org"}', "5 mL"),
    ],
)
def test_quantities_are_verbatim(written: str, shown: str, path: Path) -> None:
    text = bundle(dispense(quantity={"value": 987}), patient())
    start = text.index('"quantity": {') + len('"quantity": ')
    text = text[:start] + written + text[text.index("}", start) + 1 :]
    assert only(read(path, text)).label.quantity == shown


def test_an_identifier_that_cannot_be_told_is_left_out_and_said(path: Path) -> None:
    several = [{"value": "1"}, {"value": "2"}]
    row = only(read(path, bundle(dispense(identifier=several), patient())))
    assert row.label.number == ""
    assert [note.rule for note in row.notes] == ["fhir-number"]
    several[1]["use"] = "official"
    assert only(read(path, bundle(dispense(identifier=several), patient()))).label.number == "2"


# -- language ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spoken", "locale", "notes"),
    [
        ([_language("en-US")], "en-US", []),
        ([_language("en")], "en-GB", []),
        ([_language("es")], "es-US", []),
        ([_language("en-US"), _language("es", True)], "es-US", []),
        ([_language("es-MX")], "es-US", ["locale-near"]),
        ([_language("en-US"), _language("es")], "en-US", ["language-unsure"]),
        ([], "en-GB", ["language-unknown"]),
        ([{"language": {"text": "English"}}], "en-GB", ["language-unknown"]),
        ([_language("klingon")], "en-GB", ["language-unknown"]),
    ],
)
def test_the_language_is_the_patients(spoken: list[Json], locale: str, notes: list[str], path: Path) -> None:
    row = only(read(path, bundle(dispense(), patient(communication=spoken))))
    assert (row.locale, [note.rule for note in row.notes]) == (locale, notes)


@pytest.mark.parametrize(("code", "locale"), [("es", "es-US"), ("zh", "zh"), ("de", "de"), ("en", "en-US")])
def test_a_language_without_a_country_is_read_where_the_site_is(code: str, locale: str, path: Path) -> None:
    defaults = Defaults(locale="en-US", locales=("en", "es", "de", "zh-Hans"))
    row = only(read(path, bundle(dispense(), patient(communication=[_language(code)])), defaults))
    assert (row.locale, row.notes) == (locale, ())


def test_a_language_without_text_is_an_error(path: Path) -> None:
    assert fault(read(path, bundle(dispense(), patient(communication=[_language("fr")])))) == "no-catalogue"


def test_one_script_is_not_another(path: Path) -> None:
    defaults = Defaults(locale="zh-CN", locales=("zh-CN",))
    text = bundle(dispense(), patient(communication=[_language("zh-TW")]))
    assert fault(read(path, text, defaults)) == "no-catalogue"
    assert only(read(path, text.replace("zh-TW", "zh-Hans-SG"), defaults)).locale == "zh-CN"


def test_a_patient_who_is_not_there(path: Path) -> None:
    alone = dispense(subject={"reference": "Patient/p1", "display": "Ann"})
    row = only(read(path, json.dumps(alone)))
    assert (row.locale, row.label.patient) == ("en-GB", "Ann")
    assert [note.rule for note in row.notes] == ["language-unknown"]
    assert row.notes[0].hint == "this file does not hold the Patient"
    row = only(read(path, json.dumps(dispense(subject=None))))
    assert [note.rule for note in row.notes] == ["language-unknown", "fhir-no-patient"]


# -- references -------------------------------------------------------------------------------------------------------


def test_contained_resources(path: Path) -> None:
    inside = [patient(id="p"), medication(id="m")]
    text = json.dumps(
        dispense(
            medicationCodeableConcept=None, medicationReference={"reference": "#m"}, subject={"reference": "#p"},
            contained=inside,
        )
    )  # fmt: skip
    row = only(read(path, text))
    assert (row.monograph, row.locale) == ("sertraline", "en-US")


@pytest.mark.parametrize("version", ["R4", "R5"])
@pytest.mark.parametrize("form", ["relative", "absolute", "versioned", "urn", "line", "line-absolute"])
def test_every_form_of_a_reference(form: str, version: str, path: Path, lines: Path) -> None:
    names = {kind: f"{kind}/{id_}" for kind, id_ in (("Patient", "p1"), ("Medication", "m1"))}
    if "absolute" in form:
        names = {kind: BASE + name for kind, name in names.items()}
    if form == "versioned":
        names = {kind: name + "/_history/3" for kind, name in names.items()}
    if form == "urn":
        names = {"Patient": "urn:uuid:0b5c5b3c-1", "Medication": "urn:uuid:0b5c5b3c-2"}
    drug: Json = {"medicationReference": {"reference": names["Medication"]}}
    if version == "R5":
        drug = {"medication": {"reference": drug["medicationReference"]}}
    asked = {**request(medicationCodeableConcept=None, subject={"reference": names["Patient"]}), **drug}
    if form.startswith("line"):
        row = only(read(lines, ndjson(asked, patient(), medication())))
    else:
        text = bundle(asked, patient(), medication())
        if form == "urn":
            for kind, old in (("Patient", "p1"), ("Medication", "m1")):
                text = text.replace(f"{BASE}{kind}/{old}", names[kind])
        row = only(read(path, text))
    assert (row.monograph, row.locale, row.label.patient) == ("sertraline", "en-US", f"Anh T. {SECRET}")


def test_two_servers_in_one_bundle_stay_apart(path: Path) -> None:
    other = "https://other.example/fhir/"
    there = json.loads(bundle(dispense(), patient(communication=[_language("es")]), base=other))
    here = json.loads(bundle(dispense(), patient()))
    here["entry"] += there["entry"]
    assert [row.locale for row in rows(read(path, json.dumps(here)))] == ["en-US", "es-US"]


def test_an_address_of_another_server_is_not_a_line(lines: Path) -> None:
    drug = {"reference": "https://other.example/fhir/Medication/m1"}
    asked = request(
        medicationCodeableConcept=None, medicationReference=drug, subject={"reference": f"{BASE}Patient/p1"}
    )
    assert fault(read(lines, ndjson(asked, patient(), medication()))) == "fhir-reference"


def test_a_reference_to_something_else(path: Path) -> None:
    text = bundle(dispense(subject={"reference": "Medication/m1"}), medication())
    assert "fhir-reference" in rules(read(path, text))


def test_two_patients_with_one_id(lines: Path) -> None:
    found = read(lines, ndjson(dispense(), patient(), patient(communication=[_language("es")])))
    assert "fhir-id-twice" in rules(found)
    assert "lines 2, 3" in problems(found)[0].message
    assert not rows(found)


def test_two_dispenses_with_one_id_are_both_errors(lines: Path, path: Path) -> None:
    found = read(lines, ndjson(dispense(), patient(), dispense()))
    assert rules(found) == ["fhir-id-twice"] * 2
    assert [problem.line for problem in problems(found)] == [1, 3]
    found = read(path, bundle(dispense(), patient(), dispense()))
    assert "entry 1, entry 3" in problems(found)[0].message


# -- drugs ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def codes(tmp_path: Path) -> Codes:
    table = tmp_path / "codes.csv"
    table.write_text("system,code,slug\nrxnorm,36437,sertraline\nndc,0049-4900-30,sertraline\nrxnorm,2598,clonazepam\n")
    return read_codes(table, TITLES)


def _concept(*codings: tuple[str, str], text: str | None = None) -> Json:
    systems = {"rxnorm": "http://www.nlm.nih.gov/research/umls/rxnorm", "ndc": "http://hl7.org/fhir/sid/ndc"}
    concept: Json = {"coding": [{"system": systems[system], "code": code} for system, code in codings]}
    return {**concept, "text": text} if text else concept


@pytest.mark.parametrize(
    ("concept", "slug"),
    [
        (_concept(("rxnorm", "36437")), "sertraline"),
        (_concept(("ndc", "00049490030"), text="Sertraline 50 MG Oral Tablet"), "sertraline"),
        (_concept(("rxnorm", "1"), ("ndc", "0049-4900-30")), "sertraline"),
        (_concept(("rxnorm", "1"), text="sertraline and clonazepam"), "clonazepam-sertraline"),
        ({"coding": [{"display": "Sertraline"}]}, "sertraline"),
    ],
)
def test_a_code_or_an_exact_text(concept: Json, slug: str, path: Path, codes: Codes) -> None:
    text = bundle(dispense(medicationCodeableConcept=concept), patient())
    assert only(read(path, text, codes=codes)).monograph == slug


@pytest.mark.parametrize(
    ("concept", "rule"),
    [
        (_concept(("rxnorm", "36437"), ("rxnorm", "2598")), "drug-disagrees"),
        (_concept(("rxnorm", "36437"), text="Clonazepam"), "drug-disagrees"),
        ({"text": "Sertraline", "coding": [{"display": "Clonazepam"}]}, "drug-disagrees"),
        ({"text": "Sertraline 50 MG Oral Tablet"}, "drug-unknown"),
        (_concept(("rxnorm", "1")), "drug-unknown"),
        ({"text": "Oral Corticosteroids"}, "drug-several"),
        ({"coding": [{"system": "urn:x"}]}, "drug-unknown"),
    ],
)
def test_what_is_not_sure_is_an_error(concept: Json, rule: str, path: Path, codes: Codes) -> None:
    assert fault(read(path, bundle(dispense(medicationCodeableConcept=concept), patient()), codes=codes)) == rule


def test_a_code_of_the_medication_and_a_text_of_the_request_must_agree(path: Path, codes: Codes) -> None:
    drug = {"reference": "Medication/m1", "display": "Clonazepam"}
    text = bundle(dispense(medicationCodeableConcept=None, medicationReference=drug), patient(), medication())
    assert fault(read(path, text, codes=codes)) == "drug-disagrees"


def test_an_unknown_drug_says_which_code_to_add(path: Path) -> None:
    concept = _concept(("rxnorm", "36437"), text="Sertralin")
    (problem,) = problems(read(path, bundle(dispense(medicationCodeableConcept=concept), patient())))
    assert "Sertraline (sertraline)" in str(problem.hint)
    assert "rxnorm|36437" in str(problem.hint)


def test_a_brand_is_a_warning(path: Path) -> None:
    row = only(read(path, bundle(dispense(medicationCodeableConcept={"text": "Zoloft"}), patient())))
    assert [note.rule for note in row.notes] == ["alternate-name"]


# -- what is not printed ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["cancelled", "stopped", "declined", "entered-in-error", "on-hold"])
def test_a_dispense_that_did_not_happen_is_skipped_with_a_note(status: str, path: Path) -> None:
    (item,) = read(path, bundle(dispense(status=status), patient()))
    assert isinstance(item, RowProblems)
    assert not item.failed
    assert status in item.problems[0].message


@pytest.mark.parametrize(
    "change",
    [
        {"status": "cancelled"}, {"status": "stopped"}, {"status": "draft"}, {"status": "entered-in-error"},
        {"intent": "proposal"}, {"intent": "plan"}, {"doNotPerform": True},
    ],
)  # fmt: skip
def test_a_request_that_is_no_order_is_skipped(change: Json, path: Path) -> None:
    (item,) = read(path, bundle(request(**change), patient()))
    assert isinstance(item, RowProblems)
    assert not item.failed


def test_a_request_stays_when_its_dispense_was_cancelled(path: Path) -> None:
    filled = dispense(status="cancelled", authorizingPrescription=[{"reference": "MedicationRequest/r1"}])
    assert [row.label.number for row in rows(read(path, bundle(filled, request(), patient())))] == ["Rx 1"]


def test_what_a_search_only_included_is_no_row(path: Path) -> None:
    found = json.loads(bundle(dispense(), request(), patient(), type_="searchset"))
    found["entry"][1]["search"] = {"mode": "include"}
    assert only(read(path, json.dumps(found))).label.number == "D 7"


@pytest.mark.parametrize(
    "change",
    [
        {"status": "lost"}, {"status": None}, {"status": 3}, {"bogus": 1}, {"medicationCodeableConcept": None},
        {"dosageInstruction": {"text": "x"}}, {"quantity": {"value": SECRET}}, {"whenHandedOver": SECRET},
        {"subject": 7}, {"contained": 3}, {"contained": [{"resourceType": "Foo"}]}, {"authorizingPrescription": 4},
        {"modifierExtension": [{"url": "urn:x", "valueBoolean": True}]}, {"implicitRules": "urn:x"},
        {SECRET + " " + SECRET: 1}, {"medicationReference": {"display": "x"}},
        {"contained": [{"resourceType": SECRET}]},
    ],
)  # fmt: skip
def test_what_is_not_valid_is_an_error_without_its_values(change: Json, path: Path) -> None:
    found = read(path, bundle(dispense(**change), patient()))
    assert len(found) == 1
    assert not rows(found)
    assert set(rules(found)) <= {"fhir-invalid", "fhir-status", "fhir-modifier"}
    assert SECRET not in repr(found)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"medicationCodeableConcept": None}, "must hold one of medicationCodeableConcept, medicationReference"),
        ({"medicationReference": {"display": "x"}}, "more than one of medicationCodeableConcept, medicationReference"),
        ({"status": None}, "MedicationDispense.status is missing"),
    ],
)
def test_the_element_that_is_missing_is_named(change: Json, said: str, path: Path) -> None:
    assert said in repr(read(path, bundle(dispense(**change), patient())))


@pytest.mark.parametrize(
    "change", [{"name": SECRET}, {"communication": [{"language": SECRET}]}, {"name": [{"given": SECRET}]}, {"foo": 1}]
)
def test_a_patient_who_is_not_valid_spoils_the_row(change: Json, path: Path) -> None:
    found = read(path, bundle(dispense(), patient(**change)))
    assert not rows(found)
    assert "fhir-invalid" in rules(found)
    assert SECRET not in repr(found)


def test_other_kinds_of_resources_are_named(path: Path) -> None:
    said = {"resourceType": "MedicationStatement", "id": "s", "status": "active"}
    found = read(path, bundle(dispense(), patient(), said))
    assert rules(found) == ["fhir-not-read"]
    assert len(rows(found)) == 1


# -- files -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ('{"name": "leaflets"}', "not-fhir"),
        ("[]", "not-fhir"),
        ("{", "json-broken"),
        ('{"resourceType": "Patient"}', "no-rows"),
        ('{"resourceType": "Bundle", "type": "history", "entry": []}', "fhir-bundle"),
        ('{"resourceType": "Bundle", "type": "collection"}', "no-rows"),
        ('{"resourceType": "MedicationDispense", "id": "a", "id": "b"}', "json-key-twice"),
        ('{"resourceType": "MedicationDispense", "contained": ' + "[" * 100_000, "json-depth"),
        ('{"a": ' * 100_000, "json-depth"),
    ],
    ids=lambda value: value[:40],
)
def test_json_that_is_no_worklist(text: str, rule: str, path: Path) -> None:
    assert refusal(path, text).rule == rule


def test_bytes_that_are_not_utf8(path: Path, lines: Path) -> None:
    assert refusal(path, json.dumps(dispense()).encode()[:-1] + b',"x":"\xff"}').rule == "not-utf8"
    found = read(lines, ndjson(dispense(), patient()).encode() + b'{"x":"\xff"}\n')
    assert rules(found) == ["not-utf8"]
    assert len(rows(found)) == 1


def test_a_broken_line_takes_no_other_with_it(lines: Path) -> None:
    broken = json.dumps(request())[:-40]
    deep = '{"a":' * 5000
    found = read(lines, ndjson(dispense(), broken, deep, "", "[]", patient(), request(id="r2"), '{"resourceType":'))
    assert [(row.line, row.label.number) for row in rows(found)] == [(1, "D 7"), (7, "Rx 1")]
    said = {p.line: p.rule for p in problems(found)}
    assert said == {2: "json-broken", 3: "json-depth", 5: "not-fhir", 8: "json-broken"}
    assert all(SECRET not in str(problem) for problem in problems(found))


def test_a_broken_entry_takes_no_other_with_it(path: Path) -> None:
    found = json.loads(bundle(dispense(), patient()))
    found["entry"][1:1] = [{"resource": 3}, 4, {"fullUrl": "urn:x"}]
    result = read(path, json.dumps(found))
    assert rules(result) == ["not-fhir", "not-fhir"]
    assert "entry 2" in problems(result)[0].message
    assert len(rows(result)) == 1


def test_ndjson_is_known_without_its_name(path: Path) -> None:
    assert len(rows(read(path, ndjson(dispense(), patient())))) == 1
    assert len(rows(read(path, "\ufeff" + ndjson(dispense(), patient())))) == 1


def test_a_resource_on_many_lines_is_no_ndjson(path: Path) -> None:
    assert only(read(path, json.dumps(dispense(), indent=2))).line == 1


def test_reading_streams_and_patients_come_from_anywhere(lines: Path) -> None:
    many = [dispense(id=f"d{n}", subject={"reference": f"Patient/p{n}"}) for n in range(50)]
    many += [patient(id=f"p{n}", name=[{"text": f"N{n}"}]) for n in reversed(range(50))]
    found = rows(read(lines, ndjson(*many)))
    assert [row.label.patient for row in found] == [f"N{n}" for n in range(50)]
    assert [row.line for row in found] == list(range(1, 51))


def test_without_the_extra_the_way_to_it_is_said(path: Path) -> None:
    path.write_text(json.dumps(dispense()), encoding="utf-8")
    code = f"""
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "fhir":
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Missing())
from pathlib import Path
from leaflets.worklist import Defaults, Titles, read_worklist
from leaflets.errors import NotInstalledError
try:
    read_worklist(Path({str(path)!r}), Titles([]), Defaults())
except NotInstalledError as error:
    print(int(error.exit_code), error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.startswith("2 error: ")
    assert "pip install 'leaflets[fhir]'" in done.stdout
    assert NotInstalledError.exit_code is ExitCode.USAGE


def test_csv_needs_no_fhir_library(tmp_path: Path) -> None:
    code = (
        "import sys, leaflets.worklist as w; print(any(m.split('.')[0] in ('fhir', 'pydantic') for m in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "False"


def test_an_iterator_is_given_before_the_first_row_is_made(lines: Path) -> None:
    lines.write_text(ndjson(dispense(), patient()), encoding="utf-8")
    found = read_worklist(lines, TITLES, DEFAULTS)
    assert isinstance(next(found), Row)
    assert list(found) == []


def _places(value: Any, at: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The way to every value inside a value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [way for key, item in items for way in ((*at, key), *_places(item, (*at, key)))]


FILLED = json.loads(
    bundle(
        dispense(
            authorizingPrescription=[{"reference": "MedicationRequest/r1"}], medicationCodeableConcept=None,
            medicationReference={"reference": "#m"}, contained=[medication(id="m")],
        ),
        request(id="r2", medicationCodeableConcept=None, medicationReference={"reference": "Medication/m1"}),
        request(), patient(), medication(),
    )
)  # fmt: skip
ODD: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 0, 1.5, "", SECRET, "#m", "#", "Patient/p1", f"{BASE}Patient/p1", "MedicationRequest/r2", [], {}, [[]],
     [None], [{}], [SECRET], {"reference": "Patient/p1"}, {"value": SECRET}, {"resourceType": "Patient"},
     {"resourceType": "MedicationRequest", "id": "r1"}]
)  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from(_places(FILLED)), ODD), min_size=1, max_size=3), st.booleans())
@settings(max_examples=800, deadline=None)
def test_whatever_stands_anywhere_nothing_breaks_and_nothing_leaks(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[tuple[str | int, ...], Any]], as_lines: bool
) -> None:
    found = copy.deepcopy(FILLED)
    for (*way, last), value in changes:
        inside = found
        try:
            for key in way:
                inside = inside[key]
            inside[last] = copy.deepcopy(value)
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took the place away
    text = json.dumps(found)
    if as_lines and isinstance(found["entry"], list):
        text = ndjson(*(e["resource"] if isinstance(e, dict) and "resource" in e else e for e in found["entry"]))
    path = tmp_path_factory.getbasetemp() / ("any.ndjson" if as_lines else "any.json")
    result: list[Row | RowProblems] = []
    said = ""
    try:
        result = read(path, text)
    except ContentError as error:
        said = str(error)
    assert SECRET not in repr(result) + said
    for row in rows(result):
        assert row.monograph == "sertraline"


def test_reading_may_stop_early(lines: Path, tmp_path: Path) -> None:
    lines.write_text(ndjson(dispense(), patient(), request()), encoding="utf-8")
    (tmp_path / "w.csv").write_text("monograph,output\nsertraline,a\nsertraline,b\n", encoding="utf-8")
    for path in (lines, tmp_path / "w.csv"):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            found = read_worklist(path, TITLES, DEFAULTS)
            next(found)
            del found
            gc.collect()
