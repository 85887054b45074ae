"""Near-duplicates against sparse_dot_topn with a threshold, with planted duplicates that must be found."""

from __future__ import annotations

import os
import random
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import scipy.sparse as sp

from benchmarks.data import IMDB, data
from benchmarks.measure import Row, in_turn
from textvec import TfidfVectorizer
from textvec.similarity import Duplicates, find_duplicates

PLANTED = 200
THRESHOLDS = 0.9, 0.8, 0.6
SURELY = 0.8  # are planted duplicates found
MOST = 100  # duplicates of one review that are looked for, more than there are: the fewer, the faster is the peer


def _exchanged(text: str, rng: random.Random) -> str:
    """Exchange two letters in one of a hundred words."""
    words = text.split(" ")
    for i in rng.sample(range(len(words)), max(1, len(words) // 100)):
        words[i] = words[i][1::-1] + words[i][2:]
    return " ".join(words)


def _shuffled(text: str, rng: random.Random) -> str:
    sentences = text.split(". ")
    rng.shuffle(sentences)
    return ". ".join(sentences)


def _framed(text: str, rng: random.Random) -> str:
    return f"Posted by a visitor on Monday. {text} Was this helpful to you?"


def _corpus() -> tuple[list[str], list[tuple[int, int]]]:
    """Return 100,000 reviews, the last of which are others with small changes, and which pairs these are."""
    docs = pq.read_table(data(IMDB))["text"].to_pylist()
    rng, n = random.Random(0), len(docs) - PLANTED
    places = rng.sample([i for i in range(n) if len(docs[i].split()) > 150], PLANTED)
    changes = [_exchanged, _shuffled, _framed]
    docs[n:] = [changes[k % len(changes)](docs[i], rng) for k, i in enumerate(places)]
    return docs, list(zip(places, range(n, len(docs)), strict=True))


def duplicates() -> list[Row]:
    """All near-duplicates among 100,000 reviews, from their vectors to pairs."""
    from sparse_dot_topn import sp_matmul_topn

    docs, planted = _corpus()
    X = TfidfVectorizer().fit_transform(docs)
    X32, n_threads = sp.csr_matrix(X, dtype=np.float32), os.cpu_count()
    rows = []
    for threshold in THRESHOLDS:
        found: dict[str, Any] = {}

        def ours(threshold: float = threshold, found: dict[str, Any] = found) -> None:
            found["ours"] = find_duplicates(X, threshold, encoder="precomputed")

        def theirs(threshold: float = threshold, found: dict[str, Any] = found) -> None:
            # A little lower, for what float32 rounds.
            products = sp_matmul_topn(X32, X32.T.tocsr(), top_n=MOST, threshold=threshold - 1e-5, n_threads=n_threads)
            found["theirs"] = sp.triu(products, 1).tocsr()

        times = in_turn(ours, theirs, 1)  # theirs takes minutes
        n_pairs = _same(found["ours"], found["theirs"], threshold, planted)
        work = f"near-duplicates among 100,000 reviews, threshold {threshold}, vectors to {n_pairs:,} pairs"
        rows.append(Row(work, "`sparse_dot_topn`", *times, "s", "1x, aim 10x"))
    return rows


def _same(ours: Duplicates, theirs: Any, threshold: float, planted: list[tuple[int, int]]) -> int:
    """Stop when pairs differ or planted ones are missing, and return how many pairs there are."""
    pairs = set(zip(ours.first.tolist(), ours.second.tolist(), strict=True))
    assert np.diff(theirs.indptr).max() < MOST
    assert pairs <= set(zip(*(places.tolist() for places in theirs.nonzero()), strict=True))
    assert (theirs.data >= threshold + 1e-5).sum() <= len(pairs)
    assert np.abs(np.asarray(theirs[ours.first, ours.second]) - ours.scores).max() < 1e-5
    assert threshold > SURELY or set(planted) <= pairs
    return len(pairs)
