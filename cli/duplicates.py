"""`textvec duplicates`: documents that are nearly the same, and what remains without them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from textvec._common.counted import counted

from .encoders import TermOptions, term_options
from .models import finite
from .output import Output, note, output_options
from .sources import Reader, reader_options, refuse_two_readers
from .tables import where

if TYPE_CHECKING:
    from textvec.readers import Corpus
    from textvec.similarity import Duplicates, Overlap

PAIR_FIELDS = (
    "score", "first_source", "first_row", "second_source", "second_row", "first_text", "second_text",
)  # fmt: skip
CLUSTER_FIELDS = ("cluster", "source", "row", "text")


@click.command(short_help="Find near-duplicates, or print what remains without them.")
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
@click.option(
    "--threshold",
    type=click.FloatRange(0, 1, min_open=True),
    callback=finite,
    metavar="SCORE",
    default=0.9,
    show_default=True,
    help="The lowest score of a pair, up to 1.",
)
@click.option("--clusters", is_flag=True, help="Print the documents of each group that pairs connect.")
@click.option(
    "--keep",
    type=click.Choice(["first"]),
    help="Print what remains: all columns of the rows, without those that have a near-duplicate before them.",
)
@click.option(
    "--against",
    metavar="OTHER",
    multiple=True,
    help="Look for near-duplicates of each SOURCE in OTHER only; may be repeated.",
)
@click.option("--percent", is_flag=True, help="Give scores from 0 to 100 in place of 0 to 1.")
@reader_options
@term_options
@output_options
def duplicates(
    sources: tuple[str, ...],
    threshold: float,
    clusters: bool,
    keep: str | None,
    against: tuple[str, ...],
    percent: bool,
    reader: Reader,
    terms: TermOptions,
    output: Output,
) -> None:
    """Print the pairs of documents that are nearly the same, the most alike first.

    A SOURCE is what it is for `textvec similar`, and so is the score: the cosine
    of TF-IDF vectors, 1 for the same words in the same proportions. All pairs
    are found that reach the threshold. Several sources are looked through as
    one. Texts without a word are duplicates of nothing.

    \b
    Examples:
      textvec duplicates messages.csv
      textvec duplicates messages.csv --threshold 0.7 --clusters
      textvec duplicates messages.csv --keep first --csv > cleaned.csv
      textvec duplicates test.csv --against train.csv
      textvec duplicates test.csv --against train.csv --keep first --csv
    """  # noqa: D301  (click wants the \\b)
    _check(clusters, keep, against, percent)
    refuse_two_readers(sources, against, "--against")
    corpus = reader.read(sources, columns=() if keep is None else None)
    if against:
        from textvec.similarity import find_overlap

        others = reader.read(against)
        overlap = find_overlap(corpus.texts, others.texts, threshold, encoder=terms.encoder())
        _tell_of_overlap(overlap, len(corpus), len(others), threshold)
        if keep is None:
            _show_pairs(overlap, corpus, others, percent, output)
        else:
            _show_rows(corpus, overlap.unique.tolist(), output)
        return
    from textvec.similarity import find_duplicate_clusters, find_duplicates

    find = find_duplicate_clusters if clusters or keep is not None else find_duplicates
    found = find(corpus.texts, threshold, encoder=terms.encoder())
    _tell(found, len(corpus), threshold, all_pairs=find is find_duplicates)
    if keep is not None:
        _show_rows(corpus, found.unique.tolist(), output)
    elif clusters:
        places = found.labels.argsort(kind="stable")
        members = places[found.labels[places] >= 0].tolist()
        records = ({"cluster": int(found.labels[place]) + 1, **_located(corpus, place)} for place in members)
        _show_located(records, CLUSTER_FIELDS, {}, output)
    else:
        _show_pairs(found, corpus, corpus, percent, output)


def _check(clusters: bool, keep: str | None, against: Sequence[str], percent: bool) -> None:
    if clusters and (keep or against):
        raise click.UsageError(f"--clusters and {'--keep' if keep else '--against'} exclude each other.")
    if percent and (clusters or keep):
        raise click.UsageError(
            f"--percent is about the scores of pairs: leave out {'--keep' if keep else '--clusters'}."
        )


def _show_pairs(found: Duplicates | Overlap, first: Corpus, second: Corpus, percent: bool, output: Output) -> None:
    scores = found.scores * (100 if percent else 1)
    pairs = zip(map(float, scores), found.first, found.second, strict=True)  # no lists: there may be millions
    if not output.is_table:
        output.show_records(
            (_pair(score, _located(first, a), _located(second, b)) for score, a, b in pairs), PAIR_FIELDS
        )
        return
    records = (
        record
        for pair, (score, a, b) in enumerate(pairs, 1)
        for record in (
            {"pair": pair, "score": score, **_located(first, a)},
            {"pair": None, "score": None, **_located(second, b)},
        )
    )
    _show_located(records, ("pair", "score", "source", "row", "text"), {"score": ".1f" if percent else ".3f"}, output)


def _pair(score: float, first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    pair: dict[str, Any] = {"score": score}
    for which, document in (("first", first), ("second", second)):
        pair |= {f"{which}_{name}": value for name, value in document.items()}
    return {name: pair[name] for name in PAIR_FIELDS}


def _located(corpus: Corpus, place: int) -> dict[str, Any]:
    return {"source": corpus.sources[place], "row": corpus.rows[place], "text": corpus.texts[place]}


def _show_located(
    records: Iterable[Mapping[str, Any]], fields: Sequence[str], formats: Mapping[str, str], output: Output
) -> None:
    """Print records with a source and row, which a table has in one column."""
    if output.is_table:
        most = output.width // 3
        records = ({**each, "where": where(each, most)} for each in records)
        fields = [{"source": "where"}.get(name, name) for name in fields if name != "row"]
    output.show_records(records, fields, formats, wide="text")


def _show_rows(corpus: Corpus, kept: Sequence[int], output: Output) -> None:
    """Print rows of tables with all their columns; where documents are files, with their names."""
    columns: dict[str, Sequence[Any]] = dict(corpus.columns)
    if None in corpus.rows:
        columns = {"source": corpus.sources} | columns
    longest = max(columns, key=lambda name: sum(len(str(value)) for value in columns[name]))
    output.show_records(_rows(columns, kept), list(columns), wide=longest)


def _rows(columns: Mapping[str, Sequence[Any]], kept: Iterable[int]) -> Iterator[dict[str, Any]]:
    for place in kept:
        yield {name: values[place] for name, values in columns.items()}


def _tell(found: Duplicates, n: int, threshold: float, all_pairs: bool) -> None:
    """Say how many documents there are, and how many of them are near-duplicates."""
    if not len(found):
        note(f"no two of {counted(n, 'document')} reach a score of {threshold:g}.")
        return
    groups, members = counted(len(found.clusters), "cluster"), int((found.labels >= 0).sum())
    remain = f"{members:,} documents in {groups}; with the first of each, {len(found.unique):,} remain."
    if all_pairs:
        reach = "reaches" if len(found) == 1 else "reach"
        note(f"{counted(len(found), 'pair')} of {counted(n, 'document')} {reach} a score of {threshold:g}: {remain}")
    else:
        note(f"near-duplicates with a score of {threshold:g} or more among {counted(n, 'document')}: {remain}")


def _tell_of_overlap(overlap: Overlap, n: int, n_others: int, threshold: float) -> None:
    """Say how many documents are near-duplicates of others."""
    n_found = n - len(overlap.unique)
    found = f"{n_found:,} of {counted(n, 'document')}" if n_found else f"none of {counted(n, 'document')}"
    verb = "reach" if n_found > 1 else "reaches"
    note(f"{found} {verb} a score of {threshold:g} with any of {counted(n_others, 'other')}.")
