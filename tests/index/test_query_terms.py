"""The terms of a query: what they bring, in how many documents they are, and what may be meant by unknown ones."""

import subprocess
import sys

import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.decomposition import TruncatedSVD
from sklearn.pipeline import make_pipeline

from textvec import (
    BM25Index,
    BM25Weighting,
    Chunker,
    CosineIndex,
    CountVectorizer,
    EmbeddingVectorizer,
    HashingVectorizer,
    Stemmer,
    StopWords,
    TfidfVectorizer,
    Tokenizer,
    VectorIndex,
    WordVectors,
)
from textvec.index import QueryTerm, QueryTerms

TEXTS = [
    "we receive the letters",
    "a letter is relieved and received",
    "the letters we write, and the letters we send",
    "write to us",
]
PLAIN = {
    "tfidf": lambda: TfidfVectorizer(),
    "bm25": lambda: make_pipeline(CountVectorizer(), BM25Weighting()),
    "bigrams": lambda: TfidfVectorizer(ngram_range=(1, 2)),
    "no description": lambda: TfidfVectorizer(strip_accents="unicode"),
}


def opened(index, path):
    index.save(path)
    return type(index).open(path)


@pytest.fixture(params=["in memory", "opened"])
def place(request, tmp_path):
    return (lambda index: index) if request.param == "in memory" else (lambda index: opened(index, tmp_path / "index"))


@pytest.mark.parametrize("name", PLAIN)
def test_shares_and_documents(place, name):
    index = place(CosineIndex(PLAIN[name]()).fit(TEXTS))
    query = "We write letters: letters!"
    found = index.query_terms(query)
    encoder = PLAIN[name]().fit(TEXTS)
    row = encoder.transform([query]).toarray()[0]
    row = row / np.linalg.norm(row)
    counts = np.count_nonzero(encoder.transform(TEXTS).toarray(), axis=0)
    last = encoder[0] if name == "bm25" else encoder
    names = {term: column for column, term in enumerate(last.get_feature_names_out())}
    assert {term.term for term in found} == {each for each, column in names.items() if row[column]}
    for term in found:
        column = names[term.term]
        assert term.weight == pytest.approx(row[column], rel=1e-6)
        assert term.share == pytest.approx(row[column] ** 2, rel=1e-6)
        assert term.documents == counts[column]
        assert (term.known, term.suggestion) == (True, None)
    assert sum(term.share for term in found) == pytest.approx(1)
    assert [term.share for term in found] == sorted((term.share for term in found), reverse=True)


def test_bm25(place):
    index = place(BM25Index().fit(TEXTS))
    found = index.query_terms("write we write recieve")
    idf = np.log(1 + (4 - 2 + 0.5) / (2 + 0.5))
    assert [(term.term, term.documents) for term in found] == [("write", 2), ("we", 2), ("recieve", None)]
    assert [term.weight for term in found[:2]] == pytest.approx([2 * idf, idf])
    assert [term.share for term in found[:2]] == pytest.approx([2 / 3, 1 / 3])
    assert found[2].suggestion == "receive"
    assert index.add(["we write words"]).query_terms("wordz write")[1].suggestion == "words"
    assert index.query_terms("write")[0].documents == 3


def test_inner_products(place):
    found = place(VectorIndex(CountVectorizer(), metric="dot").fit(TEXTS)).query_terms("write write we")
    assert [term.term for term in found] == ["write", "we"]
    assert [term.share for term in found] == pytest.approx([0.8, 0.2])


@pytest.mark.parametrize("name", PLAIN)
def test_unknown_words_come_last_each_once(place, name):
    found = place(CosineIndex(PLAIN[name]()).fit(TEXTS)).query_terms("recieve leters, recieve the zzzzzz")
    assert [term.term for term in found.unknown] == ["recieve", "leters", "zzzzzz"]
    assert found[-3:] == found.unknown
    assert found.unknown == [
        QueryTerm("recieve", 0.0, 0.0, None, False, "receive"),
        QueryTerm("leters", 0.0, 0.0, None, False, "letters"),
        QueryTerm("zzzzzz", 0.0, 0.0, None, False, None),
    ]


