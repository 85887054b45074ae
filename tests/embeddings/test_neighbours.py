"""What WordVectors tells of neighbours, analogies and similarities, against gensim's KeyedVectors."""

import numpy as np
import pytest
from gensim.models import FastText, KeyedVectors
from gensim.models import Word2Vec as GensimWord2Vec
from gensim.test.utils import datapath

from support.compare import threads
from textvec import Tokenizer, WordVectors
from textvec.embeddings import Neighbour, Neighbours

pytestmark = pytest.mark.filterwarnings("ignore:Call to deprecated `init_sims`:DeprecationWarning")  # gensim's own


def trained(documents):
    """Return vectors that gensim learns of documents, as ours, and as gensim's in float64.

    They are all alike after so little training, and differences of them lose the sixth place in gensim's float32.
    """
    lists = Tokenizer().fit_transform(documents).to_lists()
    learnt = GensimWord2Vec(lists, vector_size=40, min_count=3, epochs=3, seed=1, workers=1).wv
    return WordVectors(learnt.index_to_key, learnt.vectors), peer_of(learnt.index_to_key, learnt.vectors)


def peer_of(words, vectors):
    peer = KeyedVectors(vectors.shape[1], dtype=np.float64)
    peer.add_vectors(list(words), vectors.astype(np.float64))
    return peer


def bundled():
    theirs = KeyedVectors.load_word2vec_format(datapath("euclidean_vectors.bin"), binary=True)
    return WordVectors(theirs.index_to_key, theirs.vectors), theirs


@pytest.fixture(scope="module")
def pair(imdb):
    return trained(imdb[:1000])


@pytest.fixture(scope="module")
def small_pair():
    return bundled()


def assert_same(ours, theirs):
    """Compare neighbours: words in order but where scores are equal to 1e-6, scores to 1e-6 of their size."""
    assert isinstance(ours, Neighbours)
    scores = np.array([score for _, score in theirs])
    tolerance = 1e-6 * max(1, *np.abs(scores)) if len(scores) else 0
    np.testing.assert_allclose([neighbour.score for neighbour in ours], scores, atol=tolerance)
    expected = dict(theirs)
    for (word, score), (other, _) in zip(ours, theirs, strict=True):
        assert word == other or abs(expected.get(word, scores[-1]) - score) <= tolerance


def queries(words):
    """Return arguments of most_similar that 3CosAdd and 3CosMul take alike."""
    a, b, c, d = words
    return [
        {"positive": a},
        {"positive": [a]},
        {"positive": [a, b]},
        {"positive": [a, b, a]},
        {"positive": [a, b], "negative": [c]},
        {"positive": [a, b], "negative": [c, d]},
        {"positive": a, "negative": b},
        {"positive": [a, b], "negative": [c], "topn": 1},
        {"positive": [a], "topn": 10_000_000},
    ]


@pytest.mark.parametrize("n_threads", [1, 2])
@pytest.mark.parametrize("method", ["3cosadd", "3cosmul"])
def test_most_similar(small_pair, method, n_threads):
    ours, theirs = small_pair
    peer = theirs.most_similar if method == "3cosadd" else theirs.most_similar_cosmul
    words = [theirs.index_to_key[row] for row in np.random.default_rng(0).permutation(len(theirs))[:40]]
    with threads(n_threads):
        for i in range(0, 40, 4):
            for query in queries(words[i : i + 4]):
                assert_same(ours.most_similar(**query, method=method), peer(**query))


@pytest.mark.parametrize("method", ["3cosadd", "3cosmul"])
def test_most_similar_on_real_reviews(pair, method):
    ours, theirs = pair
    assert len(ours) > 5000
    peer = theirs.most_similar if method == "3cosadd" else theirs.most_similar_cosmul
    for words in (["good", "bad", "film", "actor"], ["he", "she", "actor", "director"], ["two", "one", "day", "year"]):
        for query in queries(words):
            assert_same(ours.most_similar(**query, method=method), peer(**query))
    for word in theirs.index_to_key[::997]:
        assert_same(ours.most_similar(word), theirs.most_similar(word))


