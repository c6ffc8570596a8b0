"""What the program says itself: all of it extracted, all of it in every locale, and a draft until a person approves."""

from __future__ import annotations

import shutil
from pathlib import Path

import polib  # type: ignore[import-untyped]
import pytest

from leaflets.approvals import INTERFACE_RECORDS, Approval, gathered, speaks_for
from leaflets.assets import INTERFACE, interface_files, interface_tags
from leaflets.checking.model import Weight
from leaflets.errors import TranslationError
from leaflets.exchange.findings import check_interface, is_open
from leaflets.extraction import interface_messages, merged
from leaflets.interface import ENGLISH, Interface, read_interface, read_messages
from leaflets.kit import Kit
from leaflets.label_rules import load_label_rules
from leaflets.locales import language_of, tag_chain
from leaflets.phrases import ONE_PART, PARTS, in_language, messages_of

from .conftest import ROOT
from .contact_sheet import LOCALES

FOLDER = ROOT / "content" / "locale"
ABROAD = [tag for tag in LOCALES if language_of(tag) != "en"]
HEAD = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
)


def po(tmp_path: Path, text: str, head: str = HEAD) -> Path:
    path = tmp_path / "leaflets.po"
    path.write_text(head + text, encoding="utf-8")
    return path


def test_the_template_holds_what_the_program_says() -> None:
    """Run `make strings` when this fails."""
    said = {(entry.msgctxt, entry.msgid) for entry in polib.pofile(str(FOLDER / "leaflets.pot"))}
    assert said == {(entry.msgctxt, entry.msgid) for entry in interface_messages(ROOT)}
    assert {(None, "In English – not translated yet"), ("danger", "Banned product"), ("heading", "Adults")} <= said
    assert not {"moved", "draft", "sample"} & {message for _, message in said}


@pytest.mark.parametrize("tag", ABROAD)
def test_every_locale_has_all_of_it(tag: str, kit: Kit) -> None:
    interface = kit.interface(tag)
    template = polib.pofile(str(FOLDER / "leaflets.pot"))
    assert interface.lacks((entry.msgctxt or "", entry.msgid) for entry in template) == ()
    for name in kit.variant_names():
        variant = kit.variant(name)
        assert interface.lacks(messages_of(variant)) == ()
        told = in_language(variant, interface)
        assert told.kicker != variant.kicker
        assert not any("[en]" in text for text in (told.kicker, *told.words.values()))


@pytest.mark.parametrize("name", interface_tags(ROOT))
def test_nothing_of_it_has_a_critical_finding(name: str, kit: Kit) -> None:
    for path in interface_files((name,), ROOT):
        found = [one for one in check_interface(path, kit) if is_open(one, Weight.CRITICAL)]
        assert [(one.rule, one.pair.source, one.pair.target) for one in found] == []


@pytest.mark.parametrize("name", interface_tags(ROOT))
def test_what_a_machine_wrote_is_a_draft(name: str) -> None:
    """An entry without the flag says that a person answers for it: then this list needs that person's approval."""
    catalogue = polib.pofile(str(FOLDER / name / INTERFACE))
    assert all(entry.fuzzy for entry in catalogue if entry.msgid and not entry.obsolete)
    assert "no person has reviewed" in catalogue.header


def test_english_needs_no_list(kit: Kit) -> None:
    for tag in ("en-US", "en-GB", "en-IN"):
        interface = kit.interface(tag)
        assert interface.is_source
        assert not interface.draft
        assert interface.gettext("Most important") == "Most important"
        assert in_language(kit.variant("patient"), interface) is kit.variant("patient")


@pytest.mark.parametrize(
    ("tag", "count", "form"), [("ru", 1, 0), ("ru", 3, 1), ("ru", 11, 2), ("ar", 2, 2), ("ar", 7, 3)]
)
def test_plurals_follow_the_language(tag: str, count: int, form: int, kit: Kit) -> None:
    (path,) = interface_files((tag,), ROOT)
    entry = next(entry for entry in polib.pofile(str(path)) if entry.msgid == ONE_PART)
    assert kit.interface(tag).ngettext(ONE_PART, PARTS, count) == entry.msgstr_plural[form]


def test_what_is_missing_comes_back_marked(tmp_path: Path) -> None:
    interface = read_interface("de", [po(tmp_path, 'msgid "Contents"\nmsgstr "Inhalt"\n\nmsgid "Label"\nmsgstr ""\n')])
    assert (interface.gettext("Contents"), interface.gettext("Label")) == ("Inhalt", "[en] Label")
    assert interface.pgettext("heading", "Contents") == "[en] Contents"
    assert interface.lacks([("", "Contents"), ("", "Label")]) == (("", "Label"),)
    assert interface.ngettext("one", "many", 2) == "[en] many"
    assert Interface("de").gettext("") == ""
    assert not Interface("de").draft


def test_a_later_file_speaks_last(tmp_path: Path) -> None:
    first = po(tmp_path, 'msgid "Contents"\nmsgstr "Inhalt"\n')
    (tmp_path / "own").mkdir()
    second = po(tmp_path / "own", 'msgid "Contents"\nmsgstr "Übersicht"\n')
    interface = read_interface("de", [first, second], lambda message: message.target == "Übersicht")
    assert interface.gettext("Contents") == "Übersicht"
    assert not interface.draft


