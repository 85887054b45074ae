"""The files of a segment, which are written once, and mapped into memory when they are read.

Tested in tests/index/storage/test_damage.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from textvec.index._documents import Documents, Passages
from textvec.index._segment import Segment
from textvec.index.errors import DamagedIndexError, corrupt_file_message, reading
from textvec.index.rows.base import BACKENDS, backend_class
from textvec.index.storage.arrow_files import table_in, write_table
from textvec.index.storage.mapped import array_in, check_digest, check_size, mapped, sync, write_array

_DOCUMENTS, _METADATA = "documents.arrow", "metadata.arrow"
_PASSAGE_ARRAYS = "passage_offsets", "passage_spans"
MAX_BYTES_CHECKED_AT_ONCE = 136
"""A file of at most this many bytes, a header of 128 and 8 more, holds one number, such as how many columns there are,
which is believed at once: it is compared with its checksum at once. More would make opening an index slower."""


@cache
def file_names() -> frozenset[str]:
    """Return the names of all files that `write_segment` may write."""
    arrays = {name for backend in BACKENDS for name in backend_class(backend).array_names} | {*_PASSAGE_ARRAYS}
    return frozenset({_DOCUMENTS, _METADATA} | {f"{name}.npy" for name in arrays})


def write_segment(folder: Path, segment: Segment) -> list[str]:
    """Write the files of a segment to a new folder, and return their names."""
    documents = segment.to_rewrite()
    folder.mkdir()
    write_table(folder / _DOCUMENTS, pa.table({"id": documents.ids, "document": documents.contents}))
    names = [_DOCUMENTS]
    if documents.metadata is not None:
        write_table(folder / _METADATA, documents.metadata)
        names.append(_METADATA)
    passages = {} if documents.passages is None else dict(zip(_PASSAGE_ARRAYS, documents.passages, strict=True))
    for name, array in {**segment.rows.arrays, **passages}.items():
        write_array(folder / f"{name}.npy", array)
        names.append(f"{name}.npy")
    sync(folder)
    return names


class MappedFiles:
    """The files of a segment as they are mapped into memory.

    Parameters
    ----------
    folder : Path
        Of the segment.
    written : mapping of str to mapping
        What the manifest says of each file of it, by its name in the folder.
    """

    def __init__(self, folder: Path, written: Mapping[str, Mapping[str, Any]]) -> None:
        self.folder, self._written = folder, written
        self.contents: dict[str, pa.Buffer] = {}
        for name, about in written.items():
            with reading(folder / name):
                content = self.contents[name] = mapped(folder / name)
                check_size(content.size, about)
            if content.size <= MAX_BYTES_CHECKED_AT_ONCE:
                self._compare(name)

    def compare(self) -> None:
        """Raise an error if a file is not what was written, to the last bit."""
        for name in self.contents:
            self._compare(name)

    def _compare(self, name: str) -> None:
        with reading(self.folder / name):
            check_digest(self.contents[name], self._written[name])


def read_segment(folder: Path, written: Mapping[str, Mapping[str, Any]], backend: str) -> Segment:
    """Map the files of a segment into memory.

    Parameters
    ----------
    folder : Path
    written : mapping of str to mapping
        See `MappedFiles`.
    backend : str

    Raises
    ------
    DamagedIndexError
        If they are not what `write_segment` writes, as far as that shows without reading them through.
    """
    files = MappedFiles(folder, written)
    tables, arrays = {}, {}
    for name, content in files.contents.items():
        with reading(folder / name):
            if name.endswith(".arrow"):
                tables[name] = table_in(content)
            else:
                arrays[name.removesuffix(".npy")] = array_in(content)
    with reading(folder / _DOCUMENTS):
        ids, contents = (_one_chunk(tables[_DOCUMENTS], name) for name in ("id", "document"))
        if ids.type not in (pa.int64(), pa.large_string()):
            raise ValueError(f"its ids are of type {ids.type}")
    metadata = tables.get(_METADATA)
    passages = None
    if _PASSAGE_ARRAYS[0] in arrays or _PASSAGE_ARRAYS[1] in arrays:
        with reading(folder / f"{_PASSAGE_ARRAYS[1]}.npy"):
            passages = Passages(*(arrays.pop(name) for name in _PASSAGE_ARRAYS))
    with reading(folder):
        rows = backend_class(backend).from_arrays(arrays)
    n_vectors = len(ids)
    if passages is not None:
        n_vectors = len(passages.spans)
        whole = {array.dtype for array in passages} == {np.dtype(np.int64)} and passages.offsets.ndim == 1
        whole = whole and passages.spans.shape[1:] == (2,) and len(passages.offsets) == len(ids) + 1
        whole = whole and (passages.offsets[0], passages.offsets[-1]) == (0, n_vectors)
        if not whole or (np.diff(passages.offsets) < 0).any():
            raise DamagedIndexError(corrupt_file_message(folder, "its passages do not belong to its documents"))
    if n_vectors != len(rows) or (metadata is not None and len(metadata) != len(ids)):
        raise DamagedIndexError(corrupt_file_message(folder, "its files do not belong together"))
    return Segment(Documents(ids, contents, metadata, passages, rows.vectors), rows, files.compare)


def _one_chunk(table: pa.Table, name: str) -> pa.Array:
    column = table.column(name)
    if column.num_chunks != 1:
        raise ValueError(f"its column {name!r} is in {column.num_chunks} pieces")
    return column.chunk(0)
