"""`vocabulary_` as scikit-learn's: whatever changes it, everything else follows."""

import copy
import json
import pickle
from itertools import chain

import joblib
import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.base import clone
from sklearn.feature_extraction import text as peers

import textvec
from support.compare import assert_same_matrix
from textvec import CountVectorizer, OneHotVectorizer, SequenceEncoder, TfidfVectorizer
from textvec.vectorizers._vocabulary import FixedVocabulary, Vocabulary

DOCUMENTS = ["the food is good", "the food is not good, not good", "pizza is great"]
TERMS = ["food", "good", "great", "is", "not", "pizza", "the"]
MORE = ["zz food zz", "good good pizza", "", "not great"]


def pop(v):
    v.pop("the")  # the last column


def popitem(v):
    del v["is"], v["not"], v["pizza"], v["the"]
    v.popitem()


def swap(v):
    v["the"], v["food"] = v["food"], v["the"]


def setdefault(v):
    assert v.setdefault("zz", len(v)) == 7
    assert v.setdefault("food", 100) == 0


def replace(v):
    v.clear()
    v.update({"zz": 1, "good": 0})


def merge(v):
    v |= {"zz": 7, "not great": 8}


CHANGES = {
    "[]": lambda v: v.__setitem__("zz", len(v)),
    "update": lambda v: v.update({"zz": 7, "yy": 8}),
    "update(**)": lambda v: v.update(zz=7),
    "update(pairs)": lambda v: v.update([("zz", 7)]),
    "|=": merge,
    "pop": pop,
    "popitem": popitem,
    "del": lambda v: v.__delitem__("the"),
    "setdefault": setdefault,
    "swap": swap,
    "clear, update": replace,
    "two terms of one column": lambda v: v.update(zz=v["food"], yy=8),
    "a gap": lambda v: v.update(zz=11),
}
COPIES = {
    "itself": lambda v: v,
    "pickle": lambda v: pickle.loads(pickle.dumps(v)),
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
}


def joblib_copy(vectorizer, folder):
    joblib.dump(vectorizer, folder / "v.joblib")
    return joblib.load(folder / "v.joblib")


def saved_copy(vectorizer, folder):
    textvec.save(vectorizer, folder / "v.textvec")
    return textvec.load(folder / "v.textvec")


def check_same(ours, theirs):
    assert ours.vocabulary_ == theirs.vocabulary_
    assert ours.get_feature_names_out().tolist() == theirs.get_feature_names_out().tolist()
    documents = [d for d in MORE if "zz" not in d or theirs.vocabulary_.get("zz", 0) < len(theirs.vocabulary_)]
    X, expected = ours.transform(documents), theirs.transform(documents)
    expected.sum_duplicates()
    assert_same_matrix(X, expected)
    for a, b in zip(ours.inverse_transform(X), theirs.inverse_transform(expected), strict=True):
        assert sorted(a.tolist()) == sorted(b.tolist())


@pytest.mark.parametrize("copied", COPIES)
@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(
    "params", [{}, {"binary": True}, {"vocabulary": ["food", "good", "great", "is", "not", "pizza", "the"]}]
)
def test_changes_are_followed(params, change, copied):
    ours, theirs = CountVectorizer(**params).fit(DOCUMENTS), peers.CountVectorizer(**params).fit(DOCUMENTS)
    for vectorizer in (ours, theirs):
        vectorizer.transform(MORE)
        CHANGES[change](vectorizer.vocabulary_)
    check_same(COPIES[copied](ours), theirs)
    for vectorizer in (ours, theirs):
        vectorizer.fit(DOCUMENTS)
    check_same(ours, theirs)  # a fit begins anew


@pytest.mark.parametrize("copied", [joblib_copy, saved_copy])
@pytest.mark.parametrize("change", ["[]", "update", "pop", "swap", "clear, update"])
@pytest.mark.parametrize("cls", ["CountVectorizer", "TfidfVectorizer"])
def test_changes_are_in_files(cls, change, copied, tmp_path):
    ours, theirs = getattr(textvec, cls)().fit(DOCUMENTS), getattr(peers, cls)().fit(DOCUMENTS)
    for vectorizer in (ours, theirs):
        CHANGES[change](vectorizer.vocabulary_)
    ours = copied(ours, tmp_path)
    assert ours.vocabulary_ == theirs.vocabulary_
    assert ours.get_feature_names_out().tolist() == theirs.get_feature_names_out().tolist()
    if cls == "CountVectorizer":
        check_same(ours, theirs)


def test_a_dictionary_that_was_assigned_is_followed_as_well():
    mine = {"food": 0}
    for cls in (CountVectorizer, peers.CountVectorizer):
        vectorizer = cls()
        vectorizer.vocabulary_ = mine = {"food": 0}
        assert vectorizer.vocabulary_ is mine
        assert vectorizer.transform(MORE).shape == (4, 1)
        mine["zz"] = 1
        assert vectorizer.transform(MORE).toarray()[0].tolist() == [1, 2]
        vectorizer.vocabulary_["pizza"] = 2
        assert vectorizer.transform(MORE).toarray()[1].tolist() == [0, 0, 1]
        del vectorizer.vocabulary_
        assert not hasattr(vectorizer, "vocabulary_")
    shared = CountVectorizer().fit(DOCUMENTS)
    other = CountVectorizer()
    other.vocabulary_ = shared.vocabulary_
    shared.vocabulary_["zz"] = 7
    assert shared.transform(["zz"]).sum() == other.transform(["zz"]).sum() == 1


