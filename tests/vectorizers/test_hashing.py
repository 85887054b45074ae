import copy
import pickle
import sys
from collections import Counter, defaultdict

import numba as nb
import numpy as np
import pandas as pd
import polars as pl
import pytest
import scipy.sparse as sp
from hypothesis import example, given, settings
from hypothesis import strategies as st
from joblib import Parallel, delayed
from sklearn.base import clone
from sklearn.feature_extraction.text import HashingVectorizer as Peer
from sklearn.utils import murmurhash3_32

from support import strategies
from support.compare import assert_same_matrix, assert_same_outcome, outcome, sparse_containers, threads
from support.oracle import COUNT, Case, halves, spaces_only
from textvec import HashingVectorizer, Tokens
from textvec.kernels.accumulate import add, make_bitmap, take_row
from textvec.text import chunks
from textvec.vectorizers._hashing import hashes_of

LEARNT = {"min_df", "max_df", "max_features", "vocabulary"}
HASHING = {
    **{name: case for name, case in COUNT.items() if not LEARNT & set(case.params) and name != "dtype uint8"},
    **{f"norm {n}": Case({"norm": n}) for n in ("l1", None)},
    **{f"{n} columns": Case({"n_features": n, "ngram_range": (1, 2)}) for n in (1, 2, 3, 97, 1000, 2**16, 2**31 - 2)},
    **{f"{n} columns, words": Case({"n_features": n}) for n in (1, 5, 2**31 - 2)},
    "few columns, no norm": Case({"n_features": 10, "norm": None, "ngram_range": (1, 2)}),
    "few columns, binary": Case({"n_features": 10, "binary": True}),
    "few columns, binary, no norm": Case({"n_features": 10, "binary": True, "norm": None, "ngram_range": (2, 3)}),
    "few columns, binary, l1, float32": Case({"n_features": 9, "binary": True, "norm": "l1", "dtype": np.float32}),
    "no signs": Case({"alternate_sign": False}),
    "no signs, few columns, l1": Case({"alternate_sign": False, "n_features": 10, "norm": "l1", "ngram_range": (1, 3)}),
    "no signs, uint8": Case({"alternate_sign": False, "n_features": 3, "norm": None, "dtype": np.uint8}),
    "no signs, uint8, l2": Case({"alternate_sign": False, "n_features": 3, "dtype": np.uint8, "binary": True}),
    **{f"{np.dtype(d)}, {norm}": Case({"dtype": d, "norm": norm, "n_features": 2, "ngram_range": (1, 2)})
       for d in (np.float32, np.int64, np.int8, np.bool_, np.longdouble, np.complex128) for norm in (None, "l1", "l2")
       if d is not np.complex128 or norm is None},
    "characters, few columns": Case({"analyzer": "char", "ngram_range": (2, 3), "n_features": 100, "norm": None}),
    "characters in words, few columns": Case({"analyzer": "char_wb", "ngram_range": (4, 6), "n_features": 100}),
    "characters in words, single": Case({"analyzer": "char_wb", "ngram_range": (1, 1), "alternate_sign": False}),
    "characters in words, l1, binary": Case(
        {"analyzer": "char_wb", "ngram_range": (1, 9), "norm": "l1", "binary": True, "n_features": 2**31 - 2}
    ),
}  # fmt: skip
LOWEST_HASH = "akqlrggi"  # |-2**31| has no place in 32 bits


def tolerance(params):
    return 1e-6 if params.get("dtype") == np.float32 else 1e-12


def check(case, texts, folder, **more):
    params = {**case.params, **more}
    cut = len(texts) // 2
    for method in ("fit_transform", "transform"):
        for a, b in ((0, cut), (cut, len(texts))):
            ours, theirs = (
                outcome(getattr(cls(**params), method), case.prepare(texts[a:b], folder))
                for cls in (HashingVectorizer, Peer)
            )
            assert_same_outcome(ours, theirs, tolerance(params))


