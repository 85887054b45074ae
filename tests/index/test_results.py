"""SearchResults: it reads like a list, prints well, and turns into plain data."""

from collections.abc import Sequence

import numpy as np
import pytest

from textvec import CosineIndex
from textvec.similarity import Hit


@pytest.fixture
def results():
    index = CosineIndex().fit(["red <b>apple</b> pie", "green apple", "blue sea " + "x y " * 40], ids="abc")
    return index.search(["apple", "nothing", "blue sea"], k=2)


def test_reads_like_a_list_of_lists(results):
    assert isinstance(results, Sequence)
    assert [len(hits) for hits in results] == [2, 0, 1]
    assert results[-1] == results[2] == list(results)[2]
    assert isinstance(results[0][0], Hit)
    assert [hit.id for hit in results[0]] == ["b", "a"]
    assert results[1:].to_dicts() == results.to_dicts()[1:]
    with pytest.raises(IndexError):
        results[3]


def test_scores_have_a_place_for_each_hit(results):
    assert results.scores.shape == (3, 2)
    assert results.scores.dtype == np.float32
    assert (results.scores > 0).tolist() == [[True, True], [False, False], [True, False]]


def test_prints(results):
    lines = repr(results).splitlines()
    assert lines[0] == "SearchResults(3 queries)"
    assert "  query 1: no hits" in lines
    assert max(map(len, lines)) < 100
    assert repr(results[:0]) == "SearchResults(0 queries)"


def test_html_is_escaped(results):
    assert "&lt;b&gt;apple" in results._repr_html_()
    assert "<b>" not in results._repr_html_()
