"""What all kinds of searchable vectors have in common, and the registry of them.

A backend is a class of `Rows`, found by the name that manifests give it.

Tested in tests/index/rows/test_sparse.py.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from importlib import import_module
from typing import Any, ClassVar, NamedTuple, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from textvec.encoders.vectors import Sparse, Vectors


class Backend(NamedTuple):
    """What is known of a backend before its module is imported.

    Attributes
    ----------
    path : str
        Of its class.
    is_sparse : bool
        Whether it is for sparse vectors, or for dense ones, or for pairs of both.
    is_approximate : bool
        Whether it may miss some of the nearest: what users ask for by `approximate=True`.
    metric : {"cosine", "dot", "bm25", "hybrid"}
        What scores are: cosines, inner products, BM25, or what two searches find together.
    """

    path: str
    is_sparse: bool = False
    is_approximate: bool = False
    metric: str = "cosine"


BACKENDS = {
    "sparse": Backend("textvec.index.rows.sparse.SparseRows", is_sparse=True),
    "dense": Backend("textvec.index.rows.dense.DenseRows"),
    "hnsw": Backend("textvec.index.rows.hnsw.HnswRows", is_approximate=True),
    "sparse_dot": Backend("textvec.index.rows.sparse.SparseDotRows", is_sparse=True, metric="dot"),
    "dense_dot": Backend("textvec.index.rows.dense_dot.DenseDotRows", metric="dot"),
    "bm25": Backend("textvec.index.rows.bm25.BM25Rows", is_sparse=True, metric="bm25"),
    **{
        f"{lexical}+{dense}": Backend(
            "textvec.index.rows.hybrid.HybridRows", is_approximate=dense == "hnsw", metric="hybrid"
        )
        for lexical in ("bm25", "sparse")
        for dense in ("dense", "hnsw")
    },
}


METRIC_NAMES = {"cosine": "cosines", "dot": "inner products", "bm25": "BM25", "hybrid": "two searches together"}
"""What errors call a metric."""


class Rows(Protocol):
    """Vectors that can be searched: row i is vector i."""

    @property
    def backend(self) -> str:
        """The name in `BACKENDS`."""

    summary: ClassVar[str]
    """What `info` of an index says of the vectors."""
    array_names: ClassVar[Collection[str]]
    """The names in `arrays`."""

    @classmethod
    def of(cls, vectors: Any) -> Self:
        """Index vectors."""

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Take arrays as `arrays` returned them, which may be memory maps, or raise ValueError if they do not fit."""

    @property
    def vectors(self) -> Any:
        """The vectors, of the kind that `search` takes queries of."""

    @property
    def arrays(self) -> dict[str, NDArray[Any]]:
        """All that has to be saved, by the names that `from_arrays` expects."""

    def __len__(self) -> int: ...

    def take(self, rows: NDArray[np.int64]) -> Any:
        """Return some of the vectors."""

    def search(
        self, queries: Any, k: int, floor: NDArray[np.float32], allowed: NDArray[np.uint8] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return rows (-1 where there are fewer), and scores, of shape (n_queries, k), best first.

        Only scores above the floor of a query count, and only rows that are allowed.
        """


def backend_class(name: str) -> type[Rows]:
    """Return the class of a backend.

    Raises
    ------
    ValueError
        If there is none of that name.
    """
    if name not in BACKENDS:
        raise ValueError(f"there is no kind of vectors {name!r:.60}; there are {', '.join(BACKENDS)}")
    module, _, class_name = BACKENDS[name].path.rpartition(".")
    found: type[Rows] = getattr(import_module(module), class_name)
    return found


def backend_for(vectors: Vectors, metric: str, approximate: bool = False) -> str:
    """Return the name of the first backend for vectors of a kind, approximate if that is wanted and there is one."""
    wanted = isinstance(vectors, Sparse), metric
    names = [name for name, backend in BACKENDS.items() if (backend.is_sparse, backend.metric) == wanted]
    return next((name for name in names if BACKENDS[name].is_approximate == approximate), names[0])
