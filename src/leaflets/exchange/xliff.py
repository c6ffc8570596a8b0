"""Po <-> XLIFF 1.2, 2.0 and 2.1, for CAT tools.

None is read everywhere: Weblate reads 1.2 in full and 2.x only since 5.15, Trados, memoQ and OmegaT (through Okapi)
read 1.2 best, Crowdin and Lokalise take either; 2.1 is the one that is still kept up, and Poedit 3.2 refuses it but
takes 2.0, which differs in nothing that is used here. Bold, italics, raised and lowered characters, line breaks and the
edges of cells are codes in the text, so that a tool keeps them.

An approval never travels: what a tool says of review is read and not believed (`Unit.says_approved`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from leaflets.errors import Problem, TranslationError
from leaflets.exchange.guarded_xml import Element, read_xml
from leaflets.exchange.segments import segment_id
from leaflets.inline import marked, marked_row
from leaflets.monograph import Run
from leaflets.pofile import MAX_REPORTED, Po

VERSIONS = ("1.2", "2.0", "2.1")
STYLES = {"1": {"bold": "bold", "italic": "italic", "sub": "x-sub", "sup": "x-sup"},
          "2": {"bold": "xlf:b", "italic": "xlf:i", "sub": "leaflets:sub", "sup": "leaflets:sup"}}  # fmt: skip
"""By the first figure of the version."""
SINGLE = {"1": {"break": "lb", "cell": "x-cell"}, "2": {"break": "xlf:lb", "cell": "leaflets:cell"}}
_NOT_DONE = ("new", "needs-", "initial")


@dataclass(frozen=True, slots=True)
class Unit:
    """One text as it came back from a translator."""

    id: str
    context: str
    source: str
    target: str
    fuzzy: bool | None
    """The tool says that it is not finished; None where it says nothing of it."""
    says_approved: bool
    """The tool says that somebody approved it. Nobody believes it."""
    line: int
    comments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Returned:
    """A file as it came back."""

    file: str
    slug: str
    locale: str
    units: tuple[Unit, ...]


def read_xliff(data: bytes, file: str) -> Returned:
    """A file of either version. Raises TranslationError with every unit that cannot be read."""
    root = read_xml(data, file)
    version = root.attributes.get("version", "")
    files = list(root.all("file"))
    if root.name != "xliff" or not version.startswith(("1.", "2.")) or len(files) != 1:
        said = "is no XLIFF 1.2 or 2.x with one file in it"
        raise TranslationError(Problem("exchange-syntax", said, file=file, line=root.line))
    old = version.startswith("1.")
    names = files[0].attributes if old else root.attributes
    original = files[0].attributes.get("original", "").replace("\\", "/").rsplit("/", 1)[-1]
    units: list[Unit] = []
    faults: list[Problem] = []
    for element in files[0].below("trans-unit" if old else "unit"):
        try:
            units.append((_read_12 if old else _read_2)(element))
        except _UnreadableError as error:
            faults.append(Problem("exchange-code", str(error), file=file, line=element.line))
    if faults:
        raise TranslationError(*faults[:MAX_REPORTED])
    locale = names.get("target-language" if old else "trgLang", "")
    return Returned(file, original.removesuffix(".md"), locale, tuple(units))


def units_of(po: Po) -> tuple[Unit, ...]:
    """The live entries of a PO file that came back."""
    return tuple(
        Unit(
            segment_id(entry.context, entry.source), entry.context, entry.source, entry.target, entry.fuzzy, False,
            entry.line, entry.comments,
        )
        for entry in po.live
    )  # fmt: skip


class _UnreadableError(Exception):
    """A unit holds what we cannot read without losing something."""


def _read_12(unit: Element) -> Unit:
    source, target = _only(unit, "source"), _only(unit, "target")
    if source is None:
        raise _UnreadableError("the unit has no source")
    styles = _style_table(source)
    state = target.attributes.get("state", "") if target is not None else ""
    fuzzy = state.startswith(_NOT_DONE) if state or target is None else None
    context = unit.attributes.get("resname", "")
    said = _marked([target], styles, context) if target is not None else ""
    comments = tuple(note.text for note in unit.all("note") if note.attributes.get("from") == "translator")
    return Unit(
        unit.attributes.get("id", ""), context, _marked([source], styles, context), said, fuzzy,
        unit.attributes.get("approved") == "yes" or state in ("final", "signed-off"), unit.line, comments,
    )  # fmt: skip


def _read_2(unit: Element) -> Unit:
    """A tool may have cut a unit into segments; what is between them is kept."""
    parts = [child for child in unit.children if isinstance(child, Element) and child.name in ("segment", "ignorable")]
    sources = [source for part in parts if (source := _only(part, "source")) is not None]
    if len(sources) != len(parts) or not parts:
        raise _UnreadableError("the unit has no source")
    styles = {key: kind for source in sources for key, kind in _style_table(source).items()}
    segments = [part for part in parts if part.name == "segment"]
    given = [target if (target := _only(part, "target")) and target.children else None for part in segments]
    if any(given) and not all(given):
        raise _UnreadableError("some segments of the unit are translated and some are not")
    targets = [part.one("target") or part.one("source") for part in parts] if all(given) else []
    context = unit.attributes.get("name", "")
    said = [
        _marked([part for part in found if part is not None], styles, context) for found in (sources, targets)
    ]  # fmt: skip
    states = [part.attributes.get("state", "") for part in segments]
    fuzzy = bool(said[1]) and "initial" in states if any(states) else None
    notes = unit.one("notes")
    comments = [n.text for n in notes.all("note") if n.attributes.get("category") == "translator"] if notes else []
    return Unit(
        unit.attributes.get("id", ""), context, said[0], said[1], fuzzy,
        all(state == "final" for state in states), unit.line, tuple(comments),
    )  # fmt: skip


def _only(unit: Element, name: str) -> Element | None:
    """The child of a name: of two, nobody knows which one is meant."""
    found = list(unit.all(name))
    if len(found) > 1:
        raise _UnreadableError(f"the unit has more than one {name}")
    return found[0] if found else None


def _style_table(source: Element) -> dict[str, str]:
    """The styles of the source's codes by their number: some tools give back only numbers."""
    out = {}
    for name in ("g", "x", "pc", "ph"):
        for code in source.below(name):
            if kind := _kind_of(code):
                out[f"{name} {code.attributes.get('id')}"] = kind
    return out


