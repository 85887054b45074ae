"""What onnxruntime makes of texts is what the pipeline makes of them; what is not is found, and refused."""

import sys

import numpy as np
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.decomposition import TruncatedSVD
from sklearn.ensemble import VotingClassifier
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import CountVectorizer as SklearnCountVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import ComplementNB, MultinomialNB
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

import textvec
from textvec import CountVectorizer, HashingVectorizer, Stemmer, StopWords, TfidfVectorizer, TfidfWeighting, Tokenizer
from textvec.classification import text_classifier
from textvec.datasets import load_messages
from textvec.interop import OnnxDifferencesError, register_onnx_converters, to_onnx

onnxruntime = pytest.importorskip("onnxruntime")
skl2onnx = pytest.importorskip("skl2onnx")

HOSTILE = [
    "",
    " ",
    "a",
    "Café CAFÉ cafe\u0301's",
    "x_1 __ 42",
    "日本語 テキスト",
    "😀 fun😀fun",
    "one  two\n\nTHREE\u00a0four",
    "\x00",
]


@pytest.fixture(scope="module")
def sample():
    messages = load_messages()
    return list(messages.data)[:150] + ["Ça va, naïve café?", "Привет мир", "日本語 テキスト"] * 2, [
        *map(str, messages.target[:150]),
        *["ham", "spam"] * 3,
    ]


def session(data):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])


def run(file, texts):
    return session(file.read_bytes()).run(None, {"text": np.array(texts, dtype=object)})


@pytest.mark.parametrize(
    "model",
    [
        CountVectorizer(),
        CountVectorizer(lowercase=False, binary=True, token_pattern=r"(?u)\b\w+\b"),
        CountVectorizer(token_pattern=r"[^\W\d_]{2,}", ngram_range=(1, 2)),
        CountVectorizer(token_pattern=r"\w+(?:['\-]\w+)?"),
        CountVectorizer(token_pattern=r"\S+", ngram_range=(2, 3)),
        CountVectorizer(stop_words="english", ngram_range=(1, 2)),
        CountVectorizer(vocabulary=["free", "prize", "the free prize"], ngram_range=(1, 3)),
        TfidfVectorizer(sublinear_tf=True, norm="l1", smooth_idf=False),
        TfidfVectorizer(use_idf=False, norm=None, stop_words=["the", "to", "you"], ngram_range=(2, 2)),
        TfidfVectorizer(dtype=np.float32, max_features=50),
        TfidfVectorizer(analyzer="char", ngram_range=(1, 3)),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), lowercase=False),
        make_pipeline(Tokenizer(r"[\w']+"), StopWords(["don't", "i"]), CountVectorizer(ngram_range=(1, 2))),
        make_pipeline(StopWords(), CountVectorizer(), TfidfWeighting(tf="log", log_base=2, idf="standard", norm="l1")),
        make_pipeline(CountVectorizer(), TfidfWeighting(tf="binary", idf="probabilistic", norm="none")),
        make_pipeline(Tokenizer(), make_union(CountVectorizer(), TfidfVectorizer())),
        make_pipeline(TfidfVectorizer(), "passthrough", TruncatedSVD(4, random_state=0)),
    ],
    ids=str,
)
def test_matrices_are_equal(model, sample, tmp_path):
    model.fit(sample[0])
    assert to_onnx(model, tmp_path / "model.onnx") == []
    texts = [*HOSTILE, *sample[0], *map(str.upper, sample[0])]
    [got] = run(tmp_path / "model.onnx", texts)
    expected = model.transform(texts)
    dense = expected.toarray() if hasattr(expected, "toarray") else expected
    assert got.dtype == np.float32
    np.testing.assert_allclose(got, dense, rtol=1e-5, atol=1e-5)
    [alone] = run(tmp_path / "model.onnx", [""])  # a batch without a token
    np.testing.assert_allclose(alone[0], dense[0], atol=1e-6)


