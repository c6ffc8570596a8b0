"""The size of a label's type: the largest that fits, as a plain search through all sizes finds it."""

from __future__ import annotations

import random
from typing import Any

import pytest
import segno

from leaflets.pdf import label_layout, label_needs
from leaflets.pdf.faces import load_faces
from leaflets.pdf.fonts import default_rules
from leaflets.pdf.label import Code, DayGrid, Line, StampText
from leaflets.pdf.label_flow import DoesNotFit, Flow, LabelLayout, Measured, Rect

CODE = Code(
    tuple(tuple(row) for row in segno.make("LF7K-2M9Q-XD4P", error="m", micro=False).matrix), "LF7K-2M9Q", "Code"
)
NAMES = [
    ("Zoë Müller-Ångström", ""), ("محمد علي عبد الرحمن", "ar"), ("क्षेत्रपाल शर्मा", "hi"), ("王小明", "zh"),
    ("김철수", "ko"), ("สมชาย ใจดี", "th"), ("Donaudampfschifffahrtsgesellschaftskapitänswitwe", "de"),
    ("Ирина Щукина", "ru"), ("A", ""),
]  # fmt: skip
DIRECTIONS = [
    "Once a day.",
    "1 - 0 - 1 - 0\n2 - 0 - 0 - 2",
    "Take 1 tablet twice a day with a glass of water.",
    "Take 5 ml (250 mg) every 6–8 hours.",
    "خذ (500 mg) ثم 1-0-2، على الأكثر 3000 mg.",
    "每日两次，每次1片，饭后服用。",
    "Take 1 tablet in the morning and 2 in the evening. Swallow whole. If you vomit within 1 hour, take 500 mg once "
    "more, not more than 3000 mg in 24 hours.",
]
GRIDS = [("1 tablet", "", "1 tablet", ""), ("10 ml (500 mg)", "", "", "½ tablet"), ("", "", "", "")]
OTHERS = [
    Line("Quantity:", "60 tablets"), Line("Prescriber:", "Dr Example-Longname"), Line("No.:", "RX-2026-000123"),
    Line("Date:", "23/11/2026"), Line("", "Corner Pharmacy · 555 0100", common=True), Line("", " "),
]  # fmt: skip


def some_label(chance: random.Random) -> StampText:
    name, lang = chance.choice(NAMES)
    lines = [Line("For:", name, lang, bold=True), Line("", chance.choice(DIRECTIONS), bold=True)]
    lines += [line for line in OTHERS if chance.random() < 0.5]
    grid = DayGrid(("Morning", "Noon", "Evening", "Bedtime"), chance.choice(GRIDS)) if chance.random() < 0.5 else None
    return StampText(tuple(lines), grid, CODE if chance.random() < 0.6 else None)


def plain_search(
    label: StampText, measured: Measured, rect: Rect, sizes: tuple[float, float], *, rtl: bool
) -> tuple[LabelLayout | str, int]:
    """What is found when each size is tried, and how many were."""
    failure, tried = "", 0
    for strict in (True, False):
        for size in label_layout._sizes(*sizes):
            flow = Flow(rect, size, sizes[1], strict=strict, rtl=rtl)
            tried += 1
            try:
                flow.place_code(label, measured)
                return flow.place(label, measured), tried
            except DoesNotFit as error:
                failure = str(error)
    return failure, tried


@pytest.mark.parametrize("sizes", [(11.0, 9.0), (18.0, 16.0), (34.0, 12.0)])
@pytest.mark.parametrize("rtl", [False, True])
def test_the_search_finds_what_a_plain_one_finds(
    sizes: tuple[float, float], rtl: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(f"{sizes} {rtl}")
    faces = load_faces(default_rules())
    placed: list[int] = []
    place = Flow.place

    def counted(self: Flow, *args: Any) -> LabelLayout:
        placed.append(1)
        return place(self, *args)

    plain = fitting = 0
    for _ in range(60):
        label = some_label(chance)
        rect = (0.0, 0.0, chance.uniform(60, 420), chance.uniform(30, 300))
        measured = label_layout.measure_label(label, faces, "ar" if rtl else "en", rtl=rtl)
        wanted, tried = plain_search(label, measured, rect, sizes, rtl=rtl)
        plain += tried
        fitting += not isinstance(wanted, str)
        found: LabelLayout | str
        with monkeypatch.context() as patch:
            patch.setattr(Flow, "place", counted)
            try:
                found = label_layout.lay_out(label, measured, rect, sizes, rtl=rtl)
            except DoesNotFit as error:
                found = str(error)
        assert found == wanted
    assert 10 < fitting < 60, "labels of both kinds"
    assert len(placed) < plain * 0.8


def test_what_is_needed_is_not_asked_of_a_label_that_fits_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    label = StampText((Line("For:", "Ana"),))
    measured = label_layout.measure_label(label, load_faces(default_rules()), "en", rtl=False)
    monkeypatch.setattr(label_layout, "least_needs", lambda measured: pytest.fail("asked"))
    layout = label_layout.lay_out(label, measured, (0.0, 0.0, 200.0, 100.0), (11.0, 9.0), rtl=False)
    assert layout.fields[0].lines[0].size == 11


def test_a_name_is_not_kept() -> None:
    label = StampText((Line("For:", "Xaver Ypsilon"),))
    measured = label_layout.measure_label(label, load_faces(default_rules()), "en", rtl=False)
    needs = label_needs.least_needs(measured)
    assert "Xaver" not in repr(needs)
    assert 0 < needs.fields[0] < 13
