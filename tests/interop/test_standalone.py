"""Models as Python files of NumPy alone: equal to what they were written from, where nothing else is installed."""

import importlib.util
import json
import subprocess
import sys

import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.linear_model import LogisticRegression, RidgeClassifier, SGDClassifier
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

import textvec
from support.strategies import HOSTILE_DOCUMENTS
from textvec import (
    BM25Weighting,
    CountVectorizer,
    EmbeddingVectorizer,
    HashingVectorizer,
    NBWeighting,
    Stemmer,
    StopWords,
    TfidfVectorizer,
    TfidfWeighting,
    Tokenizer,
    WordVectors,
    to_sklearn,
)
from textvec.classification import NBSVMClassifier, text_classifier
from textvec.interop import standalone

DOCUMENTS = ["the good food of the café", "not a good food, not at all", *HOSTILE_DOCUMENTS]
LABELS = np.array(["ham", "spam", "eggs"])[np.arange(len(DOCUMENTS)) % 3]
TWO = np.arange(len(DOCUMENTS)) % 2 == 0
WORDS = ["good", "food", "café", "the", "not", "new", "york", "alone", "good'", "é"]
VECTORS = WordVectors(WORDS, np.random.default_rng(0).normal(size=(len(WORDS), 5)).astype(np.float32))


def loaded(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def written(model, tmp_path):
    path = tmp_path / "model.py"
    assert to_sklearn(model, standalone=True, path=path) == path
    return loaded(path)


def dense(rows):
    return rows.toarray() if sp.issparse(rows) else rows


@pytest.mark.filterwarnings("ignore:EmbeddingVectorizer")
def assert_equal(model, module):
    """Compare the vectors of a model without a classifier."""
    expected = dense(model.transform(DOCUMENTS))
    made = module.transform(DOCUMENTS)
    assert (made.dtype, made.shape) == (expected.dtype, expected.shape)
    rtol = 1e-5 if made.dtype == np.float32 else 1e-12
    np.testing.assert_allclose(made, expected, rtol=rtol, atol=1e-15 if made.dtype != np.float32 else 1e-6)
    assert module.feature_names() == model.get_feature_names_out().tolist()
    assert module.transform([]).shape == (0, expected.shape[1])


COUNTS = [
    CountVectorizer(),
    CountVectorizer(ngram_range=(1, 3), binary=True, stop_words=["the"], lowercase=False),
    CountVectorizer(token_pattern=r"\w*", ngram_range=(2, 2), dtype=np.float32),
    TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, norm="l1"),
    TfidfVectorizer(norm=None, smooth_idf=False, dtype=np.float32, max_features=7),
    TfidfVectorizer(use_idf=False),
    make_pipeline(Tokenizer(r"(\w)\w+", lowercase=False, normalize="NFKC"), StopWords(["T"]), CountVectorizer()),
    make_pipeline(StopWords(), StopWords(["good"]), TfidfVectorizer(ngram_range=(1, 2))),
]  # fmt: skip


@pytest.mark.parametrize("model", COUNTS, ids=range(len(COUNTS)))
def test_counts(model, tmp_path):
    module = written(model.fit(DOCUMENTS), tmp_path)
    assert_equal(model, module)
    indptr, indices, data = module.transform_csr(DOCUMENTS)
    rows = sp.csr_matrix((data, indices, indptr), module.transform(DOCUMENTS).shape)
    np.testing.assert_array_equal(rows.toarray(), module.transform(DOCUMENTS))


