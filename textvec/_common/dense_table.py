"""A matrix of vectors as the search among them needs it, and the reading of such a matrix block by block."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from textvec._common.lengths import as_float32
from textvec._common.threads import n_threads, run
from textvec.kernels import nearest as kernels

Floats = NDArray[np.float64]
R = TypeVar("R")

# A matrix is read in blocks of this many numbers (16 MB as float32), so that a large one, of another type or in a file,
# is never copied as a whole. Smaller blocks take less memory, and more time where they hold only a few rows.
NUMBERS_PER_BLOCK = 1 << 22
# This many multiplications of floats are about as much work as a token, by which `n_threads` measures. With a larger
# number, threads are missing where they would save time; with a smaller one, they start where they save none.
MULTIPLICATIONS_PER_TOKEN = 16
# Codes have a multiple of this many columns, so that SIMD instructions need no loop for a rest.
_CODES_PER_GROUP = 64
# The center of the codes is the mean of about this many rows. With fewer rows codes are less precise, and screen less.
_ROWS_FOR_CENTER = 1024


class DenseTable(NamedTuple):
    """Vectors to be searched, with what the search needs of each of them.

    Attributes
    ----------
    vectors : array of shape (n_rows, n_dimensions)
        Of any type of floating-point numbers, which are rounded to float32 by `as_float32`; may be a memory map.
    inverses : ndarray of float64 of shape (n_rows,)
        1 / length of each vector, see `inverses_of`. A row whose inverse is NaN is never found.
    codes : ndarray of int8 of shape (n_rows, n_codes)
        Each vector divided by its length is about center + step * code. There is a code for each dimension; further
        columns are zero.
    steps : ndarray of float32 of shape (n_rows,)
        The step of each row; NaN for rows that are never found.
    center : ndarray of float32 of shape (n_dimensions,)
        About the mean of all vectors divided by their lengths: codes describe only how vectors differ from it.
    """

    vectors: NDArray[Any]
    inverses: Floats
    codes: NDArray[np.int8]
    steps: NDArray[np.float32]
    center: NDArray[np.float32]

    @classmethod
    def of(cls, vectors: NDArray[Any], lengths: Floats) -> DenseTable:
        """Make the table of vectors, whose lengths are those of `lengths_of`.

        With the length of the longest instead, for all rows, scores are inner products with each divided by that.
        """
        n, size = vectors.shape
        inverses = inverses_of(lengths)
        sample = slice(None, None, n // _ROWS_FOR_CENTER + 1)
        directions = as_float32(vectors[sample]) * np.nan_to_num(inverses[sample])[:, None]
        center = directions.mean(axis=0, dtype=np.float64).astype(np.float32) if n else np.zeros(size, np.float32)
        codes = np.empty((n, -(-size // _CODES_PER_GROUP) * _CODES_PER_GROUP), np.int8)
        steps = np.empty(n, np.float32)

        def encode(start: int, stop: int) -> None:
            for block, a, b in blocks(vectors, start, stop):
                kernels.encode(vectors=block, inverses=inverses[a:b], center=center, codes=codes[a:b], steps=steps[a:b])

        run_over_rows(encode, n, vectors.size // MULTIPLICATIONS_PER_TOKEN)
        return cls(vectors, inverses, codes, steps, center)

    def first(self, n: int | None) -> DenseTable:
        """Return the table of the first n rows."""
        return self._replace(**{name: getattr(self, name)[:n] for name in self._fields[:-1]})

    def take(self, rows: NDArray[np.int64]) -> DenseTable:
        """Return the table of some rows."""
        return self._replace(**{name: getattr(self, name)[rows] for name in self._fields[:-1]})

    def without(self, excluded: NDArray[np.bool_]) -> DenseTable:
        """Return the table of the same rows, where those that are excluded are never found."""
        inverses, steps = (np.where(excluded, np.nan, values) for values in (self.inverses, self.steps))
        return self._replace(inverses=inverses, steps=steps)


def lengths_of(vectors: NDArray[Any]) -> Floats:
    """Return the Euclidean length of each vector as `as_float32` makes it; not finite where the vector is not.

    Parameters
    ----------
    vectors : array of shape (n_rows, n_dimensions)
        Of any type of floating-point numbers; a memory map is read block by block.

    Returns
    -------
    ndarray of float64 of shape (n_rows,)
    """
    lengths = np.empty(len(vectors))

    def measure(start: int, stop: int) -> None:
        for block, a, b in blocks(vectors, start, stop):
            kernels.lengths(vectors=block, out=lengths[a:b])

    run_over_rows(measure, len(vectors), vectors.size // MULTIPLICATIONS_PER_TOKEN)
    return lengths


def inverses_of(lengths: Floats) -> Floats:
    """Return 1 / length of each vector, and NaN for zero vectors, which makes NaN of their cosines with any query."""
    inverses: Floats = np.divide(1, lengths, out=np.full(len(lengths), np.nan), where=lengths > 0)
    return inverses


def blocks(vectors: NDArray[Any], start: int, stop: int) -> Iterator[tuple[NDArray[np.float32], int, int]]:
    """Yield a range of rows in blocks, in float32, with the first row of each and the row after its last."""
    size = max(1, NUMBERS_PER_BLOCK // max(vectors.shape[1], 1))
    for a in range(start, stop, size):
        b = min(a + size, stop)
        yield as_float32(vectors[a:b]), a, b


def run_over_rows(function: Callable[[int, int], R], n: int, work: int) -> list[R]:
    """Call the function on ranges of n rows, each in a thread, and return the results in order."""
    threads = min(n_threads(work), max(n, 1))
    cuts = [n * i // threads for i in range(threads + 1)]
    return run(lambda bounds: function(*bounds), list(pairwise(cuts)))
