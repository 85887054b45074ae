"""Files of an index that are missing, cut, changed or not ours are named, and never end Python."""

import io
import json
import random
import shutil
import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.decomposition import TruncatedSVD
from sklearn.pipeline import make_pipeline

import textvec
from support.saved_indexes import DOCUMENTS, every_file, vouch_for
from textvec import CosineIndex, CountVectorizer
from textvec.index.storage import manifest, schema
from textvec.similarity import DamagedIndexError


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


def rewrite(folder, change):
    """Change the manifest, and put the right checksum under it."""
    head = json.loads((folder / "manifest.json").read_text())
    change(head)
    head["sha256"] = schema.checksum(head["content"])
    (folder / "manifest.json").write_text(json.dumps(head))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda head: head.update(version=99), "is of format version 99, and this textvec"),
        (lambda head: head.update(format="other"), "that of something else"),
        (lambda head: head.pop("content"), "content"),
        (
            lambda head: head["content"]["segments"][0].update(name="../../etc"),
            r"name' must be the name of a segment, but it is '\.\./",
        ),
        (
            lambda head: head["content"]["files"].update({"/etc/passwd": {"size": 1}}),
            "names '/etc/passwd', which is not the name of a",
        ),
        (
            lambda head: head["content"]["encoder"].update(file="../x.textvec"),
            r"file' must be the name of a file of an encoder",
        ),
        (lambda head: head["content"].pop("segments"), "manifest"),
        (lambda head: head["content"].pop("identity"), "does not say all"),
        (lambda head: head["content"]["segments"][0].update(n_documents=5), "another number of documents"),
        (lambda head: head["content"]["segments"][0].update(backend="dense"), "vectors of several kinds"),
        (lambda head: head["content"]["segments"][0].update(backend="os.system"), "must be one of sparse, dense"),
    ],
)
def test_manifests_that_are_not_ours(folder, change, message):
    if message == "content":
        (folder / "manifest.json").write_text(json.dumps({"format": manifest.INDEX_FORMAT, "version": 2, "sha256": ""}))
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


def test_an_encoder_that_is_damaged_is_told(folder):
    index = CosineIndex.open(folder)
    for name in ("encoder-1.textvec", "query-1.textvec"):
        content = (folder / name).read_bytes()
        (folder / name).write_bytes(content[:-200] + bytes(200))
    for use in (lambda: index.search(["red"]), lambda: index.encoder_, lambda: index.add(["red"], ids=["x"])):
        with pytest.raises(DamagedIndexError, match=r"(encoder|query)-1\.textvec"):
            use()


def test_rows_that_do_not_follow_one_another(folder):
    starts = folder / "segment-1-0" / "row_starts.npy"
    content = starts.read_bytes()
    starts.write_bytes(content[:-16] + (2**40).to_bytes(8, "little") + content[-8:])
    vouch_for(folder, "segment-1-0/row_starts.npy")
    for change in (lambda index: index.update(["x"] * 4, ids=list("abcd")), lambda index: index.delete("a").compact()):
        with pytest.raises(DamagedIndexError, match="sparse vectors do not fit"):
            change(CosineIndex.open(folder))


HEADERS = [
    *(b"{'''", b"\\", b"(" * 500, b"\x00" * 50, b"0777", b"", b"{}"),
    *(
        b"{'descr': '<f4', 'fortran_order': False, 'shape': (%s,), }" % n
        for n in (b"4611686018427387904", b"-1", b"9L", b"True")
    ),
    b"{'descr': '|O', 'fortran_order': False, 'shape': (9,), }",
    b"{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (9,), }",
]


def test_arrays_that_are_none(folder):
    name = "segment-1-0/row_weights.npy"
    content = (folder / name).read_bytes()
    zipped = io.BytesIO()
    np.savez(zipped, a=np.ones(3))
    heads = (b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head + bytes(36) for head in HEADERS)
    for other in (zipped.getvalue(), content[:6] + b"\x09" + content[7:], *heads):
        (folder / name).write_bytes(other)
        vouch_for(folder, name)
        with pytest.raises(DamagedIndexError, match="segment-1-0"):
            CosineIndex.open(folder)


