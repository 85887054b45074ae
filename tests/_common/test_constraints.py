import re
from inspect import signature
from numbers import Integral, Real

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.feature_extraction.text import CountVectorizer as Peer
from sklearn.utils._param_validation import Interval

from support.estimators import CLASSES, ESTIMATORS, TEXTS, learnt, of
from textvec import TfidfWeighting
from textvec._common.constraints import Number, without_bools

ONE_OF_EACH = {type(estimator).__name__: estimator for estimator in reversed(ESTIMATORS)}
# Integers for which scikit-learn's or gensim's users also give a bool: sg=True, verbose=True.
ALSO_BOOLS = {("Word2Vec", "sg"), ("Word2Vec", "verbose")}
LABELS = [i % 2 for i in range(len(TEXTS))]


def numeric(word):
    """Return the parameters of estimators that are annotated as this type of number, or random_state."""
    return [
        (name, parameter.name)
        for name, cls in CLASSES.items()
        for parameter in signature(cls).parameters.values()
        if re.match(rf"{word}\b", str(parameter.annotation)) or (word == "int" and parameter.name == "random_state")
        if (name, parameter.name) not in ALSO_BOOLS
    ]


def refused(name, parameter, value):
    """Check that an estimator with this value of a parameter cannot be fitted, and that the error names it."""
    estimator = clone(ONE_OF_EACH[name]).set_params(**{parameter: value})
    with pytest.raises((ValueError, TypeError), match=parameter):
        estimator.fit(of(estimator, TEXTS), LABELS)


@pytest.mark.parametrize("value", [0, 1, 0.5, np.float32(2), np.int8(3), 2**70])
def test_numbers(value):
    assert Number(Real, 0, None, closed="left").is_satisfied_by(value)


@pytest.mark.parametrize("value", [True, False, np.True_, "1", None, float("nan"), float("inf"), -1, 10**400])
def test_what_is_no_number(value):
    assert not Number(Real, 0, None, closed="left").is_satisfied_by(value)


def test_integers_of_any_size():
    assert Number(Integral, 1, None, closed="left").is_satisfied_by(10**400)


def test_intervals_of_scikit_learn_take_no_bools():
    theirs, ours = Peer._parameter_constraints, without_bools(Peer._parameter_constraints)
    assert ours.keys() == theirs.keys()
    for name, allowed in theirs.items():
        assert [*map(str, allowed)] == [*map(str, ours[name])]
        assert not any(type(constraint) is Interval for constraint in ours[name])
    assert any(type(constraint) is Interval for constraint in theirs["max_features"])


def test_there_are_numbers_among_the_parameters():
    assert len(numeric("int")) > 15
    assert len(numeric("float")) > 15


@pytest.mark.parametrize("value", [True, np.True_, 3.0, float("nan")], ids=repr)
@pytest.mark.parametrize(("name", "parameter"), numeric("int"))
def test_no_estimator_takes_true_or_a_float_for_an_integer(name, parameter, value):
    refused(name, parameter, value)


@pytest.mark.parametrize("value", [True, np.True_, float("nan"), "1"], ids=repr)
@pytest.mark.parametrize(("name", "parameter"), numeric("float"))
def test_no_estimator_takes_true_or_nan_for_a_number(name, parameter, value):
    refused(name, parameter, value)


def test_integers_too_large_for_floats():
    with pytest.raises(ValueError, match="log_base"):
        TfidfWeighting(log_base=10**400).fit([[1, 2], [1, 0]])


def test_numpy_numbers_are_numbers():
    assert learnt(ONE_OF_EACH["Word2Vec"].set_params(window=np.int8(2), sample=np.float32(0.1)), TEXTS, LABELS)
