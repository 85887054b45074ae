"""Sentence pairs: whether sentences that people call alike in meaning have similar vectors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from textvec._common.counted import counted
from textvec._common.lengths import normalized_rows
from textvec.encoders.encode import documents_for, matrix_of
from textvec.evaluation._agreement import Agreement, correlations
from textvec.evaluation._sources import Source, number_of, read, text_of

_LAYOUTS = (("sentence1", "sentence2", "score"), ("sentence1", "sentence2", "similarity"))


@dataclass(frozen=True, repr=False, eq=False)
class SentencePairsResult(Agreement):
    """How well vectors of sentences agree with people on their similarity.

    Attributes
    ----------
    spearman, pearson : float
        Correlation of ranks, and of values.
    spearman_pvalue, pearson_pvalue : float
        How often sentences paired with judgements by chance would reach such a correlation, of either sign.
    pairs : list of (str, str, float)
        The sentences, and the judgement.
    similarities : ndarray of float64 of shape (n_pairs,)
        Cosine of the two vectors, 0 where one of them is zero.
    n_zero : int
        Number of pairs with a zero vector: a sentence without a known word.
    """

    n_zero: int

    def to_dict(self) -> dict[str, Any]:
        """Return the figures, as a row of a table of results."""
        return {**super().to_dict(), "n_zero": self.n_zero}

    def _about(self) -> str:
        return counted(self.n_pairs, "pair")

    def _remarks(self) -> list[str]:
        return [f"{counted(self.n_zero, 'pair')} with a zero vector"] if self.n_zero else []


def sentence_pairs(encoder: Any, pairs: Source) -> SentencePairsResult:
    """Correlate cosine similarities of sentences with people's judgements of how similar their meanings are.

    Parameters
    ----------
    encoder : fitted transformer, or callable
        What makes vectors of sentences. It, or its `transform`, is called once with the list of all sentences, and
        returns a row for each, sparse or dense.
    pairs : path, DataFrame, or iterable of (sentence, sentence, judgement)
        A CSV or tab-separated file, or a table; columns named `sentence1`, `sentence2` and `score` may be among
        others; without these names there must be three.

    Returns
    -------
    SentencePairsResult

    Raises
    ------
    ReadError
        If the pairs cannot be read; it is a ValueError, and names the line.
    ValueError
        If the encoder does not return a row for each sentence or returns one that is not finite, there are fewer than
        three pairs, or all judgements or similarities are equal.
    TypeError
        If the encoder neither transforms nor can be called.

    References
    ----------
    Cer, Diab, Agirre, Lopez-Gazpio and Specia (2017), SemEval-2017 task 1: semantic textual similarity, multilingual
    and crosslingual focused evaluation. (the STS Benchmark, judgements from 0 to 5)

    Examples
    --------
    >>> from textvec import CountVectorizer
    >>> from textvec.evaluation import sentence_pairs
    >>> judged = [
    ...     ("A man plays a flute.", "A man is playing a flute.", 5.0),
    ...     ("A man plays a flute.", "A woman plays.", 1.2),
    ...     ("A man plays a flute.", "A man eats.", 1.4),
    ...     ("A man plays a flute.", "Rain falls.", 0.0),
    ... ]
    >>> sentence_pairs(CountVectorizer().fit([first for first, _, _ in judged]), judged)
    SentencePairsResult(4 pairs)
      Spearman   0.9487  p = 0.051
      Pearson    0.8178  p = 0.18
      1 pair with a zero vector
    """
    judged = [
        (text_of(place, first), text_of(place, second), number_of(place, judgement))
        for place, (first, second, judgement) in read(pairs, _LAYOUTS, comments=False)
    ]
    firsts, seconds, judgements = zip(*judged, strict=True)
    sentences = documents_for(encoder, [*firsts, *seconds], "sentence_pairs")
    rows = matrix_of(encoder, sentences, fit=False, caller="sentence_pairs", items="sentences")
    units = normalized_rows(rows)
    first, second = units[: len(judged)], units[len(judged) :]
    similarities = np.asarray((first * second).sum(axis=1))
    zero = np.asarray((units * units).sum(axis=1)) == 0
    return SentencePairsResult(
        **correlations(np.array(judgements), similarities),
        pairs=judged,
        similarities=similarities,
        n_zero=int((zero[: len(judged)] | zero[len(judged) :]).sum()),
    )
