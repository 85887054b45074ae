"""What is inside the bytes that skops writes: an archive of its own, whose arrays are files and archives in turn.

skops and SciPy take memory for whatever these announce. So each member that is read is looked at before, and an archive
inside an archive is bounded as the outer one is.

Tested in tests/persistence/test_skops_members.py.
"""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from textvec._common.npy import read_header

_SCHEMA = "schema.json"
_DATE = (1980, 1, 1, 0, 0, 0)  # the same object makes the same file, whenever it is saved
_FREE_BYTES = 1 << 25
"""What a compressed sparse matrix may always take: 32 MB."""
_MAX_RATIO = 20
"""How many times its compressed size a sparse matrix may take beyond that. Present files hold matrices uncompressed;
those of counts and of TF-IDF that earlier files hold compressed are 1.5 to 7 times as large as in the file."""


def stored(data: bytes) -> bytes:
    """Return the bytes that skops wrote with nothing compressed in them, sparse matrices included."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if not any(name.endswith(".npz") for name in archive.namelist()):
            return data
        return _zipped(
            {
                name: _stored_matrix(archive.read(name)) if name.endswith(".npz") else archive.read(name)
                for name in archive.namelist()
            }
        )


def _stored_matrix(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return _zipped({name: archive.read(name) for name in archive.namelist()})


def _zipped(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, _DATE), content)
    return file.getvalue()


def check_members(data: bytes) -> None:
    """Raise an error of any kind if what skops would make of some bytes takes memory that they do not explain."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos = archive.infolist()
        if any(info.compress_type != zipfile.ZIP_STORED for info in infos):
            raise ValueError("it is compressed, which textvec.save never does")
        if sum(info.file_size for info in infos) > len(data) or len({info.filename for info in infos}) < len(infos):
            raise ValueError("its members overlap, or a name is repeated")
        read: set[str] = set()
        for kind, name in _references(json.loads(archive.read(_SCHEMA))):
            if name in read:
                raise ValueError(f"it reads its member {name!r:.80} more than once")
            read.add(name)
            if kind == "numpy":
                content = archive.read(name)
                read_header(io.BytesIO(content), len(content))
            elif kind == "scipy":
                _check_matrix(archive.read(name))


def _references(schema: Any) -> list[tuple[Any, str]]:
    """Return each member that skops would read, and as what, once for each object that it is read for."""
    found, known, waiting = [], set(), [schema]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            name, identity = node.get("file"), node.get("__id__")
            # skops makes an object that it was given a number for once, and takes the same again for the same number.
            if isinstance(name, str) and (not identity or (identity, name) not in known):
                known.add((identity, name))
                found.append((node.get("type"), name))
        waiting += node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return found


def _check_matrix(data: bytes) -> None:
    """Raise an error unless some bytes are a sparse matrix, as SciPy writes it, of a size that they explain."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos = archive.infolist()
        size = sum(info.file_size for info in infos)
        compressed = any(info.compress_type != zipfile.ZIP_STORED for info in infos)
        if len({info.filename for info in infos}) < len(infos):
            raise ValueError("a name is repeated in a sparse matrix")
        if size > (_FREE_BYTES + _MAX_RATIO * len(data) if compressed else len(data)):
            raise ValueError(f"a sparse matrix of {len(data):,} bytes says that it takes {size:,}")
        for info in infos:
            with archive.open(info) as file:
                read_header(file, info.file_size)
