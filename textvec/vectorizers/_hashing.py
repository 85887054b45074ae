"""From analyzed documents to rows of hashed features, a piece at a time; and the names of what was hashed."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.preprocessing import normalize

from textvec._common.csr import make_csr
from textvec._common.memory import release
from textvec._common.offsets import joined_offsets, offsets_of
from textvec._common.threads import n_threads, run, split
from textvec.kernels import hashing as kernels
from textvec.text.encoding import Encoded, Offsets
from textvec.vectorizers._analysis import Analyzed
from textvec.vectorizers._named_ngrams import count_by_length
from textvec.vectorizers._ngrams import NGrams

# Kernels divide rows of these types by their norms; those of others go to scikit-learn's `normalize`, whose results
# HashingVectorizer gives to the bit.
FLOATS = (np.float64, np.float32)

Hashes = NDArray[np.int32]


class Hashing(NamedTuple):
    """What becomes of hashed features.

    Attributes
    ----------
    n_columns : int
        How many columns there are for them.
    negative : int
        What features of a negative hash add to their column: 1, or -1 for alternating signs. Others add 1.
    binary : bool
        Whether to replace each sum by 1.
    norm : int
        Rows are divided by their l1 or l2 norm, 1 or 2; or left as they are, 0.
    """

    n_columns: int
    negative: int
    binary: bool
    norm: int


class HashedRows(NamedTuple):
    """Hashed documents as the three arrays of a CSR matrix, columns of each row sorted."""

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    values: NDArray[np.float64]


def hash_documents(documents: Analyzed, hashing: Hashing) -> HashedRows:
    """Hash the n-grams of documents and add them up by column."""
    units, (low, high), separator, of_words = documents
    if of_words is not None:
        hashes, bounds = _hash_by_word(units, low, high)
        places = offsets_of(np.diff(bounds)[of_words.codes])[of_words.offsets]
        return _sum_features(of_words, hashes, bounds, places, hashing)
    if (low, high) == (1, 1):
        return _sum_features(units, hashes_of(units.words), np.arange(len(units.words) + 1), units.offsets, hashing)
    words = _HashedWords.of(units.words, separator)
    places = offsets_of(count_by_length(np.diff(units.offsets), low, high))

    def sum_ngrams(first: int, last: int, **out: Any) -> int:
        n_values: int = kernels.sum_ngrams(
            text=words.text,
            bounds=words.bounds,
            skip=words.skip,
            states=words.states,
            codes=units.codes,
            offsets=units.offsets,
            low=low,
            high=high,
            n_columns=hashing.n_columns,
            negative=hashing.negative,
            binary=hashing.binary,
            norm=hashing.norm,
            first=first,
            last=last,
            places=places,
            **out,
        )
        return n_values

    return _in_threads(places, sum_ngrams)


def joined_rows(pieces: deque[HashedRows]) -> HashedRows:
    """Put rows that come in pieces one after the other, letting go of each piece once it is copied."""
    if len(pieces) == 1:
        return pieces.popleft()
    indptr = joined_offsets([piece.indptr for piece in pieces])
    n_values = int(indptr[-1])
    indices, values = np.empty(n_values, np.int32), np.empty(n_values)
    end = 0
    while pieces:
        release(n_values)
        piece = pieces.popleft()
        begin, end = end, end + len(piece.indices)
        indices[begin:end], values[begin:end] = piece.indices, piece.values
    return HashedRows(indptr, indices, values)


def to_csr(rows: HashedRows, hashing: Hashing, dtype: np.dtype[Any], norm: str | None) -> Any:
    """Return the matrix of rows, that are not brought to their norm yet where the dtype is not one of `FLOATS`."""
    if dtype in FLOATS:
        return make_csr(rows.values.astype(dtype, copy=False), rows.indices, rows.indptr, hashing.n_columns)
    if dtype.kind == "u" and (rows.values < 0).any():
        raise OverflowError(
            f"HashingVectorizer with alternate_sign=True makes negative numbers, which {dtype} does not hold. "
            "Use alternate_sign=False, or another dtype."
        )
    sums = np.ones(len(rows.values)) if dtype.kind == "b" else rows.values
    X = make_csr(sums.astype(np.int64).astype(dtype), rows.indices, rows.indptr, hashing.n_columns)
    return X if norm is None or not X.shape[0] else normalize(X, norm=norm, copy=False)


def names_by_column(counts: dict[Any, int], n_columns: int) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
    """Return the columns that features fall into, increasing, and a name for each of them.

    Several features in one column are joined by "|", the most frequent first, then by name.
    """
    features = list(counts)
    columns = columns_of(hashes_of(features), n_columns)
    order = np.argsort(columns, kind="stable")
    distinct, starts = np.unique(columns[order], return_index=True)
    bounds = [*starts.tolist(), len(order)]
    sorted_features = [features[i] for i in order.tolist()]

    def name(a: int, b: int) -> str:
        ranked = sorted(
            (-counts[f], f if isinstance(f, str) else f.decode(errors="replace")) for f in sorted_features[a:b]
        )
        return "|".join(f for _, f in ranked)

    names = [name(a, b) for a, b in pairwise(bounds)]
    return distinct, np.array(names, dtype=object)


def columns_of(hashes: Hashes, n_columns: int) -> NDArray[np.int64]:
    """Return the column that features of some hashes fall into."""
    return np.abs(hashes.astype(np.int64)) % n_columns


def hashes_of(words: list[Any]) -> Hashes:
    """Hash strings, or bytes."""
    hashes = np.empty(len(words), np.int32)
    text, bounds = _text_of(words, b"")
    kernels.hash_words(text=text, bounds=bounds, skip=0, states=np.empty(0, np.uint64), hashes=hashes)
    return hashes


def count_features(documents: Analyzed) -> dict[Hashable, int]:
    """Return the features of documents, by their names, and how often each occurs."""
    if documents.of_words is None and documents.ngram_range == (1, 1):
        return _totals(documents.units)  # which may be of types that do not sort
    _, counts = documents.count_ngrams(NGrams.empty(documents.separator), learn=True)
    totals = counts.totals(np.int64, binary=False).tolist()
    return dict(zip(counts.ngrams.names().tolist(), totals, strict=True))


def add_counts(counts: dict[Hashable, int], more: Iterable[tuple[Hashable, int]]) -> None:
    """Add counts to others; two n-grams of different words may have one name."""
    for name, n in more:
        counts[name] = counts.get(name, 0) + n


def _totals(encoded: Encoded) -> dict[Hashable, int]:
    totals = np.bincount(encoded.codes, minlength=len(encoded.words)).tolist()
    return {word: n for word, n in zip(encoded.words, totals, strict=True) if n}


def _text_of(words: list[Any], separator: bytes) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return the bytes of all words, each after the separator, and where each begins."""
    for kind in set(map(type, words)):
        if not issubclass(kind, str | bytes):
            raise TypeError(f"feature names must be strings, but there is one of type {kind.__name__}.")
    encoded = [word if isinstance(word, bytes) else word.encode() for word in words]
    bounds = offsets_of(np.fromiter(map(len, encoded), np.int64, len(encoded)) + len(separator))
    return np.frombuffer(separator.join([b"", *encoded]), np.uint8), bounds


