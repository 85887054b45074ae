"""Training word vectors, against gensim with as many threads; how good the vectors are, `quality` compares."""

from __future__ import annotations

from functools import partial
from typing import Any

from gensim.models import Word2Vec as Gensim

from benchmarks.data import train_reviews
from benchmarks.measure import Row, in_turn
from textvec import Tokenizer, Word2Vec

THREADS = 2
GOALS = {("skip-gram", 100): "4x, aim 8x", ("CBOW", 100): "1.5x, aim 3x"}


def word2vec(epochs: int = 5) -> list[Row]:
    """Skip-gram and CBOW, from tokenized reviews to vectors, in 100 and in 300 dimensions."""
    tokens = Tokenizer().transform(train_reviews())
    lists = tokens.to_lists()
    rows = []
    for size in (100, 300):
        for sg, name in ((1, "skip-gram"), (0, "CBOW")):
            how: dict[str, Any] = {"vector_size": size, "sg": sg, "epochs": epochs}
            ours = Word2Vec(**how, threads=THREADS, random_state=0)
            theirs = partial(Gensim, lists, **how, workers=THREADS, seed=0)
            work = f"`Word2Vec`, {name}, {size} dimensions, {epochs} epochs, two threads, from `Tokens`"
            times = in_turn(partial(ours.fit, tokens), theirs, 2)
            rows.append(Row(work, "gensim, two workers, from lists", *times, "s", GOALS.get((name, size), "")))
    return rows
