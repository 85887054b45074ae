"""Saved indexes of counts that are damaged or forged, and changes of them that fail: nothing is lost, all is named."""

import os
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from support.saved_indexes import DOCUMENTS, every_file, files, rewrite_manifest, vouch_for
from textvec import BM25Index, Chunker, CountVectorizer, VectorIndex, open_index
from textvec.index.errors import DamagedIndexError
from textvec.index.storage import commit, stored_encoder

INDEXES = {
    "live": BM25Index(),
    "frozen": BM25Index(statistics="frozen", method="bm25l", chunker=Chunker(by="words", size=2)),
    "dot": VectorIndex(CountVectorizer(), metric="dot"),
}
QUERIES = ["red apple sea", "pie zebra"]


@pytest.fixture(params=INDEXES)
def folder(request, tmp_path):
    INDEXES[request.param].fit(DOCUMENTS, ids=list("abcd"), metadata={"n": [1, 2, 3, 4]}).save(tmp_path / "index")
    open_index(tmp_path / "index").add(["red zebra pie"], ids=["e"]).delete("a")
    return tmp_path / "index"


@pytest.fixture
def frozen(tmp_path):
    BM25Index(statistics="frozen").fit(DOCUMENTS, ids=list("abcd")).save(tmp_path / "frozen")
    return tmp_path / "frozen"


def test_a_missing_cut_or_changed_file_is_named(folder):
    moments = random.Random(0)
    for name in every_file(folder):
        whole = (folder / name).read_bytes()
        for damage in ("missing", "cut", "changed"):
            content = bytearray(whole)
            content[moments.randrange(len(content))] ^= 1 << moments.randrange(8)
            (folder / name).write_bytes(content if damage == "changed" else content[:-1])
            if damage == "missing":
                (folder / name).unlink()
            error = FileNotFoundError if (damage, name) == ("missing", "manifest.json") else DamagedIndexError
            told = Path(name).parts[0] if damage == "changed" else Path(name).name
            with pytest.raises(error, match=told):
                open_index(folder, verify=damage == "changed")
        (folder / name).write_bytes(whole)
    assert len(open_index(folder, verify=True)) == 4


def test_damage_that_is_not_verified_never_ends_python(folder):
    # In a process of its own: what must not happen is that it dies of a signal. Forged files have the right checksums.
    code = f"""
import random, shutil, sys, warnings
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
from support.saved_indexes import every_file, vouch_for
from textvec import open_index
warnings.simplefilter("ignore")  # numbers that are forged are any
folder, moments = Path(sys.argv[1]), random.Random(2)
expected = open_index(folder).search({QUERIES!r}).to_dicts()
named = 0
for i, name in enumerate([each for each in every_file(folder) if each.endswith(".npy")] * 2):
    copy = folder.with_name(f"copy{{i}}")
    shutil.copytree(folder, copy)
    content = bytearray((copy / name).read_bytes())
    for _ in range(4):
        content[moments.randrange(len(content))] = moments.randrange(256)
    (copy / name).write_bytes(content)
    if i % 2:
        vouch_for(copy, name)
    try:
        index = open_index(copy)
        index.search({QUERIES!r}, 3)
        index.search(["red"] * 30)
        index.search_by_id("b")
        index.explain("red apple", "b")
        index.add(["quokka"], ids=["q"])
        index.compact()
    except (ValueError, IndexError, OverflowError, MemoryError):
        named += 1
    shutil.rmtree(copy)
assert open_index(folder, verify=True).search({QUERIES!r}).to_dicts() == expected
print("alive", named > 10)
"""
    done = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "alive True\n"), done.stderr


@pytest.mark.parametrize("when", ["files", "draft", "before", "after"])
def test_an_addition_that_is_interrupted(folder, monkeypatch, when):
    def replace(draft, target):
        if when == "after" or (when == "before" and Path(target).name != "manifest.json"):
            put(draft, target)
        if when == "files" or Path(target).name == "manifest.json":
            raise KeyboardInterrupt

    put, index = os.replace, open_index(folder)
    before = index.search(QUERIES).to_dicts()
    with monkeypatch.context() as patch:
        if when == "draft":
            patch.setattr(commit, "write_draft", lambda *_: 1 / 0)
        else:
            patch.setattr(os, "replace", replace)
        with pytest.raises((KeyboardInterrupt, ZeroDivisionError)):
            index.add(["quokka apple"], ids=["q"])
    assert index.search(QUERIES).to_dicts() == before
    assert not index.knows("quokka")
    assert ("q" in open_index(folder, verify=True)) == (when == "after")
    if when != "after":
        assert open_index(folder).search(QUERIES).to_dicts() == before
        index.add(["quokka apple"], ids=["q"])
    index.delete("b")  # sees what is in the folder
    learns = isinstance(index, BM25Index) and index.statistics == "live"
    for each in (index, open_index(folder, verify=True)):
        assert list(each) == ["c", "d", "e", "q"]
        assert each.knows("quokka") == learns
        assert [hit.id for hit in each.search(["quokka"])[0]] == ["q"] * learns
    index.delete("q").compact()
    assert set(files(folder)) == {*open_index(folder)._folder.content["files"], "manifest.json", "lock"}


@pytest.mark.parametrize(
    ("frequencies", "message"),
    [
        (np.array([1]), r"frequencies-1\.npy: it has 1 frequencies, but the counts are of 6 terms"),
        (np.ones(7, np.int64), "it has 7 frequencies"),
        (np.ones(6, np.int32), "it is no list of frequencies"),
        (np.ones((2, 3), np.int64), "it is no list of frequencies"),
    ],
)
def test_frequencies_that_are_forged(frozen, frequencies, message):
    np.save(frozen / "frequencies-1.npy", frequencies)
    vouch_for(frozen, "frequencies-1.npy")
    with pytest.raises(DamagedIndexError, match=message):
        open_index(frozen)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("method", "bm26", "bm25.method' must be one of robertson"),
        ("k1", -1, "bm25.k1' must be a number from 0"),
        ("k1", float("inf"), "bm25.k1' must be a number from 0"),
        ("k1", True, "bm25.k1' must be a number from 0"),
        ("b", 1.5, "bm25.b' must be a number from 0 to 1"),
        ("delta", "0.5", "bm25.delta' must be a number from 0"),
        ("frozen", None, "do not agree on whether any are frozen"),
        ("frozen", {"n_documents": -1, "total_length": 1.0}, "bm25.frozen.n_documents' must be a whole number"),
    ],
)
def test_parameters_that_are_forged(frozen, field, value, message):
    rewrite_manifest(frozen, lambda content: content["bm25"].update({field: value}))
    with pytest.raises(DamagedIndexError, match=message):
        open_index(frozen)


def test_words_that_are_added_while_the_encoder_is_read(tmp_path, monkeypatch):
    def manifest(path, content):
        newest = checked_manifest(path, content)
        if more:
            with monkeypatch.context() as undisturbed:
                undisturbed.setattr(stored_encoder, "checked_manifest", checked_manifest)
                open_index(path).add([more.pop()])  # as another process may do
        return newest

    BM25Index().fit(DOCUMENTS).save(tmp_path / "index")
    reader, more = open_index(tmp_path / "index"), ["red quokka", "red zebra"]
    checked_manifest = stored_encoder.checked_manifest
    monkeypatch.setattr(stored_encoder, "checked_manifest", manifest)
    assert [hit.id for hit in reader.search(["red"])[0]] == [3, 0]
    more.append("red wombat")
    assert {"zebra", "wombat"} <= {*reader.encoder_.vocabulary_}
    assert not more
