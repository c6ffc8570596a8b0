"""Tables that are wider than their place give way, step by step, and never within a number or a word."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from leaflets.build import build_one
from leaflets.errors import ExitCode
from leaflets.jobs import Job
from leaflets.leaflet import Leaflet, LeafletSection, Node, Span, Strip
from leaflets.loosen import COLUMNS, MOST, UNITS, loosened, pieces
from leaflets.pdf import extract_text
from leaflets.quantities import NO_BREAK

from .conftest import ROOT

RANGE = "10\u00a0to\u00a0<11\u00a0g"
GROUPED = "10\u00a0000\u00a0mg"
HEAD = "---\ntitle: Testamol\nlanguage: en\n---\n## Dosage\n- Adults: 5 mg once a day.\n\n"


def leaflet_of(*nodes: Node) -> Leaflet:
    part = LeafletSection("dose", "Dose", 2, nodes=nodes)
    return Leaflet(
        slug="t", variant="patient", locale="en-US", direction="ltr", edition="standard", paper="a4", kicker="k",
        title="T", short_title="T", subtitle="", strip=Strip(source="s", state="draft", build="b"),
        sections=(LeafletSection("how", "How", 1, sections=(part,)),),
    )  # fmt: skip


def cell(text: str) -> Node:
    return Node("cell", ((Span("Hb "), Span(text, bold=True, quantity=True)),))


def texts(leaflet: Leaflet) -> list[str]:
    (part,) = leaflet.sections[0].sections
    paragraph, table = part.nodes
    return [
        "".join(span.text for span in node.lines[0]) for node in (paragraph, *table.children[0].children)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (0, [f"Hb {RANGE}", f"Hb {GROUPED}"]),
        (1, ["Hb 10\u00a0to <11\u00a0g", f"Hb {GROUPED}"]),
        (COLUMNS, ["Hb 10\u00a0to <11\u00a0g", f"Hb {GROUPED}"]),
        (MOST, ["Hb 10 to <11 g", "Hb 10\u00a0000 mg"]),
    ],
)
def test_only_tables_give_way_and_no_number_does(step: int, said: list[str]) -> None:
    table = Node("table", children=(Node("row", children=(cell(RANGE), cell(GROUPED))),))
    leaflet = leaflet_of(Node("paragraph", ((Span("Hb "), Span(RANGE, quantity=True)),)), table)
    loose = loosened(leaflet, step)
    assert texts(loose) == [f"Hb {RANGE}", *said]
    assert loose.loose is (step >= COLUMNS)
    if step == 0:
        assert loose is leaflet


def test_beside_another_language_a_long_quantity_gives_way_at_last() -> None:
    long, short = "30\u00a0to\u00a060\u00a0mL/min/1.73\u00a0m²", "500\u00a0mg"
    line = (Span("eGFR "), Span(long, quantity=True), Span(short, quantity=True))
    alone = leaflet_of(Node("paragraph", (line,)))
    both = replace(alone, beside=leaflet_of(Node("paragraph", (line,))))
    for leaflet, step in ((alone, MOST), (both, UNITS)):
        assert loosened(leaflet, step).sections == leaflet.sections
        assert pieces(leaflet, step) == ()
    loose = loosened(both, MOST)
    assert loose.beside is not None
    for side in (loose, loose.beside):
        (node,) = side.sections[0].sections[0].nodes
        # Each part holds together; only between two of them a line may end.
        held = [span.text for span in node.lines[0] if span.quantity]
        assert held == ["30", "to", "60", "mL/min/1.73", "m²", short]
        assert "".join(span.text for span in node.lines[0]) == f"eGFR {long}{short}".replace(
            long, long.replace(NO_BREAK, " ")
        )
    assert {"30 to 60", "mL/min/1.73 m²", "30"} <= set(pieces(both, MOST))


def build(tmp_path: Path, table: str, *, variant: str = "clinician") -> tuple[ExitCode | int, str]:
    source = tmp_path / "testamol.md"
    source.write_text(HEAD + table, encoding="utf-8")
    outcome = build_one(
        Job(str(source), "testamol", variant, "en-US", "standard", "letter", str(tmp_path / "out"), str(ROOT))
    )
    if outcome.path is None:
        return outcome.code, "\n".join(str(problem) for problem in outcome.problems)
    return outcome.code, extract_text((tmp_path / "out" / outcome.path).read_bytes())


def test_a_table_of_ranges_is_printed_whole(tmp_path: Path) -> None:
    ranges = [f"{n} to <{n + 1} g" for n in range(10, 15)]
    rows = ["| Hb | " + " | ".join(ranges) + " |", "|---" * 6 + "|", "| level | " + " | ".join("abcde") + " |"]
    code, said = build(tmp_path, "\n".join(rows))
    assert code == ExitCode.OK, said
    assert all(one in " ".join(said.split()) for one in ranges)


def test_what_cannot_give_way_is_refused_and_named(tmp_path: Path) -> None:
    rows = ["|" + " x |" * 24, "|---" * 24 + "|", "|" + " 123456789 mg |" * 24]
    code, said = build(tmp_path, "\n".join(rows))
    assert code == ExitCode.PDF
    assert "[too-wide]" in said
    assert "is wider than its place" in said
