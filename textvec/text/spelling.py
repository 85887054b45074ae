"""The known words that are spelt most like an unknown one: "did you mean?".

A word can only be near if its length and its kinds of letters differ by as many as there are edits: these two are
compared first, and leave few words whose distance is computed. There are two engines with equal results. The compiled
one takes under a millisecond for 300,000 words; NumPy's takes some milliseconds, but loading compiled code takes half a
second, which one query from the shell cannot wait for.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from textvec._common.counted import counted
from textvec._common.numbers import check_positive, is_integer
from textvec._common.records import Records

_MAX_NUMPY_SEARCHES = 20
"""How many words a checker looks up by NumPy. Whoever asks for more is probably a program that runs for long, where
loading compiled code pays."""
_COMPILED = "numba"
_KINDS = 32
"""Kinds of letters: code points by their last five bits, so that those of an alphabet are mostly of different kinds."""
_MAX_COLUMNS = 64
"""Words of up to this length are signed letter by letter, all words at once; the few longer ones word by word."""


class Suggestion(NamedTuple):
    """A known word that is spelt like another one.

    Attributes
    ----------
    word : str
        The known word.
    distance : int
        How many edits lead from one to the other.
    frequency : int
        How frequent the known word is, as it was given; 0 where it was not.
    """

    word: str
    distance: int
    frequency: int


class Suggestions(Records[Suggestion]):
    """The known words that are spelt most like another one: a list of `Suggestion` that prints well."""

    _head = Suggestion._fields
    _texts = frozenset({0})
    _what = ("word", "words")


class _Words(NamedTuple):
    """The known words of one length.

    Attributes
    ----------
    numbers : ndarray of int64 of shape (n_words,)
        Their positions among all known words.
    letters : ndarray of uint32 of shape (n_words, length)
    signatures : ndarray of uint64 of shape (n_words,)
        See `_signatures_of`.
    """

    numbers: NDArray[np.int64]
    letters: NDArray[np.uint32]
    signatures: NDArray[np.uint64]


class SpellChecker:
    """Finds the known words that are spelt most like a word: exact, by edit distance.

    The distance is the restricted Damerau-Levenshtein distance [1]_ (optimal string alignment): how many letters must
    be inserted, deleted or replaced, or neighbours exchanged, where no letter is changed twice. Letters are code points
    of Unicode, as they are: upper and lower case differ.

    Parameters
    ----------
    words : iterable of str
        The known words, each once.
    frequencies : iterable of int, optional
        How frequent each is, such as in how many documents it occurs; of equally near words the more frequent one is
        suggested first.

    Raises
    ------
    TypeError
        If a word is no string.
    ValueError
        If there is not one frequency for each word.

    References
    ----------
    .. [1] L. Boytsov (2011). "Indexing methods for approximate dictionary searching: comparative analysis". ACM Journal
       of Experimental Algorithmics 16.

    Examples
    --------
    >>> from textvec.text import SpellChecker
    >>> checker = SpellChecker(["receive", "relieve", "received", "tea"], [90, 7, 40, 12])
    >>> checker.suggest("recieve")
    Suggestions(3)
      word      distance  frequency
      receive          1         90
      relieve          1          7
      received         2         40
    >>> checker.suggest("xylophone")
    Suggestions(0)
    """

    def __init__(self, words: Iterable[str], frequencies: Iterable[int] | None = None) -> None:
        if isinstance(words, str | bytes):
            raise TypeError(f"SpellChecker: words were expected, but a single one was given: {words!r:.80}.")
        self._words = list(words)
        n = len(self._words)
        for kind in set(map(type, self._words)):
            if not issubclass(kind, str):
                raise TypeError(f"SpellChecker: words must be strings, but one is of type {kind.__name__}.")
        self._frequencies = np.zeros(n, np.int64)
        if frequencies is not None:
            given = np.asarray(frequencies if isinstance(frequencies, np.ndarray) else list(frequencies))
            if given.shape != (n,) or (n and given.dtype.kind not in "iu"):
                raise ValueError(
                    f"SpellChecker: a whole number was expected as the frequency of each of the {n} words, but they "
                    f"are of type {given.dtype} and shape {given.shape}."
                )
            self._frequencies = given.astype(np.int64)
        self._lengths = np.fromiter(map(len, self._words), np.int64, n)
        self._distinct_lengths: list[int] = np.flatnonzero(np.bincount(self._lengths)).tolist()
        self._by_length: dict[int, _Words] = {}
        self._n_searches = 0

    def __len__(self) -> int:
        return len(self._words)

    def __repr__(self) -> str:
        return f"SpellChecker({counted(len(self), 'word')})"

    def suggest(self, word: str, n: int = 5, *, max_distance: int | None = None) -> Suggestions:
        """Return the words that are spelt most like a word, other than itself.

        Parameters
        ----------
        word : str
            Any word.
        n : int, default=5
            How many words to return at the most.
        max_distance : int, optional
            How many edits a word may be away. By default as in Lucene's AUTO: none for words of up to two letters, one
            for three to five, two for longer ones.

        Returns
        -------
        Suggestions
            A list of `Suggestion`. Nearest first; equally near ones by falling frequency, then in the order of the
            alphabet. Empty where no word is near.

        Raises
        ------
        TypeError
            If `word` is no string.
        ValueError
            If `n` is not a positive integer, or `max_distance` is negative or no integer.
        """
        if not isinstance(word, str):
            raise TypeError(f"SpellChecker.suggest takes a word, but {type(word).__name__} was given.")
        check_positive("SpellChecker.suggest: n", n)
        if max_distance is None:
            max_distance = default_distance(word)
        elif not is_integer(max_distance) or max_distance < 0:
            raise ValueError(
                f"SpellChecker.suggest: max_distance must be an integer, 0 or more, but it is {max_distance!r:.80}."
            )
        suggestions: list[Suggestion] = []
        if max_distance:
            suggestions = [each for each in self._near(word, int(max_distance)) if each.word != word]
        return Suggestions(sorted(suggestions, key=lambda each: (each.distance, -each.frequency, each.word))[:n])

    def _near(self, word: str, most: int) -> Iterator[Suggestion]:
        """Yield the words that are at most so far from a word."""
        self._n_searches += 1
        is_cold = _COMPILED not in sys.modules and self._n_searches <= _MAX_NUMPY_SEARCHES
        search = _near_by_numpy if is_cold else _near_compiled
        query = _letters_of([word])
        for length in self._distinct_lengths:
            if abs(length - len(word)) > most:
                continue
            words = self._of_length(length)
            found, distances = search(query, words, min(most, max(length, len(word))))
            for i, distance in zip(words.numbers[found].tolist(), distances.tolist(), strict=True):
                yield Suggestion(self._words[i], distance, int(self._frequencies[i]))

    def _of_length(self, length: int) -> _Words:
        """Return the words of one length; most queries from the shell need those of a few lengths only."""
        if length not in self._by_length:
            numbers = np.flatnonzero(self._lengths == length)
            letters = _letters_of([self._words[i] for i in numbers.tolist()])
            self._by_length[length] = _Words(numbers, letters, _signatures_of(letters))
        return self._by_length[length]


def default_distance(word: str) -> int:
    """Return how many edits a suggestion may be away from a word, as Lucene's AUTO has it."""
    return 0 if len(word) < 3 else 1 if len(word) < 6 else 2


