"""What every preprocessing step shares: its manners as a scikit-learn transformer of text, and no work of its own.

Tested in tests/preprocessing/test_preprocessing.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from textvec._common.diagram import Diagram
from textvec._common.estimator import TextInput
from textvec._common.saved import CheckedState
from textvec._common.set_output import NoTable
from textvec._common.sklearn_bases import BaseEstimator, TransformerMixin
from textvec.text.documents import listed

if TYPE_CHECKING:
    from textvec.text.tokens import Tokens


class Step(CheckedState, Diagram, NoTable, TextInput, TransformerMixin, BaseEstimator):
    """A transformer of documents that learns nothing from them."""

    _saved_attributes: ClassVar[frozenset[str]] = frozenset()  # see `textvec._common.saved`

    def _check_params(self) -> None:
        """Raise an error unless the parameters are good; `transform` works without `fit`, and calls this as well."""
        raise NotImplementedError

    def fit(self, X: Any, y: Any = None) -> Self:
        """Check the parameters; nothing is learnt from the documents.

        Parameters
        ----------
        X : iterable of str, list of lists of str, or Tokens
            Not read, so that a generator is left for `transform`.
        y : None
            Ignored.

        Returns
        -------
        self

        Raises
        ------
        ValueError, TypeError
            If a parameter is not one that `transform` can work with, or `X` is a single string.
        """
        if isinstance(X, str | bytes):
            listed(X)
        self._check_params()
        return self

    def get_feature_names_out(self, input_features: Iterable[str] | None = None) -> NDArray[np.object_]:
        """Return the name of the one column that comes out: that of the column that went in, or "tokens".

        Parameters
        ----------
        input_features : array-like of str, default=None
            The name of the column that goes in.

        Returns
        -------
        ndarray of str objects

        Raises
        ------
        ValueError
            If it is not one name.
        """
        given = ["tokens"] if input_features is None else input_features
        names = list(given) if isinstance(given, Iterable) and not isinstance(given, str) else []
        if len(names) != 1:
            raise ValueError(
                f"{type(self).__name__}: input_features must be a list of one name, that of the column of texts, but "
                f"it is {input_features!r}."
            )
        return np.array(names, dtype=object)

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def _learnt(self) -> list[str]:
        return []

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        return tags


class TokenStep(Step):
    """A step whose result is `Tokens`."""

    if TYPE_CHECKING:

        def transform(self, X: Any) -> Tokens: ...
        def fit_transform(self, X: Any, y: Any = None) -> Tokens: ...


def check_choice(step: Step, name: str, choices: Iterable[str]) -> None:
    """Raise an error unless a parameter is one of the choices."""
    value, choices = getattr(step, name), list(choices)
    if not isinstance(value, str) or value not in choices:
        raise ValueError(
            f"{type(step).__name__}: {name} must be one of {', '.join(map(repr, choices))}, but it is {value!r}."
        )
