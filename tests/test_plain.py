"""Plain words: only wording changes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from leaflets.build import read_checked
from leaflets.catalogue import read_catalogue
from leaflets.errors import ContentError, TranslationError
from leaflets.fitting import assemble
from leaflets.inline import runs_of
from leaflets.jobs import Job
from leaflets.kit import Kit
from leaflets.lexicon import Lexicon, load_lexicon
from leaflets.monograph import Run
from leaflets.plain import Acronyms, Names, meaning_kept, plain_runs
from leaflets.wording import Worder

from .conftest import ROOT

WORDS = r"""
[noun]
"convulsion|convulsions" = "fit|fits"
"analgesic|analgesics" = "painkiller|painkillers"
[mass]
"renal impairment" = "kidney problems"
[verb]
"administer|administers|administered|administering" = "give|gives|given|giving"
[phrase]
"renal" = "kidney"
"prior to" = "before"
"contraindicated in" = "unsafe for"
"hepatic" = "liver"
"immediately" = "right away"
"hypercalcemia" = "high blood calcium"
"varicella" = "chickenpox"
"qtc-prolonging drugs" = "drugs that lengthen the QT time"
"typical" = "usual"
[opening]
"however" = "still"
"adjust dose" = "a doctor should change the dose"
[stays]
"immediately rinse" = "right away cannot stand before a verb"
[acronym]
"ECG" = "heart tracing"
"NSAID|NSAIDs" = "anti-inflammatory painkiller|anti-inflammatory painkillers"
[glossary]
"hemodialysis|haemodialysis" = "cleaning the blood with a machine"
[[dose]]
pattern = '\bBID\b'
plain = 'twice a day'
example = '5 mg BID'
result = '5 mg twice a day'
[[dose]]
pattern = '\bq(\d+)h\b'
plain = 'every \1 hours'
example = '5 mg q8h'
result = '5 mg every 8 hours'
"""
NOBODY = Names(frozenset(), 0)


@pytest.fixture(scope="module")
def lexicon(tmp_path_factory: pytest.TempPathFactory) -> Lexicon:
    path = tmp_path_factory.mktemp("lexicon") / "en.test.toml"
    path.write_text(WORDS, encoding="utf-8")
    return load_lexicon(path)


def plain(text: str, lexicon: Lexicon, kit: Kit, names: Names = NOBODY) -> str:
    runs, _ = plain_runs((Run(text),), lexicon, names, kit.units)
    return "".join(run.text for run in runs)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("Renal impairment is common.", "Kidney problems are common."),
        ("In severe renal impairment is it unsafe?", "In severe kidney problems is it unsafe?"),
        ("A history of renal impairment is a risk.", "A history of kidney problems is a risk."),
        ("Patients with Renal Impairment", "Patients with Kidney Problems"),
        ("Take an analgesic prior to meals.", "Take a painkiller before meals."),
        ("Contraindicated in hepatic or renal failure.", "Unsafe for liver or kidney failure."),
        ("It is administered slowly", "It is given slowly"),
        ("CONVULSIONS may occur", "FITS may occur"),
        ("renal-dose, renal2 and B-renal", "renal-dose, renal2 and B-renal"),
        ("20 mg BID, then 5 mg q8h", "20 mg twice a day, then 5 mg every 8 hours"),
        ("prior\nto", "prior\nto"),
        ("prior 5 to 10 mg", "prior 5 to 10 mg"),
        ("However, stop; however, rest, however long.", "Still, stop; still, rest, however long."),
        (
            "Renal failure: Adjust dose; adjust dose if ill.",
            "Kidney failure: A doctor should change the dose; a doctor should change the dose if ill.",
        ),
        ("You adjust dose yourself.", "You adjust dose yourself."),
        ("Immediately rinse the eye and stop immediately.", "Immediately rinse the eye and stop right away."),
        ("Hypercalcemia (high calcium levels)", "Hypercalcemia (high calcium levels)"),
        ("Hypercalcemia (with calcium)", "High blood calcium (with calcium)"),
        ("Hypercalcemia (especially high calcium)", "High blood calcium (especially high calcium)"),
        ("Chickenpox (varicella) and varicella", "Chickenpox (varicella) and chickenpox"),
        ("with other QTc-prolonging drugs", "with other drugs that lengthen the QT time"),
        ("QTc-prolonging drugs", "Drugs that lengthen the QT time"),
        ("A typical dose", "A usual dose"),
    ],
)
def test_words(source: str, said: str, lexicon: Lexicon, kit: Kit) -> None:
    assert plain(source, lexicon, kit) == said


def test_names_stay(lexicon: Lexicon, kit: Kit) -> None:
    names = Names(frozenset({("renal", "forte")}), 2)
    assert plain("Renal Forte in renal failure", lexicon, kit, names) == "Renal Forte in kidney failure"


def test_styles_stay_and_part_a_term(lexicon: Lexicon, kit: Kit) -> None:
    runs, changes = plain_runs((Run("Renal", bold=True), Run(" impairment, hepatic")), lexicon, NOBODY, kit.units)
    assert [(run.text, run.bold) for run in runs] == [("Kidney", True), (" impairment, liver", False)]
    assert [change.term for change in changes] == ["Renal", "hepatic"]


def test_acronyms_are_spelled_out_once(lexicon: Lexicon) -> None:
    acronyms = Acronyms(lexicon, NOBODY)
    said = [
        "".join(run.text for run in acronyms.expand((Run(text),))[0])
        for text in ("An ECG is needed.", "Another ECG.", "Painkillers (NSAIDs) and NSAIDs.")
    ]
    assert said == ["A heart tracing (ECG) is needed.", "Another ECG.", "Painkillers (NSAIDs) and NSAIDs."]


def test_acronyms_inside_brackets_take_square_ones(lexicon: Lexicon) -> None:
    (run,), _ = Acronyms(lexicon, NOBODY).expand((Run("Painkillers (e.g. NSAIDs, aspirin)"),))
    assert run.text == "Painkillers (e.g. anti-inflammatory painkillers [NSAIDs], aspirin)"


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ('[noun]\n"thing" = ""', "maps to nothing"),
        ('[noun]\n"thing|things" = "a|b|c"', "2 forms and 3 wordings"),
        ('[phrase]\n"take 2" = "take"', "holds a number"),
        ('[phrase]\n"daily" = "once a day"', "a number word: once"),
        ('[phrase]\n"contraindicated" = "not allowed"', "a negation: not"),
        ('[phrase]\n"do not take" = "take"', "a negation: not"),
        ('[phrase]\n"a" = "b"\n"b" = "c"', "holds the term 'b'"),
        ('[phrase]\n"a" = "b"\n[noun]\n"a" = "c"', "stands twice"),
        ('[phrase]\n"a" = "b"\n[stays]\n"a" = "why"', "stands twice"),
        ('[phrase]\n"a" = "b"\n[opening]\n"c" = "a d"', "holds the term 'a'"),
        ('[opening]\n"never" = "stop"', "a negation: never"),
        ('[nouns]\n"a" = "b"', "unknown table 'nouns'"),
        ("[[dose]]\npattern = 'BID'\nplain = 'twice'\nexample = '5 BID'\nresult = '5 once'", "gives '5 twice'"),
        (
            "[[dose]]\npattern = 'BID'\nplain = '2 times'\nexample = 'BID'\nresult = '2 times'",
            "must not bring a number",
        ),
    ],
)
def test_a_wrong_entry_is_told_with_its_line(entry: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "en.x.toml"
    path.write_text(entry, encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load_lexicon(path)
    assert said in str(caught.value.problems[0])
    assert caught.value.problems[0].line is not None


@pytest.mark.parametrize(
    ("source", "plain", "said"),
    [
        ("Do not take it", "Take it", "“not” is missing"),
        ("below <5 mg", "below 5 mg", "sign “<” is missing"),
        ("Avoid it", "Never take it", "“avoid” is missing"),
        ("You can't", "You cannot", ""),
        ("Don’t take", "Do not take", ""),
    ],
)
def test_meaning_kept(source: str, plain: str, said: str) -> None:
    assert said in " ".join(meaning_kept(source, plain))
    assert bool(said) == bool(meaning_kept(source, plain))


PO = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgctxt "patient"
msgid "Take 500 mg orally prior to meals. Not for children <6 years."
msgstr "{}"
"""


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Swallow **500 mg** before you eat. Not for children <6 years.", None),
        ("Swallow 50 mg before you eat. Not for children <6 years.", "plain-changed"),
        ("Swallow 500 mcg before you eat. Not for children <6 years.", "plain-changed"),
        ("Swallow 500 mg before you eat. Not for children >6 years.", "plain-changed"),
        ("Swallow 500 mg before you eat. For children <6 years.", "plain-changed"),
        ("# Swallow 500 mg before you eat. Not for children <6 years.", "plain-shape"),
    ],
)
def test_plain_text_by_hand(text: str, rule: str | None, kit: Kit, tmp_path: Path) -> None:
    path = tmp_path / "en/x.po"
    path.parent.mkdir()
    path.write_text(PO.format(text), encoding="utf-8")
    if rule is None:
        ((key, written),) = read_catalogue(path, kit.units, "en-US").texts.items()
        assert key == ("patient", "Take 500 mg orally prior to meals. Not for children <6 years.")
        assert runs_of(written.target)[1].bold
        return
    with pytest.raises(TranslationError) as caught:
        read_catalogue(path, kit.units, "en-US")
    assert [(problem.rule, problem.line) for problem in caught.value.problems] == [(rule, 6)]


