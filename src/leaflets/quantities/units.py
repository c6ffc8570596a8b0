"""``content/rules/units.toml`` -> Units: spellings, and how each unit prints."""

from __future__ import annotations

import re
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
    pattern: re.Pattern[str]
    """A quantity in running text."""

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
    for number, table in enumerate(data.get("unit", []), 1):
        key, spellings, kind = table.get("key"), table.get("spellings"), table.get("kind")
        who = f"unit {key or number}"
        if not isinstance(key, str) or not isinstance(spellings, list) or kind not in KINDS:
            problems.append(Problem("rules-file", f"{who}: needs key, spellings and a kind of {KINDS}", file=str(path)))
            continue
        unknown = set(table) - {"key", "spellings", "kind", "plain", "below"}
        if unknown:
            problems.append(Problem("rules-file", f"{who}: unknown key {sorted(unknown)[0]!r}", file=str(path)))
        kind_of[key] = kind
        plain[key] = table.get("plain", {})
        below[key] = table.get("below", {})
        for spelling in spellings:
            if spelling in key_of:
                problems.append(Problem("rules-file", f"{who}: {spelling!r} is a unit already", file=str(path)))
            key_of[spelling] = key
    for tag, forms in data.get("respell", {}).items():
        for spelling, form in forms.items():
            # Both spellings must be of one unit, or a dose would change.
            if spelling not in key_of or key_of[spelling] != key_of.get(form):
                problems.append(
                    Problem("rules-file", f"respell {tag}: {spelling!r} and {form!r} are not one unit", file=str(path))
                )
    if not key_of:
        problems.append(Problem("rules-file", "there are no units", file=str(path)))
    if problems:
        raise ContentError(*problems)
    return Units(key_of, kind_of, plain, below, data.get("respell", {}), _pattern(key_of))


NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,])|\d+(?:\.\d+)?(?:\s?[½¼¾⅓⅔])?|[½¼¾⅓⅔]|\.\d+)"
SIGN = r"(?:(?:>=|<=|[<>≥≤±~≈])[ \u00a0]?)?"
_GAP = r"[ \u00a0]?"


def _pattern(key_of: Mapping[str, str]) -> re.Pattern[str]:
    base = "|".join(re.escape(spelling) for spelling in sorted(key_of, key=len, reverse=True))
    # A unit ends where its word ends; 1.73 m² is a unit of its own below a stroke.
    simple = rf"(?:{base})(?![^\W_]|[²³⁹])"
    below = rf"(?:{_GAP}/{_GAP}(?:1\.73{_GAP})?{simple})"
    unit = rf"{simple}{below}*"
    dash = r"(?:[ \u00a0]?[-–—][ \u00a0]?)"
    one = rf"{NUMBER}"
    return re.compile(
        rf"(?<![\w.,^*])(?<![^\W\d_][-–])(?<!\d[-–/:])"
        rf"(?P<sign>{SIGN})(?P<first>{one})"
        rf"(?:(?:{_GAP}(?P<inner>{unit}))?(?P<dash>{dash})(?P<sign2>{SIGN})(?P<last>{one}))?"
        rf"(?:(?P<stroke>/)(?P<second>{one}))?"
        rf"(?P<gap>{_GAP})(?P<unit>{unit})"
    )
