"""The benchmark of searches runs, on a little text: its figures are those of the evaluation, its tables are whole."""

import pytest
from sklearn.utils import Bunch

from benchmarks import retrieval as benchmark
from textvec.evaluation import retrieval

PAIRS = [
    ("A man plays a flute.", "A man is playing a flute.", 5.0),
    ("A man plays a flute.", "Somebody plays the flute.", 4.2),
    ("A man plays a flute.", "A woman eats.", 1.0),
    ("Rain falls.", "It is raining.", 4.0),
    ("A dog runs.", "A cat sleeps.", 0.4),
]


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """A few pairs instead of the STS Benchmark, and the searches that read no vectors."""
    monkeypatch.setattr(benchmark, "fetch_sts_benchmark", lambda subset: Bunch(data=PAIRS))
    searches = {
        name: make
        for name, make in benchmark.SEARCHES.items()
        if not any(each in name for each in benchmark.PRETRAINED)
    }
    monkeypatch.setattr(benchmark, "SEARCHES", searches)


def test_paraphrases():
    collection = benchmark.paraphrases()
    assert list(collection.documents.values()) == [second for _, second, _ in PAIRS]
    assert list(collection.queries.values()) == ["A man plays a flute.", "Rain falls."]
    assert collection.qrels == {"q0": {"d0": 2, "d1": 1}, "q1": {"d3": 1}}


def test_tables():
    passages, sentences = (
        [line for line in part.split("\n") if line.startswith("|")]
        for part in "\n".join(benchmark.table()).split("Search, STS")
    )
    assert passages[0].endswith("| meaning (20) | exact (15) | question (15) | variant (10) |")
    for rows in (passages, sentences):
        assert len(rows) == 2 + len(benchmark.SEARCHES)
        assert {row.count("|") for row in rows} == {rows[0].count("|")}
    collection = benchmark.passages()
    index = benchmark.SEARCHES["TF-IDF, words"](list(collection.documents.values()), list(collection.documents))
    result = retrieval(index, collection.qrels, collection.queries)
    assert passages[2].startswith(f"| TF-IDF, words | {100 * result.ndcg:.1f} ± ")


def test_compared():
    qrels = {f"q{i}": {"a": 1} for i in range(30)}
    good = retrieval({query: ["a"] for query in qrels}, qrels)
    poor = retrieval({query: ["a"] if i % 2 else ["b"] for i, query in enumerate(qrels)}, qrels)
    low, high = benchmark.compared(good, poor)
    assert 0.2 < low < 0.5 < high < 0.8
    assert benchmark.compared(good, good) == (0, 0)
