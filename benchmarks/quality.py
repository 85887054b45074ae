"""How good the vectors are, beside how fast they are made: `python -m benchmarks quality`.

Word vectors of gensim and of ours, trained on the same words with the same settings, on the field's word tests,
gensim's CBOW at its own learning rate and at ours; and what the ways of pooling make of ours on pairs of sentences.
Each figure is the mean over seeds, with their standard deviation: differences smaller than that mean nothing.
`python -m benchmarks.quality all` trains on all 100,000 reviews.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, partial
from typing import Any

import gensim.models
import numpy as np

from benchmarks.data import train_reviews
from textvec import TfidfVectorizer, Tokenizer, Tokens
from textvec.datasets import (
    fetch_google_analogies,
    fetch_imdb,
    fetch_simlex999,
    fetch_sts_benchmark,
    fetch_wordsim353,
)
from textvec.embeddings import EmbeddingVectorizer, Word2Vec, WordVectors
from textvec.evaluation import analogies, sentence_pairs, word_pairs

SEEDS = (1, 2, 3, 4, 5)
SETTINGS = {"vector_size": 100, "window": 5, "min_count": 5, "negative": 5, "epochs": 5}
WIDE = {**SETTINGS, "vector_size": 300}
THREADS = 2
PAIRS: dict[str, Callable[[], Any]] = {
    "WordSim-353 similarity": partial(fetch_wordsim353, subset="similarity"),
    "relatedness": partial(fetch_wordsim353, subset="relatedness"),
    "SimLex-999": fetch_simlex999,
}
POOLINGS = ("mean", "tfidf", "sif", "usif", "max", "pmeans")
PRETRAINED = ("sentences", "words")

GENSIMS = {"skip-gram": (0.025,), "CBOW": (0.025, 0.05)}
"""The learning rates that gensim is trained with. Its own is 0.025; word2vec.c and ours have 0.05 for CBOW."""

Trained = dict[tuple[str, str], list[WordVectors]]  # by algorithm and library: of each seed


def all_reviews() -> list[str]:
    """Return the 100,000 reviews, labelled or not."""
    reviews: list[str] = fetch_imdb(subset="all").data
    return reviews


def words_of(texts: Iterable[str]) -> Tokens:
    """Cut reviews into words, without their line breaks."""
    return Tokenizer().transform([text.replace("<br />", " ") for text in texts])


def train_ours(words: Tokens, sg: int, seed: int, settings: Mapping[str, Any]) -> WordVectors:
    vectors: WordVectors = Word2Vec(sg=sg, random_state=seed, threads=THREADS, **settings).fit(words).vectors_
    return vectors


def train_gensim(words: Tokens, sg: int, seed: int, settings: Mapping[str, Any], alpha: float = 0.025) -> WordVectors:
    model = gensim.models.Word2Vec(words.to_lists(), sg=sg, seed=seed, workers=THREADS, alpha=alpha, **settings)
    return WordVectors(model.wv.index_to_key, model.wv.vectors)


def train(words: Tokens, seeds: Sequence[int], settings: Mapping[str, Any]) -> Trained:
    """Train both libraries with each seed, and check that they know the same words."""
    trained: Trained = {}
    for algorithm, sg in (("skip-gram", 1), ("CBOW", 0)):
        ours = [train_ours(words, sg, seed, settings) for seed in seeds]
        trained[algorithm, "textvec"] = ours
        for alpha in GENSIMS[algorithm]:
            theirs = [train_gensim(words, sg, seed, settings, alpha) for seed in seeds]
            assert {frozenset(vectors.words) for vectors in ours} == {frozenset(vectors.words) for vectors in theirs}
            trained[algorithm, f"gensim, `alpha={alpha}`"] = theirs
    return trained


@cache
def questions() -> list[tuple[str, ...]]:
    """Return the Google analogies."""
    rows: list[tuple[str, ...]] = fetch_google_analogies().data
    return rows


def scores(vectors: WordVectors) -> list[float]:
    """Return Spearman's correlation for each set of word pairs, the accuracy on the analogies, and the mean, by 100."""
    figures = [word_pairs(vectors, fetch().data).spearman for fetch in PAIRS.values()]
    figures.append(analogies(vectors, questions()).accuracy)
    return [100 * figure for figure in (*figures, float(np.mean(figures)))]