@pytest.fixture(scope="module")
def messages(messages):
    """Enough of them for every case."""
    return messages[:600]


@pytest.mark.parametrize("corpus", ["messages", "hostile"])
@pytest.mark.parametrize("case", HASHING.values(), ids=HASHING)
def test_same_as_scikit_learn(case, corpus, request, tmp_path):
    check(case, request.getfixturevalue(corpus), tmp_path)


@pytest.mark.parametrize("name", [n for n in HASHING if "ngrams" in n or "column" in n or "words" in n])
@pytest.mark.parametrize("chunk", [40, 1 << 25])
def test_same_in_pieces_and_threads(name, chunk, messages, hostile, tmp_path, monkeypatch, small_work):
    monkeypatch.setattr(chunks, "CHARACTERS_PER_CHUNK", chunk)
    check(HASHING[name], [*messages[:40], *hostile], tmp_path)


@pytest.mark.parametrize(
    "params",
    [{}, {"ngram_range": (1, 3)}, {"norm": "l1", "dtype": np.float32}, {"n_features": 500, "norm": None}],
    ids=str,
)
def test_same_on_much_real_text(params, imdb):
    X, Y = (cls(**params).fit_transform(imdb) for cls in (HashingVectorizer, Peer))
    assert_same_matrix(X, Y, tolerance(params))


@pytest.mark.parametrize("analyzer", ["char", "char_wb"])
def test_same_characters_of_real_text(analyzer, imdb, sms):
    for texts in (imdb[:60], sms[:300]):
        X, Y = (cls(analyzer=analyzer, ngram_range=(3, 5)).transform(texts) for cls in (HashingVectorizer, Peer))
        assert_same_matrix(X, Y, 1e-12)


PARAMS = st.fixed_dictionaries(
    {"n_features": st.sampled_from([1, 2, 3, 20, 1 << 10, 1 << 20, 2**31 - 2])},
    optional={
        "analyzer": st.sampled_from(["word", "char", "char_wb"]),
        "ngram_range": st.tuples(st.integers(1, 3), st.integers(0, 3)).map(lambda r: (r[0], r[0] + r[1])),
        "lowercase": st.booleans(),
        "strip_accents": st.sampled_from([None, "unicode", "ascii"]),
        "token_pattern": st.sampled_from([r"\w+", r"\S+", r"(?u)\b\w\w+\b", r"\w+|\W"]),
        "binary": st.booleans(),
        "norm": st.sampled_from(["l1", "l2", None]),
        "alternate_sign": st.booleans(),
        "stop_words": st.sampled_from([None, ["the", "not", "good"]]),
        "dtype": st.sampled_from([np.float64, np.float32, np.int32, np.bool_]),
    },
)


@given(strategies.documents.filter(len), PARAMS)
@settings(deadline=None, max_examples=200)
def test_same_for_any_text_and_parameters(texts, params):
    ours, theirs = (outcome(cls(**params).fit_transform, texts) for cls in (HashingVectorizer, Peer))
    assert_same_outcome(ours, theirs, tolerance(params))


@given(strategies.token_lists.filter(len), PARAMS)
@settings(deadline=None, max_examples=100)
def test_same_for_any_tokens(lists, params):
    params = {**params, "analyzer": "word", "preprocessor": list, "tokenizer": list, "token_pattern": None}
    ours, theirs = (outcome(cls(**params).fit_transform, lists) for cls in (HashingVectorizer, Peer))
    assert_same_outcome(ours, theirs, tolerance(params))


@given(st.lists(st.one_of(st.binary(max_size=40), strategies.words), max_size=8))
@example([b"", "", "a", b"ab", "abc", "abcd", b"\xff" * 5])
@settings(deadline=None)
def test_hashes_are_murmurhash(words):
    assert hashes_of(words).tolist() == [murmurhash3_32(word) for word in words]


