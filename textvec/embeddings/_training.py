"""Training word vectors with our kernels: the learning rate, the threads, and how Ctrl-C ends it early."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textvec._common.threads import split
from textvec.embeddings._training_state import TrainingState
from textvec.kernels import word2vec as kernels
from textvec.kernels.random_numbers import make_alias

# Tokens that a thread trains on before it reports and may be stopped: some hundredths of a second.
TOKENS_PER_SLICE = 100_000
# The main thread waits this long for the others before it can hear Ctrl-C again.
SECONDS_PER_WAIT = 0.1
# Numbers of neighbouring centre words that may share their negatives: the largest whose step is small enough is taken.
BLOCK_SIZES = 16, 8, 4
# The largest learning rate times number of errors that a block may add to a vector at once, with skip-gram (True) and
# CBOW (False). Found by trial: with more, vectors swing and grow without end.
MAX_STEP = {True: 3.2, False: 16}
# Negatives that are drawn for a block, for each negative of one word, with skip-gram (True) and CBOW (False). Found by
# trial: vectors are no better with more.
DRAWS_PER_NEGATIVE = {True: 2, False: 3}

Report = Callable[[int, float, float], None]


@dataclass(frozen=True)
class Settings:
    """The parameters of `Word2Vec` that say how to train."""

    sg: bool
    window: int
    shrink_windows: bool
    negative: int
    share_negatives: bool
    sample: float
    ns_exponent: float
    alpha: float
    min_alpha: float
    epochs: int
    threads: int
    seed: int

    def rate(self, epochs: float) -> float:
        """Return the learning rate after some epochs, a fraction included: it falls in a straight line."""
        return self.alpha + (self.min_alpha - self.alpha) * epochs / self.epochs


def train(
    state: TrainingState,
    codes: NDArray[np.int32],
    offsets: NDArray[np.int64],
    settings: Settings,
    report: Report,
    losses: NDArray[np.float64],
) -> None:
    """Train the vectors, in place.

    Parameters
    ----------
    state : TrainingState
    codes : ndarray of int32 of shape (n_tokens,)
        The row of each token; -1 for a token that is passed over.
    offsets : ndarray of int64 of shape (n_documents + 1,)
        Where documents begin and end among the codes. None is longer than kernels take; see `cut_long`.
    settings : Settings
    report : callable
        Called, from any thread, after each slice, with its number of tokens, the loss that was computed in it, and
        of how many predictions that is.
    losses : ndarray of shape (epochs, 2)
        Filled with the sum of the losses that were computed in each epoch, and of how many predictions they are.
    """
    weights = state.counts.astype(np.float64) ** settings.ns_exponent
    keep, alias = np.empty(len(weights), np.float32), np.zeros(len(weights), np.int32)
    make_alias(weights=weights, keep=keep, alias=alias)
    kept = subsampling(state.counts, settings.sample)
    kernel = kernels.train_skip_gram if settings.sg else kernels.train_cbow
    block = _block(state.counts * kept, weights, int(np.diff(offsets).max(initial=0)), settings)
    n_drawn = DRAWS_PER_NEGATIVE[settings.sg] * settings.negative if block > 1 else settings.negative
    window = min(settings.window, kernels.MAX_DOCUMENT_WORDS)
    shares = split(offsets, settings.threads)
    seeds = np.random.SeedSequence(settings.seed).generate_state(len(shares), np.uint64)
    of_share = np.zeros((len(shares), *losses.shape))
    stop = threading.Event()

    def work(share: int) -> None:
        random = seeds[share : share + 1].copy()
        first, last = shares[share]
        slices, n_tokens = _slices(offsets, first, last), max(offsets[last] - offsets[first], 1)
        for epoch, (begin, end) in product(range(settings.epochs), slices):
            if stop.is_set():
                return
            alpha, min_alpha = (settings.rate(epoch + (offsets[i] - offsets[first]) / n_tokens) for i in (begin, end))
            loss = np.zeros(2)
            kernel(
                codes=codes,
                offsets=offsets,
                begin=begin,
                end=end,
                inputs=state.inputs,
                outputs=state.outputs,
                kept=kept,
                keep=keep,
                alias=alias,
                window=window,
                shrink=settings.shrink_windows,
                negative=settings.negative,
                n_drawn=n_drawn,
                block=block,
                alpha=alpha,
                min_alpha=min_alpha,
                random=random,
                loss=loss,
            )
            of_share[share, epoch] += loss
            report(int(offsets[end] - offsets[begin]), *loss.tolist())

    try:
        with ThreadPoolExecutor(len(shares)) as pool:
            try:
                running = {pool.submit(work, share) for share in range(len(shares))}
                while running:  # A thread that waits without a timeout may not get Ctrl-C.
                    done, running = wait(running, timeout=SECONDS_PER_WAIT, return_when=FIRST_EXCEPTION)
                    for future in done:
                        future.result()
            finally:
                stop.set()
    finally:
        losses[:] = of_share.sum(axis=0)


def _block(occurrences: NDArray[Any], weights: NDArray[np.float64], longest: int, settings: Settings) -> int:
    """Return how many neighbouring words share their negatives: 16, or fewer if that makes too long a step.

    All errors of a block are added to a vector at once. With wide windows, many negatives, a high learning rate or few
    different words that can be so much that vectors swing, and grow without end. Skip-gram has an error for each word
    of a window where CBOW has one for the window.

    Parameters
    ----------
    occurrences : ndarray of shape (n_words,)
        How many tokens of each word subsampling keeps.
    weights : ndarray of shape (n_words,)
        How likely each is drawn as a negative, up to a factor.
    longest : int
        The number of words of the longest document.
    settings : Settings
    """
    if not settings.share_negatives:
        return 1
    around = min(settings.window + 1 if settings.shrink_windows else 2 * settings.window, longest)
    likeliest, commonest = weights.max() / weights.sum(), occurrences.max() / occurrences.sum()
    n_drawn = DRAWS_PER_NEGATIVE[settings.sg] * settings.negative
    for block in BLOCK_SIZES:
        errors = block * (around if settings.sg else 1)
        of_negative = errors * settings.negative / n_drawn * (1 + likeliest * n_drawn)
        of_context = min(block, around) * settings.negative * (1 + commonest * (block + around))
        if settings.alpha * max(of_negative, of_context) <= MAX_STEP[settings.sg]:
            return block
    return 1


def subsampling(counts: NDArray[np.int64], sample: float) -> NDArray[np.float32]:
    r"""Return the probability that a token of each word is kept, :math:`\min(1, \sqrt{t / f} + t / f)`.

    `f` is the share of the word among all tokens, `t` is `sample`. It is that of word2vec.c and gensim; the paper's is
    :math:`\sqrt{t / f}`.
    """
    if not sample:
        return np.ones(len(counts), np.float32)
    ratio = sample * counts.sum() / np.maximum(counts, 1)
    kept: NDArray[np.float32] = np.minimum(1, np.sqrt(ratio) + ratio).astype(np.float32)
    return kept


def cut_long(offsets: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the offsets with documents cut that are longer than kernels take, and than gensim reads."""
    longest = kernels.MAX_DOCUMENT_WORDS
    n_pieces = np.maximum(-(-np.diff(offsets) // longest), 1)
    starts = np.repeat(offsets[:-1], n_pieces)
    first = np.repeat(np.cumsum(n_pieces) - n_pieces, n_pieces)
    return np.append(starts + longest * (np.arange(len(starts)) - first), offsets[-1])


def _slices(offsets: NDArray[np.int64], begin: int, end: int) -> list[tuple[int, int]]:
    """Cut a range of documents into ranges of about `TOKENS_PER_SLICE` tokens."""
    part = offsets[begin : end + 1]
    pieces = split(part, max(1, int(part[-1] - part[0]) // TOKENS_PER_SLICE))
    return [(begin + a, begin + b) for a, b in pieces]
