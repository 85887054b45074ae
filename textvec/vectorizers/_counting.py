"""How often each n-gram occurs in each document of a corpus: of words by sorting, of characters word by word.

Tested in tests/vectorizers/test_count.py.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from textvec._common.memory import release
from textvec._common.offsets import offsets_of
from textvec._common.threads import n_threads, run, split
from textvec.kernels import characters as character_kernels
from textvec.kernels import ngrams as kernels
from textvec.text.encoding import Codes, Encoded, Offsets
from textvec.vectorizers._ngrams import NGrams
from textvec.vectorizers._sorting import Occurrences, sort_ngrams
from textvec.vectorizers._words import Words

# Characters of the shortest word there is, one character with the space before and after it. N-grams of this length and
# more are counted even if min_n is larger, because a word shorter than min_n is counted whole.
_MIN_PADDED_LENGTH = 3


class CountRows(NamedTuple):
    """The counts of documents as the three arrays of a CSR matrix."""

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    counts: NDArray[np.int32]


class Counts(ABC):
    """The n-grams of a corpus, in how many documents each occurs, and how often in each."""

    def __init__(self, ngrams: NGrams, document_frequencies: NDArray[np.int32], n_documents: int) -> None:
        self.ngrams = ngrams
        self.document_frequencies = document_frequencies
        self.n_documents = n_documents

    @abstractmethod
    def to_rows(self, columns: NDArray[np.int32]) -> CountRows:
        """Return the counts by document.

        Parameters
        ----------
        columns : ndarray of int32 of shape (n_ngrams,)
            The column of each n-gram, negative for those to leave out. Rows come sorted where these increase.
        """

    def totals(self, dtype: Any, binary: bool) -> NDArray[Any]:
        """Sum of each n-gram's counts as the dtype holds them, summed as SciPy would: `X.sum(axis=0)`."""
        indptr, indices, counts = self.to_rows(np.arange(len(self.ngrams), dtype=np.int32))
        values = np.ones_like(counts, dtype=dtype) if binary else counts.astype(dtype)
        X = sp.csr_array((values, indices, indptr), shape=(self.n_documents, len(self.ngrams)))
        return np.asarray(X.sum(axis=0)).ravel()


class SortedCounts(Counts):
    """Counts that are made of the places where each n-gram occurs, which sorting has put next to each other."""

    def __init__(
        self, ngrams: NGrams, document_frequencies: NDArray[np.int32], n_documents: int, occurrences: Occurrences
    ) -> None:
        super().__init__(ngrams, document_frequencies, n_documents)
        self.occurrences = occurrences

    def to_rows(self, columns: NDArray[np.int32]) -> CountRows:
        documents, length, begin, end = self.occurrences
        ranges = self._ranges()
        release(documents.size)
        sizes = np.zeros((len(ranges), self.n_documents), np.int64)

        def count(t: int) -> None:
            first, last = ranges[t]
            kernels.row_sizes(
                documents=documents,
                length=length,
                begin=begin,
                end=end,
                columns=columns,
                first=first,
                last=last,
                sizes=sizes[t],
            )

        run(count, range(len(ranges)))
        indptr = offsets_of(sizes.sum(axis=0))
        places = indptr[:-1] + np.cumsum(sizes, axis=0) - sizes  # where each thread writes into each row
        indices, counts = np.empty(indptr[-1], np.int32), np.empty(indptr[-1], np.int32)

        def fill(t: int) -> None:
            first, last = ranges[t]
            kernels.fill_rows(
                documents=documents,
                length=length,
                begin=begin,
                end=end,
                columns=columns,
                first=first,
                last=last,
                places=places[t],
                indices=indices,
                data=counts,
            )

        run(fill, range(len(ranges)))
        return CountRows(indptr, indices, counts)

    def _ranges(self) -> list[tuple[int, int]]:
        """Cut the n-grams into a range for each thread."""
        work = offsets_of(self.occurrences.end - self.occurrences.begin)
        return split(work, n_threads(int(work[-1])))

    def flattened(self) -> SortedCounts:
        """Treat each name as one word, adding up n-grams that have the same name ("a b" + "c", "a" + "b c")."""
        names = self.ngrams.names().tolist()
        distinct = Words(sorted(set(names)))
        indptr, indices, counts = self.to_rows(distinct.codes(names))
        X = sp.csr_array((counts, indices, indptr), shape=(self.n_documents, len(distinct)))
        X.sum_duplicates()
        X = X.tocsc()
        bounds = offsets_of(X.data)[X.indptr].astype(np.int32)
        documents = np.repeat(X.indices.astype(np.int32), X.data)[None, :]
        occurrences = Occurrences(documents, np.ones(len(distinct), np.uint8), bounds[:-1].copy(), bounds[1:].copy())
        ngrams = NGrams(distinct, np.arange(len(distinct), dtype=np.int32)[:, None])
        return SortedCounts(ngrams, np.diff(X.indptr).astype(np.int32), self.n_documents, occurrences)


