"""TF-IDF: scikit-learn's TfidfVectorizer, many times faster."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.feature_extraction.text import TfidfVectorizer as _SklearnTfidfVectorizer
from sklearn.utils.validation import check_is_fitted

from textvec._memory import release
from textvec._threads import n_threads, run, split
from textvec.kernels.weight import weigh
from textvec.vectorizers._ngrams import Counts
from textvec.vectorizers.count import CountVectorizer, _Rows, make_csr

_NORMS = {None: 0, "l1": 1, "l2": 2}


class TfidfVectorizer(CountVectorizer, _SklearnTfidfVectorizer):  # type: ignore[misc]
    r"""Convert documents to a matrix of TF-IDF weights: scikit-learn's parameters, scikit-learn's matrix.

    A drop-in replacement for `sklearn.feature_extraction.text.TfidfVectorizer`, equal to it to 1e-12 (1e-6 for
    `dtype=np.float32`). The weight of term t in document d is

    .. math:: w(t, d) = tf(t, d) \cdot \left(\ln\frac{1 + n}{1 + df(t)} + 1\right)

    where tf is the count (with `sublinear_tf` 1 + ln of it), n the number of documents and df the number of those
    that hold t (without `smooth_idf` both ones added in the fraction go); each row is then divided by its norm.

    Parameters
    ----------
    input, encoding, decode_error, strip_accents, lowercase, preprocessor, tokenizer, analyzer, stop_words, \
token_pattern, ngram_range, max_df, min_df, max_features, vocabulary, binary
        See `CountVectorizer`.
    dtype : dtype, default=np.float64
        Of the matrix: np.float64 or np.float32.
    norm : {'l1', 'l2'} or None, default='l2'
        What each row's norm is made 1 by.
    use_idf : bool, default=True
        Weigh by inverse document frequency.
    smooth_idf : bool, default=True
        Count one document more, which holds every term.
    sublinear_tf : bool, default=False
        1 + ln(count) in the place of the count.

    Attributes
    ----------
    vocabulary_ : dict
        The column of each term.
    idf_ : ndarray of shape (n_terms,)
        Inverse document frequencies; may be set.
    fixed_vocabulary_ : bool
        Whether `vocabulary` was given.

    References
    ----------
    Manning, Raghavan and Schütze (2008), Introduction to Information Retrieval, chapter 6.2; the smoothing and the
    added 1 are scikit-learn's.

    Examples
    --------
    >>> from textvec import TfidfVectorizer
    >>> vectorizer = TfidfVectorizer()
    >>> X = vectorizer.fit_transform(["The food is good", "The food is not good"])
    >>> X.toarray().round(3)
    array([[0.5  , 0.5  , 0.5  , 0.   , 0.5  ],
           [0.409, 0.409, 0.409, 0.575, 0.409]])
    """

    def fit(self, raw_documents: Any, y: Any = None) -> TfidfVectorizer:
        """Learn terms and inverse document frequencies.

        Parameters
        ----------
        raw_documents : iterable of str, column of strings, Tokens, or list of lists of str
        y : None
            Ignored.

        Returns
        -------
        self
        """
        self._fit(raw_documents)
        return self

    def fit_transform(self, raw_documents: Any, y: Any = None) -> Any:
        """Learn terms and inverse document frequencies, and return the document-term matrix.

        Parameters
        ----------
        raw_documents : iterable of str, column of strings, Tokens, or list of lists of str
        y : None
            Ignored.

        Returns
        -------
        X : CSR matrix of shape (n_documents, n_terms)
        """
        return self._to_matrix(self._fit(raw_documents))

    def transform(self, raw_documents: Any) -> Any:
        """Weigh documents with what was learnt.

        Parameters
        ----------
        raw_documents : iterable of str, column of strings, Tokens, or list of lists of str

        Returns
        -------
        X : CSR matrix of shape (n_documents, n_terms)
        """
        check_is_fitted(self, msg="The TF-IDF vectorizer is not fitted")
        return self._to_matrix(self._transform_rows(raw_documents))

    def _fit(self, raw_documents: Any) -> _Rows:
        self._check_params()
        counts, columns = self._learn(raw_documents)
        self._tfidf = TfidfTransformer(
            norm=self.norm, use_idf=self.use_idf, smooth_idf=self.smooth_idf, sublinear_tf=self.sublinear_tf
        )
        if self.use_idf:
            self._tfidf.idf_ = self._idf(counts, columns)
        self._tfidf.n_features_in_ = len(self.ngrams_)
        return self._rows(counts, columns)

    def _idf(self, counts: Counts, columns: NDArray[np.int32]) -> NDArray[Any]:
        if not counts.n_documents:
            raise ValueError(f"Found array with 0 sample(s): {type(self).__name__} learns from at least one document.")
        dtype = self._float_type()
        frequencies = np.zeros(len(self.ngrams_), dtype)
        frequencies[columns[columns >= 0]] = counts.document_frequencies[columns >= 0]
        n = counts.n_documents + int(self.smooth_idf)
        idf = np.full_like(frequencies, n) / (frequencies + dtype(self.smooth_idf))
        return np.asarray(np.log(idf) + dtype(1))

    def _float_type(self) -> Any:
        return np.float32 if np.dtype(self.dtype) == np.float32 else np.float64

    def _to_matrix(self, rows: _Rows) -> Any:
        tf = np.arange(int(rows.counts.max(initial=0)) + 1).astype(self.dtype).astype(np.float64)  # uint8 wraps around
        if self._tfidf.sublinear_tf:
            tf[1:] = np.log(tf[1:]) + 1
        idf = self._tfidf.idf_ if hasattr(self._tfidf, "idf_") else np.ones(len(self.ngrams_))
        factors = idf.astype(np.float64, copy=False)
        dtype = self._float_type()
        release(len(rows.counts))
        weights = np.empty(len(rows.counts), dtype)

        def fill(documents: tuple[int, int]) -> None:
            out = weights[rows.indptr[documents[0]] : rows.indptr[documents[1]]]
            buffer = out if dtype == np.float64 else np.empty(len(out))
            weigh(*rows, tf, factors, _NORMS[self._tfidf.norm], *documents, buffer)
            if buffer is not out:
                out[:] = buffer

        run(fill, split(rows.indptr, n_threads(len(weights))))
        if self._tfidf.norm and not np.isfinite(idf).all() and not np.isfinite(weights).all():
            raise ValueError(
                f"Input contains infinity or a value too large for {np.dtype(dtype)!r}: the idf_ of a term is not "
                "finite, because no document held it when idf_ was learnt. Use smooth_idf=True."
            )
        return make_csr(weights, rows.indices, rows.indptr, len(self.ngrams_))
