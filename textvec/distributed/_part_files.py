"""The files of one part of a matrix: how they are called, written, and read again without trust.

Nothing is compressed and no dictionaries are used, so that a part takes no more memory than its files have bytes.

Tested in tests/distributed/test_part_files.py.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from textvec._common import npy
from textvec._common.atomic_files import replacing
from textvec._common.csr import as_configured
from textvec._common.parsing import parsing, unreadable
from textvec.engines.matrix_columns import MATRIX_COLUMNS, matrix_table
from textvec.index.storage.mapped import array_in, check_digest, check_size, digest, mapped

LAYOUTS = ("npz", "parquet")
_MEMBERS = ("indices", "indptr", "format", "shape", "data")
"""The arrays that `scipy.sparse.save_npz` writes."""
_ROWS_PER_GROUP = 1 << 16
"""How many rows of a Parquet file stand together. Rows without values take next to nothing in it, whatever they take in
memory: with larger groups, a small file could fill more of it."""


class PartKind(NamedTuple):
    """What all parts of a matrix have in common.

    Attributes
    ----------
    layout : str
        "npz" or "parquet".
    is_sparse : bool
    dtype : str
        Of the numbers, as NumPy writes it: "<f8".
    n_columns : int
    keep : tuple of str
        The columns of the documents that are kept beside the matrix.
    """

    layout: str
    is_sparse: bool
    dtype: str
    n_columns: int
    keep: tuple[str, ...]


def part_names(number: int, kind: PartKind) -> list[str]:
    """Return the names of the files of a part.

    Examples
    --------
    >>> part_names(7, PartKind("npz", True, "<f8", 3, ("id",)))
    ['part-00007.npz', 'part-00007.kept.parquet']
    """
    stem = f"part-{number:05}"
    if kind.layout == "parquet":
        return [f"{stem}.parquet"]
    return [f"{stem}.{'npz' if kind.is_sparse else 'npy'}", *([f"{stem}.kept.parquet"] if kind.keep else [])]


def write_part(
    folder: Path,
    number: int,
    kind: PartKind,
    matrix: Any,
    kept: pa.Table,
    record: Callable[[dict[str, Any]], bytes],
    record_name: str,
) -> dict[str, Any]:
    """Write a part, all of its files or none, with a record of it that comes last.

    Parameters
    ----------
    folder : Path
    number : int
    kind : PartKind
    matrix : CSR matrix or ndarray
    kept : pyarrow.Table
    record : callable
        Takes the description of the part, and returns the bytes of its record, or raises an error.
    record_name : str
        The file of the record.

    Returns
    -------
    dict
        The description: `n_rows`, `n_values`, and of each of the `files` its `size` and `sha256`.
    """
    names = part_names(number, kind)
    matrix = _canonical(matrix) if kind.is_sparse else np.ascontiguousarray(matrix)
    with replacing(*(folder / name for name in (*names, record_name))) as files:
        if kind.layout == "parquet":
            _write_table(files[0], matrix_table(matrix, kept))
        elif kind.is_sparse:
            import scipy.sparse as sp

            sp.save_npz(files[0], matrix, compressed=False)
        else:
            npy.write_array(files[0], matrix)
        if len(names) > 1:
            _write_table(files[1], kept)
        about = {
            "n_rows": int(matrix.shape[0]),
            "n_values": int(matrix.nnz if kind.is_sparse else matrix.size),
            "files": {name: _described(file) for name, file in zip(names, files, strict=False)},
        }
        files[-1].write(record(about))
    return about


def read_part(folder: Path, number: int, kind: PartKind, about: dict[str, Any]) -> tuple[Any, pa.Table]:
    """Return the matrix of a part and the columns that were kept beside it.

    Raises
    ------
    FileNotFoundError
        If a file of it is missing.
    ValueError
        If one is not what was written.
    """
    matrix: Any = None
    kept: dict[str, Any] = {}
    for name in part_names(number, kind):
        path = folder / name
        with parsing(lambda what, path=path: unreadable(f"{path} cannot be read: {what}.")):  # type: ignore[misc]
            content = mapped(path)
            check_size(content.size, about["files"][name])
            check_digest(content, about["files"][name])
            if name.endswith(".parquet"):
                table = _read_table(content)
                kept = {each: table[each] for each in kind.keep}
                if kind.layout == "parquet":
                    matrix = _from_table(table, kind)
            else:
                matrix = _from_npz(content) if kind.is_sparse else array_in(content).copy()
            _check(matrix, kind, about)
            if any(len(column) != about["n_rows"] for column in kept.values()):
                raise ValueError(f"it does not have {about['n_rows']:,} rows")
    return matrix, pa.table(kept)


def _canonical(matrix: Any) -> Any:
    """Return a sparse matrix as SciPy's CSR matrix, so that its file does not depend on how scikit-learn is set."""
    import scipy.sparse as sp

    csr = sp.csr_matrix(matrix)
    if not csr.has_canonical_format:
        csr = csr.copy()
        csr.sum_duplicates()
    return csr


