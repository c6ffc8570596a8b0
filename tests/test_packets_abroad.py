"""Packets in the reader's language: all of the first page, drafts said as in a leaflet, nothing in English."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pikepdf
import pytest

from leaflets.codes import code_of
from leaflets.copies import Shop, label_rules
from leaflets.directions import DirectionRules
from leaflets.errors import TranslationError
from leaflets.first_page import FirstPage, Member, Rulebook, first_page
from leaflets.interface import Interface
from leaflets.kit import Kit
from leaflets.packet_rules import load_packet_rules, packet_rules
from leaflets.packets import _check_first, _html
from leaflets.pdf import extract_text, logical_text, render_pdf
from leaflets.phrases import NOT_TRANSLATED, UNSURE
from leaflets.pofile import Po, PoEntry, write_po
from leaflets.shared import Advice
from leaflets.worklist import Entry, Row
from leaflets.worklist.row import Label

from .conftest import ROOT
from .contact_sheet import LOCALES
from .pdf import verapdf
from .test_abroad import ABROAD
from .test_copies import run
from .test_separators import words
from .test_what_prints import says

TITLES = {"de": ("Alphamed-Tabletten", "Betamed"), "ar": ("ألفاميد", "بيتاميد")}
TEXTS = {
    "de": ("Es lindert Schmerzen.", "Trocken aufbewahren.", "Aufrecht stellen.", "Aufbewahrung"),
    "ar": ("يخفف الألم.", "احفظه في مكان جاف.", "ضعه قائمًا.", "الحفظ"),
}
BODY = "## Usage\n{title} treats pain.\n\n## Storage\n- Store it in a dry place.\n- Keep it upright.\n"
BLOCKS = ("{title} treats pain.", "Store it in a dry place.", "Keep it upright.")
TAGS = {"de": "de-DE", "ar": "ar-EG"}
ARABIC = "خذ قرصًا (500 mg) 1-0-2، على الأكثر 2000 mg."


def member(slug: str, tag: str, directions: str, title: str, edition: str = "standard") -> Member:
    label = Label(patient="Zoë Ångström", directions=directions, quantity="30", number="555 01 23")
    row = Row(1, slug, "patient", tag, edition, "a4", None, label)
    return Member(row, Entry(slug, slug.title()), title, True, code_of(64 * slug[0].encode().hex()[0]), True)


def page_of(kit: Kit, tag: str, interface: Interface | None = None, edition: str = "standard") -> FirstPage:
    label, directions = label_rules(ROOT)
    reviewed = DirectionRules(directions.languages, "R. Example", "2026-11-23")
    rules = Rulebook(
        packet_rules(ROOT),
        label,
        reviewed,
        kit.units,
        kit.variant("patient"),
        kit.site,
        interface or kit.interface(tag),
    )
    members = [
        member("metformin", tag, "1 tablet twice a day", "Metformin", edition),
        member("metformin", tag, f"{ARABIC}\n500 mg at night.", "Metformin", edition),
        member("ibuprofen", tag, "1 - 0 - 2", "Ibuprofen", edition),
    ]
    advice = Advice("storage", "storing", "Storage", ("item",), ("Text.",), ("Text.",), ("1",), unsure=True)
    return first_page(members, [advice], rules, "0123456789")


@pytest.mark.parametrize("tag", LOCALES)
def test_a_first_page_in_every_locale(tag: str, kit: Kit) -> None:
    page, interface = page_of(kit, tag), kit.interface(tag)
    html = _html(page, Shop(Path(), ROOT, {}, {}))
    data = render_pdf(html, identity="x", fonts_rules=kit.fonts_rules).data
    _check_first(data, page, rtl=html.rtl)
    assert "[en]" not in html.text
    assert f'<html lang="{tag}" dir="{page.leaflet.direction}"' in html.text
    bare = " ".join(re.sub("<[^>]*>", "", html.text).split())
    rules = load_packet_rules(ROOT / "templates/packet/packet.toml").in_language(interface)
    for said in (
        rules.words["title"],
        rules.words["medicines"],
        rules.words["double_heading"],
        interface.gettext(UNSURE),
    ):
        assert said in bare, said
    if tag in ABROAD:
        assert page.leaflet.strip.state_source == NOT_TRANSLATED
        assert page.leaflet.strip.state == interface.gettext(NOT_TRANSLATED)
        assert page.leaflet.title != "Your medicines"
        assert "Storage" in bare  # the advice comes as its leaflet says it
        assert page.day.rows == ()  # the table of directions is English


def test_words_that_a_locale_lacks_stop_its_packets_and_nothing_else(kit: Kit) -> None:
    with pytest.raises(TranslationError) as caught:
        page_of(kit, "de-DE", Interface("de-DE"))
    assert caught.value.problems[0].rule == "words-missing"
    assert "Zoë" not in str(caught.value)


def test_each_line_of_directions_has_its_own_direction(kit: Kit) -> None:
    for tag in ("en-US", "ar-EG"):
        page = page_of(kit, tag)
        _, mixed, figures = (medicine.directions for medicine in page.medicines)
        assert [own for own, _ in mixed] == ["rtl", "ltr"]
        assert [own for own, _ in figures] == ["ltr"]
        said = "".join(span.text for span in mixed[0][1][0])
        # Drawn to the left, a full stop behind 2000 mg would make it .2000 mg.
        assert "2000\u00a0mg" in said
        assert said.endswith("\u00a0.")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("abroad")
    (folder / "content/monographs").mkdir(parents=True)
    (folder / "leaflets.toml").write_text(
        "[site]\nname = 'Corner Pharmacy'\naddress = '1 Main Street'\nphone = '555 0100'\n", encoding="utf-8"
    )
    for slug, title in (("alphamed", "Alphamed"), ("betamed", "Betamed")):
        source = folder / f"content/monographs/{slug}.md"
        source.write_text(f"---\ntitle: {title}\nis_banned: false\n---\n{BODY.format(title=title)}", encoding="utf-8")
        for language, texts in TEXTS.items():
            own = TITLES[language][slug == "betamed"]
            upright = texts[2] if slug == "alphamed" else texts[2][:-1] + "!"  # one of them is worded otherwise
            pairs = [
                ("patient/title", title, own),
                ("patient", BLOCKS[0].format(title=title), texts[0]),
                ("patient", BLOCKS[1], texts[1]),
            ]
            pairs += [("patient", "Storage", texts[3]), ("patient", BLOCKS[2], upright)]
            entries = tuple(PoEntry(*pair) for pair in pairs)
            path = folder / "content/locale" / language / f"{slug}.po"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(write_po(Po(str(path), entries, "", {"Language": language, "X-Monograph": slug})))
    rows = ["monograph,locale,patient,directions,number,packet,output"]
    for tag in TAGS.values():
        rows += [f'{slug},{tag},Zoë Ångström,"{ARABIC}",555 01 23,{tag},{tag}' for slug in ("alphamed", "betamed")]
        rows += [f"alphamed,{tag},Second Person,1 - 0 - 2,,,{tag}-alone"]
    (folder / "today.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def printed(project: Path) -> subprocess.CompletedProcess[str]:
    return run(project, "copies", "today.csv", "--merge", "today.pdf", "--separators", "--locale", "de-DE", "--json")


def read(path: Path) -> list[str]:
    """A page as it prints, and as it is read."""
    data = path.read_bytes()
    page, logical = extract_text(data).split("\f"), logical_text(data).split("\f")
    return [
        " ".join(f"{one} {other}".split()) for one, other in zip(page, [*logical, *page[len(logical) :]], strict=True)
    ]


@pytest.mark.parametrize("language", TAGS)
def test_a_packet_speaks_one_language(
    language: str, project: Path, printed: subprocess.CompletedProcess[str], kit: Kit
) -> None:
    assert (printed.returncode, json.loads(printed.stdout)["built"]) == (0, 6), printed.stderr
    path, interface = project / f"copies/{TAGS[language]}.pdf", kit.interface(TAGS[language])
    pages = read(path)
    rules = load_packet_rules(ROOT / "templates/packet/packet.toml").in_language(interface)
    for page in (pages[0], pages[2]):
        assert says(page, NOT_TRANSLATED)
        assert says(page, interface.gettext(NOT_TRANSLATED))
    for word in ("title", "medicines", "follow", "shared"):
        assert says(pages[0], rules.words[word]), word
    assert says(pages[0], f"{TITLES[language][0]}")
    # Said once, in the words of the leaflets; what is worded otherwise in one of them stays in both.
    whole = " ".join(pages)
    assert says(pages[0], TEXTS[language][1])
    assert not says(pages[2], TEXTS[language][1])
    assert not says(pages[0], TEXTS[language][2])
    assert says(pages[2], rules.say("said_once", what=rules.shared[0].words))
    assert not any(word in whole for word in ("Your medicines", "Said once", "first page", "Prescriber", "No.:"))
    with pikepdf.open(path) as pdf:
        assert str(pdf.Root.Lang) == TAGS[language]
    if not verapdf.why_not():
        assert verapdf.failures(path.read_bytes(), "ua1") == verapdf.failures(path.read_bytes(), "3a") == []


def test_a_label_names_the_leaflet_as_it_names_itself(project: Path, printed: subprocess.CompletedProcess[str]) -> None:
    assert printed.returncode == 0
    german = words(project / "copies/de-DE-alone.pdf")[0]
    assert german.count("Alphamed-Tabletten") >= 2
    assert "(Alphamed)" not in german  # it is in the German title
    arabic = words(project / "copies/ar-EG-alone.pdf")[0]
    assert "Alphamed" in arabic  # the box says so
    assert "1 - 0 - 2" in german
    assert "1 - 0 - 2" in arabic
    assert "555 0100" in arabic


def test_separators_speak_the_pharmacy_s_language(project: Path, printed: subprocess.CompletedProcess[str]) -> None:
    assert printed.returncode == 0
    sheets = [text for text in words(project / "today.pdf") if "Trennblatt" in text]
    assert [re.findall(r"Exemplar: (\d von \d)", text) for text in sheets] == [
        ["1 von 4"], ["2 von 4"], ["3 von 4"], ["4 von 4"]
    ]  # fmt: skip
    assert all("Für die Apotheke" in text and NOT_TRANSLATED in text for text in sheets)
    with pikepdf.open(project / "today.pdf") as pdf, pdf.open_outline() as outline:
        titles = [item.title for item in outline.root]
    assert titles[:4] == ["Trennblatt 1 von 4", "1. Mappe: Alphamed, Betamed", "Trennblatt 2 von 4", "3. Alphamed"]


def test_what_nobody_has_translated_stops_a_packet_as_it_stops_a_copy(tmp_path: Path, project: Path) -> None:
    shutil.copytree(project / "content", tmp_path / "content")
    (tmp_path / "leaflets.toml").write_text("", encoding="utf-8")
    for path in tmp_path.glob("content/locale/de/*.po"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(f'msgstr "{TEXTS["de"][1]}"', 'msgstr ""'), encoding="utf-8")
    rows = "monograph,locale,packet\nalphamed,de-DE,1\nbetamed,de-DE,1\n"
    (tmp_path / "today.csv").write_text(rows, encoding="utf-8")
    result = run(tmp_path, "copies", "today.csv")
    assert result.returncode == 7
    assert "1 of 4 blocks have no translation in de-DE" in result.stderr
