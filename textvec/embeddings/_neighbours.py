"""Search and comparison of word vectors by cosine: similar words, neighbours of a vector, analogies."""

from __future__ import annotations

import functools
from abc import abstractmethod
from collections.abc import Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from textvec._common import dense_search, dense_table
from textvec._common.lengths import directions_of
from textvec._common.numbers import check_positive, check_positive_or_none, is_number
from textvec.embeddings._unknown import UnknownWordError
from textvec.embeddings.results import Neighbour, Neighbours

Floats = NDArray[np.float64]
_Pair = tuple[int, float]  # a row of the table, and its score


class _Query(NamedTuple):
    """The query of `most_similar`: vectors, their weights, and the rows of those that are words of the table."""

    vectors: Floats
    weights: Floats
    rows: set[int]


class NeighbourSearch:
    """The methods of `WordVectors` that compare vectors."""

    words: NDArray[np.object_]
    vectors: NDArray[Any]
    word_rows: NDArray[np.int64] | None

    @abstractmethod
    def _look_up(self, words: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[Any]]:
        """Return which of the words have a vector, as positions, and their vectors; raise where they must have one."""

    @abstractmethod
    def rows(self, words: Sequence[str]) -> NDArray[np.int64]:
        """Return the row of each word, -1 where it is not in the table."""

    @abstractmethod
    def _unknown_word(self, word: str) -> UnknownWordError:
        """Return the error for a word that has no vector."""

    def most_similar(
        self,
        positive: Any = None,
        negative: Any = None,
        topn: int = 10,
        *,
        method: str = "3cosadd",
        restrict: int | None = None,
    ) -> Neighbours:
        r"""Find the words that are most similar to some words, and least to others.

        With unit vectors, P positive ones and N negative ones, the score of a word :math:`w` is

        .. math::

            \text{3CosAdd:}\ \cos\Big(w,\ \sum_{p \in P} p - \sum_{n \in N} n\Big) \qquad
            \text{3CosMul:}\ \frac{\prod_{p \in P} (1 + \cos(w, p)) / 2}{\prod_{n \in N} (1 + \cos(w, n)) / 2 + 10^{-6}}

        Parameters
        ----------
        positive, negative : str, ndarray, or list of them and of pairs (str or ndarray, float)
            Words or vectors. A weight replaces 1 or -1, with its own sign. In 3CosAdd, a vector that is given counts
            with its length; 3CosMul has no weights, and uses only the direction of a vector.
        topn : int, default=10
            How many words.
        method : {'3cosadd', '3cosmul'}, default='3cosadd'
        restrict : int, optional
            Search only this many words from the start of the table: the most frequent ones.

        Returns
        -------
        Neighbours
            Pairs (word, score), highest score first, equal ones in the order of the table. The words that were given
            are left out, and words with a zero vector, which is near to nothing. Words that share a row are one
            neighbour, under the name of the first of them; those that share one with a word that was given are none.

        Raises
        ------
        KeyError
            If a word has no vector; or, with `unknown='skip'`, if none of them has one.
        ValueError
            If nothing was given, or vectors do not fit.

        References
        ----------
        Mikolov, Yih and Zweig (2013), Linguistic regularities in continuous space word representations. NAACL.
        Levy and Goldberg (2014), Linguistic regularities in sparse and explicit word representations. CoNLL.

        Examples
        --------
        >>> from textvec import WordVectors
        >>> wv = WordVectors(["man", "woman", "king", "queen"], [[4, 1, 0], [1, 4, 0], [4, 1, 3], [1, 4, 3]])
        >>> wv.most_similar(positive=["king", "woman"], negative=["man"], topn=1)
        Neighbours(1)
          0.9866  queen
        >>> wv.most_similar(positive=["king", "woman"], negative=["man"], topn=1, method="3cosmul")
        Neighbours(1)
          1.0833  queen
        """
        if method not in ("3cosadd", "3cosmul"):
            raise ValueError(f"WordVectors: method must be '3cosadd' or '3cosmul', but it is {method!r}.")
        _check_search(topn, restrict)
        query = self._query(positive, negative, method)
        n = topn + len(query.rows)
        if method == "3cosadd":
            found = self._nearest(directions_of(query.weights @ query.vectors)[None], n, restrict)[0]
        else:
            found = self._nearest_by_product(query, n, restrict)
        return self._named([pair for pair in found if pair[0] not in query.rows][:topn])

    def analogy(
        self, a: str, b: str, c: str, *, topn: int = 10, method: str = "3cosadd", restrict: int | None = None
    ) -> Neighbours:
        """Find the words that are to c what b is to a.

        Parameters
        ----------
        a, b, c : str
            Words that have vectors.
        topn : int, default=10
            How many words to find at most.
        method : {"3cosadd", "3cosmul"}, default="3cosadd"
            As in `most_similar`.
        restrict : int, optional
            Search only this many words from the start of the table.

        Returns
        -------
        Neighbours

        Raises
        ------
        KeyError
            If one of the words has no vector.

        Examples
        --------
        >>> from textvec import WordVectors
        >>> wv = WordVectors(["man", "woman", "king", "queen"], [[4, 1, 0], [1, 4, 0], [4, 1, 3], [1, 4, 3]])
        >>> wv.analogy("man", "king", "woman")  # man : king :: woman : ?
        Neighbours(1)
          0.9866  queen
        """
        for word in (a, b, c):
            self._vector(word)  # An error if it has none: even with unknown="skip", all three are needed.
        return self.most_similar([b, c], [a], topn, method=method, restrict=restrict)

    def nearest(self, vectors: Any, topn: int = 10, *, restrict: int | None = None) -> Neighbours | list[Neighbours]:
        """Find the words whose vectors have the highest cosines with a vector, or with each of many.

        Parameters
        ----------
        vectors : array of shape (n_dimensions,) or (n_queries, n_dimensions)
            What the words shall be near to.
        topn : int, default=10
            How many words to find at most.
        restrict : int, optional
            Search only this many words from the start of the table.

        Returns
        -------
        Neighbours, or list of Neighbours
            One for each query, exact, equal scores in the order of the table. A zero vector has no neighbours.

        Examples
        --------
        >>> from textvec import WordVectors
        >>> wv = WordVectors(["tea", "coffee", "moon"], [[4, 1], [3, 1], [-1, 4]])
        >>> wv.nearest([0, 1], topn=1)
        Neighbours(1)
          0.9701  moon
        >>> [near[1].word for near in wv.nearest(wv[["tea", "coffee"]], topn=2)]
        ['coffee', 'tea']
        """
        queries = np.asarray(vectors)
        if queries.ndim not in (1, 2):
            raise ValueError(
                f"WordVectors.nearest takes a vector or a matrix, but got an array of {queries.ndim} axes."
            )
        _check_search(topn, restrict)
        directions = directions_of(self._checked_queries(np.atleast_2d(queries)))
        found = [self._named(pairs) for pairs in self._nearest(directions, topn, restrict)]
        return found[0] if queries.ndim == 1 else found

    def similarity(self, a: str, b: str) -> float:
        """Return the cosine of the vectors of two words; 0 where one of these is zero.

        Parameters
        ----------
        a, b : str
            The words.

        Examples
        --------
        >>> from textvec import WordVectors
        >>> WordVectors(["tea", "coffee"], [[4, 1], [3, 1]]).similarity("tea", "coffee")
        0.9970...
        """
        return _cosine(self._vector(a), self._vector(b))

    def distance(self, a: str, b: str) -> float:
        """Return 1 - the cosine of the vectors of two words.

        Parameters
        ----------
        a, b : str
            The words.
        """
        return 1 - self.similarity(a, b)

    def n_similarity(self, words1: Sequence[str], words2: Sequence[str]) -> float:
        """Return the cosine of the means of the vectors of two lists of words.

        Where every word of a list is unknown and left out, its mean is zero, and so is the cosine.

        Parameters
        ----------
        words1, words2 : sequence of str
            The lists.

        Raises
        ------
        ValueError
            If a list is empty.
        """
        means = []
        for words in (words1, words2):
            if not len(words):
                raise ValueError("WordVectors.n_similarity compares two lists of words, but one of them is empty.")
            vectors = self._look_up(words)[1].astype(np.float64)
            means.append(vectors.sum(axis=0) / max(len(vectors), 1))
        return _cosine(*means)

    def odd_one_out(self, words: Sequence[str]) -> str:
        """Return the word that is least similar to the mean of the unit vectors of all of them.

        Parameters
        ----------
        words : sequence of str
            Two words or more.

        Raises
        ------
        ValueError
            If none of the words has a vector.

        Examples
        --------
        >>> from textvec import WordVectors
        >>> WordVectors(["tea", "coffee", "moon"], [[4, 1], [3, 1], [-1, 4]]).odd_one_out(["tea", "moon", "coffee"])
        'moon'
        """
        kept, vectors = self._look_up(words)
        if not len(kept):
            raise ValueError("WordVectors.odd_one_out needs words that have vectors, but got none.")
        directions = directions_of(vectors)
        return str(words[kept[np.argmin(directions @ directions.sum(axis=0))]])

    @cached_property
    def _table(self) -> dense_table.DenseTable:
        """The vectors as a table that is searched; made at the first search."""
        lengths = dense_table.lengths_of(self.vectors)
        if not np.isfinite(lengths).all():
            word = self.name_of_row(int(np.flatnonzero(~np.isfinite(lengths))[0]))
            raise ValueError(f"WordVectors: the vector of {word!r} holds NaN, infinity, or numbers beyond float32.")
        return dense_table.DenseTable.of(self.vectors, lengths)

    def _vector(self, word: str) -> NDArray[Any]:
        """Return the vector of a word that must have one."""
        _, vectors = self._look_up([word])
        if not len(vectors):
            raise self._unknown_word(word)
        return vectors[0]  # type: ignore[no-any-return]

    def _checked_queries(self, vectors: NDArray[Any]) -> Floats:
        """Return one or more vectors that were given, if they fit the table."""
        n = self.vectors.shape[1]
        if vectors.dtype.kind not in "fiu" or vectors.shape[-1:] != (n,):
            raise ValueError(
                f"WordVectors: vectors of {n} numbers were expected, as those of the table are, but an array of type "
                f"{vectors.dtype} and shape {vectors.shape} was given."
            )
        vectors = vectors.astype(np.float64)
        if not np.isfinite(vectors).all():
            raise ValueError("WordVectors: a vector that was given holds NaN or infinity.")
        return vectors

    def _query(self, positive: Any, negative: Any, method: str) -> _Query:
        """Return the vectors, weights and rows of what was given."""
        vectors: list[Floats] = []
        weights: list[float] = []
        words: list[str] = []
        skipped: list[str] = []
        for item, sign in [*((item, 1.0) for item in _listed(positive)), *((item, -1.0) for item in _listed(negative))]:
            weight: Any = sign
            if isinstance(item, tuple) and len(item) == 2 and is_number(item[1]):
                item, weight = item
            if isinstance(item, str):
                found = directions_of(self._look_up([item])[1])
                (words if len(found) else skipped).append(item)
            else:
                found = self._checked_queries(np.asarray(item)[None])
            vectors.extend(found)
            weights.extend([float(weight)] * len(found))
        if skipped and not vectors:
            raise self._unknown_word(skipped[0])
        if not vectors:
            raise ValueError("WordVectors.most_similar needs at least one word or vector, but none was given.")
        if not np.isfinite(weights).all():
            raise ValueError(f"WordVectors.most_similar: weights must be finite numbers, but they are {weights}.")
        if method == "3cosmul" and (set(weights) - {1.0, -1.0} or 1.0 not in weights):
            raise ValueError("WordVectors.most_similar: '3cosmul' needs a positive word, and takes no weights.")
        rows = self.rows(words)
        return _Query(np.array(vectors), np.array(weights), set(rows[rows >= 0].tolist()))

    @cached_property
    def _first_words(self) -> NDArray[np.int64]:
        """The position of the first word of each row; the number of words where a row has none."""
        positions = np.arange(len(self.words))
        if self.word_rows is None:
            return positions
        first = np.full(len(self.vectors), len(self.words))
        first[self.word_rows[::-1]] = positions[::-1]
        return first

    def name_of_row(self, row: int) -> str:
        """Return the first word of a row of `vectors`, which stands for all words that share it; "" if it has none.

        Parameters
        ----------
        row : int
            Its number.

        Examples
        --------
        >>> from textvec import WordVectors
        >>> wv = WordVectors(["tea", "teas", "moon"], [[4, 1], [-1, 4]], word_rows=[0, 0, 1])
        >>> wv.name_of_row(1)
        'moon'
        """
        position = self._first_words[row]
        return str(self.words[position]) if position < len(self.words) else ""

    def _searched(self, restrict: int | None) -> dense_table.DenseTable:
        """Return the table of what is searched: all rows in it that have a word, and one among the first ones."""
        n = len(self.words) if restrict is None else min(restrict, len(self.words))
        if self.word_rows is None:
            return self._table.first(n)
        excluded = self._first_words >= n
        return self._table.without(excluded) if excluded.any() else self._table

    def _named(self, pairs: Sequence[_Pair]) -> Neighbours:
        return Neighbours([Neighbour(self.name_of_row(row), score) for row, score in pairs])

    def _nearest(self, directions: Floats, n: int, restrict: int | None) -> list[list[_Pair]]:
        """Return the n nearest rows of each query."""
        places, scores = dense_search.nearest(self._searched(restrict), directions, n)
        return [
            list(zip(rows[rows >= 0].tolist(), of_query.tolist(), strict=False))
            for rows, of_query in zip(places, scores, strict=True)
        ]

    def _nearest_by_product(self, query: _Query, n: int, restrict: int | None) -> list[_Pair]:
        """Return the n rows with the highest scores by 3CosMul."""
        directions, table = directions_of(query.vectors), self._searched(restrict)
        factors = (1 + dense_search.cosines(table.vectors, table.inverses, directions).T) / 2
        scores = _product(factors[query.weights > 0]) / (_product(factors[query.weights < 0]) + 1e-6)
        rows = dense_search.best(scores, n)
        return list(zip(rows.tolist(), scores[rows].tolist(), strict=True))


def _cosine(a: NDArray[Any], b: NDArray[Any]) -> float:
    return float(directions_of(a) @ directions_of(b))


def _product(factors: Floats) -> Floats:
    """Return the product of all rows; for few rows this is faster than NumPy's `prod`."""
    return functools.reduce(np.multiply, factors, np.ones(factors.shape[1]))


def _listed(given: Any) -> list[Any]:
    """Return what was given to `most_similar` as a list of items: a word or a vector alone is one."""
    if given is None:
        return []
    return [given] if isinstance(given, str) or (isinstance(given, np.ndarray) and given.ndim == 1) else list(given)


def _check_search(topn: Any, restrict: Any) -> None:
    check_positive("WordVectors: topn", topn)
    check_positive_or_none("WordVectors: restrict", restrict)
