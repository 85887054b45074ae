"""WordVectors: a table that reads like a dict of words, checks what it is given, and knows what to do about others."""

import io
import pickle

import joblib
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from gensim.test.utils import datapath
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone

from support import strategies
from textvec import Tokens, WordVectors
from textvec._common.counted import counted
from textvec.embeddings import Subwords, _checks, _unknown
from textvec.embeddings._unknown import close_spellings

WORDS = ["tea", "coffee", "moon"]
VECTORS = np.array([[4, 1], [3, 1], [-1, 4]], np.float32)
SUBWORDS = Subwords(np.array([[1, 0], [0, 1], [2, 2]], np.float32), minn=3, maxn=4)


@pytest.fixture
def wv():
    return WordVectors(WORDS, VECTORS)


@given(st.lists(strategies.tokens, unique=True, max_size=10), st.lists(strategies.tokens, max_size=10))
def test_any_words(words, asked):
    vectors = np.arange(len(words) * 3, dtype=np.float32).reshape(-1, 3)
    wv = WordVectors(words, vectors, unknown="zero")
    assert len(wv) == len(words)
    assert list(wv) == wv.words.tolist() == words
    assert [word in wv for word in asked] == [word in words for word in asked]
    rows = [words.index(word) if word in words else -1 for word in asked]
    assert wv.rows(asked).tolist() == rows
    assert wv.rows(asked).dtype == np.int64
    expected = [vectors[row] if row >= 0 else np.zeros(3) for row in rows]
    np.testing.assert_array_equal(wv[asked], np.array(expected).reshape(-1, 3))
    for word, vector in zip(asked, expected, strict=True):
        np.testing.assert_array_equal(wv[word], vector)
    wv.unknown = "skip"
    np.testing.assert_array_equal(wv[asked], vectors[[row for row in rows if row >= 0]])
    assert repr(wv).startswith(
        f"WordVectors({counted(len(words), 'word')}, 3 dimensions, float32, {len(words) * 12} bytes)"
    )
    assert wv._repr_html_().startswith("<table>")


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_vectors_are_kept_as_they_are(dtype):
    vectors = VECTORS.astype(dtype)
    wv = WordVectors(WORDS, vectors, unknown="subword", subwords=SUBWORDS)
    assert wv.vectors is vectors
    assert wv["tea"].dtype == wv["unheard"].dtype == wv[["tea", "unheard"]].dtype == dtype
    wv["tea"][:] = 0
    wv[["tea"]][:] = 0
    np.testing.assert_array_equal(vectors, VECTORS)


@pytest.mark.parametrize(
    "vectors", [VECTORS.tolist(), VECTORS.astype(int), VECTORS.astype(">f4"), pd.DataFrame(VECTORS)]
)
def test_other_numbers(vectors):
    wv = WordVectors(WORDS, vectors)
    assert wv.vectors.dtype in (np.float32, np.float64, np.dtype(">f4"))
    np.testing.assert_array_equal(wv[WORDS], VECTORS)


@pytest.mark.parametrize(
    "words",
    [
        tuple(WORDS),
        iter(WORDS),
        np.array(WORDS),
        np.array(WORDS, object),
        pd.Series(WORDS),
        dict.fromkeys(WORDS),
        list(np.array(WORDS)),
    ],
)
def test_words_come_in_any_iterable(words):
    wv = WordVectors(words, VECTORS)
    assert wv.words.tolist() == WORDS
    assert set(map(type, wv.words)) == {str}


@pytest.mark.parametrize(
    "asked", [("moon", "tea"), np.array(["moon", "tea"]), pd.Series(["moon", "tea"]), iter(["moon", "tea"])]
)
def test_lists_of_words_come_in_any_iterable(wv, asked):
    np.testing.assert_array_equal(wv[asked], VECTORS[[2, 0]])


def test_of_no_words():
    wv = WordVectors([], np.zeros((0, 3)))
    assert (len(wv), wv.vector_size, list(wv), "a" in wv) == (0, 3, [], False)
    assert wv.rows(["a"]).tolist() == [-1]
    assert wv[[]].shape == (0, 3)
    assert wv.select(["a"]).vectors.shape == (0, 3)
    assert wv.nearest([1, 2, 3]) == []


