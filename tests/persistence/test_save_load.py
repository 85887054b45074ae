"""What is saved comes back the same, in any process; and a file can neither run code nor make a kernel run wild."""

import hashlib
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer, make_column_selector
from sklearn.decomposition import TruncatedSVD
from sklearn.ensemble import VotingClassifier
from sklearn.feature_extraction import text as peers
from sklearn.feature_selection import SelectKBest, chi2
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import FunctionTransformer, Normalizer
from sklearn.svm import LinearSVC

import textvec
from support.archives import members_of
from textvec import (
    BM25Weighting,
    Chunker,
    CountVectorizer,
    EmbeddingVectorizer,
    HashingVectorizer,
    Lemmatizer,
    NBWeighting,
    OneHotVectorizer,
    Phrases,
    SequenceEncoder,
    Stemmer,
    StopWords,
    TfidfVectorizer,
    TfidfWeighting,
    Tokenizer,
    Tokens,
    Word2Vec,
    WordVectors,
)
from textvec.embeddings import Subwords

WORD2VEC = Word2Vec(8, min_count=2, epochs=1, random_state=0)
STEPS = [
    Tokenizer(r"[a-z]{3,}", strip_accents="unicode"),
    Tokenizer(str.split),
    StopWords(),
    StopWords(["good", "the", "a"]),
    Stemmer("porter"),
    Lemmatizer(),
    Phrases(min_count=2, threshold=1.0),
    Chunker("words", 5, 2),
]
VECTORIZERS = [
    CountVectorizer(),
    CountVectorizer(ngram_range=(1, 3), max_features=50, stop_words="english", dtype=np.float32),
    CountVectorizer(analyzer="char_wb", ngram_range=(2, 4), binary=True),
    CountVectorizer(vocabulary={"good": 1, "food": 0, "the food": 2}, ngram_range=(1, 2)),
    CountVectorizer(vocabulary={"good"}, stop_words=["the"]),  # a larger set prints in any order
    TfidfVectorizer(ngram_range=(1, 2), min_df=2, max_df=0.5),
    TfidfVectorizer(use_idf=False, sublinear_tf=True, norm="l1", dtype=np.float32),
    HashingVectorizer(n_features=2**10),
    HashingVectorizer(n_features=2**10, keep_names=True, stop_words=["the", "a"]),
    OneHotVectorizer(),
    SequenceEncoder(12, padding="post"),
]
DENSE = [
    WORD2VEC,
    EmbeddingVectorizer(WORD2VEC),
    EmbeddingVectorizer(WORD2VEC, pooling="sif", unknown="zero"),
    EmbeddingVectorizer(WORD2VEC, pooling="pmeans", normalize=True),
]
WEIGHTED = [
    make_pipeline(CountVectorizer(), BM25Weighting("bm25+", k1=1.2)),
    make_pipeline(CountVectorizer(), TfidfWeighting.smart("lnc.ltc")),
    make_pipeline(CountVectorizer(), TfidfWeighting(norm="pivoted", log_base=10)),
    make_pipeline(CountVectorizer(), NBWeighting()),
]
ESTIMATORS = [*STEPS, *VECTORIZERS, *DENSE, *WEIGHTED]
MODELS = [
    make_pipeline(Tokenizer(), StopWords(), Stemmer(), TfidfVectorizer(), LogisticRegression()),
    make_pipeline(CountVectorizer(), NBWeighting(), LinearSVC(random_state=0)),
    make_pipeline(CountVectorizer(), MultinomialNB()),
    make_pipeline(TfidfVectorizer(), TruncatedSVD(5, random_state=0), Normalizer(), LogisticRegression()),
    make_pipeline(make_union(CountVectorizer(), TfidfVectorizer(analyzer="char")), LinearSVC(random_state=0)),
    make_pipeline(peers.CountVectorizer(), LogisticRegression()),
    make_pipeline(CountVectorizer(), SelectKBest(chi2, k=20), CalibratedClassifierCV(LinearSVC(random_state=0), cv=2)),
    GridSearchCV(make_pipeline(TfidfVectorizer(), LogisticRegression()), {"tfidfvectorizer__min_df": [1, 2]}, cv=2),
    GridSearchCV(
        make_pipeline(CountVectorizer(), MultinomialNB()),
        {"multinomialnb__alpha": np.logspace(-1, 1, 2)},
        cv=StratifiedKFold(2),
        scoring="f1_macro",
    ),
]
PARAMETERS = [
    *[None, True, 3, -(10**30), 1.5, 0.1 + 0.2, float("inf"), "", "λ\ud800", (1, 2), [1, "a", None], {"a": 1, 2: "b"}],
    *[{"x", "y"}, frozenset([1]), slice(1, None, 2), slice("a", "b"), range(2, 9, 3), Path("a", "b")],
    *[np.float32, np.dtype("int16"), float, np.int64(3), np.float32(0.1), np.str_("a"), np.bool_(True)],
    *[list, str.lower, list("ab") * 99, [2**62, -1] * 99, [2**70, 1] * 99, [0.5] * 99, [1, 2.0] * 99, ["\ud800"] * 99],
    *[{str(i): i for i in range(99)}, {i: [i] for i in range(99)}, {"a": {"b": ("c", {"d": [()]})}}],
]


