"""From texts and words to maps."""

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from sklearn.decomposition import TruncatedSVD
from sklearn.metrics.pairwise import cosine_similarity

from textvec import CountVectorizer, EmbeddingVectorizer, TfidfVectorizer, Tokenizer, Word2Vec, WordVectors, save
from textvec.datasets import load_messages
from textvec.plots import _projection, map_documents, map_words

TEXTS = load_messages().data[:80]
WV = WordVectors(["tea", "coffee", "cocoa", "moon", "sun"], [[4, 1, 0], [3, 1, 0], [4, 2, 0], [-1, 4, 0], [-1, 3, 2]])


def test_a_map_has_the_vectors_of_the_encoder_and_texts_in_their_order():
    made = map_documents(TEXTS, CountVectorizer(), labels=range(80))
    X = CountVectorizer().fit_transform(TEXTS)
    points = TruncatedSVD(2, algorithm="arpack", random_state=0).fit_transform(X.astype(float))
    np.testing.assert_allclose(np.column_stack([made.x, made.y]), points, atol=1e-8)
    assert made.texts == list(TEXTS)
    assert made.labels == list(range(80))
    assert made.clusters is None


def test_neighbours_are_those_by_cosine():
    """All others in the order of their cosines; those whose cosine is 0 are none."""
    cosines = cosine_similarity(TfidfVectorizer().fit_transform(TEXTS))
    np.fill_diagonal(cosines, -1)
    for row, found in enumerate(map_documents(TEXTS, n_neighbors=5).neighbors):
        expected = np.sort(cosines[row])[::-1][:5]
        np.testing.assert_allclose(np.where(found < 0, 0, cosines[row, found]), expected, atol=1e-6)
        assert row not in found


def test_neighbours_of_texts_that_are_repeated():
    neighbors = map_documents(["red sea"] * 4 + ["blue sky", "green sky"], n_neighbors=2).neighbors
    assert all(row not in found for row, found in enumerate(neighbors))
    assert neighbors[4:].tolist() == [[5, -1], [4, -1]]


def test_no_neighbours():
    assert map_documents(TEXTS, n_neighbors=0).neighbors.shape == (80, 0)
    assert map_documents(["red sea", "sea"], n_neighbors=9).neighbors.tolist() == [[1], [0]]


def test_the_same_seed_makes_the_same_map():
    first, second = (map_documents(TEXTS, clusters=4, random_state=3) for _ in range(2))
    assert first.to_pandas().equals(second.to_pandas())


def test_two_texts_as_axes():
    encoder = EmbeddingVectorizer(WV)
    made = map_documents(["tea", "sun moon"], encoder, projection=("coffee", "the moon"))
    expected = cosine_similarity(encoder.fit_transform(["tea", "sun moon"]), WV[["coffee", "moon"]])
    np.testing.assert_allclose(np.column_stack([made.x, made.y]), expected, atol=1e-6)
    assert len(map_documents(["tea"], encoder, projection=("coffee", "moon"))) == 1


def test_an_axis_without_a_known_word():
    with pytest.raises(ValueError, match="map_documents: 'xyzzy' cannot be an axis: its vector is zero"):
        map_documents(TEXTS, projection=("call", "xyzzy"))


def test_vectors_that_were_made_already():
    X = TfidfVectorizer().fit_transform(TEXTS)
    given, made = map_documents(TEXTS, vectors=X), map_documents(TEXTS)
    np.testing.assert_array_equal(given.x, made.x)
    np.testing.assert_array_equal(given.neighbors, made.neighbors)


def test_clusters_are_named_by_the_counter():
    texts = ["red apple pie", "green apple pie", "fast car race", "old car race"]
    assert map_documents(texts, clusters=2, counter=CountVectorizer(stop_words=["pie", "race"])).cluster_names == [
        "apple, green, red",
        "car, fast, old",
    ]


@pytest.mark.parametrize(
    "documents",
    [pd.Series(["red sea", "blue sea"]), (text for text in ["red sea", "blue sea"]), [["red", "sea"], ["blue", "sea"]],
     Tokenizer().transform(["red sea", "blue sea"])],
    ids=["pandas", "generator", "lists", "Tokens"],
)  # fmt: skip
def test_documents_of_every_kind(documents):
    made = map_documents(documents)
    assert made.texts == ["red sea", "blue sea"]
    assert made.x.tolist() == map_documents(["red sea", "blue sea"]).x.tolist()


