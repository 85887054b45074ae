"""The first words of a table of word vectors, found in any letter case, and the directions of their vectors.

Tested in tests/evaluation/test_questions.py and tests/evaluation/test_words.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textvec._common.lengths import directions_of
from textvec._common.numbers import check_positive_or_none


class Lookup:
    """The words of a table that a test may use, by name.

    Parameters
    ----------
    vectors : WordVectors
        Or anything else with the attributes `words` and `vectors`.
    restrict_vocab : int or None
        How many words from the start of the table are used; None for all.
        Those of a table whose words share rows are in no order of frequency: all are used.
    case_insensitive : bool
        Whether words with the same upper case are the same word. The first of them in the table is taken.

    Attributes
    ----------
    words : list of str
    n_rows : int
        How many vectors there are.
    has_word : ndarray of bool of shape (n_rows,)
        Whether a vector belongs to a word.

    Examples
    --------
    >>> from textvec import WordVectors
    >>> from textvec.evaluation._lookup import Lookup
    >>> lookup = Lookup(WordVectors(["Day", "night", "day"], [[3, 4], [0, 5], [1, 0]]), 1000, True)
    >>> lookup.rows(["DAY", "day", "dusk"])
    array([ 0,  0, -1])
    >>> lookup.directions(slice(0, 2))
    array([[0.6, 0.8],
           [0. , 1. ]])
    """

    def __init__(self, vectors: Any, restrict_vocab: int | None, case_insensitive: bool) -> None:
        if not hasattr(vectors, "words") or not hasattr(vectors, "vectors"):
            raise TypeError(
                f"Word vectors were expected, with the attributes `words` and `vectors`, but "
                f"{type(vectors).__name__} was given. Of a fitted model, pass its `vectors_`; of gensim's vectors, "
                "`WordVectors.from_gensim(vectors)`."
            )
        check_positive_or_none("restrict_vocab", restrict_vocab)
        word_rows = getattr(vectors, "word_rows", None)
        self.words: list[str] = list(vectors.words if word_rows is not None else vectors.words[:restrict_vocab])
        rows = range(len(self.words)) if word_rows is None else word_rows.tolist()
        self.n_rows = len(self.words) if word_rows is None else len(vectors.vectors)
        self._vectors = vectors.vectors
        self._key = str.upper if case_insensitive else str
        keys = [self._key(word) for word in self.words]
        self._row_of = dict(zip(reversed(keys), reversed(rows), strict=True))
        self._first_word = dict(zip(reversed(rows), reversed(self.words), strict=True))
        self.has_word = np.zeros(self.n_rows, np.bool_)
        self.has_word[rows] = True

    def rows(self, words: Iterable[str]) -> NDArray[np.int64]:
        """Return the row of each word, -1 where there is none."""
        return np.array([self._row_of.get(self._key(word), -1) for word in words], np.int64)

    def word_of(self, row: int) -> str:
        """Return the first word of a row, which stands for all that share it; "" where there is none."""
        return self._first_word.get(row, "")

    def directions(self, rows: slice | NDArray[np.int64]) -> NDArray[np.float64]:
        """Return vectors divided by their lengths, of shape (n_rows, n_dimensions); zero vectors stay.

        Raises
        ------
        ValueError
            If a vector holds NaN or infinity.
        """
        vectors = np.asarray(self._vectors[rows], np.float64)
        finite = np.isfinite(vectors).all(axis=1)
        if not finite.all():
            row = int(np.arange(self.n_rows)[rows][np.flatnonzero(~finite)[0]])
            raise ValueError(f"The vector of {self.word_of(row)!r}, in row {row}, holds NaN or infinity.")
        return directions_of(vectors)
