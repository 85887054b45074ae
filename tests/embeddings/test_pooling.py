"""Every pooling against its formula, written out document by document in plain NumPy."""

import math
import re
import warnings
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support import strategies
from support.compare import threads
from textvec import EmbeddingVectorizer, Tokenizer, Tokens, WordVectors

gensim = pytest.importorskip("gensim")

POOLINGS = ["mean", "tfidf", "sif", "usif", "max", "pmeans"]
LEARNING = ["tfidf", "sif", "usif"]
A = 1e-3


@pytest.fixture(scope="module")
def lists(reviews):
    return Tokenizer(r"\w+").transform(reviews).to_lists()


@pytest.fixture(scope="module")
def kv(lists):
    model = gensim.models.Word2Vec(lists, vector_size=30, min_count=3, sg=1, epochs=10, workers=1, seed=3)
    return model.wv


@pytest.fixture(scope="module")
def vectors(kv):
    return WordVectors(kv.index_to_key, kv.vectors)


class Subwords:
    """Vectors for any word whatever, by its characters."""

    vector_size = 30

    def vectors_of(self, words):
        angles = np.array([sum(map(ord, word)) for word in words])
        return np.cos(np.outer(angles, np.arange(1, 31))).astype(np.float32)


def lookup(vector_of, words, unknown):
    """Return the words that count, and their vectors in double precision."""
    if unknown == "skip":
        words = [word for word in words if word in vector_of]
    if unknown == "subword":
        made = [vector_of[word] if word in vector_of else Subwords().vectors_of([word])[0] for word in words]
    else:
        made = [vector_of[word] if word in vector_of else np.zeros(30) for word in words]
    return words, np.array(made, np.float64).reshape(-1, 30)


def idf_of(documents):
    n, df = len(documents), Counter(word for words in documents for word in set(words))
    return lambda word: math.log((1 + n) / (1 + df[word])) + 1


def sif_of(documents):
    counts = Counter(word for words in documents for word in words)
    total = sum(counts.values())
    return lambda word: A / (A + counts[word] / total)


def usif_of(documents):
    counts = Counter(word for words in documents for word in words)
    total, n_words = sum(counts.values()), len(counts)
    n = np.mean([len(words) for words in documents if words])
    threshold = 1 - (1 - 1 / n_words) ** n
    alpha = len([word for word in counts if counts[word] / total > threshold]) / n_words
    Z = n_words / 2
    if alpha in (0, 1):  # 1 by rounding only, of words that are all as frequent
        return lambda word: 2.0
    a = (1 - alpha) / (alpha * Z)
    return lambda word: a / (a / 2 + counts[word] / total)


def rows_without_removal(vector_of, train, documents, pooling, unknown):
    train = [lookup(vector_of, words, unknown)[0] for words in train]
    weight = {"tfidf": idf_of, "sif": sif_of, "usif": usif_of}.get(pooling, lambda _: lambda word: 1.0)(train)
    rows = []
    for document in documents:
        words, v = lookup(vector_of, document, unknown)
        if not words:
            rows.append(np.zeros(30 * (4 if pooling == "pmeans" else 1)))
        elif pooling == "max":
            rows.append(v.max(axis=0))
        elif pooling == "pmeans":
            cubes = (v**3).mean(axis=0)
            rows.append(np.concatenate([v.min(0), v.mean(0), np.sign(cubes) * np.abs(cubes) ** (1 / 3), v.max(0)]))
        else:
            w = np.array([weight(word) for word in words])
            rows.append(w @ v / (w.sum() if pooling == "tfidf" else len(words)))
    return np.array(rows).reshape(len(rows), 30 * (4 if pooling == "pmeans" else 1))


def without_common(train_rows, rows, m):
    """Take common components from rows: those of Arora et al. for m = 1, of Ethayarajh for more."""
    _, s, components = np.linalg.svd(train_rows, full_matrices=False)
    squares = s[:m] ** 2
    for i in range(m):
        rows = rows - squares[i] / squares.sum() * np.outer(rows @ components[i], components[i])
    return rows