USES = {
    "search": lambda index: index.search(["red apple"]),
    "many searches": lambda index: index.search(["red apple"] * 30),
    "explain": lambda index: index.explain("red", "a"),
    "knows": lambda index: index.knows("red"),
    "add": lambda index: index.add(["red"], ids=["e"]),
    "update": lambda index: index.update(["red"], ids=["a"]),
}


@pytest.mark.parametrize("use", USES)
def test_a_forged_width_is_the_fault_of_the_index_and_not_of_its_user(folder, use):
    np.save(folder / "segment-1-0" / "n_columns.npy", np.array([2**28]))
    vouch_for(folder, "segment-1-0/n_columns.npy")
    said = r"n_columns\.npy: its vectors are sparse, of 268435456 columns, but those that encoder-1\.textvec makes"
    with pytest.raises(DamagedIndexError, match=said):
        USES[use](CosineIndex.open(folder))
    assert list(CosineIndex.open(folder)) == list("abcd")
    with pytest.raises(
        ValueError, match="The vectors of this index are sparse, of 268435456 columns, but these"
    ) as own:
        USES[use](CosineIndex.open(folder, encoder=CountVectorizer().fit(["red apple"])))
    assert not isinstance(own.value, DamagedIndexError)


def test_a_forged_width_below_that_of_the_weights(tmp_path):
    CosineIndex("precomputed").fit(np.eye(4)).save(tmp_path / "dense")
    CosineIndex("precomputed").fit(csr_array(np.eye(4))).save(tmp_path / "sparse")
    np.save(tmp_path / "sparse" / "segment-1-0" / "n_columns.npy", np.array([3]))
    vouch_for(tmp_path / "sparse", "segment-1-0/n_columns.npy")
    index = CosineIndex.open(tmp_path / "sparse")
    for use in (index.search, index.add):
        with pytest.raises(DamagedIndexError, match=r"n_columns\.npy: it says 3 columns, but .* in column 3"):
            use(csr_array(np.eye(4)))
    with pytest.raises(ValueError, match="are dense, of 4 dimensions, but these") as own:
        CosineIndex.open(tmp_path / "dense").search(np.eye(3))
    assert not isinstance(own.value, DamagedIndexError)


def test_a_forged_width_takes_no_memory(folder):
    np.save(folder / "segment-1-0" / "n_columns.npy", np.array([2**31]))
    vouch_for(folder, "segment-1-0/n_columns.npy")
    index = CosineIndex.open(folder)
    tracemalloc.start()
    index.delete("a").compact().search_by_id("b")
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 10_000_000


def test_a_dense_segment_of_another_width(tmp_path):
    for name, width in {"two": 2, "three": 3}.items():
        encoder = make_pipeline(CountVectorizer(), TruncatedSVD(width, random_state=0))
        CosineIndex(encoder).fit(DOCUMENTS).save(tmp_path / name)
    for file in (tmp_path / "three" / "segment-1-0").glob("*.npy"):
        shutil.copy(file, tmp_path / "two" / "segment-1-0")
        vouch_for(tmp_path / "two", f"segment-1-0/{file.name}")
    with pytest.raises(
        DamagedIndexError, match=r"vectors\.npy: its vectors are dense, of 3 dimensions, but .* of 2 dim"
    ):
        CosineIndex.open(tmp_path / "two").search(["red"])


def test_an_encoder_that_is_none(folder):
    textvec.save(["no", "encoder"], folder / "encoder-1.textvec")
    vouch_for(folder, "encoder-1.textvec")
    with pytest.raises(DamagedIndexError, match=r"encoder-1\.textvec: .*must be a transformer"):
        CosineIndex.open(folder).add(["red"], ids=["x"])
