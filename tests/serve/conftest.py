"""A small index and services over it, in this process."""

import pytest
from fastapi.testclient import TestClient

from textvec import BM25Index
from textvec.serve import Settings, create_app

TEXTS = [
    "Win a free prize now, free entry",
    "See you at lunch, bring the <b>red</b> apples",
    "The prize of freedom is lunch",
    "Naïve café – 日本語 \x1b[31m\u202e evil",
    "",
]
METADATA = {"label": ["spam", "ham", "ham", None, "ham"], "year": [2001, 2002, 2002, 2003, None]}
TOKEN = "correct-horse-battery-staple"


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "index"
    BM25Index().fit(TEXTS, metadata=METADATA).save(path)
    return path


@pytest.fixture
def serve(folder):
    """Return a function that serves the index with other settings, and returns a client."""
    clients = []

    def started(**settings):
        app = create_app(Settings(**{"index": str(folder), **settings}))
        clients.append(TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False))
        return clients[-1].__enter__()

    yield started
    for client in clients:
        client.__exit__(None, None, None)


@pytest.fixture
def client(serve):
    return serve()
