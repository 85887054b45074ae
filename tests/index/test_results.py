"""SearchResults: it reads like a list, prints well, and turns into plain data."""

import copy
import pickle
import re
from collections.abc import Sequence

import numpy as np
import pytest

from textvec import BM25Index, Chunker, CosineIndex
from textvec.index.facets import columns_of_few_values
from textvec.similarity import Hit, Hits


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


@pytest.mark.parametrize("copied", [False, True])
def test_top_is_the_first_hits_of_each_query(results, copied):
    top = pickle.loads(pickle.dumps(results)).top(1) if copied else results.top(1)
    assert [[hit.id for hit in hits] for hits in top] == [["b"], [], ["c"]]
    assert top.scores.shape == (3, 1)
    assert top.to_arrow().equals(results.to_arrow().filter(results.to_arrow()["rank"].to_numpy() == 1))


def test_prints(results):
    lines = repr(results).splitlines()
    assert lines[0] == "SearchResults(3 queries)"
    assert "  query 1: no hits" in lines
    assert max(map(len, lines)) <= 80
    assert repr(results[:0]) == "SearchResults(0 queries)"


def test_html_is_escaped(results):
    for shown in (results, results[0], results[0][1]):
        assert "&lt;b&gt;apple" in shown._repr_html_()
        assert "<b>" not in shown._repr_html_()
    assert ">no hits</td>" in results._repr_html_()


def test_the_hits_of_a_query_print_well(results):
    assert repr(results[2][:1]).splitlines()[:2] == ["Hits(1)", "   score  id  document"]
    assert results[0].to_dicts() == results.to_dicts()[0]
    assert list(results[0].to_pandas().columns) == ["id", "score", "document"]
    assert isinstance(pickle.loads(pickle.dumps(results))[0], Hits)


def test_what_is_not_shown_is_counted():
    results = CosineIndex().fit(["tea"] * 12).search(["tea"] * 7, k=12)
    for shown in (repr(results), results._repr_html_()):
        assert shown.count("and 2 more hits") == 5
        assert "and 2 more queries" in shown


def test_a_hit_and_a_document_show_all_fields():
    index = CosineIndex(chunker=Chunker(size=1)).fit(
        ["A <b>cat</b>. A dog."], ids=["<i>"], metadata={"<u>": ["<s>"], "n": [None]}
    )
    for shown in (index.search(["dog"])[0][0]._repr_html_(), index["<i>"]._repr_html_()):
        assert {f"<{tag}>" for tag in "bius"} & set(re.findall("<.>", shown)) == set()
        for text in ("A &lt;b&gt;cat&lt;/b&gt;. A dog.", "&lt;i&gt;", "&lt;u&gt;", "&lt;s&gt;"):
            assert text in shown
    assert ">A dog.</td>" in index.search(["dog"])[0][0]._repr_html_()


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


FRUIT = ["apple pie", "apple", "apple tree", "apple", "blue sea"]
KINDS = {
    "color": ["red", "green", "red", None, "blue"],
    "year": [2001, 2001, 2002, None, 2003],
    "price": [0.5, float("nan"), None, 2.0, 1.0],
    "eaten": [True, False, True, True, None],
    "title": [f"title {i}" for i in range(5)],
    "tags": [["a"], ["a"], [], None, ["b"]],
}


@pytest.fixture(params=["memory", "disk", "pickle", "two segments"])
def counted(request, tmp_path):
    """Results of two queries over metadata of several kinds, as they come in several ways."""
    index = CosineIndex().fit(FRUIT, metadata=KINDS)
    if request.param == "disk":
        index.save(tmp_path / "index")
        index = CosineIndex.open(tmp_path / "index")
    if request.param == "two segments":
        index = BM25Index().fit(FRUIT[:3], metadata={name: values[:3] for name, values in KINDS.items()})
        index.add(FRUIT[3:], metadata={name: values[3:] for name, values in KINDS.items()})
    results = index.search(["apple", "sea", "nothing"], k=10)
    return pickle.loads(pickle.dumps(results)) if request.param == "pickle" else results


def test_values_are_counted_the_most_frequent_first(counted):
    assert counted.value_counts("color") == [{"red": 2, None: 1, "green": 1}, {"blue": 1}, {}]
    assert list(counted.value_counts("color")[0]) == ["red", None, "green"]
    assert counted.value_counts("year")[0] == {2001: 2, 2002: 1, None: 1}
    assert counted.value_counts("price")[0] == {None: 2, 0.5: 1, 2.0: 1}
    assert counted.value_counts("eaten")[0] == {True: 3, False: 1}
    assert counted.value_counts("tags")[0] == {"['a']": 2, "[]": 1, None: 1}
    with pytest.raises(ValueError, match="The metadata has no column 'colour'"):
        counted.value_counts("colour")


def test_passages_of_a_document_count_once():
    index = CosineIndex(chunker=Chunker(by="sentence", size=1))
    index.fit(["An apple. An apple.", "An apple. A pear."], metadata={"color": ["red", "green"]})
    assert index.search(["apple"]).value_counts("color") == [{"green": 1, "red": 1}]


def test_columns_to_filter_by_have_few_values():
    def few(index):
        return columns_of_few_values([live.segment.metadata for live in index._collection.segments], 4)

    index = CosineIndex().fit(FRUIT, metadata=KINDS)
    assert index.facet_columns == ["color", "year", "eaten", "title"]
    assert few(index) == ["color", "year", "eaten"]
    index.add(["sky", "star"], metadata=[{"color": "white"}, {"color": "black"}])
    assert few(index) == ["year", "eaten"]
    assert CosineIndex().fit(FRUIT).facet_columns == []
