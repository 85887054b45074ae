import math
import pickle

import numpy as np
import pandas as pd
import polars as pl
import pytest
import scipy.sparse as sp
import sklearn.feature_extraction.text as sk
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.base import clone
from sklearn.exceptions import DataConversionWarning, NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.multiclass import OneVsRestClassifier
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC
from sklearn.utils import get_tags
from sklearn.utils.estimator_checks import parametrize_with_checks

from support.compare import assert_same_matrix
from textvec import CountVectorizer, NBWeighting


@parametrize_with_checks([NBWeighting(binary=False, alpha=0.1)])
def test_scikit_learn_s_checks(estimator, check):
    check(estimator)


def ratio_by_hand(X, member, alpha, binary):
    """Return Wang and Manning's r, term after term."""
    X = (X > 0).astype(int) if binary else X
    p = [alpha + sum(row[t] for row, inside in zip(X, member, strict=True) if inside) for t in range(X.shape[1])]
    q = [alpha + sum(row[t] for row, inside in zip(X, member, strict=True) if not inside) for t in range(X.shape[1])]
    return [math.log((a / sum(p)) / (b / sum(q))) for a, b in zip(p, q, strict=True)]


COUNTS = st.sampled_from([0, 0, 0, 1, 1, 2, 9])
MATRICES = st.tuples(st.integers(2, 7), st.integers(1, 5)).flatmap(
    lambda shape: arrays(np.int64, shape, elements=COUNTS)
)


@given(MATRICES, st.data(), st.sampled_from([0.1, 1, 3.5]), st.booleans())
@settings(deadline=None, max_examples=200)
def test_formula(X, data, alpha, binary):
    y = ["b", "a", *data.draw(st.lists(st.sampled_from("abc"), min_size=len(X) - 2, max_size=len(X) - 2))]
    weighting = NBWeighting(alpha=alpha, binary=binary).fit(sp.csr_matrix(X), y)
    classes = sorted(set(y))
    assert weighting.classes_.tolist() == classes
    blocks = ["b"] if len(classes) == 2 else classes
    r = np.array([ratio_by_hand(X, [label == block for label in y], alpha, binary) for block in blocks])
    np.testing.assert_allclose(weighting.log_count_ratio_, r, rtol=1e-10, atol=1e-12)
    W = weighting.transform(X).toarray()
    np.testing.assert_allclose(W, np.hstack([(np.sign(X) if binary else X) * row for row in r]), rtol=1e-10, atol=1e-12)


def test_ratios_are_those_of_naive_bayes(messages, labels):
    X = CountVectorizer().fit_transform(messages)
    bayes = MultinomialNB().fit(X, labels)
    r = NBWeighting(binary=False).fit(X, labels).log_count_ratio_
    np.testing.assert_allclose(r, bayes.feature_log_prob_[1:] - bayes.feature_log_prob_[:1], rtol=1e-9, atol=1e-12)


def test_blocks_of_many_classes(messages):
    vectorizer = CountVectorizer()
    X = vectorizer.fit_transform(messages)
    y = np.arange(len(messages)) % 3
    weighting = NBWeighting().fit(X, y)
    W = weighting.transform(X)
    names = weighting.get_feature_names_out(vectorizer.get_feature_names_out())
    assert W.shape == (len(messages), 3 * X.shape[1]) == (len(messages), len(names))
    for label in range(3):
        block = W[:, label * X.shape[1] : (label + 1) * X.shape[1]]
        against_the_rest = NBWeighting().fit_transform(X, y == label)
        np.testing.assert_allclose(block.toarray(), against_the_rest.toarray(), atol=1e-12)
    assert names[0] == f"0__{vectorizer.get_feature_names_out()[0]}"
    assert names[-1] == f"2__{vectorizer.get_feature_names_out()[-1]}"


def test_names(messages, labels):
    model = make_pipeline(CountVectorizer(), NBWeighting()).fit(messages, labels)
    assert model.get_feature_names_out().tolist() == model[0].get_feature_names_out().tolist()
    ratio = dict(zip(model.get_feature_names_out(), model[-1].log_count_ratio_[0], strict=True))
    assert ratio["http"] > 1 > -1 > ratio["thursday"]
    three = NBWeighting().fit(pd.DataFrame({"free": [1, 0, 0], "me": [0, 1, 1]}), ["spam", "ham", "work"])
    assert three.get_feature_names_out().tolist() == [
        "ham__free", "ham__me", "spam__free", "spam__me", "work__free", "work__me",
    ]  # fmt: skip
    with pytest.raises(NotFittedError):
        NBWeighting().get_feature_names_out()


@pytest.mark.parametrize("vectorizer", [CountVectorizer(), sk.CountVectorizer()])
def test_grid_search_in_a_pipeline(vectorizer, messages, labels):
    model = make_pipeline(vectorizer, NBWeighting(), LinearSVC(random_state=0))
    grid = GridSearchCV(model, {"nbweighting__alpha": [0.1, 1], "nbweighting__binary": [True, False]}, cv=3, n_jobs=2)
    assert grid.fit(messages, labels).best_score_ > 0.8
    assert set(grid.predict(messages)) == {"ham", "spam"}
    again = pickle.loads(pickle.dumps(grid.best_estimator_))
    assert (again.predict(messages) == grid.predict(messages)).all()
    assert not hasattr(clone(grid.best_estimator_)[1], "classes_")