def test_what_is_no_word_is_in_no_table(wv):
    assert None not in wv
    assert 0 not in wv
    assert ["tea"] not in wv


def test_unknown_words(wv):
    asked = ["moon", "unheard", "tea", "of"]
    with pytest.raises(KeyError, match="'unheard'"):
        wv[asked]
    wv.unknown = "skip"
    np.testing.assert_array_equal(wv[asked], VECTORS[[2, 0]])
    assert wv[["of"]].shape == (0, 2)
    with pytest.raises(KeyError, match=r"'of'\. To go on without an error, set unknown to 'zero'\."):
        wv["of"]
    wv.unknown = "zero"
    np.testing.assert_array_equal(wv[asked], [[-1, 4], [0, 0], [4, 1], [0, 0]])
    np.testing.assert_array_equal(wv["of"], [0, 0])


def test_subwords():
    wv = WordVectors(WORDS, VECTORS, unknown="subword", subwords=SUBWORDS)
    expected = SUBWORDS.vectors_of(["unheard", "of"])
    assert expected.any()
    np.testing.assert_array_equal(wv[["unheard", "tea", "of"]], [expected[0], VECTORS[0], expected[1]])
    np.testing.assert_array_equal(wv["unheard"], expected[0])
    assert "unheard" not in wv
    wv.unknown = "error"
    with pytest.raises(KeyError, match="set unknown to 'skip' or 'zero' or 'subword'"):
        wv["unheard"]


def test_select():
    wv = WordVectors(WORDS, VECTORS, counts=[5, 4, 3], unknown="subword", subwords=SUBWORDS)
    few = wv.select(["moon", "tea", "moon", "unheard"])
    assert few.words.tolist() == ["tea", "moon"]
    np.testing.assert_array_equal(few.vectors, VECTORS[[0, 2]])
    assert few.counts.tolist() == [5, 3]
    assert (few.unknown, few.subwords) == ("subword", SUBWORDS)
    assert wv.select(Tokens.from_lists([["moon"]]).vocabulary).words.tolist() == ["moon"]
    assert wv.select(iter(["moon"])).words.tolist() == ["moon"]
    assert wv.select(Tokens.from_lists([["moon", "of"], ["tea"]])).words.tolist() == ["tea", "moon"]


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (("abc", np.ones((3, 1))), TypeError, "a list of words was expected, but a single one was given: 'abc'"),
        ((["a", None], np.ones((2, 1))), TypeError, "words must be strings, but None is a NoneType"),
        ((pd.Series(["a", np.nan]), np.ones((2, 1))), TypeError, "words must be strings, but nan is a float"),
        ((np.array([1, 2]), np.ones((2, 1))), TypeError, "words must be strings, but 1 is a int"),
        ((pa.array(["a"]), np.ones((1, 1))), TypeError, "words must be strings, but .* is a StringScalar"),
        ((["a", "b", "a", "a"], np.ones((4, 1))), ValueError, "2 of the 4 are repeated, such as 'a' of rows 0 and 3"),
        ((["a"], [["x"]]), TypeError, "vectors must be numbers, but they are of type <U1"),
        ((["a"], [[1j]]), TypeError, "vectors must be numbers, but they are of type complex128"),
        ((["a"], [[True]]), TypeError, "vectors must be numbers, but they are of type bool"),
        ((["a", "b"], np.ones((3, 2))), ValueError, r"for each of the 2 words, and .* have shape \(3, 2\)"),
        ((["a", "b"], np.ones(2)), ValueError, r"have shape \(2,\)"),
        ((["a"], np.ones((1, 1, 1))), ValueError, r"have shape \(1, 1, 1\)"),
        ((["a", "b"], np.ones((2, 0))), ValueError, r"at least one column, but have shape \(2, 0\)"),
        ((["a", "b", "c"], [[1, 1], [1, np.nan], [np.inf, 1]]), ValueError, "the vector of 'b', row 1, holds NaN"),
        ((["a", "b"], np.array([[1], [np.inf]], np.float16)), ValueError, "the vector of 'b', row 1, holds NaN or inf"),
    ],
)
def test_what_is_no_table(arguments, error, message):
    with pytest.raises(error, match=message):
        WordVectors(*arguments)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"counts": [1, 2]}, r"counts must be 3 whole numbers.*shape \(2,\)"),
        ({"counts": [1.0, 2.0, 3.0]}, "counts must be 3 whole numbers.*type float64"),
        ({"counts": [1, 2, -3]}, "none negative"),
        ({"unknown": "ignore"}, "must be one of 'error', 'skip', 'zero', 'subword', but it is 'ignore'"),
        ({"unknown": "subword"}, "needs vectors of character n-grams, and this table has none"),
        (
            {"subwords": Subwords(np.ones((3, 5)), minn=3, maxn=4)},
            "must have the 2 dimensions of those of words, but have 5",
        ),
    ],
)
def test_what_does_not_fit_a_table(wv, options, message):
    with pytest.raises(ValueError, match=message):
        WordVectors(WORDS, VECTORS, **options)
    if "unknown" in options:
        with pytest.raises(ValueError, match=message):
            wv.unknown = options["unknown"]
        assert wv.unknown == "error"


