"""A FHIR file (one resource, a Bundle, or NDJSON) -> its resources in order, and the answer to their references.

A Bundle is held whole, NDJSON is not: a first pass notes where each resource stands, and what is referred to is read
again from there.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import PurePath
from typing import IO, Any

from leaflets.errors import ContentError, Problem
from leaflets.worklist.cells import CellError
from leaflets.worklist.json_text import load_object, load_value

MAX_FILE = 64 * 1024 * 1024
MAX_LINE = 4 * 1024 * 1024
ROW_TYPES = ("MedicationDispense", "MedicationRequest")
GIVEN = ("completed", "in-progress", "preparation", "unknown")
"""States of a dispense for which a copy is printed."""
_BUNDLES = ("batch", "collection", "document", "message", "searchset", "transaction")
"""Not ``history``, which holds old versions, and not the responses, which hold outcomes."""
_REFERENCE = re.compile(r"(?P<base>https?://.*/)?(?P<key>[A-Z][A-Za-z]+/[A-Za-z0-9.\-]{1,64})(?:/_history/[^/]+)?")

Resource = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Located:
    """One resource, or what is wrong in its place."""

    line: int
    place: str
    """``entry 4`` in a Bundle, else nothing."""
    resource: Resource = field(repr=False, default_factory=dict)
    full_url: str = field(repr=False, default="")
    wanted: bool = True
    """Whether it may become a row: what a search only included does not."""
    fault: CellError | None = None

    @property
    def type(self) -> str:
        """Its type; empty for a fault."""
        return str(self.resource.get("resourceType", ""))

    def names(self) -> tuple[str, ...]:
        """What a reference may call it."""
        id_ = self.resource.get("id")
        own = f"{self.type}/{id_}" if isinstance(id_, str) else ""
        return tuple(key for key in dict.fromkeys((self.full_url, own)) if key)


class Resources:
    """The resources of a file. Raises ContentError when it is not FHIR."""

    def __init__(self, stream: IO[bytes], file: str) -> None:
        self.stream, self.file = stream, file
        self._lines: dict[str, int] = {}
        """Where each key stands: a line of NDJSON, or a place in the list."""
        self._again: dict[str, list[int]] = {}
        """The places where a key stands once more."""
        self._offsets = array("Q")
        """Of NDJSON: for each resource its first byte and its line."""
        self._held: list[Located] | None = None
        self._bases: set[str] = set()
        self._filled: list[tuple[str, Located]] = []
        self.rows = 0
        if not _is_ndjson(stream, file):
            self._held = _held(stream, file)
        for number, located in enumerate(self):
            self._note(located, number)
        self.authorized = {key for reference, owner in self._filled for key in self._names(reference, owner)}
        """Requests that a dispense of this file fills."""
        self._filled.clear()
        self._load = lru_cache(maxsize=256)(self._load_again)

    def __iter__(self) -> Iterator[Located]:
        return iter(self._held) if self._held is not None else self._read_lines()

    def twins(self, located: Located) -> str:
        """Where its name stands, when that is more than once: ``lines 3, 9``; else nothing."""
        name = next(iter(located.names()), "")  # in a Bundle the fullUrl, which alone must be unique there
        return self._places(name) if name in self._again else ""

    def resolve(self, reference: str, owner: Located) -> Located | None:
        """What a resource refers to, or None when the file does not hold it. Raises CellError when it holds two."""
        if reference.startswith("#"):
            return self._contained(reference[1:], owner)
        for key in self._names(reference, owner):
            if key in self._again:
                raise CellError("fhir-id-twice", f"refers to a resource that stands here twice ({self._places(key)})")
            if key in self._lines:
                return self._load(key)
        return None

    def _contained(self, id_: str, owner: Located) -> Located | None:
        if not id_:
            return owner
        found = [r for r in owner.resource.get("contained") or () if isinstance(r, dict) and r.get("id") == id_]
        if len(found) > 1:
            raise CellError("fhir-id-twice", "contains two resources with the id that it refers to")
        return Located(owner.line, owner.place, found[0]) if found else None

    def _names(self, reference: str, owner: Located) -> Iterator[str]:
        """The keys that a reference may stand for, surest first (FHIR R4, Bundle, “Resolving references”)."""
        match = _REFERENCE.fullmatch(reference)
        if match is None:
            yield reference
            return
        base, key = match["base"], match["key"]
        if base:
            yield base + key
            # NDJSON has no fullUrl: one server's addresses can only mean its own lines, two servers' cannot be told.
            if self._held is None and len(self._bases) == 1:
                yield key
            return
        own = next((k for k in owner.names() if k != owner.full_url), "")
        if own and owner.full_url.endswith("/" + own):
            yield owner.full_url.removesuffix(own) + key
        yield key

    def _note(self, located: Located, number: int) -> None:
        for key in located.names():
            if key in self._lines:
                self._again.setdefault(key, []).append(number)
            else:
                self._lines[key] = number
        if located.type not in ROW_TYPES or not located.wanted:
            return
        self.rows += 1
        for name, reference in _references(located.resource):
            if (match := _REFERENCE.fullmatch(reference)) and match["base"]:
                self._bases.add(match["base"])
            if name == "authorizingPrescription" and located.resource.get("status") in GIVEN:
                self._filled.append((reference, located))

    def _places(self, key: str) -> str:
        numbers = [self._lines[key], *self._again[key]][:10]
        if self._held is not None:
            return ", ".join(self._held[number].place for number in numbers)
        return "lines " + ", ".join(str(self._offsets[2 * number + 1]) for number in numbers)

    def _load_again(self, key: str) -> Located:
        number = self._lines[key]
        if self._held is not None:
            return self._held[number]
        self.stream.seek(self._offsets[2 * number])
        return _located_line(self.stream.readline(MAX_LINE), int(self._offsets[2 * number + 1]))

    def _read_lines(self) -> Iterator[Located]:
        """The lines of NDJSON. The place in the file is kept, since references move it."""
        noting = not self._offsets
        at, line = 0, 0
        while True:
            self.stream.seek(at)
            data = self.stream.readline(MAX_LINE + 1)
            if not data:
                return
            whole = len(data) <= MAX_LINE or data.endswith(b"\n")
            while not whole and (rest := self.stream.readline(MAX_LINE)) and not rest.endswith(b"\n"):
                pass
            start, at, line = at, self.stream.tell(), line + 1
            if not data.strip():
                continue
            if noting:
                self._offsets.extend((start, line))
            if whole:
                yield _located_line(data, line)
            else:
                message = f"is longer than {MAX_LINE // (1024 * 1024)} MiB"
                yield Located(line, "", fault=CellError("json-too-large", message))


def _references(resource: Resource) -> Iterator[tuple[str, str]]:
    """What a row refers to, by element. The resource is not validated yet."""
    for name in ("subject", "medicationReference", "requester", "authorizingPrescription", "medication"):
        value = resource.get(name)
        for item in value if isinstance(value, list) else [value]:
            found = item.get("reference") if isinstance(item, dict) else None
            found = (
                found.get("reference") if isinstance(found, dict) else found
            )  # R5: a reference in a CodeableReference
            if isinstance(found, str):
                yield name, found


def _is_ndjson(stream: IO[bytes], file: str) -> bool:
    """Whether each line is a resource: by the name, or because the first line is whole and something follows."""
    if PurePath(file).suffix.casefold() in (".ndjson", ".jsonl"):
        return True
    stream.seek(0)
    first = stream.readline(MAX_LINE)
    if not any(line.strip() for line in iter(lambda: stream.readline(MAX_LINE), b"")):
        return False
    try:
        return isinstance(load_value(first.decode("utf-8-sig")), dict)
    except (CellError, UnicodeDecodeError):
        return False


def _located_line(data: bytes, line: int) -> Located:
    try:
        resource = load_value(data.decode("utf-8-sig" if line == 1 else "utf-8"), line)
    except UnicodeDecodeError as error:
        fault = CellError("not-utf8", f"holds a byte that is not UTF-8 (byte {error.start + 1} of the line)")
        return Located(line, "", fault=fault)
    except CellError as error:
        return Located(line, "", fault=error)
    return _located(resource, line, "")


def _located(resource: Any, line: int, place: str, full_url: str = "", *, wanted: bool = True) -> Located:
    if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
        fault = CellError("not-fhir", "is JSON, but not a FHIR resource: it has no resourceType")
        return Located(line, place, fault=fault)
    if resource["resourceType"] == "Bundle":
        return Located(line, place, fault=CellError("fhir-bundle", "is a Bundle within another list of resources"))
    return Located(line, place, resource, full_url, wanted)


def _held(stream: IO[bytes], file: str) -> list[Located]:
    """The resources of one JSON document."""
    stream.seek(0)
    data = stream.read(MAX_FILE + 1)
    try:
        if len(data) > MAX_FILE:
            message = f"is larger than {MAX_FILE // (1024 * 1024)} MiB"
            raise CellError("json-too-large", message, "give it as NDJSON, one resource a line")
        try:
            top, entries = load_object(data.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise CellError("not-utf8", f"holds a byte that is not UTF-8 on line {line}", "save it as UTF-8") from None
        if not isinstance(top.get("resourceType"), str):
            hint = "give a MedicationDispense, a MedicationRequest, or a Bundle or NDJSON of them"
            raise CellError("not-fhir", "is JSON, but not FHIR: it has no resourceType", hint)
        if top["resourceType"] != "Bundle":
            return [_located(top, 1, "")]
        if top.get("type") not in _BUNDLES:
            raise CellError("fhir-bundle", "is a Bundle of a type that is not read", f"read: {', '.join(_BUNDLES)}")
    except CellError as error:
        raise ContentError(Problem(error.rule, f"the file {error.message}", file=file, hint=error.hint)) from None
    return list(_entries(entries))


def _entries(entries: Iterable[tuple[int, Any]]) -> Iterator[Located]:
    for number, (line, entry) in enumerate(entries, 1):
        place = f"entry {number}"
        if not isinstance(entry, dict):
            yield Located(line, place, fault=CellError("not-fhir", "is no entry of a Bundle"))
        elif "resource" in entry:
            search = entry.get("search")
            wanted = not isinstance(search, dict) or search.get("mode", "match") == "match"
            url = entry.get("fullUrl")
            yield _located(entry["resource"], line, place, url if isinstance(url, str) else "", wanted=wanted)
