"""Styles that an earlier leaflet has worked out already are not worked out again.

Leaflets have the same style sheets and the same elements in each other; the engine computes some ninety properties for
each of some two hundred styles anew in each of them. A value follows from the declarations that apply to an element and
from the styles around it, so it is kept for the next style with the same ones. What it is kept by is identity, but for
plain words (languages, anchors): equal numbers may differ in kind.

Display, float and position are left to the engine, which remembers what was asked for beside what came of it.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import weasyprint.css  # type: ignore[import-untyped]

_OwnStyle, _OwnAnonymous = weasyprint.css.ComputedStyle, weasyprint.css.AnonymousStyle
_Values = dict[str, Any]

_LEFT_ALONE = frozenset({"display", "float", "position"})
_RARE = frozenset({"footnote-call", "footnote-marker", "note-call", "note-marker", "note-callback"})
"""Pseudo-elements that every element has and next to none draws: the engine asks them for nothing but their anchor."""
_MOST, _SETS = 3_000, 8
"""Styles of one set of style sheets, where leaflets bring new ones each time; and sets, the least used goes."""


_sets: dict[Any, dict[Any, tuple[_Values, _Values, Any]]] = {}
"""Style sheets to what is known of their styles and of the anonymous boxes in them, each with its declarations: what is
named by identity must live as long as its name."""
_current: dict[Any, tuple[_Values, _Values, Any]] = {}


def install() -> None:
    """Take the place of the engine's class in this process."""
    weasyprint.css.ComputedStyle = KnownStyle


def begin(sheets: Any) -> None:
    """A leaflet with these style sheets begins."""
    global _current
    _current = _sets.pop(sheets, {})
    if len(_current) > _MOST:
        _current = {}
    while len(_sets) >= _SETS:
        del _sets[next(iter(_sets))]
    _sets[sheets] = _current


def forget() -> None:
    """The engine complained: let it do so again next time."""
    _sets.clear()


class KnownStyle(_OwnStyle):  # type: ignore[misc, valid-type]
    """The engine's style of an element, which starts with what is known of it."""

    def __init__(
        self, parent_style: Any, cascaded: Any, pseudo_type: Any, root_style: Any, base_url: Any, font_config: Any,
        initial_page_sizes: Any,
    ) -> None:  # fmt: skip
        super().__init__(parent_style, cascaded, pseudo_type, root_style, base_url, font_config, initial_page_sizes)
        self.known: _Values = {}
        self.known_inside: _Values = {}
        if pseudo_type in _RARE:
            if "anchor" not in cascaded:
                self["anchor"] = weasyprint.css.INITIAL_VALUES["anchor"]
        elif parent_style is None or hasattr(parent_style, "known"):
            around = id(parent_style.known) if parent_style is not None else 0
            declared = tuple((name, _name(value), *rank[:2], *rank[2]) for name, (value, rank) in cascaded.items())
            self.known, self.known_inside, _ = _current.setdefault(
                (around, pseudo_type, declared), (self.known, self.known_inside, cascaded)
            )
            self.update(self.known)

    def __missing__(self, key: str) -> Any:
        value = super().__missing__(key)
        if key not in _LEFT_ALONE:
            self.known[key] = value
        return value

    @cached_property
    def anonymous_style(self) -> Any:
        return KnownAnonymous(self)

    def copy(self) -> Any:
        """One of the engine's own: whoever copies a style changes the copy."""
        copy = _OwnStyle(
            self.parent_style, self.cascaded, self.pseudo_type, self.root_style, self.base_url, self.font_config,
            self.initial_page_sizes,
        )  # fmt: skip
        copy.update(self)
        copy.specified = self.specified.copy()
        return copy


class KnownAnonymous(_OwnAnonymous):  # type: ignore[misc, valid-type]
    """The engine's style of boxes without an element, right inside of one that has a style; a copy is the engine's."""

    def __init__(self, parent_style: KnownStyle) -> None:
        super().__init__(parent_style)
        self.known = parent_style.known_inside
        self.update(self.known)

    def __missing__(self, key: str) -> Any:
        value = self.known[key] = super().__missing__(key)
        return value


def _name(value: Any) -> Any:
    """What a declared value is known by."""
    words = isinstance(value, str) or (isinstance(value, tuple) and all(isinstance(part, str) for part in value))
    return value if words else id(value)
