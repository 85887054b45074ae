"""Dense vectors that are searched through a graph of neighbours (HNSW): fast among millions, but not exhaustive."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from textvec._common.progress import progress
from textvec.encoders.vectors import Dense
from textvec.index.rows.dense import DenseRows, check_saved_array

# Up to this many vectors have no graph: the exact search among them is as fast, or faster.
_MAX_ROWS_WITHOUT_GRAPH = 200_000
# The graph is built in steps of this many rows, after each of which the progress bar moves. Short steps keep threads
# waiting for one another, long ones make a bar that seems to stand still.
_ROWS_PER_STEP = 10_000
# How many neighbours a vector has in the graph, twice as many in its lowest layer. With more of them, more of the
# nearest rows are found, in more memory and time.
_NEIGHBOURS_PER_ROW = 32
# How many candidates usearch keeps while it looks for the neighbours of a vector, or for the nearest rows of a query.
# With more of them, more of the nearest rows are found, in more time.
_CANDIDATES_PER_ROW = 128
_CANDIDATES_PER_QUERY = 256
# The graph has one byte for each number, so its order is not exact: this many times more rows than are wanted are taken
# from it, and scored exactly. If that leaves too few that are allowed, this many times more of them are taken again.
_ROWS_SCORED_PER_ROW_WANTED = 10
# Where more than one of this many rows would have to be scored, the exact search is as fast, and is used.
_MIN_ROWS_PER_ROW_SCORED = 16


class HnswRows(DenseRows):
    """Dense vectors with a graph in which each is linked to near ones (HNSW), built by the library usearch.

    Rows that the graph finds are scored exactly, so that scores and their order are those of `DenseRows`, but some of
    the nearest rows may be missing. Up to 200,000 vectors have no graph, and are searched exactly. A graph that is
    built by several threads is a different one each time.

    References
    ----------
    Malkov and Yashunin (2020), Efficient and robust approximate nearest neighbor search using hierarchical navigable
    small world graphs. IEEE Transactions on Pattern Analysis and Machine Intelligence 42.
    """

    backend: ClassVar[str] = "hnsw"
    summary: ClassVar[str] = "dense, approximate"
    array_names: ClassVar[Collection[str]] = (*DenseRows.array_names, "graph", "graph_checksum")

    @classmethod
    def of(cls, vectors: Dense) -> Self:
        """Index vectors, and build the graph.

        Raises
        ------
        ImportError
            If usearch is not installed.
        """
        _usearch()
        exact = DenseRows.of(vectors).arrays
        is_large = len(vectors) > _MAX_ROWS_WITHOUT_GRAPH
        graph = _graph_of(vectors, exact["inverses"]) if is_large else np.empty(0, np.uint8)
        return cls({**exact, "graph": graph, "graph_checksum": np.array([zlib.crc32(graph.data)], np.uint32)})

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Take arrays as `arrays` returned them, as `DenseRows.from_arrays` does."""
        graph = check_saved_array("graph", arrays.get("graph"), np.uint8, 1)
        checksum = check_saved_array("graph_checksum", arrays.get("graph_checksum"), np.uint32, 1)
        return cls({**DenseRows.from_arrays(arrays).arrays, "graph": graph, "graph_checksum": checksum})

    def _nearest(
        self, directions: NDArray[np.float64], k: int, allowed: NDArray[np.uint8] | None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        from textvec._common import dense_search

        n = len(self)
        rows = np.full((len(directions), min(k, n)), -1, np.int64)
        scores = np.zeros(rows.shape, np.float32)
        queries = np.flatnonzero(directions.any(axis=1))
        n_wanted = _ROWS_SCORED_PER_ROW_WANTED * max(k, 10)
        if allowed is not None:
            n_wanted = n_wanted * n // max(int(np.count_nonzero(allowed)), 1)
        while len(self.arrays["graph"]) and len(queries) and n_wanted * _MIN_ROWS_PER_ROW_SCORED < n:
            candidates = self._candidates(directions[queries], n_wanted)
            if allowed is not None:
                candidates[allowed[candidates] == 0] = -1
            rows[queries], scores[queries] = dense_search.ranked(
                self._table, np.sort(candidates, axis=1), directions[queries], rows.shape[1]
            )
            queries = queries[np.count_nonzero(candidates >= 0, axis=1) < k]
            n_wanted *= _ROWS_SCORED_PER_ROW_WANTED
        if len(queries):
            found, cosines = super()._nearest(directions[queries], k, allowed)
            rows[queries, : found.shape[1]], scores[queries, : found.shape[1]] = found, cosines
        return rows, scores

    def _candidates(self, directions: NDArray[np.float64], n_wanted: int) -> NDArray[np.int64]:
        """Return rows that the graph finds near each query, -1 where there are fewer than are wanted."""
        from textvec._common.threads import n_threads

        threads = n_threads(len(directions) * max(n_wanted, _CANDIDATES_PER_QUERY) * directions.shape[1])
        matches = self._graph.search(directions.astype(np.float32), n_wanted, threads=threads)
        keys = np.atleast_2d(matches.keys)
        counts = np.array(matches.counts if len(directions) > 1 else [keys.shape[1]])
        known = (np.arange(keys.shape[1]) < counts[:, None]) & (keys < len(self))
        candidates = np.full((len(directions), n_wanted), -1, np.int64)
        candidates[:, : keys.shape[1]][known] = keys[known]
        return candidates

    @cached_property
    def _graph(self) -> Any:
        """The graph, used from the saved array without a copy. The checksum is tested first: usearch could crash."""
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
    """Build the graph of the vectors that are not zero, with a progress bar on a terminal; return its saved form."""
    from textvec._common.threads import n_threads

    graph = _empty_graph(vectors.shape[1])
    starts = range(0, len(vectors), _ROWS_PER_STEP)
    with progress("graph", len(starts)) as advance:
        for start in starts:
            rows = start + np.flatnonzero(inverses[start : start + _ROWS_PER_STEP] > 0)
            graph.add(rows, (vectors[rows] * inverses[rows, None]).astype(np.float32), threads=n_threads())
            advance()
    return np.frombuffer(graph.save(), np.uint8)


def _empty_graph(n_dimensions: int) -> Any:
    return _usearch()(
        ndim=n_dimensions,
        metric="cos",
        dtype="i8",
        connectivity=_NEIGHBOURS_PER_ROW,
        expansion_add=_CANDIDATES_PER_ROW,
        expansion_search=_CANDIDATES_PER_QUERY,
        enable_key_lookups=False,
    )


def _usearch() -> Any:
    """Return the class `usearch.index.Index`; usearch is an optional dependency."""
    try:
        from usearch.index import Index
    except ImportError as error:
        raise ImportError(
            "An approximate index needs usearch, which cannot be imported. "
            'Install it with: pip install "textvec-kit[approximate]"'
        ) from error
    return Index
