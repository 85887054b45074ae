import os
import pickle
import signal
import sys
import threading
import warnings
from itertools import chain

import numpy as np
import pyarrow.parquet as pq
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils._param_validation import InvalidParameterError

from support.compare import threads
from textvec import Tokenizer, Tokens, Word2Vec
from textvec.embeddings._progress import TrainingProgress

KITCHEN, SHIP = ["pot", "pan", "stove", "cook", "soup", "spoon"], ["sail", "mast", "deck", "wave", "anchor", "storm"]


@pytest.fixture(scope="module")
def worlds():
    """Documents of two worlds that share no word but "the"."""
    rng = np.random.default_rng(0)
    return [["the", *rng.choice(world, 8).tolist()] for _ in range(400) for world in (KITCHEN, SHIP)]


def apart(model):
    """Tell by how much words of one world are more similar than words of two."""
    similarity = model.vectors_.similarity
    within = np.mean([similarity(a, b) for world in (KITCHEN, SHIP) for a in world for b in world if a != b])
    return within - np.mean([similarity(a, b) for a in KITCHEN for b in SHIP])


@pytest.mark.parametrize("engine", ["numba", "gensim"])
@pytest.mark.parametrize("sg", [0, 1])
@pytest.mark.parametrize("share", [True, False])
def test_words_of_one_world_become_similar(worlds, engine, sg, share):
    model = Word2Vec(20, sg=sg, epochs=20, share_negatives=share, random_state=0, engine=engine, sample=0)
    assert apart(model.fit(worlds)) > 0.5
    assert len(model.losses_) == (20 if engine == "numba" else 0)


@pytest.mark.parametrize("engine", ["numba", "gensim"])
@pytest.mark.parametrize(("sg", "rate"), [(0, 0.05), (1, 0.025), (True, 0.025)])
def test_the_learning_rate_is_that_of_the_algorithm(worlds, engine, sg, rate):
    """That of word2vec.c, in `fit` and in `partial_fit`; the parameter stays None."""
    own, given = (Word2Vec(5, sg=sg, alpha=alpha, engine=engine, random_state=0) for alpha in (None, rate))
    for _ in range(2):
        expected = given.partial_fit(worlds).vectors_.vectors
        assert np.array_equal(own.partial_fit(worlds).vectors_.vectors, expected)
    other = Word2Vec(5, sg=sg, alpha=0.075 - rate, engine=engine, random_state=0).partial_fit(worlds)
    assert not np.array_equal(own.fit(worlds).vectors_.vectors, other.vectors_.vectors)
    assert own.alpha is None


SENTENCES = [
    *["The king rules the land", "The queen rules the land", "A king wears a golden crown"],
    *["A queen wears a golden crown", "The king and the queen sit on the throne", "The dog runs in the park"],
    *["The cat runs in the garden", "A dog eats the meat", "A cat eats the fish", "The king loves the queen"],
]


@pytest.mark.parametrize("engine", ["numba", "gensim"])
def test_too_few_words_to_learn_from(engine):
    """The defaults are for millions of words; what the warning advises does learn."""
    with pytest.warns(
        UserWarning, match=r"too few words to learn anything from\. The documents have 52 words; "
    ) as said:
        Word2Vec(engine=engine, random_state=0).fit(SENTENCES)
    message = str(said[0].message)
    assert "min_count=5 leaves 15 of them. Subsampling with sample=0.001 passes over 97% of these." in message
    assert message.endswith("set min_count=1, sample=0, epochs=193.")
    assert said[0].filename == __file__
    advised = {"min_count": 1, "sample": 0, "epochs": 193}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = Word2Vec(engine=engine, random_state=0, **advised).fit(SENTENCES)
    assert "queen" in dict(model.vectors_.most_similar("king", topn=3))
    with pytest.warns(UserWarning, match=r"min_count=1 leaves 52 of them\. For so little text set epochs=193\.$"):
        Word2Vec(engine=engine, min_count=1, sample=0).fit(SENTENCES)


def test_a_few_more_words_or_enough_are_no_reason_to_warn(worlds):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Word2Vec(5, min_count=1, random_state=0).fit(worlds).partial_fit(SENTENCES)


