"""What a file of vectors unfolds to, and what its headers announce, fills no memory."""

import bz2
import gzip
import lzma
import struct
import sys
from itertools import product

import numpy as np
import pyarrow as pa
import pytest

from support.memory import outcomes_within
from textvec.embeddings import WordVectors
from textvec.embeddings.formats import _window

linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
READ = "WordVectors.read(path)"
COMPRESSIONS = ["", ".gz", ".bz2", ".xz", ".lzma", ".zst", ".lz4"]
PARAMETERS = struct.pack("<12id", 10, 5, 1, 1, 5, 1, 1, 1, 100, 3, 6, 100, 1e-3)
FASTTEXT = (793712314).to_bytes(4, "little") + struct.pack("<i", 12) + PARAMETERS


WITHOUT_END = {
    "a.vec": (b"", "line 1 (byte 0)"),
    "b.vec": (b"a 0.5 1 ", "line 1 (byte 0)"),
    "c.txt": (b"word 0.5 1\n", "line 2 (byte 11)"),
    "d.vec": (b"3 2\nword 0.5 1\n", "line 3 (byte 15)"),
    "e.bin": (b"3 2\n", "word 1 (byte 4)"),
    "f.bin": (b"3 9000000000\nword ", "word 1 (byte 13)"),
    "g.bin": (FASTTEXT + struct.pack("<3iq", 10, 10, 0, 10) + struct.pack("<q", -1), "word 1 (byte 92)"),
}


def opened(path):
    if path.suffix in (".zst", ".lz4"):
        return pa.CompressedOutputStream(str(path), "zstd" if path.suffix == ".zst" else "lz4")
    if path.suffix == ".lzma":
        return lzma.open(path, "wb", format=lzma.FORMAT_ALONE, preset=0)
    if path.suffix == ".xz":
        return lzma.open(path, "wb", preset=0)
    compressed = {".gz": gzip.open, ".bz2": bz2.open}.get(path.suffix)
    return path.open("wb") if compressed is None else compressed(path, "wb", 1)  # the fastest of their levels


@linux
def test_a_line_or_word_without_end(tmp_path):
    names = [(name, "") for name in WITHOUT_END] + list(zip(WITHOUT_END, COMPRESSIONS[::-1], strict=True))[:-1]
    paths = [tmp_path / (name + compression) for name, compression in names]
    for path in paths:
        with opened(path) as file:
            file.write(WITHOUT_END[path.name[:5]][0] + b"a" * 17 * 2**20)
    found = outcomes_within(100, READ, *paths)
    for path, outcome in zip(paths, found, strict=True):
        assert outcome.startswith(f"ValueError {path}, {WITHOUT_END[path.name[:5]][1]}: expected a"), outcome
        assert "16,777,216 bytes on there is no end of them" in outcome


@linux
def test_a_file_that_unfolds_to_vectors_without_end(tmp_path):
    """Ever new words, whose vectors are zeros, are a few bytes each where they are compressed."""
    paths = [tmp_path / f"v.txt{compression}" for compression in COMPRESSIONS[1:]]
    lines = b"".join(b"%d" % i + b" 0" * 1000 + b"\n" for i in range(30_000))
    for path in paths:
        with opened(path) as file:
            file.write(lines)
    for outcome in outcomes_within(500, READ, *paths):
        assert "is compressed to less than a fiftieth of its size" in outcome


def test_the_limits_are_far_from_real_vectors(tmp_path, monkeypatch):
    vectors = np.random.default_rng(0).normal(size=(20, 30_000)).astype(np.float32)
    table = WordVectors([f"w{i}" for i in range(20)], vectors)
    monkeypatch.setattr(_window, "_FREE_BYTES", 0)
    for name in ("v.vec.gz", "v.txt.bz2", "v.bin.zst"):
        table.write(tmp_path / name)
        assert np.array_equal(WordVectors.read(tmp_path / name).vectors, vectors)


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_every_compression_is_read(compression, tmp_path):
    with opened(tmp_path / f"v.txt{compression}") as file:
        file.write(b"red 0.5 1\ngreen 1 2\n")
    vectors = WordVectors.read(tmp_path / f"v.txt{compression}")
    assert list(vectors.words) == ["red", "green"]
    assert vectors.vectors.tolist() == [[0.5, 1.0], [1.0, 2.0]]


@linux
def test_rows_that_a_fasttext_model_does_not_have(tmp_path):
    paths = []
    for minn, n_rows, compression in product([0, 3], [2**62, 2**63 - 1, 2**40, 101, -1], ["", ".gz"]):
        parameters = struct.pack("<12id", 10, 5, 1, 1, 5, 1, 1, 1, 100, minn, 2 * minn, 100, 1e-3)
        head = FASTTEXT[:8] + parameters + struct.pack("<3iq", 1, 1, 0, 1) + struct.pack("<q", -1) + b"a\0"
        paths.append(tmp_path / f"{minn} {n_rows}.bin{compression}")
        with opened(paths[-1]) as file:
            file.write(head + struct.pack("<qb", 1, 0) + b"\0" + struct.pack("<2q", n_rows, 10) + bytes(4000))
    for path, outcome in zip(paths, outcomes_within(100, READ, *paths), strict=True):
        assert outcome.startswith(f"ValueError {path}, byte "), outcome


@pytest.mark.parametrize("name", ["\ud800.vec", "a\0b.npy"])
def test_names_that_no_file_can_have(name, tmp_path):
    with pytest.raises(ValueError, match="cannot be read"):
        WordVectors.read(tmp_path / name)
    with pytest.raises(ValueError, match="No file can have the name"):
        WordVectors(["a"], [[1.0]]).write(tmp_path / name)
    assert not list(tmp_path.iterdir())
