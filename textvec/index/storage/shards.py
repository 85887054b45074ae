"""The folder of an index in shards: ordinary indexes, each in a folder of its own, and a manifest that lists them.

    manifest.json     which shards there are: documents, bytes, and the SHA-256 of the manifest of each
    shard-00000/      an index of some of the documents, with the encoder and the statistics of all
    shard-00001/
    lock              held by the one who writes

Opened, it is one collection of the segments of all shards, mapped into memory, under the class that the shards have: a
search, an explanation and the ties by id are those of a single index of all documents. It is only read: documents are
added as further shards.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from textvec._common.atomic_files import replacing
from textvec._common.counted import counted
from textvec._version import __version__
from textvec.index._collection import Collection
from textvec.index.errors import DamagedIndexError, corrupt_file_message, reading
from textvec.index.storage.folder import Folder
from textvec.index.storage.manifest import MANIFEST, SHARDS_FORMAT
from textvec.index.storage.mapped import check_regular
from textvec.index.storage.schema import SHA256, TEXT, check, checked_head, name_of, whole, with_head
from textvec.index.storage.state import check_together

SHARDS_VERSION = 1
SHARD_NAME = re.compile("shard-([0-9]{5,})")
"""The names of the folders of shards."""
MAX_NAMED = 5
"""How many shards that are missing an error names."""
_HEAD_BYTES = 64
"""In so many bytes at its beginning, a manifest says its format."""

_SCHEMA = {
    "textvec": TEXT,
    "class": TEXT,
    "documents": whole(1),
    "next_id": whole(0, 2**63),
    "shards": [
        {"name": name_of("a shard", SHARD_NAME), "documents": whole(1), "bytes": whole(1), "sha256": SHA256},
    ],
}
"""What the content of the manifest is, with the meaning of each field:

- textvec: the version that wrote it; class: the name of the class that opens it;
- documents: of all shards together; next_id: the smallest integer above every integer id;
- shards: the folder of each, its documents, the bytes of its files, and the SHA-256 of its manifest, which has those of
  its files.
