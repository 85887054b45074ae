"""Terms that were counted in parts of a corpus, put together: what is known of each part is a state.

A state holds words as Arrow bytes, sorted, the terms as rows of codes of these, sorted, and for each term in how many
documents of the part it occurs. Nothing is left out before all parts are together, and no Python string is made before
it is known which terms stay: so the memory that merging takes is that of the states and of their union.

Tested in tests/vectorizers/test_merging.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any, NamedTuple, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from textvec._common.states import field, make_state, words_from_arrow, words_to_arrow
from textvec.kernels.ngram_tables import merge_rows
from textvec.kernels.word_tables import merge_words
from textvec.vectorizers._learning import Learner
from textvec.vectorizers._ngrams import NGrams, used_words, widened
from textvec.vectorizers._words import Words

# Columns are int32, and so are the document frequencies of a fitted vectorizer.
_MAX_COLUMNS = 2**31 - 1
_SPACE = ord(" ")


class TermCounts(NamedTuple):
    """The terms of some documents, and how frequent they are.

    Attributes
    ----------
    words : LargeBinaryArray
        See `textvec._common.states.words_to_arrow`. Distinct, sorted.
    rows : ndarray of int32 of shape (n_terms, width)
        As in `NGrams`.
    separator : str
        What is between the words in the name of a term.
    document_frequencies : ndarray of int64 of shape (n_terms,)
    totals : ndarray of shape (n_terms,)
        The sum of the counts of each; empty where nobody asked for it.
    n_documents : int
    """

    words: pa.LargeBinaryArray
    rows: NDArray[np.int32]
    separator: str
    document_frequencies: NDArray[np.int64]
    totals: NDArray[Any]
    n_documents: int

    @classmethod
    def of(cls, learner: Learner) -> Self:
        """Return what was learnt of documents, with nothing left out."""
        ngrams, order = learner.ngrams, learner.ngrams.in_order()
        frequencies, totals = learner.document_frequencies[order].astype(np.int64), learner.totals
        if learner.total is not None and len(totals):
            totals = totals[order]
        words = words_to_arrow(ngrams.words.sorted)
        return cls(words, ngrams.rows, ngrams.separator, frequencies, totals, learner.n_documents)

    @classmethod
    def from_state(cls, state: pa.RecordBatch) -> Self:
        """Return what a state holds."""
        values = {name: field(state, name) for name in cls._fields if name in state.schema.names}
        rows = values["rows"].reshape(-1, field(state, "width"))
        return cls(**{**values, "rows": rows})

    def to_state(self) -> pa.RecordBatch:
        """Return all of it as a state."""
        return make_state(**{**self._asdict(), "rows": self.rows.ravel()}, width=self.rows.shape[1])

    @property
    def must_flatten(self) -> bool:
        """Tell whether terms of different words can have one name, or names sort otherwise than words do."""
        return self.separator != "" and self.rows.shape[1] > 1 and _has_control(self.words)

    def flattened(self) -> TermCounts:
        """Take the name of each term for one word."""
        columns = [self.words.take(pa.array(codes, mask=codes < 0)) for codes in self.rows.T]
        names = pc.binary_join_element_wise(
            *columns, pa.scalar(self.separator.encode(), pa.large_binary()), null_handling="skip"
        )
        order = pc.array_sort_indices(names)
        places = order.to_numpy()
        totals = self.totals[places] if len(self.totals) else self.totals
        rows = np.arange(len(names), dtype=np.int32)[:, None]
        return TermCounts(names.take(order), rows, " ", self.document_frequencies[places], totals, self.n_documents)

    def select(self, kept: NDArray[np.bool_]) -> Learner:
        """Return some of the terms, as if all documents had been read here and only these been kept."""
        used, rows = used_words(self.rows[kept], len(self.words))
        words = Words(words_from_arrow(self.words.filter(pa.array(used))))
        ngrams = NGrams(words, rows, None, self.separator)
        return _learnt(ngrams, self.document_frequencies[kept], self.n_documents)


def state_of(learner: Learner, fixed: bool) -> pa.RecordBatch:
    """Return what was learnt of documents as a state; of a fixed vocabulary that is no more than its frequencies."""
    if fixed:
        frequencies = learner.document_frequencies.astype(np.int64)
        return make_state(document_frequencies=frequencies, n_documents=learner.n_documents)
    return TermCounts.of(learner).to_state()


def known_terms(state: pa.RecordBatch, ngrams: NGrams) -> Learner:
    """Return what a state says of a fixed vocabulary."""
    return _learnt(ngrams, field(state, "document_frequencies"), field(state, "n_documents"))


def _learnt(ngrams: NGrams, document_frequencies: NDArray[np.int64], n_documents: int) -> Learner:
    learner = Learner(ngrams, grow=False)
    learner.document_frequencies = document_frequencies.astype(np.int32)
    learner.n_documents = n_documents
    return learner


def merged(states: Sequence[pa.RecordBatch]) -> pa.RecordBatch:
    """Put the terms of several parts together: as if they had been counted in all documents at once.

    Raises
    ------
    ValueError
        If there are more terms, or documents, than 32 bits can count.
    """
    n_documents = sum(field(state, "n_documents") for state in states)
    if n_documents > _MAX_COLUMNS:
        raise ValueError(
            f"The parts have {n_documents:,} documents together, but a vectorizer counts up to {_MAX_COLUMNS:,}. Learn "
            "from a sample of them."
        )
    if "words" not in states[0].schema.names:
        return make_state(
            **{name: sum(field(state, name) for state in states) for name in ("document_frequencies", "n_documents")}
        )
    parts = [TermCounts.from_state(state) for state in states]
    together = reduce(_merged_two, parts)
    if together.must_flatten or len({part.separator for part in parts if len(part.rows)}) > 1:
        together = reduce(_merged_two, [part.flattened() for part in parts])
    return together.to_state()


def _merged_two(ours: TermCounts, theirs: TermCounts) -> TermCounts:
    """Merge two sorted tables of terms, and add up what is known of those that are in both."""
    n_documents = ours.n_documents + theirs.n_documents
    if not len(ours.rows) or not len(theirs.rows):
        return (theirs if len(theirs.rows) else ours)._replace(n_documents=n_documents)
    n_ours, n_both = len(ours.rows), len(ours.rows) + len(theirs.rows)
    if n_both > _MAX_COLUMNS:
        raise ValueError(
            f"Two parts of the documents have {n_both:,} terms together, but a vectorizer counts up to "
            f"{_MAX_COLUMNS:,}. Take shorter n-grams, or HashingVectorizer, which learns none."
        )
    words, our_codes, their_codes = _merged_words(ours.words, theirs.words)
    width = max(ours.rows.shape[1], theirs.rows.shape[1])
    table, rows = (
        widened(np.append(codes, np.int32(-1))[part.rows], width)
        for part, codes in ((ours, our_codes), (theirs, their_codes))
    )
    joined, columns, found = (
        np.empty((n_both, width), np.int32),
        np.empty(n_both, np.int32),
        np.empty(len(rows), np.int32),
    )
    n = merge_rows(
        table=table,
        columns=np.arange(n_ours, dtype=np.int32),
        rows=rows,
        merged=joined,
        merged_columns=columns,
        found=found,
    )

    def added(of_ours: NDArray[Any], of_theirs: NDArray[Any]) -> NDArray[Any]:
        sums = np.zeros(n, of_ours.dtype)
        sums[:n_ours] = of_ours
        sums[found] += of_theirs
        return sums[columns[:n]]

    return ours._replace(
        words=words,
        rows=joined[:n],
        document_frequencies=added(ours.document_frequencies, theirs.document_frequencies),
        totals=added(ours.totals, theirs.totals) if len(ours.totals) else ours.totals,
        n_documents=n_documents,
    )


def _merged_words(
    ours: pa.LargeBinaryArray, theirs: pa.LargeBinaryArray
) -> tuple[pa.LargeBinaryArray, NDArray[np.int32], NDArray[np.int32]]:
    """Return the distinct words of two sorted lists, sorted, and the codes of those of each list."""
    our_codes, their_codes = np.empty(len(ours), np.int32), np.empty(len(theirs), np.int32)
    places = np.empty(len(ours) + len(theirs), np.int64)
    (our_text, our_offsets), (their_text, their_offsets) = map(_bytes, (ours, theirs))
    n = merge_words(
        first=our_text,
        first_offsets=our_offsets,
        second=their_text,
        second_offsets=their_offsets,
        first_codes=our_codes,
        second_codes=their_codes,
        places=places,
    )
    return pa.concat_arrays([ours, theirs]).take(pa.array(places[:n])), our_codes, their_codes


def _bytes(words: pa.LargeBinaryArray) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return the bytes of all words, and where in these each word begins, and the last one ends."""
    _, offsets, text = words.buffers()
    bounds = np.frombuffer(offsets, np.int64)[words.offset : words.offset + len(words) + 1]
    return np.frombuffer(text or b"", np.uint8), bounds


def _has_control(words: pa.LargeBinaryArray) -> bool:
    """Tell whether a word holds a space or a character that sorts before it."""
    text, offsets = _bytes(words)
    return bool((text[offsets[0] : offsets[-1]] <= _SPACE).any())  # all bytes of what is not ASCII are larger