LENGTHS = np.arange(1, 1 + len(CountVectorizer().fit(DOCUMENTS).get_feature_names_out()))
WEIGHTINGS = [
    *(TfidfWeighting(tf=tf, log_base=2) for tf in ("relative", "binary", "log", "double_log", "log_average")),
    *(TfidfWeighting(idf=idf) for idf in ("plus_one", "standard", "zero_corrected", "probabilistic", "none")),
    *(TfidfWeighting(tf="augmented", norm=norm) for norm in ("l1", "none", "pivoted", "pivoted_unique")),
    TfidfWeighting(norm="pivoted_characters", term_lengths=LENGTHS, pivot=0, slope=0.5),
    *(BM25Weighting(method=method, delta=0.7) for method in ("robertson", "lucene", "atire", "bm25l", "bm25+")),
    BM25Weighting(method="bm25l", k1=0.0, b=1.0, delta=0.0),
    NBWeighting(),
    NBWeighting(binary=False, alpha=0.1),
]


@pytest.mark.parametrize("weighting", WEIGHTINGS, ids=lambda weighting: repr(weighting)[:50])
@pytest.mark.parametrize("dtype", [np.int64, np.float32], ids=["int64", "float32"])
def test_weightings(weighting, dtype, tmp_path):
    model = make_pipeline(CountVectorizer(dtype=dtype), weighting).fit(DOCUMENTS, LABELS)
    assert_equal(model, written(model, tmp_path))


def test_two_weightings_and_two_classes(tmp_path):
    model = make_pipeline(CountVectorizer(ngram_range=(1, 2)), TfidfWeighting(), NBWeighting(binary=False))
    assert_equal(model.fit(DOCUMENTS, TWO), written(model, tmp_path))


@pytest.mark.parametrize(
    "params",
    [
        {"pooling": "mean"},
        {"pooling": "mean", "unknown": "zero", "normalize": True},
        {"pooling": "tfidf"},
        {"pooling": "tfidf", "unknown": "zero"},
        {"pooling": "sif", "normalize": True},
        {"pooling": "usif"},
    ],
    ids=str,
)
@pytest.mark.parametrize("before", [[], [Tokenizer(r"\w+'?"), StopWords(["the"])]], ids=["alone", "words"])
@pytest.mark.filterwarnings("ignore:EmbeddingVectorizer")
def test_means_of_word_vectors(params, before, tmp_path):
    model = make_pipeline(*before, EmbeddingVectorizer(VECTORS, **params)).fit(DOCUMENTS)
    module = written(model, tmp_path)
    assert_equal(model, module)
    with pytest.raises(ValueError, match="dense"):
        module.transform_csr(DOCUMENTS)


@pytest.mark.filterwarnings("ignore:EmbeddingVectorizer")
def test_what_is_left_of_a_vector_that_all_have_in_common_is_rounding(tmp_path):
    model = EmbeddingVectorizer(VECTORS, pooling="sif", normalize=True).fit(["good", "good good", "Good!"])
    assert not model.transform(["good"]).any()
    assert not written(model, tmp_path).transform(["good"]).any()


CLASSIFIERS = {
    "logistic": make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression()),
    "svm after words and BM25": make_pipeline(
        Tokenizer(), StopWords(), CountVectorizer(), BM25Weighting(), LinearSVC(fit_intercept=False)
    ),
    "sparse coefficients": make_pipeline(CountVectorizer(), SGDClassifier(random_state=0)),
    "NBSVM": make_pipeline(CountVectorizer(ngram_range=(1, 2)), NBSVMClassifier(random_state=0)),
    "ridge": make_pipeline(TfidfVectorizer(), RidgeClassifier()),
    "naive Bayes weights": make_pipeline(CountVectorizer(), NBWeighting(), LogisticRegression()),
    "text_classifier": text_classifier("tfidf", "svm", stop_words="english"),
    "word vectors": make_pipeline(EmbeddingVectorizer(VECTORS, pooling="mean"), LogisticRegression()),
    "search": GridSearchCV(make_pipeline(CountVectorizer(), LogisticRegression()), {}, cv=2),
}


