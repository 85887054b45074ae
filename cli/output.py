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

from .snippets import Snippet, one_line, word_pattern

FORMATS = {
    "json": "Print one JSON array.",
    "jsonl": "Print JSON lines, an object in each (the default in a pipe).",
    "csv": "Print comma-separated values.",
    "tsv": "Print tab-separated values.",
    "table": "Print a table (the default on a terminal).",
}

# What hits have beside metadata.
HIT_FIELDS = ("query", "rank", "score", "id", "source", "row", "start", "end", "text", "terms")
# What a cell that is a formula begins with. The last four are the same signs as East Asian keyboards write them.
_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_MAX_SHOWN_TERMS = 12  # A table shows at most this many terms of a hit, with --explain; other formats all of them.

Records = Sequence[Mapping[str, Any]]


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

    def show(self, hits: Records, fields: Sequence[str], words: Sequence[Sequence[str]], percent: bool) -> None:
        """Print hits; `words` are for each query those to highlight in a table."""
        if self.is_table:
            self._open()
            self._hits(hits, words, percent)
        else:
            self._print(hits, fields)

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
            self._table(list(records), fields, formats or {}, wide)
        else:
            self._print(records, fields)

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
        writer.writerows([guarded(_cell(name, row[name])) for name in fields] for row in records)

    def _hits(self, hits: Records, words: Sequence[Sequence[str]], percent: bool) -> None:
        from rich import box
        from rich.console import Group
        from rich.table import Table
        from rich.text import Text

        if not hits:
            return
        console = self._console()
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
        heads = {"query": "Query", "rank": "#", "score": "Score", "id": "Id"}
        for name, head in heads.items():
            if name in hits[0]:
                table.add_column(head, justify="left" if name == "id" else "right", no_wrap=True)
        table.add_column("Text", ratio=1)
        patterns = [word_pattern(each) for each in words]
        for hit in hits:
            cells: dict[str, str | Text] = {
                "query": str(hit.get("query")),
                "rank": str(hit["rank"]),
                "score": f"{hit['score']:.1f} %" if percent else f"{hit['score']:.3f}",
                "id": Text(_end(one_line(str(hit.get("id"))), console.width // 5), style="cyan"),
            }
            text = Snippet(hit["text"] or "", patterns[hit.get("query", 1) - 1])
            terms = _terms(hit.get("terms", []), 1 if percent else 3, _MAX_SHOWN_TERMS)
            beneath = [Text(where(hit), style="cyan", no_wrap=True, overflow="ellipsis")] if "source" in hit else []
            beneath += [Text(one_line(each), style="dim") for each in (_metadata(hit), terms) if each]
            table.add_row(*[cell for name, cell in cells.items() if name in hit], Group(text, *beneath))
        console.print(table)

    def _table(self, records: Records, fields: Sequence[str], formats: Mapping[str, str], wide: str | None) -> None:
        from rich import box
        from rich.table import Table
        from rich.text import Text

        if not records:
            return
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
        for name in fields:
            are_numbers = all(isinstance(record[name], int | float | None) for record in records)
            table.add_column(
                Text(one_line(name)),
                justify="right" if are_numbers else "left",
                no_wrap=name != wide,
                ratio=1 if name == wide else None,
            )
        for record in records:
            cells = [_shown(name, record[name], formats.get(name, "")) for name in fields]
            table.add_row(*[Text(cell, no_wrap=True, overflow="ellipsis") for cell in cells])
        self._console().print(table)

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


def _shown(name: str, value: Any, form: str) -> str:
    """Return a value as a table shows it."""
    if name == "terms":
        return one_line(_terms(value, 3, _MAX_SHOWN_TERMS))
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return format(value, form or ("," if isinstance(value, int) else ".3f"))
    return one_line(value if isinstance(value, str) else str(_cell("", value)))


def _as_it_is(value: Any) -> Any:
    return value


def _guarded(value: Any) -> Any:
    """Return a cell with an apostrophe before it if it is a text that spreadsheets would take for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULAS) else value


def _cell(name: str, value: Any) -> Any:
    """Return a value as CSV shows it: what is neither text nor a number as in JSON, contributions in short."""
    if name == "terms":
        return _terms(value)
    if isinstance(value, bool | list | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return value


def _figure(value: Any) -> str:
    if isinstance(value, list):
        return one_line(", ".join(map(str, value))) or "none"
    return f"{value:,}" if isinstance(value, int) else one_line(str(value))


def _terms(terms: Sequence[Mapping[str, Any]], digits: int = 6, most: int | None = None) -> str:
    shown = " ".join(f"{each['term']}:{each['contribution']:.{digits}f}" for each in terms[:most])
    return shown if most is None or len(terms) <= most else f"{shown} …"


def _metadata(hit: Mapping[str, Any]) -> str:
    values = {name: value for name, value in hit.items() if name not in HIT_FIELDS and value is not None}
    return " ".join(f"{name}={value}" for name, value in values.items())


def where(hit: Mapping[str, Any], most: int | None = None) -> str:
    """Return the source and row of a hit as a table shows them; of more than so many characters the last ones."""
    source, row = hit["source"], hit.get("row")
    text = one_line(f"{source}" if row is None else f"{source}:{row}")
    return text if most is None else _end(text, most)


def _end(text: str, most: int) -> str:
    return text if len(text) <= most else "…" + text[len(text) - most + 1 :]
