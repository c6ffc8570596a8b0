"""The checks on translations: planted errors are found, correct pairs are left alone, and each rule says its piece."""

from __future__ import annotations

from pathlib import Path

import pytest

from leaflets.checking import shape
from leaflets.checking.model import Finding, Pair, Weight
from leaflets.checking.numbers import numbers_in
from leaflets.checking.rules import load_language
from leaflets.checking.run import Checker, check_pairs, make_checker, strict_findings
from leaflets.errors import ContentError

from .mutations import languages, mutants, read_cases
from .table import RULES, false_alarms, is_caught

KNOWN = (
    "Neither the tablets nor the syrup contains lactose.",
    "Missed dose: take it as soon as you remember, unless it is almost time for the next one.",
    "Only take amoxicillin when a doctor has prescribed it",
    "Do not drive or use machines unless your doctor says it is safe.",
)
"""Sources whose "not" is not missed: one of two where English has one, an expletive one, one of "not … but"."""


@pytest.mark.parametrize("tag", languages())
def test_every_planted_error_is_critical(tag: str) -> None:
    cases = read_cases(tag)
    checker = make_checker(tag, RULES)
    tried = list(mutants(cases))
    assert len(tried) > 300
    missed = [m for m in tried if not is_caught(m, checker)]
    assert [m for m in missed if m.kind != "negation dropped" or not m.source.startswith(KNOWN)] == []
    assert len(missed) <= 4


@pytest.mark.parametrize("tag", languages())
def test_correct_pairs_are_left_alone(tag: str) -> None:
    assert false_alarms(read_cases(tag), make_checker(tag, RULES)) == []


def test_english_as_plain_english_is_checked_too() -> None:
    checker = make_checker("en", RULES)
    assert found(checker, "Take 500 mg BID.", "Take 500 mg twice a day.") == {}
    assert found(checker, "Do not use in renal impairment.", "Use if you have kidney problems.") == {
        "negation": "critical"
    }


def found(checker: Checker, source: str, target: str) -> dict[str, str]:
    """Rule and severity of each finding of one pair."""
    return {f.rule: f.weight.value for f in check_pairs([Pair(source, target)], checker)}


@pytest.mark.parametrize(
    ("tag", "source", "target", "rule", "weight"),
    [
        ("es", "Take it once a day.", "Tómelo once al día.", "false-friend", "critical"),
        ("de", "Take it twice a day.", "Nehmen Sie es dreimal täglich ein.", "number-words", "critical"),
        ("de", "Take it in the morning.", "Nehmen Sie es abends ein.", "time-of-day", "critical"),
        ("de", "Take it every 8 hours.", "Nehmen Sie es alle 8 Tage ein.", "units", "critical"),
        ("fr", "At least 5 mg.", "Au plus 5 mg.", "limit", "critical"),
        ("es", "Take it before meals.", "Tómelo después de las comidas.", "opposite", "critical"),
        ("es", "Avoid alcohol unless your doctor agrees.", "Evite el alcohol.", "exception", "critical"),
        ("de", "Kidney function <30 mL/min", "Nierenfunktion >30 ml/min", "comparison", "critical"),
        ("de", "10 mg at noon and 20 mg at night", "20 mg mittags und 10 mg zur Nacht", "order", "critical"),
        ("de", "Tell {name} at once.", "Sagen Sie es sofort.", "placeholder", "critical"),
        ("de", "**Stop** at once.", "Sofort aufhören.", "markup", "critical"),
        ("de", "It blocks CYP2D6.", "Es hemmt CYP2D8.", "code", "critical"),
        ("ru", "Take metformin.", "Принимайте метфомин.", "name", "critical"),
        ("zh-Hans", "Take ketoconazole.", "服用酮环唑。", "name", "critical"),
        ("de", "Take your tablets.", "Take your tablets.", "untranslated", "critical"),
        ("de", "Take it daily.", "Nehmen Sie es daily, twice with Essen.", "english-left", "critical"),
        ("de", "Take 5 mg at night.", "", "empty", "critical"),
        ("de", "Take it at night.", "Nehmen Sie es BID nachts ein.", "abbreviation", "critical"),
        ("ru", "Take it daily.", "Принимайтe ежедневно.", "mixed-script", "critical"),
        ("de", "Take 500 mg.", "Nehmen Sie ٥٠٠ mg ein.", "mixed-digits", "critical"),
        ("hi", "Take 400 mg.", "৪০০ मि.ग्रा. लें।", "mixed-digits", "critical"),
        ("hi", "Take 400 mg or 500 mg.", "४०० मि.ग्रा. या 500 मि.ग्रा. लें।", "mixed-digits", "quality"),
        ("de", "Take it daily.", "Nehmen Sie\u202e es täglich ein.", "hidden-character", "critical"),
        ("de", "Take it daily.", "Nehmen\u200b Sie es täglich ein.", "hidden-character", "critical"),
        ("de", "What is it for?", "Wofür es ist.", "ending", "major"),
        ("de", "One thing. Two things. Three things. Four.", "Eine Sache, zwei, drei, vier", "sentences", "major"),
        ("de", "Store it well (dry).", "Gut lagern (trocken.", "brackets", "major"),
        ("de", "Store it in a dry place.", "An einem einem trockenen Ort lagern.", "repeated", "major"),
        ("de", "This medicine is for adults with high blood pressure.", "Blutdruck", "length", "major"),
        ("de", "Store it well.", "Gut  lagern.", "blanks", "quality"),
    ],
)  # fmt: skip
def test_each_rule_says_its_piece(tag: str, source: str, target: str, rule: str, weight: str) -> None:
    said = found(make_checker(tag, RULES, ["Metformin"]), source, target)
    assert said.get(rule) == weight, said


