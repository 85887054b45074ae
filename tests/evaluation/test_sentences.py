"""Sentence pairs: cosines and correlations against scikit-learn's and SciPy's, whatever makes the vectors."""

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from scipy import stats
from sklearn.feature_extraction.text import TfidfVectorizer as SkTfidfVectorizer
from sklearn.metrics.pairwise import paired_cosine_distances
from sklearn.pipeline import make_pipeline

from textvec import CountVectorizer, TfidfVectorizer, TfidfWeighting
from textvec.evaluation import sentence_pairs

PAIRS = [
    ("a good film", "a good movie", 4.8),
    ("a good film", "a bad film", 2.5),
    ("the cat sleeps", "the cat sleeps", 5.0),
    ("the cat sleeps", "red paint", 0.0),
    ("the cat sleeps", "xyz", 0.5),
]
SENTENCES = [first for first, _, _ in PAIRS] + [second for _, second, _ in PAIRS]
KNOWN = CountVectorizer().fit(SENTENCES[:-1])


@pytest.mark.parametrize(
    "encoder",
    [
        KNOWN,
        KNOWN.transform,
        make_pipeline(CountVectorizer(), TfidfWeighting()).fit(SENTENCES[:-1]),
        lambda sentences: KNOWN.transform(sentences).toarray(),
        lambda sentences: sp.coo_matrix(KNOWN.transform(sentences)),
        lambda sentences: pd.DataFrame(KNOWN.transform(sentences).toarray()),
        lambda sentences: KNOWN.transform(sentences).toarray().tolist(),
        lambda sentences: KNOWN.transform(sentences).toarray().astype(np.float16),
    ],
    ids=["transformer", "method", "pipeline", "dense", "coo", "pandas", "lists", "float16"],
)
def test_any_encoder(encoder):
    encode = getattr(encoder, "transform", encoder)
    vectors = encode(SENTENCES)
    vectors = vectors.toarray() if sp.issparse(vectors) else np.asarray(vectors, float)
    expected = 1 - paired_cosine_distances(vectors[:5], vectors[5:])
    expected[4] = 0
    result = sentence_pairs(encoder, PAIRS)
    assert result.similarities == pytest.approx(expected)
    judgements = [judgement for *_, judgement in PAIRS]
    assert (result.spearman, result.spearman_pvalue) == pytest.approx(stats.spearmanr(judgements, expected.round(10)))
    assert (result.pearson, result.pearson_pvalue) == pytest.approx(stats.pearsonr(judgements, expected))
    assert result.n_zero == 1
    assert result.pairs == PAIRS


def test_equal_but_for_rounding_is_a_tie():
    """Pairs of equal sentences, whose cosines are 1 give or take the last bit."""
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(20, 7))
    rows = np.vstack([rows, rows * rng.uniform(0.1, 9, size=(20, 1))])
    rows[20] = -rows[0]
    pairs = [("a", "b", i) for i in range(20)]
    result = sentence_pairs(lambda _: rows, pairs)
    assert len(set(result.similarities)) > 2
    assert result.spearman == pytest.approx(stats.spearmanr(range(20), [-1] + [1] * 19).statistic)


def test_the_encoder_is_called_once():
    calls = []

    def encode(sentences):
        calls.append(sentences)
        return KNOWN.transform(sentences)

    sentence_pairs(encode, PAIRS)
    assert calls == [SENTENCES]


def test_vectors_stay_as_they_were():
    vectors = np.random.default_rng(0).normal(size=(10, 3))
    before = vectors.copy()
    sentence_pairs(lambda _: vectors, PAIRS)
    np.testing.assert_array_equal(vectors, before)


def test_huge_and_tiny_vectors():
    vectors = np.random.default_rng(0).normal(size=(10, 3))
    plain = sentence_pairs(lambda _: vectors, PAIRS)
    for scale in (1e-100, 1e100):
        scaled = sentence_pairs(lambda _, scale=scale: vectors * scale, PAIRS)
        assert scaled.similarities == pytest.approx(plain.similarities)
        assert scaled.n_zero == 0


def test_a_table_with_more_columns(tmp_path):
    frame = pd.DataFrame(PAIRS, columns=["sentence1", "sentence2", "score"]).assign(split="dev")
    frame = frame[["split", "score", "sentence1", "sentence2"]]
    frame.to_csv(tmp_path / "pairs.csv", index=False)
    expected = sentence_pairs(KNOWN, PAIRS).to_dict()
    assert sentence_pairs(KNOWN, frame).to_dict() == expected
    assert sentence_pairs(KNOWN, tmp_path / "pairs.csv").to_dict() == expected
    assert expected.keys() == {"spearman", "spearman_pvalue", "pearson", "pearson_pvalue", "n_pairs", "n_zero"}


def test_a_sentence_may_begin_as_a_comment_does(tmp_path):
    path = tmp_path / "pairs.csv"
    path.write_text("#good film,good film,5\n" + "\n".join(f"{a},{b},{c}" for a, b, c in PAIRS))
    assert sentence_pairs(KNOWN, path).pairs == [("#good film", "good film", 5.0), *PAIRS]


def test_prints():
    result = sentence_pairs(KNOWN, PAIRS)
    lines = repr(result).splitlines()
    assert lines[0] == "SentencePairsResult(5 pairs)"
    assert lines[1].split() == ["Spearman", f"{result.spearman:.4f}", "p", "=", f"{result.spearman_pvalue:.2g}"]
    assert lines[3] == "  1 pair with a zero vector"
    assert len(repr(sentence_pairs(KNOWN, PAIRS[:4])).splitlines()) == 3
    assert "5 pairs. 1 pair with a zero vector" in result._repr_html_()


@pytest.mark.parametrize(
    ("encoder", "error", "message"),
    [
        (lambda s: KNOWN.transform(s)[1:], ValueError, "made 9 vectors of 10 sentences"),
        (lambda s: np.ones(10), ValueError, r"returned ndarray of shape \(10,\)"),
        (lambda s: np.full((10, 2), np.nan), ValueError, "hold NaN or infinity"),
        (lambda s: sp.csr_array(np.full((10, 2), np.inf)), ValueError, "hold NaN or infinity"),
        (lambda s: np.zeros((10, 2)), ValueError, "All 5 similarities are equal, 0"),
        (
            lambda s: [np.ones((len(x) % 3, 2)) for x in s],
            ValueError,
            "must return a matrix of numbers .* but it returned list",
        ),
        ("tfidf", TypeError, "must be a transformer, a function that returns a matrix, .* but it is 'tfidf'"),
    ],
)
def test_errors(encoder, error, message):
    with pytest.raises(error, match=message):
        sentence_pairs(encoder, PAIRS)


def test_sts_benchmark(data):
    """1,500 pairs of the development set, by TF-IDF of the training set."""
    table = pd.read_csv(data("stsb", "sts_train_dev.csv"))
    train, dev = table[table.split == "train"], table[table.split == "dev"]
    sentences = [*train.sentence1, *train.sentence2]
    result = sentence_pairs(TfidfVectorizer().fit(sentences), dev)
    theirs = SkTfidfVectorizer().fit(sentences)
    cosines = np.asarray(theirs.transform(dev.sentence1).multiply(theirs.transform(dev.sentence2)).sum(axis=1)).ravel()
    assert result.n_pairs == 1500
    assert result.spearman == pytest.approx(stats.spearmanr(cosines.round(10), dev.score).statistic)
    assert result.spearman > 0.7
