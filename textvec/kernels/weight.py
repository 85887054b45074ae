"""Counts to weights, a range of rows at a time.

Tested in tests/vectorizers/test_tfidf.py.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from textvec.kernels._compile import kernel, ro, rw

NORMS = {None: 0, "l1": 1, "l2": 2}  # the number by which kernels know the norm that rows are divided by


@kernel(
    nb.void(
        ro(nb.int64), ro(nb.int32), ro(nb.int32), ro(nb.float64), ro(nb.float64), nb.int64, nb.int64, nb.int64,
        rw(nb.float64),
    )
)  # fmt: skip
def weigh(indptr, indices, counts, tf, idf, norm, first, last, weights):
    """Term frequency times inverse document frequency, each row divided by its norm.

    tf                what a count becomes: tf[count]
    idf               the factor of each column
    norm              1 or 2: the l1 or l2 norm; 0: none
    weights           out: of the counts from indptr[first] on
    """
    start = indptr[first]
    for d in range(first, last):
        total = 0.0
        for k in range(indptr[d], indptr[d + 1]):
            w = tf[counts[k]] * idf[indices[k]]
            weights[k - start] = w
            total += abs(w) if norm == 1 else w * w
        if norm > 0 and total > 0:
            length = total if norm == 1 else np.sqrt(total)
            for k in range(indptr[d], indptr[d + 1]):
                weights[k - start] /= length