class CountsByWord(Counts):
    """Counts of character n-grams that end with their word: counted in each distinct word, added up by document.

    Parameters
    ----------
    codes, offsets : ndarrays
        The words of the documents.
    of_words : SortedCounts
        The n-grams of each distinct word.
    listed : ndarray of int
        The positions of those n-grams that are to be counted.
    """

    def __init__(self, codes: Codes, offsets: Offsets, of_words: SortedCounts, listed: NDArray[np.intp]) -> None:
        self.codes, self.offsets, self.of_words, self.listed = codes, offsets, of_words, listed
        self.ranges = split(offsets, n_threads(len(codes)))
        ngrams = NGrams(of_words.ngrams.words, of_words.ngrams.rows[listed], separator=of_words.ngrams.separator)
        self.by_word = self._counts_by_word(np.arange(len(listed)))
        self.sizes, frequencies = self._sizes(self.by_word, len(listed))
        super().__init__(ngrams, frequencies, len(offsets) - 1)

    def to_rows(self, columns: NDArray[np.int32]) -> CountRows:
        kept, by_word, sizes = np.flatnonzero(columns >= 0), self.by_word, self.sizes
        if len(kept) < len(columns):
            by_word = self._counts_by_word(kept)
            sizes, _ = self._sizes(by_word, len(kept))
        indptr = offsets_of(sizes)
        release(int(indptr[-1]))
        rows = CountRows(indptr, np.empty(indptr[-1], np.int32), np.empty(indptr[-1], np.int32))
        kept_columns = columns[kept]

        def add(documents: tuple[int, int]) -> None:
            first, last = documents
            character_kernels.add_words(
                codes=self.codes,
                offsets=self.offsets,
                first=first,
                last=last,
                indptr=by_word.indptr,
                indices=by_word.indices,
                counts=by_word.counts,
                columns=kept_columns,
                row_bounds=rows.indptr,
                row_columns=rows.indices,
                row_counts=rows.counts,
            )

        run(add, self.ranges)
        return rows

    def _counts_by_word(self, kept: NDArray[np.intp]) -> CountRows:
        """Return the counts, in each distinct word, of some of the n-grams, numbered from 0."""
        columns = np.full(len(self.of_words.ngrams), -1, np.int32)
        columns[self.listed[kept]] = np.arange(len(kept), dtype=np.int32)
        return self.of_words.to_rows(columns)

    def _sizes(self, by_word: CountRows, n_ngrams: int) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Return how many of the n-grams each document holds, and in how many documents each occurs."""
        sizes = np.zeros(len(self.offsets) - 1, np.int64)
        frequencies = np.zeros((len(self.ranges), n_ngrams), np.int32)

        def count(t: int) -> None:
            first, last = self.ranges[t]
            character_kernels.word_row_sizes(
                codes=self.codes,
                offsets=self.offsets,
                first=first,
                last=last,
                indptr=by_word.indptr,
                indices=by_word.indices,
                sizes=sizes,
                frequencies=frequencies[t],
            )

        run(count, range(len(self.ranges)))
        return sizes, frequencies.sum(axis=0, dtype=np.int32)


def count_words(
    encoded: Encoded, codes: Codes, ngram_range: tuple[int, int], words: Words, separator: str = " "
) -> SortedCounts:
    """Count the n-grams of tokenized documents.

    Parameters
    ----------
    encoded : Encoded
        Words of any type that can be sorted.
    codes : ndarray of int32
        The code of each of them in `words`. All that have none there are counted as one, which comes last.
    ngram_range : (min_n, max_n)
    words : Words
    separator : str, default=" "
        What is between the words in the name of an n-gram.

    Returns
    -------
    SortedCounts
    """
    release(ngram_range[1] * len(encoded.codes))
    by_code = np.argsort(codes, kind="stable")
    n_known = int(np.count_nonzero(codes < len(words)))
    rank = np.empty(len(codes), np.int32)
    rank[by_code] = np.minimum(np.arange(len(codes)), n_known)
    n_ranks = min(len(codes), n_known + 1)
    rows, frequencies, occurrences = sort_ngrams(encoded.codes, encoded.offsets, rank, n_ranks, ngram_range)
    if n_known < len(words):  # ranks are not codes
        rows = np.append(codes[by_code[:n_ranks]], np.int32(-1))[rows]
    return SortedCounts(NGrams(words, rows, None, separator), frequencies, len(encoded.offsets) - 1, occurrences)


def count_by_word(
    encoded: Encoded, characters: Encoded, codes: Codes, ngram_range: tuple[int, int], known: Words
) -> CountsByWord:
    """Count character n-grams that end with their word, as `analyzer="char_wb"` does.

    Parameters
    ----------
    encoded : Encoded
        The words of documents.
    characters : Encoded
        The characters of each distinct word, with a space before and after, which are its only white spaces.
    codes : ndarray of int32
        The code of each character in `known`.
    ngram_range : (min_n, max_n)
    known : Words

    Returns
    -------
    CountsByWord
        A word that is shorter, with its spaces, than min_n is counted whole.
    """
    min_n, max_n = ngram_range
    of_words = count_words(characters, codes, (min(min_n, _MIN_PADDED_LENGTH), max_n), known, separator="")
    rows = of_words.ngrams.rows
    length = (rows >= 0).sum(axis=1)
    space = known.codes([" "])
    whole = (rows[:, 0] == space) & (rows[np.arange(len(rows)), length - 1] == space) & (length >= _MIN_PADDED_LENGTH)
    return CountsByWord(encoded.codes, encoded.offsets, of_words, np.flatnonzero((length >= min_n) | whole))
