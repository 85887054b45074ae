"""What every request passes: the token, the name of the service, sizes, numbers, time; no answer has a traceback."""

import json
import threading
import time

import pytest
from fastapi.testclient import TestClient

from serve.conftest import TOKEN
from support.asking import wrong
from textvec import BM25Index
from textvec.serve import Limits, Settings, create_app
from textvec.serve.guard import SAFE_HEADERS
from textvec.serve.served_index import ServedIndex

RIGHT = {"Authorization": f"Bearer {TOKEN}"}


@pytest.mark.parametrize(
    "path", ["/", "/search?q=a", "/search?q=a&k=0", "/nothing", "/health", "/metrics", "/openapi.json"]
)
def test_headers_that_browsers_go_by_are_in_every_answer(client, path):
    headers = client.get(path).headers
    assert {name: headers[name] for name in SAFE_HEADERS} == SAFE_HEADERS
    policy = dict(each.strip().split(" ", 1) for each in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"Authorization": TOKEN},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": "Bearer"},
        {"Authorization": f"Bearer {TOKEN}x"},
        {"Authorization": f"Bearer {TOKEN[:-1]}"},
        {"Authorization": "Bearer \u00fc".encode("latin-1")},
    ],
    ids=["none", "no scheme", "another scheme", "empty", "longer", "shorter", "no ASCII"],
)
def test_a_wrong_token_is_refused(serve, given):
    client = serve(writes=True, reads_need_token=True, token=TOKEN)
    requests = [
        client.get("/search?q=a", headers=given),
        client.post("/search", json={"queries": ["a"]}, headers=given),
        client.post("/classify", json={"texts": ["a"]}, headers=given),
        client.get("/documents/1", headers=given),
        client.get("/similar/1", headers=given),
        client.get("/explain?q=a&id=1", headers=given),
        client.get("/info", headers=given),
        client.get("/metrics", headers=given),
        client.post("/documents", json={"documents": [{"text": "a"}]}, headers=given),
        client.put("/documents", json={"documents": [{"id": 1, "text": "a"}]}, headers=given),
        client.delete("/documents/1", headers=given),
        client.get("/nothing", headers=given),
    ]
    for answer in requests:
        assert TOKEN not in wrong(answer, 401, "token")
        assert answer.headers["www-authenticate"] == "Bearer"
    assert client.get("/documents/1", headers=RIGHT).json()["id"] == 1
    for path in ("/", "/health", "/openapi.json"):
        assert client.get(path, headers=given).status_code == 200


