"""Lines that have been broken before are not broken again.

Columns are laid out several times until they are balanced, cells are measured before they are filled, and the same
words stand on every page: nearly half of all lines are asked for twice. The engine's function depends on nothing but
its arguments and the properties in `_READ`; so the first answer stands. It is kept for this leaflet and the next one:
what all leaflets say stays, what one of them says goes.
"""

from __future__ import annotations

from typing import Any

from weasyprint.text import line_break  # type: ignore[import-untyped]

from leaflets.pdf.replaced import stand_in

_READ = (
    "direction", "font_family", "font_feature_settings", "font_kerning", "font_language_override", "font_size",
    "font_stretch", "font_style", "font_variant_alternates", "font_variant_caps", "font_variant_east_asian",
    "font_variant_ligatures", "font_variant_numeric", "font_variant_position", "font_variation_settings",
    "font_weight", "hyphenate_character", "hyphenate_limit_chars", "hyphenate_limit_zone", "hyphens", "lang",
    "letter_spacing", "overflow_wrap", "tab_size", "text_decoration_line", "white_space", "word_break",
    "word_spacing",
)  # fmt: skip
"""All that the engine looks at in a style to break a line."""

_own_split, _own_strut = line_break.split_first_line, line_break.strut
_kinds: dict[Any, int] = {}
"""Styles that break lines alike have one number."""
_now: dict[Any, Any] = {}
_before: dict[Any, Any] = {}


def install() -> None:
    """Take the place of the engine's functions in this process."""
    stand_in(_own_split, split_first_line)
    stand_in(_own_strut, strut)


def begin() -> None:
    """A leaflet begins: forget what the last one did not ask for."""
    global _now, _before
    _now, _before = {}, _now


def split_first_line(
    text: str, style: Any, context: Any, max_width: Any, justification_spacing: Any, is_line_start: bool = True,
    minimum: bool = False,
) -> tuple[Any, ...]:  # fmt: skip
    """The first line of a text; the engine's own signature and result."""
    key = (text, _kind(style), max_width, justification_spacing, is_line_start, minimum)
    known = _now.get(key) or _before.get(key)
    if known is None:
        known = _own_split(text, style, context, max_width, justification_spacing, is_line_start, minimum)
    _now[key] = known
    # Drawing writes into the layout: each box has one of its own.
    layout = line_break.Layout.__new__(line_break.Layout)
    layout.__dict__.update(known[0].__dict__)
    return (layout, *known[1:])


def strut(style: Any) -> tuple[float, float]:
    """Height of an empty line and its baseline; the engine's own signature and result."""
    try:
        known: tuple[float, float] = style.known_strut
    except AttributeError:
        known = style.known_strut = _own_strut(style)
    return known


def _kind(style: Any) -> int:
    try:
        number: int = style.known_kind
    except AttributeError:
        values = (style.font_config, *(_hashable(style[name]) for name in _READ))
        number = style.known_kind = _kinds.setdefault(values, len(_kinds))
    return number


def _hashable(value: Any) -> Any:
    try:
        hash(value)
    except TypeError:
        return repr(value)
    return value
