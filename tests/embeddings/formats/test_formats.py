"""One door to all formats: which one a file is in, and what may be asked of it."""

import bz2
import gzip
import os
import re
import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from textvec import Tokens
from textvec.embeddings import Subwords, WordVectors
from textvec.embeddings.formats import FORMATS, _arrays, _window, holds_vectors

WORDS = ["good", "food", "the pizza", "héß", "日本"]
VECTORS = np.random.default_rng(0).normal(size=(5, 7)).astype(np.float32)
NAMES = {"word2vec": "v.vec", "word2vec-binary": "v.bin", "glove": "v.txt", "numpy": "v.npy"}


def table(kind):
    words = [word.replace(" ", "_") if kind.startswith("word2vec") else word for word in WORDS]
    return WordVectors(words, VECTORS)


@pytest.fixture(params=NAMES)
def kind(request):
    return request.param


@pytest.fixture
def file(kind, tmp_path):
    path = tmp_path / NAMES[kind]
    table(kind).write(path, kind)
    return path


def same(found, words, vectors):
    assert found.words.tolist() == list(words)
    assert found.vectors.dtype == vectors.dtype
    np.testing.assert_array_equal(found.vectors, vectors)


def test_format_is_told(file, kind):
    found = WordVectors.read(file)
    same(found, table(kind).words, VECTORS)
    assert found.counts is None
    assert found.unknown == "error"
    same(WordVectors.read(str(file), kind), table(kind).words, VECTORS)


@pytest.mark.parametrize("suffix", ["", ".whatever"])
def test_format_is_told_by_the_first_bytes_alone(file, kind, suffix):
    if kind == "numpy":
        pytest.skip("its vocabulary goes by its name")
    same(WordVectors.read(file.rename(file.with_name("v" + suffix))), table(kind).words, VECTORS)


def test_text_whose_name_says_so_is_text_however_malformed(tmp_path):
    path = tmp_path / "v.vec"
    path.write_text("1 2\nword a b\n")
    with pytest.raises(
        ValueError, match=r"v\.vec, line 2 \(byte 4\): expected a word and 2 numbers, but b'a' is no num"
    ):
        WordVectors.read(path)


def test_files_that_hold_vectors(file, kind):
    assert holds_vectors(file)


@pytest.mark.parametrize(
    "text",
    ["", "apple\n", "item 5\nitem 6\n", "call 0800 123\nhello\n", "a 1 2\nb 1 2 3\n", "the sum 1 2\nthe sum 3 4\n"],
    ids=["empty", "word", "number", "call", "lengths", "words"],
)
def test_texts_in_files_of_the_same_name_hold_none(text, tmp_path):
    (tmp_path / "v.txt").write_text(text)
    assert not holds_vectors(tmp_path / "v.txt")


def test_vectors_whose_lines_are_longer_than_what_is_looked_at(tmp_path):
    line = "tea" + " 0.123456789" * 500
    (tmp_path / "v.txt").write_text(f"{line}\nmoon{line[3:]}\n")
    assert holds_vectors(tmp_path / "v.txt")


