"""What a column of strings becomes: integers, floats, or what it was."""

import pytest

from textvec.readers.numeric_columns import is_number, numbers, whole_numbers

COLUMNS = {
    "integers": (["7", None, "-12", "0"], [7, None, -12, 0]),
    "codes": (["007", "12"], ["007", "12"]),
    "the largest of 64 bits": ([str(2**63 - 1)], [2**63 - 1]),
    "more than 64 bits": ([str(2**63)], [str(2**63)]),
    "floats": (["7", ".5", "1e3", None], [7.0, 0.5, 1000.0, None]),
    "units": (["7", "2.5 kg"], ["7", "2.5 kg"]),
    "other digits": (["\u0667"], ["\u0667"]),
    "nothing": ([None, None], [None, None]),
    "signs and spaces": (["+1", " 2"], ["+1", " 2"]),
}


@pytest.mark.parametrize(("values", "expected"), COLUMNS.values(), ids=COLUMNS)
def test_numbers(values, expected):
    assert numbers(values) == expected
    assert [*map(type, numbers(values))] == [*map(type, expected)]


def test_whole_numbers_leaves_floats():
    assert whole_numbers(["1.1", "1.10"]) == ["1.1", "1.10"]


@pytest.mark.parametrize(("value", "yes"), [("1", True), ("nan", True), ("1_0", True), ("", False), ("one", False)])
def test_is_number(value, yes):
    assert is_number(value) is yes
