"""A matrix of documents that lie in pieces, not computed yet: a Dask array of blocks, or a Ray Dataset of rows.

Tested in tests/distributed/test_transforming.py.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

from textvec.engines.files import Files


def transform_spread(estimator: Any, documents: Any) -> Any:
    """Return what a fitted estimator makes of documents that lie in pieces, not computed yet.

    Parameters
    ----------
    estimator : fitted transformer
        Of strings.
    documents : dask Series or Bag, or ray Dataset
        See `textvec.engines.is_spread`.

    Returns
    -------
    dask.array.Array or ray Dataset
        See `lazy_matrix`.

    Raises
    ------
    TypeError
        If the documents are files, or `set_output` asks for tables.
    """
    with warnings.catch_warnings(action="ignore", category=UserWarning):  # that the text has no known word
        example = estimator.transform([""])
    if hasattr(example, "columns"):
        raise TypeError(
            f"{type(estimator).__name__}.transform makes no tables of documents that lie in pieces: take "
            "set_output(transform='default'), or call compute() and make a table of that."
        )
    return lazy_matrix(estimator.transform, example, documents)


def lazy_matrix(
    function: Callable[[Any], Any], example: Any, documents: Any, column: str | None = None, keep: Sequence[str] = ()
) -> Any:
    """Return what a function makes of each piece of documents, put together, not computed yet.

    Parameters
    ----------
    function : callable
        Takes a column of strings and returns a matrix; it runs on the workers.
    example : CSR matrix or ndarray of shape (n_rows, n_columns)
        What it makes of any texts: all matrices are of its kind, type and width. A partition without documents has no
        rows, and is not given to the function.
    documents : dask DataFrame, Series or Bag, or ray Dataset
        See `textvec.engines.is_spread`.
    column : str, optional
        The column that holds the texts.
    keep : sequence of str, default=()
        Other columns of a Ray Dataset that the new one has as well.

    Returns
    -------
    dask.array.Array or ray Dataset
        Of Dask an array of one block a partition, CSR matrices or arrays; how many rows a block has is known when it is
        computed. Of Ray a Dataset with the columns `indices` and `values`, or `vector`, and those that are kept.

    Raises
    ------
    TypeError
        If the documents are files.
    ValueError
        If columns are to be kept in a Dask array.
    """
    if isinstance(documents, Files):
        raise TypeError(
            "What an estimator makes of files is written to a folder: give transform(estimator, files, output). Or "
            "read them with dask.dataframe or ray.data, whose collections need not be written."
        )
    encode = _Encode(function, example[:0])
    if hasattr(documents, "to_delayed"):
        if keep:
            raise ValueError(
                f"transform: a Dask array cannot keep the column {keep[0]!r}. It has the rows of the documents in "
                "their order, so it goes with that column as it is. Or write parts to a folder, which keep columns."
            )
        from textvec.engines.dask_array import dask_array

        return dask_array(encode, encode.empty, documents, column)
    from textvec.engines.ray_columns import ray_columns

    return ray_columns(encode, documents, column, keep)


class _Encode:
    """Makes the matrix of a piece, which travels to the workers.

    Parameters
    ----------
    function : callable
    empty : matrix without rows
        What there is of no documents: many estimators refuse these.
    """

    def __init__(self, function: Callable[[Any], Any], empty: Any) -> None:
        self.function, self.empty = function, empty

    def __call__(self, documents: Any) -> Any:
        return self.function(documents) if len(documents) else self.empty
