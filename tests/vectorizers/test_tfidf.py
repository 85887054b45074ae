import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer as Peer

from support import strategies
from support.compare import assert_same, assert_same_matrix, assert_same_outcome, outcome, sparse_containers
from support.oracle import COUNT, TFIDF
from textvec import CountVectorizer, TfidfVectorizer


def tolerance(params):
    return 1e-6 if params.get("dtype") is np.float32 else 1e-12


def check(case, texts, folder):
    ours, theirs = TfidfVectorizer(**case.params), Peer(**case.params)
    assert_same(ours, theirs, lambda a, b: case.prepare(texts[a:b], folder), len(texts), tolerance(case.params))


@pytest.mark.parametrize("corpus", ["messages", "reviews", "hostile"])
@pytest.mark.parametrize("case", TFIDF.values(), ids=TFIDF)
def test_same_as_scikit_learn(case, corpus, request, tmp_path):
    check(case, request.getfixturevalue(corpus), tmp_path)


@pytest.mark.parametrize("case", COUNT.values(), ids=COUNT)
def test_same_with_what_count_vectorizer_takes(case, messages, hostile, tmp_path):
    check(case, [*messages[::5], *hostile], tmp_path)


@pytest.mark.parametrize("corpus", ["imdb", "sms"])
@pytest.mark.parametrize("case", TFIDF.values(), ids=TFIDF)
def test_same_on_real_text(case, corpus, request, tmp_path):
    check(case, request.getfixturevalue(corpus)[: 80 if corpus == "imdb" else 500], tmp_path)


@pytest.mark.parametrize("params", [{}, {"ngram_range": (1, 2), "sublinear_tf": True, "max_df": 0.9}], ids=str)
def test_same_on_much_real_text(params, imdb):
    assert_same_matrix(TfidfVectorizer(**params).fit_transform(imdb), Peer(**params).fit_transform(imdb), 1e-12)


@pytest.mark.parametrize("case", TFIDF.values(), ids=TFIDF)
def test_same_with_two_threads(case, hostile, messages, tmp_path, small_work):
    check(case, [*messages, *hostile], tmp_path)


@pytest.mark.parametrize("interface", ["sparray", "spmatrix"])
def test_kind_of_sparse_container(interface, messages):
    with sparse_containers(interface):
        assert_same(TfidfVectorizer(), Peer(), lambda a, b: messages[a:b], len(messages), 1e-12)


PARAMS = st.fixed_dictionaries(
    {},
    optional={
        "ngram_range": st.sampled_from([(1, 1), (1, 2), (2, 3)]),
        "strip_accents": st.sampled_from([None, "unicode", "ascii"]),
        "token_pattern": st.sampled_from([r"\w+", r"\S+"]),
        "norm": st.sampled_from(["l1", "l2", None]),
        "use_idf": st.booleans(),
        "smooth_idf": st.booleans(),
        "sublinear_tf": st.booleans(),
        "binary": st.booleans(),
        "dtype": st.sampled_from([np.float32, np.float64]),
        "max_features": st.one_of(st.none(), st.integers(1, 12)),
        "vocabulary": st.lists(strategies.words, unique=True, min_size=1, max_size=5),
    },
)


@given(st.lists(strategies.texts, min_size=2, max_size=8), PARAMS)
@settings(deadline=None, max_examples=150)
def test_same_for_any_text_and_parameters(texts, params):
    assert_same(TfidfVectorizer(**params), Peer(**params), lambda a, b: texts[a:b], len(texts), tolerance(params))


@pytest.mark.parametrize("dtype", [int, np.int32, np.uint8, np.bool_, "float32", np.dtype("float32"), "f8"], ids=str)
def test_dtype_that_is_not_float(dtype, messages):
    params = {"dtype": dtype}
    assert_same(TfidfVectorizer(**params), Peer(**params), lambda a, b: messages[a:b], len(messages), 1e-6)


@pytest.mark.parametrize("params", [{}, {"use_idf": False}], ids=str)
@pytest.mark.parametrize("attribute", ["idf_"])
def test_attributes_before_fit(attribute, params):
    for cls in (TfidfVectorizer, Peer):
        with pytest.raises(AttributeError, match="not fitted yet"):
            getattr(cls(**params), attribute)


