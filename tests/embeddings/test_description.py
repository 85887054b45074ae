"""The figures of word vectors."""

import numpy as np
import pytest

from textvec.embeddings import Subwords, WordVectors
from textvec.embeddings.description import described


def test_figures():
    figures = described(WordVectors(["a", "b", "c"], np.array([[3, 4], [0, 0], [0, 1]], np.float16)))
    assert figures == {
        "words": 3,
        "rows": 3,
        "dimensions": 2,
        "dtype": "float16",
        "bytes": 12,
        "shortest": 0.0,
        "median": 1.0,
        "longest": 5.0,
        "zero_vectors": 1,
        "subwords": None,
        "pieces": False,
        "tokens": None,
        "most_frequent": ["a", "b", "c"],
    }


def test_words_come_by_their_counts_where_these_are_known():
    words = [f"w{i}" for i in range(20)]
    vectors = WordVectors(words, np.eye(20), counts=range(20))
    assert described(vectors)["most_frequent"] == [f"w{i}" for i in range(19, 11, -1)]
    assert described(vectors)["tokens"] == 190
    assert described(WordVectors(words, np.eye(20)))["most_frequent"] == words[:8]


def test_shared_rows_and_subwords():
    figures = described(WordVectors(["a", "b"], [[1, 0]], word_rows=[0, 0]))
    assert (figures["words"], figures["rows"], figures["bytes"]) == (2, 1, 8)
    subwords = Subwords(np.ones((4, 2), np.float32), minn=3, maxn=6)
    figures = described(WordVectors(["a"], [[1, 0]], subwords=subwords))
    assert (figures["subwords"], figures["bytes"]) == ("n-grams of 3 to 6 characters in 4 buckets", 8 + 32)


def test_pieces():
    assert described(WordVectors.pretrained("sentences", limit=10))["pieces"] is True


def test_an_empty_table():
    figures = described(WordVectors([], np.zeros((0, 3))))
    assert (figures["words"], figures["longest"], figures["most_frequent"]) == (0, None, [])


def test_it_is_given_as_json():
    import json

    assert json.loads(json.dumps(described(WordVectors(["a"], [[3, 4]]))))["longest"] == pytest.approx(5)
