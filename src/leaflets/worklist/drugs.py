"""A name or a code of a worklist -> the slug that it means; the words for everything that is not sure."""

from __future__ import annotations

from leaflets.worklist.cells import CellError
from leaflets.worklist.match import Match, Titles
from leaflets.worklist.row import Defaults


def slug_of_name(name: str, titles: Titles, defaults: Defaults) -> tuple[str, CellError | None]:
    """The slug of a name, and a warning when only an alternate name says so. Raises CellError without the name."""
    if not name:
        raise CellError("no-drug", "names no medicine", "write a monograph's slug or title")
    match = titles.find(name)
    if match.slug is None:
        raise unmatched(match)
    if match.by != "alternate name":
        return match.slug, None
    title = titles.title(match.slug)
    message = f"is an alternate name that the monograph of {title} ({match.slug}) lists"
    if not defaults.alternate_names:
        raise CellError("alternate-name", message, "write the title or the slug")
    return match.slug, CellError("alternate-name", message, "check that this is the product, or write the slug")


def unmatched(match: Match) -> CellError:
    """Why a name means no monograph, with the candidates."""
    shown = "; ".join(match.candidates)
    if match.several:
        hint = f"write the slug of one: {shown}"
        error = CellError("drug-several", "names several monographs", hint)
    else:
        hint = f"the nearest are: {shown}" if shown else "no title is near; write a monograph's slug or title"
        error = CellError("drug-unknown", "names no monograph of the library", hint)
    if match.alike:
        note = f"{error.hint}. Read twice: {match.alike[0]} and {match.alike[1]} look alike"
        return CellError(error.rule, error.message, note)
    return error
