"""Word pairs: gensim's figures on gensim's files, and errors where there is no figure."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("gensim")

from gensim.models import KeyedVectors
from gensim.test.utils import datapath

from support import strategies
from support.vectors import both
from textvec.embeddings import WordVectors
from textvec.evaluation import word_pairs
from textvec.evaluation._lookup import Lookup

FILES = ["wordsim353.tsv", "simlex999.txt"]
PAIRS = [("a", "b", 3.0), ("b", "c", 2.0), ("a", "c", 1.0), ("a", "d", 0.5)]
TABLE = WordVectors(["a", "b", "c"], [[1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])


@pytest.fixture(scope="module")
def tables():
    """Random vectors for nine in ten words of the files, in several letter cases."""
    lines = [line for name in FILES for line in Path(datapath(name)).read_text().splitlines() if line[0] != "#"]
    words = dict.fromkeys(word for line in lines for word in line.split("\t")[:2])
    words = [word for i, word in enumerate(words) if i % 10]
    words = list(dict.fromkeys([*words, *(word.title() for word in words[::3]), *(w.upper() for w in words[::4])]))
    rng = np.random.default_rng(0)
    rng.shuffle(words)
    return both(words, rng.normal(size=(len(words), 20)))


def assert_same_figures(ours, theirs, path, **options):
    (pearson, pearson_p), (spearman, spearman_p), unknown = theirs.evaluate_word_pairs(path, **options)
    result = word_pairs(ours, path, **options)
    assert result.spearman == pytest.approx(spearman, abs=1e-7)
    assert result.spearman_pvalue == pytest.approx(spearman_p, rel=1e-5)
    assert result.pearson == pytest.approx(pearson, abs=1e-6)
    assert result.pearson_pvalue == pytest.approx(pearson_p, rel=1e-5)
    assert 100 * (1 - result.coverage) == pytest.approx(unknown)
    return result


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("case_insensitive", [True, False])
@pytest.mark.parametrize("dummy4unknown", [True, False])
@pytest.mark.parametrize("restrict_vocab", [300_000, 400, None])
def test_gensims_figures(tables, name, restrict_vocab, dummy4unknown, case_insensitive):
    options = {"dummy4unknown": dummy4unknown, "case_insensitive": case_insensitive}
    result = assert_same_figures(*tables, datapath(name), restrict_vocab=restrict_vocab, **options)
    assert result.n_pairs == (353 if "353" in name else 999)
    assert 0 < result.coverage < 1


def test_gensims_figures_on_vectors_of_text():
    theirs = KeyedVectors.load_word2vec_format(datapath("lee_fasttext.vec"))
    ours = WordVectors(theirs.index_to_key, theirs.vectors)
    result = assert_same_figures(ours, theirs, datapath("wordsim353.tsv"))
    assert result.n_known > 20


def test_published_files(data):
    """The two halves of WordSim-353 as separate tables, one with an empty last row."""
    folder = data("words")
    words = [word for line in (folder / "simlex999.csv").read_text().splitlines()[1:] for word in line.split(",")[1:3]]
    table = WordVectors(dict.fromkeys(words), np.random.default_rng(0).normal(size=(len(set(words)), 5)))
    assert word_pairs(table, folder / "simlex999.csv").coverage == 1
    for name, n_pairs in (("wordsim353-sim", 203), ("wordsim353-rel", 252)):
        assert word_pairs(table, folder / f"{name}.csv").n_pairs == n_pairs


def test_what_it_tells():
    result = word_pairs(TABLE, PAIRS)
    assert result.pairs == PAIRS
    assert result.similarities[:3] == pytest.approx([0.5**0.5, 0.5**0.5, 0.0])
    assert np.isnan(result.similarities[3])
    assert (result.n_pairs, result.n_known, result.coverage) == (4, 3, 0.75)
    assert result.unknown_words == ["d"]
    assert result.to_dict() == {
        "spearman": result.spearman,
        "spearman_pvalue": result.spearman_pvalue,
        "pearson": result.pearson,
        "pearson_pvalue": result.pearson_pvalue,
        "n_pairs": 4,
        "n_known": 3,
        "coverage": 0.75,
    }
    assert word_pairs(TABLE, PAIRS, dummy4unknown=True).similarities[3] == 0


def test_unknown_words_in_the_order_they_come_in_each_once():
    pairs = [*PAIRS, ("x", "y", 1), ("D", "x", 1), ("d", "a", 1)]
    assert word_pairs(TABLE, pairs).unknown_words == ["d", "x", "y", "D"]


def test_hostile_words(hostile):
    """Those of a table are found, the rest are told as they were written."""
    words = list(dict.fromkeys(text.strip() for text in hostile if text.strip()))
    table = WordVectors(words[::2], np.random.default_rng(0).normal(size=(len(words[::2]), 3)))
    judged = [(word, words[0], i % 5) for i, word in enumerate(words)]
    result = word_pairs(table, judged, case_insensitive=False)
    assert result.unknown_words == words[1::2]
    assert np.isnan(result.similarities).tolist() == [i % 2 == 1 for i in range(len(words))]


def test_the_first_of_several_letter_cases_is_taken():
    table = WordVectors(["A", "b", "a", "c", "B"], [[1, 0], [1, 1], [0, 1], [0, 1], [9, 9]])
    assert word_pairs(table, PAIRS[:3]).similarities == pytest.approx(word_pairs(TABLE, PAIRS[:3]).similarities)
    exact = word_pairs(table, PAIRS[:3], case_insensitive=False)
    assert exact.similarities == pytest.approx([0.5**0.5, 0.5**0.5, 1])
    assert Lookup(WordVectors(["straße"], [[1]]), None, True).rows(["STRASSE", "STRAßE"]).tolist() == [0, 0]


@settings(max_examples=60)
@given(st.lists(strategies.words, max_size=12), st.lists(strategies.words, max_size=6), st.integers(1, 12))
def test_words_are_found_as_in_gensim(words, wanted, restrict_vocab):
    words = list(dict.fromkeys(words))
    lookup = Lookup(WordVectors(words, np.ones((len(words), 2))), restrict_vocab, True)
    row_of = {word.upper(): row for row, word in reversed(list(enumerate(words[:restrict_vocab])))}
    wanted += words
    assert lookup.rows(wanted).tolist() == [row_of.get(word.upper(), -1) for word in wanted]


def ranks(values):
    """Return for each value the mean of the places that it and its equals have in sorted order."""
    places = {value: [i for i, other in enumerate(sorted(values)) if other == value] for value in values}
    return [np.mean(places[value]) for value in values]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), min_size=3, max_size=30))
def test_ranks_with_ties(pairs):
    """Few judgements and few angles: Pearson's correlation of mean ranks, by its definition."""
    angles = np.arange(5) * 0.3
    table = WordVectors([f"w{i}" for i in range(5)], np.column_stack([np.cos(angles), np.sin(angles)]))
    judgements, steps = zip(*pairs, strict=True)
    judged = [("w0", f"w{step}", judgement) for judgement, step in pairs]
    if len(set(judgements)) == 1 or len(set(steps)) == 1:
        with pytest.raises(ValueError, match="there is no correlation with what never varies"):
            word_pairs(table, judged)
        return
    result = word_pairs(table, judged)
    assert result.spearman == pytest.approx(np.corrcoef(ranks(judgements), ranks([-s for s in steps]))[0, 1])
    assert result.pearson == pytest.approx(np.corrcoef(judgements, np.cos(angles[list(steps)]))[0, 1])


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_any_float_and_a_memory_map(tables, tmp_path, dtype):
    ours, _ = tables
    path = tmp_path / "vectors.npy"
    np.save(path, ours.vectors.astype(dtype))
    table = WordVectors(ours.words, np.load(path, mmap_mode="r"))
    same = WordVectors(ours.words, ours.vectors.astype(dtype).astype(np.float64))
    file = datapath("wordsim353.tsv")
    assert word_pairs(table, file).spearman == word_pairs(same, file).spearman


