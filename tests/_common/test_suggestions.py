"""The most similar name is suggested, whatever its case, as it is written; nothing where none is similar."""

import pytest

from textvec._common.suggestions import did_you_mean

NAMES = ["svm", "LinearSVC", "nbsvm", "logreg"]


@pytest.mark.parametrize(
    ("name", "meant"),
    [("logrge", "logreg"), ("NBSVM", "nbsvm"), ("linearsvm", "LinearSVC"), ("sVm", "svm"), ("nbs", "nbsvm")],
)
def test_the_most_similar_name(name, meant):
    assert did_you_mean(name, NAMES) == f" Did you mean {meant!r}?"


def test_nothing_is_similar():
    assert did_you_mean("xyz", NAMES) == did_you_mean("svm", []) == did_you_mean("", NAMES) == ""
