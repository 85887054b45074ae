"""What rows have most in common: the first singular vectors, from a sum of products that no order of rows changes.

Tested in tests/embeddings/test_pooling.py and tests/embeddings/test_parts.py.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from textvec._common.exact_sums import ExactSums, add_exactly

Floats = NDArray[np.float64]

# Components are kept whose squared singular value is more than this share of the largest one, so 1e-6 of the largest
# singular value. Less is noise: float32 rounds rows by 6e-8 of their size.
_MIN_RELATIVE_SQUARE = 1e-12
# Rows that are multiplied at a time, and the bits of each of two whole numbers that a number of a row is rounded to: a
# sum of 2**12 products of 20 and 20 bits has 52, which float64 holds, so that BLAS rounds nothing in any order.
_ROWS_PER_BLOCK, _BITS = 4096, 20
# Rows are rounded to multiples of a power of two whose exponent is a multiple of this, so that few groups of rows have
# one in common. The 40 bits lose 3 by it; a float32 has 24.
_EXPONENT_STEP = 4


class Components(NamedTuple):
    """What rows have most in common.

    Attributes
    ----------
    directions : ndarray of float64 of shape (n_components, n_features)
        The first right singular vectors of the uncentered rows. Orthonormal; fewer where rows span fewer dimensions.
    shares : ndarray of float64 of shape (n_components,)
        The square of each singular value over the sum of these squares: how much of a component is removed.
    n_left : int
        How many dimensions rows still span when the components are removed.
    """

    directions: Floats
    shares: Floats
    n_left: int


def gram(rows: NDArray[np.float32]) -> ExactSums:
    """Return the products of all columns, of shape (n_features, n_features), with each row rounded to 37 bits or more.

    A row is rounded by itself, and sums are exact: so they do not depend on the order of rows, and those of parts of
    the rows add up to that of all.
    """
    d = rows.shape[1]
    sums = [ExactSums(0, np.zeros((1, d, d), np.int64))]
    steps = -(-np.frexp(np.abs(rows).max(axis=1, initial=0))[1] // _EXPONENT_STEP)
    for step in np.unique(steps).tolist():
        exponent, some = step * _EXPONENT_STEP, np.flatnonzero(steps == step)
        for first in range(0, len(some), _ROWS_PER_BLOCK):
            scaled = np.ldexp(rows[some[first : first + _ROWS_PER_BLOCK]].astype(np.float64), _BITS - exponent)
            high = np.rint(scaled)
            both = np.concatenate([high, np.rint(np.ldexp(scaled - high, _BITS))], axis=1)
            products = both.T @ both
            mixed = products[:d, d:] + products[d:, :d]
            for k, part in enumerate([products[:d, :d], mixed, products[d:, d:]]):
                sums.append(ExactSums.of(np.ldexp(part, 2 * exponent - (2 + k) * _BITS)))
            sums = [add_exactly(sums)]
    return sums[0]


def common_components(products: Floats, n_components: int) -> Components:
    """Find the directions that rows have most in common, from the products of their columns."""
    if not n_components:
        return Components(np.zeros((0, len(products))), np.zeros(0), len(products))
    squares, directions = np.linalg.eigh(products)  # in increasing order
    spanned = int((squares > _MIN_RELATIVE_SQUARE * squares.max(initial=0)).sum())
    n = min(n_components, spanned)
    squares, directions = squares[::-1][:n], directions.T[::-1][:n]
    shares = squares / squares.sum()
    n_gone = int((shares == 1).sum())  # the others are removed in part only
    return Components(np.ascontiguousarray(directions), shares, spanned - n_gone)