def test_nothing_left():
    vectorizer = CountVectorizer().fit(DOCUMENTS)
    vectorizer.vocabulary_.clear()
    with pytest.raises(ValueError, match="Vocabulary is empty"):
        vectorizer.transform(MORE)


def test_a_column_outside_the_matrix(tmp_path):
    vectorizer = CountVectorizer().fit(DOCUMENTS)
    del vectorizer.vocabulary_["food"]
    assert vectorizer.transform(["is good"]).toarray().tolist() == [[0, 1, 0, 1, 0, 0]]
    with pytest.raises(ValueError, match=r"has 6 terms, .* column 6. Number the terms anew: .*enumerate"):
        vectorizer.transform(["the"])
    with pytest.raises(ValueError, match=r"partial_fit needs .* columns 0 to n - 1"):
        vectorizer.partial_fit(["more"])
    with pytest.raises(ValueError, match=r"columns are not 0 to 5, .* cannot be saved. Number"):
        textvec.save(vectorizer, tmp_path / "v")
    vectorizer.vocabulary_ = {term: i for i, term in enumerate(vectorizer.vocabulary_)}
    assert vectorizer.transform(["the"]).toarray().tolist() == [[0, 0, 0, 0, 0, 1]]
    for wrong in ("x", -1, 1.5, 2**31, None):
        vectorizer.vocabulary_["zz"] = wrong
        with pytest.raises(ValueError, match="'zz' has "):
            vectorizer.transform(["the"])


def test_weights_follow():
    ours, theirs = TfidfVectorizer().fit(DOCUMENTS), peers.TfidfVectorizer().fit(DOCUMENTS)
    for vectorizer in (ours, theirs):
        swap(vectorizer.vocabulary_)
    assert_same_matrix(ours.transform(MORE), theirs.transform(MORE), 1e-12)
    assert ours.terms(ours.transform(["the"])[0]) == [("the", 1.0)]
    for vectorizer in (ours, theirs):
        vectorizer.vocabulary_["zz"] = 7
        with pytest.raises(ValueError, match="X has 8 features, but TfidfTransformer is expecting 7 features"):
            vectorizer.transform(MORE)
        assert len(vectorizer.idf_) == 7
    with pytest.raises(ValueError, match="vocabulary_ was set"):
        ours.partial_fit(["more"])
    with pytest.raises(ValueError, match="idf length = 7 must be equal to vocabulary size = 8"):
        ours.idf_ = np.ones(7)
    ours.idf_ = np.arange(1.0, 9.0)
    for vectorizer in (ours, pickle.loads(pickle.dumps(ours))):
        assert vectorizer.transform(["zz"])[0, 7] == 1
        assert vectorizer.transform(["zz the"])[0, 7] == pytest.approx(8 / np.hypot(1, 8))


def test_numbers_written_into_idf_are_kept():
    vectorizer = TfidfVectorizer(norm=None).fit(DOCUMENTS)
    vectorizer.idf_[0] = 5
    for kept in (vectorizer, pickle.loads(pickle.dumps(vectorizer))):
        assert kept.transform(["food"])[0, 0] == 5


def test_a_vectorizer_put_together_of_parts(tmp_path):
    fitted = peers.TfidfVectorizer().fit(DOCUMENTS)
    ours = TfidfVectorizer()
    ours.vocabulary_, ours.idf_ = fitted.vocabulary_, fitted.idf_
    for vectorizer in (ours, pickle.loads(pickle.dumps(ours)), saved_copy(ours, tmp_path)):
        assert_same_matrix(vectorizer.transform(MORE), fitted.transform(MORE), 1e-12)


def test_one_hot_follows():
    vectorizer = OneHotVectorizer().fit(DOCUMENTS)
    vectorizer.vocabulary_["zz"] = 7
    for changed in (vectorizer, pickle.loads(pickle.dumps(vectorizer))):
        assert changed.transform(["zz zz"]).toarray()[0, 7] == 1
        assert changed.transform_tokens("zz zz").toarray()[:, 7].tolist() == [1, 1]
        assert changed.get_feature_names_out()[-1] == "zz"
    vectorizer.vocabulary_ = {"pizza": 0}
    assert vectorizer.transform(["pizza zz"]).toarray().tolist() == [[1]]
    vectorizer.vocabulary_["zz"] = 9
    with pytest.raises(ValueError, match="column 9"):
        vectorizer.transform_tokens("zz")


def test_numbers_of_a_sequence_encoder_cannot_be_changed(tmp_path):
    encoder = SequenceEncoder().fit(DOCUMENTS)
    for change in CHANGES.values():
        with pytest.raises(TypeError, match=r"cannot be changed .* vocabulary="):
            change(encoder.vocabulary_)
    again = SequenceEncoder(vocabulary=encoder.vocabulary_).fit(DOCUMENTS)
    assert saved_copy(again, tmp_path).vocabulary_ == encoder.vocabulary_


