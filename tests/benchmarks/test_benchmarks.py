"""The benchmarks run, on a little text: their results are compared, their figures are not."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

pytest.importorskip("gensim")
pytest.importorskip("bm25s")

from benchmarks import __main__ as command
from benchmarks import accuracy, embedding, scale, search, steps, tables, training, vectorizers
from benchmarks.measure import Row

MODULES = (vectorizers, steps, training, embedding, tables)
CASES = [case for case in command.TABLE if case.__module__ in {module.__name__ for module in MODULES}]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_a_case(case, reviews, monkeypatch):
    def once(ours, theirs, rounds):
        ours(), theirs()
        return [1.0], [2.0]

    monkeypatch.setattr(tables, "WORDS", 300)
    for module in MODULES:
        monkeypatch.setattr(module, "train_reviews", lambda: reviews * 4, raising=False)
        monkeypatch.setattr(module, "in_turn", once)
    rows = case()
    assert rows
    assert all(
        isinstance(row, Row) and row.markdown().count("|") == command.COLUMNS.split("\n")[0].count("|") for row in rows
    )


def test_results_must_be_the_same():
    import numpy as np
    import scipy.sparse as sp

    from benchmarks.data import same

    X = sp.csr_array(np.array([[1.0, 2.0]]))
    same(X, X.copy(), 0)
    with pytest.raises(AssertionError):
        same(X, X * 1.1, 1e-3)


def test_scale(reviews, tmp_path, monkeypatch):
    pq.write_table(pa.table({"text": reviews}), tmp_path / "reviews.parquet")
    monkeypatch.setattr(scale, "SIZES", (50, 800))
    monkeypatch.setattr(scale, "WORK", {"count": "CountVectorizer().fit_transform"})
    head, _, *rows = scale.scale(tmp_path / "reviews.parquet")
    assert len(rows) == 2
    assert all(row.count("|") == head.count("|") for row in rows)


def test_one_query(reviews, tmp_path, monkeypatch):
    pq.write_table(pa.table({"text": reviews}), tmp_path / "reviews.parquet")
    monkeypatch.setattr(search, "N_QUERIES", 5)
    head, _, *rows = search.one_query(tmp_path / "reviews.parquet")
    assert len(rows) == 4
    assert all(row.count("|") == head.count("|") for row in rows)


def test_accuracy(messages, labels, monkeypatch):
    monkeypatch.setattr(accuracy, "reviews", lambda split: (messages, labels))
    head, _, row = accuracy.table()
    assert row.count("|") == head.count("|")
    assert "%" in row