def word_tests(trained: Trained, settings: Mapping[str, Any]) -> list[str]:
    """Return the table of the word tests."""
    head = f"| {settings['vector_size']} dimensions | library | {' | '.join(PAIRS)} | Google analogies | mean |"
    lines = [head, "|" + "---|" * head.count(" | ") + "---|"]
    for (algorithm, library), seeds in trained.items():
        columns = zip(*(scores(vectors) for vectors in seeds), strict=True)
        lines.append(f"| {algorithm} | {library} | {' | '.join(map(spread, columns))} |")
    vectors = next(iter(trained.values()))[0]
    known = [word_pairs(vectors, fetch().data) for fetch in PAIRS.values()]
    asked = analogies(vectors, questions()).total
    covered = [f"{pairs.n_known} of {pairs.n_pairs}" for pairs in known] + [f"{asked.n_known} of {asked.n_questions}"]
    return [*lines, f"| with known words | | {' | '.join(covered)} | |"]


def sentence_splits() -> tuple[list[str], list[tuple[str, str, float]]]:
    """Return the sentences of the STS Benchmark's training pairs, and its development pairs with their scores."""
    train, dev = (fetch_sts_benchmark(subset=subset).data for subset in ("train", "dev"))
    return [pair[i] for i in (0, 1) for pair in train], dev


def sentence_tests(trained: Mapping[str, Sequence[WordVectors]]) -> list[str]:
    """Return the table of the ways of pooling, each with the vectors of each corpus."""
    sentences, pairs = sentence_splits()
    head = f"| STS Benchmark, development pairs | {' | '.join(trained)} |"
    lines = [head, "|---|" + "---|" * len(trained)]
    for pooling in POOLINGS:
        cells = []
        for seeds in trained.values():
            encoders = [EmbeddingVectorizer(vectors, pooling=pooling).fit(sentences) for vectors in seeds]
            cells.append(spread([100 * sentence_pairs(encoder, pairs).spearman for encoder in encoders]))
        lines.append(f'| `EmbeddingVectorizer(pooling="{pooling}")` | {" | ".join(cells)} |')
    tfidf = spread([100 * sentence_pairs(TfidfVectorizer().fit(sentences), pairs).spearman])
    return [*lines, f"| `TfidfVectorizer()` | {' | '.join([tfidf] * len(trained))} |"]


def pretrained_vectors() -> dict[str, list[WordVectors]]:
    """Return the vectors of installed packages, by what is written to have them."""
    return {f'`WordVectors.pretrained("{name}")`': [WordVectors.pretrained(name)] for name in PRETRAINED}


def spread(figures: Sequence[float]) -> str:
    """Return the mean over seeds and, if there are several, the standard deviation."""
    mean = f"{np.mean(figures):.1f}"
    return f"{mean} ± {np.std(figures, ddof=1):.1f}" if len(figures) > 1 else mean


def table(
    texts: Sequence[str] | None = None, seeds: Sequence[int] = SEEDS, settings: Mapping[str, Any] = SETTINGS
) -> list[str]:
    """Train, evaluate, and return both tables; by default on the 25,000 labelled training reviews."""
    texts = train_reviews() if texts is None else texts
    trained = train(words_of(texts), seeds, settings)
    sentences, _ = sentence_splits()
    both = words_of([*texts, *sentences])
    corpora = {
        "vectors of the reviews": trained["skip-gram", "textvec"],
        "of the reviews and the sentences in training": [train_ours(both, 1, seed, settings) for seed in seeds],
    }
    given = ", ".join(f"`{name}={value}`" for name, value in settings.items())
    return [
        f"Word vectors of {len(texts):,} reviews, {given}, {THREADS} threads or workers, {len(seeds)} seeds: mean and "
        "standard deviation. Spearman's correlation and accuracy, by 100.",
        "",
        *word_tests(trained, settings),
        "",
        "Sentences by pooled vectors (skip-gram, textvec): Spearman's correlation of cosine and judgement, by 100.",
        "What pooling and TF-IDF learn, they learn from the sentences of the training pairs. The vectors know little",
        "but films: this compares ways of pooling, and says nothing of vectors of more text.",
        "",
        *sentence_tests(corpora),
        "",
        "The same with pretrained vectors: WordLlama's of word pieces, and GloVe's of words in 50 dimensions.",
        "",
        *sentence_tests(pretrained_vectors()),
    ]


def wide_table(
    texts: Sequence[str] | None = None, seeds: Sequence[int] = SEEDS, settings: Mapping[str, Any] = WIDE
) -> list[str]:
    """Train longer vectors, and return the table of the word tests alone."""
    texts = train_reviews() if texts is None else texts
    return word_tests(train(words_of(texts), seeds, settings), settings)


if __name__ == "__main__":
    print("\n".join(table(all_reviews() if sys.argv[1:] == ["all"] else None)))
