"""TF-IDF: scikit-learn's TfidfVectorizer, many times faster."""

from __future__ import annotations

from copy import copy
from typing import Any, ClassVar, Self

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.utils.validation import check_is_fitted

from textvec import engines
from textvec._common.constraints import without_bools
from textvec._common.counted import counted
from textvec._common.estimator import unchanged_on_error
from textvec._common.memory import release
from textvec._common.query_steps import require
from textvec._common.saved import FLOATS, check, check_array
from textvec._common.set_output import labelled
from textvec._common.sklearn_bases import SklearnTfidfVectorizer
from textvec._common.threads import n_threads, run, split
from textvec.engines.kinds import is_spread
from textvec.kernels.weight import NORMS, weigh
from textvec.vectorizers._constraints import CONSTRAINTS
from textvec.vectorizers._counting import CountRows
from textvec.vectorizers._csr_builder import CsrBuilder
from textvec.vectorizers._idf import inverse_document_frequencies
from textvec.vectorizers._learning import Learner
from textvec.vectorizers._short_texts import FewRows, weigh_few
from textvec.vectorizers._tfidf import MAX_IDF, MIN_IDF
from textvec.vectorizers.count import CountVectorizer


class TfidfVectorizer(CountVectorizer, SklearnTfidfVectorizer):
    r"""Convert documents to a matrix of TF-IDF weights: scikit-learn's parameters, scikit-learn's matrix.

    A drop-in replacement for `sklearn.feature_extraction.text.TfidfVectorizer`, equal to it to 1e-12 (1e-6 for
    `dtype=np.float32`). The weight of term t in document d is

    .. math:: w(t, d) = tf(t, d) \cdot \left(\ln\frac{1 + n}{1 + df(t)} + 1\right)

    where tf is the count (with `sublinear_tf` 1 + ln of it), n the number of documents and df the number of those
    that hold t (without `smooth_idf` both ones added in the fraction go); each row is then divided by its norm.

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
        `str -> str`, instead of lower-casing and accent-stripping.
    tokenizer : callable, default=None
        `str -> list of str`, instead of `token_pattern`.
    analyzer : {'word', 'char', 'char_wb'} or callable, default='word'
        What features are made of; a callable makes them from a document.
    stop_words : {'english'} or list of str, default=None
        Tokens to leave out, as in `CountVectorizer`.
    token_pattern : str, default=r"(?u)\b\w\w+\b"
        Regular expression of a token.
    ngram_range : tuple (min_n, max_n), default=(1, 1)
        Lengths of the n-grams that are features.
    max_df, min_df : float in range [0.0, 1.0] or int, default=1.0 and 1
        Leave out terms in more, or fewer, documents than this share or number of them.
    max_features : int, default=None
        Keep only this many terms, those with the highest counts.
    vocabulary : Mapping or iterable, default=None
        The terms, in the order of their columns, instead of learning them.
    binary : bool, default=False
        Take every term that occurs for one that occurs once.
    dtype : dtype, default=np.float64
        Of the matrix: np.float64 or np.float32.
    norm : {'l1', 'l2'} or None, default='l2'
        What each row's norm is made 1 by.
    use_idf : bool, default=True
        Weigh by inverse document frequency.
    smooth_idf : bool, default=True
        Count one document more, which holds every term.
    sublinear_tf : bool, default=False
        1 + ln(count) instead of the count.
    missing : {'error', 'empty'}, default='error'
        Whether to refuse missing documents (None, NaN, NA, null), or to take them for empty ones.

    Attributes
    ----------
    vocabulary_ : dict
        The column of each term. It may be changed, or another be assigned, and the vectorizer follows.
    idf_ : ndarray of shape (n_terms,)
        Inverse document frequencies; may be set, after which only `fit` can change them. After a change of
        `vocabulary_` that makes it longer or shorter they have to be set.
    document_frequencies_ : ndarray of int32 of shape (n_terms,)
        In how many documents each term occurs.
    n_documents_ : int
        From how many documents was learnt.
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

    _parameter_constraints = {  # noqa: RUF012
        **without_bools(SklearnTfidfVectorizer._parameter_constraints),
        **CONSTRAINTS,
        "missing": CountVectorizer._parameter_constraints["missing"],
    }

    def __init__(
        self,
        *,
        input: str = "content",  # noqa: A002
        encoding: str = "utf-8",
        decode_error: str = "strict",
        strip_accents: Any = None,
        lowercase: bool = True,
        preprocessor: Any = None,
        tokenizer: Any = None,
        analyzer: Any = "word",
        stop_words: Any = None,
        token_pattern: str | None = r"(?u)\b\w\w+\b",
        ngram_range: tuple[int, int] = (1, 1),
        max_df: float = 1.0,
        min_df: float = 1,
        max_features: int | None = None,
        vocabulary: Any = None,
        binary: bool = False,
        dtype: Any = np.float64,
        norm: str | None = "l2",
        use_idf: bool = True,
        smooth_idf: bool = True,
        sublinear_tf: bool = False,
        missing: str = "error",
    ) -> None:
        super().__init__(
            input=input,
            encoding=encoding,
            decode_error=decode_error,
            strip_accents=strip_accents,
            lowercase=lowercase,
            preprocessor=preprocessor,
            tokenizer=tokenizer,
            analyzer=analyzer,
            stop_words=stop_words,
            token_pattern=token_pattern,
            ngram_range=ngram_range,
            max_df=max_df,
            min_df=min_df,
            max_features=max_features,
            vocabulary=vocabulary,
            binary=binary,
            dtype=dtype,
            missing=missing,
        )
        self.norm = norm
        self.use_idf = use_idf
        self.smooth_idf = smooth_idf
        self.sublinear_tf = sublinear_tf

    def partial_fit(self, raw_documents: Any, y: Any = None) -> Self:
        """Learn the terms of more documents, and in how many documents each occurs.

        New terms get columns after those that there are, which keep their places. Fitting in any number of pieces
        gives the inverse document frequencies of fitting at once. Matrices made earlier keep their old weights.

        Parameters
        ----------
        raw_documents : iterable of str, column of strings, Tokens, or list of lists of str
            More documents, as in `fit`.
        y : None
            Ignored.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If `min_df`, `max_df` or `max_features` would leave terms out, or `idf_` was set.
        """
        with unchanged_on_error(self):
            if hasattr(self, "ngrams_") and hasattr(self, "_tfidf") and not hasattr(self, "document_frequencies_"):
                raise ValueError(
                    f"{type(self).__name__}.partial_fit needs the document frequencies behind idf_, but idf_ or "
                    "vocabulary_ was set. Use fit."
                )
            self._check_params()
            before = getattr(self, "document_frequencies_", np.zeros(0, np.int32)), getattr(self, "n_documents_", 0)
            learner = self._learn_more(raw_documents)
            if learner.n_documents:
                self._remember(learner, *before)
        return self

    def transform(self, raw_documents: Any) -> csr_matrix:
        """Weigh documents with what was learnt.

        Parameters
        ----------
        raw_documents : iterable of str, column of strings, Tokens, or list of lists of str
            Documents, as in `fit`.

        Returns
        -------
        X : CSR matrix of shape (n_documents, n_terms)
            Of a Dask or Ray collection, as `CountVectorizer.transform` returns it.
        """
        X = self._matrix_of_few(raw_documents) if "_tfidf" in vars(self) else None
        if X is None:
            check_is_fitted(
                self, "_tfidf", msg="%(name)s: The TF-IDF vectorizer is not fitted. Give it documents: fit(documents)."
            )
            if is_spread(raw_documents):
                return engines.transform_spread(self, raw_documents)
            X = self._to_matrix(self._count_terms(raw_documents))
        return labelled(self, X, raw_documents)

    def _learnt(self) -> list[str]:
        n = self.__dict__.get("n_documents_")  # not there where `idf_` was set
        return [*super()._learnt(), *([] if n is None else [counted(n, "document")])]

    @property
    def idf_(self) -> NDArray[Any]:
        """Inverse document frequency of each column."""
        idf: NDArray[Any] = SklearnTfidfVectorizer.idf_.fget(self)
        return idf

    @idf_.setter
    def idf_(self, value: Any) -> None:
        if hasattr(self, "ngrams_") and len(value) != len(self.ngrams_):
            raise ValueError(f"idf length = {len(value)} must be equal to vocabulary size = {len(self.ngrams_)}")
        SklearnTfidfVectorizer.idf_.fset(self, value)
        self.__dict__.pop("document_frequencies_", None)

    def _follow(self, vocabulary: Any) -> None:
        super()._follow(vocabulary)
        self.__dict__.pop("document_frequencies_", None)  # of other terms, or of terms in other columns

    def _query_steps(self, before: tuple[Any, ...], words: list[str]) -> list[dict[str, Any]]:
        idf = np.asarray(self._tfidf.idf_ if self._tfidf.use_idf else np.ones(len(self.ngrams_)), np.float64)
        ordinary = (idf == 0) | ((np.abs(idf) > MIN_IDF) & (np.abs(idf) < MAX_IDF))
        require(ordinary.all(), f"{type(self).__name__} has an idf_ that is extreme or not finite")
        formula = {"idf": idf, "sublinear_tf": bool(self._tfidf.sublinear_tf), "norm": self._tfidf.norm}
        return [*super()._query_steps(before, words), {"step": "weights", "formula": "tfidf", **formula}]

    def _learn(self, raw_documents: Any, builder: CsrBuilder | None = None) -> Learner:
        self._check_params()
        learner = super()._learn(raw_documents, builder)
        self._remember(learner, np.zeros(0, np.int32), 0)
        return learner

    def _learn_from(self, state: pa.RecordBatch) -> Learner:
        self._check_params()
        learner = super()._learn_from(state)
        self._remember(learner, np.zeros(0, np.int32), 0)
        return learner

    def _remember(self, learner: Learner, frequencies_before: NDArray[np.int32], n_before: int) -> None:
        """Set what is learnt: the frequencies, and the weights that follow from them."""
        frequencies = learner.document_frequencies
        frequencies[: len(frequencies_before)] += frequencies_before
        self.document_frequencies_ = frequencies
        self.n_documents_ = n_before + learner.n_documents
        self._tfidf = TfidfTransformer(
            norm=self.norm, use_idf=self.use_idf, smooth_idf=self.smooth_idf, sublinear_tf=self.sublinear_tf
        )
        self._idf_type = self._float_type()
        if self.use_idf:
            self._tfidf.idf_ = self._idf(self.smooth_idf, self._idf_type)
        self._tfidf.n_features_in_ = len(self.ngrams_)

    def _idf(self, smooth: bool, dtype: Any) -> NDArray[Any]:
        if not self.n_documents_:
            raise ValueError(f"Found array with 0 sample(s): {type(self).__name__} learns from at least one document.")
        return inverse_document_frequencies(self.document_frequencies_, self.n_documents_, smooth, dtype)

    _saved_attributes: ClassVar[frozenset[str]] = CountVectorizer._saved_attributes | {
        "document_frequencies_",
        "n_documents_",
        "_tfidf",
        "_idf_type",
    }
    # `vocabulary` makes terms without fitting, and `idf_` may be set in place of frequencies.
    _not_always_learnt: ClassVar[frozenset[str]] = _saved_attributes - {"ngrams_"}

    def _check_loaded(self) -> None:
        super()._check_loaded()
        if "_tfidf" not in vars(self):
            return
        n = len(self.ngrams_)
        check(isinstance(self._tfidf, TfidfTransformer), "_tfidf must be a TfidfTransformer")
        self._tfidf._validate_params()
        if hasattr(self._tfidf, "idf_"):
            check_array("idf_", self._tfidf.idf_, FLOATS, None)
        if "document_frequencies_" in vars(self):
            check_array("document_frequencies_", self.document_frequencies_, (np.int32,), n)
            check(type(self.n_documents_) is int, "n_documents_ must be an int")

    def __getstate__(self) -> dict[str, Any]:
        state = super().__getstate__()
        if "document_frequencies_" in state and hasattr(state["_tfidf"], "idf_"):
            frequencies = state["document_frequencies_"]
            idf = self._idf(state["_tfidf"].smooth_idf, self._idf_type)
            if np.array_equal(idf, state["_tfidf"].idf_):  # not if somebody wrote into it
                state["_tfidf"] = copy(state["_tfidf"])
                del state["_tfidf"].idf_
            state["document_frequencies_"] = frequencies.astype(np.min_scalar_type(self.n_documents_))
        return state

    def _set_state(self, state: dict[str, Any]) -> None:
        super()._set_state(state)
        if hasattr(self, "document_frequencies_"):
            self.document_frequencies_ = self.document_frequencies_.astype(np.int32)
            if self._tfidf.use_idf and not hasattr(self._tfidf, "idf_"):
                self._tfidf.idf_ = self._idf(self._tfidf.smooth_idf, self._idf_type)

    def _float_type(self) -> Any:
        return np.float32 if np.dtype(self.dtype) == np.float32 else np.float64

    def _few_to_matrix(self, rows: FewRows) -> Any:
        tfidf, n = self._tfidf, len(self.ngrams_)
        idf = getattr(tfidf, "idf_", None)
        if idf is not None and len(idf) != n:
            return None
        weights = weigh_few(rows, idf, tfidf.sublinear_tf, tfidf.norm)
        return None if weights is None else rows.to_csr(weights, self._float_type(), n)

    def _to_matrix(self, builder: CsrBuilder) -> Any:
        n = len(self.ngrams_)
        idf = self._tfidf.idf_ if hasattr(self._tfidf, "idf_") else np.ones(n)
        if len(idf) != n:
            raise ValueError(
                f"X has {n} features, but TfidfTransformer is expecting {len(idf)} features as input: vocabulary_ was "
                f"changed after idf_ was learnt. Set idf_, {n} numbers, or fit {type(self).__name__} again."
            )
        factors = idf.astype(np.float64, copy=False)
        dtype = self._float_type()

        def fill(piece: CountRows, weights: NDArray[Any]) -> None:
            self._weigh(piece, factors, weights)
            if self._tfidf.norm and not np.isfinite(weights.sum()) and not np.isfinite(idf).all():
                raise ValueError(
                    f"Input contains infinity or a value too large for {np.dtype(dtype)!r}: the idf_ of a term is not "
                    "finite, because no document held it when idf_ was learnt. Use smooth_idf=True."
                )

        return builder.to_csr(len(self.ngrams_), dtype, fill)

    def _weigh(self, piece: CountRows, factors: NDArray[np.float64], weights: NDArray[Any]) -> None:
        """Write the weights of some rows of counts."""
        tf = np.arange(int(piece.counts.max(initial=0)) + 1).astype(self.dtype).astype(np.float64)  # uint8 wraps around
        if self._tfidf.sublinear_tf:
            tf[1:] = np.log(tf[1:]) + 1
        counts = piece.counts.astype(np.int32, copy=False)
        release(len(counts))

        norm = NORMS[self._tfidf.norm]

        def weigh_range(documents: tuple[int, int]) -> None:
            first, last = documents
            out = weights[piece.indptr[first] : piece.indptr[last]]
            buffer = out if out.dtype == np.float64 else np.empty(len(out))
            weigh(
                indptr=piece.indptr,
                indices=piece.indices,
                counts=counts,
                tf=tf,
                idf=factors,
                norm=norm,
                first=first,
                last=last,
                weights=buffer,
            )
            if buffer is not out:
                out[:] = buffer

        run(weigh_range, split(piece.indptr, n_threads(len(weights))))
