"""find_duplicates against all cosines in float64, and planted near-duplicates among real reviews."""

import copy
import pickle
import random
import subprocess
import sys

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.frozen import FrozenEstimator
from sklearn.metrics.pairwise import cosine_similarity
from sklearn.pipeline import make_pipeline

from support import strategies
from support.compare import threads
from textvec import HashingVectorizer, Stemmer, TfidfVectorizer, Tokenizer, Tokens
from textvec.kernels import duplicates as kernels
from textvec.similarity import _all_pairs
from textvec.similarity.duplicates import Duplicate, find_duplicates

THRESHOLDS = [1e-9, 0.3, 0.6, 0.8, 0.9, 0.95, 1.0]


def over(matrix, threshold):
    """Return the pairs of all cosines, in float64, that reach the threshold."""
    cosines = cosine_similarity(sp.csr_array(matrix, dtype=np.float64), dense_output=True)
    first, second = np.nonzero(np.triu(cosines >= threshold - 1e-12, 1))
    return dict(zip(zip(first.tolist(), second.tolist(), strict=True), cosines[first, second].tolist(), strict=True))


def found(duplicates):
    places = zip(duplicates.first.tolist(), duplicates.second.tolist(), strict=True)
    pairs = dict(zip(places, duplicates.scores.tolist(), strict=True))
    assert len(pairs) == len(duplicates)
    return pairs


def assert_same(duplicates, expected):
    pairs = found(duplicates)
    assert pairs.keys() == expected.keys()
    np.testing.assert_allclose([pairs[p] for p in expected], list(expected.values()), rtol=0, atol=1e-12)


def assert_exact(matrix, threshold):
    expected = over(matrix, threshold)
    for given_as in (sp.csr_array(matrix), np.asarray(sp.csr_array(matrix).todense())):
        duplicates = find_duplicates(given_as, threshold, encoder="precomputed")
        assert_same(duplicates, expected)
        assert duplicates.first.dtype == duplicates.second.dtype == np.int64
        order = np.lexsort((duplicates.second, duplicates.first, -duplicates.scores))
        assert (order == np.arange(len(order))).all()
        assert (duplicates.scores <= 1).all()
    return expected


@pytest.mark.parametrize("threshold", THRESHOLDS)
@pytest.mark.parametrize("n_threads", [1, 2])
def test_same_pairs_as_all_cosines(messages, reviews, threshold, n_threads):
    texts = [*messages[:80], *reviews[:60], *messages[:5], "", "?"]
    X = TfidfVectorizer().fit_transform(texts)
    with threads(n_threads):
        assert assert_exact(X, threshold)
        assert_same(find_duplicates(texts, threshold), over(X, threshold))


@pytest.mark.parametrize("threshold", [0.3, 0.6, 0.9])
@pytest.mark.parametrize(
    "limits", [(_all_pairs._HEAD_MARGIN, 5000, 1 << 18), (0.0, 1 << 20, 1), (0.5, 1 << 16, 1)], ids=str
)
def test_same_pairs_on_real_reviews_however_the_work_is_cut(imdb, threshold, limits, monkeypatch):
    for name, value in zip(("_HEAD_MARGIN", "_POSTINGS_PER_PIECE", "_PAIRS_PER_BATCH"), limits, strict=True):
        monkeypatch.setattr(_all_pairs, name, value)
    texts = imdb[:400] + [" ".join(text.split()[3:]) for text in imdb[:40]]
    X = TfidfVectorizer().fit_transform(texts)
    if limits[2] == 1:
        monkeypatch.setattr(_all_pairs, "_PAIRS_PER_BATCH", kernels.TILE_ROWS * kernels.TILE_COLUMNS)
    assert len(assert_exact(X, threshold)) >= (40 if threshold <= 0.8 else 0)


def test_threads_change_nothing(imdb):
    X = TfidfVectorizer(sublinear_tf=True).fit_transform(imdb)
    dense = np.random.default_rng(0).normal(size=(2000, 30)).round(1)
    for matrix in (X, dense):
        with threads(1):
            one = find_duplicates(matrix, 0.4, encoder="precomputed")
        with threads(3):
            three = find_duplicates(matrix, 0.4, encoder="precomputed")
        assert len(one) > 4
        for name in ("first", "second", "scores", "labels"):
            np.testing.assert_array_equal(getattr(one, name), getattr(three, name))


