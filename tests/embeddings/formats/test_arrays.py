"""NumPy's format: an array that anyone can load, and a vocabulary that belongs to it."""

import json

import numpy as np
import pytest

from textvec.embeddings import Subwords, WordVectors
from textvec.embeddings.formats import _arrays

VECTORS = np.arange(6, dtype=np.float32).reshape(3, 2)
WORDS = ["good", "new york\n", "\ud83d"]


@pytest.fixture
def table():
    subwords = Subwords(np.random.default_rng(0).normal(size=(7, 2)).astype(np.float32), minn=2, maxn=4)
    return WordVectors(WORDS, VECTORS, counts=[5, 3, 1], unknown="subword", subwords=subwords)


@pytest.fixture
def path(table, tmp_path):
    table.write(tmp_path / "v.npy")
    return tmp_path / "v.npy"


def change(path, **values):
    vocabulary = path.with_name("v.vocabulary.json")
    vocabulary.write_text(json.dumps(json.loads(vocabulary.read_text()) | values))


@pytest.mark.parametrize("mmap", [False, True])
def test_everything_is_kept(path, table, mmap):
    found = WordVectors.read(path, mmap=mmap)
    assert found.words.tolist() == WORDS
    np.testing.assert_array_equal(found.vectors, VECTORS)
    assert found.counts.tolist() == [5, 3, 1]
    assert found.unknown == "subword"
    np.testing.assert_array_equal(found["goods"], table["goods"])
    assert (found.subwords.minn, found.subwords.maxn, found.subwords.bucket) == (2, 4, 7)
    found = WordVectors.read(path, mmap=mmap, limit=2)
    assert found.counts.tolist() == [5, 3]


def test_layout(path):
    assert sorted(file.name for file in path.parent.iterdir()) == ["v.npy", "v.subwords.npy", "v.vocabulary.json"]
    np.testing.assert_array_equal(np.load(path), VECTORS)
    assert json.loads((path.parent / "v.vocabulary.json").read_bytes())["words"] == WORDS


def test_part(path):
    found = WordVectors.read(path, words=["\ud83d", "good"], dtype="float16")
    assert found.words.tolist() == ["good", "\ud83d"]
    np.testing.assert_array_equal(found.vectors, VECTORS[[0, 2]].astype(np.float16))
    assert found.counts.tolist() == [5, 1]


def test_files_made_by_hand(tmp_path):
    np.save(tmp_path / "v.npy", VECTORS)
    (tmp_path / "v.vocabulary.json").write_text('{"words": ["a", "b", "c"]}')
    found = WordVectors.read(tmp_path / "v.npy")
    assert found.words.tolist() == ["a", "b", "c"]
    assert found.counts is None
    np.testing.assert_array_equal(found.vectors, VECTORS)


def test_old_subwords_do_not_stay(path):
    WordVectors(["a"], [[1.0]]).write(path)
    assert sorted(file.name for file in path.parent.iterdir()) == ["v.npy", "v.vocabulary.json"]
    assert WordVectors.read(path).subwords is None


def test_files_of_different_tables(path, table):
    """As an interruption between two renamings would leave them."""
    for other in ("v.npy", "v.subwords.npy"):
        table.write(path)
        array = np.load(path.parent / other)
        array[0, 0] += 1
        np.save(path.parent / other, array)
        with pytest.raises(ValueError, match=r"v\.npy and v\.vocabulary\.json are not of the same table"):
            WordVectors.read(path)


def test_words_more_than_once(path):
    change(path, words=["a", "b", "a"])
    with pytest.warns(UserWarning, match="holds words more than once"):
        found = WordVectors.read(path)
    assert found.counts.tolist() == [5, 3]
    with pytest.raises(ValueError, match=r"holds words more than once\. Read it without mmap=True"):
        WordVectors.read(path, mmap=True)


def test_blocks_make_no_difference(tmp_path, monkeypatch):
    monkeypatch.setattr(_arrays, "_BYTES_PER_BLOCK", 100)
    vectors = np.random.default_rng(0).normal(size=(50, 3))
    WordVectors([f"w{i}" for i in range(50)], vectors.astype(np.float32)).write(tmp_path / "v.npy")
    np.testing.assert_array_equal(WordVectors.read(tmp_path / "v.npy").vectors, vectors.astype(np.float32))


VOCABULARIES = {
    "no JSON": ("{", r"v\.vocabulary\.json is no JSON"),
    "no UTF-8": ("\udcff", r"v\.vocabulary\.json is no JSON"),
    "a list": ('["a", "b", "c"]', r"expected an object \{\"words\": \[\.\.\.\]\} with strings"),
    "no words": ("{}", "expected an object"),
    "numbers": ('{"words": [1, 2, 3]}', "expected an object"),
    "too few": ('{"words": ["a"]}', r"expected a word for each of the 3 rows of v\.npy, but has 1"),
    "counts": (
        '{"words": ["a", "b", "c"], "counts": [1, 2]}',
        "expected an integer as the count of each of the 3 words",
    ),
    "halves": ('{"words": ["a", "b", "c"], "counts": [1, 2, 0.5]}', "expected an integer as the count"),
    "subwords": ('{"words": ["a", "b", "c"], "subwords": {"min": 1}}', r'expected \{"minn": \.\.\., "maxn": \.\.\.\}'),
}


@pytest.mark.parametrize(("content", "message"), VOCABULARIES.values(), ids=VOCABULARIES)
def test_malformed_vocabulary(content, message, path):
    (path.parent / "v.vocabulary.json").write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(ValueError, match=message):
        WordVectors.read(path)


def test_missing_vocabulary(path):
    (path.parent / "v.vocabulary.json").unlink()
    with pytest.raises(FileNotFoundError, match=r"v\.npy holds no words, and there is no file v\.vocabulary\.json"):
        WordVectors.read(path)


def test_malformed_array(path):
    content = path.read_bytes()
    for size in (3, 9, 60, len(content) - 1):
        path.write_bytes(content[:size])
        with pytest.raises(ValueError, match=r"v\.npy is no whole file of a NumPy array of numbers"):
            WordVectors.read(path, "numpy")
    for array in (np.ones(3), np.ones((3, 2), int), np.array([["a"], ["b"], ["c"]])):
        np.save(path, array)
        with pytest.raises(ValueError, match="expected a row of floats for each word, but the array is of type"):
            WordVectors.read(path)
    np.save(path, np.array([[object()]]), allow_pickle=True)
    with pytest.raises(ValueError, match="is no whole file of a NumPy array of numbers"):
        WordVectors.read(path)
    np.save(path, np.array([[1, 2], [3, np.nan], [5, 6]]))
    change(path, checksum=None, subwords=None)
    with pytest.raises(
        ValueError, match=r"row 1: expected finite numbers of type float64, but number 2 of the word's 2 is"
    ):
        WordVectors.read(path)
