"""A translator's day on the command line: extract, translate, export, import, approve, a changed source, status."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from leaflets.approvals import INTERFACE_RECORDS, approvals_path
from leaflets.interface import read_messages
from leaflets.pofile import Po, read_po, write_po

SOURCE = """---
title: Testamol
---
## Usage
Testamol is for **pain**.

## Dosage
### Standard Dosage
#### Adults
* **Tablets:** Take 2.5 mg daily.
* Take 10 mg at night.
"""
MD = "content/monographs/testamol.md"
DE = "content/locale/de/testamol.po"
RECORDS = "content/locale/de/testamol.approvals.jsonl"
TARGETS = {
    "Testamol": "Testamol",
    "Testamol is for **pain**.": "Testamol ist gegen **Schmerzen**.",
    "**Tablets:** Take 2.5 mg daily.": "**Tabletten:** Täglich 2,5 mg einnehmen.",
    "Take 10 mg at night.": "Nachts 10 mg einnehmen.",
}


def run(cwd: Path, *args: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    result = subprocess.run(
        [sys.executable, "-m", "leaflets", *args], cwd=cwd, capture_output=True, text=True, timeout=120, check=False
    )
    assert "Traceback" not in result.stderr, result.stderr
    assert result.returncode == code, result.stdout + result.stderr
    return result


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "leaflets.toml").write_text("", encoding="utf-8")
    (tmp_path / "content/monographs").mkdir(parents=True)
    (tmp_path / MD).write_text(SOURCE, encoding="utf-8")
    return tmp_path


def fill(path: Path, targets: dict[str, str] = TARGETS) -> None:
    """What a translator does in an editor."""
    po = read_po(path.read_bytes(), str(path))
    entries = []
    for entry in po.entries:
        if entry.source in targets and not entry.target:
            entry = type(entry)(
                entry.context, entry.source, targets[entry.source], notes=entry.notes, places=entry.places,
                flags=entry.flags,
            )  # fmt: skip
        entries.append(entry)
    path.write_bytes(write_po(Po(po.file, tuple(entries), po.header, po.metadata)))


def translated(project: Path) -> Path:
    run(project, "translate", "extract", MD, "--locale", "de")
    fill(project / DE)
    return project / DE


def approve(project: Path, *more: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    who = ("--who", "R. Example", "--role", "pharmacist")
    return run(project, "translate", "approve", MD, "--locale", "de", *who, *more, code=code)


def status(project: Path, locale: str = "de") -> dict[str, int]:
    rows = json.loads(run(project, "translate", "status", "--json").stdout)["monographs"]
    (row,) = [row for row in rows if row["locale"] == locale]
    return {name: count for name, count in row.items() if isinstance(count, int)}


def test_a_translators_day(project: Path) -> None:
    run(project, "translate", "extract", MD, "--locale", "de")
    first = (project / DE).read_text(encoding="utf-8")
    assert "#: testamol.md:10" in first
    assert "#. quantities: 2.5 mg → 2,5 mg" in first
    assert 'msgctxt "patient/dosage.adults/item"\nmsgid "**Tablets:** Take 2.5 mg daily."' in first
    fill(project / DE)
    before = status(project)
    assert (before["translated"], before["approved"], before["missing"]) == (before["texts"], 0, 0)

    out = run(project, "translate", "export", MD, "--locale", "de", "--output", "out").stdout.split()
    assert out == ["out/testamol.de.xlf"]
    catalogue = (project / DE).read_bytes()
    run(project, "translate", "import", *out)
    assert (project / DE).read_bytes() == catalogue

    said = approve(project, "--all").stdout
    assert f"{before['texts']} pairs approved by R. Example, pharmacist" in said
    assert status(project)["approved"] == before["texts"]
    assert "0 pairs" in approve(project, "--all").stdout

    (project / MD).write_text(SOURCE.replace("10 mg at", "15 mg at"), encoding="utf-8")
    assert status(project)["not_extracted"] == 2
    assert "2 stale" in run(project, "translate", "update", "--check", code=4).stdout
    assert (project / DE).read_bytes() == catalogue
    run(project, "translate", "update")
    text = (project / DE).read_text(encoding="utf-8")
    assert '#| msgid "Take 10 mg at night."\n' in text
    assert 'msgid "Take 15 mg at night."\nmsgstr "Nachts 10 mg einnehmen."' in text
    after = status(project)
    assert (after["stale"], after["approved"]) == (2, before["texts"] - 2)
    run(project, "translate", "update", "--check")

    text = re.sub(r"#, fuzzy\n|#\| .*\n", "", text).replace("Nachts 10 mg", "Nachts 15 mg")
    (project / DE).write_text(text, encoding="utf-8")
    assert status(project)["approved"] == before["texts"] - 2
    line = text[: text.index('msgid "Take 15 mg')].count("\n") + 1
    assert "1 pairs approved" in approve(project, "--line", str(line)).stdout
    assert status(project)["approved"] == before["texts"] - 1
    assert "1 pairs approved" in approve(project, "--all", "--variant", "patient").stdout
    assert status(project)["approved"] == before["texts"]
    approve(project, "--line", str(line), "--reject", "--note", "reads badly")
    assert (status(project)["approved"], status(project)["rejected"]) == (before["texts"] - 1, 1)


def test_plain_english_uses_the_same_commands(project: Path) -> None:
    run(project, "translate", "extract", MD, "--locale", "en")
    path = project / "content/locale/en/testamol.po"
    fill(path, {"Testamol is for **pain**.": "Take Testamol when **it hurts**."})
    contexts = {entry.context for entry in read_po(path.read_bytes(), "x").entries}
    assert {context.split("/")[0] for context in contexts} == {"patient"}
    run(project, "translate", "approve", MD, "--locale", "en", "--all", "--who", "R. Example", "--role", "editor")
    assert status(project, "en")["approved"] == 1
    said = run(project, "translate", "status", "--locale", "en")
    assert "own words" not in said.stdout
    # What nobody wrote is said in the source's words: that is no fault of a plain catalogue.
    run(project, "translate", "check", str(path))
    ledger = json.loads(run(project, "explain", MD, "--variant", "patient", "--json").stdout)
    assert "Take Testamol when it hurts." in [block["shown_text"] for block in ledger["blocks"]]


@pytest.mark.parametrize("kind", ["xliff-1.2", "xliff-2.0", "xliff-2.1", "po"])
def test_every_format_goes_out_and_comes_back(kind: str, project: Path) -> None:
    translated(project)
    (name,) = run(
        project, "translate", "export", MD, "--locale", "de", "--format", kind, "--output", "out"
    ).stdout.split()
    path = project / name
    path.write_text(path.read_text(encoding="utf-8").replace("Nachts", "Abends"), encoding="utf-8")
    said = json.loads(run(project, "translate", "import", name, "--json").stdout)
    assert (said[0]["taken"], said[0]["unchanged"]) == (2, 6)
    assert "Abends 10 mg" in (project / DE).read_text(encoding="utf-8")
    (again,) = run(
        project, "translate", "export", MD, "--locale", "de", "--format", kind, "--output", "out2"
    ).stdout.split()
    assert (project / again).read_bytes() == path.read_bytes()


def test_an_import_neither_forges_nor_loses_an_approval(project: Path) -> None:
    path = translated(project)
    line = next(e.line for e in read_po(path.read_bytes(), "x").entries if e.source.startswith("Take 10"))
    approve(project, "--line", str(line))
    records, catalogue = (project / RECORDS).read_bytes(), path.read_bytes()
    (name,) = run(project, "translate", "export", MD, "--locale", "de", "--output", "out").stdout.split()
    text = (project / name).read_text(encoding="utf-8")
    assert text.count('approved="yes"') == 1
    # What came from here says nothing new.
    assert "an import approves nothing" not in run(project, "translate", "import", name).stderr
    text = text.replace('approved="no"', 'approved="yes"').replace('state="translated"', 'state="final"')
    (project / name).write_text(text, encoding="utf-8")
    said = run(project, "translate", "import", name).stderr
    assert "an import approves nothing" in said
    assert ((project / RECORDS).read_bytes(), path.read_bytes()) == (records, catalogue)
    (project / name).write_text(text.replace("Nachts", "Abends"), encoding="utf-8")
    said = run(project, "translate", "import", name).stderr
    assert "is approved and stays" in said
    assert path.read_text(encoding="utf-8").count("Abends") == 1
    assert status(project)["approved"] == 1
    run(project, "translate", "import", name, "--replace-approved")
    assert status(project)["approved"] == 0
    assert (project / RECORDS).read_bytes() == records


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Nachts 10 mg", "Nachts 100 mg", "100 mg was added"),
        ("Nachts 10 mg", "Nachts \u202e10 mg", "U+202E"),
        ("Nachts 10 mg", "Nach\u200bts 10 mg", "U+200B"),
        ("Nachts 10 mg", "x" * 1_000_000 + " 10 mg", "longer than"),
        ("2,5 mg", "2.5 mg", "is not how de writes a number"),
        ('target-language="de"', 'target-language="xx"', "there is no locale"),
        ('target-language="de"', 'target-language="fr"', "there is no catalogue"),
        ('target-language="de"', 'target-language="../de"', "there is no locale"),
        ('original="testamol.md"', 'original="other.md"', "there is no catalogue"),
        ('original="testamol.md"', 'original=".."', "does not say which monograph"),
        ("<body>", "<bodi>", "is no XML"),
        ("<xliff", "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><xliff", "document type"),
        ("<xliff", "<html", "is no XML"),
        ("xliff:document:1.2", "other:1.2", "is no XLIFF"),
        ("<target ", '<target state="final">Gift</target><target ', "more than one target"),
        ("<target ", f'<note from="translator">{"x" * 30_000}</note><target ', "a note on"),
        ("10 mg einn", '<mrk mtype="x-sdl-deleted">auf</mrk> 10 mg einn', "text that was deleted"),
        ("<source>", "<source>Another ", "none of its texts stands in"),
    ],
)  # fmt: skip
def test_what_must_not_come_in_changes_nothing(old: str, new: str, said: str, project: Path) -> None:
    path = translated(project)
    approve(project, "--all", "--variant", "clinician")
    (name,) = run(project, "translate", "export", MD, "--locale", "de", "--output", "out").stdout.split()
    text = (project / name).read_text(encoding="utf-8")
    assert old in text
    (project / name).write_text(text.replace("ist gegen", "hilft bei").replace(old, new), encoding="utf-8")
    before = {p: p.read_bytes() for p in (path, project / RECORDS)}
    result = run(project, "translate", "import", name, "--replace-approved", code=4)
    assert said in result.stderr
    assert result.stderr.startswith(name)
    assert {p: p.read_bytes() for p in before} == before


@pytest.mark.parametrize("sign", ["\u2028", "&#x85;", "&#13;", "\u202e", "\n"])
def test_no_note_of_a_tool_breaks_the_catalogue(sign: str, project: Path) -> None:
    path = translated(project)
    (name,) = run(project, "translate", "export", MD, "--locale", "de", "--output", "out").stdout.split()
    text = (project / name).read_text(encoding="utf-8")
    note = f'<note from="translator">why{sign}msgid "x"</note><target '
    (project / name).write_text(text.replace("<target ", note, 1), encoding="utf-8")
    run(project, "translate", "import", name)
    comments = read_po(path.read_bytes(), "x").entries[0].comments
    assert "".join(comments).replace("\N{REPLACEMENT CHARACTER}", "") == 'whymsgid "x"'
    run(project, "translate", "update", "--check")


def test_an_import_warns_of_what_nobody_would_approve(project: Path) -> None:
    translated(project)
    (name,) = run(project, "translate", "export", MD, "--locale", "de", "--output", "out").stdout.split()
    text = (project / name).read_text(encoding="utf-8")
    (project / name).write_text(text.replace("Nachts 10 mg", "Nachts nie 10 mg"), encoding="utf-8")
    assert "2 of the texts taken have critical findings" in run(project, "translate", "import", name).stderr


def test_a_territory_that_takes_a_wider_locales_texts_is_told_so(project: Path) -> None:
    translated(project)
    said = "de-AT takes its texts from de"
    who = ("--who", "R. Example", "--role", "translator")
    assert said in run(project, "translate", "status", "--locale", "de-AT").stderr
    assert said in run(project, "translate", "approve", MD, "--locale", "de-AT", "--all", *who, code=4).stderr
    assert said in run(project, "translate", "proof", MD, "--locale", "de-AT", code=4).stderr
    told = run(project, "translate", "extract", MD, "--locale", "de-AT", "--locale", "fr").stderr
    assert told.count("[catalogue-own]") == 1
    assert "de-AT takes nothing from de: what is not translated here is missing" in told
    assert said not in run(project, "translate", "status", "--locale", "de-AT").stderr


@pytest.mark.parametrize(("tag", "said"), [("zh-Hans", "zh"), ("zh-Hant", "zh_TW")])
def test_a_po_that_poedit_has_saved_is_taken(tag: str, said: str, project: Path) -> None:
    """Poedit 3.2 adds headers, has another tag for Chinese, and drops flags that gettext does not know."""
    run(project, "translate", "extract", MD, "--locale", "zh-Hans", "--locale", "zh-Hant")
    name = f"out/testamol.{tag}.po"
    run(project, "translate", "export", MD, "--locale", tag, "--format", "po", "--output", "out")
    text = (project / name).read_text(encoding="utf-8").replace(", md-text", "").replace("#, md-text\n", "")
    text = re.sub(r'"Language: .*?\\n"', f'"Language: {said}\\\\n"\n"X-Generator: Poedit 3.2.2\\\\n"', text)
    text = text.replace(
        'msgid "Take 10 mg at night."\nmsgstr ""', 'msgid "Take 10 mg at night."\nmsgstr "夜间服用10 mg。"'
    )
    (project / name).write_text(text, encoding="utf-8")
    (row,) = json.loads(run(project, "translate", "import", name, "--json").stdout)
    assert (row["catalogue"], row["taken"]) == (f"content/locale/{tag}/testamol.po", 2)
    assert "md-text" in (project / row["catalogue"]).read_text(encoding="utf-8")


@pytest.mark.parametrize("said", ["de_DE", "de-DE", "de_AT.UTF-8"])
def test_what_an_editor_calls_de_de_belongs_to_de(said: str, project: Path) -> None:
    path = translated(project)
    command = ("translate", "export", MD, "--locale", "de", "--output", "out", "--format", "po")
    (name,) = run(project, *command).stdout.split()
    text = (project / name).read_text(encoding="utf-8")
    text = text.replace("Language: de\\n", f"Language: {said}\\n").replace("Nachts 10", "Abends 10")
    (project / name).write_text(text, encoding="utf-8")
    assert "content/locale/de/testamol.po" in run(project, "translate", "import", name).stdout
    assert "Abends 10 mg" in path.read_text(encoding="utf-8")
    assert "Language: de\\n" in path.read_text(encoding="utf-8")
    assert not (project / "content/locale/de-DE").exists()


@pytest.mark.parametrize("sign", ["\xad", "\u200b", "\u200e", "\u2060", "\ufeff", "\uf0b7"])
def test_what_a_source_may_hold_a_catalogue_may(sign: str, project: Path) -> None:
    """A soft hyphen in a monograph is a warning there; it must not make its catalogues unreadable."""
    (project / MD).write_text(SOURCE.replace("at night", f"at ni{sign}ght"), encoding="utf-8")
    run(project, "translate", "extract", MD, "--locale", "de")
    po = read_po((project / DE).read_bytes(), DE)
    assert f"Take 10 mg at ni{sign}ght." in [entry.source for entry in po.entries]
    run(project, "translate", "update", "--check")


def test_a_catalogue_that_could_not_be_read_again_is_not_written(project: Path) -> None:
    path = translated(project)
    before = path.read_bytes()
    (project / MD).write_text(SOURCE + "\n" + "Take 5 mg daily. " * 2000 + "\n", encoding="utf-8")
    said = run(project, "translate", "update", code=4).stderr
    assert "longer than 20,000 characters" in said
    assert path.read_bytes() == before


def test_one_bad_file_of_two_and_neither_is_taken(project: Path) -> None:
    path = translated(project)
    (name,) = run(project, "translate", "export", MD, "--locale", "de", "--output", "out").stdout.split()
    good = project / name
    good.write_text(good.read_text(encoding="utf-8").replace("Nachts", "Abends"), encoding="utf-8")
    (project / "bad.xlf").write_text("<x", encoding="utf-8")
    before = path.read_bytes()
    run(project, "translate", "import", name, "bad.xlf", code=4)
    run(project, "translate", "import", name, "missing.xlf", code=4)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ('msgid "a\nmsgstr ""\n', "not of a PO file"),
        ('msgid ""\nmsgstr "Content-Type: text/plain; charset=latin-1\\n"\n', "charset must be utf-8"),
        ('msgid ""\nmsgstr "X-Monograph: other\\n"\n\nmsgid "a"\nmsgstr "b"\n', "catalogue of 'other'"),
        ('msgid ""\nmsgstr "Language: fr\\n"\n\nmsgid "a"\nmsgstr "b"\n', "in 'fr'"),
        ("".join(f'msgid "{n}"\nmsgstr "x"\n\n' for n in "abc"), "none of its texts stands in"),
    ],
)
def test_a_broken_catalogue_is_never_overwritten(broken: str, said: str, project: Path) -> None:
    path = project / DE
    path.parent.mkdir(parents=True)
    path.write_text(broken, encoding="utf-8")
    for command in (("extract", MD, "--locale", "de"), ("update",)):
        result = run(project, "translate", *command, code=4)
        assert said in result.stderr
        assert result.stderr.startswith(DE)
        assert path.read_text(encoding="utf-8") == broken


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("X-Monograph: testamol", "X-Monograph: other", "catalogue of 'other'"),
        ("Language: de", "Language: fr", "in 'fr'"),
        (
            'msgid "Take 10 mg at night."',
            'msgid "Take 10 mg at night."\nmsgid_plural "Take 10 mg at night."',
            "no plural",
        ),
    ],
)
def test_a_check_tells_what_no_build_would_take_there(old: str, new: str, said: str, project: Path) -> None:
    path = translated(project)
    text = path.read_text(encoding="utf-8").replace(old, new)
    if "plural" in said:
        text = text.replace('msgstr "Nachts', 'msgstr[0] "Nachts')
    path.write_text(text, encoding="utf-8")
    assert said in run(project, "translate", "check", DE, code=4).stderr
    # A file that a translator sent lies elsewhere, under whatever name.
    (project / "sent.po").write_text(text, encoding="utf-8")
    assert said not in run(project, "translate", "check", "sent.po", code=4 if "fr" in said else 0).stderr


def test_no_monograph_takes_the_name_of_our_own_catalogues(project: Path) -> None:
    for name in ("_shared", "_interface"):
        path = project / f"content/monographs/{name}.md"
        path.write_text(SOURCE, encoding="utf-8")
        assert (
            "catalogue of our own" in run(project, "translate", "extract", str(path), "--locale", "de", code=3).stderr
        )
    assert not (project / "content/locale").exists()


def test_a_locale_that_does_not_exist_is_an_error(project: Path) -> None:
    for tag in ("xx", "de_", "../de", ""):
        run(project, "translate", "extract", MD, "--locale", tag, code=4)
    assert not (project / "content/locale").exists()


def test_approving_asks_which_pairs_and_takes_no_faulty_ones(project: Path) -> None:
    path = translated(project)
    approve(project, code=2)
    assert "no msgid" in approve(project, "--line", "1", code=4).stderr
    path.write_text(path.read_text(encoding="utf-8").replace("2,5 mg einn", "25 mg einn"), encoding="utf-8")
    assert "25 mg was added" in approve(project, "--all", code=4).stderr
    assert not (project / RECORDS).exists()


def test_nobody_approves_a_critical_finding_in_passing(project: Path) -> None:
    """A "not" that is lost changes no number: a build prints it, and one --all would have printed it clean."""
    (project / MD).write_text(SOURCE + "* Do not take it with alcohol.\n", encoding="utf-8")
    path = translated(project)
    fill(path, {"Do not take it with alcohol.": "Nehmen Sie es mit Alkohol ein."})
    who = ("--who", "R. Example", "--role", "pharmacist")
    said = approve(project, "--all", "--variant", "patient", code=4).stderr
    assert "negation" in said
    line = int(re.findall(rf"{DE}:(\d+): error", said)[0])
    assert f"leaflets translate waive {DE} --line {line} --rule negation" in said
    approve(project, "--line", str(line), code=4)
    assert not (project / RECORDS).exists()
    approve(project, "--line", str(line), "--reject")
    other = next(e.line for e in read_po(path.read_bytes(), "x").entries if e.source.startswith("Take 10"))
    approve(project, "--line", str(other))
    run(project, "translate", "waive", DE, "--line", str(line), "--rule", "negation", "--reason", "a test", *who)
    approve(project, "--all", "--variant", "patient")


def test_a_fuzzy_pair_is_never_approved(project: Path) -> None:
    path = translated(project)
    text = path.read_text(encoding="utf-8").replace('msgctxt "patient/ind', '#, fuzzy\nmsgctxt "patient/ind')
    text = text.replace("#, md-text\n#, fuzzy\n", "#, fuzzy, md-text\n")
    path.write_text(text, encoding="utf-8")
    approve(project, "--all")
    counts = status(project)
    assert (counts["stale"], counts["approved"]) == (1, counts["texts"] - 1)
    line = text[: text.index('msgctxt "patient/ind')].count("\n") + 2
    approve(project, "--line", str(line), code=4)


def test_broken_records_are_told_and_stop_the_count(project: Path) -> None:
    translated(project)
    approve(project, "--all")
    path = project / RECORDS
    path.write_text(path.read_text(encoding="utf-8").replace("Nachts", "Abends"), encoding="utf-8")
    result = run(project, "translate", "status", "--json", "--html", "page.html", code=4)
    assert RECORDS in result.stderr
    account = json.loads(result.stdout)
    assert (account["monographs"], [p["line"] for p in account["problems"]]) == ([], [4])
    assert "the record does not continue" in (project / "page.html").read_text(encoding="utf-8")
    assert "does not continue" in result.stderr
    assert "no catalogues yet" not in run(project, "translate", "status", code=4).stdout


def test_shared_texts_are_listed_and_translated_once(project: Path) -> None:
    for name in ("one", "two", "three"):
        text = SOURCE.replace("Testamol", name.capitalize()) + "\n## Side Effects\n* Headache\n"
        (project / f"content/monographs/{name}.md").write_text(text, encoding="utf-8")
    run(project, "translate", "extract", "--locale", "de", "--shared")
    listed = (project / "content/locale/shared.toml").read_text(encoding="utf-8")
    assert '"Headache"' in listed
    assert "One" not in listed
    shared = read_po((project / "content/locale/de/_shared.po").read_bytes(), "x")
    assert ("patient", "Headache") in [entry.key for entry in shared.entries]
    own = read_po((project / "content/locale/de/one.po").read_bytes(), "x")
    assert "Headache" not in [entry.source for entry in own.entries]
    fill(project / "content/locale/de/_shared.po", {"Headache": "Kopfschmerzen"})
    rows = json.loads(run(project, "translate", "status", "--json").stdout)["monographs"]
    assert {row["slug"]: row["translated"] for row in rows} == {"one": 2, "two": 2, "three": 2, "testamol": 0}
    who = ("--who", "R. Example", "--role", "pharmacist")
    run(project, "translate", "approve", "content/monographs/one.md", "--shared", "--locale", "de", "--all", *who)
    rows = json.loads(run(project, "translate", "status", "--json").stdout)["monographs"]
    assert {row["approved"] for row in rows if row["slug"] != "testamol"} == {2}
    (project / "content/locale/shared.toml").write_text('[patient]\ntexts = ["a", "a"]\n', encoding="utf-8")
    assert "stands twice" in run(project, "translate", "update", code=4).stderr


def test_a_finding_about_a_shared_text_is_one_of_each_monograph_that_says_it(project: Path) -> None:
    (project / MD).write_text(SOURCE + "* Do not take it with alcohol.\n", encoding="utf-8")
    (project / "content/locale").mkdir()
    listed = '[patient]\ntexts = ["Do not take it with alcohol.", "Do not stop."]\n'
    (project / "content/locale/shared.toml").write_text(listed, encoding="utf-8")
    run(project, "translate", "extract", MD, "--locale", "de")
    wrong = {"Do not take it with alcohol.": "Nehmen Sie es mit Alkohol ein.", "Do not stop.": "Hören Sie auf."}
    fill(project / "content/locale/de/_shared.po", wrong)
    assert status(project)["critical"] == 1


def test_memory_proposes_across_monographs(project: Path) -> None:
    translated(project)
    text = SOURCE.replace("Testamol", "Other")
    (project / "content/monographs/other.md").write_text(text, encoding="utf-8")
    said = run(project, "translate", "extract", "content/monographs/other.md", "--locale", "de").stdout
    assert "4 proposed" in said
    found = read_po((project / "content/locale/de/other.po").read_bytes(), "x").entries
    proposed = [entry for entry in found if entry.target]
    assert {entry.source for entry in proposed} == {"**Tablets:** Take 2.5 mg daily.", "Take 10 mg at night."}
    assert all(entry.fuzzy and "testamol.po" in entry.comments[0] for entry in proposed)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not any(name in ("src", "href") for name, _ in attrs)


def test_status_as_a_page_and_the_programs_own_words(project: Path) -> None:
    translated(project)
    who = ("--who", "R. Example", "--role", "translator")
    run(project, "translate", "approve", "--interface", "--locale", "de", "--all", *who)
    out = run(project, "translate", "status", "--html", "page.html", "--json")
    rows = {row["locale"]: row for row in json.loads(out.stdout)["interface"]}
    assert len(rows) >= 24
    count = rows["de"]["messages"]
    assert rows["de"] == {"locale": "de", "messages": count, "translated": count, "approved": count}
    assert rows["fr"]["approved"] == 0
    page = _Page()
    text = (project / "page.html").read_text(encoding="utf-8")
    page.feed(text)
    assert page.tags.count("table") == 1
    assert f"{count} of {count}, 0 approved" in text
    assert f"de       the program's own words: {count} of {count}, {count} approved" in out_of(project)


def test_the_programs_own_words_are_not_approved_over_a_critical_finding(project: Path) -> None:
    own = project / "content/locale/de/LC_MESSAGES/leaflets.po"
    own.parent.mkdir(parents=True)
    head = 'msgid ""\nmsgstr ""\n"Language: de\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    lost = '# seen\n#, fuzzy\nmsgid "Draft – not reviewed by a pharmacist"\n'
    lost += 'msgstr "Entwurf – von einer Apotheke geprüft"\n'
    own.write_text(head + lost + '\n# well\n#: a.html\nmsgid "Noon"\nmsgstr "Mittags"\n', encoding="utf-8")
    records = approvals_path(project / "content/locale", "de", INTERFACE_RECORDS)
    who = ("--who", "R. Example", "--role", "translator")
    command = ("translate", "approve", "--interface", "--locale", "de", "--all", *who)
    told = run(project, *command, code=4).stderr
    assert f"{own.relative_to(project)}:8: error" in told.replace(f"{project}/", "")
    assert "[negation]" in told
    assert "translate waive" in told
    assert not records.exists()
    run(project, *command, "--reject")
    assert "rejected" in records.read_text(encoding="utf-8")
    run(project, "translate", "waive", str(own), "--line", "8", "--rule", "negation", *who, "--reason", "a test")
    assert "approved by R. Example" in run(project, *command).stdout


def test_lines_of_the_programs_own_words_are_those_of_their_msgid(project: Path) -> None:
    own = project / "content/locale/de/LC_MESSAGES/leaflets.po"
    own.parent.mkdir(parents=True)
    head = 'msgid ""\nmsgstr ""\n"Language: de\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    own.write_text(head + '# a note\n#: a.html\nmsgctxt "grid"\nmsgid "Noon"\nmsgstr "am Abend"\n', encoding="utf-8")
    assert f"{own}:9: critical" in run(project, "translate", "check", str(own), code=4).stdout
    assert [message.line for message in read_messages(own)] == [9]


def out_of(project: Path) -> str:
    return run(project, "translate", "status").stdout


def test_pseudo_translations_are_written(project: Path) -> None:
    run(project, "translate", "pseudo", MD, "--output", "out")
    for tag, letter in (("en-XA", "ṗ"), ("ar-XB", "ا")):
        po = read_po((project / f"out/{tag}/testamol.po").read_bytes(), "x")
        said = {entry.source: entry.target for entry in po.entries}
        assert all(target for target in said.values())
        text = said["**Tablets:** Take 2.5 mg daily."]
        assert text.startswith("**[")
        assert text.endswith("]")
        assert "2.5 mg" in text
        assert any(letter in target for target in said.values())
        assert len(text) >= 1.4 * len("**Tablets:** Take 2.5 mg daily.")
    drawn = run(project, "translate", "pseudo", MD, "--output", "out", "--locale", "ar-XB", "--pages").stdout.split()
    assert drawn == [f"out/ar-XB/{name}" for name in ("testamol.po", "clinician/testamol.pdf", "patient/testamol.pdf")]
    assert all((project / name).is_file() for name in drawn)


def test_nothing_is_written_twice(project: Path) -> None:
    path = translated(project)
    stamp = path.stat().st_mtime_ns
    run(project, "translate", "update")
    run(project, "translate", "extract", MD, "--locale", "de")
    assert path.stat().st_mtime_ns == stamp
