"""``content/rules/units.toml`` -> Units: spellings, and how each unit prints."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from leaflets.errors import ContentError, Problem

KINDS = ("mass", "volume", "time", "count", "percent", "other")


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """All units that are known."""

    key_of: Mapping[str, str]
    """Spelling to the unit's one name."""
    kind_of: Mapping[str, str]
    """Name to kind."""
    plain: Mapping[str, Mapping[str, str]]
    """Name to its printed form by locale or language."""
    below: Mapping[str, Mapping[str, str]]
    """The same, below a stroke."""
    respell: Mapping[str, Mapping[str, str]]
    """Locale or language to spellings that the patient's form changes."""

    def printed(self, spelling: str, tag: str, *, plain: bool, below: bool = False) -> str:
        """How one simple unit prints. A unit without a form in the locale keeps its spelling."""
        language = tag.split("-")[0]
        if language == "en":
            if not plain:
                return spelling
            own, shared = self.respell.get(tag, {}), self.respell.get(language, {})
            return own.get(spelling) or shared.get(spelling) or spelling
        key = self.key_of[spelling]
        forms = {**self.plain.get(key, {}), **(self.below.get(key, {}) if below else {})}
        return forms.get(tag) or forms.get(language) or spelling


def load_units(path: Path) -> Units:
    """Read the units. Raises ContentError with everything that is wrong."""
    problems: list[Problem] = []
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ContentError(Problem("rules-file", f"cannot be read: {error}", file=str(path))) from None
    key_of: dict[str, str] = {}
    kind_of: dict[str, str] = {}
    plain: dict[str, Mapping[str, str]] = {}
    below: dict[str, Mapping[str, str]] = {}

    def wrong(message: str) -> None:
        problems.append(Problem("rules-file", message, file=str(path)))

    for name in sorted(set(data) - {"unit", "respell"}):
        wrong(f"unknown table {name!r}")
    tables = data.get("unit", [])
    if not isinstance(tables, list):
        tables = []
    for number, table in enumerate(tables, 1):
        key, spellings, kind = (table.get(name) for name in ("key", "spellings", "kind")) if _is(table) else ("",) * 3
        who = f"unit {key or number}"
        if not isinstance(key, str) or not _words(spellings) or kind not in KINDS:
            wrong(f"{who}: needs key, spellings and a kind of {KINDS}")
            continue
        for name in sorted(set(table) - {"key", "spellings", "kind", "plain", "below"}):
            wrong(f"{who}: unknown key {name!r}")
        if key in kind_of:
            wrong(f"{who}: is there twice")
        kind_of[key] = kind
        plain[key], below[key] = table.get("plain", {}), table.get("below", {})
        if not all(_is(forms) and _words(list(forms.values())) for forms in (plain[key], below[key]) if forms != {}):
            wrong(f"{who}: plain and below give each locale one word")
            plain[key], below[key] = {}, {}
        for spelling in spellings:
            if spelling in key_of:
                wrong(f"{who}: {spelling!r} is a unit already")
            key_of[spelling] = key
    for key, forms in [*plain.items(), *below.items()]:
        for tag, form in forms.items():
            # A form that spells another unit would print 100 micrograms as 100 mg.
            if key_of.get(form.strip(), key) != key:
                wrong(f"unit {key}: its form {form!r} in {tag} is another unit")
    respell = data.get("respell", {})
    if not _is(respell):
        wrong("respell is a table of locales")
        respell = {}
    for tag, changes in respell.items():
        if not _is(changes):
            wrong(f"respell {tag}: is a table of spellings")
            continue
        for spelling, form in changes.items():
            # Both spellings must be of one unit, or a dose would change.
            if spelling not in key_of or not isinstance(form, str) or key_of[spelling] != key_of.get(form):
                wrong(f"respell {tag}: {spelling!r} and {form!r} are not one unit")
    if not key_of:
        wrong("there are no units")
    if problems:
        raise ContentError(*problems)
    return Units(key_of, kind_of, plain, below, respell)


def _is(value: object) -> bool:
    return isinstance(value, dict)


def _words(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(word, str) and word.strip() for word in value)
