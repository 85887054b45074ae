"""The retriever for LlamaIndex; what its filters let through is what LlamaIndex itself lets through."""

import threading

import pytest

from support.asyncs import run_async
from support.retrieving import ALL_WORDS, ROWS, index_of_passages, run_examples

pytest.importorskip("llama_index.core", reason="needs LlamaIndex: pip install 'textvec-kit[llama-index]'")
from llama_index.core.schema import MetadataMode
from llama_index.core.vector_stores import (
    FilterCondition,
    FilterOperator,
    MetadataFilter,
    MetadataFilters,
)
from llama_index.core.vector_stores.utils import build_metadata_filter_fn

from textvec.interop.llama_index import TextvecRetriever


def all_of(*conditions, condition="and"):
    filters = [
        MetadataFilter(key=each[0], operator=each[1], value=each[2]) if isinstance(each, tuple) else each
        for each in conditions
    ]
    return MetadataFilters(filters=filters, condition=condition)


OLD, FRUIT, CHEAP = ("year", "<", 2003), ("label", "==", "fruit"), ("price", "<=", 1.5)
FILTERS = [
    all_of(FRUIT),
    all_of(("label", "!=", "fruit")),
    all_of(("label", "in", ["cars", "none"])),
    all_of(("label", "nin", ["cars", "none"])),
    all_of(OLD),
    all_of(("year", "<=", 2002)),
    all_of(("year", ">", 2001)),
    all_of(("year", ">=", 2002)),
    all_of(OLD, FRUIT, CHEAP),
    all_of(OLD, CHEAP, condition="or"),
    all_of(OLD, CHEAP, condition="not"),
    all_of(OLD, CHEAP, condition=None),
    all_of(),
]


def ids(nodes):
    return sorted(int(node.node_id) for node in nodes)


@pytest.mark.parametrize("filters", FILTERS, ids=lambda filters: f"filter{FILTERS.index(filters)}")
def test_filters_let_through_what_llama_index_lets_through(filters):
    found = TextvecRetriever(index_of_passages(), filters=filters).retrieve(ALL_WORDS)
    lets_through = build_metadata_filter_fn(lambda i: ROWS[int(i)], filters)
    assert ids(found) == [i for i in range(len(ROWS)) if lets_through(str(i))]


def test_filters_within_filters():
    filters = all_of(FRUIT, all_of(CHEAP, all_of(OLD, condition=FilterCondition.NOT), condition="or"))
    assert ids(TextvecRetriever(index_of_passages(), filters=filters).retrieve(ALL_WORDS)) == [0]


@pytest.mark.parametrize(
    ("operator", "value", "message"),
    [
        (FilterOperator.TEXT_MATCH, "x", "must be one of ==, .*, nin, but that of 'label' is 'text_match'"),
        (FilterOperator.ANY, ["x"], "'any'"),
        (FilterOperator.EQ, ["x"], "takes one value, and no list"),
        (FilterOperator.GT, 3, "of type (large_)?string, which 3 does not fit"),
    ],
)
def test_filters_that_are_none_of_ours(operator, value, message):
    with pytest.raises(ValueError, match=message):
        TextvecRetriever(index_of_passages(), filters=all_of(("label", operator, value)))


def test_what_a_node_holds():
    retriever = TextvecRetriever(index_of_passages(), similarity_top_k=1, min_score=0.01, filters=all_of(FRUIT))
    (found,) = retriever.retrieve("sea")
    node = found.node
    assert (node.node_id, node.text, node.start_char_idx, node.end_char_idx) == ("0", "The sea is blue.", 13, 29)
    assert node.metadata == {"id": 0, "score": found.score, "passage": 1, "start": 13, "end": 29} | ROWS[0]
    for mode in (MetadataMode.LLM, MetadataMode.EMBED):
        assert node.get_content(mode).startswith("year: 2001\nlabel: fruit")
    assert retriever.retrieve("nothing") == []


def test_asynchronously_in_a_thread_of_its_own(monkeypatch):
    index, threads, search = index_of_passages(), [], type(index_of_passages()).search

    def recorded(self, *arguments, **named):
        threads.append(threading.current_thread())
        return search(self, *arguments, **named)

    monkeypatch.setattr(type(index), "search", recorded)
    retriever = TextvecRetriever(index)
    assert run_async(retriever.aretrieve("sea")) == retriever.retrieve("sea")
    assert threads[0] is not threading.main_thread()


def test_the_page(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run_examples("llama-index") > 5
