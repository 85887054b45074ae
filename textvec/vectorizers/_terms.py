"""What the terms of a vectorizer are: their names, their columns, and those that say most in a row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.exceptions import NotFittedError

from textvec._common.counted import counted
from textvec.vectorizers._analysis import separator
from textvec.vectorizers._interpretation import terms_of_rows, top_terms
from textvec.vectorizers._ngrams import NGrams
from textvec.vectorizers._vocabulary import Vocabulary

_RENUMBER = (
    "Number the terms anew: vectorizer.vocabulary_ = {term: i for i, term in enumerate(vectorizer.vocabulary_)}."
)


class Terms:
    """The part of a CountVectorizer that names things. Names are made when they are asked for.

    Attributes
    ----------
    ngrams_ : NGrams
        The terms, as codes of words.
    """

    fixed_vocabulary_: bool

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

    def _learnt(self) -> list[str]:
        return [counted(len(self.ngrams_), "term")]

    @property
    def ngrams_(self) -> NGrams:
        """The terms, as codes of words; made anew where `vocabulary_` was changed."""
        if "ngrams_" not in self.__dict__:
            raise AttributeError(f"{type(self).__name__} has no terms before it is fitted.")
        vocabulary = self.__dict__.get("_vocabulary")
        if vocabulary is not None and _state_of(vocabulary) != self._followed:
            self._follow(vocabulary)
        ngrams: NGrams = self.__dict__["ngrams_"]
        return ngrams

    @property
    def vocabulary_(self) -> dict[Any, int]:
        """The column of each term; made, and kept, at the first request. The vectorizer follows changes of it."""
        if "ngrams_" not in self.__dict__:
            raise AttributeError(f"{type(self).__name__} has no vocabulary_ before it is fitted.")
        if "_vocabulary" not in self.__dict__:
            self._vocabulary: Any = Vocabulary(self.ngrams_.columns_by_name())
            self._followed: Any = self._vocabulary.version
        return self._vocabulary  # type: ignore[no-any-return]

    @vocabulary_.setter
    def vocabulary_(self, terms: dict[Any, int]) -> None:
        self._follow(terms)

    @vocabulary_.deleter
    def vocabulary_(self) -> None:
        for attribute in ("ngrams_", "_vocabulary", "_followed", "_pruned"):
            self.__dict__.pop(attribute, None)

    def _follow(self, vocabulary: Any) -> None:
        """Take the terms of a dictionary that somebody else holds as well, and may go on changing."""
        state = _state_of(vocabulary)
        ngrams = NGrams.from_terms(dict(vocabulary), separator(self))
        self._set_ngrams(ngrams)
        self._vocabulary, self._followed = vocabulary, dict(state) if isinstance(state, Mapping) else state

    def _set_terms(self, terms: Mapping[Any, int]) -> None:
        """Take terms that were learnt elsewhere, with their columns, from a dictionary that nobody changes later."""
        self._set_ngrams(NGrams.from_terms(terms, separator(self)))

    def _set_ngrams(self, ngrams: NGrams) -> None:
        for attribute in ("_vocabulary", "_followed", "_pruned"):
            self.__dict__.pop(attribute, None)
        self.__dict__["ngrams_"] = ngrams

    def _validate_vocabulary(self) -> None:
        super()._validate_vocabulary()  # type: ignore[misc]
        if self.fixed_vocabulary_ and "_vocabulary" in self.__dict__:
            del self._vocabulary, self._followed  # scikit-learn's copy of a parameter, which nobody else holds

    def __getstate__(self) -> dict[str, Any]:
        if "ngrams_" in self.__dict__:
            _ = self.ngrams_  # follows the last changes
        state: Any = super().__getstate__()
        return {key: value for key, value in state.items() if key not in ("_vocabulary", "_followed")}

    def _refuse_renumbered(self) -> None:
        if not self.ngrams_.is_numbered:
            raise ValueError(
                f"{type(self).__name__}.partial_fit needs a vocabulary_ of n terms to have the columns 0 to n - 1, "
                f"each once, but it was changed. {_RENUMBER}"
            )

    def _within(self, columns: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return the columns of terms that were found, which a changed `vocabulary_` may have put outside."""
        n = len(self.ngrams_)
        if columns.max(initial=-1) >= n:
            raise ValueError(
                f"{type(self).__name__}.vocabulary_ has {n} terms, and so the matrix {n} columns, but it gives a term "
                f"of these documents column {columns.max()}. {_RENUMBER}"
            )
        return columns

    def _check_vocabulary(self) -> None:
        """As scikit-learn's, which would make the whole dictionary to see whether it is empty."""
        if "ngrams_" not in self.__dict__:
            self._validate_vocabulary()
            if not self.fixed_vocabulary_:
                error = NotFittedError("Vocabulary not fitted or provided")  # scikit-learn's words, and what to do
                error.add_note(f"{type(self).__name__} learns its terms from documents: fit(documents).")
                raise error
        if len(self.ngrams_) == 0:
            raise ValueError("Vocabulary is empty")


def _state_of(vocabulary: Any) -> Any:
    """Return what tells whether a dictionary was changed; of one that somebody assigned, only what it holds does."""
    return vocabulary.version if isinstance(vocabulary, Vocabulary) else vocabulary
