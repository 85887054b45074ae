import json
import zipfile

import pytest
from sklearn.decomposition import TruncatedSVD
from sklearn.pipeline import make_pipeline

import textvec
from textvec import TfidfVectorizer
from textvec.distributed._digest import estimator_digest

TEXTS = ["red sea", "blue sea sky", "red red sky"]


def fitted(**params):
    return make_pipeline(TfidfVectorizer(), TruncatedSVD(2, random_state=0, **params)).fit(TEXTS)


def saved(estimator, path):
    textvec.save(estimator, path)
    return estimator_digest(path)


def test_the_same_estimator_has_the_same_digest(tmp_path, monkeypatch):
    first = saved(fitted(), tmp_path / "a")
    monkeypatch.setattr("time.time", lambda: 1e9)  # skops writes the time
    assert saved(fitted(), tmp_path / "b") == first
    assert saved(textvec.load(tmp_path / "a"), tmp_path / "c") == first
    members = [json.loads(zipfile.ZipFile(tmp_path / name).read("manifest.json"))["members"] for name in "ab"]
    assert members[0] != members[1]  # by their bytes they are two


@pytest.mark.parametrize(
    "other",
    [
        lambda: fitted(n_iter=7),
        lambda: make_pipeline(TfidfVectorizer(), TruncatedSVD(2, random_state=0)).fit([*TEXTS, "sea"]),
        lambda: TfidfVectorizer().fit(TEXTS),
        lambda: TfidfVectorizer(sublinear_tf=True).fit(TEXTS),
    ],
    ids=["parameter", "learnt", "class", "tfidf"],
)
def test_another_estimator_has_another_digest(tmp_path, other):
    assert saved(other(), tmp_path / "a") != saved(fitted(), tmp_path / "b")
