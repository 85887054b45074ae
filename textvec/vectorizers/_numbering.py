"""Which words get a number for a neural network, and which number.

Tested in tests/vectorizers/test_sequence.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from functools import cached_property
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textvec._common.saved import check_words
from textvec.kernels import sequence as kernels
from textvec.text.encoding import Encoded
from textvec.vectorizers._vocabulary import FixedVocabulary

UNKNOWN = 1  # the number of words that have none of their own; 0 is padding
FIRST = 2  # the number of the first word


class Numbering:
    """Words in the order of their numbers, from 2 on.

    Parameters
    ----------
    names : list of str
        Distinct words.
    """

    def __init__(self, names: list[str]) -> None:
        self.names = names

    @classmethod
    def learnt(cls, encoded: Encoded, min_df: float, max_features: int | None) -> Numbering:
        """Number the words of documents, the most frequent first and equally frequent ones in alphabetical order."""
        words, codes, offsets = encoded
        n_documents = len(offsets) - 1
        frequencies = np.zeros(len(words), np.int64)
        kernels.count_documents(codes=codes, offsets=offsets, frequencies=frequencies)
        if not frequencies.any():
            raise ValueError(
                f"SequenceEncoder: empty vocabulary. No word was found in {n_documents} documents; perhaps they only "
                "contain stop words."
            )
        low = min_df if isinstance(min_df, Integral) else min_df * n_documents
        # Words that no document holds, in a part of some Tokens, have no place even with min_df=0.0.
        kept = np.flatnonzero(frequencies >= max(low, 1)).tolist()
        if not kept:
            raise ValueError("SequenceEncoder: after pruning, no words remain. Try a lower min_df.")
        totals = np.bincount(codes, minlength=len(words)).tolist()
        kept.sort(key=lambda code: (-totals[code], words[code]))
        return cls([words[code] for code in kept[:max_features]])

    @classmethod
    def given(cls, vocabulary: Collection[str] | Mapping[str, int]) -> Numbering:
        """Number the words that a user gives, in their order or, of a mapping, with their numbers."""
        if isinstance(vocabulary, Mapping):
            if set(vocabulary.values()) != set(range(FIRST, FIRST + len(vocabulary))):
                raise ValueError(
                    f"SequenceEncoder: a vocabulary that is a mapping must number its {len(vocabulary)} words from "
                    f"{FIRST} on without gaps, since 0 is padding and 1 any unknown word. Give it a list of the words."
                )
            vocabulary = sorted(vocabulary, key=vocabulary.__getitem__)
        words = sorted(vocabulary) if isinstance(vocabulary, set | frozenset) else list(vocabulary)
        if not words:
            raise ValueError("SequenceEncoder: the vocabulary that was given is empty.")
        for word in words:
            if not isinstance(word, str):
                raise TypeError(f"SequenceEncoder: words must be strings, but the vocabulary holds {word!r}.")
        repeated = [word for word, n in Counter(words).items() if n > 1]
        if repeated:
            raise ValueError(f"SequenceEncoder: the vocabulary holds the word {repeated[0]!r} more than once.")
        return cls(words)

    @property
    def end(self) -> int:
        """The number after the last."""
        return FIRST + len(self.names)

    @cached_property
    def number_of(self) -> FixedVocabulary:
        """The number of each word; made at the first request, and not pickled."""
        return FixedVocabulary((name, number) for number, name in enumerate(self.names, FIRST))

    def numbers(self, words: Collection[str]) -> NDArray[np.int32]:
        """Return the number of each word, that of unknown words for those that have none."""
        return np.fromiter((self.number_of.get(word, UNKNOWN) for word in words), np.int32, len(words))

    def any_upper_case(self) -> bool:
        """Tell whether lower-cased text cannot hold one of the words."""
        return any(any(map(str.isupper, word)) for word in self.names)

    def __getstate__(self) -> dict[str, Any]:
        return {"names": self.names}

    _saved_state = __getstate__

    @classmethod
    def _from_saved(cls, state: Any) -> Numbering:
        return cls(check_words("names", state["names"]))
