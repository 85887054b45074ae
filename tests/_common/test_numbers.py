from numbers import Integral, Real

import numpy as np
import pytest

from textvec import BM25Weighting, CountVectorizer, NBWeighting, SequenceEncoder, TfidfWeighting
from textvec._common.numbers import Number
from textvec._common.plain_numbers import check_positive


@pytest.mark.parametrize("value", [0, 1, 0.5, np.float32(2), np.int8(3), 2**70])
def test_numbers(value):
    assert Number(Real, 0, None, closed="left").is_satisfied_by(value)


@pytest.mark.parametrize("value", [True, False, np.True_, "1", None, float("nan"), float("inf"), -1, 10**400])
def test_what_is_no_number(value):
    assert not Number(Real, 0, None, closed="left").is_satisfied_by(value)


def test_integers_of_any_size():
    assert Number(Integral, 1, None, closed="left").is_satisfied_by(10**400)
    check_positive("k", 10**400)
    check_positive("k", np.int8(1))
    for value in (True, 0, -1, 1.0, "1", None):
        with pytest.raises(ValueError, match="k must be a positive integer, but it is"):
            check_positive("k", value)


@pytest.mark.parametrize(
    "estimator",
    [
        BM25Weighting(k1=True),
        BM25Weighting(b=True),
        BM25Weighting(delta=True),
        NBWeighting(alpha=True),
        TfidfWeighting(log_base=10**400),
        TfidfWeighting(slope=True),
        TfidfWeighting(pivot=True),
        SequenceEncoder(max_length=True),
    ],
    ids=str,
)
def test_true_is_not_one(estimator):
    X = ["a word"] if isinstance(estimator, SequenceEncoder) else [[1, 2], [1, 0]]
    with pytest.raises(ValueError, match=r"parameter of .* must be"):
        estimator.fit(X, [0, 1])


def test_true_is_not_one_term():
    vectorizer = CountVectorizer()
    X = vectorizer.fit_transform(["good food"])
    with pytest.raises(ValueError, match="k must be a positive integer, but it is True"):
        vectorizer.terms(X[0], k=True)
