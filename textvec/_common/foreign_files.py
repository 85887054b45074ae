"""What files are that hold text in a form that is not read here, or none: told by their first bytes.

A PDF given as a text file is not "no UTF-8": the user has to hear what it is, and what makes text of it.

Tested in tests/_common/test_foreign_files.py.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple


class Foreign(NamedTuple):
    """What a file is that is not read.

    Attributes
    ----------
    what : str
        What it is, with an article.
    remedy : str
        What to do to have it read, a sentence.
    """

    what: str
    remedy: str

    @property
    def is_archive(self) -> bool:
        """Whether there are files in it that may be read."""
        return self.remedy == _UNPACK


_UNPACK = "Unpack it first, and name its files, or the folder."
_DECOMPRESS = "Decompress it first."
_CONVERT = "Convert it to text first, for example with {}."
_EXPORT = "Save what you want of it as CSV first."
_TO_PARQUET = "Convert it to Parquet or CSV first."
_TO_TEXT = "Write its texts to a text, CSV or Parquet file first."
_RECOGNIZE = "Get its text first, for example with tesseract."
_TRANSCRIBE = "Transcribe it first."

_PANDOC = _CONVERT.format("pandoc")
_OFFICE = _CONVERT.format("LibreOffice")

ZIP = Foreign("a zip archive", _UNPACK)
_TAR = Foreign("a tar archive", _UNPACK)

# By expressions that match the first bytes of no text.
_MAGICS = {
    rb"PK(\x03\x04|\x05\x06|\x07\x08)": ZIP,
    rb"7z\xbc\xaf\x27\x1c": Foreign("a 7z archive", _UNPACK),
    rb"Rar!\x1a\x07": Foreign("a rar archive", _UNPACK),
    rb"!<arch>\n": Foreign("an ar archive, such as a Debian package", _UNPACK),
    rb"MSCF\0": Foreign("a cab archive", _UNPACK),
    rb"\x1f[\x9d\xa0]": Foreign("a file compressed by compress (.Z)", _DECOMPRESS),
    rb"LZIP\x01": Foreign("a file compressed by lzip", _DECOMPRESS),
    rb"\x02\x21\x4c\x18": Foreign("a file compressed by an early version of lz4", _DECOMPRESS),
    rb"\xff\x06\0\0sNaPpY": Foreign("a file compressed by snappy", _DECOMPRESS),
    rb"\x89LZO\0": Foreign("a file compressed by lzop", _DECOMPRESS),
    rb"(\xef\xbb\xbf)?%PDF-\d\.\d\s*[\r\n]": Foreign("a PDF document", _CONVERT.format("pdftotext")),
    rb"\{\\rtf\d": Foreign("an RTF document", _PANDOC),
    rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": Foreign(
        "a document of Microsoft Office in its old format (.doc, .xls, .ppt), or one with a password", _OFFICE
    ),
    rb"SQLite format 3\0": Foreign("a SQLite database", _EXPORT),
    rb"ARROW1\0|FEA1.{0,60}\0": Foreign("an Arrow or Feather file", _TO_PARQUET),
    rb"Obj\x01": Foreign("an Avro file", _TO_PARQUET),
    rb"ORC\n?[\x00-\x08\x0e-\x1f]": Foreign("an ORC file", _TO_PARQUET),
    rb"\x89HDF\r\n\x1a\n": Foreign("an HDF5 file", _TO_TEXT),
    rb"\x93NUMPY[\x01-\x03]": Foreign("a NumPy array", _TO_TEXT),
    rb"\x80[\x04\x05]\x95": Foreign("a pickle, which is never read, because it can run any code", _TO_TEXT),
    rb"\x89PNG\r\n\x1a\n": Foreign("a picture (PNG)", _RECOGNIZE),
    rb"\xff\xd8\xff[\xc0-\xfe]": Foreign("a picture (JPEG)", _RECOGNIZE),
    rb"GIF8[79]a.{0,16}\0": Foreign("a picture (GIF)", _RECOGNIZE),
    rb"II\*\0|MM\0\*": Foreign("a picture (TIFF)", _RECOGNIZE),
    rb"RIFF.{4}WEBP": Foreign("a picture (WebP)", _RECOGNIZE),
    rb"RIFF.{4}WAVE": Foreign("a recording (WAV)", _TRANSCRIBE),
    rb"ID3[\x02-\x04]\0": Foreign("a recording (MP3)", _TRANSCRIBE),
    rb"OggS\0": Foreign("a recording (Ogg)", _TRANSCRIBE),
    rb"fLaC\0": Foreign("a recording (FLAC)", _TRANSCRIBE),
    rb"\0\0.{2}ftyp": Foreign("a recording (MP4)", _TRANSCRIBE),
}
_ANY = re.compile(b"|".join(_MAGICS), re.DOTALL)  # One expression for nearly all files, which are none of them.
_KNOWN = [(re.compile(magic, re.DOTALL), foreign) for magic, foreign in _MAGICS.items()]

# What zip archives hold that are documents: how the name of a file in it begins.
_IN_ZIP = {
    "word/": Foreign("a Word document (DOCX)", _PANDOC),
    "xl/": Foreign("an Excel workbook (XLSX)", "Save its sheet as CSV first."),
    "ppt/": Foreign("a PowerPoint presentation (PPTX)", _OFFICE),
    "META-INF/container.xml": Foreign("an EPUB book", _PANDOC),
    "content.xml": Foreign("an OpenDocument file (ODT, ODS, ODP)", _OFFICE),
}


def foreign(head: bytes) -> Foreign | None:
    r"""Return what a file is that begins so, if it is nothing that is read.

    Parameters
    ----------
    head : bytes
        The first bytes of the file, decompressed; 512 of them are enough.

    Examples
    --------
    >>> from textvec._common.foreign_files import foreign
    >>> foreign(b"%PDF-1.7\n%")
    Foreign(what='a PDF document', remedy='Convert it to text first, for example with pdftotext.')
    """
    if _ANY.match(head):
        return next(each for magic, each in _KNOWN if magic.match(head))
    return _TAR if _is_tar(head) else None


def foreign_zip(names: Collection[str]) -> Foreign | None:
    """Return which document a zip archive is that holds files of these names, if it is one."""
    if "mimetype" not in names and "[Content_Types].xml" not in names:
        return None
    return next((each for start, each in _IN_ZIP.items() if any(name.startswith(start) for name in names)), None)


def _is_tar(head: bytes) -> bool:
    if head[257:262] == b"ustar":
        return True
    if b"\0" not in head[:512] or not head[:1].strip(b"\0"):
        return False
    import tarfile  # Archives from before 1988 are known by the checksum in their first header only.

    try:
        tarfile.TarInfo.frombuf(head[:512], "utf-8", "surrogateescape")
    except (tarfile.HeaderError, ValueError):
        return False
    return True
