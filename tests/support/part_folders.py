"""What a folder of parts must be equal to: what one machine makes."""

import numpy as np


def assert_same(made, expected):
    """Hold two matrices to be the same to the last bit, types of indices included."""
    assert type(made) is type(expected)
    assert (made.shape, made.dtype) == (expected.shape, expected.dtype)
    if isinstance(made, np.ndarray):
        assert made.tobytes() == np.ascontiguousarray(expected).tobytes()
        return
    for name in ("indptr", "indices", "data"):
        one, other = getattr(made, name), getattr(expected, name)
        assert one.dtype == other.dtype
        assert one.tobytes() == other.tobytes()


def bytes_of(folder):
    """Return the bytes of all parts of a folder, by their names."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name.startswith("part-")}


def names_in(folder):
    """Return the names of all files of a folder but for its lock."""
    return {path.name for path in folder.iterdir()} - {"lock"}
