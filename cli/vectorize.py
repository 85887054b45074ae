"""`textvec vectorize`: a matrix of documents, written to a file that other programs read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from textvec._common.counted import counted
from textvec._common.progress import progress

from .encoders import TERM_OPTIONS, TermOptions, refuse_terms, term_options
from .engines import check_folder_name, engine_option, files_of
from .learning import check_vectors, features_option, read_vectors, vectors_option
from .output import note
from .sources import Reader, reader_options, refuse_two_readers
from .targets import check_is_new
from .vectorize_parts import write_parts

if TYPE_CHECKING:
    from textvec.readers import Corpus

# Options that say how to learn, by the names of their parameters.
LEARNING_OPTIONS = {
    "features": "--features",
    "vectors": "--vectors",
    "min_df": "--min-df",
    "max_features": "--max-features",
    "fit_on": "--fit-on",
    **TERM_OPTIONS,
}
MAX_LISTED_CLASSES = 10  # Classes whose numbers are listed; of more it is said how many there are.


def _min_df(context: click.Context, option: click.Parameter, value: str | None) -> float | None:
    """Return a number of documents, or a share of all of them."""
    if value is None:
        return None
    if re.fullmatch(r"[1-9]\d{0,17}", value, re.ASCII):
        return int(value)
    if re.fullmatch(r"0?\.\d+|1\.0+", value, re.ASCII):
        return float(value)
    raise click.BadParameter(f"{value!r} is neither a number of documents, such as 2, nor a share, such as 0.01.")


@click.command(short_help="Write a matrix of texts for other programs.")
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
@click.option(
    "-o",
    "--output",
    "file",
    metavar="FILE",
    required=True,
    help="The file to write: .npz, .mtx, .npy, .parquet or .svmlight; a folder with --engine.",
)
@click.option("--overwrite", is_flag=True, help="Replace files that are there.")
@engine_option("FILE is a folder of parts then.")
@features_option
@vectors_option
@click.option(
    "--min-df", metavar="N", callback=_min_df, help="Leave out terms of fewer documents; a share of them below 1."
)
@click.option("--max-features", type=click.IntRange(1), metavar="N", help="Keep the N terms that are most frequent.")
@click.option(
    "--fit-on", metavar="OTHER", multiple=True, help="Learn terms and weights from OTHER, not from each SOURCE."
)
@click.option(
    "--load", "load_from", metavar="MODEL", help="Learn nothing: take a vectorizer or pipeline that was saved."
)
@click.option("--save", "save_to", metavar="MODEL", help="Save what makes the matrix, for --load and textvec.load.")
@click.option(
    "--label-column", metavar="NAME", help="The column of labels, for .svmlight files, --features nb and --engine."
)
@reader_options
@term_options
@click.pass_context
def vectorize(
    context: click.Context,
    sources: tuple[str, ...],
    file: str,
    overwrite: bool,
    engine: str | None,
    features: str,
    vectors: str | None,
    min_df: float | None,
    max_features: int | None,
    fit_on: tuple[str, ...],
    load_from: str | None,
    save_to: str | None,
    label_column: str | None,
    reader: Reader,
    terms: TermOptions,
) -> None:
    """Write a matrix with a row for each document of each SOURCE, and the names of its columns.

    A SOURCE is what it is for `textvec similar`. The names are a JSON array in
    FILE.columns.json; a .parquet file has them in it. All files are there when
    all is written, and not before.

    With --engine, each SOURCE is a file, folder, pattern or URL of Parquet, JSON
    lines or text, which the engine's workers read in pieces. The output is a
    folder with a part for each piece. Started again after it was stopped, the
    same command goes on where it was.

    \b
    Examples:
      textvec vectorize messages.csv -o X.npz
      textvec vectorize messages.csv -o X.npz --features counts --min-df 2
      textvec vectorize reviews/ -o X.parquet --ngrams 1-2 --stop-words english
      textvec vectorize train.csv -o train.svmlight --label-column label
      textvec vectorize test.csv -o test.npz --fit-on train.csv
      textvec vectorize train.csv -o train.npz --save tfidf.textvec
      textvec vectorize test.csv -o test.npz --load tfidf.textvec
      textvec vectorize faq.txt -o X.npy --features embedding --vectors v.txt
      textvec vectorize 's3://logs/*.parquet' -o parts --engine dask://boss:8786
    """  # noqa: D301  (click wants the \\b)
    from textvec.persistence.matrix_files import takes_labels

    with_labels = engine is not None or takes_labels(file)
    _check_options(context, with_labels, sources, features, vectors, fit_on, load_from, label_column)
    _check_targets(file, save_to, overwrite, engine)
    supervised = load_from is None and features == "nb"

    def make() -> Any:
        if load_from is not None:
            return _loaded(load_from)
        return _encoder(features, vectors, min_df, max_features, terms)

    if engine is not None:
        files = files_of(context, sources, reader)
        learnt_files = None if load_from is not None else files_of(context, fit_on, reader) if fit_on else files
        keep = [] if label_column is None or (supervised and fit_on) else [label_column]
        classes = label_column if supervised else None
        write_parts(engine, files, file, overwrite, keep, make, learnt_files, classes, save_to)
        return
    encoder = make()
    corpus = _read(reader, sources, label_column if with_labels or not fit_on else None)
    learnt = _read(reader, fit_on, label_column if supervised else None) if fit_on else corpus

    what = f"Vectorizing {counted(len(corpus), 'document')}"
    with progress(what):
        from textvec.encoders.column_names import all_column_names
        from textvec.encoders.encode import matrix_of

        if supervised or fit_on:
            encoder.fit(learnt.texts, _labels(learnt, label_column) if supervised else None)
        fit = load_from is None and not supervised and not fit_on
        matrix = matrix_of(encoder, corpus.texts, fit=fit, caller="vectorize")
        names = all_column_names(encoder, matrix.shape[1])
    with progress(f"Writing {file}"):
        from textvec import save
        from textvec.persistence import write_matrix

        labels = _labels(corpus, label_column) if with_labels and label_column else None
        written = write_matrix(matrix, file, names=names, labels=labels)
        if save_to is not None:
            save(encoder, save_to)
    _tell(matrix, written, names)
    if labels is not None:
        _tell_of_classes(labels)


def _check_options(
    context: click.Context,
    with_labels: bool,
    sources: Sequence[str],
    features: str,
    vectors: str | None,
    fit_on: Sequence[str],
    load_from: str | None,
    label_column: str | None,
) -> None:
    if load_from is not None:
        refuse_terms(context, LEARNING_OPTIONS, "was settled when the model of --load was fitted.")
    check_vectors(vectors, [features])
    counting = {name: LEARNING_OPTIONS[name] for name in ("min_df", "max_features")}
    if features == "embedding":
        words = {name: option for name, option in TERM_OPTIONS.items() if name != "stop_words"}
        because = "does not go with --features embedding, whose terms are the words of the file."
        refuse_terms(context, counting | words, because)
    if features == "hashing":
        refuse_terms(context, counting, "does not go with --features hashing, which counts no terms.")
    if features == "nb" and label_column is None:
        raise click.UsageError("--features nb weighs terms by what they say about labels: give --label-column NAME.")
    if label_column is not None and not with_labels and features != "nb":
        raise click.UsageError("--label-column goes with .svmlight files, --features nb and --engine only.")
    refuse_two_readers(sources, fit_on, "--fit-on")


def _check_targets(file: str, save_to: str | None, overwrite: bool, engine: str | None) -> None:
    """Refuse before any work is done what would be refused at its end; a folder of parts is looked at later."""
    from textvec.persistence.matrix_files import FORMATS, check_matrix_files, matrix_files
    from textvec.persistence.save_load import check_model_file

    targets = [*([] if engine else matrix_files(file)), *([] if save_to is None else [Path(save_to)])]
    if len(set(targets)) < len(targets) or file == save_to:
        raise click.UsageError("-o and --save name the same file.")
    for target in targets:
        check_is_new(target, overwrite)
    if engine:
        check_folder_name(file, tuple(FORMATS))
    else:
        check_matrix_files(file)
    if save_to is not None:
        check_model_file(save_to)


def _encoder(
    features: str,
    vectors: str | None,
    min_df: float | None,
    max_features: int | None,
    terms: TermOptions,
) -> Any:
    """Return what makes the matrix, not fitted."""
    with progress(f"Reading {vectors}" if vectors else "Starting"):
        from textvec.classification import by_name, text_features
        from textvec.classification.options import ngram_param

        params: dict[str, Any] = {"min_df": min_df, "max_features": max_features, "vectors": read_vectors(vectors)}
        if terms.ngrams is not None:
            params[ngram_param(features)] = terms.ngrams
        given = {name: value for name, value in params.items() if value is not None}
        return text_features(by_name.features(features, **given), **terms.steps)


def _loaded(file: str) -> Any:
    """Return what makes the matrix, fitted, from a file."""
    with progress(f"Reading {file}"):
        from textvec import load
        from textvec.encoders.pipeline_steps import encoder_of

        return encoder_of(load(file), file)


def _read(reader: Reader, sources: Sequence[str], label_column: str | None) -> Corpus:
    return reader.read(sources, columns=[] if label_column is None else [label_column])


def _labels(corpus: Corpus, label_column: str | None) -> list[Any]:
    """Return the label of each document."""
    labels = corpus.columns[label_column or ""]
    if None in labels:
        place = labels.index(None)
        raise click.ClickException(
            f"Column {label_column!r} of {corpus.sources[place]} has no label in row {corpus.rows[place]}, but every "
            "document needs one. (--label-column)"
        )
    return labels


def _tell(matrix: Any, written: Sequence[Path], names: Sequence[str] | None) -> None:
    """Say what was written."""
    n_values = matrix.nnz if hasattr(matrix, "nnz") else matrix.size
    size = sum(path.stat().st_size for path in written) / 1e6
    sizes = ", ".join([counted(matrix.shape[0], "row"), counted(matrix.shape[1], "column"), counted(n_values, "value")])
    if names is None:
        where = "its columns have no names"
    else:
        where = f"names in {written[-1]}" if len(written) > 1 else "names in it"
    where += ", columns numbered from 1" if written[0].suffix.lower() == ".svmlight" else ""
    note(f"{written[0]} holds {sizes}; {where}, {size:,.1f} MB.")


def _tell_of_classes(labels: Sequence[Any]) -> None:
    """Say which numbers stand for which labels, if they are names."""
    from textvec.persistence.matrix_files import label_numbers

    classes = label_numbers(labels)[1]
    shown = ", ".join(f"{number} is {name}" for number, name in enumerate(classes[:MAX_LISTED_CLASSES]))
    more = f", and so on in the order of the {len(classes):,} names" if len(classes) > MAX_LISTED_CLASSES else ""
    if classes:
        note(f"labels are numbers: {shown}{more}.")
