"""Character n-grams have the buckets and the means that fastText and gensim give them."""

import numpy as np
import pytest
from gensim.models.fasttext import FastTextKeyedVectors, ft_ngram_hashes
from hypothesis import given, settings
from hypothesis import strategies as st

from support.strategies import HOSTILE_DOCUMENTS, LONG_WORD, words
from textvec.embeddings import Subwords
from textvec.embeddings import subwords as module


def gensim_vectors(subwords, texts):
    table = FastTextKeyedVectors(subwords.vector_size, subwords.minn, subwords.maxn, subwords.bucket)
    table.vectors_ngrams = subwords.matrix
    return np.array([table.get_vector(text) for text in texts], np.float32).reshape(-1, subwords.vector_size)


def make(bucket, size, minn, maxn, dtype=np.float32):
    return Subwords(np.random.default_rng(bucket).normal(size=(bucket, size)).astype(dtype), minn=minn, maxn=maxn)


def buckets(word, minn, maxn, n_buckets):
    one_hot = Subwords(np.eye(n_buckets, dtype=np.float32), minn=minn, maxn=maxn)
    ((_, indptr, found),) = one_hot._batches([word.encode()])
    assert indptr.tolist() == [0, len(found)]
    return found.tolist()


def test_hashes_of_ngrams():
    """The numbers are those of fastText's own hash; a byte beyond ASCII is a negative number to it."""
    assert buckets("cat", 3, 3, 1000) == ft_ngram_hashes("cat", 3, 3, 1000)
    assert len(buckets("cat", 3, 6, 1000)) == 3 + 2 + 1
    assert buckets("é", 1, 1, 1000) == ft_ngram_hashes("é", 1, 1, 1000)
    assert len(buckets("é日", 1, 1, 1000)) == 2, "boundaries alone are no n-grams"
    assert len(buckets("é日", 2, 2, 1000)) == 3, "characters, not bytes"
    assert buckets("", 3, 6, 1000) == []


@given(words, st.integers(0, 4), st.integers(1, 7), st.sampled_from([1, 7, 1000]))
@settings(deadline=None)
def test_ngrams_are_gensims(word, minn, more, n_buckets):
    assert buckets(word, minn, minn + more, n_buckets) == ft_ngram_hashes(word, minn, minn + more, n_buckets)


@pytest.mark.parametrize(("minn", "maxn"), [(3, 6), (1, 1), (2, 4), (0, 2)])
def test_vectors_are_gensims(minn, maxn, small_work):
    subwords = make(1000, 17, minn, maxn)
    texts = [*HOSTILE_DOCUMENTS, "the", "unknown", "Привет"]
    np.testing.assert_array_equal(subwords.vectors_of(texts), gensim_vectors(subwords, texts))


def test_batches_make_no_difference(monkeypatch, messages):
    subwords = make(500, 5, 3, 5)
    texts = sorted({word for message in messages for word in message.split()})
    expected = subwords.vectors_of(texts)
    monkeypatch.setattr(module, "_WORDS_PER_BATCH", 7)
    np.testing.assert_array_equal(subwords.vectors_of(texts), expected)
    half = Subwords(subwords.matrix.astype(np.float16), minn=3, maxn=5)
    rounded = Subwords(half.matrix.astype(np.float32), minn=3, maxn=5)
    np.testing.assert_array_equal(half.vectors_of(texts), rounded.vectors_of(texts))


def test_composed_vectors():
    subwords = make(100, 4, 3, 3)
    own = np.random.default_rng(1).normal(size=(2, 4)).astype(np.float32)
    vectors = own.copy()
    subwords.compose([b"cat", b""], vectors)
    np.testing.assert_allclose(vectors[0], (own[0] + 3 * subwords.vectors_of(["cat"])[0]) / 4, rtol=1e-5)
    np.testing.assert_array_equal(vectors[1], own[1])
    assert subwords.counts_of([b"cat", b"", b"cats"]).tolist() == [3, 0, 4]
    assert subwords.counts_of([]).tolist() == []


def test_odd_words():
    subwords = make(100, 4, 3, 6)
    assert subwords.vectors_of([]).shape == (0, 4)
    assert not subwords.vectors_of([""]).any()
    assert np.isfinite(subwords.vectors_of(["\ud83d", LONG_WORD])).all()


def test_memory_map(tmp_path):
    subwords = make(100, 4, 3, 6)
    np.save(tmp_path / "buckets.npy", subwords.matrix)
    mapped = Subwords(np.load(tmp_path / "buckets.npy", mmap_mode="r"), minn=3, maxn=6)
    np.testing.assert_array_equal(mapped.vectors_of(["cat"]), subwords.vectors_of(["cat"]))
    turned = Subwords(np.asfortranarray(subwords.matrix), minn=3, maxn=6)
    np.testing.assert_array_equal(turned.vectors_of(["cat"]), subwords.vectors_of(["cat"]))


def test_attributes():
    subwords = make(100, 4, 3, 6)
    assert (subwords.bucket, subwords.vector_size, subwords.minn, subwords.maxn) == (100, 4, 3, 6)
    assert repr(subwords) == "Subwords(100 buckets, 4 dimensions, 3 to 6 characters)"


def test_errors():
    for matrix in (np.empty((0, 3)), np.ones(3)):
        with pytest.raises(ValueError, match="Subwords: matrix must have a row for each bucket"):
            Subwords(matrix, minn=3, maxn=6)
    for minn, maxn in [(4, 3), (-1, 3), (0, 0), (3, 2**31)]:
        with pytest.raises(ValueError, match=f"Subwords: n-grams of minn={minn} to maxn={maxn} characters are none"):
            Subwords(np.ones((2, 2)), minn=minn, maxn=maxn)
    for bad in (np.nan, np.inf):
        with pytest.raises(ValueError, match="Subwords: row 1 of the matrix holds NaN or infinity"):
            Subwords(np.array([[1, 2], [1, bad]], np.float32), minn=3, maxn=6)
