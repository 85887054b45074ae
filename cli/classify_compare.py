"""`textvec classify compare`: every pair of some features and classifiers, cross-validated on the same texts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from textvec._common.progress import progress

from .classify_labelled import label_option, read_labelled
from .encoders import TermOptions, term_options
from .learning import check_vectors, read_vectors, seed_option, vectors_option
from .output import Output, note, output_options
from .sources import Reader, reader_options
from .targets import check_plot


def _names(context: click.Context, option: click.Parameter, value: tuple[str, ...]) -> list[str]:
    """Return names that are given one by one, or with commas between."""
    return list(dict.fromkeys(name.strip() for each in value for name in each.split(",") if name.strip()))


@click.command(short_help="Compare features and classifiers by cross-validation.")
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
@click.option(
    "--features",
    metavar="NAMES",
    multiple=True,
    callback=_names,
    default=["counts,tfidf,words+char"],
    help="What texts are turned into, with commas between: counts, binary, tfidf, bm25, nb, char, words+char, hashing "
    "or embedding.  [default: counts,tfidf,words+char]",
)
@click.option(
    "--classifiers",
    metavar="NAMES",
    multiple=True,
    callback=_names,
    default=["nb,logreg,svm,nbsvm"],
    help="What learns from them, with commas between; `textvec classify train --help` has the names.  "
    "[default: nb,logreg,svm,nbsvm]",
)
@click.option("--cv", type=click.IntRange(2), metavar="N", default=5, show_default=True, help="The number of folds.")
@click.option(
    "--scoring",
    metavar="NAMES",
    multiple=True,
    callback=_names,
    default=["accuracy"],
    help="Scores by their names in scikit-learn, such as f1_macro; the first decides which pair is best.  "
    "[default: accuracy]",
)
@click.option("--sort", metavar="NAME", help="Sort by a score, fit_time, predict_time or size.  [default: the score]")
@click.option("--plot", metavar="FILE", help="Draw scores and times: a .png, .svg or .pdf file.")
@vectors_option
@seed_option
@label_option
@reader_options
@term_options
@output_options
def compare(
    sources: tuple[str, ...],
    features: list[str],
    classifiers: list[str],
    cv: int,
    scoring: list[str],
    sort: str | None,
    plot: str | None,
    vectors: str | None,
    seed: int,
    label_column: str | None,
    reader: Reader,
    terms: TermOptions,
    output: Output,
) -> None:
    """Compare pairs of features and classifiers by cross-validation.

    Each of the features is tried with each of the classifiers, in the same folds.
    The texts and labels are those of each SOURCE, as for `textvec classify
    train`. Pairs that cannot work are left out and listed. ~ is beside pairs that
    may be as good as the best.

    \b
    Examples:
      textvec classify compare messages.csv
      textvec classify compare reviews.csv --classifiers nb,svm,forest --cv 10
      textvec classify compare reviews.csv --features tfidf,char --plot pairs.png
      textvec classify compare mail.csv --ngrams 1-2 --scoring f1_macro,accuracy
    """  # noqa: D301  (click wants the \\b)
    check_vectors(vectors, features)
    figures = [*scoring, "fit_time", "predict_time", "size"]
    if sort is not None and sort not in figures:  # before all pairs are fitted
        raise click.UsageError(f"--sort takes {', '.join(figures)}, but it is {sort!r}.")
    if plot is not None:
        check_plot(plot)
    texts, labels = read_labelled(reader, sources, label_column)
    with progress(f"Reading {vectors}" if vectors else "Starting"):
        from textvec.classification import compare as compared
        from textvec.classification.options import features_of_options

        encoders = features_of_options(features, ngrams=terms.ngrams, vectors=read_vectors(vectors))
    found = compared(
        texts,
        labels,
        encoders,
        classifiers,
        cv=cv,
        scoring=scoring,
        random_state=seed,
        **terms.steps,
    )
    if sort is not None:
        found = found.sorted_by(sort)
    if output.is_table:
        output.show_text(lambda color, width: str(found))
    else:
        records = found.to_dicts()
        output.show_records(records, list(records[0]))
    if plot is not None:
        with progress(f"Writing {plot}"):
            _draw(found, Path(plot))
        note(f"{plot} shows scores and times.")


def _draw(found: Any, file: Path) -> None:
    """Write a picture of two plots that share their rows: the scores, and beside them the times."""
    from textvec._common.optional import import_figure
    from textvec._common.pictures import write_picture
    from textvec.plots.comparing import comparison_scores, size_of

    width, height = size_of(found)
    figure = import_figure("--plot")(figsize=(1.3 * width, height), layout="constrained")
    scores, times = figure.subplots(1, 2, sharey=True, width_ratios=(3, 1))
    comparison_scores(found, ax=scores)
    comparison_scores(found, "fit_time", ax=times)
    write_picture(figure, file)
