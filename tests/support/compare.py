"""Comparing a vectorizer with scikit-learn's, in as many threads as wanted."""

import sys
import warnings
from contextlib import contextmanager

import numpy as np
import pytest
import sklearn


@contextmanager
def threads(n):
    """Use so many threads, however small the work is."""
    with pytest.MonkeyPatch.context() as patch:
        for name, module in list(sys.modules.items()):
            if name.startswith("textvec.") and hasattr(module, "n_threads"):
                patch.setattr(module, "n_threads", lambda work=None: n)
        yield


@contextmanager
def sparse_containers(interface):
    """Ask scikit-learn for sparse arrays or sparse matrices, which it can choose between since its version 1.9."""
    if "sparse_interface" not in sklearn.get_config():
        pytest.skip("this scikit-learn has no choice of sparse containers")
    with sklearn.config_context(sparse_interface=interface):
        yield


@contextmanager
def pieces_of(n_characters):
    """Read documents in pieces of so many characters."""
    from textvec.text import chunks

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chunks, "CHARACTERS_PER_CHUNK", n_characters)
        yield


def outcome(function, *args, **kwargs):
    """Return what a call returns or the error it ends in, and the warnings on its way."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            result = function(*args, **kwargs)
        except Exception as error:
            result = error
    return result, [(w.category, str(w.message)) for w in caught]


def assert_same_matrix(ours, theirs, rtol=0.0):
    assert type(ours) is type(theirs)
    assert ours.shape == theirs.shape
    assert ours.dtype == theirs.dtype
    assert ours.has_sorted_indices
    assert (np.diff(ours.indices)[_within_rows(ours)] > 0).all(), "rows are not sorted"
    theirs = theirs.copy()
    theirs.sort_indices()
    for name in ("indptr", "indices"):
        assert getattr(ours, name).dtype == getattr(theirs, name).dtype
        np.testing.assert_array_equal(getattr(ours, name), getattr(theirs, name), name)
    if rtol:
        np.testing.assert_allclose(ours.data, theirs.data, rtol=rtol, atol=0)
    else:
        np.testing.assert_array_equal(ours.data, theirs.data)


def _within_rows(X):
    """Tell for each entry but the last whether the next one is in the same row."""
    row = np.repeat(np.arange(X.shape[0]), np.diff(X.indptr))
    return row[1:] == row[:-1]


def assert_same_words(ours, theirs):
    """Compare the answers of inverse_transform."""
    assert len(ours) == len(theirs)
    for a, b in zip(ours, theirs, strict=True):
        assert sorted(a.ravel().tolist()) == sorted(b.tolist())  # theirs tear apart terms that are tuples
        assert a.dtype == b.dtype


def assert_same_outcome(ours, theirs, rtol=0.0):
    """Compare matrices, or the errors in their place, and the warnings; return ours."""
    (X, warned), (Y, expected) = ours, theirs
    assert warned == expected
    if isinstance(Y, Exception):
        assert type(X) is type(Y), X
        assert str(Y).rstrip(".") in str(X)
    elif isinstance(X, Exception):
        raise X
    else:
        assert_same_matrix(X, Y, rtol)
    return X


def assert_same(ours, theirs, make, n, rtol=0.0):
    """Compare two vectorizers in all that they answer.

    make(start, stop) makes those documents anew, since some kinds can be read only once.
    """
    a, b = int(0.4 * n), int(0.7 * n)
    X = assert_same_outcome(outcome(ours.fit_transform, make(0, b)), outcome(theirs.fit_transform, make(0, b)), rtol)
    if isinstance(X, Exception):
        return
    assert "vocabulary_" not in vars(ours), "made before it is asked for"
    assert_same_outcome(outcome(ours.transform, make(a, n)), outcome(theirs.transform, make(a, n)), rtol)
    names, their_names = ours.get_feature_names_out(), theirs.get_feature_names_out()
    assert names.dtype == their_names.dtype
    assert names.tolist() == [tuple(t) if isinstance(t, list) else t for t in their_names.tolist()]
    assert ours.vocabulary_ == theirs.vocabulary_
    assert ours.fixed_vocabulary_ == theirs.fixed_vocabulary_
    if X.shape[0]:
        for rows in (X[:20], X[:9].toarray()):
            assert_same_words(ours.inverse_transform(rows), theirs.inverse_transform(rows))
    if hasattr(theirs, "idf_"):
        np.testing.assert_allclose(ours.idf_, theirs.idf_, rtol=rtol)
        assert ours.idf_.dtype == theirs.idf_.dtype
