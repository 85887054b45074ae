"""What is in the folder of an index and not its own: files, links and folders of others, and modes that they gave."""

import os
import socket
import stat
import subprocess
import sys

import pytest

from support.saved_indexes import files
from textvec import CosineIndex
from textvec.index.storage import commit
from textvec.similarity import DamagedIndexError

CHANGES = [
    lambda index: index.delete("a"),
    lambda index: index.add(["red wine"], ids=["e"]),
    lambda index: index.update(["red wine"], ids=["a"]),
    lambda index: index.delete("a").compact(),
]


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("name", [".DS_Store", "Thumbs.db", ".nfs0001", "extra.npy", "UPPER.npy", "a b.arrow", "sub/x"])
def test_strangers_in_a_segment(folder, change, name):
    stranger = folder / "segment-1-0" / name
    stranger.parent.mkdir(exist_ok=True)
    stranger.write_bytes(b"mine")
    change(CosineIndex.open(folder))
    index = CosineIndex.open(folder, verify=True)
    assert index.search(["sea"])[0]
    assert stranger.read_bytes() == b"mine"
    assert not [file for file in index._folder.content["files"] if "documents.arrow" not in file and name in file]


@pytest.mark.parametrize("change", CHANGES)
def test_strangers_with_names_like_ours_stay(folder, tmp_path, change):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "documents.arrow").write_bytes(b"mine")
    (outside / "file").write_bytes(b"mine")
    names = ["a.tmp", ".manifest.json.ab12.tmp", ".x.12345678.tmp", "deleted-٣-0.npy", "encoder-01.textvec", "Lock"]
    for name in names:
        (folder / name).write_bytes(b"mine")
    (folder / "work.tmp").mkdir()
    (folder / "work.tmp" / "segment-9-0").mkdir()
    links = ["segment-2-0", "segment-2-1", "deleted-2-0.npy", ".manifest.json.12345678.tmp", "encoder-3.textvec"]
    for name in links:
        (folder / name).symlink_to(outside if name.startswith("segment") else outside / "file")
    (folder / "segment-7-0").mkdir()
    (folder / "segment-7-0" / "notes.txt").write_bytes(b"mine")
    (folder / "segment-7-0" / "steps.npy").write_bytes(b"half of it")
    change(CosineIndex.open(folder))
    CosineIndex.open(folder, verify=True).delete("b").compact()
    assert list(CosineIndex.open(folder, verify=True))
    assert all((folder / name).read_bytes() == b"mine" for name in names)
    assert (folder / "work.tmp" / "segment-9-0").is_dir()
    assert all((folder / name).is_symlink() for name in links)
    assert sorted(path.read_bytes() for path in outside.iterdir()) == [b"mine", b"mine"]
    assert os.listdir(folder / "segment-7-0") == ["notes.txt"]  # noqa: PTH208


def test_a_state_that_does_not_open_never_replaces_one_that_does(folder, monkeypatch):
    before = files(folder)

    def write_badly(path, segment):
        names = write(path, segment)
        (path / "steps.npy").write_bytes(b"")
        return names

    write = commit.write_segment
    index = CosineIndex.open(folder)
    with monkeypatch.context() as patch:
        patch.setattr(commit, "write_segment", write_badly)
        with pytest.raises(DamagedIndexError, match=r"steps\.npy"):
            index.add(["red wine"], ids=["e"])
    (folder / "segment-1-0" / "steps.npy").rename(folder / "away")
    with pytest.raises(DamagedIndexError, match=r"Nothing was changed, .*steps\.npy: it is missing"):
        index.delete("a")
    (folder / "away").rename(folder / "segment-1-0" / "steps.npy")
    assert set(files(folder)) <= {*before, "lock"}
    assert list(CosineIndex.open(folder, verify=True)) == list(index) == ["a", "b", "c", "d"]


def test_a_manifest_that_is_a_link_is_replaced_and_not_written_through(folder, tmp_path):
    (folder / "manifest.json").rename(tmp_path / "outside.json")
    before = (tmp_path / "outside.json").read_bytes()
    (folder / "manifest.json").symlink_to(tmp_path / "outside.json")
    CosineIndex.open(folder).delete("a")
    assert (tmp_path / "outside.json").read_bytes() == before
    assert not (folder / "manifest.json").is_symlink()
    assert list(CosineIndex.open(folder, verify=True)) == ["b", "c", "d"]


@pytest.mark.parametrize("kind", ["link", "dangling", "folder", "pipe"])
def test_a_lock_that_is_none(folder, tmp_path, kind):
    lock = folder / "lock"
    lock.unlink(missing_ok=True)
    (tmp_path / "letter").write_text("dear")
    if kind == "folder":
        lock.mkdir()
    elif kind == "pipe":
        os.mkfifo(lock)
    else:
        lock.symlink_to(tmp_path / ("letter" if kind == "link" else "new"))
    before = files(folder)
    with pytest.raises(FileExistsError, match="is not the lock of the index"):
        CosineIndex.open(folder).delete("a")
    assert (tmp_path / "letter").read_text() == "dear"
    assert not (tmp_path / "new").exists()
    assert files(folder) == before


