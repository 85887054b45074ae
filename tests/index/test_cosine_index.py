"""CosineIndex against scikit-learn's cosine_similarity and a full sort."""

import pickle

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import scipy.sparse as sp
import sklearn.feature_extraction.text as sk
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.metrics.pairwise import cosine_similarity
from sklearn.pipeline import make_pipeline

from support import strategies
from support.compare import threads
from textvec import CosineIndex, Stemmer, StopWords, TfidfVectorizer, Tokenizer


class Vectors(TransformerMixin, BaseEstimator):
    """An encoder of documents that are numbers: their rows in a table."""

    def __init__(self, table):
        self.table = table

    def fit(self, X, y=None):
        return self

    def transform(self, X):
        return self.table[[int(x) for x in X]]

    def __sklearn_is_fitted__(self):
        return True


def expected(similarities, k, min_score=0.0):
    """Return ids and scores of the k best by a full, stable sort."""
    rows = []
    for row in similarities:
        order = np.argsort(-row, kind="stable")[:k]
        rows.append([(i, row[i]) for i in order if row[i] > 0 and row[i] >= min_score])
    return rows


def assert_top(results, similarities, k):
    """Check scores to 1e-6, and ids but for those whose scores are that close to others or to zero."""
    for found, row, best in zip(results, similarities, expected(similarities, k), strict=True):
        scores = [score for _, score in best if score > 1e-6]
        assert [hit.score for hit in found if hit.score > 1e-6] == pytest.approx(scores, abs=1e-6)
        assert all(abs(row[hit.id] - hit.score) < 1e-6 for hit in found)
        assert len({hit.id for hit in found}) == len(found) <= k


@pytest.mark.parametrize("k", [1, 3, 10, 10_000])
@pytest.mark.parametrize("n_threads", [1, 2])
def test_same_hits_as_sorting_all_similarities(messages, reviews, k, n_threads):
    messages, reviews = messages[:900], reviews[: 1084 if k < 100 else 200]
    index = CosineIndex().fit(messages)
    similarities = cosine_similarity(index.encoder_.transform(reviews), index.encoder_.transform(messages))
    with threads(n_threads):
        assert_top(index.search(reviews, k), similarities, k)


@given(
    arrays(np.float32, st.tuples(st.integers(1, 40), st.just(6)), elements=st.sampled_from([0, 0, 0, 1, 2, -1, 0.5])),
    st.integers(1, 8),
)
@settings(deadline=None, max_examples=200)
def test_any_vectors_negative_and_zero_ones_too(table, k):
    index = CosineIndex(Vectors(table)).fit([str(i) for i in range(len(table))])
    results = index.search([str(i) for i in range(len(table))], k)
    assert_top(results, cosine_similarity(table), k)


@given(strategies.documents, strategies.documents)
@settings(deadline=None, max_examples=100)
def test_any_text(documents, queries):
    index = CosineIndex(TfidfVectorizer(token_pattern=r"\w+"))
    try:
        index.fit(documents)
    except ValueError as error:
        assert "empty vocabulary" in str(error)  # noqa: PT017  (the peer's own error, where there is no word)
        return
    results = index.search(queries, 3)
    assert len(results) == len(queries)
    if queries:  # scikit-learn refuses to compare none
        vectors = index.encoder_.transform(queries), index.encoder_.transform(documents)
        assert_top(results, cosine_similarity(*vectors), 3)


def test_equal_scores_come_in_the_order_of_documents():
    documents = ["a common word", "rare common word"] * 10_000  # more than a block of the kernel
    hits = CosineIndex().fit(documents).search(["rare word"], k=25)[0]
    assert [hit.id for hit in hits] == list(range(1, 51, 2))
    assert len({hit.score for hit in hits}) == 1


def test_zero_vectors_match_nothing():
    index = CosineIndex().fit(["red apple", "", "?", "green apple"])
    assert [[hit.id for hit in hits] for hits in index.search(["", "unknown", "apple"])] == [[], [], [0, 3]]
    assert not index.knows("unknown")
    assert index.knows("an apple")


def test_min_score_leaves_out_lower_scores_and_keeps_equal_ones():
    index = CosineIndex().fit(["red apple", "green apple", "red red wine"])
    every = index.search(["red apple"])[0]
    assert len(every) == 3
    assert index.search(["red apple"], min_score=every[1].score)[0] == every[:2]
    assert index.search(["red apple"], min_score=0)[0] == every
    assert index.search(["red apple"], min_score=1.1)[0] == []
    for wrong in (-1, -1e-9, float("-inf")):
        with pytest.raises(ValueError, match="min_score must not be negative"):
            index.search(["red apple"], min_score=wrong)
        with pytest.raises(ValueError, match="min_score must not be negative"):
            index.search_by_id(0, min_score=wrong)
    for wrong in (True, "0.5", [0.5]):
        with pytest.raises(ValueError, match="min_score must be a number"):
            index.search(["red apple"], min_score=wrong)
    with pytest.raises(ValueError, match="must be a positive integer, but it is True"):
        index.search(["red apple"], k=True)