def test_reads_need_no_token_unless_told(serve):
    client = serve(writes=True, token=TOKEN)
    assert client.get("/search?q=a").status_code == client.post("/search", json={"queries": ["a"]}).status_code == 200
    wrong(client.delete("/documents/1"), 401, "token")
    assert client.delete("/documents/1", headers={"Authorization": f"bearer  {TOKEN}"}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example", "", "[::1", "localhost:x"]
)
def test_a_foreign_name_of_the_service_is_refused(serve, host):
    client = serve(hosts=("127.0.0.1", "localhost", "::1"))
    assert "--allow-host" in wrong(client.get("/search?q=a", headers={"Host": host}), 400, "host")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:80", "LOCALHOST:8000", "[::1]:8000", "[::1]"])
def test_names_of_this_machine_are_its_own(serve, host):
    client = serve(hosts=("127.0.0.1", "localhost", "::1"))
    assert client.get("/search?q=a", headers={"Host": host}).status_code == 200


def test_a_body_that_is_too_large_is_refused(serve):
    client = serve(limits=Limits(body_bytes=1000))
    fits = json.dumps({"queries": ["a" * 900]}).encode()
    assert client.post("/search", content=fits, headers={"Content-Type": "application/json"}).status_code == 200
    too_large = b" " * 1001
    assert "1,000 bytes" in wrong(client.post("/search", content=too_large), 413, "body")
    assert "1,000 bytes" in wrong(client.request("GET", "/search?q=a", content=too_large), 413, "body")

    def parts():  # without a Content-Length
        for _ in range(20):
            yield b" " * 100

    assert "1,000 bytes" in wrong(client.post("/search", content=parts()), 413, "body")


@pytest.mark.parametrize("path", ["/health", "/metrics"])
def test_what_is_not_counted_takes_no_body(client, path):
    wrong(client.request("GET", path, content=b"x"), 413, "body")
    wrong(client.request("POST", path, content=b"x"), 413, "body")


def test_a_service_under_a_path_asks_for_the_token_as_well(folder):
    app = create_app(Settings(index=str(folder), reads_need_token=True, token=TOKEN))
    with TestClient(app, root_path="/under/here") as client:
        for sent in ({}, RIGHT):
            told = client.post("/under/here/search", json={"queries": ["lunch"]}, headers=sent)
            assert told.status_code == (200 if sent else 401)
        assert client.get("/under/here/health").status_code == 200
        assert client.get("/under/here/static/page.js").status_code == 200


def test_a_long_answer_is_sent_in_pieces(serve, tmp_path):
    text = "free " * 100_000
    BM25Index().fit([text, "b"]).save(tmp_path / "long")
    client = serve(index=str(tmp_path / "long"))
    assert client.get("/documents/0").json()["text"] == text


def test_a_change_that_takes_long_is_not_told_to_have_failed(serve, monkeypatch):
    client = serve(writes=True, token=TOKEN, limits=Limits(seconds=0.2))
    change = ServedIndex.change

    def takes_long(self, made):
        time.sleep(0.5)
        change(self, made)

    monkeypatch.setattr(ServedIndex, "change", takes_long)
    answer = client.post("/documents", json={"documents": [{"text": "new"}]}, headers=RIGHT)
    assert answer.json() == {"documents": 6}


def slow(monkeypatch, seconds):
    """Let every question to the index take so long; return an event that ends it."""
    go_on, ask = threading.Event(), ServedIndex.ask

    def waits(self, question):
        go_on.wait(seconds)
        return ask(self, question)

    monkeypatch.setattr(ServedIndex, "ask", waits)
    return go_on


def test_an_answer_that_takes_too_long(serve, monkeypatch):
    client = serve(limits=Limits(seconds=0.2))
    go_on = slow(monkeypatch, 20)
    began = time.monotonic()
    assert "0.2 seconds" in wrong(client.get("/search?q=a"), 408, "time")
    assert time.monotonic() - began < 10
    go_on.set()
    assert client.get("/search?q=lunch").json()["hits"]


def test_too_many_at_the_same_time(serve, monkeypatch):
    client = serve(limits=Limits(concurrent=2, seconds=60))
    go_on, answers = slow(monkeypatch, 60), []
    askers = [threading.Thread(target=lambda: answers.append(client.get("/search?q=lunch"))) for _ in range(2)]
    for asker in askers:
        asker.start()
    end = time.monotonic() + 30
    while client.app._present < 2:
        assert time.monotonic() < end
        time.sleep(0.01)
    answer = client.get("/openapi.json")
    wrong(answer, 429, "too_many")
    assert answer.headers["retry-after"] == "1"
    assert client.get("/health").status_code == client.get("/metrics").status_code == 200
    go_on.set()
    for asker in askers:
        asker.join()
    assert [answer.status_code for answer in answers] == [200, 200]
    assert client.get("/search?q=lunch").status_code == 200


def test_what_nobody_expected_is_in_the_log_and_not_in_the_answer(client, monkeypatch, capsys):
    def broken(self, question):
        raise ZeroDivisionError("secret \x1b[31m\n")

    monkeypatch.setattr(ServedIndex, "ask", broken)
    assert "secret" not in wrong(client.get("/search?q=a"), 500, "internal")
    [line] = capsys.readouterr().err.splitlines()
    told = json.loads(line)
    assert told["level"] == "error"
    assert "ZeroDivisionError" in told["traceback"]
    assert "\x1b" not in line


def test_a_line_of_json_for_each_request_without_what_was_asked(serve, capsys):
    client = serve(access_log=True)
    client.get("/search?q=a+secret+disease")
    client.get("/%1B[31m%0Aevil")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(line["method"], line["path"][:8], line["status"]) for line in lines] == [
        ("GET", "/search", 200),
        ("GET", "/\x1b[31m\ne", 404),
    ]
    assert "secret" not in json.dumps(lines)
    assert all(line["ms"] > 0 and line["bytes"] > 0 and line["time"].startswith("20") for line in lines)
