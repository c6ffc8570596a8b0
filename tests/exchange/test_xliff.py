"""XLIFF: out and back without a change; what other tools read; what must not come in."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from translate.storage import pypo, xliff, xliff2

from leaflets.approvals import NO_APPROVALS
from leaflets.chain import pair_sha256
from leaflets.checking.waivers import Waiver
from leaflets.errors import TranslationError
from leaflets.exchange.accept import accept
from leaflets.exchange.extract import extract_source, updated
from leaflets.exchange.pseudo import pseudo_po
from leaflets.exchange.xliff import VERSIONS, Returned, read_xliff
from leaflets.exchange.xliff_write import write_xliff
from leaflets.kit import Kit
from leaflets.pofile import Po, PoEntry, read_po, write_po

from ..conftest import ROOT

SOURCE = "content/monographs/metformin.md"
ENTRIES = (
    PoEntry("patient/dosage/item", "**Adults:** take *5 mg*\nonce <sub>x</sub> a day & <6 years", fuzzy=False),
    PoEntry("patient/dosage/row", r"**Age** | a \| b | 5 mg", r"**Alter** | a \| b | 5 mg"),
    PoEntry(
        "patient/uses/item", "For pain.", "Bei Schmerz.", fuzzy=True, previous=("patient/uses/item", "For **pain**."),
        comments=("what kind?",), notes=("patient leaflet",), places=("x.md:3",),
    ),
    PoEntry("patient/uses/paragraph", "For fever.", "Bei **Fieber** und *mehr*."),
)  # fmt: skip
META = {"Language": "de", "X-Monograph": "x", "Content-Type": "text/plain; charset=UTF-8"}


def nobody(_: PoEntry) -> bool:
    return False


def returned(po: Po, version: str) -> Returned:
    return read_xliff(write_xliff(po, "de", nobody, version), "x.xlf")


@pytest.mark.parametrize("version", VERSIONS)
def test_out_and_back(version: str, kit: Kit) -> None:
    po = Po("x.po", ENTRIES, "", META)
    back = returned(po, version)
    assert (back.slug, back.locale) == ("x", "de")
    assert [(u.context, u.source, u.target, u.fuzzy, u.comments) for u in back.units] == [
        (e.context, e.source, e.target, e.fuzzy, e.comments) for e in ENTRIES
    ]
    taken = accept(po, back.units, "x.xlf", "de", NO_APPROVALS, kit.units)
    assert (taken.po, taken.taken, taken.problems) == (po, 0, ())


@pytest.mark.parametrize("version", VERSIONS)
def test_a_whole_monograph_out_and_back_is_stable_to_the_byte(version: str, kit: Kit) -> None:
    extracted = extract_source(str(ROOT / SOURCE), kit)
    path = ROOT / "content/locale/de/metformin.po"
    po, _ = updated(Po("metformin.po"), path, extracted, kit, "de")
    done = pseudo_po(po, "en-XA", extracted.names, kit.units)
    out = write_xliff(done, "de", nobody, version)
    taken = accept(po, read_xliff(out, "x.xlf").units, "x.xlf", "zh-Hans", NO_APPROVALS, kit.units)
    assert taken.taken == len(po.live)
    assert write_po(taken.po) == write_po(Po(po.file, done.entries, po.header, po.metadata))
    assert write_xliff(taken.po, "de", nobody, version) == out


@pytest.mark.parametrize(
    ("version", "reader"),
    [("1.2", xliff.xlifffile), ("2.0", xliff2.Xliff2File), ("2.1", xliff2.Xliff2File)],
)
def test_another_reader_reads_the_same(version: str, reader: Any, kit: Kit) -> None:
    extracted = extract_source(str(ROOT / SOURCE), kit)
    po, _ = updated(Po("metformin.po"), ROOT / "content/locale/de/metformin.po", extracted, kit, "de")
    done = pseudo_po(po, "en-XA", extracted.names, kit.units)
    store = reader.parsestring(write_xliff(done, "de", nobody, version))
    units = [unit for unit in store.units if not unit.isheader()]
    assert len(units) == len(done.live)
    for unit, entry in zip(units, done.live, strict=True):
        assert str(unit.source).replace("\n", "") == "".join(
            part for part in entry.source.replace("**", "").replace("\n", "").split("*")
        ).replace(" | ", "")
        assert unit.target


def test_a_stale_text_has_the_states_that_editors_take_for_unfinished() -> None:
    """Poedit 3.2 and Weblate 5.14 show ``needs-review-translation`` as done."""
    texts = {v: write_xliff(Po("x.po", ENTRIES, "", META), "de", nobody, v).decode() for v in VERSIONS}
    assert '<target state="needs-translation">Bei Schmerz.' in texts["1.2"]
    assert all(f'version="{v}"' in text for v, text in texts.items())
    for version in ("2.0", "2.1"):
        segment = texts[version].partition(">For pain.")[0].rpartition("<segment ")[2]
        assert segment.startswith('state="initial"')


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("**Personas mayores:** Empiece con poco.", "Personas mayores: Empiece con muy poco."),
        ("Nehmen Sie es **nicht vor dem Schlafen**.", "Nehmen Sie es bitte nicht vor dem Schlafen."),
        ("**老年患者：**从低剂量开始，经常检查肾功能。", "老年患者：从低剂量开始，更经常地检查肾功能。"),
    ],
)
def test_an_old_text_behind_the_new_one_is_refused(old: str, new: str, kit: Kit) -> None:
    """What translate-toolkit, and Weblate's plain XLIFF with it, makes of a text with codes."""
    po = Po("x.po", (PoEntry("p/s/item", "**Elderly:** Start with little.", old),), "", META)
    reader: Any = xliff.xlifffile
    store = reader.parsestring(write_xliff(po, "de", nobody))
    store.units[0].target = new
    units = read_xliff(bytes(store), "x.xlf").units
    assert units[0].target != new
    with pytest.raises(TranslationError) as caught:
        accept(po, units, "x.xlf", "de", NO_APPROVALS, kit.units)
    assert caught.value.problems[0].rule == "exchange-doubled"


