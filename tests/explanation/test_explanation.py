"""Explanations: contributions against sums written out in NumPy, marks, and what is shown of hostile text."""

import copy
import pickle
import re
import unicodedata
import warnings
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
import sklearn.feature_extraction.text as sk
from hypothesis import given, settings
from rich.console import Console
from sklearn.feature_selection import SelectKBest
from sklearn.frozen import FrozenEstimator
from sklearn.metrics.pairwise import cosine_similarity
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import FunctionTransformer, Normalizer

from support import strategies
from textvec import (
    BM25Weighting,
    CosineIndex,
    CountVectorizer,
    EmbeddingVectorizer,
    HashingVectorizer,
    OneHotVectorizer,
    Phrases,
    Stemmer,
    StopWords,
    TfidfVectorizer,
    Tokenizer,
    WordVectors,
)
from textvec.encoders.column_names import column_names
from textvec.encoders.vectors import as_vectors
from textvec.explanation.explanation import Contribution, PairContribution, explain_dense, explain_sparse

SPARSE = {
    "words": lambda: TfidfVectorizer(),
    "bigrams": lambda: TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
    "stems": lambda: make_pipeline(Tokenizer(), StopWords("english"), Stemmer("snowball"), TfidfVectorizer()),
    "char_wb": lambda: TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4)),
    "char": lambda: TfidfVectorizer(analyzer="char", ngram_range=(1, 5)),
    "one-hot": lambda: OneHotVectorizer(),
    "bm25": lambda: make_pipeline(CountVectorizer(ngram_range=(1, 2)), BM25Weighting()),
    "weighted": lambda: make_pipeline(CountVectorizer(), sk.TfidfTransformer(), Normalizer()),
    "nested": lambda: make_pipeline(make_pipeline(Tokenizer(), CountVectorizer()), "passthrough", BM25Weighting()),
    "union": lambda: make_union(
        make_pipeline(CountVectorizer(ngram_range=(1, 2)), BM25Weighting()),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 3)),
        OneHotVectorizer(),
    ),
    "foreign": lambda: make_pipeline(sk.CountVectorizer(ngram_range=(2, 3)), sk.TfidfTransformer()),
    "foreign union": lambda: make_union(
        sk.TfidfVectorizer(), sk.CountVectorizer(ngram_range=(2, 2)), verbose_feature_names_out=False
    ),
}
NAMELESS = {
    "hashing": lambda: HashingVectorizer(ngram_range=(1, 2)),
    "collisions": lambda: HashingVectorizer(n_features=64),
    "foreign hashing": lambda: sk.HashingVectorizer(),
    "function": lambda: _hashed,
}
POOLINGS = ["mean", "tfidf", "sif", "usif"]


def _hashed(texts):
    return sk.HashingVectorizer(n_features=500).transform(texts)


def vectors_of(texts, n_dimensions=20, seed=0):
    """Return vectors with much in common for most words of texts."""
    words = sorted(set(re.findall(r"\w\w+", " ".join(texts).lower())))
    rng = np.random.default_rng(seed)
    table = rng.normal(size=(len(words), n_dimensions)) + 3 * rng.normal(size=n_dimensions)
    return WordVectors([w for i, w in enumerate(words) if i % 5], table[[i for i in range(len(words)) if i % 5]])


def marked(explanation):
    """Return the marked words of the query and of the document."""
    sides = (
        (explanation.query, explanation.query_marks),
        (explanation.document, explanation.document_marks),
    )
    texts = [(text if isinstance(text, str) else " ".join(text), marks) for text, marks in sides]
    return [[text[mark.start : mark.end] for mark in marks] for text, marks in texts]


def assert_explained(index, queries, k=5):
    """Check that contributions add up to the score of each hit, and come in order."""
    n = 0
    for query, hits in zip(queries, index.search(queries, k), strict=True):
        for hit in hits:
            explanation = index.explain(query, hit.id)
            values = [each.contribution for each in explanation]
            assert sum(values) == pytest.approx(hit.score, abs=1e-6)
            assert explanation.score == pytest.approx(hit.score, abs=1e-6)
            assert values == sorted(values, reverse=True)
            assert all(values)
            n += 1
    assert n


