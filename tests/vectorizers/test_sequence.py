import pickle
from collections import Counter
from copy import deepcopy

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.tree import DecisionTreeClassifier

from support import strategies
from support.compare import threads
from textvec import SequenceEncoder, StopWords, Tokenizer, Tokens

DOCUMENTS = ["The food is good", "Good pizza", "", "Good pizza is good food indeed"]
ANALYSIS = ("lowercase", "strip_accents", "stop_words", "token_pattern")
PARAMS = [
    {}, {"max_length": 1}, {"max_length": 3}, {"max_length": 700}, {"lowercase": False}, {"strip_accents": "unicode"},
    {"stop_words": "english"}, {"token_pattern": r"\S+"}, {"token_pattern": r"\w+|\W"}, {"min_df": 2}, {"min_df": 0.3},
    {"min_df": 0.0}, {"max_features": 5}, {"max_features": 5, "min_df": 2}, {"vocabulary": ["not", "the", "good"]},
]  # fmt: skip
ENDS = [(padding, truncating) for padding in ("pre", "post") for truncating in ("pre", "post")]


def pad_sequences(sequences, maxlen, padding, truncating):
    """As Keras' does, one document after another."""
    rows = []
    for sequence in sequences:
        kept = sequence[-maxlen:] if truncating == "pre" else sequence[:maxlen]
        zeros = [0] * (maxlen - len(kept))
        rows.append(zeros + kept if padding == "pre" else kept + zeros)
    return rows


def number_words(lists, min_df=1, max_features=None, vocabulary=None):
    """Number words in the plainest way."""
    if vocabulary is not None:
        return {word: number for number, word in enumerate(vocabulary, 2)}
    totals = Counter(word for words in lists for word in words)
    frequencies = Counter(word for words in lists for word in set(words))
    low = min_df if isinstance(min_df, int) else min_df * len(lists)
    kept = sorted((w for w in totals if frequencies[w] >= low), key=lambda w: (-totals[w], w))
    return {word: number for number, word in enumerate(kept[:max_features], 2)}


def check(params, train, test, cut):
    """Compare an encoder with the plain way in everything that it answers; cut makes words of a document."""
    params = {"padding": "pre", "truncating": "pre", "max_length": None, **params}
    lists = [cut(document) for document in train]
    number_of = number_words(lists, **{k: params[k] for k in ("min_df", "max_features", "vocabulary") if k in params})
    length = params["max_length"] or max(map(len, lists), default=0)
    encoder = SequenceEncoder(**params)
    if not number_of or not length:
        with pytest.raises(ValueError, match=r"empty vocabulary|no words remain|no word in the documents"):
            encoder.fit(train)
        return
    X = encoder.fit_transform(train)
    Y = encoder.transform(test)
    for made, texts in ((X, train), (Y, test), (clone(encoder).fit(train).transform(train), train)):
        numbers = [[number_of.get(word, 1) for word in cut(text)] for text in texts]
        expected = pad_sequences(numbers, length, params["padding"], params["truncating"])
        assert made.dtype == np.int32
        assert made.shape == (len(texts), length)
        assert made.tolist() == expected
    assert encoder.max_length_ == length
    assert list(encoder.vocabulary_.items()) == list(number_of.items())
    name_of = {number: word for word, number in number_of.items()} | {1: "[UNK]"}
    assert encoder.inverse_transform(Y) == [[name_of[n] for n in row if n] for row in Y.tolist()]


def cutter(params):
    return CountVectorizer(**{name: params[name] for name in ANALYSIS if name in params}).build_analyzer()


@pytest.mark.parametrize(("padding", "truncating"), ENDS)
@pytest.mark.parametrize("corpus", ["messages", "hostile"])
@pytest.mark.parametrize("params", PARAMS, ids=str)
def test_same_as_the_plain_way(params, corpus, padding, truncating, request):
    texts = request.getfixturevalue(corpus)
    params = {**params, "padding": padding, "truncating": truncating}
    check(params, texts[:40], texts[20:], cutter(params))


@pytest.mark.parametrize("params", [{}, {"max_length": 100, "max_features": 2000, "truncating": "post"}], ids=str)
def test_same_on_real_text(params, imdb):
    check(params, imdb[:700], imdb[600:1200], cutter(params))


@pytest.mark.parametrize(("padding", "truncating"), ENDS)
def test_same_with_two_threads(padding, truncating, messages, hostile, small_work):
    params = {"max_length": 6, "padding": padding, "truncating": truncating, "token_pattern": r"\w+"}
    check(params, [*messages, *hostile, ""], ["", *hostile], cutter(params))


