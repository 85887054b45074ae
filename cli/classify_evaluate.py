"""`textvec classify evaluate`: what a trained classifier says of texts whose labels are known.

Tested in tests/cli/test_classify_predict.py.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import click

from textvec._common.counted import counted
from textvec._common.progress import progress

from .classify_labelled import label_option, read_labelled
from .classify_models import label_of, open_model, trust_option
from .classify_report import show_report
from .output import Output, note, output_options
from .sources import Reader, reader_options
from .targets import check_plot


@click.command(short_help="Measure a model on texts whose labels are known.")
@click.argument("model", metavar="MODEL")
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
@click.option("--plot", metavar="FILE", help="Draw the confusion matrix: a .png, .svg or .pdf file.")
@trust_option
@label_option
@reader_options
@output_options
def evaluate(
    model: str,
    sources: tuple[str, ...],
    plot: str | None,
    trust: tuple[str, ...],
    label_column: str | None,
    reader: Reader,
    output: Output,
) -> None:
    """Measure a MODEL on the texts and labels of each SOURCE, which it should not have learnt from.

    \b
    Examples:
      textvec classify evaluate mine.textvec test.csv
      textvec classify evaluate spam messages.csv --plot confusion.png
      textvec classify evaluate mine.textvec test.csv --label-column spam --json
    """  # noqa: D301  (click wants the \\b)
    if plot is not None:
        check_plot(plot)
    classifier = open_model(model, trust)
    texts, read = read_labelled(reader, sources, label_column)
    labels_of = {label: label_of(classifier, label) for label in set(read)}
    labels = [labels_of[label] for label in read]
    known = set(classifier.classes_.tolist())
    strange = Counter(label for label in labels if label not in known)
    if 0 < strange.total() < len(labels):
        listed = ", ".join(f"{label!r:.40}" for label in [*strange][:5]) + (", …" if len(strange) > 5 else "")
        lack = counted(strange.total(), "text has a label", "texts have labels")
        note(f"{lack} that {model} does not know, and can only get wrong: {listed}.")
    with progress(f"Deciding on {counted(len(texts), 'text')}"):
        from textvec.classification import evaluate as measured

        found = measured(classifier, texts, labels)
    show_report(found, output)
    if plot is not None:
        with progress(f"Writing {plot}"):
            _draw(found, Path(plot))
        note(f"{plot} shows the confusion matrix.")


def _draw(found: Any, file: Path) -> None:
    from textvec._common.optional import import_figure
    from textvec._common.pictures import write_picture
    from textvec.plots.confusion import confusion_matrix, size_of

    figure = import_figure("--plot")(figsize=size_of(found), layout="constrained")
    confusion_matrix(found, ax=figure.subplots())
    write_picture(figure, file)
