"""Steps before and after the vectorizer, against what is glued together for them today."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import bm25s
import numpy as np
import sklearn.feature_extraction.text as sk
import snowballstemmer
from gensim.models.phrases import FrozenPhrases
from gensim.models.phrases import Phrases as GensimPhrases
from nltk.stem.snowball import SnowballStemmer
from sklearn.pipeline import make_pipeline

from benchmarks.data import same, train_reviews
from benchmarks.measure import Row, in_turn
from textvec import BM25Weighting, CountVectorizer, Phrases, Stemmer, StopWords, TfidfVectorizer, Tokenizer
from textvec.preprocessing._stems import stem_function


def _nltk_analyzer(stem: Callable[[str], str]) -> Callable[[str], list[str]]:
    find, stop = re.compile(r"(?u)\b\w\w+\b").findall, sk.ENGLISH_STOP_WORDS
    return lambda text: [stem(word) for word in find(text.lower()) if word not in stop]


def stemming() -> list[Row]:
    """Tokenize, remove stop words, stem, TF-IDF."""
    docs = train_reviews()
    ours = make_pipeline(Tokenizer(), StopWords("english"), Stemmer("snowball"), TfidfVectorizer())
    stem = SnowballStemmer("english").stem
    plain = sk.TfidfVectorizer(analyzer=_nltk_analyzer(stem))
    snowball = sk.TfidfVectorizer(analyzer=_nltk_analyzer(snowballstemmer.stemmer("english").stemWord))
    same(ours.fit_transform(docs), snowball.fit_transform(docs), 1e-12)  # NLTK's copy stems a word in 600 otherwise

    def pipeline() -> Any:
        stem_function("snowball", "english").cache_clear()  # type: ignore[attr-defined]
        return ours.fit_transform(docs)

    def cached() -> Any:
        return sk.TfidfVectorizer(analyzer=_nltk_analyzer(lru_cache(maxsize=None)(stem))).fit_transform(docs)

    return [
        Row(
            "`Tokenizer`, `StopWords`, `Stemmer`, `TfidfVectorizer` in a pipeline",
            "scikit-learn with an NLTK Snowball analyzer",
            *in_turn(pipeline, lambda: plain.fit_transform(docs), 2),
            "s",
            "10x, aim 25x",
        ),
        Row(
            "the same",
            "the same, its stemmer in an `lru_cache`",
            *in_turn(pipeline, cached, 3),
            "s",
            "",
        ),
    ]


def phrases() -> list[Row]:
    """Collocations, learnt and joined."""
    tokens = Tokenizer().transform(train_reviews())
    lists = tokens.to_lists()

    def by_gensim() -> Any:
        phrases = FrozenPhrases(GensimPhrases(lists, min_count=5, threshold=10.0))
        return [phrases[document] for document in lists]

    assert Phrases().fit_transform(tokens).to_lists() == by_gensim()
    times = in_turn(lambda: Phrases().fit_transform(tokens), by_gensim, 2)
    return [Row("`Phrases().fit_transform` of tokens", "gensim `Phrases`, `FrozenPhrases`", *times, "s", "")]


def bm25() -> list[Row]:
    """BM25 weights of tokenized reviews, from text."""
    docs = train_reviews()
    ours = make_pipeline(CountVectorizer(), BM25Weighting())

    def by_bm25s() -> Any:
        retriever = bm25s.BM25(method="lucene", k1=1.5, b=0.75)
        retriever.index(bm25s.tokenize(docs, stopwords=None, show_progress=False), show_progress=False)
        return retriever.scores["data"]

    np.testing.assert_allclose(np.sort(ours.fit_transform(docs).data), np.sort(by_bm25s()), rtol=1e-5)
    times = in_turn(lambda: ours.fit_transform(docs), by_bm25s, 3)
    return [Row("`CountVectorizer`, `BM25Weighting` in a pipeline", "bm25s `tokenize`, `index`", *times, "s", "")]