def test_vectors_weights_and_only_negative_words(small_pair):
    ours, theirs = small_pair
    a, b, c = theirs.index_to_key[10:13]
    vector = 3 * np.random.default_rng(0).normal(size=ours.vector_size).astype(np.float32)
    for query in [
        {"positive": vector},
        {"positive": [vector, a]},
        {"positive": np.array([vector, ours[a]])},
        {"positive": [(a, 0.3), b, (vector, 2)], "negative": [c]},
        {"positive": [a], "negative": [(b, -0.5)]},
        {"positive": [a], "negative": [(b, 0.5)]},  # a weight is taken with its own sign
        {"negative": [a, b]},
    ]:
        assert_same(ours.most_similar(**query), theirs.most_similar(**query))
    unit = vector / np.linalg.norm(vector)
    assert_same(
        ours.most_similar([a, vector], method="3cosmul"), theirs.most_similar_cosmul([a, unit])
    )  # theirs takes the length of a vector for a part of its cosine


@pytest.mark.parametrize("restrict", [1, 50, 10**9])
def test_restrict(small_pair, restrict):
    ours, theirs = small_pair
    for words in (theirs.index_to_key[:1], theirs.index_to_key[-2:]):
        for method, peer in (("3cosadd", theirs.most_similar), ("3cosmul", theirs.most_similar_cosmul)):
            if method == "3cosmul" and restrict == 1:
                continue  # theirs searches all words then
            limit = min(restrict, len(theirs))
            expected = [pair for pair in peer(words, topn=len(theirs)) if theirs.key_to_index[pair[0]] < limit][:10]
            assert_same(ours.most_similar(words, method=method, restrict=restrict), expected)
    assert all(
        ours.row_of[word] < restrict for word, _ in ours.nearest(ours[theirs.index_to_key[-1]], restrict=restrict)
    )


def test_analogy(pair):
    ours, theirs = pair
    expected = theirs.most_similar(["actress", "he"], ["she"], topn=5)
    assert_same(ours.analogy("she", "actress", "he", topn=5), expected)
    expected = theirs.most_similar_cosmul(["actress", "he"], ["she"])
    assert_same(ours.analogy("she", "actress", "he", method="3cosmul"), expected)
    assert_same(
        ours.analogy("she", "actress", "he", restrict=500),
        theirs.most_similar(["actress", "he"], ["she"], restrict_vocab=500),
    )


def test_nearest_of_one_and_of_many(pair):
    ours, theirs = pair
    vectors = np.random.default_rng(0).normal(size=(30, ours.vector_size))
    found = ours.nearest(vectors, topn=7)
    assert isinstance(found, list)
    for near, vector in zip(found, vectors, strict=True):
        assert_same(near, theirs.similar_by_vector(vector.astype(np.float32), topn=7))
        assert ours.nearest(vector, topn=7) == near
    assert [near[0].word for near in ours.nearest(ours[["good", "film"]], topn=1)] == ["good", "film"]
    assert ours.nearest(np.zeros((0, ours.vector_size))) == []


def test_similarities(small_pair):
    ours, theirs = small_pair
    words = theirs.index_to_key
    for i in range(0, 60, 6):
        a, b, *more = words[i : i + 6]
        assert ours.similarity(a, b) == pytest.approx(theirs.similarity(a, b), abs=1e-6)
        assert ours.distance(a, b) == pytest.approx(theirs.distance(a, b), abs=1e-6)
        assert ours.n_similarity([a, b], more) == pytest.approx(theirs.n_similarity([a, b], more), abs=1e-6)
        assert ours.odd_one_out([a, b, *more]) == theirs.doesnt_match([a, b, *more])
        assert type(ours.similarity(a, b)) is type(ours.n_similarity([a], more)) is float


def test_odd_one_out_of_words_some_of_which_are_skipped():
    wv = WordVectors(["tea", "coffee", "moon"], [[4, 1], [3, 1], [-1, 4]], unknown="skip")
    assert wv.odd_one_out(["cocoa", "tea", "moon", "coffee"]) == "moon"
    assert wv.odd_one_out(np.array(["tea", "juice", "coffee", "moon"])) == "moon"
    assert wv.n_similarity(["tea", "cocoa"], ["coffee"]) == wv.similarity("tea", "coffee")
    assert wv.n_similarity(["juice", "cocoa"], ["coffee"]) == 0
    with pytest.raises(ValueError, match="needs words that have vectors, but got none"):
        wv.odd_one_out(["cocoa"])
    with pytest.raises(ValueError, match="one of them is empty"):
        wv.n_similarity([], ["tea"])


