"""Full-text search by BM25 against the libraries that are there for it: `python -m benchmarks full_text`.

A query is five distinct words of a review, all at random: about half of them are in one review of sixteen or more. Each
library gets texts, and cuts them by its own tokenizer. bm25s searches with numba, in two threads. tantivy's binding
searches for one query a call, and is called in two threads; its index is one segment in memory, without positions.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import bm25s
import numpy as np
import pyarrow.parquet as pq

from benchmarks.data import IMDB, data
from benchmarks.measure import Row, in_turn
from textvec import BM25Index, CountVectorizer

K = 10
PARAMETERS = {"k1": 1.5, "b": 0.75}
MAX_DIFFERENCE = 1e-5
"""By how much a score may differ from that of bm25s, as a share of it: both are rounded to 32 bits."""
MAX_DIFFERENCE_OF_TANTIVY = 0.15
"""And from that of tantivy, which rounds the lengths of documents to one of 256, and has other words: of one letter."""
WORDS_PER_QUERY = 5
N_QUERIES = 1000
N_ONE_BY_ONE = 200
THREADS = 2


class Bm25s:
    """bm25s with the settings that are fastest here."""

    def __init__(self, documents: Sequence[str]) -> None:
        self.retriever = bm25s.BM25(method="lucene", backend="numba", **PARAMETERS)
        self.retriever.index(bm25s.tokenize(documents, stopwords=None, show_progress=False), show_progress=False)

    def search(self, queries: Sequence[str]) -> tuple[Any, Any]:
        """Return the hits, and their scores."""
        words = bm25s.tokenize(queries, stopwords=None, show_progress=False, return_ids=False)
        n_threads = THREADS if len(queries) > 1 else 0  # with more threads than queries it takes longer
        return self.retriever.retrieve(words, k=K, show_progress=False, n_threads=n_threads)


class Tantivy:
    """tantivy likewise: scores need no positions, and a search is fastest in one segment, which one thread writes."""

    def __init__(self, documents: Sequence[str]) -> None:
        import tantivy  # an extra that tests do without

        schema = tantivy.SchemaBuilder().add_text_field("text", index_option="freq")
        self.index = tantivy.Index(schema.build())
        writer = self.index.writer(heap_size=2_000_000_000, num_threads=1)
        for text in documents:
            writer.add_document(tantivy.Document(text=text))
        writer.commit()
        writer.wait_merging_threads()
        self.index.reload()
        self.searcher = self.index.searcher()
        self.pool = ThreadPoolExecutor(THREADS)

    def search_one(self, query: str) -> Any:
        """Return the hits of one query."""
        return self.searcher.search(self.index.parse_query(query, ["text"]), K, count=False).hits

    def search(self, queries: Sequence[str]) -> list[Any]:
        """Return the hits of all queries."""
        return list(self.pool.map(self.search_one, queries, chunksize=50))


def five_words(documents: Sequence[str], n: int) -> list[str]:
    """Return queries of distinct words of a review each, both at random."""
    random, analyze = np.random.default_rng(0), CountVectorizer().build_analyzer()
    queries = []
    for i in random.permutation(len(documents)):
        words = list(dict.fromkeys(analyze(documents[i])))
        if len(words) >= WORDS_PER_QUERY and len(queries) < n:
            queries.append(" ".join(random.choice(words, WORDS_PER_QUERY, replace=False)))
    return queries


def check(index: Any, by_bm25s: Bm25s, by_tantivy: Tantivy, queries: Sequence[str]) -> None:
    """Stop unless all find the same: for each query scores like those of bm25s, of the same documents but for ties."""
    found, (documents, scores) = index.search(queries, K), by_bm25s.search(queries)
    np.testing.assert_allclose(found.scores, scores, rtol=MAX_DIFFERENCE)
    for hits, theirs, score, of_tantivy in zip(found, documents, scores, by_tantivy.search(queries), strict=True):
        last = score[-1] * (1 + MAX_DIFFERENCE)  # documents that score the same as the last hit may be others
        assert {hit.id for hit in hits if hit.score > last} == {
            int(i) for i, s in zip(theirs, score, strict=True) if s > last
        }
        np.testing.assert_allclose(
            hits[0].score * (PARAMETERS["k1"] + 1), of_tantivy[0][0], rtol=MAX_DIFFERENCE_OF_TANTIVY
        )


def full_text() -> list[Row]:
    """BM25 of 1,000 queries of five words over 100,000 reviews, and building the index."""
    documents = pq.read_table(data(IMDB))["text"].to_pylist()
    queries = five_words(documents, N_QUERIES)
    index, by_bm25s, by_tantivy = BM25Index(**PARAMETERS).fit(documents), Bm25s(documents), Tantivy(documents)
    check(index, by_bm25s, by_tantivy, queries)
    few = queries[:N_ONE_BY_ONE]
    work = f"BM25: top {K} of {N_QUERIES:,} queries of five words over {len(documents):,} reviews, text to hits"
    alone = f"the same, {N_ONE_BY_ONE} queries one by one"
    peer, other = "bm25s with numba, two threads", "tantivy's Python binding, two threads"

    def one_by_one() -> Any:
        return [index.search([query], K) for query in few]

    by_bm25s.search(few[:1])  # compiles
    return [
        Row(work, peer, *in_turn(lambda: index.search(queries, K), lambda: by_bm25s.search(queries), 15), "s", "5x"),
        Row(
            work, other, *in_turn(lambda: index.search(queries, K), lambda: by_tantivy.search(queries), 15), "s", "15x"
        ),
        Row(
            alone,
            "bm25s with numba",
            *in_turn(one_by_one, lambda: [by_bm25s.search([query]) for query in few], 9),
            "s",
            "1x",
        ),
        Row(
            alone,
            "tantivy's Python binding",
            *in_turn(one_by_one, lambda: list(map(by_tantivy.search_one, few)), 9),
            "s",
            "",
        ),
        Row(
            "building that index, from texts",
            "bm25s `tokenize`, `index`",
            *in_turn(lambda: BM25Index().fit(documents), lambda: Bm25s(documents), 3),
            "s",
            "2x",
        ),
        Row(
            "the same",
            "tantivy's Python binding",
            *in_turn(lambda: BM25Index().fit(documents), lambda: Tantivy(documents), 3),
            "s",
            "",
        ),
    ]