@pytest.mark.parametrize("kind", [*SPARSE, *NAMELESS])
def test_contributions_of_terms_add_up_to_the_score(imdb, kind):
    queries = [*(" ".join(text.split()[: 2 + n]) for n, text in enumerate(imdb[300:308])), imdb[7]]
    assert_explained(CosineIndex({**SPARSE, **NAMELESS}[kind]()).fit(imdb[:200]), queries)


@pytest.mark.parametrize("normalize", [False, True])
@pytest.mark.parametrize("n_components", [None, 0, 3])
@pytest.mark.parametrize("pooling", POOLINGS)
def test_contributions_of_pairs_add_up_to_the_score(imdb, pooling, n_components, normalize):
    encoder = EmbeddingVectorizer(
        vectors_of(imdb[:300]), pooling=pooling, n_components=n_components, normalize=normalize
    )
    queries = [*(" ".join(text.split()[: n + 3]) for n, text in enumerate(imdb[300:304])), imdb[7]]
    assert_explained(CosineIndex(encoder).fit(imdb[:200]), queries)


@pytest.mark.parametrize("kind", SPARSE)
def test_terms_are_those_of_the_matrix(reviews, kind):
    index = CosineIndex(SPARSE[kind]()).fit(reviews)
    encoder, query = index.encoder_, " ".join(reviews[3].split()[:8])
    explanation = index.explain(query, 4)
    X = encoder.transform([query, reviews[4]]).toarray().astype(float)
    X /= np.linalg.norm(X, axis=1, keepdims=True)
    namer = {"stems": lambda: encoder[-1], "nested": lambda: encoder[0][-1]}.get(kind, lambda: encoder)()
    names = namer.get_feature_names_out()
    shares = X[0] * X[1]
    expected = sorted(zip(names[shares != 0], shares[shares != 0], strict=True))
    found = sorted(explanation)
    assert [term for term, _ in found] == [term for term, _ in expected]
    assert [share for _, share in found] == pytest.approx([share for _, share in expected], abs=1e-7)


def test_equal_contributions_come_by_term():
    explanation = (
        CosineIndex(OneHotVectorizer(vocabulary=["dd", "bb", "cc", "aa"]))
        .fit(["dd cc bb aa"])
        .explain("cc aa dd bb", 0)
    )
    assert explanation[:] == [Contribution(term, pytest.approx(0.25)) for term in ("aa", "bb", "cc", "dd")]


@pytest.mark.parametrize("kind", ["bigrams", "bm25", "union"])
def test_no_more_terms_are_named_than_are_told(reviews, kind, monkeypatch):
    index = CosineIndex(SPARSE[kind]()).fit(reviews)
    monkeypatch.setattr(CountVectorizer, "get_feature_names_out", None)
    monkeypatch.setattr(CountVectorizer, "vocabulary_", None)
    assert len(index.explain(reviews[0], 0)) > 10


def test_selected_columns_keep_their_names(reviews, labels):
    encoder = make_pipeline(CountVectorizer(ngram_range=(1, 2)), SelectKBest(k=40), BM25Weighting())
    y = np.arange(len(reviews)) % 2
    encoder.fit(reviews, y)
    names = encoder[:-1].get_feature_names_out()
    assert column_names(FrozenEstimator(encoder), np.arange(40)) == names.tolist()
    assert column_names(make_union(encoder[:-1], encoder[:1]), np.array([3, 40])) == [
        f"pipeline-1__{names[3]}",
        f"pipeline-2__{encoder[0].get_feature_names_out()[0]}",
    ]


@pytest.mark.parametrize("kind", ["hashing", "foreign hashing", "function"])
def test_columns_without_names_are_numbered(kind):
    index = CosineIndex(NAMELESS[kind]()).fit(["good food", "bad mood"])
    column = sk.HashingVectorizer(n_features=500 if kind == "function" else 2**20).transform(["food"]).indices[0]
    assert [term for term, _ in index.explain("food", 0)] == [f"column {column}"]


