import pickle

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer as Peer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.utils import indexable, resample, shuffle

from support import strategies
from support.compare import assert_same_matrix
from textvec import CountVectorizer, TfidfVectorizer, Tokens
from textvec.text.tokens import as_tokens, is_tokenized

LISTS = [["good", "food"], [], ["good", "good", "pizza"], ["<b>&"], []]


@pytest.fixture
def tokens():
    return Tokens.from_lists(LISTS)


@given(strategies.token_lists)
def test_lists_come_back(lists):
    tokens = Tokens.from_lists(lists)
    assert tokens.to_lists() == list(tokens) == [tokens[i] for i in range(len(tokens))] == lists
    assert len(tokens) == len(lists)
    assert tokens.shape == (len(lists),)
    assert tokens.n_tokens == sum(map(len, lists))
    assert tokens.lengths.tolist() == list(map(len, lists))
    assert len(set(tokens.vocabulary)) == len(tokens.vocabulary)
    assert tokens.vocabulary.dtype == object
    assert (tokens.codes.dtype, tokens.offsets.dtype) == (np.int32, np.int64)
    assert Tokens(tokens.vocabulary, tokens.codes, tokens.offsets) == tokens


@given(strategies.plain_token_lists, st.data())
@settings(deadline=None, max_examples=200)
def test_rows_are_taken_as_numpy_takes_them(lists, data):
    tokens, n = Tokens.from_lists(lists), len(lists)
    bound = st.one_of(st.none(), st.integers(-n - 2, n + 2))
    rows = st.lists(st.integers(-n, n - 1), max_size=2 * n) if n else st.just([])
    masks = st.lists(st.booleans(), min_size=n, max_size=n)
    key = data.draw(
        st.one_of(
            st.builds(slice, bound, bound, st.sampled_from([None, 1, 2, -1, -3])),
            rows,
            rows.map(lambda r: np.array(r, dtype=np.int64)),
            masks.map(lambda m: np.array(m, dtype=bool)),
            masks,
            st.just(Ellipsis),
        )
    )
    expected = np.arange(n)[np.array(key, dtype=np.intp) if isinstance(key, list) and not key else key].tolist()
    for taken in (tokens[key], tokens[key, ...]):
        assert isinstance(taken, Tokens)
        assert taken.to_lists() == [lists[i] for i in expected]
        assert taken.offsets[0] == 0
        assert taken == Tokens(taken.vocabulary, taken.codes, taken.offsets)


def test_one_document_is_a_list(tokens):
    assert tokens[0] == tokens[-5] == tokens[np.int64(0)] == tokens[0, ...] == ["good", "food"]
    assert tokens[-1] == []


@pytest.mark.parametrize(
    "key", [5, -6, [5], np.array([True]), [[0, 1]], "a", 1.5, None, (0, 1), np.zeros((1, 5), bool)]
)
def test_keys_that_do_not_fit(key, tokens):
    with pytest.raises((IndexError, TypeError)):
        tokens[key]


def test_slices_share_the_vocabulary_and_the_steps(tokens):
    tokens = tokens.map_words(lambda words: words, step="upper")
    for part in (tokens[1:3], tokens[[0, 1]], tokens[...]):
        assert part.vocabulary is tokens.vocabulary
        assert part.steps == ("upper",)
    assert np.shares_memory(tokens[2:].codes, tokens.codes)


@given(strategies.token_lists)
def test_pickle(lists):
    tokens = Tokens.from_lists(lists)
    again = pickle.loads(pickle.dumps(tokens[1:]))
    assert again == tokens[1:]
    assert again.steps == ()


@given(strategies.token_lists)
@settings(deadline=None)
def test_to_arrow_and_back(lists):
    tokens = Tokens.from_lists(lists)
    array = tokens.to_arrow()
    array.validate(full=True)
    assert array.to_pylist() == lists
    assert Tokens.from_arrow(array) == tokens
    assert Tokens.from_arrow(array[1:]) == tokens[1:]
    assert Tokens.from_arrow(pa.chunked_array([array, array])).to_lists() == lists + lists
    assert Tokens.from_arrow(pa.array(lists, pa.list_(pa.string()))) == tokens
    assert Tokens.from_arrow(pa.array(lists, pa.large_list(pa.large_string()))[1:]) == tokens[1:]


