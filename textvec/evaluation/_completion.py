"""Which word of a table completes an analogy: all questions at once.

Between them, questions hold few different words. The similarities of these with a block of the table are one matrix
product, and each question's scores there are three rows of it, combined.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from textvec.evaluation._lookup import Lookup

_MAX_SIMILARITIES = 1 << 22  # Similarities that are held at a time, as float32: 16 MB.
_MAX_WORDS_PER_BLOCK = 1 << 13  # Words of the table whose similarities are computed at a time.
_QUESTIONS_PER_BATCH = 64  # Questions that are scored at a time: 2 MB of scores, which stay in the cache.
# Words that are looked at for an answer, nearest first. Those that are a word of the question in another letter case
# are passed over, as in gensim, which looks at five as well.
_MAX_TRIES = 5


def complete(lookup: Lookup, questions: NDArray[np.int64], method: str) -> NDArray[np.int64]:
    """Return the row of the answer to each question, -1 where there is no further word.

    Parameters
    ----------
    lookup : Lookup
    questions : ndarray of int64 of shape (n_questions, 3)
        Rows of the words.
    method : {"3cosadd", "3cosmul"}

    Returns
    -------
    ndarray of int64 of shape (n_questions,)
    """
    answers = np.full(len(questions), -1)
    todo, barred = np.arange(len(questions)), questions
    for _ in range(_MAX_TRIES):
        best = _nearest(lookup, questions[todo], barred, method)
        todo, barred, best = todo[best >= 0], barred[best >= 0], best[best >= 0]
        answers[todo] = best
        same = lookup.rows(lookup.words[row] for row in best.tolist())
        again = (same[:, None] == questions[todo]).any(axis=1)
        todo, barred = todo[again], np.column_stack([barred, best])[again]
        if not len(todo):
            break
    return answers


def _nearest(lookup: Lookup, questions: NDArray[np.int64], barred: NDArray[np.int64], method: str) -> NDArray[np.int64]:
    """Return the row with the highest score for each question, none of its barred ones; -1 where none is left."""
    words, places = np.unique(questions, return_inverse=True)
    places = places.reshape(questions.shape)
    inputs = lookup.directions(words).astype(np.float32)
    best = np.full(len(questions), -1)
    best_scores = np.full(len(questions), -np.inf, np.float32)
    size = min(max(_MAX_SIMILARITIES // max(1, len(words)), _MAX_WORDS_PER_BLOCK // 32), _MAX_WORDS_PER_BLOCK)
    for start in range(0, len(lookup.words), size):
        block = lookup.directions(slice(start, min(start + size, len(lookup.words)))).astype(np.float32)
        similarities = inputs @ block.T
        zero = ~block.any(axis=1)  # similar to nothing, and no answer
        if method == "3cosmul":
            similarities = (1 + similarities) / 2
        for first in range(0, len(questions), _QUESTIONS_PER_BATCH):
            batch = slice(first, first + _QUESTIONS_PER_BATCH)
            a, scores, c = (similarities[column] for column in places[batch].T)  # a, b, c, all copies
            if method == "3cosadd":
                scores += c
                scores -= a
            else:
                scores *= c
                scores /= a + np.float32(1e-6)
            scores[:, zero] = -np.inf
            i, k = np.nonzero((barred[batch] >= start) & (barred[batch] < start + len(block)))
            scores[i, barred[batch][i, k] - start] = -np.inf
            nearest = scores.argmax(axis=1)
            highest = np.take_along_axis(scores, nearest[:, None], axis=1)[:, 0]
            better = highest > best_scores[batch]
            best_scores[batch][better], best[batch][better] = highest[better], nearest[better] + start
    return best
