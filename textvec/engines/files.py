"""Files as pieces: row groups of Parquet, ranges of bytes of lines.

What the process that the user sits at reads of the files is little: the footers of Parquet files, the beginnings of
others. That tells their kind and columns, and whether they are alike. Workers read the rest, each its pieces.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import PurePath
from typing import Any

from textvec._common import compressed
from textvec.engines import line_files, parquet_files
from textvec.engines.paths import expanded
from textvec.engines.pieces import Cut, Piece
from textvec.readers.errors import ReadError

Source = str | os.PathLike[str]

# Bytes that a piece has about, of Parquet before compression. A worker holds a few times as much while it works on a
# piece. With smaller pieces there are more tasks, each of which costs an engine about a millisecond, and more states to
# merge. The result is the same.
_BYTES_PER_PIECE = 1 << 26
# Files that are looked at at once. It is the waiting for a store elsewhere that threads save here.
_MAX_LOOKS = 16
_KINDS = {".parquet": "parquet", ".pq": "parquet", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl"}
_TABLES = (".csv", ".tsv", ".tab")


class Files:
    r"""Files of documents, as any number of workers read them: each file is cut into pieces.

    =============================== ==================================================================================
    ``.parquet``, ``.pq``           a row is a document; pieces are row groups
    ``.jsonl``, ``.ndjson``,        an object is a document, a line each; pieces are ranges of bytes, cut at ends of
    ``.json``                       lines; a ``.json`` file of an array is one piece
    any other file                  a line is a document, an empty one too; pieces are ranges of bytes as well
    =============================== ==================================================================================

    The documents are those that `textvec.readers.read_documents` reads. Compressed files are one piece each, so that
    they should be small. Text is UTF-8. All files must be of one kind and have the same columns. CSV is not read,
    since no place in the middle of a CSV file tells whether it is within quotes.

    Parameters
    ----------
    paths : str, path, or a list of them
        Files, folders, patterns such as ``"reviews/*.parquet"``, or URLs of any kind that fsspec opens, such as
        ``"s3://bucket/reviews/*.parquet"``. Workers have to find them by the same names. In folders, files whose names
        begin with a dot or an underscore are passed over.
    column : str, optional
        The column that holds the text; by default the only one of strings, or the one with a name such as text,
        content, message or review. It is looked for when work begins.
    bytes_per_piece : int, default=67108864
        About how many bytes a piece has, of Parquet before compression. A row group is not cut.
    storage_options : dict, optional
        What fsspec needs to open URLs.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from textvec.engines import Files
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "bees.txt").write_text("bees make honey\nand wax\n")
    ...     pieces = Files(folder, bytes_per_piece=16).pieces()
    ...     [piece.read().documents.to_pylist() for piece in pieces]
    [['bees make honey'], ['and wax']]
    """

    def __init__(
        self,
        paths: Source | Sequence[Source],
        column: str | None = None,
        *,
        bytes_per_piece: int = _BYTES_PER_PIECE,
        storage_options: dict[str, Any] | None = None,
    ) -> None:
        self.paths = paths
        self.column = column
        self.bytes_per_piece = bytes_per_piece
        self.storage_options = storage_options

    def __repr__(self) -> str:
        return f"Files({self.paths!r}{'' if self.column is None else f', {self.column!r}'})"

    def pieces(self, column: str | None = None, columns: Sequence[str] = ()) -> list[Piece]:
        """Look at the files and return their pieces, of which there is at least one.

        Parameters
        ----------
        column : str, optional
            The column that holds the text, instead of the one that was named before.
        columns : sequence of str, default=()
            The other columns that are wanted.

        Returns
        -------
        list of Piece
            Numbered from 0, in the order of the files as they were given, and of their names in folders and patterns.

        Raises
        ------
        ReadError
            If there is no such file, or one that is not like the others, or has none of the columns.
        ValueError
            If `bytes_per_piece` is less than 1.
        """
        if self.bytes_per_piece < 1:
            raise ValueError(f"bytes_per_piece must be at least 1, but it is {self.bytes_per_piece!r}.")
        given = [self.paths] if isinstance(self.paths, str | os.PathLike) else self.paths
        options = self.storage_options or {}
        paths = [path for each in given for path in expanded(os.fspath(each), options)]
        if not paths:
            raise ReadError("The list of files is empty. Give at least one file, folder or pattern.")
        kind = _kind_of_all(paths)
        column = self.column if column is None else column
        cut = Cut(kind, column, tuple(columns), self.bytes_per_piece, options)
        read = parquet_files.pieces if kind == "parquet" else line_files.pieces
        with ThreadPoolExecutor(min(len(paths), _MAX_LOOKS)) as pool:
            return read(paths, cut, pool)


def _kind_of_all(paths: Sequence[str]) -> str:
    """Return the one kind that files are of."""
    kinds = {path: _kind(path) for path in paths}
    first = paths[0]
    for path, kind in kinds.items():
        if kind != kinds[first]:
            raise ReadError(
                f"The files are of several kinds: {first} is read as {kinds[first]}, {path} as {kind}. Name those of "
                "one kind, such as 'reviews/*.parquet'."
            )
    return kinds[first]


def _kind(path: str) -> str:
    name = PurePath(path)
    suffix = name.suffix.lower()
    if suffix in compressed.SUFFIXES:
        suffix = PurePath(name.stem).suffix.lower()
    if suffix in _TABLES:
        raise ReadError(
            f"{path} is a table of delimited fields, which is not read in pieces. Read it with "
            "dask.dataframe.read_csv, or write it as Parquet."
        )
    return _KINDS.get(suffix, "txt")
