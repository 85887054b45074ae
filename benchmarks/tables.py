"""Tables of word vectors, against gensim: reading their files, and finding neighbours."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from gensim.models import KeyedVectors

from benchmarks.measure import Row, in_turn
from textvec import WordVectors

WORDS, SIZE, QUERIES = 400_000, 100, 200


def _table() -> WordVectors:
    """Return as many random vectors as the smallest GloVe files have, with five digits as there."""
    vectors = np.random.default_rng(0).normal(0, 0.5, (WORDS, SIZE)).round(5)
    return WordVectors([f"word{i}" for i in range(WORDS)], vectors.astype(np.float32))


@contextmanager
def _files() -> Iterator[dict[str, Path]]:
    """Give the table as files in word2vec's formats."""
    table = _table()
    with tempfile.TemporaryDirectory() as folder:
        files = {
            kind: Path(folder, "vectors").with_suffix(suffix) for kind, suffix in (("text", ".txt"), ("binary", ".bin"))
        }
        for file in files.values():
            table.write(file)
        yield files


def reading() -> list[Row]:
    """Files of 400,000 vectors."""
    rows = []
    with _files() as files:
        for kind, file in files.items():
            ours = partial(WordVectors.read, file)
            theirs = partial(KeyedVectors.load_word2vec_format, file, binary=kind == "binary")
            assert np.array_equal(ours().vectors, theirs().vectors)
            work = f"`WordVectors.read`, word2vec {kind}, {WORDS:,} words, {SIZE} dimensions"
            times = in_turn(ours, theirs, 2)
            rows.append(Row(work, "gensim `load_word2vec_format`", *times, "s", "3x" if kind == "text" else ""))
    return rows


def neighbours() -> list[Row]:
    """The ten nearest of 400,000 words."""
    ours = _table()
    theirs = KeyedVectors(SIZE)
    theirs.add_vectors(ours.words.tolist(), ours.vectors)
    theirs.fill_norms()
    queries = ours.words[:QUERIES].tolist()

    def one_by_one(table: Any) -> list[Any]:
        return [table.most_similar(word, topn=10) for word in queries]

    for mine, its in zip(one_by_one(ours), one_by_one(theirs), strict=True):
        np.testing.assert_allclose([score for _, score in mine], [score for _, score in its], atol=1e-5)
    vectors = ours[queries]
    work, peer = f"neighbours of {QUERIES} words among {WORDS:,}", "gensim `most_similar`, one by one"
    return [
        Row(f"{work}, one by one", peer, *in_turn(partial(one_by_one, ours), partial(one_by_one, theirs), 3), "s", ""),
        Row(
            f"{work}, `nearest`",
            peer,
            *in_turn(partial(ours.nearest, vectors), partial(one_by_one, theirs), 3),
            "s",
            "",
        ),
    ]
