"""Markdown comes apart into blocks without losing a sign."""

from __future__ import annotations

import pytest

from leaflets.markup import parse_body


def texts(body: str) -> list[str]:
    return ["".join(run.plain for run in block.runs) for block in parse_body(body)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("* >8-16 kg: 32 mg twice daily", [">8-16 kg: 32 mg twice daily"]),
        ("- >= 1 year: 5 mg", [">= 1 year: 5 mg"]),
        (">2kg: 5 mg\n\n<2kg: 2 mg", [">2kg: 5 mg", "<2kg: 2 mg"]),
        ("HLA-B*5701 and HLA-B*5702", ["HLA-B*5701 and HLA-B*5702"]),
        ("weight (kg)*2.4 + 500", ["weight (kg)*2.4 + 500"]),
        ("&lt;5 mg &amp; &#39;more&#39;", ["<5 mg & 'more'"]),
        ("[note]: http://example.org", ["[note]: http://example.org"]),
        ("see [this](http://example.org/a)", ["see this (http://example.org/a)"]),
        ("a <script>x</script> b", ["a <script>x</script> b"]),
        ("```\ncode 5 mg\n```", ["code 5 mg"]),
        ("* `<20 kg:** 0.25 mg/day", ["<20 kg: 0.25 mg/day"]),
        ("*Screen for it\n*Treat it", ["Screen for it", "Treat it"]),
        ("Text:\n    * one\n    * two", ["Text:", "one", "two"]),
        ("5 mg\u00a0daily \u2013 it\u2019s", ["5 mg\u00a0daily \u2013 it\u2019s"]),
    ],
)
def test_no_sign_is_lost(body: str, expected: list[str]) -> None:
    assert texts(body) == expected


def test_stacked_dose_lines_stay_apart() -> None:
    assert texts("CrCl 30-50: 2.5 mg\nCrCl 10-30: 1 mg") == ["CrCl 30-50: 2.5 mg\nCrCl 10-30: 1 mg"]


def test_text_that_plainly_runs_on_is_joined() -> None:
    assert texts("Take it with a glass of\nwater.") == ["Take it with a glass of water."]


def test_raised_digits_do_not_become_another_number() -> None:
    assert texts("5 x 10<sup>9</sup>/L and CO<sub>2</sub>") == ["5 x 10⁹/L and CO₂"]


def test_tables_keep_their_signs_and_head() -> None:
    rows = parse_body("| ULN | dose |\n|---|---|\n| <1.0 | ≥2 mg |")
    assert [(row.text, row.head) for row in rows] == [("ULN | dose", True), ("<1.0 | ≥2 mg", False)]


def test_lists_know_depth_number_and_line() -> None:
    blocks = parse_body("1. one\n2. two\n    * deep\n")
    assert [(b.text, b.depth, b.ordinal, b.line) for b in blocks] == [
        ("one", 0, 1, 1), ("two", 0, 2, 2), ("deep", 1, None, 3),
    ]  # fmt: skip


def test_deep_nesting_ends() -> None:
    body = "\n".join("  " * depth + "* x" for depth in range(300))
    assert parse_body(body)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("platelets <50x10**9/L", ["platelets <50x10**9/L"]),
        ("Give 5 mg (*) or 6 mg (*).", ["Give 5 mg (*) or 6 mg (*)."]),
        (r"take \*\*5 mg", ["take **5 mg"]),
        ("2019. That year 5 mg", ["2019. That year 5 mg"]),
        ("x<sup>2 then 5 mg daily", ["x<sup>2 then 5 mg daily"]),
    ],
)
def test_what_only_looks_like_a_mark_stays(body: str, expected: list[str]) -> None:
    assert texts(body) == expected
    assert all(block.ordinal is None for block in parse_body(body))
    assert not any(run.position or run.italic for block in parse_body(body) for run in block.runs)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("a\n\n1)\n\nb\n", [("paragraph", "a"), ("paragraph", "1)"), ("paragraph", "b")]),
        ("1.\nText 5 mg\n", [("paragraph", "1.\nText 5 mg")]),
        ("1. a\n2.\n3. c\n", [("item", "a\n2."), ("item", "c")]),
        ("1.\n   Text\n2. b\n", [("item", "Text"), ("item", "b")]),
        ("+\n\na\n+\n", [("paragraph", "+"), ("paragraph", "a\n+")]),
    ],
)
def test_a_marker_with_nothing_behind_it_is_kept(body: str, said: list[tuple[str, str]]) -> None:
    assert [(block.kind, block.text) for block in parse_body(body)] == said


@pytest.mark.parametrize("edge", ["|", ""])
def test_a_row_that_is_wider_than_its_head_is_kept_whole(edge: str) -> None:
    rows = ("Age | Dose", "--- | ---", "2 years | 5 mg | twice a day", "6 years | 10 mg", "9 years | 1 \\| 2 | a | b")
    blocks = parse_body("".join(f"{edge}{row}{edge}\n" for row in rows) + "\nAfter.\n")
    assert [len(block.cells) for block in blocks] == [4, 4, 4, 4, 0]
    assert blocks[1].text.split(" | ")[:3] == ["2 years", "5 mg", "twice a day"]
    assert blocks[3].text == "9 years | 1 | 2 | a | b"
    assert blocks[4].text == "After."
    assert [block.line for block in blocks] == [1, 3, 4, 5, 7]


def test_tables_that_fit_are_left_as_they_are() -> None:
    body = "a | b\n--- | ---\n1 | 2\n\n- - -\n\nText\n---\n"
    assert [(block.kind, block.text) for block in parse_body("Text\n---\n5 mg | daily\n")] == [
        ("paragraph", "Text"), ("paragraph", "5 mg | daily"),
    ]  # fmt: skip
    assert [(block.kind, block.text) for block in parse_body(body)] == [
        ("row", "a | b"), ("row", "1 | 2"), ("paragraph", "Text"),
    ]  # fmt: skip
