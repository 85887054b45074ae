"""N-grams as rows of word codes: counted, sorted, found again and, only when somebody asks, named.

`count_ngrams` turns a tokenized corpus into `Counts`: which n-grams there are (`NGrams`), and for each the documents
it occurs in. A column of the document-term matrix is a row here; its name is put together from words on request.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from textvec._memory import release
from textvec._threads import n_threads, run, split
from textvec.encoding import Codes, Offsets
from textvec.kernels import ngrams as kernels


class NGrams:
    """Distinct n-grams, sorted by their words, and the column of each.

    Parameters
    ----------
    words : list
        The distinct words, sorted.
    rows : ndarray of int32 of shape (n_ngrams, n)
        For each n-gram the positions of its words, -1 after the last; sorted.
    columns : ndarray of int32 of shape (n_ngrams,), optional
        The column of each n-gram; by default its own row number.
    """

    def __init__(self, words: Sequence[Any], rows: NDArray[np.int32], columns: NDArray[np.int32] | None = None) -> None:
        self.words = words
        self.rows = rows
        self.columns = columns

    @classmethod
    def from_terms(cls, terms: Mapping[Any, int]) -> NGrams:
        """Make n-grams of named terms and their columns: "new york" is the words "new" and "york"."""
        pieces = [tuple(term.split(" ")) if isinstance(term, str) else (term,) for term in terms]
        words = sorted({word for piece in pieces for word in piece})
        code_of = {word: code for code, word in enumerate(words)}
        rows = np.full((len(pieces), max(map(len, pieces), default=1)), -1, np.int32)
        for row, piece in zip(rows, pieces, strict=True):
            row[: len(piece)] = [code_of[word] for word in piece]
        order = np.lexsort(rows.T[::-1])
        columns = np.fromiter(terms.values(), np.int32, len(terms))[order]
        in_order = np.array_equal(columns, np.arange(len(columns)))
        return cls(words, np.ascontiguousarray(rows[order]), None if in_order else columns)

    def __len__(self) -> int:
        return len(self.rows)

    def __getstate__(self) -> dict[str, Any]:
        return {key: self.__dict__[key] for key in ("words", "rows", "columns")}

    @cached_property
    def _code_of(self) -> dict[Hashable, int]:
        return {word: code for code, word in enumerate(self.words)}

    @cached_property
    def _has_spaces(self) -> bool:
        """Tell whether a word holds a space, so that an n-gram's name does not tell its words."""
        return any(isinstance(word, str) for word in self.words) and " " in "\0".join(map(str, self.words))

    @property
    def must_flatten(self) -> bool:
        """Tell whether n-grams of different words can have one name, or names sort otherwise than words do."""
        return self.rows.shape[1] > 1 and re.search(r"[\0-\x20]", "\x7f".join(self.words)) is not None

    def names(self, columns: Iterable[int] | None = None) -> NDArray[np.object_]:
        """Return the names of the given columns, or of all of them: the words with spaces between.

        Returns
        -------
        ndarray of objects of shape (n_columns,)
        """
        rows = self.rows
        if self.columns is not None:
            rows = np.empty_like(rows)
            rows[self.columns] = self.rows
        if columns is not None:
            rows = rows[np.asarray(columns, dtype=np.intp)]
        words = np.fromiter(self.words, dtype=object, count=len(self.words))
        if not len(words):
            return np.empty(0, dtype=object)
        names = words[rows[:, 0]]
        for m in range(1, rows.shape[1]):
            longer = rows[:, m] >= 0
            names[longer] += " " + words[rows[longer, m]]
        return names

    def select(self, kept: NDArray[np.intp]) -> NGrams:
        """Return some of the n-grams, with the words that they need; columns are counted anew."""
        rows = self.rows if len(kept) == len(self) else self.rows[kept]
        used = np.zeros(len(self.words) + 1, bool)
        used[rows] = True  # -1 marks the extra last place
        used[-1] = False
        if used[:-1].all():
            return NGrams(self.words, rows)
        new_code = np.append((np.cumsum(used[:-1]) - 1).astype(np.int32), np.int32(-1))
        words = [self.words[code] for code in np.flatnonzero(used).tolist()]
        return NGrams(words, np.ascontiguousarray(new_code[rows]))

    def find(self, other: NGrams) -> NDArray[np.int32]:
        """Return the column that each n-gram of another set has in this one, -1 where it has none."""
        if self._has_spaces or other._has_spaces:
            column_of = {name: column for column, name in enumerate(self.names().tolist())}
            return np.fromiter((column_of.get(n, -1) for n in other.names().tolist()), np.int32, len(other))
        codes = np.fromiter((self._code_of.get(word, -1) for word in other.words), np.int32, len(other.words))
        found = np.empty(len(other), np.int32)
        kernels.match_rows(other.rows, codes, self.rows, found)
        if self.columns is None:
            return found
        return np.where(found >= 0, self.columns[found], np.int32(-1)).astype(np.int32)


