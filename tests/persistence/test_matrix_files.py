"""Matrices to files, read again by the programs that they are for."""

import io
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import scipy.io
import scipy.sparse as sp
from pyarrow import parquet
from sklearn.datasets import load_svmlight_file

from textvec import CountVectorizer, TfidfVectorizer
from textvec.persistence import matrix_files, write_matrix

TEXTS = ["red sea", "", "blue sea, blue sky", "\n", "red"]
HOSTILE = ['a\nb"', "\r\u2028", "नमस्ते", "\ud800", "a\nb"]


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def files_here():
    return sorted(path.name for path in Path().iterdir())


def from_npz(path, n_columns):
    return sp.load_npz(path).toarray()


def from_mtx(path, n_columns):
    return scipy.io.mmread(path).toarray()


def from_npy(path, n_columns):
    return np.load(path, allow_pickle=False)


def from_parquet(path, n_columns):
    """Return the matrix of a file, as its page says that it is put together."""
    table = parquet.read_table(path)
    if table.column_names == ["values"]:
        return np.array(table["values"].to_pylist())
    terms = table.column_names[0]
    columns = range(n_columns)
    if terms == "terms":
        names = json.loads(table.schema.metadata[b"textvec.columns"])
        columns = {name: column for column, name in enumerate(names)}
    matrix = np.zeros((len(table), n_columns))
    for i, row in enumerate(table.to_pylist()):
        for term, value in zip(row[terms], row["values"], strict=True):
            matrix[i, columns[term]] += value
    return matrix


def from_svmlight(path, n_columns):
    X, y = load_svmlight_file(path, n_features=n_columns, zero_based=False)
    assert not y.any()
    return X.toarray()


READERS = {
    ".npz": from_npz,
    ".mtx": from_mtx,
    ".npy": from_npy,
    ".parquet": from_parquet,
    ".svmlight": from_svmlight,
}


@pytest.mark.parametrize("ending", READERS)
@pytest.mark.parametrize("make", [CountVectorizer, TfidfVectorizer, lambda: TfidfVectorizer(dtype=np.float32)])
def test_what_is_read_is_what_was_written(ending, make):
    vectorizer = make().fit(TEXTS)
    X, names = vectorizer.transform(TEXTS), vectorizer.get_feature_names_out()
    files = write_matrix(X, f"X{ending}", names=names)
    again = READERS[ending](files[0], X.shape[1])
    np.testing.assert_array_equal(again.astype(X.dtype), X.toarray())  # text files do not tell the type
    assert ending in (".mtx", ".svmlight", ".parquet") or again.dtype == X.dtype
    assert [path.name for path in files] == [
        f"X{ending}",
        *([] if ending == ".parquet" else [f"X{ending}.columns.json"]),
    ]
    if len(files) > 1:
        assert json.loads(files[1].read_text(encoding="utf-8")) == names.tolist()
    assert files_here() == sorted(path.name for path in files)


@pytest.mark.parametrize("ending", READERS)
@pytest.mark.parametrize(
    "matrix",
    [
        np.array([[0.1 + 0.2, 0.0], [0.0, 0.0], [-1e-300, 3.0]]),
        np.array([[1.5, 2.0]], np.float32),
        sp.csr_array((3, 2)),
        sp.csr_array(np.eye(2, dtype=bool)),
        sp.coo_array(([1.0, 2.0, 4.0], ([0, 0, 1], [1, 1, 0])), (2, 2)),
    ],
    ids=["float64", "float32", "zeros", "bool", "repeated"],
)
def test_dense_and_unusual_matrices(ending, matrix):
    assert write_matrix(matrix, f"X{ending}") == [Path(f"X{ending}")]
    expected = matrix.toarray() if sp.issparse(matrix) else matrix
    np.testing.assert_array_equal(READERS[ending](f"X{ending}", matrix.shape[1]), expected)


def test_a_dense_array_without_columns():
    write_matrix(np.empty((3, 0)), "X.parquet", names=[])
    assert parquet.read_table("X.parquet")["values"].to_pylist() == [[], [], []]


def test_names_with_line_breaks_and_half_characters():
    (_, file) = write_matrix(np.eye(len(HOSTILE)), "X.npz", names=HOSTILE)
    assert json.loads(file.read_text(encoding="utf-8")) == HOSTILE
    assert file.read_bytes().count(b"\n") == len(HOSTILE) + 2
    assert "नमस्ते" in file.read_text(encoding="utf-8")
    (_, file) = write_matrix(np.zeros((2, 0)), "Y.npz", names=[])
    assert json.loads(file.read_text()) == []
    names = [name for name in HOSTILE if name != "\ud800"]
    write_matrix(sp.csr_array(np.eye(len(names))), "X.parquet", names=names)
    assert pd.read_parquet("X.parquet")["terms"].map(list).tolist() == [[name] for name in names]


