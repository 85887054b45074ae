"""The option `--engine`: who works on files in pieces, what does not go together with it, and how work is interrupted.

Tested in tests/cli/test_vectorize_parts.py and tests/cli/test_index_shards.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from textvec._common.progress import progress
from textvec._common.suggestions import did_you_mean

from .encoders import refuse_terms
from .output import note
from .sources import SOURCE_OPTIONS, Reader

if TYPE_CHECKING:
    from textvec.engines import Files

_KNOWN = ("here", "local-dask", "dask://HOST:PORT", "ray")
# Options about reading that say what files in pieces cannot be, by the names of their parameters.
_UNREAD = {name: option for name, option in SOURCE_OPTIONS.items() if name != "text_column"} | {"verbose": "--verbose"}


def _engine(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """Return the name of an engine, if there is one of that name."""
    if value is None or value in ("here", "local-dask", "ray"):
        return value
    if not value.startswith("dask://"):
        raise click.BadParameter(f"there is no {value!r}. Known are {', '.join(_KNOWN)}.{did_you_mean(value, _KNOWN)}")
    host, _, port = value.removeprefix("dask://").rpartition(":")
    if not host or not port.isdecimal():
        raise click.BadParameter(f"{value!r} has no host and port, as in dask://scheduler:8786.")
    return value


def engine_option(says: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return what gives a command the option `--engine`, and says what becomes of its output."""
    says = f"Read files in pieces, and let here, local-dask, dask://HOST:PORT or ray work on them; {says}"
    return click.option("--engine", metavar="ENGINE", callback=_engine, help=says)


def files_of(context: click.Context, sources: Sequence[str], reader: Reader, because: str = "--engine") -> Files:
    """Return sources as files in pieces; `because` names what asks for pieces."""
    refuse_terms(
        context, _UNREAD, f"does not go with {because}, which reads Parquet, JSON lines and lines of UTF-8 in pieces."
    )
    columns = reader.options["text_column"] or [None]
    if len(columns) > 1:
        raise click.UsageError(f"--text-column names one column only with {because}.")
    if "-" in sources:
        raise click.UsageError(f"Standard input is not read in pieces: name files, which {because} needs.")
    from textvec.engines import Files

    return Files(list(sources), columns[0])


def check_folder_name(folder: str, endings: Sequence[str] = ()) -> None:
    """Refuse what is no name of a folder for parts: a URL, or a file by its ending."""
    if "://" in folder:
        raise click.UsageError(f"-o is a folder that all workers share, and no URL, {folder!r}: mount it.")
    ending = Path(folder).suffix.lower()
    if ending in endings:
        raise click.UsageError(f"-o is a folder of parts with --engine, but {folder!r} ends with {ending}, as a file.")


@contextmanager
def working(engine: str, files: Files, left: Callable[[], str]) -> Iterator[Any]:
    """Give the engine of a name. When work is interrupted, it is cancelled, and `left` says what is left of it.

    Parameters
    ----------
    engine : str
    files : Files
        What is worked on.
    left : callable
        It is called when nothing works any longer.
    """
    from textvec.engines import engine_for

    try:
        with ExitStack() as stack:
            with progress(f"Starting {engine}"):
                chosen = stack.enter_context(engine_for(files, engine))
            yield chosen
    except KeyboardInterrupt:
        note(f"interrupted: {left()}")
        raise
