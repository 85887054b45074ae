"""Whether a training had enough words to learn from, and what to do where it had not.

Tested in tests/embeddings/test_word2vec.py.
"""

from __future__ import annotations

from textvec.embeddings._training import subsampling
from textvec.embeddings._training_state import TrainingState

_FEW_WORDS = 2_000
"""Words that are trained on in all epochs. With fewer the loss does not fall, and vectors are the random start: of ten
sentences, 1,600 words taught nothing and 2,600 what belongs together."""
_ENOUGH_WORDS = 10_000
"""Words that the number of epochs that is advised leads to: what belongs together shows clearly."""
_MOST_EPOCHS = 1_000
"""More epochs are not advised: a text so small holds nothing to learn."""


def too_few_words(state: TrainingState, min_count: int, sample: float, epochs: int) -> str | None:
    """Return what became of the words and what to set, if hardly any was trained on; None if there were enough."""
    n_frequent = int(state.counts.sum())
    n_all = n_frequent + sum(state.rare.values())
    n_trained = float((state.counts * subsampling(state.counts, sample)).sum())
    if n_trained * epochs >= _FEW_WORDS:
        return None
    n_epochs = min(max(-(-_ENOUGH_WORDS // max(n_all, 1)), 2 * epochs), _MOST_EPOCHS)
    lost, settings = "", [f"epochs={n_epochs}"]
    if n_trained < 0.9 * n_frequent:
        lost = f" Subsampling with sample={sample} passes over {1 - n_trained / n_frequent:.0%} of these."
        settings.insert(0, "sample=0")
    if n_frequent < 0.9 * n_all:
        settings.insert(0, "min_count=1")
    return (
        f"The documents have {n_all} words; min_count={min_count} leaves {n_frequent} of them.{lost} For so little "
        f"text set {', '.join(settings)}."
    )
