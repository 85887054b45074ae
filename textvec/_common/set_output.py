"""What vectorizers return: a sparse matrix, or on request a pandas table with sparse columns that have names."""

from __future__ import annotations

from typing import Any, Self

from sklearn.base import TransformerMixin

from textvec._common.optional import import_pandas

_CHOICES = ("default", "pandas", "polars", "pandas_sparse")


class SparseOutput:
    """Gives `set_output` to a transformer whose transform and fit_transform end with `labelled`."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        # scikit-learn's own wrapper refuses sparse matrices, and that it is switched off is not inherited.
        switch = {"auto_wrap_output_keys": None} if issubclass(cls, TransformerMixin) else {}
        super().__init_subclass__(**switch, **kwargs)

    def set_output(self, *, transform: str | None = None) -> Self:
        """Choose what `transform` and `fit_transform` return.

        Parameters
        ----------
        transform : {"default", "pandas", "polars", "pandas_sparse"}, default=None
            - `"pandas_sparse"`: a pandas DataFrame with a sparse column for each feature, named by
              `get_feature_names_out`, and the index of the documents where they are a Series or DataFrame.
            - `"default"`: a sparse matrix.
            - `"pandas"`, `"polars"`: no change, since pipelines ask every step for them, and their tables are dense.
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
        if transform is not None and (not isinstance(transform, str) or transform not in _CHOICES):
            raise ValueError(
                f"{type(self).__name__}: transform must be None or one of {', '.join(map(repr, _CHOICES))}, but it is "
                f"{transform!r}."
            )
        if transform == "pandas_sparse":
            import_pandas("set_output(transform='pandas_sparse')")
        if transform in ("default", "pandas_sparse"):
            self._sklearn_output_config = {"transform": transform}  # the name that scikit-learn's clone copies
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
    if getattr(vectorizer, "_sklearn_output_config", {}).get("transform") != "pandas_sparse":
        return X
    pd = import_pandas("set_output(transform='pandas_sparse')")
    index = documents.index if isinstance(documents, pd.Series | pd.DataFrame) else None
    return pd.DataFrame.sparse.from_spmatrix(X, index=index, columns=vectorizer.get_feature_names_out())
