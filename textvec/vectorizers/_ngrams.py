"""N-grams as rows of word codes: counted, sorted, found again and, only when somebody asks, named.

`count_ngrams` turns a tokenized corpus into `Counts`: which n-grams there are (`NGrams`), and for each the documents
it occurs in. A column of the document-term matrix is a row here; its name is put together from words on request.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

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
        rows = self.rows[kept]
        used = np.zeros(len(self.words) + 1, bool)
        used[rows] = True  # -1 marks the extra last place
        used[-1] = False
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


class Postings(NamedTuple):
    """N-gram `f` occurs in `documents[bounds[f]:bounds[f + 1]]`, as often as `counts` says there."""

    bounds: NDArray[np.int64]
    documents: NDArray[np.int32]
    counts: NDArray[np.int32]


class Counts:
    """The n-grams of a corpus and where they occur, in parts that follow one another: one per thread."""

    def __init__(self, ngrams: NGrams, parts: list[Postings], n_documents: int) -> None:
        self.ngrams = ngrams
        self.parts = parts
        self.n_documents = n_documents

    @property
    def document_frequencies(self) -> NDArray[np.int64]:
        """In how many documents each n-gram occurs."""
        return np.concatenate([np.diff(part.bounds) for part in self.parts])

    def totals(self, dtype: Any, binary: bool) -> NDArray[Any]:
        """Sum of each n-gram's counts as the dtype holds them, summed as SciPy would: `X.sum(axis=0)`."""
        parts = []
        for bounds, _, counts in self.parts:
            values = np.ones_like(counts, dtype=dtype) if binary else counts.astype(dtype)
            sums = sp.csr_array((values, np.zeros_like(counts), bounds), shape=(len(bounds) - 1, 1)).sum(axis=1)
            parts.append(np.asarray(sums).ravel())
        return np.concatenate(parts)

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
        rows = np.arange(len(distinct), dtype=np.int32)[:, None]
        part = Postings(X.indptr.astype(np.int64), X.indices.astype(np.int32), X.data)
        return Counts(NGrams(distinct, rows), [part], self.n_documents)

    def to_rows(self, columns: NDArray[np.int32]) -> tuple[NDArray[Any], NDArray[np.int32], NDArray[np.int32]]:
        """Return the counts by document, as the three arrays of a CSR matrix.

        Parameters
        ----------
        columns : ndarray of int32 of shape (n_ngrams,)
            The column of each n-gram, negative for those to leave out. Rows come sorted where these increase.
        """
        cuts = np.cumsum([0, *(len(part.bounds) - 1 for part in self.parts)])
        columns_of = [columns[a:b] for a, b in pairwise(cuts)]
        places = np.zeros((len(self.parts), self.n_documents), np.int64)

        def measure(t: int) -> None:
            kernels.row_sizes(self.parts[t].bounds, self.parts[t].documents, columns_of[t], places[t])

        run(measure, range(len(self.parts)))
        indptr = np.zeros(self.n_documents + 1, np.int64)
        np.cumsum(places.sum(axis=0), out=indptr[1:])
        places[1:] = np.cumsum(places[:-1], axis=0)
        places[0] = 0
        places += indptr[:-1]
        indices, data = np.empty(indptr[-1], np.int32), np.empty(indptr[-1], np.int32)

        def fill(t: int) -> None:
            kernels.fill_rows(*self.parts[t], columns_of[t], places[t], indices, data)

        run(fill, range(len(self.parts)))
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
    n_documents, n_words = len(offsets) - 1, len(words)
    threads = n_threads(len(codes))
    by_word = sorted(range(n_words), key=words.__getitem__)
    rank = np.empty(n_words, np.int32)
    rank[by_word] = np.arange(n_words, dtype=np.int32)

    ranges = split(offsets, threads)
    stream = np.empty(len(codes) + n_documents + 1, np.int32)
    stream[0] = -1
    sizes = np.zeros((len(ranges), n_words), np.int64)
    run(lambda t: kernels.make_stream(codes, offsets, rank, *ranges[t], stream, sizes[t]), range(len(ranges)))
    buckets = np.zeros(n_words + 1, np.int64)
    np.cumsum(sizes.sum(axis=0), out=buckets[1:])
    depth = np.full(len(codes), 2, np.uint8)
    depth[buckets[:-1][np.diff(buckets) > 0]] = 1

    # First by word, threads on documents; then by pairs, triples, ... of words, threads on first words. What is
    # carried along is what a further pass will ask for: the word to the left, and to find that of the next, the place.
    documents = np.empty((n, len(codes)), np.int32)
    left, order = _carried(1, n, len(codes))
    places = buckets[:-1] + np.cumsum(sizes, axis=0) - sizes
    run(
        lambda t: kernels.sort_words(stream, offsets, *ranges[t], places[t], documents[0], left, order),
        range(len(ranges)),
    )
    ranges = split(buckets, threads)
    stretches = [(int(buckets[a]), int(buckets[b])) for a, b in ranges]
    rows = np.flatnonzero(np.diff(buckets)).astype(np.int32)[:, None]
    groups = [int(np.count_nonzero(depth[a:b] == 1)) for a, b in stretches]
    for m in range(2, n + 1):
        before = (documents[m - 2], left, order)
        left, order = _carried(m, n, len(codes))
        tail, places = np.empty(len(codes), np.int32), buckets[:-1].copy()
        after = (documents[m - 1], left, order, tail)
        run(lambda r: kernels.induce(stream, offsets, depth, m, *r, places, *before, *after), ranges)  # noqa: B023
        groups = run(lambda s: kernels.split_groups(tail, m, *s, depth), stretches)  # noqa: B023
        shorter, rows = rows, np.empty((sum(groups), m), np.int32)
        starts = [sum(groups[:t]) for t in range(len(groups))]
        run(
            lambda t: kernels.write_rows(tail, depth, buckets, *ranges[t], shorter, starts[t], rows),  # noqa: B023
            range(len(ranges)),
        )

    def post(t: int) -> tuple[Postings, NDArray[np.int32]]:
        room = (n - min_n + 1) * (stretches[t][1] - stretches[t][0])  # never touched beyond what there is
        documents_out, counts = np.empty(room, np.int32), np.empty(room, np.int32)
        bounds, rows_out = np.empty(room + 1, np.int64), np.empty((room, n), np.int32)
        f = kernels.post(
            depth, documents, rows, min_n, *stretches[t], sum(groups[:t]), documents_out, counts, bounds, rows_out
        )
        size = bounds[f]
        return Postings(bounds[: f + 1], documents_out[:size], counts[:size]), rows_out[:f]

    parts = run(post, range(len(ranges)))
    ngrams = NGrams([words[code] for code in by_word], np.concatenate([rows for _, rows in parts]))
    counts = Counts(ngrams, [postings for postings, _ in parts], n_documents)
    return counts.flattened() if ngrams.must_flatten else counts


def _carried(m: int, n: int, n_tokens: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Make room for what a pass over m-grams must leave to the following ones, up to n: words before, and places."""
    return np.empty(n_tokens if m < n else 0, np.int32), np.empty(n_tokens if m + 1 < n else 0, np.int32)
