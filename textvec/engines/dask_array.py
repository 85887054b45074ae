"""A Dask array with a block for each partition of documents.

Tested in tests/distributed/test_transforming.py.
"""

from __future__ import annotations

from collections.abc import Callable
from math import nan
from typing import Any

from textvec._common.optional import import_dask
from textvec.engines.dask_engine import _batches, _Graph
from textvec.engines.pieces import Batch


def dask_array(encode: Callable[[Any], Any], empty: Any, documents: Any, column: str | None) -> Any:
    """Return the array; see `textvec.engines.lazy.lazy_matrix`."""
    array = import_dask("transform", "dask.array")
    graph = _Graph("transform", _OfBatch(encode), None)
    blocks = [
        array.from_delayed(graph.run(*each), shape=(nan, empty.shape[1]), meta=empty)
        for each in _batches(documents, column, ())
    ]
    return array.concatenate(blocks, axis=0, allow_unknown_chunksizes=True)


class _OfBatch:
    """Makes the matrix of the documents of a batch."""

    def __init__(self, encode: Callable[[Any], Any]) -> None:
        self.encode = encode

    def __call__(self, batch: Batch) -> Any:
        return self.encode(batch.documents)
