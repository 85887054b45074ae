"""What all preprocessing steps promise alike: to be scikit-learn transformers of text."""

import inspect
import os
import pickle
import subprocess
import sys

import numpy as np
import pytest
import sklearn
from joblib import Parallel, delayed
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import MaxAbsScaler
from sklearn.utils import get_tags
from sklearn.utils.validation import check_is_fitted

import textvec.preprocessing
from support.estimators import ESTIMATORS, needs_fit
from support.paths import ROOT
from textvec.preprocessing import Lemmatizer, Stemmer, StopWords, Tokenizer
from textvec.text.tokens import Tokens

TEXT = ["The mice don't like Cheese", "", "Because the connections are good", "good CHEESE"]
# Those of the room that learn nothing and make Tokens; `Chunker` makes passages, `Phrases` learns.
STEPS = [
    estimator
    for estimator in ESTIMATORS
    if type(estimator).__module__.startswith("textvec.preprocessing")
    and not needs_fit(estimator)
    and estimator.get_feature_names_out().tolist() == ["tokens"]
]
CHAIN = make_pipeline(Tokenizer(), StopWords(["don't", "the", "are"]), Stemmer())

every_step = pytest.mark.parametrize("step", STEPS, ids=repr)


def test_public_names():
    assert textvec.preprocessing.__all__ == [
        "Chunker", "Lemmatizer", "Passage", "Passages", "Phrases", "Stemmer", "StopWords", "Tokenizer",
    ]  # fmt: skip
    for name in textvec.preprocessing.__all__:
        assert getattr(textvec.preprocessing, name).__name__ == name


def test_importing_is_light():
    code = (
        "import sys, textvec.preprocessing as p; p.Tokenizer().transform(['Good food']); p.StopWords().fit([]);"
        "print([name for name in ('nltk', 'spacy', 'simplemma') if name in sys.modules])"
    )
    env = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, sys.path)])}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env, check=True)
    assert done.stdout.strip() == "[]"


def test_steps_are_found():
    assert {Lemmatizer, Stemmer, StopWords, Tokenizer} <= {type(step) for step in STEPS}


@every_step
def test_parameters_are_keyword_only_but_the_first_and_only_assigned(step):
    first, *others = inspect.signature(type(step)).parameters.values()
    assert first.kind is first.POSITIONAL_OR_KEYWORD
    assert {parameter.kind for parameter in others} <= {first.KEYWORD_ONLY}
    bad = type(step)(**dict.fromkeys(step.get_params(), 3.5))
    assert set(bad.get_params().values()) == {3.5}


@every_step
def test_stateless(step):
    step = clone(step)
    tags = get_tags(step)
    assert not tags.requires_fit
    assert tags.input_tags.string
    assert not tags.input_tags.two_d_array
    check_is_fitted(step)
    assert step.__sklearn_is_fitted__()
    unfitted = step.transform(TEXT)
    before = step.get_params()
    assert step.fit(text for text in TEXT) is step
    assert step.get_params() == before
    assert step.transform(TEXT) == unfitted == clone(step).fit_transform(iter(TEXT), [0, 1, 2, 3])


@every_step
def test_rows_stay_whatever_comes(step):
    words = Tokenizer().transform(TEXT)
    for documents in (TEXT, words, words.to_lists(), words.to_arrow(), np.array(TEXT, object), words[[2, 2, 0]], []):
        tokens = step.transform(documents)
        assert isinstance(tokens, Tokens)
        assert len(tokens) == len(documents)
        tokens._check()
    assert words == Tokenizer().transform(TEXT)


@every_step
def test_one_string_is_refused_in_fit_and_transform(step):
    for method in (step.fit, step.transform, step.fit_transform):
        with pytest.raises(ValueError, match="Put a single document in a list"):
            method("The mice")


@every_step
def test_each_step_is_remembered(step):
    assert step.transform(TEXT).steps[-1] is step
    tokens = Tokens.from_lists([["mice"]])
    assert step.transform(tokens).steps == (() if isinstance(step, Tokenizer) else (step,))


@every_step
@pytest.mark.parametrize("fit", [False, True])
def test_clone_and_pickle(step, fit):
    step = clone(step)
    expected = step.transform(TEXT)
    if fit:
        step.fit(TEXT)
    for copy in (clone(step), pickle.loads(pickle.dumps(step))):
        assert copy.get_params() == step.get_params()
        assert copy.transform(TEXT) == expected
    tokens = pickle.loads(pickle.dumps(expected))
    assert tokens == expected
    assert [type(s) for s in tokens.steps] == [type(s) for s in expected.steps]