def test_to_arrow_copies_no_codes(tokens):
    array = tokens[2:].to_arrow()
    assert array.values.indices.buffers()[1].address == tokens[2:].codes.ctypes.data


def test_an_arrow_dictionary_may_repeat_words_and_hold_more():
    words = pa.DictionaryArray.from_arrays(pa.array([0, 2, 1, 3]), pa.array(["a", "b", "a", "c", "unused"]))
    tokens = Tokens.from_arrow(pa.ListArray.from_arrays([0, 2, 2, 4], words))
    assert tokens.to_lists() == [["a", "a"], [], ["b", "c"]]


@pytest.mark.parametrize("polars", [False, True])
def test_columns_of_lists(polars):
    column = pl.Series(LISTS) if polars else pd.Series(LISTS)
    expected = Peer(analyzer=list).fit_transform(LISTS)
    assert_same_matrix(CountVectorizer().fit_transform(column), expected)


@pytest.mark.parametrize(
    ("array", "error", "message"),
    [
        (pa.array(["a"]), TypeError, "lists of strings was expected, not of string"),
        (pa.array([["a"], None]), ValueError, "1 documents and 0 tokens .* missing"),
        (pa.array([["a", None]]), ValueError, "0 documents and 1 tokens .* missing"),
        (pa.array([[1]]), TypeError, "not of list<item: int64>"),
        (pa.array([[["a"]]]), TypeError, "not of list<item: list<item: string>>"),
        (pa.array([[b"a"]]), TypeError, "not of list<item: binary>"),
    ],
    ids=str,
)
def test_arrow_arrays_that_hold_no_tokens(array, error, message):
    with pytest.raises(error, match=message):
        Tokens.from_arrow(array)


def test_equality_is_that_of_the_words(tokens):
    other = Tokens(["pizza", "unused", "<b>&", "food", "good"], [4, 3, 4, 4, 0, 2], [0, 2, 2, 5, 6, 6])
    assert tokens == other
    assert (tokens != other) is False
    assert tokens != Tokens(tokens.vocabulary, tokens.codes, [0, 1, 2, 5, 6, 6])
    assert tokens != tokens[:-1]
    assert tokens != LISTS
    assert Tokens.from_lists([]) == Tokens([], [], [0])
    with pytest.raises(TypeError, match="unhashable"):
        hash(tokens)


def test_it_is_never_a_tuple_nor_a_list(tokens):
    """A tuple is a set of parameters to some of scikit-learn, a list is read item by item."""
    assert not isinstance(tokens, tuple | list | str)
    assert not isinstance(tokens, np.ndarray)


def test_repr(tokens):
    assert repr(tokens).splitlines() == [
        "Tokens(5 documents, 6 tokens, 4 words)",
        "  0: good food",
        "  1:",
        "  2: good good pizza",
        "  3: <b>&",
        "  4:",
    ]
    many = repr(Tokens.from_lists([["a"] * 100] * 6)).splitlines()
    assert many[1] == "  0: " + "a " * 12 + "..."
    assert many[-1] == "  ..."
    assert repr(Tokens.from_lists([])) == "Tokens(0 documents, 0 tokens, 0 words)"


def test_html_is_escaped(tokens):
    assert "&lt;b&gt;&amp;" in tokens._repr_html_()
    assert "<b>" not in tokens._repr_html_()
    assert "and 1 more document<" in Tokens.from_lists([["a"]] * 6)._repr_html_()


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((["a", "a"], [0], [0, 1]), ValueError, "more than once"),
        ((["a", 1], [0], [0, 1]), TypeError, "must be strings, but the vocabulary holds 1 "),
        ((["a"], [1], [0, 1]), ValueError, "codes must lie between 0 and 0"),
        ((["a"], [-1], [0, 1]), ValueError, "codes must lie"),
        (([], [0], [0, 1]), ValueError, "codes must lie"),
        ((["a"], [0], [1, 1]), ValueError, "begin with 0"),
        ((["a"], [0], [0, 2]), ValueError, "end with the number of codes, 1"),
        ((["a"], [0], []), ValueError, "offsets must begin"),
        ((["a"], [0, 0], [0, 2, 1, 2]), ValueError, "must not decrease"),
        ((["a"], [[0]], [0, 1]), ValueError, "one-dimensional"),
        ((["a"], [0], [[0, 1]]), ValueError, "one-dimensional"),
        ((["a"], ["x"], [0, 1]), ValueError, "invalid literal"),
    ],
    ids=str,
)
def test_parts_that_do_not_fit(arguments, error, message):
    with pytest.raises(error, match=message):
        Tokens(*arguments)


