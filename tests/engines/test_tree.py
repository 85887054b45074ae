"""Merging in a tree: a few at a time, each result once."""

import pytest

from textvec.engines.tree import FAN_IN, GrowingTree, merged_in_tree


@pytest.mark.parametrize("n", [1, 2, FAN_IN, FAN_IN + 1, FAN_IN**2 + 1, 100])
def test_each_result_is_merged_once_and_few_at_a_time(n):
    def merge(parts):
        assert 2 <= len(parts) <= FAN_IN
        return [each for part in parts for each in part]

    assert merged_in_tree([[i] for i in range(n)], merge) == list(range(n))


@pytest.mark.parametrize("n", [1, FAN_IN, FAN_IN + 1, FAN_IN**3])
def test_what_comes_one_by_one_is_merged_with_as_much(n):
    """So a result is merged a few times, however many there are, and few wait."""
    is_complete = False

    def merge(parts):
        assert is_complete or (len(parts) == FAN_IN and len(set(map(len, parts))) == 1)
        return [each for part in parts for each in part]

    tree = GrowingTree(merge)
    for i in range(n):
        tree.add([i])
    is_complete = True
    assert tree.root() == list(range(n))