class _HashedWords(NamedTuple):
    """The words that n-grams are made of, as the kernels take them: see `textvec.kernels.hashing.hash_ngrams`."""

    text: NDArray[np.uint8]
    bounds: NDArray[np.int64]
    skip: int
    states: NDArray[np.uint64]

    @classmethod
    def of(cls, words: list[str], separator: str) -> _HashedWords:
        """Hash words; the separator is what is between them in an n-gram."""
        for kind in set(map(type, words)):
            if not issubclass(kind, str):
                raise TypeError(f"n-grams are made of strings: expected str instance, {kind.__name__} found.")
        text, bounds = _text_of(words, separator.encode())
        states, hashes = np.empty(len(words), np.uint64), np.empty(len(words), np.int32)
        kernels.hash_words(text=text, bounds=bounds, skip=len(separator), states=states, hashes=hashes)
        return cls(text, bounds, len(separator), states)


def _hash_by_word(characters: Encoded, low: int, high: int) -> tuple[Hashes, Offsets]:
    """Hash the character n-grams of each distinct word; those of word c are hashes[bounds[c] : bounds[c + 1]]."""
    lengths = np.diff(characters.offsets)
    places = offsets_of(count_by_length(lengths, np.minimum(low, lengths), high))
    hashes = np.empty(places[-1], np.int32)
    words = _HashedWords.of(characters.words, "")

    def hash_ngrams(documents: tuple[int, int]) -> None:
        first, last = documents
        kernels.hash_ngrams(
            text=words.text,
            bounds=words.bounds,
            skip=words.skip,
            states=words.states,
            codes=characters.codes,
            offsets=characters.offsets,
            low=low,
            high=high,
            first=first,
            last=last,
            places=places,
            hashes=hashes,
        )

    run(hash_ngrams, split(places, n_threads(len(hashes))))
    return hashes, places


