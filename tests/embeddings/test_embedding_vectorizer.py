"""EmbeddingVectorizer as a scikit-learn transformer; its numbers are in test_pooling.py."""

import pickle
from copy import deepcopy

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import BaseEstimator, clone
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline, make_union

from support import strategies
from support.compare import outcome
from textvec import EmbeddingVectorizer, TfidfVectorizer, Tokenizer, Tokens, Word2Vec, WordVectors

POOLINGS = ["mean", "tfidf", "sif", "usif", "max", "pmeans"]
DOCUMENTS = ["The food is good", "Good pizza", "Bad pizza, good food, indeed"]
every_pooling = pytest.mark.parametrize("pooling", POOLINGS)


def table(words, n_dimensions=4):
    words = sorted(set(words))
    return WordVectors(words, np.random.default_rng(0).normal(size=(len(words), n_dimensions)).astype(np.float32))


class Learner(BaseEstimator):
    """Stands for Word2Vec: it learns one vector for each word, and counts how often it has done so."""

    n_fits = 0

    def __init__(self, vector_size=4):
        self.vector_size = vector_size

    def fit(self, X, y=None):
        Learner.n_fits += 1
        self.vectors_ = table(X.vocabulary.tolist(), self.vector_size)
        return self


@pytest.fixture(scope="module")
def vectors(messages):
    return table(Tokenizer().transform([*messages, *DOCUMENTS]).vocabulary.tolist(), 9)


@pytest.fixture(scope="module")
def small():
    return table(["the", "food", "is", "good", "pizza", "bad", "indeed"])


COLUMNS = {
    "list": list,
    "tuple": tuple,
    "generator": iter,
    "NumPy objects": lambda texts: np.array(texts, dtype=object),
    "NumPy column": lambda texts: np.array(texts, dtype=object)[:, None],
    "pandas": pd.Series,
    "pandas table": lambda texts: pd.DataFrame({"text": texts}),
    "polars": pl.Series,
    "polars table": lambda texts: pl.DataFrame({"text": texts}),
    "Arrow": pa.array,
    "Arrow chunks": lambda texts: pa.chunked_array([texts[:1], [], texts[1:]], pa.string()),
    "Tokens": lambda texts: Tokenizer().transform(texts),
    "slice of Tokens": lambda texts: Tokenizer().transform(["other food", *texts, "more"])[1:-1],
    "lists": lambda texts: Tokenizer().transform(texts).to_lists(),
    "generator of lists": lambda texts: (words for words in Tokenizer().transform(texts)),
    "Arrow lists": lambda texts: Tokenizer().transform(texts).to_arrow(),
}


@pytest.mark.parametrize("kind", COLUMNS)
@every_pooling
def test_kinds_of_documents(pooling, kind, small):
    expected = EmbeddingVectorizer(small, pooling=pooling).fit(DOCUMENTS).transform(DOCUMENTS)
    vectorizer = EmbeddingVectorizer(small, pooling=pooling)
    np.testing.assert_array_equal(vectorizer.fit_transform(COLUMNS[kind](DOCUMENTS)), expected)
    np.testing.assert_array_equal(
        vectorizer.fit(COLUMNS[kind](DOCUMENTS)).transform(COLUMNS[kind](DOCUMENTS)), expected
    )
    assert expected.dtype == np.float32
    assert expected.flags.c_contiguous


@every_pooling
def test_rows_out_are_rows_in(pooling, vectors, messages, hostile):
    vectorizer = EmbeddingVectorizer(vectors, pooling=pooling).fit(messages)
    rows = vectorizer.transform(messages)
    order = np.random.default_rng(0).permutation(len(messages))
    np.testing.assert_array_equal(vectorizer.transform([messages[i] for i in order]), rows[order])
    for i in (0, 7):
        np.testing.assert_array_equal(vectorizer.transform(messages[i : i + 1]), rows[i : i + 1])
    with pytest.warns(UserWarning, match="hold no word"):
        mixed = vectorizer.transform([*hostile, *messages, ""])
    np.testing.assert_array_equal(mixed[len(hostile) : -1], rows)
    assert np.isfinite(mixed).all()
    for nothing in ([], iter([]), Tokens.from_lists([]), pa.array([], pa.string()), pd.Series([], dtype=object)):
        assert vectorizer.transform(nothing).shape == (0, rows.shape[1])