@pytest.mark.parametrize("sg", [0, 1])
@pytest.mark.parametrize("share", [True, False])
def test_the_loss_falls_where_words_are_their_own_negatives(sg, share):
    """It rose: words that were drawn as negatives of themselves were counted, but not trained on."""
    documents = [["a", "b"]] * 500 + [["c", "d"]] * 500
    how = {"min_count": 1, "sample": 0, "share_negatives": share, "random_state": 0}
    losses = Word2Vec(10, sg=sg, epochs=10, **how).fit(documents).losses_
    assert losses[-1] < losses[1] < losses[0] < 6 * np.log(2)
    first = Word2Vec(10, sg=sg, epochs=1, alpha=1e-9, min_alpha=0, **how).fit(documents).losses_
    assert first == pytest.approx([6 * np.log(2)], rel=1e-3)


def test_loss_falls(worlds):
    losses = Word2Vec(20, sg=1, epochs=20, random_state=0).fit(worlds).losses_
    assert len(losses) == 20
    assert losses[-1] < losses[0] - 0.5
    # Before anything is learnt, each of one positive and five negatives costs log 2.
    first = Word2Vec(20, sg=1, epochs=1, alpha=1e-9, min_alpha=0, random_state=0).fit(worlds).losses_
    assert first == pytest.approx([6 * np.log(2)], rel=1e-3)


@pytest.mark.parametrize("engine", ["numba", "gensim"])
def test_one_thread_and_a_seed_repeat(reviews, engine):
    def vectors(seed, **params):
        return Word2Vec(10, min_count=2, random_state=seed, engine=engine, **params).fit(reviews).vectors_.vectors

    first = vectors(3, threads=1)
    assert np.array_equal(first, vectors(3, threads=1))
    assert np.array_equal(first, vectors(3))  # few tokens: one thread
    assert not np.array_equal(first, vectors(4, threads=1))
    assert np.isfinite(first).all()


def test_more_threads_than_documents():
    model = Word2Vec(4, min_count=1, threads=8, random_state=0).fit([["a", "b", "c"], ["c", "a"]])
    assert np.isfinite(model.vectors_.vectors).all()


def test_vocabulary(worlds):
    texts = ["b a a c c c", "d d e e f", "c d"]
    tokens = Tokenizer("whitespace").transform(texts)
    wv = Word2Vec(3, min_count=2).fit(tokens).vectors_
    assert wv.words.tolist() == ["c", "d", "a", "e"]
    assert wv.counts.tolist() == [4, 3, 2, 2]
    assert wv.vectors.shape == (4, 3)
    assert wv.vectors.dtype == np.float32
    assert Word2Vec(3, min_count=0).fit(tokens).vectors_.words.tolist() == list("cdaebf")
    assert Word2Vec(3, min_count=1, max_vocab_size=2).fit(tokens).vectors_.words.tolist() == ["c", "d"]


def test_rare_words_are_taken_out_before_windows_are_made():
    """As in gensim: with "r" gone, "a" and "b" are neighbours."""
    documents = [["a", "r", "b"]] + [["a", "b"], ["x", "y"]] * 50
    with_rare = Word2Vec(5, 1, 2, sg=1, sample=0, random_state=0).fit(documents).vectors_.vectors
    without = Word2Vec(5, 1, 2, sg=1, sample=0, random_state=0).fit([["a", "b"], *documents[1:]]).vectors_.vectors
    assert np.array_equal(with_rare, without)


@pytest.mark.parametrize("form", ["texts", "lists", "generator", "tokens", "array"])
def test_documents_of_every_form(reviews, form):
    words = Tokenizer().transform(reviews)
    forms = {"texts": reviews, "lists": words.to_lists(), "generator": iter(reviews), "tokens": words}
    X = np.array(reviews, dtype=object) if form == "array" else forms[form]
    model = Word2Vec(5, min_count=2, random_state=0).fit(X)
    expected = Word2Vec(5, min_count=2, random_state=0).fit(reviews).vectors_
    assert model.vectors_.words.tolist() == expected.words.tolist()
    assert np.array_equal(model.vectors_.vectors, expected.vectors)


@pytest.mark.parametrize("sg", [0, 1])
def test_hostile_text(hostile, sg):
    tokens = Tokenizer("whitespace").transform(hostile)
    model = Word2Vec(4, min_count=1, sg=sg, epochs=2, random_state=0).fit(tokens)
    assert sorted(model.vectors_.words) == sorted(set(tokens.vocabulary))
    assert np.isfinite(model.vectors_.vectors).all()


@pytest.mark.parametrize("sg", [0, 1])
@pytest.mark.parametrize("share", [True, False])
def test_one_word_said_again_and_again_stays_finite(sg, share):
    """The worst case for updates that are added up before they are made."""
    documents = [["very"] * 25_000 + ["good"] * 10, ["very", "very", "bad"] * 3000]
    model = Word2Vec(10, min_count=1, sg=sg, share_negatives=share, sample=0, random_state=0, epochs=3).fit(documents)
    assert np.abs(model.vectors_.vectors).max() < 100


