"""Training with our kernels: negatives, subsampling, long documents, threads, learning rate.

The kernels are in tests/kernels/test_word2vec.py, Ctrl-C and the engine of gensim in test_word2vec.py.
"""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from gensim.models import Word2Vec as Gensim
from hypothesis import given
from hypothesis import strategies as st

from textvec.embeddings import _training
from textvec.embeddings._training import Settings, cut_long, subsampling, train
from textvec.embeddings._training_state import TrainingState
from textvec.kernels import word2vec as kernels
from textvec.kernels.random_numbers import make_alias


def test_negatives_and_subsampling_are_gensim_s():
    counts = np.array([900, 300, 40, 7, 1])
    model = Gensim(min_count=0, sample=1e-2)
    model.build_vocab_from_freq({str(i): n for i, n in enumerate(counts.tolist())})
    kept = [model.wv.get_vecattr(str(i), "sample_int") / 2**32 for i in range(5)]
    np.testing.assert_allclose(subsampling(counts, 1e-2), kept, rtol=1e-4)
    assert subsampling(counts, 0).tolist() == [1] * 5
    keep, alias = np.empty(5, np.float32), np.zeros(5, np.int32)
    make_alias(weights=counts**0.75, keep=keep, alias=alias)
    chances = (keep + np.bincount(alias, 1 - keep, minlength=5)) / 5
    np.testing.assert_allclose(np.cumsum(chances), model.cum_table / model.cum_table[-1], atol=1e-6)


@given(st.lists(st.integers(0, 35_000), max_size=6))
def test_long_documents_are_cut(lengths):
    offsets = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
    cut = cut_long(offsets)
    assert np.diff(cut).max(initial=0) <= kernels.MAX_DOCUMENT_WORDS
    assert set(offsets.tolist()) <= set(cut.tolist())
    assert len(cut) - 1 == sum(max(-(-n // kernels.MAX_DOCUMENT_WORDS), 1) for n in lengths)


def test_threads_train_on_all_documents():
    """Each of two threads has one half; the words of both halves are trained, and all of it is reported."""
    codes = np.repeat(np.arange(4, dtype=np.int32), 60_000)
    offsets = np.arange(0, len(codes) + 1, 100)
    trained = TrainingState(
        list("abcd"), np.full(4, 60_000), np.full((4, 3), 0.1, np.float32), np.zeros((4, 3), np.float32), {}
    )
    settings = Settings(True, 2, True, 2, True, 0.0, 0.75, 0.025, 0.0001, 2, 2, 0)
    reports = []
    losses = np.zeros((2, 2))
    train(trained, codes, offsets, settings, lambda *report: reports.append(report), losses)
    assert (trained.inputs != np.float32(0.1)).any(axis=1).all()
    assert sum(n for n, _, _ in reports) == 2 * len(codes)
    np.testing.assert_allclose(losses.sum(axis=0), np.sum(reports, axis=0)[1:])


def test_ctrl_c_while_threads_are_started_ends_those_that_work_already(monkeypatch):
    class Interrupted(ThreadPoolExecutor):
        def submit(self, function, share):
            if share == 1:
                raise KeyboardInterrupt
            return super().submit(function, share)

    monkeypatch.setattr(_training, "ThreadPoolExecutor", Interrupted)
    codes, offsets = np.tile(np.arange(2, dtype=np.int32), 30_000), np.arange(0, 60_001, 100)
    trained = TrainingState(
        list("ab"), np.full(2, 30_000), np.full((2, 3), 0.1, np.float32), np.zeros((2, 3), np.float32), {}
    )
    losses = np.zeros((300, 2))
    settings = Settings(True, 2, True, 2, True, 0.0, 0.75, 0.025, 0.0001, len(losses), 2, 0)
    with pytest.raises(KeyboardInterrupt):
        train(trained, codes, offsets, settings, lambda *report: None, losses)
    assert losses[-1].tolist() == [0, 0]


def test_learning_rate_falls_to_its_end():
    settings = Settings(True, 2, True, 2, True, 0.0, 0.75, 0.5, 0.1, 4, 1, 0)
    assert [settings.rate(epochs) for epochs in (0, 2, 4)] == pytest.approx([0.5, 0.3, 0.1])