@pytest.mark.parametrize(
    "labels", [LABELS, TWO, TWO.astype(int), LABELS.astype(object)], ids=["3", "2", "int", "object"]
)
@pytest.mark.parametrize("name", CLASSIFIERS)
@pytest.mark.filterwarnings("ignore:EmbeddingVectorizer")
def test_classifiers(name, labels, tmp_path):
    model = CLASSIFIERS[name].fit(DOCUMENTS, labels)
    if name == "sparse coefficients":
        model[-1].sparsify()
    module = written(model, tmp_path)
    expected, scores = model.decision_function(DOCUMENTS), module.decision_function(DOCUMENTS)
    assert scores.shape == expected.shape
    np.testing.assert_allclose(scores, expected, rtol=1e-5 if name == "word vectors" else 1e-9, atol=1e-6)
    classes = module.predict(DOCUMENTS)
    assert classes.dtype == model.predict(DOCUMENTS).dtype
    np.testing.assert_array_equal(classes, model.predict(DOCUMENTS))


RUNS = """
import importlib, json, sys
import numpy

class Blocked:
    def find_spec(self, name, *rest):
        if name.partition(".")[0] in sys.argv[2].split(","):
            raise ImportError(name)

sys.meta_path.insert(0, Blocked())
sys.path.insert(0, sys.argv[1])
texts = json.loads(sys.stdin.read())
modules = [importlib.import_module(name) for name in ("weighed", "meant", "decided")]
made = [modules[0].transform(texts), modules[1].transform(texts), modules[2].predict(texts)]
json.dump([each.tolist() for each in made], sys.stdout)
"""


