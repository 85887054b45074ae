"""Folders of parts: begun, stopped, gone on with, refused, read."""

import json
import os

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sklearn.pipeline import make_pipeline

from support.dying import StopsOnce
from support.part_folders import assert_same, bytes_of, names_in
from textvec import CountVectorizer, HashingVectorizer, TfidfVectorizer
from textvec.distributed import read_parts, transform
from textvec.engines import Files
from textvec.index.storage.own_files import locked
from textvec.index.storage.schema import checksum

TEXTS = [f"red sea {'blue ' * (i % 3)}word{i}" for i in range(12)]


@pytest.fixture
def files(tmp_path):
    """Twelve documents in four files."""
    folder = tmp_path / "documents"
    folder.mkdir()
    for i in range(0, 12, 3):
        pq.write_table(pa.table({"text": TEXTS[i : i + 3], "id": range(i, i + 3)}), folder / f"{i:02}.parquet")
    return folder


@pytest.fixture
def vectorizer():
    return TfidfVectorizer().fit(TEXTS)


def test_what_is_in_the_folder(files, vectorizer, tmp_path):
    parts = transform(vectorizer, files, tmp_path / "out", column="text", keep=["id"])
    stems = [f"part-{i:05}" for i in range(4)]
    names = {f"{stem}.{end}" for stem in stems for end in ("npz", "kept.parquet")}
    assert names_in(tmp_path / "out") == {
        *names, "manifest.json", "estimator.textvec", "feature_names.json",
    }  # fmt: skip
    assert repr(parts) == f"Parts('{tmp_path / 'out'}': 12 x {parts.shape[1]}, sparse float64, n_parts=4)"
    assert (parts.shape, len(parts), parts.keep) == (vectorizer.transform(TEXTS).shape, 4, ("id",))
    assert parts.feature_names == vectorizer.get_feature_names_out().tolist()
    assert_same(parts.estimator().transform(TEXTS), vectorizer.transform(TEXTS))
    assert_same(parts.to_matrix(), vectorizer.transform(TEXTS))
    assert [(part.number, part.first_row) for part in parts] == [(0, 0), (1, 3), (2, 6), (3, 9)]
    assert [i for part in parts for i in part.columns["id"].to_pylist()] == list(range(12))


def test_columns_without_names(files, tmp_path):
    parts = transform(HashingVectorizer(n_features=8), files, tmp_path / "out", column="text")
    assert parts.feature_names is None
    assert not (tmp_path / "out" / "feature_names.json").exists()


def test_a_run_that_was_stopped_goes_on(files, tmp_path):
    stops = make_pipeline(StopsOnce(str(tmp_path)), CountVectorizer()).fit(TEXTS)
    pq.write_table(pa.table({"text": ["die", "sea", ""], "id": [6, 7, 8]}), files / "06.parquet")
    with pytest.raises(RuntimeError, match="Stopped in the middle"):
        transform(stops, files, tmp_path / "out", column="text")
    with pytest.raises(FileNotFoundError, match=r"out has no manifest.json, which is there when all parts are: start"):
        read_parts(tmp_path / "out")
    with pytest.raises(FileNotFoundError, match=r"There is no folder .*none\. Parts are written by transform"):
        read_parts(tmp_path / "none")
    before = bytes_of(tmp_path / "out")
    assert sorted(before) == ["part-00000.json", "part-00000.npz", "part-00001.json", "part-00001.npz"]
    (tmp_path / "went on").touch()
    (tmp_path / "seen").unlink()
    progress = []
    parts = transform(
        stops, files, tmp_path / "out", column="text", progress=lambda done, total: progress.append((done, total))
    )
    assert progress[-1] == (4, 4)
    assert (tmp_path / "seen").read_text().splitlines()[1:] == ["die", "sea", "", *TEXTS[9:]]  # the first is a probe
    (tmp_path / "again").mkdir()
    transform(stops, files, tmp_path / "again", column="text")
    assert bytes_of(tmp_path / "out") == bytes_of(tmp_path / "again")
    assert parts.shape[0] == 12


