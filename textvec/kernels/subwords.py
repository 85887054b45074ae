"""Character n-grams of words, as fastText cuts and hashes them, and the mean of their vectors.

Tested in tests/embeddings/test_subwords.py.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from textvec.kernels._compile import kernel, ro, rw

# The two constants of FNV-1a for 32 bits: the hash of no bytes, and the factor of each byte.
_FNV_OFFSET = np.uint32(2166136261)
_FNV_PRIME = np.uint32(16777619)


@nb.njit(inline="always")
def _continues(byte):
    """Tell whether a byte of UTF-8 continues the character before it."""
    return byte & 0xC0 == 0x80


@kernel(
    nb.int64(
        ro(nb.uint8), ro(nb.int64), nb.int64, nb.int64, nb.int64, rw(nb.int64), rw(nb.int32),
    )
)  # fmt: skip
def ngram_buckets(text, offsets, minn, maxn, n_buckets, indptr, buckets):
    """List the buckets of each word's n-grams of minn to maxn characters.

    The hash is FNV-1a for 32 bits. As in fastText, bytes are extended with their sign, so that a byte of a letter
    beyond ASCII changes all bits.

    text, offsets     UTF-8 bytes of words, each with its boundaries < and >, and where they begin and end
    indptr, buckets   out: word k has the n-grams buckets[indptr[k] : indptr[k + 1]]

    Returns how many there are.
    """
    n = np.int64(0)
    for k in range(offsets.shape[0] - 1):
        begin, end = offsets[k], offsets[k + 1]
        indptr[k] = n
        for i in range(begin, end):
            if _continues(text[i]):
                continue
            h = _FNV_OFFSET
            j = i
            for length in range(1, maxn + 1):
                if j == end:
                    break
                h = np.uint32((h ^ np.uint32(np.int32(np.int8(text[j])))) * _FNV_PRIME)
                j += 1
                while j < end and _continues(text[j]):
                    h = np.uint32((h ^ np.uint32(np.int32(np.int8(text[j])))) * _FNV_PRIME)
                    j += 1
                # A boundary alone is no n-gram.
                if length >= minn and not (length == 1 and (i == begin or j == end)):
                    buckets[n] = np.int64(h) % n_buckets
                    n += 1
    indptr[offsets.shape[0] - 1] = n
    return n


@kernel(nb.void(ro(nb.float32, 2), ro(nb.int64), ro(nb.int32), nb.int64, rw(nb.float32, 2)))
def add_means(matrix, indptr, rows, n_own, vectors):
    """Make each vector the mean of itself, if n_own is 1, and of the rows of the matrix that are listed for it.

    indptr, rows      vector k has rows[indptr[k] : indptr[k + 1]] of the matrix
    n_own             1, or 0 where vectors are zeros
    vectors           in, out
    """
    for k in range(vectors.shape[0]):
        vector = vectors[k]
        n = indptr[k + 1] - indptr[k]
        for j in range(n):
            row = matrix[rows[indptr[k] + j]]
            for d in range(vector.shape[0]):
                vector[d] += row[d]
        if n + n_own > 0:
            share = np.float32(n + n_own)
            for d in range(vector.shape[0]):
                vector[d] /= share
