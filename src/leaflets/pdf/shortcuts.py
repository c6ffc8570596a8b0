"""What of ours stands in for functions of the engine, in one list: each gives the engine's own result, sooner."""

from __future__ import annotations

from typing import Any

from leaflets.pdf import columns, known_lines, known_styles, used_values


def install() -> None:
    """Take the engine's functions' places in this process; the engine must be loaded."""
    for module in (columns, known_lines, known_styles, used_values):
        module.install()


def begin(sheets: Any) -> None:
    """A leaflet begins; ``sheets`` is what tells its style sheets from others, for as long as the process lives."""
    known_styles.begin(sheets)
    known_lines.begin()


def forget() -> None:
    """The engine complained: let it do so again next time."""
    known_styles.forget()