SWINGING = pytest.mark.parametrize(
    "params",
    [
        {"window": 50},
        {"window": 10, "alpha": 0.1},
        {"negative": 100},
        {"window": 10, "negative": 20, "shrink_windows": False},
        {"max_vocab_size": 2, "window": 20},
    ],
    ids=str,
)


@SWINGING
@pytest.mark.parametrize("sg", [0, 1])
def test_shared_negatives_learn_what_own_ones_do(worlds, sg, params):
    """They did not where a block added too much to a vector at once: vectors of 1e13, or none."""
    documents = [list(chain(*worlds[i : i + 100])) for i in range(0, len(worlds), 100)]
    params = {"vector_size": 20, "sample": 0, "sg": sg, "epochs": 3, "random_state": 0, "threads": 1, **params}
    shared, own = (Word2Vec(share_negatives=share, **params).fit(documents) for share in (True, False))
    assert np.abs(shared.vectors_.vectors).max() < 5 * np.abs(own.vectors_.vectors).max()
    assert shared.losses_[-1] == pytest.approx(own.losses_[-1], rel=0.3)


@SWINGING
@pytest.mark.parametrize("sg", [0, 1])
def test_two_threads_on_very_few_words_learn_and_stay_finite(worlds, sg, params):
    """Thirteen words, which both threads change all the time: by how much more they swing is chance."""
    documents = [list(chain(*worlds[i : i + 100])) for i in range(0, len(worlds), 100)]
    model = Word2Vec(20, sample=0, sg=sg, epochs=3, random_state=0, threads=2, **params).fit(documents)
    assert np.abs(model.vectors_.vectors).max() < 100
    assert model.losses_[-1] < 0.9 * (1 + model.negative) * np.log(2)  # as much as nothing learnt costs


def test_too_high_a_learning_rate_is_an_error_that_changes_nothing(worlds):
    model = Word2Vec(20, random_state=0).fit(worlds)
    tables = model._tables
    with pytest.raises(ValueError, match=r"^Word2Vec: the vectors grew without end .*alpha=50\.0 "):
        model.set_params(alpha=50.0).partial_fit(worlds)
    assert model._tables is tables


def test_transform(reviews):
    model = Word2Vec(6, min_count=3, random_state=0).fit(reviews)
    texts = ["The food is good", "", "xylophone zzz", "good zzz good"]
    found = model.transform(texts)
    assert [rows.shape for rows in found][1:] == [(0, 6), (0, 6), (2, 6)]
    for rows, text in zip(found, texts, strict=True):
        known = [w for w in text.lower().split() if w in model.vectors_]
        assert np.array_equal(rows, np.array([model.vectors_[w] for w in known]).reshape(-1, 6))
    assert all(rows.dtype == np.float32 for rows in found)
    assert model.transform([]) == []
    assert model.transform(Tokens.from_lists([])) == []
    assert model.get_feature_names_out().tolist() == [f"word2vec{i}" for i in range(6)]
    with pytest.raises(NotFittedError):
        Word2Vec().transform(texts)


def test_partial_fit_learns_words_that_become_frequent(worlds):
    model = Word2Vec(10, sg=1, min_count=5, epochs=10, random_state=0).fit(worlds)
    before = model.vectors_
    saved = before.vectors.copy()
    new = [["kettle", "pot", "pan", "kettle"]] * 2
    model.partial_fit(new)
    assert "kettle" not in model.vectors_
    model.partial_fit(new * 20)
    assert model.vectors_.words[-1] == "kettle"
    assert model.vectors_.words[:-1].tolist() == before.words.tolist()
    assert model.vectors_.counts[-1] == 4 + 80
    assert model.vectors_.counts[model.vectors_.row_of["pot"]] == before.counts[before.row_of["pot"]] + 42
    assert model.vectors_.similarity("kettle", "pot") > model.vectors_.similarity("kettle", "sail") + 0.2
    assert np.array_equal(before.vectors, saved), "what was given out is not trained on"


def test_partial_fit_begins_like_fit(worlds):
    first = Word2Vec(5, random_state=0).partial_fit(worlds).vectors_
    assert np.array_equal(first.vectors, Word2Vec(5, random_state=0).fit(worlds).vectors_.vectors)


