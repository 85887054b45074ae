"""A few short texts are counted as many are."""

import gc
import pickle
import weakref

import numpy as np
import pytest
from hypothesis import given, settings
from sklearn.base import clone

from support import strategies
from support.oracle import COUNT, TFIDF
from textvec import CountVectorizer, HashingVectorizer, TfidfVectorizer
from textvec.vectorizers import _ngrams, count, hashing
from textvec.vectorizers._short_texts import count_short_texts, hash_short_texts

PARAMS = [
    {},
    {"ngram_range": (1, 3), "stop_words": "english"},
    {"ngram_range": (2, 2), "lowercase": False, "token_pattern": r"\w+"},
    {"ngram_range": (1, 2), "token_pattern": r"(\w)\w*|[^\w\s]", "binary": True},
    {"vocabulary": ["free prize", "call", "free"], "ngram_range": (1, 2), "dtype": np.float32},
    {"stop_words": ["the", "a"], "max_features": 50},
]


def by_kernels(vectorizer, documents):
    """Return the matrix without the way of short texts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(count, "count_short_texts", lambda *_: None)
        patch.setattr(hashing, "hash_short_texts", lambda *_: None)
        return vectorizer.transform(documents)


def is_fast(vectorizer, documents):
    """Tell whether the way of short texts is taken."""
    if isinstance(vectorizer, HashingVectorizer):
        return hash_short_texts(vectorizer, documents) is not None
    return count_short_texts(vectorizer, documents) is not None


def assert_same(vectorizer, documents, fast=True):
    """Compare bits, order and types, and say which way was taken."""
    assert fast is None or is_fast(vectorizer, documents) == fast
    ours, expected = vectorizer.transform(documents), by_kernels(vectorizer, documents)
    assert type(ours) is type(expected)
    assert ours.shape == expected.shape
    assert vars(ours).keys() == vars(expected).keys()  # what SciPy knows of it
    for name in ("data", "indices", "indptr"):
        a, b = getattr(ours, name), getattr(expected, name)
        assert a.dtype == b.dtype
        assert a.tobytes() == b.tobytes()


TABLE = [
    pytest.param(cls, case, id=f"{cls.__name__}-{name}")
    for cls, cases in ((CountVectorizer, COUNT), (TfidfVectorizer, TFIDF), (HashingVectorizer, COUNT))
    for name, case in cases.items()
    if cls is not HashingVectorizer
    or (case.params.keys() <= cls().get_params().keys() and not name.endswith(("numbers", "tuples", "uint8")))
]


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::RuntimeWarning")
@pytest.mark.parametrize(("cls", "case"), TABLE)
def test_every_parameter(cls, case, messages, tmp_path):
    """Whatever way is taken: one at a time, documents of any kind give the bits of the kernels."""
    vectorizer = cls(**case.params).fit(case.prepare(messages[:60], tmp_path))
    for i in range(50, 70, 7):
        ours = vectorizer.transform(case.prepare(messages[i : i + 1], tmp_path))
        expected = by_kernels(vectorizer, case.prepare(messages[i : i + 1], tmp_path))
        assert ours.dtype == expected.dtype
        assert [getattr(ours, n).tobytes() for n in ("data", "indices", "indptr")] == [
            getattr(expected, n).tobytes() for n in ("data", "indices", "indptr")
        ]


@pytest.mark.parametrize("params", PARAMS, ids=str)
@pytest.mark.parametrize("cls", [CountVectorizer, TfidfVectorizer, HashingVectorizer])
def test_the_same_bits(cls, params, messages, hostile):
    params = {name: value for name, value in params.items() if name in cls().get_params()}
    vectorizer = cls(**params).fit(messages[:300])
    for i in range(250, 400, 3):
        assert_same(vectorizer, messages[i : i + 1 + i % 3])
    for text in hostile:
        assert_same(vectorizer, [text], fast=len(text) <= 4000)


def vectorizer_words(vectorizer):
    return {"token_pattern": vectorizer.token_pattern, "ngram_range": vectorizer.ngram_range, "n_features": 5}


@pytest.mark.parametrize("ngram_range", [(1, 1), (1, 2), (2, 4)])
@given(documents=strategies.documents)
@settings(deadline=None, max_examples=100)
def test_any_text(ngram_range, documents):
    vectorizer = CountVectorizer(token_pattern=r"\w+|\S", ngram_range=ngram_range)
    try:
        vectorizer.fit([*documents, "a b c d e"])
    except ValueError:
        return
    for text in documents:
        assert_same(vectorizer, [text], fast=None)
        assert_same(HashingVectorizer(**vectorizer_words(vectorizer)), [text], fast=None)


def test_terms_learnt_later_and_a_vocabulary_that_was_changed(messages):
    vectorizer = CountVectorizer(ngram_range=(1, 2)).partial_fit(messages[:50]).partial_fit(messages[50:100])
    assert_same(vectorizer, [messages[70]])
    vectorizer.vocabulary_ = {term: i for i, term in enumerate(reversed(vectorizer.vocabulary_))}
    assert_same(vectorizer, [messages[70]])
    del vectorizer.vocabulary_["call"]  # columns with a gap
    assert_same(vectorizer, [messages[70]], fast=False)


@pytest.mark.filterwarnings("ignore:The parameter 'token_pattern' will not be used")
def test_what_is_left_to_the_kernels(messages):
    vectorizer = CountVectorizer(ngram_range=(1, 2)).fit(messages)
    for documents in (messages[:5], ["word " * 1000], tuple(messages[:1]), [b"bytes"], [["a", "list"]]):
        assert_same(vectorizer, documents, fast=False)
    for params in (
        {"analyzer": "char"}, {"strip_accents": "ascii"}, {"preprocessor": str.upper}, {"tokenizer": str.split},
        {"token_pattern": r"[^,]+", "ngram_range": (1, 2)},
    ):  # fmt: skip
        assert_same(CountVectorizer(**params).fit(messages[:50]), messages[:1], fast=False)


def test_a_subclass_that_cuts_in_its_own_way(messages):
    class Words(CountVectorizer):
        def build_tokenizer(self):
            return str.split

    assert_same(Words().fit(messages[:50]), messages[:1], fast=False)


def test_the_same_errors_and_warnings(messages):
    vectorizer = CountVectorizer().fit(messages[:50])
    with pytest.raises(ValueError, match="surrogate"):
        vectorizer.transform(["good", "bad \ud800"])
    with pytest.warns(UserWarning, match="inconsistent with your preprocessing"):
        vectorizer.set_params(stop_words=["isn't"]).transform(["it isn't"])
    with pytest.raises(ValueError, match="More than 1 capturing group"):
        CountVectorizer().fit(messages[:9]).set_params(token_pattern=r"(a)(b)").transform(["ab"])


def test_terms_that_have_no_keys_of_64_bits():
    words = [f"w{i}" for i in range(200)]
    vectorizer = CountVectorizer(ngram_range=(1, 10)).fit([" ".join(words)])
    assert not vectorizer.ngrams_.has_keys
    assert_same(vectorizer, ["w1 w2 w3"], fast=False)


WEIGHTS = [
    {"norm": "l1"}, {"norm": None}, {"sublinear_tf": True}, {"use_idf": False, "sublinear_tf": True, "norm": None},
]  # fmt: skip


@pytest.mark.parametrize("params", WEIGHTS, ids=str)
def test_weights(params, messages):
    vectorizer = TfidfVectorizer(**params).fit(messages[:100])
    for i in range(90, 130, 4):
        assert_same(vectorizer, [messages[i], messages[i + 1] * 3])


@pytest.mark.parametrize(
    "params",
    [{"norm": "l1"}, {"norm": None}, {"n_features": 3}, {"n_features": 2, "alternate_sign": False}, {"n_features": 1}],
    ids=str,
)
def test_hashes(params, messages):
    for i in range(0, 40, 4):
        assert_same(HashingVectorizer(**params), messages[i : i + 1 + i % 4])
    assert_same(HashingVectorizer(keep_names=True), messages[:1], fast=False)
    assert_same(HashingVectorizer(dtype=np.int8), messages[:1], fast=False)


def test_parameters_and_terms_that_change_are_followed(messages):
    """Each change is made after the way of short texts was taken with what was before."""
    vectorizer = TfidfVectorizer().fit(messages[:200])
    text = ["Call the FREE prize line, call now"]
    changes = [
        lambda v: v.set_params(lowercase=False),
        lambda v: v.set_params(token_pattern=r"\w"),
        lambda v: v.set_params(stop_words=["call", "the"]),
        lambda v: v.stop_words.append("now"),
        lambda v: setattr(v, "binary", True),
        lambda v: vars(v).update(token_pattern=r"\w+"),
        lambda v: v.set_params(dtype=np.float32),
        lambda v: v._tfidf.set_params(norm="l1", sublinear_tf=True),
        lambda v: setattr(v, "idf_", v.idf_ * np.arange(1, len(v.idf_) + 1)),
        lambda v: np.negative(v.idf_, out=v.idf_),
        lambda v: v.set_params(stop_words=None, lowercase=True),
        lambda v: v.fit(messages[200:400]),
        lambda v: v.partial_fit(["call call line prize"]),
        lambda v: v.set_params(ngram_range=(1, 2)).fit(messages[:200]),
    ]  # fmt: skip
    for change in changes:
        vectorizer.transform(text)
        change(vectorizer)
        assert_same(vectorizer, text)
    vectorizer.transform(text)
    vectorizer.build_analyzer = lambda: str.split
    assert_same(vectorizer, text, fast=False)
    del vectorizer.build_analyzer
    vectorizer.set_params(ngram_range=(2, 1))
    with pytest.raises(ValueError, match="lower boundary"):
        vectorizer.transform(text)
    hashed = HashingVectorizer()
    assert_same(hashed, text)
    with pytest.raises(ValueError, match="n_features"):
        hashed.set_params(n_features=0).transform(text)


def test_an_idf_that_no_norm_is_ordinary_with(messages):
    vectorizer = TfidfVectorizer().fit(messages[:100])
    text = [messages[0]]
    for factor in (1e-180, 1e180):
        vectorizer.idf_ = np.full(len(vectorizer.idf_), factor)
        assert_same(vectorizer, text)
    vectorizer.idf_[:] = np.inf
    with pytest.raises(ValueError, match="not finite"):
        vectorizer.transform(text)


def test_nothing_of_it_is_in_copies_pickles_or_memory(messages):
    vectorizer = CountVectorizer(ngram_range=(1, 2)).fit(messages[:100])
    before = pickle.dumps(vectorizer)
    state = dict(vars(vectorizer))
    vectorizer.transform(messages[:1])
    assert vars(vectorizer) == state
    assert pickle.dumps(vectorizer) == before
    assert vars(clone(vectorizer)) == vars(CountVectorizer(ngram_range=(1, 2)))
    gone = weakref.ref(vectorizer)
    del vectorizer
    gc.collect()
    assert gone() is None


def test_more_terms_than_have_a_table(messages, monkeypatch):
    monkeypatch.setattr(_ngrams, "_MAX_TABLE", 10)
    vectorizer = CountVectorizer(ngram_range=(1, 2)).fit(messages[:100])
    for i in range(20):
        assert_same(vectorizer, messages[i : i + 1])
    assert vectorizer.ngrams_._column_of_key is None


def test_a_list_of_lengths_that_changes_is_followed():
    vectorizer = CountVectorizer(ngram_range=(1, 2)).fit(["good food here"])
    vectorizer.ngram_range = [1, 2]
    assert vectorizer.transform(["good food"]).sum() == 3
    vectorizer.ngram_range[1] = 1
    assert vectorizer.transform(["good food"]).sum() == vectorizer.transform(["good food"] * 9)[0].sum() == 2
