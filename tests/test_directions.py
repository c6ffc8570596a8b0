"""Directions and their day grid: what the table knows, and everything else verbatim without a grid."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from leaflets.directions import TIMES, CombinedGrid, DayGrid, combined_grid, load_directions, read_day_grid
from leaflets.errors import ContentError
from tests.conftest import ROOT

TABLE = ROOT / "content" / "rules" / "directions.toml"
RULES = load_directions(TABLE)
CASES = tomllib.loads((Path(__file__).parent / "cases" / "directions.toml").read_text(encoding="utf-8"))
ACCEPTED = [case["text"] for case in CASES["accepted"]]

WORTH = {
    "once": "1", "twice": "2", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "eight": "8",
    "ten": "10", "half": "½",
}  # fmt: skip
"""Number words, worked out here anew and not taken from the table."""


def _numbers(text: str) -> list[str]:
    """The numbers of a text, in digits or words, in order of size as text."""
    found = re.findall(r"\d+(?:[.,/]\d+)*|[½¼¾⅓⅔]|[a-z]+", text.casefold())
    return sorted(WORTH.get(token, token) for token in found if token in WORTH or not token.isalpha())


def _assert_exact(text: str, grid: DayGrid) -> None:
    """Every number of the direction is a cell's, or the count of the cells; and no cell has another."""
    cells = [cell for cell in grid.cells() if cell]
    said = _numbers(text)
    each = sorted(number for cell in cells for number in _numbers(cell))
    once = _numbers(cells[0])
    same = len(set(cells)) == 1
    assert said == each or (same and said in (once, sorted([*once, str(len(cells))]))), (text, grid)


@pytest.mark.parametrize("case", CASES["accepted"], ids=lambda case: case["text"][:40])
def test_known_directions_give_their_grid(case: dict[str, str]) -> None:
    grid = read_day_grid(case["text"], RULES, "en-GB")
    assert grid == DayGrid(**{time: case.get(time, "") for time in TIMES})
    _assert_exact(case["text"], grid)


@pytest.mark.parametrize("case", CASES["refused"], ids=lambda case: case["text"][:40])
def test_everything_else_gives_none(case: dict[str, str]) -> None:
    assert read_day_grid(case["text"], RULES, "en") is None, case["why"]


def test_there_are_enough_examples() -> None:
    assert len(CASES["accepted"]) + len(CASES["refused"]) >= 80


def test_a_language_without_a_table_has_no_grid() -> None:
    assert read_day_grid("1 tablet twice a day", RULES, "es-US") is None


STRANGE = [
    "needed", "if", "or", "not", "every", "hours", "weekly", "alternate", "days", "7", "1", "2", "half", "two", "up to",
    "max", "except", "without", "then", "until", "5 mL", "(10 mg)", "-", "and", "1/2", "0", "²", "twice",
]  # fmt: skip


@given(st.sampled_from(ACCEPTED), st.sampled_from(STRANGE), st.integers(0, 20))
@settings(max_examples=600, deadline=None)
def test_a_word_more_is_shown_exactly_or_refused(text: str, word: str, at: int) -> None:
    words = text.rstrip(".").split()
    at = min(at, len(words))
    changed = " ".join([*words[:at], word, *words[at:]])
    grid = read_day_grid(changed, RULES, "en")
    if grid is not None:
        _assert_exact(changed, grid)
        assert not set(word.split()) & {"needed", "if", "or", "not", "hours", "weekly", "except", "without", "until"}


VOCABULARY = [
    "take", "1", "2", "10", "0.5", "1.0", "½", "1/2", "one", "half a", "two", "tablet", "tablets", "mL", "mg", "twice",
    "2 times", "three times", "a day", "daily", "in the morning", "at noon", "in the evening", "at bedtime", "and", ",",
    "with food", "every day", "once a day", "or", "for", "every", ".", "by mouth",
]  # fmt: skip


@given(st.lists(st.sampled_from(VOCABULARY), max_size=10))
@settings(max_examples=3000, deadline=None)
@example(["2", "10", "mg", "twice", "a day"])
@example(["1/2", "1/2", "tablet", "at bedtime"])
def test_no_number_is_ever_lost_or_made_up(words: list[str]) -> None:
    text = " ".join(words)
    grid = read_day_grid(text, RULES, "en")
    if grid is not None:
        _assert_exact(text, grid)


@given(st.integers(1, 9999), st.sampled_from(["tablets", "mg", "units"]), st.sampled_from(["twice", "3 times"]))
def test_a_direction_of_the_plainest_kind_is_always_drawn(amount: int, unit: str, often: str) -> None:
    grid = read_day_grid(f"Take {amount} {unit} {often} a day.", RULES, "en")
    assert grid is not None
    assert grid.morning == grid.evening == f"{amount} {unit}"
    assert (grid.noon == "") == (often == "twice")


@given(st.text(max_size=300))
@settings(max_examples=500, deadline=None)
def test_any_text_is_read_without_harm(text: str) -> None:
    read_day_grid(text, RULES, "en")


def test_a_packet_names_what_no_grid_can_show() -> None:
    grid = DayGrid(morning="1 tablet")
    assert combined_grid([("A", grid), ("B", None), ("C", grid)]) == CombinedGrid((("A", grid), ("C", grid)), ("B",))


def _broken(old: str, new: str, tmp_path: Path) -> list[str]:
    text = TABLE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "directions.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContentError) as error:
        load_directions(path)
    assert all(problem.file == str(path) for problem in error.value.problems)
    return [problem.message for problem in error.value.problems]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('morning = "a"\nevening = "a"\nexample', 'evening = "a"\nexample', "not as many"),
        ('noon = "a"\nbedtime = "b"', 'noon = "b"\nbedtime = "a"', "another column"),
        ('evening = "a"\nexample = "1½', 'bedtime = "a"\nexample = "1½', "not the times of day"),
        ("{twice} {tail?}", "{twise} {tail?}", "no words 'twise'"),
        ("{take?} {a} {route?} {twice} {tail?}", "{take?} {a} {route?} {tail?}", "when or how often"),
        ('"with food", ', '"with food", "for 7 days", ', "another number"),
        ('"twice a day", ', '"twice a day", "three times a day", ', "another number"),
        ("{a} {route?} {noon} {and} {b} {bedtime}", "{a?} {route?} {noon} {and} {b} {bedtime}", "cannot be left out"),
        ('example = "10 mL three times daily with food"', 'example = "10 mL daily"', "does not give"),
        ('by = ""', "by = 3", "must be str"),
        ("\n[[unit]]\n", "\n[[unitt]]\n", "unknown table"),
    ],
)  # fmt: skip
def test_a_fault_of_the_table_is_said(old: str, new: str, said: str, tmp_path: Path) -> None:
    assert any(said in message for message in _broken(old, new, tmp_path))


def test_all_faults_are_said_at_once(tmp_path: Path) -> None:
    text = TABLE.read_text(encoding="utf-8").replace('time = "noon"', 'time = "midday"').replace("{thrice}", "{three}")
    path = tmp_path / "directions.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ContentError) as error:
        load_directions(path)
    said = "\n".join(str(problem) for problem in error.value.problems)
    assert "time is one of" in said
    assert "'three'" in said
