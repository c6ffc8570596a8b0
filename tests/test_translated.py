"""Where a leaflet takes its translations: states, approvals of pairs, numbers in the locale's form."""

from __future__ import annotations

import json
import resource
import signal
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from leaflets.approvals import Approval, append_approvals, gathered, read_approvals
from leaflets.assemble import Assembled
from leaflets.build import read_checked
from leaflets.catalogue import Catalogue, Written, read_catalogue, wrong_file
from leaflets.chain import now, pair_sha256
from leaflets.errors import PdfError, TranslationError
from leaflets.fitting import assemble
from leaflets.jobs import Job
from leaflets.kit import Kit
from leaflets.locales import catalogue_tags
from leaflets.monograph import Monograph
from leaflets.pofile import Po, PoEntry, write_po
from leaflets.quantities import local_quantities, parity, parted
from leaflets.translated import TextState, translate_block, with_text

BODY = """
## Usage
For pain.

## Dosage
### Standard Dosage
#### Adults
* **Tablets:** Take 2.5 mg to 5 mg once daily.
* Not more than 1,000 mg daily.

| Age | Dose |
|-|-|
| Over 6 years | 5 mg |
"""
DE = (
    PoEntry("patient/title", "X", "Iks"),
    PoEntry("patient/indications/paragraph", "For pain.", "Gegen Schmerzen."),
    PoEntry(
        "patient/dosage.adults/item", "**Tablets:** Take 2.5 mg to 5 mg once daily.",
        "**Tabletten:** 1-mal täglich 2,5 mg bis 5 mg einnehmen.",
    ),
    PoEntry(
        "patient/dosage.adults/item", "Not more than 1,000 mg daily.",
        "Nicht mehr als 1\u202f000 mg täglich.",
    ),
    PoEntry("patient/dosage.adults/row", "Age | Dose", "Alter | Dosis"),
    PoEntry("patient/dosage.adults/row", "Over 6 years | 5 mg", "Über 6 Jahre | 5 mg"),
)  # fmt: skip
META = {"Language": "de", "X-Monograph": "x", "Content-Type": "text/plain; charset=UTF-8"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "content/monographs").mkdir(parents=True)
    (tmp_path / "content/monographs/x.md").write_text(f"---\ntitle: X\n---\n{BODY}", encoding="utf-8")
    return tmp_path


def put(project: Path, entries: tuple[PoEntry, ...], name: str = "x", locale: str = "de") -> Path:
    path = project / "content/locale" / locale / f"{name}.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(write_po(Po(str(path), entries, "", {**META, "X-Monograph": name, "Language": locale})))
    return path


def approve(path: Path, *entries: PoEntry, decision: str = "approved", when: str = "2026-11-23T10:00:00Z") -> None:
    append_approvals(
        path.with_suffix(".approvals.jsonl"),
        [
            Approval(path.parent.name, path.stem, e.context, e.source, e.target, decision, "R. Example", "x", when)
            for e in entries
        ],
    )


def made(project: Path, kit: Kit, locale: str = "de") -> Assembled:
    source = project / "content/monographs/x.md"
    job = Job(str(source), "x", "patient", locale, "standard", "a4", "", str(project))
    monograph = read_checked(source, str(source), kit.project)[1]
    return assemble(monograph, replace(kit, project=project), job)


def states(assembled: Assembled) -> dict[str, TextState]:
    texts = {entry.block.id: entry.block.text for entry in assembled.ledger}
    return {texts.get(name, "title"): state for name, state in assembled.states}


def test_a_leaflet_takes_its_translations_in_the_locales_own_numbers(project: Path, kit: Kit) -> None:
    put(project, DE)
    leaflet = made(project, kit)
    assert leaflet.problems == ()
    assert leaflet.leaflet is not None
    assert (leaflet.leaflet.title, leaflet.leaflet.short_title) == ("Iks", "Iks")
    shown = {entry.block.text: entry.shown_text for entry in leaflet.ledger if entry.rule == "translated"}
    assert shown == {
        "For pain.": "Gegen Schmerzen.",
        "Tablets: Take 2.5 mg to 5 mg once daily.": "Tabletten: 1-mal täglich 2,5\u00a0mg bis 5\u00a0mg einnehmen.",
        "Not more than 1,000 mg daily.": "Nicht mehr als 1\u202f000\u00a0mg täglich.",
        "Age | Dose": "Alter | Dosis",
        "Over 6 years | 5 mg": "Über 6\u00a0Jahre | 5\u00a0mg",
    }
    assert set(states(leaflet).values()) == {TextState.UNAPPROVED}


