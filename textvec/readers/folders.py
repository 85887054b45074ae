"""The files of a folder: which of them are read, and as what.

Tested in tests/readers/test_folders.py.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple, NoReturn
from urllib.parse import unquote

from textvec.readers.content import OWN_MANIFEST
from textvec.readers.parquet import MAGIC

MANIFEST = "manifest.json"
_PARTITION = re.compile(r"([^=/]+)=(.*)", re.DOTALL)
# Of more digits, which Python would take long to convert, nobody writes 32 bits.
_INTEGER = re.compile(r"-?[0-9]{1,99}")
_NO_VALUE = "__HIVE_DEFAULT_PARTITION__"


class Folder(NamedTuple):
    """What is in a folder.

    Attributes
    ----------
    files : list of str
        The files in it and below that are not hidden, sorted.
    indexes : list of str
        The folders below that hold an index that textvec saved; `files` has none of theirs.
    """

    files: list[str]
    indexes: list[str]


def listed(folder: str) -> Folder:
    """Return the files in a folder and below that are not hidden, without those of saved indexes."""

    def refuse(error: OSError) -> NoReturn:
        raise error

    paths: list[Path] = []
    indexes: list[str] = []
    for root, folders, files in os.walk(folder, onerror=refuse):
        if MANIFEST in files and is_index(root):
            indexes.append(root)
            folders.clear()
            continue
        folders[:] = [f for f in folders if not f.startswith(".")]
        paths += [Path(root, f) for f in files if not f.startswith(".") and f != "_SUCCESS"]
    return Folder([str(path) for path in sorted(paths) if path.is_file()], sorted(indexes))


def is_index(folder: str) -> bool:
    """Tell whether a folder holds an index that textvec saved: the first bytes of its manifest say so."""
    path = Path(folder, MANIFEST)
    return path.is_file() and OWN_MANIFEST.match(_first_bytes(path, 100)) is not None


def parquet_parts(files: Sequence[str], folder: str) -> list[str]:
    """Return the files that Parquet data is made of; those that begin with an underscore are notes of their writers."""
    return [file for file in files if not _is_private(file, folder) and is_parquet(file)]


def is_parquet(file: str) -> bool:
    """Tell whether a file is named as Parquet, or begins as Parquet (Hive gives its parts no suffix)."""
    return file.lower().endswith((".parquet", ".pq")) or _first_bytes(Path(file), 4) == MAGIC


def others_than(parts: Sequence[str], files: Sequence[str], folder: str) -> list[str]:
    """Return the files of a folder that are neither parts nor notes of their writers."""
    taken = set(parts)
    return [file for file in files if file not in taken and not _is_private(file, folder)]


def partition_values(
    files: Sequence[str], folder: str, null: Collection[str] = ()
) -> list[dict[str, str | int | None]]:
    """Return, for each file, the columns that the folders between a folder and it stand for, as ``year=2026``.

    A column is of integers if every value is written as one, leading zeros included, and fits into 32 bits. Otherwise
    it is of strings. That is how `pyarrow.dataset` and `pyarrow.parquet.read_table` have it.

    Parameters
    ----------
    files : sequence of str
    folder : str
    null : collection of str, default=()
        The values that stand for a missing one, besides Hive's own.

    Examples
    --------
    >>> partition_values(["films/month=01/lang=en/0.parquet", "films/month=12/lang=07b/0.parquet"], "films")
    [{'month': 1, 'lang': 'en'}, {'month': 12, 'lang': '07b'}]
    """
    written = [_written_partition(file, folder, null) for file in files]
    texts = {
        name
        for partition in written
        for name, value in partition.items()
        if value is not None and not (_INTEGER.fullmatch(value) and -(1 << 31) <= int(value) < 1 << 31)
    }
    return [
        {name: value if value is None or name in texts else int(value) for name, value in partition.items()}
        for partition in written
    ]


def _written_partition(file: str, folder: str, null: Collection[str]) -> dict[str, str | None]:
    found = (_PARTITION.fullmatch(part) for part in Path(file).relative_to(folder).parts[:-1])
    pairs = [(each[1], each[2]) for each in found if each]
    values = {unquote(name): None if value == _NO_VALUE else unquote(value) for name, value in pairs}
    return {name: None if value in null else value for name, value in values.items()}


def _is_private(file: str, folder: str) -> bool:
    return any(part.startswith("_") and "=" not in part for part in Path(file).relative_to(folder).parts)


def _first_bytes(path: Path, n: int) -> bytes:
    with path.open("rb") as file:
        return file.read(n)
