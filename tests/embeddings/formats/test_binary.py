"""word2vec's binary format: words between vectors, and every cut is told."""

import numpy as np
import pytest

from textvec.embeddings import WordVectors
from textvec.embeddings.formats import _window

VECTORS = np.array([[1, 2], [-3, 0.5]], np.float32)
A, B = (row.tobytes() for row in VECTORS)


def saved(folder, content):
    path = folder / "v.bin"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("block", [1, 5, 1 << 23])
@pytest.mark.parametrize("between", [b"", b"\n", b"\n\n"])
def test_newlines_before_words(block, between, tmp_path, monkeypatch):
    """The first program that wrote such files put a newline after each vector; others do not."""
    monkeypatch.setattr(_window, "BYTES_PER_READ", block)
    found = WordVectors.read(
        saved(tmp_path, b"2 2\na " + A + between + "日 ".encode() + B + between), "word2vec-binary"
    )
    assert found.words.tolist() == ["a", "日"]
    np.testing.assert_array_equal(found.vectors, VECTORS)


def test_bytes_of_numbers_are_not_taken_for_words(tmp_path):
    """32-bit floats whose bytes are spaces and newlines."""
    vectors = np.frombuffer(b"\n\n  " * 4 + b" \n \n" * 4, np.float32).reshape(4, 2)
    WordVectors(list("abcd"), vectors).write(tmp_path / "v.bin")
    np.testing.assert_array_equal(WordVectors.read(tmp_path / "v.bin", "word2vec-binary").vectors, vectors)
    found = WordVectors.read(tmp_path / "v.bin", "word2vec-binary", words=["d", "b"])
    np.testing.assert_array_equal(found.vectors, vectors[[1, 3]])


HEADER = ", as its header says"
MALFORMED = {
    "no header": (b"a " + A, "line 1 (byte 0): expected a header"),
    "cut in a vector": (
        b"2 2\na " + A + b"b " + B[:-1],
        f"word 2 (byte 14): expected 2 words of 2 dimensions{HEADER}, but the file ends after 1 of them and 9",
    ),
    "cut in a word": (b"2 2\na " + A + b"b", "word 2 (byte 14): expected 2 words of 2 dimensions"),
    "cut between words": (
        b"3 2\na " + A + b"b " + B,
        f"word 3 (byte 24): expected 3 words of 2 dimensions{HEADER}, but the file ends after 2 of them and 0",
    ),
    "absurdly many words": (b"999999999999999 2\na " + A, "word 2 (byte 28): expected 999999999999999 words"),
    "absurdly many dimensions": (b"1 999999999999999\na " + A, "word 1 (byte 18): expected 1 words of 999999999999999"),
    "more words": (b"1 2\na " + A + b"b " + B, f"byte 14: expected the end of the file after 1 words{HEADER}"),
    "nan": (
        b"1 2\na " + A[:4] + b"\xff\xff\xff\x7f",
        "word 1 (byte 4): expected finite numbers of type float32, but number 2 of the word's 2 is nan.",
    ),
    "Latin-1": (b"2 2\na " + A + b"caf\xe9 " + B, "word 2 (byte 14): the word b'caf\\xe9' is not UTF-8"),
}


@pytest.mark.parametrize("block", [3, 1 << 23])
@pytest.mark.parametrize(("content", "message"), MALFORMED.values(), ids=MALFORMED)
def test_malformed(content, message, block, tmp_path, monkeypatch):
    monkeypatch.setattr(_window, "BYTES_PER_READ", block)
    path = saved(tmp_path, content)
    with pytest.raises(ValueError) as raised:  # noqa: PT011  (what it says comes next)
        WordVectors.read(path, "word2vec-binary")
    assert message in str(raised.value)
    assert str(path) in str(raised.value)


def test_cut_anywhere(tmp_path):
    content = b"2 2\na " + A + b"b " + B
    for size in range(len(content)):
        with pytest.raises(ValueError, match=r"v\.bin"):
            WordVectors.read(saved(tmp_path, content[:size]))
    assert len(WordVectors.read(saved(tmp_path, content))) == 2


def test_encoding_errors(tmp_path):
    path = saved(tmp_path, b"1 2\ncaf\xe9 " + A)
    assert WordVectors.read(path, encoding_errors="replace").words.tolist() == ["caf\ufffd"]


def test_too_large_for_a_half(tmp_path):
    WordVectors(["a"], [[1.0, 1e6]]).write(tmp_path / "v.bin")
    with pytest.raises(ValueError, match=r"finite numbers of type float16, but number 2 of the word's 2 is 1000000"):
        WordVectors.read(tmp_path / "v.bin", dtype="float16")