def test_states_are_known_block_by_block(project: Path, kit: Kit) -> None:
    path = put(project, (*DE[:2], replace(DE[2], fuzzy=True), DE[3], DE[4]))
    approve(path, DE[1])
    approve(path, DE[3], decision="rejected")
    assert states(made(project, kit)) == {
        "title": TextState.UNAPPROVED,
        "For pain.": TextState.APPROVED,
        "Tablets: Take 2.5 mg to 5 mg once daily.": TextState.FUZZY,
        "Not more than 1,000 mg daily.": TextState.UNAPPROVED,
        "Age | Dose": TextState.UNAPPROVED,
        "Over 6 years | 5 mg": TextState.MISSING,
    }


def test_any_edit_voids_exactly_its_own_pair(project: Path, kit: Kit) -> None:
    path = put(project, DE)
    approve(path, *DE)
    assert set(states(made(project, kit)).values()) == {TextState.APPROVED}
    put(project, (*DE[:1], replace(DE[1], target="Gegen starke Schmerzen."), *DE[2:]))
    found = states(made(project, kit))
    assert found.pop("For pain.") is TextState.UNAPPROVED
    assert set(found.values()) == {TextState.APPROVED}
    put(project, DE)
    assert set(states(made(project, kit)).values()) == {TextState.APPROVED}
    approve(path, DE[1], decision="rejected", when="2026-11-24T10:00:00Z")
    assert states(made(project, kit))["For pain."] is TextState.UNAPPROVED


def test_the_last_word_on_a_pair_counts_and_of_another_locale_none(project: Path, kit: Kit) -> None:
    path = put(project, DE)
    other = put(project, DE, locale="de-AT")
    approve(other, *DE)
    assert set(states(made(project, kit)).values()) == {TextState.UNAPPROVED}
    path.with_suffix(".approvals.jsonl").write_bytes(other.with_suffix(".approvals.jsonl").read_bytes())
    with pytest.raises(TranslationError, match="not this file's"):
        made(project, kit)


def test_the_monographs_own_text_wins_over_the_shared_one(project: Path, kit: Kit) -> None:
    put(project, DE[2:])
    shared = PoEntry("patient", "For pain.", "Bei Schmerzen.")
    approve(put(project, (shared,), "_shared"), shared)
    assert states(made(project, kit))["For pain."] is TextState.APPROVED
    put(project, DE)
    assert states(made(project, kit))["For pain."] is TextState.UNAPPROVED


def test_english_stays_as_it_was(project: Path, kit: Kit) -> None:
    put(project, DE)
    assert made(project, kit, "en-US").states == ()


@pytest.mark.parametrize(
    ("source", "target", "rule"),
    [
        ("Take 2.5 mg.", "Nehmen Sie 2.5 mg.", "plain-changed"),
        ("Take 2.5 mg.", "Nehmen Sie 25 mg.", "plain-changed"),
        ("Take 2.5 mg.", "Nehmen Sie 2,5 g.", "plain-changed"),
        ("Take 2.5 mg.", "Nehmen Sie es.", "plain-changed"),
        ("Take it.", "Nehmen Sie 2 davon.", "plain-changed"),
        ("Take it once.", "Nehmen Sie 2 davon.", "plain-changed"),
        ("Take it once daily.", "1-mal täglich 1 mg.", "plain-changed"),
        ("Take **it**.", "Nehmen **Sie.", "plain-marks"),
        ("Take it.", "Nehmen Sie.\n\nOder nicht.", "plain-shape"),
        ("a | b", "a", "plain-shape"),
    ],
)
def test_what_a_translation_must_not_change(source: str, target: str, rule: str, project: Path, kit: Kit) -> None:
    path = put(project, (PoEntry("patient/dosage/row" if "|" in source else "patient/a/item", source, target),))
    with pytest.raises(TranslationError) as caught:
        read_catalogue(path, kit.units, "de")
    assert [problem.rule for problem in caught.value.problems] == [rule]
    assert caught.value.problems[0].line


