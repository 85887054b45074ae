"""Which documents, and matrices of them, lie in pieces: every door asks, and imports neither Dask nor Ray to find out.

Tested in tests/_common/test_spread.py.
"""

from __future__ import annotations

from typing import Any

# Classes whose documents lie in pieces, by the package that they come from.
_CLASSES = {"dask": ("DataFrame", "Series", "Bag"), "ray": ("Dataset",), "textvec": ("Files",)}
# What vectorizers make of them.
_MATRICES: dict[str, tuple[str, ...]] = {"dask": ("Array",), "ray": ("Dataset",)}
# What iterating over would make nonsense of as well, but is no collection of documents.
_OTHERS: dict[str, tuple[str, ...]] = {"dask": ("Array", "Delayed")}
_TO_MEMORY = {"dask": "compute()", "ray": "to_pandas()"}


def package_of(documents: Any) -> str | None:
    """Return the package that a collection is of, "dask", "ray" or "textvec"; None for all that is in memory.

    Examples
    --------
    >>> from textvec._common.spread import package_of
    >>> from textvec.engines import Files
    >>> package_of(Files("reviews/*.parquet")), package_of(["a text"])
    ('textvec', None)
    """
    return _package(documents, _CLASSES)


def refuse_spread(documents: Any) -> None:
    """Raise an error if documents lie in pieces; for what reads documents one after the other.

    Raises
    ------
    TypeError
        It would bring all of them here, or work on what Dask says of a collection instead of the collection.
    """
    package = package_of(documents) or _package(documents, _OTHERS)
    if package:
        way = f"; or bring them into memory first, by {_TO_MEMORY[package]}" if package in _TO_MEMORY else ""
        raise TypeError(
            f"The documents lie in pieces ({package}'s {type(documents).__name__}), and what was called reads them in "
            "memory, or from a generator. textvec.distributed.fit fits estimators and whole pipelines where they "
            f"lie, textvec.distributed.transform makes vectors, textvec.distributed.build_index an index{way}."
        )


def refuse_spread_matrix(X: Any, reader: str) -> None:
    """Raise an error if a matrix lies in pieces, as vectorizers make one of documents that do.

    Raises
    ------
    TypeError
        It names who reads the matrix.
    """
    package = _package(X, _MATRICES)
    if package:
        raise TypeError(
            f"{reader} reads a matrix in memory, but X lies in pieces ({package}'s {type(X).__name__}). Of a pipeline, "
            "call textvec.distributed.fit(pipeline, documents) instead of its fit: each step that learns takes a pass "
            f"over them. Or bring the matrix into memory, by {_TO_MEMORY[package]}."
        )


def _package(value: Any, classes: dict[str, tuple[str, ...]]) -> str | None:
    for cls in type(value).__mro__:
        package = cls.__module__.partition(".")[0]
        if cls.__name__ in classes.get(package, ()):
            return package
    return None
