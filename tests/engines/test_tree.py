"""Merging in a tree: a few at a time, each result once."""

import pytest

from textvec.engines.tree import FAN_IN, merged_in_tree


@pytest.mark.parametrize("n", [1, 2, FAN_IN, FAN_IN + 1, FAN_IN**2 + 1, 100])
def test_each_result_is_merged_once_and_few_at_a_time(n):
    def merge(parts):
        assert 2 <= len(parts) <= FAN_IN
        return [each for part in parts for each in part]

    assert merged_in_tree([[i] for i in range(n)], merge) == list(range(n))