def test_only_a_person_s_word_on_exactly_this_text_approves_it(tmp_path: Path) -> None:
    path = po(tmp_path, 'msgid "Contents"\nmsgstr "Inhalt"\n\nmsgid "One"\nmsgid_plural "{count}"\n'
                        'msgstr[0] "Eins"\nmsgstr[1] "{count}"\n')  # fmt: skip
    assert read_interface("de", [path]).draft  # no flag in the file says that it is approved
    read = read_messages(path)
    folder = read[0].folder
    records = gathered(
        Approval(
            folder,
            INTERFACE_RECORDS,
            *message.key,
            message.target,
            "approved",
            "R. Example",
            "translator",
            "2026-11-23",
        )
        for message in read
    )
    assert not read_interface("de", [path], speaks_for(records)).draft
    path.write_text(path.read_text(encoding="utf-8").replace("Inhalt", "Inhalte"), encoding="utf-8")
    assert read_interface("de", [path], speaks_for(records)).unapproved == {("", "Contents")}


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ('msgid "Page {page} of {pages}"\nmsgstr "Seite {page}"\n', "catalogue-placeholder"),
        ('msgid "Contents"\nmsgstr "Inhalt {x}"\n', "catalogue-placeholder"),
        ('msgid "Contents"\nmsgstr "Inhalt 1"\n', "catalogue-number"),
        ('msgid "Contents"\nmsgstr "In\u202ehalt"\n', "catalogue-hidden"),
        ('msgid "Contents"\nmsgstr "In\u200bhalt"\n', "catalogue-hidden"),
        ('msgid "One"\nmsgid_plural "{count}"\nmsgstr[0] "Eins"\n', "catalogue-plural"),
        ('msgid "Contents"\nmsgstr "a"\n\nmsgid "Contents"\nmsgstr "b"\n', "catalogue-syntax"),
        ('msgid "Contents\nmsgstr "a"\n', "catalogue-syntax"),
    ],
)
def test_a_wrong_list_is_said_with_its_place(tmp_path: Path, text: str, rule: str) -> None:
    with pytest.raises(TranslationError) as caught:
        read_interface("de", [po(tmp_path, text)])
    assert [problem.rule for problem in caught.value.problems] == [rule]
    assert caught.value.problems[0].file == str(tmp_path / "leaflets.po")


@pytest.mark.parametrize(
    "rule", ["nplurals=2; plural=n/0;", "nplurals=1; plural=n;", "nplurals=2; plural=__import__;", "x"]
)
def test_a_rule_for_plurals_must_be_one(tmp_path: Path, rule: str) -> None:
    path = po(tmp_path, 'msgid "Contents"\nmsgstr "a"\n', HEAD.replace("nplurals=2; plural=(n != 1);", rule))
    with pytest.raises(TranslationError, match="is no rule"):
        read_interface("de", [path])


def test_a_file_of_another_charset_or_size_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "leaflets.po"
    path.write_bytes(HEAD.encode() + 'msgid "a"\nmsgstr "ü"\n'.encode("latin-1"))
    with pytest.raises(TranslationError, match="UTF-8"):
        read_interface("de", [path])
    path.write_bytes(b"#" * (5 * 1024 * 1024))
    with pytest.raises(TranslationError, match="4 MB"):
        read_interface("de", [path])


def test_merging_never_moves_a_text() -> None:
    old, template = polib.POFile(), polib.POFile()
    old.append(polib.POEntry(msgid="Adults", msgctxt="heading", msgstr="Erwachsene", flags=["fuzzy"]))
    old.append(polib.POEntry(msgid="Storing it", msgstr="Aufbewahrung"))
    template.append(polib.POEntry(msgid="Adults", msgctxt="topic"))
    template.append(polib.POEntry(msgid="Adults", msgctxt="heading"))
    template.append(polib.POEntry(msgid="Storing them"))
    new = merged(template, old)
    assert [(e.msgctxt, e.msgid, e.msgstr, e.fuzzy) for e in new if not e.obsolete] == [
        ("topic", "Adults", "", False), ("heading", "Adults", "Erwachsene", True), (None, "Storing them", "", False),
    ]  # fmt: skip
    assert [entry.msgid for entry in new.obsolete_entries()] == ["Storing it"]


def test_a_language_of_two_scripts_never_takes_the_other_s() -> None:
    assert "zh" not in tag_chain("zh-Hant-TW")
    assert "zh-Hant" in tag_chain("zh-TW")
    assert tag_chain("es-US")[-1] == "es"
    assert "sr-RS" not in tag_chain("sr-Latn-RS")
    assert "sr" in tag_chain("sr-RS")


def test_a_project_s_own_words_win(tmp_path: Path) -> None:
    own = tmp_path / "content" / "locale" / "de" / INTERFACE
    own.parent.mkdir(parents=True)
    shutil.copy(po(tmp_path, 'msgid "Most important"\nmsgstr "Vor allem"\n'), own)
    interface = read_interface("de-DE", interface_files(tag_chain("de-DE"), tmp_path))
    assert interface.gettext("Most important") == "Vor allem"
    assert interface.pgettext("heading", "Adults") == "Erwachsene"
    assert ENGLISH.gettext("Most important") == "Most important"


def test_a_label_s_captions_are_in_the_leaflet_s_language(kit: Kit) -> None:
    rules = load_label_rules(ROOT / "content/rules/label.toml")
    german = rules.in_language(kit.interface("de-DE"))
    assert [field.caption for field in german.fields if field.id in ("patient", "quantity")] == ["Für:", "Menge:"]
    assert german.grid == ("Morgens", "Mittags", "Abends", "Zur Nacht")
    assert rules.in_language(kit.interface("en-GB")) == rules
    lacking = rules.in_language(Interface("de"))
    assert lacking.fields[0].caption == "[en] For:"  # said, not hidden
    assert lacking.fields[1].caption == ""
