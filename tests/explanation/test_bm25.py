"""Explanations of BM25 as people and programs read them; the numbers are tested in tests/index/test_bm25_index.py."""

from textvec import BM25Index

INDEX = BM25Index(method="bm25+", delta=1.0).fit(["Pizza, pizza & wine", "red wine", "a long text about nothing"])


def test_what_is_shown():
    explanation = INDEX.explain("pizza wine nothing", 0)
    lines = repr(explanation).splitlines()
    assert lines[0].startswith("Explanation(score ")
    assert [line.split()[1] for line in lines[1:]] == ["pizza", "nothing", "wine"]
    assert "(count 2, length 1.00)" in lines[1]
    assert [explanation.document[mark.start : mark.end] for mark in explanation.document_marks] == [
        "Pizza",
        "pizza",
        "wine",
    ]
    assert [explanation.query[mark.start : mark.end] for mark in explanation.query_marks] == ["pizza", "wine"]
    assert max(map(len, lines)) <= 80


def test_as_data():
    term, share = INDEX.explain("pizza pizza", 0)[0]
    (row,) = INDEX.explain("pizza pizza", 0).to_dicts()
    assert (row["term"], row["contribution"]) == (term, share)
    assert {*row} == {"term", "contribution", "query_frequency", "idf", "frequency", "length", "tf"}
    assert (row["query_frequency"], row["frequency"]) == (2, 2)
    assert list(INDEX.explain("pizza", 0).to_pandas().columns) == [*row]
    assert list(INDEX.explain("unknown", 0).to_pandas().columns) == ["term", "contribution"]
