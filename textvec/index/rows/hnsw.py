"""Dense vectors that are found through a graph of near ones: not all of the nearest, but fast among millions."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from textvec._common.progress import progress
from textvec.encoders.vectors import Dense
from textvec.index.rows.dense import DenseRows, check_saved_array

_SMALL = 200_000  # rows, among which the exact search is as fast or faster
_BLOCK = 10_000  # rows that are added to the graph between two looks at the clock
_NEIGHBOURS = 32  # of a row in the graph, and twice as many in its lowest layer
_EXPANSION = 128  # rows that are looked at to find the neighbours of one
_LOOK = 256  # rows that are looked at to find the nearest of a query
_SPARE = 10  # times as many rows as are wanted are scored exactly, as the graph keeps a byte of each number
_FEW = 16  # times fewer of all rows than would have to be scored, and the exact search is as fast


class ApproximateRows(DenseRows):
    """Dense vectors with a graph in which each is linked to near ones (HNSW), as the library usearch makes it.

    What the graph finds is scored exactly, so scores and their order are those of `DenseRows`, but some of the nearest
    rows may be missing. Up to 200,000 rows have no graph, and are searched exactly. Where the graph is built in several
    threads, it is another one each time.

    References
    ----------
    Malkov and Yashunin (2020), Efficient and robust approximate nearest neighbor search using hierarchical navigable
    small world graphs. IEEE Transactions on Pattern Analysis and Machine Intelligence 42.
    """

    backend: ClassVar[str] = "hnsw"
    summary: ClassVar[str] = "dense, approximate"

    @classmethod
    def of(cls, vectors: Dense) -> Self:
        """Make rows of vectors, and the graph.

        Raises
        ------
        ImportError
            If usearch is not installed.
        """
        _usearch()
        exact = DenseRows.of(vectors).arrays
        graph = _graph_of(vectors, exact["inverses"]) if len(vectors) > _SMALL else np.empty(0, np.uint8)
        return cls({**exact, "graph": graph, "graph_checksum": np.array([zlib.crc32(graph.data)], np.uint32)})

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Make rows of arrays that were saved, as `DenseRows.from_arrays` does."""
        graph = check_saved_array("graph", arrays.get("graph"), np.uint8, 1)
        checksum = check_saved_array("graph_checksum", arrays.get("graph_checksum"), np.uint32, 1)
        return cls({**DenseRows.from_arrays(arrays).arrays, "graph": graph, "graph_checksum": checksum})

    def _nearest(
        self, directions: NDArray[np.float64], k: int, allowed: NDArray[np.uint8] | None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        from textvec._common import dense_search

        n = len(self)
        ids = np.full((len(directions), min(k, n)), -1, np.int64)
        scores = np.zeros(ids.shape, np.float32)
        asked = np.flatnonzero(directions.any(axis=1))
        n_wanted = _SPARE * max(k, 10)
        if allowed is not None:
            n_wanted = n_wanted * n // max(int(np.count_nonzero(allowed)), 1)
        while len(self.arrays["graph"]) and len(asked) and n_wanted * _FEW < n:
            found = self._found(directions[asked], n_wanted)
            if allowed is not None:
                found[allowed[found] == 0] = -1
            ids[asked], scores[asked] = dense_search.ranked(
                self._table, np.sort(found, axis=1), directions[asked], ids.shape[1]
            )
            asked = asked[np.count_nonzero(found >= 0, axis=1) < k]
            n_wanted *= _SPARE
        if len(asked):
            places, cosines = super()._nearest(directions[asked], k, allowed)
            ids[asked, : places.shape[1]], scores[asked, : places.shape[1]] = places, cosines
        return ids, scores

    def _found(self, directions: NDArray[np.float64], n_wanted: int) -> NDArray[np.int64]:
        """Return rows that are near to each query by the graph, -1 where there are fewer."""
        from textvec._common.threads import n_threads

        threads = n_threads(len(directions) * max(n_wanted, _LOOK) * directions.shape[1])
        matches = self._graph.search(directions.astype(np.float32), n_wanted, threads=threads)
        keys = np.atleast_2d(matches.keys)
        counts = np.array(matches.counts if len(directions) > 1 else [keys.shape[1]])
        known = (np.arange(keys.shape[1]) < counts[:, None]) & (keys < len(self))
        places = np.full((len(directions), n_wanted), -1, np.int64)
        places[:, : keys.shape[1]][known] = keys[known]
        return places

    @cached_property
    def _graph(self) -> Any:
        """The graph, for use where it lies. It is read through once, since a damaged one can end the process."""
        graph, size = self.arrays["graph"], self.arrays["vectors"].shape[1]
        if zlib.crc32(graph.data) != self.arrays["graph_checksum"][0]:
            raise ValueError("The array 'graph' of dense vectors is damaged: it does not have its checksum.")
        index = _empty_graph(size)
        index.view(graph)
        if index.ndim != size:
            raise ValueError(
                f"The array 'graph' of dense vectors must be of {size} dimensions, as 'vectors' is, but it is of "
                f"{index.ndim}. It is of another index."
            )
        return index


def _graph_of(vectors: Dense, inverses: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Build the graph of rows that are not zero, with a progress bar if somebody watches, and return what is saved."""
    from textvec._common.threads import n_threads

    graph = _empty_graph(vectors.shape[1])
    starts = range(0, len(vectors), _BLOCK)
    with progress("graph", len(starts)) as advance:
        for start in starts:
            rows = start + np.flatnonzero(inverses[start : start + _BLOCK] > 0)
            graph.add(rows, (vectors[rows] * inverses[rows, None]).astype(np.float32), threads=n_threads())
            advance()
    return np.frombuffer(graph.save(), np.uint8)


def _empty_graph(n_dimensions: int) -> Any:
    return _usearch()(
        ndim=n_dimensions,
        metric="cos",
        dtype="i8",
        connectivity=_NEIGHBOURS,
        expansion_add=_EXPANSION,
        expansion_search=_LOOK,
        enable_key_lookups=False,
    )


def _usearch() -> Any:
    """Return the class of graphs of usearch, which is an extra."""
    try:
        from usearch.index import Index
    except ImportError as error:
        raise ImportError(
            "An approximate index needs usearch, which cannot be imported. "
            'Install it with: pip install "textvec-kit[approximate]"'
        ) from error
    return Index