def test_hashes_have_the_names_that_were_kept_and_marking_keeps_no_more():
    encoder = HashingVectorizer(keep_names=True, ngram_range=(1, 2))
    index = CosineIndex(encoder).fit(["Good food and a mood", "bad mood"])
    explanation = index.explain("Good food", 0)
    before = dict(index.encoder_.feature_counts_)
    assert sorted(term for term, _ in explanation) == ["food", "good", "good food"]
    assert marked(explanation) == [["Good", "food"]] * 2
    assert index.encoder_.feature_counts_ == before


def test_vectors_given_as_a_matrix_have_numbered_columns_and_no_texts():
    first, second = (as_vectors(row) for row in sk.CountVectorizer().fit_transform(["aa bb", "bb cc"]))
    explanation = explain_sparse("precomputed", None, None, first, second, 1)
    assert explanation[:] == [("column 1", pytest.approx(0.5))]
    assert explanation.query_marks == explanation.document_marks == []
    assert explanation.to_text() == "0.5000  1\n  0.5000  column 1"
    ElementTree.fromstring(explanation.to_html())
    with pytest.raises(ValueError, match="precomputed vectors cannot be explained"):
        explain_dense("precomputed", None, None, 1)
    with pytest.raises(ValueError, match="text of the document must be known"):
        explain_dense(EmbeddingVectorizer(VECTORS), "food", None, 1)


VECTORS = WordVectors(["good", "great", "food", "the"], [[1, 0.0], [0.8, 0.6], [0, 1], [-1, 1]])


def test_pairs_of_an_average_by_hand():
    index = CosineIndex(EmbeddingVectorizer(VECTORS)).fit(["Great food, good food", "the unknown"])
    explanation = index.explain("good the good xyz", 0)
    u, v = np.array([1, 1]), np.array([1.8, 2.6])  # 2 good + the; great + 2 food + good
    length = np.linalg.norm(u) * np.linalg.norm(v)
    pairs = {
        ("good", "good"): 2, ("good", "great"): 1.6, ("the", "food"): 2,
        ("the", "good"): -1, ("the", "great"): -0.2,
    }  # fmt: skip
    assert {(q, d): share * length for q, d, share in explanation} == pytest.approx(pairs, abs=1e-6)
    assert [(q, d) for q, d, _ in explanation][-2:] == [("the", "great"), ("the", "good")]
    assert explanation.score == pytest.approx(u @ v / length)
    assert explanation[0] == explanation[-5] == next(iter(explanation))
    assert isinstance(explanation[1], PairContribution)
    with pytest.raises(IndexError):
        explanation[5]
    marks = {"good": 3.6, "the": 0.8}
    assert marked(explanation) == [["good", "the", "good"], ["Great", "food", "good", "food"]]
    assert [mark.contribution * length for mark in explanation.query_marks] == pytest.approx(
        [marks["good"], marks["the"], marks["good"]], abs=1e-6
    )


@pytest.mark.parametrize("unknown", ["skip", "zero"])
@pytest.mark.parametrize("pooling", POOLINGS)
def test_parts_of_words_add_up_to_the_vector(reviews, pooling, unknown):
    vectorizer = EmbeddingVectorizer(vectors_of(reviews), pooling=pooling, unknown=unknown).fit(reviews)
    for text in [*reviews[:20], "good xyz", "food food", "xyz"]:
        words, vectors = vectorizer._word_parts(text)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of documents without known words
            row = vectorizer.transform([text])[0]
        np.testing.assert_allclose(vectors.sum(axis=0), row, rtol=1e-6, atol=1e-9)
        assert len(set(words)) == len(words) == len(vectors)
        assert set(words) <= set(vectorizer.vectors_.words)
        if pooling == "sif":  # the common component is taken from each word, not only from all together
            np.testing.assert_allclose(vectors @ vectorizer.components_[0], 0, atol=1e-7)


def test_a_document_of_which_nothing_is_left_gives_nothing():
    vectors = WordVectors(["aa", "bb"], [[1, 2], [2, 4]])  # all there is is the common component
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        index = CosineIndex(EmbeddingVectorizer(vectors, n_components=1)).fit(["aa bb", "bb"])
        explanation = index.explain("aa bb", 0)
    assert index.encoder_._word_parts("aa bb bb")[0] == []
    assert len(explanation) == 0
    assert explanation.score == 0


