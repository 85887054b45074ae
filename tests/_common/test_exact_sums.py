"""Exact sums against Python's whole numbers and `math.fsum`."""

import math
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textvec._common import exact_sums
from textvec._common.exact_sums import ExactSums, add_exactly
from textvec._common.states import make_state

FINITE = st.floats(allow_nan=False, allow_infinity=False)
WHOLE = st.integers(-(2**33), 2**33).map(float)


def value(sums):
    """Return one number as a fraction."""
    return sum((int(digit) * Fraction(2) ** (32 * (sums.first + k)) for k, digit in enumerate(sums.digits)), Fraction())


@given(st.lists(FINITE | WHOLE, max_size=30), st.lists(st.integers(0, 30), max_size=5), st.randoms())
def test_sums_are_exact_in_any_order_and_parts(numbers, cuts, random):
    exact = sum(map(Fraction, numbers), Fraction())
    total = add_exactly([ExactSums.of(np.array(numbers, float)).total()])
    assert value(total) == exact
    random.shuffle(numbers)
    bounds = [0, *sorted(cuts), len(numbers)]
    parts = [ExactSums.of(np.array(numbers[a:b], float)).total() for a, b in pairwise(bounds)]
    again = add_exactly([add_exactly(parts[:2]), *parts[2:]])
    assert again.first == total.first
    assert again.digits.tolist() == total.digits.tolist()
    if abs(exact) < 2**1023:
        assert float(total.rounded()) == pytest.approx(float(exact), rel=2**-52, abs=0)


@pytest.mark.parametrize("n", [0, 1, 6, 7, 8, 50])
def test_a_total_is_summed_some_numbers_at_a_time(n, monkeypatch):
    monkeypatch.setattr(exact_sums, "_NUMBERS_PER_BLOCK", 7)
    numbers = np.ldexp(np.random.default_rng(n).standard_normal(n), np.arange(n) * 20 - 300)
    total = ExactSums.total_of(numbers)
    assert value(total) == sum(map(Fraction, numbers.tolist()), Fraction())
    assert total.digits.tolist() == add_exactly([ExactSums.of(numbers).total()]).digits.tolist()


@given(st.lists(FINITE, min_size=1, max_size=6))
def test_a_float_comes_back(numbers):
    assert ExactSums.of(np.array(numbers)).rounded().tolist() == numbers


@pytest.mark.parametrize("sign", [1, -1])
def test_many_merges_keep_the_digits_few(sign):
    sums = one = ExactSums.of(np.full((2, 3), sign * 0.1))
    for _ in range(1000):
        sums = add_exactly([sums, one])
    assert len(sums.digits) <= len(one.digits)
    assert np.allclose(sums.rounded(), sign * 100.1, rtol=1e-15)


def test_no_numbers():
    assert ExactSums.of(np.empty(0)).total().rounded() == 0
    assert ExactSums.of(np.empty((0, 2))).rounded().shape == (0, 2)


def test_integers_are_one_digit():
    assert ExactSums.of(np.array([3.0, 2**32 - 1])).digits.tolist() == [[3, 2**32 - 1]]


def test_too_large_for_a_float():
    assert math.isinf(ExactSums.of(np.array([1e308, 1e308])).total().rounded())


@pytest.mark.parametrize("shape", [(), (2,), (2, 3)], ids=str)
def test_states_carry_them(shape):
    sums = ExactSums.of(np.full(shape, -1e300) + 1e-3)
    again = ExactSums.of_state(make_state(**sums.fields("sums"), other=1), "sums", shape)
    assert again.first == sums.first
    assert (again.digits == sums.digits).all()
