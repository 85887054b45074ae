"""Tokens: a corpus as integers, which every step takes and returns.

Each distinct word is kept once and each token is its number. A word step (lower-casing, stop words, stemming) is
then work on the vocabulary, and everything that counts is work on integer arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import Any, overload

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from textvec._common.counted import counted
from textvec._common.html_table import and_more, html_table
from textvec._common.offsets import offsets_of, taken
from textvec._common.printable import printable
from textvec._common.saved import check, check_array
from textvec.text.documents import is_missing, is_string, listed, refuse_missing
from textvec.text.encoding import Codes, Encoded, Offsets, encode_lists

_MAX_SHOWN_DOCUMENTS = 5  # The repr and the HTML show at most this many documents.


class Tokens:
    """A tokenized corpus, dictionary-encoded: distinct words, one code per token, bounds of documents.

    It reads like a list of lists of str (`len`, iteration, indexing), and slices like a NumPy array of documents, so
    that scikit-learn can cross-validate it.

    Parameters
    ----------
    vocabulary : sequence of str
        The distinct words.
    codes : array of int32 of shape (n_tokens,)
        For each token the position of its word in the vocabulary.
    offsets : array of int64 of shape (n_documents + 1,)
        Document `i` has the tokens `codes[offsets[i]:offsets[i + 1]]`.
    steps : tuple, optional
        The transformers that made these tokens, in their order, so that later steps can put their own words (a stop
        list) through the same ones.

    Attributes
    ----------
    vocabulary : ndarray of str objects of shape (n_words,)
    codes : ndarray of int32 of shape (n_tokens,)
    offsets : ndarray of int64 of shape (n_documents + 1,)
    steps : tuple

    Raises
    ------
    ValueError
        If the three arrays do not fit together, or a word is repeated in the vocabulary.
    TypeError
        If a word is not a string.

    Examples
    --------
    >>> from textvec import Tokens
    >>> tokens = Tokens.from_lists([["good", "food"], [], ["good", "good", "pizza"]])
    >>> tokens
    Tokens(3 documents, 5 tokens, 3 words)
      0: good food
      1:
      2: good good pizza
    >>> tokens.vocabulary
    array(['good', 'food', 'pizza'], dtype=object)
    >>> tokens.codes
    array([0, 1, 0, 0, 2], dtype=int32)
    >>> tokens[2]
    ['good', 'good', 'pizza']
    >>> tokens[1:].offsets
    array([0, 0, 3])
    """

    vocabulary: NDArray[np.object_]
    codes: Codes
    offsets: Offsets
    steps: tuple[Any, ...]

    def __init__(self, vocabulary: Iterable[str], codes: Any, offsets: Any, *, steps: tuple[Any, ...] = ()) -> None:
        self.vocabulary = _object_array(list(vocabulary))
        self.codes = np.ascontiguousarray(codes, dtype=np.int32)
        self.offsets = np.ascontiguousarray(offsets, dtype=np.int64)
        self.steps = tuple(steps)
        self._check()

    def _check(self) -> None:
        for word in self.vocabulary:
            if not isinstance(word, str):
                raise TypeError(f"Words must be strings, but the vocabulary holds {word!r} ({type(word).__name__}).")
        if len(set(self.vocabulary)) != len(self.vocabulary):
            raise ValueError("The vocabulary holds a word more than once; each distinct word needs one code.")
        if self.codes.ndim != 1 or self.offsets.ndim != 1:
            raise ValueError("codes and offsets must be one-dimensional.")
        if not len(self.offsets) or self.offsets[0] != 0 or self.offsets[-1] != len(self.codes):
            raise ValueError(f"offsets must begin with 0 and end with the number of codes, {len(self.codes)}.")
        if (np.diff(self.offsets) < 0).any():
            raise ValueError("offsets must not decrease.")
        if len(self.codes) and not 0 <= self.codes.min() <= self.codes.max() < len(self.vocabulary):
            raise ValueError(f"codes must lie between 0 and {len(self.vocabulary) - 1}, the last of the vocabulary.")

    @classmethod
    def _of(
        cls, words: list[str] | NDArray[np.object_], codes: Codes, offsets: Offsets, steps: tuple[Any, ...]
    ) -> Tokens:
        """Make tokens of arrays that are known to fit."""
        self = cls.__new__(cls)
        self.vocabulary = words if isinstance(words, np.ndarray) else _object_array(words)
        self.codes, self.offsets, self.steps = codes, offsets, steps
        return self

    def _saved_state(self) -> dict[str, Any]:
        return {"vocabulary": self.vocabulary, "codes": self.codes, "offsets": self.offsets, "steps": self.steps}

    @classmethod
    def _from_saved(cls, state: Any) -> Tokens:
        for name, dtype in (("codes", np.int32), ("offsets", np.int64)):
            check_array(name, state[name], (dtype,), None)
        check(isinstance(state["steps"], tuple), "steps must be a tuple")
        return cls(state["vocabulary"], state["codes"], state["offsets"], steps=state["steps"])

    @classmethod
    def from_lists(cls, documents: Iterable[Iterable[str]]) -> Tokens:
        """Encode documents that are lists of words.

        Parameters
        ----------
        documents : iterable of iterables of str
            The words of each document.

        Raises
        ------
        TypeError
            If a document is a string (its characters would become tokens) or a token is not one.
        """
        encoded = encode_lists(checked_lists(documents))
        for word in encoded.words:
            if not isinstance(word, str):
                raise TypeError(f"Tokens must be strings, but {word!r} is of type {type(word).__name__}.")
            if not word.isascii():
                _refuse_surrogates(word)
        return cls._of(*encoded, steps=())

    @classmethod
    def from_arrow(cls, array: pa.Array | pa.ChunkedArray) -> Tokens:
        """Encode an Arrow array of lists of strings, dictionary-encoded or plain.

        Parameters
        ----------
        array : pyarrow.Array or pyarrow.ChunkedArray
            A list of words for each document.

        Raises
        ------
        TypeError
            If the array is not of lists of strings.
        ValueError
            If a document or a token is missing.
        """
        if isinstance(array, pa.ChunkedArray):
            array = array.combine_chunks()
        kind = array.type
        if not (pa.types.is_list(kind) or pa.types.is_large_list(kind)):
            raise TypeError(f"An Arrow array of lists of strings was expected, not of {kind}.")
        flat = array.flatten()
        inner = flat.type.value_type if pa.types.is_dictionary(flat.type) else flat.type
        if not (is_string(inner) or pa.types.is_null(inner)):
            raise TypeError(f"An Arrow array of lists of strings was expected, not of {kind}.")
        if array.null_count or flat.null_count:
            raise ValueError(
                f"{array.null_count} documents and {flat.null_count} tokens of the Arrow array are missing (null). "
                "Put empty lists in the place of missing documents."
            )
        if not pa.types.is_dictionary(flat.type):
            flat = flat.dictionary_encode()
        lengths = np.diff(array.offsets.to_numpy())
        words = encode_lists([flat.dictionary.to_pylist()])  # a word may be repeated in a dictionary of Arrow
        codes = words.codes[flat.indices.to_numpy()] if len(flat) else np.zeros(0, np.int32)
        return cls(words.words, codes, offsets_of(lengths))

    def to_arrow(self) -> pa.LargeListArray:
        """Return an Arrow array of lists of dictionary-encoded strings; codes and offsets are not copied."""
        words = pa.array(self.vocabulary.tolist(), pa.large_string())
        return pa.LargeListArray.from_arrays(self.offsets, pa.DictionaryArray.from_arrays(self.codes, words))

    def to_lists(self) -> list[list[str]]:
        """Return the documents as lists of words."""
        flat = self.vocabulary[self.codes].tolist()
        offsets = self.offsets.tolist()
        return [flat[a:b] for a, b in pairwise(offsets)]

    @property
    def shape(self) -> tuple[int]:
        """Number of documents, as a tuple of one: how scikit-learn counts samples."""
        return (len(self),)

    @property
    def n_tokens(self) -> int:
        """Number of tokens in all documents."""
        return len(self.codes)

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Number of tokens of each document, of shape (n_documents,)."""
        return np.diff(self.offsets)

    @property
    def encoded(self) -> Encoded:
        """The words as a list, the codes and the offsets."""
        return Encoded(self.vocabulary.tolist(), self.codes, self.offsets)

    def map_words(self, function: Callable[[list[str]], Iterable[str | None]], step: Any = None) -> Tokens:
        """Replace words: the work of every word step, done once per distinct word.

        Parameters
        ----------
        function : callable
            Takes the list of distinct words and gives for each its replacement, or None to drop it. Words that
            become equal become one.
        step : object, optional
            The transformer that does so, to be remembered in `steps`.

        Returns
        -------
        Tokens
            As many documents; one that loses every word stays, empty.

        Examples
        --------
        >>> tokens = Tokens.from_lists([["Good", "food", "!"], ["good", "!"]])
        >>> tokens.map_words(lambda words: [w.lower() if w.isalpha() else None for w in words]).to_lists()
        [['good', 'food'], ['good']]
        """
        encoded = self.encoded
        replacements = list(function(encoded.words))
        if len(replacements) != len(encoded.words):
            raise ValueError(f"{len(encoded.words)} words went into the word step, but {len(replacements)} came out.")
        encoded = encoded.replace(replacements)
        steps = self.steps if step is None else (*self.steps, step)
        return Tokens._of(*encoded, steps)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __iter__(self) -> Iterator[list[str]]:
        for i in range(len(self)):
            yield self[i]

    @overload
    def __getitem__(self, key: int | np.integer[Any]) -> list[str]: ...
    @overload
    def __getitem__(self, key: Any) -> Tokens: ...
    def __getitem__(self, key: Any) -> list[str] | Tokens:
        if isinstance(key, tuple) and len(key) == 2 and key[1] is Ellipsis:  # scikit-learn asks for X[rows, ...]
            key = key[0]
        if key is Ellipsis:
            return self
        if isinstance(key, int | np.integer):
            i = range(len(self))[key]
            words: list[str] = self.vocabulary[self.codes[self.offsets[i] : self.offsets[i + 1]]].tolist()
            return words
        if isinstance(key, slice) and key.step in (None, 1):
            a, b, _ = key.indices(len(self))
            bounds = self.offsets[a : max(a, b) + 1]
            return self._of(self.vocabulary, self.codes[bounds[0] : bounds[-1]], bounds - bounds[0], self.steps)
        rows = np.arange(len(self))[np.asarray(key, dtype=np.intp) if isinstance(key, list) and not key else key]
        if rows.ndim != 1:
            raise IndexError(f"Tokens has one dimension, the documents; {key!r} asks for {rows.ndim}.")
        offsets, positions = taken(self.offsets, rows)
        return self._of(self.vocabulary, self.codes[positions], offsets, self.steps)

    def __eq__(self, other: object) -> bool:
        """Tell whether the documents are the same words, whatever their codes."""
        if not isinstance(other, Tokens):
            return NotImplemented
        return np.array_equal(self.offsets, other.offsets) and bool(
            (self.vocabulary[self.codes] == other.vocabulary[other.codes]).all()
        )

    __hash__ = None  # type: ignore[assignment]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[np.object_]:
        return _object_array(self.to_lists())

    def __repr__(self) -> str:
        lines = [f"Tokens({self._summary('word')})"]
        lines += [f"  {i}: {' '.join(_cut(self[i]))}".rstrip() for i in range(min(len(self), _MAX_SHOWN_DOCUMENTS))]
        return printable("\n".join([*lines, "  ..."] if len(self) > _MAX_SHOWN_DOCUMENTS else lines), keep="\n")

    def _summary(self, word: str) -> str:
        counts = counted(len(self), "document"), counted(self.n_tokens, "token"), counted(len(self.vocabulary), word)
        return ", ".join(counts)

    def _repr_html_(self) -> str:
        n = min(len(self), _MAX_SHOWN_DOCUMENTS)
        return html_table(
            ["document", "tokens"],
            [(str(i), " · ".join(_cut(self[i]))) for i in range(n)],
            caption=f"Tokens: {self._summary('distinct word')}",
            texts={1},
            row_heads=True,
            rest=and_more(len(self) - n, "document"),
        )


