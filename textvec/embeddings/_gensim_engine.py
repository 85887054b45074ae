"""Training word vectors with gensim's code, on the same state: the reference implementation.

Tested in tests/embeddings/test_word2vec.py.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from textvec.embeddings._training import Report, Settings
from textvec.embeddings._training_state import TrainingState


def train(
    state: TrainingState,
    codes: NDArray[np.int32],
    offsets: NDArray[np.int64],
    settings: Settings,
    report: Report,
    losses: NDArray[np.float64],
) -> None:
    """Train the vectors, in place; the parameters are those of `_training.train`, and losses stay as they are.

    Raises
    ------
    ImportError
        If gensim is not installed.
    """
    try:
        from gensim.models import Word2Vec
    except ImportError as error:
        raise ImportError(
            "Word2Vec(engine='gensim') needs gensim, which is not installed. "
            'Install it with: pip install "textvec-kit[gensim]"'
        ) from error
    model = Word2Vec(
        vector_size=state.inputs.shape[1],
        window=settings.window,
        min_count=0,
        sg=int(settings.sg),
        negative=settings.negative,
        sample=settings.sample,
        ns_exponent=settings.ns_exponent,
        alpha=settings.alpha,
        min_alpha=settings.min_alpha,
        shrink_windows=settings.shrink_windows,
        workers=settings.threads,
        seed=settings.seed,
        sorted_vocab=0,
    )
    model.build_vocab_from_freq(dict(zip(state.words, state.counts.tolist(), strict=True)))
    model.wv.vectors[:] = state.inputs
    model.syn1neg[:] = state.outputs
    sentences = _Sentences(state.words, codes, offsets, report)
    try:
        model.train(
            sentences, total_examples=len(offsets) - 1, total_words=int((codes >= 0).sum()), epochs=settings.epochs
        )
    finally:
        sentences.stopped = True  # After Ctrl-C gensim's threads continue until there are no more sentences.
        state.inputs[:] = model.wv.vectors
        state.outputs[:] = model.syn1neg


class _Sentences:
    """The documents as lists of words, which gensim iterates over once in each epoch."""

    def __init__(self, words: list[str], codes: NDArray[np.int32], offsets: NDArray[np.int64], report: Report) -> None:
        self.words = np.array(words, dtype=object)
        self.codes, self.offsets, self.report = codes, offsets, report
        self.stopped = False

    def __iter__(self) -> Iterator[list[str]]:
        for start, end in zip(self.offsets[:-1].tolist(), self.offsets[1:].tolist(), strict=True):
            if self.stopped:
                return
            codes = self.codes[start:end]
            yield self.words[codes[codes >= 0]].tolist()
            self.report(len(codes), 0.0, 0.0)
