"""The progress of training: words per second, time left, running loss.

Tested in tests/embeddings/test_word2vec.py.
"""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack
from typing import Self

from textvec._common.progress import progress


class TrainingProgress:
    """How much of a training is done, with a bar on standard error if one is wanted.

    Parameters
    ----------
    total : int
        Tokens to go through, in all epochs.
    verbose : bool
        Whether there is to be a bar.
    """

    def __init__(self, total: int, verbose: bool) -> None:
        self._total = max(total, 1)
        self._verbose = verbose
        self._n_tokens = 0
        self._loss = 0.0
        self._lock = threading.Lock()
        self._open = ExitStack()

    def __enter__(self) -> Self:
        self._begin = time.monotonic()
        self._advance = self._open.enter_context(progress("word2vec", self._total, show=self._verbose))
        return self

    def __exit__(self, *error: object) -> None:
        self._open.close()

    @property
    def share(self) -> float:
        """How much of the work is done, from 0 to 1."""
        return self._n_tokens / self._total

    def report(self, n_tokens: int, loss: float = 0.0, n_predictions: float = 0.0) -> None:
        """Take note of n_tokens more tokens, and of the loss of some predictions among them; from any thread."""
        with self._lock:
            self._n_tokens += n_tokens
            if n_predictions:
                mean = loss / n_predictions
                self._loss = 0.9 * self._loss + 0.1 * mean if self._loss else mean
            seconds = time.monotonic() - self._begin
            rate = f"{self._n_tokens / seconds:,.0f} words/s" if seconds else ""
            self._advance(n_tokens, f"{rate} loss {self._loss:.3f}" if self._loss else rate)