@given(strategies.documents, st.sampled_from(POOLINGS), st.booleans(), st.sampled_from(["skip", "zero"]))
@settings(deadline=None)
def test_any_text(vectors, documents, pooling, normalize, unknown):
    vectorizer = EmbeddingVectorizer(vectors, pooling=pooling, normalize=normalize, unknown=unknown).fit(DOCUMENTS)
    (rows, _), known = outcome(vectorizer.transform, documents), set(vectors.words)
    assert rows.shape[0] == len(documents)
    assert np.isfinite(rows).all()
    for row, words in zip(rows, Tokenizer().transform(documents), strict=True):
        assert row.any() <= bool(known & set(words))
        if normalize and row.any():
            assert np.linalg.norm(row) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("method", ["fit_transform", "transform"])
@every_pooling
def test_documents_without_known_words(pooling, method, small):
    documents = ["", "unheard words", "good food", "?", "good"]
    vectorizer = EmbeddingVectorizer(small, pooling=pooling, normalize=True).fit(documents)
    with pytest.warns(UserWarning, match="EmbeddingVectorizer: 3 of 5 documents hold no word that") as caught:
        rows = getattr(vectorizer, method)(documents)
    assert len(caught) == 1
    assert caught[0].filename == __file__
    assert not rows[[0, 1, 3]].any()
    assert rows[4].any() or pooling in ("sif", "usif")


def test_normalize(vectors, messages):
    for pooling in POOLINGS:
        rows = EmbeddingVectorizer(vectors, pooling=pooling).fit_transform(messages)
        unit = EmbeddingVectorizer(vectors, pooling=pooling, normalize=True).fit_transform(messages)
        np.testing.assert_allclose(unit, rows / np.linalg.norm(rows, axis=1, keepdims=True), rtol=1e-5, atol=1e-7)


def test_unknown_words(small):
    documents = [["good", "new"], ["newer", "good"]]
    skip = EmbeddingVectorizer(small).fit_transform(documents)
    np.testing.assert_array_equal(skip, small.vectors[small.rows(["good", "good"])])
    np.testing.assert_allclose(EmbeddingVectorizer(small, unknown="zero").fit_transform(documents), skip / 2)
    with pytest.raises(ValueError, match=r"2 of 3 distinct words .* vectors: 'new', 'newer'"):
        EmbeddingVectorizer(small, unknown="error").fit(documents)
    fitted = EmbeddingVectorizer(small, unknown="error").fit([["good"]])
    with pytest.raises(ValueError, match=r"7 of 7 distinct words .* vectors: '0', '1', '2', '3', '4' and 2 more"):
        fitted.transform([[str(i) for i in range(7)]])
    with pytest.raises(ValueError, match="have no subwords"):
        EmbeddingVectorizer(small, unknown="subword").fit(documents)


def test_words_of_a_slice_that_are_not_in_it(small):
    """A part of some Tokens has the vocabulary of the whole; words that it does not hold are not unknown words."""
    tokens = Tokens.from_lists([["new"], ["good", "food"], ["food"]])
    vectorizer = EmbeddingVectorizer(small, unknown="error", pooling="tfidf").fit(tokens[1:])
    assert vectorizer.word_weights_.keys() == {"good", "food"}
    np.testing.assert_array_equal(vectorizer.transform(tokens[2:]), vectorizer.transform([["food"]]))


