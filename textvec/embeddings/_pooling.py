"""From the words of documents to a vector for each: the words' vectors and weights, their mean, common components."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from textvec._common.saved import check
from textvec._common.states import field, words_from_arrow, words_to_arrow
from textvec._common.threads import n_threads, run, split
from textvec.embeddings.word_vectors import WordVectors
from textvec.kernels import pooling as kernels
from textvec.kernels.sequence import count_documents
from textvec.text.encoding import Codes, Offsets
from textvec.text.tokens import Tokens

Floats = NDArray[np.float64]

N_COMPONENTS = {"sif": 1, "usif": 5}  # Common components that are removed by default, as in the papers.
# Poolings other than a mean: the power means that a row consists of, by name and exponent.
POWER_MEANS: dict[str, dict[str, float]] = {
    "max": {"embedding": np.inf},
    "pmeans": {"min": -np.inf, "mean": 1, "power3": 3, "max": np.inf},
}
_MEAN = {"embedding": 1.0}
_MAX_NAMED_WORDS = 5  # An error names at most this many words.
# Numbers of up to 2**30, and from 2**-30 on, have cubes with all digits in float32, with room for smaller ones.
_MAX_CUBED_EXPONENT = 30


class CodedDocuments(NamedTuple):
    """Documents as codes of words, with what pooling needs to know of each distinct word.

    Attributes
    ----------
    codes : ndarray of int32 of shape (n_tokens,)
    offsets : ndarray of int64 of shape (n_documents + 1,)
    words : list of str
        The word of each code.
    counts : ndarray of int64 of shape (n_words,)
        How often each occurs.
    table : ndarray of float32 of shape (n_words, n_dimensions)
        Vectors; zeros for unknown words.
    known : ndarray of bool of shape (n_words,)
        Whether a word has a vector.
    counted : ndarray of bool of shape (n_words,)
        Whether a word counts as one of its document. Unknown words do not with `unknown="skip"`.
    """

    codes: Codes
    offsets: Offsets
    words: list[str]
    counts: NDArray[np.int64]
    table: NDArray[np.float32]
    known: NDArray[np.bool_]
    counted: NDArray[np.bool_]

    @property
    def n_documents(self) -> int:
        """Number of documents."""
        return len(self.offsets) - 1

    def n_without(self) -> int:
        """Count the documents that hold no known word."""
        return int(kernels.count_without(codes=self.codes, offsets=self.offsets, known=self.known))


def look_up(tokens: Tokens, vectors: WordVectors, unknown: str) -> CodedDocuments:
    """Find the vectors of the words of documents.

    Parameters
    ----------
    tokens : Tokens
    vectors : WordVectors
    unknown : {"skip", "zero", "error", "subword"}
        What becomes of words that have none.

    Raises
    ------
    ValueError
        With "error", if there are such words; with "subword", if there are no subwords.
    """
    codes, words = tokens.codes, tokens.vocabulary
    counts = np.bincount(codes, minlength=len(words))
    used = np.flatnonzero(counts)
    if len(used) < len(words):  # A slice of Tokens keeps the vocabulary of the whole.
        code_of = np.zeros(len(words), np.int32)
        code_of[used] = np.arange(len(used), dtype=np.int32)
        codes, words, counts = code_of[codes], words[used], counts[used]
    names: list[str] = words.tolist()
    places = vectors.rows(names)
    known = places >= 0
    missing = np.flatnonzero(~known)
    table = np.zeros((len(names), vectors.vector_size), np.float32)
    table[known] = scaled(vectors, vectors.vectors[places[known]])
    if unknown == "error" and len(missing):
        raise ValueError(
            f"EmbeddingVectorizer(unknown='error'): {len(missing)} of {len(names)} distinct words are not in the word "
            f"vectors: {_shown(names, missing)}. unknown='skip' leaves them out."
        )
    if unknown == "subword":
        if vectors.subwords is None:
            raise ValueError(
                "EmbeddingVectorizer(unknown='subword'): the word vectors have no subwords. Those of fastText's .bin "
                "files do; otherwise choose unknown='skip'."
            )
        table[missing] = scaled(vectors, vectors.subwords.vectors_of([names[i] for i in missing]))
        known = np.ones(len(names), bool)
    counted = known if unknown == "skip" else np.ones(len(names), bool)
    return CodedDocuments(codes, tokens.offsets, names, counts, table, known, counted)


def scaled(vectors: WordVectors, some: NDArray[Any]) -> NDArray[Any]:
    """Return some vectors of a table divided by the power of two that brings the table into the range of float32."""
    return np.ldexp(some, -vectors._exponent) if vectors._exponent else some


class WordWeights(dict[str, float]):
    """The weight of each word of the documents in `fit`; any other word has the weight `unseen`."""

    def __init__(self, weights: Mapping[str, float], unseen: float) -> None:
        super().__init__(weights)
        self.unseen = unseen

    def __missing__(self, word: str) -> float:
        return self.unseen

    def _saved_state(self) -> dict[str, Any]:
        return {"weights": dict(self), "unseen": self.unseen}

    @classmethod
    def _from_saved(cls, state: Any) -> WordWeights:
        weights, unseen = state["weights"], state["unseen"]
        check(isinstance(weights, dict) and set(map(type, weights)) <= {str}, "weights must be a dict of words")
        check({type(unseen), *map(type, weights.values())} <= {float}, "weights must be floats")
        return cls(weights, unseen)

    def of(self, words: list[str]) -> Floats:
        """Return the weights of words."""
        return np.fromiter(map(self.__getitem__, words), np.float64, len(words))


class WordCounts(NamedTuple):
    """How frequent the words of some documents are, those that count.

    Attributes
    ----------
    words : pyarrow.LargeBinaryArray
        See `textvec._common.states.words_to_arrow`.
    counts : ndarray of int64 of shape (n_words,)
    frequencies : ndarray of int64 of shape (n_words,)
        In how many documents each occurs.
    n_documents : int
    n_with_words : int
        Number of documents with a word that counts.
    n_known : int
        Number of words that have a vector; merged, no less.
    """

    words: pa.LargeBinaryArray
    counts: NDArray[np.int64]
    frequencies: NDArray[np.int64]
    n_documents: int
    n_with_words: int
    n_known: int

    @classmethod
    def of(cls, docs: CodedDocuments) -> WordCounts:
        """Count the words of documents."""
        frequencies = np.zeros(len(docs.words), np.int64)
        count_documents(codes=docs.codes, offsets=docs.offsets, frequencies=frequencies)
        n_without = int(kernels.count_without(codes=docs.codes, offsets=docs.offsets, known=docs.counted))
        words = [word for word, counted in zip(docs.words, docs.counted.tolist(), strict=True) if counted]
        n = docs.n_documents
        counts = docs.counts[docs.counted], frequencies[docs.counted]
        return cls(words_to_arrow(words), *counts, n, n - n_without, int(docs.known.sum()))

    @classmethod
    def of_state(cls, state: pa.RecordBatch) -> WordCounts:
        """Return what a state of these fields holds."""
        return cls(*(field(state, name) for name in cls._fields))

    @classmethod
    def merged(cls, parts: Sequence[WordCounts]) -> WordCounts:
        """Add up the counts of parts of the documents."""
        words = pc.unique(pa.chunked_array([part.words for part in parts]))
        counts, frequencies = np.zeros(len(words), np.int64), np.zeros(len(words), np.int64)
        for part in parts:
            code_of = pc.index_in(part.words, words).to_numpy()
            counts[code_of] += part.counts
            frequencies[code_of] += part.frequencies
        return cls(words, counts, frequencies, *(sum(numbers) for numbers in zip(*(p[3:] for p in parts), strict=True)))


def learn_weights(counts: WordCounts, pooling: str, a: float) -> WordWeights:
    """Learn the weights of words from how frequent they are in the documents of `fit`, in the order of the words.

    Raises
    ------
    ValueError
        If none of the documents has a known word.
    """
    if not counts.n_known:
        raise ValueError(
            f"EmbeddingVectorizer(pooling={pooling!r}) learns how frequent words are, but not one of the words of the "
            "documents is in the word vectors. Are these of the same language, and in lower case as the words of "
            "Tokenizer()?"
        )
    order = pc.array_sort_indices(counts.words)
    weights, unseen = _WEIGHTS[pooling](counts, a)
    words = words_from_arrow(counts.words.take(order))
    return WordWeights(dict(zip(words, weights[order.to_numpy()].tolist(), strict=True)), unseen)


def _tfidf(words: WordCounts, a: float) -> tuple[Floats, float]:
    n = words.n_documents
    return np.log((1 + n) / (1 + words.frequencies)) + 1, float(np.log(1 + n) + 1)


def _sif(words: WordCounts, a: float) -> tuple[Floats, float]:
    return a / (a + _probabilities(words)), 1.0


def _usif(words: WordCounts, a: float) -> tuple[Floats, float]:
    p = _probabilities(words)
    length = words.counts.sum() / words.n_with_words
    alpha = np.mean(p > 1 - (1 - 1 / len(p)) ** length)
    if not 0 < alpha < 1:  # All words are equally frequent. Then a is infinite, and all weigh the same.
        return np.full(len(p), 2.0), 2.0
    a = float((1 - alpha) / (alpha * len(p) / 2))
    return a / (a / 2 + p), 2.0


def _probabilities(words: WordCounts) -> Floats:
    return np.asarray(words.counts / words.counts.sum())


_Learn = Callable[[WordCounts, float], tuple[Floats, float]]
_WEIGHTS: dict[str, _Learn] = {"tfidf": _tfidf, "sif": _sif, "usif": _usif}
WEIGHED = frozenset(_WEIGHTS)
"""Poolings that learn weights of words."""


def pool(docs: CodedDocuments, pooling: str, weights: WordWeights) -> NDArray[np.float32]:
    """Return one row for each document: the weighted mean of its words' vectors, or their power means side by side.

    Returns
    -------
    ndarray of float32 of shape (n_documents, n_features)

    Raises
    ------
    ValueError
        If a number in them is infinite or NaN.
    """
    weight, masses = _weigh(docs, pooling, weights)
    powers = POWER_MEANS.get(pooling, _MEAN).values()
    rows = np.zeros((docs.n_documents, len(powers), docs.table.shape[1]), np.float32)
    ranges = split(docs.offsets, n_threads(len(docs.codes)))

    def largest(table: NDArray[np.float32], part: int) -> None:
        def fill(documents: tuple[int, int]) -> None:
            begin, end = documents
            offsets, out = docs.offsets[begin : end + 1], rows[begin:end]
            kernels.largest(codes=docs.codes, offsets=offsets, table=table, masses=masses, part=part, out=out)

        run(fill, ranges)

    def mean(table: NDArray[np.float32], part: int) -> None:
        def fill(documents: tuple[int, int]) -> None:
            begin, end = documents
            kernels.mean(
                codes=docs.codes,
                offsets=docs.offsets[begin : end + 1],
                table=table,
                weights=weight,
                masses=masses,
                part=part,
                out=rows[begin:end],
            )

        run(fill, ranges)

    for part, power in enumerate(powers):
        if power == np.inf:
            largest(docs.table, part)
        elif power == -np.inf:
            largest(-docs.table, part)
            np.subtract(0, rows[:, part], out=rows[:, part])  # A row without words stays 0, which is not -0.
        elif power == 3:
            exponent = _exponent_for_cubes(docs.table)
            cubes = np.ldexp(docs.table, -exponent).astype(np.float64) ** 3
            rounded = cubes.astype(np.float32)
            mean(rounded, part)
            means = rows[:, part].astype(np.float64)
            # Where cubes cancel each other, what rounding took from each is much of the mean, and more of its root.
            mean((cubes - rounded).astype(np.float32), part)
            rows[:, part] = np.cbrt(means + rows[:, part])
            if exponent:
                np.ldexp(rows[:, part], exponent, out=rows[:, part])
        else:
            mean(docs.table, part)
    _check_finite(docs, rows)
    return rows.reshape(len(rows), len(powers) * docs.table.shape[1])


def _exponent_for_cubes(table: NDArray[np.float32]) -> int:
    """Return the power of two to divide vectors by so that their cubes are within float32; 0 for nearly all."""
    peak = float(max(table.max(initial=0), -table.min(initial=0)))
    exponent = int(np.frexp(peak)[1]) if np.isfinite(peak) else 0
    return exponent if abs(exponent) > _MAX_CUBED_EXPONENT else 0


def _weigh(docs: CodedDocuments, pooling: str, weights: WordWeights) -> tuple[Floats, Floats]:
    """Return what each word counts for in a mean: in its numerator, and in its denominator."""
    counted = docs.counted.astype(np.float64)
    weight = counted * weights.of(docs.words)
    return weight, weight if pooling == "tfidf" else counted


def word_parts(
    docs: CodedDocuments, pooling: str, weights: WordWeights, components: Floats, shares: Floats
) -> tuple[list[str], Floats]:
    """Return what each distinct word adds to the row of one document, without common components.

    Returns
    -------
    words : list of str
        Those of the document that have a vector.
    vectors : ndarray of float64 of shape (n_words, n_dimensions)
        They add up to the row, as it is in single precision, before it is divided by its length.

    Raises
    ------
    ValueError
        If the row is no sum over words: with the poolings "max" and "pmeans".
    """
    if pooling in POWER_MEANS:
        raise ValueError(
            f"EmbeddingVectorizer(pooling={pooling!r}): the vector of a document is no sum of its words' vectors, so a "
            "similarity has no parts that belong to words. It has with pooling='mean', 'tfidf', 'sif' and 'usif'."
        )
    weight, masses = _weigh(docs, pooling, weights)
    known = np.flatnonzero(docs.known & (weight > 0))
    if not len(known):
        return [], np.zeros((0, docs.table.shape[1]))
    vectors = (docs.counts * weight)[known, None] * docs.table[known].astype(np.float64) / (docs.counts @ masses)
    rest = vectors - vectors @ components.T * shares @ components
    row = pool(docs, pooling, weights)
    kernels.remove(components=components, shares=shares, rows=row)
    if not row.any():  # What is left is rounding.
        return [], rest[:0]
    if len(components):  # What is left may be small against its rounding, which is spread over all words.
        rest += (row - rest.sum(axis=0)) / len(rest)
    return [docs.words[i] for i in known.tolist()], rest


def names(pooling: str, vector_size: int) -> list[str]:
    """Return the names of the columns."""
    return [f"{part}_{i}" for part in POWER_MEANS.get(pooling, _MEAN) for i in range(vector_size)]


def _check_finite(docs: CodedDocuments, rows: NDArray[np.float32]) -> None:
    if np.isfinite(rows).all():
        return
    bad = np.flatnonzero(~np.isfinite(docs.table).all(axis=1))
    raise ValueError(
        f"EmbeddingVectorizer: the vectors of {_shown(docs.words, bad) or 'some words'} hold NaN, infinite values, or "
        "values too large for float32. Take these words out of the word vectors."
    )


def _shown(words: list[str], places: NDArray[np.intp]) -> str:
    """Name some words, and how many more there are."""
    more = f" and {len(places) - _MAX_NAMED_WORDS} more" if len(places) > _MAX_NAMED_WORDS else ""
    return ", ".join(repr(words[i]) for i in places[:_MAX_NAMED_WORDS]) + more
