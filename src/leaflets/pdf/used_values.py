"""Margins, paddings, borders and sizes that are the same wherever a box stands, worked out once for each style.

The engine does it for each box each time that it is laid out: eighteen values, one by one. Only what depends on the box
around it (percentages, functions, borders that collapse) must be.
"""

from __future__ import annotations

from typing import Any

from weasyprint.layout import percent  # type: ignore[import-untyped]

from leaflets.pdf.replaced import stand_in

_SIDES = ("top", "right", "bottom", "left")
_LENGTHS = (
    *(f"{name}_{side}" for name in ("margin", "padding") for side in _SIDES),
    *("width", "min_width", "max_width", "height", "min_height", "max_height"),
)
_SET = (*_LENGTHS, *(f"border_{side}_width" for side in _SIDES))
"""All that the engine's function sets on a box."""

_own_resolve = percent.resolve_percentages


def install() -> None:
    """Take the place of the engine's function in this process."""
    stand_in(_own_resolve, resolve_percentages)


def resolve_percentages(box: Any, containing_block: Any) -> None:
    """Set used values on a box; the engine's own signature and result."""
    style = box.style
    try:
        known = style.known_values
    except AttributeError:
        _own_resolve(box, containing_block)
        fixed = style["border_collapse"] != "collapse" and all(_is_fixed(style[name]) for name in _LENGTHS)
        style.known_values = {name: getattr(box, name) for name in _SET} if fixed else None
        return
    if known is None:
        _own_resolve(box, containing_block)
    else:
        box.__dict__.update(known)


def _is_fixed(value: Any) -> bool:
    return value is None or value == "auto" or getattr(value, "unit", "%") != "%"
