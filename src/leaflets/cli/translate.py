"""``leaflets translate``: the group. Its commands stand in the modules beside it."""

from __future__ import annotations

from leaflets.cli import main


@main.group(
    epilog="""
    \b
    Example:
      leaflets translate extract content/monographs/metformin.md --locale de
"""
)
def translate() -> None:
    """What translators and their reviewers work with.

    Catalogues are PO files in content/locale/<locale>/. Plain English for patients is a locale like any other: en.
    """
