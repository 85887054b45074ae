"""An index on disk and several processes: writers that are killed, writers and readers at once."""

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

WRITER = """
import sys
from textvec import CosineIndex
index = CosineIndex.open(sys.argv[1])
print("ready", flush=True)
for n in range(10_000):
    if n % 3 == 0:
        index.add([f"red sea {n}", f"apple {n}"])
    elif n % 3 == 1:
        index.delete(max(index))
    else:
        index.compact()
    print(n, flush=True)
"""


@pytest.mark.slow
def test_killed_writers_leave_the_old_state_or_the_new_one(tmp_path):
    CosineIndex().fit(DOCUMENTS).save(tmp_path / "index")
    moments = random.Random(0)
    states = []
    for _ in range(12):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path / "index")], stdout=subprocess.PIPE)
        assert writer.stdout.readline() == b"ready\n"
        for _ in range(moments.randrange(8)):
            writer.stdout.readline()
        time.sleep(moments.uniform(0, 0.05))
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
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
import sys
from textvec import CosineIndex
index = CosineIndex().fit(["red sea", "apple pie"] * 2000)
print("ready", flush=True)
index.save(sys.argv[1], overwrite=sys.argv[2] == "overwrite")
print("done", flush=True)
"""


@pytest.mark.slow
@pytest.mark.parametrize("how", ["new", "overwrite"])
def test_killed_builders_leave_nothing_that_looks_like_an_index(tmp_path, how):
    moments = random.Random(1)
    for i in range(8):
        path = tmp_path / (f"index{i}" if how == "new" else "index")
        if how == "overwrite" and i == 0:
            CosineIndex().fit(DOCUMENTS).save(path)
        builder = subprocess.Popen([sys.executable, "-c", BUILDER, str(path), how], stdout=subprocess.PIPE)
        assert builder.stdout.readline() == b"ready\n"
        time.sleep(moments.uniform(0, 0.08))
        builder.send_signal(signal.SIGKILL)
        builder.wait()
        builder.stdout.close()
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
