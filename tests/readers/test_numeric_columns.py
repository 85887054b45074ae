"""What a column of strings becomes: integers, floats, or what it was."""

import pytest

from textvec.readers.numeric_columns import is_number, numbers, settled, whole_numbers

COLUMNS = {
    "integers": (["7", None, "-12", "0"], [7, None, -12, 0]),
    "codes": (["007", "12"], ["007", "12"]),
    "the largest of 64 bits": ([str(2**63 - 1)], [2**63 - 1]),
    "more than 64 bits": ([str(2**63)], [str(2**63)]),
    "floats": (["7", ".5", "1e3", None], [7.0, 0.5, 1000.0, None]),
    "units": (["7", "2.5 kg"], ["7", "2.5 kg"]),
    "other digits": (["\u0667"], ["\u0667"]),
    "nothing": ([None, None], [None, None]),
    "signs": (["+1", "2"], ["+1", "2"]),
    "spaces": ([" 2", "3\t"], [2, 3]),
    "missing": (["7", "NA", "n/a", " nan", "NULL", "None", ""], [7, None, None, None, None, None, None]),
    "nothing but missing": (["NA", "None"], ["NA", "None"]),
    "infinite": (["inf", "-Infinity", "1e400"], ["inf", "-Infinity", "1e400"]),
    "infinite on purpose": (["inf", "-Infinity", "1."], [float("inf"), -float("inf"), 1.0]),
    "underscores": (["1_000", "2"], ["1_000", "2"]),
    "a point": (["1", "."], ["1", "."]),
    "a long fraction": (["1.12345678901234567890", "2"], [1.1234567890123457, 2.0]),
    "a long whole number among fractions": (["12345678901234567890", "2.5"], ["12345678901234567890", "2.5"]),
    "booleans": (["true", "1"], ["true", "1"]),
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


def test_numbers_with_other_markers():
    assert numbers(["7", "-", " "], ["-"]) == [7, None, None]
    assert numbers(["7", "NA"], ["-"]) == ["7", "NA"]


def test_whole_numbers_knows_no_markers():
    assert whole_numbers(["7", "NA"]) == ["7", "NA"]
    assert whole_numbers([" 8", "9"]) == [" 8", "9"]  # an id is taken as it is written


def test_settled():
    assert settled([8, "NA", float("nan"), None]) == [8, None, None, None]
    assert settled([8, "many"]) == [8, "many"]
    assert settled([True, "NA"]) == [True, "NA"]
    assert settled(["NA", 8], ["-"]) == ["NA", 8]
