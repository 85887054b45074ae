"""Counts to weights, a range of rows at a time.

Tested in tests/vectorizers/test_tfidf.py.
"""

from __future__ import annotations

import numba as nb

from textvec.kernels._compile import kernel, ro, rw
from textvec.kernels.vector_ops import divide_by_norm

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
        for k in range(indptr[d], indptr[d + 1]):
            weights[k - start] = tf[counts[k]] * idf[indices[k]]
        if norm > 0:
            divide_by_norm(weights[indptr[d] - start : indptr[d + 1] - start], norm)
