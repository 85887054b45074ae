"""One way from an encoder to a matrix: the same results and errors for everything that compares documents."""

import re
from itertools import combinations

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import scipy.sparse as sp
import sklearn.feature_extraction.text as sk
from sklearn.base import BaseEstimator, clone
from sklearn.frozen import FrozenEstimator
from sklearn.metrics.pairwise import cosine_similarity
from sklearn.pipeline import make_pipeline

from textvec import CosineIndex, CountVectorizer, StopWords, TfidfVectorizer, Tokenizer, WordVectors
from textvec.encoders.encode import documents_for, encode, matrix_of, unfitted
from textvec.evaluation import sentence_pairs
from textvec.similarity import find_duplicates, similarity_matrix

TEXTS = ["the red sea", "the blue sea", "red red tea", "green tea", "the sea"]
WORDS = [text.split() for text in TEXTS]


def letters(texts):
    """Count letters, as a function that takes a list of texts and nothing else."""
    assert isinstance(texts, list)
    return [[text.count(letter) for letter in "abdegrstu"] for text in texts]


class TransformsOnly:
    """Has what is needed to be cloned and to transform, but cannot be fitted."""

    def get_params(self, deep=True):
        return {}

    def transform(self, X):
        return [[float(len(x)), 1.0] for x in X]


class NoParameters(TransformsOnly):
    get_params = property()

    def fit(self, X, y=None):
        return self


class Fits(TransformsOnly, BaseEstimator):
    """Has fit and transform, but no fit_transform."""

    def fit(self, X, y=None):
        self.fitted_ = True
        return self

    def transform(self, X):
        assert self.fitted_
        return super().transform(X)


class FitTransforms(TransformsOnly, BaseEstimator):
    def fit_transform(self, X, y=None):
        return self.transform(X)


def index(encoder, documents):
    """Return the similarity of each document to each, 0 for what is no hit."""
    index = CosineIndex(encoder).fit(documents)
    scores = np.zeros((len(index), len(index)))
    for i, hits in enumerate(index.search(documents, len(index))):
        scores[i, [hit.id for hit in hits]] = [hit.score for hit in hits]
    return scores


def matrix(encoder, documents):
    return similarity_matrix(documents, encoder).scores


def duplicates(encoder, documents):
    found = find_duplicates(documents, 1e-9, encoder=encoder)
    scores = np.zeros((len(found.labels),) * 2)
    scores[found.first, found.second] = found.scores
    return scores + scores.T


def pairs(encoder, documents):
    """Return the similarities of all pairs; the encoder is fitted before, as sentence_pairs does not."""
    if hasattr(encoder, "fit") and not isinstance(encoder, type):
        encoder = clone(encoder).fit(documents, None)
    places = list(combinations(range(len(documents)), 2))
    result = sentence_pairs(encoder, [(documents[i], documents[j], n) for n, (i, j) in enumerate(places)])
    scores = np.zeros((len(documents),) * 2)
    scores[tuple(np.transpose(places))] = result.similarities
    return scores + scores.T


FITTING = [index, matrix, duplicates]
CALLERS = {index: "CosineIndex", matrix: "similarity_matrix", duplicates: "find_duplicates", pairs: "sentence_pairs"}

