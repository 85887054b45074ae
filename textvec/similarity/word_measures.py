"""How alike two texts are that share few words, or none: by the vectors of their words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textvec._common.lengths import directions_of
from textvec._common.numbers import is_real
from textvec.embeddings import WordVectors
from textvec.similarity._operands import Floats, aligned, scaled, word_weights


def soft_cosine(a: Any, b: Any, vectors: WordVectors, *, threshold: float = 0.0, exponent: float = 2.0) -> float:
    r"""Return the cosine of two texts' word counts where words that are alike count as partly the same [1]_.

    .. math::

        \text{soft}(x, y) = \frac{x^\top S y}{\sqrt{x^\top S x} \sqrt{y^\top S y}} \qquad
        S_{ij} = \begin{cases} 1 & i = j \\
        \cos(v_i, v_j)^p & i \ne j,\ \cos(v_i, v_j) > t \\ 0 & \text{else} \end{cases}

    with the vectors :math:`v` of words, the threshold :math:`t` and the exponent :math:`p` as in [2]_.

    Parameters
    ----------
    a, b : str, iterable of str, or mapping of words to weights
        A text is cut by `Tokenizer()`, which lower-cases and keeps words of two characters and more; into pieces, if
        the vectors are of pieces and know their tokenizer. Give words where the table holds others:
        `Tokenizer("unicode").tokenize(text)` keeps every word. Weights are 0 or more: counts, or TF-IDF.
    vectors : WordVectors
        A word that it does not know is similar to itself only, unless `vectors.unknown` is "subword".
    threshold : float, default=0.0
        Similarities of words up to this count for nothing; from 0 to 1.
    exponent : float, default=2.0
        Power of those similarities: the more, the less words count that are only a little alike.

    Returns
    -------
    float
        Between 0 and 1; 0 if one has no words.

    Raises
    ------
    TypeError
        If a document is neither text nor words, or `vectors` are no WordVectors.
    ValueError
        If a weight is negative or not finite, or `threshold` or `exponent` is out of range.

    See Also
    --------
    word_movers_distance : Takes each word to its nearest ones instead.
    textvec.EmbeddingVectorizer : One vector for each document, for many of them.

    Notes
    -----
    The values are those of gensim's `SparseTermSimilarityMatrix` of a `WordEmbeddingSimilarityIndex`, without its
    limit to the 100 nearest words. A matrix `S` that was cut off and raised to a power need not be one of inner
    products, so a value over 1 is possible; as in gensim it becomes 1.

    References
    ----------
    .. [1] G. Sidorov, A. Gelbukh, H. Gómez-Adorno, D. Pinto (2014). "Soft similarity and soft cosine measure:
       similarity of features in vector space model". Computación y Sistemas 18(3), 491-504.
    .. [2] D. Charlet, G. Damnati (2017). "SimBow at SemEval-2017 task 3: soft-cosine semantic similarity between
       questions for community question answering". Proceedings of SemEval-2017, 315-319.

    Examples
    --------
    >>> from textvec import WordVectors
    >>> from textvec.similarity.measures import cosine
    >>> from textvec.similarity.word_measures import soft_cosine
    >>> vectors = WordVectors(["tea", "coffee", "moon"], [[4, 1], [3, 1], [-1, 4]])
    >>> cosine("hot tea", "hot coffee")
    0.5
    >>> round(soft_cosine("hot tea", "hot coffee", vectors), 4)
    0.9971
    >>> soft_cosine("tea", "moon", vectors)
    0.0
    """
    _check_vectors(vectors, "soft_cosine")
    if not is_real(threshold) or not 0 <= threshold <= 1:
        raise ValueError(f"soft_cosine: threshold must lie between 0 and 1, but it is {threshold!r}.")
    if not is_real(exponent) or not 0 < exponent < math.inf:
        raise ValueError(f"soft_cosine: exponent must be more than 0, but it is {exponent!r}.")
    first, second = (_weights(document, vectors, "soft_cosine") for document in (a, b))
    x, y = aligned(first, second, "soft_cosine")
    if min(x.min(initial=0), y.min(initial=0)) < 0:
        raise ValueError("soft_cosine: weights must be 0 or more, but there are negative ones.")
    similar = _similarities(list(dict.fromkeys([*first, *second])), vectors)
    similar = np.where(similar > threshold, similar, 0) ** exponent
    np.fill_diagonal(similar, 1)
    x, y = scaled(x), scaled(y)
    squares = float(x @ similar @ x) * float(y @ similar @ y)
    return min(1.0, float(x @ similar @ y) / math.sqrt(squares)) if squares else 0.0


def word_movers_distance(a: Any, b: Any, vectors: WordVectors) -> float:
    r"""Return the least way that the words of one text must travel to become those of the other [1]_.

    .. math::

        \min_{T \ge 0} \sum_{i,j} T_{ij} \Big\lVert \frac{v_i}{\lVert v_i \rVert} - \frac{v_j}{\lVert v_j \rVert}
        \Big\rVert \quad \text{with} \quad \sum_j T_{ij} = x_i,\ \sum_i T_{ij} = y_j

    with the share :math:`x_i, y_j` of each word in its text, and the vectors :math:`v` of words.

    Parameters
    ----------
    a, b : str, iterable of str, or mapping of words to weights
        A text is cut by `Tokenizer()`, which lower-cases and keeps words of two characters and more; into pieces, if
        the vectors are of pieces and know their tokenizer. Give words where the table holds others:
        `Tokenizer("unicode").tokenize(text)` keeps every word. Weights are 0 or more.
    vectors : WordVectors
        Words that it does not know are left out, unless `vectors.unknown` is "subword".

    Returns
    -------
    float
        Between 0 and 2: vectors are scaled to length 1. Infinite if one has no words that are known.

    Raises
    ------
    TypeError
        If a document is neither text nor words, or `vectors` are no WordVectors.
    ValueError
        If a weight is negative or not finite.
    ImportError
        If POT is not installed.

    Notes
    -----
    Solved exactly by POT, Python Optimal Transport [2]_; the value is that of gensim's `KeyedVectors.wmdistance`. The
    time grows with the cube of the number of distinct words: it is for messages and paragraphs. To rank many documents
    take the nearest by `CosineIndex` with an `EmbeddingVectorizer` first.

    References
    ----------
    .. [1] M. J. Kusner, Y. Sun, N. I. Kolkin, K. Q. Weinberger (2015). "From word embeddings to document distances".
       Proceedings of ICML, PMLR 37, 957-966.
    .. [2] R. Flamary et al. (2021). "POT: Python Optimal Transport". Journal of Machine Learning Research 22(78), 1-8.

    Examples
    --------
    >>> from textvec import WordVectors
    >>> from textvec.similarity.word_measures import word_movers_distance
    >>> vectors = WordVectors(["tea", "coffee", "moon"], [[4, 1], [3, 1], [-1, 4]])
    >>> round(word_movers_distance("tea, and more tea", "coffee", vectors), 4)
    0.0768
    >>> round(word_movers_distance("tea", "the moon", vectors), 4)
    1.4142
    """
    _check_vectors(vectors, "word_movers_distance")
    (x, from_), (y, to) = (_located(document, vectors) for document in (a, b))
    if not len(x) or not len(y):
        return math.inf
    try:
        from ot import emd2
    except ImportError as error:
        raise ImportError(
            "word_movers_distance needs POT, which is not installed. "
            'Install it with: pip install "textvec-kit[transport]"'
        ) from error
    from scipy.spatial.distance import cdist

    return float(emd2(x, y, cdist(from_, to)))


def _weights(document: Any, vectors: WordVectors, who: str) -> Mapping[Any, float]:
    """Return the weights of the words of a document; those of a text are what the vectors are of."""
    if isinstance(document, str) and vectors.pieces is not None:
        document = vectors.pieces(document)
    return word_weights(document, who)


def _located(document: Any, vectors: WordVectors) -> tuple[Floats, Floats]:
    """Return the shares of the words of a document that have vectors, and these vectors, of length 1."""
    weight_of = _weights(document, vectors, "word_movers_distance")
    weights, _ = aligned(weight_of, weight_of, "word_movers_distance")
    if weights.min(initial=0) < 0:
        raise ValueError("word_movers_distance: weights must be 0 or more, but there are negative ones.")
    known, units = _unit_vectors(list(weight_of), vectors)
    shares, units = scaled(weights[known]), units[weights[known] > 0]
    shares = shares[shares > 0]
    return shares / (shares.sum() or 1), units


def _similarities(words: list[str], vectors: WordVectors) -> Floats:
    """Return the cosine similarity of each word to each; 0 where one of them is not known."""
    known, units = _unit_vectors(words, vectors)
    similar = np.zeros((len(words), len(words)))
    similar[np.ix_(known, known)] = units @ units.T
    return similar


def _unit_vectors(words: list[str], vectors: WordVectors) -> tuple[NDArray[np.int64], Floats]:
    """Return which of the words have vectors, as positions, and these, of length 1 where they are not zero."""
    rows = vectors.rows(words)
    known = np.flatnonzero((rows >= 0) | (vectors.unknown == "subword"))
    found = vectors[[words[i] for i in known.tolist()]]
    return known, directions_of(found)


def _check_vectors(vectors: Any, who: str) -> None:
    if not isinstance(vectors, WordVectors):
        raise TypeError(
            f"{who}: vectors must be WordVectors, but {type(vectors).__name__} was given. WordVectors.read reads a "
            "file of them, WordVectors.from_gensim takes gensim's, and a fitted Word2Vec has them in `vectors_`."
        )
