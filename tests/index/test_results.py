"""SearchResults: it reads like a list, prints well, and turns into plain data."""

import copy
import pickle
from collections.abc import Sequence

import numpy as np
import pytest

from textvec import Chunker, CosineIndex
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


@pytest.mark.parametrize("detached", [lambda results: pickle.loads(pickle.dumps(results)), copy.copy, copy.deepcopy])
def test_a_pickle_or_copy_holds_the_hits_and_not_the_index(detached, messages):
    metadata = {"length": [len(text) for text in messages], "score": ["x"] * len(messages)}
    for index in (
        CosineIndex().fit(messages, metadata=metadata),
        CosineIndex(chunker=Chunker(size=1)).fit(messages, ids=[f"m{i}" for i in range(len(messages))]),
        CosineIndex("precomputed").fit(np.eye(50)),
    ):
        queries = np.eye(50)[:9] if index.encoder == "precomputed" else [*messages[:8], "qqq"]
        results = index.search(queries, k=3)
        again = detached(results)
        assert not any(value is index._collection for value in vars(again).values())
        assert len(pickle.dumps(again)) < len(pickle.dumps(index)) / 4
        assert list(again) == list(results)
        assert repr(again) == repr(results)
        assert again._repr_html_() == results._repr_html_()
        assert again.to_dicts() == results.to_dicts()
        assert again.to_arrow().equals(results.to_arrow())
        assert again.to_arrow().schema == results.to_arrow().schema
        np.testing.assert_array_equal(again.scores, results.scores)
        assert list(again[2:5]) == list(results[2:5])
        assert pickle.loads(pickle.dumps(again[2:5])).to_arrow().equals(results[2:5].to_arrow())


def test_a_document_that_many_queries_found_is_in_the_pickle_once():
    results = CosineIndex().fit(["red " * 20_000]).search(["red"] * 50)
    assert len(pickle.dumps(results)) < 200_000
