"""What word2vec trains: the words, how often each occurs, and two vectors for each. It grows with new words.

Files of `textvec.save` call the class "Tables".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textvec._common.saved import check, check_array, check_words
from textvec.text.tokens import Tokens


@dataclass(frozen=True)
class TrainingState:
    """Words with their counts and vectors, and what else is needed to continue the training.

    Attributes
    ----------
    words : list of str
    counts : ndarray of int64 of shape (n_words,)
    inputs : ndarray of float32 of shape (n_words, vector_size)
        The word vectors.
    outputs : ndarray of float32 of shape (n_words, vector_size)
        The vectors of words as they are predicted.
    rare : dict of str to int
        Words that were not frequent enough so far, and their counts.
    """

    words: list[str]
    counts: NDArray[np.int64]
    inputs: NDArray[np.float32]
    outputs: NDArray[np.float32]
    rare: dict[str, int]

    @classmethod
    def empty(cls, vector_size: int) -> TrainingState:
        """Return the state without words."""
        nothing = np.zeros((0, vector_size), np.float32)
        return cls([], np.zeros(0, np.int64), nothing, nothing, {})

    def grown(self, tokens: Tokens, min_count: int, most: int | None, random: np.random.RandomState) -> TrainingState:
        """Return a copy with the tokens counted, and with the words that are now frequent enough.

        New words come after the old ones, the most frequent first, equally frequent ones in alphabetical order. If
        there would be more words than `most`, the rarest of the new ones are left out.
        """
        met = tokens.vocabulary.tolist()
        times = np.bincount(tokens.codes, minlength=len(met)).tolist()
        row_of = {word: row for row, word in enumerate(self.words)}
        counts, waiting = self.counts.copy(), dict(self.rare)
        for word, n in zip(met, times, strict=True):
            if n and word in row_of:
                counts[row_of[word]] += n
            elif n:
                waiting[word] = waiting.get(word, 0) + n
        new = sorted((word for word, n in waiting.items() if n >= min_count), key=lambda word: (-waiting[word], word))
        if most is not None:
            new = new[: max(most - len(self.words), 0)]
        size = self.inputs.shape[1]
        first = ((random.random_sample((len(new), size)) * 2 - 1) / size).astype(np.float32)  # gensim's
        new_counts = [waiting.pop(word) for word in new]
        return TrainingState(
            [*self.words, *new],
            np.concatenate([counts, np.array(new_counts, np.int64)]),
            np.concatenate([self.inputs, first]),
            np.concatenate([self.outputs, np.zeros_like(first)]),
            waiting,
        )

    def rows_of(self, tokens: Tokens) -> NDArray[np.int32]:
        """Return the row of each token, -1 where its word is not in the state."""
        row_of = {word: row for row, word in enumerate(self.words)}
        words = tokens.vocabulary.tolist()
        rows = np.fromiter((row_of.get(word, -1) for word in words), np.int32, len(words))
        return rows[tokens.codes] if words else np.zeros(0, np.int32)

    def _saved_state(self) -> dict[str, Any]:
        return vars(self)

    @classmethod
    def _from_saved(cls, state: Any) -> Any:
        words, rare = check_words("words", state["words"]), state["rare"]
        n = len(words)
        counts = check_array("counts", state["counts"], (np.int64,), n)
        inputs = check_array("inputs", state["inputs"], (np.float32,), n, None)
        outputs = check_array("outputs", state["outputs"], (np.float32,), *inputs.shape)
        check(counts.min(initial=0) >= 0, "counts must not be negative")
        check(isinstance(rare, dict) and set(map(type, rare)) <= {str}, "rare must be a dict of words")
        check(set(map(type, rare.values())) <= {int}, "rare must be a dict to counts")
        return cls(words, counts, inputs, outputs, rare)
