"""Matrices of documents to files that other programs read, with the names of their columns beside them.

A row of the matrix is a row of the file, blank ones included. Sparse matrices stay sparse where the format can: no file
takes memory for the zeros.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from textvec._common.atomic_files import check_target, replacing
from textvec._common.memory import installed_memory
from textvec._common.npy import write_array
from textvec.text.documents import is_missing

_BLOCK_BYTES = 1 << 26
"""How many bytes of a dense array are made of a sparse matrix at a time, or one row, if that is more: 64 MB."""
_USABLE_MEMORY = 0.5
"""The share of this machine's memory that a dense array may fill. Whoever reads a larger one can do nothing with it, as
that makes a second array; with a larger share, disks are filled for nothing."""
_LINES_PER_WRITE = 1000
"""How many rows of a text file are put together before they are written. Any number gives the same file."""
_COLUMN_NAMES = b"textvec.columns"
"""The key in the metadata of a Parquet file under which the names of all columns are, as a JSON array."""


def write_matrix(
    matrix: Any,
    path: str | PathLike[str],
    *,
    names: Sequence[str] | None = None,
    labels: Sequence[Any] | None = None,
) -> list[Path]:
    r"""Write a matrix of documents to a file of the format that its name ends with, and the names of its columns.

    ============= ==================================================== ================================================
    ending        what the file is                                     what reads it
    ============= ==================================================== ================================================
    ``.npz``      a sparse matrix                                      `scipy.sparse.load_npz`
    ``.mtx``      a sparse matrix as text (Matrix Market)              `scipy.io.mmread`, R, Julia, MATLAB
    ``.npy``      a dense array                                        `numpy.load`
    ``.parquet``  a row a document, with lists of terms and of values  pandas, polars, DuckDB, Spark
    ``.svmlight`` a label and `column:value` in each line, columns     `sklearn.datasets.load_svmlight_file`, LIBSVM,
                  numbered from 1                                      XGBoost
    ============= ==================================================== ================================================

    Parameters
    ----------
    matrix : sparse matrix or ndarray of shape (n_documents, n_columns)
        Numbers. A sparse one with the ending ``.npy`` becomes a dense array on the disk, some rows at a time.
    path : str or path
        Of the file. It is written whole or not at all, and so are the names.
    names : sequence of str, optional
        The names of the columns. They are written to a second file, the name of the first with ``.columns.json``
        behind it: a JSON array with a name in each line, so that line breaks in names do no harm. A Parquet file has
        them in its list ``terms`` and, all of them in order, under ``textvec.columns`` in its metadata.
    labels : sequence of numbers or of str, optional
        Of an ``.svmlight`` file, a label for each row, otherwise 0. Strings are numbered from 0, in their order.

    Returns
    -------
    list of Path
        The files that were written.

    Raises
    ------
    ValueError
        If the name ends otherwise, names or labels are not as many as there are columns or rows, a label is missing,
        or a dense array would take more than half of the memory of this machine, or more than the room on its disk.
    OSError
        If a file cannot be written. Then all files are as they were before.

    Examples
    --------
    >>> import json, tempfile
    >>> from pathlib import Path
    >>> import scipy.sparse
    >>> from textvec import CountVectorizer
    >>> from textvec.persistence import write_matrix
    >>> vectorizer = CountVectorizer().fit(["red sea", "", "red red"])
    >>> X = vectorizer.transform(["red sea", "", "red red"])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     files = write_matrix(X, Path(folder, "X.npz"), names=vectorizer.get_feature_names_out())
    ...     again, names = scipy.sparse.load_npz(files[0]), json.loads(files[1].read_text())
    >>> again.toarray(), names
    (array([[1, 1],
           [0, 0],
           [2, 0]]), ['red', 'sea'])
    """
    path = Path(path)
    format_ = _format_of(path)
    n_rows, n_columns = matrix.shape
    if names is not None and len(names) != n_columns:
        raise ValueError(f"write_matrix: there are {len(names)} names for {n_columns} columns.")
    if labels is not None and not format_.takes_labels:
        raise ValueError(f"write_matrix: labels are written to .svmlight files, and not to {path.suffix} files.")
    if labels is not None and len(labels) != n_rows:
        raise ValueError(f"write_matrix: there are {len(labels)} labels for {n_rows} rows.")
    targets = matrix_files(path) if names is not None else [path]
    if format_.write is _npy:
        _check_dense_size(matrix, path)
    numbers = [0] * n_rows if labels is None else label_numbers(labels)[0]
    with replacing(*targets) as files:
        format_.write(files[0], matrix, names, numbers)
        if names is not None and len(files) > 1:
            files[1].writelines(lines_of_names(names))
    return targets


def matrix_files(path: str | PathLike[str]) -> list[Path]:
    """Return the files that a matrix whose columns have names is written to."""
    path = Path(path)
    return [path] if _format_of(path).holds_names else [path, path.with_name(f"{path.name}.columns.json")]


def check_matrix_files(path: str | PathLike[str]) -> None:
    """Raise, before any work is done, the error that `write_matrix` would end with because of the path."""
    for target in matrix_files(path):
        check_target(target)


def takes_labels(path: str | PathLike[str]) -> bool:
    """Tell whether a matrix is written to a path together with a label for each row."""
    return _format_of(Path(path)).takes_labels


def label_numbers(labels: Sequence[Any]) -> tuple[list[float], list[str]]:
    """Return labels as numbers, and the names of the classes that the numbers 0, 1, 2, ... stand for.

    Numbers stay what they are, and stand for no names.

    Examples
    --------
    >>> label_numbers(["spam", "ham", "spam"]), label_numbers([4.5, 1])
    (([1, 0, 1], ['ham', 'spam']), ([4.5, 1], []))
    """
    missing = next((row for row, label in enumerate(labels, 1) if is_missing(label)), None)
    if missing is not None:
        raise ValueError(f"The label of document {missing} of {len(labels)} is missing. Each needs one.")
    if all(isinstance(label, int | float | np.number) for label in labels):
        return [label + 0 for label in labels], []
    classes = sorted({str(label) for label in labels})
    number_of = {name: number for number, name in enumerate(classes)}
    return [number_of[str(label)] for label in labels], classes


class _Format(NamedTuple):
    """A kind of file.

    Attributes
    ----------
    write : callable
        Takes a file, the matrix, the names of its columns or None, and a number for each row.
    holds_names : bool
        Whether the names of columns are in the file.
    takes_labels : bool
    """

    write: Callable[[Any, Any, Sequence[str] | None, Sequence[float]], None]
    holds_names: bool = False
    takes_labels: bool = False


def _npz(file: Any, matrix: Any, names: Sequence[str] | None, numbers: Sequence[float]) -> None:
    import scipy.sparse as sp

    sp.save_npz(file, _csr(matrix))


def _mtx(file: Any, matrix: Any, names: Sequence[str] | None, numbers: Sequence[float]) -> None:
    from scipy.io import mmwrite

    mmwrite(file, _csr(matrix), symmetry="general")


def _npy(file: Any, matrix: Any, names: Sequence[str] | None, numbers: Sequence[float]) -> None:
    if not hasattr(matrix, "tocsr"):
        write_array(file, np.asarray(matrix))
        return
    header = {"descr": np.lib.format.dtype_to_descr(matrix.dtype), "fortran_order": False, "shape": matrix.shape}
    np.lib.format.write_array_header_1_0(file, header)
    matrix = matrix.tocsr()
    n_block = max(1, _BLOCK_BYTES // max(1, matrix.shape[1] * matrix.dtype.itemsize))
    for begin in range(0, matrix.shape[0], n_block):
        file.write(matrix[begin : begin + n_block].toarray().tobytes())


def _parquet(file: Any, matrix: Any, names: Sequence[str] | None, numbers: Sequence[float]) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    if hasattr(matrix, "tocsr"):
        csr = _csr(matrix)
        columns = pa.array(csr.indices)
        if names is not None:
            columns = pa.DictionaryArray.from_arrays(pa.array(csr.indices, pa.int32()), pa.array(names, pa.string()))
        lists = pa.ListArray if csr.indptr.dtype == np.int32 else pa.LargeListArray
        offsets = pa.array(csr.indptr)
        table = pa.table(
            {
                "columns" if names is None else "terms": lists.from_arrays(offsets, columns),
                "values": lists.from_arrays(offsets, pa.array(csr.data)),
            }
        )
    else:
        dense = np.ascontiguousarray(matrix)
        values = pa.array(dense.ravel())
        if dense.shape[1]:
            rows = pa.FixedSizeListArray.from_arrays(values, dense.shape[1])
        else:  # Arrow has no lists of the fixed length 0
            rows = pa.ListArray.from_arrays(pa.array(np.zeros(len(dense) + 1, np.int32)), values)
        table = pa.table({"values": rows})
    if names is not None:
        table = table.replace_schema_metadata({_COLUMN_NAMES: b"".join(lines_of_names(names))})
    parquet.write_table(table, file)


def _svmlight(file: Any, matrix: Any, names: Sequence[str] | None, numbers: Sequence[float]) -> None:
    import pyarrow as pa
    import pyarrow.compute as pc

    csr = _csr(matrix)
    for begin in range(0, csr.shape[0], _LINES_PER_WRITE):
        end = min(begin + _LINES_PER_WRITE, csr.shape[0])
        first, last = int(csr.indptr[begin]), int(csr.indptr[end])
        columns = pa.array(csr.indices[first:last].astype(np.int64) + 1).cast(pa.string())
        values = pa.array(csr.data[first:last] + 0).cast(pa.string())  # + 0 makes numbers of truth values
        cells = pc.binary_join_element_wise(columns, values, ":")
        rows = pc.binary_join(pa.ListArray.from_arrays(csr.indptr[begin : end + 1] - first, cells), " ").to_pylist()
        lines = (f"{number} {row}".rstrip() + "\n" for number, row in zip(numbers[begin:end], rows, strict=True))
        file.write("".join(lines).encode("ascii"))


FORMATS = {
    ".npz": _Format(_npz),
    ".mtx": _Format(_mtx),
    ".npy": _Format(_npy),
    ".parquet": _Format(_parquet, holds_names=True),
    ".svmlight": _Format(_svmlight, takes_labels=True),
}
"""The formats by how names of their files end."""


def _format_of(path: Path) -> _Format:
    format_ = FORMATS.get(path.suffix.lower())
    if format_ is None:
        raise ValueError(
            f"The name of a matrix ends with {', '.join(FORMATS)}, which tells its format, but it is {str(path)!r}."
        )
    return format_


def _csr(matrix: Any) -> Any:
    """Return a matrix as CSR with increasing columns in each row."""
    import scipy.sparse as sp

    csr = matrix.tocsr() if hasattr(matrix, "tocsr") else sp.csr_array(matrix)
    if not csr.has_canonical_format:
        csr = csr.copy()
        csr.sum_duplicates()
    return csr


def _check_dense_size(matrix: Any, path: Path) -> None:
    """Raise an error if nobody could read a dense array here, or there is no room for it."""
    n_bytes = matrix.shape[0] * matrix.shape[1] * matrix.dtype.itemsize
    memory, room = installed_memory(), shutil.disk_usage(path.parent).free
    too_much = None
    if memory is not None and n_bytes > _USABLE_MEMORY * memory:
        too_much = f"more than half of the memory of this machine, {memory / 1e9:,.1f} GB"
    elif n_bytes > room:
        too_much = f"more than the {room / 1e9:,.1f} GB of room on the disk"
    if too_much:
        raise ValueError(
            f"{path} would be a dense array of {matrix.shape[0]:,} x {matrix.shape[1]:,} numbers, "
            f"{n_bytes / 1e9:,.1f} GB: {too_much}. Write a sparse file, such as {path.with_suffix('.npz').name}, or "
            "take fewer columns."
        )


def lines_of_names(names: Sequence[str]) -> Iterator[bytes]:
    """Yield the lines of a JSON array with one name in each; what UTF-8 cannot write is escaped as in JSON."""
    before = "["
    for name in names:
        yield f"{before}\n{json.dumps(str(name), ensure_ascii=False)}".encode(errors="backslashreplace")
        before = ","
    yield b"[]\n" if before == "[" else b"\n]\n"
