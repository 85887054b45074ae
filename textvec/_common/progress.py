"""The progress bar of every slow work: on standard error, if somebody sits there to see it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from textvec._common.printable import message


class Advance(Protocol):
    """What a progress bar is told: how many more steps are done, and what to say beside the bar."""

    def __call__(self, n_steps: float = 1, remark: str = "") -> None: ...


def is_seen() -> bool:
    """Tell whether standard error is a terminal that can move its cursor, so that somebody sees a bar move."""
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


@contextmanager
def progress(what: str, total: float | None = None, *, show: bool | None = None) -> Iterator[Advance]:
    """Show a bar while the body of a `with` statement runs.

    Parameters
    ----------
    what : str
        What is being done.
    total : float, default=None
        Number of steps, where it is known. Then the bar shows how many are done and how long the others will take;
        otherwise only that something is done, and for how long.
    show : bool, default=None
        By default the bar is shown if standard error is a terminal that can move its cursor, and is removed at the end.
        True shows it anywhere, and leaves it. False shows nothing.

    Yields
    ------
    callable
        To be called, from any thread, when steps are done: with their number, 1 by default, and maybe with a remark.

    Examples
    --------
    >>> from textvec._common.progress import progress
    >>> with progress("Reading", total=3) as advance:  # not on a terminal, so nothing is seen
    ...     for _ in range(3):
    ...         advance()
    """
    if show is False or (show is None and not is_seen()):
        yield lambda n_steps=1, remark="": None
        return
    # rich is loaded only where something is shown: it takes some hundredths of a second.
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        ProgressColumn,
        SpinnerColumn,
        TaskProgressColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    name, remarks = (TextColumn(f"{{task.{field}}}", markup=False) for field in ("description", "fields[remark]"))
    columns: list[ProgressColumn] = [SpinnerColumn(), name, BarColumn(), TimeElapsedColumn()]
    if total is not None:
        columns = [name, BarColumn(), TaskProgressColumn(), remarks, TimeRemainingColumn()]
    with Progress(*columns, console=Console(stderr=True), transient=show is None) as bar:
        task = bar.add_task(message(what), total=total, remark="")
        yield lambda n_steps=1, remark="": bar.update(task, advance=n_steps, remark=message(remark))


@contextmanager
def counted_progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar, as `progress` does, for work that tells itself how many steps are done and how many there are.

    Parameters
    ----------
    what : str
        What is being done.

    Yields
    ------
    callable
        To be called after each step with the numbers of those that are done and of all. When fewer are done than
        before, another pass over the steps has begun, and the bar begins anew.

    Examples
    --------
    >>> from textvec._common.progress import counted_progress
    >>> with counted_progress("Learning") as done:  # not on a terminal, so nothing is seen
    ...     for step in range(3):
    ...         done(step + 1, 3)
    """
    if not is_seen():
        yield lambda n_done, n_steps: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    name = TextColumn("{task.description}", markup=False)
    with Progress(
        name, BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=Console(stderr=True), transient=True
    ) as bar:
        task = bar.add_task(message(what), total=None)
        yield lambda n_done, n_steps: bar.update(task, completed=n_done, total=n_steps)
