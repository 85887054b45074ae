"""Similarity search against the ways it is done today, and its cost by size."""

from __future__ import annotations

import os
import random
import re
import sys
import tempfile
import time
from functools import partial
from itertools import product
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from sklearn.metrics.pairwise import cosine_similarity
from sklearn.pipeline import make_pipeline

from benchmarks.data import IMDB, data
from benchmarks.measure import Row, in_turn, seconds
from textvec import (
    BM25Weighting,
    CosineIndex,
    CountVectorizer,
    Stemmer,
    StopWords,
    TfidfVectorizer,
    Tokenizer,
)
from textvec.encoders.vectors import as_vectors
from textvec.index.rows.sparse import SparseRows

SIZES = (10_000, 100_000, 1_000_000)
N_DOCUMENTS, N_QUERIES = 100_000, 200


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


def _long_queries(docs: list[str], n: int) -> list[str]:
    """Put the first half of a random review and the second of another together, n times: reviews that are not there."""
    pairs = np.random.default_rng(0).choice(len(docs), (n, 2), replace=False)
    return [docs[i][: len(docs[i]) // 2] + docs[j][len(docs[j]) // 2 :] for i, j in pairs]


def search() -> list[Row]:
    """1,000 short and 100 long queries, top 10, over 100,000 reviews."""
    docs = pq.read_table(data(IMDB))["text"].to_pylist()
    vectorizer = TfidfVectorizer()
    D = vectorizer.fit_transform(docs)
    index, of_vectors = CosineIndex(TfidfVectorizer()).fit(docs), CosineIndex("precomputed").fit(D)
    D32 = D.T.astype(np.float32).tocsr()
    kinds = {
        "1,000 short queries": _short_queries(docs, 1000),
        "100 long queries (whole reviews)": _long_queries(docs, 100),
    }
    rows = []
    for kind, queries in kinds.items():
        work = f"top 10 of {kind} over 100,000 reviews"
        rows += _against_peers(work, queries, vectorizer, D, D32, index, of_vectors)
    return rows


def _against_peers(
    work: str, queries: list[str], vectorizer: Any, D: Any, D32: Any, index: CosineIndex, of_vectors: CosineIndex
) -> list[Row]:
    from sparse_dot_topn import sp_matmul_topn

    Q = vectorizer.transform(queries)

    def by_sklearn() -> Any:
        scores = cosine_similarity(vectorizer.transform(queries), D)
        top = np.argpartition(scores, -10, axis=1)[:, -10:]
        return np.sort(np.take_along_axis(scores, top, axis=1), axis=1)[:, ::-1]

    def by_topn(Q: Any) -> Any:
        return sp_matmul_topn(Q.astype(np.float32), D32, top_n=10, sort=True, n_threads=os.cpu_count())

    expected = by_sklearn()
    for found in index.search(queries, 10), of_vectors.search(Q, 10):
        assert np.abs(found.scores - expected).max() < 1e-6
    assert abs(by_topn(Q).sum() - expected.sum()) < 1e-2

    def from_text() -> Any:
        return index.search(queries, 10)

    text, vectors = f"{work}, text to hits", f"{work}, vectors to hits"
    peer = "scikit-learn `cosine_similarity`, `argpartition`"
    return [
        Row(text, peer, *in_turn(from_text, by_sklearn, 7), "s", "30x, aim 50x"),
        Row(
            text,
            "`sparse_dot_topn`",
            *in_turn(from_text, lambda: by_topn(vectorizer.transform(queries)), 7),
            "s",
            "1.5x, aim 3x",
        ),
        Row(
            vectors,
            "`sparse_dot_topn`",
            *in_turn(lambda: of_vectors.search(Q, 10), lambda: by_topn(Q), 7),
            "s",
            "1.5x, aim 3x",
        ),
    ]


def one_query(path: Path) -> list[str]:
    """Return a table: what one query of five words costs, text to hits, in memory and on disk, after the first ones."""
    reviews = pq.read_table(path)["text"].to_pylist()
    random.Random(0).shuffle(reviews)
    reviews = reviews[:N_DOCUMENTS]
    corpora = {"reviews": reviews, "sentences": _sentences(reviews, N_DOCUMENTS)}
    encoders = {
        "`TfidfVectorizer()`": lambda: TfidfVectorizer(),
        "`Tokenizer`, `StopWords`, `Stemmer`, `CountVectorizer`, `BM25Weighting`": lambda: make_pipeline(
            Tokenizer(), StopWords(), Stemmer(), CountVectorizer(), BM25Weighting()
        ),
    }
    queries = [" ".join(review.split()[10:15]) for review in reviews[:N_QUERIES]]
    lines = [
        "| documents | encoder | a query in memory | aim | on disk | the first in memory |",
        "|---|---|---|---|---|---|",
    ]
    for (kind, documents), (name, made) in product(corpora.items(), encoders.items()):
        index = CosineIndex(made()).fit(documents)
        with tempfile.TemporaryDirectory() as folder:
            index.save(folder)
            opened = CosineIndex.open(folder)
            expected = index.search(queries).to_dicts()
            for each in index, opened:
                assert [each.search([query]).to_dicts()[0] for query in queries] == expected
            index = CosineIndex(made()).fit(documents)  # which has answered no query
            first = seconds(partial(index.search, queries[:1]))
            memory, disk = (_least_mean(each, queries) for each in (index, opened))
        aim = "0.1 ms" if name.count("`") == 2 else "0.2 ms"
        cells = (f"{len(documents):,} {kind}", name, f"{memory * 1e3:.3f} ms", aim, f"{disk * 1e3:.3f} ms")
        lines.append(f"| {' | '.join(cells)} | {first * 1e3:.0f} ms |")
        print(lines[-1], file=sys.stderr)
    return lines


def _least_mean(index: CosineIndex, queries: list[str]) -> float:
    """Return the mean of the shortest times of each query: other processes make single ones longer, never shorter."""
    times = [[_time(index, query) for query in queries] for _ in range(20)]
    return float(np.min(times, axis=0).mean())


def _time(index: CosineIndex, query: str) -> float:
    start = time.perf_counter()
    index.search([query], 10)
    return time.perf_counter() - start


def _sentences(reviews: list[str], n: int) -> list[str]:
    sentences: list[str] = []
    for review in reviews:
        sentences += re.split(r"(?<=[.!?]) +", review)
        if len(sentences) >= n:
            break
    return sentences[:n]


def sparse_scale(path: Path) -> list[str]:
    """Return a table: what sparse vectors cost by number of documents, which are the sentences of reviews."""
    reviews = pq.read_table(path)["text"].to_pylist()
    random.Random(0).shuffle(reviews)
    short, long = _short_queries(reviews, 1000), _long_queries(reviews, 100)
    sentences = _sentences(reviews, SIZES[-1])
    lines = [
        "| documents | weights | indexing | by million weights | arrays | bytes by weight "
        "| a short query of 1,000 | by million documents | a review as query, of 100 | by million documents |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for n in SIZES:
        vectorizer = TfidfVectorizer()
        vectors = as_vectors(vectorizer.fit_transform(sentences[:n]))
        rows = SparseRows.of(vectors)
        million, weights = n / 1e6, len(vectors.data)
        indexing = median(seconds(partial(SparseRows.of, vectors)) for _ in range(3))
        size = sum(array.nbytes for array in rows.arrays.values())
        cells = [f"{n:,}", f"{weights:,}", f"{indexing:.3f} s", f"{indexing / weights * 1e6:.3f} s"]
        cells += [f"{size / 2**20:,.0f} MiB", f"{size / weights:.1f}"]
        for texts in short, long:
            cost = _search_time(rows, vectorizer.transform(texts)) / len(texts) * 1000
            cells += [f"{cost:.3f} ms", f"{cost / million:.2f} ms"]
        lines.append(f"| {' | '.join(cells)} |")
        print(lines[-1], file=sys.stderr)
    return lines


def _search_time(rows: SparseRows, matrix: Any) -> float:
    queries = as_vectors(matrix)
    floor = np.zeros(matrix.shape[0], np.float32)
    return median(seconds(lambda: rows.search(queries, 10, floor)) for _ in range(3))