def test_zero_vectors_are_similar_to_nothing():
    wv = WordVectors(["nothing", "tea", "moon", "void"], [[0, 0], [4, 1], [-4, 1], [0, 0]], unknown="zero")
    assert wv.similarity("tea", "nothing") == wv.similarity("tea", "unknown") == 0
    assert wv.most_similar("nothing") == wv.most_similar("unknown") == wv.nearest([0, 0]) == []
    for method in ("3cosadd", "3cosmul"):
        assert [word for word, _ in wv.most_similar("tea", method=method)] == ["moon"]
    assert [word for word, _ in wv.nearest([1, 0])] == ["tea", "moon"]
    assert wv.most_similar(["tea"], ["tea"]) == []


def test_the_most_similar_to_unknown_words():
    wv = WordVectors(["tea", "coffee", "moon"], [[4, 1], [3, 1], [-1, 4]])
    with pytest.raises(KeyError, match="is 'cocoa'"):
        wv.most_similar(["tea", "cocoa"])
    wv.unknown = "skip"
    assert wv.most_similar(["tea", "cocoa"]) == wv.most_similar("tea")
    assert wv.most_similar(["tea"], ["cocoa"]) == wv.most_similar("tea")
    with pytest.raises(KeyError, match="is 'cocoa'"):
        wv.most_similar("cocoa")
    with pytest.raises(KeyError, match="is 'cocoa'"):
        wv.analogy("tea", "cocoa", "moon")


def test_subwords_as_in_gensim(reviews):
    lists = Tokenizer().fit_transform(reviews).to_lists()
    theirs = FastText(lists, vector_size=12, min_count=2, bucket=500, epochs=2, seed=1, workers=1).wv
    ours = WordVectors.from_gensim(theirs)
    unknown = "unheardofword"
    assert ours.unknown == "subword"
    assert unknown not in ours
    assert_same(ours.most_similar(unknown), theirs.most_similar(unknown))
    assert_same(ours.most_similar([unknown, "good"]), theirs.most_similar([unknown, "good"]))
    assert ours.similarity(unknown, "good") == pytest.approx(theirs.similarity(unknown, "good"), abs=1e-6)


@pytest.mark.parametrize("dtype", [np.float16, np.float64])
def test_other_types_of_numbers(pair, dtype):
    ours, _ = pair
    other = WordVectors(ours.words, ours.vectors.astype(dtype))
    assert other["film"].dtype == dtype
    peer = peer_of(ours.words, other.vectors)
    for word in ("film", "good", "she"):
        assert_same(other.most_similar(word), peer.most_similar(word))
        assert_same(other.most_similar(word, method="3cosmul"), peer.most_similar_cosmul(word))


def test_memory_maps_are_searched_and_refused_where_they_are_not_finite(pair, tmp_path):
    ours, _ = pair
    np.save(tmp_path / "vectors.npy", ours.vectors)
    mapped = WordVectors(ours.words, np.load(tmp_path / "vectors.npy", mmap_mode="r"))
    assert mapped.most_similar("film") == ours.most_similar("film")
    assert type(mapped["film"]) is np.ndarray
    np.save(tmp_path / "bad.npy", np.array([[1, 2], [np.nan, 1]]))
    with pytest.raises(ValueError, match="vector of 'b' holds NaN, infinity, or numbers beyond float32"):
        WordVectors(["a", "b"], np.load(tmp_path / "bad.npy", mmap_mode="r")).most_similar("a")