def test_a_model_is_cloned_and_trained():
    model = Learner(3)
    before, vectorizer = Learner.n_fits, EmbeddingVectorizer(model)
    rows = vectorizer.fit_transform(DOCUMENTS)
    assert rows.shape == (3, 3)
    assert Learner.n_fits == before + 1
    assert vectorizer.vectors is model
    assert not hasattr(model, "vectors_")
    np.testing.assert_array_equal(vectorizer.transform(DOCUMENTS), rows)
    assert Learner.n_fits == before + 1
    wider = EmbeddingVectorizer(Learner()).set_params(vectors__vector_size=7)
    assert wider.fit_transform(DOCUMENTS).shape == (3, 7)


def test_a_model_that_is_fitted_is_used_as_it_is():
    model = Learner().fit(Tokens.from_lists([["good"]]))
    before, expected = Learner.n_fits, EmbeddingVectorizer(model.vectors_).fit_transform(DOCUMENTS)
    for source in (model, FrozenEstimator(model), clone(FrozenEstimator(model))):
        vectorizer = EmbeddingVectorizer(source)
        np.testing.assert_array_equal(vectorizer.fit_transform(DOCUMENTS), expected)
        assert vectorizer.vectors_ is model.vectors_
    assert Learner.n_fits == before


def test_word2vec():
    documents = ["good food", "good pizza", "bad food"] * 20
    model = Word2Vec(vector_size=6, min_count=1, random_state=0, threads=1)
    expected = EmbeddingVectorizer(model.fit(documents).vectors_).fit_transform(documents)
    np.testing.assert_array_equal(EmbeddingVectorizer(clone(model)).fit_transform(documents), expected)
    assert EmbeddingVectorizer().fit(documents).vectors_.vector_size == Word2Vec().vector_size


def test_a_path(tmp_path):
    path = tmp_path / "vectors.txt"
    path.write_text("2 2\ngood 1 0\nfood 0 1\n")
    for source in (path, str(path)):
        vectorizer = EmbeddingVectorizer(source)
        assert vectorizer.fit_transform([["good"], ["food", "good", "new"]]).tolist() == [[1, 0], [0.5, 0.5]]
        assert vectorizer.vectors is source
    with pytest.raises(FileNotFoundError):
        EmbeddingVectorizer(tmp_path / "none.txt").fit(DOCUMENTS)


def test_clone_does_not_copy_vectors(vectors):
    again = clone(EmbeddingVectorizer(vectors))
    assert np.shares_memory(again.vectors.vectors, vectors.vectors)


@every_pooling
def test_feature_names(pooling, vectors, messages):
    vectorizer = EmbeddingVectorizer(vectors, pooling=pooling)
    with pytest.raises(NotFittedError):
        vectorizer.get_feature_names_out()
    X = vectorizer.fit_transform(messages)
    parts = ["min", "mean", "power3", "max"] if pooling == "pmeans" else ["embedding"]
    names = vectorizer.get_feature_names_out()
    assert names.tolist() == [f"{part}_{i}" for part in parts for i in range(9)]
    assert names.dtype == object
    assert X.shape == (len(messages), len(names))


@pytest.mark.parametrize(("library", "frame"), [("pandas", pd.DataFrame), ("polars", pl.DataFrame)])
def test_set_output(library, frame, small):
    expected = EmbeddingVectorizer(small).fit_transform(DOCUMENTS)
    vectorizer = EmbeddingVectorizer(small).set_output(transform=library)
    for made in (vectorizer.fit_transform(DOCUMENTS), vectorizer.transform(iter(DOCUMENTS))):
        assert isinstance(made, frame)
        assert list(made.columns) == [f"embedding_{i}" for i in range(4)]
        np.testing.assert_array_equal(made.to_numpy(), expected)
    if library == "pandas":
        assert vectorizer.transform(pd.Series(DOCUMENTS, index=[7, 5, 3])).index.tolist() == [7, 5, 3]