@pytest.mark.parametrize(
    "model",
    [
        text_classifier("tfidf", "logreg"),
        text_classifier("counts", "svm"),
        make_pipeline(TfidfVectorizer(stop_words="english", ngram_range=(1, 2)), ComplementNB()),
        make_pipeline(Tokenizer(), StopWords(), CountVectorizer(), TfidfWeighting(), MultinomialNB()),
        make_pipeline(TfidfVectorizer(), CalibratedClassifierCV(LinearSVC(), cv=2)),
        GridSearchCV(make_pipeline(TfidfVectorizer(), LogisticRegression()), {"logisticregression__C": [1, 10]}, cv=2),
    ],
    ids=["text_classifier", "svm", "bayes", "steps", "calibrated", "search"],
)
def test_decisions_are_equal(model, sample, tmp_path):
    texts, labels = sample
    model.fit(texts, labels)
    assert textvec.to_onnx(model, tmp_path / "model.onnx") == []
    label, *more = run(tmp_path / "model.onnx", [*HOSTILE, *texts])
    assert label.tolist() == model.predict([*HOSTILE, *texts]).tolist()
    if hasattr(model, "predict_proba"):
        np.testing.assert_allclose(more[0], model.predict_proba([*HOSTILE, *texts]), atol=1e-5)


def test_a_regression(sample, tmp_path):
    model = make_pipeline(TfidfVectorizer(), Ridge()).fit(sample[0], np.arange(len(sample[0])) / 100)
    to_onnx(model, tmp_path / "model.onnx")
    got = run(tmp_path / "model.onnx", sample[0])[0]
    np.testing.assert_allclose(got.ravel(), model.predict(sample[0]), rtol=1e-4, atol=1e-5)


def test_skl2onnx_itself_knows_the_classes(sample):
    register_onnx_converters()
    register_onnx_converters()  # a second time does no harm
    types = [("text", skl2onnx.common.data_types.StringTensorType([None, 1]))]
    model = make_pipeline(Tokenizer(), StopWords(), TfidfVectorizer(), LogisticRegression()).fit(*sample)
    graph = skl2onnx.to_onnx(model, initial_types=types)
    column = np.array(sample[0], dtype=object)[:, None]
    got = session(graph.SerializeToString()).run(None, {"text": column})
    assert got[0].tolist() == model.predict(sample[0]).tolist()
    vectorizer = CountVectorizer().fit(["Été"])
    graph = skl2onnx.to_onnx(vectorizer, initial_types=types, options={CountVectorizer: {"locale": "C"}})
    assert session(graph.SerializeToString()).run(None, {"text": [["été É"]]})[0].tolist() == [[1]]
    assert session(graph.SerializeToString()).run(None, {"text": [["ÉTÉ"]]})[0].tolist() == [[0]]


def test_what_skl2onnx_makes_of_scikit_learns_is_found(sample, tmp_path):
    """Its graph cuts words by [a-zA-Z0-9_]+ and leaves stop words in: the comparison has to see it."""
    model = SklearnCountVectorizer(stop_words=["the"], ngram_range=(1, 2)).fit(["eat the food", "Ça va"])
    with pytest.raises(ValueError, match="locale"):  # it writes en_US.UTF-8 into the graph, which not all machines have
        to_onnx(model, tmp_path / "model.onnx")
    model.set_params(lowercase=False)
    with pytest.raises(OnnxDifferencesError) as caught:
        to_onnx(model, tmp_path / "model.onnx", samples=["eat the food", "eat food", "xyz"])
    [difference] = caught.value.differences
    assert difference == ("eat the food", "feature 'eat food'", 1.0, 0.0)
    assert not (tmp_path / "model.onnx").exists()


def test_differences_are_refused_or_told(tmp_path):
    """RE2 takes the longest match, Python's re the first that there is."""
    model = CountVectorizer(token_pattern="fo|foo").fit(["fo fo"])
    file = tmp_path / "model.onnx"
    file.write_bytes(b"before")
    with pytest.raises(OnnxDifferencesError, match=r"1 of 2 texts:\n  'foo': feature 'fo': expected 1.0, got 0.0"):
        to_onnx(model, file, samples=["fo", "foo"])
    assert file.read_bytes() == b"before"
    with pytest.warns(UserWarning, match="something else of 1 of 2 texts"):
        differences = to_onnx(model, file, samples=["fo", "foo"], differences="warn")
    assert [each.text for each in differences] == ["foo"]
    assert run(file, ["fo"])[0].tolist() == [[1]]


@pytest.mark.parametrize("text", ["İT", "ΟΔΟΣ"], ids=ascii)
def test_lower_case_that_is_not_letter_by_letter_is_told(text, tmp_path):
    model = CountVectorizer().fit(["it", "οδος"])
    with pytest.raises(OnnxDifferencesError):
        to_onnx(model, tmp_path / "model.onnx", samples=[text])