def named(estimators):
    return pytest.mark.parametrize("estimator", estimators, ids=lambda e: type(e).__name__)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "saved.textvec"


def again(value, path):
    """Save and load; what is loaded makes the same file, but for skops' parts."""
    textvec.save(value, path)
    loaded = textvec.load(path)
    textvec.save(loaded, path.with_name("twice"))
    (manifest, members), (second, _) = members_of(path), members_of(path.with_name("twice"))
    assert second["object"] == manifest["object"]
    assert all(second["members"][name] == manifest["members"][name] for name in members if not name.endswith("skops"))
    return loaded


def same(a, b):
    if isinstance(a, Tokens):
        return a.to_lists() == b.to_lists()
    if sp.issparse(a):
        parts = [np.array_equal(getattr(a, name), getattr(b, name)) for name in ("data", "indices", "indptr")]
        return a.dtype == b.dtype and a.shape == b.shape and all(parts)
    if isinstance(a, list):
        return len(a) == len(b) and all(map(same, a, b))
    return np.array_equal(a, b) and getattr(a, "dtype", None) == getattr(b, "dtype", None)


@named(ESTIMATORS)
def test_every_estimator(estimator, messages, labels, reviews, hostile, path):
    assert repr(again(clone(estimator), path)) == repr(estimator), "before fit"
    fitted = clone(estimator).fit(messages, labels)
    loaded = again(fitted, path)
    assert type(loaded) is type(fitted)
    assert repr(loaded) == repr(fitted)
    assert vars(loaded).keys() == vars(fitted).keys() - {"_stop_words_id"}
    assert same(loaded.transform(reviews[:50]), fitted.transform(reviews[:50]))
    if not isinstance(estimator, EmbeddingVectorizer):  # which warns of documents without words
        assert same(loaded.transform(hostile), fitted.transform(hostile))
    if hasattr(fitted, "get_feature_names_out"):
        assert loaded.get_feature_names_out().tolist() == fitted.get_feature_names_out().tolist()
    if hasattr(fitted, "partial_fit") and estimator not in (VECTORIZERS[1], VECTORIZERS[5]):  # those leave terms out
        more = [model.partial_fit(reviews[:50]).transform(messages) for model in (loaded, fitted)]
        assert same(*more)


@named(MODELS)
def test_models_of_scikit_learn(estimator, messages, labels, path):
    assert repr(again(clone(estimator), path)) == repr(estimator)
    fitted = clone(estimator).fit(messages, labels)
    loaded = again(fitted, path)
    decide = "predict_proba" if hasattr(fitted, "predict_proba") else "decision_function"
    assert same(getattr(loaded, decide)(messages), getattr(fitted, decide)(messages))
    assert (loaded.predict(messages) == fitted.predict(messages)).all()
    assert loaded.score(messages, labels) == fitted.score(messages, labels)


def test_columns_of_a_table(messages, reviews, path):
    table = pd.DataFrame({"a": messages[:300], "b": reviews[:300], "n": range(300)})
    steps = [("a", CountVectorizer(), "a"), ("b", TfidfVectorizer(), "b"), ("n", "passthrough", ["n"])]
    for transformer in (ColumnTransformer(steps), ColumnTransformer(steps[:2], remainder="passthrough")):
        transformer.fit(table)
        loaded = again(transformer, path)
        assert same(loaded.transform(table[::-1]), transformer.transform(table[::-1]))
        assert loaded.get_feature_names_out().tolist() == transformer.get_feature_names_out().tolist()
    selector = ColumnTransformer([("n", Normalizer(), make_column_selector("n"))])
    assert vars(again(selector, path).transformers[0][2]) == vars(selector.transformers[0][2])


def test_a_frozen_estimator(messages, path):
    frozen = FrozenEstimator(TfidfVectorizer().fit(messages))
    assert same(again(frozen, path).transform(messages), frozen.transform(messages))


