"""Subwords: vectors for words that a table does not hold, from the character n-grams that they are made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textvec._common.numbers import is_integer
from textvec._common.threads import n_threads, run, split
from textvec.embeddings._checks import first_not_finite, is_mapped
from textvec.kernels import subwords as kernels

_WORDS_PER_BATCH = 20_000  # Words whose n-grams are listed at a time, some MB of them.


class Subwords:
    """fastText's vectors of character n-grams, which are kept in buckets by their hash [1]_.

    A word between its boundaries, `<word>`, is cut into all its n-grams of `minn` to `maxn` characters, and its vector
    is the mean of theirs: those of the buckets into which their FNV-1a hashes fall. Different n-grams may share one.

    Parameters
    ----------
    matrix : array of shape (n_buckets, n_dimensions)
        The vectors of the buckets; may be a memory map, which is not read before it is used.
    minn : int
        How many characters the shortest n-grams have, the boundaries included.
    maxn : int
        How many the longest ones have.

    Attributes
    ----------
    matrix : ndarray of shape (n_buckets, n_dimensions)
    minn : int
    maxn : int
    bucket : int
        How many buckets there are.
    vector_size : int
        Number of dimensions.

    Raises
    ------
    TypeError
        If `minn` or `maxn` is no integer.
    ValueError
        If there are no buckets, a vector is not finite, or no n-grams have such lengths.

    References
    ----------
    .. [1] P. Bojanowski, E. Grave, A. Joulin, T. Mikolov (2017). "Enriching Word Vectors with Subword Information".
       Transactions of the Association for Computational Linguistics 5.

    Examples
    --------
    >>> import numpy as np
    >>> from textvec.embeddings import Subwords
    >>> subwords = Subwords(np.eye(4, dtype=np.float32), minn=3, maxn=3)
    >>> subwords.vectors_of(["cat", "cats"])  # the shares of each bucket in <ca cat at>, and in <ca cat ats ts>
    array([[0.        , 0.        , 0.33333334, 0.6666667 ],
           [0.        , 0.25      , 0.25      , 0.5       ]], dtype=float32)
    """

    def __init__(self, matrix: Any, *, minn: int, maxn: int) -> None:
        self.matrix: NDArray[Any] = np.ascontiguousarray(matrix)
        if not is_integer(minn) or not is_integer(maxn):
            raise TypeError(f"Subwords: minn and maxn must be integers, but they are {minn!r} and {maxn!r}.")
        self.minn = int(minn)
        self.maxn = int(maxn)
        if self.matrix.ndim != 2 or not 0 < len(self.matrix) < 2**31:
            raise ValueError(
                f"Subwords: matrix must have a row for each bucket, but its shape is {self.matrix.shape}. "
                "A table without subwords has subwords=None."
            )
        if not 0 <= self.minn <= self.maxn < 2**31 or not self.maxn:
            raise ValueError(f"Subwords: n-grams of minn={minn} to maxn={maxn} characters are none.")
        row = -1 if is_mapped(self.matrix) else first_not_finite(self.matrix)
        if row >= 0:
            raise ValueError(f"Subwords: row {row} of the matrix holds NaN or infinity.")

    @property
    def bucket(self) -> int:
        """How many buckets there are."""
        return len(self.matrix)

    @property
    def vector_size(self) -> int:
        """Number of dimensions."""
        return int(self.matrix.shape[1])

    def _saved_state(self) -> dict[str, Any]:
        return {"matrix": self.matrix, "minn": self.minn, "maxn": self.maxn}

    @classmethod
    def _from_saved(cls, state: Any) -> Subwords:
        return cls(state["matrix"], minn=state["minn"], maxn=state["maxn"])

    def __repr__(self) -> str:
        return f"Subwords({self.bucket} buckets, {self.vector_size} dimensions, {self.minn} to {self.maxn} characters)"

    def vectors_of(self, words: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of words, known to a table or not, from their n-grams alone.

        Parameters
        ----------
        words : sequence of str
            Any words.

        Returns
        -------
        ndarray of float32 of shape (n_words, n_dimensions)
            A row of zeros for a word without an n-gram.
        """
        vectors = np.zeros((len(words), self.vector_size), np.float32)
        # A lone surrogate has no UTF-8, and fastText cannot have one in a word, so any three bytes are as good.
        self._add_means([word.encode("utf-8", "surrogatepass") for word in words], vectors, 0)
        return vectors

    def compose(self, words: list[bytes], vectors: NDArray[np.float32]) -> None:
        """Make fastText's vectors of words from what was learnt for each as a whole, in place.

        They are the mean of the word's own vector and those of its n-grams.

        Parameters
        ----------
        words : list of bytes
            The words, in UTF-8.
        vectors : ndarray of float32 of shape (n_words, n_dimensions)
            The own vectors of the words, which become their vectors.
        """
        self._add_means(words, vectors, 1)

    def counts_of(self, words: list[bytes]) -> NDArray[np.int64]:
        """Return how many n-grams each of the words has.

        Parameters
        ----------
        words : list of bytes
            The words in UTF-8.
        """
        return np.concatenate([np.zeros(0, np.int64), *(np.diff(indptr) for _, indptr, _ in self._batches(words))])

    def _add_means(self, words: list[bytes], vectors: NDArray[np.float32], n_own: int) -> None:
        for first, indptr, buckets in self._batches(words):
            matrix = self.matrix
            if matrix.dtype != np.float32:  # Only the rows that these words need are copied as float32.
                used, places = np.unique(buckets, return_inverse=True)
                matrix, buckets = matrix[used].astype(np.float32), places.astype(np.int32)

            def add(part: tuple[int, int]) -> None:
                begin, end = part
                kernels.add_means(
                    matrix=matrix,  # noqa: B023  (called before the next batch)
                    indptr=indptr[begin : end + 1],  # noqa: B023
                    rows=buckets,  # noqa: B023
                    n_own=n_own,
                    vectors=vectors[first + begin : first + end],  # noqa: B023
                )

            run(add, split(indptr, n_threads(len(buckets) * self.vector_size)))

    def _batches(self, words: list[bytes]) -> Iterator[tuple[int, NDArray[np.int64], NDArray[np.int32]]]:
        """Yield for some words at a time the number of the first one, `indptr`, and the buckets of their n-grams."""
        for first in range(0, len(words), _WORDS_PER_BATCH):
            text = [b"<" + word + b">" for word in words[first : first + _WORDS_PER_BATCH]]
            offsets = np.zeros(len(text) + 1, np.int64)
            np.cumsum([len(word) for word in text], out=offsets[1:])
            indptr = np.empty(len(text) + 1, np.int64)
            buckets = np.empty(int(offsets[-1]) * min(self.maxn - self.minn + 1, int(offsets[-1])), np.int32)
            joined = np.frombuffer(b"".join(text), np.uint8)
            n = kernels.ngram_buckets(
                text=joined,
                offsets=offsets,
                minn=self.minn,
                maxn=self.maxn,
                n_buckets=self.bucket,
                indptr=indptr,
                buckets=buckets,
            )
            yield first, indptr, buckets[:n]
