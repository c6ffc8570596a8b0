"""``content/rules/translation/*.toml`` -> what each language's checks look for, every fault said at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Any

from leaflets.checking.folding import folded
from leaflets.checking.rates import Rates, make_rates, rate_faults
from leaflets.checking.words import LETTER, Matcher, one_of
from leaflets.errors import ContentError, Problem
from leaflets.locales import tag_chain

SOURCE = "en"
_TABLES = {
    "numerals", "times", "maybe_numerals", "not_numerals", "negation", "concepts", "forbidden", "units",
    "punctuation", "months", "rates",
}  # fmt: skip
_KEYS = {"language", "words", "prefixes", "counted", "order", "fractions", "uncounted", *_TABLES}
_FEW = {"neither", "sheltered", "otherwise", "until", "withheld"}
"""Lists that few languages have: what they hold is looked for only there."""
STRICT = frozenset(
    ["mg", "g", "mcg", "kg", "ng", "pg", "mL", "L", "dL", "µL", "IU", "mmol", "mEq", "percent", "mmHg", "degree", "cm"]
)
"""Units that a dose is made of: one that is lost or exchanged is always critical."""
TIME = frozenset(["minute", "second", "hour", "day", "week", "month", "year"])
_BASE_UNITS = {
    "mg": "mg", "g": "g|gm", "mcg": "mcg|µg|ug", "kg": "kg", "ng": "ng", "pg": "pg", "mL": "ml", "L": "l", "dL": "dl",
    "µL": "µl|ul", "IU": "iu", "mmol": "mmol", "mEq": "meq", "percent": "%", "mmHg": "mmhg", "cm": "cm",
    "degree": "°c|° c|°f|° f|℃|°م|° م|°", "unit": "units|unit", "minute": "min", "hour": "h|hr|hrs",
}  # fmt: skip
"""Signs that are the same in most languages. IU and units count as one: translators write either."""
_SAME_UNIT = {"unit": "IU"}
_OPEN = r"(?:^|(?<=[\s:,.;()（）、。をにはが]))"
_AFTER_OPEN = r"(?<![^\s:,.;()（）、。をにはが].)"
"""The same, looked at behind the first character: most places have another."""
_WITH_NEGATION = (
    "at_most", "at_least", "unless", "less_than", "more_than", "no_later_before", "no_earlier_before",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """What the checks know of one language."""

    tag: str
    spaced: bool
    matcher: Matcher
    """Of all forms; ids are ``num:2``, ``times:2``, ``maybe:2``, ``not:num``, ``neg``, ``neg2``, ``not:neg``,
    ``soft``, ``c:unless``."""
    unit: re.Pattern[str]
    unit_key: Mapping[str, str]
    counted: tuple[str, ...]
    """In a language without blanks: what must follow a number word for it to count."""
    forbidden: Mapping[str, str]
    ends: str
    has: frozenset[str]
    """Names of the tables that the language has."""
    negation_first: bool = True
    """A negation stands before what it negates; otherwise anywhere in its part of the sentence."""
    parts: frozenset[str] = frozenset()
    """Words that end what a negation before them reaches: and."""
    joins: tuple[str, ...] = ()
    """The first of them, which joins: and."""
    has_or: bool = False
    """It is known how the language says "or"."""
    free_order: bool = False
    """Times stand now before, now behind what they belong to."""
    whole_first: bool = False
    """1 in 10 is said as: of 10, 1."""
    rates: Rates | None = None
    """How the language says how often."""
    uncounted: re.Pattern[str] | None = None
    """Counters without their number."""
    concepts: frozenset[str] = frozenset()
    """Names of the concepts that the language has words for."""


@dataclass(frozen=True, slots=True, eq=False)
class Names:
    """What is known of names of medicines."""

    stems: tuple[str, ...] = ()
    begins: tuple[str, ...] = ()
    not_names: frozenset[str] = frozenset()
    codes: re.Pattern[str] = re.compile("(?!)")
    same: Mapping[str, frozenset[str]] = field(default_factory=dict)
    local: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    """By language, then by English name."""
    letters: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By script: a consonant of English and the expression for what stands for it; ``between``: what is skipped."""
    alike: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    """By script: letters that writers exchange freely in names."""
    sounds: Mapping[str, str] = field(default_factory=dict)
    """By language: ``all`` where every letter of English is kept, ``k`` where only c may be k."""
    endings: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    """By language: the end of an English name and what it may become."""