class Occurrences(NamedTuple):
    """Where n-grams occur: f in `documents[length[f] - 1, begin[f]:end[f]]`, once for each time, in order."""

    documents: NDArray[np.int32]
    length: NDArray[np.uint8]
    begin: NDArray[np.int32]
    end: NDArray[np.int32]


class Counts:
    """The n-grams of a corpus, in how many documents each occurs, and where."""

    def __init__(
        self, ngrams: NGrams, document_frequencies: NDArray[np.int32], occurrences: Occurrences, n_documents: int
    ) -> None:
        self.ngrams = ngrams
        self.document_frequencies = document_frequencies
        self.occurrences = occurrences
        self.n_documents = n_documents

    def totals(self, dtype: Any, binary: bool) -> NDArray[Any]:
        """Sum of each n-gram's counts as the dtype holds them, summed as SciPy would: `X.sum(axis=0)`."""
        indptr, indices, counts = self.to_rows(np.arange(len(self.ngrams), dtype=np.int32))
        values = np.ones_like(counts, dtype=dtype) if binary else counts.astype(dtype)
        X = sp.csr_array((values, indices, indptr), shape=(self.n_documents, len(self.ngrams)))
        return np.asarray(X.sum(axis=0)).ravel()

    def flattened(self) -> Counts:
        """Treat each name as one word, adding up n-grams that have the same name ("a b" + "c", "a" + "b c")."""
        names = self.ngrams.names().tolist()
        distinct = sorted(set(names))
        column_of = {name: column for column, name in enumerate(distinct)}
        columns = np.fromiter((column_of[name] for name in names), np.int32, len(names))
        indptr, indices, counts = self.to_rows(columns)
        X = sp.csr_array((counts, indices, indptr), shape=(self.n_documents, len(distinct)))
        X.sum_duplicates()
        X = X.tocsc()
        bounds = np.concatenate([[0], np.cumsum(X.data)])[X.indptr].astype(np.int32)
        documents = np.repeat(X.indices.astype(np.int32), X.data)[None, :]
        occurrences = Occurrences(documents, np.ones(len(distinct), np.uint8), bounds[:-1].copy(), bounds[1:].copy())
        ngrams = NGrams(distinct, np.arange(len(distinct), dtype=np.int32)[:, None])
        return Counts(ngrams, np.diff(X.indptr).astype(np.int32), occurrences, self.n_documents)

    def to_rows(self, columns: NDArray[np.int32]) -> tuple[NDArray[Any], NDArray[np.int32], NDArray[np.int32]]:
        """Return the counts by document, as the three arrays of a CSR matrix.

        Parameters
        ----------
        columns : ndarray of int32 of shape (n_ngrams,)
            The column of each n-gram, negative for those to leave out. Rows come sorted where these increase.
        """
        at = self.occurrences
        release(at.documents.size)
        work = np.zeros(len(self.ngrams) + 1, np.int64)
        np.cumsum(at.end - at.begin, out=work[1:])
        ranges = split(work, n_threads(int(work[-1])))
        places = np.zeros((len(ranges), self.n_documents), np.int64)
        run(lambda t: kernels.row_sizes(*at, columns, *ranges[t], places[t]), range(len(ranges)))
        indptr = np.zeros(self.n_documents + 1, np.int64)
        np.cumsum(places.sum(axis=0), out=indptr[1:])
        places = indptr[:-1] + np.cumsum(places, axis=0) - places
        indices, data = np.empty(indptr[-1], np.int32), np.empty(indptr[-1], np.int32)
        run(lambda t: kernels.fill_rows(*at, columns, *ranges[t], places[t], indices, data), range(len(ranges)))
        return indptr, indices, data


def count_ngrams(words: Sequence[Any], codes: Codes, offsets: Offsets, ngram_range: tuple[int, int]) -> Counts:
    """Count the n-grams of tokenized documents.

    Parameters
    ----------
    words : sequence
        The distinct words, in any order; they must be sortable.
    codes, offsets : ndarrays
        See `textvec.Tokens`.
    ngram_range : (min_n, max_n)

    Returns
    -------
    Counts
        N-grams sorted by their words.
    """
    min_n, n = ngram_range
    release(n * len(codes))
    n_documents, n_words = len(offsets) - 1, len(words)
    threads = n_threads(len(codes))
    by_word = sorted(range(n_words), key=words.__getitem__)
    rank = np.empty(n_words, np.int32)
    rank[by_word] = np.arange(n_words, dtype=np.int32)

    ngrams, frequencies, occurrences = _list(_sort(codes, offsets, rank, n, threads), min_n)
    counts = Counts(NGrams([words[code] for code in by_word], ngrams), frequencies, occurrences, n_documents)
    return counts.flattened() if counts.ngrams.must_flatten else counts


