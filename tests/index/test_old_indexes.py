"""Indexes that older versions saved, see support/make_saved_files.py, are opened, searched and changed."""

import json
import shutil
from pathlib import Path

import pytest

from support.make_saved_files import agree, as_given, letters, plain, without_documents
from textvec import CosineIndex

SAVED = Path(__file__).parents[1] / "saved"
FOLDERS = sorted(path.parent for path in SAVED.glob("*/*/manifest.json"))
VERSIONS = sorted(path for path in SAVED.iterdir() if path.is_dir())
RTOL = 1e-6  # scores are in single precision


def named(path):
    return path.relative_to(SAVED).as_posix()


def expected(folder):
    return json.loads((folder / "expected.json").read_text(encoding="utf-8"))["indexes"]


def contents(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(params=FOLDERS, ids=named)
def about(request, tmp_path):
    """What is expected of an index; a copy of it is at the path `copy`, and the index itself must stay as it is."""
    before = contents(request.param)
    copy = shutil.copytree(request.param, tmp_path / request.param.name)
    yield {**expected(request.param.parent)[request.param.name], "copy": copy}
    assert contents(request.param) == before


def opened(folder):
    # The encoder of this one is a function, which is not saved.
    encoder = letters if folder.name == "index-function" else None
    return CosineIndex.open(folder, encoder=encoder, verify=True)


def searched(index, about):
    return [
        without_documents(index.search(as_given(search["given"], search["queries"]), **search["options"]))
        for search in about["searches"]
    ]


def test_an_old_index_finds_what_it_found(about):
    before = contents(about["copy"])
    index = opened(about["copy"])
    assert list(index) == about["ids"]
    assert len(index) == about["length"]
    assert index.info()["segments"] == about["segments"]
    assert plain([index[document["id"]]._asdict() for document in about["documents"]]) == about["documents"]
    hits = [search["hits"] for search in about["searches"]]
    assert agree(searched(index, about), hits, RTOL)
    assert index.encoder_ is not None  # it is loaded now, and has not been before, if queries are encoded without it
    assert agree(searched(index, about), hits, RTOL)
    assert agree(without_documents(index.search_by_id(about["ids"][1], k=3)), about["search_by_id"], RTOL)
    if about["explained"]:
        query, id_, shares = about["explained"]
        assert agree(plain(index.explain(query, id_).to_dicts()), shares, RTOL)
    assert contents(about["copy"]) == before


def test_an_old_index_is_changed(about):
    index, more = opened(about["copy"]), about["more"]
    documents = as_given(about["given"], more["documents"])
    index.add(documents, ids=more["ids"])
    new = more["ids"] or [id_ for id_ in index if id_ not in about["ids"]]
    assert [hits[0].id for hits in index.search(documents, k=1)] == new
    index.delete(about["ids"][1])
    left = sorted({*about["ids"], *new} - {about["ids"][1]})
    hits = searched(index, about)
    for _ in range(2):
        again = opened(about["copy"])
        assert list(again) == list(index) == left
        assert searched(again, about) == searched(index, about) == hits
        index.compact()
    assert opened(about["copy"]).info()["segments"] == 1
    assert not list(about["copy"].glob("deleted-*"))


def test_an_old_index_is_saved_anew(about, tmp_path):
    target = tmp_path / "new" / about["copy"].name
    opened(about["copy"]).save(target)
    again = opened(target)
    assert list(again) == about["ids"]
    assert agree(searched(again, about), [search["hits"] for search in about["searches"]], RTOL)


@pytest.mark.parametrize("folder", VERSIONS, ids=named)
def test_no_old_index_is_missing(folder):
    assert {path.name for path in FOLDERS if path.parent == folder} == expected(folder).keys()