def _cut(words: list[str], most: int = 12) -> list[str]:
    return words if len(words) <= most else [*words[:most], "..."]


def _object_array(items: list[Any]) -> NDArray[np.object_]:
    return np.fromiter(items, dtype=object, count=len(items))


def checked_lists(documents: Iterable[Iterable[str]], reader: str | None = None) -> Iterator[Iterable[str]]:
    """Yield documents that are lists of words, and refuse the first that is not."""
    for i, document in enumerate(documents):
        if reader and is_missing(document):
            refuse_missing([document], i, reader)
        if isinstance(document, str | bytes) or not isinstance(document, Iterable):
            raise TypeError(f"Each document must be a list of words, but document {i} is {document!r:.60}.")
        yield document


def _refuse_surrogates(word: str) -> None:
    try:
        word.encode()
    except UnicodeEncodeError as error:
        raise ValueError(
            f"The token {word!r} holds the lone surrogate {word[error.start]!r}, which stands for no character."
        ) from None


def accept(documents: Any) -> Tokens | list[Any] | pa.Array:
    """Return Tokens as they are, and other documents as `textvec.text.documents.listed` does."""
    return documents if isinstance(documents, Tokens) else listed(documents)


def is_tokenized(documents: Any) -> bool:
    """Tell whether documents come as words already: Tokens, lists of lists, an Arrow column of lists."""
    if isinstance(documents, Tokens):
        return True
    if isinstance(documents, pa.Array):
        return bool(pa.types.is_list(documents.type) or pa.types.is_large_list(documents.type))
    return isinstance(documents, list) and bool(documents) and isinstance(documents[0], list | tuple | np.ndarray)


def as_tokens(documents: Any) -> Tokens:
    """Return documents that come as words already, see `is_tokenized`, as tokens."""
    if isinstance(documents, Tokens):
        return documents
    return Tokens.from_arrow(documents) if isinstance(documents, pa.Array) else Tokens.from_lists(documents)
