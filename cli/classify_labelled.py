"""The texts of SOURCE with their labels, as training and evaluation want them.

Tested in tests/cli/test_classify_train.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click

from textvec._common.counted import counted
from textvec._common.progress import progress

from .output import note
from .sources import Reader, is_typed


def label_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option `--label-column`."""
    says = "The column that holds the labels.  [default: the only one named label, class, category, target ...]"
    return click.option("--label-column", metavar="NAME", help=says)(command)


def read_labelled(reader: Reader, sources: Sequence[str], label_column: str | None) -> tuple[list[str], list[str]]:
    """Return texts and their labels; texts without a label are left out, and said."""
    texts: list[str] = []
    labels: list[str] = []
    said: set[str] = set()
    with progress("Reading", show=False if is_typed(sources) else None):
        for batch in reader.batches(
            sources, in_parts=False, label_column=label_column, guess_label=label_column is None
        ):
            if label_column is None and batch.label_column not in said:
                said.add(str(batch.label_column))
                note(f"{batch.source}: the labels are taken from column {batch.label_column!r}.")
            missing = [row for row, label in zip(batch.rows, batch.labels, strict=True) if not label]
            if missing:
                lack = counted(len(missing), "text has no label and is", "texts have no label and are")
                note(f"{batch.source}: {lack} left out, the first in row {missing[0]}.")
            texts += [text for text, label in zip(batch.texts, batch.labels, strict=True) if label]
            labels += filter(None, batch.labels)
    if not texts:
        raise click.ClickException("No text has a label.")
    if not any(text.strip() for text in texts):
        raise click.ClickException("All texts with a label are blank.")
    return texts, labels
