"""An oracle of another house: BM25 over three shards is what Xapian finds in three databases on three servers."""

import json
import shutil
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, closing
from pathlib import Path

import numpy as np
import pytest

from support.sharded import write_pieces
from textvec import BM25Index, CountVectorizer
from textvec.distributed import build_index

SCRIPT = Path(__file__).parents[1] / "support" / "xapian_search.py"
SIZES = [100, 30, 70]
K1, B = 1.2, 0.6


def python_with_xapian():
    """Return a Python that has Xapian, which Debian installs for its own; None where there is none."""
    for python in (sys.executable, "/usr/bin/python3"):
        tried = Path(python).exists() and subprocess.run([python, "-c", "import xapian"], capture_output=True)
        if tried and tried.returncode == 0:
            return python
    return None


@pytest.fixture(scope="module")
def xapian():
    """Return a function that calls one of those in the script."""
    python = python_with_xapian() if shutil.which("xapian-tcpsrv") else None
    if python is None:
        pytest.skip("needs Xapian: apt-get install xapian-tools python3-xapian")

    def call(name, **arguments):
        given = json.dumps({"call": name, **arguments})
        done = subprocess.run([python, SCRIPT], input=given, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return call


@pytest.fixture(scope="module")
def words(messages):
    """The words of each document, as BM25Index cuts them by default."""
    return [CountVectorizer().build_analyzer()(text) for text in messages[: sum(SIZES)]]


def free_port():
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        return server.getsockname()[1]


def wait_for(port, server):
    for _ in range(200):
        assert server.poll() is None, "the server has ended"
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.02)
        else:
            return
    raise AssertionError("the server does not answer")


@pytest.fixture(scope="module")
def ports(xapian, words, tmp_path_factory):
    """Three servers on 127.0.0.1, each with a database of its own."""
    folder, first, ports = tmp_path_factory.mktemp("xapian"), 0, []
    with ExitStack() as servers:
        for size in SIZES:
            database = f"{folder}/{first}"
            documents = [(str(first + i), each) for i, each in enumerate(words[first : first + size])]
            xapian("build", folder=database, documents=documents)
            first += size
            port = free_port()
            command = ["xapian-tcpsrv", "--quiet", "--interface", "127.0.0.1", "--port", str(port), database]
            # One that is terminated terminates its process group, in which these tests would be.
            server = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
            servers.enter_context(server)
            servers.callback(server.terminate)
            wait_for(port, server)
            ports.append(port)
        yield ports


@pytest.fixture(scope="module")
def pieces(messages, tmp_path_factory):
    return write_pieces(tmp_path_factory.mktemp("pieces") / "3", messages[: sum(SIZES)], SIZES)


def assert_the_same_hits(hits, theirs, weigh):
    """Compare ids and scores, of which ours are float32; the order of equal scores is each one's own."""
    scores = {hit.id: weigh(hit) for hit in hits}
    expected = {int(identity): score for identity, score in theirs}
    assert scores.keys() == expected.keys()
    assert scores == pytest.approx(expected, rel=1e-6)
    in_their_order = np.array([scores[int(identity)] for identity, _ in theirs])
    assert (np.diff(in_their_order) <= 1e-6 * max(expected.values())).all()


def frequencies(words):
    counts = {}
    for each in words:
        for word in set(each):
            counts[word] = counts.get(word, 0) + 1
    return counts


def test_rare_words_score_as_with_xapian(xapian, ports, words, pieces, tmp_path):
    """Of words in less than a third of the documents its idf is that of Robertson; its scores are k1 + 1 times ours."""
    rare = [word for word, count in sorted(frequencies(words).items()) if 2 <= count < len(words) / 3]
    queries = [rare[i : i + 4] for i in range(0, len(rare), 9)][:40]
    index = build_index(
        BM25Index(method="robertson", k1=K1, b=B, statistics="frozen"), pieces, tmp_path / "index", column="text"
    )
    assert index.info()["shards"] == 3
    found = index.search([" ".join(query) for query in queries], k=len(words))
    for hits, theirs in zip(found, xapian("search", ports=ports, queries=queries, k1=K1, b=B), strict=True):
        assert len(hits) > 1
        assert_the_same_hits(hits, theirs, lambda hit: (K1 + 1) * hit.score)


def test_frequent_words_differ_by_their_idf_alone(xapian, ports, words, pieces, tmp_path):
    """Where (N - n + 0.5) / (n + 0.5) is less than 2, it is halved and 1 added."""
    counts, n = frequencies(words), len(words)
    frequent = sorted(counts, key=counts.get)[-6:]
    ratio = {word: (n - counts[word] + 0.5) / (counts[word] + 0.5) for word in frequent}
    factor = {word: np.log(r if r >= 2 else r / 2 + 1) / np.log(1 + r) for word, r in ratio.items()}
    assert min(ratio.values()) < 2
    index = build_index(BM25Index(k1=K1, b=B, statistics="frozen"), pieces, tmp_path / "index", column="text")
    query = " ".join(frequent)
    [hits] = index.search([query], k=n)
    [theirs] = xapian("search", ports=ports, queries=[frequent], k1=K1, b=B)

    def weigh(hit):
        return (K1 + 1) * sum(factor[word] * part for word, part in index.explain(query, hit.id))

    assert_the_same_hits(hits, theirs, weigh)
