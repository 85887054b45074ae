"""What a row of a matrix says in words: its terms with the largest weights."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.utils.validation import check_array

from textvec._common.numbers import check_positive
from textvec._common.offsets import offsets_of


def top_terms(
    row: Any, n_terms: int, names_of: Callable[[NDArray[np.intp]], Iterable[str]], k: int = 10
) -> list[tuple[str, Any]]:
    """Return the terms of one row with the largest weights.

    Parameters
    ----------
    row : sparse or dense row of shape (n_terms,) or (1, n_terms)
        From a matrix, an array, or a pandas table.
    n_terms : int
        How many columns the row must have.
    names_of : callable
        Takes an array of columns and returns their terms.
    k : int, default=10
        How many terms to return at most.

    Returns
    -------
    list of (term, weight)
        Those with a weight other than 0, the largest first, whatever its sign; those of equal size by term.

    Raises
    ------
    ValueError
        If there are several rows, another number of columns, or k is not a positive integer.
    TypeError
        If the row does not consist of numbers.

    Examples
    --------
    >>> import numpy as np
    >>> from textvec.vectorizers._interpretation import top_terms
    >>> terms = np.array(["food", "good", "mood", "pizza"])
    >>> top_terms([0.5, 0.7, 0.5, 0.0], 4, lambda columns: terms[columns].tolist(), k=2)
    [('good', 0.7), ('food', 0.5)]
    """
    check_positive("k", k)
    columns, weights = _stored_values(row, n_terms)
    if len(columns) > k:
        large = abs(weights) >= np.partition(abs(weights), -k)[-k]
        columns, weights = columns[large], weights[large]  # names only for what may be among the first k
    terms = zip(names_of(columns), weights.tolist(), strict=True)
    return sorted(terms, key=lambda term: (-abs(term[1]), term[0]))[:k]


def terms_of_rows(X: Any, n_terms: int, names_of: Callable[[NDArray[np.intp]], NDArray[Any]]) -> list[NDArray[Any]]:
    """Return the terms with nonzero entries of each row.

    Parameters
    ----------
    X : {array-like, sparse matrix} of shape (n_documents, n_terms)
    n_terms : int
        How many columns it must have.
    names_of : callable
        Takes an array of columns and returns an array of their terms.

    Returns
    -------
    list of n_documents arrays

    Raises
    ------
    ValueError
        If it has another number of columns.
    """
    X = sp.csr_array(check_array(X, accept_sparse="csr", ensure_min_samples=0))
    if X.shape[1] != n_terms:
        raise ValueError(
            f"A matrix of {n_terms} columns was expected, one for each term, but one of {X.shape[1]} was given. "
            "Pass a matrix that this vectorizer made."
        )
    columns, places = np.unique(X.indices[X.data != 0], return_inverse=True)
    terms = names_of(columns)[places]
    bounds = offsets_of(X.data != 0)[X.indptr]
    return [terms[a:b] for a, b in pairwise(bounds.tolist())]


def _stored_values(row: Any, n_terms: int) -> tuple[NDArray[np.intp], NDArray[Any]]:
    """Return the columns and values of the entries of one row that are not 0."""
    row = row if sp.issparse(row) else np.asarray(row)
    if row.ndim not in (1, 2) or (row.ndim == 2 and row.shape[0] != 1):
        raise ValueError(f"One row of a matrix was expected, X[i], but an array of shape {row.shape} was given.")
    if row.shape[-1] != n_terms:
        raise ValueError(
            f"A row of {n_terms} columns was expected, one for each term, but one of {row.shape[-1]} was given. "
            "Pass a row that this vectorizer made."
        )
    if row.dtype.kind not in "biuf":
        raise TypeError(f"A row of numbers was expected, but one of {row.dtype} was given.")
    if sp.issparse(row):
        row = row.tocoo()
        row.sum_duplicates()
        columns, weights = row.col, row.data
    else:
        columns, weights = np.arange(n_terms), row.reshape(n_terms)
    return np.asarray(columns[weights != 0], np.intp), weights[weights != 0]