@lru_cache(maxsize=64)
def load_language(folders: tuple[Path, ...], tag: str) -> Language | None:
    """What is known of a locale's language, the most particular file first; None where there is no file.

    Raises ContentError with everything that is wrong in the file.
    """
    for name in (*tag_chain(tag), tag):
        for folder in folders:
            path = folder / f"{name}.toml"
            if path.is_file():
                return _language(path)
    return None


@lru_cache(maxsize=8)
def load_names(folders: tuple[Path, ...]) -> Names:
    """The list of names. Raises ContentError."""
    path = next((folder / "names.toml" for folder in folders if (folder / "names.toml").is_file()), None)
    if path is None:
        return Names()
    data = _read(path)
    same: dict[str, frozenset[str]] = {}
    for group in data.get("same", []):
        forms = frozenset(folded(name) for name in group.split("|"))
        same.update(dict.fromkeys(forms, forms))
    stems = [str(stem) for stem in data.get("stems", [])]
    local = {
        tag: {folded(name): tuple(folded(form) for form in forms.split("|")) for name, forms in table.items()}
        for tag, table in data.get("names", {}).items()
    }
    endings = {
        tag: {end: tuple(forms.split("|")) for end, forms in table.items()}
        for tag, table in data.get("endings", {}).items()
    }
    alike = {
        script: tuple((one.partition("=")[0], one.partition("=")[2]) for one in said.split("|"))
        for script, said in data.get("alike", {}).items()
    }
    return Names(
        tuple(stem for stem in stems if not stem.endswith("-")),
        tuple(stem[:-1] for stem in stems if stem.endswith("-")),
        frozenset(data.get("not_names", [])),
        re.compile(r"(?<!\w)(?:" + "|".join(data.get("codes", ["(?!)"])) + r")(?!\w)"),
        same, local, data.get("letters", {}), alike, data.get("sounds", {}), endings,
    )  # fmt: skip


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ContentError(Problem("rules-syntax", f"cannot be read: {error}", file=str(path))) from None


def _language(path: Path) -> Language:
    data = _read(path)
    problems = _faults(data, path)
    if problems:
        raise ContentError(*problems)
    forms: list[tuple[str, str]] = []
    for table, prefix in (("numerals", "num"), ("times", "times"), ("maybe_numerals", "maybe"), ("months", "month")):
        for value, said in data.get(table, {}).items():
            forms += [(f"{prefix}:{Decimal(value)}", form) for form in _forms(said)]
    forms += [("not:num", form) for form in _forms(data.get("not_numerals", {}).get("words", ""))]
    negation = data.get("negation", {})
    says = _forms(negation.get("says", ""))
    lists = (
        ("says", "neg"),
        ("as_one", "neg2"),
        ("not_negations", "not:neg"),
        ("soft", "soft"),
        ("allows", "allows"),
        ("or", "or"),
        ("not_or", "not:or"),
        ("neither", "neither"),
    )
    for key, ident in lists:
        forms += [(ident, form) for form in _forms(negation.get(key, ""))]
    spaced = data["words"] == "spaced"
    for name, said in data.get("concepts", {}).items():
        forms += [(f"c:{name}", form) for form in _forms(said)]
        # "Not more than" and "if not" are a limit and an exception, no negation.
        if name in _WITH_NEGATION:
            masks = {"at_least": "not:neg1", "unless": "not:neg3"}.get(name, "not:neg2")
            forms += [(masks, form) for form in _forms(said) if _holds(form, says, spaced=spaced)]
    keys: dict[str, list[str]] = {}
    for key, said in [*data.get("units", {}).items(), *_BASE_UNITS.items()]:
        for form in _forms(said):
            known = keys.setdefault(folded(form), [])
            known += [_SAME_UNIT.get(key, key)] if _SAME_UNIT.get(key, key) not in known else []
    unit_key = {form: "|".join(known) for form, known in keys.items()}
    by_length = sorted(unit_key, key=len, reverse=True)
    # A Latin unit ends with its letters; in scripts without blanks, and before Korean particles, another word follows.
    open_ended = not spaced or data["language"] == "ko"
    pattern = one_of((form, _behind_unit(form, open_ended=open_ended)) for form in by_length)
    ends = data.get("punctuation", {}).get("ends", "")
    return Language(
        data["language"], spaced, Matcher(forms, spaced=spaced, prefixes=_forms(data.get("prefixes", ""))),
        re.compile(pattern), unit_key, _forms(folded(data.get("counted", ""))), dict(data.get("forbidden", {})),
        "".join(_forms(ends)), _known(data), negation.get("stands", "before") == "before",
        frozenset(folded(form) for form in _forms(negation.get("parts", ""))),
        tuple(folded(form) for form in _forms(negation.get("parts", ""))[:1]), "or" in negation,
        data.get("order") == "free", data.get("fractions") == "whole first", make_rates(data.get("rates", {})),
        _uncounted(data.get("uncounted", "")), frozenset(data.get("concepts", ())),
    )  # fmt: skip