@every_pooling
def test_pickle(pooling, small, tmp_path):
    vectorizer = EmbeddingVectorizer(small, pooling=pooling).fit(DOCUMENTS)
    joblib.dump(vectorizer, tmp_path / "v.joblib")
    for again in (
        pickle.loads(pickle.dumps(vectorizer)),
        deepcopy(vectorizer),
        joblib.load(tmp_path / "v.joblib", mmap_mode="r"),
    ):
        np.testing.assert_array_equal(again.transform(DOCUMENTS), vectorizer.transform(DOCUMENTS))
        assert again.word_weights_ == vectorizer.word_weights_
        assert again.word_weights_["unseen"] == vectorizer.word_weights_["unseen"]


def test_pipeline_and_search(vectors, messages, labels):
    model = make_pipeline(Tokenizer(), EmbeddingVectorizer(vectors), LogisticRegression(max_iter=1000))
    grid = {"embeddingvectorizer__pooling": POOLINGS}
    search = GridSearchCV(model, grid, cv=3, error_score="raise").fit(messages, labels)
    assert len(set(search.cv_results_["mean_test_score"])) > 1
    assert search.best_score_ > 0.7
    assert search.predict(messages[:5]).shape == (5,)


def test_a_search_trains_on_the_documents_of_each_fold(messages, labels):
    before = Learner.n_fits
    model = make_pipeline(EmbeddingVectorizer(Learner()), LogisticRegression())
    GridSearchCV(model, {"embeddingvectorizer__pooling": ["mean", "sif"]}, cv=2, refit=False).fit(messages, labels)
    assert Learner.n_fits == before + 4


def test_union_and_columns(vectors, messages):
    union = make_union(EmbeddingVectorizer(vectors), EmbeddingVectorizer(vectors, pooling="max"), TfidfVectorizer())
    X = union.fit_transform(messages)
    assert X.shape == (len(messages), len(union.get_feature_names_out()))
    frame = pd.DataFrame({"a": messages, "b": messages[::-1], "n": range(len(messages))})
    columns = ColumnTransformer(
        [("a", EmbeddingVectorizer(vectors), "a"), ("b", EmbeddingVectorizer(vectors), "b")], remainder="passthrough"
    )
    rows = columns.fit_transform(frame)
    np.testing.assert_array_equal(rows[:, :9], rows[::-1, 9:18])
    assert columns.get_feature_names_out()[9] == "b__embedding_0"


NAN = WordVectors(["good", "food"], np.array([[1, 2], [3, 4]], np.float32))
NAN.vectors[0, 1] = np.nan  # as it may stand in a file that is mapped into memory
BAD_FITS = {
    "pooling": ({"pooling": "median"}, DOCUMENTS, "'pooling' parameter of EmbeddingVectorizer must be a str among"),
    "unknown": ({"unknown": None}, DOCUMENTS, "'unknown' parameter of EmbeddingVectorizer"),
    "normalize": ({"normalize": "l2"}, DOCUMENTS, "'normalize' parameter of EmbeddingVectorizer"),
    "a": ({"a": 0}, DOCUMENTS, "'a' parameter of EmbeddingVectorizer"),
    "n_components": ({"n_components": -1}, DOCUMENTS, "'n_components' parameter of EmbeddingVectorizer"),
    "missing": ({"missing": "drop"}, DOCUMENTS, "'missing' parameter of EmbeddingVectorizer"),
    "vectors": ({"vectors": {"good": [1]}}, DOCUMENTS, "or None, but it is of type dict"),
    "learner of something else": ({"vectors": TfidfVectorizer()}, DOCUMENTS, "it is of type TfidfVectorizer"),
    "class of vectors": ({"vectors": Learner}, DOCUMENTS, "instance"),
    "NaN": ({"vectors": NAN}, DOCUMENTS, "vectors of 'good' hold NaN"),
    "one string": ({}, "good food", "Put a single document in a list"),
    "several columns": ({}, pd.DataFrame({"a": ["x"], "b": ["y"]}), "ColumnTransformer"),
    "missing document": ({}, ["good", None], "missing"),
    "number": ({}, ["good", 3], "document 1 is of type int"),
    "tokens and texts": ({}, [["good"], "food"], "document 1 is 'food'"),
    "nothing to learn from": ({"pooling": "sif"}, ["unheard words"], "not one of the words"),
    "no documents to learn from": ({"pooling": "usif"}, [], "not one of the words"),
    "unknown words": ({"unknown": "error"}, ["unheard words"], "2 of 2 distinct words"),
    "no subwords": ({"unknown": "subword"}, ["unheard words"], "no subwords"),
}


