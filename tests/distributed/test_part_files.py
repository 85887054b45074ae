import re

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import scipy.sparse as sp

from support.part_folders import assert_same
from textvec._common.csr import as_configured
from textvec.distributed._part_files import PartKind, part_names, read_part, write_part

SPARSE = as_configured(sp.csr_array(np.array([[0, 1.5, 0], [0, 0, 0], [2, 0, 0.1]])))
DENSE = np.array([[0.1, -0.0], [3, 4], [np.float32(1e-40), 6]], np.float32)
KEPT = pa.table({"id": ["a", None, "ü"], "y": [1, 2, 3]})


def kind_of(matrix, layout):
    return PartKind(layout, hasattr(matrix, "tocsr"), matrix.dtype.str, matrix.shape[1], ("id", "y"))


def written(folder, matrix, layout, kept=KEPT):
    return write_part(folder, 7, kind_of(matrix, layout), matrix, kept, lambda about: b"done", "part-00007.json")


@pytest.mark.parametrize("layout", ["npz", "parquet"])
@pytest.mark.parametrize("n_rows", [3, 1, 0])
@pytest.mark.parametrize(
    "matrix", [SPARSE, SPARSE.astype(np.int64), SPARSE.astype(np.float32), SPARSE != 0, DENSE, DENSE.astype(np.int32)],
    ids=lambda matrix: f"{type(matrix).__name__}-{matrix.dtype}",
)  # fmt: skip
def test_a_part_is_read_as_it_was_written(tmp_path, matrix, layout, n_rows):
    matrix, kept = matrix[:n_rows], KEPT[:n_rows]
    about = written(tmp_path, matrix, layout, kept)
    assert sorted(about["files"]) == sorted(part_names(7, kind_of(matrix, layout)))
    assert {path.name for path in tmp_path.iterdir()} == {*about["files"], "part-00007.json"}
    again, columns = read_part(tmp_path, 7, kind_of(matrix, layout), about)
    assert_same(again, matrix)
    assert columns.equals(kept)
    assert again.flags.writeable if isinstance(again, np.ndarray) else again.data.flags.writeable


def test_other_programs_read_the_parts(tmp_path):
    written(tmp_path, SPARSE, "npz")
    assert_same(as_configured(sp.load_npz(tmp_path / "part-00007.npz")), SPARSE)
    written(tmp_path, DENSE, "npz")
    assert np.load(tmp_path / "part-00007.npy").tolist() == DENSE.tolist()
    written(tmp_path, SPARSE, "parquet")
    table = pq.read_table(tmp_path / "part-00007.parquet")
    assert table["indices"].to_pylist() == [[1], [], [0, 2]]
    assert table["values"].to_pylist() == [[1.5], [], [2, 0.1]]
    assert (table.schema.field("indices").type, table["id"].to_pylist()) == (pa.list_(pa.int32()), ["a", None, "ü"])
    written(tmp_path, DENSE, "parquet")
    assert pq.read_schema(tmp_path / "part-00007.parquet").field("vector").type == pa.list_(pa.float32(), 2)


def test_unsorted_rows_are_written_in_order(tmp_path):
    matrix = sp.csr_array((np.array([1.0, 2, 3]), np.array([2, 0, 0]), np.array([0, 3])), shape=(1, 3))
    about = write_part(
        tmp_path,
        7,
        kind_of(matrix, "npz")._replace(keep=()),
        matrix,
        pa.table({}),
        lambda about: b"",
        "part-00007.json",
    )
    again, _ = read_part(tmp_path, 7, kind_of(matrix, "npz")._replace(keep=()), about)
    assert (again.indices.tolist(), again.data.tolist(), about["n_values"]) == ([0, 2], [5, 1], 2)


@pytest.mark.parametrize("layout", ["npz", "parquet"])
@pytest.mark.parametrize("matrix", [SPARSE, DENSE], ids=["sparse", "dense"])
def test_a_changed_byte_is_found(tmp_path, matrix, layout):
    about = written(tmp_path, matrix, layout)
    name = next(iter(about["files"]))
    data = bytearray((tmp_path / name).read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ValueError, match=re.escape(f"{tmp_path / name} cannot be read: its content is not what was")):
        read_part(tmp_path, 7, kind_of(matrix, layout), about)
    (tmp_path / name).write_bytes(data[:-1])
    with pytest.raises(ValueError, match=r"cannot be read: it has [\d,]+ bytes, where [\d,]+ were written"):
        read_part(tmp_path, 7, kind_of(matrix, layout), about)


