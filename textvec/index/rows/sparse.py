"""Sparse vectors, searched by bounds of their scores (see `postings`) in one of two engines with equal results."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from textvec.encoders.vectors import Sparse
from textvec.index import _cold_start
from textvec.index.rows.postings import Postings, check_columns, take_checked
from textvec.index.rows.saturation import NO_SATURATION, Saturation

_CSR_ARRAYS = "row_starts", "row_columns", "row_weights"
SAVED_ARRAYS = {
    "n_columns": (np.int64, 1),
    "row_starts": (np.int64, 1),
    "row_columns": (np.int32, 1),
    "row_weights": (np.float32, 1),
    "columns": (np.int32, 1),
    "steps": (np.float32, 1),
    "posting_starts": (np.int64, 1),
    "posting_rows": (np.int32, 1),
    "posting_levels": (np.uint8, 1),
    "frequent": (np.int32, 1),
    "frequent_levels": (np.uint8, 2),
}
MAX_COLUMNS = 2**31
"""Columns are numbered by int32."""


class Engine(Protocol):
    """What searches sparse vectors: the modules `sparse_numpy` and `sparse_compiled`, with equal results."""

    def search(
        self,
        vectors: Sparse,
        postings: Postings,
        queries: Sparse,
        k: int,
        floor: NDArray[np.float32],
        allowed: NDArray[np.uint8] | None,
        saturation: Saturation,
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]] | None:
        """Return what `SparseRows.search` does, or None if the work is too much for this engine."""


class SparseRows:
    """Sparse vectors that can be searched.

    Attributes
    ----------
    vectors : Sparse
    postings : Postings
    """

    backend: ClassVar[str] = "sparse"
    summary: ClassVar[str] = "sparse"
    array_names: ClassVar[Collection[str]] = tuple(SAVED_ARRAYS)

    def __init__(self, vectors: Sparse, postings: Postings) -> None:
        self.vectors, self.postings = vectors, postings

    @classmethod
    def of(cls, vectors: Sparse) -> SparseRows:
        """Index vectors.

        Raises
        ------
        ValueError
            If the arrays of the vectors do not fit each other, as those of a damaged index may.
        """
        return cls(vectors, Postings.of(vectors))

    @property
    def arrays(self) -> dict[str, NDArray[Any]]:
        """All there is to save."""
        rows = dict(zip(_CSR_ARRAYS, self.vectors[:3], strict=True))
        return {"n_columns": np.array([self.vectors.n_columns], np.int64), **rows, **self.postings._asdict()}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> SparseRows:
        """Take arrays as `arrays` returned them; memory-mapped ones are not read.

        Raises
        ------
        ValueError
            If one is missing, is of another type, or has another shape than the others have it.
        """
        check_arrays(arrays, SAVED_ARRAYS)
        return cls(*sparse_of(arrays))

    def __len__(self) -> int:
        return self.vectors.n_vectors

    def take(self, rows: NDArray[np.int64]) -> Sparse:
        """Return some of the vectors, in the order of their rows.

        Raises
        ------
        ValueError
            If the rows are damaged.
        """
        taken = take_checked(self.vectors, np.asarray(rows))
        check_columns(taken)
        return taken

    def search(
        self, queries: Sparse, k: int, floor: NDArray[np.float32], allowed: NDArray[np.uint8] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Find the k rows with the highest products for each query.

        A score depends on the query and the row alone, to the last bit.

        Parameters
        ----------
        queries : Sparse
        k : int
        floor : ndarray of float32 of shape (n_queries,)
            Only higher scores count; at least 0.
        allowed : ndarray of uint8 of shape (n_rows,), optional
            0 for rows that are not to be found.

        Returns
        -------
        rows : ndarray of int64 of shape (n_queries, k)
            Best first, equal scores by row; -1 where there are fewer.
        scores : ndarray of float32 of shape (n_queries, k)

        Raises
        ------
        ValueError
            If the arrays are damaged so that rows cannot be found by them.
        """
        return search(self.vectors, self.postings, queries, k, floor, allowed)


class SparseDotRows(SparseRows):
    """Sparse vectors of any length, whose scores are inner products."""

    backend: ClassVar[str] = "sparse_dot"
    summary: ClassVar[str] = "sparse, inner products"


def check_arrays(arrays: Mapping[str, NDArray[Any]], kinds: Mapping[str, tuple[Any, int]]) -> None:
    """Raise ValueError unless there are arrays of these names, types and numbers of dimensions."""
    for name, (dtype, ndim) in kinds.items():
        if name not in arrays:
            raise ValueError(f"Of the arrays of sparse vectors, {name} is missing.")
        array = arrays[name]
        fits = array.dtype == dtype and array.ndim == ndim
        if not fits or not array.flags.c_contiguous or not array.flags.aligned:
            raise ValueError(
                f"{name} must be a C-contiguous array of {np.dtype(dtype)} with {ndim} dimension(s), but it is of "
                f"{array.dtype} and of shape {array.shape}."
            )


def sparse_of(arrays: Mapping[str, NDArray[Any]]) -> tuple[Sparse, Postings]:
    """Return vectors, and their postings, of arrays that `check_arrays` has passed.

    Raises
    ------
    ValueError
        If one has another shape than the others have it.
    """
    n_rows, n_used = len(arrays["row_starts"]) - 1, len(arrays["columns"])
    shapes = {
        "n_columns": (1,),
        "row_starts": (max(n_rows, 0) + 1,),
        "row_weights": arrays["row_columns"].shape,
        "steps": (n_used,),
        "posting_starts": (n_used + 1,),
        "posting_levels": arrays["posting_rows"].shape,
        "frequent_levels": (len(arrays["frequent"]), n_rows),
    }
    for name, shape in shapes.items():
        if arrays[name].shape != shape:
            raise ValueError(f"{name} must be of shape {shape}, as other arrays have it, not {arrays[name].shape}.")
    indptr, indices, data = (arrays[name] for name in _CSR_ARRAYS)
    if not 0 <= arrays["n_columns"][0] <= MAX_COLUMNS:
        raise ValueError(f"n_columns must be from 0 to {MAX_COLUMNS}, but it is {arrays['n_columns'][0]}.")
    vectors = Sparse(indptr, indices, data, int(arrays["n_columns"][0]))
    return vectors, Postings(*(arrays[name] for name in Postings._fields))


def search(
    vectors: Sparse,
    postings: Postings,
    queries: Sparse,
    k: int,
    floor: NDArray[np.float32],
    allowed: NDArray[np.uint8] | None,
    saturation: Saturation = NO_SATURATION,
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Do what `SparseRows.search` does, with rows of counts as well."""
    for engine in _engines(queries.n_vectors, vectors.n_vectors):
        found = engine.search(vectors, postings, queries, k, floor, allowed, saturation)
        if found is not None:
            return found
    raise AssertionError("no work is too much for the last engine")


def _engines(n_queries: int, n_rows: int) -> Iterator[Engine]:
    """Yield the engines to try, one after the other; each is loaded when it is its turn."""
    if _cold_start.prefers_numpy(n_queries):
        from textvec.index.rows import sparse_numpy

        _cold_start.count_search(n_rows)
        yield sparse_numpy
    from textvec.index.rows import sparse_compiled

    yield sparse_compiled
