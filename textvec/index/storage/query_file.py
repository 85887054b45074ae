"""The file with an encoder's description for queries: an archive of arrays and plain data, as of `textvec.save`.

Tested in tests/encoders/test_query_encoder.py.
"""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

from textvec._common.atomic_files import replacing
from textvec.encoders.query_encoder import QueryEncoder
from textvec.index.errors import reading
from textvec.persistence import classes
from textvec.persistence.archive import Archive, Writer
from textvec.persistence.reading import read
from textvec.persistence.writing import TreeWriter

_PLAIN_CLASSES = {"NGrams", "Words"}
"""The classes of which a description may hold objects."""


def write_query_file(path: Path, steps: list[dict[str, Any]]) -> None:
    """Write what `encoders.query_description.describe` returned."""
    with replacing(path) as [file], Writer(file) as writer:
        writer.finish(TreeWriter(writer, classes.dump, _refuse).write(steps, "the description of the encoder"))


def read_query_file(path: Path) -> QueryEncoder:
    """Return the query encoder that a file describes; large tables of vectors are mapped into memory.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    DamagedIndexError
        If it is not what was written.
    """
    if not path.exists():
        raise FileNotFoundError(errno.ENOENT, "No such file", str(path))
    with reading(path), Archive(path, map_tables=True) as archive:
        return QueryEncoder(read(archive, _make, _refuse))


def _make(name: str, state: Any) -> Any:
    if name not in _PLAIN_CLASSES:
        raise ValueError("a description holds no objects of such a class")
    return classes.make(name, state)


def _refuse(*_: Any) -> Any:
    raise ValueError("a description holds plain data only")