# Few columns and few different numbers make ties, equal and opposite rows, and zero rows.
numbers = st.sampled_from([0.0, 0.0, 0.0, 1.0, -1.0, 2.0, 0.1, -3.0, 0.7071, 1e-3])
shapes = st.tuples(st.integers(1, 12), st.integers(1, 8))
matrices = shapes.flatmap(lambda shape: arrays(float, shape, elements=numbers))


@given(matrices, st.sampled_from([0.1, 0.5, 0.6, 0.70710678, 0.8, 0.9, 0.999, 1.0]) | st.floats(0.01, 1))
@settings(max_examples=150, deadline=None)
def test_any_matrix_also_with_negative_numbers(matrix, threshold):
    cosines = cosine_similarity(matrix)
    near = np.abs(cosines - threshold)
    if ((near > 1e-14) & (near < 1e-11)).any():
        return  # who decides there is rounding
    assert_exact(matrix, threshold)


@given(st.integers(0, 2**32 - 1), st.floats(0.05, 1.0), st.booleans())
@settings(max_examples=60, deadline=None)
def test_long_tailed_matrices(seed, threshold, negative):
    """Columns as frequent as words are, rows that are others with some noise."""
    rng = np.random.default_rng(seed)
    dense = rng.random((60, 80)) < 1 / np.arange(1, 81)
    matrix = dense * rng.exponential(size=dense.shape) * np.arange(1, 81)
    if negative:
        matrix *= rng.choice([-1, 1], dense.shape)
    matrix[30:50] = matrix[:20] + rng.exponential(0.1, (20, 80)) * (rng.random((20, 80)) < 0.1)
    assert_exact(matrix, threshold)


def test_a_later_product_takes_back_what_an_earlier_one_gave():
    # The first columns are the rarest: their product passes what is enough, then falls, then passes it again.
    rows = np.array([[3.0, 3, 3, 1, 1, 0.2], [3, -2.9, 3, 1, 1, 0.1], [0, 0, 0, 1, 1, 9], [0, 0, 0, 1, 1, 9]])
    for threshold in (0.2, 0.3, 0.4, 0.5):
        assert_exact(rows, threshold)


def test_pairs_at_the_threshold_belong():
    rows = np.array([[1.0, 0], [3, 4], [1, 1], [0, 1], [4, 3]])
    for threshold in (0.6, 0.8, np.float64(0.96), np.sqrt(0.5)):
        pairs = found(find_duplicates(rows, threshold, encoder="precomputed"))
        assert any(abs(score - threshold) < 1e-12 for score in pairs.values())
        assert pairs == found(find_duplicates(sp.csr_array(rows), threshold, encoder="precomputed"))
    assert found(find_duplicates(rows, 0.6 + 1e-9, encoder="precomputed")).keys().isdisjoint({(0, 1), (3, 4)})


@pytest.mark.parametrize("kind", [sp.csr_array, np.asarray], ids=["sparse", "dense"])
def test_decided_by_more_digits_than_float32_has(kind):
    angles = np.arccos(0.9) + np.array([-1e-9, 1e-9])
    rows = kind(np.vstack([[1, 0], np.column_stack([np.cos(angles), np.sin(angles)])]))
    pairs = found(find_duplicates(rows, 0.9, encoder="precomputed"))
    assert (0, 1) in pairs
    assert (0, 2) not in pairs


def test_equal_documents_have_a_score_of_one(imdb, hostile):
    texts = imdb[:300] * 2 + hostile * 2
    duplicates = find_duplicates(texts, 1.0)
    pairs = found(duplicates)
    X = TfidfVectorizer().fit_transform(texts)
    filled = np.diff(X.indptr) > 0
    n = len(hostile)
    again = {(i, i + 300) for i in range(300)} | {(i, i + n) for i in range(600, 600 + n)}
    assert {pair for pair in again if filled[pair[0]]} <= pairs.keys()
    assert set(pairs.values()) == {1.0}
    assert pairs.keys() == over(X, 1.0).keys()


