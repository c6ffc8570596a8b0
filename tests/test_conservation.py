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
