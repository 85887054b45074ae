"""`to_sklearn`: models that scikit-learn's own classes make, equal to ours in all that they answer."""

import pickle
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
import sklearn.feature_extraction.text as theirs
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import VotingClassifier
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import StandardScaler

import textvec
from support.compare import assert_same_matrix
from support.oracle import COUNT, TFIDF, identity
from support.strategies import HOSTILE_DOCUMENTS
from textvec import (
    BM25Weighting,
    CountVectorizer,
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
    to_sklearn,
)
from textvec.classification import NBSVMClassifier, text_classifier

LABELS = np.array(["ham", "spam", "eggs"])[np.arange(len(HOSTILE_DOCUMENTS)) % 3]
TABLE = pd.DataFrame({"text": HOSTILE_DOCUMENTS, "length": [float(len(text)) for text in HOSTILE_DOCUMENTS]})
OF_WORDS = [
    "don't say that I don't know, because he left",
    "DON\u2019T café CAFÉ cafe\u0301 ΟΔΟΣ of the good",
    *HOSTILE_DOCUMENTS,
]


def assert_no_textvec(model):
    """The names of modules that a pickle would import."""
    assert b"textvec" not in pickle.dumps(model)


def assert_equal_rows(ours, plain, documents, rtol=1e-12):
    X, Y = ours.transform(documents), plain.transform(documents)
    assert type(Y) is sp.csr_matrix
    assert X.dtype == Y.dtype
    np.testing.assert_allclose(X.toarray(), Y.toarray(), rtol=rtol, atol=0)


@pytest.mark.filterwarnings("ignore")  # scikit-learn's, about parameters that do not go together
@pytest.mark.parametrize(
    ("kind", "name"),
    [(kind, name) for kind, cases in (("Count", COUNT), ("Tfidf", TFIDF)) for name in cases],
    ids=str,
)
def test_vectorizers_with_every_parameter(kind, name, tmp_path):
    params, prepare = (COUNT if kind == "Count" else TFIDF)[name]
    ours = getattr(textvec, f"{kind}Vectorizer")(**params)
    try:
        ours.fit(prepare(HOSTILE_DOCUMENTS, tmp_path))
    except ValueError:
        pytest.skip("the parameters leave no term of these documents")
    plain = to_sklearn(ours)
    assert type(plain) is getattr(theirs, f"{kind}Vectorizer")
    X, Y = (each.transform(prepare(HOSTILE_DOCUMENTS, tmp_path)) for each in (ours, plain))
    assert_same_matrix(X, Y, 0 if kind == "Count" else 1e-6 if X.dtype == np.float32 else 1e-12)
    assert plain.vocabulary_ == ours.vocabulary_
    assert type(plain.vocabulary_) is dict
    assert plain.fixed_vocabulary_ == ours.fixed_vocabulary_
    names = [tuple(each) if isinstance(each, list) else each for each in plain.get_feature_names_out().tolist()]
    assert names == ours.get_feature_names_out().tolist()
    assert plain.get_stop_words() == ours.get_stop_words()
    params = plain.get_params()
    assert {**params, "missing": "error"}.keys() == ours.get_params().keys()
    for name, value in ours.get_params().items():
        assert name == "missing" or params[name] == value or repr(params[name]) == repr(value)
    if kind == "Tfidf" and ours.use_idf:
        np.testing.assert_array_equal(plain.idf_, ours.idf_)


@pytest.mark.parametrize(
    "ours",
    [
        HashingVectorizer(n_features=64, ngram_range=(1, 2)),
        HashingVectorizer(n_features=64, analyzer="char_wb", ngram_range=(2, 3), norm="l1", keep_names=True),
        HashingVectorizer(n_features=64, alternate_sign=False, norm=None, binary=True, dtype=np.float32),
    ],
    ids=["words", "characters", "float32"],
)
def test_hashing(ours):
    plain = to_sklearn(ours)
    assert type(plain) is theirs.HashingVectorizer
    assert_equal_rows(ours, plain, HOSTILE_DOCUMENTS)