@pytest.mark.parametrize("kind", [sp.csr_array, np.asarray], ids=["sparse", "dense"])
def test_multiples_of_a_row_have_a_score_of_one(kind):
    row = np.random.default_rng(0).random(50)
    rows = kind(np.array([row * factor for factor in (1, 3, 0.1, 1e-20, 1e20, 7 / 3)]))
    duplicates = find_duplicates(rows, 1, encoder="precomputed")
    assert len(duplicates) == 15
    assert (duplicates.scores == 1).all()


def test_sparse_rows_of_extreme_numbers():
    rows = sp.csr_array(np.array([[1e300, 1e300, 0], [1e-300, 1e-300, 0], [1, 1, 1e-9], [-1e300, -1e300, 0]]))
    assert found(find_duplicates(rows, 0.99, encoder="precomputed")).keys() == {(0, 1), (0, 2), (1, 2)}


def test_sparse_matrices_of_any_format():
    dense = np.random.default_rng(0).poisson(0.3, (40, 6))
    expected = found(find_duplicates(dense, 0.7, encoder="precomputed"))
    twice = sp.coo_array((np.tile(dense[dense.nonzero()], 2), [np.tile(i, 2) for i in dense.nonzero()]), dense.shape)
    unsorted = sp.csr_array(dense)
    for i in range(40):
        part = slice(*unsorted.indptr[i : i + 2])
        for array in (unsorted.indices, unsorted.data):
            array[part] = array[part][::-1].copy()
    unsorted.has_sorted_indices = False
    before = unsorted.indices.copy()
    rows, columns = dense.nonzero()
    indptr = np.concatenate([[0], np.cumsum(2 * np.bincount(rows, minlength=40))])
    part = np.random.default_rng(1).random(len(rows))
    parts = np.repeat(dense[rows, columns], 2) * np.column_stack([part, 1 - part]).ravel()
    in_parts = sp.csr_array((parts, np.repeat(columns, 2), indptr), dense.shape)
    for matrix in (
        sp.csc_matrix(dense),
        sp.coo_array(dense),
        twice,
        in_parts,
        unsorted,
        sp.csr_matrix(dense, dtype=np.float32),
    ):
        assert_same(find_duplicates(matrix, 0.7, encoder="precomputed"), expected)
    np.testing.assert_array_equal(unsorted.indices, before)


def test_zero_vectors_are_duplicates_of_nothing():
    for rows in (np.zeros((5, 3)), sp.csr_array((5, 3)), np.zeros((5, 0)), sp.csr_array((5, 0)), np.zeros((0, 3))):
        duplicates = find_duplicates(rows, 0.1, encoder="precomputed")
        assert len(duplicates) == len(duplicates.clusters) == 0
        assert duplicates.unique.tolist() == list(range(rows.shape[0]))
    assert [d[:2] for d in find_duplicates(["", "tea", "", "!", "tea"])] == [(1, 4)]


def test_many_equal_documents_fill_the_room_for_pairs_again_and_again(monkeypatch, small_work):
    monkeypatch.setattr(_all_pairs, "_PAIRS_PER_BATCH", kernels.TILE_ROWS * kernels.TILE_COLUMNS)
    rows = np.repeat(np.eye(3), [700, 1, 300], axis=0)
    for matrix in (rows, sp.csr_array(rows)):
        duplicates = find_duplicates(matrix, 0.9, encoder="precomputed")
        assert len(found(duplicates)) == 700 * 699 // 2 + 300 * 299 // 2
        assert [len(cluster) for cluster in duplicates.clusters] == [700, 300]
        assert duplicates.unique.tolist() == [0, 700, 701]