@pytest.mark.filterwarnings("ignore:EmbeddingVectorizer")
def test_numpy_is_all_that_is_needed(tmp_path):
    models = {
        "weighed": make_pipeline(Tokenizer(r"\w+"), StopWords(), CountVectorizer(), BM25Weighting()).fit(DOCUMENTS),
        "meant": EmbeddingVectorizer(VECTORS, pooling="sif").fit(DOCUMENTS),
        "decided": CLASSIFIERS["NBSVM"].fit(DOCUMENTS, LABELS),
    }
    for name, model in models.items():
        to_sklearn(model, standalone=True, path=tmp_path / f"{name}.py")
    blocked = "textvec,sklearn,scipy,pandas,pyarrow,numba,joblib"
    done = subprocess.run(
        [sys.executable, "-c", RUNS, tmp_path, blocked],
        input=json.dumps(DOCUMENTS), capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.stderr == ""
    weighed, meant, decided = json.loads(done.stdout)
    np.testing.assert_allclose(weighed, models["weighed"].transform(DOCUMENTS).toarray(), rtol=1e-12)
    np.testing.assert_allclose(meant, models["meant"].transform(DOCUMENTS), rtol=1e-5, atol=1e-6)
    assert decided == models["decided"].predict(DOCUMENTS).tolist()


BREAKING = ['"""', '"""\nimport os', "\\", '\\"""', "'''", "{packed}", "%s", "\n", "\x00", "#", "\ud7ff", "💥"]


def test_words_cannot_become_code(tmp_path):
    model = make_pipeline(
        Tokenizer(r'[^ ]+|""" \+ \'\'\''), StopWords(BREAKING[:3]), CountVectorizer(), LogisticRegression()
    )
    texts = [" ".join(BREAKING), *BREAKING]
    model.fit(texts, [BREAKING[i % 2] for i in range(len(texts))])
    path = to_sklearn(model, standalone=True, path=tmp_path / "model.py")
    source = path.read_text(encoding="ascii")
    assert "import os" not in source
    module = loaded(path)
    np.testing.assert_array_equal(module.transform(texts), model[:-1].transform(texts).toarray())
    np.testing.assert_array_equal(module.predict(texts), model.predict(texts))
    modules = {line.split()[1] for line in source.splitlines() if line.startswith(("import ", "from "))}
    assert modules <= {*sys.stdlib_module_names, "numpy", "__future__", "collections.abc"}


@pytest.mark.parametrize(
    ("model", "named"),
    [
        (make_pipeline(Stemmer(), CountVectorizer()), "Stemmer needs the program of its algorithm"),
        (make_pipeline(Tokenizer("unicode"), CountVectorizer()), "something else than a regular expression"),
        (make_pipeline(Tokenizer("tweet"), CountVectorizer()), "is no regular expression"),
        (CountVectorizer(strip_accents="unicode"), "strips accents"),
        (CountVectorizer(analyzer="char"), "analyzer='char'"),
        (CountVectorizer(missing="empty"), "missing='empty' takes missing documents for empty ones"),
        (CountVectorizer(token_pattern=r"\w+ ?\w+", ngram_range=(1, 2)), "n-grams of words that hold spaces"),
        (HashingVectorizer(), "HashingVectorizer has no description"),
        (make_union(CountVectorizer(), TfidfVectorizer()), "FeatureUnion has no description"),
        (make_pipeline(CountVectorizer(), MultinomialNB()), "MultinomialNB is no linear classifier"),
        (EmbeddingVectorizer(VECTORS, pooling="max"), "pooling='max'"),
    ],
    ids=lambda value: value[:24] if isinstance(value, str) else None,
)
@pytest.mark.filterwarnings("ignore:EmbeddingVectorizer")
def test_what_needs_more_is_refused(model, named, tmp_path):
    model.fit(DOCUMENTS, LABELS)
    path = tmp_path / "model.py"
    with pytest.raises(ValueError, match=rf"to_sklearn\(standalone=True\): .*{named}.*textvec.save writes"):
        to_sklearn(model, standalone=True, path=path)
    assert not any(tmp_path.iterdir())


def test_several_labels_of_a_text_are_refused(tmp_path):
    model = make_pipeline(CountVectorizer(), RidgeClassifier())
    model.fit(DOCUMENTS, np.eye(3, dtype=int)[np.arange(len(DOCUMENTS)) % 3])
    with pytest.raises(ValueError, match="RidgeClassifier is no linear classifier of one class for each text"):
        to_sklearn(model, standalone=True, path=tmp_path / "model.py")


def test_a_model_too_large(monkeypatch, tmp_path):
    monkeypatch.setattr(standalone, "MAX_BYTES", 10)
    with pytest.raises(ValueError, match="the model knows more than 10 bytes"):
        written(TfidfVectorizer().fit(DOCUMENTS), tmp_path)


def test_the_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    model = CountVectorizer().fit(["some words"])
    path = textvec.to_sklearn(model, standalone=True)
    assert path.read_bytes().startswith(b'"""A model of texts, written by textvec')
    to_sklearn(model.fit(["others"]), standalone=True)  # its own file is replaced
    assert loaded(path).feature_names() == ["others"]
    path.write_text("mine = 1\n", encoding="utf-8")
    with pytest.raises(FileExistsError, match=r"standalone_model.py: there is a file that textvec did not write"):
        to_sklearn(model, standalone=True)
    assert path.read_text(encoding="utf-8") == "mine = 1\n"
    with pytest.raises(ValueError, match=r"whose name ends with .py, but path is 'model.txt'"):
        to_sklearn(model, standalone=True, path="model.txt")
    with pytest.raises(FileNotFoundError, match=r"model\.py"):
        to_sklearn(model, standalone=True, path=tmp_path / "nowhere" / "model.py")


def test_texts_that_are_none(tmp_path):
    module = written(CountVectorizer().fit(["some words"]), tmp_path)
    with pytest.raises(TypeError, match="put it into a list"):
        module.transform("one text")
    with pytest.raises(TypeError, match="number 1 is of type NoneType"):
        module.transform(["a text", None])
    with pytest.raises(UnicodeEncodeError):
        module.transform(["\ud800"])
    with pytest.raises(ValueError, match="has no classifier"):
        module.predict(["a text"])