@pytest.mark.parametrize(
    ("source", "text", "said"),
    [
        ("Take 5 mg once daily.", "Take 5 mg twice a day.", "2 was added"),
        ("Take it once daily.", "Take it twice a day.", "2 was added"),
        ("At most 5 mg.", "At least 5 mg.", "“at most” became “at least”"),
        ("10 mg in the morning and 20 mg at night.", "20 mg each morning, 10 mg each night.", "changed places"),
        ("Below 30 mL/min: 5 mg.", "Above 30 mL/min: 5 mg.", "“below” became “above”"),
        ("The maximum is 5 mg once daily.", "The most is 5 mg once a day.", ""),
    ],
)
def test_plain_words_give_no_other_dose(source: str, text: str, said: str, kit: Kit, tmp_path: Path) -> None:
    path = tmp_path / "en/x.po"
    path.parent.mkdir()
    start = "Take 500 mg orally prior to meals. Not for children <6 years."
    path.write_text(PO.format(text).replace(start, source), encoding="utf-8")
    if not said:
        assert len(read_catalogue(path, kit.units, "en-US").texts) == 1
        return
    with pytest.raises(TranslationError) as caught:
        read_catalogue(path, kit.units, "en-US")
    assert said in str(caught.value.problems[0])


@pytest.mark.parametrize(
    "broken",
    [
        b"msgid 3",
        b"\xff\xfe",
        b'msgid "a"\nmsgstr "b',
        b'msgid ""\nmsgstr "Content-Type: text/plain; charset=klingon\\n"',
        b'msgid "a"\nb"',
    ],
)
def test_a_broken_catalogue_is_told(broken: bytes, kit: Kit, tmp_path: Path) -> None:
    path = tmp_path / "en/x.po"
    path.parent.mkdir()
    path.write_bytes(broken)
    with pytest.raises(TranslationError) as caught:
        read_catalogue(path, kit.units, "en-US")
    assert caught.value.problems[0].file == str(path)