def test_a_vector_that_is_not_finite_is_found_in_any_block(monkeypatch):
    monkeypatch.setattr(_checks, "_NUMBERS_PER_BLOCK", 7)
    words = [f"w{i}" for i in range(50)]
    for row in (0, 3, 31, 49):
        vectors = np.ones((50, 2), np.float32)
        vectors[row, 1] = np.nan
        with pytest.raises(ValueError, match=f"the vector of 'w{row}', row {row}, holds"):
            WordVectors(words, vectors)


def test_a_list_of_words_is_no_string(wv):
    for call in (wv.rows, wv.select):
        with pytest.raises(TypeError, match="a list of words was expected, but a single one was given: 'tea'"):
            call("tea")
    with pytest.raises(TypeError, match="a word or a list of words was expected, but 3 was given"):
        wv[3]
    with pytest.raises(TypeError, match="a word or a list of words was expected, but b'tea' was given"):
        wv[b"tea"]


@pytest.mark.parametrize("unknown", ["error", "skip", "zero"])
@pytest.mark.parametrize("word", [3, None, b"tea", np.nan])
def test_words_of_a_list_are_strings(wv, word, unknown):
    wv.unknown = unknown
    for ask in (wv.__getitem__, wv.rows, wv.select, wv.odd_one_out):
        with pytest.raises(TypeError, match=f"WordVectors: words must be strings, but {word!r} was given"):
            ask(["tea", word])


def test_memory_maps_are_not_read(tmp_path):
    vectors = np.ones((3, 2), np.float32)
    vectors[1, 1] = np.nan
    np.save(tmp_path / "vectors.npy", vectors)
    mapped = np.load(tmp_path / "vectors.npy", mmap_mode="r")
    for view in (mapped, mapped[:], np.asarray(mapped), np.frombuffer(memoryview(mapped), np.float32).reshape(3, 2)):
        wv = WordVectors(WORDS, view)
        assert np.shares_memory(wv.vectors, mapped)
        assert repr(wv).startswith("WordVectors(3 words, 2 dimensions, float32, memory-mapped, 24 bytes)")
        assert type(wv["tea"]) is type(wv[["tea", "moon"]]) is np.ndarray


def test_pickles_hold_the_table_only(wv):
    wv = WordVectors(
        [f"word {i}" for i in range(5000)], np.random.default_rng(0).normal(size=(5000, 4)), counts=range(5000)[::-1]
    )
    size = len(pickle.dumps(wv))
    near = wv.most_similar("word 7")
    assert "row_of" in vars(wv)
    assert len(pickle.dumps(wv)) == size
    file = io.BytesIO()
    joblib.dump(wv, file)
    file.seek(0)
    for other in (pickle.loads(pickle.dumps(wv)), joblib.load(file)):
        assert other.words.tolist() == wv.words.tolist()
        assert other.most_similar("word 7") == near
        np.testing.assert_array_equal(other.counts, wv.counts)


