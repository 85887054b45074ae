import math
import sys
from itertools import chain, pairwise

import numpy as np
import pytest
from gensim.corpora import Dictionary
from gensim.similarities import SparseTermSimilarityMatrix, WordEmbeddingSimilarityIndex
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from support.strategies import texts
from support.vectors import both
from textvec import TfidfVectorizer, Tokenizer, Word2Vec, WordVectors
from textvec.similarity.measures import cosine
from textvec.similarity.word_measures import soft_cosine, word_movers_distance

WORDS = [f"w{i}" for i in range(60)]
KNOWN = WORDS[:50]
OURS, THEIRS = both(KNOWN, np.random.default_rng(0).normal(size=(50, 4)))
word_lists = st.lists(st.sampled_from(WORDS), max_size=25)


def gensim_soft_cosine(a, b, vectors, **params):
    if not a or not b:
        return 0.0
    dictionary = Dictionary([a, b])
    index = WordEmbeddingSimilarityIndex(vectors, **params)
    matrix = SparseTermSimilarityMatrix(index, dictionary, nonzero_limit=10**6, dtype=np.float64)
    return matrix.inner_product(dictionary.doc2bow(a), dictionary.doc2bow(b), normalized=(True, True))


@pytest.fixture(scope="module")
def review_vectors(reviews):
    tokens = Tokenizer().transform(reviews)
    vectors = Word2Vec(vector_size=20, min_count=2, epochs=3, random_state=0).fit(tokens).vectors_
    return vectors, vectors.to_gensim()


@settings(deadline=None)
@given(word_lists, word_lists, st.sampled_from([(0.0, 2.0), (0.0, 1.0), (0.3, 4.0), (1.0, 2.0), (0.5, 0.5)]))
def test_soft_cosine_is_gensim_s(a, b, params):
    threshold, exponent = params
    expected = gensim_soft_cosine(a, b, THEIRS, threshold=threshold, exponent=exponent)
    found = soft_cosine(a, b, OURS, threshold=threshold, exponent=exponent)
    assert found == pytest.approx(expected, abs=1e-6)
    assert 0 <= found <= 1


@settings(deadline=None)
@given(word_lists, word_lists)
def test_word_movers_distance_is_gensim_s(a, b):
    expected = THEIRS.wmdistance(a, b)
    found = word_movers_distance(a, b, OURS)
    assert found == pytest.approx(expected, abs=1e-6)
    assert word_movers_distance(b, a, OURS) == pytest.approx(found, abs=1e-9)


def test_real_text(imdb, review_vectors):
    """Also words that the vectors do not know."""
    ours, theirs = review_vectors
    documents = [review[:1500] for review in imdb[:12]]
    lists = Tokenizer().transform(documents).to_lists()
    for i in range(11):
        a, b = lists[i], lists[i + 1]
        expected = theirs.wmdistance(a, b)
        assert word_movers_distance(documents[i], documents[i + 1], ours) == pytest.approx(expected, abs=1e-6)
        expected = gensim_soft_cosine(a, b, theirs)
        assert soft_cosine(documents[i], documents[i + 1], ours) == pytest.approx(expected, abs=1e-5)


def test_weights(messages):
    """TF-IDF weights by word, with gensim as the judge."""
    tfidf = TfidfVectorizer().fit(messages)
    names = tfidf.get_feature_names_out()
    ours, theirs = both(names, np.random.default_rng(1).normal(size=(len(names), 3)))
    rows = tfidf.transform(messages[:10])
    bags = [dict(zip(names[row.indices].tolist(), row.data.tolist(), strict=True)) for row in rows]
    for a, b in pairwise(bags):
        dictionary = Dictionary([list(a), list(b)])
        index = WordEmbeddingSimilarityIndex(theirs)
        matrix = SparseTermSimilarityMatrix(index, dictionary, nonzero_limit=10**6, dtype=np.float64)
        x, y = ([(dictionary.token2id[word], weight) for word, weight in bag.items()] for bag in (a, b))
        expected = matrix.inner_product(x, y, normalized=(True, True))
        assert soft_cosine(a, b, ours) == pytest.approx(expected, abs=1e-6)
        scaled = {word: 7 * weight for word, weight in a.items()}
        assert word_movers_distance(scaled, b, ours) == pytest.approx(word_movers_distance(a, b, ours))
    assert word_movers_distance({"w1": 2, "w2": 1, "w3": 0}, ["w4"], OURS) == pytest.approx(
        THEIRS.wmdistance(["w1", "w1", "w2"], ["w4"])
    )


@settings(deadline=None)
@given(texts, texts)
def test_hostile_texts(a, b):
    assume(not {*Tokenizer().tokenize(a), *Tokenizer().tokenize(b)} & {*KNOWN})
    assert 0 <= soft_cosine(a, b, OURS) <= 1
    assert soft_cosine(a, b, OURS) == pytest.approx(cosine(a, b))  # no word is known
    assert word_movers_distance(a, b, OURS) == math.inf


def test_soft_cosine_is_never_over_1():
    """Two words that are each like a third, but not like each other: no inner products are like that."""
    vectors = WordVectors(["left", "middle", "right"], [[0.9, 0.43], [1, 0], [0.9, -0.43]])
    assert soft_cosine("left right", "middle", vectors, threshold=0.7, exponent=1) == 1


