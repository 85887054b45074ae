"""Every compression is known, opened, and bounded; cut off data are one kind of error."""

import bz2
import gzip
import io
import lzma

import pyarrow as pa
import pytest

from textvec._common.compressed import Bounded, CorruptDataError, TooLargeError, compression, decompressor

DATA = bytes(range(256)) * 500


def arrow(name):
    buffer = pa.BufferOutputStream()
    with pa.CompressedOutputStream(buffer, name) as file:
        file.write(DATA)
    return buffer.getvalue().to_pybytes()


PACKED = {
    "gzip": gzip.compress(DATA),
    "bzip2": bz2.compress(DATA),
    "xz": lzma.compress(DATA),
    "lzma": lzma.compress(DATA, lzma.FORMAT_ALONE),
    "zstd": arrow("zstd"),
    "lz4": arrow("lz4"),
}


def opened(name, data, limit=1 << 20):
    return Bounded(decompressor(io.BytesIO(data), name), limit)


@pytest.mark.parametrize("name", PACKED)
def test_what_is_read(name):
    assert compression(PACKED[name]) == name
    file = opened(name, PACKED[name])
    assert file.read(1 << 20) == DATA
    assert file.read(1 << 20) == b""
    assert file.n_bytes == len(DATA)
    with pytest.raises(TooLargeError, match="decompresses to more than 127,999 bytes"):
        opened(name, PACKED[name], len(DATA) - 1).read(1 << 20)
    with pytest.raises(CorruptDataError):
        opened(name, PACKED[name][:-9]).read(1 << 20)


@pytest.mark.parametrize("preset", range(10))
def test_lzma_of_every_size_of_dictionary(preset):
    assert compression(lzma.compress(b"red", lzma.FORMAT_ALONE, preset=preset)) == "lzma"


@pytest.mark.parametrize("head", [b"", b"]\0\0", b"]\0\0 a list of things", b"BZh is Swiss", b"\x1f\x8b", b"red apple"])
def test_what_is_not_compressed(head):
    assert compression(head) is None
