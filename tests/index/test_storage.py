"""An index on disk: what is there after changes, after kills, after damage, and for several processes at once."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from sklearn.pipeline import make_pipeline

import textvec
from textvec import Chunker, CosineIndex, Stemmer, TfidfVectorizer, Tokenizer
from textvec.index.storage import folder as storage
from textvec.similarity import DamagedIndexError

DOCUMENTS = ["red apple pie", "green apple", "blue sea", "red sea"]
QUERIES = ["red apple", "sea", "nothing", "pie and sea"]


@pytest.fixture
def index():
    metadata = {"year": [1999, 2005, None, 2020], "kind": ["food", "food", "water", "water"]}
    return CosineIndex().fit(DOCUMENTS, ids=["a", "b", "c", "d"], metadata=metadata)


@pytest.fixture
def folder(index, tmp_path):
    index.save(tmp_path / "index")
    return tmp_path / "index"


def files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def rewrite(folder, change):
    """Change the manifest, and put the right checksum under it."""
    head = json.loads((folder / "manifest.json").read_text())
    change(head)
    head["sha256"] = storage._checksum(head["content"])
    (folder / "manifest.json").write_text(json.dumps(head))


def test_what_is_opened_is_what_was_saved(index, folder):
    again = CosineIndex.open(folder, verify=True)
    assert again.search(QUERIES).to_dicts() == index.search(QUERIES).to_dicts()
    assert again.search_by_id("a").to_dicts() == index.search_by_id("a").to_dicts()
    assert [*again.explain("red apple", "a")] == [*index.explain("red apple", "a")]
    assert again.search(["red"], where="year > 2000")[0] == index.search(["red"], where="year > 2000")[0]
    assert list(again) == list(index)
    assert again["c"] == index["c"]
    assert again.encoder_.vocabulary_ == index.encoder_.vocabulary_
    assert repr(again) == f"CosineIndex(4 documents, 1 segment, sparse, at {str(folder)!r})"
    assert (
        again.info()["bytes"]
        == sum((folder / name).stat().st_size for name in files(folder) if "." in name)
        - (folder / "manifest.json").stat().st_size
    )


def test_a_pipeline_and_passages_and_a_fresh_process(messages, tmp_path):
    encoder = make_pipeline(Tokenizer(), Stemmer(), TfidfVectorizer(ngram_range=(1, 2)))
    documents = [" ".join(messages[i : i + 10]) for i in range(0, 300, 10)]
    index = CosineIndex(encoder, chunker=Chunker(by="words", size=20, overlap=5)).fit(documents)
    index.save(tmp_path / "index")
    index.add(documents[:2])
    code = (
        "import sys, json; from textvec import CosineIndex; index = CosineIndex.open(sys.argv[1]); "
        "index.add(json.loads(sys.argv[2])); print(json.dumps(index.search(json.loads(sys.argv[3])).to_dicts()))"
    )
    arguments = [str(tmp_path / "index"), json.dumps(documents[:2]), json.dumps(messages[:20])]
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == index.search(messages[:20]).to_dicts()


def test_changes_are_written(folder):
    writer, reader = CosineIndex.open(folder), CosineIndex.open(folder)
    writer.add(["red wine"], ids=["e"], metadata={"kind": ["drink"]}).delete("a")
    writer.update(["green sea"], ids=["b"])
    assert list(writer) == list(CosineIndex.open(folder, verify=True)) == ["b", "c", "d", "e"]
    assert list(reader) == ["a", "b", "c", "d"]
    assert [hit.id for hit in reader.search(["apple"])[0]] == ["b", "a"]
    writer.compact()
    assert len([name for name in files(folder) if name.endswith("documents.arrow")]) == 1
    assert not [name for name in files(folder) if name.startswith("deleted")]
    assert [hit.id for hit in reader.search(["apple"])[0]] == ["b", "a"]
    reader.add(["red brick"], ids=["f"])  # goes on from what is there now
    assert list(reader) == list(CosineIndex.open(folder)) == ["b", "c", "d", "e", "f"]


def test_files_that_no_manifest_names_are_removed_by_the_next_change(folder):
    (folder / "segment-9-0").mkdir()
    (folder / "segment-9-0" / "vectors.npy").write_bytes(b"half of it")
    (folder / "deleted-9-0.npy").write_bytes(b"")
    (folder / ".manifest.json.ab12.tmp").write_bytes(b"{")
    (folder / "notes.txt").write_text("mine")
    assert len(CosineIndex.open(folder)) == 4
    CosineIndex.open(folder).delete("a")
    left = files(folder)
    assert "notes.txt" in left
    assert not [name for name in left if "9-0" in name or name.endswith(".tmp")]


def test_saving_refuses_what_is_there(index, folder, tmp_path):
    with pytest.raises(FileExistsError, match=r"There is an index at .* already"):
        index.save(folder)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    for path in (tmp_path / "mine", tmp_path / "mine" / "letter.txt"):
        with pytest.raises(FileExistsError, match="and is no index"):
            index.save(path, overwrite=True)
    assert files(tmp_path / "mine") == ["letter.txt"]
    (tmp_path / "empty").mkdir()
    index.save(tmp_path / "empty")
    index.save(tmp_path / "new" / "deep" / "index")
    assert len(CosineIndex.open(tmp_path / "empty")) == len(CosineIndex.open(tmp_path / "new/deep/index")) == 4


def test_overwriting(folder):
    reader = CosineIndex.open(folder)
    CosineIndex().fit(["other things"]).save(folder, overwrite=True)
    again = CosineIndex.open(folder, verify=True)
    assert [hit.document for hit in again.search(["things"])[0]] == ["other things"]
    assert len(reader) == 4
    with pytest.raises(DamagedIndexError, match="was written anew: open it again"):
        reader.add(["red"], ids=["x"])
    assert list(again) == [0]
    assert len([name for name in files(folder) if name.startswith("encoder")]) == 1


def test_an_index_that_was_built_anew_at_the_same_path(folder):
    old = CosineIndex.open(folder)
    shutil.rmtree(folder)
    CosineIndex().fit(["apple walk", "long walk"], ids=["a", "b"]).save(folder)
    for use in (lambda: old.add(["apple pie"], ids=["x"]), lambda: old.search(["apple"])):
        with pytest.raises(DamagedIndexError, match="was written anew: open it again"):
            use()
    assert list(CosineIndex.open(folder, verify=True)) == ["a", "b"]


def test_an_index_may_be_saved_over_itself(folder):
    index = CosineIndex.open(folder)
    index.delete("a").save(folder, overwrite=True)
    assert list(index.add(["red wine"], ids=["e"])) == list(CosineIndex.open(folder)) == ["b", "c", "d", "e"]


def test_an_index_is_of_use_after_damage_was_found(folder):
    index = CosineIndex.open(folder)
    file = next(folder.glob("segment-*/row_columns.npy"))
    file.write_bytes(file.read_bytes()[:-1] + b"\x07")
    with pytest.raises(DamagedIndexError, match="row_columns"):
        index.verify()
    assert index.info()["documents"] == len(index) == 4


def test_damaged_documents_and_ids(folder, tmp_path):
    code = """
