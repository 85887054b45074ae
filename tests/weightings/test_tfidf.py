import itertools
import math
import pickle

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
import sklearn
import sklearn.feature_extraction.text as sk
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.base import clone
from sklearn.decomposition import TruncatedSVD
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import parametrize_with_checks

from support.compare import assert_same_matrix, sparse_containers
from textvec import BM25Weighting, CountVectorizer, HashingVectorizer, NBWeighting, TfidfWeighting, Tokenizer
from textvec.weightings import _base

TF = ["raw", "relative", "binary", "log", "double_log", "log_average", "augmented"]
IDF = ["smooth", "plus_one", "standard", "zero_corrected", "probabilistic", "none"]
NORM = ["l1", "l2", "pivoted", "pivoted_unique", "pivoted_characters", "none"]


@pytest.fixture(scope="module")
def messages(messages):
    """As many as the slowest of the peers takes in a second or two."""
    return messages[:400]


@pytest.fixture(scope="module")
def counts(messages, hostile):
    return CountVectorizer().fit_transform([*messages, *hostile])


@parametrize_with_checks([TfidfWeighting.smart("lnu.apc")])
def test_scikit_learn_s_checks(estimator, check):
    check(estimator)


@pytest.mark.parametrize("corpus", ["messages", "reviews", "hostile", "imdb"])
@pytest.mark.parametrize("dtype", [np.int64, np.float64, np.float32])
@pytest.mark.parametrize("norm", ["l1", "l2", "none"])
@pytest.mark.parametrize(
    ("idf", "theirs"), [("smooth", {}), ("plus_one", {"smooth_idf": False}), ("none", {"use_idf": 0})]
)
@pytest.mark.parametrize("tf", ["raw", "log"])
def test_same_as_scikit_learn(tf, idf, theirs, norm, dtype, corpus, request):
    texts = request.getfixturevalue(corpus)[:500]
    X = sk.CountVectorizer(dtype=dtype).fit_transform(texts)
    half = X[: len(texts) // 2]
    half = half[:, half.sum(axis=0).A1 > 0]
    X = X[:, : half.shape[1]]
    their_norm = None if norm == "none" else norm
    peer = sk.TfidfTransformer(norm=their_norm, sublinear_tf=tf == "log", **{k: bool(v) for k, v in theirs.items()})
    ours = TfidfWeighting(tf=tf, idf=idf, norm=norm)
    rtol = 1e-5 if dtype == np.float32 else 1e-12
    assert_same_matrix(ours.fit_transform(half), peer.fit_transform(half), rtol)
    assert_same_matrix(ours.transform(X), peer.transform(X), rtol)


# gensim's f is the t of Manning, Raghavan and Schütze; its t is without a letter here.
GENSIM_IDF = {"n": "none", "f": "standard", "t": "zero_corrected", "p": "probabilistic"}


def assert_same_as_gensim(texts, triples):
    gensim = pytest.importorskip("gensim")
    # A term in half of the documents has a probabilistic idf of 0, and is then no distinct term to gensim.
    vectorizer = CountVectorizer(max_df=0.45).fit(texts)
    X = vectorizer.transform(texts)
    X = X[X.sum(axis=1).A1 > 0]
    terms = vectorizer.get_feature_names_out()
    tokens = [np.repeat(terms[row.indices], row.data).tolist() for row in X]
    dictionary = gensim.corpora.Dictionary(tokens)
    columns = [dictionary.token2id[term] for term in terms]
    bows = [dictionary.doc2bow(document) for document in tokens]
    for triple in triples:
        model = gensim.models.TfidfModel(dictionary=dictionary, smartirs=triple)
        expected = gensim.matutils.corpus2csc([model[bow] for bow in bows], num_terms=len(terms)).T.tocsr()[:, columns]
        letter = "n" if triple[1] == "n" else "t"
        ours = TfidfWeighting.smart(
            triple[0] + letter + triple[2], log_base=2, term_lengths=[len(term) + 1 for term in terms]
        ).set_params(idf=GENSIM_IDF[triple[1]])
        assert abs(ours.fit_transform(X) - expected).max() < 1e-12 * max(1, abs(expected).max()), triple
        assert abs(expected).sum() > 0


def test_same_as_gensim(messages):
    assert_same_as_gensim(messages, ["".join(triple) for triple in itertools.product("nlabLd", GENSIM_IDF, "ncub")])


def test_same_as_gensim_on_real_text(imdb):
    assert_same_as_gensim(imdb[:300], ["nfc", "ltc", "Lnu", "apb", "dfu", "bpn"])


def by_hand(X, tf, idf, norm, base=math.e, slope=0.25, pivot=None, term_lengths=None):
    """One weight after the other, as the formulas are printed; returns what to fit on and an answer for it."""
    n, n_terms = X.shape
    log = lambda x: math.log(x) / math.log(base)  # noqa: E731
    df = (X > 0).sum(axis=0).tolist()
    idfs = []
    for f in df:
        try:
            idfs.append(
                {
                    "smooth": lambda f: log((1 + n) / (1 + f)) + 1,
                    "plus_one": lambda f: log(n / f) + 1,
                    "standard": lambda f: log(n / f),
                    "zero_corrected": lambda f: log((n + 1) / f),
                    "probabilistic": lambda f: max(0, log((n - f) / f)) if f < n else 0,
                    "none": lambda f: 1,
                }[idf](f)
            )
        except ZeroDivisionError:
            idfs.append(0)
    W, lengths = np.zeros(X.shape), []
    for d in range(n):
        present = [c for c in X[d] if c > 0]
        for t in range(n_terms):
            if c := X[d, t]:
                W[d, t] = idfs[t] * {
                    "raw": lambda c, p: c,
                    "relative": lambda c, p: c / sum(p),
                    "binary": lambda c, p: 1,
                    "log": lambda c, p: 1 + log(c),
                    "double_log": lambda c, p: 1 + log(1 + log(c)),
                    "log_average": lambda c, p: (1 + log(c)) / (1 + log(sum(p) / len(p))),
                    "augmented": lambda c, p: 0.5 + 0.5 * c / max(p),
                }[tf](c, present)
        lengths.append(
            {
                "l1": sum(abs(W[d])),
                "l2": math.hypot(*W[d]),
                "pivoted": math.hypot(*W[d]),
                "pivoted_unique": len(present),
                "pivoted_characters": sum(c * length for c, length in zip(X[d], term_lengths, strict=True)),
                "none": 1,
            }[norm]
        )
    if norm and norm.startswith("pivoted"):
        pivot = pivot or sum(lengths) / n
        lengths = [(1 - slope) * pivot + slope * length for length in lengths]
    return W / np.array([length or 1 for length in lengths])[:, None]


COUNTS = st.sampled_from([0, 0, 0, 1, 1, 2, 3, 7, 1000])
MATRICES = st.tuples(st.integers(1, 6), st.integers(1, 5)).flatmap(
    lambda shape: arrays(np.int64, shape, elements=COUNTS)
)


@given(
    MATRICES, st.sampled_from(TF), st.sampled_from(IDF), st.sampled_from(NORM), st.sampled_from([math.e, 2, 10]),
    st.sampled_from([0, 0.25, 1]), st.sampled_from([None, 0.5, 3.0]),
)  # fmt: skip
@settings(deadline=None, max_examples=300)
def test_formulas(X, tf, idf, norm, base, slope, pivot):
    """Also no weight is infinite or NaN: columns and rows of zeros are among the matrices."""
    lengths = np.arange(1, X.shape[1] + 1)
    expected = by_hand(X, tf, idf, norm, base, slope, pivot, lengths)
    weighting = TfidfWeighting(
        tf=tf, idf=idf, norm=norm, log_base=base, slope=slope, pivot=pivot, term_lengths=lengths.tolist()
    )
    for given_as in (X, sp.csr_matrix(X), sp.csc_array(X), X.tolist()):
        W = weighting.fit_transform(given_as)
        np.testing.assert_allclose(W.toarray(), expected, rtol=1e-12, atol=1e-15)
    assert np.isfinite(weighting.idf_).all()


@pytest.mark.parametrize("norm", NORM)
@pytest.mark.parametrize("idf", IDF)
@pytest.mark.parametrize("tf", TF)
def test_what_fit_has_not_seen(tf, idf, norm):
    """Terms of no document, and documents longer than all, or empty, get finite weights."""
    weighting = TfidfWeighting(tf=tf, idf=idf, norm=norm, term_lengths=[3, 4, 5]).fit([[0, 2, 1], [0, 1, 0]])
    W = weighting.transform([[9, 1, 0], [5, 0, 0], [0, 0, 0], [0, 99, 99]]).toarray()
    assert np.isfinite(W).all()
    assert (W >= 0).all()
    assert not W[2].any()
    assert (W[1, 0] == 0) == (idf not in ("smooth", "none"))
    nothing = clone(weighting).fit([[0, 0, 0]])
    assert np.isfinite(nothing.transform([[1, 2, 3]]).toarray()).all()


def test_the_textbook_s_example():
    """Manning, Raghavan and Schütze, example 6.4: "best car insurance" in a million documents, lnc.ltc, scores 0.8."""
    document_frequencies = {"auto": 5000, "best": 50000, "car": 10000, "insurance": 1000}
    columns = [sp.csc_array((np.arange(1_000_000) < df)[:, None]) for df in document_frequencies.values()]
    weighting = TfidfWeighting.smart("lnc.ltc", log_base=10).fit(sp.hstack(columns))
    document, query = weighting.transform([[1, 0, 1, 2]]), weighting.transform_queries([[0, 1, 1, 1]])
    assert weighting.queries_.idf_.round(1).tolist() == [2.3, 1.3, 2.0, 3.0]
    assert document.toarray().round(2).tolist() == [[0.52, 0, 0.52, 0.68]]
    assert query.toarray().round(2).tolist() == [[0, 0.34, 0.52, 0.78]]
    assert (document @ query.T).sum().round(1) == 0.8


def test_three_sentences(counts):
    sentences = ["The food is good", "The food is not good", "Pizza is great"]
    vectorizer = CountVectorizer()
    W = TfidfWeighting(tf="relative", idf="standard", norm="none").fit_transform(vectorizer.fit_transform(sentences))
    weight = {term: W[:, column].toarray().ravel() for term, column in vectorizer.vocabulary_.items()}
    np.testing.assert_allclose(weight["food"], [math.log(3 / 2) / 4, math.log(3 / 2) / 5, 0])
    np.testing.assert_allclose(weight["not"], [0, math.log(3) / 5, 0])
    np.testing.assert_allclose(weight["is"], 0)


def test_queries_are_weighed_by_what_documents_taught(counts):
    documents, queries = counts[:200], counts[200:220]
    weighting = TfidfWeighting.smart("lnc.ltc").fit(documents)
    alone = TfidfWeighting.smart("ltc").fit(documents)
    assert_same_matrix(weighting.transform_queries(queries), alone.transform(queries))
    assert_same_matrix(alone.transform_queries(queries), alone.transform(queries))
    assert_same_matrix(weighting.transform(queries), TfidfWeighting.smart("lnc").fit_transform(queries))
    assert weighting.queries is not weighting.queries_
    assert not hasattr(weighting.queries, "idf_")
    with pytest.raises(NotFittedError):
        TfidfWeighting.smart("lnc.ltc").transform_queries(queries)


@pytest.mark.parametrize("notation", ["", "lt", "ltcc", "tlc", "lnc.", ".ltc", "lnc.xyz", "lnc.ltc.ltc", "LTC"])
def test_notation_that_is_none(notation):
    with pytest.raises(ValueError, match="expected three letters, for tf one of n l a b L d, for idf one of n x t f p"):
        TfidfWeighting.smart(notation)


def test_notation():
    assert TfidfWeighting.smart("nxx").get_params() == TfidfWeighting.smart("nnn").get_params()
    params = TfidfWeighting.smart("Lpu.atb", slope=0.3, term_lengths=[1]).get_params()
    assert (params["tf"], params["idf"], params["norm"]) == ("log_average", "probabilistic", "pivoted_unique")
    assert [params[f"queries__{name}"] for name in ("tf", "idf", "norm", "slope", "term_lengths", "queries")] == [
        "augmented", "standard", "pivoted_characters", 0.3, [1], None,
    ]  # fmt: skip


@pytest.mark.parametrize("cls", [sp.csr_matrix, sp.csr_array])
def test_zeros_duplicates_and_disorder_change_nothing(cls):
    X = np.array([[3, 0, 2], [1, 1, 0], [0, 0, 0]])
    indices, indptr = np.array([2, 0, 1, 2, 0, 2, 1], np.int32), np.array([0, 4, 7, 7], np.int32)
    odd = cls((np.array([1.0, 3, 0, 1, 1, 0, 1]), indices, indptr), shape=(3, 3))
    assert (odd.toarray() == X).all()
    before = [array.copy() for array in (odd.data, odd.indices, odd.indptr)]
    for norm in NORM:
        weighting = TfidfWeighting(tf="log", norm=norm, term_lengths=[1, 2, 3])
        expected = weighting.fit_transform(X)
        idf = weighting.idf_
        assert_same_matrix(weighting.fit_transform(odd), expected)
        assert (weighting.idf_ == idf).all()
    assert all((a == b).all() for a, b in zip(before, (odd.data, odd.indices, odd.indptr), strict=True))


@pytest.mark.parametrize("dtype", [np.int64, np.float64, np.float32])
@pytest.mark.parametrize("make", [sp.csr_matrix, sp.csc_matrix, np.asarray])
def test_input_is_not_touched(make, dtype, counts):
    X = make(counts[:50].toarray().astype(dtype))
    before = X.copy()
    W = TfidfWeighting(tf="log").fit_transform(X)
    assert W.dtype == (np.float32 if dtype == np.float32 else np.float64)
    W.data[:] = -1
    W.indices[:] = 0
    assert (abs(X - before)).max() == 0


@pytest.mark.parametrize("tf", TF)
def test_single_precision_is_rounded_once(tf, counts):
    double, single = (TfidfWeighting(tf=tf).fit_transform(counts.astype(dtype)) for dtype in (np.float64, np.float32))
    assert_same_matrix(single, double.astype(np.float32))


@pytest.mark.parametrize("value", [-1, np.nan, np.inf, -0.5])
@pytest.mark.parametrize("make", [sp.csr_matrix, np.asarray])
def test_values_that_are_no_counts(make, value):
    good, bad = make([[1.0, 2], [0, 1]]), make([[1.0, value], [0, 1]])
    weighting = TfidfWeighting().fit(good)
    state = dict(vars(weighting))
    for method in (weighting.fit, weighting.transform, weighting.transform_queries):
        with pytest.raises(
            ValueError, match=r"Negative values in data: TfidfWeighting expects counts|contains (NaN|inf)"
        ):
            method(bad)
        assert vars(weighting) == state


@pytest.mark.parametrize("tf", ["double_log", "log_average"])
def test_parts_of_counts(tf):
    with pytest.raises(ValueError, match=r"expects counts of 1 or more, but X has the value 0\.1"):
        TfidfWeighting(tf=tf).fit_transform([[1, 0.1]])


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"tf": "ln"}, "The 'tf' parameter of TfidfWeighting must be a str among .*'double_log'.* Got 'ln'"),
        ({"tf": None}, "The 'tf' parameter"),
        ({"idf": None}, "The 'idf' parameter .*'none'.* Got None"),
        ({"norm": "l3"}, "The 'norm' parameter"),
        ({"log_base": 1}, "The 'log_base' parameter"),
        ({"slope": 1.5}, "The 'slope' parameter"),
        ({"pivot": -1}, "The 'pivot' parameter"),
        ({"queries": "ltc"}, "The 'queries' parameter of TfidfWeighting must be .*'fit' and 'transform'"),
        ({"queries": TfidfWeighting(tf="ln")}, "The 'tf' parameter"),
        ({"norm": "pivoted_characters"}, "needs term_lengths, the number of characters of each term"),
        ({"norm": "pivoted_characters", "term_lengths": [1]}, r"must have shape \(2,\).*not \(1,\)"),
        ({"norm": "pivoted_characters", "term_lengths": [1, np.nan]}, "term_lengths contains NaN"),
    ],
)
def test_a_fit_that_fails_changes_nothing(params, message):
    weighting = TfidfWeighting().fit([[1, 2, 3]])
    state = dict(vars(weighting))
    weighting.set_params(**params)
    with pytest.raises(ValueError, match=message):
        weighting.fit(pd.DataFrame({"a": [1], "b": [2]}))
    assert vars(weighting) == {**state, **params}


