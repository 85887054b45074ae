"""`trace` from end to end: what it refuses, what it passes on, and that it agrees with the pipeline itself."""

import warnings

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import TruncatedSVD
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import CountVectorizer as SklearnCountVectorizer
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.feature_extraction.text import TfidfVectorizer as SklearnTfidfVectorizer
from sklearn.feature_selection import SelectKBest, chi2
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import FunctionTransformer, MaxAbsScaler

from support.strategies import documents as any_documents
from textvec import (
    CosineIndex,
    CountVectorizer,
    HashingVectorizer,
    Lemmatizer,
    OneHotVectorizer,
    Phrases,
    SequenceEncoder,
    Stemmer,
    StopWords,
    TfidfVectorizer,
    Tokenizer,
    Tokens,
    trace,
)
from textvec.tracing import Item

TEXTS = ["A great pizza", "The food is good, the café too", "Great food", "The new york foods", "new york"]
LABELS = [1, 0, 1, 0, 0]


def features(*steps):
    """Return a pipeline that is fitted."""
    return make_pipeline(*steps).fit(TEXTS, LABELS)


SPARSE = {
    "counts": lambda: features(CountVectorizer()),
    "tfidf": lambda: features(TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, strip_accents="unicode")),
    "steps": lambda: features(Tokenizer("unicode"), StopWords(), Lemmatizer(), Stemmer(), CountVectorizer()),
    "phrases": lambda: features(Tokenizer(), Phrases(1, 0.1), TfidfVectorizer(norm="l1")),
    "characters": lambda: features(CountVectorizer(analyzer="char", ngram_range=(1, 3))),
    "within words": lambda: features(TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4))),
    "function": lambda: features(CountVectorizer(analyzer=str.split)),
    "own tokenizer": lambda: features(CountVectorizer(tokenizer=str.split, token_pattern=None)),
    "binary": lambda: features(OneHotVectorizer()),
    "hashes": lambda: features(HashingVectorizer(n_features=2**10)),
    "scikit-learn": lambda: features(SklearnCountVectorizer(stop_words="english"), TfidfTransformer()),
    "scikit-learn's tfidf": lambda: features(SklearnTfidfVectorizer(min_df=2)),
    "selected": lambda: features(TfidfVectorizer(), SelectKBest(chi2, k=4), MaxAbsScaler()),
    "union": lambda: features(FeatureUnion([("a", CountVectorizer()), ("b", TfidfVectorizer(max_df=2))])),
}


@pytest.mark.parametrize("name", SPARSE)
def test_the_last_items_are_the_matrix(name):
    """Every number of the matrix is that of an item, and no other item has one; words are where they say."""
    pipeline = SPARSE[name]()
    texts = ["Great NEW York, great food!", "unheard", "", "The café is a Café.", "x" * 50]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        traced = trace(pipeline, texts)
        expected = pipeline.transform(texts).toarray()
    found = np.zeros_like(expected, dtype=float)
    for doc, items in enumerate(traced.steps[-1].items):
        for item in items:
            if item.kept and item.value:
                found[doc, item.column] = item.value
    np.testing.assert_array_equal(found, expected)
    for text, words in zip(texts, traced.words, strict=True):
        assert all(word.start is None or text[word.start : word.end] == word.text for word in words)
    for step in traced:
        for items, words in zip(step.items, traced.words, strict=True):
            assert all(0 <= word < len(words) for item in items for word in item.words)


def test_words_are_followed_from_the_text_to_the_weights():
    traced = trace(features(Tokenizer(), StopWords(), Stemmer(), TfidfVectorizer()), ["The great FOODS of York"])
    followed = [[item.text for item in step.items[0] if 2 in item.words] for step in traced]
    assert traced.words[0][2] == ("FOODS", 10, 15)
    assert followed == [["foods"], ["foods"], ["food"], ["food"], ["food"]]
    assert traced["Stop words"].dropped[0][0] == Item("the", (0,), kept=False, why="stop word (list 'english')")


def test_documents_that_are_words():
    pipeline = features(Tokenizer(), Stemmer(), CountVectorizer())
    traced = trace(pipeline, [["great", "foods"], ["york"]])
    assert traced.texts == ["great foods", "york"]
    assert [word.start for word in traced.words[0]] == [0, 6]
    assert [[item.text for item in items] for items in traced["Counts"].items] == [["great", "food"], ["york"]]
    tokens = Tokens.from_lists([["great", "foods"], ["york"]])
    assert trace(pipeline, tokens).to_dict() == traced.to_dict()


