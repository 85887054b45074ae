"""Files that are mapped into memory, and arrays in them: written once, read without a copy, compared with checksums.

The bytes that are compared are the mapped ones themselves, not those of a file that may stand at the same path by now.

Tested in tests/index/storage/test_damage.py.
"""

from __future__ import annotations

import hashlib
import math
import mmap
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from textvec._common import npy


def check_regular(path: Path) -> int:
    """Return the size of a file, or raise ValueError if it is none: opening a pipe would wait for ever."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise ValueError("it is no file" if stat.S_ISDIR(status.st_mode) else "it is no regular file")
    return status.st_size


def mapped(path: Path) -> pa.Buffer:
    """Map a file into memory."""
    if not check_regular(path):
        raise ValueError("it is empty")
    # Arrow's own memory map does not take a path that is not UTF-8.
    with path.open("rb") as file:
        return pa.py_buffer(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def check_size(size: int, written: Mapping[str, Any]) -> None:
    """Raise ValueError unless a file has as many bytes as the manifest says of it."""
    if size != written["size"]:
        raise ValueError(f"it has {size:,} bytes, where {written['size']:,} were written")


def check_digest(content: Any, written: Mapping[str, Any]) -> None:
    """Raise ValueError unless bytes have the checksum that the manifest says of them."""
    if digest(content) != written["sha256"]:
        raise ValueError("its content is not what was written")


def digest(content: Any) -> str:
    """Return the SHA-256 of bytes."""
    return hashlib.sha256(content).hexdigest()


def array_in(content: pa.Buffer) -> NDArray[Any]:
    """Return the array in the bytes of an .npy file, or raise an error of any kind if they are none."""
    start, shape, is_fortran, dtype = npy.read_header(pa.BufferReader(content), content.size)
    if is_fortran or not dtype.itemsize:
        raise ValueError(f"it is an array of a kind that an index does not have, {dtype}")
    return np.frombuffer(content, dtype, math.prod(shape), start).reshape(shape)


def write_array(path: Path, array: NDArray[Any]) -> None:
    """Write an array to a new file."""
    with path.open("xb") as file:
        npy.write_array(file, np.ascontiguousarray(array))
    sync(path)


def sync(path: Path) -> None:
    """Make sure that a file, or the names in a folder, are on the disk."""
    if path.is_dir() and os.name == "nt":
        return
    number = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(number)
    finally:
        os.close(number)
