"""Why a document was found: what each term, or each pair of words, gave to the score."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import cached_property, partial
from typing import Any, NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from textvec._common.counted import counted
from textvec._common.records import Tabular
from textvec.encoders.column_names import column_names
from textvec.encoders.pipeline_steps import steps_of, transformed
from textvec.encoders.vectors import Sparse
from textvec.explanation.highlights import Mark, highlight_columns, highlight_words
from textvec.explanation.rendering import table_lines, to_html, to_page, to_text


class Contribution(NamedTuple):
    """A term that query and document share, and what it gives to their score.

    Attributes
    ----------
    term : str
        The name of the column.
    contribution : float
        The product of the two weights.
    """

    term: str
    contribution: float


class PairContribution(NamedTuple):
    """A word of the query, one of the document, and what their likeness gives to the score.

    Attributes
    ----------
    query_word : str
        As the tokenizer gives it.
    document_word : str
        As the tokenizer gives it.
    contribution : float
        The inner product of what each gives to its vector.
    """

    query_word: str
    document_word: str
    contribution: float


class _PairContributions(Sequence[PairContribution]):
    """Pairs of words, the largest contribution first. Each is made when it is asked for, as two reviews have 50,000.

    Parameters
    ----------
    query_words, document_words : list of str
    gives : ndarray of float64 of shape (n_query_words, n_document_words)
    """

    def __init__(self, query_words: list[str], document_words: list[str], gives: NDArray[np.float64]) -> None:
        order = np.argsort(-gives, axis=None, kind="stable")
        self._words = query_words, document_words
        self._order = order[gives.ravel()[order] != 0]
        self._gives = gives

    def __len__(self) -> int:
        return len(self._order)

    def __iter__(self) -> Iterator[PairContribution]:
        return iter(self[:])

    @overload
    def __getitem__(self, place: int) -> PairContribution: ...
    @overload
    def __getitem__(self, place: slice) -> list[PairContribution]: ...
    def __getitem__(self, place: int | slice) -> PairContribution | list[PairContribution]:
        i, j = np.unravel_index(np.atleast_1d(self._order[place]), self._gives.shape)
        left, right = ([words[n] for n in at.tolist()] for words, at in zip(self._words, (i, j), strict=True))
        pairs = list(map(PairContribution, left, right, self._gives[i, j].tolist()))
        return pairs if isinstance(place, slice) else pairs[0]


class Explanation(Tabular, Sequence[Any]):
    """What made the score of a document for a query: contributions that add up to it, largest first.

    The method `explain` of an index makes it. Sparse vectors give a `Contribution` for each term that both hold,
    averaged word vectors a `PairContribution` for each pair of words, BM25 a `BM25Contribution` for each term of the
    query; negative ones come last. In a notebook it shows both texts with their words marked;
    `print(explanation.to_text())` does so in a terminal.

    Attributes
    ----------
    id : str or int
        Of the document.
    score : float
        The sum of the contributions: the cosine of the two vectors, their inner product, or the score of BM25.
    query, document : str, list of str or None
        The two texts, as they were given; None where they are not known.
    query_marks, document_marks : list of Mark
        Which characters of the texts are words that gave something, and how much; of a list of words, those of the
        words with spaces between.

    Examples
    --------
    >>> from textvec import CosineIndex
    >>> index = CosineIndex().fit(["Pizza is great", "The food is good"])
    >>> explanation = index.explain("a great pizza", 0)
    >>> explanation
    Explanation(score 0.8933, 2 terms)
      0.4467  great
      0.4467  pizza
    >>> [term for term, contribution in explanation]
    ['great', 'pizza']
    >>> [explanation.document[mark.start : mark.end] for mark in explanation.document_marks]
    ['Pizza', 'great']
    >>> print(explanation.to_text(color=False))
    0.8933  0
    query     a [great] [pizza]
    document  [Pizza] is [great]
      0.4467  great
      0.4467  pizza
    """

    def __init__(
        self,
        contributions: Sequence[Contribution] | Sequence[PairContribution],
        score: float,
        *,
        id: Hashable,  # noqa: A002
        query: Any,
        document: Any,
        query_marks: Callable[[], list[Mark]],
        document_marks: Callable[[], list[Mark]],
    ) -> None:
        self.id = id
        self.query = query
        self.document = document
        self.score = score
        self._contributions = contributions
        self._mark_query = query_marks
        self._mark_document = document_marks

    @cached_property
    def query_marks(self) -> list[Mark]:
        """Which characters of the query are words that gave something, and how much; found at the first request."""
        return self._mark_query()

    @cached_property
    def document_marks(self) -> list[Mark]:
        """Which characters of the document are words that gave something, and how much."""
        return self._mark_document()

    def __len__(self) -> int:
        return len(self._contributions)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._contributions)

    @overload
    def __getitem__(self, place: int) -> Any: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Any]: ...
    def __getitem__(self, place: int | slice) -> Any:
        return self._contributions[place]

    def _columns(self) -> Sequence[str] | None:
        if len(self):
            return None
        kind = PairContribution if isinstance(self._contributions, _PairContributions) else Contribution
        return kind._fields

    def to_text(self, *, color: bool = True, full: bool = False) -> str:
        """Return the score, the texts with their words marked, and the largest contributions, for a terminal.

        Parameters
        ----------
        color : bool, default=True
            Whether to mark words in colour, yellow for what adds to the score and cyan for what takes from it, the
            stronger the more; otherwise they are in brackets. Rich prints it in colour where there is any.
        full : bool, default=False
            Whether to show all of a long text, not only what is around marked words.

        Returns
        -------
        str
            Control characters of the texts are replaced.
        """
        return to_text(self, color, full)

    def to_html(self, *, full: bool = False) -> str:
        """Return the same as a page of HTML: it loads nothing, and is for light and dark screens.

        Parameters
        ----------
        full : bool, default=False
            Whether to show all of a long text, not only what is around marked words.

        Returns
        -------
        str
            The stronger a word is marked, the more its terms gave; its tooltip tells how much.
        """
        return to_page(self, full)

    def __repr__(self) -> str:
        what = "pair" if isinstance(self._contributions, _PairContributions) else "term"
        head = f"Explanation(score {self.score:.4f}, {counted(len(self), what)})"
        return "\n".join([head, *table_lines(self)])

    def _repr_html_(self) -> str:
        return to_html(self, full=False)

    def __rich__(self) -> Any:
        from rich.text import Text

        return Text.from_ansi(self.to_text())


def explain_sparse(
    encoder: Any,
    query: Any,
    document: Any,
    query_vector: Sparse,
    row: Sparse,
    id: Hashable,  # noqa: A002
) -> Explanation:
    r"""Tell what each term that two sparse vectors share gives to their cosine.

    .. math:: \cos(q, d) = \sum_t \frac{q_t}{\lVert q \rVert} \frac{d_t}{\lVert d \rVert}

    Parameters
    ----------
    encoder : transformer, Pipeline or function
        What made the vectors, fitted.
    query, document : str, list of str, or None
        The texts, None where they are not known.
    query_vector, row : Sparse
        One vector each, of length 1 or zero.
    id : str or int
        Of the document.

    Returns
    -------
    Explanation
        Of `Contribution`, the largest first, equal ones by term.
    """
    columns, of_query, of_document = np.intersect1d(
        query_vector.indices, row.indices, assume_unique=True, return_indices=True
    )
    gives = query_vector.data[of_query].astype(np.float64) * row.data[of_document]
    contributions = list(map(Contribution, column_names(encoder, columns), gives.tolist()))
    weights = dict(zip(columns.tolist(), gives.tolist(), strict=True))
    return Explanation(
        sorted(contributions, key=lambda each: (-each.contribution, each.term)),
        float(gives.sum()),
        id=id,
        query=query,
        document=document,
        query_marks=partial(highlight_columns, encoder, query, weights),
        document_marks=partial(highlight_columns, encoder, document, weights),
    )


def explain_dense(
    encoder: Any,
    query: Any,
    document: Any,
    id: Hashable,  # noqa: A002
    cosine: bool = True,
) -> Explanation:
    r"""Tell what each pair of words gives to the cosine, or inner product, of two averages of word vectors.

    With :math:`u_i` and :math:`v_j` for what the words of the query and of the document give to the two vectors, their
    weights and the removal of common components included:

    .. math:: \cos(q, d) = \sum_{i, j} \frac{u_i \cdot v_j}{\lVert \sum_i u_i \rVert \lVert \sum_j v_j \rVert}

    Parameters
    ----------
    encoder : EmbeddingVectorizer, or Pipeline that ends in one
        Fitted.
    query, document : str or list of str
    id : str or int
        Of the document.
    cosine : bool, default=True
        Whether the score is the cosine; otherwise it is the inner product, which is not divided by the lengths.

    Returns
    -------
    Explanation
        Of `PairContribution`, the largest first, equal ones by the query's word, then the document's. A word that
        is repeated is in one pair, with what all its occurrences give.

    Raises
    ------
    ValueError
        If the encoder makes vectors that are no sum over words, or a text is not known.
    """
    *steps, vectorizer = steps_of(encoder)
    if not hasattr(vectorizer, "_word_parts"):
        name = getattr(vectorizer, "__name__", type(vectorizer).__name__)
        whose = "precomputed vectors" if vectorizer in (None, "precomputed") else f"the vectors of {name}"
        raise ValueError(
            f"A similarity of {whose} cannot be explained: they are dense, and no sums over words. Those of an "
            "EmbeddingVectorizer can be, alone or at the end of a Pipeline, and those of any encoder that makes sparse "
            "vectors."
        )
    for name, text in (("query", query), ("document", document)):
        if text is None:
            raise ValueError(f"To explain a similarity of averaged word vectors the text of the {name} must be known.")
    (query_words, u), (document_words, v) = (_parts(steps, vectorizer, text) for text in (query, document))
    # These are lengths of sums, by which other rows are divided; as words have vectors in float32, their squares are
    # within the range of float64.
    lengths = np.linalg.norm(u.sum(axis=0)) * np.linalg.norm(v.sum(axis=0)) if cosine else 1.0
    gives = u @ v.T / (lengths or 1.0)
    of_query = dict(zip(query_words, gives.sum(axis=1).tolist(), strict=True))
    of_document = dict(zip(document_words, gives.sum(axis=0).tolist(), strict=True))
    return Explanation(
        _PairContributions(query_words, document_words, gives),
        float(gives.sum()),
        id=id,
        query=query,
        document=document,
        query_marks=partial(highlight_words, encoder, query, of_query),
        document_marks=partial(highlight_words, encoder, document, of_document),
    )


def _parts(steps: list[Any], vectorizer: Any, text: Any) -> Any:
    """Return the words of a text in alphabetical order, and what each gives to its vector."""
    words, vectors = vectorizer._word_parts(transformed([text], steps)[0])
    order = sorted(range(len(words)), key=words.__getitem__)
    return [words[i] for i in order], vectors[order]
