"""How hits are printed: a table for a person, JSON lines for a pipe, and whatever else is asked for.

JSON and its kin are UTF-8 whatever the locale, with full precision; only the table rounds and cuts.
"""

from __future__ import annotations

import csv
import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any

import click

FORMATS = {
    "json": "Print one JSON array.",
    "jsonl": "Print JSON lines, one object a hit (the default in a pipe).",
    "csv": "Print comma-separated values.",
    "tsv": "Print tab-separated values.",
    "table": "Print a table (the default on a terminal).",
}

Hits = Sequence[dict[str, Any]]


@dataclass
class Output:
    """What the options say about the output."""

    form: str
    color: str
    percent: bool

    def show(self, hits: Hits, fields: Sequence[str], words: Sequence[str]) -> None:
        """Print hits; `words` are those to highlight in a table."""
        if hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(encoding=None if self.form == "table" else "utf-8", errors="replace")
        if self.form == "table":
            self._table(hits, words)
        elif self.form == "json":
            sys.stdout.write(json.dumps(hits, ensure_ascii=False, indent=2) + "\n")
        elif self.form == "jsonl":
            sys.stdout.writelines(json.dumps(hit, ensure_ascii=False) + "\n" for hit in hits)
        else:
            self._separated(hits, fields)

    def _separated(self, hits: Hits, fields: Sequence[str]) -> None:
        delimiter = "," if self.form == "csv" else "\t"
        writer = csv.DictWriter(sys.stdout, fields, delimiter=delimiter, lineterminator="\n")
        writer.writeheader()
        for hit in hits:
            writer.writerow({**hit, "terms": _terms(hit)} if "terms" in hit else hit)

    def _table(self, hits: Hits, words: Sequence[str]) -> None:
        from rich import box
        from rich.console import Group
        from rich.table import Table
        from rich.text import Text

        if not hits:
            return
        console = self._console()
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
        table.add_column("#", justify="right")
        table.add_column("Score", justify="right", no_wrap=True)
        table.add_column("Where", no_wrap=True)
        table.add_column("Text", ratio=1)
        mark = re.compile("|".join(rf"\b{re.escape(word)}\b" for word in words), re.IGNORECASE) if words else None
        for hit in hits:
            text = Text(_snippet(hit["text"], mark), no_wrap=True, overflow="ellipsis")
            if mark:
                text.highlight_regex(mark, "bold yellow")
            terms = [Text(_terms(hit, digits=1 if self.percent else 3), style="dim")] if "terms" in hit else []
            score = f"{hit['score']:.1f} %" if self.percent else f"{hit['score']:.3f}"
            where = Text(_where(hit, console.width // 3), style="cyan")
            table.add_row(str(hit["rank"]), score, where, Group(text, *terms))
        console.print(table)

    def _console(self) -> Any:
        from rich.console import Console

        plain = self.color == "never" or (self.color == "auto" and bool(os.environ.get("NO_COLOR")))
        if plain:
            return Console(color_system=None)
        if self.color == "always":
            return Console(force_terminal=True, color_system="256", no_color=False)
        return Console()


def output_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of every command that prints, and its function an `output` built of them."""

    def choose(context: click.Context, option: click.Parameter, value: bool) -> None:
        if not value:
            return
        chosen = context.meta.setdefault("textvec.format", option.name)
        if chosen != option.name:
            raise click.UsageError(f"--{chosen} and --{option.name} exclude each other.")

    @wraps(command)
    def run(color: str, percent: bool, **options: Any) -> Any:
        default = "table" if sys.stdout.isatty() else "jsonl"
        form = click.get_current_context().meta.get("textvec.format", default)
        return command(output=Output(form, color, percent), **options)

    color = click.Choice(["auto", "always", "never"])
    click.option("--color", type=color, default="auto", show_default=True, help="Colour the table.")(run)
    for name, text in reversed(FORMATS.items()):
        click.option(f"--{name}", is_flag=True, callback=choose, expose_value=False, help=text)(run)
    return click.option("--percent", is_flag=True, help="Give scores from 0 to 100 in place of 0 to 1.")(run)


@contextmanager
def progress(what: str, off: bool = False) -> Iterator[None]:
    """Show what is being done while it is done, if somebody sits there to see it."""
    if off or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(what):
        yield


def note(message: str) -> None:
    """Tell the user something that is not data."""
    click.echo(f"textvec: {message}", err=True)


def _terms(hit: dict[str, Any], digits: int = 6) -> str:
    return " ".join(f"{each['term']}:{each['contribution']:.{digits}f}" for each in hit["terms"])


def _where(hit: dict[str, Any], most: int) -> str:
    where = _one_line(hit["source"] if hit["row"] is None else f"{hit['source']}:{hit['row']}")
    return where if len(where) <= most else "…" + where[len(where) - most + 1 :]


def _snippet(text: str, mark: re.Pattern[str] | None, before: int = 16) -> str:
    """Return a text on one line, from shortly before the first word to highlight, if that is far in."""
    text = _one_line(text)
    found = mark.search(text) if mark else None
    if found is None or found.start() <= 2 * before:
        return text
    space = text.find(" ", found.start() - before, found.start())
    return "…" + text[space if space >= 0 else found.start() :]


def _one_line(text: str) -> str:
    """Collapse white space and control characters, some of which would otherwise steer the terminal."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f]+", " ", text).split())