def test_a_vocabulary_that_was_given_changed_or_taken_from_another():
    first = CountVectorizer().fit(HOSTILE_DOCUMENTS)
    for ours in (CountVectorizer(vocabulary=["good", "food"]), CountVectorizer(vocabulary=first.vocabulary_)):
        plain = to_sklearn(ours)
        assert_no_textvec(plain)
        assert_equal_rows(ours, plain, HOSTILE_DOCUMENTS)
    first.vocabulary_ = {"good": 1, "food": 0}
    plain = to_sklearn(first)
    first.vocabulary_["the"] = 2
    assert plain.vocabulary_ == {"good": 1, "food": 0}


def test_what_comes_out_shares_nothing():
    ours = TfidfVectorizer(stop_words=["the"]).fit(HOSTILE_DOCUMENTS)
    ours.idf_ = 2 * ours.idf_
    expected = ours.transform(HOSTILE_DOCUMENTS).toarray()
    plain = to_sklearn(ours)
    np.testing.assert_allclose(plain.transform(HOSTILE_DOCUMENTS).toarray(), expected, rtol=1e-12)
    plain.idf_[:] = 0
    plain.vocabulary_.clear()
    plain.stop_words.append("good")
    np.testing.assert_array_equal(ours.transform(HOSTILE_DOCUMENTS).toarray(), expected)


def test_one_hot():
    ours = OneHotVectorizer(stop_words=["the"], strip_accents="unicode", max_features=9, dtype=np.float32)
    plain = to_sklearn(ours.fit(HOSTILE_DOCUMENTS))
    assert_equal_rows(ours, plain, HOSTILE_DOCUMENTS)
    assert plain.vocabulary_ == ours.vocabulary_
    assert plain.fit(OF_WORDS).vocabulary_ == ours.fit(OF_WORDS).vocabulary_


@pytest.mark.parametrize("norm", ["l1", "l2", "none"])
@pytest.mark.parametrize("tf", ["raw", "log"])
@pytest.mark.parametrize("idf", ["smooth", "plus_one", "none"])
def test_weightings_that_scikit_learn_has(tf, idf, norm):
    X = CountVectorizer(ngram_range=(1, 2)).fit_transform(HOSTILE_DOCUMENTS).astype(np.float64)
    ours = TfidfWeighting(tf=tf, idf=idf, norm=norm).fit(X)
    plain = to_sklearn(ours)
    assert type(plain) is theirs.TfidfTransformer
    assert_equal_rows(ours, plain, X)
    assert_equal_rows(ours, plain.fit(X), X)
    with pytest.raises(ValueError, match="is expecting"):
        plain.transform(X[:, :3])


@pytest.mark.parametrize(
    ("params", "named"),
    [
        ({"tf": tf}, f"no tf='{tf}' of")
        for tf in ("relative", "binary", "double_log", "log_average", "augmented")
    ]
    + [({"idf": idf}, f"no idf='{idf}' of") for idf in ("standard", "zero_corrected", "probabilistic")]
    + [({"norm": norm}, f"no norm='{norm}' of") for norm in ("pivoted", "pivoted_unique")]
    + [
        ({"log_base": 2}, "no log_base=2 of"),
        ({"tf": "log", "idf": "none", "log_base": 10}, "no log_base=10 of"),
        ({"queries": TfidfWeighting()}, "no queries of"),
        ({"tf": "binary", "idf": "standard"}, "no tf='binary', idf='standard' of"),
    ],
    ids=str,
)  # fmt: skip
def test_other_weightings_are_refused_by_name(params, named):
    ours = TfidfWeighting(**params).fit([[1, 2], [0, 1]])
    with pytest.raises(ValueError, match=f"TfidfTransformer has {named} TfidfWeighting.*standalone=True"):
        to_sklearn(ours)


WORD_STEPS = {
    "default": [Tokenizer()],
    "pattern": [Tokenizer(r"\w+(?:['\u2019]\w+)?")],
    "group": [Tokenizer(r"(\w)\w+")],
    "empty words": [Tokenizer(r"\w*")],
    "words with spaces": [Tokenizer(r"\w+ \w+|\w+")],
    "case kept, accents": [Tokenizer(r"\w+", lowercase=False, strip_accents="ascii")],
    "accents": [Tokenizer(r"[a-z]+", strip_accents="unicode")],
    "whitespace": [Tokenizer("whitespace"), StopWords(["the", "don't"])],
    "stop words alone": [StopWords()],
    "stop words": [Tokenizer(r"\w+(?:'\w+)?"), StopWords(["Don't", "THE", "new york", "CAFÉ"])],
    "stop words, case kept": [Tokenizer(r"\w+", lowercase=False), StopWords(["the", "CAFÉ", "I"])],
    "stop words twice": [Tokenizer(strip_accents="unicode"), StopWords(["café"]), Tokenizer(r"\S+"), StopWords()],
}