@pytest.mark.parametrize(
    "encoder",
    [
        None,
        sk.TfidfVectorizer(sublinear_tf=True),
        sk.CountVectorizer(),
        sk.HashingVectorizer(n_features=64),
        make_pipeline(Tokenizer(), StopWords(), Stemmer(), TfidfVectorizer(ngram_range=(1, 2))),
    ],
    ids=str,
)
def test_any_encoder(encoder, messages):
    index = CosineIndex(encoder).fit(messages)
    fitted = TfidfVectorizer() if encoder is None else clone(encoder)
    similarities = cosine_similarity(fitted.fit_transform(messages))
    assert_top(index.search(messages[:30], 5), similarities[:30], 5)


def test_an_encoder_is_cloned_unless_it_is_frozen():
    fitted = TfidfVectorizer().fit(["apple"])
    assert CosineIndex(FrozenEstimator(fitted)).fit(["apple pie"]).encoder_.vocabulary_ == {"apple": 0}
    assert set(CosineIndex(fitted).fit(["apple pie"]).encoder_.vocabulary_) == {"apple", "pie"}


@pytest.mark.parametrize("ngram_range", [(1, 1), (1, 3)])
def test_contributions_add_up_to_the_score(messages, ngram_range):
    encoder = make_pipeline(Tokenizer(), Stemmer(), TfidfVectorizer(ngram_range=ngram_range))
    index = CosineIndex(encoder).fit(messages)
    names = set(index.encoder_.get_feature_names_out())
    for query in messages[:20]:
        for hit in index.search([query], 4)[0]:
            terms = index.explain(query, hit.id)
            assert sum(share for _, share in terms) == pytest.approx(hit.score, abs=1e-6)
            assert [share for _, share in terms] == sorted((share for _, share in terms), reverse=True)
            assert {term for term, _ in terms} <= names


def test_explain_names_the_terms_of_a_foreign_encoder():
    index = CosineIndex(sk.CountVectorizer()).fit(["red apple", "green apple"], ids=["r", "g"])
    assert [*index.explain("apple", "r")] == [("apple", pytest.approx(0.5**0.5))]
    assert len(index.explain("pear", "r")) == 0
    with pytest.raises(KeyError, match="No document has the id 'x'; there are 2, such as"):
        index.explain("apple", "x")


@pytest.mark.parametrize(
    "container", [list, tuple, iter, np.array, pd.Series, pa.array, lambda d: Tokenizer().transform(d)]
)
def test_documents_in_any_container(container):
    index = CosineIndex().fit(container(["red apple", "green pear"]), ids="ab")
    (hit,) = index.search(container(["red pear", "apple"]))[1]
    assert (hit.id, list(hit.document) if not isinstance(hit.document, str) else hit.document.split()) == (
        "a",
        ["red", "apple"],
    )


@pytest.mark.parametrize(
    ("fit", "error", "message"),
    [
        (lambda index: index.fit("one string"), ValueError, "string object received"),
        (lambda index: index.fit(["a b", "b c"], ids=[1]), ValueError, "1 came for 2"),
        (lambda index: index.fit(["ab", "bc"], ids=[1, 1]), ValueError, "1 stands for several"),
        (lambda index: index.fit(["ab", None]), ValueError, "1 of 2 documents are missing"),
        (lambda index: index.search(["x"]), NotFittedError, "not fitted"),
        (lambda index: index.explain("x", 0), NotFittedError, "not fitted"),
        (lambda index: index.fit(["ab"]).search("x"), ValueError, "string object received"),
        (lambda index: index.fit(["ab"]).search(["x"], k=0), ValueError, "k, the number of hits, .* it is 0"),
        (lambda index: index.fit(["ab"]).search(["x"], k=2.5), ValueError, "it is 2.5"),
    ],
)
def test_bad_calls(fit, error, message):
    with pytest.raises(error, match=message):
        fit(CosineIndex())


def test_vectors_that_are_not_finite_are_refused():
    with pytest.raises(ValueError, match="NaN or infinity"):
        CosineIndex(Vectors(np.array([[np.nan, 1.0]]))).fit(["0"])


def test_an_encoder_that_loses_rows_is_refused():
    class Loses(Vectors):
        def transform(self, X):
            return self.table[:1]

    with pytest.raises(ValueError, match="made 1 vectors of 2 documents"):
        CosineIndex(Loses(np.eye(2))).fit(["0", "1"])


def test_a_failed_fit_leaves_the_index_as_it_was():
    index = CosineIndex().fit(["red apple"])
    with pytest.raises(ValueError, match="empty vocabulary"):
        index.fit(["", ""])
    assert index.search(["apple"])[0][0].document == "red apple"


def test_clone_params_and_pickle(messages):
    index = CosineIndex(TfidfVectorizer(min_df=2)).fit(messages)
    again = pickle.loads(pickle.dumps(index))
    assert again.search(messages[:5]).to_dicts() == index.search(messages[:5]).to_dicts()
    assert len(again) == len(messages)
    assert len(clone(index)) == 0
    assert index.get_params()["encoder__min_df"] == 2
    assert clone(index).set_params(encoder__min_df=3).encoder.min_df == 3


def test_a_matrix_with_stored_zeros_and_no_columns():
    table = sp.csr_array((np.array([0.0, 1.0]), np.array([0, 1]), np.array([0, 1, 2])), shape=(2, 2))
    assert [hit.id for hit in CosineIndex(Vectors(table)).fit(["0", "1"]).search(["1"])[0]] == [1]
    assert list(CosineIndex(Vectors(sp.csr_array((2, 0)))).fit(["0", "1"]).search(["1"])) == [[]]
