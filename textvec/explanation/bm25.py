"""Why a document was found by BM25: what each term of the query gave, and of which factors that is the product."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textvec.encoders.column_names import column_names
from textvec.explanation.explanation import Contribution, Explanation
from textvec.explanation.highlights import highlight_columns


class BM25Contribution(Contribution):
    """A term of the query, and what it gives to the score: idf * tf, as often as the query has the term.

    Like every `Contribution` it is a pair of the term and its contribution. What that is made of are attributes.

    Attributes
    ----------
    term : str
        The name of the column.
    contribution : float
        The product of query_frequency, idf and tf.
    query_frequency : float
        How often the query has the term.
    idf : float
        Its inverse document frequency.
    frequency : float
        How often the document has it.
    length : float
        The length of the document divided by the average length.
    tf : float
        What the count is worth at this length, see `BM25Weighting` for the formulas.
    """

    query_frequency: float
    idf: float
    frequency: float
    length: float
    tf: float

    @classmethod
    def of(
        cls, term: str, query_frequency: float, idf: float, frequency: float, length: float, tf: float
    ) -> BM25Contribution:
        """Return the contribution of a term.

        Parameters
        ----------
        term : str
            The name of its column.
        query_frequency, idf, frequency, length, tf : float
            As the attributes of these names.

        Returns
        -------
        BM25Contribution
        """
        made = cls(term, query_frequency * idf * tf)
        vars(made).update(query_frequency=query_frequency, idf=idf, frequency=frequency, length=length, tf=tf)
        return made

    @property
    def details(self) -> str:
        """The factors, for a line of a table."""
        times = "" if self.query_frequency == 1 else f"{self.query_frequency:g} x "
        return f"{times}idf {self.idf:.4f} x tf {self.tf:.4f} (count {self.frequency:g}, length {self.length:.2f})"

    def _asdict(self) -> dict[str, Any]:
        return {**super()._asdict(), **vars(self)}


def explain_bm25(
    encoder: Any,
    query: Any,
    document: Any,
    id: Hashable,  # noqa: A002
    columns: NDArray[Any],
    factors: Sequence[Sequence[float]],
) -> Explanation:
    """Tell what each term of a query gives to the BM25 score of a document.

    Parameters
    ----------
    encoder : CountVectorizer, or Pipeline that ends in one
        Fitted.
    query, document : str or list of str
    id : str or int
        Of the document.
    columns : ndarray of int of shape (n_terms,)
        The terms of the query.
    factors : sequence of sequences of float
        For each term the arguments of `BM25Contribution.of` after its name.

    Returns
    -------
    Explanation
        Of `BM25Contribution`, the largest first, equal ones by term.
    """
    of_terms = [BM25Contribution.of(name, *f) for name, f in zip(column_names(encoder, columns), factors, strict=True)]
    held = {
        column: each.contribution for column, each in zip(columns.tolist(), of_terms, strict=True) if each.frequency
    }
    return Explanation(
        sorted((each for each in of_terms if each.contribution), key=lambda each: (-each.contribution, each.term)),
        float(np.sum([each.contribution for each in of_terms])),
        id=id,
        query=query,
        document=document,
        query_marks=partial(highlight_columns, encoder, query, held),
        document_marks=partial(highlight_columns, encoder, document, held),
    )
