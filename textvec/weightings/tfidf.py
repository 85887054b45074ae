"""TF-IDF in every variant that has a name: how often a term occurs, how rare it is, how long the document is."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from numbers import Real
from typing import Any, ClassVar, Self

import numpy as np
import pyarrow as pa
from scipy.sparse import csr_matrix
from sklearn.base import clone
from sklearn.utils._param_validation import HasMethods, StrOptions
from sklearn.utils.validation import check_array, check_is_fitted

from textvec._common.constraints import Number
from textvec._common.estimator import unchanged_on_error
from textvec._common.exact_sums import ExactSums, add_exactly
from textvec._common.set_output import labelled
from textvec._common.sklearn_bases import OneToOneFeatureMixin
from textvec._common.states import field, from_bytes, make_state, to_bytes
from textvec.weightings._base import Weighting, added, document_frequencies, reweigh
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
        with unchanged_on_error(self):
            vars(self).pop("idf_", None)  # so that the first pass over the documents comes first
            for _ in range(self._own_passes):
                self._finish_own(make_state(**self._partial_own(X)))
            self.queries_ = None if self.queries is None else clone(self.queries).fit(X)
        return self

    @property
    def _own_passes(self) -> int:
        # The mean of lengths that depend on idf can be learnt only after it.
        return 2 if self.norm == "pivoted" and self.pivot is None else 1

    @property
    def _passes(self) -> int:
        return max(self._own_passes, getattr(self.queries, "_passes", 1))

    @property
    def _begun(self) -> bool:
        return hasattr(self, "idf_") and not hasattr(self, "queries_")

    def _partial(self, documents: Any, y: Any = None) -> pa.RecordBatch:
        own = self._partial_own(documents)
        queries = self._unfitted_queries()
        return make_state(**own, queries=b"" if queries is None else to_bytes(queries._partial(documents)))

    def _merged(self, states: Sequence[pa.RecordBatch]) -> dict[str, Any]:
        merged: dict[str, Any] = {}
        if "frequencies" in states[0].schema.names:
            merged["frequencies"] = added(states, "frequencies")
        if "length" in states[0].schema.names:
            merged |= add_exactly([ExactSums.of_state(state, "length") for state in states]).fields("length")
        queries = [from_bytes(stream) for state in states if (stream := field(state, "queries"))]
        of_queries = to_bytes(self.queries._merge(queries)) if self.queries is not None and queries else b""
        return {**merged, "queries": of_queries}

    def _finish(self, state: pa.RecordBatch) -> Self:
        is_first, is_last = not self._begun, self._begun or self._passes == 1
        queries = self._unfitted_queries()
        self._finish_own(state)
        if queries is not None:
            queries._finish(from_bytes(field(state, "queries")))
        if is_first:
            self._queries = queries
        if is_last:
            self.queries_ = vars(self).pop("_queries")
        return self

    def _unfitted_queries(self) -> Any:
        """Return the weighting of queries that still learns in this pass over the documents, or None."""
        if self._begun:
            return self._queries if getattr(self._queries, "_begun", False) else None
        if self.queries is not None and not hasattr(self.queries, "_partial"):
            raise TypeError(
                f"TfidfWeighting: queries, a {type(self.queries).__name__}, cannot be learnt from parts of the "
                "documents. A TfidfWeighting can."
            )
        return None if self.queries is None else clone(self.queries)

    def _partial_own(self, X: Any) -> dict[str, Any]:
        """Return what a part of the documents says, in this pass over them, but of queries."""
        if self.norm.startswith("pivoted") and self.pivot == 0 and self.slope == 0:
            raise ValueError("TfidfWeighting(pivot=0, slope=0) divides by 0. Use a larger slope, or a larger pivot.")
        counts, part = self._part(X)
        rows = DocumentCounts(counts.data, counts.indices, counts.indptr)
        if not self._begun:
            part["frequencies"] = document_frequencies(counts)
        if self.norm.startswith("pivoted") and self.pivot is None and self._begun == (self.norm == "pivoted"):
            with np.errstate(over="ignore"):
                if self._begun:
                    lengths = self._formula.lengths(rows, self._formula.tfidf(rows))
                else:  # of these, idf is no part
                    lengths = LENGTH[self.norm](rows, rows.counts, self._check_term_lengths(counts.shape[1]))
            if not np.isfinite(lengths).all():
                raise ValueError(
                    f"TfidfWeighting(norm={self.norm!r}): X has values too large, up to {counts.data.max():g}: the "
                    "length of a document is beyond the range of float64. Give it counts, or set pivot."
                )
            part |= ExactSums.total_of(lengths).fields("length")
        return part

    def _finish_own(self, state: pa.RecordBatch) -> None:
        """Learn what merged states say, but of queries."""
        self._validate_params()
        if not self._begun:
            n = self._finish_columns(state)
            vars(self).pop("queries_", None)
            self.n_documents_ = n
            df = field(state, "frequencies").astype(np.float64)
            self.idf_ = inverse_document_frequencies(df, n, self.idf, self.log_base)
            self._term_lengths = self._check_term_lengths(self.n_features_in_)
            self.pivot_ = None
            if self.norm.startswith("pivoted") and self.pivot is not None:
                self.pivot_ = float(self.pivot)
        elif field(state, "n_documents") != self.n_documents_:
            raise ValueError(
                f"TfidfWeighting: {self.n_documents_} documents came when idf was learnt, but "
                f"{field(state, 'n_documents')} when the pivot was. Give the same documents both times."
            )
        if "length" in state.schema.names:
            self.pivot_ = float(ExactSums.of_state(state, "length").rounded() / self.n_documents_)

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
