"""The Large Movie Review Dataset arrives whole and checked, or not at all, and becomes one table."""

import hashlib
import io
import os
import sys
import tarfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from support.downloads import files, starter
from textvec.datasets import fetch_imdb, imdb

FOLDER, PUBLISHED = os.environ.get("TEXTVEC_DATA") or "nowhere", imdb._SIZES
TABLE, ARCHIVE = "imdb/imdb.parquet", "imdb/aclImdb_v1.tar.gz"

# A small one, in no order, as the real archive is in none.
REVIEWS = {
    "train/unsup/10_0.txt": "Unlabelled, the tenth",
    "train/unsup/9_0.txt": "Unlabelled, the ninth",
    "train/pos/0_10.txt": "Great.<br /><br />Café \u2028 \U0001f3ac",
    "test/pos/3_7.txt": "Good",
    "train/neg/2_1.txt": "Bad\r\n\tand loud\n",
    "train/neg/1_4.txt": "",
    "test/neg/0_3.txt": "Poor",
}
SIZES = {("test", "neg"): 1, ("test", "pos"): 1, ("train", "neg"): 2, ("train", "pos"): 1, ("train", "unsup"): 2}
OTHERS = {
    "README": "not a review",
    "train/urls_pos.txt": "http://127.0.0.1",
    "train/labeledBow.feat": "1 0:1",
    "train/pos/notes.txt": "no number",
    "../train/pos/7_7.txt": "outside",
    "old/aclImdb/train/pos/7_7.txt": "deeper",
    "train/pos/7_7.txt~": "a copy",
}


def archived(reviews):
    """Return an archive as it is published, with members that are no reviews between the reviews."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        folder = tarfile.TarInfo("aclImdb/train/pos/5_5.txt")
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        link = tarfile.TarInfo("aclImdb/train/pos/6_6.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/hostname"
        for name, text in {**OTHERS, **reviews}.items():
            member = tarfile.TarInfo(f"aclImdb/{name}")
            content = text.encode()
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return file.getvalue()


SMALL = archived(REVIEWS)


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Make the small one the one that is known, and what a test forgets to set stay on this machine."""
    monkeypatch.delenv("TEXTVEC_DATA", raising=False)
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setattr(imdb, "_URL", "http://127.0.0.1:9/closed")
    monkeypatch.setattr(imdb, "_SHA256", hashlib.sha256(SMALL).hexdigest())
    monkeypatch.setattr(imdb, "_SIZES", SIZES)


@pytest.fixture
def serve(monkeypatch):
    """Return a function that starts a server with one answer, and gives the list of what it is asked for."""
    with starter(lambda url: monkeypatch.setattr(imdb, "_URL", url), "imdb.tar.gz", SMALL) as start:
        yield start


def put(folder, content, name=ARCHIVE):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def table(rows=None, **columns):
    """Return a Parquet file: of the small data set, or with other rows or columns."""
    rows = sorted(REVIEWS) if rows is None else rows
    parts = [imdb._MEMBER.fullmatch(f"aclImdb/{name}") for name in rows]
    named = {
        "split": [part[1] for part in parts],
        "label": [part[2] for part in parts],
        "id": [int(part[3]) for part in parts],
        "rating": [int(part[4]) for part in parts],
        "text": [REVIEWS[name] for name in rows],
        **columns,
    }
    file = io.BytesIO()
    pq.write_table(pa.table({name: column for name, column in named.items() if column is not None}), file)
    return file.getvalue()


