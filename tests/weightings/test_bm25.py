import math
import pickle

import bm25s
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
import sklearn.feature_extraction.text as sk
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.base import clone
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import parametrize_with_checks

from support.compare import assert_same_matrix
from textvec import BM25Weighting, CountVectorizer, TfidfWeighting, load, save

METHODS = ["robertson", "lucene", "atire", "bm25l", "bm25+"]

every = pytest.mark.parametrize("method", METHODS)


@parametrize_with_checks([BM25Weighting("bm25l")])
def test_scikit_learn_s_checks(estimator, check):
    check(estimator)


def scores(weighting, documents, queries):
    """Return the whole scores, with those of terms that a document does not hold."""
    return (weighting.transform(documents) @ queries.T + weighting.nonoccurrence_ @ queries.T).T


def assert_same_as_bm25s(texts, queries, **params):
    vectorizer = CountVectorizer()
    X = vectorizer.fit_transform(texts)
    weighting = BM25Weighting(**params).fit(X)
    ours = scores(weighting, X, vectorizer.transform(queries))

    analyze = vectorizer.build_analyzer()
    peer = bm25s.BM25(dtype="float64", **params)
    peer.index([analyze(text) for text in texts], show_progress=False)
    words = [[word for word in analyze(query) if word in vectorizer.vocabulary_] for query in queries]
    theirs = np.array([peer.get_scores(query) if query else np.zeros(len(texts)) for query in words])
    np.testing.assert_allclose(np.asarray(ours), theirs, rtol=1e-10, atol=1e-12)
    assert (theirs > 0).any()


@every
@pytest.mark.parametrize("corpus", ["messages", "reviews", "paragraphs", "hostile", "imdb"])
def test_same_as_bm25s(corpus, method, request):
    texts = request.getfixturevalue(corpus)[:400]
    assert_same_as_bm25s([*texts, ""], [*texts[:5], "good good movie", "never seen: qqqq", ""], method=method)


@every
@pytest.mark.parametrize(
    "params", [{"k1": 0.9, "b": 0.4, "delta": 1.0}, {"k1": 2, "b": 0, "delta": 0.1}, {"k1": 1.2, "b": 1}], ids=str
)
def test_same_as_bm25s_with_parameters(params, method, messages):
    assert_same_as_bm25s(messages[:200], messages[:10], method=method, **params)


@every
def test_same_as_bm25s_on_much_real_text(method, imdb):
    assert_same_as_bm25s(imdb, ["great acting, terrible plot", "the worst film ever made", *imdb[:3]], method=method)


def by_hand(X, query, method, k1, b, delta, learnt_from):
    """Score one document and term after the other, as Kamphuis et al. print the formulas."""
    n = len(learnt_from)
    average = learnt_from.sum() / n
    total = np.zeros(len(X))
    for d, row in enumerate(X):
        for t, times in enumerate(query):
            df = int((learnt_from[:, t] > 0).sum())
            if not df:
                continue
            length = row.sum() / average
            if method in ("robertson", "lucene"):
                inner = (n - df + 0.5) / (df + 0.5)
                idf = math.log(max(1, inner) if method == "robertson" else 1 + inner)
                tf = row[t] / (row[t] + k1 * (1 - b + b * length)) if row[t] else 0
            elif method == "bm25l":
                idf = math.log((n + 1) / (df + 0.5))
                c = row[t] / (1 - b + b * length) if row[t] else 0
                tf = (k1 + 1) * (c + delta) / (k1 + c + delta) if c + delta else 0
            else:
                idf = math.log((n + (method == "bm25+")) / df)
                tf = (k1 + 1) * row[t] / (row[t] + k1 * (1 - b + b * length)) if row[t] else 0
                tf += delta if method == "bm25+" else 0
            total[d] += times * idf * tf
    return total


COUNTS = st.sampled_from([0, 0, 0, 1, 1, 2, 3, 100])
MATRICES = st.tuples(st.integers(2, 6), st.integers(1, 5)).flatmap(
    lambda shape: arrays(np.int64, shape, elements=COUNTS)
)


