"""A matrix as columns of a table, a row a document: of a Parquet file, or of a Ray Dataset.

Tested in tests/distributed/test_part_files.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

MATRIX_COLUMNS = {True: ("indices", "values"), False: ("vector",)}
"""The names of the columns that are a sparse matrix, or a dense one."""
_MAX_INT32 = np.iinfo(np.int32).max


def matrix_table(matrix: Any, kept: pa.Table) -> pa.Table:
    """Return a table of a matrix and of other columns.

    Parameters
    ----------
    matrix : CSR matrix or ndarray
        Of a sparse one there are two columns of lists, `indices` and `values`; of a dense one there is `vector`.
    kept : pyarrow.Table
        The other columns.

    Examples
    --------
    >>> import numpy as np, pyarrow as pa, scipy.sparse as sp
    >>> from textvec.engines.matrix_columns import matrix_table
    >>> matrix_table(sp.csr_array(np.array([[0, 2], [0, 0]])), pa.table({"id": ["a", "b"]})).to_pylist()
    [{'indices': [1], 'values': [2], 'id': 'a'}, {'indices': [], 'values': [], 'id': 'b'}]
    """
    if not hasattr(matrix, "indptr"):
        columns = {"vector": pa.FixedSizeListArray.from_arrays(pa.array(matrix.ravel()), matrix.shape[1])}
    else:
        lists = pa.ListArray if matrix.nnz <= _MAX_INT32 else pa.LargeListArray
        offsets = pa.array(matrix.indptr)
        columns = {
            "indices": lists.from_arrays(offsets, pa.array(matrix.indices.astype(np.int32, copy=False))),
            "values": lists.from_arrays(offsets, pa.array(matrix.data)),
        }
    return pa.table({**columns, **{name: kept[name] for name in kept.column_names}})


def check_keep(keep: tuple[str, ...], is_sparse: bool) -> None:
    """Raise ValueError if a column that is kept would have the name of one of the matrix."""
    taken = [name for name in keep if name in MATRIX_COLUMNS[is_sparse]]
    if taken:
        raise ValueError(
            f"transform: the column {taken[0]!r} cannot be kept in a table that has the matrix under that name. Rename "
            "it, or write to a folder with format='npz'."
        )