def test_width_and_names_are_checked():
    weighting = TfidfWeighting().fit(pd.DataFrame({"a": [1, 2], "b": [2, 0]}))
    assert weighting.feature_names_in_.tolist() == weighting.get_feature_names_out().tolist() == ["a", "b"]
    with pytest.raises(ValueError, match="feature names should match"):
        weighting.transform(pd.DataFrame({"b": [1], "a": [2]}))
    with pytest.raises(ValueError, match="X has 3 features, but TfidfWeighting is expecting 2"):
        TfidfWeighting().fit([[1, 2]]).transform([[1, 2, 3]])


@pytest.mark.parametrize("tf", TF)
@pytest.mark.parametrize("norm", NORM)
def test_blocks_and_threads_change_nothing(tf, norm, counts, small_work, monkeypatch):
    weighting = TfidfWeighting(tf=tf, norm=norm, term_lengths=np.ones(counts.shape[1])).fit(counts)
    expected = weighting.transform(counts)
    for block in (1, 7, 100):
        monkeypatch.setattr(_base, "_COUNTS_PER_BLOCK", block)
        assert_same_matrix(weighting.transform(counts), expected, 1e-14)


def test_wide_indices(counts):
    X = counts.astype(np.float64)
    X.indices, X.indptr = X.indices.astype(np.int64), X.indptr.astype(np.int64)
    assert abs(TfidfWeighting().fit_transform(X) - TfidfWeighting().fit_transform(counts)).max() == 0


