"""How alike the sentences of a paragraph are, or any few texts: all of their similarities, as a table to look at."""

from __future__ import annotations

import html
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from textvec.index.results import snippet
from textvec.preprocessing.chunker import Chunker
from textvec.text.documents import as_strings

_SHOWN = 12  # texts that are shown
_WIDTH = 48  # characters of a text that are shown


class TextPair(NamedTuple):
    """Two texts and their similarity.

    Attributes
    ----------
    first, second : int
        Their positions among the texts.
    score : float
    first_text, second_text : str
    """

    first: int
    second: int
    score: float
    first_text: str
    second_text: str


class SimilarityMatrix:
    """Texts and the similarity of each to each, as `similarity_matrix` makes it.

    Attributes
    ----------
    texts : list of str
    scores : ndarray of float64 of shape (n_texts, n_texts)
        Symmetric; 1 on the diagonal, or 0 where the vector of a text is zero.
    """

    def __init__(self, texts: list[str], scores: NDArray[np.float64]) -> None:
        self.texts = texts
        self.scores = scores

    def pairs(self, k: int | None = 10) -> list[TextPair]:
        """Return the most similar pairs of texts, best first, equal ones by position.

        Parameters
        ----------
        k : int or None, default=10
            How many at most; None for all. Pairs whose score is not over 0 have nothing in common, and are left out.

        Returns
        -------
        list of TextPair

        Examples
        --------
        >>> from textvec.similarity.pairwise import similarity_matrix
        >>> for pair in similarity_matrix("Bees make honey. Bears eat honey. It rains.").pairs():
        ...     print(pair)
        TextPair(first=0, second=1, score=0.224..., first_text='Bees make honey.', second_text='Bears eat honey.')
        """
        if k is not None and k < 0:
            raise ValueError(f"SimilarityMatrix: k must be 0 or more, or None for all pairs, but it is {k}.")
        first, second = np.triu_indices(len(self.texts), 1)
        scores = self.scores[first, second]
        best = np.argsort(-scores, kind="stable")[: np.count_nonzero(scores > 0)][:k]
        found = zip(first[best].tolist(), second[best].tolist(), scores[best].tolist(), strict=True)
        return [TextPair(i, j, score, self.texts[i], self.texts[j]) for i, j, score in found]

    def to_pandas(self) -> Any:
        """Return the scores as a DataFrame whose rows and columns are named by the texts.

        Returns
        -------
        pandas.DataFrame of shape (n_texts, n_texts)

        Raises
        ------
        ImportError
            If pandas is not installed.
        """
        try:
            import pandas
        except ImportError as error:
            raise ImportError("SimilarityMatrix.to_pandas needs pandas. Install it with: pip install pandas") from error
        return pandas.DataFrame(self.scores, index=self.texts, columns=self.texts)

    def __len__(self) -> int:
        return len(self.texts)

    def __repr__(self) -> str:
        n = min(len(self), _SHOWN)
        more = len(self) > _SHOWN
        lines = [f"SimilarityMatrix({len(self)} texts)", " " * 4 + "".join(f"{i:6}" for i in range(n))]
        for i in range(n):
            row = "".join(f"{score:6.2f}" for score in self.scores[i, :n].tolist())
            lines.append(f"{i:4}{row}{' ...' * more}  {snippet(self.texts[i], _WIDTH)}")
        return "\n".join([*lines, "   ..."] if more else lines)

    def _repr_html_(self) -> str:
        n = min(len(self), _SHOWN)
        more = "<td>&hellip;</td>" if len(self) > _SHOWN else ""
        head = "".join(f"<th>{i}</th>" for i in range(n))
        rows = "".join(
            f"<tr><th>{i}</th>{''.join(map(_cell, self.scores[i, :n].tolist()))}{more}"
            f'<td style="text-align:left">{html.escape(snippet(self.texts[i], _WIDTH))}</td></tr>'
            for i in range(n)
        )
        last = "<tr><th>&hellip;</th></tr>" if more else ""
        return (
            f"<table><caption>SimilarityMatrix: {len(self)} texts</caption><tr><th></th>{head}</tr>{rows}{last}</table>"
        )