def test_a_run_at_its_end_does_nothing_again(files, tmp_path):
    counts = make_pipeline(StopsOnce(str(tmp_path)), CountVectorizer()).fit(TEXTS)
    transform(counts, files, tmp_path / "out", column="text")
    times = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "out").iterdir() if path.name != "lock"}
    (tmp_path / "out" / ".part-00002.npz.0123abcd.tmp").touch()  # of a worker that was killed
    (tmp_path / "seen").unlink()
    parts = transform(counts, files, tmp_path / "out", column="text")
    assert parts.n_parts == 4
    assert times == {path.name: path.stat().st_mtime_ns for path in (tmp_path / "out").iterdir() if path.name != "lock"}
    assert (tmp_path / "seen").read_text() == "\n"  # the probe alone
    expected = bytes_of(tmp_path / "out")
    (tmp_path / "out" / "part-00002.npz").unlink()
    transform(counts, files, tmp_path / "out", column="text")
    assert (tmp_path / "seen").read_text().split("\n", 2)[2].splitlines() == TEXTS[6:9]
    assert bytes_of(tmp_path / "out") == expected


def test_a_part_whose_record_is_that_of_another_run_is_made_again(files, tmp_path):
    stops = make_pipeline(StopsOnce(str(tmp_path)), CountVectorizer()).fit(TEXTS)
    pq.write_table(pa.table({"text": ["die"], "id": [9]}), files / "09.parquet")
    with pytest.raises(RuntimeError, match="Stopped in the middle"):
        transform(stops, files, tmp_path / "out", column="text")
    record = tmp_path / "out" / "part-00001.json"
    record.write_text(json.dumps({**json.loads(record.read_text()), "identity": {"estimator": "another"}}))
    (tmp_path / "went on").touch()
    (tmp_path / "seen").unlink()
    transform(stops, files, tmp_path / "out", column="text")
    assert (tmp_path / "seen").read_text().splitlines()[1:] == [*TEXTS[3:6], "die"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"estimator": TfidfVectorizer(sublinear_tf=True).fit(TEXTS)}, "with another estimator"),
        ({"format": "parquet"}, "in another format"),
        ({"documents": "00.parquet"}, "of other documents"),
        ({"keep": ["id"]}, "with other columns kept"),
    ],
    ids=["estimator", "format", "documents", "keep"],
)
def test_another_run_is_refused(files, vectorizer, tmp_path, change, said):
    given = {"estimator": vectorizer, "documents": files, "output": tmp_path / "out", "column": "text"}
    transform(**given)
    before = bytes_of(tmp_path / "out")
    if "documents" in change:
        change = {"documents": files / change["documents"]}
    with pytest.raises(
        FileExistsError, match=f"out belongs to another run, {said}. Name another folder, or overwrite it"
    ):
        transform(**given | change)
    assert bytes_of(tmp_path / "out") == before
    parts = transform(**given | change, overwrite=True)
    named = {name for part in parts._content["parts"] for name in part["files"]}
    assert set(bytes_of(tmp_path / "out")) == named


def test_documents_that_have_changed_are_others(files, vectorizer, tmp_path):
    transform(vectorizer, files, tmp_path / "out", column="text")
    os.utime(files / "00.parquet", (0, 0))  # it was written again, with as many bytes
    with pytest.raises(FileExistsError, match="another run, of other documents"):
        transform(vectorizer, files, tmp_path / "out", column="text")
    pq.write_table(pa.table({"text": ["sea"] * 3, "id": range(3)}), files / "00.parquet")
    with pytest.raises(FileExistsError, match="another run, of other documents"):
        transform(vectorizer, files, tmp_path / "out", column="text")


def test_a_folder_of_other_things_is_left_alone(files, vectorizer, tmp_path):
    for name, text in (("zmine.txt", "mine"), ("manifest.json", "{}")):
        folder = tmp_path / name.partition(".")[0]
        folder.mkdir()
        (folder / name).write_text(text)
        with pytest.raises((FileExistsError, ValueError), match=r"holds no parts, but 'zmine.txt'|of something else"):
            transform(vectorizer, files, folder, column="text", overwrite=True)
        assert (folder / name).read_text() == text
        assert names_in(folder) == {name}


def test_a_folder_in_use_is_refused_before_work_begins(files, tmp_path):
    counts = make_pipeline(StopsOnce(str(tmp_path)), CountVectorizer()).fit(TEXTS)
    (tmp_path / "seen").unlink()
    (tmp_path / "out").mkdir()
    with locked(tmp_path / "out", "the parts"), pytest.raises(BlockingIOError, match="is writing to the parts at"):
        transform(counts, files, tmp_path / "out", column="text")
    assert (tmp_path / "seen").read_text() == "\n"