def test_learning_more_after_a_change():
    vectorizer = CountVectorizer().partial_fit(["b1 a1"])
    vectorizer.vocabulary_.update(zz=2)
    vectorizer.partial_fit(["zz c1"])
    assert vectorizer.vocabulary_ == {"a1": 0, "b1": 1, "zz": 2, "c1": 3}


def test_a_fit_that_fails_loses_no_change():
    vectorizer = CountVectorizer().fit(DOCUMENTS)
    vectorizer.vocabulary_["zz"] = 7
    with pytest.raises(ValueError, match="missing"):
        vectorizer.partial_fit(["yy", None])
    assert vectorizer.transform(["zz"])[0, 7] == 1
    assert clone(vectorizer).fit(DOCUMENTS).transform(["zz"]).shape == (1, 7)


def test_the_dictionary_is_made_when_it_is_asked_for():
    vectorizer = CountVectorizer().fit(DOCUMENTS)
    vectorizer.transform(DOCUMENTS)
    vectorizer.partial_fit(["more"])
    assert "_vocabulary" not in vars(vectorizer)
    before = vectorizer.ngrams_
    vectorizer.vocabulary_.get("food")
    assert vectorizer.ngrams_ is before


@pytest.mark.parametrize("cls", [Vocabulary, FixedVocabulary])
def test_copies_are_plain_dictionaries(cls, tmp_path):
    terms = cls(food=0, good=1)
    for plain in (terms.copy(), copy.copy(terms), copy.deepcopy(terms), pickle.loads(pickle.dumps(terms)), terms | {}):
        assert type(plain) is dict
        assert plain == terms
    assert json.loads(json.dumps(terms)) == terms
    assert isinstance(terms, dict)
    assert repr(terms) == "{'food': 0, 'good': 1}"
    vectorizer = CountVectorizer(vocabulary=terms).fit(["food"])
    assert saved_copy(vectorizer, tmp_path).vocabulary == terms


class Online(CountVectorizer):
    """A vectorizer in the manner of BERTopic's OnlineCountVectorizer: it learns words, and forgets rare ones."""

    def __init__(self, decay=None, delete_min_df=None, **kwargs):
        self.decay = decay
        self.delete_min_df = delete_min_df
        super().__init__(**kwargs)

    def partial_fit(self, raw_documents):
        if not hasattr(self, "vocabulary_"):
            return self.fit(raw_documents)
        analyze = self.build_analyzer()
        unknown = sorted(set(chain.from_iterable(map(analyze, raw_documents))) - set(self.vocabulary_))
        if unknown:
            first = max(self.vocabulary_.values()) + 1
            self.vocabulary_.update(zip(unknown, range(first, first + len(unknown)), strict=True))
        return self

    def update_bow(self, raw_documents):
        X = self.transform(raw_documents)
        if hasattr(self, "X_"):
            self.X_ = sp.hstack([self.X_, sp.csr_matrix((self.X_.shape[0], X.shape[1] - self.X_.shape[1]))])
            self.X_ = sp.csr_matrix(sp.vstack([self.X_, sp.csr_matrix((X.shape[0] - self.X_.shape[0], X.shape[1]))]))
            self.X_ = self.X_ * (1 - (self.decay or 0)) + X
        else:
            self.X_ = X
        if self.delete_min_df is not None:
            kept = np.flatnonzero(np.asarray(self.X_.sum(axis=0)).ravel() >= self.delete_min_df)
            self.X_ = sp.csr_matrix(self.X_)[:, kept]
            term_of = {column: term for term, column in self.vocabulary_.items()}
            self.vocabulary_ = {term_of[column]: i for i, column in enumerate(kept.tolist())}
        return self.X_


class PeerOnline(peers.CountVectorizer):
    def __init__(self, decay=None, delete_min_df=None, **kwargs):
        self.decay = decay
        self.delete_min_df = delete_min_df
        super().__init__(**kwargs)

    partial_fit, update_bow = Online.partial_fit, Online.update_bow


@pytest.mark.parametrize(
    "params", [{}, {"decay": 0.1}, {"decay": 0.5, "delete_min_df": 2}, {"ngram_range": (1, 2)}], ids=str
)
def test_a_subclass_that_learns_and_forgets_words(params, messages):
    ours, theirs = Online(**params), PeerOnline(**params)
    for i in range(0, 60, 12):
        batch = messages[i : i + 12]
        for vectorizer in (ours, theirs):
            vectorizer.partial_fit(batch)
            vectorizer.update_bow([" ".join(batch[:6]), " ".join(batch[6:])][: 1 + i // 12])
        assert (abs(ours.X_ - theirs.X_)).max() < 1e-12
        assert ours.vocabulary_ == theirs.vocabulary_
        assert ours.get_feature_names_out().tolist() == theirs.get_feature_names_out().tolist()
        ours = pickle.loads(pickle.dumps(ours))