import sys, shutil
from pathlib import Path
from textvec import CosineIndex
folder = Path(sys.argv[1])
errors = 0
for name in ("documents.arrow", "metadata.arrow"):
    file = next(folder.glob(f"segment-*/{name}"))
    content = file.read_bytes()
    for at in range(0, len(content) - 8, 8):
        file.write_bytes(content[:at] + (2**40).to_bytes(8, "little") + content[at + 8:])
        try:
            index = CosineIndex.open(folder)
            "c" in index, list(index)
            index.search(["red apple sea"], where={"kind": "food"}).to_dicts()
            index.search(["red apple sea"]).to_dicts()
        except (ValueError, LookupError, OSError, OverflowError, MemoryError):
            errors += 1
    file.write_bytes(content)
print("alive", errors > 10)
"""
    done = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "alive True\n"), done.stderr


def test_a_function_is_not_saved(tmp_path):
    def letters(texts):
        return np.array([[text.count(c) for c in "aeiou"] for text in texts], float)

    CosineIndex(letters).fit(DOCUMENTS).save(tmp_path / "index")
    index = CosineIndex.open(tmp_path / "index")
    assert index.search_by_id(0, 1)[0]
    with pytest.raises(ValueError, match=r"is a function, which is not saved\. Pass it: CosineIndex\.open"):
        index.search(["red"])
    index = CosineIndex.open(tmp_path / "index", encoder=letters)
    assert index.search(["red apple pie"])[0][0].id == 0
    CosineIndex("precomputed").fit(np.eye(3)).save(tmp_path / "vectors")
    assert CosineIndex.open(tmp_path / "vectors").search(np.eye(3), 1).scores.tolist() == [[1]] * 3


def test_nothing_is_written_when_saving_fails(tmp_path, index, monkeypatch):
    def fail(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(storage, "write_segment", fail)
    with pytest.raises(KeyboardInterrupt):
        index.save(tmp_path / "index")
    assert not list(tmp_path.iterdir())


def test_a_failed_change_leaves_the_folder_and_the_index(folder, monkeypatch):
    index, before = CosineIndex.open(folder), files(folder)
    with monkeypatch.context() as patch:
        patch.setattr(storage, "replacing", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            index.add(["red wine"], ids=["e"])
    assert list(index) == list(CosineIndex.open(folder)) == ["a", "b", "c", "d"]
    index.delete("a")
    assert {name.partition("-")[0] for name in set(files(folder)) - set(before)} == {"deleted"}


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
    with storage._locked(tmp_path / ".index.87654321.tmp"):
        index.save(tmp_path / "index")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        ".index.12ab34cd.tmp", ".index.87654321.tmp", ".index.mine.tmp", "index",
    ]  # fmt: skip


def test_one_writer_at_a_time(folder):
    code = (
        "import sys; from textvec.index.storage.folder import _locked; from pathlib import Path\n"
        "with _locked(Path(sys.argv[1])):\n    print('locked', flush=True); sys.stdin.read()"
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


def test_a_folder_that_may_only_be_read(folder):
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    assert [hit.id for hit in CosineIndex.open(folder, verify=True).search(["apple"])[0]] == ["b", "a"]
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)


def test_a_reader_that_comes_while_a_change_is_committed(folder, monkeypatch):
    CosineIndex.open(folder).add(["red wine"], ids=["e"])
    read, changed = storage._read_manifest, []

    def read_late(path):
        content = read(path)
        if not changed:
            changed.append(True)
            CosineIndex.open(folder).compact()  # the files of that manifest are gone now
        return content

    monkeypatch.setattr(storage, "_read_manifest", read_late)
    assert list(CosineIndex.open(folder)) == ["a", "b", "c", "d", "e"]


def every_file(folder):
    return [name for name in files(folder) if name != "lock"]


def test_a_missing_or_cut_file_is_named(folder, tmp_path):
    CosineIndex.open(folder).delete("a")
    for name in every_file(folder):
        for damage in ("missing", "cut"):
            copy = tmp_path / "copy"
            shutil.copytree(folder, copy)
            file = copy / name
            if damage == "missing":
                file.unlink()
            else:
                file.write_bytes(file.read_bytes()[:-1])
            error = FileNotFoundError if (damage, name) == ("missing", "manifest.json") else DamagedIndexError
            with pytest.raises(error, match=f"{Path(name).name}"):
                CosineIndex.open(copy)
            shutil.rmtree(copy)


def test_a_changed_byte_is_found_by_verifying(folder, tmp_path):
    CosineIndex.open(folder).delete("a")
    moments = random.Random(0)
    for name in every_file(folder):
        copy = tmp_path / "copy"
        shutil.copytree(folder, copy)
        content = bytearray((copy / name).read_bytes())
        content[moments.randrange(len(content))] ^= 1 << moments.randrange(8)
        (copy / name).write_bytes(content)
        with pytest.raises(DamagedIndexError, match="The index is damaged"):
            CosineIndex.open(copy, verify=True)
        shutil.rmtree(copy)


def test_damage_that_is_not_verified_never_ends_python(folder, tmp_path):
    # In a process of its own: what must not happen is that it dies of a signal.
    code = """