@pytest.mark.parametrize(
    "column", [pd.Series, pa.array, np.array, tuple, iter], ids=["pandas", "arrow", "numpy", "tuple", "iterator"]
)
def test_columns_of_texts(column):
    assert trace(features(CountVectorizer()), column(["great food", "york"])).texts == ["great food", "york"]


def test_more_texts_than_are_shown():
    traced = trace(features(CountVectorizer()), [f"food {i}" for i in range(10_000)])
    assert (len(traced.texts), traced.n_texts) == (20, 10_000)
    assert traced.steps[-1].output.shape[0] == 20
    assert repr(traced).startswith("the first 20 of 10,000 texts through CountVectorizer")


def test_a_step_that_changes_texts():
    shout = FunctionTransformer(lambda texts: [text.replace("<b>", "") for text in texts])
    pipeline = make_pipeline(shout, TfidfVectorizer(), LogisticRegression()).fit(TEXTS, LABELS)
    traced = trace(pipeline, ["<b>great food"])
    assert traced.steps[0].results == [["great food"]]
    assert traced.words[0][0] == ("great", 0, 5)
    assert traced["Decision"].output.tolist() == pipeline.predict(["<b>great food"]).tolist()


def test_a_step_that_mixes_columns():
    traced = trace(features(TfidfVectorizer(), TruncatedSVD(2, random_state=0)), ["great food", "unheard"])
    assert traced.steps[-1].about == ["In: sparse matrix of 2 × 11. Out: matrix of 2 × 2."]
    assert traced.steps[-1].results[1] == ["truncatedsvd0 0, truncatedsvd1 0"]
    first = traced.steps[-1].output[0, 0]
    assert traced.steps[-1].results[0][0].startswith(f"truncatedsvd0 {first:.4g}, ")


def test_models_within_others():
    inner = make_pipeline(Tokenizer(), "passthrough", CountVectorizer())
    model = make_pipeline(FrozenEstimator(inner.fit(TEXTS)), LogisticRegression())
    search = GridSearchCV(model, {"logisticregression__C": [1.0, 2.0]}, cv=2).fit(TEXTS, LABELS)
    names = [step.name for step in trace(search, ["great food"])]
    assert names == ["frozenestimator__tokenizer", "frozenestimator__countvectorizer", "logisticregression"]


def test_one_vectorizer_alone():
    traced = trace(CountVectorizer().fit(TEXTS), ["great food"])
    assert [step.name for step in traced] == ["countvectorizer"] * 2
    with pytest.raises(KeyError, match=r"there is no step 'tfidf'. The steps are 'countvectorizer'"):
        traced["tfidf"]


