"""Inverse document frequencies. Needs NumPy alone: a query is encoded without scikit-learn.

Tested in tests/vectorizers/test_tfidf.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def inverse_document_frequencies(
    frequencies: NDArray[Any], n_documents: int, smooth: bool, dtype: Any
) -> NDArray[np.floating[Any]]:
    """Return ln(n / df) + 1, as scikit-learn computes it.

    Parameters
    ----------
    frequencies : ndarray of int of shape (n_terms,)
    n_documents : int
    smooth : bool
        Whether to count one document more, which holds every term.
    dtype : type
        In which to compute.
    """
    idf: NDArray[np.floating[Any]] = frequencies.astype(dtype)
    idf += dtype(smooth)
    np.divide(dtype(n_documents + int(smooth)), idf, out=idf)
    np.log(idf, out=idf)
    idf += dtype(1)
    return idf
