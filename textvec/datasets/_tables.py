"""Small data sets that are kept as CSV files: read, checked by what is in them, and made of what their publisher gives.

The checksum is of the rows, not of the bytes: publishers have packed the same rows in several ways, and so have people
who keep them in files of their own. It is the same whatever the order of rows and columns, however numbers are
written, and however wide white space is.

Tested in tests/datasets/test_evaluation_sets.py.
"""

from __future__ import annotations

import csv
import hashlib
import io
import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from textvec._common.atomic_files import replacing
from textvec.datasets._fetching import Source

NUMBERS = ("score", "similarity")
"""The columns that hold numbers: people's judgements."""

Rows = list[tuple[Any, ...]]  # text, and floats in the columns of numbers


@dataclass(frozen=True, eq=False)
class Table:
    """A CSV file of the data folder.

    Attributes
    ----------
    file : str
        Where it is in the data folder.
    columns : tuple of str
        Its columns, among which there may be others.
    sizes : dict of str to int
        Number of rows by what the first column says, or of all rows, under "".
    sha256 : str
        Checksum of the rows, see `checksum`; empty where it is not known.
    unchecked : tuple of str
        Columns that the checksum leaves out.
    """

    file: str
    columns: tuple[str, ...]
    sizes: Mapping[str, int]
    sha256: str = ""
    unchecked: tuple[str, ...] = ()

    def check(self, rows: Rows) -> None:
        """Raise an error unless the rows are the published ones."""
        n_rows, expected = len(rows), sum(self.sizes.values())
        if n_rows != expected:
            raise ValueError(f"it has {n_rows:,} rows, not {expected:,}")
        if "" not in self.sizes and Counter(row[0] for row in rows) != self.sizes:
            raise ValueError(f"its rows are not {' and '.join(f'{n:,} {name}' for name, n in self.sizes.items())}")
        if self.sha256 and self.checksum(rows) != self.sha256:
            raise ValueError("the SHA-256 checksum of its rows differs")

    def checksum(self, rows: Rows) -> str:
        """Return the SHA-256 checksum of the sorted rows, a line each with tabs between the fields."""
        kept = [i for i, name in enumerate(self.columns) if name not in self.unchecked]
        lines = sorted("\t".join(" ".join(str(row[i]).split()) for i in kept) + "\n" for row in rows)
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    def typed(self, rows: Sequence[Sequence[str]]) -> Rows:
        """Return rows of text with numbers where there are to be some."""
        are_numbers = [name in NUMBERS for name in self.columns]
        typed: Rows = []
        for row in rows:
            if len(row) != len(self.columns):
                raise ValueError(f"a row has {len(row)} fields, not {len(self.columns)}")
            try:
                typed.append(tuple(_number(v) if number else v for v, number in zip(row, are_numbers, strict=True)))
            except ValueError:
                raise ValueError(f"a row has no number where one is expected: {', '.join(row)[:80]}") from None
        return typed


def rows_of(
    table: Table,
    source: Source,
    url: str,
    home: Path,
    download: bool,
    parse: Callable[[bytes], Mapping[Table, Sequence[Sequence[str]]]],
) -> Rows:
    """Return the rows of a table in the data folder, which is made first if it is not there.

    It is made of the publisher's file, together with the other tables that `parse` finds in that. The publisher's file
    is that of the data folder, or is downloaded and not kept. A table that is there is not written again.
    """
    path = home / table.file
    if not path.exists():
        content = source.content(url, home, download)
        with source.judging(url, home):
            parsed = {each: each.typed(rows) for each, rows in parse(content).items()}
            for each, rows in parsed.items():
                each.check(rows)
        with source.writing(path):
            _write({home / each.file: (each, rows) for each, rows in parsed.items()})
    with source.reading(path):
        rows = _read(path, table)
        table.check(rows)
    return rows


def _number(field: str) -> float:
    number = float(field)
    if not math.isfinite(number):
        raise ValueError
    return number


def text_of(content: bytes) -> str:
    """Return a publisher's file as text."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8 text") from None


def _read(path: Path, table: Table) -> Rows:
    text = text_of(path.read_bytes())
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        if not set(table.columns) <= set(reader.fieldnames or ()):
            raise ValueError(f"it lacks some of the columns {', '.join(table.columns)}")
        rows = [[row[name] or "" for name in table.columns] for row in reader]
    except csv.Error as error:
        raise ValueError(f"it cannot be read as CSV ({error})") from None
    return table.typed([row for row in rows if any(row)])


def _write(tables: Mapping[Path, tuple[Table, Rows]]) -> None:
    """Write the tables that are not there, all or none."""
    missing = {path: tables[path] for path in tables if not path.exists()}
    for path in missing:
        path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(*missing) as files:
        for file, (table, rows) in zip(files, missing.values(), strict=True):
            text = io.StringIO(newline="")
            writer = csv.writer(text, lineterminator="\n")
            writer.writerow(table.columns)
            writer.writerows(rows)
            file.write(text.getvalue().encode())