def _write_table(file: Any, table: pa.Table) -> None:
    from pyarrow import parquet

    parquet.write_table(table, file, compression="none", use_dictionary=False, row_group_size=_ROWS_PER_GROUP)


def _described(file: Any) -> dict[str, Any]:
    file.flush()
    content = mapped(Path(file.raw.name))
    return {"size": content.size, "sha256": digest(content)}


def _read_table(content: pa.Buffer) -> pa.Table:
    from pyarrow import parquet

    file = parquet.ParquetFile(pa.BufferReader(content))
    for i in range(file.metadata.num_row_groups):
        group = file.metadata.row_group(i)
        if group.num_rows > _ROWS_PER_GROUP:
            raise ValueError(f"it has {group.num_rows:,} rows in a group, where textvec writes {_ROWS_PER_GROUP:,}")
        for j in range(group.num_columns):
            column = group.column(j)
            if column.compression != "UNCOMPRESSED" or any("DICTIONARY" in name for name in column.encodings):
                raise ValueError(f"its column {column.path_in_schema!r} is compressed, which textvec never does")
            if column.num_values > group.num_rows + 8 * content.size:  # a truth value takes a bit, a missing one none
                raise ValueError(f"its column {column.path_in_schema!r} is larger than the file")
    return file.read()


def _from_table(table: pa.Table, kind: PartKind) -> Any:
    dtype = np.dtype(kind.dtype)
    flat = {name: table[name].combine_chunks() for name in MATRIX_COLUMNS[kind.is_sparse]}
    if any(column.null_count for column in flat.values()):
        raise ValueError("a row of it is missing")
    if not kind.is_sparse:
        return _numbers(flat["vector"].flatten(), dtype).reshape(len(table), kind.n_columns)
    indices, values = flat["indices"], flat["values"]
    offsets = indices.offsets.to_numpy() - indices.offsets[0].as_py() if len(indices) else np.zeros(1, np.int32)
    if not np.array_equal(np.diff(offsets), np.diff(values.offsets.to_numpy())):
        raise ValueError("a row of it has not as many indices as values")
    return _csr(
        _numbers(values.flatten(), dtype), _numbers(indices.flatten(), np.dtype(np.int32)), offsets, kind.n_columns
    )


def _numbers(column: pa.Array, dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return a column of numbers in memory that can be written to."""
    if column.null_count:
        raise ValueError("a number of it is missing")
    return np.array(column.to_numpy(zero_copy_only=False), dtype)


def _from_npz(content: pa.Buffer) -> Any:
    arrays = {}
    with zipfile.ZipFile(pa.BufferReader(content)) as archive:
        if any(info.compress_type != zipfile.ZIP_STORED for info in archive.infolist()):
            raise ValueError("it is compressed, which textvec never does with parts")
        if sum(info.file_size for info in archive.infolist()) > content.size:
            raise ValueError("its members overlap")
        for name in _MEMBERS:
            info = archive.getinfo(f"{name}.npy")
            with archive.open(info) as file:
                _, shape, is_fortran, dtype = npy.read_header(file, info.file_size)
                data = bytearray(file.read())
            if is_fortran and len(shape) > 1:
                raise ValueError(f"its array {name!r} is not one of a sparse matrix")
            arrays[name] = np.frombuffer(data, dtype).reshape(shape)
    if arrays["format"].tobytes() != b"csr" or arrays["shape"].shape != (2,):
        raise ValueError("it is no CSR matrix")
    return _csr(arrays["data"], arrays["indices"], arrays["indptr"], int(arrays["shape"][1]))


def _csr(data: NDArray[Any], indices: NDArray[Any], indptr: NDArray[Any], n_columns: int) -> Any:
    """Return the matrix of three arrays, after a look at each number that leads somewhere."""
    import scipy.sparse as sp

    X = sp.csr_array((data, indices, indptr), shape=(len(indptr) - 1, n_columns))
    X.check_format(full_check=True)
    return as_configured(X)


def _check(matrix: Any, kind: PartKind, about: dict[str, Any]) -> None:
    """Raise ValueError unless a matrix is what the manifest says."""
    n_values = matrix.nnz if kind.is_sparse else matrix.size
    shape = (about["n_rows"], kind.n_columns)
    if matrix.shape != shape or matrix.dtype != np.dtype(kind.dtype) or n_values != about["n_values"]:
        raise ValueError(
            f"it is a matrix of shape {matrix.shape}, type {matrix.dtype} and {n_values:,} values, where {shape}, "
            f"{np.dtype(kind.dtype)} and {about['n_values']:,} were written"
        )
