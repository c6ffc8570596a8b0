"""The same ingredient in two medicines of a packet, however each of them is named."""

from __future__ import annotations

import pytest

from leaflets.packet_rules import packet_rules
from leaflets.worklist import Entry, find_doubles
from tests.conftest import ROOT

RULES = packet_rules(ROOT)


def doubles(*medicines: str | Entry) -> list[tuple[str, tuple[int, ...]]]:
    entries = [Entry(m, m) if isinstance(m, str) else m for m in medicines]
    return [(d.name, d.medicines) for d in find_doubles(entries, RULES.salts, RULES.same)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Paracetamol", "Codeine + Paracetamol"),
        ("Paracetamol", "Codeine and Acetaminophen"),
        ("Paracetamol", "PARACETAMOL"),
        ("Metformin", "Glimepiride + Metformin Hydrochloride"),
        ("Amlodipine", "Amlodipine Besylate, Atorvastatin Calcium Trihydrate"),
        ("Losartan / Hydrochlorothiazide", "Hydrochlorothiazide"),
        ("Salbutamol Sulphate", "Albuterol (inhaled) & Ipratropium Bromide"),
        ("Ibuprofen 400 mg", "Ibuprofen + Famotidine"),
        ("Crème + Zinc", "creme"),
    ],
)
def test_the_same_ingredient_is_found(one: str, other: str) -> None:
    for pair in ((one, other), (other, one)):
        (found,) = doubles(*pair)
        assert found[1] == (0, 1)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Paracetamol", "Ibuprofen"),
        ("Prednisone", "Prednisolone"),
        ("Hydroxyzine", "Hydralazine"),
        ("Sodium Chloride", "Potassium Chloride"),
        ("Vitamin B6", "Vitamin B12"),
        ("Insulin Aspart", "Insulin Glargine"),
        ("Folic Acid", "Folinic Acid"),
    ],
)
def test_others_are_not(one: str, other: str) -> None:
    assert doubles(one, other) == []


def test_the_front_matter_knows_what_a_brand_holds() -> None:
    brand = Entry("crocin-650", "Crocin 650", ("Paracetamol 650 mg", "Caffeine"))
    assert doubles(brand, "Paracetamol", "Acetaminophen + Codeine") == [("Paracetamol", (0, 1, 2))]


def test_each_ingredient_once_and_a_medicine_that_stands_twice() -> None:
    assert doubles("Losartan", "Losartan + Hydrochlorothiazide", "Hydrochlorothiazide", "Aspirin") == [
        ("Losartan", (0, 1)),
        ("Hydrochlorothiazide", (1, 2)),
    ]
    assert doubles("Metformin", "Metformin") == [("Metformin", (0, 1))]
    assert doubles("Metformin + Metformin Hydrochloride") == []