SHAPES = st.fixed_dictionaries(
    {},
    optional={
        "max_length": st.one_of(st.none(), st.integers(1, 12)),
        "padding": st.sampled_from(["pre", "post"]),
        "truncating": st.sampled_from(["pre", "post"]),
        "min_df": st.sampled_from([1, 2, 0.4]),
        "max_features": st.one_of(st.none(), st.integers(1, 8)),
    },
)
TEXT_PARAMS = st.fixed_dictionaries(
    {},
    optional={
        "lowercase": st.booleans(),
        "strip_accents": st.sampled_from([None, "unicode", "ascii"]),
        "stop_words": st.sampled_from([None, ["the", "not", "good"]]),
        "token_pattern": st.sampled_from([r"\w+", r"\S+", r"(?u)\b\w\w+\b", r"\w+|\W"]),
    },
)


@given(strategies.documents, strategies.documents, SHAPES, TEXT_PARAMS)
@settings(deadline=None)
def test_same_for_any_text_and_parameters(train, test, shape, params):
    check({**shape, **params}, train, test, cutter(params))


@given(strategies.token_lists, strategies.token_lists, SHAPES)
@settings(deadline=None)
def test_same_for_any_tokens(train, test, shape):
    check(shape, Tokens.from_lists(train), Tokens.from_lists(test), list)


@given(strategies.plain_token_lists.filter(any), strategies.plain_token_lists, SHAPES)
@settings(deadline=None)
def test_words_of_sequences_make_the_same_sequences(train, test, shape):
    encoder = SequenceEncoder(**{**shape, "min_df": 1}).fit(Tokens.from_lists(train))
    X = encoder.transform(Tokens.from_lists(test))
    np.testing.assert_array_equal(encoder.transform(Tokens.from_lists(encoder.inverse_transform(X))), X)


COLUMNS = {
    "tuple": tuple,
    "generator": lambda texts: (text for text in texts),
    "NumPy objects": lambda texts: np.array(texts, dtype=object),
    "NumPy strings": np.array,
    "pandas": pd.Series,
    "pandas table": lambda texts: pd.DataFrame({"text": texts}),
    "polars": pl.Series,
    "polars table": lambda texts: pl.DataFrame({"text": texts}),
    "Arrow": pa.array,
    "Arrow dictionary": lambda texts: pa.array(texts).dictionary_encode(),
    "Arrow chunks": lambda texts: pa.chunked_array([texts[:2], texts[2:]]),
    "Tokens": lambda texts: Tokenizer().transform(texts),
    "Arrow tokens": lambda texts: Tokenizer().transform(texts).to_arrow(),
    "lists": lambda texts: Tokenizer().transform(texts).to_lists(),
    "generator of lists": lambda texts: (words for words in Tokenizer().transform(texts)),
    "empty list first": lambda texts: [[], *Tokenizer().transform(texts).to_lists()],
}


@pytest.mark.parametrize("kind", COLUMNS)
def test_kinds_of_documents(kind):
    pattern = Tokenizer()
    expected = SequenceEncoder().fit_transform(pattern.transform(DOCUMENTS))
    made = COLUMNS[kind](DOCUMENTS)
    encoder = SequenceEncoder(token_pattern=r"\w+|[^\w\s]", lowercase=True)
    X = encoder.fit_transform(made)
    np.testing.assert_array_equal(X[1:] if kind == "empty list first" else X, expected)
    if "generator" not in kind:
        np.testing.assert_array_equal(encoder.fit(made).transform(made), X)


def test_words_that_no_document_holds_have_no_number():
    """A part of some Tokens still has the words of the whole."""
    tokens = Tokens.from_lists([["z", "a"], ["b"], ["b", "c"]])
    for min_df in (0.0, 0.1, 1):
        assert SequenceEncoder(min_df=min_df).fit(tokens[1:]).vocabulary_ == {"b": 2, "c": 3}
    with pytest.raises(ValueError, match="empty vocabulary"):
        SequenceEncoder(min_df=0.0).fit(tokens[:0])
    assert SequenceEncoder().fit(tokens[1:]).transform(tokens).tolist() == [[1, 1], [0, 2], [2, 3]]