@pytest.mark.parametrize("n_features", [1, 2, 3, 1000, 2**20, 2**31 - 2])
@pytest.mark.parametrize("ngram_range", [(1, 1), (1, 2)])
def test_the_hash_that_has_no_absolute_value(n_features, ngram_range):
    assert hashes_of([LOWEST_HASH]).tolist() == [-(2**31)]
    params = {"n_features": n_features, "ngram_range": ngram_range}
    X, Y = (cls(**params).transform([LOWEST_HASH, f"good {LOWEST_HASH}"]) for cls in (HashingVectorizer, Peer))
    assert_same_matrix(X, Y, 1e-12)


def test_sums_that_cancel_out_stay_as_zeros():
    for ngram_range in ((1, 1), (1, 2)):
        X = HashingVectorizer(n_features=1, ngram_range=ngram_range).transform(["good food", "", "the good food"])
        Y = Peer(n_features=1, ngram_range=ngram_range).transform(["good food", "", "the good food"])
        assert_same_matrix(X, Y)
    assert HashingVectorizer(n_features=1).transform(["the food"]).data.tolist() == [0]


@pytest.mark.parametrize("n_features", [1, 50, 2**20])
def test_a_document_of_very_many_words(n_features):
    """Many n-grams of which most share a column, or none does; and a neighbour of one word."""
    text = " ".join(f"w{i % 30_000}" for i in range(60_000))
    for ngram_range in ((1, 1), (2, 3)):
        params = {"n_features": n_features, "ngram_range": ngram_range, "norm": None}
        X, Y = (cls(**params).transform(["good food", text, "one"]) for cls in (HashingVectorizer, Peer))
        assert_same_matrix(X, Y)


def test_a_word_of_a_megabyte():
    texts = [strategies.LONG_WORD, "é" * 500_000 + " É", strategies.LONG_WORD + " a", "", "b"]
    params = {"ngram_range": (1, 2), "token_pattern": r"\w+"}
    assert_same_matrix(HashingVectorizer(**params).transform(texts), Peer(**params).transform(texts), 1e-12)


@pytest.mark.parametrize("interface", ["sparray", "spmatrix"])
@pytest.mark.parametrize("dtype", [np.float64, np.int64])
def test_kind_of_sparse_container(interface, dtype, messages):
    with sparse_containers(interface):
        X, Y = (cls(dtype=dtype, norm="l1").fit_transform(messages) for cls in (HashingVectorizer, Peer))
        assert_same_matrix(X, Y, 1e-12)


def test_every_kind_of_documents(messages):
    expected = Peer().transform(messages)
    kinds = [
        tuple(messages), np.array(messages), np.array(messages, dtype=object), pd.Series(messages),
        pl.Series(messages), pl.Series(messages).to_arrow(), (text for text in messages),
    ]  # fmt: skip
    lists = [Peer().build_analyzer()(message) for message in messages]
    kinds += [lists, Tokens.from_lists(lists), Tokens.from_lists([["more"], *lists])[1:], (words for words in lists)]
    for documents in kinds:
        assert_same_matrix(HashingVectorizer().fit_transform(documents), expected, 1e-12)


GOOD = ["good food", "not good"]
BAD = {
    "no such norm": ({"norm": "l3"}, GOOD),
    "no columns": ({"n_features": 0}, GOOD),
    "too many columns": ({"n_features": 2**31 - 1}, GOOD),
    "signs that are no bool": ({"alternate_sign": "no"}, GOOD),
    "n-grams the wrong way round": ({"ngram_range": (2, 1)}, GOOD),
    "no such analyzer": ({"analyzer": "syllable"}, GOOD),
    "one string": ({}, "good food"),
    "float16": ({"dtype": np.float16}, GOOD),
    "object": ({"dtype": object}, GOOD),
    "the other byte order": ({"dtype": ">f8"}, GOOD),
    "complex with a norm": ({"dtype": np.complex128}, GOOD),
    "features that are no strings": ({"analyzer": lambda text: [1]}, GOOD),
    "bigrams of bytes": ({"tokenizer": lambda t: [b"a", b"b"], "token_pattern": None, "ngram_range": (1, 2)}, GOOD),
    "nothing iterable": ({}, 3),
}


