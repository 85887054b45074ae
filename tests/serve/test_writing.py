"""Documents that are added, replaced and deleted over HTTP."""

import json

import pytest
from filelock import FileLock

from serve.conftest import TOKEN
from support.asking import wrong
from textvec import CosineIndex, open_index
from textvec.distributed import build_index
from textvec.serve import Settings, create_app

RIGHT = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def client(serve):
    client = serve(writes=True, token=TOKEN)
    client.headers.update(RIGHT)
    return client


def found(client, query):
    return [hit["id"] for hit in client.get("/search", params={"q": query}).json()["hits"]]


def test_what_is_written_is_found_at_once_and_lasts(client, folder):
    new = [{"text": "a zebra", "metadata": {"label": "ham"}}, {"text": "two zebras"}]
    assert client.post("/documents", json={"documents": new}).json() == {"documents": 7}
    assert found(client, "zebra zebras") == [5, 6]
    assert client.get("/documents/5").json()["metadata"] == {"label": "ham", "year": None}
    assert client.put("/documents", json={"documents": [{"id": 5, "text": "an okapi"}]}).json() == {"documents": 7}
    assert (found(client, "zebra"), found(client, "okapi")) == ([], [5])
    assert client.delete("/documents/5").json() == {"documents": 6}
    assert found(client, "okapi") == []
    assert [hit.id for hit in open_index(folder).search(["zebras"])[0]] == [6]
    assert client.get("/info").json()["index"]["documents"] == 6


@pytest.mark.parametrize(
    ("documents", "status", "says"),
    [
        ([], 422, "at least 1 item"),
        ([{"id": 1, "text": "a"}], 409, "1"),
        ([{"id": 9, "text": "a"}, {"text": "b"}], 409, "Of 2 documents 1 have an id"),
        ([{"id": "nine", "text": "a"}], 409, "int64"),
        ([{"id": True, "text": "a"}], 422, "id"),
        ([{"id": 2**70, "text": "a"}], 422, "id"),
        ([{"id": 9, "text": None}], 422, "text"),
        ([{"id": 9, "text": "a", "metadata": {"colour": "red"}}], 409, "colour"),
        ([{"id": 9, "text": "a", "metadata": {"year": "red"}}], 409, "'red'"),
        ([{"id": 9, "text": "\ud800"}], 422, "text"),
        ([{"id": 9, "text": "a", "extra": 1}], 422, "extra"),
        ([{"id": i, "text": "a"} for i in range(10, 111)], 422, "at most 100 items"),
    ],
)
def test_what_does_not_fit_changes_nothing(client, folder, documents, status, says):
    before = (folder / "manifest.json").read_bytes()
    answer = client.post(
        "/documents", content=json.dumps({"documents": documents}), headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == status, answer.text
    assert says in answer.json()["error"]["message"]
    assert (folder / "manifest.json").read_bytes() == before


def test_unknown_ids(client, folder):
    before = (folder / "manifest.json").read_bytes()
    answer = client.put("/documents", json={"documents": [{"id": 1, "text": "a"}, {"id": 99, "text": "b"}]})
    assert "99" in wrong(answer, 404, "no_document")
    assert "99" in wrong(client.delete("/documents/99"), 404, "no_document")
    assert "documents.0.id" in wrong(client.put("/documents", json={"documents": [{"text": "a"}]}), 422, "parameter")
    assert (folder / "manifest.json").read_bytes() == before


def test_somebody_else_is_writing(client, folder):
    with FileLock(folder / "lock"):
        answer = client.delete("/documents/1")
    wrong(answer, 503, "busy")
    assert answer.headers["retry-after"] == "1"
    assert client.delete("/documents/1").status_code == 200


def test_changes_of_two_services_add_up(serve, folder):
    first, second = (serve(writes=True, token=TOKEN) for _ in range(2))
    for i, client in enumerate((first, second, first, second)):
        body = {"documents": [{"id": 100 + i, "text": f"word{i}"}]}
        assert client.post("/documents", json=body, headers=RIGHT).json() == {"documents": 6 + i}
    assert list(open_index(folder))[-4:] == [100, 101, 102, 103]


def test_ids_that_are_strings(serve, tmp_path):
    CosineIndex().fit(["red", "red pear"], ids=["a", "a/b"]).save(tmp_path / "named")
    client = serve(index=str(tmp_path / "named"), writes=True, token=TOKEN)
    assert client.delete("/documents/a%2Fb", headers=RIGHT).json() == {"documents": 1}
    answer = client.post("/documents", json={"documents": [{"text": "red"}]}, headers=RIGHT)
    assert "strings" in wrong(answer, 409, "conflict")


def test_what_cannot_be_written_is_said_at_the_start(tmp_path, folder):
    (tmp_path / "texts.txt").write_text("red apple\ngreen pear\n")
    build_index(CosineIndex(), tmp_path / "texts.txt", tmp_path / "shards")
    with pytest.raises(ValueError, match="in shards, which is only read"):
        create_app(Settings(index=str(tmp_path / "shards"), writes=True, token=TOKEN))
    for token, says in (
        (None, "needs one"),
        ("short", "at least 16"),
        ("ü" * 16, "ASCII"),
        ("a" * 16 + "\n", "line ends"),
    ):
        with pytest.raises(ValueError, match=says):
            Settings(index=str(folder), writes=True, token=token)
    with pytest.raises(ValueError, match="nothing to write to"):
        Settings(model="spam", writes=True, token=TOKEN)
    with pytest.raises(ValueError, match="nothing to serve"):
        Settings()
    assert TOKEN not in repr(Settings(index=str(folder), writes=True, token=TOKEN))