def _letters_of(words: list[str]) -> NDArray[np.uint32]:
    """Return words of one length as code points, a row for each."""
    return np.frombuffer("".join(words).encode("utf-32-le", "surrogatepass"), np.uint32).reshape(len(words), -1)


def _signatures_of(letters: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """Return 64 bits for each word: which kinds of letters it has, and which of them more than once.

    An edit changes how many letters of one kind there are by one, and of another by one the other way: so it takes one
    bit away at the most, and brings one in.
    """
    kinds = letters & np.uint32(_KINDS - 1)
    if letters.shape[1] > _MAX_COLUMNS:
        counts = np.array([np.bincount(row, minlength=_KINDS) for row in kinds])
        bits = np.hstack([counts > 0, counts > 1])
        return np.packbits(bits, axis=1, bitorder="little").view("<u8")[:, 0].astype(np.uint64)
    once, twice = np.zeros((2, len(letters)), np.uint64)
    for bits in np.uint64(1) << kinds.T.astype(np.uint64):
        twice |= once & bits
        once |= bits
    return once | twice << np.uint64(_KINDS)


def _near_compiled(query: NDArray[np.uint32], words: _Words, most: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return which of some words are near the query, and their distances."""
    from textvec.kernels import spelling as kernels

    found, distances = np.empty((2, len(words.letters)), np.int64)
    n = kernels.near(
        query=query[0], signature=_signatures_of(query)[0], most=most, letters=words.letters,
        signatures=words.signatures, rows=np.full((3, 2 * most + 3), most + 1), found=found, distances=distances,
    )  # fmt: skip
    return found[:n], distances[:n]


def _near_by_numpy(query: NDArray[np.uint32], words: _Words, most: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Do what the kernel does, for all words at once: each cell of its table is an array with a number for each."""
    signature, signatures = _signatures_of(query)[0], words.signatures
    missing, added = (np.bitwise_count(bits) for bits in (signature & ~signatures, signatures & ~signature))
    found = np.flatnonzero((missing <= most) & (added <= most))
    letters = words.letters[found].T
    (_, n), (m, n_words), width = query.shape, letters.shape, 2 * most + 1
    too_far = np.full(n_words, most + 1)
    before: list[Any] = []
    last: list[Any] = [np.full(n_words, t - most) if t >= most else too_far for t in range(width)]
    for i, letter in enumerate(query[0], 1):
        row: list[Any] = []
        for t in range(width):
            j = i + t - most
            if j <= 0 or j > m:
                row.append(np.full(n_words, i) if j == 0 else too_far)
                continue
            d = last[t] + (letters[j - 1] != letter)
            if t + 1 < width:
                d = np.minimum(d, last[t + 1] + 1)
            if t:
                d = np.minimum(d, row[t - 1] + 1)
            if i > 1 and j > 1:
                swapped = (letters[j - 1] == query[0, i - 2]) & (letters[j - 2] == letter)
                d = np.where(swapped, np.minimum(d, before[t] + 1), d)
            row.append(d)
        before, last = last, row
    distances = last[m - n + most].astype(np.int64)
    return found[distances <= most], distances[distances <= most]
