"""The example of online search behind Ray Serve answers a request. `make test-ray` runs it."""

import json
import runpy
import socket
import sys

import pytest

from support.paths import ROOT
from textvec import BM25Index
from textvec.datasets import load_reviews

pytestmark = pytest.mark.ray


def test_a_request_is_answered(ray_cluster, monkeypatch, capsys):
    pytest.importorskip("ray.serve", reason="needs Ray Serve: make test-ray", exc_type=ImportError)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    monkeypatch.setattr(sys, "argv", ["ray_serve.py", "cold soup", "--port", str(port)])
    runpy.run_path(str(ROOT / "examples" / "ray_serve.py"), run_name="__main__")
    built, _, answer = capsys.readouterr().out.partition("\n")
    assert built == "ShardedIndex(1,084 documents, 4 shards, BM25Index)"
    alone = BM25Index(statistics="frozen").fit(load_reviews().data)
    hits = [
        {"id": hit.id, "score": round(hit.score, 4), "text": hit.document} for hit in alone.search(["cold soup"], 3)[0]
    ]
    answered = json.JSONDecoder().raw_decode(answer)[0]  # Ray Serve may write lines of its own after it
    assert answered == {"query": "cold soup", "hits": hits}
