"""Distinct words in sorted order, each with a code, to which others can be added."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cached_property
from operator import lt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textvec._common.saved import check


class Words:
    """Distinct sorted words; the code of a word is its position.

    Parameters
    ----------
    words : sequence
        Distinct words, sorted.
    """

    def __init__(self, words: Sequence[Any] = ()) -> None:
        self.sorted = list(words)

    def __len__(self) -> int:
        return len(self.sorted)

    def __getstate__(self) -> list[Any]:
        return self.sorted

    def __setstate__(self, words: list[Any]) -> None:
        self.sorted = words

    def _saved_state(self) -> dict[str, Any]:
        return {"words": self.sorted}

    @classmethod
    def _from_saved(cls, state: Any) -> Words:
        words = state["words"]
        check(isinstance(words, list), "words must be a list")
        if set(map(type, words)) <= {str}:
            check(all(map(lt, words, words[1:])), "words are not sorted, or one is repeated")
        return cls(words)

    # Codes change when words are added. The numbers do not: new words get the next ones, so that the dictionary, the
    # costly part, is copied and not made anew.
    @cached_property
    def number_of(self) -> dict[Any, int]:
        """The number of each word, see `codes_of_numbers`."""
        return {word: number for number, word in enumerate(self.sorted)}

    @cached_property
    def _code_of(self) -> NDArray[np.int32]:
        return np.arange(len(self) or 1, dtype=np.int32)

    @cached_property
    def has_control(self) -> bool:
        """Tell whether a word holds a space or a character that sorts before it."""
        return has_control(self.sorted)

    def codes(self, words: Sequence[Any]) -> NDArray[np.int32]:
        """Return the code of each word, and `len(self)` for those that are not among these."""
        return self.codes_of_numbers(self._numbers(words))

    def code_list(self, words: Sequence[Any]) -> list[int]:
        """Return the code of each of a few words, and a number that is no code for those that are not among these."""
        get = self.number_of.get
        numbers = [get(word, -1) for word in words]
        return numbers if self._are_numbered else self.codes_of_numbers(np.array(numbers, np.int32)).tolist()

    @cached_property
    def _are_numbered(self) -> bool:
        """Tell whether the code of each word is its number."""
        return bool((self._code_of[1:] > self._code_of[:-1]).all())

    def codes_of_numbers(self, numbers: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return the code of each number of `number_of`, and `len(self)` for negative ones."""
        return np.where(numbers < 0, np.int32(len(self)), self._code_of.take(numbers, mode="wrap"))

    def _numbers(self, words: Sequence[Any]) -> NDArray[np.int32]:
        return np.fromiter((self.number_of.get(word, -1) for word in words), np.int32, len(words))

    def joined_by(self, words: Sequence[Any]) -> tuple[Words, NDArray[np.int32], NDArray[np.int32]]:
        """Return these words and others, what the codes of these have become, and the codes of the others.

        Parameters
        ----------
        words : sequence
            Distinct.

        Returns
        -------
        Words
            This very object if there is no new word.
        moved : ndarray of int32 of shape (n_words,)
            Increasing.
        codes : ndarray of int32 of shape (n_others,)
        """
        n = len(self)
        moved = np.arange(n, dtype=np.int32)
        if not n:
            order = sorted(range(len(words)), key=words.__getitem__)
            codes = np.empty(len(words), np.int32)
            codes[order] = np.arange(len(words), dtype=np.int32)
            return Words([words[i] for i in order]), moved, codes
        numbers = self._numbers(words)
        fresh = sorted(words[i] for i in np.flatnonzero(numbers < 0).tolist())
        if not fresh:
            return self, moved, self._code_of[numbers]
        places = np.array([bisect_left(self.sorted, word) for word in fresh], np.int32)
        moved += np.cumsum(np.bincount(places, minlength=n + 1))[:n].astype(np.int32)
        joined = Words(sorted(self.sorted + fresh))  # a merge: sorting notices the two runs
        number_of = {word: n + i for i, word in enumerate(fresh)}
        numbers[numbers < 0] = [number_of[words[i]] for i in np.flatnonzero(numbers < 0).tolist()]
        joined.number_of = {**self.number_of, **number_of}
        joined._code_of = np.concatenate([moved[self._code_of], places + np.arange(len(fresh), dtype=np.int32)])
        joined.has_control = self.has_control or has_control(fresh)
        return joined, moved, joined._code_of[numbers]


def has_control(words: Iterable[Any]) -> bool:
    strings = "\x7f".join(word for word in words if isinstance(word, str))
    return re.search(r"[\0-\x20]", strings) is not None
