"""EmbeddingVectorizer learnt from parts of the documents is the one learnt at once, to the last bit."""

import numpy as np
import pytest

from support.parts import N_PARTS, differences, fitted_in_parts, merged
from textvec import EmbeddingVectorizer, Tokenizer, Word2Vec, WordVectors
from textvec.datasets import load_reviews
from textvec.embeddings._components import gram

TEXTS = load_reviews().data[:60]
WORDS = sorted(Tokenizer().transform(TEXTS).vocabulary.tolist())[::2]
VECTORS = WordVectors(WORDS, np.random.default_rng(0).normal(size=(len(WORDS), 12)) + 0.3)
PARAMS = [
    *({"pooling": pooling} for pooling in ("tfidf", "sif", "usif", "mean", "max", "pmeans")),
    {"pooling": "sif", "n_components": 0, "unknown": "zero", "a": 0.01},
    {"pooling": "usif", "unknown": "zero", "normalize": True},
    {"pooling": "mean", "n_components": 2},
    {"pooling": "pmeans", "n_components": 3},
    {"pooling": "tfidf", "n_components": 1},
]


@pytest.mark.parametrize("n_parts", N_PARTS)
@pytest.mark.parametrize("params", PARAMS, ids=str)
def test_equal_to_one_fit(params, n_parts):
    vectorizer = EmbeddingVectorizer(VECTORS, **params).fit(TEXTS)
    if not vectorizer._passes:
        made = EmbeddingVectorizer(VECTORS, **params).fit([])
        assert differences(made.transform(TEXTS), vectorizer.transform(TEXTS)) == []
        return
    for seed in range(2):
        made = fitted_in_parts(vectorizer, TEXTS, n_parts=n_parts, seed=seed)
        assert made.word_weights_ == vectorizer.word_weights_
        for name in ("components_", "component_weights_"):
            assert differences(getattr(made, name), getattr(vectorizer, name), name) == []
        assert differences(made.transform(TEXTS), vectorizer.transform(TEXTS)) == []


def test_products_do_not_depend_on_the_order_of_rows():
    rng = np.random.default_rng(0)
    rows = (rng.normal(size=(9000, 5)) * 2.0 ** rng.integers(-30, 30, (9000, 1))).astype(np.float32)
    first, again = gram(rows), gram(rows[rng.permutation(9000)])
    assert first.first == again.first
    assert (first.digits == again.digits).all()
    exact = rows.astype(np.float64)
    assert np.allclose(first.rounded(), exact.T @ exact, rtol=1e-9, atol=1e-9 * np.abs(exact.T @ exact).max())


def test_word_vectors_that_would_be_trained():
    for source in (None, Word2Vec()):
        with pytest.raises(TypeError, match="Train a Word2Vec on a sample, or on one large machine"):
            EmbeddingVectorizer(source)._partial(TEXTS)


def test_no_known_word_in_any_part():
    vectorizer = EmbeddingVectorizer(VECTORS, pooling="sif")
    states = [vectorizer._partial(part) for part in (["zzz"], [])]
    with pytest.raises(ValueError, match="not one of the words of the documents is in the word vectors"):
        vectorizer._finish(merged(vectorizer, states))