KNOWN = TfidfVectorizer().fit(TEXTS[:3])
ENCODERS = {
    "none": (None, TfidfVectorizer().fit_transform(TEXTS)),
    "transformer": (CountVectorizer(), CountVectorizer().fit_transform(TEXTS)),
    "foreign": (sk.TfidfVectorizer(), sk.TfidfVectorizer().fit_transform(TEXTS)),
    "pipeline": (
        make_pipeline(Tokenizer(), StopWords(["the"]), CountVectorizer()),
        CountVectorizer(stop_words=["the"]).fit_transform(TEXTS),
    ),
    "frozen": (FrozenEstimator(KNOWN), KNOWN.transform(TEXTS)),
    "method": (KNOWN.transform, KNOWN.transform(TEXTS)),
    "function": (letters, np.array(letters(TEXTS))),
    "data frame": (lambda texts: pd.DataFrame(letters(texts)), np.array(letters(TEXTS))),
    "column-wise": (lambda texts: sp.csc_matrix(letters(texts)), np.array(letters(TEXTS))),
    "coordinates": (lambda texts: sp.coo_array(letters(texts)), np.array(letters(TEXTS))),
    "lists of lists": (lambda texts: sp.lil_array(letters(texts)), np.array(letters(TEXTS))),
    "booleans": (lambda texts: np.array(letters(texts)) > 0, np.array(letters(TEXTS)) > 0),
    "half precision": (lambda texts: np.array(letters(texts), np.float16), np.array(letters(TEXTS))),
    "no fit_transform": (Fits(), np.array([[len(text), 1.0] for text in TEXTS])),
    "no fit": (FitTransforms(), np.array([[len(text), 1.0] for text in TEXTS])),
}
CONTAINERS = {
    "list": list,
    "tuple": tuple,
    "numpy": np.array,
    "pandas": pd.Series,
    "polars": pl.Series,
    "Arrow": pa.array,
    "Arrow chunks": lambda texts: pa.chunked_array([texts[:2], texts[2:]]),
    "Arrow dictionary": lambda texts: pa.array(texts).dictionary_encode(),
}


def assert_cosines(scores, vectors):
    expected = cosine_similarity(sp.csr_array(vectors, dtype=np.float64), dense_output=True)
    off = ~np.eye(len(expected), dtype=bool)
    np.testing.assert_allclose(scores[off], np.maximum(expected[off], 0), atol=1e-6)


@pytest.mark.parametrize("container", CONTAINERS)
@pytest.mark.parametrize("encoder", ENCODERS)
@pytest.mark.parametrize("caller", FITTING)
def test_every_encoder_takes_texts_however_they_come(caller, encoder, container):
    given, vectors = ENCODERS[encoder]
    assert_cosines(caller(given, CONTAINERS[container](TEXTS)), vectors)


@pytest.mark.parametrize("encoder", [name for name in ENCODERS if name not in ("none", "no fit")])
def test_pairs_of_sentences_are_encoded_alike(encoder):
    given, vectors = ENCODERS[encoder]
    assert_cosines(pairs(given, TEXTS), vectors)


@pytest.mark.parametrize("container", [list, Tokenizer(r"\w+").transform, pa.array], ids=["lists", "Tokens", "Arrow"])
@pytest.mark.parametrize("caller", FITTING)
def test_documents_of_words(caller, container):
    documents = container(TEXTS if isinstance(container, type(Tokenizer().transform)) else WORDS)
    assert_cosines(caller(None, documents), TfidfVectorizer().fit_transform(TEXTS))
    assert_cosines(caller(CountVectorizer(), documents), CountVectorizer().fit_transform(TEXTS))
    assert_cosines(caller(lambda lists: [[len(words), 1] for words in lists], documents), [[len(w), 1] for w in WORDS])


@pytest.mark.parametrize("kind", [np.array, list, sp.csr_matrix, sp.coo_array, pd.DataFrame])
@pytest.mark.parametrize("caller", FITTING)
def test_rows_of_a_matrix(caller, kind):
    rows = np.array(letters(TEXTS))
    assert_cosines(caller("precomputed", kind(rows.tolist() if kind is list else rows)), rows)


def raised(caller, encoder, documents):
    """Return the error of a call, without the caller's name."""
    with pytest.raises((ValueError, TypeError)) as error:
        caller(encoder, documents)
    return type(error.value), str(error.value).removeprefix(f"{CALLERS[caller]}: ")


