"""Bag of words and bag of n-grams: scikit-learn's CountVectorizer, many times faster.

The class is scikit-learn's own in everything that is not counting: its parameters, their validation, its analyzers.
Counting is done on integers: `_analysis` makes them, `_counting` counts them, `_learning` learns the terms.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from copy import copy
from typing import Any, ClassVar, Self

import numpy as np
import pyarrow as pa
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.metadata_routing import UNUSED

from textvec import engines
from textvec._common.constraints import without_bools
from textvec._common.diagram import Diagram
from textvec._common.estimator import unchanged_on_error
from textvec._common.query_steps import require
from textvec._common.saved import CheckedState, check
from textvec._common.set_output import SparseOutput, labelled
from textvec._common.sklearn_bases import SklearnCountVectorizer
from textvec._common.threads import n_threads, run, split
from textvec.engines.kinds import is_spread
from textvec.vectorizers._analysis import Analyzed, analyze, separator
from textvec.vectorizers._constraints import CONSTRAINTS
from textvec.vectorizers._counting import CountRows
from textvec.vectorizers._csr_builder import CsrBuilder
from textvec.vectorizers._learning import Learner, kept_terms
from textvec.vectorizers._merging import TermCounts, known_terms, merged, state_of
from textvec.vectorizers._ngrams import NGrams
from textvec.vectorizers._short_texts import FewRows, count_short_texts
from textvec.vectorizers._terms import Terms


class CountVectorizer(SparseOutput, Terms, CheckedState, Diagram, SklearnCountVectorizer):
    r"""Convert documents to a matrix of token counts: scikit-learn's parameters, scikit-learn's matrix.

    A drop-in replacement for `sklearn.feature_extraction.text.CountVectorizer`: every parameter means the same, and
    the matrix has the same columns in the same order, the same dtype and the same values. What is added: documents may
    come as `textvec.Tokens` or lists of words, which are then taken as they are (only stop words, n-grams and pruning
    still apply); a generator is read piece by piece, so that its text never has to fit into memory; `partial_fit`;
    `terms`; `vocabulary_` and the names of features are made when they are asked for; rows come sorted.

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
    stop_words : {'english'} or list of str, default=None
        Tokens to leave out, compared as they are written. `textvec.StopWords` puts them through the tokenizer first.
    token_pattern : str, default=r"(?u)\b\w\w+\b"
        Regular expression of a token. Patterns that take the longest runs of one class of characters (such as
        ``\w+``, ``[a-z]{3,}``, ``\S+``) are done by the fast kernel, all others by `re`.
    ngram_range : tuple (min_n, max_n), default=(1, 1)
        Lengths of the n-grams to count.
    analyzer : {'word', 'char', 'char_wb'} or callable, default='word'
        What features are made of; a callable makes them from a document.
    max_df, min_df : float in range [0.0, 1.0] or int, default=1.0 and 1
        Leave out terms in more, or fewer, documents than this share or number of them.
    max_features : int, default=None
        Keep only this many terms, those with the highest counts.
    vocabulary : Mapping or iterable, default=None
        The terms, in the order of their columns, instead of learning them.
    binary : bool, default=False
        1 for every term that occurs.
    dtype : dtype, default=np.int64
        Of the matrix.
    missing : {'error', 'empty'}, default='error'
        Whether to refuse missing documents (None, NaN, NA, null), or to take them for empty ones.

    Attributes
    ----------
    vocabulary_ : dict
        The column of each term. It may be changed, or another be assigned, and the vectorizer follows.
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

    # Documents are no metadata that a pipeline could route to partial_fit.
    __metadata_request__partial_fit: ClassVar[dict[str, str]] = {"raw_documents": UNUSED}

    _parameter_constraints = {  # noqa: RUF012
        **without_bools(SklearnCountVectorizer._parameter_constraints),
        **CONSTRAINTS,
        "missing": [StrOptions({"error", "empty"})],
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
        stop_words: Any = None,
        token_pattern: str | None = r"(?u)\b\w\w+\b",
        ngram_range: tuple[int, int] = (1, 1),
        analyzer: Any = "word",
        max_df: float = 1.0,
        min_df: float = 1,
        max_features: int | None = None,
        vocabulary: Any = None,
        binary: bool = False,
        dtype: Any = np.int64,
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
            stop_words=stop_words,
            token_pattern=token_pattern,
            ngram_range=ngram_range,
            analyzer=analyzer,
            max_df=max_df,
            min_df=min_df,
            max_features=max_features,
            vocabulary=vocabulary,
            binary=binary,
            dtype=dtype,
        )
        self.missing = missing

    def fit(self, raw_documents: Any, y: Any = None) -> Self:
        """Learn from documents: their terms and, for weights, in how many documents each occurs.

        Parameters
        ----------
        raw_documents : iterable of str, column of strings, Tokens, or list of lists of str
            Documents, or what `input` says of them; or a Dask Series, DataFrame or Bag, or a Ray Dataset, of which
            each worker reads its own part.
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
        with unchanged_on_error(self):
            if is_spread(raw_documents):
                engines.fit_spread(self, raw_documents)
            else:
                self._learn(raw_documents)
        return self

    def fit_transform(self, raw_documents: Any, y: Any = None) -> csr_matrix:
        """Learn from documents, as `fit` does, and return their document-term matrix.

        Parameters
        ----------
        raw_documents : iterable of str, column of strings, Tokens, or list of lists of str
            Documents, as in `fit`.
        y : None
            Ignored.

        Returns
        -------
        X : CSR matrix of shape (n_documents, n_terms)
            Of a Dask collection, a Dask array of such blocks; of a Ray Dataset, a Dataset: see `transform`.
        """
        if is_spread(raw_documents):
            return self.fit(raw_documents).transform(raw_documents)
        with unchanged_on_error(self):
            builder = CsrBuilder(self.binary)
            self._learn(raw_documents, builder)
            return labelled(self, self._to_matrix(builder), raw_documents)

    def partial_fit(self, raw_documents: Any, y: Any = None) -> Self:
        """Learn the terms of more documents.

        New terms get columns after those that there are, which keep their places. Fitting in any number of pieces
        learns what fitting at once does.

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
            If `min_df`, `max_df` or `max_features` would leave terms out: which ones, only all documents can tell.
        """
        with unchanged_on_error(self):
            self._learn_more(raw_documents)
        return self

    def transform(self, raw_documents: Any) -> csr_matrix:
        """Count the terms learnt, or given as `vocabulary`, in documents.

        Parameters
        ----------
        raw_documents : iterable of str, column of strings, Tokens, or list of lists of str
            Documents, as in `fit`.

        Returns
        -------
        X : CSR matrix of shape (n_documents, n_terms)
            Of a Dask collection, a Dask array of such blocks, which is not computed yet; of a Ray Dataset, a Dataset
            with the columns `indices` and `values`.
        """
        X = self._matrix_of_few(raw_documents)
        if X is None:
            if is_spread(raw_documents):
                return engines.transform_spread(self, raw_documents)
            X = self._to_matrix(self._count_terms(raw_documents))
        return labelled(self, X, raw_documents)

    def _query_steps(self, before: tuple[Any, ...], words: list[str]) -> list[dict[str, Any]]:
        name = type(self).__name__
        plain = {"input": "content", "analyzer": "word", "preprocessor": None, "tokenizer": None, "vocabulary": None}
        for parameter, value in plain.items():
            given = getattr(self, parameter)
            require(given is value or given == value, f"{name}({parameter}={given!r:.40})")
        steps: list[dict[str, Any]] = []
        if not before:
            require(self.strip_accents is None, f"{name} strips accents")
            steps.append({"step": "pattern", "pattern": str(self.token_pattern), "lowercase": bool(self.lowercase)})
        stop_words = self.get_stop_words()
        if stop_words:
            require(set(map(type, stop_words)) <= {str}, f"{name} has stop words that are no strings")
            steps.append({"step": "stop_words", "words": sorted(stop_words)})
        ngrams, (low, high) = self.ngrams_, map(int, self.ngram_range)
        require(ngrams.is_numbered, f"{name} has a vocabulary_ whose columns are not numbered one after the other")
        require(len(ngrams) and ngrams.separator == " " and low > 0, f"{name} has terms that are no words")
        require(set(map(type, ngrams.words.sorted)) == {str}, f"{name} has terms that are no strings")
        by_name = max(high, ngrams.rows.shape[1]) > 1
        require(not by_name or not ngrams.words.has_control, f"{name} has n-grams of words that hold spaces")
        # In these types no count of a query is too large.
        require(np.dtype(self.dtype) in (np.float64, np.float32, np.int64), f"{name}(dtype={np.dtype(self.dtype)})")
        terms = {"ngrams": ngrams, "ngram_range": (low, high), "binary": bool(self.binary)}
        return [*steps, {"step": "terms", **terms, "single": np.dtype(self.dtype) == np.float32}]

    def _learn(self, raw_documents: Any, builder: CsrBuilder | None = None) -> Learner:
        """Learn terms, prune and remember them; the counts of the documents go into `builder`."""
        learner = self._count_all(raw_documents, builder)
        if self.fixed_vocabulary_:
            self._warn_for_upper_case()
            return learner
        return self._prune(learner, learner.ngrams.in_order())

    def _count_all(self, raw_documents: Any, builder: CsrBuilder | None = None) -> Learner:
        """Count the terms that are given as `vocabulary`, or all that there are."""
        documents = self._read(raw_documents)
        self._validate_vocabulary()
        if self.fixed_vocabulary_:
            return _read_all(Learner(self.ngrams_, grow=False, builder=builder), documents)
        wanted = None if self.max_features is None else lambda counts: counts.totals(self.dtype, self.binary)
        return _read_all(Learner(NGrams.empty(separator(self)), grow=True, builder=builder, total=wanted), documents)

    def _prune(self, counts: Learner | TermCounts, by_name: NDArray[np.int32]) -> Learner:
        """Leave out what the parameters say, and remember the terms that stay."""
        if not len(by_name):
            raise ValueError("empty vocabulary; perhaps the documents only contain stop words")
        kept = kept_terms(counts, by_name, self.min_df, self.max_df, self.max_features)
        learner = counts.select(kept)
        self._set_ngrams(learner.ngrams)
        self._pruned = not kept.all()
        return learner

    # What `fit` does, for documents that are in several places: `_partial` counts some of them, anywhere, `_merge` puts
    # such states together, in any order, and `_finish` prunes the terms of all.

    def _partial(self, raw_documents: Any, y: Any = None) -> pa.RecordBatch:
        """Return the terms of some documents, and in how many of them each occurs, as a state."""
        counter = copy(self)
        return state_of(counter._count_all(raw_documents), counter.fixed_vocabulary_)

    def _merge(self, states: Sequence[pa.RecordBatch]) -> pa.RecordBatch:
        """Return the state of several parts of the documents."""
        return merged(states)

    def _finish(self, state: pa.RecordBatch) -> Self:
        """Learn from the state of all documents."""
        with unchanged_on_error(self):
            self._validate_params()
            self._learn_from(state)
        return self

    def _learn_from(self, state: pa.RecordBatch) -> Learner:
        self._validate_vocabulary()
        if self.fixed_vocabulary_:
            self._warn_for_upper_case()
            return known_terms(state, self.ngrams_)
        counts = TermCounts.from_state(state)
        return self._prune(counts, np.arange(len(counts.rows), dtype=np.int32))

    def _learn_more(self, raw_documents: Any) -> Learner:
        """Learn terms besides those that there are; the learner knows the documents of this call only."""
        documents = self._read(raw_documents)
        self._refuse_pruning()
        if hasattr(self, "ngrams_"):
            self._refuse_renumbered()
            learner = _read_all(Learner(self.ngrams_, grow=self.vocabulary is None), documents)
        else:
            self._validate_vocabulary()
            if self.fixed_vocabulary_:
                return _read_all(Learner(self.ngrams_, grow=False), documents)
            learner = _read_all(Learner(NGrams.empty(separator(self)), grow=True), documents)
            learner.select(np.ones(len(learner.ngrams), bool))
        if learner.n_documents:
            self._set_ngrams(learner.ngrams)
        return learner

    def _read(self, raw_documents: Any) -> Iterable[Analyzed]:
        """Check the parameters, and begin to read documents."""
        self._validate_params()
        documents = analyze(self, raw_documents)
        self._validate_ngram_range()
        self._warn_for_unused_params()
        sp.csr_array((0, 0), dtype=self.dtype)  # refuses one that SciPy cannot hold before documents are read
        return documents

    def _refuse_pruning(self) -> None:
        pruning = {"min_df": 1, "max_df": 1.0, "max_features": None}
        changed = [f"{name}={getattr(self, name)!r}" for name in pruning if getattr(self, name) != pruning[name]]
        if getattr(self, "_pruned", False):
            raise ValueError(
                f"{type(self).__name__}.partial_fit cannot go on from a fit that left terms out: how often those occur "
                "is not known any longer. Begin with partial_fit, or fit all documents at once."
            )
        if changed and self.vocabulary is None:
            raise ValueError(
                f"{type(self).__name__}.partial_fit cannot leave terms out before all documents are known, but it has "
                f"{', '.join(changed)}. Use fit with a generator, which reads any number of documents piece by piece, "
                "or select columns afterwards."
            )

    def _warn_for_upper_case(self) -> None:
        if self.lowercase and any(any(map(str.isupper, term)) for term in self.vocabulary if isinstance(term, str)):
            warnings.warn(
                "Upper case characters found in vocabulary while 'lowercase' is True. "
                "These entries will not be matched with any documents",
                stacklevel=4,
            )

    def _count_terms(self, raw_documents: Any) -> CsrBuilder:
        documents = analyze(self, raw_documents)
        self._check_vocabulary()
        ngrams = self.ngrams_
        builder = CsrBuilder(self.binary, repeated=not ngrams.is_numbered)
        for piece in documents:
            _, counts = piece.count_ngrams(ngrams, learn=False)
            builder.append(counts, self._within(ngrams.find(counts.ngrams)))
        return builder

    def _matrix_of_few(self, raw_documents: Any) -> Any:
        """Return the matrix of a message, or a few; None for what `count_short_texts` leaves to the kernels."""
        rows = count_short_texts(self, raw_documents)
        return rows and self._few_to_matrix(rows)

    def _few_to_matrix(self, rows: FewRows) -> Any:
        return rows.to_csr(rows.counts, self.dtype, len(self.ngrams_))

    def _to_matrix(self, builder: CsrBuilder) -> Any:
        return builder.to_csr(len(self.ngrams_), self.dtype, _copy_counts)

    _saved_attributes: ClassVar[frozenset[str]] = frozenset({"ngrams_", "fixed_vocabulary_", "_pruned"})
    _not_always_learnt: ClassVar[frozenset[str]] = frozenset({"fixed_vocabulary_", "_pruned"})

    def _check_loaded(self) -> None:
        if hasattr(self, "ngrams_"):
            check(isinstance(self.ngrams_, NGrams), "ngrams_ must be NGrams")
            check(type(getattr(self, "fixed_vocabulary_", False)) is bool, "fixed_vocabulary_ must be a bool")


def _copy_counts(piece: CountRows, values: NDArray[Any]) -> None:
    def copy(documents: tuple[int, int]) -> None:
        first, last = documents
        part = slice(piece.indptr[first], piece.indptr[last])
        values[part] = piece.counts[part]

    run(copy, split(piece.indptr, n_threads(len(values))))


def _read_all(learner: Learner, documents: Iterable[Analyzed]) -> Learner:
    for piece in documents:
        learner.add(piece)
    return learner