"""


def is_sharded(folder: Path) -> bool:
    """Tell whether a folder has the manifest of an index in shards."""
    with suppress(OSError, ValueError):
        check_regular(folder / MANIFEST)
        with (folder / MANIFEST).open("rb") as file:
            return f'"{SHARDS_FORMAT}"'.encode() in file.read(_HEAD_BYTES)
    return False


def folder_at(path: str | os.PathLike[str], verify: bool = False) -> Folder | ShardedFolder:
    """Open the folder of an index, in shards or not.

    Parameters
    ----------
    path : str or path
    verify : bool, default=False
        Whether to read everything, and compare it with what was written.
    """
    return ShardedFolder(path, verify) if is_sharded(Path(path)) else Folder(path, verify)


def newest(folder: Folder | ShardedFolder) -> Folder | ShardedFolder:
    """Return the folder of an index as it is now, see `Folder.newest`; shards are opened anew.

    Parameters
    ----------
    folder : Folder or ShardedFolder
        It stays as it is.
    """
    if isinstance(folder, ShardedFolder) or is_sharded(folder.path):
        return folder_at(folder.path)
    return folder.newest()


class ShardedFolder:
    """The folder of an index in shards, as it is searched on one machine: it does what `Folder` does, but change.

    Parameters
    ----------
    path : str or path
    verify : bool, default=False
        Whether to read everything, and compare it with what was written.
    allow_partial : bool, default=False
        Whether to do without shards that are missing or damaged.

    Attributes
    ----------
    path : Path
    shards : list of dict
        What the manifest says of each shard.
    folders : dict of str to Folder
        The shards that are there, by their names.
    missing : dict of str to str
        Why others are not, by their names.
    content : dict
        Of the manifest of the first shard, whose encoder is that of all.
    collection : Collection
        What is indexed in all shards.

    Raises
    ------
    DamagedIndexError
        If a shard is missing or damaged, and it is not allowed to do without; or if none is there.
    """

    def __init__(self, path: str | os.PathLike[str], verify: bool = False, allow_partial: bool = False) -> None:
        self.path = Path(path)
        about = read_shards(self.path)
        self.shards: list[dict[str, Any]] = about["shards"]
        self.folders: dict[str, Folder] = {}
        self.missing: dict[str, str] = {}
        for shard in self.shards:
            try:
                self.folders[shard["name"]] = opened_shard(self.path, shard, verify)
            except (OSError, DamagedIndexError) as error:
                self.missing[shard["name"]] = str(error)
        if self.missing and not (allow_partial and self.folders):
            raise incomplete(self.path, len(self.shards), self.missing)
        opened = list(self.folders.values())
        segments = tuple(live for folder in opened for live in folder.collection.segments)
        with reading(self.path / MANIFEST):
            check_together(segments, about)
        self.content = opened[0].content
        self.collection: Collection = replace(
            opened[0].collection, segments=segments, next_id=max(each.collection.next_id for each in opened)
        )

    def encoder(self, field: str) -> Any:
        """Return the encoder that a field of the manifest of the first shard describes."""
        return self._first.encoder(field)

    def check_width(self, *args: Any) -> None:
        """Raise an error if it is the fault of the folder that vectors do not fit, see `Folder.check_width`."""
        self._first.check_width(*args)

    def change(self, *args: Any) -> NoReturn:
        """Raise an error: shards are only read."""
        raise ValueError(
            f"The index at {self.path} is in shards, which are not changed. Add documents as further shards by "
            "add_documents(folder, documents), build it anew by build_index, or save it to another folder as a single "
            "index, which can be changed: index.save(folder)."
        )

    def info(self) -> dict[str, Any]:
        """Return figures."""
        missing = {"missing_shards": sorted(self.missing)} if self.missing else {}
        size = sum(shard["bytes"] for shard in self.shards)
        return {**self._first.info(), "path": str(self.path), "bytes": size, "shards": len(self.shards), **missing}

    def verify(self) -> None:
        """Read everything, and raise an error if anything is not what was written."""
        ShardedFolder(self.path, verify=True)

    @property
    def _first(self) -> Folder:
        return next(iter(self.folders.values()))


def opened_shard(path: Path, shard: Mapping[str, Any], verify: bool = False) -> Folder:
    """Open a shard, of which the manifest says something.

    Parameters
    ----------
    path : Path
        Of all shards.
    shard : mapping
    verify : bool, default=False

    Raises
    ------
    DamagedIndexError
        If it is not what was written.
    """
    folder = path / shard["name"]
    if not folder.exists():
        raise DamagedIndexError(corrupt_file_message(folder, "the shard is missing"))
    with reading(folder / MANIFEST):
        if described(folder) != shard:
            raise ValueError("the shard is not the one that was written")
    return Folder(folder, verify)


def described(folder: Path) -> dict[str, Any]:
    """Return what the manifest of all shards says of one.

    Parameters
    ----------
    folder : Path
        Of the shard.
    """
    check_regular(folder / MANIFEST)
    text = (folder / MANIFEST).read_bytes()
    content = json.loads(text)["content"]
    return {
        "name": folder.name,
        "documents": sum(segment["n_documents"] for segment in content["segments"]),
        "bytes": sum(file["size"] for file in content["files"].values()),
        "sha256": hashlib.sha256(text).hexdigest(),
    }


def incomplete(path: Path, n_shards: int, missing: Mapping[str, str]) -> DamagedIndexError:
    """Return the error that says which shards are missing.

    Parameters
    ----------
    path : Path
    n_shards : int
    missing : mapping of str to str
        Why, by their names.
    """
    named = "; ".join(f"{name} ({why.removesuffix('.')})" for name, why in sorted(missing.items())[:MAX_NAMED])
    more = f"; and {len(missing) - MAX_NAMED} more" if len(missing) > MAX_NAMED else ""
    return DamagedIndexError(
        f"{len(missing)} of {counted(n_shards, 'shard')} of the index at {path} cannot be searched: {named}{more}. "
        "Restore them from a copy, or build the index anew; to search without them, open it by "
        "ShardedIndex.open(folder, allow_partial=True)."
    )


def read_shards(folder: Path) -> dict[str, Any]:
    """Return the content of the manifest of an index in shards.

    Raises
    ------
    FileNotFoundError
        If there is none.
    DamagedIndexError
        If it is not what was written, or of a newer version.
    """
    path = folder / MANIFEST
    if not is_sharded(folder):
        what = f"{folder} is no index in shards" if folder.exists() else f"There is no folder {folder}"
        raise FileNotFoundError(f"{what}. Any index is opened by textvec.open_index.")

    def newer(version: int) -> DamagedIndexError:
        return DamagedIndexError(
            f"The shards at {folder} are of format version {version}, and this textvec, {__version__}, reads versions "
            f"up to {SHARDS_VERSION}. Install a newer textvec."
        )

    with reading(path):
        content: dict[str, Any] = checked_head(json.loads(path.read_bytes()), SHARDS_FORMAT, SHARDS_VERSION, newer)[
            "content"
        ]
        check(content, _SCHEMA, "")
        names = [shard["name"] for shard in content["shards"]]
        if len(set(names)) < len(names):
            raise ValueError("it names a shard twice")
    return content


def write_shards(folder: Path, name: str, next_id: int, shards: list[dict[str, Any]]) -> None:
    """Write the manifest of an index in shards, in one step: the shards that it names are the index from then on.

    Parameters
    ----------
    folder : Path
    name : str
        Of the class that opens it.
    next_id : int
    shards : list of dict
        See `described`.
    """
    documents = sum(shard["documents"] for shard in shards)
    content = {"textvec": __version__, "class": name, "documents": documents, "next_id": next_id, "shards": shards}
    with replacing(folder / MANIFEST) as (file,):
        file.write(with_head(SHARDS_FORMAT, SHARDS_VERSION, content))