@pytest.mark.parametrize(
    ("lists", "error", "message"),
    [
        (["good", "food"], TypeError, "document 0 is 'good'"),
        ([["a"], "food"], TypeError, "document 1 is 'food'"),
        ([["a"], b"food"], TypeError, "document 1 is b'food'"),
        ([["a"], None], TypeError, "document 1 is None"),
        ([["a", 1]], TypeError, "1 is of type int"),
        ([["a", None]], TypeError, "None is of type NoneType"),
        ([["a\ud800"]], ValueError, "lone surrogate"),
    ],
    ids=str,
)
def test_lists_that_hold_no_tokens(lists, error, message):
    with pytest.raises(error, match=message):
        Tokens.from_lists(lists)


@given(strategies.plain_token_lists)
def test_words_are_mapped_once_each(lists):
    tokens, seen = Tokens.from_lists(lists), []

    def shorten(words):
        seen.extend(words)
        return [None if word == "b" else word[0] for word in words]

    mapped = tokens.map_words(shorten, step="shorten")
    assert mapped.to_lists() == [[word[0] for word in document if word != "b"] for document in lists]
    assert len(seen) == len(set(seen)) == len(tokens.vocabulary)
    assert mapped.steps == ("shorten",)
    assert tokens.to_lists() == lists
    assert len(set(mapped.vocabulary)) == len(mapped.vocabulary)


def test_a_word_step_that_loses_words(tokens):
    with pytest.raises(ValueError, match="4 words went into the word step, but 1 came out"):
        tokens.map_words(lambda words: ["a"])


def test_scikit_learn_s_own_vectorizer_takes_tokens(messages, labels):
    lists = [Peer().build_analyzer()(message) for message in messages]
    tokens = Tokens.from_lists(lists)
    assert (Peer(analyzer=list).fit_transform(tokens) != Peer().fit_transform(messages)).nnz == 0
    assert np.asarray(tokens, dtype=object).tolist() == lists
    assert np.asarray(tokens).shape == (len(lists),)


def test_scikit_learn_splits_tokens(messages, labels):
    tokens = Tokens.from_lists([message.split() for message in messages])
    a, b, y_a, y_b = train_test_split(tokens, labels, random_state=0)
    assert isinstance(a, Tokens)
    assert (len(a), len(b)) == (len(y_a), len(y_b))
    assert indexable(tokens, labels)[0] is tokens
    for taken in (shuffle(tokens, random_state=0), resample(tokens, n_samples=9, random_state=0)):
        assert isinstance(taken, Tokens)
    model = make_pipeline(TfidfVectorizer(), LogisticRegression())
    scores = cross_val_score(model, tokens, labels, cv=3)
    texts = cross_val_score(
        make_pipeline(TfidfVectorizer(analyzer=str.split), LogisticRegression()), messages, labels, cv=3
    )
    np.testing.assert_allclose(scores, texts)


@pytest.mark.parametrize(
    ("documents", "tokenized"),
    [
        (Tokens.from_lists([]), True), ([["a"]], True), ([("a",)], True), ([np.array(["a"], object)], True),
        (pa.array([["a"]]), True), (pa.array(["a"]), False), (["a"], False), ([], False),
    ],
)  # fmt: skip
def test_is_tokenized(documents, tokenized):
    assert is_tokenized(documents) is tokenized
    if tokenized:
        assert isinstance(as_tokens(documents), Tokens)
