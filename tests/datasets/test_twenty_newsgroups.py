"""The 20 Newsgroups are what scikit-learn's fetcher gives; they arrive whole and checked, or not at all."""

import hashlib
import io
import os
import tarfile
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sklearn.datasets import _twenty_newsgroups as theirs

from support.downloads import files, starter
from textvec.datasets import fetch_20newsgroups, twenty_newsgroups

TABLE, ARCHIVE = "20newsgroups/20newsgroups.parquet", "20newsgroups/20news-bydate.tar.gz"
GROUPS = ("alt.atheism", "sci.med", "sci.space")
POST = "From: {0}@example.org\nSubject: {1}\n\nSomebody writes:\n> quoted {0}\nAnswer {0} caf\xe9\n\n--\nSigned {0}\n"


def archived():
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        for split, n_posts in (("train", 4), ("test", 2)):
            for group in GROUPS:
                for i in range(n_posts + len(group) % 3):
                    member = tarfile.TarInfo(f"20news-bydate-{split}/{group}/{1000 + i}")
                    content = POST.format(f"{split}{i}", group).encode("latin1")
                    member.size = len(content)
                    archive.addfile(member, io.BytesIO(content))
    return file.getvalue()


SMALL = archived()


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Make the small one the one that is known, and what a test forgets to set stay on this machine."""
    monkeypatch.delenv("TEXTVEC_DATA", raising=False)
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setattr(time, "sleep", lambda seconds: None)  # between scikit-learn's attempts
    monkeypatch.setattr(twenty_newsgroups, "_SIZES", {"train": 15, "test": 9})
    known = theirs.ARCHIVE._replace(url="http://127.0.0.1:9/closed", checksum=hashlib.sha256(SMALL).hexdigest())
    monkeypatch.setattr(theirs, "ARCHIVE", known)


@pytest.fixture
def serve(monkeypatch):
    """Return a function that starts a server with one answer, and gives the list of what it is asked for."""

    def download_from(url):
        monkeypatch.setattr(theirs, "ARCHIVE", theirs.ARCHIVE._replace(url=url))

    with starter(download_from, "news.tar.gz", SMALL) as start:
        yield start


def put(folder, content, name=ARCHIVE):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_download_becomes_a_table_that_is_used_again(serve, tmp_path):
    asked = serve()
    posts = fetch_20newsgroups(tmp_path)
    assert files(tmp_path) == [TABLE]
    assert Path(posts.filename) == tmp_path / TABLE
    assert set(posts.split) == {"train"}
    assert all(f"{posts.target_names[i]}/" in name for i, name in zip(posts.target, posts.filenames, strict=True))
    assert "Lang" in posts.DESCR
    assert fetch_20newsgroups(str(tmp_path), download=False).data == posts.data
    assert asked == ["/news.tar.gz"]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"subset": "test"},
        {"subset": "all", "random_state": 7},
        {"shuffle": False},
        {"remove": ("headers", "footers", "quotes")},
        {"subset": "all", "categories": ["sci.space", "alt.atheism"], "remove": ("quotes",)},
    ],
)
def test_posts_are_those_of_scikit_learn(options, serve, tmp_path):
    serve()
    ours = fetch_20newsgroups(tmp_path / "ours", **options)
    expected = theirs.fetch_20newsgroups(data_home=tmp_path / "theirs", **options)
    assert ours.data == expected.data
    assert ours.target.tolist() == expected.target.tolist()
    assert ours.target.dtype == expected.target.dtype
    assert ours.target_names == list(expected.target_names)
    assert [Path(name).parts[-3:] for name in ours.filenames] == [Path(name).parts[-3:] for name in expected.filenames]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"subset": "tset"}, r"subset must be of \['all', 'test', 'train'\], but there is 'tset'"),
        ({"categories": ["sci.spice"]}, r"categories must be of \['alt.atheism', .*\], but there is 'sci.spice'"),
        ({"categories": "sci.space"}, r"categories must be a sequence of strings, such as \('sci.space',\)"),
        ({"remove": ("header",)}, r"remove must be of \['footers', 'headers', 'quotes'\], but there is 'header'"),
    ],
)
def test_parameters(options, message, tmp_path):
    put(tmp_path, SMALL)
    with pytest.raises(ValueError, match=f"fetch_20newsgroups: {message}"):
        fetch_20newsgroups(tmp_path, **options)


def test_an_archive_in_the_folder_is_used_and_kept(serve, tmp_path, monkeypatch):
    asked = serve()
    put(tmp_path, SMALL)
    monkeypatch.setenv("TEXTVEC_DATA", str(tmp_path))
    assert fetch_20newsgroups(download=False).target_names == list(GROUPS)
    assert files(tmp_path) == [ARCHIVE, TABLE]
    assert asked == []


@pytest.mark.parametrize("download", [True, False])
def test_another_archive_in_its_place_is_neither_used_nor_lost(download, serve, tmp_path):
    asked = serve()
    put(tmp_path, SMALL[:-9])
    with pytest.raises(ValueError, match=r"as it was published: its SHA-256 checksum differs\. Move it away"):
        fetch_20newsgroups(tmp_path, download=download)
    assert files(tmp_path) == [ARCHIVE]
    assert (tmp_path / ARCHIVE).read_bytes() == SMALL[:-9]
    assert asked == []


def other_tables():
    rows = {"split": ["train"], "label": ["sci.space"], "file": ["a"], "text": ["b"]}
    for columns in (rows, {name: column for name, column in rows.items() if name != "label"}):
        file = io.BytesIO()
        pq.write_table(pa.table(columns), file)
        yield file.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    zip(
        [b"<html>Log in to the Wi-Fi", *other_tables()],
        ["it is not a whole Parquet file", "it has 1 posts that are not split as", "it lacks some of the columns"],
        strict=True,
    ),
)
def test_another_file_in_place_of_the_table(content, message, serve, tmp_path):
    asked = serve()
    put(tmp_path, content, TABLE)
    with pytest.raises(ValueError, match=rf"20newsgroups\.parquet is not .*: {message}.*Move it away"):
        fetch_20newsgroups(tmp_path)
    assert (tmp_path / TABLE).read_bytes() == content
    assert asked == []


FAILURES = {
    "offline": (None, ConnectionError, "there is no connection to the server"),
    "not found": ({"status": 404}, ConnectionError, "the server answered 404 Not Found"),
    "broken off": ({"body": SMALL[:-9], "length": len(SMALL)}, ConnectionError, "or it broke off"),
    "truncated": ({"body": SMALL[:-9]}, ValueError, "its SHA-256 checksum differs. Nothing was kept."),
    "something else": ({"body": b"<html>Log in to the Wi-Fi"}, ValueError, "its SHA-256 checksum differs."),
}


@pytest.mark.filterwarnings("ignore:Retry downloading")
@pytest.mark.parametrize("name", FAILURES)
def test_a_failed_download_says_what_to_do_and_leaves_nothing(name, serve, tmp_path):
    answer, error, message = FAILURES[name]
    if answer:
        serve(**answer)
    with pytest.raises(error) as raised:
        fetch_20newsgroups(tmp_path)
    text = str(raised.value)
    assert message in text
    assert theirs.ARCHIVE.url in text
    assert f"put it at {tmp_path / ARCHIVE}, or set TEXTVEC_DATA to a folder with {ARCHIVE}" in text
    assert "\n" not in text
    assert list(tmp_path.rglob("*")) == [tmp_path / "20newsgroups"]


def test_without_download(serve, tmp_path):
    asked = serve()
    with pytest.raises(FileNotFoundError, match=r"put it at .*, or set TEXTVEC_DATA .* download=True"):
        fetch_20newsgroups(tmp_path, download=False)
    assert files(tmp_path) == asked == []


@pytest.mark.parametrize("stopped", ["write_table", "fsync"])
def test_stopped_while_the_table_is_written(stopped, serve, tmp_path, monkeypatch):
    serve()

    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr({"write_table": pq, "fsync": os}[stopped], stopped, stop)
    with pytest.raises(KeyboardInterrupt):
        fetch_20newsgroups(tmp_path)
    assert list(tmp_path.rglob("*")) == [tmp_path / "20newsgroups"]


def test_a_data_home_that_cannot_be_written_to(serve, tmp_path):
    serve()
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(OSError, match=r"cannot be written to .*\. Pass a data_home that can be written to"):
        fetch_20newsgroups(tmp_path / "file")