REFUSED = {
    "one string": (
        features(CountVectorizer()),
        "great food",
        ValueError,
        "string object received. Put a single document in a list",
    ),
    "no text": (features(CountVectorizer()), [], ValueError, "trace: there is no text"),
    "a missing one": (features(CountVectorizer()), ["a", None], ValueError, "missing"),
    "a number": (features(CountVectorizer()), ["a", 7], TypeError, "text 1 is of type int"),
    "unfitted": (make_pipeline(CountVectorizer()), ["a"], NotFittedError, "trace: this Pipeline is not fitted"),
    "unfitted vectorizer": (TfidfVectorizer(), ["a"], NotFittedError, "this TfidfVectorizer is not fitted"),
    "a class": (CountVectorizer, ["a"], TypeError, "it is the class CountVectorizer"),
    "no model": (7, ["a"], TypeError, "model must be a fitted pipeline that takes texts.*it is a int"),
    "of matrices": (LogisticRegression().fit([[0], [1]], [0, 1]), ["a"], TypeError, "fitted on a matrix"),
    "files": (features(CountVectorizer()).set_params(countvectorizer__input="filename"), ["a"], ValueError, "reads"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused(case):
    model, texts, error, message = REFUSED[case]
    with pytest.raises(error, match=message):
        trace(model, texts)


def test_tables_of_columns_are_not_for_texts():
    table = pd.DataFrame({"text": TEXTS})
    model = make_pipeline(ColumnTransformer([("t", CountVectorizer(), "text")]), LogisticRegression())
    with pytest.raises((ValueError, TypeError)):
        trace(model.fit(table, LABELS), ["great food"])


def test_subclasses_that_do_more():
    class Doubled(CountVectorizer):
        def build_analyzer(self):
            analyze = super().build_analyzer()
            return lambda text: analyze(text) * 2

    traced = trace(Doubled().fit(TEXTS), ["great food"])
    assert [(item.text, item.value) for item in traced["Counts"].items[0]] == [("great", 2.0), ("food", 2.0)]


@given(texts=any_documents)
@settings(max_examples=12, deadline=None)
def test_any_text_can_be_traced(texts):
    for pipeline in FITTED:
        if texts:
            traced = trace(pipeline, texts)
            assert len(traced.texts) == min(len(texts), 20)
            assert traced.to_text(color=False)
            assert traced._repr_html_()
            for text, words in zip(traced.texts, traced.words, strict=False):
                assert all(word.start is None or text[word.start : word.end] == word.text for word in words)


FITTED = [
    SPARSE["steps"](),
    SPARSE["tfidf"](),
    SPARSE["within words"](),
    SPARSE["characters"](),
    features(Tokenizer("tweet", normalize="NFKC", strip_accents="ascii"), SequenceEncoder(max_length=4)),
]


def test_parts_of_a_union_that_have_no_words_or_no_names():
    """Columns of an SVD, of numbers about whole texts, and of what passes through stand beside those of words."""
    lengths = FunctionTransformer(lambda texts: np.array([[len(text)] for text in texts]))
    parts = [
        ("words", CountVectorizer()),
        ("topics", make_pipeline(TfidfVectorizer(), TruncatedSVD(2))),
        ("n", lengths),
    ]
    traced = trace(FeatureUnion(parts).fit(TEXTS), TEXTS[:2])
    assert [step.title for step in traced] == [
        "Words", "Counts", "Words", "Counts", "Weights", "TruncatedSVD", "FunctionTransformer", "Union"
    ]  # fmt: skip
    assert traced["Union"].output.shape == (2, 11 + 2 + 1)
    through = FeatureUnion([("all", "passthrough"), ("topics", TruncatedSVD(2))])
    assert trace(features(CountVectorizer(), through), TEXTS[:2])["Union"].output.shape == (2, 11 + 2)


@pytest.mark.parametrize("step", [lambda m: m[:-1], lambda m: [1, *m]], ids=["fewer", "more"])
def test_a_step_that_loses_or_adds_texts(step):
    pipeline = make_pipeline(Tokenizer(), FunctionTransformer(lambda tokens: step(list(tokens)), validate=False))
    with pytest.raises(
        ValueError, match="the step 'functiontransformer', a FunctionTransformer, must return a row for"
    ):
        trace(pipeline.fit(TEXTS), TEXTS)


def test_a_step_that_returns_an_iterator():
    pipeline = features(FunctionTransformer(lambda texts: (text.upper() for text in texts)), CountVectorizer())
    assert [item.text for item in trace(pipeline, ["great pizza"])["Counts"].items[0]] == ["great", "pizza"]


def test_words_that_become_texts_again_are_cut_anew():
    """What was cut before has no words in the texts that there are now, rather than wrong ones."""
    joined = FunctionTransformer(lambda tokens: [" ".join(words) for words in tokens])
    traced = trace(features(Tokenizer(), StopWords(), joined, CountVectorizer()), ["the great, the good food"])
    assert traced.texts == ["great good food"]
    assert [item.words for step in traced.steps[:2] for item in step.items[0]] == [()] * 10
    assert [item.words for item in traced["Counts"].items[0]] == [(0,), (1,), (2,)]


def test_numbers_of_whole_texts_leave_the_words_as_they_were():
    total = FunctionTransformer(lambda matrix: matrix.toarray().sum(axis=1))
    assert [word.text for word in trace(features(CountVectorizer(), total), ["great food"]).words[0]] == [
        "great",
        "food",
    ]


def test_the_class_of_an_index_is_none():
    with pytest.raises(TypeError, match=r"trace: model must be a fitted pipeline .*, but it is the class CosineIndex"):
        trace(CosineIndex, TEXTS)
