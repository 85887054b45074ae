"""Sparse matrices, as scikit-learn is configured to make them.

Tested in tests/vectorizers/test_streaming.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

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


def index_type(n_values: int) -> type[np.signedinteger[Any]]:
    """Return the type of the indices of a matrix with n_values stored values."""
    return np.int32 if n_values <= _MAX_INT32 else np.int64
