"""Folders: parts of Parquet, files in other encodings, saved indexes, names that are no UTF-8."""

import os
import shutil
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import dataset, parquet

from textvec import CosineIndex, Tokenizer, save
from textvec.readers import ReadError, read_documents


def write(path, **columns):
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    parquet.write_table(pa.table(columns), path)


@pytest.fixture
def spark():
    """A folder as Spark and Hive write it."""
    write("t/year=2025/lang=en/part-0.snappy.parquet", id=[1, 2], words=["red", "green"], n=[1.5, None])
    write("t/year=2026/lang=__HIVE_DEFAULT_PARTITION__/000000_0", id=[3], words=["blue"], n=[2.0])
    write("t/year=2026/lang=a%20b/part-1.parquet", id=pa.array([], pa.int64()), words=pa.array([], pa.string()), n=[])
    for name in ("t/_SUCCESS", "t/._SUCCESS.crc", "t/year=2025/.part-0.snappy.parquet.crc", "t/_metadata"):
        Path(name).write_bytes(b"x")
    return "t"


def test_parquet_parts(spark):
    corpus = read_documents(spark, id_column="id", metadata_columns=["year", "lang", "n"])
    assert (corpus.texts, corpus.ids) == (["red", "green", "blue"], [1, 2, 3])
    assert corpus.rows == [1, 2, 1]
    assert corpus.sources[0] == corpus.sources[1] == "t/year=2025/lang=en/part-0.snappy.parquet"
    assert corpus.columns == {"year": [2025, 2025, 2026], "lang": ["en", "en", None], "n": [1.5, None, 2.0]}
    assert len(corpus.notes) == 1
    with pytest.raises(ReadError, match="Column 'nope' is not in t/year=2025"):
        read_documents(spark, metadata_columns=["nope"])
    shutil.rmtree("t/year=2025")
    Path("t/year=2026/lang=__HIVE_DEFAULT_PARTITION__/000000_0").unlink()
    with pytest.raises(ReadError, match=r"t holds no text"):
        read_documents(spark)


@pytest.mark.parametrize(
    "values",
    [
        ["01", "02"],
        ["007", "8"],
        ["2024", "x"],
        ["1.5", "2"],
        ["-5", "3"],
        ["+5", "3"],
        ["-0", "0"],
        [" 5", "6"],
        ["", "6"],
        ["NA", "6"],
        ["true", "false"],
        ["2024-01-01"],
        ["2147483647", "-2147483648"],
        ["2147483648", "1"],
        ["9" * 30],
        ["\u0661", "2"],
        ["__HIVE_DEFAULT_PARTITION__", "4"],
        ["a%2Fb", "c"],
    ],
    ids=str,
)
def test_partitions_have_the_types_of_pyarrow(values):
    for value in values:
        write(f"t/k={value}/0.parquet", text=["red"])
    corpus = read_documents("t", metadata_columns=["k"])
    theirs = dataset.dataset("t", partitioning="hive").to_table()["k"].to_pylist()
    assert sorted(corpus.columns["k"], key=str) == sorted(theirs, key=str)


def test_partitions_with_what_stands_for_missing():
    for value in ("NA", "01", "__HIVE_DEFAULT_PARTITION__"):
        write(f"t/k={value}/0.parquet", text=["red"])
    assert read_documents("t", metadata_columns=["k"]).columns["k"] == ["01", "NA", None]
    assert read_documents("t", metadata_columns=["k"], null="NA").columns["k"] == [1, None, None]


def test_parquet_beside_text(spark):
    Path("t/README.md").write_text("read me")
    corpus = read_documents("t")
    assert corpus.texts == ["read me", "x"]
    assert corpus.warnings == ["t: 3 Parquet files beside other files are passed over; format parquet reads them."]
    corpus = read_documents("t", format="parquet")
    assert corpus.texts == ["red", "green", "blue"]
    assert "t/README.md is no Parquet file: passed over." in corpus.notes


def test_a_folder_of_tables():
    Path("t").mkdir()
    Path("t/a.csv").write_text("text,n\nred,1\n")
    Path("t/b").write_text("text,n\ngreen,NA\n")
    assert read_documents("t").texts == ["text,n\nred,1\n", "text,n\ngreen,NA\n"]
    corpus = read_documents("t", format="csv", metadata_columns=["n"])
    assert (corpus.texts, corpus.columns) == (["red", "green"], {"n": [1, None]})


def test_other_encodings():
    Path("t").mkdir()
    Path("t/a.txt").write_bytes(b"caf\xe9")
    with pytest.raises(ReadError, match=r"t/a\.txt is not utf-8") as caught:
        read_documents("t")
    assert caught.value.parameter == "encoding"
    Path("t/b.txt").write_text("red")
    corpus = read_documents("t")
    assert (corpus.texts, corpus.sources) == (["red"], ["t/b.txt"])
    assert corpus.warnings[0].startswith("t/a.txt is not utf-8")
    assert read_documents("t", encoding="latin-1").texts == ["café", "red"]


def test_what_textvec_saved_is_passed_over():
    Path("t/web").mkdir(parents=True)
    Path("t/a.txt").write_text("red")
    Path("t/web/manifest.json").write_text('{"name": "an extension"}')
    CosineIndex().fit(["red apple"]).save("t/my.index")
    save(Tokenizer(), "t/model.tv")
    corpus = read_documents("t")
    assert corpus.sources == ["t/a.txt", "t/web/manifest.json"]
    assert corpus.notes == [
        "t/my.index holds an index that textvec saved: passed over.",
        "t/model.tv is not text: passed over.",
    ]
    with pytest.raises(ReadError, match=r"t/my.index holds an index that textvec saved"):
        read_documents("t/my.index")


def test_names_that_are_no_utf8():
    os.mkdir(b"t\xff")  # noqa: PTH102  (a Path takes no bytes)
    for name, data in ((b"t\xff/caf\xe9.txt", b"red"), (b"t\xff/b\xe9.txt", b"\xe9"), (b"t\xff/c\xe9", b"\0")):
        with open(name, "wb") as file:  # noqa: PTH123
            file.write(data)
    folder = os.fsdecode(b"t\xff")
    corpus = read_documents(folder)
    assert corpus.texts == ["red"]
    assert corpus.sources == ["t\\xff/caf\\xe9.txt"]
    assert corpus.notes == ["t\\xff/c\\xe9 is not text: passed over."]
    assert corpus.warnings[0].startswith("t\\xff/b\\xe9.txt is not utf-8")
    assert corpus.to_metadata()["source"].to_pylist() == corpus.sources
    assert read_documents(os.fsdecode(b"t\xff/caf\xe9.txt")).sources == corpus.sources
    for missing in (b"n\xff.txt", b"t\xff/c\xe9"):
        with pytest.raises(ReadError) as caught:
            read_documents(os.fsdecode(missing))
        assert str(caught.value).encode().decode("ascii").count("\\x") >= 1
    with pytest.raises(ReadError, match="There is no file or folder"):
        read_documents("a\0b")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_another_encoding(tmp_path, encoding):
    (tmp_path / "a.txt").write_text("good")
    (tmp_path / "b.txt").write_bytes("good café".encode(encoding))
    corpus = read_documents(tmp_path)
    assert corpus.texts == ["good"]
    assert "b.txt looks like UTF-16 without a mark" in corpus.warnings[0]
    with pytest.raises(ReadError, match="looks like UTF-16"):
        read_documents(tmp_path, strict=True)