def test_rows_out_are_rows_in(messages):
    encoder = SequenceEncoder(max_length=5).fit(messages)
    rows = encoder.transform(messages)
    order = np.random.default_rng(0).permutation(len(messages))
    np.testing.assert_array_equal(encoder.transform([messages[i] for i in order]), rows[order])
    for documents in ([], [""], ["", "\0", " "], [[]], [[], []], Tokens.from_lists([]), pa.array([], pa.string())):
        X = encoder.transform(documents)
        assert X.shape == (len(documents), 5)
        assert X.dtype == np.int32
        assert not X.any()
        assert encoder.inverse_transform(X) == [[]] * len(documents)
        assert encoder.one_hot(X).shape == (len(documents) * 5, 2 + len(encoder.vocabulary_))


@pytest.mark.parametrize(
    "vocabulary",
    [["not", "a"], ("not", "a"), np.array(["not", "a"]), pd.Series(["not", "a"]), {"a": 3, "not": 2}, {"a": 0}.keys()],
    ids=repr,
)
def test_vocabulary_that_is_given(vocabulary):
    encoder = SequenceEncoder(3, vocabulary=vocabulary, min_df=5, max_features=1, token_pattern=r"\w+")
    assert encoder.fit([]).vocabulary_ == ({"a": 2} if len(vocabulary) == 1 else {"not": 2, "a": 3})
    assert encoder.transform(["not b"]).tolist() == [[0, 1 if len(vocabulary) == 1 else 2, 1]]
    assert encoder.transform(["A"]).tolist() == [[0, 0, encoder.vocabulary_["a"]]]


def test_vocabulary_of_another_encoder(messages):
    first = SequenceEncoder(9).fit(messages)
    second = SequenceEncoder(9, vocabulary=first.vocabulary_)
    np.testing.assert_array_equal(second.fit_transform(messages), first.transform(messages))
    assert SequenceEncoder(vocabulary={"b", "a", "c"}, max_length=1).fit([]).vocabulary_ == {"a": 2, "b": 3, "c": 4}


def test_vocabulary_with_upper_case():
    with pytest.warns(UserWarning, match="upper-case characters, but lowercase=True") as caught:
        SequenceEncoder(vocabulary=["Good"]).fit(DOCUMENTS)
    assert caught[0].filename == __file__
    encoder = SequenceEncoder(vocabulary=["Good"], lowercase=False)
    assert encoder.fit_transform(DOCUMENTS[:2]).tolist() == [[1, 1, 1, 1], [0, 0, 2, 1]]
    for documents in (Tokens.from_lists([["Good"]]), [["Good"]], (words for words in [["Good"]])):  # taken as they are
        assert SequenceEncoder(vocabulary=["Good"]).fit_transform(documents).tolist() == [[2]]


@pytest.mark.parametrize("dtype", [np.int32, np.int64, np.uint8, np.float32, np.float64])
def test_sequences_of_any_type_and_length(dtype):
    encoder = SequenceEncoder().fit(DOCUMENTS)
    X = np.array([[0, 2, 0, 1, 3, 0, 0, 0, 7], [0] * 9])
    words = [["good", "[UNK]", "food", "the"], []]
    for made in (X.astype(dtype), X.astype(dtype).tolist(), pd.DataFrame(X.astype(dtype)), np.asfortranarray(X, dtype)):
        assert encoder.inverse_transform(made) == words
        assert (encoder.one_hot(made).toarray() == np.eye(8)[X.ravel()]).all()


@given(strategies.plain_token_lists.filter(any), SHAPES)
@settings(deadline=None)
def test_one_hot_has_one_1_for_each_place(lists, shape):
    encoder = SequenceEncoder(**{**shape, "min_df": 1})
    X = encoder.fit_transform(Tokens.from_lists(lists))
    n = len(encoder.vocabulary_) + 2
    rows = encoder.one_hot(X)
    assert sp.issparse(rows)
    assert rows.dtype == np.uint8
    assert rows.format == "csr"
    dense = rows.toarray().reshape(*X.shape, -1)
    np.testing.assert_array_equal(dense, np.eye(n, dtype=np.uint8)[X])
    embedding = np.random.default_rng(0).normal(size=(n, 3))
    np.testing.assert_allclose((rows @ embedding).reshape(*X.shape, 3), embedding[X])


def test_one_hot_of_much_stays_sparse():
    """Dense, these rows would fill 200 GB."""
    encoder = SequenceEncoder(10, vocabulary=[f"w{i}" for i in range(200_000)]).fit([])
    X = encoder.transform(["w7 w199999"] * 10_000 + [""] * 90_000)
    assert encoder.one_hot(X).shape == (1_000_000, 200_002)


