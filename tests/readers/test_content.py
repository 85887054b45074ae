"""Compressed files: the text in them, an error that names what is cut off, and no more memory than is honest."""

import bz2
import gzip
import io
import json
import lzma
import os
import subprocess
import sys
import tarfile
import threading
import zipfile
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from textvec import Tokenizer, save
from textvec.readers import ReadError, read_documents
from textvec.readers import content as content_module

TABLE = b"id,text\n1,red apple\n2,green apple\n"


def as_zip(files):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return written.getvalue()


def arrow(data, compression):
    buffer = pa.BufferOutputStream()
    with pa.CompressedOutputStream(buffer, compression) as file:
        file.write(data)
    return buffer.getvalue().to_pybytes()


PACKERS = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".lzma": lambda data: lzma.compress(data, lzma.FORMAT_ALONE),
    ".zst": lambda data: arrow(data, "zstd"),
    ".lz4": lambda data: arrow(data, "lz4"),
}


@pytest.mark.parametrize("suffix", PACKERS)
def test_compressed(suffix):
    pack = PACKERS[suffix]
    Path(f"f.csv{suffix}").write_bytes(pack(TABLE))
    Path("F.CSV" + suffix.upper()).write_bytes(pack(TABLE))
    Path("lines").write_bytes(pack(b"red\ngreen\n"))
    Path(f"wide.txt{suffix}").write_bytes(pack("thé\n".encode("utf-16")))
    Path(f"several.txt{suffix}").write_bytes(pack(b"red\n") + pack(b"green\n"))
    Path(f"f.jsonl{suffix}").write_bytes(pack(b'{"text": "red"}\n'))
    for name in (f"f.csv{suffix}", "F.CSV" + suffix.upper()):
        assert read_documents(name).texts == ["red apple", "green apple"]
        assert read_documents(name).sources == [name, name]
    assert read_documents("lines").texts == read_documents(f"several.txt{suffix}").texts == ["red", "green"]
    assert read_documents(f"wide.txt{suffix}").texts == ["thé"]
    assert read_documents(f"f.jsonl{suffix}").texts == ["red"]