def test_download_becomes_a_table_that_is_used_again(serve, tmp_path):
    asked = serve()
    reviews = fetch_imdb(tmp_path, subset="all")
    assert files(tmp_path) == [TABLE]
    assert Path(reviews.filename) == tmp_path / TABLE
    names = ["test/neg/0_3", "test/pos/3_7", "train/neg/1_4", "train/neg/2_1", "train/pos/0_10"]
    names += ["train/unsup/9_0", "train/unsup/10_0"]  # by number: the ninth before the tenth
    assert reviews.data == [REVIEWS[f"{name}.txt"] for name in names]
    assert [f"{s}/{t}" for s, t in zip(reviews.split, reviews.target, strict=True)] == [
        name.rpartition("/")[0] for name in names
    ]
    assert reviews.rating.tolist() == [3, 7, 4, 1, 10, 0, 0]
    assert "Maas" in reviews.DESCR

    assert fetch_imdb(str(tmp_path), subset="all", download=False).data == reviews.data
    assert asked == ["/imdb.tar.gz"]


def test_subsets(tmp_path):
    put(tmp_path, table(), TABLE)
    found = {subset: fetch_imdb(tmp_path, subset=subset) for subset in ("train", "test", "unsup", "all")}
    assert fetch_imdb(tmp_path).data == found["train"].data
    assert found["train"].target.tolist() == ["neg", "neg", "pos"]
    assert found["test"].target.tolist() == ["neg", "pos"]
    assert found["unsup"].target.tolist() == ["unsup", "unsup"]
    assert found["train"].target_names == found["test"].target_names == ["neg", "pos"]
    assert found["all"].target_names == ["neg", "pos", "unsup"]
    assert set(found["train"].split) == set(found["unsup"].split) == {"train"}
    assert set(found["test"].split) == {"test"}
    assert sum(len(found[subset].data) for subset in ("train", "test", "unsup")) == len(found["all"].data) == 7
    for reviews in found.values():
        assert isinstance(reviews.target, np.ndarray)
        assert len(reviews.data) == len(reviews.target) == len(reviews.split) == len(reviews.rating)
    with pytest.raises(ValueError, match=r"subset must be one of \['all', 'test', 'train', 'unsup'\].* 'tset'"):
        fetch_imdb(tmp_path, subset="tset")


def test_an_archive_in_the_folder_is_used_and_kept(serve, tmp_path, monkeypatch):
    asked = serve()
    put(tmp_path, SMALL)
    monkeypatch.setenv("TEXTVEC_DATA", str(tmp_path))
    assert fetch_imdb(download=False).target_names == ["neg", "pos"]
    assert files(tmp_path) == [ARCHIVE, TABLE]
    assert (tmp_path / ARCHIVE).read_bytes() == SMALL
    assert asked == []


@pytest.mark.parametrize("download", [True, False])
def test_another_archive_in_its_place_is_neither_used_nor_lost(download, serve, tmp_path):
    asked = serve()
    put(tmp_path, SMALL[:-9])
    with pytest.raises(ValueError, match=r"is not the Large Movie Review Dataset as it was published: its .* Move it"):
        fetch_imdb(tmp_path, download=download)
    assert files(tmp_path) == [ARCHIVE]
    assert (tmp_path / ARCHIVE).read_bytes() == SMALL[:-9]
    assert asked == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"<html>Log in to the Wi-Fi", "it is not a Parquet file"),
        (table()[:-9], "it is not a Parquet file"),
        (table(rating=None), "it lacks some of the columns split, label, id, rating, text"),
        (table(sorted(REVIEWS)[1:]), "it has 6 reviews that are not split as published"),
        (table(sorted(REVIEWS)[1:] + sorted(REVIEWS)[1:2]), "it has 7 reviews that are not split as published"),
    ],
)
def test_another_file_in_place_of_the_table(content, message, serve, tmp_path):
    asked = serve()
    put(tmp_path, content, TABLE)
    with pytest.raises(ValueError, match=f"imdb.parquet is not the Large Movie Review Dataset: {message}. Move it"):
        fetch_imdb(tmp_path)
    assert (tmp_path / TABLE).read_bytes() == content
    assert asked == []


def test_a_table_with_further_columns_and_another_type_of_string(tmp_path):
    texts = pa.array([REVIEWS[name] for name in sorted(REVIEWS)], pa.large_string())
    put(tmp_path, table(text=texts, n=list(range(7))), TABLE)
    assert sorted(fetch_imdb(tmp_path, subset="all").data) == sorted(REVIEWS.values())