def test_what_is_learnt_stays_and_what_is_not_changes_at_once():
    encoder = SequenceEncoder(3).fit(DOCUMENTS)
    assert encoder.transform(["good", "the food is good"]).tolist() == [[0, 0, 2], [3, 4, 2]]
    encoder.set_params(padding="post", truncating="post", max_length=9, max_features=1, min_df=9)
    assert encoder.transform(["good", "the food is good"]).tolist() == [[2, 0, 0], [7, 3, 4]]
    with pytest.raises(ValueError, match="'padding' parameter"):
        encoder.set_params(padding="left").transform(["good"])


@pytest.mark.parametrize(("library", "frame"), [("pandas", pd.DataFrame), ("polars", pl.DataFrame)])
def test_set_output(library, frame):
    encoder = SequenceEncoder(3).set_output(transform=library)
    expected = SequenceEncoder(3).fit_transform(DOCUMENTS)
    for made in (encoder.fit_transform(DOCUMENTS), encoder.transform(iter(DOCUMENTS))):
        assert isinstance(made, frame)
        assert list(made.columns) == encoder.get_feature_names_out().tolist() == [f"position_{i}" for i in range(3)]
        np.testing.assert_array_equal(made.to_numpy(), expected)
        assert encoder.inverse_transform(made)[1] == ["good", "pizza"]
    if library == "pandas":
        series = pd.Series(DOCUMENTS, index=[7, 5, 3, 1])
        assert encoder.transform(series).index.tolist() == [7, 5, 3, 1]
    assert encoder.get_feature_names_out().dtype == object


def test_one_column_of_a_table(messages):
    table = pd.DataFrame({"text": messages, "n": range(len(messages))})
    columns = ColumnTransformer([("words", SequenceEncoder(4), "text")], remainder="passthrough")
    X = columns.fit_transform(table)
    np.testing.assert_array_equal(X[:, :4], SequenceEncoder(4).fit_transform(messages))
    assert columns.get_feature_names_out().tolist()[:2] == ["words__position_0", "words__position_1"]


def test_vocabulary_is_made_when_asked_for_and_not_pickled(messages):
    encoder = SequenceEncoder(5).fit(messages)
    small = len(pickle.dumps(encoder))
    assert "number_of" not in vars(encoder._words)
    state = dict(vars(encoder))
    X = encoder.transform(messages)
    assert vars(encoder) == state
    assert encoder.vocabulary_ is encoder.vocabulary_
    assert len(pickle.dumps(encoder)) == small
    for again in (pickle.loads(pickle.dumps(encoder)), deepcopy(encoder)):
        np.testing.assert_array_equal(again.transform(messages), X)
        assert again.vocabulary_ == encoder.vocabulary_
        assert again.max_length_ == 5
    assert not hasattr(clone(encoder), "_words")


def test_fit_takes_y_and_changes_no_parameter(messages, labels):
    encoder = SequenceEncoder(vocabulary=["the", "not"], stop_words=["not"])
    params = deepcopy(encoder.get_params())
    assert encoder.fit(messages, labels) is encoder
    np.testing.assert_array_equal(encoder.transform(messages), clone(encoder).fit_transform(messages, labels))
    assert encoder.get_params() == params
    assert all(name.startswith("_") or name.endswith("_") for name in set(vars(encoder)) - set(params))


def test_fitting_again_forgets(messages, reviews):
    encoder = SequenceEncoder().fit(reviews).fit(messages)
    np.testing.assert_array_equal(encoder.transform(messages), SequenceEncoder().fit_transform(messages))
    assert encoder.vocabulary_ == SequenceEncoder().fit(messages).vocabulary_


def test_in_a_search_over_parameters(messages, labels):
    model = make_pipeline(
        Tokenizer(), StopWords(), SequenceEncoder(padding="post", truncating="post"), DecisionTreeClassifier()
    )
    grid = {"sequenceencoder__max_length": [None, 2, 8], "sequenceencoder__max_features": [None, 50]}
    search = GridSearchCV(model, grid, cv=3, error_score="raise").fit(messages, labels)
    assert search.best_params_.keys() == grid.keys()
    assert search.predict(messages).shape == (len(messages),)


def test_threads_do_not_change_rows(imdb):
    encoder = SequenceEncoder(50).fit(imdb)
    expected = encoder.transform(imdb)
    for n in (1, 3):
        with threads(n):
            np.testing.assert_array_equal(encoder.transform(imdb), expected)


def test_html(messages):
    assert "SequenceEncoder" in SequenceEncoder().fit(messages)._repr_html_()
