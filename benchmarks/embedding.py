"""Documents as averages of word vectors, against the loop that everybody writes around gensim, and gensim's own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import numpy as np
from gensim.models import KeyedVectors

from benchmarks.data import train_reviews
from benchmarks.measure import Row, in_turn
from textvec import EmbeddingVectorizer, Tokenizer, WordVectors


def pooling() -> list[Row]:
    """Averages of 100-dimensional word vectors, of tokenized reviews."""
    texts = train_reviews()
    tokens = Tokenizer().transform(texts)
    lists = tokens.to_lists()
    words = tokens.vocabulary[np.bincount(tokens.codes) >= 5].tolist()  # as many as word2vec keeps
    vectors = KeyedVectors(100)
    vectors.add_vectors(words, np.random.default_rng(0).normal(size=(len(words), 100)).astype(np.float32))
    ours = EmbeddingVectorizer(WordVectors(words, vectors.vectors)).fit(tokens)

    def loop(documents: Iterable[list[str]] = lists) -> Any:
        return np.array(
            [np.mean([vectors[word] for word in words if word in vectors], axis=0) for words in documents], np.float32
        )

    def loop_from_text() -> Any:
        find = re.compile(r"(?u)\b\w\w+\b").findall
        return loop(find(text.lower()) for text in texts)

    def by_gensim() -> Any:
        return np.array([vectors.get_mean_vector(words, pre_normalize=False) for words in lists])

    for theirs in (loop, loop_from_text, by_gensim):
        assert np.abs(ours.transform(tokens) - theirs()).max() < 1e-5  # theirs add up in single precision
    by_loop, by_method = "`np.mean` of gensim's vectors", "gensim `get_mean_vector`"
    cases: tuple[tuple[str, Any, str, Callable[[], Any], str], ...] = (
        ("`Tokens`", tokens, f"{by_loop}, of lists of words", loop, "20x, aim 50x"),
        ("texts", texts, f"{by_loop}, a regular expression before it", loop_from_text, ""),
        ("lists of words", lists, f"{by_loop}, of lists of words", loop, ""),
        ("lists of words", lists, by_method, by_gensim, ""),
    )
    return [
        Row(
            f"`EmbeddingVectorizer(...).transform` of {kind}",
            peer,
            *in_turn(partial(ours.transform, documents), theirs, 3),
            "s",
            goal,
        )
        for kind, documents, peer, theirs, goal in cases
    ]