@pytest.mark.filterwarnings("ignore:Your stop_words may be inconsistent")
@pytest.mark.parametrize("name", WORD_STEPS)
@pytest.mark.parametrize(
    "vectorizer",
    [
        CountVectorizer(),
        CountVectorizer(ngram_range=(1, 3), lowercase=False, token_pattern="nothing", stop_words=["good"]),
        TfidfVectorizer(ngram_range=(1, 2), stop_words="english", min_df=2),
        HashingVectorizer(n_features=128, ngram_range=(1, 2)),
        OneHotVectorizer(max_features=20),
    ],
    ids=["counts", "own parameters", "tfidf", "hashing", "one-hot"],
)
def test_steps_of_words_become_parameters(name, vectorizer):
    ours = make_pipeline(*WORD_STEPS[name], vectorizer)
    ours.fit(OF_WORDS)
    plain = to_sklearn(ours)
    assert len(plain.steps) == 1
    assert_no_textvec(plain)
    assert_equal_rows(ours, plain, OF_WORDS)
    if not isinstance(vectorizer, HashingVectorizer):
        assert plain.get_feature_names_out().tolist() == ours.get_feature_names_out().tolist()
    assert_equal_rows(ours, plain.fit(OF_WORDS), OF_WORDS)  # learns the same again


