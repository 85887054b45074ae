"""Bag of words and of n-grams in hashed columns: scikit-learn's HashingVectorizer, many times faster.

The class is scikit-learn's own in its parameters, their validation and its analyzers. Features are hashed and added
up on integers, without a table of n-grams; `keep_names` makes one on the side.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from textvec import engines
from textvec._common.constraints import without_bools
from textvec._common.counted import counted
from textvec._common.diagram import Diagram
from textvec._common.saved import CheckedState, check
from textvec._common.set_output import SparseOutput, labelled
from textvec._common.sklearn_bases import SklearnHashingVectorizer
from textvec.engines.kinds import is_spread
from textvec.kernels.weight import NORMS
from textvec.vectorizers._analysis import Analyzed, analyze
from textvec.vectorizers._constraints import CONSTRAINTS
from textvec.vectorizers._hashing import (
    FLOATS,
    HashedRows,
    Hashing,
    add_counts,
    count_features,
    hash_documents,
    joined_rows,
    names_by_column,
    to_csr,
)
from textvec.vectorizers._interpretation import terms_of_rows, top_terms
from textvec.vectorizers._short_texts import hash_short_texts
from textvec.vectorizers.count import CountVectorizer

_remembering = threading.Lock()  # threads may share an estimator


class HashingVectorizer(CheckedState, Diagram, SparseOutput, SklearnHashingVectorizer):
    r"""Convert documents to a matrix of token counts in hashed columns: scikit-learn's parameters and matrix.

    A drop-in replacement for `sklearn.feature_extraction.text.HashingVectorizer`: every parameter means the same, and
    the matrix has the same columns, signs, dtype and values (to 1e-12; 1e-6 for `dtype=np.float32`). A feature f,
    hashed by MurmurHash3 to h(f), a signed number of 32 bits, adds

    .. math:: \operatorname{sign}(h(f)) \quad\text{to column}\quad |h(f)| \bmod n_{\text{features}}

    and each row is divided by its norm. Nothing is learnt, so that documents may come in any number of parts, and no
    vocabulary takes memory. Two things are added: documents may come as `textvec.Tokens` or lists of words, and with
    `keep_names` columns have the names of the features that were seen in them.

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
        Tokens to leave out, as in `CountVectorizer`.
    token_pattern : str, default=r"(?u)\b\w\w+\b"
        Regular expression of a token.
    ngram_range : tuple (min_n, max_n), default=(1, 1)
        Lengths of the n-grams that are features.
    analyzer : {'word', 'char', 'char_wb'} or callable, default='word'
        What features are made of; a callable makes them from a document.
    n_features : int, default=2**20
        Number of columns. With fewer, more features share one.
    binary : bool, default=False
        1 in every column that a feature of the document falls into.
    norm : {'l1', 'l2'} or None, default='l2'
        What each row's norm is made 1 by.
    alternate_sign : bool, default=True
        Let the sign of the hash decide whether a feature adds 1 or -1, so that features that share a column tend to
        cancel out, and inner products are kept on average.
    dtype : dtype, default=np.float64
        Of the matrix.
    missing : {'error', 'empty'}, default='error'
        Whether to refuse missing documents (None, NaN, NA, null), or to take them for empty ones.
    keep_names : bool, default=False
        Remember every feature of the documents that `fit`, `fit_transform`, `partial_fit` and `transform` are given.
        This takes the memory, and about the time, that a vocabulary takes; the matrix is the same.

    Attributes
    ----------
    feature_counts_ : dict
        With `keep_names`: each feature that was seen since `fit`, and how often.

    See Also
    --------
    CountVectorizer : A column for each term, and no collisions.

    References
    ----------
    Weinberger, Dasgupta, Langford, Smola and Attenberg (2009), Feature hashing for large scale multitask learning,
    ICML. The hash is MurmurHash3_x86_32 (Austin Appleby) with seed 0.

    Examples
    --------
    >>> from textvec import HashingVectorizer
    >>> vectorizer = HashingVectorizer(n_features=8, keep_names=True)
    >>> X = vectorizer.fit_transform(["The food is good", "The food is not good"])
    >>> X.toarray().round(2)
    array([[0.  , 0.71, 0.  , 0.  , 0.  , 0.71, 0.  , 0.  ],
           [0.  , 0.58, 0.  , 0.  , 0.58, 0.58, 0.  , 0.  ]])
    >>> vectorizer.get_feature_names_out()
    array(['hashingvectorizer0', 'good', 'hashingvectorizer2',
           'hashingvectorizer3', 'not', 'is', 'food|the',
           'hashingvectorizer7'], dtype=object)
    """

    feature_counts_: dict[str, int]
    _parameter_constraints = {  # noqa: RUF012
        **without_bools(SklearnHashingVectorizer._parameter_constraints),
        **CONSTRAINTS,
        "missing": CountVectorizer._parameter_constraints["missing"],
        "keep_names": ["boolean"],
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
        n_features: int = 2**20,
        binary: bool = False,
        norm: str | None = "l2",
        alternate_sign: bool = True,
        dtype: Any = np.float64,
        missing: str = "error",
        keep_names: bool = False,
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
            n_features=n_features,
            binary=binary,
            norm=norm,
            alternate_sign=alternate_sign,
            dtype=dtype,
        )
        self.missing = missing
        self.keep_names = keep_names

    def fit(self, X: Any, y: Any = None) -> Self:
        """Check the parameters; with `keep_names` forget the features remembered, and remember those of X.

        Parameters
        ----------
        X : iterable of str, column of strings, Tokens, or list of lists of str
            Not read without `keep_names`.
        y : None
            Ignored.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter is out of its range, or one string was given instead of several documents.
        """
        super().fit(X, y)
        self._remember(self._count_features(X) if self.keep_names else {}, afresh=True)
        return self

    def partial_fit(self, X: Any, y: Any = None) -> Self:
        """Check the parameters; with `keep_names` remember the features of X as well.

        Parameters
        ----------
        X : iterable of str, column of strings, Tokens, or list of lists of str
            Not read without `keep_names`.
        y : None
            Ignored.

        Returns
        -------
        self
        """
        super().partial_fit(X, y)
        self._remember(self._count_features(X) if self.keep_names else {})
        return self

    def transform(self, X: Any) -> csr_matrix:
        """Hash documents. Needs no `fit`.

        Parameters
        ----------
        X : iterable of str, column of strings, Tokens, or list of lists of str
            Documents, or what `input` says of them.

        Returns
        -------
        CSR matrix of shape (n_documents, n_features)

        Raises
        ------
        ValueError
            If there are no documents, a document is missing, or one string was given instead of several.
        """
        matrix = hash_short_texts(self, X)
        if matrix is None:
            self._validate_params()
            if is_spread(X):
                self._refuse_to_remember()
                return engines.transform_spread(self, X)
            matrix = self._transform(X)
        return labelled(self, matrix, X)

    def fit_transform(self, X: Any, y: Any = None) -> csr_matrix:
        """Check the parameters and hash documents; with `keep_names` remember their features and no others.

        Parameters
        ----------
        X : iterable of str, column of strings, Tokens, or list of lists of str
            Documents, or what `input` says of them.
        y : None
            Ignored.

        Returns
        -------
        CSR matrix of shape (n_documents, n_features)
        """
        if is_spread(X):
            return self.fit(X).transform(X)
        super().fit(X, y)
        return labelled(self, self._transform(X, afresh=True), X)

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Return a name for each column.

        A column that features were remembered for is named by them, the most frequent first and those equally
        frequent in alphabetical order: "good", or "good|of the". The others are numbered: "hashingvectorizer0".

        Parameters
        ----------
        input_features : None
            Ignored.

        Returns
        -------
        ndarray of str objects of shape (n_features,)
        """
        return self._names(np.arange(self.n_features))

    def inverse_transform(self, X: Any) -> list[NDArray[Any]]:
        """Return the names of the columns with nonzero entries of each row; needs `keep_names`.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_documents, n_features)

        Returns
        -------
        list of n_documents arrays of str objects
            See `get_feature_names_out`.

        Raises
        ------
        ValueError
            Without `keep_names`, or if X has another number of columns.
        """
        self._check_names()
        return terms_of_rows(X, self.n_features, self._names)

    def terms(self, row: Any, k: int = 10) -> list[tuple[str, float]]:
        """Return the names and entries of the columns of one row that are largest, whatever their sign.

        Parameters
        ----------
        row : {array-like, sparse matrix} of shape (1, n_features) or (n_features,)
            A row that `transform` returned.
        k : int, default=10
            How many to return at most.

        Returns
        -------
        list of (str, float)
            The largest entries first, equal ones by name. Their signs are those of the hashes.

        Raises
        ------
        ValueError
            Without `keep_names`, or if there is not one row of `n_features` columns.

        Examples
        --------
        >>> from textvec import HashingVectorizer
        >>> vectorizer = HashingVectorizer(keep_names=True)
        >>> X = vectorizer.fit_transform(["Good pizza, good pasta, good wine"])
        >>> [(name, round(weight, 2)) for name, weight in vectorizer.terms(X[0], k=2)]
        [('good', 0.87), ('pasta', -0.29)]
        """
        self._check_names()
        return top_terms(row, self.n_features, self._names, k)

    def _transform(self, X: Any, afresh: bool = False) -> Any:
        self._validate_ngram_range()
        dtype = np.dtype(self.dtype)
        norm = NORMS[self.norm] if dtype in FLOATS else 0  # other types are summed as such: int8 wraps around
        hashing = Hashing(self.n_features, -1 if self.alternate_sign else 1, bool(self.binary), norm)

        def hash_piece(piece: Analyzed) -> tuple[HashedRows, dict[Any, int]]:
            return hash_documents(piece, hashing), count_features(piece) if self.keep_names else {}

        pieces: deque[HashedRows] = deque()
        counts: dict[Any, int] = {}
        for rows, found in map(hash_piece, analyze(self, X)):
            pieces.append(rows)
            add_counts(counts, found.items())
        matrix = to_csr(joined_rows(pieces), hashing, dtype, self.norm)
        self._remember(counts, afresh)
        return matrix

    def _refuse_to_remember(self) -> None:
        if self.keep_names:
            raise ValueError(
                "HashingVectorizer(keep_names=True) remembers the features of documents that it reads itself, but "
                "workers read a Dask or Ray collection. Set keep_names=False."
            )

    def _count_features(self, X: Any) -> dict[Any, int]:
        if is_spread(X):
            self._refuse_to_remember()
        counts: dict[Any, int] = {}
        for found in map(count_features, analyze(self, X)):
            add_counts(counts, found.items())
        return counts

    def _remember(self, counts: dict[Any, int], afresh: bool = False) -> None:
        """Remember features besides those that are remembered already, or instead of them."""
        with _remembering:
            if afresh:
                self.__dict__.pop("feature_counts_", None)
            if self.keep_names:
                self.__dict__.pop("_named", None)
                known = self.__dict__.setdefault("feature_counts_", {})
                add_counts(known, counts.items())

    def _check_loaded(self) -> None:
        """See `textvec._common.saved`."""
        counts: Any = vars(self).get("feature_counts_", {})
        check(isinstance(counts, dict) and set(map(type, counts.values())) <= {int}, "feature_counts_ must be counts")

    def _names(self, columns: NDArray[Any]) -> NDArray[np.object_]:
        """Return the names of some columns, see `get_feature_names_out`."""
        prefix = type(self).__name__.lower()
        names = np.array([f"{prefix}{column}" for column in columns.tolist()], dtype=object)
        if hasattr(self, "feature_counts_"):
            with _remembering:
                if self.__dict__.get("_named", (None,))[0] != self.n_features:
                    self._named = self.n_features, *names_by_column(self.feature_counts_, self.n_features)
                _, known, their_names = self._named
            found = np.isin(columns, known)
            names[found] = their_names[np.searchsorted(known, columns[found])]
        return names

    def _check_names(self) -> None:
        if not hasattr(self, "feature_counts_"):
            raise ValueError(
                f"This {type(self).__name__} remembers no features, and hashes cannot be undone. Set keep_names=True, "
                "and fit it or transform documents."
            )

    _saved_attributes: ClassVar[frozenset[str]] = frozenset({"feature_counts_"})

    def _learnt(self) -> list[str]:
        return [counted(self.n_features, "column")]

    def __getstate__(self) -> dict[str, Any]:
        state: dict[str, Any] = super().__getstate__()
        return {key: value for key, value in state.items() if key != "_named"}