def test_missing_labels_are_no_label():
    made = map_documents(TEXTS[:4], labels=pd.Series(["spam", None, float("nan"), "ham"]))
    assert made.labels == ["spam", None, None, "ham"]


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"texts": []}, ValueError, "there is no text"),
        ({"texts": ["tea"]}, ValueError, "needs two or more, but there is 1"),
        ({"texts": "tea"}, ValueError, "string object received"),
        ({"labels": ["a"]}, ValueError, "there are 80 texts, but 1 labels"),
        ({"labels": "abc"}, TypeError, "labels must be a list"),
        ({"vectors": np.ones((3, 2))}, ValueError, "there are 80 texts, but 3 vectors"),
        ({"vectors": np.full((80, 2), np.nan)}, ValueError, "NaN or infinity"),
        ({"vectors": np.ones((80, 0))}, ValueError, "no dimension"),
        ({"vectors": np.eye(80), "encoder": CountVectorizer()}, ValueError, "both were given"),
        ({"vectors": np.eye(80), "projection": ("a", "b")}, ValueError, "need an encoder"),
        ({"encoder": "precomputed"}, ValueError, "vectors=..., beside the texts"),
        ({"projection": "lda"}, ValueError, "projection must be one of 'svd', 'tsne', 'umap', or two texts"),
        ({"projection": ("a", "b", "c")}, ValueError, "or two texts"),
        ({"clusters": 81}, ValueError, "from 1 to that of points, 80"),
        ({"n_neighbors": -1}, ValueError, "n_neighbors must be 0 or a positive integer"),
        ({"random_state": -1}, ValueError, "random_state must be"),
        ({"projection": "tsne", "perplexity": 80}, ValueError, "less than the number of points, 80"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)  # fmt: skip
def test_what_makes_no_map_of_documents(options, error, message):
    with pytest.raises(error, match=message):
        map_documents(**{"texts": TEXTS, **options})


def test_texts_that_are_all_the_same():
    with pytest.warns(UserWarning, match="all 3 vectors are the same"):
        made = map_documents(["red sea"] * 3)
    assert made.x.tolist() == [0, 0, 0]


def test_words(tmp_path):
    made = map_words(WV, clusters=2)
    assert made.texts == list(WV)
    assert made.clusters.tolist() == [0, 0, 0, 1, 1]
    assert made.cluster_names == ["coffee, tea, cocoa", "sun, moon"]
    assert made.neighbors.shape == (5, 4)
    WV.write(tmp_path / "v.txt")
    save(WV, tmp_path / "v.textvec")
    for file in ("v.txt", "v.textvec"):
        np.testing.assert_allclose(map_words(tmp_path / file).x, made.x, atol=1e-5)
    plane = map_words(WV, ["sun", "cocoa", "sun"], projection=("tea", "moon"))
    assert plane.texts == ["sun", "cocoa"]
    np.testing.assert_allclose(plane.y, [WV.similarity("sun", "moon"), WV.similarity("cocoa", "moon")], atol=1e-6)


def test_a_table_that_is_larger_than_a_map_shows(monkeypatch):
    monkeypatch.setattr("textvec.plots.mapping.MAX_WORDS", 3)
    assert map_words(WV).texts == ["tea", "coffee", "cocoa"]


def test_a_trained_word2vec():
    model = Word2Vec(vector_size=4, min_count=1, epochs=1).fit(["red sea blue sea", "red sky"])
    assert map_words(model).texts == list(model.vectors_)


@pytest.mark.parametrize(
    ("vectors", "words", "message"),
    [
        (WV, ["tae", "sun"], r"map_words: None of the 5 words is 'tae' \(did you mean 'tea'\?\)\."),
        (WV, [], "there is no word"),
        ("glove-twiter-25", None, "no pretrained vectors of that name. Did you mean 'glove-twitter-25'"),
        (WV, "tea", "they are one string"),
        (sp.eye_array(3), None, "a fitted Word2Vec"),
        (Word2Vec(), None, "a fitted Word2Vec"),
    ],
    ids=["unknown", "none", "name", "string", "matrix", "unfitted"],
)
def test_what_makes_no_map_of_words(vectors, words, message):
    with pytest.raises((TypeError, ValueError, FileNotFoundError), match=message):
        map_words(vectors, words)


def test_components_are_computed_once(monkeypatch):
    """t-SNE and k-means are given the same ones, and find what they find alone."""
    texts = [f"{fruit} {n}" for n in range(30) for fruit in ("apple pie", "plum cake", "fast car")]
    alone = map_documents(texts, projection="tsne", n_neighbors=0), map_documents(texts, clusters=3, n_neighbors=0)
    reduced, calls = _projection.reduced, []
    monkeypatch.setattr(_projection, "reduced", lambda *args: calls.append(args[1]) or reduced(*args))
    both = map_documents(texts, projection="tsne", clusters=3, n_neighbors=0)
    assert calls == [_projection.MAX_DIMENSIONS]
    assert np.array_equal(both.x, alone[0].x)
    assert np.array_equal(both.clusters, alone[1].clusters)
