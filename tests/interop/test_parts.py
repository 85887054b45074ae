from typing import NamedTuple

import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import StandardScaler

from textvec import CountVectorizer
from textvec.interop._parts import Parts


class Holder(BaseEstimator):
    """An estimator of somebody's, which holds others its own way."""

    def __init__(self, inner=None):
        self.inner = inner

    def fit(self, X, y=None):
        return self


class Pair(NamedTuple):
    name: str
    part: object


def replaced(model):
    """Return a copy with the word "new" in place of counters, and what led to these."""
    parts, ways = Parts(model), []
    for found in parts.walk():
        if isinstance(found.value, CountVectorizer):
            parts.others[id(found.value)] = "new"
            ways.append(found.where)
    return parts.replaced(), ways


@pytest.mark.parametrize(
    ("container", "expected"),
    [
        (lambda part: [part, 3], ["new", 3]),
        (lambda part: (part, 3), ("new", 3)),
        (lambda part: {"key": part}, {"key": "new"}),
        (lambda part: {part, 3}, {"new", 3}),
        (lambda part: frozenset({part}), frozenset({"new"})),
        (lambda part: Pair("name", part), Pair("name", "new")),
        (lambda part: {"deep": [{"deeper": ((part,),)}]}, {"deep": [{"deeper": (("new",),)}]}),
    ],
)
def test_parts_are_found_in_containers(container, expected):
    held = container(CountVectorizer())
    before = repr(held)
    copy = replaced(Holder(held))[0].inner
    assert copy == expected
    assert type(copy) is type(held)
    assert repr(held) == before


def test_parts_are_found_in_arrays():
    part = CountVectorizer()
    array = np.empty((2, 2), object)
    array[:] = [[part, 3], [None, part]]
    masked = np.ma.MaskedArray(array, [[False, True], [False, True]])
    copy, ways = replaced(Holder({"plain": array, "masked": masked}))
    assert copy.inner["plain"].tolist() == [["new", 3], [None, "new"]]
    assert copy.inner["masked"].tolist() == [["new", None], [None, None]]
    assert copy.inner["masked"].data.tolist() == [["new", 3], [None, "new"]]
    assert array[0, 0] is masked.data[0, 0] is part
    assert masked.mask.tolist() == [[False, True], [False, True]]
    assert ways == [".inner['plain'][0, 0]"]


def test_nothing_within_what_is_replaced_is_looked_at():
    inner, parts = CountVectorizer(), Parts(make_union(Holder(CountVectorizer()), StandardScaler()))
    seen = []
    for found in parts.walk():
        seen.append(type(found.value))
        if isinstance(found.value, Holder):
            parts.others[id(found.value)] = inner
    assert CountVectorizer not in seen
    assert StandardScaler in seen
    assert parts.replaced().transformer_list[0][1] is inner


def test_every_estimator_of_the_copy_is_another_one_and_arrays_are_shared():
    scaler = StandardScaler()
    scaler.mean_ = np.zeros(3)
    model = make_pipeline(scaler, CountVectorizer())
    parts = Parts(model)
    list(parts.walk())
    copy = parts.replaced()
    assert copy is not model
    assert copy[0] is not scaler
    assert copy[0].mean_ is scaler.mean_
    assert copy[1] is not model[1]