def test_plain_text_by_hand_wins_and_says_when_it_is_stale(kit: Kit, tmp_path: Path) -> None:
    folder = tmp_path / "content"
    (folder / "monographs").mkdir(parents=True)
    (folder / "locale/en").mkdir(parents=True)
    source = folder / "monographs/x.md"
    source.write_text(
        "---\ntitle: X\n---\n## Usage\nFor renal colic.\n\n## Dosage\nTake 5 mg orally.\n", encoding="utf-8"
    )
    (folder / "locale/en/x.po").write_text(
        'msgctxt "patient"\nmsgid "For renal colic."\nmsgstr "For kidney pain."\n\n'
        'msgctxt "patient"\nmsgid "Gone."\nmsgstr "Gone."\n',
        encoding="utf-8",
    )
    job = Job(str(source), "x", "patient", "en-US", "standard", "a4", "", str(tmp_path))
    made = assemble(read_checked(source, str(source), kit.project)[1], replace(kit, project=tmp_path), job)
    entry = next(entry for entry in made.ledger if entry.block.text == "For renal colic.")
    assert (entry.fate, entry.rule, entry.shown_text) == ("rewritten", "plain-text", "For kidney pain.")
    assert [(p.rule, p.severity) for p in made.problems if p.rule.startswith("plain")] == [("plain-stale", "warning")]


def test_the_glossary_writes_terms_as_the_text_does(kit: Kit) -> None:
    path = ROOT / "content/monographs/metformin.md"
    monograph = read_checked(path, str(path), kit.project)[1]
    worder = Worder(monograph, kit.variant("patient"), kit.wording("en-US", path), kit.units)
    texts = ["GLAUCOMA is serious. CYP matters in Child-Pugh class B.", "SSRIs; Glaucoma; Cataract"]
    assert [term for term, _ in worder.explained(texts)] == ["glaucoma", "CYP", "Child-Pugh class", "SSRIs", "cataract"]
