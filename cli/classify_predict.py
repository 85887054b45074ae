"""`textvec classify predict`: a class for each text, as the texts come."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import click

from textvec._common.field_names import names_beside

from .classify_models import open_model, trust_option
from .output import Output, note, output_options
from .sources import Reader, check_encoded, exists, names_of_columns, reader_options
from .tables import Terms

if TYPE_CHECKING:
    from textvec.readers.batches import Batch

_MIN_WORDS = 3  # Fewer words say nothing about the texts.
_MOST = 0.6  # More unknown words than this share are worth a warning; texts like the model's have a tenth to a third.
_OWN = ("source", "row", "label", "terms", "intercept", "text")


@dataclass
class Wanted:
    """What is printed of each text."""

    model: Any
    kind: str | None
    top: int | None
    explain: bool
    columns: list[str]

    @property
    def labels(self) -> list[str]:
        """The classes, as they are printed."""
        return [str(label) for label in self.model.classes_.tolist()]

    @property
    def score_fields(self) -> list[str]:
        """The fields with scores: of each class, or of the best and their names."""
        if self.kind is None:
            return []
        if self.top is None:
            return [f"{self.kind}.{label}" for label in self.labels]
        ranks = range(1, min(self.top, len(self.labels)) + 1)
        return [field for rank in ranks for field in (f"label.{rank}", f"{self.kind}.{rank}")]

    @property
    def fields(self) -> list[str]:
        """All fields, in their order."""
        terms = ["terms", "intercept"] if self.explain else []
        return ["source", "row", "label", *self.score_fields, *self.field_of.values(), *terms, "text"]

    @property
    def heads(self) -> dict[str, str]:
        """The fields that are columns of a table, with what stands over them there: of the best classes a number."""
        if self.top is None:
            heads = {"label": "Class"} | {name: name.removeprefix(f"{self.kind}.") for name in self.score_fields}
        else:
            heads = {name: name.replace("label.", "Class ") for name in self.score_fields}
            heads |= dict.fromkeys(self.score_fields[1::2], "Score" if self.kind == "score" else "Prob.")
        return heads | ({"intercept": "Intercept"} if self.explain else {})

    @cached_property
    def field_of(self) -> dict[str, str]:
        """What each column of the source is called beside the fields of ours."""
        return dict(zip(self.columns, names_beside((*_OWN, *self.score_fields), self.columns), strict=True))


@click.command(short_help="Print the class of each text.")
@click.argument("model", metavar="MODEL")
@click.argument("given", metavar="[SOURCE|TEXT|-]...", nargs=-1)
@click.option(
    "--text",
    "texts",
    metavar="TEXT",
    multiple=True,
    help="Decide on this text, whatever it looks like; may be repeated.",
)
@click.option("--probability", is_flag=True, help="Add the probability of each class, or its score, if there is none.")
@click.option(
    "-k",
    "--top",
    type=click.IntRange(1),
    metavar="N",
    help="Add the N most probable classes, with their probabilities.",
)
@click.option("--explain", is_flag=True, help="Add the terms that decided, and how much each gave to the class.")
@click.option(
    "--metadata-columns",
    "columns",
    metavar="NAMES",
    multiple=True,
    callback=names_of_columns,
    help="Columns of the tables to print beside the classes, with commas between.",
)
@trust_option
@reader_options
@output_options
def predict(
    model: str,
    given: tuple[str, ...],
    texts: tuple[str, ...],
    probability: bool,
    top: int | None,
    explain: bool,
    columns: list[str],
    trust: tuple[str, ...],
    reader: Reader,
    output: Output,
) -> None:
    """Print the class of each text of a SOURCE, or of each TEXT, by a MODEL.

    There is a row for each text, blank ones included, in their order. A SOURCE is
    what it is for `textvec similar`. What names a file or a folder is one; what
    does not is a TEXT, if it has several words and does not end as the name of a
    file: --text takes any. Lines, CSV, TSV and JSON lines are answered as they are
    read; Parquet, other JSON and folders when they are.

    \b
    Examples:
      textvec classify predict spam "You have won a free prize, call now"
      textvec classify predict spam messages.csv --probability
      textvec classify predict mine.textvec new.csv --metadata-columns id --csv
      tail -f mail.log | textvec classify predict mine.textvec - --jsonl
      textvec classify predict topics.textvec notes/ --top 3 --explain
    """  # noqa: D301  (click wants the \\b)
    inputs = [*_inputs(given), *((check_encoded(text, "TEXT"), True) for text in texts)]
    if not inputs:
        raise click.UsageError("Missing argument 'SOURCE', 'TEXT' or '-'.")
    if columns and any(is_text for _, is_text in inputs):
        raise click.UsageError("--metadata-columns names columns of tables, and a TEXT is none.")
    classifier = open_model(model, trust)
    wanted = Wanted(classifier, None, top, explain, columns)
    if probability or top is not None:
        from textvec.classification.predicting import SCORE, can_have_probabilities, kind_of_scores

        wanted.kind = kind_of_scores(classifier)
        if wanted.kind == SCORE:
            way = "; train it with --param probability=true to have them" if can_have_probabilities(classifier) else ""
            note(f"{model} has no probabilities, and scores are values of its decision function{way}.")
    records = _records(wanted, _batches(inputs, reader, columns))
    if output.is_table and top is not None:  # the class is the first of the best
        records = ({name: value for name, value in each.items() if name != "label"} for each in records)
    output.show_texts(records, wanted.fields, wanted.heads, dict.fromkeys([*wanted.score_fields, "intercept"], ".3f"))


def _inputs(given: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """Yield what was given, with whether it is a text."""
    for each in given:
        if each == "-" or exists(each):
            yield each, False
        elif not _is_text(each):
            raise click.ClickException(f"There is no file or folder '{each}'. If it is a text, say --text before it.")
        else:
            yield check_encoded(each, "TEXT"), True


def _is_text(given: str) -> bool:
    """Tell whether what is no file is a text: a mistyped name of a file is none."""
    if len(given.split()) < 2:
        return False
    path = PurePath(given)
    named = path.suffix.lower().lstrip(".")
    is_like_a_file = named.isalnum() and len(named) <= 7 and given.endswith(named) and not named.isdecimal()
    return not is_like_a_file and not (len(path.parts) > 1 and exists(str(path.parent)))


def _batches(inputs: Sequence[tuple[str, bool]], reader: Reader, columns: Sequence[str]) -> Iterator[Batch]:
    """Yield the texts in batches; all that are given as such are one."""
    from textvec.readers.batches import Batch

    given = [each for each, is_text in inputs if is_text]
    n_given = 0
    if given and len(given) == len(inputs):
        yield Batch("", given, range(1, len(given) + 1), {}, [], None, [], [])
        return
    for each, is_text in inputs:
        if is_text:
            n_given += 1
            yield Batch("", [each], [n_given], {}, [], None, [], [])
        else:
            yield from reader.batches([each], metadata_columns=columns)


def _records(wanted: Wanted, batches: Iterator[Batch]) -> Iterator[dict[str, Any]]:
    """Yield what is printed of each text; what was printed is on its way before more is read."""
    from textvec.classification.predicting import predictions

    first = next(batches, None)
    if first is None:
        return
    _warn_of_unknown(wanted.model, first.texts)
    for batch in chain([first], batches):
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=".*hold no word that has a vector")
            said = predictions(wanted.model, batch.texts, wanted.kind is not None)
        for i, (text, row, label) in enumerate(zip(batch.texts, batch.rows, said.labels, strict=True)):
            record: dict[str, Any] = {"source": batch.source or None, "row": row, "label": label}
            if said.scores is not None:
                record |= _scores(wanted, said.scores[i])
            record |= {wanted.field_of[name]: values[i] for name, values in batch.columns.items()}
            if wanted.explain:
                record |= _reasons(wanted.model, text)
            yield record | {"text": text}
        sys.stdout.flush()


def _scores(wanted: Wanted, scores: Any) -> dict[str, Any]:
    values, names = scores.tolist(), wanted.score_fields
    if wanted.top is None:
        return dict(zip(names, values, strict=True))
    best = sorted(range(len(values)), key=lambda i: -values[i])[: wanted.top]
    return dict(zip(names, (each for i in best for each in (wanted.labels[i], values[i])), strict=True))


def _reasons(model: Any, text: str) -> dict[str, Any]:
    """Return the terms that decided, the strongest first, and what decided before them."""
    from textvec.explanation import explain
    from textvec.explanation.decision_parts import strongest

    decision = explain(model, text)
    found = strongest(decision.reasons())
    terms = Terms({"term": each.term, "contribution": each.contribution} for each in found if each.contribution)
    return {"terms": terms, "intercept": decision.intercept()}


def _warn_of_unknown(model: Any, texts: Sequence[str]) -> None:
    """Say so if most words are unknown to the model."""
    from textvec.explanation.unknown_share import unknown_words

    unknown, words = unknown_words(model, texts)
    if words >= _MIN_WORDS and unknown > _MOST * words:
        note(
            f"warning: the model does not know {unknown} of the first {words} words, and decides by the others, if by "
            "any: it may have learnt from another language, or about another subject."
        )
