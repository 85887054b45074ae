"""Pretrained vectors from a server on this machine: checked, kept, and none of their programs run."""

import gzip
import hashlib
import json

import gensim.downloader
import pytest

from support.downloads import serving
from textvec.embeddings import download

TEXT = "3 2\ngood 0.1 -0.2\nfood 0.5 0.25\nnew_york 1 2\n"
PROGRAM = b"raise SystemExit('a program of the collection was run')"


@pytest.fixture
def server(monkeypatch, tmp_path):
    """Serve files by their path, put into the dictionary that this gives, to gensim's downloader."""
    files = {}

    def answer(path):
        content = files.get(path, b"")
        return 200 if path in files else 404, content, len(content)

    monkeypatch.setenv("NO_PROXY", "*")
    with serving(answer) as at:
        monkeypatch.setattr(gensim.downloader, "BASE_DIR", str(tmp_path / "gensim-data"))
        monkeypatch.setattr(gensim.downloader, "DOWNLOAD_BASE_URL", at)
        monkeypatch.setattr(gensim.downloader, "DATA_LIST_URL", f"{at}/list.json")
        monkeypatch.setattr(gensim.downloader._load_info, "__defaults__", (f"{at}/list.json", "utf-8"))
        yield files


def md5(content):
    return hashlib.md5(content).hexdigest()


@pytest.fixture
def collection(server):
    whole = gzip.compress(TEXT.encode(), mtime=0)
    parts = whole[:30], whole[30:]
    models = {
        "tiny": {"parts": 1, "file_name": "tiny.gz", "checksum": md5(whole)},
        "parts": {"parts": 2, "file_name": "parts.gz", "checksum-0": md5(parts[0]), "checksum-1": md5(parts[1])},
        "other": {"parts": 1, "file_name": "other.gz", "checksum": md5(b"something else")},
        "gone": {"parts": 1, "file_name": "gone.gz", "checksum": md5(whole)},
        "__testing": {"parts": 1, "file_name": "testing.gz", "checksum": md5(whole)},
    }
    corpora = {"text8": {"parts": 1, "file_name": "text8.gz", "checksum": ""}}
    server["/list.json"] = json.dumps({"models": models, "corpora": corpora}).encode()
    for name in models:
        server[f"/{name}/__init__.py"] = PROGRAM
    server["/tiny/tiny.gz"] = server["/other/other.gz"] = whole
    server["/parts/parts.gz_00"], server["/parts/parts.gz_01"] = parts
    return server


@pytest.mark.parametrize("name", ["tiny", "parts"])
def test_download_is_kept_and_used_again(name, collection, tmp_path, capsys):
    vectors = download(name)
    assert vectors.words.tolist() == ["good", "food", "new_york"]
    assert vectors["food"].tolist() == [0.5, 0.25]
    assert capsys.readouterr().out == ""
    assert (tmp_path / "gensim-data" / name / f"{name}.gz").exists()
    collection.clear()  # now without a server
    assert download(name, limit=1, dtype="float16").vectors.dtype == "float16"
    out, err = capsys.readouterr()
    assert (out, err) == ("", "")


def test_unknown_names(collection):
    with pytest.raises(
        LookupError, match=r"'nonsense' is none of gensim's collection\. .*: gone, other, parts, tiny\."
    ):
        download("nonsense")
    with pytest.raises(LookupError, match="'text8' is a corpus, not vectors"):
        download("text8")


def test_another_checksum(collection, tmp_path):
    with pytest.raises(ValueError, match=r"sent as 'other' has another checksum than it should\. Nothing was kept"):
        download("other")
    assert not (tmp_path / "gensim-data" / "other").exists()


def test_a_file_that_is_gone(collection, tmp_path):
    with pytest.raises(ConnectionError, match=r"'gone' could not be downloaded from http://127.*: HTTP Error 404"):
        download("gone")
    assert not (tmp_path / "gensim-data" / "gone").exists()


def test_offline(server, capsys, caplog):
    with pytest.raises(ConnectionError, match=r"list of gensim's collection could not be downloaded from http://127"):
        download("tiny")
    assert capsys.readouterr() == ("", "")
    assert not caplog.records
