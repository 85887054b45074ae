"""Near-duplicates: all pairs of documents that are nearly the same, and the groups that they form."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from textvec._common.counted import counted
from textvec._common.html_table import and_more, html_table
from textvec._common.numbers import is_real
from textvec._common.printable import printable
from textvec._common.records import snippet
from textvec.similarity._pair_list import Duplicate, PairList

if TYPE_CHECKING:
    from textvec.index._ids import Id
    from textvec.similarity._all_pairs import Pairs

# What is shown of duplicates: the first clusters, and the first documents of each.
_MAX_SHOWN_CLUSTERS = 5
_MAX_SHOWN_MEMBERS = 3


def find_duplicates(
    documents: Any, threshold: float = 0.9, *, encoder: Any = None, ids: Iterable[Id] | None = None
) -> Duplicates:
    r"""Find all pairs of documents whose cosine similarity reaches a threshold.

    .. math:: \cos(x, y) = \frac{x \cdot y}{\lVert x \rVert \lVert y \rVert} \ge t

    It is exact, without computing all similarities. Sparse vectors are compared by their rarest terms: the length of
    the rest bounds what the rest can add, and most pairs that share a rare term at all are ruled out by that. Dense
    vectors are compared in blocks. Threads share the work.

    Parameters
    ----------
    documents : iterable of str, column of strings, Tokens, or list of lists of str
        Whatever the encoder takes.
    threshold : float, default=0.9
        The lowest similarity of a pair, above 0 and at most 1. Lower ones take longer.
    encoder : transformer, callable or "precomputed", default=None
        What makes vectors of documents: a vectorizer, or a Pipeline that ends in one, which is cloned and fitted on
        the documents; None stands for `TfidfVectorizer()`, whose words have two characters and more. A function takes
        a list of texts and returns a matrix. With "precomputed", documents are rows of a matrix already.
    ids : iterable of str or of int, optional
        A distinct id for each document; by default the labels of a pandas Series or DataFrame, where it has an index
        of its own, and otherwise 0, 1, 2, ...

    Returns
    -------
    Duplicates

    Raises
    ------
    ValueError
        If the threshold is out of range, there are not as many ids as documents, or the encoder does not return a
        matrix of finite numbers with a row for each document.
    TypeError
        If the encoder is none, or ids are neither all strings nor all integers.

    See Also
    --------
    find_duplicate_clusters : The clusters alone, where many documents are the same.
    find_overlap : Near-duplicates between two lists.
    textvec.CosineIndex : The most similar documents for a query.

    Notes
    -----
    Cosines are computed in float64 from the numbers as the encoder returns them. A pair that misses the threshold by
    less than 1e-12, which is rounding, is counted in, and what misses 1 by less is 1: equal documents have a score of
    exactly 1. Zero vectors, those of empty documents and of documents without a known word, are duplicates of nothing,
    not even of each other.

    References
    ----------
    Bayardo, Ma and Srikant (2007), Scaling up all pairs similarity search. WWW.

    Anastasiu and Karypis (2014), L2AP: Fast cosine similarity search with prefix L-2 norm bounds. ICDE.

    Examples
    --------
    >>> from textvec.similarity import find_duplicates
    >>> messages = ["Win a big prize now", "See you at home", "win a BIG prize, now!", "Win one big prize now"]
    >>> duplicates = find_duplicates(messages, 0.7)
    >>> duplicates
    Duplicates(3 pairs; 1 cluster of 3 among 4 documents)
      3 documents, scores from 0.7872
        0  Win a big prize now
        2  win a BIG prize, now!
        3  Win one big prize now
    >>> [messages[i] for i in duplicates.unique]
    ['Win a big prize now', 'See you at home']
    """
    from textvec.similarity._all_pairs import all_pairs

    return _found(all_pairs, documents, threshold, encoder, ids, "find_duplicates")


def find_duplicate_clusters(
    documents: Any, threshold: float = 0.9, *, encoder: Any = None, ids: Iterable[Id] | None = None
) -> Duplicates:
    """Find the clusters of near-duplicates, without all of the pairs that form them.

    The result has the `labels`, `clusters` and `unique` of `find_duplicates`. Its pairs are some of those: of documents
    with equal vectors, only the first is compared with others, and each of the rest is in one pair with it. So a line
    that is in a file 100,000 times does no harm, where there would be five thousand million pairs.

    Parameters
    ----------
    documents : iterable of str, column of strings, Tokens, or list of lists of str
        Whatever the encoder takes.
    threshold : float, default=0.9
        The lowest similarity of a pair, above 0 and at most 1.
    encoder : transformer, callable or "precomputed", default=None
        As `find_duplicates` takes it.
    ids : iterable of str or of int, optional
        A distinct id for each document, as `find_duplicates` takes them.

    Returns
    -------
    Duplicates

    Raises
    ------
    ValueError
        For the reasons of `find_duplicates`.
    TypeError
        For the reasons of `find_duplicates`.

    See Also
    --------
    find_duplicates : All pairs.

    Examples
    --------
    >>> from textvec.similarity import find_duplicate_clusters
    >>> lines = ["disk full"] * 1000 + ["Disk full!", "all is well"]
    >>> found = find_duplicate_clusters(lines)
    >>> [len(cluster) for cluster in found.clusters], [lines[i] for i in found.unique]
    ([1001], ['disk full', 'all is well'])
    """
    from textvec.similarity._all_pairs import connecting_pairs

    return _found(connecting_pairs, documents, threshold, encoder, ids, "find_duplicate_clusters")


def _found(
    pairs_of: Callable[[Any, float], Pairs],
    documents: Any,
    threshold: float,
    encoder: Any,
    ids: Iterable[Id] | None,
    caller: str,
) -> Duplicates:
    """Return the duplicates of which `pairs_of` finds the pairs in a matrix."""
    from textvec.encoders.encode import documents_for, is_precomputed, matrix_of, unfitted
    from textvec.encoders.vectors import count
    from textvec.index._ids import as_ids, check_same_labels, ids_for, labels_of

    check_threshold(threshold)
    chosen = unfitted(encoder, caller)
    check_same_labels(documents, ids, "ids")
    is_labelled = ids is None and labels_of(documents) is not None
    given = documents_for(chosen, documents, caller)
    n = count(given)
    matrix = matrix_of(chosen, given, fit=True, caller=caller) if n else np.zeros((0, 0))
    keys = ids_for(documents, n) if ids is None else as_ids(ids, n)
    texts = None if is_precomputed(chosen) else given
    return Duplicates(pairs_of(matrix, float(threshold)), keys, texts, is_labelled)


def check_threshold(threshold: Any) -> None:
    """Raise an error unless a threshold is a similarity that a pair can reach or miss."""
    if not is_real(threshold) or not 0 < threshold <= 1:
        raise ValueError(
            f"threshold, the lowest similarity of a pair, must be above 0 and at most 1, but it is {threshold!r}."
        )


class Duplicates(PairList):
    """Pairs of documents that are nearly the same, highest score first, equal ones in the order of documents.

    Attributes
    ----------
    first, second : ndarray of int64 of shape (n_pairs,)
        Places of the documents of each pair; the first comes before the second.
    scores : ndarray of float64 of shape (n_pairs,)
        Their similarities.
    labels : ndarray of int64 of shape (n_documents,)
        The number of each document's cluster, -1 where it has no duplicate.
    clusters : list of list
        The ids of each cluster, the largest first: documents that pairs connect, over however many others (single
        linkage). So two documents of a cluster need not be a pair.
    unique : ndarray
        What selects the documents that remain when of each cluster only the first one does: their places in a list or
        an array, their labels in a pandas Series or DataFrame that has an index of its own, for `documents.loc`.

    Examples
    --------
    >>> from textvec.similarity import find_duplicates
    >>> duplicates = find_duplicates(["red sea", "blue sky", "sea, red", "sky"], ids=["a", "b", "c", "d"])
    >>> list(duplicates)
    [Duplicate(first='a', second='c', score=1.0)]
    >>> duplicates.clusters, duplicates.unique
    ([['a', 'c']], array([0, 1, 3]))
    >>> duplicates.to_pandas()
      first second  score  cluster
    0     a      c    1.0        0
    """

    def __init__(self, pairs: Pairs, ids: pa.Array, documents: Any = None, is_labelled: bool = False) -> None:
        self.first, self.second, self.scores = pairs
        self._ids = ids
        self._documents = documents
        self._is_labelled = is_labelled

    @cached_property
    def labels(self) -> NDArray[np.int64]:
        """The number of each document's cluster, -1 where it has no duplicate."""
        import scipy.sparse as sp
        from scipy.sparse.csgraph import connected_components

        n = len(self._ids)
        graph = sp.coo_array((np.ones(len(self), np.int8), (self.first, self.second)), (n, n))
        _, component = connected_components(graph, directed=False)
        _, begins, component, sizes = np.unique(component, return_index=True, return_inverse=True, return_counts=True)
        order = np.lexsort((begins, -sizes))
        order = order[sizes[order] > 1]
        numbers = np.full(len(sizes), -1, np.int64)
        numbers[order] = np.arange(len(order))
        labels: NDArray[np.int64] = numbers[component]
        return labels

    @cached_property
    def clusters(self) -> list[list[Id]]:
        """The ids of each cluster."""
        return [self._ids.take(pa.array(places)).to_pylist() for places in self._places]

    @property
    def unique(self) -> NDArray[Any]:
        """What selects the documents that remain when of each cluster only the first one does."""
        kept = self.labels < 0
        kept[[places[0] for places in self._places]] = True
        remaining = np.flatnonzero(kept)
        return self._ids.take(pa.array(remaining)).to_numpy(zero_copy_only=False) if self._is_labelled else remaining

    @cached_property
    def _places(self) -> list[NDArray[np.int64]]:
        """Return the places of the documents of each cluster."""
        order = np.argsort(self.labels, kind="stable")
        starts = np.searchsorted(self.labels[order], np.arange(self.labels.max(initial=-1) + 2))
        return np.split(order, starts)[1:-1]

    def __getstate__(self) -> dict[str, Any]:
        # Of the documents, a pickle or a copy holds the beginnings of those that are shown, and not the corpus.
        shown = [i for places, _ in self._shown() for i in places[:_MAX_SHOWN_MEMBERS].tolist()]
        snippets = None if self._documents is None else {i: self._snippet(i) for i in shown}
        return {**vars(self), "_documents": snippets}

    def _pair(self, pair: int) -> Duplicate:
        first, second = (self._ids[int(places[pair])].as_py() for places in (self.first, self.second))
        return Duplicate(first, second, float(self.scores[pair]))

    def to_arrow(self) -> pa.Table:
        """Return an Arrow table of pairs: `first` and `second` (ids), `score`, `cluster` (its number)."""
        ids = (self._ids.take(pa.array(places)) for places in (self.first, self.second))
        columns = [*ids, pa.array(self.scores), pa.array(self.labels[self.first])]
        return pa.table(columns, ["first", "second", "score", "cluster"])

    def __repr__(self) -> str:
        lines = [f"Duplicates({self._summary()})"]
        for places, lowest in self._shown():
            lines.append(f"  {len(places)} documents, scores from {lowest:.4f}")
            lines += [f"    {self._ids[i]}  {self._snippet(i)}".rstrip() for i in places[:_MAX_SHOWN_MEMBERS].tolist()]
            lines += ["    ..."] if len(places) > _MAX_SHOWN_MEMBERS else []
        return printable("\n".join(lines if len(self._places) <= _MAX_SHOWN_CLUSTERS else [*lines, "  ..."]), keep="\n")

    def _repr_html_(self) -> str:
        rows = (
            (str(number), f"{lowest:.4f}", str(self._ids[i]), self._snippet(i))
            for number, (places, lowest) in enumerate(self._shown())
            for i in places[:_MAX_SHOWN_MEMBERS].tolist()
        )
        head = ("cluster", "scores from", "id", "document")
        rest = and_more(len(self._places) - _MAX_SHOWN_CLUSTERS, "cluster")
        return html_table(head, rows, caption=f"Duplicates: {self._summary()}", texts={2, 3}, rest=rest)

    def _summary(self) -> str:
        n, m, covered = len(self), len(self._places), int((self.labels >= 0).sum())
        pairs, clusters, documents = counted(n, "pair"), counted(m, "cluster"), counted(len(self._ids), "document")
        return f"{pairs}; {clusters} of {covered:,} among {documents}"

    def _shown(self) -> list[tuple[NDArray[np.int64], float]]:
        """Return the first clusters, and the lowest score of a pair in each."""
        numbers = self.labels[self.first]
        shown = enumerate(self._places[:_MAX_SHOWN_CLUSTERS])
        return [(places, float(self.scores[numbers == number].min())) for number, places in shown]

    def _snippet(self, place: int) -> str:
        """Return the beginning of a document, on one line; nothing where documents are vectors."""
        if self._documents is None:
            return ""
        document = self._documents[place]
        return snippet(document.as_py() if isinstance(document, pa.Scalar) else document)