@pytest.mark.parametrize("interface", ["sparray", "spmatrix"])
def test_kind_of_sparse_container(interface, counts):
    with sparse_containers(interface):
        assert_same_matrix(TfidfWeighting().fit_transform(counts), sk.TfidfTransformer().fit_transform(counts), 1e-12)


VECTORIZERS = [CountVectorizer(), sk.CountVectorizer(), sk.HashingVectorizer(norm=None, alternate_sign=False)]


@pytest.mark.filterwarnings("ignore:.* makes a sparse matrix")
@pytest.mark.parametrize("vectorizer", VECTORIZERS)
@pytest.mark.parametrize("output", ["default", "pandas"])
def test_in_a_pipeline(vectorizer, output, messages):
    with sklearn.config_context(transform_output=output):
        model = make_pipeline(vectorizer, TfidfWeighting.smart("Lnu"), TruncatedSVD(3))
        assert model.fit_transform(messages).shape == (len(messages), 3)
    if hasattr(vectorizer, "vocabulary_"):
        assert model[:2].get_feature_names_out().tolist() == vectorizer.get_feature_names_out().tolist()


def test_set_output(messages):
    vectorizer = CountVectorizer(max_features=5)
    X = pd.DataFrame(vectorizer.fit_transform(messages).toarray(), columns=vectorizer.get_feature_names_out())
    table = TfidfWeighting().set_output(transform="pandas_sparse").fit_transform(X)
    assert table.columns.tolist() == X.columns.tolist()
    np.testing.assert_allclose(table.to_numpy(), TfidfWeighting().fit_transform(X).toarray())