NO_MATRIX = "the encoder must return a matrix of numbers with one row for each document, but it returned "
ERRORS = {
    "no encoder": ("tfidf", TypeError, "the encoder must be a transformer, a function that returns a matrix, or"),
    "a number": (7, TypeError, "the encoder must be a transformer, a function that returns a matrix, or"),
    "a class": (
        TfidfVectorizer,
        TypeError,
        "the encoder must be an instance, but it is the class TfidfVectorizer. Pass TfidfVectorizer().",
    ),
    "a row too few": (
        lambda texts: letters(texts)[1:],
        ValueError,
        "the encoder made {less} vectors of {n} {items}; it must make one of each.",
    ),
    "texts": (lambda texts: texts, ValueError, NO_MATRIX + r"list of shape ({n},) and type <U12."),
    "one axis": (lambda texts: np.ones(len(texts)), ValueError, NO_MATRIX + "ndarray of shape ({n},) and type float64"),
    "a number for all": (len, ValueError, NO_MATRIX + "int of shape () and type int64."),
    "rows of several lengths": (lambda texts: [[0] * len(t) for t in texts], ValueError, NO_MATRIX + "list of shape"),
    "objects": (lambda texts: [[None]] * len(texts), ValueError, NO_MATRIX + "list of shape ({n}, 1) and type object."),
    "complex numbers": (lambda texts: [[1j]] * len(texts), ValueError, NO_MATRIX + "list of shape ({n}, 1)"),
    "NaN": (lambda texts: np.full((len(texts), 2), np.nan), ValueError, "the encoder made vectors that hold NaN"),
    "infinity": (
        lambda texts: sp.csr_array(np.full((len(texts), 2), np.inf)),
        ValueError,
        "the encoder made vectors that hold NaN or infinity; similarities need finite numbers.",
    ),
    "texts for a matrix": (
        "precomputed",
        ValueError,
        'documents must be rows of a matrix of numbers where the encoder is \'precomputed\', but they came as list of '
        "shape ({n},) and type <U12.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", ERRORS)
@pytest.mark.parametrize("caller", CALLERS)
def test_the_same_errors(caller, kind):
    encoder, error, message = ERRORS[kind]
    # The sentences of all pairs of five texts are twenty.
    n, items = (20, "sentences") if caller is pairs else (5, "documents")
    message = message.format(n=n, less=n - 1, items=items)
    found = raised(caller, encoder, TEXTS)
    assert found[0] is error
    assert found[1].startswith(message)


@pytest.mark.parametrize("caller", CALLERS)
def test_errors_name_the_caller(caller):
    with pytest.raises(ValueError, match=f"^{CALLERS[caller]}: the encoder must return"):
        caller(lambda texts: texts, TEXTS)


@pytest.mark.parametrize("encoder", [TransformsOnly(), NoParameters()])
def test_what_cannot_be_fitted_is_refused_where_it_would_be_and_works_elsewhere(encoder):
    vectors = encoder.transform(TEXTS)
    for caller in FITTING:
        assert raised(caller, encoder, TEXTS) == (
            TypeError,
            "the encoder is cloned and fitted on the documents, for which it must have `get_params` and `fit`, but "
            f"{type(encoder).__name__} does not have both. To use it as it is, pass its method: encoder.transform.",
        )
        assert_cosines(caller(encoder.transform, TEXTS), vectors)
    assert_cosines(pairs(TransformsOnly(), TEXTS), vectors)


class Sentences:
    """Encodes as a sentence transformer does; its base class makes it callable, with tensors."""

    def encode(self, sentences, batch_size=32, show_progress_bar=None):
        return np.array(letters(sentences))

    def __repr__(self):
        return "Sentences(\n  (0): Transformer()\n)"


TorchModule = type("Module", (), {"__module__": "torch.nn.modules.module", "__call__": lambda self, tensors: None})


class Network(Sentences, TorchModule):
    pass


class FitTransformsOnly:
    def fit_transform(self, X, y=None):
        return np.array(letters(X))


@pytest.mark.parametrize("model", [Sentences(), Network()])
@pytest.mark.parametrize("caller", CALLERS)
def test_a_model_that_only_encodes_is_given_by_its_method(caller, model):
    error, message = raised(caller, model, TEXTS)
    assert error is TypeError
    assert "but it is Sentences(" in message
    assert "\n" not in message
    assert message.endswith("Pass its method, which is a function from texts to vectors: encoder.encode.")
    assert_cosines(caller(model.encode, TEXTS), letters(TEXTS))


def test_a_network_that_takes_texts_is_a_function():
    network = type("Network", (TorchModule,), {"__call__": lambda self, texts: np.array(letters(texts))})()
    assert_cosines(matrix(network, TEXTS), letters(TEXTS))


@pytest.mark.parametrize("caller", CALLERS)
def test_a_model_that_has_fit_transform_alone_makes_vectors_first(caller):
    error, message = raised(caller, FitTransformsOnly(), TEXTS)
    assert error is TypeError
    assert message.endswith(
        "give encoder.fit_transform(documents) for the documents, and 'precomputed' for the encoder."
    )
    if caller in FITTING:
        assert_cosines(caller("precomputed", FitTransformsOnly().fit_transform(TEXTS)), letters(TEXTS))


@pytest.mark.parametrize("cls", [Sentences, FitTransformsOnly])
def test_classes_of_models_are_no_models(cls):
    error, message = raised(duplicates, cls, TEXTS)
    assert error is TypeError
    assert message == f"the encoder must be an instance, but it is the class {cls.__name__}. Pass {cls.__name__}()."


def test_word_vectors_alone_are_no_encoder():
    wv = WordVectors(["tea", "coffee"], [[4, 1], [3, 1]])
    assert raised(duplicates, wv, TEXTS)[1].endswith(
        "EmbeddingVectorizer(vectors) makes vectors of documents from those of their words."
    )


@pytest.mark.parametrize(
    ("documents", "error", "message"),
    [
        ([1.0, 2.0], ValueError, r"list of shape \(2,\) and type float64"),
        ([[1.0, 2.0], [3.0]], ValueError, "documents must be rows of a matrix"),
        ([[1.0, np.nan]], ValueError, "the documents are vectors that hold NaN or infinity"),
        (sp.csr_array([[1.0, np.inf]]), ValueError, "the documents are vectors that hold NaN or infinity"),
        (Tokenizer().transform(TEXTS), ValueError, r"Tokens of shape \(5,\) and type object"),
        (pa.array(TEXTS), ValueError, "documents must be rows of a matrix"),
    ],
    ids=range(6),
)
def test_documents_that_are_no_matrix(documents, error, message):
    found = {raised(caller, "precomputed", documents) for caller in FITTING}
    ((kind, text),) = found
    assert kind is error
    assert re.search(message, text)


def test_one_string_is_refused_but_cut_into_sentences_for_a_matrix():
    for caller in (index, duplicates):
        assert "Put a single document in a list" in raised(caller, None, "red sea")[1]
    for caller in FITTING:
        assert raised(caller, "precomputed", "red sea")[1].startswith("documents must be rows of a matrix of numbers")
    assert similarity_matrix("Red sea. Blue sea.").texts == ["Red sea.", "Blue sea."]


def test_passages_and_queries_are_called_so():
    from textvec import Chunker

    def three(texts):
        return np.ones((3, 2))

    with pytest.raises(ValueError, match="made 3 vectors of 2 passages"):
        CosineIndex(three, chunker=Chunker(size=1)).fit(["Red. Blue."])
    with pytest.raises(ValueError, match="made 3 vectors of 1 queries"):
        CosineIndex(three).fit(["a", "b", "c"]).search(["a"])


def test_the_given_encoder_stays_as_it_was():
    mine = TfidfVectorizer()
    assert unfitted(mine, "here") is not mine
    assert unfitted(letters, "here") is letters
    assert unfitted("precomputed", "here") == "precomputed"
    assert isinstance(unfitted(None, "here"), TfidfVectorizer)
    for caller in FITTING:
        caller(mine, TEXTS)
    assert not hasattr(mine, "vocabulary_")


def test_the_matrix_is_checked_and_not_copied():
    rows = np.eye(3)
    assert documents_for("precomputed", rows, "here") is rows
    assert matrix_of("precomputed", rows, fit=True, caller="here") is rows
    sparse = sp.csr_array(rows)
    assert matrix_of(lambda texts: sparse, list("abc"), fit=False, caller="here") is sparse
    assert encode("precomputed", rows, fit=False, caller="here").dtype == np.float32


def test_texts_that_are_shown_beside_scores():
    assert similarity_matrix(Tokenizer().transform(TEXTS)).texts == TEXTS
    assert similarity_matrix(WORDS).texts == similarity_matrix(pa.array(TEXTS)).texts == TEXTS
    vectors = similarity_matrix(np.eye(2), "precomputed")
    assert vectors.texts == ["row 0", "row 1"]
    assert vectors.to_pandas().loc["row 0", "row 1"] == 0