@pytest.mark.parametrize(
    ("folder", "said", "right"),
    [
        ("zh-Hans", "zh_CN", True), ("zh-Hans", "zh_TW", False), ("zh-Hans", "zh_Hant", False), ("zh", "zh_HK", False),
        ("de", "de_AT.UTF-8", True), ("sr-Latn", "sr@latin", True), ("sr", "sr@latin", False), ("de", "deu", True),
    ],
)  # fmt: skip
def test_a_catalogue_in_another_script_is_refused(folder: str, said: str, right: bool) -> None:
    assert (wrong_file(Po("x.po", (), "", {"Language": said}), Path(folder, "x.po")) == []) is right


@pytest.mark.parametrize(
    ("meta", "rule"), [({"X-Monograph": "y"}, "catalogue-other"), ({"Language": "fr"}, "catalogue-other")]
)
def test_a_catalogue_of_something_else_is_refused(meta: dict[str, str], rule: str, project: Path, kit: Kit) -> None:
    path = put(project, DE)
    path.write_bytes(write_po(Po("x.po", DE, "", {**META, **meta})))
    with pytest.raises(TranslationError) as caught:
        read_catalogue(path, kit.units, "de")
    assert [problem.rule for problem in caught.value.problems] == [rule]


def test_a_row_in_a_wide_context_with_too_few_cells_is_told(read: Callable[..., Monograph]) -> None:
    block = next(b for b in read(BODY).blocks if b.cells)
    written = Written("patient", "Age | Dose", "Alter", 3)
    said = translate_block(block, [Catalogue("x.po", {("patient", "Age | Dose"): written})], "patient")
    assert (said.runs, said.state) == (None, TextState.MISSING)
    assert "1 cells" in said.fault
    assert with_text(block, said) is block


def test_wider_locales_help_only_where_numbers_are_written_alike() -> None:
    assert catalogue_tags("de-AT") == ("de-Latn-AT", "de-AT", "de-Latn", "de")
    assert catalogue_tags("es-US") == ("es-Latn-US", "es-US")
    assert catalogue_tags("zh-Hant-TW") == ("zh-Hant-TW", "zh-TW", "zh-Hant")
    # A tag without its script finds what is written in the script that it means.
    assert "zh-Hans" in catalogue_tags("zh-CN")
    assert "zh-Hant" in catalogue_tags("zh-TW")
    assert "zh" in catalogue_tags("zh-Hans-CN")


@pytest.mark.parametrize(
    ("tag", "text", "found"),
    [
        ("de", "höchstens 1\u202f500 mg, dann 2,5–5 mg", ["1\u202f500 mg", "2,5–5 mg"]),
        ("zh-Hans", "每日5 mg口服", ["5 mg"]),
        ("ko", "5 mg을", ["5 mg"]),
        ("ar", "خذ 0.25 mg و5 mg", ["0.25 mg", "5 mg"]),
        ("hi", "1,00,000 units", ["1,00,000 units"]),
        ("de", "CYP3A4 und B12", []),
    ],
)
def test_quantities_in_a_translators_text(tag: str, text: str, found: list[str], kit: Kit) -> None:
    quantities = local_quantities(text, kit.units, tag)
    assert [q.source for q in quantities] == found
    assert all(text[q.start : q.end] == q.source for q in quantities)


def test_doses_are_compared_where_words_are_not_parted(kit: Kit) -> None:
    assert parity("Take 5 mg.", parted("每日5 mg口服", kit.units, "zh-Hans"), kit.units, "zh-Hans") == ()
    assert parity("Take 5 mg.", parted("每日50 mg口服", kit.units, "zh-Hans"), kit.units, "zh-Hans")


# -- records ------------------------------------------------------------------------------------------------------


