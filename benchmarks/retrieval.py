"""How well the ways of searching find what answers a query: `python -m benchmarks retrieval`.

On the passages that come with textvec, by kinds of queries, and on the STS Benchmark's development pairs: there the
query is one sentence of a pair of like meaning, and the other has to be found among all second sentences. Each mean has
its standard error over queries. Two searches are compared query by query, so that smaller differences may count:
`compared` gives the bounds of the difference.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from sklearn.pipeline import make_pipeline

from textvec import BM25Index, CosineIndex, HybridIndex, Stemmer, StopWords, TfidfVectorizer, Tokenizer
from textvec.datasets import fetch_sts_benchmark, load_passages
from textvec.embeddings import EmbeddingVectorizer
from textvec.evaluation import RetrievalResult, retrieval

K = 10
PRETRAINED = {"GloVe": "words", "WordLlama": "sentences"}
"""Names of pretrained vectors, by what the tables call them: 400,000 words in 50 dimensions, 32,000 pieces in 256."""


SCORES = "scores, 1 to 2"
WAYS: dict[str, dict[str, Any]] = {SCORES: {"fusion": "weighted", "weights": (1, 2)}}
"""How two searches are put together, by the end of their name; by ranks otherwise."""


@dataclass(frozen=True)
class Collection:
    """Documents, queries and judgements, each by its id; and the kinds of the queries, if they have any."""

    name: str
    documents: dict[str, str]
    queries: dict[str, str]
    qrels: dict[str, dict[str, int]]
    kinds: dict[str, str] = field(default_factory=dict)


def stems() -> tuple[Any, ...]:
    """Return the steps that make stems of a text, without stop words."""
    return Tokenizer(), StopWords("english"), Stemmer("snowball")


def cosine(make_encoder: Callable[[], Any]) -> Callable[[Sequence[str], Sequence[str]], Any]:
    """Return what makes an index of documents, with a new encoder."""
    return lambda documents, ids: CosineIndex(make_encoder()).fit(documents, ids=ids)


def pooled(name: str, pooling: str) -> EmbeddingVectorizer:
    """Return an encoder that pools pretrained vectors."""
    return EmbeddingVectorizer(PRETRAINED[name], pooling=pooling)


def bm25(*steps: Any) -> Callable[[Sequence[str], Sequence[str]], Any]:
    """Return what makes an index of documents by BM25, of the words that steps make of a text."""
    return lambda documents, ids: BM25Index(make_pipeline(*steps) if steps else None).fit(documents, ids=ids)


def both(name: str) -> Callable[[Sequence[str], Sequence[str]], Any]:
    """Return what makes an index of documents by BM25 of stems and by pretrained vectors at once."""
    return lambda documents, ids: HybridIndex(
        BM25Index(make_pipeline(*stems())), CosineIndex(pooled(name, "tfidf"))
    ).fit(documents, ids=ids)


SEARCHES: dict[str, Callable[[Sequence[str], Sequence[str]], Any]] = {
    "TF-IDF, words": cosine(TfidfVectorizer),
    "TF-IDF, stems without stop words": cosine(lambda: make_pipeline(*stems(), TfidfVectorizer(sublinear_tf=True))),
    "TF-IDF, pieces of words, `char_wb` (3, 5)": cosine(
        lambda: TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
    ),
    "BM25, words": bm25(),
    "BM25, stems without stop words": bm25(*stems()),
    **{
        f"{name}, {pooling}": cosine(partial(pooled, name, pooling))
        for name in PRETRAINED
        for pooling in ("mean", "tfidf", "usif")
    },
    **{f"BM25 of stems and {name}, tfidf: ranks": both(name) for name in PRETRAINED},
    **{f"BM25 of stems and {name}, tfidf: {SCORES}": both(name) for name in PRETRAINED},
}
"""By name, what makes an index of documents and their ids: anything that `retrieval` takes."""


def passages() -> Collection:
    """Return the collection that comes with textvec."""
    sample = load_passages()
    documents = dict(zip(sample.ids.tolist(), sample.data, strict=True))
    return Collection("passages", documents, sample.queries, sample.qrels, sample.kinds)


def paraphrases() -> Collection:
    """Return the STS Benchmark's development pairs as a search.

    The documents are all second sentences. The queries are the first sentences of pairs with a judgement of 4 or more:
    "mostly equivalent" has grade 1, "completely equivalent", 5, has grade 2.
    """
    pairs = fetch_sts_benchmark(subset="dev").data
    documents = {second: f"d{i}" for i, second in enumerate(dict.fromkeys(second for _, second, _ in pairs))}
    queries = {
        first: f"q{i}" for i, first in enumerate(dict.fromkeys(first for first, _, score in pairs if score >= 4))
    }
    qrels: dict[str, dict[str, int]] = {id_: {} for id_ in queries.values()}
    for first, second, score in pairs:
        if score >= 4:
            grades = qrels[queries[first]]
            grades[documents[second]] = max(int(score) - 3, grades.get(documents[second], 0))
    return Collection(
        "STS Benchmark, development pairs",
        {id_: text for text, id_ in documents.items()},
        {id_: text for text, id_ in queries.items()},
        qrels,
    )


def measured(collection: Collection) -> dict[str, RetrievalResult]:
    """Return the figures of each search on a collection."""
    documents, ids = list(collection.documents.values()), list(collection.documents)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "EmbeddingVectorizer: .* hold no word that has a vector")  # of queries
        return {
            name: retrieval(
                make(documents, ids), collection.qrels, collection.queries, k=K, **WAYS.get(name.split(": ")[-1], {})
            )
            for name, make in SEARCHES.items()
        }


def compared(ours: RetrievalResult, theirs: RetrievalResult) -> tuple[float, float]:
    """Return the bounds within which the difference of two nDCGs lies in 95% of resampled sets of queries."""
    differences = [a.ndcg - b.ndcg for a, b in zip(ours.queries, theirs.queries, strict=True)]
    samples = np.random.default_rng(0).choice(differences, (10_000, len(differences)))
    low, high = np.quantile(samples.mean(axis=1), [0.025, 0.975])
    return float(low), float(high)


def lines_of(collection: Collection) -> list[str]:
    """Return the table of a collection: each search, its means, and its nDCG for each kind of query."""
    kinds = list(dict.fromkeys(collection.kinds.values()))
    counts = [sum(kind == of for of in collection.kinds.values()) for kind in kinds]
    heads = [f"{kind} ({count})" for kind, count in zip(kinds, counts, strict=True)]
    head = ["search", f"nDCG@{K}", f"recall@{K}", "MRR", "MAP", *heads]
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for name, result in measured(collection).items():
        cells = [f"{100 * result.ndcg:.1f} ± {100 * result.standard_errors[f'ndcg@{K}']:.1f}"]
        cells += [f"{100 * mean:.1f}" for mean in (result.recall, result.mrr, result.map)]
        for kind in kinds:
            figures = [query.ndcg for query in result.queries if collection.kinds[query.query] == kind]
            cells.append(f"{100 * np.mean(figures):.1f}")
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return lines


def table() -> list[str]:
    """Return the tables of both collections."""
    lines = []
    for collection in (passages(), paraphrases()):
        lines += [
            f"Search, {collection.name}: {len(collection.queries):,} queries, {len(collection.documents):,} documents. "
            "Means over queries, nDCG with its standard error, by 100"
            f"{'; then nDCG by kinds of queries' if collection.kinds else ''}.",
            "",
            *lines_of(collection),
            "",
        ]
    return lines[:-1]


if __name__ == "__main__":
    print("\n".join(table()))
