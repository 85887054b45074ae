"""How alike the sentences of a paragraph are, or any few texts: all of their similarities, as a table to look at."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from textvec._common.counted import counted
from textvec._common.html_page import page_or_file
from textvec._common.html_table import Cell, and_more, html_table
from textvec._common.lengths import normalized_rows
from textvec._common.numbers import is_integer
from textvec._common.optional import import_pandas
from textvec._common.printable import printable
from textvec._common.records import Records, snippet
from textvec.encoders.encode import documents_for, is_precomputed, matrix_of, unfitted
from textvec.encoders.vectors import count
from textvec.explanation.highlights import as_text
from textvec.preprocessing.chunker import Chunker
from textvec.similarity.matrix_page import matrix_page
from textvec.vectorizers import CountVectorizer

# What of a matrix is shown, so that it fits on a screen: its first texts, and the first characters of each.
_MAX_SHOWN_TEXTS = 12
_MAX_SHOWN_CHARACTERS = 48
_MAX_PAIRED_CHARACTERS = 26  # of each text of a pair, two of which stand on a line of a terminal with their score


class TextPair(NamedTuple):
    """Two texts and their similarity.

    Attributes
    ----------
    first, second : int
        Their positions among the texts.
    score : float
        How similar they are.
    first_text, second_text : str
        The texts.
    """

    first: int
    second: int
    score: float
    first_text: str
    second_text: str


class TextPairs(Records[TextPair]):
    """Pairs of texts, most similar first: a list of `TextPair` that prints well."""

    _head = ("score", "first", "second", "first text", "second text")
    _texts = frozenset({3, 4})
    _what = ("pair", "pairs")

    def _cells(self, record: TextPair) -> list[str]:
        texts = (snippet(text, _MAX_PAIRED_CHARACTERS) for text in (record.first_text, record.second_text))
        return [f"{record.score:.4f}", str(record.first), str(record.second), *texts]


class SimilarityMatrix:
    """Texts and the similarity of each to each, as `similarity_matrix` makes it.

    Attributes
    ----------
    texts : list of str
        Of documents that are lists of words, the words with spaces between; "row 0", ... of those that are vectors.
    scores : ndarray of float64 of shape (n_texts, n_texts)
        Symmetric; 1 on the diagonal, or 0 where the vector of a text is zero.
    """

    def __init__(self, texts: list[str], scores: NDArray[np.float64]) -> None:
        self.texts = texts
        self.scores = scores

    def pairs(self, k: int | None = 10) -> TextPairs:
        """Return the most similar pairs of texts, best first, equal ones by position.

        Parameters
        ----------
        k : int or None, default=10
            How many at most; None for all. Pairs whose score is not over 0 have nothing in common, and are left out.

        Returns
        -------
        TextPairs
            A list of `TextPair`.

        Examples
        --------
        >>> from textvec.similarity.pairwise import similarity_matrix
        >>> for pair in similarity_matrix("Bees make honey. Bears eat honey. It rains.").pairs():
        ...     print(pair)
        TextPair(first=0, second=1, score=0.224..., first_text='Bees make honey.', second_text='Bears eat honey.')
        """
        if k is not None and (not is_integer(k) or k < 0):
            raise ValueError(f"SimilarityMatrix: k must be 0 or more, or None for all pairs, but it is {k!r}.")
        first, second = np.triu_indices(len(self.texts), 1)
        scores = self.scores[first, second]
        best = np.argsort(-scores, kind="stable")[: np.count_nonzero(scores > 0)][:k]
        found = zip(first[best].tolist(), second[best].tolist(), scores[best].tolist(), strict=True)
        return TextPairs([TextPair(i, j, score, self.texts[i], self.texts[j]) for i, j, score in found])

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
        pandas = import_pandas("SimilarityMatrix.to_pandas")
        return pandas.DataFrame(self.scores, index=self.texts, columns=self.texts)

    def to_html(
        self, path: str | os.PathLike[str] | None = None, *, title: str = "How similar texts are"
    ) -> str | None:
        """Return a page of HTML with the matrix in percent as a coloured table and the most similar pairs, or write it.

        It loads nothing, and is for light and dark screens, for phones and for paper. Texts are numbered from 1.

        Parameters
        ----------
        path : str or path-like, optional
            Where to write it, whole or not at all.
        title : str, default="How similar texts are"
            The heading.

        Returns
        -------
        str or None
            The page, unless it is written to a file; of more than 200 texts with the first 200, which it says.

        Raises
        ------
        OSError
            If the file cannot be written.

        Examples
        --------
        >>> from textvec.similarity import similarity_matrix
        >>> page = similarity_matrix("Bees make honey. Bears eat honey.").to_html()
        >>> '<td class="l3">33</td>' in page
        True
        """
        return page_or_file(matrix_page(self, title), path)

    def __len__(self) -> int:
        return len(self.texts)

    def __repr__(self) -> str:
        n = min(len(self), _MAX_SHOWN_TEXTS)
        more = len(self) > _MAX_SHOWN_TEXTS
        lines = [f"SimilarityMatrix({counted(len(self), 'text')})", " " * 4 + "".join(f"{i:6}" for i in range(n))]
        for i in range(n):
            row = "".join(f"{score:6.2f}" for score in self.scores[i, :n].tolist())
            lines.append(f"{i:4}{row}{' ...' * more}  {snippet(self.texts[i], _MAX_SHOWN_CHARACTERS)}")
        return printable("\n".join([*lines, "   ..."] if more else lines), keep="\n")

    def _repr_html_(self) -> str:
        n = min(len(self), _MAX_SHOWN_TEXTS)
        more = ["…"] * (len(self) > _MAX_SHOWN_TEXTS)
        rows: Iterator[list[str | Cell]] = (
            [str(i), *map(_cell, row), *more, snippet(self.texts[i], _MAX_SHOWN_CHARACTERS)]
            for i, row in enumerate(self.scores[:n, :n].tolist())
        )
        return html_table(
            ["", *map(str, range(n)), *more, "text"],
            rows,
            caption=f"SimilarityMatrix: {counted(len(self), 'text')}",
            texts={n + 1 + len(more)},
            row_heads=True,
            rest=and_more(len(self) - n, "text"),
        )


def similarity_matrix(
    items: Any, encoder: Any = None, *, measure: Literal["cosine", "jaccard"] = "cosine"
) -> SimilarityMatrix:
    r"""Return the similarity of each text to each, such as those of a paragraph's sentences.

    .. math:: S_{ij} = \frac{x_i \cdot x_j}{\lVert x_i \rVert \lVert x_j \rVert}
              \qquad \text{or} \qquad J_{ij} = \frac{|T_i \cap T_j|}{|T_i \cup T_j|}

    Parameters
    ----------
    items : str, iterable of str, column of strings, Tokens, or list of lists of str
        A single text is cut into its sentences, by `Chunker(by="sentence", size=1)`. Anything else are documents of
        the encoder.
    encoder : transformer, callable or "precomputed", default=None
        What makes vectors of texts. It is cloned and fitted on these texts; wrap one that is fitted already, and shall
        stay so, in `sklearn.frozen.FrozenEstimator`. None stands for `TfidfVectorizer()`, and for `CountVectorizer()`
        if there are two texts only, or for Jaccard. A function takes a list of texts and returns a matrix. With
        "precomputed", documents are rows of a matrix already.
    measure : {"cosine", "jaccard"}, default="cosine"
        The cosine of two vectors :math:`x`, or the share of the terms :math:`T` of either text that both have: those
        are the columns where its vector is not 0.

    Returns
    -------
    SimilarityMatrix
        `scores`, and the most similar `pairs()`.

    Raises
    ------
    ValueError
        If there is no text, one is missing, the encoder finds no words in any of them, or it returns another number
        of rows, or numbers that are not finite; if there is no such measure; or, for Jaccard, if vectors have negative
        numbers, as those that stand for meaning do.
    TypeError
        If a text is no string, or the encoder is none, or cannot be fitted.

    See Also
    --------
    textvec.similarity.cosine, textvec.similarity.jaccard : Two texts; the same number as here.
    textvec.plots.similarity_heatmap : A picture of the matrix.
    textvec.CosineIndex : For many texts; this takes the square of their number in memory.

    Notes
    -----
    Two texts have no document frequencies to speak of: TF-IDF would let the words that they share weigh least. So their
    words are counted, and the score is that of `cosine`. The scores of more texts depend on all of them, unless the
    encoder is `CountVectorizer()` or one that is fitted already. The words of texts are those of two characters and
    more, see `Tokenizer`; to keep every word, pass `make_pipeline(Tokenizer("unicode"), CountVectorizer())`.

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
    if measure not in ("cosine", "jaccard"):
        raise ValueError(f"similarity_matrix: measure must be 'cosine' or 'jaccard', but it is {measure!r}.")
    chosen = unfitted(encoder, "similarity_matrix")
    if isinstance(items, str):
        items = [passage.text for passage in Chunker(size=1).split(items)]
    documents = documents_for(chosen, items, "similarity_matrix")
    n = count(documents)
    if not n:
        raise ValueError("similarity_matrix: at least one text was expected, but there is none.")
    if encoder is None and (n == 2 or measure == "jaccard"):
        chosen = CountVectorizer()
    matrix = matrix_of(chosen, documents, fit=True, caller="similarity_matrix")
    scores = _cosines(matrix) if measure == "cosine" else _overlaps(matrix)
    return SimilarityMatrix([f"row {i}" for i in range(n)] if is_precomputed(chosen) else _as_texts(documents), scores)


