"""Which documents lie in pieces, as a number: another one for other documents, and for other pieces of the same.

Tested in tests/distributed/test_parts.py.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from textvec.engines.files import Files
from textvec.engines.paths import filesystem_of, is_url


def identity_of(documents: Any, column: str | None = None, columns: Sequence[str] = ()) -> str:
    """Return what tells documents from others, without reading them.

    Of files it is their paths, their ranges, and the size and the time of the last change of each; of a collection of
    Dask's its name, which Dask makes of what it is computed from; of a Ray Dataset its schema, and its files, if it was
    read from files.

    Parameters
    ----------
    documents : dask DataFrame, Series or Bag, ray Dataset, or Files
        See `textvec.engines.is_spread`.
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
    >>> from textvec.engines.identity import identity_of
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "a.txt")
    ...     _ = path.write_text("red")
    ...     before = identity_of(Files(path)), identity_of(Files(path))
    ...     _ = path.write_text("red sea")
    ...     before[0] == before[1], before[0] == identity_of(Files(path))
    (True, False)
    """
    about: list[Any] = [column, list(columns)]
    if isinstance(documents, Files):
        pieces: list[Any] = documents.pieces(column, columns)
        options = documents.storage_options or {}
        about += [_fields(piece) for piece in pieces]
        about += [[path, _state_of(path, options)] for path in dict.fromkeys(piece.path for piece in pieces)]
    elif hasattr(documents, "input_files"):  # a Ray Dataset
        files = documents.input_files()
        about += [str(documents.schema()), [[path, _state_of(path, {})] for path in files]]
    else:
        about += [getattr(documents, "_name", None) or documents.name, documents.npartitions]
    return hashlib.sha256(json.dumps(about, default=str).encode()).hexdigest()


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
