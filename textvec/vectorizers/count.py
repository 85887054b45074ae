"""Bag of words and bag of n-grams: scikit-learn's CountVectorizer, many times faster.

The class is scikit-learn's own in everything that is not counting: its parameters, their validation, its analyzers.
Counting is done on integers: `textvec.vectorizers._analysis` makes them, `textvec.vectorizers._ngrams` counts them.
"""

from __future__ import annotations

import warnings
from numbers import Integral
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import CountVectorizer as _SklearnCountVectorizer
from sklearn.utils.validation import check_array

from textvec.tokens import accept
from textvec.vectorizers._analysis import count_documents
from textvec.vectorizers._ngrams import Counts, NGrams

try:  # scikit-learn 1.9 lets its users choose between sparse matrices and sparse arrays
    from sklearn.utils._sparse import _align_api_if_sparse as as_configured
except ImportError:

    def as_configured(X: Any) -> Any:
        """Return a sparse matrix, the only kind older releases of scikit-learn make."""
        return sp.csr_matrix(X)


class _Rows(NamedTuple):
    """The counts of documents as the three arrays of a CSR matrix."""

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    counts: NDArray[np.int32]


class CountVectorizer(_SklearnCountVectorizer):  # type: ignore[misc]
    r"""Convert documents to a matrix of token counts: scikit-learn's parameters, scikit-learn's matrix.

    A drop-in replacement for `sklearn.feature_extraction.text.CountVectorizer`: every parameter means the same, and
    the matrix has the same columns in the same order, the same dtype and the same values. Three things are added:
    documents may come as `textvec.Tokens` or lists of words, which are then taken as they are (only stop words,
    n-grams and pruning still apply); `vocabulary_` and the names of features are made when they are asked for; and
    the indices of each row come sorted.

    Parameters
    ----------
    input : {'filename', 'file', 'content'}, default='content'
        What the items given to `fit` are: names of files, open files, or the text itself.
    encoding : str, default='utf-8'
        How bytes and files are decoded.
    decode_error : {'strict', 'ignore', 'replace'}, default='strict'
        What to do with bytes that cannot be.
    strip_accents : {'ascii', 'unicode'} or callable, default=None
        Remove accents before tokens are made.
    lowercase : bool, default=True
        Lower-case text before tokens are made.
    preprocessor : callable, default=None
        `str -> str`, in the place of lower-casing and accent-stripping.
    tokenizer : callable, default=None
        `str -> list of str`, in the place of `token_pattern`.
    stop_words : {'english'} or list of str, default=None
        Tokens to leave out, compared as they are written. `textvec.StopWords` puts them through the tokenizer first.
    token_pattern : str, default=r"(?u)\\b\\w\\w+\\b"
        Regular expression of a token. Patterns that take the longest runs of one class of characters (such as
        ``\w+``, ``[a-z]{3,}``, ``\S+``) are done by the fast kernel, all others by `re`.
    ngram_range : tuple (min_n, max_n), default=(1, 1)
        Lengths of the n-grams to count.
    analyzer : {'word', 'char', 'char_wb'} or callable, default='word'
        What features are made of; a callable makes them from a document. Character n-grams take the general path.
    max_df, min_df : float in range [0.0, 1.0] or int, default=1.0 and 1
        Leave out terms in more, or fewer, documents than this share or number of them.
    max_features : int, default=None
        Keep only so many terms, those with the highest counts.
    vocabulary : Mapping or iterable, default=None
        The terms, in the order of their columns, instead of learning them.
    binary : bool, default=False
        1 for every term that occurs.
    dtype : dtype, default=np.int64
        Of the matrix.

    Attributes
    ----------
    vocabulary_ : dict
        The column of each term.
    fixed_vocabulary_ : bool
        Whether `vocabulary` was given.

    See Also
    --------
    TfidfVectorizer : Weighted counts.
    OneHotVectorizer : Presence, and one-hot vectors of single tokens.

    Examples
    --------
    >>> from textvec import CountVectorizer
    >>> vectorizer = CountVectorizer(ngram_range=(1, 2))
    >>> X = vectorizer.fit_transform(["The food is good", "The food is not good"])
    >>> vectorizer.get_feature_names_out()
    array(['food', 'food is', 'good', 'is', 'is good', 'is not', 'not',
           'not good', 'the', 'the food'], dtype=object)
    >>> X.toarray()
    array([[1, 1, 1, 1, 1, 0, 0, 0, 1, 1],
           [1, 1, 1, 1, 0, 1, 1, 1, 1, 1]])
    """

    ngrams_: NGrams

    def fit(self, raw_documents: Any, y: Any = None) -> CountVectorizer:
        """Learn the terms of the documents.

        Parameters
        ----------
        raw_documents : iterable of str, column of strings, Tokens, or list of lists of str
        y : None
            Ignored.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If no term is left, a document is missing, or one string was given instead of several.
        """
        self._learn(raw_documents)
        return self

    def fit_transform(self, raw_documents: Any, y: Any = None) -> Any:
        """Learn the terms of the documents and return their document-term matrix.

        Parameters
        ----------
        raw_documents : iterable of str, column of strings, Tokens, or list of lists of str
        y : None
            Ignored.

        Returns
        -------
        X : CSR matrix of shape (n_documents, n_terms)
        """
        return self._to_matrix(self._rows(*self._learn(raw_documents)))

    def transform(self, raw_documents: Any) -> Any:
        """Count the terms learnt, or given as `vocabulary`, in documents.

        Parameters
        ----------
        raw_documents : iterable of str, column of strings, Tokens, or list of lists of str

        Returns
        -------
        X : CSR matrix of shape (n_documents, n_terms)
        """
        return self._to_matrix(self._transform_rows(raw_documents))

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Return the terms in the order of their columns.

        Parameters
        ----------
        input_features : None
            Ignored.

        Returns
        -------
        ndarray of str objects of shape (n_terms,)
        """
        self._check_vocabulary()
        return self.ngrams_.names()

    def inverse_transform(self, X: Any) -> list[NDArray[Any]]:
        """Return the terms with nonzero entries of each row.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_documents, n_terms)

        Returns
        -------
        list of n_documents arrays of str
        """
        self._check_vocabulary()
        X = sp.csr_array(check_array(X, accept_sparse="csr", ensure_min_samples=0))
        names = np.array(self.ngrams_.names().tolist())
        rows = (slice(a, b) for a, b in zip(X.indptr, X.indptr[1:], strict=False))
        return [names[X.indices[row][X.data[row] != 0]] for row in rows]

    @property
    def vocabulary_(self) -> dict[Any, int]:
        """The column of each term; made, and kept, at the first request."""
        if "ngrams_" not in self.__dict__:
            raise AttributeError(f"{type(self).__name__} has no vocabulary_ before it is fitted.")
        if "_vocabulary" not in self.__dict__:
            self._vocabulary = {name: column for column, name in enumerate(self.ngrams_.names().tolist())}
        return self._vocabulary

    @vocabulary_.setter
    def vocabulary_(self, terms: dict[Any, int]) -> None:
        self._set_ngrams(NGrams.from_terms(terms))

    def _set_ngrams(self, ngrams: NGrams) -> None:
        self.__dict__.pop("_vocabulary", None)
        self.ngrams_ = ngrams

    def __getstate__(self) -> dict[str, Any]:
        state: dict[str, Any] = super().__getstate__()
        return {key: value for key, value in state.items() if key != "_vocabulary"}

    def _check_vocabulary(self) -> None:
        """As scikit-learn's, which would make the whole dictionary to see whether it is empty."""
        if not hasattr(self, "ngrams_"):
            self._validate_vocabulary()
            if not self.fixed_vocabulary_:
                raise NotFittedError("Vocabulary not fitted or provided")
        if len(self.ngrams_) == 0:
            raise ValueError("Vocabulary is empty")

    def _learn(self, raw_documents: Any) -> tuple[Counts, NDArray[np.int32]]:
        """Count, prune and remember the terms: the counts, and the column of each n-gram or -1."""
        self._validate_params()
        documents = accept(raw_documents)
        self._validate_ngram_range()
        self._warn_for_unused_params()
        self._validate_vocabulary()
        if self.fixed_vocabulary_:
            self._warn_for_upper_case()
            counts = count_documents(self, documents)
            return counts, self.ngrams_.find(counts.ngrams)
        counts = count_documents(self, documents)
        if not len(counts.ngrams):
            raise ValueError("empty vocabulary; perhaps the documents only contain stop words")
        kept = self._kept(counts)
        self._set_ngrams(counts.ngrams.select(np.flatnonzero(kept)))
        return counts, np.where(kept, np.cumsum(kept) - 1, -1).astype(np.int32)

    def _warn_for_upper_case(self) -> None:
        if self.lowercase and any(any(map(str.isupper, term)) for term in self.vocabulary if isinstance(term, str)):
            warnings.warn(
                "Upper case characters found in vocabulary while 'lowercase' is True. "
                "These entries will not be matched with any documents",
                stacklevel=4,
            )

    def _kept(self, counts: Counts) -> NDArray[np.bool_]:
        """Tell which n-grams min_df, max_df and max_features leave, ties broken as in scikit-learn."""
        n = counts.n_documents
        high, low = (b if isinstance(b, Integral) else b * n for b in (self.max_df, self.min_df))
        if high < low:
            raise ValueError("max_df corresponds to < documents than min_df")
        frequencies = counts.document_frequencies
        kept: NDArray[np.bool_] = (frequencies <= float(high)) & (frequencies >= float(low))
        if self.max_features is not None and kept.sum() > self.max_features:
            candidates = np.flatnonzero(kept)
            totals = counts.totals(self.dtype, self.binary)[candidates]
            kept[:] = False
            kept[candidates[(-totals).argsort()[: self.max_features]]] = True
        if not kept.any():
            raise ValueError("After pruning, no terms remain. Try a lower min_df or a higher max_df.")
        return kept

    def _transform_rows(self, raw_documents: Any) -> _Rows:
        documents = accept(raw_documents)
        self._check_vocabulary()
        counts = count_documents(self, documents)
        return self._rows(counts, self.ngrams_.find(counts.ngrams))

    def _rows(self, counts: Counts, columns: NDArray[np.int32]) -> _Rows:
        """Return the counts by document with the columns of each row sorted, whatever their order was."""
        indptr, indices, data = counts.to_rows(columns)
        found = columns[columns >= 0]
        if (found[1:] <= found[:-1]).any():
            X = sp.csr_array((data, indices, indptr), shape=(counts.n_documents, len(self.ngrams_)))
            X.sort_indices()
            indices, data = X.indices.astype(np.int32), X.data
        if self.binary:
            data[:] = 1
        return _Rows(indptr, indices, data)

    def _to_matrix(self, rows: _Rows) -> Any:
        return make_csr(rows.counts.astype(self.dtype), rows.indices, rows.indptr, len(self.ngrams_))


def make_csr(data: NDArray[Any], indices: NDArray[np.int32], indptr: NDArray[np.int64], n_columns: int) -> Any:
    """Return the CSR matrix of sorted rows, with 64-bit indices only where 32 bits cannot count its entries."""
    index_type = np.int32 if len(data) <= np.iinfo(np.int32).max else np.int64
    shape = (len(indptr) - 1, n_columns)
    arrays = (data, indices.astype(index_type, copy=False), indptr.astype(index_type))
    X = sp.csr_array(arrays, shape=shape, dtype=data.dtype)  # refuses a dtype that SciPy cannot work with
    X.has_canonical_format = True
    return as_configured(X)
