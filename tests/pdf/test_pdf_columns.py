"""Our columns against the engine's own: the same text on the same pages, and a last page that is balanced."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from leaflets.pdf import default_rules
from leaflets.pdf.engine import _engine

WORDS = "Take one tablet with a glass of water at the same hour of each day and write it down. "
STYLE = (
    "@page { size: 300px 400px; margin: 20px } p { margin: 0 0 8px } body { font: 12px/16px 'Noto Sans'; margin: 0 }"
)


@pytest.fixture(scope="module")
def engine() -> Iterator[Any]:
    from weasyprint.layout import block, column  # type: ignore[import-untyped]

    yield _engine(default_rules())
    from leaflets.pdf import columns

    assert column.columns_layout is not columns.columns_layout
    block.columns_layout = columns.columns_layout


def pages(engine: Any, html: str, *, own: bool) -> list[list[tuple[float, float, str]]]:
    """Each page's lines as x, y and text."""
    from weasyprint.layout import block, column

    from leaflets.pdf import columns

    block.columns_layout = columns.columns_layout if own else column.columns_layout
    document = engine.weasyprint.HTML(string=html).render(
        stylesheets=[engine.weasyprint.CSS(string=STYLE, font_config=engine.fonts)], font_config=engine.fonts
    )
    out = []
    for page in document.pages:
        boxes = [box for box in page._page_box.descendants() if getattr(box, "text", "").strip()]
        out.append([(round(box.position_x, 2), round(box.position_y, 2), box.text) for box in boxes])
    return out


def text_of(found: list[list[tuple[float, float, str]]]) -> list[str]:
    return [" ".join(text for _, _, text in page) for page in found]


def flow(count: int, style: str = "", inner: str = "") -> str:
    body = "".join(f"<p style='{inner}'>{n}. {WORDS}</p>" for n in range(count))
    return f"<h1>Head</h1><div style='columns: 2; column-gap: 10px; {style}'>{body}</div>"


@pytest.mark.parametrize("inner", ["", "break-inside: avoid", "orphans: 3; widows: 3"])
def test_full_pages_are_the_engine_s(engine: Any, inner: str) -> None:
    html = flow(30, inner=inner)
    ours, theirs = pages(engine, html, own=True), pages(engine, html, own=False)
    assert len(ours) == len(theirs) > 2
    assert ours[:-1] == theirs[:-1]
    assert text_of(ours) == text_of(theirs)


def test_the_last_page_is_balanced(engine: Any) -> None:
    (page,) = pages(engine, flow(5), own=True)
    left = [y for x, y, _ in page if x < 100 and y > 60]
    right = [y for x, y, _ in page if x > 100]
    assert min(right) == min(left)
    assert abs(max(left) - max(right)) <= 3 * 16


def test_columns_that_shall_not_be_balanced_are_not(engine: Any) -> None:
    (page,) = pages(engine, flow(3, "column-fill: auto"), own=True)
    assert not [x for x, _, _ in page if x > 100]


def test_right_to_left_starts_on_the_right(engine: Any) -> None:
    (page,) = pages(engine, flow(4, "direction: rtl"), own=True)
    assert next(x for x, _, text in page if text.startswith("0.")) > 100


@pytest.mark.parametrize("style", ["height: 100px", "min-height: 300px", "position: relative"])
def test_what_is_not_plain_is_left_to_the_engine(engine: Any, style: str) -> None:
    assert pages(engine, flow(4, style), own=True) == pages(engine, flow(4, style), own=False)


def test_a_block_too_tall_for_any_page_ends(engine: Any) -> None:
    html = flow(2, inner="height: 900px; break-inside: avoid")
    assert [t for t in text_of(pages(engine, html, own=True)) if "1." in t]