def test_a_chain_in_other_processes():
    texts = TEXT * 50
    parts = Parallel(n_jobs=2, backend="loky")(
        delayed(clone(CHAIN).fit_transform)(texts[i : i + 50]) for i in range(0, 200, 50)
    )
    assert [words for part in parts for words in part] == CHAIN.transform(texts).to_lists()


def test_a_chain_in_threads():
    steps = [*STEPS, Lemmatizer(language="de"), Stemmer("porter"), Tokenizer("spacy:en")] * 2
    got = Parallel(n_jobs=4, backend="threading")(delayed(step.transform)(TEXT * 20) for step in steps)
    assert got == [step.transform(TEXT * 20) for step in steps]


def test_pipeline_with_scikit_learn_s_vectorizer():
    pipeline = make_pipeline(*clone(CHAIN), CountVectorizer(analyzer=list))
    matrix = pipeline.fit_transform(TEXT)
    words = ["becaus", "chees", "connect", "good", "like", "mice"]
    assert pipeline.get_feature_names_out().tolist() == words
    assert matrix.toarray().tolist() == [[0, 1, 0, 0, 1, 1], [0] * 6, [1, 0, 1, 1, 0, 0], [0, 1, 0, 1, 0, 0]]
    assert "Stemmer" in pipeline._repr_html_()
    copy = pickle.loads(pickle.dumps(pipeline))
    assert (copy.transform(TEXT) != matrix).nnz == 0


@every_step
def test_feature_names(step):
    assert step.get_feature_names_out().tolist() == ["tokens"]
    for names in (["text"], np.array(["text"], dtype=object), ("text",)):
        out = step.get_feature_names_out(names)
        assert out.dtype == object
        assert out.tolist() == ["text"]
    for wrong in ("text", ["a", "b"], [], 5):
        with pytest.raises(ValueError, match=f"{type(step).__name__}: input_features must be a list of one name"):
            step.get_feature_names_out(wrong)


@every_step
def test_tokens_stay_tokens_whatever_output_is_asked_for(step):
    step = clone(step)
    assert step.set_output(transform="pandas") is step
    with sklearn.config_context(transform_output="pandas"):
        assert isinstance(step.fit_transform(TEXT), Tokens)
    Pipeline([("step", step), ("scale", MaxAbsScaler())]).set_output(transform="pandas")


@every_step
def test_html_and_repr(step):
    assert type(step).__name__ in step._repr_html_()
    assert repr(step).startswith(type(step).__name__)


def test_grid_search_over_the_steps():
    texts = [f"{a} {b} connections" for a in ("Good", "bad") for b in ("mouse", "cheese", "food", "tea")] * 3
    labels = [text[0] for text in texts]
    pipeline = Pipeline(
        [
            ("words", Tokenizer()),
            ("stop", StopWords()),
            ("stem", Stemmer()),
            ("count", CountVectorizer(analyzer=list)),
            ("model", LogisticRegression()),
        ]
    )
    grid = {
        "words__pattern": [r"\w+", "whitespace"],
        "stop": [StopWords(), StopWords(["mouse"]), "passthrough"],
        "stem__algorithm": ["snowball", "lancaster"],
    }
    search = GridSearchCV(pipeline, grid, cv=2, error_score="raise", n_jobs=2).fit(texts, labels)
    assert search.best_score_ == 1
    assert search.predict(["good TEA"]) == ["G"]


def test_columns_and_unions():
    import pandas as pd

    table = pd.DataFrame({"title": ["Good mice", "tea"], "text": ["the cheeses", "Tea the tea"]})
    union = FeatureUnion(
        [
            ("stems", make_pipeline(Stemmer(), CountVectorizer(analyzer=list))),
            ("words", make_pipeline(StopWords(), CountVectorizer(analyzer=list))),
        ]
    )
    columns = ColumnTransformer([("title", union, "title"), ("text", clone(union), "text")])
    assert columns.fit_transform(table).shape == (2, 3 + 3 + 3 + 2)
    names = columns.get_feature_names_out()
    assert names[-2:].tolist() == ["text__words__cheeses", "text__words__tea"]
