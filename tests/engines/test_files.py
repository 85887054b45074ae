"""Which files there are, by path, pattern, folder and URL."""

import os

import pytest

from textvec.engines import Files
from textvec.readers import ReadError


@pytest.fixture
def folder(tmp_path):
    for name in ("b/2.txt", "b/1.txt", "a.txt", ".hidden", "_SUCCESS", "b/_tmp/x.txt", "c[1].txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"in {name}\n")
    return tmp_path


def texts(paths, **options):
    return [text for piece in Files(paths, **options).pieces() for text in piece.read().documents.to_pylist()]


def test_local_paths(folder):
    assert texts(folder) == ["in a.txt", "in b/1.txt", "in b/2.txt", "in c[1].txt"]
    assert texts(f"{folder}/*.txt") == ["in a.txt", "in c[1].txt"]
    assert texts(f"{folder}/**/*.txt") == ["in a.txt", "in b/1.txt", "in b/2.txt", "in b/_tmp/x.txt", "in c[1].txt"]
    assert texts([folder / "c[1].txt", str(folder / "b")]) == ["in c[1].txt", "in b/1.txt", "in b/2.txt"]


def test_urls(folder):
    fsspec = pytest.importorskip("fsspec", reason="needs fsspec: pip install fsspec")
    assert texts(folder.as_uri()) == ["in a.txt", "in b/1.txt", "in b/2.txt", "in c[1].txt"]
    assert texts(f"{folder.as_uri()}/b/*.txt") == ["in b/1.txt", "in b/2.txt"]
    memory = fsspec.filesystem("memory")
    memory.pipe({"/shop/x.txt": b"one\ntwo\n", "/shop/.y.txt": b"hidden\n", "/shop/z/w.txt": b"three"})
    assert texts("memory://shop", bytes_per_piece=3) == ["one", "two", "three"]
    assert texts(["memory://shop/z/w.txt", folder / "a.txt"], storage_options={}) == ["three", "in a.txt"]
    with pytest.raises(ReadError, match="The pattern matches no file: 'memory://shop/q"):
        texts("memory://shop/q*")
    with pytest.raises(ReadError, match=r"nosuch://x cannot be read: Protocol not known: nosuch"):
        texts("nosuch://x")


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        ("none.txt", "There is no file or folder: 'none.txt'. Give a file"),
        ("a text " * 100, r"no file or folder: '(a text )*a te\.\.\.'.* A string is a path here, not a text"),
        ("none*.txt", "The pattern matches no file: 'none"),
        ([], "The list of files is empty"),
    ],
)
def test_no_files(paths, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ReadError, match=message):
        Files(paths).pieces()


def test_pieces_of_no_bytes(folder):
    with pytest.raises(ValueError, match="bytes_per_piece must be at least 1, but it is 0"):
        Files(folder, bytes_per_piece=0).pieces()


def test_names_with_brackets_in_urls(tmp_path):
    pytest.importorskip("fsspec", reason="needs fsspec: pip install fsspec")
    path = tmp_path / "b [1]" / "c[2].txt"
    path.parent.mkdir()
    path.write_text("one\n")
    assert texts(f"file://{path}") == texts(f"file://{path.parent}") == ["one"]


def test_a_folder_with_a_pipe_in_it(folder):
    """Nobody would ever write to it."""
    os.mkfifo(folder / "b" / "pipe.txt")
    assert texts(folder / "b") == ["in b/1.txt", "in b/2.txt"]
