"""``content/rules/label.toml`` -> what a copy's label says, in which order, under which captions."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from leaflets.errors import ContentError, Problem
from leaflets.interface import Interface
from leaflets.phrases import LABEL

FIELDS = ("patient", "drug", "directions", "quantity", "prescriber", "number", "date", "pharmacy")


@dataclass(frozen=True, slots=True)
class Field:
    """One part of the label."""

    id: str
    caption: str
    bold: bool


@dataclass(frozen=True, slots=True)
class LabelRules:
    """The label's parts in their order."""

    fields: tuple[Field, ...]
    grid: tuple[str, str, str, str]
    """Captions: morning, noon, evening, bedtime."""
    code_alt: str

    def in_language(self, interface: Interface) -> LabelRules:
        """The same with captions in the leaflet's language."""
        one, two, three, four = (interface.pgettext(LABEL, caption) for caption in self.grid)
        fields = tuple(replace(field, caption=interface.pgettext(LABEL, field.caption)) for field in self.fields)
        return LabelRules(fields, (one, two, three, four), interface.pgettext(LABEL, self.code_alt))


def label_captions(values: Mapping[str, Any]) -> tuple[str, ...]:
    """Everything that a label's file says to readers, in its order."""
    if not {"grid", "code", "field"} <= values.keys():
        return ()
    said = [*(row["caption"] for row in values["field"]), *values["grid"]["captions"], values["code"]["alt"]]
    return tuple(text for text in said if text)


@lru_cache(maxsize=8)
def load_label_rules(path: Path) -> LabelRules:
    """Read and check the file. Raises ContentError with everything that is wrong."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ContentError(Problem("rules-syntax", f"cannot be read: {error}", file=str(path))) from error
    problems = []

    def wrong(message: str, hint: str) -> None:
        problems.append(Problem("rules-label", message, file=str(path), hint=hint))

    fields: list[Field] = []
    rows = values.get("field")
    for number, row in enumerate(rows if isinstance(rows, list) else [], 1):
        if not isinstance(row, dict) or row.get("id") not in FIELDS:
            wrong(f"[[field]] number {number} has no known id", f"known: {', '.join(FIELDS)}")
        elif not isinstance(row.get("caption"), str) or not isinstance(row.get("bold", False), bool):
            wrong(f"field {row['id']!r}: caption must be text, and bold true or false", 'caption = "For:"')
        elif row["id"] in {field.id for field in fields}:
            wrong(f"field {row['id']!r} stands there twice", "take one away")
        else:
            fields.append(Field(row["id"], row["caption"], row.get("bold", False)))
    for needed in ("drug", "directions"):
        if not problems and needed not in {field.id for field in fields}:
            wrong(f"there is no field {needed!r}", "a label without it could be taken for another's")
    captions: Any = values.get("grid", {}).get("captions") if isinstance(values.get("grid"), dict) else None
    if not isinstance(captions, list) or len(captions) != 4 or not all(isinstance(c, str) and c for c in captions):
        wrong("[grid] has no four captions", 'captions = ["Morning", "Noon", "Evening", "Bedtime"]')
    alt = values.get("code", {}).get("alt") if isinstance(values.get("code"), dict) else None
    if not isinstance(alt, str) or not alt:
        wrong("[code] has no alt", "what the picture of the code is, for those who do not see it")
    if problems:
        raise ContentError(*problems)
    one, two, three, four = captions
    return LabelRules(tuple(fields), (one, two, three, four), str(alt))
