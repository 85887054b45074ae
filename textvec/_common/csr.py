"""Sparse matrices, as scikit-learn is configured to make them.

Tested in tests/vectorizers/test_streaming.py.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn import get_config

try:  # scikit-learn 1.9 lets its users choose between sparse matrices and sparse arrays
    from sklearn.utils._sparse import _align_api_if_sparse as _align
except ImportError:
    _align = sp.csr_matrix

_MAX_INT32 = np.iinfo(np.int32).max  # SciPy needs wider indices for a matrix with more stored values than that.


def as_configured(X: Any) -> Any:
    """Return a sparse array as the matrix or array that scikit-learn's users asked for; older ones know matrices."""
    return _align(X)


def make_csr(data: NDArray[Any], indices: NDArray[Any], indptr: NDArray[np.int64], n_columns: int) -> Any:
    """Return the CSR matrix of sorted rows, with 64-bit indices only where 32 bits cannot count its values."""
    kind = index_type(len(data))
    arrays = (data, indices.astype(kind, copy=False), indptr.astype(kind))
    X = sp.csr_array(arrays, shape=(len(indptr) - 1, n_columns), dtype=data.dtype)  # refuses what SciPy cannot hold
    X.has_canonical_format = True
    return as_configured(X)


def make_small_csr(data: NDArray[Any], indices: NDArray[np.int32], indptr: NDArray[np.int32], n_columns: int) -> Any:
    """Return what `make_csr` does of arrays that need no check, in a twentieth of its time.

    SciPy's checks take longer than to count the words of a message. A matrix of the same shape that passed them is
    copied, with other arrays.
    """
    known = _empty_rows(len(indptr) - 1, n_columns, get_config().get("sparse_interface"))
    X = known.__new__(type(known))
    vars(X).update(vars(known), data=data, indices=indices, indptr=indptr)
    return X


@lru_cache(maxsize=64)
def _empty_rows(n_rows: int, n_columns: int, interface: str | None) -> Any:
    """Return a matrix without values, of the kind that scikit-learn is configured to make."""
    return make_csr(np.empty(0), np.empty(0, np.int32), np.zeros(n_rows + 1, np.int64), n_columns)


def index_type(n_values: int) -> type[np.signedinteger[Any]]:
    """Return the type of the indices of a matrix with n_values stored values."""
    return np.int32 if n_values <= _MAX_INT32 else np.int64