@pytest.mark.parametrize("method", ["fit", "fit_transform"])
@pytest.mark.parametrize(("params", "documents", "message"), BAD_FITS.values(), ids=BAD_FITS)
def test_a_failed_fit_changes_nothing(params, documents, message, method, small):
    fitted = EmbeddingVectorizer(small, pooling="usif").fit(DOCUMENTS)
    expected = fitted.transform(DOCUMENTS)
    fitted.set_params(**params)
    state = dict(vars(fitted))
    with pytest.raises((ValueError, TypeError), match=message):
        getattr(fitted, method)(documents)
    assert vars(fitted) == state
    np.testing.assert_array_equal(
        fitted.set_params(**EmbeddingVectorizer(small).get_params()).transform(DOCUMENTS), expected
    )
    new = EmbeddingVectorizer(**{"vectors": small, **params})
    with pytest.raises((ValueError, TypeError), match=message):
        getattr(new, method)(documents)
    with pytest.raises(NotFittedError):
        new.transform(DOCUMENTS)


def test_missing_documents(small):
    rows = EmbeddingVectorizer(small).fit_transform(["good", "food"])
    vectorizer = EmbeddingVectorizer(small, missing="empty")
    with pytest.warns(UserWarning, match="1 of 3 documents"):
        np.testing.assert_array_equal(vectorizer.fit_transform(["good", None, "food"])[[0, 2]], rows)


def test_the_pooling_is_that_of_fit(small):
    """Another would have other weights; what nothing was learnt for changes at once."""
    vectorizer = EmbeddingVectorizer(small, pooling="tfidf").fit(DOCUMENTS)
    expected = vectorizer.transform(DOCUMENTS)
    vectorizer.set_params(pooling="pmeans", n_components=3)
    np.testing.assert_array_equal(vectorizer.transform(DOCUMENTS), expected)
    assert len(vectorizer.get_feature_names_out()) == 4
    assert vectorizer.fit_transform(DOCUMENTS).shape == (3, 16)


def test_fit_changes_no_parameter_and_forgets(vectors, messages, labels):
    vectorizer = EmbeddingVectorizer(vectors, pooling="sif")
    params = vectorizer.get_params()
    assert vectorizer.fit(DOCUMENTS, labels) is vectorizer
    assert all(vectorizer.get_params()[name] is value for name, value in params.items())
    assert all(name.startswith("_") or name.endswith("_") for name in set(vars(vectorizer)) - set(params))
    np.testing.assert_array_equal(
        vectorizer.fit(messages).transform(messages), clone(vectorizer).fit_transform(messages, labels)
    )
    state = dict(vars(vectorizer))
    vectorizer.transform(DOCUMENTS)
    assert vars(vectorizer) == state


def test_threads_share_an_estimator(vectors, messages):
    fitted = EmbeddingVectorizer(vectors, pooling="usif").fit(messages)
    answers = joblib.Parallel(n_jobs=4, backend="threading")(
        joblib.delayed(fitted.transform)(messages) for _ in range(8)
    )
    for answer in answers:
        np.testing.assert_array_equal(answer, fitted.transform(messages))


def test_html(small):
    assert "EmbeddingVectorizer" in EmbeddingVectorizer(small).fit(DOCUMENTS)._repr_html_()
