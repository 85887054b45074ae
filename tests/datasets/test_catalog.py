"""The catalogue says what the functions and their files say, and writes data sets to tables that are read again."""

import csv
import gzip
import json
from importlib import import_module
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from sklearn.utils import Bunch

import textvec.datasets
from support.downloads import files
from textvec.datasets import catalog, export, load_messages, load_paragraphs, load_passages
from textvec.readers import read_documents


def test_every_function_is_in_it_and_every_name_once():
    names = [info.name for info in catalog.DATASETS]
    assert len(set(names)) == len(names)
    assert {info.function for info in catalog.DATASETS} == set(textvec.datasets.__all__) - {"load_classifier"}


@pytest.mark.parametrize("info", [info for info in catalog.DATASETS if info.is_bundled], ids=lambda info: info.name)
def test_samples(info):
    bunch = info.load(None)
    assert len(bunch.data) == info.rows
    assert info.licence in bunch.DESCR
    assert all(Path(path).exists() for path in info.paths(None))


@pytest.mark.parametrize("info", [info for info in catalog.DATASETS if not info.is_bundled], ids=lambda info: info.name)
def test_real_data(info, data):
    """Of what is there: rows and terms are as the catalogue has them."""
    root = data()
    if not all((root / file).exists() for file in info.files):
        pytest.skip(f"needs real data: TEXTVEC_DATA has no {' and '.join(info.files)}")
    if info.name == "imdb":
        pytest.skip("it is read in tests/datasets/test_imdb.py")
    bunch = info.load(root)
    assert len(bunch.data) == info.rows
    assert info.page in bunch.DESCR
    assert bunch.filename == info.paths(root)[0]
    if info.licence != "not stated":
        assert info.licence.split()[0] in bunch.DESCR


@pytest.mark.parametrize("info", [info for info in catalog.DATASETS if not info.is_bundled], ids=lambda info: info.name)
def test_pages_are_those_of_the_fetchers(info):
    assert info.page in import_module(textvec.datasets._HOMES[info.function])._DESCRIPTION


def test_listed(tmp_path, monkeypatch):
    monkeypatch.setenv("TEXTVEC_DATA", str(tmp_path / "empty"))
    before = {record["name"]: record for record in catalog.listed()}
    assert [record["here"] for record in before.values()] == ["bundled"] * 4 + ["no"] * (len(before) - 4)
    assert before["messages"]["path"].endswith("messages.csv")
    assert before["simlex999"]["path"] is None
    (tmp_path / "words").mkdir()
    (tmp_path / "stsb").mkdir()
    (tmp_path / "words" / "simlex999.csv").touch()
    (tmp_path / "stsb" / "sts_test.csv").touch()  # one of two
    after = {record["name"]: record for record in catalog.listed(tmp_path)}
    assert after["simlex999"]["here"] == "yes"
    assert after["simlex999"]["path"] == str(tmp_path / "words" / "simlex999.csv")
    assert after["sts-benchmark"]["here"] == "no"


def test_named():
    assert catalog.named("SMS_spam").function == "fetch_sms_spam"
    for name, similar in (("sms", "sms-spam"), ("simlex", "simlex999"), ("20newsgroup", "20newsgroups")):
        with pytest.raises(
            ValueError, match=rf"There is no data set '{name}'\. Did you mean '{similar}'\? There are mess"
        ):
            catalog.named(name)
    with pytest.raises(ValueError, match=r"There is no data set 'xyz'\. There are messages, "):
        catalog.named("xyz")


@pytest.mark.parametrize("name", ["m.csv", "m.TSV", "m.jsonl", "m.parquet", "m.csv.gz", "m.jsonl.bz2", "m.tsv.zst"])
def test_what_is_written_is_read_again(name, tmp_path):
    sample = load_messages()
    export.write(sample, tmp_path / name)
    corpus = read_documents([tmp_path / name], metadata_columns=["label"])
    assert corpus.texts == sample.data
    assert corpus.to_metadata()["label"].to_pylist() == sample.target.tolist()
    assert files(tmp_path) == [name]


def test_columns(tmp_path):
    def header(bunch):
        export.write(bunch, tmp_path / "f.csv")
        with (tmp_path / "f.csv").open(encoding="utf-8", newline="") as file:
            return next(csv.reader(file))

    assert header(load_paragraphs()) == ["id", "subject", "paraphrase_of", "text"]
    assert header(load_passages()) == ["id", "subject", "text"]
    pairs = Bunch(data=[("a", "b", 1.5)], columns=["word1", "word2", "similarity"])
    assert header(pairs) == ["word1", "word2", "similarity"]
    export.write(pairs, tmp_path / "f.jsonl")
    assert json.loads((tmp_path / "f.jsonl").read_text()) == {"word1": "a", "word2": "b", "similarity": 1.5}

    import numpy as np

    posts = Bunch(data=["x", "y"], target=np.array([1, 0]), target_names=["s", "t"], split=np.array(["train", "test"]))
    export.write(posts, tmp_path / "f.parquet")
    assert pq.read_table(tmp_path / "f.parquet").to_pydict() == {
        "split": ["train", "test"],
        "label": ["t", "s"],
        "text": ["x", "y"],
    }


def test_compressed(tmp_path):
    export.write(load_messages(), tmp_path / "m.csv.gz")
    with gzip.open(tmp_path / "m.csv.gz", "rt", encoding="utf-8", newline="") as file:
        assert next(csv.reader(file)) == ["label", "text"]


@pytest.mark.parametrize("name", ["m", "m.xls", "m.parquet.gz", "m.gz", ".csv.x"])
def test_names_of_no_form(name, tmp_path):
    for call in (lambda: export.check_writable(name), lambda: export.write(load_messages(), tmp_path / name)):
        with pytest.raises(
            ValueError, match=r"must end in \.csv, \.tsv, \.jsonl, \.parquet or in \.csv\.gz, but it is"
        ):
            call()
    assert files(tmp_path) == []


def test_a_folder_that_is_not_there_is_an_error_before_a_download(tmp_path):
    with pytest.raises(FileNotFoundError):
        export.check_writable(tmp_path / "nope" / "f.csv")
    export.check_writable(tmp_path / "f.csv")
    assert list(tmp_path.iterdir()) == []
