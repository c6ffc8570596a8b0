"""JSON that two readers could read in two ways is refused, and every entry knows its line."""

from __future__ import annotations

import json
import sys
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaflets.worklist.cells import CellError
from leaflets.worklist.json_text import load_object, load_value

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


def _without_null(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without_null(item) for key, item in value.items() if item is not None}
    return [_without_null(item) for item in value] if isinstance(value, list) else value


@given(st.dictionaries(st.text(max_size=5) | st.just("entry"), VALUES, max_size=5), st.sampled_from([None, 1]))
def test_an_object_is_read_as_the_library_reads_it(value: dict[str, object], indent: int | None) -> None:
    text = json.dumps(value, indent=indent)
    assert load_object(text)[0] == _without_null(value) == load_value(text)


@given(st.dictionaries(st.text(max_size=5), VALUES, min_size=1, max_size=5), st.data())
def test_a_text_that_was_cut_off_is_refused(value: dict[str, object], data: st.DataObject) -> None:
    text = json.dumps(value)
    with pytest.raises(CellError):
        load_object(text[: data.draw(st.integers(0, len(text) - 1))])


def test_entries_have_lines() -> None:
    text = '{\n"type": "collection",\n"entry": [\n{"a": 1},\n\n{"b":\n2}\n]}\n'
    assert load_object(text)[1] == [(4, {"a": 1}), (6, {"b": 2})]


def test_numbers_stay_as_written() -> None:
    assert str(load_value("[30.50]")[0]) == "30.50"
    assert load_value("1.0") == Decimal("1.0")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ('{"a": 1, "a": 2}', "json-key-twice"),
        ('{"b": {"a": 1, "a": 2}}', "json-key-twice"),
        ('{"entry": [], "entry": []}', "json-key-twice"),
        ('{"a": NaN}', "json-broken"),
        ('{"a": 1} x', "json-broken"),
        ('{"a": 1,}', "json-broken"),
        ('{"entry": [1,]}', "json-broken"),
        ("{", "json-broken"),
        ("{1: 2}", "json-broken"),
        ("[1]", "not-fhir"),
        ("", "not-fhir"),
        ('{"a": ' * 60 + "1" + "}" * 60, "json-depth"),
        ('{"a": ' + "[" * 100_000, "json-depth"),
        ('{"entry": [' + '{"a":' * 100_000, "json-depth"),
        ('{"a": ' + "9" * 100_000 + "}", "json-number"),
    ],
    ids=lambda value: value[:20],
)
def test_what_is_refused(text: str, rule: str) -> None:
    before = sys.getrecursionlimit()
    with pytest.raises(CellError) as error:
        load_object(text)
    assert error.value.rule == rule
    assert sys.getrecursionlimit() == before


def test_a_break_names_its_line_and_column() -> None:
    with pytest.raises(CellError, match="breaks off at line 3, column 6"):
        load_object('{\n"a": 1,\n"b": x\n}')
    with pytest.raises(CellError, match="ends too early at line 9"):
        load_value('{"a": "Xyzzy', 9)
