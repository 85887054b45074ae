"""The files of a segment, which are written once, and mapped into memory when they are read.

Tested in tests/index/storage/test_damage.py.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from textvec.index._documents import Documents, Passages
from textvec.index._segment import Segment
from textvec.index.errors import DamagedIndexError, corrupt_file_message
from textvec.index.rows.base import backend_class

_PASSAGE_ARRAYS = "passage_offsets", "passage_spans"


def write_segment(folder: Path, segment: Segment) -> None:
    """Write the files of a segment to a new folder."""
    folder.mkdir()
    documents = segment.documents
    _write_table(folder / "documents.arrow", pa.table({"id": documents.ids, "document": documents.contents}))
    if documents.metadata is not None:
        _write_table(folder / "metadata.arrow", documents.metadata)
    passages = {} if documents.passages is None else dict(zip(_PASSAGE_ARRAYS, documents.passages, strict=True))
    for name, array in {**segment.rows.arrays, **passages}.items():
        save(folder / f"{name}.npy", array)
    sync(folder)


def read_segment(folder: Path, names: Collection[str], backend: str) -> Segment:
    """Map the files of a segment, which have these names, into memory.

    Raises
    ------
    DamagedIndexError
        If they are not what `write_segment` writes, as far as that shows without reading them through.
    FileNotFoundError
        If one is missing.
    """
    try:
        table = _map_table(folder / "documents.arrow")
        ids, contents = (table.column(name).chunk(0) for name in ("id", "document"))
        metadata = _map_table(folder / "metadata.arrow") if "metadata.arrow" in names else None
        arrays = {name.removesuffix(".npy"): load(folder / name) for name in names if name.endswith(".npy")}
        passages = Passages(*(arrays.pop(name) for name in _PASSAGE_ARRAYS)) if _PASSAGE_ARRAYS[0] in arrays else None
        rows = backend_class(backend).from_arrays(arrays)
    except FileNotFoundError:
        raise
    except (ValueError, KeyError, TypeError, OSError, EOFError, pa.ArrowException) as error:
        raise DamagedIndexError(corrupt_file_message(folder, f"it cannot be read ({error})")) from error
    n_vectors = len(ids)
    if passages is not None:
        n_vectors = len(passages.spans)
        whole = len(passages.offsets) == len(ids) + 1 and (passages.offsets[0], passages.offsets[-1]) == (0, n_vectors)
        whole = whole and passages.spans.shape[1:] == (2,) and {array.dtype.kind for array in passages} == {"i"}
        if not whole or (np.diff(passages.offsets) < 0).any():
            raise DamagedIndexError(corrupt_file_message(folder, "its passages do not belong to its documents"))
    if n_vectors != len(rows) or (metadata is not None and len(metadata) != len(ids)):
        raise DamagedIndexError(corrupt_file_message(folder, "its files do not belong together"))
    return Segment(Documents(ids, contents, metadata, passages, rows.vectors), rows)


def _write_table(path: Path, table: pa.Table) -> None:
    table = table.combine_chunks()
    with path.open("xb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table, max_chunksize=max(len(table), 1))
        if not len(table):
            writer.write_batch(pa.RecordBatch.from_pylist([], table.schema))
    sync(path)


def _map_table(path: Path) -> pa.Table:
    if not path.exists():
        raise FileNotFoundError(2, "No such file", str(path))
    table = pa.ipc.open_file(pa.memory_map(str(path))).read_all()
    table.validate()
    return table


def save(path: Path, array: NDArray[Any]) -> None:
    """Write an array to a new file."""
    with path.open("xb") as file:
        np.save(file, array, allow_pickle=False)
    sync(path)


def load(path: Path) -> NDArray[Any]:
    """Map an array into memory, or read it where it is empty and cannot be mapped."""
    array: NDArray[Any]
    try:
        try:
            array = np.load(path, mmap_mode="r", allow_pickle=False)
        except ValueError:  # an empty one cannot be mapped
            array = np.load(path, allow_pickle=False)
    except FileNotFoundError:
        raise
    except Exception as error:  # the head of a damaged file is wrong Python, which has errors of many kinds
        raise ValueError(f"{path.name} is no array: {error}") from error
    return array


def sync(path: Path) -> None:
    """Make sure that a file, or the names in a folder, are on the disk."""
    if path.is_dir() and os.name == "nt":
        return
    number = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(number)
    finally:
        os.close(number)
