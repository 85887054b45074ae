"""What is written is read as the same, or refused; files are there whole or not at all."""

import os
import stat

import numpy as np
import pytest
from gensim.models import KeyedVectors
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from support.strategies import HOSTILE_DOCUMENTS, tokens
from textvec._common import atomic_files
from textvec.embeddings import Subwords, WordVectors
from textvec.embeddings.formats import _binary, _format, _glove, _word2vec

in_one_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
FILES = {"word2vec": "v.vec", "word2vec-binary": "v.bin", "glove": "v.txt", "numpy": "v.npy"}
NOT_IN_WORDS = {
    "word2vec": _word2vec._NOT_IN_WORDS,
    "word2vec-binary": _binary._NOT_IN_WORDS,
    "glove": _glove._NOT_IN_WORDS,
}


@st.composite
def tables(draw):
    words = draw(st.lists(tokens, min_size=1, max_size=8, unique=True))
    numbers = st.floats(-(2.0**100), 2.0**100, width=32) | st.sampled_from([0.0, -0.0, 2.0**-149, 2.0**127])
    vectors = draw(hnp.arrays(np.float32, (len(words), draw(st.integers(2, 4))), elements=numbers))
    return WordVectors(words, vectors)


def same(found, table):
    assert found.words.tolist() == table.words.tolist()
    assert found.vectors.tobytes() == table.vectors.tobytes()


def part_for(name, table):
    """Return the words that a format can hold."""
    kept = [row for row, word in enumerate(table.words) if name == "numpy" or not NOT_IN_WORDS[name].search(word)]
    return WordVectors(table.words[kept], table.vectors[kept])


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # gensim leaves files open
@in_one_folder
@given(table=tables(), name=st.sampled_from(list(FILES)))
def test_round_trip(table, name, tmp_path):
    path = tmp_path / FILES[name]
    part = part_for(name, table)
    if len(part) < len(table):
        with pytest.raises(ValueError, match="The format 'numpy' holds every word"):
            table.write(path, name)
    if not len(part):
        return
    part.write(path, name)
    same(WordVectors.read(path, name), part)
    if name != "numpy" and not any(" " in word for word in part.words):
        binary, no_header = name == "word2vec-binary", name == "glove"
        theirs = KeyedVectors.load_word2vec_format(str(path), binary=binary, no_header=no_header)
        assert theirs.index_to_key == part.words.tolist()
        assert theirs.vectors.tobytes() == part.vectors.tobytes()


def test_words_of_hostile_documents(tmp_path):
    words = list(dict.fromkeys(HOSTILE_DOCUMENTS))
    rng = np.random.default_rng(0)
    table = WordVectors(words, rng.normal(size=(len(words), 3)).astype(np.float32))
    table.write(tmp_path / "v.npy")
    same(WordVectors.read(tmp_path / "v.npy"), table)
    same(WordVectors.read(tmp_path / "v.npy", mmap=True), table)
    for name in ("word2vec", "word2vec-binary", "glove"):
        some = part_for(name, table)
        assert len(some) > 20
        some.write(tmp_path / FILES[name], name)
        same(WordVectors.read(tmp_path / FILES[name]), some)


REFUSED = {
    ("word2vec", "new york"): "a space, a tab or a newline",
    ("word2vec", "a\tb"): "a space, a tab or a newline",
    ("word2vec", "a\n"): "a space, a tab or a newline",
    ("word2vec-binary", "new york"): "a space or a newline",
    ("word2vec-binary", "\na"): "a space or a newline",
    ("glove", "a\nb"): "a tab, a newline, a space at its end, or a number after a space",
    ("glove", "a "): "a tab, a newline, a space at its end",
    ("glove", "catch 22"): "or a number after a space",
    ("glove", "catch -.5e7"): "or a number after a space",
    ("word2vec", "\ud83d"): r"half a character \(a lone surrogate\) has no UTF-8",
    ("word2vec-binary", "a\udc00"): "half a character",
}


@pytest.mark.parametrize(("name", "word"), REFUSED)
def test_words_that_a_format_cannot_hold(name, word, tmp_path):
    path = tmp_path / FILES[name]
    path.write_bytes(b"what was there")
    table = WordVectors(["good", word], np.ones((2, 2), np.float32))
    with pytest.raises(
        ValueError, match=rf"The format '{name}' cannot hold the word .*: .*{REFUSED[name, word]}.*\.npy"
    ):
        table.write(path, name)
    assert path.read_bytes() == b"what was there"
    table.write(tmp_path / "v.npy")
    same(WordVectors.read(tmp_path / "v.npy"), table)


