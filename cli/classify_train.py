"""`textvec classify train`: a classifier from texts with labels, measured on texts it has not seen, and saved."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from textvec._common.counted import counted
from textvec._common.progress import progress
from textvec.classification.choices import CLASSIFIERS

from .classify_labelled import label_option, read_labelled
from .classify_report import show_report
from .encoders import TermOptions, term_options
from .learning import check_vectors, features_option, read_vectors, seed_option, vectors_option
from .output import Output, note, output_options
from .sources import Reader, reader_options
from .targets import check_is_new


def _param(context: click.Context, option: click.Parameter, value: tuple[str, ...]) -> dict[str, str]:
    """Return the values of parameters, as texts, by their names."""
    params: dict[str, str] = {}
    for each in value:
        name, equals, text = each.partition("=")
        name = name.strip()
        if not (name and equals):
            raise click.BadParameter(f"{each!r} is not of the form NAME=VALUE, such as C=0.5.")
        if name in params:
            raise click.BadParameter(f"{name!r} is given twice.")
        params[name] = text
    return params


@click.command(short_help="Train a classifier on texts and labels, and save it.")
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
@click.option("-o", "--output", "file", metavar="MODEL", required=True, help="The file to write.")
@click.option("--overwrite", is_flag=True, help="Replace a file that is there.")
@features_option
@click.option(
    "--classifier",
    metavar="NAME",
    default="logreg",
    show_default=True,
    help=f"{', '.join(CLASSIFIERS)}, or one of scikit-learn's such as sklearn.svm.SVC.",
)
@click.option(
    "--param",
    "params",
    metavar="NAME=VALUE",
    multiple=True,
    callback=_param,
    help="A parameter of the classifier or the features, such as C=0.5 or ngram_range=1-2; may be repeated. Where both "
    "have it: classifier__NAME or features__NAME.",
)
@click.option("--class-weight", type=click.Choice(["balanced"]), help="Let all classes count the same.")
@vectors_option
@click.option(
    "--test-size",
    type=click.FloatRange(0, 1, max_open=True),
    metavar="SHARE",
    help="Which share of the texts is held out to measure with; 0 measures nothing.  [default: 0.2]",
)
@click.option("--cv", type=click.IntRange(2), metavar="N", help="Measure with N folds, each held out once.")
@seed_option
@label_option
@reader_options
@term_options
@output_options
def train(
    sources: tuple[str, ...],
    file: str,
    overwrite: bool,
    features: str,
    classifier: str,
    params: dict[str, str],
    class_weight: str | None,
    vectors: str | None,
    test_size: float | None,
    cv: int | None,
    seed: int,
    label_column: str | None,
    reader: Reader,
    terms: TermOptions,
    output: Output,
) -> None:
    """Learn from the texts and labels of each SOURCE, and write the classifier to a file.

    What is printed was measured on texts that were held out, each class with its
    share; the model that is saved has learnt from all of them. A SOURCE is a
    table, as for `textvec similar`; texts without a label are left out.

    \b
    Examples:
      textvec classify train messages.csv -o mine.textvec
      textvec classify train reviews.csv -o r.textvec --classifier nbsvm --cv 10
      textvec classify train mail.csv -o m.textvec --param C=0.5 --param min_df=2
    """  # noqa: D301  (click wants the \\b)
    if cv is not None and test_size is not None:
        raise click.UsageError("--cv and --test-size exclude each other.")
    check_vectors(vectors, [features])
    _check_target(file, overwrite)
    began = time.perf_counter()
    model = _model(features, classifier, params, class_weight, vectors, seed, terms)
    texts, labels = read_labelled(reader, sources, label_column)
    with progress("Starting"):
        from textvec.classification import evaluate_held_out
        from textvec.classification.evaluating import check_two_classes
        from textvec.persistence.save_load import save, types_to_trust
    check_two_classes(labels)
    n_all = f"{counted(len(texts), 'text')}"
    if test_size == 0:
        note("nothing is measured: no texts are held out.")
    else:
        share = 0.2 if test_size is None else test_size
        with progress("Training on some texts, measuring on the others"), _blaming(params):
            found = evaluate_held_out(model, texts, labels, cv=cv, test_size=share, random_state=seed)
        how = (
            f"all {n_all} were held out in turn, in {cv} parts" if cv else f"{found.n_texts:,} of {n_all} were held out"
        )
        note(f"{how}, each class with its share; what is measured on them:")
        show_report(found, output)
    with progress(f"Training on {n_all}"), _blaming(params):
        model.fit(texts, labels)
    with progress(f"Writing {file}"):
        save(model, file)
        types = types_to_trust(file)
    size, took = Path(file).stat().st_size / 1e6, time.perf_counter() - began
    note(f"{file} has learnt from {n_all} of {len(set(labels))} classes: {size:,.1f} MB, {took:.1f} s.")
    if types:
        options = " ".join(f"--trust {each}" for each in types)
        note(f"to use it, add {options}: a file of such types could do harm, if you did not know who wrote it.")


@contextmanager
def _blaming(params: dict[str, str]) -> Iterator[None]:
    """Say that parameters are to blame for errors that scikit-learn raises of values it has not checked."""
    try:
        yield
    except (AttributeError, TypeError, re.error) as error:
        if not params:
            raise
        why = str(error).rstrip(".")
        raise click.ClickException(f"it cannot be trained with --param {' '.join(params)}: {why}.") from error


def _model(
    features: str,
    classifier: str,
    params: dict[str, str],
    class_weight: str | None,
    vectors: str | None,
    seed: int,
    terms: TermOptions,
) -> Any:
    with progress(f"Reading {vectors}" if vectors else "Starting"):
        from textvec.classification.options import classifier_of_options, parsed

        return classifier_of_options(
            features,
            classifier,
            {name: parsed(text) for name, text in params.items()},
            ngrams=terms.ngrams,
            class_weight=class_weight,
            random_state=seed,
            vectors=read_vectors(vectors),
            **terms.steps,
        )


def _check_target(file: str, overwrite: bool) -> None:
    """Refuse before any work is done what would be refused at its end."""
    from textvec.persistence.save_load import check_model_file

    check_is_new(Path(file), overwrite)
    check_model_file(file)
