"""Weightings learnt from parts of the documents are those learnt at once, to the last bit."""

import re

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from sklearn.feature_extraction.text import TfidfTransformer

from support.parts import N_PARTS, differences, fitted_in_parts, merged
from textvec import BM25Weighting, CountVectorizer, NBWeighting, TfidfWeighting
from textvec.datasets import load_messages
from textvec.weightings._bm25 import VARIANTS
from textvec.weightings._smart import IDF, TF

every_number_of_parts = pytest.mark.parametrize("n_parts", N_PARTS)


@pytest.fixture(scope="module")
def messages():
    return load_messages()


@pytest.fixture(scope="module")
def counts(messages):
    return CountVectorizer().fit_transform(messages.data[:120]).tocsr()


@pytest.fixture(scope="module")
def floats(counts):
    """Weights that have no exact sum: of tenths, thirds and numbers far apart."""
    X = counts.astype(np.float64)
    X.data = np.random.default_rng(0).choice([0.1, 1 / 3, 1e-9, 1e9], len(X.data)) * X.data
    return X


def lengths(X):
    return np.linspace(1, 9, X.shape[1])


TFIDF = [
    *({"tf": tf} for tf in TF),
    *({"idf": idf} for idf in IDF),
    *({"norm": norm, "tf": "log"} for norm in ("l1", "l2", "none", "pivoted", "pivoted_unique", "pivoted_characters")),
    {"norm": "pivoted", "pivot": 3},
    {"norm": "pivoted", "slope": 0.9, "log_base": 2.0},
]


@every_number_of_parts
@pytest.mark.parametrize("params", TFIDF, ids=str)
def test_tfidf(params, n_parts, counts):
    if params.get("norm") == "pivoted_characters":
        params = {**params, "term_lengths": lengths(counts)}
    weighting = TfidfWeighting(**params)
    assert differences(fitted_in_parts(weighting, counts, n_parts=n_parts), weighting.fit(counts)) == []


@every_number_of_parts
@pytest.mark.parametrize("notation", ["lnc.ltc", "Lnu.ltu", "ltc.npc"])
def test_queries(notation, n_parts, counts):
    weighting = TfidfWeighting.smart(notation)
    assert differences(fitted_in_parts(weighting, counts, n_parts=n_parts), weighting.fit(counts)) == []


@pytest.mark.parametrize("own", ["l2", "pivoted"])
@pytest.mark.parametrize("of_queries", ["l2", "pivoted"])
def test_queries_may_need_another_number_of_passes(own, of_queries, counts):
    weighting = TfidfWeighting(norm=own, queries=TfidfWeighting(norm=of_queries, queries=BM25Weighting()))
    assert differences(fitted_in_parts(weighting, counts), weighting.fit(counts)) == []
    again = fitted_in_parts(weighting.set_params(norm="l2"), counts)  # what was learnt before does not stay
    assert differences(again, weighting.fit(counts)) == []


@every_number_of_parts
@pytest.mark.parametrize("method", VARIANTS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64], ids=lambda dtype: dtype.__name__)
def test_bm25(method, dtype, n_parts, counts):
    weighting, X = BM25Weighting(method), counts.astype(dtype)
    assert differences(fitted_in_parts(weighting, X, n_parts=n_parts), weighting.fit(X)) == []


@every_number_of_parts
@pytest.mark.parametrize("weighting", [BM25Weighting(), TfidfWeighting(norm="pivoted")], ids=["bm25", "pivoted"])
def test_floats_that_have_no_exact_sum(weighting, n_parts, floats):
    learnt = weighting.fit(floats)
    for seed in range(3):
        assert differences(fitted_in_parts(weighting, floats, n_parts=n_parts, seed=seed), learnt) == []


@every_number_of_parts
@pytest.mark.parametrize("binary", [True, False])
@pytest.mark.parametrize("n_classes", [2, 5])
@pytest.mark.parametrize("in_order", [True, False], ids=["sorted", "mixed"])
def test_naive_bayes(n_classes, binary, in_order, n_parts, floats):
    """Sorted, most parts have documents of one class only."""
    y = np.array([f"class {i}" for i in range(n_classes)])[np.arange(floats.shape[0]) % n_classes]
    y = np.sort(y) if in_order else y
    weighting = NBWeighting(alpha=0.3, binary=binary)
    assert differences(fitted_in_parts(weighting, floats, y, n_parts), weighting.fit(floats, y)) == []


