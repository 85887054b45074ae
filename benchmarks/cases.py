"""What is measured: each case checks that both sides give the same result, then times them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import sklearn.feature_extraction.text as sk
from nltk.stem.snowball import SnowballStemmer
from sklearn.metrics.pairwise import cosine_similarity
from sklearn.pipeline import make_pipeline

from benchmarks.measure import Row, in_turn, peak_memory, seconds
from textvec import CosineIndex, CountVectorizer, Stemmer, StopWords, TfidfVectorizer, Tokenizer
from textvec.preprocessing.stemmer import stem_function

IMDB = "imdb/imdb.parquet"


def data(name: str) -> Path:
    """Return the path of a data set, see CONTRIBUTING.md."""
    root = os.environ.get("TEXTVEC_DATA")
    if not root or not (Path(root) / name).exists():
        raise SystemExit(f"The benchmarks need real data: set TEXTVEC_DATA to the folder that holds {name}.")
    return Path(root) / name


@cache
def train_reviews() -> list[str]:
    """Return the 25,000 labelled training reviews."""
    table = pq.read_table(data(IMDB), filters=[("split", "=", "train"), ("label", "!=", "unsup")])
    reviews: list[str] = table["text"].to_pylist()
    return reviews


def same(ours: Any, theirs: Any, tolerance: float) -> None:
    """Stop when two matrices differ: a faster way to another result is worth nothing."""
    theirs.sort_indices()
    assert ours.shape == theirs.shape
    assert np.array_equal(ours.indptr, theirs.indptr)
    assert np.array_equal(ours.indices, theirs.indices)
    assert np.abs(ours.data - theirs.data).max() <= tolerance


def count() -> list[Row]:
    """Bag of words."""
    docs = train_reviews()
    ours, theirs = CountVectorizer(), sk.CountVectorizer()
    same(ours.fit_transform(docs), theirs.fit_transform(docs), 0)
    return [
        Row(
            "`CountVectorizer().fit_transform`",
            "scikit-learn",
            *in_turn(lambda: ours.fit_transform(docs), lambda: theirs.fit_transform(docs), 5),
            "s",
            "5x, aim 12x",
        ),
        Row(
            "`CountVectorizer().transform`",
            "scikit-learn",
            *in_turn(lambda: ours.transform(docs), lambda: theirs.transform(docs), 5),
            "s",
            "",
        ),
    ]


def tfidf() -> list[Row]:
    """TF-IDF of words and pairs of words."""
    docs = train_reviews()
    ours, theirs = TfidfVectorizer(ngram_range=(1, 2)), sk.TfidfVectorizer(ngram_range=(1, 2))
    same(ours.fit_transform(docs), theirs.fit_transform(docs), 1e-12)
    one = docs[:1]
    return [
        Row(
            "`TfidfVectorizer(ngram_range=(1, 2)).fit_transform`",
            "scikit-learn",
            *in_turn(lambda: ours.fit_transform(docs), lambda: theirs.fit_transform(docs), 5),
            "s",
            "10x, aim 20x",
        ),
        Row(
            "`.transform` of the same, fitted",
            "scikit-learn",
            *in_turn(lambda: ours.transform(docs), lambda: theirs.transform(docs), 5),
            "s",
            "10x, aim 20x",
        ),
        Row(
            "`.transform` of the same, one review at a time, 200 reviews",
            "scikit-learn",
            *in_turn(
                lambda: [ours.transform(one) for _ in range(200)],
                lambda: [theirs.transform(one) for _ in range(200)],
                5,
            ),
            "s",
            "",
        ),
    ]


def _nltk_analyzer(stem: Callable[[str], str]) -> Callable[[str], list[str]]:
    find, stop = re.compile(r"(?u)\b\w\w+\b").findall, sk.ENGLISH_STOP_WORDS
    return lambda text: [stem(word) for word in find(text.lower()) if word not in stop]


def stemming() -> list[Row]:
    """Tokenize, remove stop words, stem, TF-IDF."""
    docs = train_reviews()
    ours = make_pipeline(Tokenizer(), StopWords("english"), Stemmer("snowball"), TfidfVectorizer())
    stem = SnowballStemmer("english").stem
    plain = sk.TfidfVectorizer(analyzer=_nltk_analyzer(stem))
    same(ours.fit_transform(docs), plain.fit_transform(docs), 1e-12)

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


def memory() -> list[Row]:
    """Peak memory of a process that reads the reviews and fits."""
    with tempfile.TemporaryDirectory() as folder:
        # Reading Parquet takes more memory than fitting does: the reviews are handed over in a plain file.
        path = Path(folder, "reviews.json")
        path.write_text(json.dumps(train_reviews()), encoding="utf-8")
        code = (
            f"import json; docs = json.load(open({str(path)!r}, encoding='utf-8'))\n"
            "from {} import TfidfVectorizer\n"
            "X = TfidfVectorizer(ngram_range=(1, 2)).fit_transform(docs)"
        )
        sides = ("textvec", "sklearn.feature_extraction.text")
        peak_memory(code.format(sides[0]))  # compiles
        before = [peak_memory(code.split("\n", 1)[0]) for _ in range(2)]
        ours, theirs = ([peak_memory(code.format(side)) for _ in range(3)] for side in sides)
    print(f"the reviews alone: {before[0] / 2**20:.0f} MiB", file=sys.stderr)
    work = "peak memory of a process that reads the reviews and fits (1, 2) TF-IDF"
    return [Row(work, "scikit-learn", ours, theirs, "bytes", "1.43x (0.7 of it), aim 2.5x")]


def _short_queries(docs: list[str], n: int) -> list[str]:
    """Take 3 to 8 words in a row out of n random reviews."""
    random = np.random.default_rng(0)
    queries = []
    for i in random.choice(len(docs), n, replace=False):
        words = docs[i].split()
        length = random.integers(3, 9)
        start = random.integers(0, max(1, len(words) - length))
        queries.append(" ".join(words[start : start + length]))
    return queries


def search() -> list[Row]:
    """1,000 short queries, top 10, over 100,000 reviews."""
    from sparse_dot_topn import sp_matmul_topn

    docs = pq.read_table(data(IMDB))["text"].to_pylist()
    queries = _short_queries(docs, 1000)
    index = CosineIndex(TfidfVectorizer()).fit(docs)
    D = index.encoder_.transform(docs)
    D32, threads = D.T.astype(np.float32).tocsr(), os.cpu_count()

    def by_sklearn() -> Any:
        scores = cosine_similarity(index.encoder_.transform(queries), D)
        top = np.argpartition(scores, -10, axis=1)[:, -10:]
        return np.sort(np.take_along_axis(scores, top, axis=1), axis=1)[:, ::-1]

    def by_topn() -> Any:
        Q = index.encoder_.transform(queries).astype(np.float32)
        return sp_matmul_topn(Q, D32, top_n=10, sort=True, n_threads=threads)

    expected = by_sklearn()
    assert np.abs(index.search(queries, 10).scores - expected).max() < 1e-6
    assert abs(by_topn().sum() - expected.sum()) < 1e-2
    work = "top 10 of 1,000 short queries over 100,000 reviews, text to hits"
    return [
        Row(
            work,
            "scikit-learn `cosine_similarity`, `argpartition`",
            *in_turn(lambda: index.search(queries, 10), by_sklearn, 7),
            "s",
            "30x, aim 50x",
        ),
        Row(work, "`sparse_dot_topn`", *in_turn(lambda: index.search(queries, 10), by_topn, 7), "s", "1.5x, aim 3x"),
    ]


def first_use() -> list[str]:
    """Wall time of `textvec similar` over the SMS file, compilation included and warm."""
    command = [shutil.which("textvec", path=Path(sys.executable).parent) or "textvec", "similar", "free entry to win"]
    command += [str(data("sms_spam/SMSSpamCollection"))]

    def run(cache_folder: str) -> float:
        environment = os.environ | {"NUMBA_CACHE_DIR": cache_folder}
        return seconds(lambda: subprocess.run(command, check=True, capture_output=True, env=environment))

    cold, warm = [], []
    for _ in range(3):
        with tempfile.TemporaryDirectory() as folder:
            cold.append(run(folder))
            warm += [run(folder) for _ in range(3)]
    return [
        f"| `textvec similar` over 5,574 messages, first use (nothing compiled) | {np.median(cold):.2f} s | 10 s |",
        f"| the same, warm | {np.median(warm):.2f} s | 2 s |",
    ]


TABLE = (count, tfidf, stemming, memory, search)
