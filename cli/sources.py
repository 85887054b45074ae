"""The options of commands that read documents, and how they are read, with a word on what was decided.

Tested in tests/cli/test_similar.py.
"""

from __future__ import annotations

import codecs
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


@dataclass
class Reader:
    """What the options say about reading."""

    text_column: str | None
    encoding: str
    verbose: bool

    def read(self, sources: Sequence[str], id_column: str | None = None, columns: Sequence[str] = ()) -> Corpus:
        """Read documents, and columns beside them."""
        from textvec.readers import read_documents

        typed = "-" in sources and sys.stdin.isatty()
        if typed:
            note("reading from the keyboard, a line each; Ctrl-D ends.")
        n_steps = len(sources) if len(sources) > 1 else None
        with progress("Reading", n_steps, show=False if typed else None) as advance:
            corpus = read_documents(
                _each(sources, advance),
                text_column=self.text_column,
                encoding=self.encoding,
                id_column=id_column,
                metadata_columns=columns,
            )
        for each in [*corpus.warnings, *(corpus.notes if self.verbose else [])]:
            note(each)
        return corpus

    def read_lines(self, file: str) -> list[str]:
        """Read queries or ids, one in each line or row."""
        return Reader(None, self.encoding, self.verbose).read([file]).texts


def _each(sources: Sequence[str], advance: Callable[[], None]) -> Iterator[str]:
    for source in sources:
        yield source
        advance()


def _encoding(context: click.Context, option: click.Parameter, value: str) -> str:
    """Return the name of an encoding, if Python knows it."""
    try:
        codecs.lookup(value)
    except LookupError:
        raise click.BadParameter(
            f"Python knows no encoding {value!r}; two that it knows are utf-8 and latin-1."
        ) from None
    return value


def reader_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of every command that reads documents, and its function a `reader` built of them."""

    @wraps(command)
    def run(text_column: str | None, encoding: str, verbose: bool, **options: Any) -> Any:
        return command(reader=Reader(text_column, encoding, verbose), **options)

    says = "Say what was guessed, passed over and read."
    click.option("-v", "--verbose", is_flag=True, help=says)(run)
    click.option(
        "--encoding", metavar="NAME", callback=_encoding, default="utf-8", show_default=True, help="Of all files."
    )(run)
    says = "The column that holds the text, where it is not obvious."
    return click.option("--text-column", metavar="NAME", help=says)(run)
