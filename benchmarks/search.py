"""Similarity search against the ways it is done today."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from sklearn.metrics.pairwise import cosine_similarity

from benchmarks.data import IMDB, data
from benchmarks.measure import Row, in_turn
from textvec import CosineIndex, TfidfVectorizer


def _short_queries(docs: list[str], n: int) -> list[str]:
    """Take 3 to 8 words in a row out of n random reviews."""
    random = np.random.default_rng(0)
    queries = []
    for i in random.choice(len(docs), n, replace=False):
        words = docs[i].split()
        length = random.integers(3, 9)
        start = random.integers(0, max(1, len(words) - length))
        queries.append(" ".join(words[start : start + length]))
    return queries


def search() -> list[Row]:
    """1,000 short queries, top 10, over 100,000 reviews."""
    from sparse_dot_topn import sp_matmul_topn

    docs = pq.read_table(data(IMDB))["text"].to_pylist()
    queries = _short_queries(docs, 1000)
    index = CosineIndex(TfidfVectorizer()).fit(docs)
    D = index.encoder_.transform(docs)
    D32, threads = D.T.astype(np.float32).tocsr(), os.cpu_count()

    def by_sklearn() -> Any:
        scores = cosine_similarity(index.encoder_.transform(queries), D)
        top = np.argpartition(scores, -10, axis=1)[:, -10:]
        return np.sort(np.take_along_axis(scores, top, axis=1), axis=1)[:, ::-1]

    def by_topn() -> Any:
        Q = index.encoder_.transform(queries).astype(np.float32)
        return sp_matmul_topn(Q, D32, top_n=10, sort=True, n_threads=threads)

    expected = by_sklearn()
    assert np.abs(index.search(queries, 10).scores - expected).max() < 1e-6
    assert abs(by_topn().sum() - expected.sum()) < 1e-2
    work = "top 10 of 1,000 short queries over 100,000 reviews, text to hits"
    return [
        Row(
            work,
            "scikit-learn `cosine_similarity`, `argpartition`",
            *in_turn(lambda: index.search(queries, 10), by_sklearn, 7),
            "s",
            "30x, aim 50x",
        ),
        Row(work, "`sparse_dot_topn`", *in_turn(lambda: index.search(queries, 10), by_topn, 7), "s", "1.5x, aim 3x"),
    ]
