"""Columns laid out once instead of twice, and balanced in a few passes instead of one for each line.

The engine draws every full page of columns twice, once to try and once to keep, and finds the height of the last
page's columns by adding one block's height at a time, a whole layout for each. That was more than half of a leaflet's
time. This does the same for the plain case that our styles use, keeps the trial when it is good, and looks for the
last page's height in growing steps. Everything else (spanning blocks, fixed heights, footnotes) goes to the engine's
own function.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from weasyprint.layout import block as engine_block  # type: ignore[import-untyped]
from weasyprint.layout import column as engine_column
from weasyprint.layout.percent import percentage, resolve_percentages  # type: ignore[import-untyped]

_own_columns_layout = engine_column.columns_layout


@dataclass(frozen=True, slots=True)
class _Fill:
    """Columns of one height."""

    columns: list[Any]
    resume_at: Any
    """Where the text goes on, or None when all of it stands in the columns."""
    next_page: Any


def install() -> None:
    """Take the place of the engine's function in this process."""
    engine_block.columns_layout = columns_layout


def columns_layout(
    context: Any, box: Any, bottom_space: float, skip_stack: Any, containing_block: Any, page_is_empty: bool,
    absolute_boxes: list[Any], fixed_boxes: list[Any], adjoining_margins: list[float], first_letter_style: Any,
    first_line_style: Any,
) -> tuple[Any, Any, Any, list[float], bool]:  # fmt: skip
    """Lay out a box of columns; the engine's own signature and result. All lengths are CSS pixels."""
    if not _is_plain(context, box):
        result: tuple[Any, Any, Any, list[float], bool] = _own_columns_layout(
            context, box, bottom_space, skip_stack, containing_block, page_is_empty, absolute_boxes, fixed_boxes,
            adjoining_margins, first_letter_style, first_line_style,
        )  # fmt: skip
        return result
    box = box.copy_with_children(box.children)
    box.position_y += engine_block.collapse_margin(adjoining_margins)
    engine_block.block_level_width(box, containing_block)
    count, top = box.style["column_count"], box.content_box_y()
    gap = _gap(box)
    width = max(0, box.width - (count - 1) * gap) / count
    children = [child.copy() for child in box.children]
    shapes = context.excluded_shapes[:]

    def fill(room_below: float, *, empty: bool) -> _Fill | None:
        """Columns that end ``room_below`` above the page's bottom, or None when not even the first block fits."""
        context.excluded_shapes[:] = shapes
        columns: list[Any] = []
        resume_at, next_page = skip_stack, {"break": "any", "page": None}
        for number in range(count):
            column = _column(box, containing_block, children, width, top)
            place = count - 1 - number if box.style["direction"] == "rtl" else number
            column.position_x += place * (width + gap)
            new, after, page, _, _, _ = engine_block.block_box_layout(
                context, column, room_below, resume_at, containing_block, empty, absolute_boxes, fixed_boxes, None,
                first_letter_style, first_line_style, discard=False, max_lines=None,
            )  # fmt: skip
            if new is None:
                if not columns:
                    return None
                break
            columns.append(new)
            resume_at, next_page = after, page
            if resume_at is None:
                break
        return _Fill(columns, resume_at, next_page)

    context.in_column = True
    try:
        filled = fill(bottom_space, empty=page_is_empty)
        if filled is None:
            return None, (0, None), {"break": "any", "page": None}, [], False
        if filled.resume_at is None and box.style["column_fill"] == "balance":
            total = sum(_used(column, top) for column in filled.columns)
            for height in _heights(total / count, box.style["font_size"], context.page_bottom - top - bottom_space):
                engine_block.remove_placeholders(context, filled.columns, absolute_boxes, fixed_boxes)
                balanced = fill(context.page_bottom - top - height, empty=False)
                if balanced is not None:
                    filled = balanced
                    if balanced.resume_at is None:
                        break
            else:
                engine_block.remove_placeholders(context, filled.columns, absolute_boxes, fixed_boxes)
                filled = fill(bottom_space, empty=page_is_empty)
                assert filled is not None
    finally:
        context.in_column = False
    box.height = max(column.margin_height() for column in filled.columns)
    for column in filled.columns:
        column.height = box.height
    box.children = filled.columns
    return box, filled.resume_at, filled.next_page, [], False


def _is_plain(context: Any, box: Any) -> bool:
    style = box.style
    return (
        bool(box.children)
        and style["column_width"] == "auto"
        and style["column_count"] != "auto"
        and style["height"] == "auto"
        and style["min_height"] in ("auto", (0, "px"))
        and style["position"] == "static"
        and not context.current_page_footnotes
        and all(child.style["column_span"] != "all" for child in box.children)
    )


def _gap(box: Any) -> float:
    if box.style["column_gap"] == "normal":
        return float(box.style["font_size"])
    return float(percentage(box.style["column_gap"], box.style, box.width))


def _column(box: Any, containing_block: Any, children: list[Any], width: float, top: float) -> Any:
    column = box.anonymous_from(box, children=children)
    resolve_percentages(column, containing_block)
    column.is_column = True
    column.width = width
    column.position_x = box.content_box_x()
    column.position_y = top
    return column


def _used(column: Any, top: float) -> float:
    """Height that a column's own text takes."""
    flow = [child for child in column.children if child.is_in_normal_flow()]
    return float(flow[-1].position_y + flow[-1].margin_height() - flow[-1].margin_bottom - top) if flow else 0.0


def _heights(least: float, step: float, most: float) -> list[float]:
    """Heights to try: a line more than the even share, then more and more, always less than all that there is."""
    heights = [least + step]
    while heights[-1] + step < most:
        heights.append(heights[-1] + step)
        step *= 1.5
    return [height for height in heights if height < most]