def test_windows_wider_than_any_document():
    documents = [["a", "b", "c", "d"]] * 50
    whole = Word2Vec(4, 3, 1, shrink_windows=False, random_state=0).fit(documents).vectors_.vectors
    wider = Word2Vec(4, 10**9, 1, shrink_windows=False, random_state=0).fit(documents).vectors_.vectors
    assert whole.shape == wider.shape == (4, 4)
    assert np.isfinite(wider).all()


def test_partial_fit_keeps_to_max_vocab_size():
    model = Word2Vec(3, min_count=1, max_vocab_size=3).fit([["a", "b", "b"]])
    model.partial_fit([["c", "d", "d"]])
    assert model.vectors_.words.tolist() == ["b", "a", "d"]


def test_partial_fit_of_nothing_new(worlds):
    model = Word2Vec(5, random_state=0).fit(worlds)
    before = model.vectors_.vectors.copy()
    for nothing in ([], [""], [["never", "met"]]):
        assert np.array_equal(model.partial_fit(nothing).vectors_.vectors, before)


def test_partial_fit_refuses_another_size(worlds):
    model = Word2Vec(5).fit(worlds)
    with pytest.raises(ValueError, match="vector_size is 6, but there are vectors of 5 dimensions"):
        model.set_params(vector_size=6).partial_fit(worlds)


@pytest.mark.parametrize("engine", ["numba", "gensim"])
@pytest.mark.skipif(sys.platform == "win32", reason="needs os.kill with SIGINT")
def test_ctrl_c_keeps_what_was_learnt(worlds, engine, monkeypatch):
    report, pressed, others = TrainingProgress.report, [], set(threading.enumerate())

    def press(progress, *args):
        report(progress, *args)
        if progress.share > 0.002 and not pressed:  # after some 20 epochs
            pressed.append(True)
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(TrainingProgress, "report", press)
    model = Word2Vec(20, sg=1, epochs=10_000, random_state=0, engine=engine, alpha=0.05)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # in the background it is ignored
    try:
        with pytest.warns(
            UserWarning, match=r"Word2Vec was interrupted after \d\d?% of its training; what it learnt is kept"
        ):
            assert model.fit(worlds) is model
    finally:
        signal.signal(signal.SIGINT, before)
    assert apart(model) > 0.3
    assert model.transform(["pot", "sail"])[0].shape == (1, 20)
    assert (0 < len(model.losses_) < 10_000) if engine == "numba" else model.losses_ == []
    left = [t for t in threading.enumerate() if "ThreadPoolExecutor" in t.name and t not in others]
    assert not left, "threads still train"


def test_another_error_leaves_all_as_it_was(worlds, monkeypatch):
    from textvec.embeddings import word2vec

    model = Word2Vec(5, random_state=0).fit(worlds)
    before = dict(vars(model))

    def fails(*args):
        raise RuntimeError("no power")

    monkeypatch.setitem(word2vec._ENGINES, "numba", fails)
    with pytest.raises(RuntimeError, match="no power"):
        model.partial_fit(worlds)
    assert vars(model) == before


@pytest.mark.parametrize("engine", ["numba", "gensim"])
def test_progress(worlds, capsys, engine):
    model = Word2Vec(5, epochs=2, engine=engine).fit(worlds)
    assert capsys.readouterr() == ("", "")
    model.set_params(verbose=1).fit(worlds)
    out, err = capsys.readouterr()
    assert out == ""
    assert "words/s" in err
    assert "100%" in err
    assert ("loss" in err) == (engine == "numba")


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"vector_size": 0}, "'vector_size' parameter of Word2Vec must be an int in the range"),
        ({"window": 2.5}, "'window' parameter"),
        ({"negative": 0}, "'negative' parameter"),
        ({"sg": 2}, "'sg' parameter"),
        ({"sample": 1.5}, "'sample' parameter"),
        ({"alpha": 0}, "'alpha' parameter"),
        ({"epochs": 0}, "'epochs' parameter"),
        ({"threads": 0}, "'threads' parameter"),
        ({"engine": "tensorflow"}, "'engine' parameter"),
        ({"max_vocab_size": 0}, "'max_vocab_size' parameter"),
        ({"ns_exponent": float("nan")}, "'ns_exponent' parameter"),
        ({"ns_exponent": 200}, "'ns_exponent' parameter"),
    ],
)
def test_parameters_are_checked(params, message):
    with pytest.raises(InvalidParameterError, match=message):
        Word2Vec(**params).fit([["a"] * 9])
    with pytest.raises(InvalidParameterError, match=message):
        Word2Vec(**params).partial_fit([["a"] * 9])


