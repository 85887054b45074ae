"""BM25 in an index: its parameters, the statistics of all documents, and the queries that are made with both.

Needs NumPy only: a query over a saved index has no time for more.

Tested in tests/index/test_bm25_index.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from textvec.encoders.vectors import Sparse
from textvec.index.rows.bm25 import BM25Queries, BM25Rows, lengths_of
from textvec.index.rows.saturation import HalfCount
from textvec.weightings._bm25 import VARIANTS

Floats = NDArray[np.float64]


class Statistics(NamedTuple):
    """What BM25 knows of documents, or of passages where these are indexed.

    Attributes
    ----------
    n_documents : int
    total_length : float
        The sum of their lengths.
    rows : tuple of BM25Rows
        In which the documents of each term are counted.
    deleted : tuple of ndarray of int64 of shape (n_columns,)
        For each of `rows`, in how many deleted documents each term occurs; empty where none are deleted.
    """

    n_documents: int
    total_length: float
    rows: tuple[BM25Rows, ...]
    deleted: tuple[NDArray[np.int64], ...]

    @classmethod
    def of(cls, segments: Iterable[Any]) -> Statistics:
        """Return the statistics of the documents of segments that are not deleted."""
        n, total, all_rows, all_deleted = 0, 0.0, [], []
        for segment, deleted in segments:
            rows, none = segment.rows, np.empty(0, np.int64)
            gone = segment.rows_of_docs(deleted)
            counts = rows.take(gone)
            n += len(rows) - len(gone)
            total += rows.total_length - float(counts.data.sum(dtype=np.float64))
            all_rows.append(rows)
            all_deleted.append(np.bincount(counts.indices) if len(gone) else none)
        return cls(n, total, tuple(all_rows), tuple(all_deleted))

    def with_counts(self, counts: Any) -> Statistics:
        """Return statistics whose documents and lengths, and no more, are those with some more documents."""
        more = float(lengths_of(counts).sum())
        return self._replace(n_documents=self.n_documents + counts.n_vectors, total_length=self.total_length + more)

    @property
    def average_length(self) -> float:
        """The average length of a document; 1 where all are empty, or there are none."""
        return _average(self.total_length, self.n_documents)

    def document_frequencies(self, columns: NDArray[Any]) -> NDArray[np.int64]:
        """Return in how many documents each of some terms occurs."""
        frequencies = np.zeros(len(columns), np.int64)
        for rows, deleted in zip(self.rows, self.deleted, strict=True):
            frequencies += rows.document_frequencies(columns)
            known = np.flatnonzero(columns < len(deleted))
            frequencies[known] -= deleted[columns[known]]
        return frequencies


def _average(total: float, n: int) -> float:
    return total / max(n, 1) or 1.0


class FrozenStatistics(NamedTuple):
    """What BM25 knew of the documents when the index was fitted.

    Attributes
    ----------
    n_documents : int
    total_length : float
    frequencies : ndarray of int64 of shape (n_columns,)
    """

    n_documents: int
    total_length: float
    frequencies: NDArray[np.int64]

    @property
    def average_length(self) -> float:
        """The average length of a document, as in `Statistics`."""
        return _average(self.total_length, self.n_documents)

    def document_frequencies(self, columns: NDArray[Any]) -> NDArray[np.int64]:
        """Return in how many documents each of some terms occurred."""
        return np.asarray(self.frequencies[columns])


class BM25(NamedTuple):
    """A variant of BM25 with its parameters, see `BM25Weighting`.

    Attributes
    ----------
    method : str
    k1, b, delta : float
    frozen : FrozenStatistics or None
        None where statistics follow the documents.
    """

    method: str
    k1: float
    b: float
    delta: float
    frozen: FrozenStatistics | None = None

    @property
    def summary(self) -> str:
        """The variant, its parameters and whether statistics follow, as `info` shows them."""
        delta = f", delta={self.delta:g}" if self.method in ("bm25l", "bm25+") else ""
        statistics = "live" if self.frozen is None else "frozen"
        return f"{self.method}, k1={self.k1:g}, b={self.b:g}{delta}, {statistics} statistics"

    def half_count(self, statistics: Statistics) -> HalfCount:
        """Return at which count a term has half of its weight, as a function of the length of a document."""
        k = VARIANTS[self.method].k(self.k1, self.delta)
        return HalfCount(k * (1 - self.b), k * self.b / (self.frozen or statistics).average_length)

    def idf(self, columns: NDArray[Any], statistics: Statistics) -> Floats:
        """Return the inverse document frequency of each of some terms, 0 of those that no document holds."""
        known = self.frozen or statistics
        frequencies = known.document_frequencies(columns).astype(np.float64)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(frequencies > 0, VARIANTS[self.method].idf(frequencies, known.n_documents), 0.0)

    def factors(self, query: Sparse, document: Sparse, statistics: Statistics) -> list[list[float]]:
        """Return what each term of a query gives to the score of a document, in factors.

        Parameters
        ----------
        query, document : Sparse
            The counts of one text each.
        statistics : Statistics

        Returns
        -------
        list of [count in the query, idf, count in the document, relative length, tf]
        """
        counts = np.zeros(len(query.indices))
        _, of_query, of_document = np.intersect1d(query.indices, document.indices, True, return_indices=True)
        counts[of_query] = document.data[of_document]
        length = document.data.sum(dtype=np.float64) / (self.frozen or statistics).average_length
        variant = VARIANTS[self.method]
        with np.errstate(divide="ignore", invalid="ignore"):
            there = variant.tf(counts, np.asarray(1 - self.b + self.b * length), self.k1, self.delta)
        tf = np.where(counts > 0, there, variant.absent(self.k1, self.delta))
        columns = query.data.astype(np.float64), self.idf(query.indices, statistics), counts, tf
        return [
            [n, idf, count, float(length), t] for n, idf, count, t in zip(*map(np.ndarray.tolist, columns), strict=True)
        ]

    def queries(self, counts: Sparse, statistics: Statistics) -> tuple[BM25Queries, Floats | None]:
        """Return queries to search with, and for each the score of a document that holds none of its terms.

        None stands for zero: that is the score in most variants.
        """
        variant = VARIANTS[self.method]
        if counts.n_vectors == 1:
            idf = self.idf(counts.indices, statistics)
        else:  # terms are looked up once for all queries
            columns, places = np.unique(counts.indices, return_inverse=True)
            idf = self.idf(columns, statistics)[places]
        weights = counts.data * idf
        absent, share = None, variant.absent(self.k1, self.delta)
        if share:
            queries = np.repeat(np.arange(counts.n_vectors), np.diff(counts.indptr))
            absent = np.bincount(queries, weights * share, counts.n_vectors).astype(np.float64)
        terms = counts._replace(data=(weights * variant.limit(self.k1, self.delta)).astype(np.float32))
        return BM25Queries(terms, self.half_count(statistics)), absent
