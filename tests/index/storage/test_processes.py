"""An index on disk and several processes: writers that are killed, writers and readers at once."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from support.saved_indexes import DOCUMENTS
from textvec import BM25Index, CosineIndex
from textvec.index.storage import folder as storage
from textvec.index.storage import stored_encoder
from textvec.index.storage.own_files import locked

# A process that has loaded everything, and makes a copy of itself for each folder that it is given. The copy tells
# "ready" and its number, and writes there; when it is gone, "gone" comes after all that it told.
COPIES = """
import os, sys, tempfile, time
from textvec import CosineIndex
{program}
for line in sys.stdin:
    if pid := os.fork():
        os.waitpid(pid, 0)
        print("gone", flush=True)
    else:
        try:
            print("ready", os.getpid(), flush=True)
            write(line.rstrip("\\n"))
        finally:
            os._exit(1)
"""

WRITER = """
def write(folder):
    index = CosineIndex.open(folder)
    for n in range(10_000):
        if n % 3 == 0:
            index.add([f"red sea {n}", f"apple {n}"])
        elif n % 3 == 1:
            index.delete(max(index))
        else:
            index.compact()
        os.write(1, b"%d\\n" % n)

with tempfile.TemporaryDirectory() as folder:  # so that all is loaded
    CosineIndex().fit(["red sea", "apple"]).save(folder + "/index")
    index = CosineIndex.open(folder + "/index")
    index.add(["red apple"])
    index.compact()
"""


@pytest.fixture
def copies():
    """Return a function that starts a process of copies."""
    started = []

    def start(program):
        code = COPIES.format(program=program)
        started.append(subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE))
        return started[-1]

    yield start
    for process in started:
        process.stdin.close()
        process.stdout.close()
        assert process.wait() == 0


def begin(process, folder):
    """Let a copy write to a folder, and return its number."""
    process.stdin.write(f"{folder}\n".encode())
    process.stdin.flush()
    word, number = process.stdout.readline().split()
    assert word == b"ready"
    return int(number)


def kill(process, number):
    """Kill a copy, and return when it is gone."""
    os.kill(number, signal.SIGKILL)
    assert b"gone\n" in process.stdout  # what it told before is read and passed over


def test_killed_writers_leave_the_old_state_or_the_new_one(tmp_path, copies):
    CosineIndex().fit(DOCUMENTS).save(tmp_path / "index")
    moments = random.Random(0)
    states = []
    process = copies(WRITER)
    for _ in range(12):
        writer = begin(process, tmp_path / "index")
        for _ in range(moments.randrange(8)):
            process.stdout.readline()
        time.sleep(moments.uniform(0, 0.05))
        kill(process, writer)
        index = CosineIndex.open(tmp_path / "index", verify=True)
        ids = list(index)
        assert ids[:4] == [0, 1, 2, 3]
        # Two come together, and one of them, the last, goes: never less, never another.
        assert all(isinstance(index[id_].document, str) for id_ in ids)
        assert {hit.id for hit in index.search(["sea apple"], k=10_000)[0]} == set(ids)
        for id_ in ids[4:]:
            kind, number = (
                ("red sea", "apple")[index[id_].document.startswith("apple")],
                index[id_].document.split()[-1],
            )
            assert index[id_].document == f"{kind} {number}"
        states.append(index.info())
    assert len({state["documents"] for state in states}) > 3


BUILDER = """
index = CosineIndex().fit(["red sea", "apple pie"] * 2000)
with tempfile.TemporaryDirectory() as folder:  # so that all is loaded
    index.save(folder + "/index")

def write(folder):
    index.save(folder, overwrite=os.path.exists(folder))
    time.sleep(60)
"""


@pytest.mark.parametrize("how", ["new", "overwrite"])
def test_killed_builders_leave_nothing_that_looks_like_an_index(tmp_path, copies, how):
    moments = random.Random(1)
    process = copies(BUILDER)
    for i in range(8):
        path = tmp_path / (f"index{i}" if how == "new" else "index")
        if how == "overwrite" and i == 0:
            CosineIndex().fit(DOCUMENTS).save(path)
        builder = begin(process, path)
        time.sleep(moments.uniform(0, 0.08))
        kill(process, builder)
        if how == "overwrite" or path.exists():
            assert len(CosineIndex.open(path, verify=True)) in (4, 4000)


def test_what_a_killed_builder_left_is_removed_by_the_next_one(index, tmp_path):
    (tmp_path / ".index.12345678.tmp").mkdir()
    (tmp_path / ".index.12345678.tmp" / "encoder-1.textvec").write_bytes(b"half of it")
    (tmp_path / ".index.12345678.tmp" / "lock").touch()
    (tmp_path / ".index.mine.tmp").mkdir()
    (tmp_path / ".index.12ab34cd.tmp").write_text("of another program")
    (tmp_path / ".index.87654321.tmp").mkdir()  # of one that is still at it
    with locked(tmp_path / ".index.87654321.tmp"):
        index.save(tmp_path / "index")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        ".index.12ab34cd.tmp", ".index.87654321.tmp", ".index.mine.tmp", "index",
    ]  # fmt: skip


def test_one_writer_at_a_time(folder):
    code = (
        "import sys; from textvec.index.storage.own_files import locked; from pathlib import Path\n"
        "with locked(Path(sys.argv[1])):\n    print('locked', flush=True); sys.stdin.read()"
    )
    other = subprocess.Popen([sys.executable, "-c", code, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert other.stdout.readline() == b"locked\n"
    index = CosineIndex.open(folder)
    with pytest.raises(BlockingIOError, match="Somebody else is writing to the index at"):
        index.delete("a")
    assert [hit.id for hit in index.search(["apple"])[0]] == ["b", "a"]
    other.kill()
    other.wait()
    other.stdin.close()
    other.stdout.close()
    assert list(index.delete("a")) == ["b", "c", "d"]


def test_a_reader_that_comes_while_a_change_is_committed(folder, monkeypatch):
    CosineIndex.open(folder).add(["red wine"], ids=["e"])
    read, changed = storage.read_manifest, []

    def read_late(path):
        content = read(path)
        if not changed:
            changed.append(True)
            CosineIndex.open(folder).compact()  # the files of that manifest are gone now
        return content

    monkeypatch.setattr(storage, "read_manifest", read_late)
    assert list(CosineIndex.open(folder)) == ["a", "b", "c", "d", "e"]


@pytest.mark.parametrize("use", ["search", "encoder"])
def test_an_encoder_that_learns_while_it_is_read(use, tmp_path, monkeypatch):
    BM25Index().fit(["red apple", "blue sea"]).save(tmp_path / "index")
    index, changed = BM25Index.open(tmp_path / "index"), []
    read = stored_encoder.read_manifest

    def read_late(path):
        content = read(path)
        if not changed:
            changed.append(True)
            BM25Index.open(path).add(["red wine"])  # the files of that encoder are gone now
        return content

    monkeypatch.setattr(stored_encoder, "read_manifest", read_late)
    if use == "encoder":
        assert index.encoder_.transform(["red wine"]).sum() == 2
    assert [hit.id for hit in index.search(["red wine"])[0]] == [0]