def test_a_folder_that_cannot_be(files, vectorizer, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises((NotADirectoryError, FileExistsError), match=r"cannot be written to .*name another one"):
        transform(vectorizer, files, tmp_path / "file" / "out", column="text")
    with pytest.raises(ValueError, match="not to a URL, 's3://bucket/out'"):
        transform(vectorizer, files, "s3://bucket/out", column="text")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written(files, vectorizer, tmp_path):
    (tmp_path / "out").mkdir(mode=0o500)
    with pytest.raises(PermissionError, match=r"Parts cannot be written to .*Change its permissions"):
        transform(vectorizer, files, tmp_path / "out", column="text")


def test_a_full_disk_is_said_and_the_run_can_go_on(files, vectorizer, tmp_path, monkeypatch):
    import errno

    from textvec._common import atomic_files

    write = atomic_files._Draft.write

    def full(self, data):
        if self._path.name == "part-00002.npz":
            with atomic_files._naming(self._path):
                raise OSError(errno.ENOSPC, "No space left on device")
        return write(self, data)

    with monkeypatch.context() as patch:
        patch.setattr(atomic_files._Draft, "write", full)
        with pytest.raises(OSError, match=r"Parts cannot be written to .*: There is no room .*Make room on the disk"):
            transform(vectorizer, files, tmp_path / "out", column="text")
    assert not any(name.endswith(".tmp") for name in names_in(tmp_path / "out"))
    parts = transform(vectorizer, files, tmp_path / "out", column="text")
    assert_same(parts.to_matrix(), vectorizer.transform(TEXTS))


def test_a_part_of_a_run_that_was_replaced_is_not_written(files, vectorizer, tmp_path):
    from textvec.distributed._part_folder import record_of

    transform(vectorizer, files, tmp_path / "out", column="text")
    with pytest.raises(FileNotFoundError, match="is no longer the folder of this run"):
        record_of(tmp_path / "out", {"estimator": "another"})({})


def forged(head, **changes):
    """Return a manifest that says something else, with a checksum that fits."""
    content = head["content"] | changes
    return head | {"content": content, "sha256": checksum(content)}


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda head: head | {"format": "other"}, "it is that of something else"),
        (lambda head: head | {"version": 2}, "it is of version 2, and this textvec"),
        (lambda head: head | {"content": head["content"] | {"n_columns": 1}}, "its content is not what was written"),
        (lambda head: forged(head, layout="csv"), "'layout' must be one of npz, parquet"),
        (lambda head: head | {"content": None}, "must be an object"),
        (lambda head: [], "it is that of something else"),
    ],
)
def test_manifests_that_are_refused(files, vectorizer, tmp_path, change, error):
    transform(vectorizer, files, tmp_path / "out", column="text")
    manifest = tmp_path / "out" / "manifest.json"
    manifest.write_text(json.dumps(change(json.loads(manifest.read_text()))))
    with pytest.raises(ValueError, match=rf"manifest.json is not the manifest of a folder of parts: .*{error}"):
        read_parts(tmp_path / "out")


def test_what_is_no_folder_of_parts(tmp_path):
    with pytest.raises(FileNotFoundError, match="There is no folder"):
        read_parts(tmp_path / "nothing")
    (tmp_path / "manifest.json").write_text("[" * 100_000)
    with pytest.raises(ValueError, match="nested too deeply"):
        read_parts(tmp_path)


def test_a_damaged_estimator_or_list_of_names_is_found(files, vectorizer, tmp_path):
    parts = transform(vectorizer, files, tmp_path / "out", column="text")
    for name, read in (("estimator.textvec", parts.estimator), ("feature_names.json", lambda: parts.feature_names)):
        path = tmp_path / "out" / name
        path.write_bytes(path.read_bytes().replace(b"word1", b"wort1"))
        with pytest.raises(ValueError, match=f"{name} cannot be read: its content is not what was written"):
            read()


def test_dense_parts(files, tmp_path):
    from textvec import EmbeddingVectorizer, WordVectors

    words = WordVectors(["red", "sea", "blue"], np.random.default_rng(0).normal(size=(3, 5)).astype(np.float32))
    vectorizer = EmbeddingVectorizer(words).fit(TEXTS)
    for layout in ("npz", "parquet"):
        parts = transform(vectorizer, Files(files, "text"), tmp_path / layout, format=layout, keep=["id"])
        assert not parts.is_sparse
        assert_same(parts.to_matrix(), vectorizer.transform(TEXTS))