def test_zero_vectors_are_similar_to_nothing_and_the_table_stays_as_it_was():
    vectors = np.array([[1.0, 0.0], [2.0, 2.0], [0.0, 0.0]])
    table = WordVectors([*"abc"], vectors)
    assert word_pairs(table, PAIRS[:3]).similarities == pytest.approx([0.5**0.5, 0, 0])
    assert vectors.tolist() == [[1, 0], [2, 2], [0, 0]]


def test_prints():
    result = word_pairs(TABLE, [*PAIRS, *((f"<{i}>", "a", 1) for i in range(10))])
    lines = repr(result).splitlines()
    assert lines[0] == "WordPairsResult(3 of 14 pairs)"
    assert lines[1].split()[:2] == ["Spearman", f"{result.spearman:.4f}"]
    assert lines[3].strip().startswith("11 unknown words: d, <0>, <1>")
    assert lines[3].endswith(", ...")
    assert "unknown" not in repr(word_pairs(TABLE, PAIRS[:3]))
    assert f"<td>{result.pearson:.4f}</td>" in result._repr_html_()
    assert "&lt;0&gt;" in result._repr_html_()
    assert "<0>" not in result._repr_html_()


@pytest.mark.parametrize(
    ("vectors", "pairs", "options", "error", "message"),
    [
        (TABLE, PAIRS[1:], {}, ValueError, "needs three pairs or more, but there are 2 with known words"),
        (TABLE, [("x", "y", 1)] * 5, {}, ValueError, "there are 0 with known words"),
        (TABLE, [(a, b, 1) for a, b, _ in PAIRS], {}, ValueError, "All 3 judgements are equal, 1: there is no"),
        (TABLE, [("a", "a", i) for i in range(5)], {}, ValueError, "All 5 similarities are equal, 1"),
        (TABLE, PAIRS, {"restrict_vocab": 0}, ValueError, "restrict_vocab must be a positive integer or None"),
        (TABLE, PAIRS, {"restrict_vocab": 1.5}, ValueError, "restrict_vocab must be .* but it is 1.5"),
        (
            SimpleNamespace(words=[*"abc"], vectors=np.array([[1, 0], [np.nan, 1], [0, 1]])),
            PAIRS,
            {},
            ValueError,
            "vector of 'b', in row 1, holds NaN",
        ),
        ({"a": [1, 2]}, PAIRS, {}, TypeError, "Word vectors were expected, .* but dict was given"),
        (KeyedVectors(2), PAIRS, {}, TypeError, r"but KeyedVectors was given.* `WordVectors\.from_gensim"),
    ],
)
def test_errors(vectors, pairs, options, error, message):
    with pytest.raises(error, match=message):
        word_pairs(vectors, pairs, **options)
