"""The formula of TfidfVectorizer for one document. Needs NumPy alone: a query is encoded without scikit-learn."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MIN_IDF, MAX_IDF = 1e-100, 1e100
"""With larger or smaller ones the kernel scales rows before it divides them by their norms, which is not done here."""


def weights(counts: Floats, columns: NDArray[Any], *, idf: Floats, sublinear_tf: bool, norm: str | None) -> Floats:
    """Return what `kernels.weight.weigh` makes of the counts of one document, to the last bit.

    Parameters
    ----------
    counts : ndarray of float64 of shape (n,)
    columns : ndarray of int of shape (n,)
        The columns of the counts, increasing.
    idf : ndarray of float64 of shape (n_terms,)
    sublinear_tf : bool
    norm : {"l1", "l2"} or None
    """
    weighted: Floats = (np.log(counts) + 1 if sublinear_tf else counts) * idf[columns]
    total = 0.0
    for weight in weighted.tolist() if norm else []:  # one after the other, as the kernel adds them up
        total += abs(weight) if norm == "l1" else weight * weight
    if total > 0:
        weighted /= total if norm == "l1" else np.sqrt(total)
    return weighted
