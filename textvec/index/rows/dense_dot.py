"""Dense vectors that are searched by inner products, exactly."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from textvec.encoders.vectors import Dense
from textvec.index.rows.dense import DenseRows


class DenseDotRows(DenseRows):
    """Dense vectors whose inner products with queries are searched exactly.

    In the table all rows are divided by the length of the longest, so that the search for cosines finds inner products
    with queries of length 1, divided by that length.

    Examples
    --------
    >>> import numpy as np
    >>> from textvec.index.rows.dense_dot import DenseDotRows
    >>> dense = DenseDotRows.of(np.array([[1, 0], [0, 0], [3, 4]], np.float32))
    >>> dense.search(np.array([[2, 0]], np.float32), 3, np.zeros(1, np.float32))
    (array([[ 2,  0, -1]]), array([[6., 2., 0.]], dtype=float32))
    """

    backend: ClassVar[str] = "dense_dot"
    summary: ClassVar[str] = "dense, inner products"

    @classmethod
    def of(cls, vectors: Dense) -> Self:
        """Index vectors; those of length 0 are kept, and never found.

        Parameters
        ----------
        vectors : ndarray of float32 of shape (n_rows, n_dimensions)
            Finite numbers.
        """
        from textvec._common.dense_table import DenseTable, lengths_of

        lengths = lengths_of(vectors)
        return cls(DenseTable.of(vectors, np.where(lengths > 0, lengths.max(initial=0), lengths))._asdict())

    def search(
        self, queries: Dense, k: int, floor: NDArray[np.float32], allowed: NDArray[np.uint8] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Find the rows with the highest inner products for each query, see `DenseRows.search`."""
        scale = np.linalg.norm(queries.astype(np.float64), axis=1) * self._longest
        scaled = np.divide(floor, scale, out=np.zeros(len(scale)), where=scale > 0)
        # Rounding may bring what is above the floor below it: a little more is asked for, and left out at the end.
        rows, scores = super().search(queries, k, scaled * (1 - 2.0**-22), allowed)
        scores = (scores * scale[:, None]).astype(np.float32)
        kept = scores > floor[:, None]
        rows, scores = np.where(kept, rows, -1), np.where(kept, scores, np.float32(0))
        order = np.lexsort((rows, -scores))  # different cosines may be equal inner products, once they are rounded
        return np.take_along_axis(rows, order, axis=1), np.take_along_axis(scores, order, axis=1)

    @property
    def _longest(self) -> float:
        """The length of the longest vector, 0 where all are zero."""
        inverses = self.arrays["inverses"]
        known = inverses[np.isfinite(inverses)]
        return 1 / float(known[0]) if len(known) else 0.0
