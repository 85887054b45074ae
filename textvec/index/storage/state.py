"""A state of an index on disk: a manifest, and what it describes, mapped into memory.

Tested in tests/index/storage/test_damage.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from textvec.encoders.vectors import Pair, Sparse
from textvec.index._collection import Collection, LiveSegment
from textvec.index._segment import Segment
from textvec.index.errors import DamagedIndexError, corrupt_file_message, reading
from textvec.index.storage import bm25_fields
from textvec.index.storage.manifest import MANIFEST
from textvec.index.storage.mapped import array_in, check_digest, check_regular, check_size, mapped
from textvec.index.storage.segment_files import read_segment


@dataclass(frozen=True)
class State:
    """What a manifest describes.

    Attributes
    ----------
    content : dict
        Of the manifest.
    collection : Collection
    segments : dict of str to Segment
        Those of the collection, by their names.
    """

    content: dict[str, Any]
    collection: Collection
    segments: dict[str, Segment]

    @classmethod
    def opened(cls, path: Path, content: dict[str, Any], known: Mapping[str, Segment]) -> State:
        """Map the files that a manifest describes.

        Parameters
        ----------
        path : Path
            Of the folder.
        content : dict
            Of the manifest.
        known : mapping of str to Segment
            Segments that are mapped already, by their names.

        Raises
        ------
        DamagedIndexError
            If a file is missing, is none, or is not what is described, as far as that shows without reading it.
        """
        files = content["files"]
        for name, written in files.items():
            with reading(path / name):
                check_size(check_regular(path / name), written)
        segments, live = {}, []
        for described in content["segments"]:
            name = described["name"]
            segment = known.get(name)
            if segment is None:
                segment = read_segment(path / name, _files_of(content, name), described["backend"])
            segments[name] = segment
            if len(segment) != described["n_documents"]:
                raise DamagedIndexError(corrupt_file_message(path / name, "it holds another number of documents"))
            live.append(LiveSegment(segment, _deleted(path, described, files)))
        with reading(path / MANIFEST):
            check_together(live, content)
        bm25 = bm25_fields.read(path, content, [segment.documents.vectors for segment, _ in live])
        collection = Collection(tuple(live), content["next_id"], content["backend"], bm25)
        return cls(content, collection, segments)

    def unchanged(self, content: dict[str, Any]) -> dict[str, Segment]:
        """Return those segments that another manifest of the folder has as well, with the same files, by their names.

        Parameters
        ----------
        content : dict
            Of the other manifest.
        """
        return {
            name: segment
            for name, segment in self.segments.items()
            if _files_of(self.content, name) == _files_of(content, name)
        }

    def has_encoder_of(self, other: State, field: str) -> bool:
        """Tell whether a field of the manifest describes the same encoder, in the same files, in another state."""
        return _encoder_in(self.content, field) == _encoder_in(other.content, field)

    def compare(self, path: Path, names: Iterable[str] | None = None) -> None:
        """Read files, by default all, and raise an error if one is not what was written."""
        files = self.content["files"]
        compare_files(path, files, files if names is None else names)


def _files_of(content: Mapping[str, Any], segment: str) -> dict[str, Any]:
    """Return what a manifest says of the files of a segment, by their names in its folder."""
    files = content["files"].items()
    return {name.removeprefix(f"{segment}/"): written for name, written in files if name.startswith(f"{segment}/")}


def _encoder_in(content: Mapping[str, Any], field: str) -> tuple[Any, ...]:
    """Return what a manifest says of an encoder and of its files, and of which index it is."""
    about = content[field] or {}
    return content["identity"], about, [content["files"].get(name) for name in about.values()]


def compare_files(path: Path, files: Mapping[str, Any], names: Iterable[str]) -> None:
    """Read files of an index, and raise an error if one is not what the manifest says."""
    for name in names:
        _compared(path, name, files)


def _compared(path: Path, name: str, files: Mapping[str, Any]) -> pa.Buffer:
    with reading(path / name):
        content = mapped(path / name)
        check_digest(content, files[name])
        return content


def _deleted(path: Path, described: Mapping[str, Any], files: Mapping[str, Any]) -> NDArray[np.int64]:
    """Return the ordinals of the documents of a segment that were deleted."""
    name = described["deleted"]
    if name is None:
        return np.empty(0, np.int64)
    content = _compared(path, name, files)
    with reading(path / name):
        docs = array_in(content)
        if docs.dtype != np.int64 or docs.ndim != 1 or not len(docs):
            raise ValueError("it is no list of documents")
        if docs[0] < 0 or docs[-1] >= described["n_documents"] or (np.diff(docs) <= 0).any():
            raise ValueError("it lists documents that are not there, or not in their order")
    return docs


def check_together(live: Sequence[LiveSegment], content: Mapping[str, Any]) -> None:
    """Raise ValueError unless segments are of the same kinds."""
    kinds = {_kinds(segment) for segment, _ in live}
    if len(kinds) > 1:
        raise ValueError("it names segments that do not belong together")
    for segment, _ in live:
        if len(segment) and pa.types.is_integer(segment.documents.ids.type):
            largest = segment.id_of(len(segment) - 1)
            if isinstance(largest, int) and largest >= content["next_id"]:
                raise ValueError(f"its 'next_id' is {content['next_id']}, but there is an id {largest}")


def _kinds(segment: Segment) -> tuple[Any, ...]:
    documents = segment.documents
    vectors = documents.vectors
    counted = segment.rows.backend.startswith("bm25")  # counts are of any number of terms, as some are added
    width = [
        "counts"
        if isinstance(each, Sparse) and counted
        else str(each.n_columns if isinstance(each, Sparse) else each.shape[1])
        for each in (vectors if isinstance(vectors, Pair) else [vectors])
    ]
    columns = None if documents.metadata is None else str(documents.metadata.schema)
    return str(documents.ids.type), str(documents.contents.type), columns, documents.passages is None, *width
