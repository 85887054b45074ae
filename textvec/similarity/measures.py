"""How alike two things are: by their vectors, by what they share. And similarities as percentages."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, overload

import numpy as np
from scipy.sparse import issparse

from textvec._common.numbers import is_integer, is_real
from textvec.similarity._operands import FeatureWeights, Floats, aligned, item_weights, scaled, vector_of, word_weights

# How far rounding in float32 may take a similarity above 1; what is further above is refused as no similarity.
_FLOAT32_NOISE = 1e-5


def cosine(a: Any, b: Any) -> float:
    r"""Return the cosine of the angle between two vectors, or between the word counts of two texts [1]_.

    .. math:: \cos(a, b) = \frac{\sum_i a_i b_i}{\sqrt{\sum_i a_i^2} \sqrt{\sum_i b_i^2}}

    Parameters
    ----------
    a, b : array or sparse row of shape (n,) or (1, n); str, iterable of str, or mapping of words to weights
        Vectors both, or neither. Of a text, the words of `Tokenizer()` count as often as they occur: in lower case, of
        two characters and more. To keep every word, give words: `Tokenizer("unicode").tokenize(text)`.

    Returns
    -------
    float
        Between -1 and 1; 0 if one is zero, or has no words.

    Raises
    ------
    TypeError
        If one is a vector and the other is not, or it is neither vector nor words.
    ValueError
        If there are several rows, the vectors differ in length, or a number is not finite.

    See Also
    --------
    textvec.CosineIndex : The most similar of many documents.
    textvec.similarity.similarity_matrix : All pairs of some texts.
    soft_cosine : Knows that different words may be alike.

    Notes
    -----
    Two texts have no document frequencies to speak of, so their words are counted and not weighted by TF-IDF, as
    `similarity_matrix` of two texts does it. That of more texts, `CosineIndex` and `find_duplicates` weigh words by
    TF-IDF unless told otherwise, and their scores of the same two texts are other numbers. To weigh words here, fit a
    vectorizer on many texts, and compare its rows.

    References
    ----------
    .. [1] G. Salton, A. Wong, C. S. Yang (1975). "A vector space model for automatic indexing". Communications of the
       ACM 18(11), 613-620.

    Examples
    --------
    >>> from textvec.similarity.measures import cosine
    >>> cosine([1, 0, 1], [1, 1, 0])
    0.5
    >>> cosine("good food", "great food")
    0.5
    >>> cosine({"good": 3, "food": 4}, {"food": 2})
    0.8
    """
    x, y = aligned(_counted(a, "cosine"), _counted(b, "cosine"), "cosine")
    x, y = scaled(x), scaled(y)
    squares = float(x @ x) * float(y @ y)
    return min(1.0, max(-1.0, float(x @ y) / math.sqrt(squares))) if squares else 0.0


def cosine_distance(a: Any, b: Any) -> float:
    r"""Return 1 minus the cosine similarity of two vectors or texts.

    .. math:: d(a, b) = 1 - \cos(a, b)

    Parameters
    ----------
    a, b : array or sparse row of shape (n,) or (1, n); str, iterable of str, or mapping of words to weights
        See `cosine`.

    Returns
    -------
    float
        Between 0 and 2; 1 if one is zero, or has no words.

    Raises
    ------
    TypeError, ValueError
        As `cosine`.

    Notes
    -----
    It is no metric: the way over a third vector may be shorter. The angle itself, `math.acos(cosine(a, b))`, is one
    between directions [1]_, and puts neighbours in the same order.

    References
    ----------
    .. [1] S. van Dongen, A. J. Enright (2012). "Metric distances derived from cosine similarity and Pearson and
       Spearman correlations". arXiv:1208.3145.

    Examples
    --------
    >>> from textvec.similarity.measures import cosine_distance
    >>> cosine_distance("good food", "great food")
    0.5
    >>> here, between, there = [1, 0], [1, 1], [0, 1]
    >>> cosine_distance(here, between) + cosine_distance(between, there) < cosine_distance(here, there)
    True
    """
    return 1.0 - cosine(a, b)


def jaccard(a: Any, b: Any) -> float:
    r"""Return how much two sets share of all they hold [1]_, or two mappings of weights, of all they weigh [2]_.

    .. math:: J(A, B) = \frac{|A \cap B|}{|A \cup B|} \qquad
              J(x, y) = \frac{\sum_i \min(x_i, y_i)}{\sum_i \max(x_i, y_i)}

    Parameters
    ----------
    a, b : str, set, or iterable of hashable; mapping to weights, array or sparse row of shape (n,) or (1, n)
        A text is the set of its words, those of `Tokenizer()`: in lower case, of two characters and more. To keep every
        word, give words: `Tokenizer("unicode").tokenize(text)`. Weights are 0 or more; an item of a set weighs 1.

    Returns
    -------
    float
        Between 0 and 1; 0 if both are empty, as nothing is similar to a text without words.

    Raises
    ------
    TypeError
        If one is a vector and the other is not, it is no collection, or a list of numbers, which might be either a
        set or weights.
    ValueError
        If there are several rows, the vectors differ in length, or a weight is negative or not finite.

    References
    ----------
    .. [1] P. Jaccard (1912). "The distribution of the flora in the alpine zone". New Phytologist 11(2), 37-50.
    .. [2] M. Ruzicka (1958). "Anwendung mathematisch-statistischer Methoden in der Geobotanik". Biologia 13, 647-661.

    Examples
    --------
    >>> from textvec.similarity.measures import jaccard
    >>> jaccard("good food", "good cheap food at home")
    0.4
    >>> from textvec import Tokenizer
    >>> jaccard(*map(Tokenizer("unicode").tokenize, ["I am a man", "I am a cat"]))  # "I" and "a" are words, too
    0.6
    >>> jaccard({1, 2, 3}, {2, 3, 4})
    0.5
    >>> jaccard({"good": 2, "food": 1}, {"good": 1, "mood": 1})
    0.25
    """
    x, y = aligned(_collected(a, "jaccard"), _collected(b, "jaccard"), "jaccard")
    if min(x.min(initial=0), y.min(initial=0)) < 0:
        raise ValueError("jaccard: weights must be 0 or more, but there are negative ones. cosine takes any numbers.")
    x, y = scaled(x, y), scaled(y, x)
    whole = float(np.maximum(x, y).sum())
    return float(np.minimum(x, y).sum()) / whole if whole else 0.0


@overload
def percent(score: float, digits: int = 1) -> str: ...
@overload
def percent(score: Iterable[float], digits: int = 1) -> list[str]: ...
def percent(score: float | Iterable[float], digits: int = 1) -> str | list[str]:
    """Write similarities as percentages.

    Parameters
    ----------
    score : float or iterable of float
        Between -1 and 1.
    digits : int, default=1
        Digits behind the point.

    Returns
    -------
    str or list of str
        One for each score. They are rounded, so 100.0 % need not mean equal, nor 0.0 % nothing shared.

    Raises
    ------
    TypeError
        If a score is no number, or `digits` no whole one.
    ValueError
        If a score is not between -1 and 1, as that of BM25 may be, or is NaN; or `digits` is negative.

    Examples
    --------
    >>> from textvec.similarity.measures import percent
    >>> percent(0.9234)
    '92.3 %'
    >>> percent([1, 0.256, -0.5], digits=0)
    ['100 %', '26 %', '-50 %']
    """
    if not is_integer(digits):
        raise TypeError(f"percent: digits must be a whole number, but it is {digits!r}.")
    if digits < 0:
        raise ValueError(f"percent: digits must be 0 or more, but it is {digits}.")
    if issparse(score):  # its rows are matrices of one row, and so on without end
        raise TypeError("percent: a score must be a number, but a sparse matrix was given. Pass matrix.data.")
    if isinstance(score, Iterable) and not isinstance(score, str | bytes) and getattr(score, "shape", None) != ():
        return [percent(one, digits) for one in score]
    if isinstance(score, np.ndarray):
        score = score.item()
    if not is_real(score):
        raise TypeError(f"percent: a score must be a number, but {score!r:.60} was given.")
    if not abs(score) <= 1 + _FLOAT32_NOISE:
        raise ValueError(f"percent: a score must lie between -1 and 1, but {score!r} was given.")
    return f"{float(score):z.{digits}%}".replace("%", " %")


def _counted(x: Any, who: str) -> FeatureWeights | Floats:
    vector = vector_of(x, who)
    return word_weights(x, who) if vector is None else vector


def _collected(x: Any, who: str) -> FeatureWeights | Floats:
    vector = None if isinstance(x, list | tuple) else vector_of(x, who)
    return item_weights(x, who) if vector is None else vector
