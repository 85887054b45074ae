"""What the terms of a vectorizer are: their names, their columns, and those that say most in a row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import NotFittedError

from textvec.vectorizers._analysis import separator
from textvec.vectorizers._interpretation import terms_of_rows, top_terms
from textvec.vectorizers._ngrams import NGrams


class Terms:
    """The part of a CountVectorizer that names things. Names are made when they are asked for.

    Attributes
    ----------
    ngrams_ : NGrams
        The terms, as codes of words.
    """

    ngrams_: NGrams
    fixed_vocabulary_: bool
    _validate_vocabulary: Callable[[], None]  # scikit-learn's

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
        names = np.array(self.ngrams_.names().tolist())  # as wide as the longest of all, as scikit-learn's
        return terms_of_rows(X, len(names), names.__getitem__)

    def terms(self, row: Any, k: int = 10) -> list[tuple[str, Any]]:
        """Return the terms of one row that weigh most.

        Parameters
        ----------
        row : sparse or dense row of shape (n_terms,) or (1, n_terms)
            A row of what `transform` returned: `X[i]`.
        k : int, default=10
            How many terms to return at most.

        Returns
        -------
        list of (term, weight)
            Those with a weight other than 0, the largest first, whatever its sign; those of equal size by term.

        Examples
        --------
        >>> from textvec import TfidfVectorizer
        >>> vectorizer = TfidfVectorizer()
        >>> X = vectorizer.fit_transform(["The food is good", "The food is not good", "Pizza is great"])
        >>> [(term, round(weight, 2)) for term, weight in vectorizer.terms(X[1], k=2)]
        [('not', 0.57), ('food', 0.43)]
        """
        self._check_vocabulary()
        return top_terms(row, len(self.ngrams_), self.ngrams_.names, k)

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
        self._set_ngrams(NGrams.from_terms(terms, separator(self)))

    def _set_ngrams(self, ngrams: NGrams) -> None:
        self.__dict__.pop("_vocabulary", None)
        self.__dict__.pop("_pruned", None)
        self.ngrams_ = ngrams

    def __getstate__(self) -> dict[str, Any]:
        state: Any = super().__getstate__()
        return {key: value for key, value in state.items() if key != "_vocabulary"}

    def _check_vocabulary(self) -> None:
        """As scikit-learn's, which would make the whole dictionary to see whether it is empty."""
        if not hasattr(self, "ngrams_"):
            self._validate_vocabulary()
            if not self.fixed_vocabulary_:
                raise NotFittedError("Vocabulary not fitted or provided")
        if len(self.ngrams_) == 0:
            raise ValueError("Vocabulary is empty")