@pytest.mark.parametrize("pooling", ["max", "pmeans"])
def test_vectors_that_are_no_sums_are_not_explained(pooling):
    index = CosineIndex(EmbeddingVectorizer(VECTORS, pooling=pooling)).fit(["good food"])
    with pytest.raises(ValueError, match=rf"pooling='{pooling}'.*no sum of its words' vectors.*'mean'"):
        index.explain("food", 0)


def test_other_dense_encoders_are_not_explained():
    encoder = make_pipeline(CountVectorizer(), FunctionTransformer(lambda X: X.toarray(), accept_sparse=True))
    index = CosineIndex(encoder).fit(["good food"])
    with pytest.raises(ValueError, match=r"the vectors of FunctionTransformer cannot.*EmbeddingVectorizer"):
        index.explain("food", 0)
    index = CosineIndex(lambda texts: [[len(text), 1] for text in texts]).fit(["good food"])
    with pytest.raises(ValueError, match="the vectors of <lambda> cannot"):
        index.explain("food", 0)


def test_nothing_in_common():
    explanation = CosineIndex().fit(["good food", "bad mood"]).explain("mood", 0)
    assert len(explanation) == 0
    assert explanation.score == 0.0
    assert repr(explanation) == "Explanation(score 0.0000, 0 terms)"
    assert explanation.to_dicts() == []
    assert list(explanation.to_pandas().columns) == ["term", "contribution"]
    assert marked(explanation) == [[], []]
    assert explanation.to_text(color=False) == "0.0000  0\nquery     mood\ndocument  good food"


DOCUMENT = "I thought: a well-known ACTOR performs in New York. Don't see the acting; the café is #1!"
QUERIES = {
    "words": (lambda: TfidfVectorizer(), "don the actor's", ["ACTOR", "Don", "the", "the"]),
    "short words": (lambda: TfidfVectorizer(token_pattern=r"\w+"), "a t", ["a", "t"]),
    "stems": (SPARSE["stems"], "Perform act", ["performs", "acting"]),
    "accents": (lambda: TfidfVectorizer(strip_accents="unicode"), "CAFE", ["café"]),
    "apostrophes": (lambda: TfidfVectorizer(token_pattern=r"\w+(?:'\w+)?"), "don't", ["Don't"]),
    "hashes": (lambda: HashingVectorizer(), "york", ["York"]),
    "white space": (lambda: make_pipeline(Tokenizer("whitespace"), TfidfVectorizer()), "#1!", ["1"]),
    "bigrams": (lambda: TfidfVectorizer(ngram_range=(2, 2)), "new york", ["New", "York"]),
    "within a piece": (lambda: TfidfVectorizer(ngram_range=(2, 2)), "well known", ["well-known"]),
    "apart": (lambda: TfidfVectorizer(ngram_range=(2, 2)), "york new", []),
    "four words": (
        lambda: HashingVectorizer(ngram_range=(4, 4)),
        "performs in new york",
        ["performs", "in", "New", "York"],
    ),
    "over a stop word": (
        lambda: TfidfVectorizer(ngram_range=(2, 2), stop_words="english"),
        "york don",
        ["York", "Don't"],
    ),
    "over a dropped word": (
        lambda: make_pipeline(Tokenizer(), StopWords(["in"]), CountVectorizer(ngram_range=(2, 2)), BM25Weighting()),
        "performs new",
        ["performs", "New"],
    ),
    "over one the vectorizer drops": (
        lambda: make_pipeline(Tokenizer(), CountVectorizer(ngram_range=(2, 2), stop_words=["in"])),
        "performs new",
        ["performs", "New"],
    ),
    "of scikit-learn": (
        lambda: sk.TfidfVectorizer(ngram_range=(2, 2), stop_words=["in"]),
        "performs new",
        ["performs", "New"],
    ),
    "joined words": (lambda: make_pipeline(Tokenizer(), Joiner(), CountVectorizer()), "New York", ["New", "York"]),
    "characters": (lambda: TfidfVectorizer(analyzer="char_wb", ngram_range=(4, 4)), "xyork", ["York"]),
    "across words": (lambda: TfidfVectorizer(analyzer="char", ngram_range=(3, 3)), "w y", ["New", "York"]),
    "union": (
        lambda: make_union(OneHotVectorizer(), CountVectorizer(ngram_range=(2, 2))),
        "see the",
        ["see", "the", "the"],
    ),
    "vectors": (lambda: EmbeddingVectorizer(vectors_of([DOCUMENT, "another text, other words"])), "york", None),
    "function": (lambda: _hashed, "york", []),
}


