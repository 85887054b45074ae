"""The progress bar of training: words per second, time left, running loss."""

from __future__ import annotations

from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn


class TrainingProgress:
    """A bar on standard error, or nothing when it is not wanted.

    Parameters
    ----------
    total : int
        Tokens to go through, in all epochs.
    verbose : bool
        Whether there is to be a bar.
    """

    def __init__(self, total: int, verbose: bool) -> None:
        self._loss = 0.0
        self._bar = Progress(
            TextColumn("word2vec"),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[rate]}"),
            TextColumn("{task.fields[loss]}"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            disable=not verbose,
        )
        self._task = self._bar.add_task("", total=max(total, 1), rate="", loss="")

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._bar.stop()

    @property
    def share(self) -> float:
        """How much of the work is done, from 0 to 1."""
        task = self._bar.tasks[self._task]
        return task.completed / (task.total or 1)

    def report(self, n_tokens: int, loss: float = 0.0, n_predictions: float = 0.0) -> None:
        """Take note of so many more tokens, and of the loss of some predictions among them."""
        task = self._bar.tasks[self._task]
        if n_predictions:
            mean = loss / n_predictions
            self._loss = 0.9 * self._loss + 0.1 * mean if self._loss else mean
        done = task.completed + n_tokens
        self._bar.update(
            self._task,
            advance=n_tokens,
            rate=f"{done / task.elapsed:,.0f} words/s" if task.elapsed else "",
            loss=f"loss {self._loss:.3f}" if self._loss else "",
        )
