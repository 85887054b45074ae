"""skops makes textvec's objects: all of them, and none whose state a file has made up."""

import copy
import io
import json
import pickle
import zipfile

import joblib
import numpy as np
import pytest
import skops.io
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import FeatureUnion, make_pipeline

from support.estimators import ESTIMATORS, each, learnt, of, same
from textvec import CountVectorizer, StopWords, TfidfVectorizer, TfidfWeighting, Tokenizer, WordVectors
from textvec.classification import NBSVMClassifier, text_classifier
from textvec.datasets import load_messages
from textvec.interop import trusted_types
from textvec.vectorizers._ngrams import NGrams
from textvec.vectorizers._words import Words


@pytest.fixture(scope="module")
def sample():
    messages = load_messages()
    return list(messages.data)[:200], list(messages.target)[:200]


def there_and_back(estimator):
    return skops.io.loads(skops.io.dumps(estimator), trusted=trusted_types())


def forged(estimator, change):
    """Return the bytes of an estimator with another schema, as somebody would write them by hand."""
    with zipfile.ZipFile(io.BytesIO(skops.io.dumps(estimator))) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    schema = json.loads(members["schema.json"])
    change(schema)
    members["schema.json"] = json.dumps(schema).encode()
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def attributes(schema):
    return schema["content"]["content"]


def plain(value):
    return {"__class__": "str", "__module__": "builtins", "__loader__": "JsonNode", "content": json.dumps(value)}


@each(ESTIMATORS)
def test_every_estimator_is_made_again(estimator, sample):
    fitted = learnt(estimator, *sample)
    again = there_and_back(fitted)
    documents = of(fitted, sample[0][:20])
    assert same(fitted.transform(documents), again.transform(documents))


@pytest.mark.parametrize(
    "model",
    [
        text_classifier("tfidf", "logreg"),
        make_pipeline(Tokenizer(), StopWords(), CountVectorizer(), TfidfWeighting(), LogisticRegression()),
        make_pipeline(CountVectorizer(), NBSVMClassifier(random_state=0)),
        make_pipeline(
            FeatureUnion([("words", TfidfVectorizer()), ("characters", TfidfVectorizer(analyzer="char_wb"))]),
            LogisticRegression(),
        ),
        GridSearchCV(make_pipeline(TfidfVectorizer(), LogisticRegression()), {"logisticregression__C": [1, 10]}, cv=2),
    ],
    ids=["text_classifier", "steps", "nbsvm", "union", "search"],
)
def test_pipelines_by_skops_joblib_and_pickle(model, sample, tmp_path):
    texts, labels = sample
    model.fit(texts, labels)
    joblib.dump(model, tmp_path / "model.joblib")
    copies = [
        there_and_back(model),
        joblib.load(tmp_path / "model.joblib"),
        pickle.loads(pickle.dumps(model)),
        copy.deepcopy(model),
    ]
    for again in copies:
        assert again.predict(texts).tolist() == model.predict(texts).tolist()


def test_the_list_holds_nothing_that_runs_what_it_is_given():
    names = trusted_types()
    assert names == sorted(set(names))
    assert all(name.startswith(("textvec.", "sklearn.")) or name == "builtins.frozenset" for name in names)
    assert not {"functools.partial", "builtins.eval", "sklearn.tree._tree.Tree"} & set(names)


def test_a_list_that_the_file_asks_for_is_not_followed(sample):
    data = forged(CountVectorizer().fit(sample[0]), lambda schema: schema.update(__module__="os", __class__="system"))
    with pytest.raises(skops.io.exceptions.UntrustedTypesFoundException, match=r"os\.system"):
        skops.io.loads(data, trusted=trusted_types())


@pytest.mark.parametrize("attribute", ["transform", "__class__", "__dict__", "anything"])
def test_no_attribute_takes_the_place_of_a_method(attribute, sample):
    def change(schema):
        attributes(schema)[attribute] = plain("evil")
        schema["content"]["key_types"]["content"].append(schema["content"]["key_types"]["content"][0])

    with pytest.raises(ValueError, match="attribute"):
        skops.io.loads(forged(CountVectorizer().fit(sample[0]), change), trusted=trusted_types())


def bad_ngrams(**changes):
    good = {"words": Words(["a", "b"]), "rows": np.array([[0], [1]], np.int32), "columns": None, "separator": " "}
    return NGrams(**{**good, **changes})


@pytest.mark.parametrize(
    "ngrams",
    [
        bad_ngrams(rows=np.array([[0], [2**30]], np.int32)),
        bad_ngrams(rows=np.array([[1], [0]], np.int32)),
        bad_ngrams(columns=np.array([0, 2**30], np.int32)),
        bad_ngrams(words=Words(["b", "a"])),
        bad_ngrams(words=["a", "b"]),
        bad_ngrams(separator=0),
    ],
    ids=["beyond the words", "unsorted rows", "beyond the columns", "unsorted words", "no words", "no separator"],
)
def test_a_state_that_kernels_would_follow_blindly_is_refused(ngrams):
    vectorizer = CountVectorizer().fit(["a1 b1"])
    vectorizer.__dict__["ngrams_"] = ngrams
    with pytest.raises((ValueError, TypeError, AttributeError)):
        there_and_back(vectorizer)


def test_parts_that_a_constructor_made_are_checked_as_well():
    """skops lets a file choose to call a class it trusts, whose `__init__` may check nothing."""

    def change(schema):
        made = attributes(schema)["ngrams_"]
        made["__loader__"] = "ConstructorFromReduceNode"
        made["content"]["content"][1] = plain([[10**9]])  # the rows

    with pytest.raises((ValueError, TypeError, AttributeError)):
        skops.io.loads(forged(CountVectorizer().fit(["food good"]), change), trusted=trusted_types())


def test_states_of_other_kinds_are_refused(sample):
    for state in ([], "state", 7):
        data = forged(StopWords().fit(sample[0]), lambda schema, state=state: schema.update(content=plain(state)))
        with pytest.raises(ValueError, match="not a dict"):
            skops.io.loads(data, trusted=trusted_types())


def test_a_fitted_one_that_lacks_something_is_refused():
    weighting = TfidfWeighting().fit(np.eye(3))
    del weighting.pivot_
    with pytest.raises(ValueError, match="no pivot_"):
        there_and_back(weighting)


def test_idf_of_another_length_is_refused():
    weighting = TfidfWeighting().fit(np.eye(3))
    weighting.idf_ = weighting.idf_[:2]
    with pytest.raises(ValueError, match="idf_"):
        there_and_back(weighting)


def test_word_vectors_are_checked():
    vectors = WordVectors(["tea", "moon"], [[4, 1], [-1, 4]])
    assert there_and_back(vectors).words.tolist() == ["tea", "moon"]
    vars(vectors)["vectors"] = vectors.vectors[:1]
    with pytest.raises(ValueError, match="WordVectors"):
        there_and_back(vectors)


def test_pickles_keep_what_users_add():
    vectorizer = CountVectorizer().fit(["food good"])
    vectorizer.mine = 1
    assert pickle.loads(pickle.dumps(vectorizer)).mine == 1
    with pytest.raises(ValueError, match="mine"):
        there_and_back(vectorizer)


class Mine(CountVectorizer):
    def __setstate__(self, state):
        super().__setstate__(state)
        self.was_restored = True


def test_subclasses_of_users_restore_themselves():
    again = pickle.loads(pickle.dumps(Mine().fit(["food good"])))
    assert again.was_restored
    assert again.transform(["food"]).toarray().tolist() == [[1, 0]]