@pytest.mark.parametrize(
    "new",
    ["Nehmen Sie es bei Bedarf **täglich**.", "Schlucken Sie es **täglich**.", "Achtung! Nehmen Sie es **täglich**."],
)
def test_a_text_that_ends_as_before_is_taken(new: str, kit: Kit) -> None:
    po = Po("x.po", (PoEntry("p/s/item", "Take it **daily**.", "Nehmen Sie es **täglich**."),), "", META)
    (unit,) = returned(Po("x.po", (replace(po.entries[0], target=new),), "", META), "1.2").units
    assert accept(po, [unit], "x.xlf", "de", NO_APPROVALS, kit.units).taken == 1


def test_another_reader_reads_our_po(kit: Kit) -> None:
    po = Po("x.po", ENTRIES, "", META)
    reader: Any = pypo.pofile
    store = reader.parsefile(io.BytesIO(write_po(po)))
    units = [unit for unit in store.units if not unit.isheader()]
    assert [(u.source, u.target or "", u.getcontext(), u.isfuzzy()) for u in units] == [
        (e.source, e.target, e.context, e.fuzzy) for e in ENTRIES
    ]


def test_codes_have_the_numbers_of_their_source(kit: Kit) -> None:
    entry = PoEntry("p/s/item", "**a** *b* **c**", "*b* **c** **a**")
    text = write_xliff(Po("x.po", (entry,), "", META), "de", nobody).decode()
    source, target = (text.split(f"<{tag}", 1)[1].split(f"</{tag}>")[0] for tag in ("source", "target"))
    assert [part[:1] for part in source.split('id="')[1:]] == ["1", "2", "3"]
    assert [part[:1] for part in target.split('id="')[1:]] == ["2", "1", "3"]


