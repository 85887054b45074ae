"""WordVectors: a table of words and their vectors, however it was made."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from textvec.embeddings import _checks
from textvec.embeddings._neighbours import Neighbourhood
from textvec.embeddings._unknown import UnknownWordError

if TYPE_CHECKING:
    from textvec.text.tokens import Tokens

_UNKNOWN = ("error", "skip", "zero", "subword")
_SHOWN = 5  # words that the HTML shows, with so many dimensions each


class WordVectors(Neighbourhood):
    """Words and their vectors: the table that `Word2Vec` learns and files hold.

    It is a constant: its vectors are not to be changed, and `sklearn.base.clone` passes it on as it is.

    Parameters
    ----------
    words : iterable of str
        Distinct, the most frequent ones first where that is known.
    vectors : array of shape (n_words, n_dimensions)
        Kept as it is if it is float16, float32 or float64, a memory map too; other numbers become float32. Vectors
        that are not finite are refused: at once, or in a memory map, which is not read for that, by the first search.
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

    Attributes
    ----------
    words : ndarray of str objects of shape (n_words,)
    vectors : ndarray of shape (n_words, n_dimensions)
    counts : ndarray of int64 of shape (n_words,) or None
    unknown : str
        May be set.
    subwords : Subwords or None
    row_of : dict
        The row of each word.
    vector_size : int
        Number of dimensions.

    Raises
    ------
    TypeError
        If a word is not a string, or the vectors are not numbers.
    ValueError
        If a word stands there twice, vectors or counts do not fit the words, or a vector is not finite.

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
    >>> "cocoa" in wv, len(wv), list(wv)
    (False, 3, ['tea', 'coffee', 'moon'])
    >>> wv.unknown = "zero"
    >>> wv["cocoa"]
    array([0., 0.], dtype=float32)
    """

    def __init__(
        self,
        words: Iterable[str],
        vectors: Any,
        *,
        counts: Any = None,
        unknown: str = "error",
        subwords: Any = None,
    ) -> None:
        self.words = _checks.distinct_words(words)
        self.vectors = _checks.finite_vectors(vectors, self.words)
        self.counts = None if counts is None else _checks.whole_counts(counts, len(self.words))
        self.subwords = subwords
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
        return dict(zip(self.words.tolist(), range(len(self.words)), strict=True))

    @property
    def vector_size(self) -> int:
        """Number of dimensions."""
        return int(self.vectors.shape[1])

    def rows(self, words: Sequence[str]) -> NDArray[np.int64]:
        """Return the row of each word, -1 where it is not in the table.

        Parameters
        ----------
        words : sequence of str

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
        rows = np.unique(self.rows(found if isinstance(found, str) else list(found)))
        rows = rows[rows >= 0]
        counts = None if self.counts is None else self.counts[rows]
        vectors = self.vectors[rows]
        return WordVectors(self.words[rows], vectors, counts=counts, unknown=self.unknown, subwords=self.subwords)

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
        """Leave out what is made again when it is first asked for."""
        return {name: value for name, value in vars(self).items() if name not in ("row_of", "_table")}

    def __sklearn_clone__(self) -> WordVectors:
        return self

    @classmethod
    def read(
        cls,
        path: str | PathLike[str],
        format: str | None = None,  # noqa: A002
        *,
        limit: int | None = None,
        words: Iterable[str] | None = None,
        mmap: bool = False,
        dtype: Any = None,
        unknown: str | None = None,
        encoding_errors: str = "strict",
    ) -> WordVectors:
        """Read a file of word vectors: see `textvec.embeddings.formats.read`."""
        from textvec.embeddings import formats

        return formats.read(
            path,
            format,
            limit=limit,
            words=words,
            mmap=mmap,
            dtype=dtype,
            unknown=unknown,
            encoding_errors=encoding_errors,
        )

    def write(self, path: str | PathLike[str], format: str | None = None) -> None:  # noqa: A002
        """Write a file of word vectors: see `textvec.embeddings.formats.write`."""
        from textvec.embeddings import formats

        formats.write(self, path, format)

    @classmethod
    def from_gensim(cls, vectors: Any) -> WordVectors:
        """Take over gensim's `KeyedVectors`, or a model's, with counts and fastText's subwords; no copy is made."""
        from textvec.embeddings.formats._gensim import from_gensim

        return from_gensim(vectors)

    def to_gensim(self) -> Any:
        """Return gensim's `KeyedVectors` of these vectors, which are not copied."""
        from textvec.embeddings.formats._gensim import to_gensim

        return to_gensim(self)

    @classmethod
    def from_spacy(cls, nlp: Any) -> WordVectors:
        """Take over the vectors of a spaCy pipeline."""
        from textvec.embeddings.formats._spacy import from_spacy

        return from_spacy(nlp)

    def to_spacy(self, nlp: Any) -> None:
        """Put the vectors into a spaCy pipeline, in place of its own."""
        from textvec.embeddings.formats._spacy import to_spacy

        to_spacy(self, nlp)

    def evaluate_word_pairs(self, pairs: Any, **options: Any) -> Any:
        """Correlate similarities of words with people's judgements: see `textvec.evaluation.word_pairs`."""
        from textvec.evaluation import word_pairs

        return word_pairs(self, pairs, **options)

    def evaluate_analogies(self, questions: Any, **options: Any) -> Any:
        """Complete analogies, and count the right answers: see `textvec.evaluation.analogies`."""
        from textvec.evaluation import analogies

        return analogies(self, questions, **options)

    def _summary(self) -> str:
        kind = f"{self.vectors.dtype}{', memory-mapped' * _checks.is_mapped(self.vectors)}"
        return f"{len(self):,} words, {self.vector_size} dimensions, {kind}, {_size(self.vectors.nbytes)}"

    def __repr__(self) -> str:
        first = " ".join(self.words[: 2 * _SHOWN]) + " ..." * (len(self) > 2 * _SHOWN)
        return f"WordVectors({self._summary()})\n  {first}".rstrip()

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th>{html.escape(word)}</th>{''.join(f'<td>{x:.4g}</td>' for x in vector[:_SHOWN])}"
            f"{'<td>&hellip;</td>' * (self.vector_size > _SHOWN)}</tr>"
            for word, vector in zip(self.words[:_SHOWN], self.vectors[:_SHOWN].tolist(), strict=True)
        )
        more = "<tr><th>&hellip;</th></tr>" * (len(self) > _SHOWN)
        return f"<table><caption>WordVectors: {self._summary()}</caption>{rows}{more}</table>"


def _size(n_bytes: int) -> str:
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if n_bytes >= factor:
            return f"{n_bytes / factor:.1f} {unit}"
    return f"{n_bytes} bytes"
