"""The options of commands that read documents, and how they are read, with a word on what was decided.

Tested in tests/cli/test_sources.py.
"""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from textvec._common.progress import progress

from .output import note

if TYPE_CHECKING:
    from textvec.readers import Corpus
    from textvec.readers.batches import Batch


FORMATS = ("csv", "tsv", "jsonl", "json", "txt", "parquet")
# Options that say what the sources are, by the names of their parameters.
SOURCE_OPTIONS = {
    "text_column": "--text-column",
    "encoding": "--encoding",
    "format": "--format",
    "delimiter": "--delimiter",
    "quote": "--quote",
    "null": "--null",
    "strict": "--strict",
}


@dataclass
class Reader:
    """What the options say about reading: `options` are those of `read_documents`."""

    options: dict[str, Any]
    verbose: bool

    def read(self, sources: Sequence[str], id_column: str | None = None, columns: Sequence[str] | None = ()) -> Corpus:
        """Read documents, and columns beside them; all columns, as they are written, if it is None."""
        from textvec.readers import read_documents

        typed = is_typed(sources)
        if typed:
            note("reading from the keyboard, a line each; Ctrl-D ends.")
        n_steps = len(sources) if len(sources) > 1 else None
        with progress("Reading", n_steps, show=False if typed else None) as advance:
            corpus = read_documents(
                _each(sources, advance), id_column=id_column, metadata_columns=columns, **self.options
            )
        self._tell(corpus)
        return corpus

    def batches(self, sources: Sequence[str], **options: Any) -> Iterator[Batch]:
        """Yield what is read of sources in batches, see `read_batches`, which takes the options."""
        from textvec.readers.batches import read_batches

        if is_typed(sources):
            note("reading from the keyboard, a line each; Ctrl-D ends.")
        for batch in read_batches(sources, **options, **self.options):
            self._tell(batch)
            yield batch

    def _tell(self, read: Corpus | Batch) -> None:
        """Say what the user has to know of what was read, and what was decided, if that is asked for."""
        for each in [*read.warnings, *(read.notes if self.verbose else [])]:
            note(each)

    def read_lines(self, file: str, beside: Sequence[str] = ()) -> list[str]:
        """Read queries or ids, one in each line or row. Beside sources, the options are those of the sources."""
        options = {"encoding": self.options["encoding"]} if beside else self.options
        return Reader(options, self.verbose).read([file]).texts


def refuse_two_readers(sources: Sequence[str], others: Sequence[str], option: str) -> None:
    """Refuse to read standard input for two purposes."""
    if "-" in sources and "-" in others:
        raise click.UsageError(f"Standard input cannot be both a SOURCE and that of {option}.")


def check_encoded(text: str, argument: str) -> str:
    """Return an argument that is a text, or refuse it if the terminal gave bytes that stand for no characters."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise click.UsageError(
            f"Invalid value for '{argument}': it is not in the encoding of this terminal, which is UTF-8 as a rule."
        ) from None
    return text


def exists(name: str) -> bool:
    """Tell whether there is a file or folder of a name, which may be any text; the empty one is none."""
    return os.path.exists(name)  # noqa: PTH110  (Path.exists raises an error of what is too long, and Path("") is here)


def is_typed(sources: Sequence[str]) -> bool:
    """Tell whether any of it comes from the keyboard, where a progress bar would be in the way."""
    return "-" in sources and sys.stdin.isatty()


def _each(sources: Sequence[str], advance: Callable[[], None]) -> Iterator[str]:
    for source in sources:
        yield source
        advance()


def _encoding(context: click.Context, option: click.Parameter, value: str) -> str:
    """Return the name of an encoding, if Python knows it."""
    from textvec.readers import ReadError
    from textvec.readers.files import check_encoding

    try:
        check_encoding(value)
    except ReadError:
        raise click.BadParameter(
            f"Python knows no encoding {value!r} of text; two that it knows are utf-8 and latin-1."
        ) from None
    return value


def names_of_columns(context: click.Context, option: click.Parameter, given: Sequence[str]) -> list[str]:
    """Return the names of columns, which are given one by one or with commas between; quotes keep a comma in a name."""
    try:
        return list(dict.fromkeys(name for each in given for name in next(csv.reader([each]), []) if name))
    except csv.Error:
        raise click.BadParameter("put a name with a line break in it between double quotes.") from None


def reader_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of every command that reads documents, and its function a `reader` built of them."""

    @wraps(command)
    def run(verbose: bool, **options: Any) -> Any:
        reading = {name: options.pop(name) for name in SOURCE_OPTIONS}
        reading |= {name: list(reading[name]) or None for name in ("text_column", "null")}
        return command(reader=Reader(reading, verbose), **options)

    for option in (
        click.option("-v", "--verbose", is_flag=True, help="Say what was guessed, passed over and read."),
        click.option("--strict", is_flag=True, help="Stop at a file of a folder that cannot be read, with an error."),
        click.option(
            "--null",
            metavar="TEXT",
            multiple=True,
            help="What stands for a missing value; may be repeated.  [default, in columns of numbers: nothing, NA, "
            "NaN, null, None, n/a]",
        ),
        click.option("--quote", metavar="CHAR", help='Of CSV files: what is around fields, or none.  [default: "]'),
        click.option(
            "--delimiter",
            metavar="CHAR",
            help="Of CSV files: what is between fields, such as ; or \\t.  [default: told by the rows]",
        ),
        click.option(
            "--format",
            type=click.Choice(FORMATS),
            help="What every SOURCE is, whatever its name.  [default: told by its name]",
        ),
        click.option(
            "--encoding", metavar="NAME", callback=_encoding, default="utf-8", show_default=True, help="Of all files."
        ),
        click.option(
            "--text-column",
            metavar="NAME",
            multiple=True,
            help="The column that holds the text, where it is not obvious; may be repeated.",
        ),
    ):
        option(run)
    return run
