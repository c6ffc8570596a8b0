"""The only door to ``fhir.resources``: one resource -> what keeps it from being valid, without its values."""

from __future__ import annotations

import importlib
import re
from collections.abc import Collection
from functools import lru_cache
from typing import Any

from leaflets.errors import NotInstalledError, Problem

VERSIONS = {"R4": "fhir.resources.R4B", "R5": "fhir.resources"}
"""The library has no plain R4; R4B differs from it in none of the resources that are read here."""
MAX_REPORTED = 5
_KINDS = {
    "missing": "is missing",
    "model_field_validation.missing": "is missing",
    "string_type": "must be a text",
    "extra_forbidden": "is not an element of this resource",
    "list_type": "must be a list",
}


def need_fhir() -> None:
    """Raise NotInstalledError when the extra is not there."""
    try:
        importlib.import_module("fhir.resources")
    except ImportError:
        message = "reading a FHIR worklist needs the library fhir.resources, which is not installed"
        raise NotInstalledError(Problem("not-installed", message, hint="pip install 'leaflets[fhir]'")) from None


@lru_cache(maxsize=16)
def _model(version: str, kind: str) -> Any:
    return getattr(importlib.import_module(f"{VERSIONS[version]}.{kind.lower()}"), kind)


def faults_of(resource: dict[str, Any], version: str) -> tuple[str, ...]:
    """What is wrong with a resource, each with the element's path; empty when it is valid.

    Args:
        resource: with a ``resourceType`` that this program reads.
        version: ``R4`` or ``R5``.
    """
    from pydantic import ValidationError

    model = _model(version, resource["resourceType"])
    try:
        model.model_validate(resource)
    except ValidationError as error:
        # The library's own text quotes what it was given; kind and place are enough, and names of elements.
        found = [
            _choice(item["msg"], resource, model.model_fields)
            or _fault(item["loc"], item["type"], resource["resourceType"])
            for item in error.errors()
        ]
        return tuple(dict.fromkeys(found))[:MAX_REPORTED]
    except (TypeError, AttributeError, LookupError):  # contained things of a kind that the library does not know
        return (f"{resource['resourceType']} holds something that FHIR {version} does not have",)
    return ()


def _choice(message: str, resource: dict[str, Any], elements: Collection[str]) -> str:
    """The fault of an element of several types (``medication[x]``), of which one must be there; else nothing."""
    names = [name for name in re.findall(r"'([A-Za-z]+)'", message) if name in elements]
    if len(names) < 2:
        return ""
    there = [name for name in names if name in resource]
    said = "holds more than one of" if len(there) > 1 else "must hold one of"
    return f"{resource['resourceType']} {said} {', '.join(there if len(there) > 1 else names)}"


def _fault(place: tuple[int | str, ...], kind: str, name: str) -> str:
    path = name
    for part in place:
        if isinstance(part, int):
            path += f"[{part}]"
        else:
            path += f".{part}" if re.fullmatch(r"[A-Za-z_]{1,60}", part) else ".(a name that FHIR does not have)"
    return f"{path} {_KINDS.get(kind, 'is not what FHIR says')}"
