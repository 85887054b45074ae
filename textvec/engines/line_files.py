r"""Text and JSON lines as pieces: each is a range of bytes, and has the lines that begin in it.

So each line is in one piece, wherever the ranges end: within a line, between ``\r`` and ``\n``, within a character. The
worker that reads a range looks at the byte before it, to know whether a line begins with it, and reads on behind it, up
to the end of the last line.

Tested in tests/engines/test_line_files.py.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, BinaryIO, NamedTuple

import pyarrow as pa

from textvec._common.compressed import compression
from textvec.engines.paths import changed, opened, size_of
from textvec.engines.pieces import Batch, Cut, Piece, check_columns, make_batch, refuse_columns
from textvec.readers import json_lines
from textvec.readers.column_types import typed
from textvec.readers.content import HEAD_BYTES, Content
from textvec.readers.errors import BinaryFileError, UnreadableFileError
from textvec.readers.files import lines, read_text
from textvec.readers.parts import replace_surrogates
from textvec.readers.text_column import TextColumn, Wanted

_BYTES_PER_READ = 1 << 16  # Bytes that are read at a time in search of the end of a line. Any number gives the same.
_BOM = b"\xef\xbb\xbf"
_ZIP = b"PK\x03\x04"
_TEXT = "text"  # the name of the column of files that have none


@dataclass(frozen=True)
class LinesPiece:
    """The lines of a file that begin in a range of bytes; without a range, the file as a whole.

    Attributes
    ----------
    number : int
        Which piece it is.
    path : str
        The file.
    kind : {"txt", "jsonl"}
        What a line is.
    span : tuple of int or None
        Where the range begins and ends, and the bytes that the whole file has.
    column : str
        The field that holds the text.
    columns : tuple of str
        The other fields that are wanted.
    options : dict
        What fsspec needs to open the file.
    """

    number: int
    path: str
    kind: str
    span: tuple[int, int, int] | None
    column: str
    columns: tuple[str, ...]
    options: dict[str, Any]

    def read(self) -> Batch:
        """Return the documents."""
        name = self.path
        if self.span is None:
            with opened(self.path, self.options) as file:
                content = Content(name, _Unseekable(file.read()))
            if self.kind == "jsonl":
                return self._json(json_lines.read(content, self._wanted()))
            text = read_text(content, "utf-8", may_be_empty=True)
        else:
            text = self._text()
            if self.span[0]:
                name = f"{name} (from byte {self.span[0]:,})"
            if self.kind == "jsonl":
                return self._json(json_lines.parse(lines(text), name, self._wanted(), go_on=True))
        return make_batch(self.number, pa.array(lines(text), pa.large_string()), self.column, {})

    def _wanted(self) -> Wanted:
        return Wanted(text_columns=(self.column,), metadata_columns=self.columns)

    def _json(self, found: TextColumn) -> Batch:
        texts = list(found.texts)
        for values in (texts, *found.others.values()):
            replace_surrogates(values)  # type: ignore[arg-type]
        others = {each: typed(found.others[each]) for each in self.columns}
        return make_batch(self.number, pa.array(texts, pa.large_string()), self.column, others)

    def _text(self) -> str:
        assert self.span is not None  # noqa: S101
        start, stop, size = self.span
        with opened(self.path, self.options) as file:
            if file.seek(0, io.SEEK_END) != size:
                raise changed(self.path)
            data = _lines_from(file, start, stop)
        _check_no_zeros(self.path, data)
        try:
            return (data if start else data.removeprefix(_BOM)).decode("utf-8")
        except UnicodeDecodeError as error:
            raise UnreadableFileError(
                f"{self.path} is not UTF-8: byte 0x{data[error.start]:02x} does not fit, in a line that begins after "
                f"byte {start:,}. Write the file as UTF-8."
            ) from None


class _Unseekable(io.BytesIO):
    """Bytes as those of a pipe, which have no file of the system behind them whose size could be asked for."""

    def seekable(self) -> bool:
        return False


def _check_no_zeros(path: str, data: bytes) -> None:
    if b"\0" in data:
        raise BinaryFileError(f"{path} is binary, not text: it holds zero bytes (as UTF-16 text does).")


def _lines_from(file: BinaryIO, start: int, stop: int) -> bytes:
    """Return the bytes of the lines that begin at `start` or later, and before `stop`."""
    if start:
        file.seek(start - 1)
        start += len(_to_newline(file)) - 1
    if start >= stop:
        return b""
    file.seek(start)
    data = file.read(stop - start)
    return data if data.endswith(b"\n") else data + _to_newline(file)


def _to_newline(file: BinaryIO) -> bytes:
    """Return what follows, up to the end of the line or of the file."""
    found: list[bytes] = []
    while block := file.read(_BYTES_PER_READ):
        end = block.find(b"\n") + 1
        if end:
            return b"".join([*found, block[:end]])
        found.append(block)
    return b"".join(found)


class _Look(NamedTuple):
    """What the beginning of a file tells."""

    size: int
    is_cut: bool  # whether it can be cut at ends of lines
    column: str | None = None  # the field of JSON lines that holds the text; None where nothing tells
    fields: frozenset[str] = frozenset()  # the fields of JSON lines


def pieces(paths: Sequence[str], cut: Cut, pool: Executor) -> list[Piece]:
    """Return the pieces of files of text or of JSON lines that have the same fields."""
    if cut.kind == "txt":
        refuse_columns(paths[0], cut.columns)
        cut = cut._replace(column=_TEXT)
    looks: list[_Look] = []
    while cut.column is None and len(looks) < len(paths):  # the first file that has an object tells which field it is
        looks.append(_look(paths[len(looks)], cut))
        cut = cut._replace(column=looks[-1].column)
    looks += pool.map(lambda path: _look(path, cut), paths[len(looks) :])
    column = _TEXT if cut.column is None else cut.column
    columns = tuple(each for each in cut.columns if each != column)
    if all(look.is_cut for look in looks):
        fields = frozenset[str]().union(*(look.fields for look in looks))
        check_columns(paths[0], sorted(fields), [each for each in columns if fields and "." not in each])
    found: list[Piece] = []
    for path, look in zip(paths, looks, strict=True):
        whole: list[int | None] = [None]
        starts = range(0, max(look.size, 1), cut.bytes_per_piece) if look.is_cut else whole
        for start in starts:
            span = None if start is None else (start, min(start + cut.bytes_per_piece, look.size), look.size)
            found.append(LinesPiece(len(found), path, cut.kind, span, column, columns, cut.options))
    return found


def _look(path: str, cut: Cut) -> _Look:
    """Look at the beginning of a file, which must have the field that is known to hold the text, if it is known."""
    size = size_of(path, cut.options)
    with opened(path, cut.options) as file:
        head = file.read(HEAD_BYTES)
        is_packed = bool(compression(head)) or head.startswith(_ZIP)
        if not is_packed:
            Content(path, _Unseekable(head))  # what is no text is an error
            _check_no_zeros(path, head)
        if cut.kind == "txt":
            return _Look(size, not is_packed)
        while not is_packed and not head.strip() and (more := file.read(HEAD_BYTES)):
            head = more
        if not is_packed and not head.endswith(b"\n"):
            head = head[: head.rfind(b"\n") + 1] or head + _to_newline(file)
        text = "" if is_packed else head.removeprefix(_BOM).decode("utf-8", "replace")
        if is_packed or not json_lines.is_lines(text):
            if cut.column is not None:
                return _Look(size, False)
            file.seek(0)
            found = json_lines.read(Content(path, _Unseekable(file.read())), Wanted())
            return _Look(size, False, found.taken[0])
    if not text.strip():
        return _Look(size, True)
    columns = () if cut.column is None else (cut.column,)
    found = json_lines.parse(lines(text), path, Wanted(text_columns=columns, metadata_columns=None))
    return _Look(size, True, found.taken[0], frozenset(found.others))