class Joiner(Phrases):
    """Phrases that knows one."""

    def fit(self, X, y=None):
        return super().fit([["new", "york"]] * 30 + [["other", "words"] * 30])

    def fit_transform(self, X, y=None):
        return self.fit(X).transform(X)

    def __init__(self):
        super().__init__(min_count=20, threshold=0.5)


@pytest.mark.parametrize("kind", QUERIES)
def test_words_that_gave_something_are_marked(kind):
    make, query, expected = QUERIES[kind]
    explanation = CosineIndex(make()).fit([DOCUMENT, "another text, other words"]).explain(query, 0)
    assert len(explanation) == 0 if kind == "apart" else len(explanation)
    assert explanation.document == DOCUMENT
    if kind == "vectors":
        known = [m[0] for m in re.finditer(r"\w\w+", DOCUMENT) if m[0].lower() in explanation_words(explanation)]
        assert marked(explanation) == [["york"], known]
        assert len(known) > 5
    else:
        assert marked(explanation)[1] == expected


def explanation_words(explanation):
    return {pair.document_word for pair in explanation}


def test_a_part_of_a_word_is_no_word():
    explanation = CosineIndex(CountVectorizer(token_pattern=r"\w+(?:'\w+)?")).fit(["I don't see Don"]).explain("don", 0)
    assert [(mark.start, mark.end) for mark in explanation.document_marks] == [(12, 15)]


def test_marks_tell_what_their_terms_gave():
    explanation = CosineIndex(TfidfVectorizer(ngram_range=(1, 2))).fit(["New York, new taxi"]).explain("new york", 0)
    gave = dict(explanation)
    assert [(mark.start, mark.end) for mark in explanation.document_marks] == [(0, 3), (4, 8), (10, 13)]
    assert [mark.contribution for mark in explanation.document_marks] == pytest.approx(
        [gave["new"] + gave["new york"], gave["york"] + gave["new york"], gave["new"]]
    )


@pytest.mark.parametrize("encoder", [TfidfVectorizer(ngram_range=(1, 2)), EmbeddingVectorizer(VECTORS)], ids=["s", "d"])
def test_documents_of_words(encoder):
    index = CosineIndex(encoder).fit([["good", "food", "!"], ["the", "mood"]])
    explanation = index.explain(["good", "food"], 0)
    assert marked(explanation) == [["good", "food"], ["good", "food"]]
    assert explanation.to_text(color=False).split("\n")[2] == "document  [good] [food] !"


@given(strategies.texts, strategies.texts)
@settings(deadline=None, max_examples=40)
def test_exactly_the_shared_words_are_marked(query, document):
    query, document = (unicodedata.normalize("NFC", text) for text in (query, document))
    index = CosineIndex(HashingVectorizer(alternate_sign=False)).fit([document])
    explanation = index.explain(query, 0)
    for text, found in zip((query, document), marked(explanation), strict=True):
        lower = text.lower()
        if len(lower) != len(text) or "Σ" in text:  # characters move, or are lower-cased by their neighbours
            continue
        shared = set(re.findall(r"\b\w\w+\b", query.lower())) & set(re.findall(r"\b\w\w+\b", document.lower()))
        assert [word.lower() for word in found] == [w for w in re.findall(r"\b\w\w+\b", lower) if w in shared]


