"""TF-IDF in every variant that has a name: how often a term occurs, how rare it is, how long the document is."""

from __future__ import annotations

import math
from collections.abc import Iterable
from numbers import Real
from typing import Any, ClassVar, Self

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.base import clone
from sklearn.utils._param_validation import HasMethods, StrOptions
from sklearn.utils.validation import check_array, check_is_fitted

from textvec._common.constraints import Number
from textvec._common.estimator import unchanged_on_error
from textvec._common.set_output import labelled
from textvec._common.sklearn_bases import OneToOneFeatureMixin
from textvec.weightings._base import Weighting, document_frequencies, reweigh
from textvec.weightings._document_counts import DocumentCounts, Floats
from textvec.weightings._smart import IDF, LENGTH, MIN_COUNT_IS_ONE, TF, Formula, inverse_document_frequencies

_SMART: dict[str, dict[str, str]] = {
    "tf": {"n": "raw", "l": "log", "a": "augmented", "b": "binary", "L": "log_average", "d": "double_log"},
    "idf": {"n": "none", "x": "none", "t": "standard", "f": "standard", "p": "probabilistic"},
    "norm": {"n": "none", "x": "none", "c": "l2", "u": "pivoted_unique", "b": "pivoted_characters"},
}


class TfidfWeighting(OneToOneFeatureMixin, Weighting):
    r"""Weigh a count matrix by term frequency and inverse document frequency, in any variant of the SMART notation.

    .. math:: w(t, d) = \frac{tf(t, d) \cdot idf(t)}{length(d)}

    In the formulas c is the count of the term in the document and df the number of the n documents that hold the
    term. A letter in parentheses is that of the SMART notation. An entry of 0 is no entry: it changes nothing.

    Parameters
    ----------
    tf : str, default='raw'
        - 'raw' (n): c
        - 'relative': c / sum of the document's counts
        - 'binary' (b): 1
        - 'log' (l): 1 + log c
        - 'double_log' (d): 1 + log(1 + log c)
        - 'log_average' (L): (1 + log c) / (1 + log(mean of the document's counts))
        - 'augmented' (a): 0.5 + 0.5 c / (largest of the document's counts)
    idf : str, default='smooth'
        - 'smooth': log((1 + n) / (1 + df)) + 1, scikit-learn's with `smooth_idf=True`
        - 'plus_one': log(n / df) + 1, scikit-learn's with `smooth_idf=False`
        - 'standard' (t, f): log(n / df), the textbooks'
        - 'zero_corrected': log((n + 1) / df), the t of gensim
        - 'probabilistic' (p): max(0, log((n - df) / df))
        - 'none' (n): 1

        0 stands where a formula has no value, which is at terms that no document holds.
    norm : str, default='l2'
        What a document's weights are divided by.

        - 'l1': the sum of their absolute values
        - 'l2' (c): their Euclidean length, which makes the product of two rows a cosine
        - 'pivoted', 'pivoted_unique' (u), 'pivoted_characters' (b): (1 - slope) pivot + slope length, with
          the Euclidean length, the number of distinct terms, or the sum of counts times `term_lengths`
        - 'none' (n): 1
    log_base : float, default=math.e
        Base of every logarithm. scikit-learn's is e, gensim's 2; the examples of textbooks often have 10.
    slope : float, default=0.25
        Share of the document's own length in a pivoted one.
    pivot : float, default=None
        The length at which pivoting changes nothing; by default the mean of the documents' lengths in `fit`.
        0 divides by `slope` times the length.
    term_lengths : array-like of shape (n_terms,), default=None
        Characters of each term, for 'pivoted_characters'. gensim adds one, for the space.
    queries : TfidfWeighting, default=None
        How `transform_queries` weighs, if not like documents. It is cloned and fitted on the documents.

    Attributes
    ----------
    idf_ : ndarray of float64 of shape (n_terms,)
        Inverse document frequencies.
    pivot_ : float or None
        The pivot; None where `norm` is not a pivoted one.
    queries_ : TfidfWeighting or None
        `queries`, fitted.
    n_documents_ : int
        Number of documents in `fit`, the N of the formulas. Files of earlier versions do not have it.
    n_features_in_ : int
        Number of terms.

    See Also
    --------
    TfidfVectorizer : Text to the variants that scikit-learn has.

    References
    ----------
    Salton and Buckley (1988), Term-weighting approaches in automatic text retrieval. Information Processing and
    Management 24(5).
    Singhal, Buckley and Mitra (1996), Pivoted document length normalization. SIGIR.
    Manning, Raghavan and Schütze (2008), Introduction to Information Retrieval, figure 6.15.

    Examples
    --------
    The textbook's TF-IDF: share of the document's words, times the logarithm of documents over those with the term.

    >>> from textvec import CountVectorizer, TfidfWeighting
    >>> X = CountVectorizer().fit_transform(["The food is good", "The food is not good", "Pizza is great"])
    >>> TfidfWeighting(tf="relative", idf="standard", norm="none").fit_transform(X).toarray().round(3)
    array([[0.101, 0.101, 0.   , 0.   , 0.   , 0.   , 0.101],
           [0.081, 0.081, 0.   , 0.   , 0.22 , 0.   , 0.081],
           [0.   , 0.   , 0.366, 0.   , 0.   , 0.366, 0.   ]])
    """

    def __init__(
        self,
        *,
        tf: str = "raw",
        idf: str = "smooth",
        norm: str = "l2",
        log_base: float = math.e,
        slope: float = 0.25,
        pivot: float | None = None,
        term_lengths: Iterable[float] | None = None,
        queries: TfidfWeighting | None = None,
    ) -> None:
        self.tf = tf
        self.idf = idf
        self.norm = norm
        self.log_base = log_base
        self.slope = slope
        self.pivot = pivot
        self.term_lengths = term_lengths
        self.queries = queries

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "tf": [StrOptions({*TF})],
        "idf": [StrOptions({*IDF})],
        "norm": [StrOptions({"none", *LENGTH})],
        "log_base": [Number(Real, 1, None, closed="neither")],
        "slope": [Number(Real, 0, 1, closed="both")],
        "pivot": [Number(Real, 0, None, closed="left"), None],
        "term_lengths": ["array-like", None],
        "queries": [HasMethods(["fit", "transform"]), None],
    }

    _saved_attributes: ClassVar[frozenset[str]] = frozenset(
        {"idf_", "n_documents_", "pivot_", "queries_", "_term_lengths"}
    )
    _not_always_learnt: ClassVar[frozenset[str]] = frozenset({"n_documents_"})

    @classmethod
    def smart(cls, notation: str, **params: Any) -> TfidfWeighting:
        """Make the weighting that SMART names by three letters, or by three for documents and three for queries.

        Parameters
        ----------
        notation : str
            Letters of tf (n l a b L d), df (n t p; x is n, f is t) and norm (n c u b; x is n), such as "ltc". In
            "lnc.ltc" those after the dot are for `transform_queries`.
        **params
            Further parameters of the weighting, and of that of queries: `slope`, `pivot`, `term_lengths`, `log_base`.

        Returns
        -------
        TfidfWeighting

        Raises
        ------
        ValueError
            If `notation` is none.

        Examples
        --------
        >>> from textvec import TfidfWeighting
        >>> TfidfWeighting.smart("ltc")
        TfidfWeighting(idf='standard', tf='log')
        >>> X, Q = [[2, 1, 0], [0, 3, 1]], [[1, 1, 0]]
        >>> weighting = TfidfWeighting.smart("lnc.ltc").fit(X)
        >>> (weighting.transform(X) @ weighting.transform_queries(Q).T).toarray().round(3)
        array([[0.861],
               [0.   ]])
        """
        if not isinstance(notation, str):
            raise TypeError(f"SMART notation is a string such as 'ltc' or 'lnc.ltc', but got {notation!r}.")
        documents, dot, queries = notation.partition(".")
        if dot:
            params["queries"] = cls(**_smart(queries), **params)
        return cls(**_smart(documents), **params)

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn inverse document frequencies, and the pivot.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_documents, n_terms)
            Counts.
        y : None
            Ignored.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If X has negative, missing or infinite values, a parameter is none of those above, or `term_lengths` are
            needed and not given, or not one for each term.
        """
        self._validate_params()
        if self.norm.startswith("pivoted") and self.pivot == 0 and self.slope == 0:
            raise ValueError("TfidfWeighting(pivot=0, slope=0) divides by 0. Use a larger slope, or a larger pivot.")
        with unchanged_on_error(self):
            counts = self._check_counts(X, reset=True)
            n, n_terms = counts.shape
            self.n_documents_ = n
            self.idf_ = inverse_document_frequencies(document_frequencies(counts), n, self.idf, self.log_base)
            self._term_lengths = self._check_term_lengths(n_terms)
            self.pivot_ = None
            if self.norm.startswith("pivoted"):
                rows = DocumentCounts(counts.data, counts.indices, counts.indptr)
                lengths = self._formula.lengths(rows, self._formula.tfidf(rows))
                self.pivot_ = float(lengths.sum() / n if self.pivot is None else self.pivot)
            self.queries_ = None if self.queries is None else clone(self.queries).fit(X)
        return self

    def transform(self, X: Any) -> csr_matrix:
        """Weigh counts, those of documents, with what was learnt.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_documents, n_terms)
            Counts. They are not changed.

        Returns
        -------
        X : CSR matrix of shape (n_documents, n_terms)
            Of float32 if the counts are, else of float64.

        Raises
        ------
        ValueError
            If X has negative, missing or infinite values, or values between 0 and 1 with `tf` 'double_log' or
            'log_average'.
        """
        check_is_fitted(self)
        counts = self._check_counts(X, reset=False)
        return labelled(self, reweigh(counts, self._formula.weights), X)

    def transform_queries(self, X: Any) -> csr_matrix:
        """Weigh the counts of queries as `queries` says, with what was learnt of the documents.

        Parameters
        ----------
        X : {array-like, sparse matrix} of shape (n_queries, n_terms)
            Counts.

        Returns
        -------
        X : CSR matrix of shape (n_queries, n_terms)
        """
        check_is_fitted(self)
        return (self.queries_ or self).transform(X)

    def _check_counts(self, X: Any, *, reset: bool) -> Any:
        counts = super()._check_counts(X, reset=reset)
        if self.tf in MIN_COUNT_IS_ONE and counts.data.min(initial=1) < 1:
            raise ValueError(
                f"TfidfWeighting(tf={self.tf!r}) expects counts of 1 or more, but X has the value "
                f"{counts.data.min():g}. Give it counts that are not weighted yet, or use tf='log'."
            )
        return counts

    def _query_steps(self, before: tuple[Any, ...], words: list[str]) -> list[dict[str, Any]]:
        return [{"step": "weights", "formula": "smart", **self._formula._asdict()}]

    @property
    def _formula(self) -> Formula:
        lengths = self._term_lengths
        return Formula(self.tf, self.norm, float(self.log_base), float(self.slope), self.pivot_, self.idf_, lengths)

    def _check_term_lengths(self, n_terms: int) -> Floats | None:
        if self.norm != "pivoted_characters":
            return None
        if self.term_lengths is None:
            raise ValueError(
                "TfidfWeighting(norm='pivoted_characters') needs term_lengths, the number of characters of each term: "
                "[len(term) for term in vectorizer.get_feature_names_out()]."
            )
        lengths = check_array(self.term_lengths, ensure_2d=False, dtype=np.float64, input_name="term_lengths")
        if lengths.shape != (n_terms,):
            raise ValueError(f"term_lengths must have shape ({n_terms},), a length for each term, not {lengths.shape}.")
        return np.asarray(lengths)


def _smart(triple: str) -> dict[str, Any]:
    """Return the parameters that three SMART letters stand for."""
    if len(triple) != 3 or any(letter not in names for letter, names in zip(triple, _SMART.values(), strict=True)):
        letters = ", ".join(f"for {name} one of {' '.join(names)}" for name, names in _SMART.items())
        raise ValueError(
            f"SMART notation expected three letters, {letters}, but got {triple!r}. Write 'ltc' for documents and "
            "queries alike, 'lnc.ltc' where they differ."
        )
    return {name: names[letter] for letter, (name, names) in zip(triple, _SMART.items(), strict=True)}