@pytest.mark.parametrize(("params", "documents"), BAD.values(), ids=BAD)
def test_errors_are_of_scikit_learn_s_kind(params, documents):
    for keep_names in (False, True):
        ours = outcome(HashingVectorizer(**params, keep_names=keep_names).fit_transform, documents)[0]
        theirs = outcome(Peer(**params).fit_transform, documents)[0]
        assert isinstance(theirs, Exception)
        assert type(ours) is type(theirs), ours


@pytest.mark.parametrize("params", [{"n_features": 0}, {"n_features": -5}, {"norm": "max"}, {"keep_names": 1}], ids=str)
def test_transform_checks_parameters_as_well(params):
    with pytest.raises(ValueError, match=next(iter(params))):
        HashingVectorizer(**params).transform(GOOD)


def test_warnings_are_scikit_learn_s():
    for params in ({"analyzer": str.split, "ngram_range": (1, 2)}, {"stop_words": ["don't"]}, {"tokenizer": str.split}):
        for method in ("fit", "fit_transform", "transform", "partial_fit"):
            ours, theirs = (outcome(getattr(cls(**params), method), GOOD)[1] for cls in (HashingVectorizer, Peer))
            assert ours == theirs


@pytest.mark.parametrize("norm", [None, "l2"])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint64])
def test_unsigned_numbers_have_no_signs(dtype, norm):
    with pytest.raises(OverflowError, match="Use alternate_sign=False"):
        HashingVectorizer(dtype=dtype, norm=norm).transform(["the food is good"])


def test_no_documents():
    for documents in ([], iter([]), Tokens.from_lists([])):
        assert HashingVectorizer().fit_transform(documents).shape == (0, 2**20)
    assert HashingVectorizer(keep_names=True, dtype=int, norm="l1").transform([]).shape == (0, 2**20)


@pytest.mark.parametrize("bad", [None, float("nan"), pd.NA, 7, "a\ud800b"], ids=repr)
def test_documents_that_are_none_are_located(bad):
    with pytest.raises((ValueError, TypeError), match=r"(?i)(document|position) 2"):
        HashingVectorizer().transform(["good", "", bad])


def test_fit_reads_nothing_without_names():
    documents = iter(GOOD)
    vectorizer = HashingVectorizer()
    assert vectorizer.fit(documents) is vectorizer
    assert vectorizer.partial_fit(documents) is vectorizer
    assert list(documents) == GOOD
    assert vars(vectorizer) == vars(HashingVectorizer())


def test_generic_names(messages):
    names = HashingVectorizer(n_features=3).get_feature_names_out()
    assert names.tolist() == ["hashingvectorizer0", "hashingvectorizer1", "hashingvectorizer2"]
    assert names.dtype == object
    for call in (lambda v: v.inverse_transform([[1, 2, 3]]), lambda v: v.terms([1, 2, 3])):
        with pytest.raises(ValueError, match="Set keep_names=True"):
            call(HashingVectorizer(n_features=3).fit(messages))


def features_of(params, texts):
    return Counter(feature for text in texts for feature in Peer(**params).build_analyzer()(text))


def names_of(counts, n_features):
    """Name columns as the documentation says, one feature at a time."""
    columns = defaultdict(list)
    for feature in counts:
        columns[abs(murmurhash3_32(feature)) % n_features].append(feature)
    return [
        "|".join(sorted(columns[c], key=lambda f: (-counts[f], f))) if c in columns else f"hashingvectorizer{c}"
        for c in range(n_features)
    ]