def test_of_equally_near_words_that_of_most_documents_is_suggested(place):
    index = place(CosineIndex(CountVectorizer()).fit(["cart card", "card carp", "carp", "carp care"]))
    assert index.query_terms("carx")[0].suggestion == "carp"


def test_changes_to_the_documents_count(place):
    index = place(CosineIndex(CountVectorizer()).fit(["cart", "carp", "carp", "tea"]))
    assert index.query_terms("carx")[0].suggestion == "carp"
    index.delete([1])
    assert (index.query_terms("carp")[0].documents, index.query_terms("carx")[0].suggestion) == (1, "carp")
    index.delete([2])
    assert (index.query_terms("carp")[0].documents, index.query_terms("carx")[0].suggestion) == (0, "cart")
    index.add(["carp carp", "a carp"])
    assert (index.query_terms("carp")[0].documents, index.query_terms("carx")[0].suggestion) == (2, "carp")


def test_frequent_terms_are_counted_too():
    texts = [f"often {'some' if i % 3 else 'rare'} word{i}" for i in range(300)]
    found = {term.term: term.documents for term in CosineIndex().fit(texts).query_terms("often some rare word7")}
    assert found == {"often": 300, "some": 200, "rare": 100, "word7": 1}


def test_documents_that_are_cut_into_passages_count_once(place):
    texts = ["Tea is hot. Tea is good. Tea.", "Tea", "Moon"]
    index = place(CosineIndex(CountVectorizer(), chunker=Chunker("sentence", size=1)).fit(texts))
    assert index.query_terms("tea")[0].documents == 2
    assert index.delete([1]).query_terms("tea")[0].documents == 1


def test_words_that_a_step_drops_are_not_unknown(place):
    index = place(CosineIndex(make_pipeline(Tokenizer(), StopWords("english"), TfidfVectorizer())).fit(TEXTS))
    found = index.query_terms("Which of the leters do you write?")
    assert [term.term for term in found] == ["write", "leters"]
    assert found[1].suggestion == "letters"


def test_words_stay_known_when_others_are_added(tmp_path):
    BM25Index(make_pipeline(Tokenizer(), Stemmer())).fit(TEXTS).save(tmp_path / "index")
    BM25Index.open(tmp_path / "index").add(["a quokka"])
    found = BM25Index.open(tmp_path / "index").query_terms("recieved quoka")
    assert [(term.term, term.suggestion) for term in found] == [("recieved", "received"), ("quoka", "quokka")]


def test_averaged_word_vectors(place):
    wv = WordVectors(["tea", "coffee", "moon", "moor"], [[5, 1, 0], [3, 1, 0], [-1, 4, 0], [0, 0, 1]])
    index = place(CosineIndex(EmbeddingVectorizer(wv)).fit(["tea", "coffee", "the moon"]))
    found = index.query_terms("tea moon moox coffe")
    assert [term.term for term in found] == ["tea", "moon", "moox", "coffe"]
    assert [term.suggestion for term in found] == [None, None, "moon", "coffee"], "the first in the table"
    assert found[0].documents is None
    assert sum(term.share for term in found) == pytest.approx(1)
    vectors, whole = wv[["tea", "moon"]], wv[["tea", "moon"]].sum(axis=0)
    np.testing.assert_allclose([term.share for term in found[:2]], vectors @ whole / (whole @ whole), rtol=1e-6)


def test_columns_without_names():
    found = CosineIndex(HashingVectorizer()).fit(TEXTS).query_terms("write zzzzzz")
    assert [term.documents for term in found] == [2, 0]
    assert all(term.term.startswith("column ") for term in found)
    found = CosineIndex("precomputed").fit(sp.csr_array(np.eye(3))).query_terms(sp.csr_array(np.eye(3))[[1]])
    assert found == [QueryTerm("column 1", 1.0, 1.0, 1, True, None)]


