"""Clusters of vectors, and the terms that name them.

Tested in tests/plots/test_clusters.py.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textvec._common.numbers import is_integer
from textvec.plots._projection import few_dimensions

N_NAMES = 3
"""How many terms name a cluster: more do not fit on a map."""
MIN_EXCESS = 2.0
"""How many times as frequent in a cluster as in all texts a term has to be to name it. Without that, words like "the"
name every cluster whose encoder had no stop words."""
MIN_SHARE = 0.05
"""In which share of a cluster's texts a term has to be to name it. Without that, a name that one long text repeats says
what a hundred others are about."""
_FRAGMENTS = frozenset(
    "aren couldn didn doesn don hadn hasn haven isn ll shouldn ve wasn weren wouldn".split()  # noqa: SIM905
)
"""What the default tokenizer leaves of "aren't" and "we'll"; scikit-learn's stop words lack these."""


def clustered(vectors: Any, n_clusters: int, seed: int, caller: str, few: Any = None) -> NDArray[np.int64]:
    """Return the cluster of each vector by k-means on directions: 0 is the largest, of equal ones the first.

    `few` is what `few_dimensions` returns of the vectors, if they have gone through it already.

    Raises
    ------
    ValueError
        If there are not that many vectors, or the number is none.
    """
    n = vectors.shape[0]
    if not is_integer(n_clusters) or not 1 <= n_clusters <= n:
        raise ValueError(
            f"{caller}: clusters must be a number from 1 to that of points, {n}, or None, but it is {n_clusters!r}."
        )
    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.preprocessing import normalize

    few = few_dimensions(vectors, seed) if few is None else few
    directions = normalize(np.asarray(few, np.float64))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        found = KMeans(n_clusters, n_init="auto", random_state=seed).fit_predict(directions)
    sizes = np.bincount(found, minlength=n_clusters)
    if (n_filled := int((sizes > 0).sum())) < n_clusters:
        warnings.warn(
            f"{caller}: {n_clusters} clusters were asked for, but there are only {n_filled} different points.",
            stacklevel=3,
        )
    rank = np.empty(n_clusters, np.int64)
    first_row = np.full(n_clusters, n)
    np.minimum.at(first_row, found, np.arange(n))
    rank[np.lexsort((first_row, -sizes))] = np.arange(n_clusters)
    ranked: NDArray[np.int64] = rank[found]
    return ranked


def class_tfidf(counts: Any, classes: NDArray[np.int64]) -> NDArray[np.float64]:
    r"""Return the c-TF-IDF of each term in each class: how much it says about the class.

    .. math:: W_{t,c} = tf_{t,c} \cdot \ln\left(1 + \frac{A}{f_t}\right)

    :math:`tf_{t,c}` is the share of term t among all terms of class c, :math:`f_t` its number in all classes, and A the
    average number of terms in a class. A class without a term has zeros.

    Parameters
    ----------
    counts : CSR matrix of shape (n_documents, n_terms)
    classes : ndarray of int of shape (n_documents,)
        From 0; every number up to the largest is a class.

    References
    ----------
    Grootendorst (2022), BERTopic: Neural topic modeling with a class-based TF-IDF procedure. arXiv:2203.05794. The
    shares in place of numbers are those of its implementation; they change no order within a class.
    """
    totals = _by_class(counts, classes)
    all_of_term = totals.sum(axis=0)
    average = all_of_term.sum() / len(totals)
    shares = totals / np.maximum(totals.sum(axis=1, keepdims=True), 1)
    weights: NDArray[np.float64] = shares * np.log1p(average / np.maximum(all_of_term, 1))
    return weights


def named_by_terms(counts: Any, terms: Sequence[str], classes: NDArray[np.int64]) -> list[str]:
    """Return for each class the `N_NAMES` terms that tell it best from others, of those that many of its texts have.

    They are the ones of highest c-TF-IDF that are `MIN_EXCESS` times as frequent in the class as in all texts; where
    there are fewer of these, those follow that are most in excess. English stop words come last: texts that are alike
    in "was" and "were" are clusters of their own, but their names say nothing.
    """
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    if not counts.shape[1]:
        return _unique(["no term"] * (int(classes.max()) + 1))
    totals = _by_class(counts, classes)
    shares = totals / np.maximum(totals.sum(axis=1, keepdims=True), 1)
    excess = shares / np.maximum(totals.sum(axis=0) / max(totals.sum(), 1), np.finfo(float).tiny)
    in_texts = _by_class(counts != 0, classes) / np.bincount(classes)[:, None].clip(1)
    stop_words = ENGLISH_STOP_WORDS | _FRAGMENTS
    are_stop_words = np.array([stop_words.issuperset(term.split()) for term in terms])
    names = []
    for weight, times, in_share in zip(class_tfidf(counts, classes), excess, in_texts, strict=True):
        enough = times >= MIN_EXCESS
        order = np.lexsort((-np.where(enough, weight, times), ~enough, in_share < MIN_SHARE, are_stop_words))
        order = order[weight[order] > 0][:N_NAMES]
        names.append(", ".join(terms[term] for term in order) or "no term")
    return _unique(names)


def named_by_nearest(vectors: Any, texts: Sequence[str], classes: NDArray[np.int64]) -> list[str]:
    """Return for each cluster of words the ones nearest to its centre by cosine."""
    from sklearn.preprocessing import normalize

    directions = normalize(np.asarray(vectors, np.float64))
    names = []
    for cluster in range(int(classes.max()) + 1):
        members = np.flatnonzero(classes == cluster)
        cosines = directions[members] @ directions[members].mean(axis=0)
        names.append(", ".join(texts[member] for member in members[np.argsort(-cosines, kind="stable")[:N_NAMES]]))
    return _unique(names)


def _by_class(counts: Any, classes: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the number of each term in each class."""
    import scipy.sparse as sp

    n = len(classes)
    members = sp.csr_array((np.ones(n), (classes, np.arange(n))), shape=(int(classes.max()) + 1, n))
    return np.asarray((members @ sp.csr_array(counts)).toarray(), np.float64)


def _unique(names: list[str]) -> list[str]:
    """Return names that are all different: those that are repeated get a number."""
    numbers = Counter(names)
    seen: Counter[str] = Counter()
    made = []
    for name in names:
        seen[name] += 1
        made.append(f"{name} ({seen[name]})" if numbers[name] > 1 else name)
    return made
