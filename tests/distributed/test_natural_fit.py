"""Phrases and EmbeddingVectorizer notice a collection of Dask's: they learn from it where it lies."""

import numpy as np
import pytest

from support.part_folders import assert_same
from textvec import EmbeddingVectorizer, Phrases, Tokenizer, Word2Vec, WordVectors
from textvec.datasets import load_reviews
from textvec.engines import Files

dd = pytest.importorskip("dask.dataframe", reason="needs Dask: pip install 'textvec-kit[dask]'")
import pandas as pd  # noqa: E402

TEXTS = load_reviews().data[:60]
WORDS = sorted(set(Tokenizer().transform(TEXTS).vocabulary[::2]))
VECTORS = WordVectors(WORDS, np.random.default_rng(0).normal(size=(len(WORDS), 4)))


@pytest.fixture(scope="module")
def column():
    return dd.from_pandas(pd.Series(TEXTS, name="text"), npartitions=5)


def test_phrases(column):
    phrases = Phrases(min_count=1, threshold=2)
    assert phrases.fit(column) is phrases
    expected = Phrases(min_count=1, threshold=2).fit(TEXTS)
    assert list(phrases.phrases_.items()) == list(expected.phrases_.items())
    assert expected.phrases_
    assert phrases.transform(TEXTS) == expected.transform(TEXTS)


@pytest.mark.parametrize("pooling", ["mean", "tfidf", "sif", "usif", "max"])
def test_embeddings(pooling, column):
    vectorizer, alone = EmbeddingVectorizer(VECTORS, pooling=pooling), EmbeddingVectorizer(VECTORS, pooling=pooling)
    expected = alone.fit_transform(TEXTS)
    for X in (vectorizer.fit_transform(column), vectorizer.transform(column)):
        assert X.numblocks == (5, 1)
        assert_same(X.compute(), expected)
    vectorizer.fit(column.to_frame())  # anew
    assert dict(vectorizer.word_weights_) == dict(alone.word_weights_)
    assert_same(vectorizer.components_, alone.components_)
    assert_same(vectorizer.component_weights_, alone.component_weights_)


def test_where_nothing_is_learnt_nothing_is_read():
    vectorizer = EmbeddingVectorizer(VECTORS).fit(Files("no/such/file.txt"))
    assert_same(vectorizer.transform(TEXTS), EmbeddingVectorizer(VECTORS).fit_transform(TEXTS))


def test_word_vectors_are_not_trained_on_pieces(column):
    for source in (None, Word2Vec()):
        with pytest.raises(TypeError, match="Train a Word2Vec on a sample"):
            EmbeddingVectorizer(source).fit(column)
    vectorizer = EmbeddingVectorizer(VECTORS, pooling="sif").fit(TEXTS)
    before = vectorizer.components_
    with pytest.raises(ValueError, match="missing"):
        vectorizer.fit(dd.from_pandas(pd.Series(["good food", None], name="text"), npartitions=2))
    assert vectorizer.components_ is before
