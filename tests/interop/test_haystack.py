"""The component for Haystack; what its filters let through is what Haystack itself lets through."""

import pytest

from support.asyncs import run_async
from support.retrieving import ALL_WORDS, METADATA, ROWS, index_of_passages, run_examples
from textvec import BM25Index

haystack = pytest.importorskip("haystack", reason="needs Haystack: pip install 'textvec-kit[haystack]'")
from haystack.utils.filters import document_matches_filter  # noqa: E402

from textvec.interop.haystack import TextvecRetriever  # noqa: E402


def is_(field, operator, value):
    return {"field": field, "operator": operator, "value": value}


def logical(operator, *conditions):
    return {"operator": operator, "conditions": list(conditions)}


OLD, FRUIT, CHEAP = is_("meta.year", "<", 2003), is_("meta.label", "==", "fruit"), is_("meta.price", "<=", 1.5)
FILTERS = [
    FRUIT,
    is_("label", "==", "fruit"),
    is_("meta.label", "!=", "fruit"),
    is_("meta.label", "==", None),
    is_("meta.label", "!=", None),
    is_("meta.label", "in", ["cars", "none"]),
    is_("meta.label", "not in", ["cars", None]),
    is_("meta.label", "in", []),
    OLD,
    is_("meta.year", "<=", 2002),
    is_("meta.year", ">", 2001.5),
    is_("meta.year", ">=", None),
    is_("meta.year", "in", [2001, 2005]),
    is_("meta.day", ">=", "2026-01-04"),
    is_("meta.day", "==", "2026-01-02T00:00:00"),
    logical("AND", OLD, FRUIT, CHEAP),
    logical("OR", OLD, CHEAP),
    logical("NOT", OLD),
    logical("NOT", OLD, CHEAP),
    logical("AND", FRUIT, logical("OR", CHEAP, logical("NOT", OLD))),
    logical("AND"),
    logical("OR"),
]


@pytest.mark.parametrize("filters", FILTERS, ids=lambda filters: f"filter{FILTERS.index(filters)}")
def test_filters_let_through_what_haystack_lets_through(filters):
    found = TextvecRetriever(index_of_passages()).run(ALL_WORDS, filters=filters)["documents"]
    expected = [i for i, row in enumerate(ROWS) if document_matches_filter(filters, haystack.Document(meta=row))]
    assert sorted(int(document.id) for document in found) == expected


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        ({"field": "meta.year", "value": 3}, "the keys 'field', 'operator' and 'value'"),
        ({"operator": "AND", "value": 3}, "a logical one with 'operator' and 'conditions'"),
        ({"year": 3}, "a logical one"),
        (is_("meta.year", "~", 3), "must be one of ==, .* not in, but it is '~'"),
        (logical("XOR", OLD), "must be one of AND, OR, NOT, but it is 'XOR'"),
        (is_("meta.yeer", "==", 3), "no column 'yeer'. Its columns are: 'year'"),
        (is_("meta.year", "==", "x"), "of type int64, which 'x' does not fit"),
        (is_("meta.label", ">", 3), "of type (large_)?string, which 3 does not fit"),
        (is_("meta.year", "in", 3), "operator 'in' for the column 'year' takes a list of values, but got 3"),
        (is_("meta.year", ">", [3]), "takes one value, and no list"),
    ],
)
def test_filters_that_are_none(filters, message):
    with pytest.raises(ValueError, match=message):
        TextvecRetriever(index_of_passages(), filters=filters).run("red")


def test_filters_of_an_index_without_metadata():
    with pytest.raises(ValueError, match="no column 'year'"):
        TextvecRetriever(BM25Index().fit(["red"])).run("red", filters=OLD)


def test_what_a_document_holds():
    retriever = TextvecRetriever(index_of_passages(), top_k=1, min_score=0.01)
    (document,) = retriever.run("sea", filters=is_("meta.year", "==", 2001))["documents"]
    assert (document.id, document.content) == ("0", "The sea is blue.")
    assert document.meta == {"id": 0, "score": document.score, "passage": 1, "start": 13, "end": 29} | ROWS[0]
    assert len(retriever.run("red", top_k=3)["documents"]) == 3
    assert retriever.run("nothing")["documents"] == []


def test_in_a_pipeline_that_is_written_and_read(tmp_path):
    index_of_passages().save(tmp_path / "index")
    pipeline = haystack.Pipeline()
    pipeline.add_component("retriever", TextvecRetriever(tmp_path / "index", top_k=2, filters=FRUIT, min_score=0.1))
    question = {"retriever": {"query": "red sea"}}
    found = pipeline.run(question)
    assert [document.id for document in found["retriever"]["documents"]] == ["0"]
    written = pipeline.dumps()
    assert str(tmp_path / "index") in written
    again = haystack.Pipeline.loads(written, allowed_modules=["textvec.interop.haystack"])
    assert again.run(question) == found
    assert run_async(again.run_async(question)) == found
    component = again.get_component("retriever")
    assert (component.top_k, component.filters, component.min_score) == (2, FRUIT, 0.1)


def test_an_index_in_memory_is_not_written():
    with pytest.raises(ValueError, match=r"in memory alone.*index\.save\(folder\); TextvecRetriever\(folder\)"):
        TextvecRetriever(index_of_passages()).to_dict()


def test_the_page(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run_examples("haystack") > 5
    assert set(METADATA) == set(ROWS[0])