def reference(vector_of, train, documents, pooling, unknown="skip", n_components=None):
    rows = rows_without_removal(vector_of, train, documents, pooling, unknown)
    m = {"sif": 1, "usif": 5}.get(pooling, 0) if n_components is None else n_components
    return without_common(rows_without_removal(vector_of, train, train, pooling, unknown), rows, m) if m else rows


def warned(function, documents, vector_of, unknown):
    """Return the rows of documents, after a look at the warning that must or must not come with them."""
    n = sum(not any(unknown == "subword" or word in vector_of for word in words) for words in documents)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        rows = function(documents)
    expected = [f"EmbeddingVectorizer: {n} of {len(documents)} documents hold no word that has a vector"] if n else []
    assert [str(w.message).split(";")[0] for w in caught] == expected
    return rows


def check(vectors, train, test, pooling, unknown="skip", n_components=None):
    vector_of = dict(zip(vectors.words, vectors.vectors, strict=True))
    vectorizer = EmbeddingVectorizer(vectors, pooling=pooling, unknown=unknown, a=A, n_components=n_components)
    made = [
        (warned(vectorizer.fit_transform, train, vector_of, unknown), train),
        (warned(vectorizer.transform, test, vector_of, unknown), test),
    ]
    for rows, documents in made:
        assert rows.dtype == np.float32
        expected = reference(vector_of, train, documents, pooling, unknown, n_components)
        assert rows.shape == expected.shape
        np.testing.assert_allclose(rows, expected, rtol=1e-4, atol=1e-6)
    again = EmbeddingVectorizer(vectors, pooling=pooling, unknown=unknown, a=A, n_components=n_components).fit(train)
    np.testing.assert_array_equal(warned(again.transform, train, vector_of, unknown), made[0][0])


@pytest.mark.parametrize("unknown", ["skip", "zero", "subword"])
@pytest.mark.parametrize("pooling", POOLINGS)
def test_formulas(pooling, unknown, vectors, lists, hostile):
    with_subwords = WordVectors(vectors.words, vectors.vectors, subwords=Subwords())
    test = [*Tokenizer(r"\w+").transform(hostile).to_lists(), *lists[200:], [], ["film"], ["film", "film"], ["\0"]]
    check(with_subwords, [*lists[:250], [], ["neverseenword"]], test, pooling, unknown)


@pytest.mark.parametrize("n_components", [0, 1, 3])
@pytest.mark.parametrize("pooling", ["mean", "tfidf", "sif", "usif"])
def test_any_number_of_components_with_any_pooling(pooling, n_components, vectors, lists):
    check(vectors, lists[:200], lists[100:], pooling, n_components=n_components)


@pytest.mark.parametrize("pooling", POOLINGS)
def test_formulas_on_real_text(pooling, imdb):
    documents = Tokenizer().transform(imdb[:900]).to_lists()
    model = gensim.models.Word2Vec(documents[:600], vector_size=30, epochs=1, workers=1, seed=1)
    check(WordVectors(model.wv.index_to_key, model.wv.vectors), documents[:600], documents[500:], pooling)


def test_the_usual_loop(kv, vectors, lists):
    """What everybody writes around gensim."""
    known = [document for document in lists if any(word in kv for word in document)]
    expected = np.array([np.mean([kv[word] for word in document if word in kv], axis=0) for document in known])
    np.testing.assert_allclose(EmbeddingVectorizer(vectors).fit_transform(known), expected, rtol=0, atol=1e-6)
    theirs = np.array([kv.get_mean_vector(document, pre_normalize=False) for document in known])
    np.testing.assert_allclose(EmbeddingVectorizer(vectors).fit_transform(known), theirs, rtol=0, atol=1e-6)
    unit = np.array([kv.get_mean_vector(document, pre_normalize=False, post_normalize=True) for document in known])
    rows = EmbeddingVectorizer(vectors, normalize=True).fit_transform(known)
    np.testing.assert_allclose(rows, unit, rtol=0, atol=1e-6)


