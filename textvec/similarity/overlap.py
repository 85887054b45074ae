"""What two lists have in common: the documents of one that are nearly the same as a document of the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from textvec._common.counted import counted
from textvec._common.html_table import and_more, html_table
from textvec._common.records import as_cell
from textvec.similarity._pair_list import Duplicate, PairList
from textvec.similarity.duplicates import check_threshold

if TYPE_CHECKING:
    from textvec.similarity._all_pairs import Pairs

_MAX_SHOWN = 20  # pairs in a notebook


def find_overlap(documents: Any, others: Any, threshold: float = 0.9, *, encoder: Any = None) -> Overlap:
    """Find the documents that are nearly the same as one of another list, as of a training and a test set.

    It is `find_duplicates` between two lists: pairs of a document and one of the others whose cosine similarity
    reaches a threshold, all of them, exactly. Pairs within a list are not looked for.

    Parameters
    ----------
    documents, others : iterable of str, column of strings, Tokens, or list of lists of str
        Whatever the encoder takes.
    threshold : float, default=0.9
        The lowest similarity of a pair, above 0 and at most 1. Lower ones take longer.
    encoder : transformer, callable or "precomputed", default=None
        As `find_duplicates` takes it; it is fitted on the documents of both lists.

    Returns
    -------
    Overlap

    Raises
    ------
    ValueError
        If the threshold is out of range, the encoder does not return a matrix of finite numbers with a row for each
        document, or precomputed matrices have different numbers of columns.
    TypeError
        If the encoder is none.

    See Also
    --------
    find_duplicates : Near-duplicates within one list.

    Examples
    --------
    >>> from textvec.similarity import find_overlap
    >>> train = ["Win a big prize now", "See you at home"]
    >>> test = ["Lunch at noon?", "win a BIG prize, now!"]
    >>> overlap = find_overlap(test, train)
    >>> overlap
    Overlap(1 pair; 1 of 2 documents is nearly the same as one of 2 others)
    >>> [test[i] for i in overlap.unique]
    ['Lunch at noon?']
    """
    from textvec.encoders.encode import documents_for, is_precomputed, matrix_of, unfitted
    from textvec.encoders.vectors import count
    from textvec.similarity._all_pairs import all_pairs

    check_threshold(threshold)
    chosen = unfitted(encoder, "find_overlap")
    lists = [documents_for(chosen, given, "find_overlap") for given in (documents, others)]
    n, n_others = map(count, lists)
    both = _stacked(*lists) if is_precomputed(chosen) else [each for given in lists for each in _plain(given)]
    matrix = matrix_of(chosen, both, fit=True, caller="find_overlap") if n + n_others else np.zeros((0, 0))
    return Overlap(all_pairs(matrix, float(threshold), n_first=n), n, n_others)


class Overlap(PairList):
    """Pairs of a document and one of another list, highest score first, equal ones in the order of documents.

    Attributes
    ----------
    first : ndarray of int64 of shape (n_pairs,)
        Places of documents in the first list.
    second : ndarray of int64 of shape (n_pairs,)
        Places of those that they are nearly the same as, in the other list.
    scores : ndarray of float64 of shape (n_pairs,)
        Their similarities.
    unique : ndarray of int64
        Places of the documents that are nearly the same as none of the others.

    Examples
    --------
    >>> from textvec.similarity import find_overlap
    >>> overlap = find_overlap(["red sea", "blue sky"], ["sky", "sea, red"])
    >>> list(overlap), overlap.unique
    ([Duplicate(first=0, second=1, score=1.0)], array([1]))
    """

    def __init__(self, pairs: Pairs, n_documents: int, n_others: int) -> None:
        self.first, self.second, self.scores = pairs.first, pairs.second - n_documents, pairs.scores
        self._n_documents, self._n_others = n_documents, n_others

    @property
    def unique(self) -> NDArray[np.int64]:
        """Places of the documents that are nearly the same as none of the others."""
        return np.setdiff1d(np.arange(self._n_documents), self.first)

    def _pair(self, pair: int) -> Duplicate:
        return Duplicate(int(self.first[pair]), int(self.second[pair]), float(self.scores[pair]))

    def to_arrow(self) -> pa.Table:
        """Return an Arrow table of pairs: `first` and `second` (places), `score`."""
        return pa.table([self.first, self.second, self.scores], ["first", "second", "score"])

    def __repr__(self) -> str:
        return f"Overlap({self._summary()})"

    def _repr_html_(self) -> str:
        rows = [list(map(as_cell, pair)) for pair in self[:_MAX_SHOWN]]
        rest = and_more(len(self) - len(rows), "pair")
        return html_table(Duplicate._fields, rows, caption=f"Overlap: {self._summary()}", rest=rest)

    def _summary(self) -> str:
        n = self._n_documents - len(self.unique)
        of = f"{n:,} of {counted(self._n_documents, 'document')} {'is' if n == 1 else 'are'} nearly the same as one of "
        return f"{counted(len(self), 'pair')}; {of}{counted(self._n_others, 'other')}"


def _plain(documents: Any) -> Any:
    """Return documents as Python's own strings, or lists of them."""
    return documents.to_pylist() if isinstance(documents, pa.Array) else documents


def _stacked(documents: Any, others: Any) -> Any:
    """Return the rows of two matrices as one matrix."""
    import scipy.sparse as sp

    if documents.shape[1] != others.shape[1]:
        raise ValueError(
            f"find_overlap: the vectors of both lists must have the same columns, but there are {documents.shape[1]} "
            f"and {others.shape[1]}. Make both with one fitted encoder."
        )
    if hasattr(documents, "tocsr") or hasattr(others, "tocsr"):
        return sp.vstack([sp.csr_array(documents), sp.csr_array(others)], format="csr")
    return np.vstack([documents, others])
