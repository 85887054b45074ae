"""Any encoding of text that Python knows, of one byte or of several, and no codec of anything else."""

import codecs
from pathlib import Path

import pytest

from textvec.readers import ReadError, read_documents

ENCODINGS = {
    "utf-16": "rød\nthé\n", "utf-16-le": "rød\nthé\n", "utf-16-be": "rød\nthé\n", "utf-32": "rød\nthé\n",
    "utf-32-le": "rød\nthé\n", "utf-32-be": "rød\nthé\n", "utf-8-sig": "rød\nthé\n", "utf-7": "rød\nthé\n",
    "cp1252": "rød\n€\n", "shift_jis": "りんご\n赤い\n", "euc-jp": "りんご\n赤い\n", "iso2022_jp": "りんご\n赤い\n",
    "gb18030": "苹果\n红\n", "big5": "蘋果\n紅\n", "euc-kr": "사과\n빨간\n", "koi8-r": "яблоко\nкрасное\n",
    "cp037": "red\napple\n", "UTF16": "rød\nthé\n", "U8": "rød\nthé\n", "mac-roman": "rød\nthé\n",
}  # fmt: skip


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_encodings(encoding):
    text = ENCODINGS[encoding]
    Path("f.txt").write_bytes(text.encode(encoding))
    assert read_documents("f.txt", encoding=encoding).texts == text.splitlines()
    Path("f.csv").write_bytes(f"id,text\n1,{text.split()[0]}\n".encode(encoding))
    corpus = read_documents("f.csv", encoding=encoding, id_column="id")
    assert (corpus.texts, corpus.ids) == (text.split()[:1], [1])


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "utf-8"])
def test_a_mark_is_no_text(encoding):
    Path("f.csv").write_bytes("\ufefftext,n\nré,1\n".encode(encoding))
    assert read_documents("f.csv", encoding=encoding, text_column="text").texts == ["ré"]


@pytest.mark.parametrize("encoding", ["rot13", "base64", "hex", "zlib", "bz2", "uu", "quopri", "klingon", "", "a\0b"])
def test_codecs_that_are_none_of_text(encoding):
    Path("f.txt").write_text("red")
    with pytest.raises(ReadError, match="Python knows no text encoding named") as caught:
        read_documents("f.txt", encoding=encoding)
    assert caught.value.parameter == "encoding"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "shift_jis", "ascii", "undefined", "utf-7"])
def test_what_does_not_fit(encoding):
    Path("f.txt").write_bytes(b"red\n\xff\xfd\xfe")
    with pytest.raises(ReadError, match=f"f.txt is not {encoding}: ") as caught:
        read_documents("f.txt", encoding=encoding)
    assert caught.value.parameter == "encoding"


def test_half_a_character_at_the_end():
    Path("f.txt").write_bytes(codecs.BOM_UTF16_LE + "rød".encode("utf-16-le")[:-1])
    with pytest.raises(ReadError, match=r"f\.txt is not utf-16: byte 6, 0x64 on line 1"):
        read_documents("f.txt")
