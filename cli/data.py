"""`textvec data`: the data sets there are, where they are on this machine, and getting them there."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from textvec._common.printable import printable

from .output import Output, note, output_options
from .targets import check_is_new

_FIELDS = ("name", "what", "rows", "MB", "licence", "page", "here", "path")
_SHOWN = ("name", "what", "rows", "MB", "licence", "here")  # in a table, which has 80 columns as a rule

_data_home = click.option(
    "--data-home",
    metavar="DIR",
    help="The data folder.  [default: that of TEXTVEC_DATA, or the user's cache folder]",
)


@click.group()
def data() -> None:
    """List data sets to try things out on, and fetch them.

    \b
    Examples:
      textvec data list
      textvec data fetch sms-spam
      textvec data fetch sms-spam -o sms.csv
      textvec similar "free prize" "$(textvec data fetch messages)"
    """  # noqa: D301  (click wants the \\b)


@data.command("list", short_help="List the data sets, and whether they are here.")
@_data_home
@output_options
def list_(data_home: str | None, output: Output) -> None:
    """Print the data sets there are: what they are, and whether they are here.

    Other forms than a table have the publisher's page, and where the file is.

    \b
    Examples:
      textvec data list
      textvec data list --json
      textvec data list --csv --data-home /srv/data
    """  # noqa: D301  (click wants the \\b)
    from textvec.datasets.catalog import listed

    fields = _SHOWN if output.is_table else _FIELDS
    output.show_records(listed(data_home), fields, {"MB": ".1f"}, wide="what")


@data.command(short_help="Get a data set, and print where it is.")
@click.argument("name", metavar="NAME")
@click.option(
    "-o", "--output", "file", metavar="FILE", help="Write its rows to a .csv, .tsv, .jsonl or .parquet file, too."
)
@click.option("--overwrite", is_flag=True, help="Replace a FILE that is there.")
@_data_home
def fetch(name: str, file: str | None, overwrite: bool, data_home: str | None) -> None:
    """Get the data set NAME to this machine, if it is not there, and print where it is.

    `textvec data list` prints the names. A data set is downloaded into the data
    folder, and checked each time. With --output, it is written to FILE as a table
    with a column of texts that other commands read, or with the words and
    judgements of word tests, and the name of FILE is printed.

    \b
    Examples:
      textvec data fetch imdb
      textvec data fetch sms-spam -o sms.csv
      textvec data fetch sts-benchmark --data-home /srv/data
    """  # noqa: D301  (click wants the \\b)
    from textvec.datasets.catalog import named
    from textvec.datasets.export import check_writable, write

    try:
        info = named(name)
        if file is not None:
            check_writable(file)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    if file is not None:
        check_is_new(Path(file), overwrite)
    bunch = info.load(data_home)
    note(bunch.DESCR)
    if file is not None:
        write(bunch, file)
    for path in info.paths(data_home) if file is None else [file]:
        click.echo(printable(path) if sys.stdout.isatty() else os.fsencode(path))