@pytest.mark.parametrize(
    ("steps", "named"),
    [
        ([Stemmer()], "Stemmer has no counterpart: scikit-learn has no stemmer"),
        ([Tokenizer(), Lemmatizer()], "Lemmatizer has no counterpart: scikit-learn has no lemmatizer"),
        ([Phrases(min_count=1)], "Phrases has no counterpart"),
        ([Tokenizer("unicode")], "Tokenizer\\(pattern='unicode'\\) is none"),
        ([Tokenizer("tweet"), StopWords()], "Tokenizer\\(pattern='tweet'\\) is none"),
        ([Tokenizer(str.split)], "Tokenizer\\(pattern=<method 'split'"),
        ([Tokenizer("whitespace", strip_accents="unicode")], "Tokenizer\\(pattern='whitespace'\\) is none"),
        ([Tokenizer(normalize="NFKC")], "normalize='NFKC'\\) has no counterpart"),
        ([Tokenizer(missing="empty")], "Tokenizer\\(missing='empty'\\) takes missing documents.*missing='error'"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_other_steps_of_words_are_refused(steps, named):
    model = make_pipeline(*steps, CountVectorizer()).fit(HOSTILE_DOCUMENTS)
    with pytest.raises(ValueError, match=named):
        to_sklearn(model)


@pytest.mark.parametrize(
    ("model", "named"),
    [
        (make_pipeline(CountVectorizer(), BM25Weighting()), "BM25Weighting has no counterpart.*standalone=True"),
        (make_pipeline(CountVectorizer(), NBWeighting()), "NBWeighting has no counterpart.*standalone=True"),
        (make_pipeline(CountVectorizer(), NBSVMClassifier()), "NBSVMClassifier has no counterpart.*standalone=True"),
        (SequenceEncoder(), "SequenceEncoder has no counterpart"),
        (make_pipeline(Tokenizer(), StopWords()), "the Pipeline ends with Tokenizer and StopWords, whose result"),
        (Tokenizer(), "Tokenizer has no counterpart"),
        (CountVectorizer(missing="empty"), "CountVectorizer\\(missing='empty'\\)"),
        (OneHotVectorizer(missing="empty"), "OneHotVectorizer\\(missing='empty'\\)"),
        (CountVectorizer(tokenizer=Tokenizer().tokenize, token_pattern=None), "holds a Tokenizer, which is textvec's"),
        (CountVectorizer().set_output(transform="pandas_sparse"), "set_output\\(transform='pandas_sparse'\\)"),
        (
            make_pipeline(Tokenizer(), CountVectorizer(analyzer=identity)),
            "CountVectorizer\\(analyzer=<function identity.*after Tokenizer",
        ),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else value[:20],
)  # fmt: skip
def test_what_scikit_learn_cannot_do_is_refused(model, named):
    model.fit(HOSTILE_DOCUMENTS, LABELS)
    with pytest.raises(ValueError, match=named):
        to_sklearn(model)


class Own(CountVectorizer):
    def build_analyzer(self):
        return str.split


def test_a_class_of_somebody_elses_is_refused():
    with pytest.raises(ValueError, match=r"Own is a class of .*, derived from textvec's CountVectorizer"):
        to_sklearn(make_pipeline(Own()).fit(HOSTILE_DOCUMENTS))


@pytest.mark.parametrize(
    "model",
    [CountVectorizer(), TfidfVectorizer(vocabulary=["a"]), make_pipeline(CountVectorizer(), TfidfWeighting())],
    ids=["CountVectorizer", "TfidfVectorizer", "Pipeline"],
)
@pytest.mark.parametrize("standalone", [False, True])
def test_a_model_that_is_not_fitted(model, standalone):
    with pytest.raises(NotFittedError, match=f"^to_sklearn: the {type(model).__name__} is not fitted. Fit it first"):
        to_sklearn(model, standalone=standalone)


@pytest.mark.parametrize("thing", ["model.pkl", CountVectorizer, None], ids=["string", "class", "None"])
def test_what_is_no_estimator(thing):
    with pytest.raises(TypeError, match=r"to_sklearn: a fitted estimator was expected, but a (str|type|NoneType) was"):
        to_sklearn(thing)


def test_a_path_without_standalone(tmp_path):
    with pytest.raises(ValueError, match="only with standalone=True"):
        to_sklearn(CountVectorizer().fit(["a text"]), path=tmp_path / "model.py")


def classifier():
    return LogisticRegression(max_iter=50, tol=0.1)


def words(*last):
    return make_pipeline(Tokenizer(r"\w+"), StopWords(["the"]), *last)


NESTED = {
    "text_classifier": lambda: text_classifier("tfidf", classifier(), tokenizer=r"\w+", stop_words=["the"]),
    "pipeline": lambda: make_pipeline(CountVectorizer(), "passthrough", TfidfWeighting(), classifier()),
    "pipelines in pipelines": lambda: make_pipeline(
        make_pipeline(Tokenizer(r"\w+")), make_pipeline(StopWords(["the"]), CountVectorizer()), classifier()
    ),
    "union after words": lambda: words(
        FeatureUnion([("a", CountVectorizer()), ("b", make_pipeline(StopWords(["good"]), TfidfVectorizer()))]),
        classifier(),
    ),
    "frozen": lambda: make_pipeline(FrozenEstimator(words(TfidfVectorizer()).fit(OF_WORDS)), classifier()),
    "voting": lambda: VotingClassifier(
        [("a", words(CountVectorizer(), classifier())), ("b", words(TfidfVectorizer(), classifier()))], voting="soft"
    ),
    "one against the rest": lambda: OneVsRestClassifier(words(CountVectorizer(), classifier())),
    "calibrated": lambda: CalibratedClassifierCV(words(CountVectorizer(), classifier()), cv=2),
    "search": lambda: GridSearchCV(
        make_pipeline(Tokenizer(r"\w+"), CountVectorizer(), classifier()),
        {"countvectorizer": [CountVectorizer(), TfidfVectorizer(ngram_range=(1, 2))]}, cv=2,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NESTED)
def test_models_of_scikit_learn_that_hold_ours(name):
    model = NESTED[name]().fit(np.array(HOSTILE_DOCUMENTS, object), LABELS)
    before = pickle.dumps(model)
    plain = to_sklearn(model)
    assert pickle.dumps(model) == before, "the original was changed"
    assert_no_textvec(plain)
    np.testing.assert_array_equal(plain.predict(OF_WORDS), model.predict(OF_WORDS))
    np.testing.assert_allclose(plain.predict_proba(OF_WORDS), model.predict_proba(OF_WORDS), rtol=1e-9)
    plain.fit(OF_WORDS[:9], ["a", "b", "a"] * 3)
    assert pickle.dumps(model) == before, "fitting what came out changed the original"


def columns(**where):
    union = FeatureUnion([("words", words(CountVectorizer())), ("characters", TfidfVectorizer(analyzer="char"))])
    parts = {"text": (union, "text"), "length": (StandardScaler(), ["length"])}
    return ColumnTransformer([(name, part, where.get(name, column)) for name, (part, column) in parts.items()])


def test_a_column_transformer():
    ours = columns().fit(TABLE)
    plain = to_sklearn(ours)
    assert_no_textvec(plain)
    assert_equal_rows(ours, plain, TABLE)
    assert plain.get_feature_names_out().tolist() == ours.get_feature_names_out().tolist()
    assert_equal_rows(ours, plain.fit(TABLE), TABLE)


@pytest.mark.parametrize("column", [["text"], [0], slice(0, 1)], ids=str)
def test_a_table_of_one_column_is_refused(column):
    ours = columns(text=column).fit(TABLE)
    ours.transform(TABLE)  # ours takes the column; scikit-learn's vectorizers would take its name for the documents
    with pytest.raises(ValueError, match=r"in the ColumnTransformer, 'text' is given a table.*Name the column alone"):
        to_sklearn(ours)


def test_parts_in_several_places_stay_one_object():
    ours = NESTED["voting"]().fit(HOSTILE_DOCUMENTS, LABELS)
    plain = to_sklearn(ours)
    assert plain.estimators_[0] is plain.named_estimators_["a"]
    assert type(plain.estimators_[0][0]) is theirs.CountVectorizer
    assert not hasattr(plain.estimators[0][1][0], "vocabulary_")  # what is fitted again, as it was


def test_what_holds_nothing_of_ours_is_copied():
    model = make_pipeline(theirs.CountVectorizer(), classifier()).fit(HOSTILE_DOCUMENTS, LABELS)
    plain = to_sklearn(model)
    assert pickle.dumps(plain) == pickle.dumps(model)
    assert plain[-1].coef_ is not model[-1].coef_


LOADS = """
import pickle, sys
sys.modules["textvec"] = None
for model, documents, rows, classes in pickle.load(open(sys.argv[1], "rb")):
    made = (model[:-1] if classes is not None else model).transform(documents)
    assert abs(made - rows).max() < 1e-12
    assert classes is None or (model.predict(documents) == classes).all()
print("done")
"""


def test_loading_needs_no_textvec(tmp_path):
    models = [NESTED[name]().fit(HOSTILE_DOCUMENTS, LABELS) for name in ("text_classifier", "union after words")]
    loaded = [(to_sklearn(m), OF_WORDS, m[:-1].transform(OF_WORDS), m.predict(OF_WORDS)) for m in models]
    encoders = [
        OneHotVectorizer().fit(OF_WORDS),
        HashingVectorizer(n_features=64, keep_names=True),
        words(CountVectorizer(), TfidfWeighting()).fit(OF_WORDS),
        CountVectorizer(analyzer=str.split).fit(OF_WORDS),
    ]
    loaded += [(to_sklearn(m), OF_WORDS, m.transform(OF_WORDS), None) for m in encoders]
    path = tmp_path / "models.pkl"
    path.write_bytes(pickle.dumps(loaded))
    done = subprocess.run([sys.executable, "-c", LOADS, path], capture_output=True, text=True, timeout=120)
    assert (done.stdout, done.stderr) == ("done\n", "")


@pytest.mark.skipif(not hasattr(textvec, "accelerate"), reason="textvec.accelerate is not there")
def test_round_trip_with_accelerate():
    ours = NESTED["text_classifier"]().fit(HOSTILE_DOCUMENTS, LABELS)
    again = textvec.accelerate(to_sklearn(ours))
    assert type(again[0]) is TfidfVectorizer
    assert_equal_rows(ours[:-1], again[:-1], OF_WORDS)
    np.testing.assert_array_equal(again.predict(OF_WORDS), ours.predict(OF_WORDS))
    back = to_sklearn(again)
    assert repr(back[0]) == repr(to_sklearn(ours)[0])
    assert back[0].vocabulary_ == to_sklearn(ours)[0].vocabulary_
