"""Operations on rows of numbers that several kernels share.

`divide_by_norm` is the one division by a row's length in kernels. The rest is for training: inner products, weighted
sums, the logistic function. There, rows are taken eight at a time, and the number n of rows is rounded up to a multiple
of eight, so that no second loop is needed for a rest. So `rows`, `out` and `weights` must be seven longer than n, and
the additional rows must be valid row numbers of the table, whose vectors hold finite numbers.

Tested in tests/kernels/test_word2vec.py.
"""

from __future__ import annotations

import math

import numba as nb
import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba.extending import intrinsic

GROUP = 8  # The rows that are taken at a time, as they are written out in the loops.
# The bytes that a processor reads into its cache at a time. A smaller number asks for some of them twice, a larger one
# leaves some out.
_BYTES_PER_CACHE_LINE = 64
_SUMS = {"reassoc", "contract", "nsz"}  # The fastmath flags that let SIMD instructions add up in any order.
# While a sum of magnitudes or squares is between these, no square that matters has left the range of float64. Rows of
# other sums are scaled first; with wider limits they would lose digits, with narrower ones more rows would be slower.
_LOWEST_SUM, _HIGHEST_SUM = 2.0**-800, 2.0**800


@nb.njit(inline="always")
def _sum(row, norm):
    """The sum of the magnitudes (norm 1) or squares (norm 2) of a row, one after the other, in double precision."""
    total = 0.0
    for k in range(row.shape[0]):
        x = np.float64(row[k])
        total += abs(x) if norm == 1 else x * x
    return total


@nb.njit
def _make_ordinary(row):
    """Multiply a row by the power of two that makes its largest magnitude about 1."""
    peak = 0.0
    for k in range(row.shape[0]):
        peak = max(peak, abs(np.float64(row[k])))
    if 0 < peak < np.inf:
        exponent = math.frexp(peak)[1]
        for k in range(row.shape[0]):
            row[k] = math.ldexp(np.float64(row[k]), -exponent)


@nb.njit
def divide_by_norm(row, norm):
    """Divide a row, of whatever magnitude, by its l1 or l2 norm (norm 1 or 2); a zero row stays."""
    total = _sum(row, norm)
    if not _LOWEST_SUM < total < _HIGHEST_SUM:
        _make_ordinary(row)
        total = _sum(row, norm)
    if total > 0:
        length = total if norm == 1 else np.sqrt(total)
        for k in range(row.shape[0]):
            row[k] /= length


@intrinsic
def _prefetch(typing_context, address):
    def generate(context, builder, signature, args):
        pointer, integer = ir.IntType(8).as_pointer(), ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [pointer, integer, integer, integer])
        function = builder.module.declare_intrinsic("llvm.prefetch", [pointer], kind)
        to_write, to_keep, data = integer(1), integer(3), integer(1)
        builder.call(function, [builder.inttoptr(args[0], pointer), to_write, to_keep, data])
        return context.get_dummy_value()

    return nb.void(nb.intp), generate


@nb.njit(inline="always")
def fetch(table, row):
    """Start to read a row of a table into the processor's cache, while other work goes on."""
    start = table[row].ctypes.data
    for offset in range(0, table.shape[1] * 4, _BYTES_PER_CACHE_LINE):
        _prefetch(start + offset)


@nb.njit(fastmath=_SUMS)
def products(table, rows, n, vector, out):
    """Compute the inner product of a vector with n rows of the table: out[j] is that with row rows[j]."""
    size = vector.shape[0]
    j = 0
    while j < n:  # a range() with a step is compiled to slower code
        a, b, c, d = table[rows[j]], table[rows[j + 1]], table[rows[j + 2]], table[rows[j + 3]]
        e, f, g, h = table[rows[j + 4]], table[rows[j + 5]], table[rows[j + 6]], table[rows[j + 7]]
        p = q = r = s = t = u = v = w = np.float32(0)
        for k in range(size):
            x = vector[k]
            p += a[k] * x
            q += b[k] * x
            r += c[k] * x
            s += d[k] * x
            t += e[k] * x
            u += f[k] * x
            v += g[k] * x
            w += h[k] * x
        out[j], out[j + 1], out[j + 2], out[j + 3] = p, q, r, s
        out[j + 4], out[j + 5], out[j + 6], out[j + 7] = t, u, v, w
        j += GROUP


@nb.njit(fastmath=_SUMS)
def add_rows(table, rows, n, weights, vector):
    """Add n rows of the table to the vector, row rows[j] times weights[j]; weights beyond n are set to zero."""
    weights[n : n + GROUP - 1] = np.float32(0)
    size = vector.shape[0]
    j = 0
    while j < n:
        a, b, c, d = table[rows[j]], table[rows[j + 1]], table[rows[j + 2]], table[rows[j + 3]]
        e, f, g, h = table[rows[j + 4]], table[rows[j + 5]], table[rows[j + 6]], table[rows[j + 7]]
        p, q, r, s = weights[j], weights[j + 1], weights[j + 2], weights[j + 3]
        t, u, v, w = weights[j + 4], weights[j + 5], weights[j + 6], weights[j + 7]
        for k in range(size):
            x = (p * a[k] + q * b[k]) + (r * c[k] + s * d[k])
            vector[k] += x + ((t * e[k] + u * f[k]) + (v * g[k] + w * h[k]))
        j += GROUP


@nb.njit(fastmath=_SUMS)
def add_row(weight, row, vector):
    """Add a row times a weight to the vector."""
    for k in range(vector.shape[0]):
        vector[k] += weight * row[k]


@nb.njit(fastmath=_SUMS)
def logistic(x, n):
    """Replace the first n numbers by 1 / (1 + exp(-x)).

    This is (1 + tanh(x / 2)) / 2, with the rational approximation of tanh of the C++ library Eigen; its error is at
    most 3e-7.
    """
    for i in range(n):
        z = min(max(np.float32(0.5) * x[i], np.float32(-7.9)), np.float32(7.9))
        y = z * z
        p = np.float32(-2.76076847742355e-16)
        p = p * y + np.float32(2.00018790482477e-13)
        p = p * y + np.float32(-8.60467152213735e-11)
        p = p * y + np.float32(5.12229709037114e-08)
        p = p * y + np.float32(1.48572235717979e-05)
        p = p * y + np.float32(6.37261928875436e-04)
        p = p * y + np.float32(4.89352455891786e-03)
        q = np.float32(1.19825839466702e-06)
        q = q * y + np.float32(1.18534705686654e-04)
        q = q * y + np.float32(2.26843463243900e-03)
        q = q * y + np.float32(4.89352518554385e-03)
        x[i] = np.float32(0.5) + np.float32(0.5) * (z * p / q)