def test_hostile_vocabulary(hostile, path):
    for vectorizer in (
        TfidfVectorizer(analyzer="char", ngram_range=(1, 2)),
        CountVectorizer(token_pattern=r"(?s)\S+."),
    ):
        vectorizer.fit(hostile)
        loaded = again(vectorizer, path)
        assert loaded.get_feature_names_out().tolist() == vectorizer.get_feature_names_out().tolist()
        assert same(loaded.transform(hostile), vectorizer.transform(hostile))
    for documents in ([[1, 2.5], [True, 2]], [[(1, "x")], [(1, "a"), ()]], [["a\ud800", "b"]]):
        of_anything = CountVectorizer(analyzer=list).fit(documents)
        assert again(of_anything, path).vocabulary_ == of_anything.vocabulary_


def test_columns_that_partial_fit_put_out_of_order(messages, reviews, path):
    vectorizer = TfidfVectorizer(ngram_range=(1, 2)).partial_fit(messages).partial_fit(reviews)
    assert vectorizer.ngrams_.columns is not None
    assert same(again(vectorizer, path).transform(reviews), vectorizer.transform(reviews))
    vectorizer.idf_ = vectorizer.idf_ * 2
    assert same(again(vectorizer, path).transform(reviews), vectorizer.transform(reviews))


def test_the_output_that_was_chosen(messages, path):
    table = CountVectorizer().set_output(transform="pandas_sparse").fit(messages)
    assert again(table, path).transform(messages).equals(table.transform(messages))


def test_tokens(messages, path):
    tokens = Stemmer().transform(Tokenizer().transform(messages))
    loaded = again(tokens, path)
    assert loaded.to_lists() == tokens.to_lists()
    assert same(StopWords().transform(loaded), StopWords().transform(tokens)), "the steps are kept"
    assert again(tokens[:0], path).to_lists() == []


@pytest.mark.parametrize("mmap", [False, True])
def test_word_vectors(mmap, path, tmp_path):
    numbers = np.random.default_rng(0).standard_normal((4, 3))
    subwords = Subwords(numbers.astype(np.float32), minn=2, maxn=3)
    table = WordVectors(
        ["tea", "", "é", "new york"], numbers.astype(np.float16), counts=[4, 3, 2, 1], subwords=subwords
    )
    table.unknown = "subword"
    if mmap:
        table.write(tmp_path / "table.npy")
        table = WordVectors.read(tmp_path / "table.npy", mmap=True, unknown="subword")
    loaded = again(table, path)
    assert repr(loaded) == repr(WordVectors(table.words, np.array(table.vectors)))
    assert same(loaded.vectors, table.vectors)
    assert same(loaded.counts, table.counts)
    assert loaded.unknown == "subword"
    assert same(loaded["unheard"], table["unheard"])


def test_what_is_shared_stays_so(messages, path):
    model = Word2Vec(100, min_count=2, epochs=1).fit(messages)
    vectorizer = EmbeddingVectorizer(model).fit(messages)
    loaded = again(vectorizer, path)
    assert loaded.vectors_ is loaded.vectors.vectors_
    assert loaded.vectors_.vectors is loaded.vectors._tables.inputs
    assert path.stat().st_size < 3.5 * model._tables.inputs.nbytes


@pytest.mark.parametrize("value", PARAMETERS, ids=lambda value: type(value).__name__)
def test_any_parameter(value, path):
    loaded = again(CountVectorizer(min_df=value), path).min_df
    assert repr(loaded) == repr(value)
    assert type(loaded) is type(value)


@pytest.mark.parametrize(
    "array",
    [
        [[True, False]],
        np.zeros((0, 3)),
        np.arange(3, dtype=">i4"),
        np.asfortranarray(np.eye(3)),
        ["é", ""],
        [[None, "a"]],
    ],
)
def test_any_array(array, path):
    array = np.asarray(array)
    loaded = again(BM25Weighting(delta=array), path).delta
    assert same(loaded, array.astype(array.dtype.newbyteorder("=")))
    assert loaded.strides == array.strides
    assert loaded.flags.writeable


def test_in_a_fresh_process_without_skops(messages, labels, path):
    model = make_pipeline(Tokenizer(), Stemmer(), TfidfVectorizer(ngram_range=(1, 2)), NBWeighting())
    model.fit(messages, labels)
    textvec.save(model, path)
    np.save(path.with_name("messages.npy"), np.array(messages))
    code = f"""
import sys, hashlib, numpy, textvec
model = textvec.load({str(path)!r})
print(hashlib.sha256(model.transform(numpy.load({str(path.with_name("messages.npy"))!r})).data).hexdigest())
print([name for name in ("skops", "spacy", "gensim") if name in sys.modules])"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.split("\n")[:2] == [hashlib.sha256(model.transform(messages).data).hexdigest(), "[]"], (
        done.stderr
    )


def test_the_file_is_read_without_scikit_learn(messages, path):
    textvec.save(TfidfVectorizer().fit(messages), path)
    code = f"""
