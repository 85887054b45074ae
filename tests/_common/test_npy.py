import io

import numpy as np
import pytest

from textvec._common.npy import read_header, write_array


def content_of(array, **options):
    file = io.BytesIO()
    np.save(file, array, **options)
    return file.getvalue()


def header_of(content):
    return read_header(io.BytesIO(content), len(content))


def with_header(text, version=1, values=b"\0" * 16):
    length = len(text).to_bytes(2 if version == 1 else 4, "little")
    return b"\x93NUMPY" + bytes([version, 0]) + length + text + values


@pytest.mark.parametrize(
    "array",
    [
        *[np.arange(6.0).reshape(2, 3), np.asfortranarray(np.ones((3, 2), np.float16)), np.zeros((0, 5)), np.array(3)],
        *[np.array(["a", "bc"]), np.array(["2026-11-27"], "M8[D]"), np.zeros(2, "i4,f8"), np.ones(3, ">f4")],
    ],
    ids=repr,
)
def test_headers(array):
    content = content_of(array)
    start, shape, fortran, dtype = header_of(content)
    assert (shape, dtype) == (array.shape, array.dtype)
    assert content[start:] == array.tobytes("F" if fortran else "C")
    assert header_of(content + b"")[0] == start
    for wrong in (content + b"\0", content[:-1]):
        with pytest.raises(ValueError):  # noqa: PT011  (whatever it is)
            header_of(wrong)


@pytest.mark.parametrize(
    "content",
    [
        *[
            b"",
            b"\x93NUMPY",
            b"PK\x03\x04" + bytes(100),
            b"\x80\x04]\x94.",
            with_header(b"{'descr': '<f8'", values=b""),
        ],
        with_header(b"{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }("),  # an error of the tokenizer
        with_header(b"'" * 9_999),
        with_header(b"(" * 9_000),
        with_header(b"-" * 9_000 + b"1"),
        with_header(b"{'descr': '<f8', 'fortran_order': False, 'shape': (4611686018427387904,)}"),
        with_header(b"{'descr': '<f8', 'fortran_order': False, 'shape': (-2, -1)}"),
        with_header(b"{'descr': '<f8', 'fortran_order': False, 'shape': (0, 9223372036854775808, 2.5)}", values=b""),
        with_header(b"{'descr': '<f8', 'fortran_order': False, 'shape': (True, 2)}"),
        with_header(b"{'descr': '<U0', 'fortran_order': False, 'shape': (9999999999,)}", values=b""),
        with_header(b"{'descr': '|O', 'fortran_order': False, 'shape': (2,)}"),
        with_header(b"{'descr': '<f8', 'fortran_order': False, 'shape': (2,)}", version=3),
        with_header(b"{'descr': '<f8', 'fortran_order': False, 'shape': (2,)}", version=9),
        content_of(np.array([{}]), allow_pickle=True),
    ],
)
def test_what_is_no_array(content):
    with pytest.raises(Exception):  # noqa: B017, PT011  (of any kind)
        header_of(content)


@pytest.mark.parametrize("order", ["C", "F"])
def test_written_arrays_are_numpys(order):
    array = np.arange(12.0).reshape(3, 4, order=order)
    file = io.BytesIO()
    write_array(file, array)
    assert file.getvalue() == content_of(array)


def test_objects_are_not_written():
    with pytest.raises(ValueError, match="allow_pickle"):
        write_array(io.BytesIO(), np.array([{}]))