def similarity_matrix(items: Any, encoder: Any = None) -> SimilarityMatrix:
    r"""Return the cosine similarity of each text to each, such as those of a paragraph's sentences.

    .. math:: S_{ij} = \frac{x_i \cdot x_j}{\lVert x_i \rVert \lVert x_j \rVert}

    Parameters
    ----------
    items : str, or iterable of str
        A single text is cut into its sentences, by `Chunker(by="sentence", size=1)`.
    encoder : transformer or callable, default=None
        What makes vectors of texts. It is cloned and fitted on these texts; wrap one that is fitted already, and shall
        stay so, in `sklearn.frozen.FrozenEstimator`. None stands for `TfidfVectorizer()`. A function takes a list of
        texts and returns a matrix.

    Returns
    -------
    SimilarityMatrix
        `scores`, and the most similar `pairs()`.

    Raises
    ------
    ValueError
        If there is no text, one is missing, the encoder finds no words in any of them, or it returns another number
        of rows, or numbers that are not finite.
    TypeError
        If a text is no string, or the encoder neither a transformer nor a function.

    See Also
    --------
    textvec.CosineIndex : For many texts; this takes the square of their number in memory.

    Examples
    --------
    >>> from textvec.similarity.pairwise import similarity_matrix
    >>> matrix = similarity_matrix("Bees make honey. Bears eat honey. It rains in May. Bears eat bees, too.")
    >>> matrix
    SimilarityMatrix(4 texts)
             0     1     2     3
       0  1.00  0.30  0.00  0.25  Bees make honey.
       1  0.30  1.00  0.00  0.54  Bears eat honey.
       2  0.00  0.00  1.00  0.00  It rains in May.
       3  0.25  0.54  0.00  1.00  Bears eat bees, too.
    >>> matrix.pairs(1)[0].second_text
    'Bears eat bees, too.'
    """
    texts = [passage.text for passage in Chunker(size=1).split(items)] if isinstance(items, str) else _strings(items)
    if not texts:
        raise ValueError("similarity_matrix: at least one text was expected, but there is none.")
    matrix = _encode(texts, encoder)
    from sklearn.metrics.pairwise import cosine_similarity

    similar = cosine_similarity(matrix, dense_output=True)
    if similar.shape != (len(texts), len(texts)):
        raise ValueError(
            f"similarity_matrix: the encoder must return a row for each of the {len(texts)} texts, but it returned "
            f"{len(similar)}."
        )
    scores = np.clip((similar + similar.T) / 2, -1, 1)  # sums of sparse rows depend on their order
    np.fill_diagonal(scores, scores.diagonal() > 0.5)  # 1 but for rounding, or 0
    return SimilarityMatrix(texts, scores)


def _strings(items: Any) -> list[str]:
    texts: list[str] = as_strings(items).to_pylist()
    return texts


def _encode(texts: list[str], encoder: Any) -> Any:
    if encoder is None:
        from textvec.vectorizers import TfidfVectorizer

        encoder = TfidfVectorizer()
    if hasattr(encoder, "fit") and hasattr(encoder, "transform"):
        from sklearn.base import clone

        matrix = clone(encoder).fit(texts, None).transform(texts)  # as a FrozenEstimator has it, too
    elif callable(encoder):
        matrix = encoder(texts)
    else:
        raise TypeError(
            "similarity_matrix: encoder must be a transformer, such as a vectorizer or a Pipeline that ends in one, or "
            f"a function that returns a matrix, but {encoder!r:.60} was given."
        )
    return matrix.astype(np.float64) if hasattr(matrix, "tocsr") else np.asarray(matrix, np.float64)


def _cell(score: float) -> str:
    """Return a cell of an HTML table, the bluer the higher its score, and red below 0."""
    colour = "31,119,180" if score >= 0 else "214,39,40"
    return f'<td style="background:rgba({colour},{0.8 * abs(score):.2f})">{score:.2f}</td>'
