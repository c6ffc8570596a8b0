"""``content/rules/units.toml`` -> Units: spellings, and how each unit prints."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from leaflets.errors import ContentError, Problem
from leaflets.locales import tag_chain

_LANGUAGES = ("words", "below", "also", "signs", "ranges")
"""Tables of tables, one for each language."""
_SIGNS = ("<", ">", "≤", "≥", "~", "±")
CATEGORIES = ("zero", "one", "two", "few", "many", "other")
FRACTION = "fraction"
"""Beside CLDR's categories: behind 1/2 and ½, where a language has the singular ("½ Tablette", but "0,5 Tabletten")."""
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
    also: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    """Locale or language to name to forms that are read and never printed."""
    signs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Locale or language to comparison signs in words."""
    ranges: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Locale or language to words that may stand between the ends of a range."""

    def form(self, key: str, tag: str, category: str = "", *, below: bool = False, otherwise: str = "") -> str:
        """The word for a unit by its one name, in the form of a CLDR plural category; nothing where there is none.

        ``category`` may be FRACTION; where a locale has no such form, ``otherwise`` is the category.
        """
        tables = (self.below.get(key, {}), self.plain.get(key, {})) if below else (self.plain.get(key, {}),)
        for forms in tables:
            for name in tag_chain(tag):
                if found := forms.get(f"{name}.{category}") or forms.get(f"{name}.{otherwise}") or forms.get(name):
                    return found
        return ""

    def sign_words(self, tag: str) -> Mapping[str, str]:
        """Comparison signs and their words in a locale; empty where signs are printed."""
        return next((self.signs[name] for name in tag_chain(tag) if name in self.signs), {})

    def range_words(self, tag: str) -> tuple[str, ...]:
        """Words that a translator may write between the ends of a range."""
        return next((self.ranges[name] for name in tag_chain(tag) if name in self.ranges), ())

    def printed(self, spelling: str, tag: str, *, plain: bool, below: bool = False) -> str:
        """How one simple unit prints. A unit without a form in the locale keeps its spelling."""
        language = tag.split("-")[0]
        if language == "en":
            if not plain:
                return spelling
            own, shared = self.respell.get(tag, {}), self.respell.get(language, {})
            return own.get(spelling) or shared.get(spelling) or spelling
        return self.form(self.key_of[spelling], tag, below=below) or spelling


def load_units(path: Path) -> Units:
    """Read the units. Raises ContentError with everything that is wrong."""
    problems: list[Problem] = []
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ContentError(Problem("rules-file", f"cannot be read: {error}", file=str(path))) from None
    key_of: dict[str, str] = {}
    kind_of: dict[str, str] = {}
    plain: dict[str, dict[str, str]] = {}
    below: dict[str, dict[str, str]] = {}

    def wrong(message: str) -> None:
        problems.append(Problem("rules-file", message, file=str(path)))

    for name in sorted(set(data) - {"unit", "respell", *_LANGUAGES}):
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
        plain[key], below[key] = dict(table.get("plain", {})), dict(table.get("below", {}))
        if not all(_is(forms) and _words(list(forms.values())) for forms in (plain[key], below[key]) if forms != {}):
            wrong(f"{who}: plain and below give each locale one word")
            plain[key], below[key] = {}, {}
        for spelling in spellings:
            if spelling in key_of:
                wrong(f"{who}: {spelling!r} is a unit already")
            key_of[spelling] = key
    also, signs, ranges = _languages(data, plain, below, wrong)
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
    return Units(key_of, kind_of, plain, below, respell, also, signs, ranges)


def _languages(
    data: Mapping[str, Any], plain: dict[str, dict[str, str]], below: dict[str, dict[str, str]],
    wrong: Callable[[str], None],
) -> tuple[dict[str, dict[str, tuple[str, ...]]], dict[str, dict[str, str]], dict[str, tuple[str, ...]]]:  # fmt: skip
    """Put what each language says into the units' own tables; what is only read, or no unit, is given back."""
    also: dict[str, dict[str, tuple[str, ...]]] = {}
    signs: dict[str, dict[str, str]] = {}
    ranges: dict[str, tuple[str, ...]] = {}
    for table in _LANGUAGES:
        if not _is(data.get(table, {})):
            wrong(f"{table} is a table of languages")
            continue
        for tag, entries in data.get(table, {}).items():
            for name, value in _entries(tag, entries):
                where = f"[{table}.{tag}] {name}"
                if table in ("words", "below", "also") and name not in plain:
                    wrong(f"{where}: there is no such unit")
                elif table in ("words", "below") and _forms(value):
                    target = (plain if table == "words" else below)[name]
                    target.update(_by_category(tag, value))
                elif table == "also" and _words(value):
                    also.setdefault(tag, {})[name] = tuple(value)
                elif table == "signs" and name in _SIGNS and isinstance(value, str) and value.strip():
                    signs.setdefault(tag, {})[name] = value
                elif table == "ranges" and name == "words" and _words(value):
                    ranges[tag] = tuple(value)
                else:
                    wrong(f"{where}: is not of the kind that this table holds")
    return also, signs, ranges


def _entries(tag: str, entries: Any) -> list[tuple[str, Any]]:
    """What a language's table holds; one entry that fits nowhere where it is no table."""
    return list(entries.items()) if isinstance(entries, dict) else [(tag, None)]


def _forms(value: object) -> bool:
    """Whether this is a word, or a table of words by plural category that has at least ``other``."""
    if isinstance(value, dict):
        return "other" in value and set(value) <= {*CATEGORIES, FRACTION} and _words(list(value.values()))
    return isinstance(value, str) and bool(value.strip())


def _by_category(tag: str, value: str | dict[str, str]) -> dict[str, str]:
    if isinstance(value, str):
        return {tag: value}
    return {tag: value["other"], **{f"{tag}.{category}": form for category, form in value.items()}}


def _is(value: object) -> bool:
    return isinstance(value, dict)


def _words(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(word, str) and word.strip() for word in value)