def test_records_hold_and_cannot_be_changed(tmp_path: Path) -> None:
    path = tmp_path / "de/x.po"
    approve(path, *DE[:3])
    records = path.with_suffix(".approvals.jsonl")
    found = read_approvals(records)
    assert [one.target for one in found] == [e.target for e in DE[:3]]
    assert gathered(found).approves("de", *DE[1].key, DE[1].target)
    assert not gathered(found).approves("de", *DE[1].key, DE[1].target + " ")
    lines = records.read_text(encoding="utf-8").splitlines()
    for broken in (
        [lines[0], lines[2]],
        [lines[1], lines[0], lines[2]],
        [lines[0], lines[1].replace("Gegen", "Ohne"), lines[2]],
        [*lines, '{"locale": "de"}'],
        [*lines[:2], lines[2][:40]],
        [*lines, json.dumps({**json.loads(lines[2]), "target": "Ganz anders."}, ensure_ascii=False)],
    ):
        records.write_text("\n".join(broken) + "\n", encoding="utf-8")
        with pytest.raises(TranslationError) as caught:
            read_approvals(records)
        assert caught.value.problems[0].line
        before = records.read_bytes()
        with pytest.raises(TranslationError):
            approve(path, DE[3])
        assert records.read_bytes() == before


def test_a_record_must_be_about_the_texts_that_it_names(tmp_path: Path) -> None:
    """Whoever makes a chain anew must still name the pair that the texts are."""
    from leaflets.chain import append_chain

    path = tmp_path / "de/x.approvals.jsonl"
    one = Approval("de", "x", "patient/a/item", "a", "b", "approved", "R. Example", "x", "2026-11-23T10:00:00Z")
    from leaflets.approvals import _KIND

    append_chain(path, [{**one.to_json(), "target": "c"}], _KIND)
    with pytest.raises(TranslationError, match="another pair"):
        read_approvals(path)


@pytest.mark.parametrize("value", ["\\ud800", 'x", "note": "y'])
def test_a_record_that_no_file_could_hold_is_told(value: str, tmp_path: Path) -> None:
    path = tmp_path / "de/x.po"
    approve(path, DE[0])
    records = path.with_suffix(".approvals.jsonl")
    records.write_text(records.read_text("utf-8").replace('"note": ""', f'"note": "{value}"'), encoding="utf-8")
    with pytest.raises(TranslationError) as caught:
        read_approvals(records)
    assert caught.value.problems[0].line == 1


def test_the_last_word_is_the_newest_whatever_file_it_stands_in() -> None:
    old = Approval("de", "_shared", "patient", "a", "b", "approved", "R. Example", "x", "2026-11-23T10:00:00Z")
    new = replace(old, catalogue="x", decision="rejected", when="2026-11-24T10:00:00Z")
    assert not gathered([new, old]).approves("de", "patient", "a", "b")


def test_a_full_disk_leaves_no_half_record(tmp_path: Path) -> None:
    """Under a limit on the size of files, which fails as a full disk does."""
    path = tmp_path / "de/x.po"
    approve(path, DE[0])
    records = path.with_suffix(".approvals.jsonl")
    before = records.read_bytes()
    old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 20, limits[1]))
    try:
        with pytest.raises(PdfError, match="cannot be written"):
            approve(path, DE[1])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, old)
    assert records.read_bytes() == before
    approve(path, DE[1])
    assert len(read_approvals(records)) == 2


def test_two_who_approve_at_once_wait_for_each_other(tmp_path: Path) -> None:
    """Who came first and waited is not told to set the clock."""
    path = tmp_path / "de/x.po"
    approve(path, DE[0], when=now())
    approve(path, DE[1], when=now(before=timedelta(seconds=3)))
    found = read_approvals(path.with_suffix(".approvals.jsonl"))
    assert found[0].when == found[1].when
    with pytest.raises(TranslationError, match="set the clock"):
        approve(path, DE[2], when="2026-11-23T10:00:00Z")


def test_pairs_are_told_apart_by_everything_that_makes_them() -> None:
    pairs = {
        pair_sha256(*p)
        for p in [("a", "b", "c", "d"), ("ab", "", "c", "d"), ("a", "b", "cd", ""), ("a", "b", "c", "e")]
    }
    assert len(pairs) == 4