NAMED = {
    "words": {},
    "few columns": {"n_features": 40},
    "n-grams": {"ngram_range": (1, 3), "n_features": 4096},
    "trigrams": {"ngram_range": (3, 3), "stop_words": "english"},
    "spaces in tokens": {"tokenizer": halves, "token_pattern": None, "ngram_range": (1, 2)},
    "empty tokens": {"tokenizer": spaces_only, "token_pattern": None, "ngram_range": (2, 3)},
    "characters": {"analyzer": "char", "ngram_range": (1, 3)},
    "characters in words": {"analyzer": "char_wb", "ngram_range": (2, 5)},
    "callable": {"analyzer": str.split},
    "n is 0": {"ngram_range": (0, 2)},
}


@pytest.mark.parametrize("params", NAMED.values(), ids=NAMED)
def test_names(params, messages, hostile):
    params = {"n_features": 5000, **params}
    texts = [*messages[:100], *hostile]
    vectorizer = HashingVectorizer(**params, keep_names=True)
    X = vectorizer.fit_transform(texts)
    assert_same_matrix(X, HashingVectorizer(**params).transform(texts))
    counts = features_of(params, texts)
    assert vectorizer.feature_counts_ == counts
    names = vectorizer.get_feature_names_out()
    assert names.dtype == object
    assert names.tolist() == names_of(counts, params["n_features"])
    rows = vectorizer.inverse_transform(X[:30])
    for i, row in enumerate(rows):
        entries = X[i].tocoo().col[X[i].data != 0]
        assert row.dtype == object
        assert row.tolist() == names[entries].tolist()
        terms = vectorizer.terms(X[i], k=7)
        assert len(terms) == min(7, len(entries))
        expected = sorted(zip(-abs(X[i].data), names[X[i].indices], X[i].data, strict=True))
        assert terms == [(name, value) for _, name, value in expected if value][:7]


@pytest.mark.parametrize("params", NAMED.values(), ids=NAMED)
def test_names_depend_on_neither_pieces_nor_threads(params, messages, hostile, monkeypatch):
    texts = [*messages[:60], *hostile]
    whole = HashingVectorizer(**{**params, "n_features": 300}, keep_names=True).fit(texts)
    monkeypatch.setattr(chunks, "CHARACTERS_PER_CHUNK", 50)
    with threads(2):
        pieces = clone(whole).fit(texts[::-1])
    assert pieces.feature_counts_ == whole.feature_counts_
    assert (pieces.get_feature_names_out() == whole.get_feature_names_out()).all()


def test_what_is_remembered_when():
    vectorizer = HashingVectorizer(keep_names=True)
    assert vectorizer.partial_fit(["aa bb"]).feature_counts_ == {"aa": 1, "bb": 1}
    vectorizer.transform(["bb cc"])
    assert vectorizer.feature_counts_ == {"aa": 1, "bb": 2, "cc": 1}
    assert "dd" not in vectorizer.get_feature_names_out()
    vectorizer.partial_fit(["dd"])
    assert "dd" in vectorizer.get_feature_names_out()
    assert vectorizer.set_params(n_features=1).get_feature_names_out().tolist() == ["bb|aa|cc|dd"]
    for fit in (vectorizer.fit, vectorizer.fit_transform):
        fit(["ee"])
        assert vectorizer.feature_counts_ == {"ee": 1}
    for bad in (["ff", None], "ff"):
        for method in (vectorizer.fit, vectorizer.partial_fit, vectorizer.transform, vectorizer.fit_transform):
            with pytest.raises(ValueError, match=r"missing|string object"):
                method(bad)
        assert vectorizer.feature_counts_ == {"ee": 1}
    vectorizer.set_params(keep_names=False).fit(["gg"])
    assert not hasattr(vectorizer, "feature_counts_")


def test_words_that_do_not_occur_are_not_remembered():
    tokens = Tokens.from_lists([["good"], ["food", "good"]])
    assert HashingVectorizer(keep_names=True).fit(tokens[:1]).feature_counts_ == {"good": 1}


def test_features_that_are_bytes_have_names():
    vectorizer = HashingVectorizer(analyzer=lambda text: [text.encode(), b"\xff"], n_features=1, keep_names=True)
    assert vectorizer.fit(["b", "a"]).get_feature_names_out().tolist() == ["\ufffd|a|b"]


