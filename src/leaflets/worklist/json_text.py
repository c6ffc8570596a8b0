"""JSON text -> its values, each entry of a Bundle with its line; refused where two readers could read two things.

Numbers with a point stay as they are written (``30.0``), a key that is said twice is an error, and depth is bounded.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any, NoReturn

from leaflets.worklist.cells import CellError

MAX_DEPTH = 50
"""Levels of lists and objects. A Bundle of dispenses has about ten."""

_BLANKS = re.compile(r"[ \t\r\n]*")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise CellError("json-key-twice", "has an object that says one key twice", "keep one of them")
    # FHIR knows no null for an element (R4, “JSON representation”): it says as much as a key that is not there.
    return {key: value for key, value in found.items() if value is not None}


def _no_constant(_name: str) -> NoReturn:
    raise CellError("json-broken", "holds NaN or Infinity, which JSON does not have")


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_float=Decimal, parse_constant=_no_constant)


def load_value(text: str, first_line: int = 1) -> Any:
    """The one value of a text. Raises CellError; the message never quotes the text."""
    value, end = _decode(text, _blanks(text, 0), first_line)
    if _blanks(text, end) != len(text):
        raise CellError("json-broken", "goes on after its end")
    return value


def load_object(text: str) -> tuple[dict[str, Any], list[tuple[int, Any]]]:
    """An object, and the items of its ``entry`` list each with its line. Raises CellError."""
    found: dict[str, Any] = {}
    entries: list[tuple[int, Any]] = []
    at = _blanks(text, 0)
    if text[at : at + 1] != "{":
        raise CellError("not-fhir", "is JSON, but not a FHIR resource", "give one resource, a Bundle, or NDJSON")
    at = _blanks(text, at + 1)
    while text[at : at + 1] != "}":
        key, at = _key(text, at)
        if key in found:
            raise CellError("json-key-twice", "says one key twice", "keep one of them")
        if key == "entry" and text[at : at + 1] == "[":
            entries, at = _items(text, at)
            found[key] = [item for _, item in entries]
        else:
            found[key], at = _decode(text, at, 1)
        at = _comma(text, _blanks(text, at), "}")
    found = _once(list(found.items()))
    if _blanks(text, at + 1) != len(text):
        raise CellError("json-broken", f"goes on after its end, on line {_line(text, at)}")
    return found, entries


def _key(text: str, at: int) -> tuple[str, int]:
    if text[at : at + 1] != '"':
        raise _broken(text, at)
    key, at = _decode(text, at, 1)
    at = _blanks(text, at)
    if text[at : at + 1] != ":":
        raise _broken(text, at)
    return key, _blanks(text, at + 1)


def _items(text: str, at: int) -> tuple[list[tuple[int, Any]], int]:
    items: list[tuple[int, Any]] = []
    line, counted = 1, 0
    at = _blanks(text, at + 1)
    while text[at : at + 1] != "]":
        line, counted = line + text.count("\n", counted, at), at
        value, at = _decode(text, at, 1)
        items.append((line, value))
        at = _comma(text, _blanks(text, at), "]")
    return items, at + 1


def _comma(text: str, at: int, end: str) -> int:
    """Past a comma that something follows, or to the end sign."""
    if text[at : at + 1] == ",":
        after = _blanks(text, at + 1)
        if text[after : after + 1] not in (end, ""):
            return after
    elif text[at : at + 1] == end:
        return at
    raise _broken(text, at)


def _decode(text: str, at: int, first_line: int) -> tuple[Any, int]:
    try:
        value, end = _DECODER.raw_decode(text, at)
    except json.JSONDecodeError as error:
        # An open string is said to break off where it starts.
        at = len(text) if error.msg.startswith("Unterminated") else error.pos
        raise _broken(text, at, first_line) from None
    except RecursionError:
        raise _too_deep() from None
    except CellError:
        raise
    except ValueError:  # an integer of thousands of digits
        raise CellError("json-number", "holds a number that is too long") from None
    _check_depth(value)
    return value, end


def _check_depth(value: Any) -> None:
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise _too_deep()
        nested = (item.values() if isinstance(item, dict) else item for item in level if isinstance(item, dict | list))
        level = [item for items in nested for item in items if isinstance(item, dict | list)]


def _too_deep() -> CellError:
    return CellError("json-depth", f"nests deeper than {MAX_DEPTH} levels")


def _broken(text: str, at: int, first_line: int = 1) -> CellError:
    at = min(at, len(text.rstrip()))
    where = f"line {_line(text, at) + first_line - 1}, column {at - text.rfind(chr(10), 0, at)}"
    what = "ends too early" if at >= len(text.rstrip()) else "breaks off"
    return CellError("json-broken", f"is no whole JSON: it {what} at {where}", "was the file cut off?")


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _blanks(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return found.end() if found else at
