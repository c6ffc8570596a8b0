"""The codes and texts that FHIR gives for a medicine -> the one slug that all of them mean."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leaflets.worklist.cells import CellError, check_signs
from leaflets.worklist.codes import Codes
from leaflets.worklist.drugs import slug_of_name, unmatched
from leaflets.worklist.match import Titles
from leaflets.worklist.row import Defaults

_PLAIN = re.compile(r"[A-Za-z0-9.\-]{1,40}")


@dataclass(frozen=True, slots=True)
class Concept:
    """A CodeableConcept."""

    codes: tuple[tuple[str, str], ...]
    texts: tuple[str, ...]

    @classmethod
    def of(cls, element: Mapping[str, Any]) -> Concept:
        """From the element of a validated resource."""
        codings = element.get("coding") or ()
        codes = tuple((str(c.get("system") or ""), str(c["code"])) for c in codings if c.get("code"))
        texts = [element.get("text"), *(c.get("display") for c in codings)]
        return cls(codes, tuple(dict.fromkeys(str(text).strip() for text in texts if text)))


def slug_of_concept(
    concepts: Sequence[Concept], codes: Codes, titles: Titles, defaults: Defaults
) -> tuple[str, CellError | None]:
    """The slug, and a warning when only an alternate name says so.

    A code of the site's table decides; a text that names another monograph than the code is an error, never overruled.
    Raises CellError.
    """
    coded = [code for concept in concepts for code in concept.codes]
    texts = [text for concept in concepts for text in concept.texts]
    for text in texts:
        check_signs(text)
    by_code = frozenset(slug for system, code in coded for slug in codes.find(system, code))
    named = frozenset(slug for text in texts if (slug := titles.exact(text)) is not None)
    found = by_code or named
    if len(by_code | named) > 1:
        hint = f"they mean: {'; '.join(sorted(by_code | named)[:5])}"
        raise CellError("drug-disagrees", "has codes and texts that mean different monographs", hint)
    if found:
        return next(iter(found)), None
    return _by_alternate(coded, texts, titles, defaults)


def _by_alternate(
    coded: Sequence[tuple[str, str]], texts: Sequence[str], titles: Titles, defaults: Defaults
) -> tuple[str, CellError | None]:
    matches = [titles.find(text) for text in texts]
    slugs = {match.slug for match in matches if match.slug is not None}
    several = next((match for match in matches if match.several), None)
    if len(slugs) == 1 and several is None:
        known = next(text for text, match in zip(texts, matches, strict=True) if match.slug is not None)
        return slug_of_name(known, titles, defaults)
    if len(slugs) > 1:
        hint = f"they mean: {'; '.join(sorted(slugs)[:5])}"
        raise CellError("drug-disagrees", "has texts that mean different monographs", hint)
    if several is not None:
        raise unmatched(several)
    shown = ", ".join(f"{system}|{code}" for system, code in coded if _is_plain(system, code))[:200]
    way = f"; or give its code ({shown}) a slug in codes.csv" if shown else ""
    if not matches:
        message = "has a code that codes.csv does not know, and no text" if coded else "has no code and no text"
        raise CellError("drug-unknown", message, way.removeprefix("; or ") or None)
    error = unmatched(max(matches, key=lambda match: len(match.candidates)))
    raise CellError(error.rule, error.message, f"{error.hint}{way}")


def _is_plain(system: str, code: str) -> bool:
    return _PLAIN.fullmatch(code) is not None and re.fullmatch(r"[\w:./\-]{1,80}", system, re.ASCII) is not None
