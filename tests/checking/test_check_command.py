"""``leaflets translate check | waive`` as a translator runs them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

HEAD = 'msgid ""\nmsgstr ""\n"Language: de\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
GOOD = 'msgid "Take 5 mg at night."\nmsgstr "Nehmen Sie nachts 5 mg ein."\n'
BAD = '\nmsgctxt "patient"\nmsgid "Do not drive."\nmsgstr "Fahren Sie."\n'


def run(*args: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """The program, as from a shell."""
    return subprocess.run(
        [sys.executable, "-m", "leaflets", *args], capture_output=True, text=True, cwd=cwd, check=False
    )


def po(folder: Path, text: str, name: str = "x.po") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_that_is_right(tmp_path: Path) -> None:
    po(tmp_path, HEAD + GOOD)
    out = run("translate", "check", "x.po", "--json", cwd=tmp_path)
    account = json.loads(out.stdout)
    assert (out.returncode, account["checked"], account["findings"]) == (0, 1, [])


def test_findings_have_their_place_and_exit_4(tmp_path: Path) -> None:
    po(tmp_path, HEAD + GOOD + BAD)
    out = run("translate", "check", "x.po", "--json", cwd=tmp_path)
    (finding,) = json.loads(out.stdout)["findings"]
    assert out.returncode == 4
    assert (finding["file"], finding["line"], finding["rule"], finding["severity"]) == (
        "x.po",
        10,
        "negation",
        "critical",
    )
    assert (finding["source"], finding["target"]) == ("Do not drive.", "Fahren Sie.")
    text = run("translate", "check", "x.po", cwd=tmp_path)
    assert text.stdout.startswith("x.po:10: critical: 1 negation became none [negation]")
    assert "2 pairs: 1 critical, 0 major, 0 quality" in text.stdout


def test_a_waiver_holds_for_exactly_its_texts(tmp_path: Path) -> None:
    path = po(tmp_path, HEAD + BAD)
    who = ("--who", "R. Example", "--role", "translator", "--reason", "tried it")
    assert run("translate", "waive", "x.po", "--line", "8", "--rule", "numbers", *who, cwd=tmp_path).returncode == 4
    out = run("translate", "waive", "x.po", "--line", "8", "--rule", "negation", *who, cwd=tmp_path)
    assert out.returncode == 0, out.stderr
    account = json.loads(run("translate", "check", "x.po", "--json", cwd=tmp_path).stdout)
    assert account["findings"] == []
    assert account["waived"][0]["waived"] == "R. Example, translator: tried it"
    assert run("translate", "check", "x.po", cwd=tmp_path).returncode == 0
    path.write_text(path.read_text(encoding="utf-8").replace("Fahren Sie.", "Fahren Sie los."), encoding="utf-8")
    assert run("translate", "check", "x.po", cwd=tmp_path).returncode == 4
    records = tmp_path / "x.waivers.jsonl"
    records.write_text(records.read_text(encoding="utf-8").replace("tried it", "tried"), encoding="utf-8")
    out = run("translate", "check", "x.po", cwd=tmp_path)
    assert out.returncode == 4
    assert "x.waivers.jsonl:1" in out.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD.replace("de", "xx-YY"), "there is no locale 'xx-YY'"),
        (HEAD.replace('"Language: de\\n"\n', ""), "does not say its language"),
        (HEAD + 'msgid "a\nmsgstr "b"\n', "x.po:6"),
        (HEAD.replace("UTF-8", "latin-1"), "charset must be utf-8"),
    ],
)
def test_a_broken_file_is_said_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    po(tmp_path, text)
    out = run("translate", "check", "x.po", cwd=tmp_path)
    assert out.returncode == 4
    assert said in out.stderr
    assert "Traceback" not in out.stderr


def test_entries_that_stand_twice_or_hide_something_are_findings(tmp_path: Path) -> None:
    po(tmp_path, HEAD + GOOD + "\n" + GOOD + '\nmsgid "Stop."\nmsgstr "Auf\u200bhören."\n')
    out = run("translate", "check", "x.po", "--json", cwd=tmp_path)
    assert {f["rule"] for f in json.loads(out.stdout)["findings"]} == {"duplicate", "hidden-character"}


def test_plurals_gettext_locales_and_a_missing_file(tmp_path: Path) -> None:
    text = HEAD.replace("de", "pt_BR").replace('"\n\n', '"\n"Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n\n')
    po(
        tmp_path,
        text + 'msgid "{n} tablet"\nmsgid_plural "{n} tablets"\nmsgstr[0] "{n} comprimido"\nmsgstr[1] "comprimidos"\n',
    )
    out = run("translate", "check", "x.po", "none.po", "--json", cwd=tmp_path)
    account = json.loads(out.stdout)
    assert (account["checked"], [f["rule"] for f in account["findings"]]) == (2, ["placeholder"])
    assert account["problems"][0]["file"] == "none.po"
    assert out.returncode == 4


def test_strict_counts_what_nobody_has_approved(tmp_path: Path) -> None:
    po(tmp_path, HEAD + GOOD)
    out = run("translate", "check", "x.po", "--strict", "--json", cwd=tmp_path)
    assert [f["rule"] for f in json.loads(out.stdout)["findings"]] == ["unapproved"]


def test_what_is_waived_may_print(tmp_path: Path) -> None:
    """The build stops at another dose, unless a person has said that it is none."""
    from leaflets.catalogue import read_catalogue
    from leaflets.errors import TranslationError
    from leaflets.quantities import load_units

    from ..conftest import ROOT

    folder = tmp_path / "de"
    folder.mkdir()
    path = po(folder, HEAD + 'msgid "Take 5 mg."\nmsgstr "Nehmen Sie 6 mg ein."\n')
    units = load_units(ROOT / "content/rules/units.toml")
    with pytest.raises(TranslationError, match="5 mg is missing; 6 mg was added"):
        read_catalogue(path, units, "de")
    who = ("--who", "R. Example", "--role", "translator", "--reason", "the source is wrong")
    assert run("translate", "waive", "x.po", "--line", "6", "--rule", "numbers", *who, cwd=folder).returncode == 0
    assert len(read_catalogue(path, units, "de").texts) == 1
    both = HEAD + 'msgid "Take 5 mg, then 8 mL."\nmsgstr "Nehmen Sie 6 mg, dann 8 l ein."\n'
    po(folder, both)
    assert run("translate", "waive", "x.po", "--line", "6", "--rule", "numbers", *who, cwd=folder).returncode == 0
    with pytest.raises(TranslationError, match="8 mL became 8 L"):
        read_catalogue(path, units, "de")  # a waiver lets one finding pass, not all of its pair
    (folder / "x.waivers.jsonl").unlink()
    po(folder, both.replace("6 mg", "5 mg").replace("8 l", "8 \u200bml"))
    with pytest.raises(TranslationError, match="U\\+200B"):
        read_catalogue(path, units, "de")