def test_subwords_of_fasttext(lists):
    """gensim makes vectors of unknown words from their n-grams without being asked."""
    from gensim.models.fasttext import load_facebook_vectors
    from gensim.test.utils import datapath

    documents = [[*words, "zzzyx", "unheardword"] for words in lists]
    peer = load_facebook_vectors(datapath("lee_fasttext.bin"))
    expected = np.array([np.mean([peer[word] for word in words], axis=0) for words in documents])
    rows = EmbeddingVectorizer(datapath("lee_fasttext.bin"), unknown="subword").fit_transform(documents)
    np.testing.assert_allclose(rows, expected, rtol=0, atol=1e-6)


def test_tfidf_is_scikit_learn_s(vectors, lists):
    """The same numbers come from a TF-IDF matrix, rows divided by their sums, times the table."""
    from sklearn.feature_extraction.text import TfidfVectorizer as Peer

    words = vectors.words.tolist()
    peer = Peer(analyzer=lambda document: [w for w in document if w in words], norm="l1").fit(lists)
    table = vectors.vectors[vectors.rows(peer.get_feature_names_out().tolist())]
    rows = EmbeddingVectorizer(vectors, pooling="tfidf").fit_transform(lists)
    np.testing.assert_allclose(rows, peer.transform(lists) @ table, rtol=1e-4, atol=1e-6)
    vectorizer = EmbeddingVectorizer(vectors, pooling="tfidf").fit(lists)
    idf = dict(zip(peer.get_feature_names_out(), peer.idf_, strict=True))
    assert vectorizer.word_weights_ == pytest.approx(idf)
    assert vectorizer.word_weights_["never seen"] == pytest.approx(math.log(1 + len(lists)) + 1)


def test_sif_with_scikit_learn_s_svd(vectors, lists):
    """The common component of the paper's own code, by its own means."""
    from sklearn.decomposition import TruncatedSVD

    vector_of = dict(zip(vectors.words, vectors.vectors, strict=True))
    X = rows_without_removal(vector_of, lists, lists, "sif", "skip")
    u = TruncatedSVD(n_components=1, n_iter=50, random_state=0).fit(X).components_
    rows = EmbeddingVectorizer(vectors, pooling="sif").fit_transform(lists)
    np.testing.assert_allclose(rows, X - X @ u.T @ u, rtol=1e-3, atol=1e-6)


WORDS = ["a", "b", "ab", "a b", "", " ", "é", "c", "the", "good", "日", "\x00"]
TABLE = WordVectors(WORDS, np.random.default_rng(5).normal(size=(len(WORDS), 30)).astype(np.float32))


@given(strategies.token_lists, strategies.token_lists, st.sampled_from(POOLINGS), st.sampled_from(["skip", "zero"]))
@settings(deadline=None)
def test_formulas_for_any_tokens(train, test, pooling, unknown):
    if pooling in LEARNING and not any(word in WORDS for words in train for word in words):
        with pytest.raises(ValueError, match="not one of the"):
            EmbeddingVectorizer(TABLE, pooling=pooling, unknown=unknown).fit(Tokens.from_lists(train))
    else:
        check(TABLE, train, test, pooling, unknown, n_components=0)


@given(strategies.token_lists, st.sampled_from(["mean", "max"]), st.integers(1, 6))
@settings(deadline=None)
def test_components_are_singular_vectors(train, pooling, n_components):
    """Rows of few documents may have many first components; whichever it is, it is one and is removed."""
    plain = EmbeddingVectorizer(TABLE, pooling=pooling)
    vectorizer = EmbeddingVectorizer(TABLE, pooling=pooling, n_components=n_components)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        X, rows = plain.fit_transform(train).astype(np.float64), vectorizer.fit_transform(train)
    C, shares = vectorizer.components_, vectorizer.component_weights_
    squares = np.linalg.svd(X, compute_uv=False)[:n_components] ** 2
    squares = squares[squares > 1e-12 * squares.max(initial=0)]
    assert len(C) == len(shares) == len(squares)
    np.testing.assert_allclose(C @ C.T, np.eye(len(C)), atol=1e-9)
    np.testing.assert_allclose(X.T @ (X @ C.T), C.T * squares, atol=1e-6 * squares.max(initial=1))
    np.testing.assert_allclose(shares, squares / squares.sum(), atol=1e-6)
    np.testing.assert_allclose(rows, X - (X @ C.T * shares) @ C, atol=2e-6)