FAILURES = {
    "offline": (None, ConnectionError, "there is no connection to the server"),
    "not found": ({"status": 404}, ConnectionError, "the server answered 404 Not Found"),
    "broken off": ({"body": SMALL[:-9], "length": len(SMALL)}, ConnectionError, "the connection broke off"),
    "truncated": ({"body": SMALL[:-9]}, ValueError, "its SHA-256 checksum differs. Nothing was kept."),
    "something else": ({"body": b"<html>Log in to the Wi-Fi"}, ValueError, "its SHA-256 checksum differs."),
}


def test_a_download_that_does_not_end(serve, tmp_path, monkeypatch):
    monkeypatch.setattr(imdb, "_SOURCE", replace(imdb._SOURCE, max_bytes=len(SMALL) - 1))
    serve()
    with pytest.raises(
        ValueError, match=rf"What .* sent is not .*: it is longer than {len(SMALL) - 1:,} bytes\. Nothing"
    ):
        fetch_imdb(tmp_path)
    assert files(tmp_path) == []


@pytest.mark.parametrize("name", FAILURES)
def test_a_failed_download_says_what_to_do_and_leaves_nothing(name, serve, tmp_path):
    answer, error, message = FAILURES[name]
    if answer:
        serve(**answer)
    with pytest.raises(error) as raised:
        fetch_imdb(tmp_path)
    text = str(raised.value)
    assert message in text
    assert imdb._URL in text
    assert f"put it at {tmp_path / ARCHIVE}, or set TEXTVEC_DATA to a folder with {ARCHIVE}" in text
    assert "\n" not in text
    assert files(tmp_path) == []


def test_without_download(serve, tmp_path):
    asked = serve()
    with pytest.raises(FileNotFoundError, match=r"put it at .*, or set TEXTVEC_DATA .* download=True"):
        fetch_imdb(tmp_path, download=False)
    assert asked == []


@pytest.mark.parametrize("stopped", ["write_table", "fsync", "replace"])
def test_stopped_while_the_table_is_written(stopped, serve, tmp_path, monkeypatch):
    asked = serve()

    def stop(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr({"write_table": pq, "fsync": os, "replace": os}[stopped], stopped, stop)
        with pytest.raises(KeyboardInterrupt):
            fetch_imdb(tmp_path)
    assert files(tmp_path) == [ARCHIVE]  # whole and checked: it need not be downloaded again
    assert len(fetch_imdb(tmp_path).data) == 3
    assert asked == ["/imdb.tar.gz"]


def test_the_table_may_be_read_by_whoever_may_read_new_files(serve, tmp_path):
    serve()
    (tmp_path / "other").touch()
    assert Path(fetch_imdb(tmp_path).filename).stat().st_mode == (tmp_path / "other").stat().st_mode


def test_a_data_home_that_cannot_be_written_to(serve, tmp_path):
    serve()
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(OSError, match=r"cannot be written to .*\. Pass a data_home that can be written to"):
        fetch_imdb(tmp_path / "file")


def test_progress_bar_on_a_terminal_only(serve, tmp_path, capsys, monkeypatch):
    serve()
    fetch_imdb(tmp_path / "a")
    assert "%" not in capsys.readouterr().err
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    fetch_imdb(tmp_path / "b")
    assert "100%" in capsys.readouterr().err


def test_the_real_reviews(monkeypatch):
    if not Path(FOLDER, TABLE).exists():
        pytest.skip("needs real data: set TEXTVEC_DATA to its folder")
    monkeypatch.setattr(imdb, "_SIZES", PUBLISHED)
    reviews = fetch_imdb(FOLDER, subset="all", download=False)
    assert Counter(zip(reviews.split.tolist(), reviews.target.tolist(), strict=True)) == PUBLISHED
    assert all(reviews.data)
    assert reviews.rating[reviews.target == "neg"].max() == 4
    assert reviews.rating[reviews.target == "pos"].min() == 7
