"""Elements of a validated FHIR resource -> the texts of a label. What is written stays as written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from leaflets.worklist.cells import CellError

Resource = Mapping[str, Any]


def directions_of(resource: Resource) -> tuple[str, CellError | None]:
    """The directions, one line for each dosage in the order of ``sequence``, and a warning when there is no text.

    Raises CellError where a part would be missing or its order unknown: half of the directions are worse than none.
    """
    dosages = list(resource.get("dosageInstruction") or ())
    if any(dosage.get("modifierExtension") for dosage in dosages):
        raise modifier("dosageInstruction")
    texts = [str(d.get("patientInstruction") or d.get("text") or "").strip() for d in dosages]
    if not any(texts):
        message = "has no dosage text: the copy carries no directions" if dosages else "has no dosage instruction"
        hint = "they are never put together from coded parts" if dosages else None
        return "", CellError("fhir-no-directions", message, hint)
    if not all(texts):
        message = "has a dosage instruction without text beside others with text"
        raise CellError("fhir-part-directions", message, "write the text of each, or one text for all")
    sequences = [dosage.get("sequence") for dosage in dosages]
    if len(dosages) > 1 and any(s is None for s in sequences) and any(s is not None for s in sequences):
        raise CellError("fhir-sequence", "numbers some of its dosage instructions and not the others")
    order = sorted(range(len(dosages)), key=lambda at: sequences[at] or 0)
    return "\n".join(texts[at] for at in order), None


def quantity_of(quantity: Resource | None) -> str:
    """Value and unit: ``30 tablets``."""
    if not quantity or quantity.get("value") is None:
        return ""
    value = quantity["value"]
    number = format(value, "f") if isinstance(value, Decimal) else str(value)
    return f"{quantity.get('comparator') or ''}{number} {quantity.get('unit') or quantity.get('code') or ''}".strip()


def number_of(identifiers: Iterable[Resource] | None) -> tuple[str, CellError | None]:
    """The one identifier, or the one that is official; nothing and a warning when it cannot be told."""
    found = [i for i in identifiers or () if i.get("value") and i.get("use") != "old"]
    official = [i for i in found if i.get("use") == "official"]
    for chosen in (official, found):
        if len(chosen) == 1:
            return str(chosen[0]["value"]), None
    if found:
        message = "has several identifiers and none that alone is official: the copy carries no number"
        return "", CellError("fhir-number", message)
    return "", None


def name_of(person: Resource) -> str:
    """A person's name: the official one, else the usual one, else the first that is not an old or a false one."""
    names = [
        n for n in person.get("name") or () if n.get("use") not in ("old", "maiden", "anonymous", "nickname", "temp")
    ]
    for use in ("official", "usual", None):
        for name in names:
            if use in (None, name.get("use")):
                parts = [*(name.get("prefix") or ()), *(name.get("given") or ()), name.get("family") or ""]
                parts += name.get("suffix") or ()
                return str(name.get("text") or " ".join(part for part in parts if part))
    return ""


def languages_of(patient: Resource) -> list[str]:
    """Codes of the languages that a patient speaks, the preferred one first."""
    spoken = sorted(patient.get("communication") or (), key=lambda item: item.get("preferred") is not True)
    codes = []
    for item in spoken:
        codings = [c for c in item["language"].get("coding") or () if c.get("code")]
        codings.sort(key=lambda c: c.get("system") != "urn:ietf:bcp:47")
        codes.append(str(codings[0]["code"]) if codings else "")
    return codes


def modifier(where: str) -> CellError:
    """FHIR R4, Extensibility 2.4.1: who does not understand such an extension must not go on."""
    message = f"has in {where} a modifierExtension, which can turn its meaning round and is not known here"
    return CellError("fhir-modifier", message, "print this copy by hand")
