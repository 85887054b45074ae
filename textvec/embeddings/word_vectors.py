"""WordVectors: a table of words and their vectors, however it was made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from textvec._common.counted import counted
from textvec._common.html_table import and_more, html_table
from textvec._common.lengths import common_exponent
from textvec._common.printable import printable
from textvec._common.saved import CheckedState, check
from textvec.embeddings import _checks
from textvec.embeddings._gensim_habits import TABLE_NAMES, GensimHabits
from textvec.embeddings._interchange import Interchange
from textvec.embeddings._neighbours import NeighbourSearch
from textvec.embeddings._unknown import UnknownWordError
from textvec.preprocessing._pieces import Pieces

if TYPE_CHECKING:
    from textvec.embeddings.formats._format import VectorTable
    from textvec.evaluation import AnalogiesResult, WordPairsResult
    from textvec.text.tokens import Tokens

_OPTIONS = ("vectors", "counts", "unknown", "subwords", "pieces", "word_rows")  # What the table is besides its words.
_CACHED = ("row_of", "_first_words", "_table", "_exponent")  # What is computed again when it is needed.
_UNKNOWN = ("error", "skip", "zero", "subword")
_MAX_SHOWN = 5  # The HTML shows at most this many words, and as many dimensions of each; the text twice as many words.


class WordVectors(CheckedState, GensimHabits, Interchange, NeighbourSearch):
    """Words and their vectors: the table that `Word2Vec` learns and files hold.

    Its vectors must not be changed, and `sklearn.base.clone` returns the table itself.

    Parameters
    ----------
    words : iterable of str, or dict of str to vector
        Distinct, the most frequent ones first where that is known.
    vectors : array of shape (n_words, n_dimensions)
        Left out if `words` is a dict of words to their vectors.
        Kept as it is if it is float16, float32 or float64, also a memory map; other numbers become float32. Vectors
        that are not finite are refused: at once, or, in a memory map, by the first search that reads them.
    counts : array of int of shape (n_words,), optional
        How often each word occurred.
    unknown : {'error', 'skip', 'zero', 'subword'}, default='error'
        What stands for a word that is not in the table.

        - 'error': nothing, a KeyError names words that are spelt like it;
        - 'skip': nothing, it is left out of lists of words; alone, it is a KeyError;
        - 'zero': the zero vector, which is similar to nothing;
        - 'subword': the mean of the vectors of its character n-grams, see `subwords`.
    subwords : Subwords, optional
        Vectors of character n-grams.
    pieces : Pieces, optional
        What cuts texts into the words, if these are word pieces: that of another table, or of `read`. An
        `EmbeddingVectorizer` cuts texts with it.
    word_rows : array of int of shape (n_words,), optional
        The row of each word in `vectors`, where several words share one, as in spaCy's pruned tables: `vectors` has
        any number of rows then. A row is one neighbour, under the name of its first word. Such words are taken to be in
        no order of frequency. By default each word has the row of its own position.

    Attributes
    ----------
    words : ndarray of str objects of shape (n_words,)
    vectors : ndarray of shape (n_words, n_dimensions), or (n_rows, n_dimensions) with `word_rows`
    counts : ndarray of int64 of shape (n_words,) or None
    unknown : str
        May be set.
    subwords : Subwords or None
    pieces : Pieces or None
    word_rows : ndarray of int64 of shape (n_words,) or None
    row_of : dict
        The row of each word in `vectors`.
    vector_size : int
        Number of dimensions.

    Raises
    ------
    TypeError
        If a word is not a string, or the vectors are not numbers.
    ValueError
        If a word is repeated, vectors, counts or rows do not fit the words, or a vector is not finite.

    Examples
    --------
    >>> from textvec import WordVectors
    >>> wv = WordVectors(["tea", "coffee", "moon"], [[4, 1], [3, 1], [-1, 4]])
    >>> wv
    WordVectors(3 words, 2 dimensions, float32, 24 bytes)
      tea coffee moon
    >>> wv["tea"]
    array([4., 1.], dtype=float32)
    >>> wv[["moon", "tea"]]
    array([[-1.,  4.],
           [ 4.,  1.]], dtype=float32)
    >>> WordVectors({"tea": [4, 1], "moon": [-1, 4]})
    WordVectors(2 words, 2 dimensions, float32, 16 bytes)
      tea moon
    >>> "cocoa" in wv, len(wv), list(wv)
    (False, 3, ['tea', 'coffee', 'moon'])
    >>> wv.unknown = "zero"
    >>> wv["cocoa"]
    array([0., 0.], dtype=float32)
    >>> WordVectors(["tea", "teas", "moon"], [[4, 1], [-1, 4]], word_rows=[0, 0, 1])
    WordVectors(3 words in 2 rows, 2 dimensions, float32, 16 bytes)
      tea teas moon
    """

    _gensim_names = TABLE_NAMES

    def __init__(
        self,
        words: Iterable[str] | Mapping[str, Any],
        vectors: Any = None,
        *,
        counts: Any = None,
        unknown: str = "error",
        subwords: Any = None,
        pieces: Pieces | None = None,
        word_rows: Any = None,
    ) -> None:
        words, vectors = _checks.words_and_vectors(words, vectors)
        self.words = _checks.distinct_words(words)
        self.vectors = _checks.vectors_of(vectors, None if word_rows is not None else len(self.words))
        self.word_rows = None if word_rows is None else _checks.rows_of(word_rows, len(self.words), len(self.vectors))
        _checks.check_finite(self.vectors, self.name_of_row)
        self.counts = None if counts is None else _checks.whole_counts(counts, len(self.words))
        self.subwords = subwords
        self.pieces = pieces
        if not isinstance(pieces, Pieces | None):
            raise TypeError(
                "WordVectors: pieces must be those of another WordVectors, or None, but they are of type "
                f"{type(pieces).__name__}."
            )
        self.unknown = unknown
        if subwords is not None and subwords.vector_size != self.vector_size:
            raise ValueError(
                f"WordVectors: vectors of subwords must have the {self.vector_size} dimensions of those of words, but "
                f"have {subwords.vector_size}."
            )

    @property
    def unknown(self) -> str:
        """What stands for a word that is not in the table."""
        return self._unknown

    @unknown.setter
    def unknown(self, unknown: str) -> None:
        if unknown not in _UNKNOWN:
            choices = ", ".join(map(repr, _UNKNOWN))
            raise ValueError(f"WordVectors: unknown must be one of {choices}, but it is {unknown!r}.")
        if unknown == "subword" and self.subwords is None:
            raise ValueError(
                "WordVectors: unknown='subword' needs vectors of character n-grams, and this table has none. The .bin "
                "files of fastText hold them, its .vec files do not."
            )
        self._unknown = unknown

    @cached_property
    def row_of(self) -> dict[str, int]:
        """The row of each word."""
        rows = range(len(self.words)) if self.word_rows is None else self.word_rows.tolist()
        return dict(zip(self.words.tolist(), rows, strict=True))

    @cached_property
    def _exponent(self) -> int:
        """By which power of two all vectors are to be divided before they are added up in float32; 0 for nearly all."""
        return common_exponent(self.vectors) if self.vectors.dtype == np.float64 else 0

    @property
    def vector_size(self) -> int:
        """Number of dimensions."""
        return int(self.vectors.shape[1])

    def rows(self, words: Sequence[str]) -> NDArray[np.int64]:
        """Return the row of each word in `vectors`, -1 where it is not in the table.

        Parameters
        ----------
        words : sequence of str
            Any words.

        Returns
        -------
        ndarray of int64 of shape (n,)
        """
        if isinstance(words, str | bytes):
            raise TypeError(f"WordVectors: a list of words was expected, but a single one was given: {words!r:.80}.")
        row_of = self.row_of
        rows = np.fromiter((row_of.get(word, -1) for word in words), np.int64, len(words))
        for i in np.flatnonzero(rows < 0).tolist():
            if not isinstance(words[i], str):
                raise TypeError(f"WordVectors: words must be strings, but {words[i]!r:.80} was given.")
        return rows

    def select(self, words: Iterable[str] | Tokens) -> WordVectors:
        """Return a table of these words only, as far as they are known, in the order of this table.

        Parameters
        ----------
        words : iterable of str or Tokens
            Such as the documents of a corpus, whose vocabulary is taken.

        Returns
        -------
        WordVectors

        Examples
        --------
        >>> from textvec import Tokenizer, WordVectors
        >>> wv = WordVectors(["tea", "coffee", "moon"], [[4, 1], [3, 1], [-1, 4]])
        >>> wv.select(Tokenizer().fit_transform(["Moon over tea", "More tea"]))
        WordVectors(2 words, 2 dimensions, float32, 16 bytes)
          tea moon
        """
        found: Any = getattr(words, "vocabulary", words)
        listed = found if isinstance(found, str) else list(found)
        rows = np.unique(self.rows(listed))
        places = rows = rows[rows >= 0]
        word_rows = None
        if self.word_rows is not None:
            wanted = set(listed)
            places = np.flatnonzero([word in wanted for word in self.words])
            word_rows = np.searchsorted(rows, self.word_rows[places])
        return WordVectors(
            self.words[places],
            self.vectors[rows],
            counts=None if self.counts is None else self.counts[places],
            unknown=self.unknown,
            subwords=self.subwords,
            pieces=self.pieces,
            word_rows=word_rows,
        )

    def __getitem__(self, words: str | Sequence[str]) -> NDArray[Any]:
        """Return a copy of the vector of a word, of shape (n_dimensions,), or of several: (n, n_dimensions)."""
        if isinstance(words, str):
            return self._vector(words)
        if isinstance(words, bytes) or not isinstance(words, Iterable):
            raise TypeError(f"WordVectors: a word or a list of words was expected, but {words!r:.80} was given.")
        return self._look_up(list(words))[1]

    def _look_up(self, words: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[Any]]:
        rows = self.rows(words)
        known = np.flatnonzero(rows >= 0)
        found = self.vectors[rows[known]]
        if len(known) == len(rows) or self.unknown == "skip":
            return known, found
        missing = np.flatnonzero(rows < 0)
        if self.unknown == "error":
            raise self._unknown_word(words[int(missing[0])])
        vectors = np.zeros((len(rows), self.vector_size), self.vectors.dtype)
        vectors[known] = found
        if self.unknown == "subword":
            vectors[missing] = self.subwords.vectors_of([words[i] for i in missing.tolist()])
        return np.arange(len(rows)), vectors

    def _unknown_word(self, word: str) -> UnknownWordError:
        always = ("zero",) if self.subwords is None else ("zero", "subword")
        return UnknownWordError(word, self.words, ("skip", *always) if self.unknown == "error" else always)

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and word in self.row_of

    def __len__(self) -> int:
        return len(self.words)

    def __iter__(self) -> Iterator[str]:
        return iter(self.words)

    def __getstate__(self) -> dict[str, Any]:
        """Leave out the cached properties, which are computed again when they are needed."""
        return {name: value for name, value in vars(self).items() if name not in _CACHED}

    def _saved_state(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("words", *_OPTIONS)}

    @classmethod
    def _from_saved(cls, state: Any) -> WordVectors:
        from textvec.embeddings.subwords import Subwords

        check(isinstance(state["subwords"], Subwords | None), "subwords must be Subwords")
        given = {name: state[name] for name in _OPTIONS if name in state}  # Version 0.1.0 had fewer.
        return cls(state["words"], **given)

    def __sklearn_clone__(self) -> WordVectors:
        return self

    def _as_table(self) -> VectorTable:
        """Return the data alone, for the files of other programs and their objects."""
        from textvec.embeddings.formats._format import VectorTable

        return VectorTable(list(self.words), self.vectors, self.counts, self.subwords, self.pieces, self.word_rows)

    @classmethod
    def _of_table(cls, table: VectorTable, unknown: str | None = None) -> Self:
        if unknown is None:
            unknown = "error" if table.subwords is None else "subword"
        return cls(unknown=unknown, **table._asdict())

    def evaluate_word_pairs(self, pairs: Any, **options: Any) -> WordPairsResult:
        """Correlate similarities of words with people's judgements: see `textvec.evaluation.word_pairs`.

        Parameters
        ----------
        pairs : path, DataFrame, or iterable of (word, word, judgement)
            The test set.
        **options : object
            Those of `textvec.evaluation.word_pairs`.
        """
        from textvec.evaluation import word_pairs

        return word_pairs(self, pairs, **options)

    def evaluate_analogies(self, questions: Any, **options: Any) -> AnalogiesResult:
        """Complete analogies, and count the right answers: see `textvec.evaluation.analogies`.

        Parameters
        ----------
        questions : path, DataFrame, or iterable of rows
            The test set.
        **options : object
            Those of `textvec.evaluation.analogies`.
        """
        from textvec.evaluation import analogies

        return analogies(self, questions, **options)

    def _summary(self) -> str:
        kind = f"{self.vectors.dtype}{', memory-mapped' * _checks.is_mapped(self.vectors)}"
        shared = f" in {counted(len(self.vectors), 'row')}" if len(self.vectors) != len(self) else ""
        shape = f"{counted(len(self), 'word')}{shared}, {counted(self.vector_size, 'dimension')}"
        return f"{shape}, {kind}, {_size(self.vectors.nbytes)}"

    def __repr__(self) -> str:
        first = " ".join(self.words[: 2 * _MAX_SHOWN]) + " ..." * (len(self) > 2 * _MAX_SHOWN)
        return f"WordVectors({self._summary()})\n  {printable(first)}".rstrip()

    def _repr_html_(self) -> str:
        shown = self.words[:_MAX_SHOWN].tolist()
        n, more = min(self.vector_size, _MAX_SHOWN), ["…"] * (self.vector_size > _MAX_SHOWN)
        rows = (
            [word, *(f"{x:.4g}" for x in vector[:n]), *more]
            for word, vector in zip(shown, self.vectors[self.rows(shown)].tolist(), strict=True)
        )
        return html_table(
            ["word", *map(str, range(n)), *more],
            rows,
            caption=f"WordVectors: {self._summary()}",
            texts={0},
            row_heads=True,
            rest=and_more(len(self) - len(shown), "word"),
        )


def _size(n_bytes: int) -> str:
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if n_bytes >= factor:
            return f"{n_bytes / factor:.1f} {unit}"
    return f"{n_bytes} bytes"
