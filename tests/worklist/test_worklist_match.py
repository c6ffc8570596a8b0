"""Names of medicines: exact or not at all."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaflets.worklist import Entry, Titles
from leaflets.worklist.match import fold, ingredients_of
from tests.worklist.library import TITLES


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("sertraline", "sertraline"),
        ("SERTRALINE", "sertraline"),
        (" Sertraline ", "sertraline"),
        ("Sertraline®", "sertraline"),
        ("creme brulante", "creme"),
        ("CRÈME  BRÛLANTE", "creme"),
        ("cre\u0300me bru\u0302lante", "creme"),
        ("Clonazepam + Sertraline", "clonazepam-sertraline"),
        ("sertraline+clonazepam", "clonazepam-sertraline"),
        ("Sertraline and Clonazepam", "clonazepam-sertraline"),
        ("Sertraline/Clonazepam", "clonazepam-sertraline"),
        ("sertraline & clonazepam", "clonazepam-sertraline"),
        ("Zidovudine, lamivudine, and abacavir", "mtx"),
        ("zidovudine; abacavir; lamivudine", "mtx"),
        ("clonazepam-sertraline", "clonazepam-sertraline"),
        ("zoloft", "sertraline"),
        ("Paracetamol 650 mg", "crocin-650"),
    ],
)
def test_a_name_that_is_there_is_found(name: str, slug: str) -> None:
    assert TITLES.find(name).slug == slug


@pytest.mark.parametrize(
    "name",
    [
        "sertralin", "sertraline 50 mg", "sertraline tablets", "sertraline hydrochloride", "sert",
        "clonazepam sertraline", "sertraline-clonazepam", "clonazepam + clonazepam",
        "clonazepam and sertraline and hydroxyzine", "paracetamol",
        "abacavir", "abacavir + lamivudine", "hydr", "", "+", "/", "and",
    ],
)  # fmt: skip
def test_a_name_that_is_not_there_is_never_guessed(name: str) -> None:
    match = TITLES.find(name)
    assert match.slug is None
    assert not match.several
    assert len(match.candidates) <= 5


def test_a_strength_or_one_of_several_ingredients_has_candidates_and_no_match() -> None:
    titles = Titles(
        [
            Entry("losartan-hctz", "Losartan + Hydrochlorothiazide", ("Losartan", "Hydrochlorothiazide")),
            Entry("metformin", "Metformin", ("Metformin",)),
        ]
    )
    for name, candidate in (
        ("Losartan", "Losartan + Hydrochlorothiazide (losartan-hctz)"),
        ("Metformin 500 mg film-coated tablets", "Metformin (metformin)"),
        ("Glucozid Metformin prolonged release 500 mg", "Metformin (metformin)"),
    ):
        match = titles.find(name)
        assert match.slug is None
        assert match.candidates == (candidate,)


def test_a_slip_has_candidates_the_nearest_first() -> None:
    assert TITLES.find("sertralin").candidates[0] == "Sertraline (sertraline)"


def test_names_that_look_alike_are_said() -> None:
    match = TITLES.find("hydrozyzine")
    assert {"Hydroxyzine (hydroxyzine)", "Hydralazine (hydralazine)"} <= set(match.candidates)
    assert match.alike is not None
    assert set(match.alike) == {"Hydroxyzine", "Hydralazine"}
    assert TITLES.find("zoloftt").alike is None


def test_a_title_of_two_monographs_is_an_error_with_both() -> None:
    match = TITLES.find("oral corticosteroids")
    assert match.several
    assert match.candidates == ("Oral Corticosteroids (steroids-a)", "Oral Corticosteroids (steroids-b)")
    assert TITLES.find("steroids-a").slug == "steroids-a"


def test_an_alternate_name_of_two_monographs_is_an_error() -> None:
    assert TITLES.find("twice").several


def test_a_title_counts_before_another_monographs_alternate_name() -> None:
    titles = Titles([Entry("vitamin-c", "Vitamin C"), Entry("ascorbic-acid", "Ascorbic Acid", (), ("Vitamin C",))])
    assert titles.find("vitamin c").slug == "vitamin-c"
    assert titles.find("vitamin c").by == "slug or title"


def test_a_slug_that_is_another_monographs_title_is_an_error() -> None:
    titles = Titles([Entry("aspirin", "Acetylsalicylic Acid"), Entry("asa-100", "Aspirin")])
    assert titles.find("aspirin").several


def test_the_same_ingredients_in_two_monographs_are_an_error() -> None:
    titles = Titles([Entry("a-b", "Alpha + Beta"), Entry("b-a", "Beta + Alpha")])
    assert titles.find("Beta and Alpha").several
    assert titles.find("beta + alpha").slug == "b-a"


def test_raised_digits_stay_apart() -> None:
    assert fold("Lactobacillus 10⁹") != fold("Lactobacillus 109")


def test_a_word_with_and_in_it_is_one_word() -> None:
    assert ingredients_of("Sandimmun") == ("sandimmun",)


@given(st.text(max_size=60))
def test_a_name_finds_only_what_it_is(name: str) -> None:
    slug = TITLES.find(name).slug
    if slug is not None:
        entry = next(e for e in TITLES.entries if e.slug == slug)
        own = {fold(n) for n in (entry.slug, entry.title, *entry.names, *entry.ingredients)}
        assert fold(name) in own or ingredients_of(name) == ingredients_of(entry.title)


def test_a_slip_among_thousands_of_titles_takes_milliseconds() -> None:
    titles = Titles(
        Entry(f"drug-{n:04}", f"{'abcdefghij'[n % 10]}medicine{n:04} + second{n % 71}") for n in range(4300)
    )
    titles.find("bmedicne0071")
    started = time.process_time()
    for n in range(50):
        assert titles.find(f"bmedicne{n:04}").candidates
    assert (time.process_time() - started) / 50 < 0.05
