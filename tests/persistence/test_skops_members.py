"""An archive inside a saved file takes no more memory than the file explains, and is read once."""

import io
import json
import sys
import zipfile

import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import FunctionTransformer

import textvec
from support.archives import forge, members_of, npy
from support.memory import outcomes_within
from textvec.persistence import foreign, skops_members

LOAD = "textvec.load(path)"
MATRIX = ["scipy.sparse._csr.csr_matrix"]


def zipped(members, compression=zipfile.ZIP_STORED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def unzipped(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def saved(tmp_path):
    """A file that holds a sparse matrix, which skops writes as an archive in an archive."""
    path = tmp_path / "saved.textvec"
    textvec.save(NearestNeighbors().fit(sp.random(50, 9, 0.3, "csr", random_state=0)), path)
    return path


def change(path, change):
    """Write the file anew with other members of skops' archive."""
    members = unzipped(members_of(path)[1]["0.skops"])
    forge(path, **{"_0_skops": zipped(change(members))})


def refused(path, message="a part of it is not what skops writes"):
    with pytest.raises(ValueError, match=message) as error:
        textvec.load(path)
    assert str(error.value).startswith(f"{path} cannot be loaded: a part of it is not what skops writes: ")


def matrix_name(members):
    return next(name for name in members if name.endswith(".npz"))


def test_sparse_matrices_are_written_uncompressed_and_read(saved):
    members = unzipped(members_of(saved)[1]["0.skops"])
    with zipfile.ZipFile(io.BytesIO(members[matrix_name(members)])) as archive:
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
    fitted = textvec.load(saved, trusted=MATRIX)._fit_X
    assert (fitted != sp.random(50, 9, 0.3, "csr", random_state=0)).nnz == 0


def test_matrices_that_earlier_versions_compressed_are_read(saved):
    def compress(members):
        name = matrix_name(members)
        return members | {name: zipped(unzipped(members[name]), zipfile.ZIP_DEFLATED)}

    change(saved, compress)
    assert textvec.load(saved, trusted=MATRIX)._fit_X.shape == (50, 9)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("compression", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_bomb_in_the_inner_archive(saved, compression):
    def arm(members):
        name = matrix_name(members)
        arrays = unzipped(members[name])
        arrays["data.npy"] = npy(np.zeros(2 * 10**7))
        return members | {name: zipped(arrays, compression)}

    change(saved, arm)
    assert saved.stat().st_size < 10**6
    assert "a sparse matrix of" in outcomes_within(100, LOAD, saved)[0]


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("inner", ["matrix", "array"])
def test_headers_that_announce_more_than_there_is(inner, tmp_path):
    path = tmp_path / "saved.textvec"
    X = np.ones((50, 9))
    textvec.save(NearestNeighbors(algorithm="brute").fit(sp.csr_matrix(X) if inner == "matrix" else X), path)
    header = npy(np.zeros(8))[:128].replace(b"(8,), }", b"(4611686018427387904,), }")[:128]
    header = header[:8] + (len(header) - 10).to_bytes(2, "little") + header[10:]

    def lie(members):
        if inner == "matrix":
            name = matrix_name(members)
            return members | {name: zipped(unzipped(members[name]) | {"data.npy": header + bytes(64)})}
        name = max(members, key=lambda name: len(members[name]) if name.endswith(".npy") else 0)
        return members | {name: header + bytes(64)}

    change(path, lie)
    assert "does not have" in outcomes_within(100, LOAD, path)[0]


@pytest.mark.parametrize("identity", [True, False])
def test_a_member_that_is_read_again_and_again(identity, tmp_path):
    path = tmp_path / "saved.textvec"
    textvec.save(FunctionTransformer(kw_args={"x": [np.zeros(1000), np.ones(3)]}), path)

    def repeat(members):
        def walk(node):
            if isinstance(node, list):
                arrays = [item for item in node if isinstance(item, dict) and item.get("file")]
                if arrays:
                    again = [arrays[0] | {"__id__": 10**6 + i if identity else 0} for i in range(1000)]
                    return [*node, *again]
                return [walk(item) for item in node]
            return {key: walk(value) for key, value in node.items()} if isinstance(node, dict) else node

        return members | {"schema.json": json.dumps(walk(json.loads(members["schema.json"])))}

    assert len(textvec.load(path).kw_args["x"]) == 2
    change(path, repeat)
    refused(path, "more than once")


def test_one_array_that_is_held_twice_is_read(tmp_path):
    array = np.arange(5.0)
    textvec.save(FunctionTransformer(kw_args={"x": [array, array]}), tmp_path / "saved.textvec")
    first, second = textvec.load(tmp_path / "saved.textvec").kw_args["x"]
    assert first is second


@pytest.mark.parametrize("content", [b"", b"nothing", zipped({"a.npy": npy(np.ones(3))}), npy(np.ones(3))[:-1]])
@pytest.mark.parametrize("inner", [".npz", ".npy"])
def test_something_else_in_the_place_of_an_array(content, inner, saved, tmp_path):
    if inner == ".npy":
        textvec.save(NearestNeighbors(algorithm="brute").fit(np.ones((50, 9))), saved)
    if inner == ".npz" and content.startswith(b"PK"):
        content = zipped({"data.npy": b"no array"})
    change(saved, lambda members: {name: content if name.endswith(inner) else members[name] for name in members})
    refused(saved)


def test_records_are_read(tmp_path):
    """Trees hold them, which a caller may trust."""
    array = np.array([(1, 2.5)], dtype=[("a", "i4"), ("b", "f8")])
    textvec.save(FunctionTransformer(kw_args={"x": array}), tmp_path / "saved.textvec")
    assert textvec.load(tmp_path / "saved.textvec").kw_args["x"].tolist() == [(1, 2.5)]


def test_bytes_without_matrices_stay_as_they_are():
    import skops.io

    data = skops.io.dumps(FunctionTransformer())
    assert skops_members.stored(data) == data
    assert foreign.dumps(FunctionTransformer(), "it")[:2] == b"PK"