def test_characters_and_pairs_of_words():
    found = CosineIndex(CountVectorizer(analyzer="char", ngram_range=(2, 3))).fit(TEXTS).query_terms("write")
    assert {"wr", "ite"} <= {term.term for term in found}
    assert not found.unknown
    assert CosineIndex(CountVectorizer(ngram_range=(2, 2))).fit(TEXTS).query_terms("zzz wriet") == []


def test_documents_that_are_lists_of_words():
    found = CosineIndex(CountVectorizer()).fit([["tea", "moon"], ["tea"]]).query_terms(["tea", "unknown"])
    assert [(term.term, term.documents) for term in found] == [("tea", 2)]


@pytest.mark.parametrize(
    ("index", "query", "message"),
    [
        (lambda: CosineIndex("precomputed").fit(np.eye(2)), [1.0, 0.0], "precomputed vectors are dense"),
        (lambda: CosineIndex(make_pipeline(TfidfVectorizer(), TruncatedSVD(2))).fit(TEXTS), "tea", "TruncatedSVD are"),
    ],
)
def test_dense_vectors_have_no_terms(index, query, message):
    with pytest.raises(ValueError, match=rf"CosineIndex\.query_terms: .*{message}"):
        index().query_terms(query)


def test_as_it_is_shown():
    terms = QueryTerms(
        [
            QueryTerm("x" * 60, 0.75, 0.866, 1_234_567, True, None),
            QueryTerm("<b>\x1b[1m", 0.25, 0.5, None, True, None),
            QueryTerm("y" * 40, 0, 0, None, False, "z" * 40),
        ]
    )
    lines = repr(terms).splitlines()
    assert lines[0] == "QueryTerms(2 terms, 1 unknown)"
    assert lines[2].split() == ["0.7500", "0.8660", "1,234,567", "x" * 46 + "..."]
    assert max(map(len, lines)) <= 80
    assert "\x1b" not in repr(terms)
    assert "<b>" not in terms._repr_html_()
    assert f"did you mean {'z' * 40}?" in terms._repr_html_()
    assert repr(QueryTerms([])) == "QueryTerms(0 terms)"


def test_as_plain_data():
    terms = CosineIndex(CountVectorizer()).fit(TEXTS).query_terms("write leters")
    known = {"term": "write", "share": 1.0, "weight": 1.0, "documents": 2, "known": True, "suggestion": None}
    assert terms.to_dicts() == [known, QueryTerm("leters", 0.0, 0.0, None, False, "letters")._asdict()]
    assert terms.to_pandas().columns.tolist() == list(known)
    assert terms.to_pandas()["suggestion"].fillna("").tolist() == ["", "letters"]
    assert QueryTerms([]).to_pandas().shape == (0, 6)


def test_an_opened_index_suggests_without_scikit_learn_or_compiled_code(tmp_path):
    CosineIndex().fit(TEXTS).save(tmp_path / "index")
    code = """
import sys
from textvec import CosineIndex
print(CosineIndex.open(sys.argv[1]).query_terms("recieve letters")[1].suggestion)
print(sorted({"sklearn", "numba", "scipy", "pandas", "numpy.ma"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "index")], capture_output=True, text=True)
    assert done.stdout == "receive\n[]\n", done.stderr


@pytest.mark.parametrize("loaded", [False, True])
def test_words_are_suggested_and_not_their_stems(loaded, tmp_path):
    steps = make_pipeline(Tokenizer(), Stemmer("snowball"))
    index = BM25Index(steps).fit(["coffee in the afternoon", "come and see"])
    assert [term.suggestion for term in index.query_terms("cofee").unknown] == ["coffee"]
    index.save(tmp_path / "index")
    opened = BM25Index.open(tmp_path / "index")
    if loaded:
        opened.explain("coffee", 0)
    assert [term.suggestion for term in opened.query_terms("cofee").unknown] == ["coffee"]
