"""Files that are not read are known by their first bytes, and texts that look alike are not taken for them."""

import io
import tarfile
import zipfile

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import feather, orc

from textvec._common.foreign_files import foreign, foreign_zip


def written(write):
    file = io.BytesIO()
    write(file)
    return file.getvalue()


def tar(form):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=form) as archive:
        archive.addfile(tarfile.TarInfo("f.txt"))
    data = bytearray(file.getvalue())
    if form == tarfile.USTAR_FORMAT:
        return bytes(data)
    data[257:265] = bytes(8)  # as archives were before there was a magic
    data[148:156] = b"%06o\0 " % (sum(data[:148]) + sum(data[156:512]) + 8 * 32)
    return bytes(data)


TABLE = pa.table({"text": ["red"]})
FILES = {
    "tar": (tar(tarfile.USTAR_FORMAT), "a tar archive"),
    "old tar": (tar(tarfile.GNU_FORMAT), "a tar archive"),
    "empty zip": (written(lambda file: zipfile.ZipFile(file, "w").close()), "a zip archive"),
    "orc": (written(lambda file: orc.write_table(TABLE, file)), "an ORC file"),
    "feather": (written(lambda file: feather.write_feather(TABLE, file)), "an Arrow or Feather file"),
    "numpy": (written(lambda file: np.save(file, np.arange(3))), "a NumPy array"),
    "pdf after a mark": (b"\xef\xbb\xbf%PDF-2.0\n", "a PDF document"),
    "rtf": (rb"{\rtf1\ansi red apple}", "an RTF document"),
    "png": (b"\x89PNG\r\n\x1a\n", "a picture (PNG)"),
    "mp4": (b"\0\0\0\x18ftypmp42", "a recording (MP4)"),
    "compress": (b"\x1f\x9d\x90red", "a file compressed by compress (.Z)"),
}


@pytest.mark.parametrize(("head", "what"), FILES.values(), ids=FILES)
def test_what_is_known(head, what):
    found = foreign(head)
    assert found is not None
    assert found.what == what
    assert found.remedy.endswith(".")


TEXTS = [
    "",
    "%PDF-1.7 files",
    "%PDF-",
    "ORCA",
    "ORC",
    "RIFF",
    "Rar!",
    "GIF89a is old",
    "II* MM",
    "ID3 tags",
    "PK",
    "7z",
    "{rtf",
]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_texts(text, encoding):
    assert foreign((text + " and red apples\n" * 99).encode(encoding)) is None


def test_documents_that_are_zip_archives():
    for names, what in {
        ("[Content_Types].xml", "xl/workbook.xml"): "an Excel workbook (XLSX)",
        ("mimetype", "content.xml"): "an OpenDocument file (ODT, ODS, ODP)",
        ("mimetype", "META-INF/container.xml", "a.xhtml"): "an EPUB book",
    }.items():
        found = foreign_zip(names)
        assert found is not None
        assert found.what == what
    assert foreign_zip(("word/a.txt",)) is None