@pytest.mark.parametrize("pooling", POOLINGS)
@pytest.mark.parametrize("scale", [2.0**-1000, 2.0**-160, 2.0**-130, 2.0**-60, 2.0**60, 2.0**129, 2.0**1000])
def test_rows_keep_their_directions_however_large_or_small_numbers_are(scale, pooling, vectors, lists):
    ours = WordVectors(vectors.words, vectors.vectors.astype(np.float64))
    scaled = WordVectors(vectors.words, ours.vectors * scale)
    how = {"pooling": pooling, "normalize": True}
    expected = EmbeddingVectorizer(ours, **how).fit_transform(lists)
    vectorizer = EmbeddingVectorizer(scaled, **how)
    np.testing.assert_allclose(vectorizer.fit_transform(lists), expected, rtol=0, atol=2e-6)
    np.testing.assert_allclose(vectorizer.transform(lists[:3]), expected[:3], rtol=0, atol=2e-6)


@pytest.mark.parametrize(("documents", "left"), [(["good food"], "nothing"), (["good", "bad food"], "one dimension")])
@pytest.mark.parametrize("how", [{"pooling": "sif"}, {"n_components": 1}], ids=str)
def test_too_few_documents_for_a_common_component(documents, left, how):
    """Vectors that point to opposite sides were told to be the same."""
    table = WordVectors(["good", "bad", "food"], np.random.default_rng(0).normal(size=(3, 9)))
    vectorizer = EmbeddingVectorizer(table, normalize=True, **how)
    with pytest.warns(UserWarning, match=rf"{len(documents)} documents have in common, which leaves {left}") as said:
        rows = vectorizer.fit_transform(documents)
    assert said[0].filename == __file__
    assert "set n_components=0" in str(said[0].message)
    assert len(documents) == 1 or abs(rows[0] @ rows[1]) == pytest.approx(1, abs=1e-5)
    vectorizer.set_params(n_components=0).fit(documents)
    vectorizer.set_params(**{"n_components": None, **how}).fit([*documents, "bad bad food", "food"])


def test_nothing_is_left_of_what_is_in_the_component():
    """Rounding must not become a direction when rows are divided by their lengths."""
    rng = np.random.default_rng(0)
    table = WordVectors(["a", "b"], np.outer([1, 3], rng.normal(size=7)))
    vectorizer = EmbeddingVectorizer(table, pooling="sif", normalize=True)
    assert not vectorizer.fit_transform([["a"], ["b", "a"], ["b"] * 7]).any()


@pytest.mark.parametrize("pooling", POOLINGS)
def test_words_that_are_skipped_are_as_if_not_written(pooling, vectors, lists):
    known = set(vectors.words.tolist())
    cut = [[word for word in words if word in known] for words in lists]
    rows, expected = (EmbeddingVectorizer(vectors, pooling=pooling).fit_transform(d) for d in (lists, cut))
    np.testing.assert_array_equal(rows, expected)