def test_a_tool_that_drops_the_kind_of_a_code_loses_nothing() -> None:
    entry = PoEntry("p/s/item", "**a** *b*", "*x* **y**")
    data = write_xliff(Po("x.po", (entry,), "", META), "de", nobody)
    head, target = data.split(b"<target")
    stripped = head + b"<target" + target.replace(b' ctype="bold"', b"").replace(b' ctype="italic"', b"")
    assert read_xliff(stripped, "x").units[0].target == "*x* **y**"


def test_a_tool_may_cut_a_unit_into_sentences() -> None:
    data = write_xliff(Po("x.po", (PoEntry("p/s/item", "One. Two.", "Eins. Zwei."),), "", META), "de", nobody, "2.1")
    lines = data.decode().split("\n")
    start = next(i for i, line in enumerate(lines) if "<segment" in line)
    cut = [
        '<segment state="translated"><source>One.</source><target>Eins.</target></segment>',
        "<ignorable><source> </source></ignorable>",
        '<segment state="translated"><source>Two.</source><target>Zwei.</target></segment>',
    ]
    whole = "\n".join([*lines[:start], *cut, *lines[start + 4 :]])
    (unit,) = read_xliff(whole.encode(), "x").units
    assert (unit.source, unit.target, unit.fuzzy) == ("One. Two.", "Eins. Zwei.", False)
    half = whole.replace("<target>Zwei.</target>", "")
    with pytest.raises(TranslationError):
        read_xliff(half.encode(), "x")


BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE xliff [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<xliff version="1.2"><file original="x.md" target-language="de"><body>&b;</body></file></xliff>"""
OUTSIDE = b"""<!DOCTYPE xliff [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<xliff version="1.2"><file><body><trans-unit id="1"><source>&x;</source></trans-unit></body></file></xliff>"""


@pytest.mark.parametrize(
    ("data", "line", "said"),
    [
        (BOMB, 2, "document type"),
        (OUTSIDE, 1, "document type"),
        (b'<!DOCTYPE x SYSTEM "http://example.org/x.dtd"><x/>', 1, "document type"),
        (b"<xliff>&nope;</xliff>", 1, "no XML"),
        (b"<xliff version='1.2'>\n<file>", 2, "no XML"),
        (b"<html/>", 1, "is no XLIFF"),
        (b"", 1, "no XML"),
        (b'<?xml version="1.0" encoding="klingon"?><xliff/>', 1, ""),
        (b"<a>" * 50, 1, "nested too deep"),
        (b"<a>" + b"<b/>" * 200_001 + b"</a>", 1, "too many elements"),
        (b" " * (16 * 1024 * 1024 + 1), None, "larger than 16 MB"),
        (
            b'<xliff version="1.2"><file><body>\n<trans-unit id="1"><source>a<bpt id="1">b</bpt></source>'
            b"</trans-unit></body></file></xliff>", 2, "<bpt>",
        ),
    ],
)  # fmt: skip
def test_what_must_not_come_in(data: bytes, line: int | None, said: str) -> None:
    with pytest.raises(TranslationError) as caught:
        read_xliff(data, "bad.xlf")
    problem = caught.value.problems[0]
    assert (problem.file, problem.line) == ("bad.xlf", line)
    assert said in problem.message


def test_nothing_outside_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("told", encoding="utf-8")
    data = OUTSIDE.replace(b"/etc/passwd", str(secret).encode())
    with pytest.raises(TranslationError) as caught:
        read_xliff(data, "bad.xlf")
    assert "told" not in str(caught.value)


def test_po_survives_what_polib_does_not(kit: Kit) -> None:
    po = read_po(write_po(Po("x.po", ENTRIES, "", META)), "x.po")
    assert [e.key for e in po.entries] == [e.key for e in ENTRIES]


def test_what_comes_twice_or_from_another_time_is_told(kit: Kit) -> None:
    po = Po("x.po", ENTRIES, "", META)
    unit = returned(po, "1.2").units[3]
    with pytest.raises(TranslationError, match="comes twice"):
        accept(po, [unit, unit], "x.xlf", "de", NO_APPROVALS, kit.units)
    old = replace(unit, source="For high fever.", target="Bei hohem Fieber.", line=7)
    taken = accept(po, [old, unit], "x.xlf", "de", NO_APPROVALS, kit.units)
    assert (taken.po, taken.unknown) == (po, 1)
    assert [(p.rule, p.severity, p.line) for p in taken.problems] == [("exchange-unknown", "warning", 7)]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_tool_that_drops_the_state_does_not_make_a_stale_text_done(version: str, kit: Kit) -> None:
    po = Po("x.po", ENTRIES, "", META)
    data = re.sub(r' (?:state|subState)="[^"]*"', "", write_xliff(po, "de", nobody, version).decode())
    units = read_xliff(data.encode(), "x.xlf").units
    assert {unit.fuzzy for unit in units if unit.target} == {None}
    assert accept(po, units, "x.xlf", "de", NO_APPROVALS, kit.units).po == po
    done = accept(po, [replace(units[2], target="Gegen Schmerz.")], "x.xlf", "de", NO_APPROVALS, kit.units)
    assert not done.po.entries[2].fuzzy


@pytest.mark.parametrize("version", VERSIONS)
def test_what_a_tool_adds_in_a_namespace_of_its_own_is_not_ours(version: str) -> None:
    data = write_xliff(Po("x.po", ENTRIES, "", META), "de", nobody, version).decode()
    mine = '<e:target xmlns:e="urn:e" e:state="final">Gift</e:target><target xmlns:e="urn:e" e:state="final"'
    data = re.sub("<target(?= )", mine, data)
    assert read_xliff(data.encode(), "x.xlf").units == returned(Po("x.po", ENTRIES, "", META), version).units


def test_notes_with_control_characters_are_still_xml() -> None:
    entry = replace(ENTRIES[2], comments=("a\x01b",), notes=("c\x02",))
    (unit,) = returned(Po("x.po", (entry,), "", META), "1.2").units
    assert unit.comments == ("a\N{REPLACEMENT CHARACTER}b",)


def test_waivers_and_rules_count_as_in_a_build(kit: Kit) -> None:
    entry = PoEntry("patient/a/item", "Take 5 mg.", "")
    po = Po("x.po", (entry,), "", META)
    unit = replace(returned(Po("x.po", (replace(entry, target="Nehmen Sie 5 g."),), "", META), "1.2").units[0])
    with pytest.raises(TranslationError):
        accept(po, [unit], "x.xlf", "de", NO_APPROVALS, kit.units)
    known = pair_sha256("de", entry.context, entry.source, unit.target)
    waivers = [Waiver("de", rule, known, "", "", "R", "x", "", "a test") for rule in ("units", "numbers")]
    assert accept(po, [unit], "x.xlf", "de", NO_APPROVALS, kit.units, waivers=waivers).taken == 1


def test_a_fuzzy_text_may_come_back_done_and_a_done_one_fuzzy(kit: Kit) -> None:
    po = Po("x.po", ENTRIES, "", META)
    units = returned(po, "2.1").units
    taken = accept(po, [replace(units[2], fuzzy=False)], "x.xlf", "de", NO_APPROVALS, kit.units)
    assert (taken.po.entries[2].fuzzy, taken.po.entries[2].previous) == (False, None)
    taken = accept(po, [replace(units[3], fuzzy=True)], "x.xlf", "de", NO_APPROVALS, kit.units)
    assert taken.po.entries[3].fuzzy
    taken = accept(po, [replace(units[3], target=" ")], "x.xlf", "de", NO_APPROVALS, kit.units)
    assert (taken.po, taken.empty) == (po, 1)
