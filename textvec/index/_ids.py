"""Ids of documents: strings or 64-bit integers, as users give them.

Tested in tests/index/test_changes.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa

from textvec.text.documents import as_strings

Id = str | int


def id_list(ids: Any) -> list[Id]:
    """Return one id, or several, as a list of Python strings or integers.

    Raises
    ------
    TypeError
        If one is neither.
    """
    if isinstance(ids, str | int | np.integer):
        ids = [ids]
    plain: list[Id] = []
    for id_ in ids.to_pylist() if isinstance(ids, pa.Array | pa.ChunkedArray) else ids:
        if isinstance(id_, bool | np.bool_) or not isinstance(id_, str | int | np.integer):
            raise TypeError(f"Ids must be all strings or all integers, but one is {id_!r:.60}.")
        plain.append(str.__str__(id_) if isinstance(id_, str) else int(id_))
    return plain


def as_ids(ids: Iterable[Id], n_documents: int) -> pa.Array:
    """Return the ids as an Arrow array of int64 or large_string.

    Raises
    ------
    ValueError
        If there are not as many as documents, or one is repeated.
    TypeError
        If they are neither all strings nor all integers.
    """
    import pyarrow.compute as pc  # takes longer than opening an index, which does not need it

    if not isinstance(ids, np.ndarray) or ids.dtype.kind != "i":
        ids = id_list(list(ids) if isinstance(ids, str) else ids)
        kinds = {type(id_) for id_ in ids}
        if kinds - {str} and kinds - {int}:
            names = ", ".join(sorted(kind.__name__ for kind in kinds))
            raise TypeError(f"Ids must be all strings or all integers, but these are of type {names}.")
    if len(ids) != n_documents:
        raise ValueError(f"One id for each document was expected, but {len(ids)} came for {n_documents}.")
    if isinstance(ids, list) and ids and isinstance(ids[0], str):
        array = as_strings(ids)
    else:
        try:
            array = pa.array(ids, pa.int64())
        except (OverflowError, pa.ArrowInvalid):
            raise ValueError("Ids that are integers must fit into 64 bits. Use strings for larger ones.") from None
    if pc.count_distinct(array).as_py() < len(array):
        counts = pc.value_counts(array)
        repeated = next(pair["values"].as_py() for pair in counts if pair["counts"].as_py() > 1)
        raise ValueError(f"Ids must be distinct, but {repeated!r} stands for several documents.")
    return array