@given(
    MATRICES, st.sampled_from(METHODS), st.sampled_from([0, 0.5, 1.5]), st.sampled_from([0, 0.75, 1]),
    st.sampled_from([0, 0.5, 1]),
)  # fmt: skip
@settings(deadline=None, max_examples=300)
def test_formulas(X, method, k1, b, delta):
    """Documents and queries that fit has not seen, empty ones and terms of no document are among them."""
    documents, query = X[:-1], X[-1]
    learnt_from = documents[: max(1, len(documents) // 2)]
    weighting = BM25Weighting(method, k1=k1, b=b, delta=delta).fit(learnt_from)
    ours = scores(weighting, documents, query[None, :]).ravel()
    np.testing.assert_allclose(
        ours, by_hand(documents, query, method, k1, b, delta, learnt_from), rtol=1e-12, atol=1e-14
    )


@every
def test_stays_sparse_and_positive(method, messages):
    X = CountVectorizer().fit_transform([*messages, ""])
    weighting = BM25Weighting(method).fit(X)
    W = weighting.transform(X)
    np.testing.assert_array_equal(W.indptr, X.indptr)
    np.testing.assert_array_equal(W.indices, X.indices)
    assert (W.data >= 0).all()
    assert (weighting.nonoccurrence_ > 0).any() == (method in ("bm25l", "bm25+"))
    assert weighting.average_length_ == X.sum() / X.shape[0]


@every
def test_nothing_learnt_weighs_nothing(method):
    weighting = BM25Weighting(method).fit([[0, 0], [0, 0]])
    assert not weighting.transform([[1, 2]]).toarray().any()
    weighting = BM25Weighting(method).fit([[1, 0], [0, 0], [0, 0]])
    assert weighting.transform([[1, 2]]).toarray()[0, 1] == weighting.nonoccurrence_[1] == 0


@every
@pytest.mark.parametrize("dtype", [np.int64, np.float64, np.float32])
@pytest.mark.parametrize("make", [sp.csr_matrix, sp.csr_array, sp.csc_matrix, np.asarray])
def test_containers(make, dtype, method, messages):
    counts = CountVectorizer().fit_transform(messages[:50]).toarray()
    X = make(counts.astype(dtype))
    before = X.copy()
    expected = BM25Weighting(method).fit_transform(sp.csr_matrix(counts))
    W = BM25Weighting(method).fit_transform(X)
    assert W.dtype == (np.float32 if dtype == np.float32 else np.float64)
    np.testing.assert_allclose(W.toarray(), expected.toarray(), rtol=1e-6 if dtype == np.float32 else 1e-14)
    W.data[:] = -1
    W.indices[:] = 0
    assert abs(X - before).max() == 0


def test_a_stored_zero_is_no_occurrence():
    with_zero = sp.csr_matrix((np.array([2, 0, 1]), np.array([0, 1, 1]), np.array([0, 2, 3])), shape=(2, 2))
    assert with_zero.nnz == 3
    for method in METHODS:
        ours, expected = (BM25Weighting(method).fit(X) for X in (with_zero, with_zero.toarray()))
        assert (ours.idf_ == expected.idf_).all()
        assert_same_matrix(ours.transform(with_zero), expected.transform(with_zero.toarray()))


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"method": "okapi"}, "The 'method' parameter of BM25Weighting must be a str among .*'lucene'.* Got 'okapi'"),
        ({"k1": -0.1}, "The 'k1' parameter"),
        ({"k1": float("inf")}, "The 'k1' parameter"),
        ({"b": 1.1}, "The 'b' parameter"),
        ({"delta": "0"}, "The 'delta' parameter"),
        ({"delta": float("nan")}, "The 'delta' parameter"),
    ],
)
def test_parameters_that_cannot_be(params, message):
    with pytest.raises(ValueError, match=message):
        BM25Weighting(**params).fit([[1]])


@pytest.mark.parametrize("value", [-1, np.nan, np.inf])
def test_a_fit_that_fails_changes_nothing(value):
    weighting = BM25Weighting("bm25l").fit([[1, 2], [0, 1]])
    state = dict(vars(weighting))
    for method in (weighting.fit, weighting.transform):
        with pytest.raises(
            ValueError, match=r"Negative values in data: BM25Weighting expects counts|contains (NaN|inf)"
        ):
            method(pd.DataFrame({"a": [1], "b": [value]}) if method == weighting.fit else [[1, value]])
        assert vars(weighting) == state


@pytest.mark.parametrize("vectorizer", [CountVectorizer(), sk.CountVectorizer()])
def test_in_a_pipeline(vectorizer, messages):
    model = make_pipeline(vectorizer, BM25Weighting())
    W = model.fit_transform(messages)
    assert model.get_feature_names_out().tolist() == vectorizer.get_feature_names_out().tolist()
    assert (W @ vectorizer.transform(messages[:1]).T).toarray().argmax() == 0
    again = pickle.loads(pickle.dumps(model))
    assert_same_matrix(again.transform(messages), W)
    assert_same_matrix(clone(model).fit(messages).transform(messages), W)


@every
def test_threads_change_nothing(method, messages, small_work, monkeypatch):
    X = CountVectorizer().fit_transform(messages)
    expected = BM25Weighting(method).fit_transform(X)
    monkeypatch.setattr("textvec.weightings._base._COUNTS_PER_BLOCK", 100)
    assert_same_matrix(BM25Weighting(method).fit_transform(X), expected, 1e-14)


@pytest.mark.parametrize("n", ["x", True, -3, 10**30])
@pytest.mark.parametrize("weighting", [BM25Weighting, TfidfWeighting])
def test_a_file_whose_number_of_documents_is_none(weighting, n, tmp_path):
    fitted = weighting().fit([[1, 2]])
    fitted.n_documents_ = n
    save(fitted, tmp_path / "w.textvec")
    with pytest.raises(ValueError, match="n_documents_ must be a number of documents"):
        load(tmp_path / "w.textvec")
