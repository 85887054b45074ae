"""One-hot encoding: which words a document holds, and one vector for each of its tokens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn import config_context
from sklearn.utils.validation import check_is_fitted

from textvec import engines
from textvec._common.counted import counted
from textvec._common.csr import make_csr
from textvec._common.diagram import Diagram
from textvec._common.estimator import TextInput, unchanged_on_error
from textvec._common.offsets import offsets_of
from textvec._common.saved import CheckedState, check
from textvec._common.set_output import SparseOutput, labelled
from textvec._common.sklearn_bases import BaseEstimator, TransformerMixin
from textvec.engines.kinds import is_spread
from textvec.text.documents import check_missing
from textvec.vectorizers._analysis import encode_documents
from textvec.vectorizers.count import CountVectorizer


class OneHotVectorizer(CheckedState, Diagram, SparseOutput, TextInput, TransformerMixin, BaseEstimator):
    r"""Convert documents to rows with a 1 for each word that is present, or one document to a row for each token.

    Parameters
    ----------
    lowercase : bool, default=True
        Lower-case text before tokens are made.
    strip_accents : {'ascii', 'unicode'} or callable, default=None
        Remove accents before tokens are made.
    stop_words : {'english'} or list of str, default=None
        Tokens to leave out.
    token_pattern : str, default=r"(?u)\b\w\w+\b"
        Regular expression of a token.
    min_df, max_df : int or float, default=1 and 1.0
        Leave out words in fewer, or more, documents than this number or share of them.
    max_features : int, default=None
        Keep only this many words, those in the most documents.
    vocabulary : Mapping or iterable, default=None
        The words, in the order of their columns, instead of learning them.
    dtype : dtype, default=np.int64
        Of the matrices.
    missing : {'error', 'empty'}, default='error'
        Whether to refuse missing documents (None, NaN, NA, null), or to take them for empty ones.

    Attributes
    ----------
    vocabulary_ : dict
        The column of each word. It may be changed, or another be assigned, and the vectorizer follows.

    See Also
    --------
    CountVectorizer : The counts instead of ones, and n-grams.

    Examples
    --------
    >>> from textvec import OneHotVectorizer
    >>> vectorizer = OneHotVectorizer().fit(["The food is good", "Pizza is great"])
    >>> vectorizer.get_feature_names_out()
    array(['food', 'good', 'great', 'is', 'pizza', 'the'], dtype=object)
    >>> vectorizer.transform(["good good food"]).toarray()
    array([[1, 1, 0, 0, 0, 0]])
    >>> vectorizer.transform_tokens("good good food").toarray()
    array([[0, 1, 0, 0, 0, 0],
           [0, 1, 0, 0, 0, 0],
           [1, 0, 0, 0, 0, 0]])
    """

    def __init__(
        self,
        *,
        lowercase: bool = True,
        strip_accents: Any = None,
        stop_words: Any = None,
        token_pattern: str = r"(?u)\b\w\w+\b",
        min_df: float = 1,
        max_df: float = 1.0,
        max_features: int | None = None,
        vocabulary: Any = None,
        dtype: Any = np.int64,
        missing: str = "error",
    ) -> None:
        self.lowercase = lowercase
        self.strip_accents = strip_accents
        self.stop_words = stop_words
        self.token_pattern = token_pattern
        self.min_df = min_df
        self.max_df = max_df
        self.max_features = max_features
        self.vocabulary = vocabulary
        self.dtype = dtype
        self.missing = missing

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn the words of the documents.

        Parameters
        ----------
        X : iterable of str, column of strings, Tokens, or list of lists of str
            Documents, as strings or as words.
        y : None
            Ignored.

        Returns
        -------
        self
        """
        self._counter = self._new_counter().fit(X)
        return self

    def fit_transform(self, X: Any, y: Any = None) -> csr_matrix:
        """Learn the words of the documents and return which of them each holds.

        Parameters
        ----------
        X : iterable of str, column of strings, Tokens, or list of lists of str
            Documents, as in `fit`.
        y : None
            Ignored.

        Returns
        -------
        CSR matrix of shape (n_documents, n_words)
            Of a Dask or Ray collection, as `CountVectorizer.transform` returns it.
        """
        if is_spread(X):
            return self.fit(X).transform(X)
        with unchanged_on_error(self):
            counter = self._new_counter()
            with config_context(transform_output="default"):
                rows = counter.fit_transform(X)
            self._counter = counter
            return labelled(self, rows, X)

    def _partial(self, X: Any, y: Any = None) -> pa.RecordBatch:
        return self._new_counter()._partial(X)

    def _merge(self, states: Sequence[pa.RecordBatch]) -> pa.RecordBatch:
        return self._new_counter()._merge(states)

    def _finish(self, state: pa.RecordBatch) -> Self:
        self._counter = self._new_counter()._finish(state)
        return self

    def transform(self, X: Any) -> csr_matrix:
        """Tell which words each document holds.

        Parameters
        ----------
        X : iterable of str, column of strings, Tokens, or list of lists of str
            Documents, as in `fit`.

        Returns
        -------
        CSR matrix of shape (n_documents, n_words)
            Of a Dask or Ray collection, as `CountVectorizer.transform` returns it.
        """
        check_is_fitted(self)
        if is_spread(X):
            return engines.transform_spread(self, X)
        with config_context(transform_output="default"):
            rows = self._counter.transform(X)
        return labelled(self, rows, X)

    def transform_tokens(self, document: str | list[str]) -> csr_matrix:
        """Return one row for each token of one document, with a 1 in the column of its word.

        Parameters
        ----------
        document : str or list of str
            One document, as text or as its tokens.

        Returns
        -------
        CSR matrix of shape (n_tokens, n_words)
            The row of a token that is not in the vocabulary is empty; stop words have no row.
        """
        check_is_fitted(self)
        words, codes, _ = encode_documents(self._counter, [document])
        column_of = self._counter.ngrams_.column_of
        columns = np.fromiter((column_of.get(word, -1) for word in words), np.int32, len(words))[codes]
        self._counter._within(columns)
        known = columns >= 0
        return make_csr(np.ones(known.sum(), self._counter.dtype), columns[known], offsets_of(known), len(column_of))

    def inverse_transform(self, X: Any) -> list[NDArray[Any]]:
        """Return the words of each row, whether rows stand for documents or for tokens.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_rows, n_words)

        Returns
        -------
        list of n_rows arrays of str
        """
        check_is_fitted(self)
        words: list[NDArray[Any]] = self._counter.inverse_transform(X)
        return words

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Return the words in the order of their columns.

        Parameters
        ----------
        input_features : None
            Ignored.

        Returns
        -------
        ndarray of str objects of shape (n_words,)
        """
        check_is_fitted(self)
        return self._counter.get_feature_names_out()

    @property
    def vocabulary_(self) -> dict[str, int]:
        """The column of each word."""
        if not hasattr(self, "_counter"):
            raise AttributeError("OneHotVectorizer has no vocabulary_ before it is fitted.")
        return self._counter.vocabulary_

    @vocabulary_.setter
    def vocabulary_(self, words: dict[str, int]) -> None:
        if not hasattr(self, "_counter"):
            self._counter = self._new_counter()
        self._counter.vocabulary_ = words

    def _new_counter(self) -> CountVectorizer:
        check_missing(self)
        return CountVectorizer(binary=True, **self.get_params(deep=False))

    _saved_attributes: ClassVar[frozenset[str]] = frozenset({"_counter"})

    def _check_loaded(self) -> None:
        if hasattr(self, "_counter"):
            check(isinstance(self._counter, CountVectorizer), "_counter must be a CountVectorizer")

    def _learnt(self) -> list[str]:
        return [counted(len(self._counter.ngrams_), "word")]

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "_counter")
