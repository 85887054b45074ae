"""How an evaluation is printed: the report that people know, and the confusion matrix.

Tested in tests/cli/test_classify_train.py.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from .output import Output

if TYPE_CHECKING:
    from textvec.classification import Evaluation

_MAX_CONFUSIONS = 20  # Pairs of classes that are listed where the matrix does not fit the terminal.
_GAP = 2  # Columns of a terminal between two columns of a table.
_FIGURES = ("precision", "recall", "f1", "support")


def show_report(evaluation: Evaluation, output: Output) -> None:
    """Print an evaluation: as two tables, as one object of JSON, or as rows of classes."""
    if output.form in ("json", "jsonl"):
        output.show_figures(evaluation.to_dict())
        return
    means = {"accuracy": None, "macro avg": evaluation.macro_average, "weighted avg": evaluation.weighted_average}
    if output.is_table:
        rows = [{"class": str(each.label), **_figures(each)} for each in evaluation]
        rows += [{"class": name, **_figures(mean)} for name, mean in means.items() if mean is not None]
        accuracy = {"class": "accuracy", "precision": None, "recall": None, "f1": evaluation.accuracy}
        rows.insert(len(evaluation), {**accuracy, "support": evaluation.n_texts})
        output.show_records(rows, ["class", *_FIGURES])
        click.echo()
        _show_confusion(evaluation, output)
        return
    columns = [f"as.{label}" for label in evaluation.labels]
    output.show_records(_rows(evaluation, means, columns), ["kind", "label", *_FIGURES, *columns])


def _figures(scores: Any) -> dict[str, Any]:
    return {name: getattr(scores, name) for name in _FIGURES}


def _rows(evaluation: Evaluation, means: dict[str, Any], columns: list[str]) -> Iterator[dict[str, Any]]:
    """Yield a row for each class, with the classes that its texts were put into, and for each mean."""
    for each, counts in zip(evaluation, evaluation.confusion.tolist(), strict=True):
        yield {"kind": "class", "label": each.label, **_figures(each), **dict(zip(columns, counts, strict=True))}
    for name, mean in means.items():
        figures = dict.fromkeys(_FIGURES) if mean is None else _figures(mean)
        if mean is None:
            figures |= {"f1": evaluation.accuracy, "support": evaluation.n_texts}
        yield {"kind": name, "label": None, **figures, **dict.fromkeys(columns)}


def _show_confusion(evaluation: Evaluation, output: Output) -> None:
    """Print the confusion matrix, or the most frequent confusions where it is too wide."""
    names = [str(label) for label in evaluation.labels]
    corner = "true \\ predicted"
    counts = evaluation.confusion.tolist()
    widths = [
        max(len(name), *(len(f"{n:,}") for n in column))
        for name, column in zip(names, zip(*counts, strict=True), strict=True)
    ]
    if max(map(len, [corner, *names])) + sum(width + _GAP for width in widths) <= shutil.get_terminal_size().columns:
        rows = [{corner: name, **dict(zip(names, row, strict=True))} for name, row in zip(names, counts, strict=True)]
        output.show_records(rows, [corner, *names])
        return
    confusions = evaluation.confusions()
    shown = [{"true": str(each.label), "predicted": str(each.predicted), "texts": each.n_texts} for each in confusions]
    output.show_records(shown[:_MAX_CONFUSIONS], ["true", "predicted", "texts"])
    if len(shown) > _MAX_CONFUSIONS:
        rest = sum(each.n_texts for each in confusions[_MAX_CONFUSIONS:])
        click.echo(f"and {rest:,} more texts; --json has the whole matrix")
