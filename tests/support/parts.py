"""Estimators that learn from parts of the documents by states, and what they have learnt compared bit by bit."""

import pickle
import random

import numpy as np
import scipy.sparse as sp
from sklearn.base import clone

from textvec._common.states import from_bytes, to_bytes

N_PARTS = [1, 2, 7, 40]


def cut(n_rows, n_parts, seed=0):
    """Return the bounds of parts of rows: most rows are in the first part, and many parts are empty."""
    rng = random.Random(seed)
    bounds = sorted(rng.choice([n_rows, *range(n_rows + 1), n_rows // 2]) for _ in range(n_parts - 1))
    return [slice(a, b) for a, b in zip([0, *bounds], [*bounds, n_rows], strict=True)]


def merged(estimator, states, seed=0):
    """Merge states two or three at a time, in any order, each carried as bytes or pickled in between."""
    rng = random.Random(seed)
    states = list(states)
    while len(states) > 1:
        rng.shuffle(states)
        n = rng.choice([2, 3])
        some, states = [from_bytes(to_bytes(state)) for state in states[:n]], states[n:]
        states.append(pickle.loads(pickle.dumps(estimator._merge(some))))
    return estimator._merge(states)


def fitted_in_parts(estimator, X, y=None, n_parts=7, seed=0):
    """Return a fitted clone that has seen X in parts, in as many passes as it needs."""
    estimator = clone(estimator)
    for _ in range(getattr(estimator, "_passes", 1)):
        states = []
        for part in cut(n_rows(X), n_parts, seed):
            before = dict(vars(estimator))
            states.append(estimator._partial(X[part], *([] if y is None else [y[part]])))
            assert vars(estimator).keys() == before.keys()
            assert all(vars(estimator)[name] is before[name] for name in before)
        estimator._finish(merged(estimator, states, seed))
    return estimator


def n_rows(X):
    return X.shape[0] if hasattr(X, "shape") else len(X)


def differences(a, b, path=""):
    """Return where what two things are made of differs: types, dtypes, every bit, and the order of mappings."""
    if type(a) is not type(b):
        return [f"{path}: {type(a).__name__} and {type(b).__name__}"]
    if isinstance(a, np.ndarray):
        if a.dtype != b.dtype or a.shape != b.shape:
            return [f"{path}: {a.dtype} {a.shape} and {b.dtype} {b.shape}"]
        same = a.tolist() == b.tolist() if a.dtype == object else a.tobytes() == b.tobytes()
        return [] if same else [f"{path}: {a} and {b}"]
    if isinstance(a, dict):
        if list(a) != list(b):
            return [f"{path}: keys {list(a)[:5]} and {list(b)[:5]}"]
        return [d for key in a for d in differences(a[key], b[key], f"{path}[{key!r}]")]
    if isinstance(a, list | tuple):
        if len(a) != len(b):
            return [f"{path}: {len(a)} and {len(b)}"]
        return [d for i, pair in enumerate(zip(a, b, strict=True)) for d in differences(*pair, f"{path}[{i}]")]
    if sp.issparse(a):
        return [
            d for name in ("indptr", "indices", "data") for d in differences(getattr(a, name), getattr(b, name), name)
        ]
    if hasattr(a, "__dict__") and not isinstance(a, type) and not callable(a):
        return differences(dict(sorted(vars(a).items())), dict(sorted(vars(b).items())), path + "." + type(a).__name__)
    return [] if a == b or a is b else [f"{path}: {a!r} and {b!r}"]
