"""What separates the fields of a table of text, where neither its name nor the user says so.

Tested in tests/readers/test_delimiters.py.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Sequence
from typing import Any

from textvec.readers.errors import ReadError
from textvec.readers.numeric_columns import is_number
from textvec.readers.text_column import TEXT_NAMES

NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
OF_TABLES = "\t;"
"""What may be between the fields of a file whose name does not say that it is a table."""
SAMPLE = 1 << 16  # Characters at the beginning of a table that are looked at: hundreds of rows of most tables.
_MAX_NAME = 60  # Characters in the name of a column, where a file has to look like a table to be taken for one.
# How Excel says what is between the fields. A program that takes the line for a row may have put quotes around it, and
# delimiters after it.
_SAID = re.compile(r"""\s*(["']?)sep=(\\t|[^\w"'\r\n])\1\2*[ \t]*(?=\r?\n|\Z)""", re.IGNORECASE)


def check_delimiter(delimiter: str | None, quote: str | None) -> tuple[str | None, str | None]:
    r"""Return the delimiter and the quote as characters, from what a user gives: ``"\\t"`` and ``"tab"`` are a tab."""
    if delimiter is not None:
        delimiter = {"\\t": "\t", "tab": "\t", "comma": ",", "semicolon": ";", "space": " "}.get(delimiter, delimiter)
        if not _is_character(delimiter):
            raise ReadError(f"A delimiter is one character, such as ; or \\t, but it is {delimiter!r}.", "delimiter")
    if quote is not None:
        quote = "" if quote == "none" else quote
        if quote and (not _is_character(quote) or quote == delimiter):
            raise ReadError(
                f"A quote is one character, other than the delimiter, or none, but it is {quote!r}.", "quote"
            )
    return delimiter, quote


def _is_character(text: str) -> bool:
    return isinstance(text, str) and len(text) == 1 and text not in "\r\n\0"


def said(text: str) -> tuple[str | None, str]:
    r"""Return the delimiter that the first line names, as Excel writes it, and the text after that.

    The text begins with the end of that line, so that lines have their numbers.

    Examples
    --------
    >>> said("sep=;\nid;text\n"), said('"sep=,"\nid,text\n'), said("id;text\n")
    ((';', '\nid;text\n'), (',', '\nid,text\n'), (None, 'id;text\n'))
    """
    found = _SAID.match(text)
    return ("\t" if found[2] == "\\t" else found[2], text[found.end() :]) if found else (None, text)


def named(delimiter: str) -> str:
    """Return a delimiter as messages call it."""
    return NAMES.get(delimiter, repr(delimiter))


def guessed(text: str, quote: str | None) -> str:
    r"""Return the delimiter of a table with a header: the one that cuts the first rows into equally many fields.

    Examples
    --------
    >>> guessed("id;text, or none\n1;red\n", None)
    ';'
    """
    sample, whole = _sample(text)
    scores = {}
    for delimiter in NAMES:
        rows = _rows(sample, delimiter, quote, whole)
        if rows and len(rows[0]) > 1 and len({len(row) for row in rows}) == 1:
            # Of two that do, the one that makes more columns, or names of columns that do not begin with a space.
            scores[delimiter] = (len(rows[0]), -sum(name.startswith(" ") for name in rows[0]))
    if scores:
        return max(scores, key=scores.__getitem__)
    first = text.lstrip("\r\n").partition("\n")[0]
    return "," if "," in first else max(",;\t", key=first.count)


def told_by_header(text: str, quote: str | None) -> str | None:
    r"""Return what `guessed` returns whatever comes after this beginning of a table, None if that is not known yet.

    It is known where the first line has one character only that may be between fields, and no quote is open at its end.

    Examples
    --------
    >>> told_by_header("id;text\n", None), told_by_header("id;text, or none\n", None)
    (';', None)
    """
    line, end, _ = text.lstrip("\r\n").partition("\n")
    found = [delimiter for delimiter in NAMES if delimiter in line]
    n_quotes = 0 if quote == "" else line.count(quote or '"')
    if not end or "\r" in line[:-1] or len(found) > 1 or "|" in found or n_quotes % 2:
        return None
    return found[0] if found else ","


def may_be_table(text: str, columns: Collection[str], quote: str | None) -> bool:
    """Tell whether `of_table` may find a delimiter in a text that begins so."""
    sample, _ = _sample(text)
    for delimiter in OF_TABLES:
        if delimiter in sample.partition("\n")[0]:
            names, *rows = _rows(sample, delimiter, quote, whole=sample.endswith("\n")) or [[]]
            if not names or (_are_names(names) and (not rows or _are_rows(names, rows, columns))):
                return True
    return False


def of_table(text: str, columns: Collection[str], quote: str | None) -> str | None:
    """Return the delimiter of a file that looks like a table of tabs or semicolons, with a header, or None.

    All first rows have equally many fields, two or more, and the first one has names: distinct, none a number, and one
    of them is the name of a column that is wanted, or a usual one for texts, or that of a column of numbers.
    """
    sample, whole = _sample(text)
    for delimiter in OF_TABLES:
        if delimiter not in sample.partition("\n")[0]:
            continue
        names, *rows = _rows(sample, delimiter, quote, whole) or [[]]
        if rows and _are_names(names) and _are_rows(names, rows, columns):
            return delimiter
    return None


def _are_names(header: Sequence[str]) -> bool:
    """Tell whether the first row of a file looks like names of columns."""
    names = [name.strip() for name in header]
    return (
        len(names) > 1
        and len(set(names)) == len(names)
        and all(name and len(name) <= _MAX_NAME and not is_number(name) for name in names)
    )


def _are_rows(header: Sequence[str], rows: Sequence[Sequence[str]], columns: Collection[str]) -> bool:
    """Tell whether rows look like those of a table with this header."""
    if any(len(row) != len(header) for row in rows):
        return False
    usual = any(name.strip() in columns or name.strip().lower() in TEXT_NAMES for name in header)
    return usual or any(all(map(is_number, values)) for values in zip(*rows, strict=True))


def _sample(text: str) -> tuple[str, bool]:
    return (text, True) if len(text) <= SAMPLE else (text[:SAMPLE], False)


def _rows(sample: str, delimiter: str, quote: str | None, whole: bool) -> Sequence[list[str]]:
    """Return the rows of a sample, without empty ones, nor the last, which may be cut; none if it cannot be cut so."""
    reader = csv.reader(io.StringIO(sample, newline=""), strict=whole, **dialect(delimiter, quote))
    try:
        rows = [row for row in reader if row]
    except csv.Error:
        return []
    return rows if whole else rows[:-1]


def dialect(delimiter: str, quote: str | None) -> dict[str, Any]:
    """Return the parameters of `csv.reader` that say how fields are separated and quoted."""
    if quote == "":
        return {"delimiter": delimiter, "quoting": csv.QUOTE_NONE}
    return {"delimiter": delimiter, "quotechar": quote or '"'}
