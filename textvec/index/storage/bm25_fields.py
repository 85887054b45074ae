"""What a manifest says of BM25: the parameters and, where statistics are frozen, what they were."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from textvec.encoders.vectors import Pair
from textvec.index._bm25 import BM25, FrozenStatistics
from textvec.index.errors import reading
from textvec.index.storage.mapped import array_in, mapped


def described(bm25: BM25 | None) -> dict[str, Any] | None:
    """Return what the manifest says."""
    if bm25 is None:
        return None
    frozen = bm25.frozen
    statistics = None if frozen is None else {"n_documents": frozen.n_documents, "total_length": frozen.total_length}
    return {**bm25._asdict(), "frozen": statistics}


def read(path: Path, content: Mapping[str, Any], rows: Iterable[Any]) -> BM25 | None:
    """Return what a manifest says; the frequencies of the folder, of the terms in `rows`, are mapped into memory."""
    fields = content["bm25"]
    if fields is None:
        return None
    bm25 = BM25(fields["method"], float(fields["k1"]), float(fields["b"]), float(fields["delta"]))
    if fields["frozen"] is None:
        return bm25
    name = content["encoder"]["frequencies"]
    with reading(path / name):
        frequencies = array_in(mapped(path / name))
        if frequencies.dtype != np.int64 or frequencies.ndim != 1:
            raise ValueError("it is no list of frequencies")
        for each in rows:
            counts = each.lexical if isinstance(each, Pair) else each
            if counts.n_columns != len(frequencies):
                raise ValueError(
                    f"it has {len(frequencies)} frequencies, but the counts are of {counts.n_columns} terms"
                )
    frozen = fields["frozen"]
    return bm25._replace(frozen=FrozenStatistics(frozen["n_documents"], float(frozen["total_length"]), frequencies))