import sys
from textvec.persistence.archive import Archive
from textvec.persistence.reading import TreeReader
with Archive({str(path)!r}) as archive:
    name, state = TreeReader(archive, lambda *found: found, None).read(archive.tree)
print(name, len(state["ngrams_"][1][0][1]["words"]))
print([name for name in ("sklearn", "scipy", "numba", "skops") if name in sys.modules])"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    n = len(TfidfVectorizer().fit(messages).vocabulary_)
    assert done.stdout.split("\n")[:2] == [f"TfidfVectorizer {n}", "[]"], done.stderr


@pytest.mark.skipif(not os.environ.get("TEXTVEC_DATA"), reason="needs real data: set TEXTVEC_DATA to its folder")
def test_real_reviews(imdb, path):
    vectorizer = TfidfVectorizer(ngram_range=(1, 2)).fit(imdb)
    loaded = again(vectorizer, path)
    assert same(loaded.transform(imdb), vectorizer.transform(imdb))
    model = Word2Vec(20, epochs=1, random_state=0, threads=1).fit(imdb)
    assert same(
        again(model, path).partial_fit(imdb[:100]).vectors_.vectors, model.partial_fit(imdb[:100]).vectors_.vectors
    )


# What cannot be saved


class Mine(CountVectorizer):
    pass


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (CountVectorizer(tokenizer=lambda text: text), r"CountVectorizer\['tokenizer'\] is <function"),
        (
            CountVectorizer(preprocessor=re.compile("a").findall),
            r"\['preprocessor'\] is .* textvec has .*token_pattern",
        ),
        (make_pipeline(Tokenizer("a b".split)), r"Pipeline\['steps'\]\[0\]\[1\]\['pattern'\] is "),
        (FunctionTransformer(lambda x: x), "holds .*lambda.*Define it in a module"),
        (Mine(), r"Mine, which builds on textvec's CountVectorizer"),
        (VotingClassifier([("a", TfidfVectorizer())]), "VotingClassifier that holds a TfidfVectorizer of textvec"),
        (CountVectorizer(vocabulary=(word for word in "ab")), r"\['vocabulary'\] is a builtins.generator"),
        (CountVectorizer(vocabulary=np.array([lambda: 1])), r"\['vocabulary'\]\[0\] is <function"),
        (TfidfWeighting(term_lengths=np.zeros(1, "i,O")), "array of .*cannot be saved"),
        (textvec.WordVectors.row_of, "cached_property"),
        (textvec.CosineIndex(), r"a CosineIndex is saved to a folder of its own: index\.save\(folder\)\."),
        (textvec.VectorIndex(), "a VectorIndex is saved to a folder"),
        (make_pipeline(Tokenizer(), textvec.BM25Index()), r"\['steps'\]\[1\]\[1\]: a BM25Index is saved to a folder"),
    ],
)
def test_what_cannot_be_saved_is_named_and_leaves_the_old_file(value, message, path):
    path.write_text("old")
    with pytest.raises(TypeError, match=message):
        textvec.save(value, path)
    assert path.read_text() == "old"
    assert list(path.parent.iterdir()) == [path]


def test_the_folder_of_an_index_is_opened_otherwise(tmp_path):
    textvec.BM25Index().fit(["red apple"]).save(tmp_path / "index")
    with pytest.raises(IsADirectoryError, match=r"If it holds an index, open it: textvec\.open_index\(folder\)\."):
        textvec.load(tmp_path / "index")


def test_more_that_cannot_be_saved(path):
    vectorizer = CountVectorizer()
    vectorizer.note = "mine"
    with pytest.raises(TypeError, match="an attribute 'note' that CountVectorizer does not make"):
        textvec.save(vectorizer, path)
    endless = []
    endless.append(endless)
    with pytest.raises(ValueError, match="holds itself"):
        textvec.save(CountVectorizer(stop_words=endless), path)
    with pytest.raises(ValueError, match=r"is the name of a \.gz file"):
        textvec.save(CountVectorizer(), path.with_suffix(".gz"))
    with pytest.raises(FileNotFoundError, match="saved"):
        textvec.save(CountVectorizer(), path / "not" / "there")
    assert list(path.parent.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="has no SIGKILL")
def test_a_killed_writer_leaves_the_old_file(path):
    textvec.save(CountVectorizer(min_df=2), path)
    code = f"""
import os, textvec
from textvec.persistence.archive import Writer
finish = Writer.finish
def killed(self, tree):
    finish(self, tree)
    os.kill(os.getpid(), {int(signal.SIGKILL)})
Writer.finish = killed
textvec.save(textvec.CountVectorizer(min_df=3), {str(path)!r})"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -signal.SIGKILL
    assert textvec.load(path).min_df == 2