TERMINAL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class Page(HTMLParser):
    """What a page is made of, and would load."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.loads = set(), []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.loads += [name for name, _ in attrs if name not in ("style", "title", "dir", "charset", "name", "content")]


def check_shown(explanation):
    """Check that what is shown is harmless, well-formed and, in full, all of the text."""
    page = explanation.to_html(full=True)
    tree = ElementTree.fromstring(page)
    parsed = Page(page)
    assert parsed.tags <= {*"html head meta title style body div p b mark table tbody tr td".split()}  # noqa: SIM905
    assert set(parsed.loads) == {"http-equiv"}
    assert "url(" not in page
    ElementTree.fromstring(explanation._repr_html_())
    for text in (
        page,
        explanation.to_text(color=False, full=True),
        explanation.to_text(color=False),
        repr(explanation),
    ):
        assert not TERMINAL.search(text)
    assert not TERMINAL.search(re.sub(r"\x1b\[[\d;]+m", "", explanation.to_text()))
    shown = ["".join(div.itertext()) for div in tree.iter("div") if "dir" in div.attrib]
    for text, side in zip(shown, (explanation.query, explanation.document), strict=True):
        assert len(text) == len(side)
        assert all(a == b or b.isspace() or a == "\ufffd" for a, b in zip(text, side, strict=True))


@pytest.mark.parametrize("encoder", ["words", "char", "vectors"])
def test_hostile_text_is_shown_and_does_nothing(hostile, encoder):
    encoder = SPARSE[encoder]() if encoder in SPARSE else EmbeddingVectorizer(vectors_of(hostile))
    extra = [
        "<script>alert('x')</script> & <b onclick=\"x\">bold</b> ]]> &amp; <!-- -->",
        "\x1b[31mred\x1b[0m \x1b]0;title\x07 bell \x9b2J gone",
        "left \u202eright\u202c \u2067עברית\u2069",
        "{title} %s \\ <style>body{display:none}</style>",
    ]
    texts = [*hostile, *extra]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of documents without known words
        index = CosineIndex(encoder).fit(texts, ids=[f"{i}<&\x1b\n" for i in range(len(texts))])
        for i, text in enumerate(texts):
            if len(text) < 3000:
                check_shown(index.explain(text, f"{i}<&\x1b\n"))


@given(strategies.texts, strategies.texts)
@settings(deadline=None, max_examples=25)
def test_any_text_is_shown(query, document):
    check_shown(CosineIndex(HashingVectorizer(ngram_range=(1, 2))).fit([document]).explain(query, 0))


def test_terms_are_escaped():
    encoder = CountVectorizer(tokenizer=str.split, token_pattern=None, lowercase=False)
    explanation = CosineIndex(encoder).fit(["<img/src=x> \x1b[31m"]).explain("<img/src=x> \x1b[31m", 0)
    assert "<img" not in explanation.to_html()
    assert "&lt;img/src=x&gt;" in explanation.to_html()
    assert "\x1b" not in repr(explanation)


LONG = " ".join(f"filler{i}" for i in range(500))


def test_of_a_long_text_what_is_around_marks_is_shown():
    document = f"{LONG} a needle {LONG} the needle and a pin {LONG}"
    explanation = CosineIndex().fit([document]).explain("needle pin", 0)
    shown = explanation.to_text(color=False).split("\n")[2]
    assert len(shown) < 800
    assert shown.count("[needle]") == 2
    assert "the [needle] and a [pin] filler0" in shown
    assert shown.startswith("document  … ")
    assert shown.endswith(" …")
    assert " … " in shown[12:-3]
    words = set(re.findall(r"\w+", document))
    assert set(re.findall(r"\w+", shown)) - {"document"} <= words, "a word was cut"
    assert len(explanation.to_text(full=True)) > len(document)
    assert len(explanation.to_html(full=True)) > len(document) > len(explanation.to_html())


def test_each_marked_word_is_shown_before_any_twice():
    document = " ".join([*[f"{LONG} common"] * 30, f"{LONG} rare {LONG} scarce {LONG} sole"])
    index = CosineIndex(TfidfVectorizer(sublinear_tf=True)).fit([document, "common", "common thing"])
    explanation = index.explain("common rare scarce sole", 0)
    assert explanation[0].term == "common"
    shown = explanation.to_text(color=False).split("\n")[2]
    assert [shown.count(f"[{word}]") for word in ("rare", "scarce", "sole")] == [1, 1, 1]
    assert shown.count("[common]") > 1


def test_the_strongest_marks_are_shown_first():
    weak = [f"weak{i}" for i in range(20)]
    document = " ".join(f"{LONG} {word}" for word in [*weak, *["strong"] * 9])
    explanation = CosineIndex(CountVectorizer()).fit([document]).explain(" ".join([*weak, "strong"]), 0)
    assert explanation[0].term == "strong"
    assert "[strong]" in explanation.to_text(color=False).split("\n")[2]


def test_a_long_text_without_marks_is_shown_from_its_beginning():
    shown = CosineIndex().fit([LONG]).explain("needle", 0).to_text().split("\n")[2]
    assert shown.startswith("document  filler0 filler1")
    assert shown.endswith(" …")
    assert len(shown) < 800


def test_colour_grows_with_the_contribution_and_tells_the_sign():
    vectors = WordVectors(["aa", "bb", "cc"], [[1, 0.0], [0.5, 0], [-0.2, 0.1]])
    explanation = CosineIndex(EmbeddingVectorizer(vectors)).fit(["aa bb cc dd"]).explain("aa", 0)
    line = explanation.to_text().split("\n")[2]
    assert line == "document  \x1b[1;30;43maa\x1b[0m \x1b[4;33mbb\x1b[0m \x1b[36mcc\x1b[0m dd"
    opacity = re.findall(r"rgba\((\S+?),(0\.\d\d)\)", explanation.to_html())
    assert opacity == [("255,170,0", "0.50")] * 2 + [("255,170,0", "0.30"), ("60,120,255", "0.18")]
    titles = [float(number) for number in re.findall(r'title="(\S+)"', explanation.to_html())]
    assert titles[1:] == [round(mark.contribution, 4) for mark in explanation.document_marks]


def test_table_adds_up():
    words = [f"word{i:02}" for i in range(30)]
    explanation = CosineIndex(OneHotVectorizer()).fit([" ".join(words)]).explain(" ".join(words), 0)
    lines = repr(explanation).split("\n")
    assert lines[0] == "Explanation(score 1.0000, 30 terms)"
    assert lines[1] == "  0.0333  word00"
    assert lines[11:] == ["  0.6667  and 20 more"]


def test_as_data(reviews):
    explanation = CosineIndex().fit(reviews, ids=[f"r{i}" for i in range(len(reviews))]).explain(reviews[1], "r2")
    assert explanation.id == "r2"
    assert (explanation.query, explanation.document) == (reviews[1], reviews[2])
    assert explanation.to_dicts() == [{"term": term, "contribution": share} for term, share in explanation]
    pd.testing.assert_frame_equal(explanation.to_pandas(), pd.DataFrame(explanation.to_dicts()))
    assert list(reversed(explanation)) == explanation[::-1]
    pairs = CosineIndex(EmbeddingVectorizer(VECTORS)).fit(["good food"]).explain("great food", 0)
    pd.testing.assert_frame_equal(pairs.to_pandas(), pd.DataFrame(pairs.to_dicts()))
    assert list(pairs.to_dicts()[0]) == ["query_word", "document_word", "contribution"]
    for each in (explanation, pairs):
        again = pickle.loads(pickle.dumps(each))
        assert (again[:], again.document_marks) == (each[:], each.document_marks)
        assert copy.copy(each).to_html() == each.to_html()


def test_rich_prints_it_in_colour_where_there_is_any():
    explanation = CosineIndex().fit(["[bold]good[/bold] food"]).explain("good", 0)
    for settings_, expected in (
        ({"force_terminal": True, "color_system": "standard"}, explanation.to_text()),
        ({"color_system": None}, re.sub(r"\x1b\[[\d;]+m", "", explanation.to_text())),
    ):
        console = Console(width=200, **settings_)
        with console.capture() as capture:
            console.print(explanation)
        assert capture.get() == expected + "\n"


def test_scores_agree_with_scikit_learn(reviews):
    index = CosineIndex().fit(reviews)
    similarities = cosine_similarity(index.encoder_.transform(reviews[:2]), index.encoder_.transform(reviews))
    for i in range(2):
        for j in range(len(reviews)):
            assert index.explain(reviews[i], j).score == pytest.approx(similarities[i, j], abs=1e-6)
