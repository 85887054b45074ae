"""What transformers answer to `set_output`: what scikit-learn cannot make tables of stays as it is, and says so.

Vectorizers make sparse matrices, or on request a pandas table with sparse columns that have names.
"""

from __future__ import annotations

import sys
import warnings
from types import FrameType
from typing import Any, Self
from weakref import WeakKeyDictionary

from sklearn import get_config
from sklearn.base import TransformerMixin

from textvec._common.optional import import_pandas

_CHOICES = ("default", "pandas", "polars", "pandas_sparse")

# The functions of scikit-learn that run one part of a model, also in another process, where nobody is who has the part.
_RUN_A_PART = ("_fit_transform_one", "_transform_one")
# The dense tables that each estimator has said it does not make.
_told: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


class NotWrapped:
    """What leaves transform is not wrapped by scikit-learn, which makes dense tables only.

    That its wrapper is switched off is not inherited, so that each subclass switches it off anew.
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        switch = {"auto_wrap_output_keys": None} if issubclass(cls, TransformerMixin) else {}
        super().__init_subclass__(**{**switch, **kwargs})


class NoTable(NotWrapped):
    """Gives `set_output` to a transformer whose results are no table: tokens, passages, lists of arrays."""

    def set_output(self, *, transform: str | None = None) -> Self:
        """Change nothing, as what comes out is no table; `Pipeline.set_output` asks this of every step.

        Parameters
        ----------
        transform : {"default", "pandas", "polars", "pandas_sparse"}, default=None
            Has no effect.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If it is none of these.
        """
        _check_choice(self, transform)
        return self


class SparseOutput(NotWrapped):
    """Gives `set_output` to a transformer whose transform and fit_transform end with `labelled`."""

    def set_output(self, *, transform: str | None = None) -> Self:
        """Choose what `transform` and `fit_transform` return.

        Parameters
        ----------
        transform : {"default", "pandas", "polars", "pandas_sparse"}, default=None
            - `"pandas_sparse"`: a pandas DataFrame with a sparse column for each feature, named by
              `get_feature_names_out`, and the index of the documents where they are a Series or DataFrame.
            - `"default"`: a sparse matrix.
            - `"pandas"`, `"polars"`: no change, and a warning, once, since their tables are dense. They are no error,
              since pipelines ask every step for them. In a `ColumnTransformer` or `FeatureUnion`, and in a `Pipeline`
              before another step, there is no warning: it is they who make the table, or refuse to make it sparse.
            - `None`: no change.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If it is none of these.
        ImportError
            If "pandas_sparse" is asked for without pandas.

        Examples
        --------
        >>> from textvec import OneHotVectorizer
        >>> OneHotVectorizer().set_output(transform="pandas_sparse").fit_transform(["good food", "good mood"])
           food  good  mood
        0     1     1     0
        1     0     1     1
        """
        _check_choice(self, transform)
        if transform == "pandas_sparse":
            import_pandas("set_output(transform='pandas_sparse')")
        if transform in ("default", "pandas_sparse"):
            self._sklearn_output_config = {"transform": transform}  # the name that scikit-learn's clone copies
        elif transform is not None and _wanted(self) != "pandas_sparse":
            _tell_once(self, transform, stacklevel=3)
        return self


def labelled(vectorizer: Any, X: Any, documents: Any) -> Any:
    """Return the matrix of documents as `set_output` of their vectorizer says.

    Parameters
    ----------
    vectorizer : SparseOutput
        Fitted.
    X : sparse matrix of shape (n_documents, n_features)
    documents : object
        As they were given to the vectorizer, for their index.

    Returns
    -------
    sparse matrix or pandas.DataFrame of shape (n_documents, n_features)
    """
    output = _wanted(vectorizer) or get_config()["transform_output"]
    if output != "pandas_sparse":
        if output != "default":
            _tell_once(vectorizer, output, stacklevel=4)  # whoever called transform
        return X
    pd = import_pandas("set_output(transform='pandas_sparse')")
    index = documents.index if isinstance(documents, pd.Series | pd.DataFrame) else None
    table = pd.DataFrame.sparse.from_spmatrix(X, index=index, columns=vectorizer.get_feature_names_out())
    if X.shape[1] and pd.isna(table.dtypes.iloc[0].fill_value):
        # Before its version 3.1, pandas took what a sparse matrix of floats leaves out for NaN; `fillna` passes over
        # columns where nothing is left out, and leaves their type.
        table = table.fillna(0.0).astype(pd.SparseDtype(X.dtype, 0.0))
    return table


def _wanted(vectorizer: Any) -> str | None:
    """Return what `set_output` chose."""
    chosen: str | None = getattr(vectorizer, "_sklearn_output_config", {}).get("transform")
    return chosen


def _check_choice(transformer: Any, transform: Any) -> None:
    if transform is not None and (not isinstance(transform, str) or transform not in _CHOICES):
        raise ValueError(
            f"{type(transformer).__name__}: transform must be None or one of {', '.join(map(repr, _CHOICES))}, but it "
            f"is {transform!r}."
        )


def _reaches_the_user(vectorizer: Any) -> bool:
    """Tell whether the matrix goes to who asked for a table, and to no other part of a model of scikit-learn's.

    A ColumnTransformer or FeatureUnion makes the table itself, or raises its own error where that would be sparse; a
    step in the middle of a Pipeline is followed by another. scikit-learn's own vectorizers say nothing there.
    """
    asked = vectorizer
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        module, owner = frame.f_globals.get("__name__", ""), frame.f_locals.get("self")
        if owner is not asked and module != __name__:
            if not module.startswith("sklearn."):
                return True
            if frame.f_code.co_name in _RUN_A_PART:
                return False
            if owner is not None:
                steps = getattr(owner, "steps", None)
                if not steps or steps[-1][1] is not asked:
                    return False
                asked = owner
        frame = frame.f_back
    return True


def _tell_once(vectorizer: Any, output: str, stacklevel: int) -> None:
    """Warn that an estimator makes no dense table of this kind, unless it has said so before."""
    told = _told.setdefault(vectorizer, set())
    if output in told or not _reaches_the_user(vectorizer):
        return
    name = type(vectorizer).__name__
    warnings.warn(
        f"{name} makes a sparse matrix, which a request for {output!r} does not turn into a table: that table would be "
        f"dense. {name}.set_output(transform='pandas_sparse') makes a pandas DataFrame with sparse columns; "
        "set_output(transform='default') keeps the matrix and ends this warning.",
        stacklevel=stacklevel,
    )
    told.add(output)