def _cosines(matrix: Any) -> NDArray[np.float64]:
    units = normalized_rows(matrix)
    similar = _dense(units @ units.T)
    scores = np.clip((similar + similar.T) / 2, -1, 1)  # sums of sparse rows depend on their order
    np.fill_diagonal(scores, scores.diagonal() > 0.5)  # 1 but for rounding, or 0
    return scores


def _overlaps(matrix: Any) -> NDArray[np.float64]:
    """Return how many terms two rows share, divided by how many either has; 0 where neither has any."""
    if matrix.shape[1] and matrix.min() < 0:
        raise ValueError(
            "similarity_matrix: Jaccard compares the terms of texts, which are the columns where their vectors are not "
            "0, but there are negative numbers. Count words, as CountVectorizer() does, or take the cosine."
        )
    present = (matrix != 0).astype(np.float64)
    shared = _dense(present @ present.T)
    sizes = shared.diagonal()
    either = sizes[:, None] + sizes - shared
    return np.divide(shared, either, out=np.zeros_like(shared), where=either > 0)


def _dense(matrix: Any) -> NDArray[np.float64]:
    dense: NDArray[np.float64] = matrix.toarray() if hasattr(matrix, "toarray") else matrix
    return dense


def _as_texts(documents: Any) -> list[str]:
    listed = documents.to_pylist() if isinstance(documents, pa.Array) else documents
    return [as_text(document) for document in listed]


def _cell(score: float) -> Cell:
    """Return a cell of an HTML table, the bluer the higher its score, and red below 0."""
    colour = "31,119,180" if score >= 0 else "214,39,40"
    return Cell(f"{score:.2f}", f"background:rgba({colour},{0.8 * abs(score):.2f})")
