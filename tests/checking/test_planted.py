"""Errors planted into all correct pairs, also those that were written before the engine had seen their like."""

from __future__ import annotations

from collections import Counter

import pytest

from leaflets.checking.model import Pair, Weight
from leaflets.checking.rules import load_language

from .pairs import TAGS, pairs_of
from .planted import KINDS, RULES, checker_of, measured
from .single import CASES, RIGHT

MORE = ("it", "ko", "pl", "pt-BR", "vi", "zh-Hant")


@pytest.mark.parametrize("tag", TAGS)
def test_planted_errors_are_caught_and_correct_pairs_left_alone(tag: str) -> None:
    planted, _, missed, pairs, alarms = measured(tag, KINDS)
    assert pairs > 265
    assert planted.total() > 2_500
    assert alarms == []
    assert missed == []


@pytest.mark.parametrize("tag", MORE)
def test_languages_that_only_have_words_leave_correct_pairs_alone(tag: str) -> None:
    checker = checker_of(tag)
    said = [
        (t, f.rule) for s, t in pairs_of(tag, ("more",)) for f in checker.check(Pair(s, t)) if f.weight != "quality"
    ]
    assert pairs_of(tag, ("more",))
    assert said == []


@pytest.mark.parametrize("path", sorted(RULES[0].glob("*.toml")), ids=lambda path: path.stem)
def test_every_file_of_words_can_be_loaded(path) -> None:  # type: ignore[no-untyped-def]
    if path.stem not in ("names", "inn"):
        language = load_language(RULES, path.stem)
        assert language is not None
        assert {"negation", "concepts", "units"} <= language.has


@pytest.mark.parametrize(("tag", "source", "target", "rule"), CASES)
def test_single_errors(tag: str, source: str, target: str, rule: str) -> None:
    found = Counter(f.rule for f in checker_of(tag).check(Pair(source, target)) if f.weight is Weight.CRITICAL)
    assert rule in found, found


@pytest.mark.parametrize(("tag", "source", "target"), RIGHT)
def test_other_ways_to_say_it(tag: str, source: str, target: str) -> None:
    assert [
        (f.rule, f.message) for f in checker_of(tag).check(Pair(source, target)) if f.weight is not Weight.QUALITY
    ] == []
