"""Two rows for each document, one of its words and one of its meaning: stored together, searched one by one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, ClassVar, NoReturn

import numpy as np
from numpy.typing import NDArray

from textvec.encoders.vectors import Pair
from textvec.index.rows.bm25 import BM25Rows
from textvec.index.rows.dense import DenseRows
from textvec.index.rows.hnsw import HnswRows
from textvec.index.rows.sparse import SparseRows

LEXICAL, DENSE = "lexical", "dense"
PARTS: dict[str, tuple[type[Any], type[Any]]] = {LEXICAL: (BM25Rows, SparseRows), DENSE: (HnswRows, DenseRows)}
"""The classes that each part may have. The arrays of the second are some of those of the first."""


class HybridRows:
    """Rows of two kinds.

    Attributes
    ----------
    lexical : SparseRows or BM25Rows
    dense : DenseRows or HnswRows
    """

    summary: ClassVar[str] = "words and meaning"
    array_names: ClassVar[Collection[str]] = tuple(
        f"{part}_{name}" for part, (kind, _) in PARTS.items() for name in kind.array_names
    )

    def __init__(self, lexical: SparseRows, dense: DenseRows) -> None:
        if len(lexical) != len(dense):
            raise ValueError(f"There are {len(lexical)} vectors of words, but {len(dense)} of meaning.")
        self.lexical, self.dense = lexical, dense

    @property
    def backend(self) -> str:
        """The names of the backends of both parts."""
        return f"{self.lexical.backend}+{self.dense.backend}"

    @classmethod
    def of(cls, vectors: Pair) -> HybridRows:
        """Index vectors for cosines, both exactly."""
        return cls(SparseRows.of(vectors.lexical), DenseRows.of(vectors.dense))

    @property
    def arrays(self) -> dict[str, NDArray[Any]]:
        """All there is to save: the arrays of both, with the name of the part before their own."""
        return {f"{part}_{name}": a for part in PARTS for name, a in getattr(self, part).arrays.items()}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> HybridRows:
        """Take arrays as `arrays` returned them; memory-mapped ones are not read.

        Raises
        ------
        ValueError
            If those of a part are not those of a backend that it may have.
        """
        made = {}
        for part, (larger, smaller) in PARTS.items():
            own = {name.removeprefix(f"{part}_"): a for name, a in arrays.items() if name.startswith(f"{part}_")}
            kind = larger if own.keys() >= {*larger.array_names} else smaller
            made[part] = kind.from_arrays(own)
        return cls(made[LEXICAL], made[DENSE])

    @property
    def vectors(self) -> Pair:
        """The vectors of both."""
        return Pair(self.lexical.vectors, self.dense.vectors)

    def __len__(self) -> int:
        return len(self.lexical)

    def take(self, rows: NDArray[np.int64]) -> Pair:
        """Return the vectors of some rows."""
        return Pair(self.lexical.take(rows), self.dense.take(rows))

    def search(self, *_: Any) -> NoReturn:
        """Refuse: the parts are searched one by one, and what they find is put together by documents."""
        raise TypeError("Rows of words and meaning are searched part by part.")