@pytest.mark.parametrize(
    "y",
    [["b", "aa"], np.array(["b", "aa"], object), [3, 1], [True, False], [1.0, 2.0], np.array([200, 7], np.uint8)],
    ids=["strings", "objects", "integers", "booleans", "floats", "bytes"],
)
@every_number_of_parts
def test_kinds_of_classes(y, n_parts, counts):
    labels = np.repeat(np.asarray(y), [30, counts.shape[0] - 30])
    weighting = NBWeighting()
    assert differences(fitted_in_parts(weighting, counts, labels, n_parts), weighting.fit(counts, labels)) == []


def test_class_sums_are_those_of_numpy(floats):
    y = np.arange(floats.shape[0]) % 3
    of_class = np.array([np.asarray(floats[y == k].sum(axis=0)).ravel() for k in range(3)])
    p, q = 1 + of_class, 1 + of_class.sum(axis=0) - of_class
    ratios = np.log(p / p.sum(axis=1, keepdims=True)) - np.log(q / q.sum(axis=1, keepdims=True))
    assert np.allclose(NBWeighting(binary=False).fit(floats, y).log_count_ratio_, ratios, rtol=1e-9, atol=1e-9)


def test_names_of_columns():
    X = pd.DataFrame({"good": [1.0, 0, 2], "food": [0.0, 1, 1]})
    made = fitted_in_parts(TfidfWeighting(), X, n_parts=3)
    assert made.get_feature_names_out().tolist() == ["good", "food"]
    assert differences(made, TfidfWeighting().fit(X)) == []


EVERY = [TfidfWeighting(), TfidfWeighting(norm="pivoted"), BM25Weighting(), NBWeighting()]
every = pytest.mark.parametrize("weighting", EVERY, ids=["tfidf", "pivoted", "bm25", "nb"])


def states_of(weighting, *parts):
    return [weighting._partial(X, np.arange(len(X)) % 2) for X in parts]


@every
def test_nothing_but_empty_parts(weighting):
    states = states_of(weighting, np.empty((0, 3)), np.empty((0, 3)))
    with pytest.raises(ValueError, match=re.escape("0 sample(s) (shape=(0, 3)) while a minimum of 1 is required")):
        weighting._finish(merged(weighting, states))


@every
def test_parts_with_other_columns(weighting):
    with pytest.raises(ValueError, match=r"one part of the documents has [23] terms, another has [23]"):
        merged(weighting, states_of(weighting, np.ones((2, 3)), np.ones((2, 2))))
    frames = [pd.DataFrame(np.ones((2, 2)), columns=names) for names in (["a", "b"], ["b", "a"])]
    with pytest.raises(ValueError, match="have different names"):
        merged(weighting, states_of(weighting, *frames))


@every
def test_bad_counts_of_a_part(weighting):
    with pytest.raises(ValueError, match="expects counts, but X has -1"):
        states_of(weighting, np.array([[-1.0]]))
    with pytest.raises(ValueError, match="NaN"):
        states_of(weighting, np.array([[np.nan]]))


def test_classes_of_two_types():
    weighting = NBWeighting()
    states = [weighting._partial(np.ones((2, 2)), y) for y in (["ham", "spam"], [], [1, 0]) if len(y)]
    with pytest.raises(
        ValueError, match="strings in some parts of the documents, such as 'ham', and numbers in others, such as 0"
    ):
        merged(weighting, states)


def test_one_class_in_all_parts():
    weighting = NBWeighting()
    states = [weighting._partial(np.ones((n, 2)), ["ham"] * n) for n in (2, 0, 1)]
    with pytest.raises(ValueError, match="all of y is one class: 'ham'"):
        weighting._finish(merged(weighting, states))


def test_other_documents_in_the_second_pass():
    weighting = TfidfWeighting(norm="pivoted")
    weighting._finish(weighting._partial(np.ones((3, 2))))
    with pytest.raises(ValueError, match="3 documents came when idf was learnt, but 2 when the pivot was"):
        weighting._finish(weighting._partial(np.ones((2, 2))))


def test_queries_that_are_not_ours():
    X = sp.csr_matrix(np.eye(3))
    weighting = TfidfWeighting(queries=TfidfTransformer())
    assert isinstance(weighting.fit(X).queries_, TfidfTransformer)
    with pytest.raises(TypeError, match="queries, a TfidfTransformer, cannot be learnt from parts"):
        weighting._partial(X)


def test_lengths_beyond_any_float():
    with pytest.raises(ValueError, match="too large"):
        TfidfWeighting(norm="pivoted", tf="raw").fit(np.full((2, 4), 1e308))
