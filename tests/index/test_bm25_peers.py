"""BM25Index finds what bm25s finds, with its scores, among all messages and 2,000 reviews."""

import bm25s
import numpy as np
import pytest

from textvec import BM25Index, CountVectorizer
from textvec.weightings._bm25 import VARIANTS

K = 10


@pytest.fixture(scope="module")
def sms(data):
    lines = data("sms_spam", "SMSSpamCollection").read_text(encoding="utf-8").splitlines()
    return [line.partition("\t")[2] for line in lines]


def words_of(texts):
    return list(map(CountVectorizer().build_analyzer(), texts))


def queries_of(words, n, n_words=5):
    """Return queries of distinct words of one text each."""
    random = np.random.default_rng(0)
    distinct = [sorted(set(text)) for text in words if len(set(text)) >= n_words]
    return [random.choice(distinct[i], n_words, replace=False).tolist() for i in random.choice(len(distinct), n)]


def check(index, words, queries, scores_of):
    """Compare the K best with those of a function that returns the scores of all documents for a query."""
    tolerance = {"rel": 1e-5}
    distinct = list(map(set, words))
    for query, found in zip(queries, index.search([" ".join(query) for query in queries], k=K), strict=True):
        scores = np.asarray(scores_of(query), np.float64)
        scores[[text.isdisjoint(query) for text in distinct]] = -1  # what holds no term is no hit
        assert [hit.score for hit in found] == pytest.approx(np.sort(scores)[::-1][: len(found)], **tolerance)
        # So these are the same documents but for such as score the same.
        assert [scores[hit.id] for hit in found] == pytest.approx([hit.score for hit in found], **tolerance)
        assert len(found) == min(K, (scores > 0).sum())


@pytest.mark.parametrize("corpus", ["sms", "imdb"])
@pytest.mark.parametrize("method", VARIANTS)
def test_same_as_bm25s(method, corpus, request):
    texts = request.getfixturevalue(corpus)
    words = words_of(texts)
    peer = bm25s.BM25(method=method, k1=1.5, b=0.75, delta=0.5)
    peer.index(words, show_progress=False)
    index = BM25Index(method=method, k1=1.5, b=0.75, delta=0.5).fit(texts)
    check(index, words, queries_of(words, 20), peer.get_scores)
