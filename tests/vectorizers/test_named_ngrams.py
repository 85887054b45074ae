"""N-grams as long as documents: right at every length, at the cost of the n-grams that there are."""

import tracemalloc

import numpy as np
import pytest
import sklearn.feature_extraction.text as sk
from hypothesis import given, settings
from hypothesis import strategies as st

from support.compare import assert_same_matrix
from textvec import CountVectorizer, HashingVectorizer, TfidfVectorizer
from textvec.text.encoding import encode_lists
from textvec.vectorizers._named_ngrams import MAX_SORTED_LENGTH, are_sorted, bounded, named_ngrams

pytestmark = pytest.mark.filterwarnings("ignore:The parameter 'token_pattern' will not be used")

LENGTHS = [1, 2, 16, 17, 47, 48, 49, 127, 128, 253, 254, 255, 256, 257, 1000, 65536, 10**6, 2**31, 2**63, 10**25]
LONG = "ab c" + "abcd" * 30


def both(name, documents, more, **params):
    """Check that ours makes of documents what scikit-learn's does."""
    ours = {"Count": CountVectorizer, "Tfidf": TfidfVectorizer, "Hashing": HashingVectorizer}[name](**params)
    theirs = getattr(sk, f"{name}Vectorizer")(**params)
    assert_same_matrix(ours.fit_transform(documents), theirs.fit_transform(documents), 1e-12)
    assert_same_matrix(ours.transform(more), theirs.transform(more), 1e-12)
    if name != "Hashing":
        assert ours.get_feature_names_out().tolist() == theirs.get_feature_names_out().tolist()


@pytest.mark.parametrize("high", LENGTHS)
@pytest.mark.parametrize("analyzer", ["word", "char", "char_wb"])
@pytest.mark.parametrize("name", ["Count", "Tfidf", "Hashing"])
def test_any_length_counts_as_in_scikit_learn(name, analyzer, high):
    params = {"analyzer": analyzer, "ngram_range": (1, high), "token_pattern": r"\w"}
    both(name, ["a b", "aabb b a", "c"], ["b a b", "", "aab"], **params)
    if high >= 16:
        both(name, ["a b " * 9, "aabb", LONG, LONG[:60]], [LONG, "b a " * 40, "ab"], **params)


@pytest.mark.parametrize("analyzer", ["word", "char", "char_wb"])
@pytest.mark.parametrize("low", [2, 5, 60, 255, 256, 10**25])
def test_shortest_n_grams_longer_than_documents(analyzer, low):
    params = {"analyzer": analyzer, "ngram_range": (low, low + 1), "token_pattern": r"\w", "n_features": 64}
    both("Hashing", ["a b", LONG, "c"], ["b a b", "", LONG[:70]], **params)
    vectorizer = CountVectorizer(analyzer=analyzer, ngram_range=(low, low + 1), token_pattern=r"\w", vocabulary=["zz"])
    assert vectorizer.transform(["a b", LONG]).shape == (2, 1)


def test_document_frequencies_of_long_ranges():
    vectorizer = CountVectorizer(analyzer="char_wb", ngram_range=(1, 255), min_df=2).fit(["a b", "b c", "c c"])
    assert vectorizer.get_feature_names_out().tolist() == [" ", " b", " b ", " c", " c ", "b", "b ", "c", "c "]


@pytest.mark.parametrize("analyzer", ["word", "char"])
def test_pieces_of_short_and_long_documents(analyzer):
    params = {"analyzer": analyzer, "ngram_range": (1, 1000), "token_pattern": r"\w"}
    pieces = [["a b", "b"], [" ".join(LONG)], ["c a b", "d"], [" ".join(LONG[:70])]]
    for order in (pieces, pieces[::-1]):
        ours = CountVectorizer(**params)
        for piece in order:
            ours.partial_fit(piece)
        documents = [document for piece in order for document in piece]
        theirs = sk.CountVectorizer(**params).fit(documents)
        names = ours.get_feature_names_out().tolist()
        assert sorted(names) == theirs.get_feature_names_out().tolist()
        columns = [theirs.vocabulary_[name] for name in names]
        assert_same_matrix(ours.transform(documents), theirs.transform(documents)[:, columns], 1e-12)


def test_words_that_hold_spaces():
    lists = [["a b", "c"] * 30, ["a", "b c"], ["b c", "a b"]]
    params = {"analyzer": "word", "ngram_range": (1, 100), "lowercase": False}
    theirs = sk.CountVectorizer(**params, tokenizer=list, token_pattern=None)
    ours = CountVectorizer(**params)
    assert_same_matrix(ours.fit_transform(lists), theirs.fit_transform(lists), 1e-12)
    assert_same_matrix(ours.transform(lists[::-1]), theirs.transform(lists[::-1]), 1e-12)


def test_one_long_term_of_a_vocabulary_does_not_widen_all_others():
    terms = [f"w{i}" for i in range(10_000)] + ["ab" * 500]
    CountVectorizer(analyzer="char").fit(["x"])  # makes tables of all characters
    tracemalloc.start()
    vectorizer = CountVectorizer(analyzer="char", ngram_range=(1, 10**5), vocabulary=terms).fit(["x"])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10 * 2**20  # 40 MB with a row of codes for each
    X = vectorizer.transform(["w1w1", "ab" * 500])
    assert (X[0, 1], X[1, 10_000], X.sum()) == (2, 1, 3)
    assert vectorizer.get_feature_names_out().tolist() == terms


def test_memory_follows_the_n_grams_not_their_longest():
    documents = ["abcdef"[i % 5 :] for i in range(20_000)] + ["x" * 300]
    CountVectorizer(analyzer="char").fit(["x"])
    tracemalloc.start()
    CountVectorizer(analyzer="char", ngram_range=(1, 10**6)).fit_transform(documents)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40 * 2**20  # sorting takes 4 bytes for each of 300 lengths and 80,000 characters, and much else


def test_what_cannot_be_counted_is_refused_before_it_is_tried():
    with pytest.raises(ValueError, match=r"5,000,050,000 n-grams .* longest of which has 100,000; .* smaller ngram_r"):
        CountVectorizer(analyzer="char", ngram_range=(1, 10**6)).fit(["ab" * 50_000])


@given(st.lists(st.lists(st.sampled_from("ab"), max_size=60)), st.integers(1, 70), st.integers(0, 70))
@settings(deadline=None, max_examples=50)
def test_lengths_that_are_left_out_are_those_of_no_document(lists, low, more):
    units = encode_lists(lists)
    low_, high_ = bounded(units, (low, low + more))
    lengths = {n for words in lists for n in range(low, low + more + 1) if n <= len(words)}
    assert lengths <= set(range(low_, high_ + 1)) <= lengths | set(range(low, max(lengths, default=1) + 1))
    names = list(named_ngrams(units, (low_, high_), "", whole=False))
    assert {len(name) for document in names for name in document} == lengths
    assert high_ <= MAX_SORTED_LENGTH or not are_sorted(units, (low_, high_))


def test_lengths_are_kept_in_eight_bits():
    assert np.iinfo(np.uint8).max >= MAX_SORTED_LENGTH + 2