def test_far_words_are_only_themselves():
    a, b = ["w1", "w2", "nobody"], ["w1", "nobody", "unknown"]
    assert soft_cosine(a, b, OURS, threshold=1) == pytest.approx(cosine(a, b))


@pytest.mark.parametrize("nothing", ["", [], {}, "?", {"w1": 0}])
def test_nothing_is_similar_to_nothing(nothing):
    for other in ("w1 w2", nothing):
        assert soft_cosine(nothing, other, OURS) == soft_cosine(other, nothing, OURS) == 0
        assert word_movers_distance(nothing, other, OURS) == word_movers_distance(other, nothing, OURS) == math.inf
    assert word_movers_distance("unknown words", "w1", OURS) == math.inf
    assert soft_cosine("unknown words", "unknown ones", OURS) == 0.5


def test_same_words_have_no_way_to_go():
    assert word_movers_distance("w1 w2 w2", ["w2", "w1", "w2"], OURS) == pytest.approx(0, abs=1e-12)
    assert word_movers_distance("w1", "w1", OURS) == 0
    twins = WordVectors(["one", "ace"], [[1, 2], [2, 4]])
    assert word_movers_distance("one", "ace", twins) == pytest.approx(0, abs=1e-7)  # gensim calls it infinite
    assert soft_cosine("one", "ace", twins) == pytest.approx(1)


def test_zero_vectors():
    vectors = WordVectors(["nil", "nul", "one"], [[0, 0], [0, 0], [1, 2]])
    assert soft_cosine("nil", "nil", vectors) == 1
    assert soft_cosine("nil", "nul", vectors) == soft_cosine("nil", "one", vectors) == 0
    assert word_movers_distance("nil", "one", vectors) == pytest.approx(1)


@pytest.mark.parametrize("unknown", ["error", "skip", "zero"])
def test_what_stands_for_unknown_words_is_not_asked(unknown):
    table = WordVectors(OURS.words, OURS.vectors, unknown=unknown)
    a, b = ["w1", "w2", "nobody"], ["w3", "unknown"]
    assert word_movers_distance(a, b, table) == word_movers_distance(["w1", "w2"], ["w3"], OURS)
    assert soft_cosine(a, b, table) == soft_cosine(a, b, OURS)


class Halves:
    """Stands for vectors of character n-grams."""

    vector_size = 2

    def vectors_of(self, words):
        return np.float32([[1, 0] if word < "m" else [0, 1] for word in words])


def test_subwords():
    table = WordVectors(["one"], [[1, 1]], unknown="subword", subwords=Halves())
    assert word_movers_distance("bee", "cat", table) == 0
    assert word_movers_distance("bee", "zoo", table) == pytest.approx(math.sqrt(2))
    assert soft_cosine("bee", "cat", table) == pytest.approx(1)
    assert soft_cosine("bee", "one", table, exponent=1) == pytest.approx(math.sqrt(0.5))


def test_long_documents(imdb):
    """A thousand distinct words each: POT would warn if it had to stop short of the least way."""
    tokens = Tokenizer().transform(imdb[:40])
    vectors = WordVectors(tokens.vocabulary, np.random.default_rng(0).normal(size=(len(tokens.vocabulary), 10)))
    halves = (chain.from_iterable(tokens[rows]) for rows in (slice(20), slice(20, 40)))
    assert 0 < word_movers_distance(*halves, vectors) < 1


@pytest.mark.parametrize("measure", [soft_cosine, word_movers_distance])
def test_what_is_refused(measure):
    name = measure.__name__
    with pytest.raises(TypeError, match=f"{name}: vectors must be WordVectors, but KeyedVectors was given"):
        measure("a", "b", THEIRS)
    with pytest.raises(TypeError, match=f"{name}: a document must be a text, a list of words"):
        measure(["a", 1], "b", OURS)
    with pytest.raises(ValueError, match=f"{name}: weights must be 0 or more"):
        measure({"w1": -1}, "w2", OURS)
    with pytest.raises(ValueError, match=f"{name}: weights must be finite"):
        measure("w2", {"w1": math.nan}, OURS)


@pytest.mark.parametrize(
    ("params", "message"),
    [({"threshold": -0.1}, "threshold must lie between 0 and 1"), ({"threshold": 1.1}, "threshold must lie"),
     ({"threshold": math.nan}, "threshold must lie"), ({"exponent": 0}, "exponent must be more than 0"),
     ({"exponent": math.nan}, "exponent must be"), ({"exponent": math.inf}, "exponent must be")],
)  # fmt: skip
def test_parameters(params, message):
    with pytest.raises(ValueError, match=message):
        soft_cosine("a", "b", OURS, **params)


def test_without_pot(monkeypatch):
    monkeypatch.setitem(sys.modules, "ot", None)
    with pytest.raises(ImportError, match=r'POT, which is not installed.*pip install "textvec-kit\[transport\]"'):
        word_movers_distance("w1", "w2", OURS)
    assert word_movers_distance("w1", "", OURS) == math.inf