def test_a_label_that_differs_is_told(tmp_path):
    model = make_pipeline(CountVectorizer(token_pattern="fo|foo"), LogisticRegression(C=100))
    model.fit(["fo", "fo fo", "x fo fo fo fo", "fo fo fo"], ["few", "few", "many", "many"])
    with pytest.warns(UserWarning, match="1 of 1 texts"):
        differences = to_onnx(model, tmp_path / "m.onnx", samples=["foo foo foo foo"], differences="warn")
    assert [(each.what, each.expected, each.got) for each in differences[:1]] == [("label", "many", "few")]
    assert {each.what for each in differences} == {"label", "probabilities", "feature 'fo'"}


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (make_pipeline(HashingVectorizer(n_features=64), LogisticRegression()), "HashingVectorizer.*sparse"),
        (make_pipeline(Stemmer(), CountVectorizer()), "Stemmer.*never seen"),
        (TfidfVectorizer(strip_accents="unicode"), "strips accents"),
        (CountVectorizer(preprocessor=str.lower), "preprocessor"),
        (CountVectorizer(tokenizer=str.split, token_pattern=None), "tokenizer"),
        (CountVectorizer(analyzer=str.split), "analyzer"),
        (CountVectorizer(token_pattern=r"(?<!x)\w+"), r"\(\?<"),
        (CountVectorizer(token_pattern=r"(\w)\w+"), "group that captures"),
        (CountVectorizer(token_pattern=r"\bt\w+"), r"\\b"),
        (CountVectorizer(analyzer="char_wb"), "single characters"),
        (make_pipeline(Tokenizer("unicode"), CountVectorizer()), "no regular expression"),
        (make_pipeline(Tokenizer(normalize="NFC"), CountVectorizer()), "normalizes"),
        (make_pipeline(CountVectorizer(), TfidfWeighting(norm="pivoted")), "norm='pivoted'"),
        (make_pipeline(CountVectorizer(), TfidfWeighting(tf="augmented")), "tf='augmented'"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_expressed_is_refused_with_the_reason(model, reason, sample, tmp_path):
    model.fit(*sample)
    with pytest.raises(ValueError, match=reason):
        to_onnx(model, tmp_path / "model.onnx")
    assert not list(tmp_path.iterdir())


class Doubled(CountVectorizer):
    pass


def test_bad_input(sample, tmp_path, monkeypatch):
    file = tmp_path / "model.onnx"
    with pytest.raises(NotFittedError):
        to_onnx(CountVectorizer(), file)
    with pytest.raises(NotFittedError):
        to_onnx(make_pipeline(TfidfVectorizer(), LogisticRegression()), file)
    fitted = CountVectorizer().fit(sample[0])
    for samples in ("one text", [], [b"bytes"], [7]):
        with pytest.raises(TypeError, match="list of texts"):
            to_onnx(fitted, file, samples=samples)
    with pytest.raises(ValueError, match="'refuse' or 'warn'"):
        to_onnx(fitted, file, differences="ignore")
    with pytest.raises(ValueError, match=r"(?s)no_NO.*locale="):
        to_onnx(fitted, file, locale="no_NO.nothing")
    with pytest.raises(ValueError, match="Doubled"):
        to_onnx(Doubled().fit(sample[0]), file)
    with pytest.raises(FileNotFoundError):
        to_onnx(fitted, tmp_path / "nowhere" / "model.onnx")
    assert not list(tmp_path.iterdir())
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(ImportError, match=r"to_onnx needs onnxruntime.*textvec-kit\[onnx\]"):
        to_onnx(fitted, file)


def test_the_locale_reaches_every_vectorizer(sample, tmp_path):
    import onnx

    texts, labels = sample
    pipelines = [(name, make_pipeline(TfidfVectorizer(), LogisticRegression())) for name in "ab"]
    model = VotingClassifier(pipelines, voting="soft", flatten_transform=False).fit(texts, labels)
    textvec.to_onnx(model, tmp_path / "model.onnx", locale="POSIX", samples=["plain letters"])
    nodes = onnx.load(tmp_path / "model.onnx").graph.node
    locales = [a.s for node in nodes for a in node.attribute if a.name == "locale"]
    assert locales == [b"POSIX", b"POSIX"]


def test_the_file_says_who_made_it(tmp_path):
    import onnx

    to_onnx(CountVectorizer().fit(["food"]), tmp_path / "model.onnx")
    properties = {each.key: each.value for each in onnx.load(tmp_path / "model.onnx").metadata_props}
    assert properties == {"textvec": textvec.__version__}
