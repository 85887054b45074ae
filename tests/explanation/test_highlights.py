"""Which words of a text are marked, and with what."""

import re
import unicodedata

import pytest
import sklearn.feature_extraction.text as sk
from hypothesis import given, settings
from sklearn.pipeline import make_pipeline, make_union

from support import strategies
from support.explained import SPARSE, VECTORS, hashed, marked, vectors_of
from textvec import (
    BM25Weighting,
    CosineIndex,
    CountVectorizer,
    EmbeddingVectorizer,
    HashingVectorizer,
    OneHotVectorizer,
    Phrases,
    StopWords,
    TfidfVectorizer,
    Tokenizer,
)

DOCUMENT = "I thought: a well-known ACTOR performs in New York. Don't see the acting; the café is #1! नमस्ते."
QUERIES = {
    "words": (lambda: TfidfVectorizer(), "don the actor's", ["ACTOR", "Don", "the", "the"]),
    "short words": (lambda: TfidfVectorizer(token_pattern=r"\w+"), "a t", ["a", "t"]),
    "stems": (SPARSE["stems"], "Perform act", ["performs", "acting"]),
    "accents": (lambda: TfidfVectorizer(strip_accents="unicode"), "CAFE", ["café"]),
    "apostrophes": (lambda: TfidfVectorizer(token_pattern=r"\w+(?:'\w+)?"), "don't", ["Don't"]),
    "hashes": (lambda: HashingVectorizer(), "york", ["York"]),
    "white space": (lambda: make_pipeline(Tokenizer("whitespace"), TfidfVectorizer()), "#1!", ["1"]),
    "marks": (lambda: make_pipeline(Tokenizer("unicode", normalize="NFC"), TfidfVectorizer()), "नमस्ते", ["नमस्ते"]),
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
    "function": (lambda: hashed, "york", []),
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


def test_hashes_have_the_names_that_were_kept_and_marking_keeps_no_more():
    encoder = HashingVectorizer(keep_names=True, ngram_range=(1, 2))
    index = CosineIndex(encoder).fit(["Good food and a mood", "bad mood"])
    explanation = index.explain("Good food", 0)
    before = dict(index.encoder_.feature_counts_)
    assert sorted(term for term, _ in explanation) == ["food", "good", "good food"]
    assert marked(explanation) == [["Good", "food"]] * 2
    assert index.encoder_.feature_counts_ == before