def _sum_features(words: Encoded, hashes: Hashes, bounds: Offsets, places: Offsets, hashing: Hashing) -> HashedRows:
    """Add up by document the features of its words: those of word c are hashes[bounds[c] : bounds[c + 1]]."""
    columns, ranks = _distinct(columns_of(hashes, hashing.n_columns), hashing.n_columns)
    features = np.where(hashes < 0, ~ranks, ranks)

    def sum_features(first: int, last: int, **out: Any) -> int:
        n_values: int = kernels.sum_features(
            codes=words.codes,
            offsets=words.offsets,
            bounds=bounds,
            features=features,
            columns=columns,
            negative=hashing.negative,
            binary=hashing.binary,
            norm=hashing.norm,
            first=first,
            last=last,
            **out,
        )
        return n_values

    return _in_threads(places, sum_features)


def _distinct(columns: NDArray[np.int64], n_columns: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the distinct columns, sorted, and the position of each column among them."""
    if n_columns > len(columns):
        distinct, ranks = np.unique(columns, return_inverse=True)
        return distinct.astype(np.int32), ranks.astype(np.int32)
    occurs = np.zeros(n_columns, bool)  # faster than sorting, where there are fewer columns than features
    occurs[columns] = True
    return np.flatnonzero(occurs).astype(np.int32), np.cumsum(occurs, dtype=np.int32)[columns] - np.int32(1)


def _in_threads(places: NDArray[np.int64], sum_rows: Callable[..., int]) -> HashedRows:
    """Make rows in threads.

    Parameters
    ----------
    places : ndarray of int64 of shape (n_documents + 1,)
        Running total of the columns that documents can have at most.
    sum_rows : callable
        Takes a range of documents, and arrays named `sizes`, `indices` and `values`. It writes the number of columns of
        each document, and the columns and their values, and returns how many values it wrote.
    """
    release(int(places[-1]))
    sizes = np.zeros(len(places), np.int64)
    indices, values = np.empty(places[-1], np.int32), np.empty(places[-1])
    ranges = split(places, n_threads(int(places[-1])))

    def fill(documents: tuple[int, int]) -> int:
        first, last = documents
        part = slice(places[first], places[last])
        return sum_rows(first, last, sizes=sizes[1:], indices=indices[part], values=values[part])

    written = run(fill, ranges)
    n = 0
    for (first, _), more in zip(ranges, written, strict=True):  # a thread's rows follow those of the one before
        for out in (indices, values):
            out[n : n + more] = out[places[first] : places[first] + more]
        n += more
    indices.resize(n, refcheck=False)
    values.resize(n, refcheck=False)
    return HashedRows(np.cumsum(sizes), indices, values)