def test_copies(counts):
    fitted = TfidfWeighting.smart("Lpu.atc").fit(counts)
    for copy in (pickle.loads(pickle.dumps(fitted)), clone(fitted).fit(counts)):
        assert_same_matrix(copy.transform(counts), fitted.transform(counts))
        assert_same_matrix(copy.transform_queries(counts), fitted.transform_queries(counts))


@pytest.mark.parametrize("norm", ["l2", "pivoted"])
def test_lengths_of_very_large_and_very_small_weights(norm):
    X = np.array([[1e200, 2e200], [1e-200, 3e-200], [3.0, 4.0], [0, 0]])
    found = TfidfWeighting(idf="none", norm=norm, pivot=1e-300, slope=1).fit_transform(X).toarray()
    expected = [[1 / 5**0.5, 2 / 5**0.5], [1 / 10**0.5, 3 / 10**0.5], [0.6, 0.8], [0, 0]]
    np.testing.assert_allclose(found, expected, rtol=1e-15)


def test_a_pivot_of_zero():
    X = [[3, 4], [0, 0]]
    assert TfidfWeighting(idf="none", norm="pivoted", pivot=0, slope=1).fit_transform(X).toarray().tolist() == [
        [0.6, 0.8],
        [0, 0],
    ]
    half = TfidfWeighting(idf="none", norm="pivoted", pivot=0, slope=0.5).fit(X)
    assert half.pivot_ == 0
    np.testing.assert_allclose(half.transform(X).toarray(), [[1.2, 1.6], [0, 0]])
    with pytest.raises(ValueError, match=r"divides by 0\. Use a larger slope"):
        TfidfWeighting(norm="pivoted", pivot=0, slope=0).fit(X)


@pytest.mark.parametrize(
    "weighting",
    [TfidfWeighting(), TfidfWeighting(norm="pivoted"), BM25Weighting(), BM25Weighting("bm25+"), NBWeighting()],
    ids=str,
)
@pytest.mark.parametrize("vectorizer", [CountVectorizer(), HashingVectorizer(norm=None, alternate_sign=False)], ids=str)
@pytest.mark.parametrize("steps", [(), (Tokenizer(),)])
def test_no_documents_are_no_rows(steps, vectorizer, weighting):
    pipeline = make_pipeline(*steps, clone(vectorizer), clone(weighting)).fit(["aa bb", "bb"], [0, 1])
    width = pipeline.transform(["aa"]).shape[1]
    assert pipeline.transform([]).shape == (0, width)
    assert pipeline[-1].transform(np.zeros((0, width))).shape == (0, width)
    assert pipeline[-1].transform(sp.csr_array((0, width))).shape == (0, width)
    with pytest.raises(ValueError, match=r"[Nn]o|empty|0 sample"):
        clone(pipeline).fit([], [])
