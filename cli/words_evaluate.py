"""`textvec words evaluate`: word vectors measured on word pairs and analogies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from textvec._common.progress import progress

from .output import Output, note, output_options
from .tables import last
from .words_vectors import Vectors, restrict_option, vectors_argument

_TEST_WIDTH = 16  # of the name of a test in a table: the longest of those that textvec fetches
_MAX_NAMED = 8  # Unknown words of a test that are named.


@click.command(short_help="Measure word vectors on word pairs and analogies.")
@vectors_argument
@click.argument("tests", metavar="[TEST]...", nargs=-1)
@restrict_option(300_000)
@click.option(
    "--method",
    type=click.Choice(["3cosadd", "3cosmul"]),
    default="3cosadd",
    show_default=True,
    help="How analogies are completed.",
)
@click.option("--case-sensitive", is_flag=True, help="Take words in another letter case for other words.")
@click.option(
    "--count-unknown", is_flag=True, help="Count what has unknown words: analogies as wrong, pairs as not similar."
)
@click.option("--data-home", metavar="DIR", help="The data folder, as for `textvec data`.")
@output_options
def evaluate(
    vectors: Vectors,
    tests: tuple[str, ...],
    restrict: int,
    method: str,
    case_sensitive: bool,
    count_unknown: bool,
    data_home: str | None,
    output: Output,
) -> None:
    """Measure word vectors on each TEST: how well they agree with people, how many analogies they complete.

    A TEST is wordsim353, wordsim353-sim, wordsim353-rel, simlex999 or
    google-analogies, which is downloaded if it is not here, or a file of your own:
    two words and a judgement on each line, or four words of an analogy. Without a
    TEST, all that are here are taken.

    \b
    Examples:
      textvec words evaluate words simlex999 google-analogies
      textvec words evaluate reviews.vec mine.csv --json
    """  # noqa: D301  (click wants the \\b)
    paths = _paths(tests, data_home)
    table = vectors.read()
    options: dict[str, Any] = {
        "method": method,
        "restrict_vocab": restrict,
        "case_insensitive": not case_sensitive,
        "dummy4unknown": count_unknown,
    }
    records: list[dict[str, Any]] = []
    remarks: list[str] = []
    with progress("Evaluating", len(paths)) as advance:
        from textvec.evaluation.word_tests import figures, word_test
        from textvec.readers import ReadError

        for name, path in paths.items():
            try:
                result = word_test(table, path, **options)
            except ReadError:
                raise
            except ValueError as error:  # hardly any of its words is known, which is no reason to give up the others
                remarks.append(f"{name}: {error}")
            else:
                records += [{"test": name} | each for each in figures(result)]
                remarks += _about_unknown(name, result.unknown_words)
            advance()
    for remark in remarks:
        note(remark)
    if not records:
        raise click.ClickException("no test has enough words that these vectors know.")
    if output.is_table:
        records = [
            record | {"test": last(record["test"], _TEST_WIDTH), "part": record["part"] or ""} for record in records
        ]
    output.show_records(records, ("test", "part", "measure", "score", "known", "of"), wide="part")


def _paths(tests: tuple[str, ...], data_home: str | None) -> dict[str, str]:
    """Return the file of each test, by the name to print."""
    from textvec.datasets import catalog

    known = {info.name: info for info in catalog.DATASETS if info.is_word_test}
    if not tests:
        here = [about["name"] for about in catalog.listed(data_home) if about["name"] in known and about["path"]]
        if not here:
            raise click.ClickException(
                f"No test of words is on this machine. Name one, and it is downloaded: {', '.join(known)}. Or name a "
                "file of your own."
            )
        tests = tuple(here)
    paths = {}
    for test in tests:
        name = test.lower().replace("_", "-")
        if Path(test).exists() or name not in known:
            if not Path(test).exists():
                from textvec._common.suggestions import did_you_mean

                raise click.ClickException(
                    f"There is no file {test!r}, and no test of that name.{did_you_mean(test, known)} There are "
                    f"{', '.join(known)}."
                )
            paths[test] = test
            continue
        known[name].load(data_home)
        (paths[name],) = known[name].paths(data_home)
    return paths


def _about_unknown(name: str, words: list[str]) -> list[str]:
    """Return a sentence on which words of a test are unknown, or none."""
    if not words:
        return []
    more = ", ..." if len(words) > _MAX_NAMED else ""
    plural = "s that are" if len(words) > 1 else " that is"
    return [f"{name} has {len(words):,} word{plural} unknown: {', '.join(words[:_MAX_NAMED])}{more}."]
