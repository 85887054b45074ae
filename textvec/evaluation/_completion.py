"""Which word of a table completes an analogy, for all questions at once.

Questions share few different words. The similarities of these with a block of the table are one matrix product, and the
scores of a question in the block are a combination of three rows of it.

Tested in tests/evaluation/test_questions.py.
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
    """Return the row of the answer to each question, -1 where no other word is left.

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
    unanswered, excluded = np.arange(len(questions)), questions
    for _ in range(_MAX_TRIES):
        best = _nearest(lookup, questions[unanswered], excluded, method)
        unanswered, excluded, best = unanswered[best >= 0], excluded[best >= 0], best[best >= 0]
        answers[unanswered] = best
        same = lookup.rows(map(lookup.word_of, best.tolist()))
        again = (same[:, None] == questions[unanswered]).any(axis=1)
        unanswered, excluded = unanswered[again], np.column_stack([excluded, best])[again]
        if not len(unanswered):
            break
    return answers


def _nearest(
    lookup: Lookup, questions: NDArray[np.int64], excluded: NDArray[np.int64], method: str
) -> NDArray[np.int64]:
    """Return the row with the highest score for each question, -1 where all are excluded."""
    words, columns = np.unique(questions, return_inverse=True)
    columns = columns.reshape(questions.shape)
    inputs = lookup.directions(words).astype(np.float32)
    best = np.full(len(questions), -1)
    best_scores = np.full(len(questions), -np.inf, np.float32)
    size = min(max(_MAX_SIMILARITIES // max(1, len(words)), _MAX_WORDS_PER_BLOCK // 32), _MAX_WORDS_PER_BLOCK)
    for start in range(0, lookup.n_rows, size):
        block = lookup.directions(slice(start, min(start + size, lookup.n_rows))).astype(np.float32)
        similarities = inputs @ block.T
        # A zero vector is similar to nothing, and no answer; nor is one that belongs to no word.
        zero = ~(block.any(axis=1) & lookup.has_word[start : start + len(block)])
        if method == "3cosmul":
            similarities = (1 + similarities) / 2
        for first in range(0, len(questions), _QUESTIONS_PER_BATCH):
            batch = slice(first, first + _QUESTIONS_PER_BATCH)
            a, scores, c = (similarities[column] for column in columns[batch].T)  # Copies; scores begin as those of b.
            if method == "3cosadd":
                scores += c
                scores -= a
            else:
                scores *= c
                scores /= a + np.float32(1e-6)
            scores[:, zero] = -np.inf
            i, k = np.nonzero((excluded[batch] >= start) & (excluded[batch] < start + len(block)))
            scores[i, excluded[batch][i, k] - start] = -np.inf
            nearest = scores.argmax(axis=1)
            highest = np.take_along_axis(scores, nearest[:, None], axis=1)[:, 0]
            better = highest > best_scores[batch]
            best_scores[batch][better], best[batch][better] = highest[better], nearest[better] + start
    return best
