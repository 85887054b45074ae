"""Word pairs: whether words that people call similar have similar vectors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from textvec.evaluation._agreement import Agreement, correlations, describe_unknown
from textvec.evaluation._lookup import Lookup
from textvec.evaluation._sources import Source, number_of, read, text_of

_LAYOUTS = (
    ("word1", "word2", "similarity"),
    ("word1", "word2", "score"),
    ("word1", "word2", "simlex999"),  # as SimLex-999 is published
    ("word 1", "word 2", "human (mean)"),  # as WordSim-353 is
)


@dataclass(frozen=True, repr=False, eq=False)
class WordPairsResult(Agreement):
    """How well word vectors agree with people on the similarity of words.

    Attributes
    ----------
    spearman, pearson : float
        Correlation of ranks, and of values.
    spearman_pvalue, pearson_pvalue : float
        How often words paired with judgements by chance would reach such a correlation, of either sign.
    pairs : list of (str, str, float)
        The words as in the test set, and the judgement.
    similarities : ndarray of float64 of shape (n_pairs,)
        Cosine of the two vectors; NaN for pairs with an unknown word, or 0 with `dummy4unknown`.
    n_known : int
        Number of pairs whose words are both in the table.
    unknown_words : list of str
        Words of the other pairs that are not in the table, each once.
    """

    n_known: int
    unknown_words: list[str]

    @property
    def coverage(self) -> float:
        """Share of the pairs whose words are both in the table."""
        return self.n_known / self.n_pairs

    def to_dict(self) -> dict[str, Any]:
        """Return the figures, as a row of a table of results."""
        return {**super().to_dict(), "n_known": self.n_known, "coverage": self.coverage}

    def _about(self) -> str:
        return f"{self.n_known} of {self.n_pairs} pairs"

    def _remarks(self) -> list[str]:
        return [describe_unknown(self.unknown_words)] if self.unknown_words else []


def word_pairs(
    vectors: Any,
    pairs: Source,
    *,
    restrict_vocab: int | None = 300_000,
    case_insensitive: bool = True,
    dummy4unknown: bool = False,
) -> WordPairsResult:
    """Correlate cosine similarities of words with people's judgements of how similar the words are.

    Parameters and figures are those of gensim's `KeyedVectors.evaluate_word_pairs`. Lines that are no pairs, which that
    skips without a warning, are an error here.

    Parameters
    ----------
    vectors : WordVectors
        Or anything else with the attributes `words`, by falling frequency, and `vectors`.
    pairs : path, DataFrame, or iterable of (word, word, judgement)
        A file has two words and a number on each line, between tabs, commas or white space; lines that begin with "#"
        are comments. Columns named `word1`, `word2` and `similarity` (or as in the published files of WordSim-353 and
        SimLex-999) may be among others; without these names there must be three.
    restrict_vocab : int or None, default=300_000
        How many words from the start of the table are used; None for all. Where words share rows, as in spaCy's
        pruned tables, they are in no order of frequency, and all are used.
    case_insensitive : bool, default=True
        Whether to compare words in upper case. Of several words with the same upper case the first in the table is
        taken, the most frequent.
    dummy4unknown : bool, default=False
        Whether pairs with an unknown word count, with a similarity of 0. By default they are left out.

    Returns
    -------
    WordPairsResult

    Raises
    ------
    ReadError
        If the pairs cannot be read; it is a ValueError, and names the line.
    ValueError
        If fewer than three pairs have known words, all judgements or similarities are equal, or a vector is not finite.
    TypeError
        If `vectors` are not word vectors.

    References
    ----------
    Finkelstein et al. (2002), Placing search in context: the concept revisited. ACM TOIS. (WordSim-353)

    Agirre et al. (2009), A study on similarity and relatedness using distributional and WordNet-based approaches.
    NAACL. (its two halves)

    Hill, Reichart and Korhonen (2015), SimLex-999: evaluating semantic models with (genuine) similarity estimation.
    Computational Linguistics.

    Examples
    --------
    >>> from textvec import WordVectors
    >>> from textvec.evaluation import word_pairs
    >>> vectors = WordVectors(["cup", "mug", "tea", "moon"], [[4, 1], [4, 2], [2, 3], [-1, 3]])
    >>> judged = [("cup", "mug", 9.1), ("cup", "tea", 6), ("mug", "tea", 5.2), ("cup", "moon", 0.4), ("cup", "sun", 1)]
    >>> word_pairs(vectors, judged)
    WordPairsResult(4 of 5 pairs)
      Spearman   0.8000  p = 0.2
      Pearson    0.9337  p = 0.066
      1 unknown word: sun
    """
    lookup = Lookup(vectors, restrict_vocab, case_insensitive)
    judged = [
        (text_of(place, first), text_of(place, second), number_of(place, judgement))
        for place, (first, second, judgement) in read(pairs, _LAYOUTS)
    ]
    firsts, seconds, judgements = zip(*judged, strict=True)
    rows = np.stack([lookup.rows(firsts), lookup.rows(seconds)])
    known = rows.min(axis=0) >= 0
    similarities = np.full(len(judged), 0.0 if dummy4unknown else np.nan)
    left, right = rows[:, known]
    similarities[known] = np.einsum("ij,ij->i", lookup.directions(left), lookup.directions(right))
    counted = np.ones_like(known) if dummy4unknown else known
    unknown = [(firsts, seconds)[k][i] for i, k in np.argwhere(rows.T < 0).tolist()]
    return WordPairsResult(
        **correlations(np.array(judgements)[counted], similarities[counted]),
        pairs=judged,
        similarities=similarities,
        n_known=int(known.sum()),
        unknown_words=list(dict.fromkeys(unknown)),
    )