class _Order(NamedTuple):
    """The positions of a corpus, sorted by the n-grams that begin there; see `textvec.kernels.ngrams`."""

    documents: NDArray[np.int32]  # of the positions sorted by 1-gram, by 2-gram, ..., by n-gram; a row each
    depth: NDArray[np.uint8]  # where groups of equal n-grams begin
    rows: NDArray[np.int32]  # the words of each group
    stretches: list[tuple[int, int]]  # parts of the order, for a thread each
    groups: list[int]  # how many groups each stretch has


def _list(order: _Order, min_n: int) -> tuple[NDArray[np.int32], NDArray[np.int32], Occurrences]:
    """Return the rows of all n-grams, in how many documents each occurs, and where."""
    n = order.rows.shape[1]

    def list_stretch(t: int) -> tuple[NDArray[Any], ...]:
        first, last = order.stretches[t]
        room = (n - min_n + 1) * (last - first)  # never touched beyond what there is
        length, rows = np.empty(room, np.uint8), np.empty((room, n), np.int32)
        begin, end, frequency = (np.empty(room, np.int32) for _ in range(3))
        group = sum(order.groups[:t])
        out = (length, begin, end, frequency, rows)
        f = kernels.list_ngrams(order.depth, order.documents, order.rows, min_n, first, last, group, *out)
        return tuple(array[:f] for array in out)

    parts = run(list_stretch, range(len(order.stretches)))
    length, begin, end, frequency, rows = map(np.concatenate, zip(*parts, strict=True))
    return rows, frequency, Occurrences(order.documents, length, begin, end)


def _sort(codes: Codes, offsets: Offsets, rank: NDArray[np.int32], n: int, threads: int) -> _Order:
    """Sort positions by word, threads sharing documents; then by pairs, triples, ... , threads sharing first words."""
    ranges = split(offsets, threads)
    stream = np.empty(len(codes) + len(offsets), np.int32)
    stream[0] = -1
    sizes = np.zeros((len(ranges), len(rank)), np.int64)
    run(lambda t: kernels.make_stream(codes, offsets, rank, *ranges[t], stream, sizes[t]), range(len(ranges)))
    buckets = np.zeros(len(rank) + 1, np.int64)
    np.cumsum(sizes.sum(axis=0), out=buckets[1:])
    documents = np.empty((n, len(codes)), np.int32)
    depth = np.full(len(codes), 2, np.uint8)
    depth[buckets[:-1][np.diff(buckets) > 0]] = 1

    carried = _room(1, n, len(codes))
    places = buckets[:-1] + np.cumsum(sizes, axis=0) - sizes
    run(
        lambda t: kernels.sort_words(stream, offsets, *ranges[t], places[t], documents[0], *carried),
        range(len(ranges)),
    )
    ranges = split(buckets, threads)
    stretches = [(int(buckets[a]), int(buckets[b])) for a, b in ranges]
    rows = np.flatnonzero(np.diff(buckets)).astype(np.int32)[:, None]
    groups = [int(np.count_nonzero(depth[a:b] == 1)) for a, b in stretches]
    for m in range(2, n + 1):
        carried, rows, groups = _sort_longer(m, stream, offsets, buckets, ranges, documents, depth, carried, rows)
    return _Order(documents, depth, rows, stretches, groups)


def _sort_longer(
    m: int,
    stream: NDArray[np.int32],
    offsets: Offsets,
    buckets: NDArray[np.int64],
    ranges: list[tuple[int, int]],
    documents: NDArray[np.int32],
    depth: NDArray[np.uint8],
    carried: tuple[NDArray[np.int32], NDArray[np.int32]],
    shorter: NDArray[np.int32],
) -> tuple[tuple[NDArray[np.int32], NDArray[np.int32]], NDArray[np.int32], list[int]]:
    """From positions sorted by (m - 1)-gram to positions sorted by m-gram; writes `documents[m - 1]` and `depth`."""
    following = _room(m, len(documents), len(depth))
    tail, places = np.empty(len(depth), np.int32), buckets[:-1].copy()
    before, after = (documents[m - 2], *carried), (documents[m - 1], *following, tail)
    run(lambda r: kernels.induce(stream, offsets, depth, m, *r, places, *before, *after), ranges)
    groups = run(lambda r: kernels.split_groups(tail, m, int(buckets[r[0]]), int(buckets[r[1]]), depth), ranges)
    rows = np.empty((sum(groups), m), np.int32)
    run(
        lambda t: kernels.write_rows(tail, depth, buckets, *ranges[t], shorter, sum(groups[:t]), rows),
        range(len(ranges)),
    )
    return following, rows, groups


def _room(m: int, n: int, n_tokens: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Make room for what later passes ask for: the word to the left and, to find the one after that, the position."""
    return np.empty(n_tokens if m < n else 0, np.int32), np.empty(n_tokens if m + 1 < n else 0, np.int32)
