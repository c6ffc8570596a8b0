"""Nothing is lost in reading: proved on made-up text and on everything in the corpus folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaflets.conservation import check_conservation
from leaflets.kit import Kit, load_kit
from leaflets.reader import read_monograph
from leaflets.source import parse_source, read_source

from .conftest import ROOT, demo_files

WORDS = st.sampled_from(
    ["5 mg", ">8-16 kg:", "<2kg", "**Adults:**", "Children", "HLA-B*5701", "10<sup>9</sup>/L", "&lt;30", "A:", "[x]",
     "±2", "≥ 1.5", "see above", "**bold**", "*em*", "1,000 IU", "_x_", "`code`", "50%", "3×", "25°C", "~5", "Q1:",
     "(6-17 years)"]
)  # fmt: skip
LINES = st.builds(
    lambda mark, words: mark + " ".join(words),
    st.sampled_from(["", "* ", "- ", "    * ", "1. ", "## ", "### **Q1: ", "#### ", "> ", "| ", "**A:** "]),
    st.lists(WORDS, min_size=1, max_size=5),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(LINES, min_size=1, max_size=12), st.sampled_from(["\n", "\n\n"]))
def test_every_word_and_sign_comes_out(lines: list[str], joint: str) -> None:
    text = f"---\ntitle: Testamol\n---\n## Usage\n\n{joint.join(lines)}\n"
    source = parse_source(text.encode(), "testamol", "testamol.md")
    monograph = read_monograph(source, load_kit(ROOT).rules)
    assert check_conservation(source, monograph) == ()


@pytest.mark.parametrize("path", demo_files(), ids=lambda path: path.stem)
def test_demo_monographs_are_read_whole(path: Path, kit: Kit) -> None:
    source = read_source(path)
    assert check_conservation(source, read_monograph(source, kit.rules)) == ()


def test_the_corpus_is_read_whole(corpus: list[Path], kit: Kit) -> None:
    assert len(corpus) > 200
    for path in corpus:
        source = read_source(path)
        assert check_conservation(source, read_monograph(source, kit.rules)) == (), path.name


def test_a_lost_sign_is_found_with_its_line(kit: Kit) -> None:
    source = parse_source(b"---\ntitle: X\n---\n## Usage\n\nx\n\n* >8 kg: 32 mg\n", "x", "x.md")
    monograph = read_monograph(source, kit.rules)
    block = monograph.blocks[-1]
    cut = replace(block, runs=tuple(replace(run, text=run.text.replace(">", "")) for run in block.runs))
    damaged = replace(monograph, blocks=(*monograph.blocks[:-1], cut))
    (problem,) = check_conservation(source, damaged)
    assert (problem.rule, problem.line, problem.severity.value) == ("lost", 8, "error")
    assert "“>”" in problem.message


def problems_of(text: str, kit: Kit) -> list[str]:
    source = parse_source(text.encode(), "x", "x.md")
    return [problem.rule for problem in check_conservation(source, read_monograph(source, kit.rules))]


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("---\ntitle: X\n---\n## Usage\nANC 10<sup>9</sup>/L\n", []),
        ("---\ntitle: X\n---\n## Side Effects (10<sup>9</sup>/L)\nRash.\n", []),
        ('---\ntitle: X\nfaqs:\n  - q: "What?"\n    a: "24. mg is too much"\n---\n## Usage\nPain.\n', []),
        (
            '---\ntitle: X\nfaqs:\n  - q: "What?"\n    a: "| a |\\n|--|\\n| b | 9 mg |"\n---\n## Usage\nPain.\n',
            [],
        ),
        (
            "---\ntitle: X\nfaqs:\n  - q: 'What?'\n    a: 'See [a](b \"9 mg\").'\n---\n## Usage\nPain.\n",
            ["lost"],
        ),
        ("---\ntitle: X\n---\n## Usage\nPain.\n+\n\n+\n\n* \n-\n1)\n\n+ Fever.\n", []),
        ("---\ntitle: X\n---\n## FAQs\n### Q1: How?\n**A:** As said.\n\nQ8. hourly dosing is 5 mg.\n", []),
    ],
)
def test_signs_that_could_hide_are_found(text: str, rules: list[str], kit: Kit) -> None:
    assert problems_of(text, kit) == rules


def test_a_raised_number_of_a_heading_stays_raised(kit: Kit) -> None:
    source = parse_source(b"---\ntitle: X\n---\n## Side Effects (10<sup>9</sup>/L)\nRash.\n", "x", "x.md")
    assert "(10⁹/L)" in [block.text for block in read_monograph(source, kit.rules).blocks]


@pytest.mark.parametrize("said", ["Q.i.d. means 4 times a day.", "Q8. hourly dosing is 5 mg.", "q12: hourly."])
def test_a_dose_is_no_question(said: str, kit: Kit) -> None:
    body = f"---\ntitle: X\n---\n## FAQs\n### Q1: How?\n**A:** So.\n\n{said}\n"
    blocks = read_monograph(parse_source(body.encode(), "x", "x.md"), kit.rules).blocks
    assert [block.kind.value for block in blocks if block.text == said] == ["answer"]