def test_nothing_is_learnt_from_no_documents():
    for cls in (TfidfVectorizer, Peer):
        with pytest.raises(ValueError, match=r"Found array with 0 sample\(s\)"):
            cls(vocabulary=["a"], smooth_idf=False).fit([])
    assert TfidfVectorizer().fit(["a1"]).transform([]).shape == (0, 1)


@pytest.mark.parametrize("norm", ["l1", "l2", None])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.filterwarnings("ignore:divide by zero")
def test_a_term_that_no_document_held(norm, dtype):
    """Its idf is infinite without smoothing; no row may become NaN."""
    params = {"vocabulary": ["good", "food"], "smooth_idf": False, "norm": norm, "dtype": dtype}
    ours, theirs = TfidfVectorizer(**params).fit(["good"]), Peer(**params).fit(["good"])
    for documents in (["good"], ["good food"]):
        X = assert_same_outcome(outcome(ours.transform, documents), outcome(theirs.transform, documents), 1e-6)
    assert isinstance(X, ValueError) == (norm is not None)


@pytest.mark.parametrize("norm", ["l1", "l2", None])
def test_idf_can_be_set(norm, messages):
    fitted = TfidfVectorizer(norm=norm).fit(messages)
    vectorizer, peer = (cls(vocabulary=fitted.vocabulary_, norm=norm) for cls in (TfidfVectorizer, Peer))
    vectorizer.idf_ = peer.idf_ = fitted.idf_
    X = vectorizer.transform(messages)
    assert_same_matrix(X, peer.transform(messages), 1e-12)
    assert_same_matrix(X, fitted.transform(messages))
    vectorizer.idf_ = peer.idf_ = np.arange(len(fitted.idf_)) - 9.5
    assert_same_matrix(vectorizer.transform(messages), peer.transform(messages), 1e-12)


def test_idf_and_vocabulary_can_be_set_on_a_new_vectorizer(messages):
    fitted = Peer(ngram_range=(1, 2)).fit(messages)
    vectorizer = TfidfVectorizer(ngram_range=(1, 2))
    vectorizer.vocabulary_ = fitted.vocabulary_
    vectorizer.idf_ = fitted.idf_
    assert vectorizer.vocabulary_ == fitted.vocabulary_
    assert_same_matrix(vectorizer.transform(messages), fitted.transform(messages), 1e-12)


@pytest.mark.parametrize(
    ("params", "idf", "message"),
    [
        ({"vocabulary": ["a"]}, [1.0, 2.0], "idf length = 2 must be equal to vocabulary size = 1"),
        ({"use_idf": False}, [1.0], "cannot be set when"),
    ],
)
def test_idf_that_cannot_be(params, idf, message):
    for cls in (TfidfVectorizer, Peer):
        with pytest.raises(ValueError, match=message):
            cls(**params).idf_ = idf


@pytest.mark.parametrize("binary", [True, False])
def test_parameters_set_after_fit(binary, messages):
    """What the weighting step was made with stays until the next fit; what counting uses changes at once."""
    change = {"norm": None, "sublinear_tf": True, "use_idf": False, "binary": binary, "dtype": np.float32}
    vectorizer, peer = (cls().fit(messages).set_params(**change) for cls in (TfidfVectorizer, Peer))
    assert_same_matrix(vectorizer.transform(messages), peer.transform(messages), 1e-6)


def test_rows_have_norm_1_and_counts_come_from_count_vectorizer(messages):
    X = TfidfVectorizer().fit_transform([*messages, "", "?"])
    np.testing.assert_allclose(X.multiply(X).sum(axis=1).A1[:-2], 1)
    assert X[-2:].nnz == 0
    plain = TfidfVectorizer(use_idf=False, norm=None).fit_transform(messages)
    assert (plain != CountVectorizer().fit_transform(messages)).nnz == 0


def test_zero_weights_stay_entries():
    """An idf of zero keeps its place in the matrix, as in scikit-learn."""
    params = {"smooth_idf": False, "norm": None}
    peer, ours = (cls(**params).fit(["a1 b1", "a1"]) for cls in (Peer, TfidfVectorizer))
    for vectorizer in (peer, ours):
        vectorizer.idf_ = np.array([0.0, 1.0])
    assert_same_matrix(ours.transform(["a1 b1"]), peer.transform(["a1 b1"]), 1e-12)