def _known(data: Mapping[str, Any]) -> frozenset[str]:
    """The tables that a file has, and by name what few languages need."""
    keys = {*data.get("negation", {}), *data.get("concepts", {})}
    return frozenset(_TABLES & data.keys() | _FEW & keys)


def _uncounted(said: str) -> re.Pattern[str] | None:
    """Forms without their number: ``~`` is the start, a sign or a particle, ``#`` a number, ``@`` one above 1."""
    signs = ((r"\~", _OPEN), (r"\#", r"\s?\d"), ("@", r"(?:[2-9]|\d\d+)"))
    forms = [re.escape(folded(form)) for form in _forms(said)]
    forms = [re.sub(r"^\\~(\w)", lambda match: match[1] + _AFTER_OPEN, form) for form in forms]
    for sign, stands in signs:
        forms = [form.replace(sign, stands) for form in forms]
    return re.compile("|".join(forms)) if forms else None


def _behind_unit(form: str, *, open_ended: bool) -> str:
    if form == "u":
        return r"(?!\w| (?:8|11))"  # "6 u 8" is Spanish for six or eight
    if form[-1].isascii():
        return r"(?![a-zµ\u00e0-\u024f]|'[^\W\d_])" if form[-1].isalpha() else ""  # 3 l'AUC are no liters
    return "" if open_ended else rf"(?!{LETTER})"


def _holds(form: str, says: tuple[str, ...], *, spaced: bool) -> bool:
    """Whether a form holds a negation."""
    if not spaced:
        return any(negation in form for negation in says)
    words = folded(form).split()
    return any(_word_fits(negation, word) for negation in says if " " not in negation for word in words)


def _word_fits(form: str, word: str) -> bool:
    bare = folded(form.strip("*"))
    if form.startswith("*"):
        return word.endswith(bare)
    return word.rstrip("*").startswith(bare) if form.endswith("*") else word == bare


def _forms(said: str) -> tuple[str, ...]:
    return tuple(form.strip() for form in said.split("|") if form.strip())


def _faults(data: Mapping[str, Any], path: Path) -> list[Problem]:
    out = []

    def wrong(message: str) -> None:
        out.append(Problem("rules-translation", message, file=str(path)))

    for name in sorted(set(data) - _KEYS):
        wrong(f"unknown key {name!r}")
    if data.get("words") not in ("spaced", "run-on"):
        wrong('words is "spaced" or "run-on"')
    if not isinstance(data.get("language"), str) or data["language"] != path.stem:
        wrong(f"language must be {path.stem!r}, as the file's name says")
    for name in sorted(_TABLES & data.keys()):
        table = data[name]
        if not isinstance(table, dict) or not all(isinstance(value, str) for value in table.values()):
            wrong(f"[{name}] gives each key one text, its forms parted by |")
            continue
        for key in table if name in ("numerals", "times", "maybe_numerals", "months") else ():
            try:
                Decimal(key)
            except InvalidOperation:
                wrong(f"[{name}]: {key!r} is no number")
        for key in rate_faults(table) if name == "rates" else ():
            wrong(f"[rates]: {key!r} is no time, such as day or 2 week")
    seen: dict[str, str] = {}
    for table in ("numerals", "times"):
        for key, said in data.get(table, {}).items() if isinstance(data.get(table), dict) else ():
            for form in _forms(said) if isinstance(said, str) else ():
                if seen.setdefault(form, key) != key:
                    wrong(f"{form!r} cannot be both {seen[form]} and {key}")
    return out


def not_checked(language: Language | None, tag: str) -> tuple[str, ...]:
    """What cannot be checked in a language, in words."""
    if language is None:
        return (f"{tag}: number words, negations, frequency and time of day (no content/rules/translation/{tag}.toml)",)
    wanted: Sequence[tuple[str, str]] = (
        ("numerals", "number words"), ("negation", "negations"), ("concepts", "frequency, time of day, limits"),
    )  # fmt: skip
    return tuple(f"{tag}: {said}" for table, said in wanted if table not in language.has)