def _kind_of(code: Element) -> str:
    said = code.attributes.get("ctype") or code.attributes.get("subType") or ""
    tables = [*STYLES.values(), *SINGLE.values()]
    return next((kind for table in tables for kind, name in table.items() if name == said), "")


def _marked(elements: Sequence[Element], styles: dict[str, str], context: str) -> str:
    cells: list[list[Run]] = [[]]
    for element in elements:
        _read_inline(element, Run(""), styles, cells)
    if context.endswith("/row"):
        return marked_row(cells)
    if len(cells) > 1:
        raise _UnreadableError("a text that is no row of a table holds edges of cells")
    return marked(cells[0])


def _read_inline(element: Element, style: Run, styles: dict[str, str], cells: list[list[Run]]) -> None:
    for child in element.children:
        if isinstance(child, str):
            cells[-1].append(Run(child, style.bold, style.italic, style.position))
            continue
        kind = styles.get(f"{child.name} {child.attributes.get('id')}") or _kind_of(child)
        if child.name == "mrk":
            said = child.attributes.get("mtype") or child.attributes.get("type") or ""
            if "delet" in said:
                raise _UnreadableError("the unit holds text that was deleted: accept or reject all changes first")
            _read_inline(child, style, styles, cells)
        elif child.name in ("x", "ph") and kind == "break":
            cells[-1].append(Run("\n", style.bold, style.italic, style.position))
        elif child.name in ("x", "ph") and kind == "cell":
            cells.append([])
        elif child.name in ("g", "pc") and kind in ("bold", "italic", "sub", "sup"):
            bold, italic = style.bold or kind == "bold", style.italic or kind == "italic"
            _read_inline(child, Run("", bold, italic, kind if kind[0] == "s" else style.position), styles, cells)
        else:
            raise _UnreadableError(f"the unit holds a code that means nothing here: <{child.name}>")