def test_a_record_that_is_refused_leaves_nothing(tmp_path):
    def refused(about):
        raise FileNotFoundError("not ours")

    with pytest.raises(FileNotFoundError, match="not ours"):
        write_part(tmp_path, 7, kind_of(SPARSE, "npz"), SPARSE, KEPT, refused, "part-00007.json")
    assert list(tmp_path.iterdir()) == []


def vouched(folder, name):
    """Return a description that says of files what they are: what whoever makes a folder can write as well."""
    from textvec.index.storage.mapped import digest, mapped

    content = mapped(folder / name)
    return {"size": content.size, "sha256": digest(content)}


@pytest.mark.parametrize(
    ("write", "error"),
    [
        (lambda path: sp.save_npz(path, sp.csr_matrix((10, 3)), compressed=True), "it is compressed"),
        (lambda path: sp.save_npz(path, sp.csc_matrix(SPARSE), compressed=False), "it is no CSR matrix"),
        (lambda path: sp.save_npz(path, sp.csr_matrix((3, 4)), compressed=False), "it is a matrix of shape"),
        (
            lambda path: np.savez(
                path, indices=np.array([9]), indptr=np.array([0, 1]), format=b"csr", shape=(1, 3), data=np.ones(1)
            ),
            "ind",
        ),
        (
            lambda path: np.savez(
                path, indices=np.array([0]), indptr=np.array([0, 9, 1, 1]), format=b"csr", shape=(3, 3), data=np.ones(1)
            ),
            "ind",
        ),
        (lambda path: path.write_bytes(b"PK no zip"), "zip"),
    ],
    ids=["compressed", "csc", "shape", "indices", "indptr", "no zip"],
)
def test_what_no_part_of_ours_is(tmp_path, write, error):
    kind = kind_of(SPARSE, "npz")._replace(keep=())
    write(tmp_path / "part-00007.npz")
    about = {"n_rows": 3, "n_values": 3, "files": {"part-00007.npz": vouched(tmp_path, "part-00007.npz")}}
    with pytest.raises(ValueError, match=f"part-00007.npz cannot be read: .*{error}"):
        read_part(tmp_path, 7, kind, about)


@pytest.mark.parametrize(
    ("table", "options", "error"),
    [
        ({"indices": [[0]] * 3, "values": [[1.0]] * 3}, {"compression": "zstd"}, "is compressed, which"),
        ({"indices": [[0]] * 3, "values": [[1.0]] * 3}, {"use_dictionary": True}, "is compressed, which"),
        ({"indices": [[0]] * 3, "values": [[1.0, 2]] * 3}, {}, "not as many indices as values"),
        ({"indices": [[0], None, []], "values": [[1.0], None, []]}, {}, "a row of it is missing"),
        ({"indices": [[5], [0], [0]], "values": [[1.0]] * 3}, {}, "ind"),
        ({"values": [[1.0]] * 3}, {}, "indices"),
        ({"indices": [[]] * 100_000, "values": [[]] * 100_000}, {"row_group_size": 100_000}, "100,000 rows in a group"),
    ],
    ids=["zstd", "dictionary", "lengths", "null", "column", "lacks", "group"],
)
def test_what_no_table_of_ours_is(tmp_path, table, options, error):
    types = {"indices": pa.list_(pa.int32()), "values": pa.list_(pa.float64())}
    columns = {name: pa.array(values, types[name]) for name, values in table.items()}
    options = {"compression": "none", "use_dictionary": False} | options
    pq.write_table(pa.table(columns), tmp_path / "part-00007.parquet", **options)
    about = {"n_rows": 3, "n_values": 3, "files": {"part-00007.parquet": vouched(tmp_path, "part-00007.parquet")}}
    with pytest.raises(ValueError, match=f"part-00007.parquet cannot be read: .*{error}"):
        read_part(tmp_path, 7, kind_of(SPARSE, "parquet")._replace(keep=()), about)


def test_many_rows_of_nothing_are_honest(tmp_path):
    matrix = as_configured(sp.csr_array((100_000, 3)))
    kept = pa.table({"id": pa.nulls(100_000, pa.int64()), "y": [""] * 100_000})
    about = written(tmp_path, matrix, "parquet", kept)
    again, columns = read_part(tmp_path, 7, kind_of(matrix, "parquet"), about)
    assert_same(again, matrix)
    assert columns.equals(kept)