def test_a_first_word_that_begins_like_a_file(tmp_path):
    for words in (["\ufeff", "a"], ["a", "\ufeffa"]):
        table = WordVectors(words, np.ones((2, 2), np.float32))
        table.write(tmp_path / "v.txt", "glove")
        same(WordVectors.read(tmp_path / "v.txt"), table)
    table = WordVectors(["\ufeffa", "a"], np.ones((2, 2), np.float32))
    with pytest.raises(ValueError, match="that begins with a byte order mark"):
        table.write(tmp_path / "v.txt", "glove")
    for name in ("v.vec", "v.bin"):
        table.write(tmp_path / name)
        same(WordVectors.read(tmp_path / name), table)


def test_numbers_are_short(tmp_path):
    WordVectors(["a"], np.array([[0.1, -1e-5, 1, 1 / 3]], np.float32)).write(tmp_path / "v.vec")
    assert (tmp_path / "v.vec").read_bytes() == b"1 4\na 0.1 -0.00001 1 0.33333334\n"


@pytest.mark.parametrize("dtype", [np.float16, np.float64])
def test_other_types(dtype, tmp_path):
    values = np.random.default_rng(0).normal(size=(50, 3)).astype(dtype)
    table = WordVectors([f"w{i}" for i in range(50)], values)
    for name in ("v.vec", "v.npy", *(["v.bin"] if dtype == np.float16 else [])):
        table.write(tmp_path / name)
        same(WordVectors.read(tmp_path / name, dtype=dtype), table)


def test_rows_of_any_layout(tmp_path):
    vectors = np.asfortranarray(np.random.default_rng(0).normal(size=(5, 3)).astype(np.float32))
    for name in FILES.values():
        WordVectors(list("abcde"), vectors[::2].repeat(2, axis=0)[:5]).write(tmp_path / name)
        np.testing.assert_array_equal(WordVectors.read(tmp_path / name).vectors, vectors[[0, 0, 2, 2, 4]])


def test_blocks_make_no_difference(tmp_path, monkeypatch):
    table = WordVectors([f"w{i}" for i in range(50)], np.random.default_rng(0).normal(size=(50, 3)).astype(np.float32))
    monkeypatch.setattr(_format, "_NUMBERS_PER_BLOCK", 20)
    for name in ("v.vec", "v.bin", "v.txt"):
        table.write(tmp_path / name)
        same(WordVectors.read(tmp_path / name), table)


@pytest.mark.parametrize("name", ["v.vec", "v.bin.gz", "v.txt.bz2", "v.vec.zst", "v.npy"])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("where", ["writing", "fsync", "replace"])
def test_an_interrupted_write_leaves_the_old_file(name, error, where, tmp_path, monkeypatch):
    old = WordVectors(["old"], np.zeros((1, 2), np.float32))
    old.write(tmp_path / name)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def fail(*_, **__):
        raise error

    targets = {
        "writing": (_format.VectorTable, "blocks"),
        "fsync": (atomic_files.os, "fsync"),
        "replace": (atomic_files.os, "replace"),
    }
    monkeypatch.setattr(*targets[where], fail)
    if where == "writing":
        monkeypatch.setattr(np.lib.format, "write_array", fail)
    with pytest.raises(type(error)):
        WordVectors(["new", "words"], np.ones((2, 2), np.float32)).write(tmp_path / name)
    monkeypatch.undo()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    same(WordVectors.read(tmp_path / name), old)


def test_a_file_that_cannot_be_made(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nowhere/v\.vec'$"):
        WordVectors(["a"], [[1.0]]).write(tmp_path / "nowhere" / "v.vec")


def test_permissions_and_links_stay(tmp_path):
    (tmp_path / "old.vec").touch()
    (tmp_path / "old.vec").chmod(0o640)
    (tmp_path / "link.vec").symlink_to(tmp_path / "old.vec")
    WordVectors(["a"], [[1.0]]).write(tmp_path / "link.vec")
    assert (tmp_path / "link.vec").is_symlink()
    assert (tmp_path / "old.vec").read_bytes() == b"1 1\na 1\n"
    assert stat.S_IMODE((tmp_path / "old.vec").stat().st_mode) == 0o640
    mask = os.umask(0o027)
    try:
        WordVectors(["a"], [[1.0]]).write(tmp_path / "new.vec")
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "new.vec").stat().st_mode) == 0o640


def test_a_file_may_be_written_over_itself(tmp_path):
    table = WordVectors(list("abc"), np.eye(3, dtype=np.float32), subwords=Subwords(np.ones((4, 3)), minn=3, maxn=3))
    table.write(tmp_path / "v.npy")
    mapped = WordVectors.read(tmp_path / "v.npy", mmap=True)
    mapped.write(tmp_path / "v.npy")
    same(WordVectors.read(tmp_path / "v.npy"), table)
    same(mapped, table)
