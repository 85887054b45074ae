"""Pairs of near-duplicates as a sequence: what `Duplicates` and `Overlap` share.

Tested in tests/similarity/test_duplicates.py and tests/similarity/test_overlap.py.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, overload

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from textvec._common.optional import import_pandas

if TYPE_CHECKING:
    from textvec.index._ids import Id


class Duplicate(NamedTuple):
    """Two documents that are nearly the same.

    Attributes
    ----------
    first, second : str or int
        Their ids, or their places in the two lists that have been compared.
    score : float
        Their similarity.
    """

    first: Id
    second: Id
    score: float


class PairList(Sequence[Duplicate]):
    """Pairs with their scores, of which a subclass says how they are named."""

    scores: NDArray[np.float64]

    @abstractmethod
    def _pair(self, pair: int) -> Duplicate:
        """Return a pair by its number."""

    @abstractmethod
    def to_arrow(self) -> pa.Table:
        """Return an Arrow table with the columns of `to_dicts`."""

    def __len__(self) -> int:
        return len(self.scores)

    @overload
    def __getitem__(self, pair: int) -> Duplicate: ...
    @overload
    def __getitem__(self, pair: slice) -> list[Duplicate]: ...
    def __getitem__(self, pair: int | slice) -> Duplicate | list[Duplicate]:
        if isinstance(pair, slice):
            return [self._pair(i) for i in range(*pair.indices(len(self)))]
        return self._pair(pair)

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return for each pair a dict: `first` and `second`, `score`, and what else is known of it."""
        rows: list[dict[str, Any]] = self.to_arrow().to_pylist()
        return rows

    def to_pandas(self) -> Any:
        """Return the table of `to_arrow` as a pandas DataFrame."""
        import_pandas(f"{type(self).__name__}.to_pandas")
        return self.to_arrow().to_pandas()