@pytest.mark.parametrize("pooling", POOLINGS)
def test_word_order_and_repetition(pooling, vectors, lists):
    vectorizer = EmbeddingVectorizer(vectors, pooling=pooling).fit(lists)
    rows = vectorizer.transform(lists)
    np.testing.assert_allclose(vectorizer.transform([words[::-1] for words in lists]), rows, rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(vectorizer.transform([words * 2 for words in lists]), rows, rtol=1e-5, atol=1e-7)
    more, less = vectorizer.transform([["good", "good", "film"], ["good", "film"]])
    assert np.array_equal(more, less) == (pooling == "max")


@pytest.mark.parametrize("pooling", POOLINGS)
def test_threads_do_not_change_a_bit(pooling, vectors, lists):
    expected = EmbeddingVectorizer(vectors, pooling=pooling).fit(lists).transform(lists)
    for n in (1, 2, 3, 4):
        with threads(n):
            vectorizer = EmbeddingVectorizer(vectors, pooling=pooling).fit(lists)
            np.testing.assert_array_equal(vectorizer.transform(lists), expected)


@pytest.mark.parametrize("dtype", [np.float16, np.float64])
def test_vectors_of_other_types(dtype, vectors, lists):
    table = WordVectors(vectors.words, vectors.vectors.astype(dtype))
    narrow = WordVectors(vectors.words, vectors.vectors.astype(dtype).astype(np.float32))
    for pooling in POOLINGS:
        rows = EmbeddingVectorizer(table, pooling=pooling).fit_transform(lists)
        np.testing.assert_array_equal(rows, EmbeddingVectorizer(narrow, pooling=pooling).fit_transform(lists))


def test_a_table_in_a_file_that_cannot_be_written_to(vectors, lists, tmp_path):
    np.save(tmp_path / "v.npy", vectors.vectors)
    table = WordVectors(vectors.words, np.load(tmp_path / "v.npy", mmap_mode="r"))
    rows = EmbeddingVectorizer(table).fit_transform(lists)
    np.testing.assert_array_equal(rows, EmbeddingVectorizer(vectors).fit_transform(lists))


def test_long_documents_do_not_lose_precision():
    """A million words added up in single precision would be off in the third digit."""
    table = WordVectors(["a", "b"], np.array([[0.1, 3.7], [0.3, -3.7]], np.float32))
    rows = EmbeddingVectorizer(table).fit_transform([["a"] * 500_000 + ["b"] * 500_000])
    np.testing.assert_allclose(rows, [[0.2, 0]], atol=1e-7)


def test_words_that_all_weigh_the_same():
    """Where every word is as frequent as the others, none is frequent, and the a of "usif" is infinite."""
    table = WordVectors(["x", "y", "z"], np.eye(3))
    vectorizer = EmbeddingVectorizer(table, pooling="usif", n_components=0)
    np.testing.assert_array_equal(vectorizer.fit_transform([["x"], ["y"], ["z"]]), 2 * np.eye(3))
    assert vectorizer.word_weights_ == {"x": 2, "y": 2, "z": 2}


def test_documents_without_words_do_not_shorten_the_others(vectors, lists):
    expected, weights = (
        EmbeddingVectorizer(vectors, pooling="usif").fit(documents).word_weights_
        for documents in (lists, [*lists, *[[]] * 999, *[["unheardword"]] * 999])
    )
    assert weights == expected


def test_components_of_more_rows_than_are_read_at_once(vectors, lists):
    check(vectors, [["film"]] * 5000 + lists, lists, "sif")


def test_less_a_makes_frequent_words_weigh_less(vectors, lists):
    light, heavy = (EmbeddingVectorizer(vectors, pooling="sif", a=a).fit(lists).word_weights_ for a in (1e-4, 1e-2))
    assert light["the"] < heavy["the"] < heavy["film"] <= 1
    assert light["never seen"] == heavy["never seen"] == 1


def test_max_of_negative_values_with_zeros_for_unknown_words():
    table = WordVectors(["a"], [[-1.0, 2.0]])
    for unknown, expected in (("skip", [[-1, 2]]), ("zero", [[0, 2]])):
        rows = EmbeddingVectorizer(table, pooling="max", unknown=unknown).fit_transform([["a", "other"]])
        assert rows.tolist() == expected


def test_a_zero_row_has_no_negative_zeros():
    rows = EmbeddingVectorizer(WordVectors(["a"], [[1.0, -2.0]]), pooling="pmeans", missing="empty").fit([["a"]])
    with pytest.warns(UserWarning, match="1 of 1 documents"):
        assert not np.signbit(rows.transform([[]])).any()


def test_components_are_not_looked_for_where_none_is_removed(vectors, lists, monkeypatch):
    monkeypatch.delattr(np.linalg, "eigh")
    vectorizer = EmbeddingVectorizer(vectors).fit(lists)
    assert (vectorizer.components_.shape, vectorizer.component_weights_.shape) == ((0, vectors.vector_size), (0,))


def test_docstring_formulas_are_about_what_is_tested():
    assert set(POOLINGS) == set(re.findall(r'^ +- "(\w+)":', EmbeddingVectorizer.__doc__, re.MULTILINE))
