"""Counts of terms, searched by BM25: the formula is applied while rows are searched, with statistics of that moment.

A weight of BM25 is idf * limit * c / (c + k * B), see `textvec.weightings._bm25`. Its first two factors belong to the
term, and so to the query; the third depends on the average length of all documents, which changes when some are added.
So the rows hold counts and lengths, and a search brings the half-counts k * B with it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from textvec.encoders.vectors import Sparse
from textvec.index.rows.postings import Postings
from textvec.index.rows.saturation import HalfCount, Saturation
from textvec.index.rows.sparse import SAVED_ARRAYS, SparseRows, check_arrays, search, sparse_of

_OWN_ARRAYS = {
    "row_lengths": (np.float64, 1),
    "total_length": (np.float64, 1),
    "half_count": (np.float64, 1),
    "document_frequencies": (np.int64, 1),
}
_COUNTS_PER_BLOCK = 1 << 20
"""So many counts are weighed at a time, so that an index of any size needs little memory for it."""


class BM25Queries(NamedTuple):
    """Queries with all that a search by BM25 needs.

    Attributes
    ----------
    terms : Sparse
        The weight of each term: how often the query has it, times idf and limit.
    half_count : HalfCount
    """

    terms: Sparse
    half_count: HalfCount

    @property
    def n_vectors(self) -> int:
        """How many queries there are."""
        return self.terms.n_vectors

    def take(self, rows: NDArray[np.int64]) -> BM25Queries:
        """Return some of the queries."""
        return self._replace(terms=self.terms.take(rows))


class BM25Rows(SparseRows):
    """Counts of terms that are searched by BM25.

    Attributes
    ----------
    vectors : Sparse
        The counts.
    lengths : ndarray of float64 of shape (n_rows,)
        The sum of the counts of each row.
    total_length : float
    half_count : HalfCount
        What the levels in `postings` were made with.
    """

    backend: ClassVar[str] = "bm25"
    summary: ClassVar[str] = "counts"
    array_names: ClassVar[Collection[str]] = (*SAVED_ARRAYS, *_OWN_ARRAYS)

    def __init__(
        self,
        vectors: Sparse,
        postings: Postings,
        lengths: NDArray[np.float64],
        total_length: float,
        half_count: HalfCount,
        document_frequencies: NDArray[np.int64],
    ) -> None:
        super().__init__(vectors, postings)
        self.lengths, self.total_length, self.half_count = lengths, total_length, half_count
        self._document_frequencies = document_frequencies

    @classmethod
    def of(cls, vectors: Sparse, half_count: HalfCount | None = None) -> BM25Rows:
        """Index counts.

        Parameters
        ----------
        vectors : Sparse
            Counts above zero.
        half_count : HalfCount
            With which levels are made. With others the same rows are found, in more time.
        """
        half = half_count or HalfCount(1.0, 0.0)
        lengths = lengths_of(vectors)
        weighed = Sparse(vectors.indptr, vectors.indices, _weights(vectors, lengths, half), vectors.n_columns)
        postings = Postings.of(weighed)
        frequencies = np.diff(postings.posting_starts)
        frequencies[postings.frequent] = np.count_nonzero(postings.frequent_levels, axis=1)
        return cls(vectors, postings, lengths, float(lengths.sum()), half, frequencies)

    @property
    def arrays(self) -> dict[str, NDArray[Any]]:
        """All there is to save."""
        own = self.lengths, np.array([self.total_length]), np.array(self.half_count), self._document_frequencies
        return {**super().arrays, **dict(zip(_OWN_ARRAYS, own, strict=True))}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> BM25Rows:
        """Take arrays as `arrays` returned them; memory-mapped ones are not read.

        Raises
        ------
        ValueError
            If one is missing, is of another type, or has another shape than the others have it.
        """
        check_arrays(arrays, {**SAVED_ARRAYS, **_OWN_ARRAYS})
        vectors, postings = sparse_of(arrays)
        sizes = vectors.n_vectors, 1, 2, len(postings.columns)
        for name, size in zip(_OWN_ARRAYS, sizes, strict=True):
            if len(arrays[name]) != size:
                raise ValueError(f"{name} must have {size} numbers, as other arrays have it, not {len(arrays[name])}.")
        lengths, total, half, frequencies = (arrays[name] for name in _OWN_ARRAYS)
        if not (np.isfinite(half).all() and (half >= 0).all() and np.isfinite(total[0]) and total[0] >= 0):
            raise ValueError("total_length and half_count must be finite, and not negative.")
        return cls(vectors, postings, lengths, float(total[0]), HalfCount(*half.tolist()), frequencies)

    def document_frequencies(self, columns: NDArray[Any]) -> NDArray[np.int64]:
        """Return in how many rows each of some columns has a count."""
        used = self.postings.columns
        if not len(used):
            return np.zeros(len(columns), np.int64)
        at = np.minimum(np.searchsorted(used, columns), len(used) - 1)
        return np.where(used[at] == columns, self._document_frequencies[at], 0)

    def search(  # type: ignore[override]
        self, queries: BM25Queries, k: int, floor: NDArray[np.float32], allowed: NDArray[np.uint8] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Find the k rows with the highest scores for each query, see `SparseRows.search`."""
        half = queries.half_count
        saturation = Saturation(self.lengths, *half, half.slack_of(self.half_count))
        return search(self.vectors, self.postings, queries.terms, k, floor, allowed, saturation)


def lengths_of(counts: Sparse) -> NDArray[np.float64]:
    """Return the sum of the counts of each row."""
    lengths = np.zeros(counts.n_vectors)
    filled = np.flatnonzero(np.diff(counts.indptr))
    if len(filled):
        lengths[filled] = np.add.reduceat(counts.data, counts.indptr[filled], dtype=np.float64)
    return lengths


def _weights(counts: Sparse, lengths: NDArray[np.float64], half: HalfCount) -> NDArray[np.float32]:
    """Return the weights of all counts, in threads."""
    from textvec._common.threads import n_threads, run, split

    weights = np.empty(len(counts.data), np.float32)
    saturation = Saturation(lengths, *half, np.float32(1))

    def weigh(some: list[tuple[int, int]]) -> None:
        for first, last in some:
            block = slice(counts.indptr[first], counts.indptr[last])
            rows = np.repeat(np.arange(first, last), np.diff(counts.indptr[first : last + 1]))
            weights[block] = saturation.weights(counts.data[block], rows)

    blocks = split(counts.indptr, max(n_threads(len(weights)), len(weights) // _COUNTS_PER_BLOCK))
    n = min(n_threads(len(weights)), len(blocks))
    run(weigh, [blocks[i::n] for i in range(n)])
    return weights