@pytest.mark.parametrize("scale", [1e-310, 1e-300, 1e-46, 1e-40, 1e-20, 1e20, 1e39, 1e150, 1e307])
def test_directions_count_however_large_or_small_numbers_are(scale, pair, tmp_path):
    ours = WordVectors(pair[0].words, pair[0].vectors.astype(np.float64))
    scaled = WordVectors(ours.words, ours.vectors * scale)
    np.save(tmp_path / "v.npy", scaled.vectors)
    mapped = WordVectors(ours.words, np.load(tmp_path / "v.npy", mmap_mode="r"))
    tolerance = 1e-6 if scale > 1e-305 else 1e-3  # numbers below 1e-308 have fewer digits
    for table in (scaled, mapped):
        for ask in (
            lambda wv: wv.most_similar("film"),
            lambda wv: wv.most_similar(["film", "good"], ["bad"]),
            lambda wv: wv.most_similar(["film", "good"], ["bad"], method="3cosmul"),
            lambda wv: wv.nearest(wv["film"]),
        ):
            found, expected = ask(table), ask(ours)
            if scale > 1e-305:
                assert [word for word, _ in found] == [word for word, _ in expected]
            np.testing.assert_allclose([x for _, x in found], [x for _, x in expected], rtol=0, atol=tolerance)
    assert scaled.similarity("film", "good") == pytest.approx(ours.similarity("film", "good"), abs=tolerance)
    assert scaled.odd_one_out(["film", "good", "bad"]) == ours.odd_one_out(["film", "good", "bad"])


def test_one_word_beyond_float32():
    wv = WordVectors(["a", "b", "c"], np.array([[1, 2], [1e300, 2e300], [1e-300, -2e-300]]))
    assert dict(wv.most_similar("a")) == pytest.approx({"b": 1.0, "c": -0.6}, abs=1e-6)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda wv: wv.most_similar(), ValueError, "at least one word or vector"),
        (lambda wv: wv.most_similar([]), ValueError, "at least one word or vector"),
        (lambda wv: wv.most_similar("a", topn=0), ValueError, "topn must be a positive integer, but it is 0"),
        (lambda wv: wv.most_similar("a", topn=2.0), ValueError, "topn must be a positive integer, but it is 2.0"),
        (
            lambda wv: wv.most_similar("a", restrict=0),
            ValueError,
            "restrict must be a positive integer or None, but it is 0",
        ),
        (lambda wv: wv.most_similar("a", method="cos"), ValueError, "must be '3cosadd' or '3cosmul', but it is 'cos'"),
        (lambda wv: wv.most_similar(negative="a", method="3cosmul"), ValueError, "needs a positive word"),
        (lambda wv: wv.most_similar([("a", 2.0)], method="3cosmul"), ValueError, "takes no weights"),
        (lambda wv: wv.most_similar([("a", np.inf)]), ValueError, "weights must be finite numbers"),
        (lambda wv: wv.most_similar([np.ones(3)]), ValueError, r"vectors of 2 numbers.*shape \(1, 3\)"),
        (lambda wv: wv.most_similar([np.array([1, np.nan])]), ValueError, "given holds NaN or infinity"),
        (lambda wv: wv.most_similar([1, 2]), ValueError, r"vectors of 2 numbers were expected.*shape \(1,\)"),
        (lambda wv: wv.most_similar([("a", "b")]), ValueError, "vectors of 2 numbers were expected.*type <U1"),
        (lambda wv: wv.nearest("a"), ValueError, "takes a vector or a matrix"),
        (lambda wv: wv.nearest(["a", "b"]), ValueError, "vectors of 2 numbers were expected"),
        (
            lambda wv: wv.nearest(np.ones((1, 1, 2))),
            ValueError,
            "takes a vector or a matrix, but got an array of 3 axes",
        ),
        (lambda wv: wv.nearest([1, 2], topn=-1), ValueError, "topn must be a positive integer"),
        (lambda wv: wv.odd_one_out("ab"), TypeError, "a list of words was expected"),
        (lambda wv: wv.n_similarity("ab", ["a"]), TypeError, "a list of words was expected"),
    ],
)
def test_what_cannot_be_asked(call, error, message):
    with pytest.raises(error, match=message):
        call(WordVectors(["a", "b"], [[1, 2], [3, 4]]))


def test_neighbours_read_like_a_list_of_pairs_and_print_well():
    near = Neighbours([Neighbour("<b>", 0.75), Neighbour("c", -0.5)])
    assert near == [("<b>", 0.75), ("c", -0.5)]
    assert dict(near) == {"<b>": 0.75, "c": -0.5}
    assert repr(near) == "Neighbours(2)\n   0.7500  <b>\n  -0.5000  c"
    assert '<td>0.7500</td><td dir="auto" style="text-align:left">&lt;b&gt;</td>' in near._repr_html_()