@pytest.mark.parametrize("suffix", PACKERS)
def test_cut_off_or_damaged(suffix):
    data = PACKERS[suffix](os.urandom(100_000).hex().encode())
    Path(f"f.txt{suffix}").write_bytes(data[: len(data) // 2])
    with pytest.raises(ReadError, match=rf"f\.txt{suffix} is cut off or damaged: its compressed data cannot be read"):
        read_documents(f"f.txt{suffix}")
    Path("docs").mkdir()
    Path(f"docs/a.txt{suffix}").write_bytes(data[: len(data) // 2])
    Path(f"docs/b.txt{suffix}").write_bytes(PACKERS[suffix](b"red"))
    corpus = read_documents("docs")
    assert (corpus.texts, corpus.sources) == (["red"], [f"docs/b.txt{suffix}"])
    assert f"docs/a.txt{suffix} is cut off" in corpus.warnings[0]
    with pytest.raises(ReadError, match=r"docs/a"):
        read_documents("docs", strict=True)


def test_a_name_that_lies():
    Path("f.csv.gz").write_bytes(TABLE)
    Path("f.csv").write_bytes(gzip.compress(TABLE))
    for name in ("f.csv.gz", "f.csv"):
        assert read_documents(name).texts == ["red apple", "green apple"]


def test_compressed_parquet():
    table = pa.BufferOutputStream()
    parquet.write_table(pa.table({"text": ["red"]}), table)
    Path("f.parquet.gz").write_bytes(gzip.compress(table.getvalue()))
    assert read_documents("f.parquet.gz").texts == ["red"]


def test_zip():
    Path("f.zip").write_bytes(as_zip({"f.csv": TABLE, "__MACOSX/f.csv": b"\0", "folder/": b""}))
    corpus = read_documents("f.zip")
    assert corpus.texts == ["red apple", "green apple"]
    assert corpus.notes[0] == "f.zip: 'f.csv' in it is read."
    Path("two.zip").write_bytes(as_zip({"a.csv": TABLE, "b.csv": TABLE}))
    Path("none.zip").write_bytes(as_zip({}))
    data = as_zip({"f.csv": TABLE})
    Path("cut.zip").write_bytes(data[:-30])
    save(Tokenizer(), "model.tv")
    for name, message in {
        "two.zip": "two.zip is a zip archive of 2 files, and one of a single file could be read",
        "none.zip": "none.zip is a zip archive. Unpack it",
        "cut.zip": "cut.zip is cut off or damaged",
        "model.tv": "model.tv is a model that textvec saved",
    }.items():
        with pytest.raises(ReadError, match=message):
            read_documents(name)


def test_archives():
    with tarfile.open("f.tar.gz", "w:gz") as archive:
        Path("f.csv").write_bytes(TABLE)
        archive.add("f.csv")
    Path("f.7z").write_bytes(b"7z\xbc\xaf\x27\x1c\0\0")
    for name, kind in {"f.tar.gz": "tar", "f.7z": "7z"}.items():
        with pytest.raises(ReadError, match=rf"{name} is a {kind} archive\. Unpack it"):
            read_documents(name)


DOCX = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>"}
FOREIGN = {
    "a.pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", r"a PDF document\. Convert it to text first, .* pdftotext"),
    "a.docx": (as_zip(DOCX), r"a Word document \(DOCX\)\. Convert it to text first, .* pandoc"),
    "a.zip": (as_zip({"a.pdf": b"%PDF-1.4\n"}), "a PDF document"),
    "a.pdf.gz": (gzip.compress(b"%PDF-1.4\r\n"), "a PDF document"),
    "a.gz.gz": (
        gzip.compress(gzip.compress(b"red")),
        r"a compressed file that holds another one\. Decompress it first",
    ),
    "a.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a document of Microsoft Office in its old format"),
}


@pytest.mark.parametrize("name", FOREIGN)
@pytest.mark.parametrize("options", [{}, {"format": "csv"}, {"format": "parquet"}, {"encoding": "latin-1"}], ids=str)
def test_files_that_hold_no_text_as_it_is_read(name, options):
    data, what = FOREIGN[name]
    for given in (name, "f.parquet", "f.csv"):
        Path(given).write_bytes(data)
        with pytest.raises(
            ReadError, match=rf"^{given} is {what}.*What can be read is text, CSV, TSV, JSON and Parquet"
        ):
            read_documents(given, **options)


def test_files_of_a_folder_that_hold_no_text_as_it_is_read():
    Path("docs").mkdir()
    for name, (data, _) in FOREIGN.items():
        Path("docs", name).write_bytes(data)
    with pytest.raises(ReadError, match=r"The folder docs has no text files\. docs/a\.doc is a document of Microsoft"):
        read_documents("docs")
    Path("docs/b.txt").write_text("%PDF-1.7 is how such files begin\nBM25, MZ and ORCA")
    corpus = read_documents("docs")
    assert corpus.sources == ["docs/b.txt"]
    assert corpus.notes == [f"docs/{name} is not text: passed over." for name in sorted(FOREIGN)]


def test_what_decompresses_to_very_much(monkeypatch):
    monkeypatch.setattr(content_module, "_MAX_BYTES", 1 << 20)
    Path("bomb.txt.gz").write_bytes(gzip.compress(b"a" * (1 << 23)))
    Path("fine.txt.gz").write_bytes(gzip.compress(b"a" * ((1 << 20) - 1)))
    with pytest.raises(ReadError, match=r"bomb\.txt\.gz is not read, because it decompresses to more than"):
        read_documents("bomb.txt.gz")
    assert len(read_documents("fine.txt.gz").texts[0]) == (1 << 20) - 1


@pytest.mark.parametrize(
    "data", [b"red apple\ngreen apple\n", gzip.compress(b"red apple\ngreen apple\n")], ids=["plain", "gzip"]
)
def test_pipes(data):
    os.mkfifo("pipe")
    thread = threading.Thread(target=lambda: Path("pipe").write_bytes(data))
    thread.start()
    assert read_documents("pipe").texts == ["red apple", "green apple"]
    thread.join()
    code = "import sys; from textvec.readers import read_documents; print(read_documents(sys.argv[1]).texts)"
    for name in ("-", "/dev/stdin"):
        ran = subprocess.run([sys.executable, "-c", code, name], input=data, capture_output=True, check=True)
        assert ran.stdout == b"['red apple', 'green apple']\n"


def test_standard_input_of_any_format():
    code = "import sys; from textvec.readers import read_documents as r; print(r('-', format=sys.argv[1]).texts)"
    table = pa.BufferOutputStream()
    parquet.write_table(pa.table({"text": ["red"]}), table)
    for form, data in {
        "csv": b"id;text\n1;red\n",
        "tsv": b"id\ttext\n1\tred\n",
        "jsonl": b'{"text": "red"}\n',
        "json": json.dumps([{"text": "red"}], indent=1).encode(),
        "txt": b"red\n",
        "parquet": table.getvalue().to_pybytes(),
    }.items():
        ran = subprocess.run([sys.executable, "-c", code, form], input=data, capture_output=True, check=True)
        assert ran.stdout == b"['red']\n", form