@pytest.mark.parametrize(
    ("tag", "target"),
    [
        ("ta", "எதுவும் எழுதப்படவில்லை. மருத்துவரிடம் கேளுங்கள்."),
        ("te", "సూచనలు రాయలేదు. ఫార్మసిస్ట్‌ను అడగండి."),
        ("gu", "કોઈ સૂચના લખી નથી. ફાર્માસિસ્ટને પૂછો."),
        ("am", "ምንም አልተጻፈም። ፋርማሲስቱን ይጠይቁ።"),
    ],
)
def test_sentences_end_behind_marks_too(tag: str, target: str) -> None:
    checker = make_checker(tag, RULES)
    assert "sentences" not in found(checker, "Nothing is written. Ask the pharmacist.", target)
    assert "sentences" in found(checker, "Nothing is written. Ask the pharmacist. Read. Write. Tell.", target)


@pytest.mark.parametrize(
    ("text", "tag", "values"),
    [
        ("1.000 mg", "de", ["1000"]),
        ("1.5 mg", "de", ["1.5"]),
        ("1,5 mg", "de", ["1.5"]),
        ("1.234,5 mg", "de", ["1234.5"]),
        ("1 000 mg", "fr", ["1000"]),
        ("1\u202f000,25 mg", "fr", ["1000.25"]),
        ("1,000 mg", "en", ["1000"]),
        ("1,00,000 units", "hi", ["100000"]),
        ("१,५०० मि.ग्रा.", "hi", ["1500"]),
        ("١٬٥٠٠٫٥ ملغ", "ar", ["1500.5"]),
        ("½ tablet", "en", ["0.5"]),
        ("1½ tablets", "en", ["1.5"]),
        ("10⁹/L", "en", ["1000000000"]),
        ("100万単位", "ja", ["1000000"]),
        ("2 Millionen", "de", ["2000000"]),
        ("120/80 mmHg", "en", ["120", "80"]),
    ],
)
def test_numbers_are_read_as_the_locale_writes_them(text: str, tag: str, values: list[str]) -> None:
    from decimal import Decimal

    from leaflets.checking.folding import folded

    read = numbers_in(folded(text), tag, load_language(RULES, tag))
    assert [number.value for number in read] == [Decimal(value) for value in values]


@pytest.mark.parametrize(
    "word", ["e.g.", "i.e.", "etc.", "vs.", "approx.", "Dr.", "Mrs.", "No.", "p.m.", "B.", "मि.ग्रा."]
)
def test_a_glance_finds_each_abbreviation(word: str) -> None:
    """Whether there may be one is asked of another, faster expression: it must know them all."""
    assert shape._ABBREVIATED.search(f"so {word} it")
    assert shape._MAYBE_ABBREVIATED.search(f"so {word} it")


def test_a_dot_that_readers_take_for_thousands_is_another_number() -> None:
    assert found(make_checker("de", RULES), "Take 1.125 mg.", "Nehmen Sie 1.125 mg ein.")["numbers"] == "critical"
    assert found(make_checker("de", RULES), "Take 1,125 mg.", "Nehmen Sie 1.125 mg ein.") == {}


def test_one_source_has_one_translation() -> None:
    pairs = [
        Pair("Take it at night.", "Nachts einnehmen.", line=1),
        Pair("Take it at night.", "Zur Nacht nehmen.", line=2),
    ]
    (finding,) = check_pairs(pairs, make_checker("de", RULES))
    assert (finding.rule, finding.weight, finding.pair.line) == ("inconsistent", Weight.MAJOR, 2)


def test_strict_wants_approval() -> None:
    pairs = [Pair("a", "b", fuzzy=True), Pair("c", "d", approved=False), Pair("e", "f", approved=True)]
    assert [f.rule for f in strict_findings(pairs)] == ["fuzzy", "unapproved"]


def test_a_language_without_rules_is_said_and_still_counted() -> None:
    from leaflets.checking.run import unchecked

    checker = make_checker("ne", RULES)
    assert "no content/rules/translation/ne.toml" in unchecked(checker)[0]
    assert "numbers" in found(checker, "Take 5 mg.", "6 mg.")
    assert found(checker, "Take 5 mg.", "5 mg.") == {}


def test_the_term_base_of_a_locale(tmp_path: Path) -> None:
    terms = tmp_path / "terms.csv"
    terms.write_text("source,target\nkidney disease,Nierenerkrankung|Nierenkrankheit\n", encoding="utf-8")
    checker = make_checker("de", RULES, terms=terms)
    assert found(checker, "In kidney disease, ask.", "Bei Nierenleiden fragen.") == {"term": "major"}
    assert found(checker, "In kidney disease, ask.", "Bei Nierenerkrankung fragen.") == {}


def test_rules_that_are_wrong_are_said_all_at_once(tmp_path: Path) -> None:
    (tmp_path / "sw.toml").write_text(
        'language = "yy"\nwords = "x"\nfoo = 1\n[numerals]\n"a" = "b"\n"2" = "c"\n"3" = "c"\n', encoding="utf-8"
    )
    with pytest.raises(ContentError) as caught:
        load_language((tmp_path,), "sw")
    said = " ".join(problem.message for problem in caught.value.problems)
    for piece in ("unknown key 'foo'", '"spaced"', "must be 'sw'", "'a' is no number", "cannot be both 2 and 3"):
        assert piece in said


def test_findings_print_for_programs() -> None:
    finding = Finding("numbers", Weight.CRITICAL, "5 is missing", "look", Pair("5", "6", "x.po", 3))
    assert finding.to_json() == {
        "file": "x.po", "line": 3, "rule": "numbers", "severity": "critical", "source": "5", "target": "6",
        "message": "5 is missing", "hint": "look",
    }  # fmt: skip
