"""What is learnt from documents that come in pieces: terms, in how many documents each occurs, and the rows.

Tested in tests/vectorizers/test_streaming.py.
"""

from __future__ import annotations

from collections.abc import Callable
from numbers import Integral
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from textvec.vectorizers._analysis import Analyzed
from textvec.vectorizers._counting import Counts
from textvec.vectorizers._csr_builder import CsrBuilder
from textvec.vectorizers._ngrams import NGrams


class Learner:
    """Terms and their document frequencies, which grow with every piece.

    Parameters
    ----------
    ngrams : NGrams
        The terms to begin with.
    grow : bool
        Whether to learn others.
    builder : CsrBuilder, optional
        Where to put the counts of the documents.
    total : callable, optional
        Counts to a number for each n-gram, to be added up in `totals`.

    Attributes
    ----------
    ngrams : NGrams
        Terms that are new in a piece get columns after all others.
    document_frequencies : ndarray of int32 of shape (n_columns,)
        In how many documents each term occurs.
    totals : ndarray of shape (n_columns,)
        If wanted.
    n_documents : int
    """

    def __init__(
        self,
        ngrams: NGrams,
        grow: bool,
        builder: CsrBuilder | None = None,
        total: Callable[[Counts], NDArray[Any]] | None = None,
    ) -> None:
        self.ngrams, self.grow, self.builder, self.total = ngrams, grow, builder, total
        self.document_frequencies = np.zeros(len(ngrams), np.int32)
        self.totals: NDArray[Any] = np.zeros(0, np.int64)
        self.n_documents = 0

    def add(self, documents: Analyzed) -> None:
        """Learn from more documents."""
        ngrams, counts = documents.count_ngrams(self.ngrams, self.grow)
        if self.grow:
            self.ngrams, columns = ngrams.joined_by(counts.ngrams)
        else:
            columns = self.ngrams.find(counts.ngrams)
        found = columns >= 0
        self.n_documents += counts.n_documents
        self.document_frequencies = _grown(self.document_frequencies, len(self.ngrams))
        self.document_frequencies[columns[found]] += counts.document_frequencies[found]
        if self.total is not None:
            totals = self.total(counts)
            self.totals = _grown(self.totals.astype(totals.dtype, copy=False), len(self.ngrams))
            self.totals[columns[found]] += totals[found]
        if self.builder is not None:
            self.builder.append(counts, columns)

    def select(self, kept: NDArray[np.bool_]) -> Learner:
        """Keep some of the columns, and put them in the order of their names."""
        in_order = self.ngrams.in_order()
        stay = in_order[kept[in_order]]
        columns = np.full(len(kept), -1, np.int32)
        columns[stay] = np.arange(len(stay), dtype=np.int32)
        self.ngrams = self.ngrams.select(kept)
        self.document_frequencies = self.document_frequencies[stay]
        if self.builder is not None:
            self.builder.put_in_order(columns)
        return self


def _grown(values: NDArray[Any], n: int) -> NDArray[Any]:
    return values if len(values) == n else np.concatenate([values, np.zeros(n - len(values), values.dtype)])


def kept_terms(
    counts: Frequencies, by_name: NDArray[np.int32], min_df: float, max_df: float, max_features: int | None
) -> NDArray[np.bool_]:
    """Tell which terms the parameters of a CountVectorizer leave, ties broken by name as in scikit-learn.

    Parameters
    ----------
    counts : Frequencies
    by_name : ndarray of int32 of shape (n_terms,)
        The places of the terms in the order of their names.
    min_df, max_df, max_features
        See `CountVectorizer`.

    Raises
    ------
    ValueError
        If no term is left.
    """
    n, frequencies = counts.n_documents, counts.document_frequencies
    high, low = (b if isinstance(b, Integral) else b * n for b in (max_df, min_df))
    if high < low:
        raise ValueError("max_df corresponds to < documents than min_df")
    # Beyond the number of documents all bounds are the same; an integer may be too large for a float.
    kept: NDArray[np.bool_] = (frequencies <= float(min(high, n + 1))) & (frequencies >= float(min(low, n + 1)))
    if max_features is not None and kept.sum() > max_features:
        candidates = by_name[kept[by_name]]
        kept[:] = False
        kept[candidates[(-counts.totals[candidates]).argsort()[:max_features]]] = True
    if not kept.any():
        raise ValueError("After pruning, no terms remain. Try a lower min_df or a higher max_df.")
    return kept


class Frequencies(Protocol):
    """How frequent terms are: what pruning asks for."""

    @property
    def document_frequencies(self) -> NDArray[Any]:
        """In how many documents each term occurs."""

    @property
    def totals(self) -> NDArray[Any]:
        """The sum of the counts of each term, where it is wanted."""

    @property
    def n_documents(self) -> int:
        """How many documents there are."""