def test_a_block_for_each_class_s_model(messages, labels):
    y = [f"{label}{len(text) > 60}" for text, label in zip(messages, labels, strict=True)]
    model = OneVsRestClassifier(make_pipeline(NBWeighting(), LogisticRegression()))
    X = CountVectorizer().fit_transform(messages)
    assert model.fit(X, y).score(X, y) > 0.9
    assert [e[0].log_count_ratio_.shape for e in model.estimators_] == [(1, X.shape[1])] * 4


@pytest.mark.parametrize(
    "make",
    [list, np.array, lambda y: np.array(y, object), pd.Series, pl.Series, lambda y: pd.Series(y, dtype="category")],
    ids=["list", "array", "objects", "pandas", "polars", "categories"],
)
def test_kinds_of_classes(make, messages, labels):
    X = CountVectorizer().fit_transform(messages)
    expected = NBWeighting().fit(X, [label == "spam" for label in labels])
    weighting = NBWeighting().fit(X, make(labels))
    assert (weighting.log_count_ratio_ == expected.log_count_ratio_).all()
    assert weighting.classes_.tolist() == ["ham", "spam"]


def test_a_column_of_classes():
    with pytest.warns(DataConversionWarning, match="column-vector y"):
        assert NBWeighting().fit([[1], [0]], [["a"], ["b"]]).classes_.tolist() == ["a", "b"]


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (None, "NBWeighting requires y to be passed, but the target y is None. Give it the class of each document"),
        (["a", "a", "a"], "all of y is one class: 'a'. Give it documents of two classes or more"),
        (["a", "b"], "NBWeighting needs a class for each document, but 2 came for 3 documents"),
        (["a", "b", None], "NaN or None: document 2 has no class"),
        (["a", float("nan"), "b"], "NaN or None: document 1 has no class"),
        ([0.0, np.nan, 1.0], "NaN or None: document 1 has no class"),
        (["a", pd.NA, "b"], "NaN or None: document 1 has no class"),
        ([0.0, np.inf, 1.0], "y contains infinity"),
        ([0.1, 0.2, 0.3], "continuous"),
        ([["a", "b"], ["a", "c"], ["b", "c"]], "y should be a 1d array"),
    ],
)
def test_classes_that_are_none(y, message):
    weighting = NBWeighting().fit([[1, 2], [0, 1]], [0, 1])
    state = dict(vars(weighting))
    with pytest.raises(ValueError, match=message):
        weighting.fit([[1, 0, 1], [0, 1, 1], [1, 1, 0]], y)
    assert vars(weighting) == state


def test_says_that_it_needs_classes():
    assert get_tags(NBWeighting()).target_tags.required


@pytest.mark.parametrize("value", [-1, np.nan, np.inf])
def test_values_that_are_no_counts(value):
    weighting = NBWeighting().fit([[1, 2], [0, 1]], [0, 1])
    for call in (lambda X: weighting.fit(X, [0, 1]), weighting.transform):
        with pytest.raises(ValueError, match=r"Negative values in data: NBWeighting expects counts|contains (NaN|inf)"):
            call([[1, value], [0, 1]])


@pytest.mark.parametrize("params", [{"alpha": 0}, {"alpha": -1}, {"alpha": float("inf")}, {"binary": "yes"}], ids=str)
def test_parameters_that_cannot_be(params):
    with pytest.raises(ValueError, match=f"The '{next(iter(params))}' parameter of NBWeighting must be"):
        NBWeighting(**params).fit([[1], [2]], [0, 1])


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("binary", [True, False])
@pytest.mark.parametrize("dtype", [np.int64, np.float64, np.float32])
@pytest.mark.parametrize("make", [sp.csr_matrix, sp.csr_array, sp.csc_matrix, np.asarray])
def test_containers(make, dtype, binary, n_classes, messages):
    counts = CountVectorizer().fit_transform(messages[:60])
    X = make(counts.toarray().astype(dtype))
    before, y = X.copy(), np.arange(60) % n_classes
    W = NBWeighting(binary=binary).fit_transform(X, y)
    assert W.dtype == (np.float32 if dtype == np.float32 else np.float64)
    assert W.nnz == counts.nnz * (1 if n_classes == 2 else 3)
    expected = NBWeighting(binary=binary).fit_transform(counts, y)
    np.testing.assert_allclose(W.toarray(), expected.toarray(), rtol=1e-6 if dtype == np.float32 else 1e-14)
    W.data[:] = -1
    W.indices[:] = 0
    assert abs(X - before).max() == 0


@pytest.mark.parametrize("binary", [True, False])
def test_a_stored_zero_is_no_occurrence(binary):
    with_zero = sp.csr_matrix((np.array([2, 0, 1]), np.array([0, 1, 1]), np.array([0, 2, 3])), shape=(2, 2))
    assert with_zero.nnz == 3
    ours, expected = (NBWeighting(binary=binary).fit(X, [0, 1]) for X in (with_zero, with_zero.toarray()))
    assert (ours.log_count_ratio_ == expected.log_count_ratio_).all()
    assert_same_matrix(ours.transform(with_zero), expected.transform(with_zero.toarray()))


def test_threads_change_nothing(messages, labels, small_work, monkeypatch):
    X = CountVectorizer().fit_transform(messages)
    expected = NBWeighting().fit_transform(X, labels)
    monkeypatch.setattr("textvec.weightings._base._COUNTS_PER_BLOCK", 100)
    assert_same_matrix(NBWeighting().fit_transform(X, labels), expected)


@pytest.mark.slow
def test_accuracy_on_the_imdb_test_set(imdb):
    """Wang and Manning report 91.22% with pairs of words."""
    from benchmarks.accuracy import nb_imdb, nb_svm

    accuracy, _ = nb_imdb(nb_svm())
    assert accuracy >= 0.917
