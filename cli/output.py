"""How data is printed: a table for a person, JSON lines for a pipe, and whatever else is asked for.

JSON and its kin are UTF-8 whatever the locale, with full precision; only the table rounds and cuts. What a terminal
shows, data and messages, has no characters in it that steer it (`textvec._common.printable`); in a pipe or a file, data
are exact.

Tested in tests/cli/test_similar.py.
"""

from __future__ import annotations

import csv
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import wraps
from textwrap import indent
from typing import Any

import click

from textvec._common.printable import encodable, escaped, message, printable

from .snippets import one_line
from .tables import cell, records_table, texts_table

INTERRUPTED = 130
"""The exit code that shells report for a program that Ctrl-C ended."""

FORMATS = {
    "json": "Print one JSON array.",
    "jsonl": "Print JSON lines, an object in each (the default in a pipe).",
    "csv": "Print comma-separated values.",
    "tsv": "Print tab-separated values.",
    "table": "Print a table (the default on a terminal).",
}

# What a cell that is a formula begins with. The last four are the same signs as East Asian keyboards write them.
_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


@dataclass
class Output:
    """What the options say about the output."""

    form: str
    color: str
    guard_formulas: bool

    @property
    def is_table(self) -> bool:
        """Whether a person is to read it."""
        return self.form == "table"

    @property
    def width(self) -> int:
        """How many characters a line of a table has."""
        width: int = self._console().width
        return width

    def show_texts(
        self,
        records: Iterable[Mapping[str, Any]],
        fields: Sequence[str],
        heads: Mapping[str, str],
        formats: Mapping[str, str] | None = None,
        words: Sequence[Sequence[str]] = (),
        digits: int = 3,
    ) -> None:
        """Print records of texts, each when it comes; a table when all have come: a text has lines of its own there.

        In a table, the fields that `heads` names are columns under these heads, and what else there is stands beneath
        the text; `words` are to be highlighted, of each query; `digits` are of contributions.
        """
        if not self.is_table:
            self._print(records, fields)
            return
        self._open()
        console = self._console()
        table = texts_table(list(records), heads, formats or {}, words, digits, console.width)
        if table is not None:
            console.print(table)

    def show_figures(self, figures: Mapping[str, Any]) -> None:
        """Print one thing's figures, by their names."""
        figures = {name: encodable(value) if isinstance(value, str) else value for name, value in figures.items()}
        if self.is_table:
            self._open()
            width = max(map(len, figures))
            for name, value in figures.items():
                line = f"{one_line(name):{width}}  {_figure(value)}"
                self._console().print(line, markup=False, highlight=False)
        else:
            self._print([figures], list(figures))

    def show_records(
        self,
        records: Iterable[Mapping[str, Any]],
        fields: Sequence[str],
        formats: Mapping[str, str] | None = None,
        wide: str | None = None,
    ) -> None:
        """Print records, each when it comes; a table when all have come.

        `formats` says how a table shows numbers, as in {"accuracy": ".1%"}; one column may be `wide`: it gets what the
        others leave of the line, and is cut there.
        """
        if self.is_table:
            self._open()
            table = records_table(list(records), fields, formats or {}, wide)
            if table is not None:
                self._console().print(table)
        else:
            self._print(records, fields)

    def show_lines(self, make: Callable[[int], Iterable[Any]]) -> None:
        """Print lines of rich, which are made for so many columns."""
        self._open()
        console = self._console()
        for line in make(console.width):
            console.print(line, soft_wrap=True, highlight=False)

    def show_text(self, render: Callable[[bool, int], str]) -> None:
        """Print a text that is rendered with colours or without, for so many columns."""
        self._open()
        console = self._console()
        sys.stdout.write(render(console.color_system is not None, console.width) + "\n")

    def _open(self) -> None:
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(encoding=None if self.is_table else "utf-8", errors="replace")

    def _print(self, records: Iterable[Mapping[str, Any]], fields: Sequence[str]) -> None:
        self._open()
        on_a_terminal = sys.stdout.isatty()
        if self.form in ("json", "jsonl"):
            for line in _json_array(records) if self.form == "json" else map(_json, records):
                sys.stdout.write((escaped(line) if on_a_terminal else line) + "\n")
            return
        delimiter = "," if self.form == "csv" else "\t"
        file = _Printable() if on_a_terminal else sys.stdout
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
        guarded = _guarded if self.guard_formulas else _as_it_is
        writer.writerow(map(guarded, fields))
        writer.writerows([guarded(cell(row[name])) for name in fields] for row in records)

    def _console(self) -> Any:
        from rich.console import Console

        plain = self.color == "never" or (self.color == "auto" and bool(os.environ.get("NO_COLOR")))
        if plain:
            return Console(color_system=None)
        if self.color == "always":
            return Console(force_terminal=True, color_system="256", no_color=False)
        return Console()


def output_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of every command that prints data, and its function an `output` built of them."""

    def choose(context: click.Context, option: click.Parameter, value: bool) -> None:
        if not value:
            return
        chosen = context.meta.setdefault("textvec.format", option.name)
        if chosen != option.name:
            raise click.UsageError(f"--{chosen} and --{option.name} exclude each other.")

    @wraps(command)
    def run(color: str, guard_formulas: bool, **options: Any) -> Any:
        default = "table" if sys.stdout.isatty() else "jsonl"
        form = click.get_current_context().meta.get("textvec.format", default)
        if guard_formulas and form not in ("csv", "tsv"):
            raise click.UsageError("--guard-formulas goes with --csv or --tsv.")
        return command(output=Output(form, color, guard_formulas), **options)

    color = click.Choice(["auto", "always", "never"])
    click.option("--color", type=color, default="auto", show_default=True, help="Colour the table.")(run)
    says = "With --csv, --tsv: put ' before texts that spreadsheets would run as formulas."
    click.option("--guard-formulas", is_flag=True, help=says)(run)
    for name, text in reversed(FORMATS.items()):
        click.option(f"--{name}", is_flag=True, callback=choose, expose_value=False, help=text)(run)
    return run


def note(text: str) -> None:
    """Tell the user something that is not data."""
    say(f"textvec: {text}")


def say(text: str, keep: str = "") -> None:
    """Write a message to standard error, as everything there is written; on one line, unless line breaks are kept."""
    with suppress(OSError):  # the disk is full, or the terminal is gone: there is nobody to tell
        click.echo(message(text, keep), err=True)


class _Printable:
    """Standard output where it is a terminal, as a file that nothing steers the terminal from."""

    def write(self, text: str) -> int:
        return sys.stdout.write(printable(text, keep="\n\t"))


def _json(value: Any, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent, default=str)


def _json_array(records: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the lines of one array that holds all records."""
    before = None
    for record in records:
        yield "[" if before is None else f"{before},"
        before = indent(_json(record, indent=2), "  ")
    yield from ["[]"] if before is None else [before, "]"]


def _as_it_is(value: Any) -> Any:
    return value


def _guarded(value: Any) -> Any:
    """Return a cell with an apostrophe before it if it is a text that spreadsheets would take for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULAS) else value


def _figure(value: Any) -> str:
    if isinstance(value, list):
        return one_line(", ".join(map(str, value))) or "none"
    if value is None or isinstance(value, bool):
        return {None: "none", True: "yes", False: "no"}[value]
    if isinstance(value, float):
        return f"{value:.6g}"
    return f"{value:,}" if isinstance(value, int) else one_line(str(value))
