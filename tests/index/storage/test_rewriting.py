"""What a change reads in full to write it anew is compared with its checksum, and validated, before."""

import copy
import pickle
import shutil
import subprocess
import sys
from contextlib import suppress

import numpy as np
import pytest

from support.saved_indexes import files, vouch_for
from textvec import Chunker, CosineIndex
from textvec.similarity import DamagedIndexError

REWRITES = {
    "compact": lambda index, _: index.compact(),
    "add": lambda index, _: index.add(["red wine"] * 9, ids=list("efghijklm")),
    "update": lambda index, _: index.update(["x"] * 4, ids=list("abcd")),
    "save": lambda index, tmp_path: index.save(tmp_path / "elsewhere"),
    "overwrite": lambda index, _: index.save(index._folder.path, overwrite=True),
    "pickle": lambda index, _: pickle.dumps(index),
    "deepcopy": lambda index, _: copy.deepcopy(index),
}


def flip(path, at=-1):
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*.*") if path.is_file()}


@pytest.mark.parametrize("how", REWRITES)
def test_damage_is_not_written_anew(folder, tmp_path, how):
    for name in [name for name in files(folder) if name.startswith("segment")]:
        damaged = shutil.copytree(folder, tmp_path / "copy")
        flip(damaged / name)
        index = None
        with suppress(DamagedIndexError):  # where the damage shows at once
            index = CosineIndex.open(damaged)
        if index is not None:
            if how == "compact":
                index.delete("a")
            before = contents(damaged)
            with pytest.raises(DamagedIndexError, match=name):
                REWRITES[how](index, tmp_path)
            assert contents(damaged) == before
        with pytest.raises(DamagedIndexError, match=name):
            CosineIndex.open(damaged, verify=True)
        assert not (tmp_path / "elsewhere").exists()
        shutil.rmtree(damaged)


def test_the_bytes_in_use_are_compared_not_those_at_the_path(folder, tmp_path):
    whole = shutil.copytree(folder, tmp_path / "whole")
    name = "segment-1-0/row_weights.npy"
    flip(folder / name)
    index = CosineIndex.open(folder)
    (whole / name).replace(folder / name)  # restored from a copy, but what is mapped is the damaged file
    with pytest.raises(DamagedIndexError, match="row_weights"):
        index.delete("a").compact()
    CosineIndex.open(folder, verify=True).compact().verify()


def test_an_addition_that_merges_nothing_reads_nothing(tmp_path):
    CosineIndex().fit(["red sea", "apple pie", "green apple", "blue sea"]).save(tmp_path / "index")
    flip(tmp_path / "index" / "segment-1-0" / "row_weights.npy")
    index = CosineIndex.open(tmp_path / "index").add(["sea"])
    assert index.info()["segments"] == 2
    with pytest.raises(DamagedIndexError, match="row_weights"):
        index.compact()
    assert CosineIndex.open(tmp_path / "index").info()["segments"] == 2


# Each use is tried in a copy of the process, which an end of Python ends alone, on a copy of the folder.
CRASH = """
import os, shutil, sys
import numpy as np
from textvec import CosineIndex
uses = [
    lambda index: index.delete("a").compact(),
    lambda index: index.add(["red wine"] * 9, ids=list("efghijklm"), metadata={"kind": ["x"] * 9}),
    lambda index: index.update(["x"] * 4, ids=list("abcd")),
    lambda index: index.save(folder + "2"),
    lambda index: index.search(["red apple sea"], where={"kind": "food"}).to_arrow(),
    lambda index: index.search_by_id(list("abcd")).to_dicts(),
    lambda index: [index.explain("red apple sea pie", id_) for id_ in "abcd"],
    lambda index: (list(index), [index[id_] for id_ in "abcd"], "x" in index),
    lambda index: index.info(),
]
for number, use in enumerate(uses):
    folder = f"{sys.argv[1]}{number}"
    shutil.copytree(sys.argv[1], folder)
    if (pid := os.fork()) == 0:
        try:
            use(CosineIndex.open(folder))
            print("went well", flush=True)
        except (ValueError, KeyError) as error:
            print(type(error).__name__, flush=True)
        except BaseException as error:
            print("failed", error, flush=True)
        os._exit(0)
    print("ended", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
"""


@pytest.mark.parametrize("name", ["documents.arrow", "metadata.arrow"])
@pytest.mark.parametrize("shift", [300_000_000, 4000])
def test_offsets_that_lead_out_of_a_column_never_end_python(folder, tmp_path, name, shift):
    path = folder / "segment-1-0" / name
    content = path.read_bytes()
    words = np.frombuffer(content[: len(content) // 8 * 8], np.int64).copy()
    damaged = 0
    # Whoever makes a file to mislead can make its checksum as well, so that only validation is left to find it.
    for at in range(len(words) - 5):
        if words[at] == 0 and 0 < words[at + 1] < words[at + 2] < words[at + 3] < words[at + 4] < 100:
            words[at + 1 : at + 5] += shift
            damaged += 1
    assert damaged
    path.write_bytes(words.tobytes() + content[len(words) * 8 :])
    vouch_for(folder, f"segment-1-0/{name}")
    done = subprocess.run([sys.executable, "-c", CRASH, str(folder)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    said, ends = done.stdout.splitlines()[::2], done.stdout.splitlines()[1::2]
    assert ends == ["ended 0"] * 9
    assert said[:4] == ["DamagedIndexError"] * 4
    assert not [each for each in said[4:] if each not in ("went well", "DamagedIndexError", "ValueError", "KeyError")]
    assert not list(folder.parent.glob(f"{folder.name}?2"))


def test_an_index_from_a_pickle_goes_on_with_the_folder(folder):
    index = pickle.loads(pickle.dumps(CosineIndex.open(folder)))
    assert list(index.delete("a").add(["red wine"], ids=["e"])) == ["b", "c", "d", "e"]
    assert list(CosineIndex.open(folder, verify=True)) == ["b", "c", "d", "e"]


def test_passages_are_compared(tmp_path):
    CosineIndex(chunker=Chunker(size=1)).fit(["Red sea. Blue sea.", "An apple. A pie."]).save(tmp_path / "index")
    flip(tmp_path / "index" / "segment-1-0" / "passage_spans.npy", -8)
    with pytest.raises(DamagedIndexError, match="passage_spans"):
        CosineIndex.open(tmp_path / "index").delete(0).compact()
