"""The file of `textvec.save`: a zip archive of arrays and a manifest that vouches for each of them.

Reading one needs NumPy and the standard library, and believes nothing: nothing is compressed, so a file cannot grow in
memory; sizes and checksums are compared; arrays of Python objects are refused.

Tested in tests/persistence/test_errors.py.
"""

from __future__ import annotations

import hashlib
import json
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from textvec._common.npy import read_header, write_array
from textvec._common.parsing import parsing, unreadable

ARCHIVE_FORMAT = "textvec"
VERSION = 1

_MANIFEST = "manifest.json"
_LIBRARIES = ("textvec", "numpy", "sklearn", "skops")
_BLOCK = 1 << 22  # bytes that are read at once
_KINDS = "biufcUSmM"  # of arrays: numbers, strings and times
_ZIP_HEADER = 30  # bytes of the header of a member, without its name and extra fields
MIN_MAPPED_BYTES = 1 << 20
"""Tables from a megabyte on are mapped: reading less takes no longer than a few page faults."""
_DATE = (1980, 1, 1, 0, 0, 0)  # the same object makes the same file, whenever it is saved


class Writer:
    """Writes the members of an archive, and at the end its manifest; use it in a `with` statement.

    Parameters
    ----------
    file : binary file
        Open for writing.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_STORED)
        self._members: dict[str, dict[str, Any]] = {}

    def add_array(self, array: NDArray[Any]) -> str:
        """Write an array, of a memory map block by block, and return the name of the member."""
        with self._member(".npy") as (name, file):
            write_array(file, array)
        return name

    def add_bytes(self, data: bytes, suffix: str) -> str:
        """Write bytes, and return the name of the member."""
        with self._member(suffix) as (name, file):
            file.write(data)
        return name

    def finish(self, tree: Any) -> None:
        """Write the manifest with the tree in it."""
        manifest = {
            "format": ARCHIVE_FORMAT,
            "version": VERSION,
            "made_by": _versions(),
            "members": self._members,
            "object": tree,
        }
        with self._zip.open(zipfile.ZipInfo(_MANIFEST, _DATE), "w", force_zip64=True) as file:
            file.write(json.dumps(manifest, allow_nan=False, separators=(",", ":")).encode("ascii"))

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    @contextmanager
    def _member(self, suffix: str) -> Iterator[tuple[str, Any]]:
        name = f"{len(self._members)}{suffix}"
        with self._zip.open(zipfile.ZipInfo(name, _DATE), "w", force_zip64=True) as file:
            counting = _Counting(file)
            yield name, counting
        self._members[name] = {"size": counting.size, "sha256": counting.checksum.hexdigest()}


class _Counting:
    """A file that is written to through a checksum."""

    def __init__(self, file: Any) -> None:
        self._file, self.size, self.checksum = file, 0, hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.size += len(data)
        self.checksum.update(data)
        return int(self._file.write(data))


class Archive:
    """An archive that is open for reading; use it in a `with` statement.

    Parameters
    ----------
    path : str or path
    map_tables : bool, default=False
        Whether large tables of floating-point numbers are mapped into memory: their checksums are not compared.

    Attributes
    ----------
    tree : object
        The JSON in the manifest that says what the members make.
    made_by : dict of str to str
        Versions of the libraries that wrote it.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is not what `Writer` writes, is of a newer version, is cut off, or is damaged.
    """

    def __init__(self, path: str | PathLike[str], *, map_tables: bool = False) -> None:
        self.path, self._map_tables = Path(path), map_tables
        with parsing(self.error):  # a name that no file can have
            file = self.path.open("rb")
        try:
            with parsing(self.error):
                self._open(file)
        except BaseException:
            file.close()
            raise
        self._file = file

    def _open(self, file: BinaryIO) -> None:
        with parsing(lambda what: self.error(f"it is no file of textvec.save, or only the beginning of one: {what}")):
            self._zip = zipfile.ZipFile(file)
        infos = self._zip.infolist()
        self._infos = {info.filename: info for info in infos}
        if _MANIFEST not in self._infos:
            raise self.error(f"it is a zip archive without {_MANIFEST}, not a file of textvec.save")
        size = self.path.stat().st_size
        for info in infos:
            if info.compress_type != zipfile.ZIP_STORED or info.flag_bits & 1:
                raise self.error(f"{info.filename!r} is compressed or encrypted, which textvec.save never does")
        # Stored members that do not overlap cannot be larger than the file: no bomb.
        if len(infos) > len(self._infos) or sum(max(info.file_size, info.compress_size) for info in infos) > size:
            raise self.error("its members overlap, or a name is repeated")
        manifest = self._manifest()
        self._members: dict[str, Any] = manifest["members"]
        self.tree: Any = manifest["object"]
        self.made_by: dict[str, Any] = manifest["made_by"]

    def _manifest(self) -> dict[str, Any]:
        with self._reading(_MANIFEST) as file:
            data = file.read()
        with parsing(lambda what: self.error(f"{_MANIFEST} is no JSON: {what}")):
            manifest = json.loads(data)
        if not isinstance(manifest, dict) or manifest.get("format") != ARCHIVE_FORMAT:
            raise self.error(f"its {_MANIFEST} is not that of a file of textvec.save")
        if type(manifest.get("version")) is not int or manifest["version"] > VERSION:
            raise self.error(
                f"it is of version {manifest.get('version')!r} of the format, but this textvec reads versions up to "
                f"{VERSION}. It was written by {manifest.get('made_by')!r:.200}: install that, or a later one"
            )
        for name, kind in (("members", dict), ("made_by", dict), ("object", object)):
            if name not in manifest or not isinstance(manifest[name], kind):
                raise self.error(f"its {_MANIFEST} has no {name!r}")
        return manifest

    def error(self, what: str) -> ValueError:
        """Return an error that names the file."""
        return unreadable(f"{self.path} cannot be loaded: {what}.")

    def array(self, name: Any) -> NDArray[Any]:
        """Read a member that is an array, into memory of its own; see `map_tables` for another way."""
        with self._opened_member(name, ".npy") as (file, size):
            with parsing(lambda what: self.error(f"{name!r} is no array that textvec.save writes: {what}")):
                start, shape, fortran, dtype = read_header(file, size)
                if dtype.kind not in _KINDS or not dtype.isnative:
                    raise ValueError(f"it is of type {dtype}, which a file of textvec.save does not hold")
                is_table = dtype.kind == "f" and len(shape) == 2 and not fortran
                if self._map_tables and is_table and size >= MIN_MAPPED_BYTES:
                    file.skip_check()
                    return np.memmap(self.path, dtype, "r", self._data_offset(name) + start, shape)
                array: NDArray[Any] = np.empty(shape, dtype, order="F" if fortran else "C")
                count = array.size
            flat = array.reshape(-1, order="A").view(np.uint8) if count else np.empty(0, np.uint8)
            for first in range(0, len(flat), _BLOCK):
                block = file.read(min(_BLOCK, len(flat) - first))
                flat[first : first + len(block)] = np.frombuffer(block, np.uint8)
        if (dtype.kind == "U" and count and array.reshape(-1, order="A").view(np.uint32).max() > 0x10FFFF) or (
            dtype.kind == "b" and flat.max(initial=0) > 1
        ):
            raise self.error(f"the array {name!r} holds values that its type {dtype} does not have")
        return array

    def _data_offset(self, name: str) -> int:
        """Return where the bytes of a member begin in the file, behind the header of the member, of varying length."""
        offset = self._infos[name].header_offset
        with self.path.open("rb") as file:
            file.seek(offset)
            header = file.read(_ZIP_HEADER)
        return offset + _ZIP_HEADER + int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")

    def bytes(self, name: Any, suffix: str) -> bytes:
        """Read a member."""
        with self._opened_member(name, suffix) as (file, size):
            return bytes(file.read(size))

    @contextmanager
    def _opened_member(self, name: Any, suffix: str) -> Iterator[tuple[_Checking, int]]:
        """Open a member, and compare its size and its checksum with those in the manifest."""
        # Each member can be read once only: a small file that names one a million times could fill the memory.
        listed = self._members.pop(name, None) if isinstance(name, str) else None
        if not isinstance(listed, dict) or not name.endswith(suffix):
            raise self.error(f"its {_MANIFEST} asks for {name!r:.80}, which is no {suffix} member, or one read before")
        if name not in self._infos:
            raise self.error(f"its member {name!r} is missing")
        size = self._infos[name].file_size
        if listed.get("size") != size:
            raise self.error(f"its member {name!r} has {size} bytes, but {listed.get('size')!r:.80} are expected")
        with self._reading(name) as file:
            checking = _Checking(file, lambda what: self._damaged(name, what))
            yield checking, size
            while checking.is_checked and checking.read(_BLOCK):
                pass
        if checking.is_checked and checking.checksum.hexdigest() != listed.get("sha256"):
            raise self._damaged(name, f"the checksum is not that of the {_MANIFEST}")

    @contextmanager
    def _reading(self, name: str) -> Iterator[Any]:
        with (
            parsing(lambda what: self._damaged(name, what)),
            self._zip.open(self._infos[name]) as file,
        ):
            yield file

    def _damaged(self, name: str, what: str) -> ValueError:
        return self.error(f"its member {name!r} is damaged: {what}")

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()
        self._file.close()


class _Checking:
    """A file that is read through a checksum."""

    def __init__(self, file: Any, damaged: Callable[[str], ValueError]) -> None:
        self._file, self._damaged, self.checksum = file, damaged, hashlib.sha256()
        self.is_checked = True

    def skip_check(self) -> None:
        """Leave the rest unread, and the checksum as it is."""
        self.is_checked = False

    def read(self, size: int) -> bytes:
        with parsing(self._damaged):  # whatever it is that does not understand the content
            data: bytes = self._file.read(size)
        self.checksum.update(data)
        return data


def _versions() -> dict[str, str]:
    """Return the versions of what wrote the file, as far as it was in use."""
    libraries = {name: sys.modules[name].__version__ for name in _LIBRARIES if name in sys.modules}
    return {"python": ".".join(map(str, sys.version_info[:3])), **libraries}