def test_clones_are_the_table_itself(wv):
    assert clone(wv, safe=False) is wv


def test_reprs():
    vectors = np.zeros((400_000, 3), np.float16)
    wv = WordVectors(np.arange(400_000).astype(str), vectors)
    assert repr(wv) == "WordVectors(400,000 words, 3 dimensions, float16, 2.4 MB)\n  0 1 2 3 4 5 6 7 8 9 ..."
    page = WordVectors(["<a>", *"bcdefg"], np.arange(70).reshape(7, 10))._repr_html_()
    assert ">WordVectors: 7 words, 10 dimensions, float32, 280 bytes</caption>" in page
    assert ">&lt;a&gt;</th><td>0</td><td>1</td><td>2</td><td>3</td><td>4</td><td>…</td></tr>" in page
    assert "and 2 more words" in page
    assert ">e</th>" in page
    assert ">f</th>" not in page


@pytest.mark.parametrize(("n_bytes", "text"), [(8, "8 bytes"), (4000, "4.0 kB"), (160_000_000, "160.0 MB")])
def test_sizes(n_bytes, text):
    vectors = np.lib.stride_tricks.as_strided(np.zeros(1, np.float32), (2, n_bytes // 8), (0, 0))
    assert f"float32, {text})" in repr(WordVectors(["a", "b"], vectors))


def test_spellings_are_looked_for_when_the_message_is_read(monkeypatch):
    """Many programs catch an error for each unknown word of a text."""
    wv = WordVectors(["Moon", "moons", *map(str, range(200_000))], np.ones((200_002, 1), np.float16))
    with monkeypatch.context() as patch:
        patch.setattr(_unknown, "close_spellings", None)
        with pytest.raises(KeyError) as caught:
            wv["moon"]
    assert caught.value.args == ("moon",)
    assert "Spelt like it: 'Moon', 'moons'" in str(caught.value)
    copy = pickle.loads(pickle.dumps(caught.value))
    assert type(copy) is KeyError
    assert copy.args == (str(caught.value),)
    # Without the traceback, which a library such as Dask may have taught pickle to keep.
    assert len(pickle.dumps(caught.value.with_traceback(None))) < 1000


@given(st.lists(strategies.tokens, unique=True, max_size=10), strategies.tokens)
def test_close_spellings_of_any_word(words, word):
    found = close_spellings(word, np.array([*words, None], object)[:-1])
    assert len(found) <= 3
    assert set(found) <= set(words)


def test_nothing_is_spelt_like_it(wv):
    with pytest.raises(KeyError, match=r"is 'xylophone'\. To go on"):
        wv["xylophone"]


def test_doors_to_files_and_tests(tmp_path, wv):
    wv.write(tmp_path / "vectors.txt")
    again = WordVectors.read(tmp_path / "vectors.txt", limit=2, unknown="skip", dtype="float16")
    assert again.words.tolist() == ["tea", "coffee"]
    assert (again.unknown, again.vectors.dtype) == ("skip", np.float16)
    theirs = wv.to_gensim()
    assert theirs.most_similar("tea")[0][0] == "coffee"
    assert list(WordVectors.from_gensim(theirs)) == WORDS
    pairs = wv.evaluate_word_pairs(
        [("tea", "coffee", 9), ("tea", "moon", 1), ("coffee", "moon", 2), ("tea", "tea", 10)]
    )
    assert pairs.spearman == pytest.approx(1)
    answers = wv.evaluate_analogies(datapath("questions-words.txt"), dummy4unknown=True)
    assert answers.accuracy == 0


def test_doors_to_spacy(wv):
    spacy = pytest.importorskip("spacy")
    nlp = spacy.blank("en")
    wv.to_spacy(nlp)
    assert sorted(WordVectors.from_spacy(nlp)) == sorted(WORDS)
    np.testing.assert_array_equal(WordVectors.from_spacy(nlp)["moon"], wv["moon"])