def typo(text, rng):
    """Exchange two letters, now and then."""
    letters = list(text)
    for i in rng.sample(range(1, len(letters)), max(1, len(letters) // 400)):
        letters[i - 1], letters[i] = letters[i], letters[i - 1]
    return "".join(letters)


def shuffled(text, rng):
    sentences = text.split(". ")
    rng.shuffle(sentences)
    return ". ".join(sentences)


def framed(text, rng):
    return f"Posted by a visitor on Monday. {text} Was this helpful to you?"


def shortened(text, rng):
    words = text.split()
    return " ".join(words[: -max(1, len(words) // 40)])


def test_planted_duplicates_are_found(imdb):
    rng = random.Random(0)
    places = rng.sample([i for i, text in enumerate(imdb) if len(text.split()) > 150], 80)
    changes = [typo, shuffled, framed, shortened]
    planted = [change(imdb[i], rng) for i, change in zip(places, changes * 20, strict=True)]
    texts = imdb + planted
    duplicates = find_duplicates(texts, 0.8)
    expected = set(zip(places, range(len(imdb), len(texts)), strict=True))
    assert expected <= found(duplicates).keys()
    assert set(duplicates.unique.tolist()).isdisjoint(range(len(imdb), len(texts)))
    cosines = cosine_similarity(TfidfVectorizer().fit_transform(texts))
    assert found(duplicates).keys() == {tuple(p) for p in np.argwhere(np.triu(cosines >= 0.8, 1)).tolist()}


@given(st.lists(strategies.texts, min_size=1, max_size=8), st.sampled_from([0.3, 0.8, 1.0]))
@settings(max_examples=50, deadline=None)
def test_any_text(texts, threshold):
    texts = [*texts, *texts, "tea"]
    encoder = HashingVectorizer(n_features=64)
    assert_same(find_duplicates(texts, threshold, encoder=encoder), over(encoder.transform(texts), threshold))


def letters_of(texts):
    assert isinstance(texts, list)
    return [[text.count(letter) for letter in "abcdefgh"] for text in texts]


def test_encoders(messages):
    messages = [*messages[::3], *messages[:9:3]]
    fitted = TfidfVectorizer().fit(messages)
    pipeline = make_pipeline(Tokenizer(), Stemmer("snowball"), TfidfVectorizer())
    matrices = [
        (None, TfidfVectorizer().fit_transform(messages)),
        (TfidfVectorizer(ngram_range=(1, 2)), TfidfVectorizer(ngram_range=(1, 2)).fit_transform(messages)),
        (pipeline, pipeline.fit_transform(messages)),
        (FrozenEstimator(fitted), fitted.transform(messages)),
        (fitted.transform, fitted.transform(messages)),
        (letters_of, letters_of(messages)),
    ]
    for encoder, matrix in matrices:
        expected = over(matrix, 0.3)
        assert expected
        assert_same(find_duplicates(messages, 0.3, encoder=encoder), expected)


def test_the_given_encoder_stays_as_it_is():
    encoder = TfidfVectorizer()
    find_duplicates(["tea", "tea"], encoder=encoder)
    assert not hasattr(encoder, "vocabulary_")


def test_documents_of_all_kinds():
    import polars as pl
    import pyarrow as pa

    texts = ["green tea", "black coffee", "Tea, green"]
    lists = [["green", "tea"], ["black", "coffee"], ["tea", "green"]]
    for documents in (texts, iter(texts), pl.Series(texts), pa.array(texts), np.array(texts)):
        duplicates = find_duplicates(documents)
        assert list(duplicates) == [(0, 2, 1.0)]
        assert "Tea, green" in repr(duplicates)
    for documents in (lists, Tokens.from_lists(lists)):
        duplicates = find_duplicates(documents)
        assert list(duplicates) == [(0, 2, 1.0)]
        assert "tea green" in repr(duplicates)


@pytest.mark.parametrize("threshold", [0, -0.1, 1.0001, float("nan"), "0.9", None, True])
def test_threshold_out_of_range(threshold):
    with pytest.raises(ValueError, match=r"threshold, the lowest similarity.*above 0 and at most 1"):
        find_duplicates(["a", "b"], threshold)


def test_refusals():
    with pytest.raises(TypeError, match="the encoder must be a transformer"):
        find_duplicates(["tea"], encoder="tfidf")
    with pytest.raises(ValueError, match="made 1 vectors of 2 documents"):
        find_duplicates(["tea", "cup"], encoder=lambda texts: [[1, 2]])
    with pytest.raises(ValueError, match="must return a matrix"):
        find_duplicates(["tea", "cup"], encoder=len)
    with pytest.raises(ValueError, match="NaN or infinity"):
        find_duplicates([[1.0, np.nan]], encoder="precomputed")
    with pytest.raises(ValueError, match="One id for each document"):
        find_duplicates(["tea", "cup"], ids=["a"])
    with pytest.raises(ValueError, match="'a' stands for several"):
        find_duplicates(["tea", "cup"], ids=["a", "a"])
    with pytest.raises(ValueError, match="Put a single document in a list"):
        find_duplicates("tea")


@pytest.fixture
def duplicates():
    texts = ["red <b>sea</b>", "sky", "sea b red b", "blue", "sky", "sky " + "!" * 90, "red b b sea green", ""]
    return find_duplicates(texts, 0.7, ids=list("abcdefgh"))


def test_reads_like_a_list_of_pairs(duplicates):
    assert [(d.first, d.second) for d in duplicates] == [
        ("a", "c"), ("b", "e"), ("b", "f"), ("e", "f"), ("a", "g"), ("c", "g"),
    ]  # fmt: skip
    assert isinstance(duplicates[0], Duplicate)
    assert duplicates[-1] == duplicates[5] == list(duplicates)[5] == duplicates[4:][1]
    assert duplicates[0].score == 1.0
    with pytest.raises(IndexError):
        duplicates[6]


def test_clusters_are_connected_documents_largest_first():
    rows = np.column_stack([np.cos(angles := np.radians([0, 90, 20, 200, 40, 92, 60])), np.sin(angles)])
    duplicates = find_duplicates(rows, 0.93, encoder="precomputed")
    assert duplicates.clusters == [[0, 2, 4, 6], [1, 5]]
    assert duplicates.labels.tolist() == [0, 1, 0, -1, 0, 1, 0]
    assert duplicates.unique.tolist() == [0, 1, 3]
    assert (0, 4) not in found(duplicates)


def test_equally_large_clusters_come_in_the_order_of_documents(duplicates):
    assert duplicates.clusters == [["a", "c", "g"], ["b", "e", "f"]]
    assert duplicates.labels.tolist() == [0, 1, 0, -1, 1, 1, 0, -1]
    assert duplicates.unique.tolist() == [0, 1, 3, 7]


def test_plain_data(duplicates):
    rows = duplicates.to_dicts()
    assert rows[0] == {"first": "a", "second": "c", "score": 1.0, "cluster": 0}
    assert [row["cluster"] for row in rows] == [0, 1, 1, 1, 0, 0]
    assert duplicates.to_arrow().to_pylist() == rows
    assert duplicates.to_pandas().to_dict("records") == rows
    none = find_duplicates(["a cat", "a dog"], ids=["x", "y"])
    assert none.to_arrow().schema == duplicates.to_arrow().schema
    assert none.to_dicts() == []


def test_prints(duplicates):
    lines = repr(duplicates).splitlines()
    assert lines[0] == "Duplicates(6 pairs; 2 clusters of 6 among 8 documents)"
    assert lines[1].startswith("  3 documents, scores from 0.")
    assert lines[2] == "    a  red <b>sea</b>"
    assert max(map(len, lines)) < 100
    many = find_duplicates([f"word{i // 5} word{i // 5}" for i in range(50)])
    assert repr(many).splitlines().count("    ...") == 5
    assert repr(many).splitlines()[-1] == "  ..."
    assert repr(find_duplicates([])) == "Duplicates(0 pairs; 0 clusters of 0 among 0 documents)"
    vectors = find_duplicates(np.eye(2)[[0, 0]], encoder="precomputed")
    assert repr(vectors).splitlines()[1:] == ["  2 documents, scores from 1.0000", "    0", "    1"]


def test_html_is_escaped(duplicates):
    assert "&lt;b&gt;sea" in duplicates._repr_html_()
    assert "<b>" not in duplicates._repr_html_()


def test_a_bar_on_a_terminal_only(monkeypatch, capsys):
    find_duplicates(["tea", "tea"])
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert len(find_duplicates(["tea", "tea"])) == 1
    assert "duplicates" in capsys.readouterr().err


def test_imports_nothing_heavy():
    code = "import sys; sys.modules['sklearn'] = sys.modules['numba'] = sys.modules['scipy'] = None\n"
    code += "from textvec.similarity.duplicates import find_duplicates"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_pickle_holds_no_corpus(messages):
    duplicates = find_duplicates(messages * 2)
    for again in (pickle.loads(pickle.dumps(duplicates)), copy.copy(duplicates), copy.deepcopy(duplicates)):
        assert repr(again) == repr(duplicates)
        assert again._repr_html_() == duplicates._repr_html_()
        assert again.to_arrow().equals(duplicates.to_arrow())
        assert again.unique.tolist() == duplicates.unique.tolist()
        assert max(map(len, messages)) > 70
        assert len(again._documents) < 20