@pytest.mark.parametrize("name", ["encoder-1.textvec", "segment-1-0/steps.npy", "segment-1-0/documents.arrow"])
@pytest.mark.parametrize("kind", ["folder", "pipe", "socket", "empty"])
def test_files_that_became_something_else(folder, name, kind, monkeypatch):
    path = folder / name
    path.unlink()
    monkeypatch.chdir(path.parent)  # a socket's path may have 100 bytes only
    with socket.socket(socket.AF_UNIX) as other:
        {
            "folder": path.mkdir,
            "pipe": lambda: os.mkfifo(path),
            "socket": lambda: other.bind(path.name),
            "empty": path.touch,
        }[kind]()
        with pytest.raises(DamagedIndexError, match=path.name):
            CosineIndex.open(folder)


@pytest.mark.parametrize("mask", [0o022, 0o077])
def test_modes_stay(index, tmp_path, mask):
    empty = tmp_path / "empty"
    empty.mkdir()
    empty.chmod(0o700)
    inode = empty.stat().st_ino
    before = os.umask(mask)
    try:
        index.save(empty)
        index.save(tmp_path / "new")
        (empty / "manifest.json").chmod(0o640)
        CosineIndex.open(empty).delete("a")
        index.save(empty, overwrite=True)
    finally:
        os.umask(before)
    assert (mode(empty), empty.stat().st_ino) == (0o700, inode)
    assert mode(empty / "manifest.json") == 0o640
    assert mode(tmp_path / "new") == 0o777 & ~mask


def test_saving_to_links(index, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to("empty")
    index.save(tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    index.save(tmp_path / "link", overwrite=True)
    assert len(CosineIndex.open(tmp_path / "empty", verify=True)) == 4
    (tmp_path / "dangling").symlink_to("nowhere")
    with pytest.raises(FileNotFoundError, match="is a symbolic link to nowhere, where there is nothing"):
        index.save(tmp_path / "dangling")
    assert sorted(os.listdir(tmp_path)) == ["dangling", "empty", "link"]  # noqa: PTH208


def test_saving_into_an_empty_folder_that_fails_leaves_it_empty(index, tmp_path, monkeypatch):
    (tmp_path / "empty").mkdir()
    with monkeypatch.context() as patch:
        patch.setattr(commit, "write_segment", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            index.save(tmp_path / "empty")
    assert files(tmp_path) == []
    # What a writer left that was killed does not make the folder somebody else's.
    (tmp_path / "empty" / "lock").touch()
    (tmp_path / "empty" / "encoder-1.textvec").write_bytes(b"half of it")
    (tmp_path / "empty" / ".encoder-1.textvec.12ab12ab.tmp").write_bytes(b"half of it")
    (tmp_path / "empty" / "segment-1-0").mkdir()
    index.save(tmp_path / "empty")
    assert len(CosineIndex.open(tmp_path / "empty", verify=True)) == 4
    assert not [name for name in files(tmp_path) if name.endswith(".tmp")]


@pytest.mark.parametrize("name", ["a b", "é" * 120, "-x", "[a]*?", "tmp.tmp", "manifest.json", "x\ny"])
def test_folders_with_strange_names(index, tmp_path, name):
    folder = tmp_path / name
    index.save(folder)
    CosineIndex.open(folder).delete("a").add(["red wine"], ids=["e"])
    assert list(CosineIndex.open(folder, verify=True)) == ["b", "c", "d", "e"]
    assert os.listdir(tmp_path) == [name]  # noqa: PTH208


def test_a_name_that_is_not_utf_8(index, tmp_path):
    folder = tmp_path / os.fsdecode(b"\xff\xfe")
    index.save(folder)
    assert len(CosineIndex.open(folder, verify=True)) == 4


def test_a_disk_that_is_full(folder, tmp_path):
    before = files(folder)
    code = """
import resource, sys
from textvec import CosineIndex
index = CosineIndex.open(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))
for change in (lambda: index.add(["x" * 9000], ids=["e"]), lambda: index.save(sys.argv[1] + "2")):
    try:
        change()
    except OSError as error:
        print(error)
"""
    done = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True)
    first, second = done.stdout.splitlines()
    assert first.startswith(
        f"[Errno 27] The index at {folder} cannot be written, and is as it was: File too large. Make"
    )
    assert second.startswith(f"[Errno 27] The index at {folder}2 cannot be written")
    assert set(files(folder)) <= {*before, "lock"}
    assert os.listdir(tmp_path) == ["index"]  # noqa: PTH208
    assert len(CosineIndex.open(folder, verify=True)) == 4


def test_what_may_not_be_read_or_written(folder, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied", "somewhere")

    index = CosineIndex.open(folder)
    with monkeypatch.context() as patch:
        patch.setattr(commit, "write_draft", refuse)
        with pytest.raises(PermissionError, match="cannot be written, and is as it was: Permission denied"):
            index.delete("a")
    with monkeypatch.context() as patch:
        patch.setattr("pathlib.Path.read_bytes", refuse)
        with pytest.raises(PermissionError, match=r"may not be read by you.*manifest\.json"):
            CosineIndex.open(folder)
    assert list(index) == ["a", "b", "c", "d"]