def test_labels_and_lines_of_svmlight(monkeypatch):
    monkeypatch.setattr(matrix_files, "_LINES_PER_WRITE", 2)
    X = sp.csr_array(np.array([[0, 0.1 + 0.2, 0], [0, 0, 0], [1, 0, 2.5]]))
    write_matrix(X, "X.svmlight", labels=["spam", "ham", "spam"])
    assert Path("X.svmlight").read_text() == "1 2:0.30000000000000004\n0\n1 1:1 3:2.5\n"
    again, y = load_svmlight_file("X.svmlight", n_features=3)
    np.testing.assert_array_equal(again.toarray(), X.toarray())
    assert y.tolist() == [1, 0, 1]
    write_matrix(X, "X.svmlight", labels=[1, 2.5, True])
    assert load_svmlight_file("X.svmlight")[1].tolist() == [1, 2.5, 1]
    for missing in (None, float("nan"), pd.NA):
        with pytest.raises(ValueError, match="The label of document 2 of 3 is missing"):
            write_matrix(X, "X.svmlight", labels=["a", missing, "b"])


def test_a_dense_array_is_made_some_rows_at_a_time(monkeypatch):
    X = sp.random_array((50, 7), density=0.3, format="csr", rng=np.random.default_rng(0))
    for block in (1, 3 * 7 * 8, 1 << 20):
        monkeypatch.setattr(matrix_files, "_BLOCK_BYTES", block)
        write_matrix(X, "X.npy")
        np.testing.assert_array_equal(np.load("X.npy", allow_pickle=False), X.toarray())


def test_a_dense_array_that_is_too_large_is_refused_before_memory_is_taken():
    X = sp.csr_array((10**6, 10**9))  # 8 PB
    said = r"X.npy would be a dense array of 1,000,000 x 1,000,000,000 numbers, 8,000,000.0 GB: more than "
    with pytest.raises(
        ValueError, match=said + r"half of the memory of this machine, [\d.,]+ GB. Write a sparse file, such as X\.npz"
    ):
        write_matrix(X, "X.npy")
    assert files_here() == []


def test_without_room_on_the_disk(monkeypatch):
    monkeypatch.setattr(matrix_files, "installed_memory", lambda: None)
    with pytest.raises(ValueError, match=r"more than the [\d,.]+ GB of room on the disk"):
        write_matrix(sp.csr_array((10**6, 10**9)), "X.npy")


def test_all_files_or_none(monkeypatch):
    write_matrix(np.eye(2), "X.npz", names=["old", "names"])
    before = {name: Path(name).read_bytes() for name in files_here()}

    def fail(names):
        yield b"["
        raise KeyboardInterrupt

    monkeypatch.setattr(matrix_files, "lines_of_names", fail)
    with pytest.raises(KeyboardInterrupt):
        write_matrix(np.ones((2, 2)), "X.npz", names=["new", "ones"])
    assert {name: Path(name).read_bytes() for name in files_here()} == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("X.csv", {}),
            r"ends with \.npz, \.mtx, \.npy, \.parquet, \.svmlight, which tells its format, but it is 'X\.csv'",
        ),
        (("X", {}), "which tells its format"),
        (("X.npz", {"names": ["a"]}), "there are 1 names for 2 columns"),
        (("X.npz", {"labels": [0, 1]}), r"labels are written to \.svmlight files, and not to \.npz files"),
        (("X.svmlight", {"labels": [0]}), "there are 1 labels for 2 rows"),
    ],
)
def test_bad_input(arguments, message):
    path, options = arguments
    with pytest.raises(ValueError, match=message):
        write_matrix(np.eye(2), path, **options)
    assert files_here() == []


def test_targets_are_checked_before_any_work():
    Path("folder.npz").mkdir()
    Path("X.npy.columns.json").mkdir()
    for path, error in (
        ("folder.npz", IsADirectoryError),
        ("no/X.npz", FileNotFoundError),
        ("X.npy", IsADirectoryError),
    ):
        with pytest.raises(error):
            matrix_files.check_matrix_files(path)
    matrix_files.check_matrix_files("X.npz")
    assert files_here() == ["X.npy.columns.json", "folder.npz"]


def test_terms_of_a_parquet_file_unfold_to_a_long_table():
    vectorizer = CountVectorizer().fit(TEXTS)
    write_matrix(vectorizer.transform(TEXTS), "X.parquet", names=vectorizer.get_feature_names_out())
    long = pd.read_parquet("X.parquet").explode(["terms", "values"]).dropna()
    assert long.reset_index().to_numpy().tolist() == [
        [0, "red", 1], [0, "sea", 1], [2, "blue", 2], [2, "sea", 1], [2, "sky", 1], [4, "red", 1],
    ]  # fmt: skip
    assert parquet.read_table("X.parquet").schema.field("values").type == pa.list_(pa.int64())


def test_the_same_matrix_makes_the_same_text_files():
    X = sp.csr_array(np.array([[1.0, 0], [0, 1 / 3]]))
    for ending in (".mtx", ".svmlight", ".npy"):
        written = []
        for name in ("a", "b"):
            write_matrix(X, name + ending)
            written.append(Path(name + ending).read_bytes())
        assert written[0] == written[1]
    assert scipy.io.mminfo(io.BytesIO(Path("a.mtx").read_bytes()))[4:] == ("real", "general")
