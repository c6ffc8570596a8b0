"""What the ledger says must stand in the finished file: letter for letter, wherever a line or a page has ended."""

from __future__ import annotations

import pytest

from leaflets.kit import Kit
from leaflets.proof import added_quantities, missing_words

LABEL = "老年患者：从低剂量开始，并更频繁地检查肾功能。"


def lost(page: str, *texts: str) -> list[str]:
    return [problem.message for problem in missing_words(page, [(text, text, 7) for text in texts], "m.md")]


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("Take 5 mg\nonce a day.", "Take 5 mg once a day."),
        ("从低剂量开始，并更频繁地检\n查肾功能。", "从低剂量开始，并更频繁地检查肾功能。"),
        # What no page shows, a file does not hold; the source does.
        ("Take 5mg.", "Take 5\u200bmg."),
        ("Take 5mg.", "Take\ufeff 5\ufeffmg."),
        # Over a page's end, where the margins speak between the two halves.
        ("从低剂量开始，并更频繁地检\n第 1 页\f查肾功能。\n第 2 页", "从低剂量开始，并更频繁地检查肾功能。"),
        # A label that became a heading; the other language's heading stands beside it.
        ("老年患者 Elderly Patients\n从低剂量开始，并更频繁地检\n查肾功能。\nStart low", LABEL),
    ],
)
def test_what_stands_there_is_found(page: str, text: str) -> None:
    assert lost(page, text) == []


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("Take 5 mg a day.", "Take 5 mg once a day."),
        ("Take 500 mg.", "Take 5 mg."),
        ("Take if 5 mg.", "Take if > 5 mg."),
        ("老年患者 Elderly Patients\n从低剂量开始，并更频繁地检\nStart low", LABEL),
        ("Elderly Patients\n从低剂量开始，并更频繁地检\n查肾功能。", LABEL),
        # The halves of a page's end must be the end of one and the beginning of the next.
        ("从低剂量开始，并更频繁地检\n第 1 页\f第 2 页 查肾功能。", "从低剂量开始，并更频繁地检查肾功能。"),
    ],
)
def test_what_does_not_is_told(page: str, text: str) -> None:
    (message,) = lost(page, text)
    assert "is not in the finished file" in message


def test_a_hidden_character_in_a_dose_is_no_other_dose(kit: Kit) -> None:
    said = ["Take 5\u200bmg or 10\ufeff mg."]
    assert added_quantities("Take 5mg or 10 mg.", said, kit.units, "m.md") == []
    (problem,) = added_quantities("Take 5mg or 20 mg.", said, kit.units, "m.md")
    assert "“20 mg”" in problem.message


def test_a_label_that_is_lost_here_and_stands_elsewhere_is_told() -> None:
    (message,) = lost("Adults\nTake 5 mg.\nTake 9 mg.", "Adults: Take 5 mg.", "Adults: Take 9 mg.")[:1]
    assert "adults" in message
