"""Sections, labels, qualifiers, questions and states of monographs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from leaflets.monograph import Kind, Monograph, State

Read = Callable[..., Monograph]


def sections(monograph: Monograph) -> list[tuple[str, str]]:
    return [(block.section, block.text) for block in monograph.blocks]


def test_content_inside_a_heading_becomes_content(read: Read) -> None:
    monograph = read("## **Dosage**\n### **Standard Dosage**\n#### **Children:** Not recommended under 18.\n")
    assert sections(monograph) == [("dosage.children", "Not recommended under 18.")]


def test_a_qualifier_stays_visible(read: Read) -> None:
    monograph = read("## Dosage\n#### Children (6-17 years):\n\n10 mg\n")
    assert [(b.text, b.qualifier, b.state) for b in monograph.blocks] == [
        ("(6-17 years)", "6-17 years", State.LABEL), ("10 mg", "6-17 years", State.STATED),
    ]  # fmt: skip


def test_a_heading_that_says_more_is_kept_whole(read: Read) -> None:
    monograph = read("## Dosage\n#### Adults and Children 12 years and older\n\n10 mg\n")
    assert sections(monograph) == [
        ("dosage.adults", "Adults and Children 12 years and older"), ("dosage.adults", "10 mg"),
    ]  # fmt: skip


def test_a_heading_over_two_sections_goes_where_safety_is(read: Read) -> None:
    monograph = read("## **Popular Combinations & Precautions:**\n\nMonitor the liver.\n")
    assert monograph.blocks[-1].section == "precautions"
    assert monograph.blocks[0].text == "Popular Combinations & Precautions:"


def test_labels_lead_to_their_section(read: Read) -> None:
    monograph = read(
        "## Usage\nFor pain.\n\n**Mechanism of Action:**\n\n* Blocks a thing.\n\n## Dosage\n#### Special Cases:\n"
        "- **Elderly Patients**: Half.\n- **Patients with Renal Impairment:** Less.\n"
    )
    assert [b.section for b in monograph.blocks] == [
        "indications", "mechanism", "mechanism", "dosage.special.elderly", "dosage.special.renal",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "faq",
    [
        "### **Q1: Missed a dose?**\n\n**A:** Take it soon.\n",
        "**Q1. Missed a dose?**\n\n**A**: Take it soon.\n",
        "- **Q1: Missed a dose?**\n- **A:** Take it soon.\n",
        "- **Q1: Missed a dose?**\n    - A: Take it soon.\n",
        "**Missed a dose?**\n\nTake it soon.\n",
        "**Q: Missed a dose?** A: Take it soon.\n",
        "Q1: Missed a dose?\nA: Take it soon.\n",
    ],
)
def test_questions_in_every_form(read: Read, faq: str) -> None:
    monograph = read(f"## Usage\nFor pain.\n\n## FAQs\n{faq}")
    question, *answers = [b for b in monograph.blocks if b.section == "faqs"]
    assert (question.kind, question.text, question.topics[0]) == (Kind.QUESTION, "Missed a dose?", "missed_dose")
    assert [(a.text, a.group == question.group, a.topics) for a in answers] == [
        ("Take it soon.", True, question.topics)
    ]


def test_an_ingredient_is_no_drink(read: Read) -> None:
    asked = ["What is the dosage for Benzyl Alcohol + Menthol?", "Is wool alcohol inside?", "May I drink alcohol?"]
    monograph = read("## FAQs\n" + "".join(f"### Q1: {question}\n\n**A:** So.\n" for question in asked))
    found = ["alcohol" in block.topics for block in monograph.blocks if block.kind is Kind.QUESTION]
    assert found == [False, False, True]


def test_a_question_without_an_answer_is_said(read: Read) -> None:
    monograph = read("## FAQs\n### Q1: How is it stored?\n\n### Q2: Is it safe?\n\n**A:** See above.\n")
    assert [b.state for b in monograph.blocks] == [State.UNANSWERED, State.UNANSWERED, State.PLACEHOLDER]
    assert sum(p.rule == "question-without-answer" for p in monograph.problems) == 2


def test_a_disclaimer_is_parted_from_the_last_answer(read: Read) -> None:
    monograph = read(
        "## FAQs\n### Q1: Is it safe?\n\n**A:** Yes.\n\n"
        "This information is current as of February 16, 2025 and may change.\n"
    )
    assert [b.section for b in monograph.blocks] == ["faqs", "faqs", "trailer"]


def test_front_matter_questions_only_when_the_body_has_none(kit: object) -> None:
    from leaflets.reader import read_monograph
    from leaflets.source import parse_source

    head = "---\ntitle: X\nfaqs:\n  - q: 'Is it safe?**\n\n\n      **A:** Yes.'\n    a: 'A:** Yes.'\n---\n"
    for body, expected in (("For pain.\n", ["For pain.", "Is it safe?", "Yes."]),
                           ("## FAQs\n### Q1: Why?\n\n**A:** So.\n", ["Why?", "So."])):  # fmt: skip
        source = parse_source((head + body).encode(), "x", "x.md")
        assert [b.text for b in read_monograph(source, kit.rules).blocks] == expected  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("This drug has been banned in India.\n\n## Usage\nPain.\n", "banned"),
        ("Withdrawn from the market in 2004.\n\n## Usage\nPain.\n", "withdrawn"),
        ("## Usage (Historical)\nPain.\n", "withdrawn"),
        ("## Usage\nTestamol is primarily used in veterinary medicine.\n", "veterinary"),
        ("## Usage\nTestamol is not a drug but a lab value.\n", "not-a-medicine"),
        (
            "Testamol is not available as a standalone drug; it is used with Otherol.\n\n## Usage\nPain.\n",
            "other-product",
        ),
        ("## Usage\nPain.\n\n## Alternate Names\nAs an AI, I cannot provide names.\n", "machine-text"),
        ("## A\n## Usage\nPain, testamol.\n\n## B\n## Usage\nFever.\n", "two-monographs"),
        ("_(No details available)_\n", "no-content"),
        ("## Usage\nAnother thing altogether.\n", "title-not-in-text"),
        ("## Usage\nPain, testamol. [Insert dosage here]\n", "template-text"),
    ],
)
def test_danger_stops_the_patient_leaflet_and_has_a_line(read: Read, body: str, rule: str) -> None:
    monograph = read(body)
    finding = next(f for f in monograph.findings if f.rule == rule)
    assert finding.stops
    assert finding.line >= 4
    assert any(p.rule == rule and p.file == "testamol.md" and p.line == finding.line for p in monograph.problems)


@pytest.mark.parametrize(
    "body",
    [
        "## Usage\nTestamol treats pain. Studies in animals showed no harm.\n",
        "## Usage\nTestamol is used in children. It is not a cure.\n",
        "## Usage\nTestamol for pain.\n\n## Precautions\n* Treatment should be withdrawn slowly. See your doctor.\n",
        "## Usage\nTestamol for pain.\n\n## Dosage\nDo not exceed 4 g. No longer than 3 days.\n",
    ],
)
def test_ordinary_text_does_not_stop_it(read: Read, body: str) -> None:
    assert [f.rule for f in read(body).findings if f.stops] == []


def test_truncation_is_seen_in_a_long_text_only(read: Read) -> None:
    long = "## Usage\nTestamol for pain.\n\n## Drug Interactions\n" + "* Something else.\n" * 25 + "* Thiazolidin\n"
    assert [f.rule for f in read(long).findings if f.stops] == ["truncated"]
