"""Documents as codes, and the vectors of their words, to a vector for each document.

A kernel works on a range of documents. Sums are float64, over the words of a document in their order, so that a row
depends neither on other documents nor on the number of threads.

Tested in tests/embeddings/test_pooling.py.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from textvec.kernels._compile import kernel, ro, rw
from textvec.kernels.vector_ops import divide_by_norm

# Of a row's squared length. If less than this share is left of it when components are removed, that is the rounding of
# float32, and the row becomes zero.
MIN_SHARE_LEFT = 1e-12


@kernel(
    nb.void(
        ro(nb.int32), ro(nb.int64), ro(nb.float32, 2), ro(nb.float64), ro(nb.float64), nb.int64, rw(nb.float32, 3)
    )
)  # fmt: skip
def mean(codes, offsets, table, weights, masses, part, out):
    """Add up each document's vectors times their weights, and divide by the sum of their masses.

    table             the vector of each code
    weights, masses   what each code counts for in the numerator, and in the denominator
    part              which of the parts of each document is written
    out               of shape (n_documents, n_parts, n_dimensions); must be zeros, and stays so where masses are 0
    """
    n_dimensions = table.shape[1]
    total = np.empty(n_dimensions, np.float64)
    for d in range(offsets.shape[0] - 1):
        first, n = offsets[d], offsets[d + 1] - offsets[d]
        total[:] = 0
        mass = 0.0
        for q in range(n // 4):  # Four words at a time: each total is read and written once for the four.
            k = first + 4 * q
            a, b, c, e = codes[k], codes[k + 1], codes[k + 2], codes[k + 3]
            u, v, w, x = weights[a], weights[b], weights[c], weights[e]
            mass += masses[a] + masses[b] + masses[c] + masses[e]
            for j in range(n_dimensions):
                total[j] += (u * table[a, j] + v * table[b, j]) + (w * table[c, j] + x * table[e, j])
        for k in range(first + n // 4 * 4, first + n):
            a = codes[k]
            u = weights[a]
            mass += masses[a]
            for j in range(n_dimensions):
                total[j] += u * table[a, j]
        if mass > 0:
            for j in range(n_dimensions):
                out[d, part, j] = total[j] / mass


@kernel(nb.void(ro(nb.int32), ro(nb.int64), ro(nb.float32, 2), ro(nb.float64), nb.int64, rw(nb.float32, 3)))
def largest(codes, offsets, table, masses, part, out):
    """Find the largest value of each dimension among each document's words, those with a mass above 0.

    table             the vector of each code
    part              which of the parts of each document is written
    out               of shape (n_documents, n_parts, n_dimensions); must be zeros, and stays so without such a word
    """
    n_dimensions = table.shape[1]
    high = np.empty(n_dimensions, np.float32)
    for d in range(offsets.shape[0] - 1):
        high[:] = -np.inf
        found = False
        for k in range(offsets[d], offsets[d + 1]):
            c = codes[k]
            if masses[c] > 0:
                found = True
                for j in range(n_dimensions):
                    high[j] = max(high[j], table[c, j])
        if found:
            for j in range(n_dimensions):
                out[d, part, j] = high[j]


@kernel(nb.int64(ro(nb.int32), ro(nb.int64), ro(nb.bool_)))
def count_without(codes, offsets, known):
    """Count the documents that have no known word."""
    n = 0
    for d in range(offsets.shape[0] - 1):
        found = False
        for k in range(offsets[d], offsets[d + 1]):
            if known[codes[k]]:
                found = True
                break
        n += not found
    return n


@kernel(nb.void(ro(nb.float64, 2), ro(nb.float64), rw(nb.float32, 2)))
def remove(components, shares, rows):
    """Subtract from each row its projections on orthonormal components, or a share of each.

    shares            what part of each projection is subtracted
    rows              in, out
    """
    n_components, n_dimensions = components.shape
    rest = np.empty(n_dimensions, np.float64)
    for d in range(rows.shape[0]):
        before = 0.0
        for j in range(n_dimensions):
            rest[j] = rows[d, j]
            before += rest[j] * rest[j]
        for i in range(n_components):
            product = 0.0
            for j in range(n_dimensions):
                product += components[i, j] * rest[j]
            for j in range(n_dimensions):
                rest[j] -= shares[i] * product * components[i, j]
        after = 0.0
        for j in range(n_dimensions):
            after += rest[j] * rest[j]
        for j in range(n_dimensions):
            rows[d, j] = rest[j] if after > MIN_SHARE_LEFT * before else 0.0


@kernel(nb.void(rw(nb.float32, 2)))
def normalize(rows):
    """Divide each row by its Euclidean length, unless that is 0.

    rows              in, out
    """
    for d in range(rows.shape[0]):
        divide_by_norm(rows[d], 2)