@pytest.mark.parametrize(
    ("suffix", "compress"), [(".gz", gzip.compress), (".bz2", bz2.compress), (".zst", pa.Codec("zstd").compress)]
)
def test_compressed(file, kind, suffix, compress, tmp_path):
    if kind == "numpy":
        with pytest.raises(ValueError, match=r"'numpy' is written to a file that ends in \.npy, not to 'v\.npy\.gz'"):
            table(kind).write(tmp_path / "v.npy.gz")
        squeezed = tmp_path / "w.npy"
        squeezed.write_bytes(gzip.compress(file.read_bytes()))
        with pytest.raises(ValueError, match=r"is a compressed NumPy array\. Decompress it first"):
            WordVectors.read(squeezed)
        return
    path = file.with_name(file.name + suffix)
    table(kind).write(path, kind)
    assert path.read_bytes()[:2] == bytes(compress(b"a"))[:2]
    same(WordVectors.read(path), table(kind).words, VECTORS)
    whole = bytes(compress(file.read_bytes()))
    path.write_bytes(whole)
    same(WordVectors.read(path), table(kind).words, VECTORS)
    # The name need not say so, and a file may be several put one after the other.
    content = file.read_bytes()
    plain = tmp_path / "plain"
    plain.write_bytes(bytes(compress(content[:40])) + bytes(compress(content[40:])))
    same(WordVectors.read(plain), table(kind).words, VECTORS)
    for size in (len(whole) // 2, len(whole) - 5, len(whole) - 1):
        path.write_bytes(whole[:size])
        with pytest.raises(ValueError, match=r"is cut off or damaged: its compressed data cannot be read beyond byte"):
            WordVectors.read(path, kind)


def test_damaged_gzip(tmp_path):
    whole = bytearray(gzip.compress(b"1 2\n" + b"a" * 1000 + b" 1 2\n", mtime=0))
    whole[-8] ^= 1  # the checksum
    (tmp_path / "v.txt.gz").write_bytes(whole)
    with pytest.raises(ValueError, match=r"v\.txt\.gz is cut off or damaged.*CRC check failed"):
        WordVectors.read(tmp_path / "v.txt.gz")


@pytest.mark.parametrize("limit", [1, 3, 5, 9, np.int64(2)])
def test_limit(file, kind, limit):
    same(WordVectors.read(file, limit=limit), table(kind).words[:limit], VECTORS[:limit])


def test_limit_reads_no_further(kind, tmp_path):
    if kind == "numpy":
        pytest.skip("is no stream")
    path = tmp_path / NAMES[kind]
    table(kind).write(path, kind)
    path.write_bytes(path.read_bytes()[:-1] + b"x")  # the last number is none, or another
    same(WordVectors.read(path, limit=4), table(kind).words[:4], VECTORS[:4])


def test_words(file, kind):
    words = table(kind).words.tolist()
    kept = [words[3], "unknown", words[2], words[0]]
    rows = [0, 2, 3]
    same(WordVectors.read(file, words=kept), [words[row] for row in rows], VECTORS[rows])
    same(WordVectors.read(file, words=iter(kept)), [words[row] for row in rows], VECTORS[rows])
    same(WordVectors.read(file, words=Tokens.from_lists([kept, kept])), [words[row] for row in rows], VECTORS[rows])
    same(WordVectors.read(file, words=kept, limit=3), [words[0], words[2]], VECTORS[[0, 2]])
    same(WordVectors.read(file, words=[]), [], VECTORS[:0])


@pytest.mark.parametrize("kind", ["word2vec", "glove"])
def test_numbers_of_words_that_are_not_kept_are_not_parsed(kind, tmp_path):
    path = tmp_path / "v.txt"
    path.write_text("3 2\n" * (kind == "word2vec") + "a 1 2\nb not numbers\nc 3 4\n")
    same(WordVectors.read(path, kind, words=["a", "c"]), ["a", "c"], np.array([[1, 2], [3, 4]], np.float32))
    with pytest.raises(ValueError, match="no num"):
        WordVectors.read(path, kind, words=["b"])


@pytest.mark.parametrize("dtype", ["float16", np.float32, np.dtype(float)])
def test_dtype(file, kind, dtype):
    expected = VECTORS.astype(dtype)
    if np.dtype(dtype) == float and kind in ("word2vec", "glove"):
        expected = np.array([[float(str(x)) for x in row] for row in VECTORS])
    if np.dtype(dtype) == np.float16 and kind in ("word2vec", "glove"):
        expected = np.array([[np.float16(str(x)) for x in row] for row in VECTORS])
    same(WordVectors.read(file, dtype=dtype), table(kind).words, expected)


def test_type_of_the_array_is_kept(tmp_path):
    for dtype in (np.float16, np.float32, np.float64):
        WordVectors(WORDS, VECTORS.astype(dtype)).write(tmp_path / "v.npy")
        same(WordVectors.read(tmp_path / "v.npy"), WORDS, VECTORS.astype(dtype))


def test_memory_map(file, kind):
    if kind != "numpy":
        with pytest.raises(
            ValueError, match=rf"cannot be memory-mapped: the format '{kind}' does not .*; 'numpy' does"
        ):
            WordVectors.read(file, mmap=True)
        return
    found = WordVectors.read(file, mmap=True)
    same(found, WORDS, VECTORS)
    same(WordVectors.read(file, mmap=True, limit=2), WORDS[:2], VECTORS[:2])
    base = found.vectors
    while isinstance(base, np.ndarray) and not isinstance(base, np.memmap):
        base = base.base
    assert isinstance(base, np.memmap)
    with pytest.raises(ValueError, match="Some words of a file cannot be memory-mapped"):
        WordVectors.read(file, mmap=True, words=WORDS[:1])
    with pytest.raises(ValueError, match="is of type float32, and cannot be memory-mapped as float16"):
        WordVectors.read(file, mmap=True, dtype="float16")


def test_words_more_than_once(tmp_path):
    vectors = np.arange(8, dtype=np.float32).reshape(4, 2)
    (tmp_path / "v.txt").write_text("4 2\na 0 1\nb 2 3\na 4 5\nb 6 7\n")
    with pytest.warns(UserWarning, match=r"v\.txt holds words more than once; .* 2 left out: 'a', 'b'\.$") as warned:
        same(WordVectors.read(tmp_path / "v.txt"), ["a", "b"], vectors[:2])
    assert len(warned) == 1
    lines = "".join(f"w{i % 10} 1 2\n" for i in range(50))
    (tmp_path / "v.txt").write_text("50 2\n" + lines)
    with pytest.warns(UserWarning, match=r"40 left out: 'w0', 'w1', 'w2', 'w3', 'w4', \.\.\.$"):
        assert len(WordVectors.read(tmp_path / "v.txt")) == 10


UNREADABLE = {
    "empty": (b"", r"v is empty\."),
    "empty inside": (gzip.compress(b""), r"v is empty\."),
    "pickle": (b"\x80\x04\x95abc", r"v is a pickle.*run whatever code it holds.*from_gensim\(gensim\.models\.KeyedV"),
    "pickle inside": (gzip.compress(b"\x80\x02cgensim\n"), "v is a pickle"),
    "zip": (b"PK\x03\x04abc", r"v is a zip archive\. Take the file of vectors out of it"),
    "text": (b"once upon a time\n", r"v does not look like a file of word vectors.*pass format=, one of word2vec, "),
    "binary": (b"\x7fELF\0\0\1" * 99, "v does not look like a file of word vectors"),
}


@pytest.mark.parametrize(("content", "message"), UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_no_file_of_vectors(content, message, tmp_path):
    path = tmp_path / "v"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=message) as raised:
        WordVectors.read(path)
    assert str(path) in str(raised.value)


@pytest.mark.parametrize("kind", [each.name for each in FORMATS])
def test_what_is_not_in_the_format_that_is_given(kind, tmp_path):
    for content in (b"", b"\n", b"\n\n", b"a\n", b"\x80\x04\x95abc", b"\0" * 300, b"\xff" * 300, b"9 x", b"9 9 x\n"):
        path = tmp_path / "v.npy"
        path.write_bytes(content)
        (tmp_path / "v.vocabulary.json").write_text('{"words": ["a"]}')
        with pytest.raises(ValueError, match=r"v\.npy"):
            WordVectors.read(path, kind)


def test_missing_files(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nowhere\.vec"):
        WordVectors.read(tmp_path / "nowhere.vec")
    with pytest.raises(IsADirectoryError):
        WordVectors.read(tmp_path)


ARGUMENTS = {
    "format": (
        {"format": "word2vec.txt"},
        ValueError,
        r"There is no format 'word2vec\.txt' of word vectors to read\. Formats",
    ),
    "limit": ({"limit": 0}, ValueError, "limit must be a positive integer or None, but it is 0"),
    "limit no number": ({"limit": 1.5}, ValueError, "limit must be a positive integer or None, but it is 1.5"),
    "limit a truth": ({"limit": True}, ValueError, "limit must be a positive integer or None, but it is True"),
    "words a string": (
        {"words": "good"},
        TypeError,
        "words must be a collection of words or Tokens, not the string 'good'",
    ),
    "words of bytes": ({"words": [b"good"]}, TypeError, r"words must hold strings, not b'good' \(bytes\)"),
    "dtype": ({"dtype": int}, ValueError, "dtype must be float16, float32 or float64, not int64"),
    "errors": ({"encoding_errors": "mend"}, ValueError, "encoding_errors must be 'strict', .* not 'mend'"),
}


@pytest.mark.parametrize(("arguments", "error", "message"), ARGUMENTS.values(), ids=ARGUMENTS)
def test_arguments(arguments, error, message, tmp_path):
    table("word2vec").write(tmp_path / "v.vec")
    with pytest.raises(error, match=message):
        WordVectors.read(tmp_path / "v.vec", **arguments)


def test_unknown(tmp_path):
    table("word2vec").write(tmp_path / "v.vec")
    assert WordVectors.read(tmp_path / "v.vec", unknown="zero").unknown == "zero"


def test_names_that_tell_no_format(tmp_path):
    for name in ("v", "v.gz", "v.model", "v.glove"):
        with pytest.raises(ValueError, match=rf"The name '{name}' does not tell the format .* end it in \.vec, \.txt"):
            table("word2vec").write(tmp_path / name)
    with pytest.raises(
        ValueError, match=r"There is no format 'fasttext' of word vectors to write\. Formats: word2vec, "
    ):
        table("word2vec").write(tmp_path / "v.bin", "fasttext")
    assert not list(tmp_path.iterdir())
    table("glove").write(tmp_path / "V.BIN.GZ", "glove")
    assert gzip.decompress((tmp_path / "V.BIN.GZ").read_bytes()).startswith(b"good ")


def test_subwords_are_not_lost_silently(tmp_path):
    vectors = WordVectors(["a"], np.ones((1, 2)), subwords=Subwords(np.ones((3, 2)), minn=3, maxn=6))
    with pytest.warns(UserWarning, match="The format 'word2vec' holds no subwords") as warned:
        vectors.write(tmp_path / "v.vec")
    assert warned[0].filename == __file__


def test_numbers_that_are_not_finite_are_not_written(kind, tmp_path):
    vectors = VECTORS.copy()
    vectors[3, 2] = np.nan
    np.save(tmp_path / "mapped.npy", vectors)
    mapped = np.load(tmp_path / "mapped.npy", mmap_mode="r")  # in which WordVectors does not look for such
    with pytest.raises(ValueError, match="The vector of the word 'héß' holds numbers that are not finite"):
        WordVectors(table(kind).words, mapped).write(tmp_path / NAMES[kind], kind)
    assert [path.name for path in tmp_path.iterdir()] == ["mapped.npy"]


def test_a_table_without_words(kind, tmp_path):
    path = tmp_path / NAMES[kind]
    WordVectors([], np.empty((0, 3), np.float32)).write(path, kind)
    if kind == "glove":
        with pytest.raises(ValueError, match="is empty"):
            WordVectors.read(path)
    else:
        same(WordVectors.read(path), [], np.empty((0, 3), np.float32))


@pytest.mark.parametrize("name", ["v.vec", "v.bin", "v.npy"])
@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_memory_of_reading_is_that_of_the_table(name, dtype, tmp_path, monkeypatch):
    n, size, block = 15_000, 300, 1 << 18
    monkeypatch.setattr(_window, "BYTES_PER_READ", block)
    monkeypatch.setattr(_arrays, "_BYTES_PER_BLOCK", block)
    rows = np.random.default_rng(0).random((n, size)).round(2).astype(np.float32)
    WordVectors([f"w{i}" for i in range(n)], rows).write(tmp_path / name)
    WordVectors.read(tmp_path / name, limit=10)  # what is made once
    tracemalloc.start()
    try:
        found = WordVectors.read(tmp_path / name, dtype=dtype)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found.vectors.nbytes == n * size * np.dtype(dtype).itemsize
    assert peak < found.vectors.nbytes * 9 / 8 + 250 * n + 16 * block


def test_reading_imports_no_optional_package(tmp_path):
    table("word2vec").write(tmp_path / "v.vec")
    code = (
        "import sys; from textvec import WordVectors; WordVectors.read('v.vec'); "
        "print([m for m in ('gensim', 'spacy', 'nltk') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=os.environ, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


DOCS = Path(__file__).parents[3] / "docs" / "guide" / "vector_files.md"


def test_docs_and_help_list_the_formats():
    """Adding a format takes its file, a line in FORMATS, a test, and rows in the docs and in WordVectors.read."""
    names = [each.name for each in FORMATS]
    rows = [line.split("|")[1:-1] for line in DOCS.read_text().splitlines() if line.startswith('| `"')]
    documented = {row[0].strip().strip('`"'): [cell.strip() for cell in row[1:]] for row in rows}
    assert list(documented) == names
    for each in FORMATS:
        written = documented[each.name][-1]
        suffixes = re.findall(r"`(\.\w+)`", written)
        assert suffixes == list(each.suffixes), each.name
        assert (written == "no") == (each.write is None), each.name
    assert re.findall(r"^\s*``([\w-]+)`` ", WordVectors.read.__doc__, re.M) == names
    mapped = re.search(r'mmap : .*\n.*format "(\w+)" allows', WordVectors.read.__doc__)
    assert [each.name for each in FORMATS if each.can_map] == [mapped[1]]


def test_no_two_formats_claim_a_name():
    assert len({each.name for each in FORMATS}) == len(FORMATS)
    suffixes = [suffix for each in FORMATS for suffix in each.suffixes]
    assert len(set(suffixes)) == len(suffixes)
    for each in FORMATS:
        assert each.write is not None or not each.suffixes
        assert each.required_suffix in ("", *each.suffixes)
