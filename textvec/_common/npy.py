"""NumPy's file of one array, read without trust and written without a file descriptor.

`numpy.load` takes memory for whatever a header announces, and opens zip archives and pickles as well.

Tested in tests/_common/test_npy.py.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

_MAX_HEADER = 10_000
"""How many characters NumPy allows the header of an array that nobody vouches for."""


class NpyHeader(NamedTuple):
    """What the header of an array says.

    Attributes
    ----------
    start : int
        Where the values begin in the file.
    shape : tuple of int
    fortran : bool
        Whether the first index runs fastest.
    dtype : dtype
    """

    start: int
    shape: tuple[int, ...]
    fortran: bool
    dtype: np.dtype[Any]


def read_header(file: Any, size: int) -> NpyHeader:
    """Return what a file of an array holds, if it has as many bytes as its header announces.

    Parameters
    ----------
    file : binary file
        At its beginning. It is read to the end of the header.
    size : int
        How many bytes the file has.

    Raises
    ------
    Exception
        Of any kind: use it in `parsing`.
    """
    reading: Any = _Counted(file)
    version = np.lib.format.read_magic(reading)[0]
    reads = {1: np.lib.format.read_array_header_1_0, 2: np.lib.format.read_array_header_2_0}
    if version not in reads:
        raise ValueError(f"it is of version {version} of NumPy's format, not 1 or 2")
    shape, fortran, dtype = reads[version](reading, max_header_size=_MAX_HEADER)
    if dtype.hasobject:
        raise ValueError(f"it is of type {dtype!s:.80}, which only a pickle can hold")
    if any(type(n) is not int or n < 0 for n in shape):
        raise ValueError(f"it cannot have the shape {shape!r:.80}")
    count: int = math.prod(shape)
    if dtype.itemsize * count != size - reading.position or (count and not dtype.itemsize):
        raise ValueError(f"an array of type {dtype} and shape {shape!r:.80} does not have {size} bytes")
    return NpyHeader(reading.position, shape, fortran, dtype)


def write_array(file: Any, array: NDArray[Any]) -> None:
    """Write an array to a file, some megabytes at a time.

    A full disk is the error of the system: what NumPy writes to a file descriptor by itself ends in two numbers.
    """
    np.lib.format.write_array(_Written(file), array, allow_pickle=False)


class _Counted:
    """A file that counts what is read of it."""

    def __init__(self, file: Any) -> None:
        self._file, self.position = file, 0

    def read(self, size: int) -> bytes:
        data: bytes = self._file.read(size)
        self.position += len(data)
        return data


class _Written:
    """A file that is only written to."""

    def __init__(self, file: Any) -> None:
        self.write = file.write
