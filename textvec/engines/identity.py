"""Which documents lie in pieces, as a number: another one for other documents, and for other pieces of the same.

Tested in tests/distributed/test_parts.py and tests/distributed/test_on_ray.py.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from textvec._common.spread import package_of
from textvec.engines.choosing import Engine
from textvec.engines.files import Files
from textvec.engines.paths import filesystem_of, is_url
from textvec.engines.pieces import Batch


def identity_of(documents: Any, engine: Engine | None, column: str | None = None, columns: Sequence[str] = ()) -> str:
    """Return what tells documents from others.

    Of files it is their paths, their ranges, and the size and the time of the last change of each; of a collection of
    Dask's its name, which Dask makes of what it is computed from. A Ray Dataset has no such name, so it is read: it is
    what its blocks hold, one after the other.

    Parameters
    ----------
    documents : dask DataFrame, Series or Bag, ray Dataset, or Files
        See `textvec.engines.is_spread`.
    engine : Engine or None
        Reads a Ray Dataset; it is not asked about other documents.
    column, columns : str, sequence of str
        As the methods of engines take them.

    Returns
    -------
    str
        A SHA-256.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from textvec.engines import Files
    >>> from textvec.engines.here import HereEngine
    >>> from textvec.engines.identity import identity_of
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "a.txt")
    ...     _ = path.write_text("red")
    ...     before = identity_of(Files(path), HereEngine()), identity_of(Files(path), HereEngine())
    ...     _ = path.write_text("red sea")
    ...     before[0] == before[1], before[0] == identity_of(Files(path), HereEngine())
    (True, False)
    """
    about: list[Any] = [column, list(columns)]
    if isinstance(documents, Files):
        pieces: list[Any] = documents.pieces(column, columns)
        options = documents.storage_options or {}
        about += [_fields(piece) for piece in pieces]
        about += [[path, _state_of(path, options)] for path in dict.fromkeys(piece.path for piece in pieces)]
    elif engine is not None and package_of(documents) == "ray":
        about += sorted(engine.map(_digest_of, documents, column=column, columns=columns))
    else:
        about += [getattr(documents, "_name", None) or documents.name, documents.npartitions]
    return hashlib.sha256(json.dumps(about, default=str).encode()).hexdigest()


def _digest_of(batch: Batch) -> str:
    """Return what a block holds; texts that are no column of Arrow's, as some are none, are no part of its table."""
    hashed = hashlib.sha256(repr(batch.documents).encode() if isinstance(batch.documents, list) else b"")
    add_table(hashed, batch.table)
    return hashed.hexdigest()


def add_table(hashed: Any, table: pa.Table) -> None:
    """Add a table to a hash, with the names and types of its columns."""
    whole = table.combine_chunks()
    with pa.ipc.new_stream(pa.PythonFile(_Hashed(hashed), "w"), whole.schema) as writer:
        writer.write_table(whole)


class _Hashed:
    """A file, as far as Arrow writes to it, whose bytes are hashed."""

    closed = False

    def __init__(self, hashed: Any) -> None:
        self._hashed = hashed

    def write(self, data: Any) -> int:
        self._hashed.update(data)
        return len(data)

    def flush(self) -> None:
        """Nothing is kept back."""

    def close(self) -> None:
        """Nothing is open."""


def _fields(piece: Any) -> dict[str, Any]:
    """Return what a piece is, without what opens its file, which may be a password that changes."""
    return {name: each for name, each in dataclasses.asdict(piece).items() if name != "options"}


def _state_of(path: str, options: dict[str, Any]) -> list[Any]:
    """Return what of a file is another value when it has been written again: its size and time; of a URL, its tag."""
    if not is_url(path):
        status = Path(path).stat()
        return [status.st_size, status.st_mtime_ns]
    files, inner = filesystem_of(path, options)
    info = files.info(inner)
    return [info.get(name) for name in ("size", "mtime", "LastModified", "last_modified", "updated", "ETag", "etag")]
