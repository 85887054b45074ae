"""Search among dense vectors against faiss, exact and approximate; every case finds the same scores first."""

from __future__ import annotations

import os
import random
import re
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from benchmarks.data import IMDB, data
from benchmarks.measure import Row, in_turn
from textvec import CosineIndex, EmbeddingVectorizer, Word2Vec

Matrix = NDArray[np.float32]

ONE_BY_ONE = 200  # queries


def _random(n: int, size: int) -> tuple[Matrix, Matrix]:
    numbers = np.random.default_rng(0)
    vectors, queries = (numbers.normal(size=(m, size)).astype(np.float32) for m in (n, 1000))
    return vectors, queries


def _clustered(n: int, size: int) -> tuple[Matrix, Matrix]:
    """Return vectors around 2,000 centers, far from the origin, and queries near some of them."""
    numbers = np.random.default_rng(0)
    centers = numbers.normal(size=(2000, size)).astype(np.float32) + numbers.normal(0, 2, size).astype(np.float32)
    vectors = centers[numbers.integers(0, 2000, n)] + numbers.normal(0, 0.5, (n, size)).astype(np.float32)
    return vectors, vectors[:1000] + numbers.normal(0, 0.3, (1000, size)).astype(np.float32)


def _reviews() -> tuple[Matrix, Matrix]:
    """Return averages of word vectors, of the reviews and of halves of some."""
    docs = pq.read_table(data(IMDB))["text"].to_pylist()
    encoder = EmbeddingVectorizer(Word2Vec(vector_size=100, epochs=1, random_state=0).fit(docs[:10_000]).vectors_)
    halves = [doc[: len(doc) // 2] for doc in docs[:: len(docs) // 1000][:1000]]
    vectors, queries = (encoder.fit(docs[:1]).transform(texts).astype(np.float32) for texts in (docs, halves))
    return vectors, queries


def _sentences(n: int, size: int) -> tuple[Matrix, Matrix]:
    """Return averages of word vectors, of sentences of the reviews; the queries are others."""
    docs = pq.read_table(data(IMDB))["text"].to_pylist()
    random.Random(0).shuffle(docs)
    texts: list[str] = []
    while len(texts) < n + 1000:
        texts += re.split(r"(?<=[.!?]) +", docs.pop())
    encoder = EmbeddingVectorizer(Word2Vec(vector_size=size, epochs=1, random_state=0).fit(docs[:10_000]).vectors_)
    matrix = encoder.fit(docs[:1]).transform(texts[: n + 1000]).astype(np.float32)
    return matrix[1000:], matrix[:1000]


GRAPHS = (
    (1_000_000, "sentences of reviews, averaged word vectors", _sentences),
    (300_000, "clustered", _clustered),
    (300_000, "of random numbers", _random),
)


def _flat(vectors: Matrix) -> Any:
    """Return faiss's exact index of the vectors at length 1, which makes inner products of cosines."""
    import faiss

    faiss.omp_set_num_threads(os.cpu_count() or 1)
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(_units(vectors))
    return index


def _units(vectors: Matrix) -> Matrix:
    units: Matrix = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.float32(1e-30))
    return units


def _one_by_one(search: Any, queries: Matrix, k: int) -> None:
    for i in range(ONE_BY_ONE):
        search(queries[i : i + 1], k)


def _together(search: Any, queries: Matrix, k: int) -> None:
    search(queries, k)


def exact() -> list[Row]:
    """Top 10 and top 100 of dense vectors."""
    cases: dict[str, tuple[Callable[[], tuple[Matrix, Matrix]], tuple[int, ...], str, str]] = {
        "100,000 random vectors, 100 dimensions": (partial(_random, 100_000, 100), (10, 100), "3x, aim 5x", "2x"),
        "100,000 clustered vectors, 100 dimensions": (partial(_clustered, 100_000, 100), (10,), "3x, aim 5x", "2x"),
        "100,000 reviews, means of word vectors, 100 dimensions": (_reviews, (10,), "3x, aim 5x", "2x"),
        "100,000 random vectors, 300 dimensions": (partial(_random, 100_000, 300), (10,), "", ""),
        "30,000 random vectors, 768 dimensions": (partial(_random, 30_000, 768), (10,), "", ""),
    }
    rows = []
    for name, (make, ks, together, alone) in cases.items():
        vectors, queries = make()
        ours, theirs, units = CosineIndex("precomputed").fit(vectors), _flat(vectors), _units(queries)
        for k in ks:
            expected, _ = theirs.search(units, k)
            assert np.abs(ours.search(queries, k).scores - np.maximum(expected, 0)).max() < 1e-6
            work, peer = f"top {k} among {name}", "`faiss.IndexFlatIP`"
            times = in_turn(partial(ours.search, queries, k), partial(theirs.search, units, k), 7)
            rows.append(Row(f"{work}, 1,000 queries", peer, *times, "s", together if k == 10 else ""))
            times = in_turn(
                partial(_one_by_one, ours.search, queries, k), partial(_one_by_one, theirs.search, units, k), 7
            )
            rows.append(Row(f"{work}, {ONE_BY_ONE} queries one by one", peer, *times, "s", alone if k == 10 else ""))
    return rows


def approximate() -> Iterator[str]:
    """Recall of the approximate index, and its speed beside that of the exact one, as lines of a table."""
    yield "| vectors | recall@10 | built in | exact | a query, one by one | exact | a query of 1,000 | exact |"
    yield "|---|---|---|---|---|---|---|---|"
    for n, kind, make in GRAPHS:
        vectors, queries = make(n, 100)
        (exact, built), (near, built_near) = (_built(vectors, approximate) for approximate in (False, True))
        ways = partial(_one_by_one, queries=queries, k=10), partial(_together, queries=queries, k=10)
        times = [_seconds(way, index) for way in ways for index in (near, exact)]
        expected, found = (index.search(queries).scores for index in (exact, near))
        recall = (found >= expected[:, -1:] - 1e-6).mean()  # whichever of equal ones
        alone, together = ([t / m * 1000 for t in pair] for pair, m in ((times[:2], ONE_BY_ONE), (times[2:], 1000)))
        figures = [f"{t:.2f} ms" for t in (*alone, *together)]
        built_in = f"{built_near:.0f} s | {built:.1f} s"
        yield f"| {n:,} {kind}, 100 dimensions | {recall:.3f} | {built_in} | {' | '.join(figures)} |"


def _built(vectors: Matrix, approximate: bool) -> tuple[CosineIndex, float]:
    start = time.perf_counter()
    return CosineIndex("precomputed", approximate=approximate).fit(vectors), time.perf_counter() - start


def _seconds(function: Any, index: CosineIndex) -> float:
    """Time the second of two runs."""
    function(index.search)
    start = time.perf_counter()
    function(index.search)
    return time.perf_counter() - start