import random, shutil, sys
from pathlib import Path
from textvec import CosineIndex
folder, moments = Path(sys.argv[1]), random.Random(2)
names = sorted(path.relative_to(folder) for path in folder.rglob("*.npy")) * 12
for i, name in enumerate(names):
    copy = folder.with_name(f"copy{i}")
    shutil.copytree(folder, copy)
    content = bytearray((copy / name).read_bytes())
    for _ in range(4):
        content[moments.randrange(len(content))] = moments.randrange(256)
    (copy / name).write_bytes(content)
    try:
        index = CosineIndex.open(copy)
        index.search(["red apple sea", "pie"], 3)
        index.search_by_id("a")
        index.explain("red apple", "a")
    except (ValueError, IndexError, OverflowError, MemoryError):
        pass
    shutil.rmtree(copy)
print("alive")
"""
    done = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "alive\n"), done.stderr


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda head: head.update(version=99), "is of format version 99, and this textvec"),
        (lambda head: head.update(format="other"), "that of something else"),
        (lambda head: head.pop("content"), "content"),
        (lambda head: head["content"]["parts"][0].update(segment="../../etc"), "names '../../etc', which is no file"),
        (lambda head: head["content"]["files"].update({"/etc/passwd": {"size": 1}}), "'/etc/passwd', which is no file"),
        (
            lambda head: head["content"]["encoder"].update(file="../x.textvec"),
            r"names '\.\./x\.textvec', which is no file",
        ),
        (lambda head: head["content"].pop("parts"), "manifest"),
        (lambda head: head["content"].pop("identity"), "does not say all"),
        (lambda head: head["content"]["parts"][0].update(n_documents=5), "another number of documents"),
        (lambda head: head["content"]["parts"][0].update(rows="dense"), "cannot be read"),
        (lambda head: head["content"]["parts"][0].update(rows="os.system"), "cannot be read"),
    ],
)
def test_manifests_that_are_not_ours(folder, change, message):
    if message == "content":
        (folder / "manifest.json").write_text(json.dumps({"format": storage.FORMAT, "version": 1, "sha256": ""}))
    else:
        rewrite(folder, change)
    with pytest.raises(DamagedIndexError, match=message):
        CosineIndex.open(folder)


@pytest.mark.parametrize("content", ["", "{", "[]", "null", "7", '"textvec index"'])
def test_manifests_that_are_none(folder, content):
    (folder / "manifest.json").write_text(content)
    with pytest.raises(DamagedIndexError, match=r"manifest\.json"):
        CosineIndex.open(folder)


def test_folders_that_are_no_index(tmp_path):
    (tmp_path / "file").write_text("x")
    for name, message in {
        "nowhere": "There is no folder",
        "": "is no index: it has no manifest",
        "file": "is no index",
    }.items():
        with pytest.raises(FileNotFoundError, match=message):
            CosineIndex.open(tmp_path / name)


def test_opening_imports_neither_scikit_learn_nor_numba(folder):
    code = (
        "import sys; from textvec import CosineIndex; index = CosineIndex.open(sys.argv[1]); print(index['a']); "
        "print(*{name.partition('.')[0] for name in sys.modules} & {'sklearn', 'scipy', 'numba', 'nltk', 'pandas'})"
    )
    done = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[1] == ""


def test_what_is_written_says_who_wrote_it(folder):
    content = json.loads((folder / "manifest.json").read_text())["content"]
    assert content["textvec"] == textvec.__version__
    assert set(content["files"]) == set(every_file(folder)) - {"manifest.json"}
    assert os.path.basename(folder) == "index"  # noqa: PTH119
