"""The Arrow type of Python values: the same in any order, strings where there is none."""

import datetime
import decimal

import pytest

from textvec.readers.column_types import typed


def nested(depth):
    value = 1
    for _ in range(depth):
        value = [value]
    return value


COLUMNS = {
    "integers": ([1, None], "int64"),
    "integers and floats": ([1, 2.5], "double"),
    "booleans": ([True, None], "bool"),
    "booleans and floats": ([True, 2.5], "string"),
    "booleans and integers": ([True, 1], "string"),
    "strings and numbers": (["a", 1], "string"),
    "nothing": ([None, None], "string"),
    "64 bits": ([2**63 - 1, -(2**63)], "int64"),
    "more than 64 bits": ([2**63, 1], "string"),
    "lists": ([[1], [2.5], [], None], "list<item: double>"),
    "lists of nothing": ([[], []], "list<item: string>"),
    "lists of booleans and floats": ([[True], [2.5]], "string"),
    "objects": ([{"a": 1}, {"b": "x"}], "struct<a: int64, b: string>"),
    "lists and objects": ([[1], {"a": 1}], "string"),
    "dates": ([datetime.date(2020, 1, 1), None], "date32[day]"),
    "dates and strings": ([datetime.date(2020, 1, 1), "x"], "string"),
    "decimals": ([decimal.Decimal("1.5")], "decimal128(2, 1)"),
    "deep": ([nested(40)], "string"),
    "rather deep": ([nested(5)], "list<item: " * 5 + "int64" + ">" * 5),
}


@pytest.mark.parametrize(("values", "kind"), COLUMNS.values(), ids=COLUMNS)
def test_types(values, kind):
    for order in (values, values[::-1]):
        array = typed(order)
        assert len(array) == len(values)
        assert sorted(str(array.type)) == sorted(kind)  # the fields of an object are in the order they come
        assert array.null_count == values.count(None)


def test_mixed_values_are_written_as_json():
    assert typed([True, 2.5, None, "a", [1], {"b": None}]).to_pylist() == [
        "true", "2.5", None, "a", "[1]", '{"b": null}'
    ]  # fmt: skip