def test_errors():
    with pytest.raises(ValueError, match=r"no word occurs min_count=5 times in 2 documents of 3 tokens\. Lower"):
        Word2Vec().fit([["a", "b"], ["a"]])
    with pytest.raises(ValueError, match=r"min_alpha, 0\.2, must not be larger than alpha, 0\.1"):
        Word2Vec(alpha=0.1, min_alpha=0.2).fit([["a"] * 9])
    with pytest.raises(ValueError, match=r"min_alpha, 0\.03, must not be larger than alpha, 0\.025"):
        Word2Vec(sg=1, min_alpha=0.03).fit([["a"] * 9])
    with pytest.raises(TypeError, match="document"):
        Word2Vec().fit([["a"] * 9, 7])
    with pytest.raises((TypeError, ValueError), match="string"):
        Word2Vec().fit("a single text")


def test_what_no_memory_holds_is_said(worlds):
    message = r"training needs with vector_size=4, window=5, negative=2147483647, epochs=1 does not fit into memory"
    with pytest.raises(MemoryError, match=message):
        Word2Vec(4, sg=1, epochs=1, negative=2**31 - 1).fit(worlds)


@pytest.mark.parametrize(
    "parameter", [{"vector_size": 2**31}, {"negative": 2**70}, {"epochs": 2**31}, {"threads": 1025}, {"threads": 10**9}]
)
def test_numbers_that_no_machine_has_are_refused(worlds, parameter):
    with pytest.raises(InvalidParameterError, match="must be an int in the range"):
        Word2Vec(**parameter).fit(worlds)


def test_gensim_is_missing(monkeypatch, worlds):
    monkeypatch.setitem(sys.modules, "gensim.models", None)
    with pytest.raises(ImportError, match=r'pip install "textvec-kit\[gensim\]"'):
        Word2Vec(5, engine="gensim").fit(worlds)
    Word2Vec(5).fit(worlds)


def test_pickle_goes_on(worlds):
    model = Word2Vec(5, random_state=0).fit(worlds)
    copy = pickle.loads(pickle.dumps(model))
    assert np.array_equal(copy.vectors_.vectors, model.vectors_.vectors)
    assert np.array_equal(copy.partial_fit(worlds).vectors_.vectors, model.partial_fit(worlds).vectors_.vectors)


def test_fit_changes_no_parameter(worlds):
    model = Word2Vec(5, random_state=np.random.RandomState(0), threads=None)
    params = clone(model).get_params()
    model.fit(worlds)
    assert {k: v for k, v in model.get_params().items() if k != "random_state"} == {
        k: v for k, v in params.items() if k != "random_state"
    }


@pytest.mark.slow
@pytest.mark.parametrize("sg", [0, 1])
def test_quality_is_gensim_s(imdb, sg):
    """On 2,000 film reviews: how well either engine's vectors agree with human judgement."""
    from gensim.test.utils import datapath

    from textvec.evaluation import word_pairs

    tokens = Tokenizer().transform(imdb)
    seeds = 2 if sg else 4  # CBOW learns so little from so little text that chance decides, but for more seeds.

    def score(engine, seed):
        model = Word2Vec(30, epochs=6, random_state=seed, engine=engine, threads=2, sg=sg).fit(tokens)
        return word_pairs(model.vectors_, datapath("wordsim353.tsv")).spearman

    ours, theirs = (np.mean([score(engine, seed) for seed in range(seeds)]) for engine in ("numba", "gensim"))
    assert ours > theirs - 0.05
    assert ours > 0.1


@pytest.mark.slow
def test_neighbours_learnt_from_real_reviews(data):
    """What the chapter from one-hot to word2vec tells of the film reviews, on a quarter of them."""
    reviews = data("imdb", "imdb.parquet")
    texts = pq.read_table(reviews, columns=["text"], filters=[("split", "==", "train")])["text"][:25_000]
    learnt = Word2Vec(sg=1, random_state=0).fit(texts).vectors_
    assert {"great", "bad", "decent"} <= set(dict(learnt.most_similar("good", topn=8)))
    assert learnt.similarity("food", "pizza") > learnt.similarity("food", "director") + 0.2


def test_joblib_workers_and_limits_train_with_fewer_threads(worlds):
    with threads(1):
        one = Word2Vec(5, random_state=0).fit(worlds * 20).vectors_.vectors
    assert np.array_equal(one, Word2Vec(5, random_state=0, threads=1).fit(worlds * 20).vectors_.vectors)