def test_rows_that_are_none():
    vectorizer = HashingVectorizer(n_features=4, keep_names=True)
    X = vectorizer.fit_transform(GOOD)
    with pytest.raises(ValueError, match="A matrix of 4 columns was expected, one for each term, but one of 5"):
        vectorizer.inverse_transform(np.ones((1, 5)))
    with pytest.raises(ValueError, match="One row of a matrix was expected"):
        vectorizer.terms(X)
    with pytest.raises(ValueError, match="k must be a positive integer"):
        vectorizer.terms(X[0], k=0)
    assert vectorizer.terms(sp.csr_array((1, 4))) == []
    assert [row.tolist() for row in vectorizer.inverse_transform(sp.csr_array((2, 4)))] == [[], []]
    for row in (X[0], sp.csr_array(X)[0], X[0].toarray(), X[0].toarray()[0]):
        assert vectorizer.terms(row) == vectorizer.terms(X[:1])


@pytest.mark.parametrize("params", [{}, {"keep_names": True, "n_features": 100}], ids=str)
def test_pickle_and_clone(params, messages):
    vectorizer = HashingVectorizer(**params)
    X = vectorizer.fit_transform(messages)
    size = len(pickle.dumps(vectorizer))
    names = HashingVectorizer.get_feature_names_out(vectorizer) if params else None
    assert len(pickle.dumps(vectorizer)) == size
    for again in (pickle.loads(pickle.dumps(vectorizer)), copy.deepcopy(vectorizer)):
        if params:
            assert again.get_feature_names_out().tolist() == names.tolist()
        assert_same_matrix(again.transform(messages), X)
    assert clone(vectorizer).get_params() == vectorizer.get_params()
    assert vars(clone(vectorizer)) == vars(HashingVectorizer(**params))


def test_threads_share_what_is_remembered(messages):
    vectorizer = HashingVectorizer(keep_names=True)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        Parallel(n_jobs=4, backend="threading")(delayed(vectorizer.transform)(messages) for _ in range(40))
    finally:
        sys.setswitchinterval(interval)
    once = clone(vectorizer).fit(messages).feature_counts_
    assert vectorizer.feature_counts_ == {name: 40 * n for name, n in once.items()}


def test_parameters_are_scikit_learn_s_and_one_more():
    assert HashingVectorizer().get_params() == {**Peer().get_params(), "keep_names": False, "missing": "error"}
    assert isinstance(HashingVectorizer(), Peer)


@nb.njit
def accumulate(rows, n_columns, dtype):
    sums = np.zeros(n_columns, dtype)
    seen, blocks = make_bitmap(n_columns)
    columns, values, ends = np.empty(rows.size, np.int32), np.empty(rows.size, dtype), np.empty(len(rows), np.int64)
    n = 0
    for r in range(len(rows)):
        for j in range(rows.shape[1]):
            add(sums, seen, blocks, rows[r, j], 1 if j % 3 else -1)
        n = take_row(sums, seen, blocks, columns, values, n)
        ends[r] = n
    return columns[:n], values[:n], ends, sums


@pytest.mark.parametrize("dtype", [np.int32, np.float64])
@pytest.mark.parametrize("n_columns", [1, 63, 64, 65, 4095, 4096, 4097, 300_000])
def test_accumulator(n_columns, dtype):
    rows = np.random.default_rng(0).integers(0, n_columns, (6, 120))
    rows[:, -1] = n_columns - 1
    columns, values, ends, left = accumulate(rows, n_columns, dtype)
    X = sp.csr_array((values, columns, np.concatenate([[0], ends])), shape=(6, n_columns))
    signs = np.where(np.arange(120) % 3, 1, -1)
    Y = sp.csr_array((np.tile(signs, 6), rows.ravel(), 120 * np.arange(7)), shape=(6, n_columns), dtype=dtype)
    Y.sum_duplicates()
    assert_same_matrix(X, Y)
    assert not left.any()
