"""`textvec classify explain`: why a classifier decides as it does on a text.

Tested in tests/cli/test_classify_predict.py.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from textvec._common.progress import progress

from .classify_models import label_of, open_model, trust_option
from .output import Output, note, output_options
from .sources import check_encoded, exists

if TYPE_CHECKING:
    from textvec.explanation import Decision

_FIELDS = ("label", "term", "value", "weight", "contribution")


@click.command(short_help="Show which words of a text decided.")
@click.argument("model", metavar="MODEL")
@click.argument("text", metavar="TEXT")
@click.option("--class", "label", metavar="LABEL", help="Show what speaks for this class.  [default: that decided on]")
@click.option(
    "-k",
    "--top",
    type=click.IntRange(1),
    metavar="N",
    help="Show at most N terms for and against.  [default: 7 in text, all in data]",
)
@click.option("--html", metavar="FILE", help="Also write a page of HTML with the words marked.")
@trust_option
@output_options
def explain(
    model: str,
    text: str,
    label: str | None,
    top: int | None,
    html: str | None,
    trust: tuple[str, ...],
    output: Output,
) -> None:
    """Show why a MODEL decides as it does on TEXT: what each word gave.

    TEXT is the text itself; - takes all of standard input for one text. For each
    text of a file there is `textvec classify predict MODEL FILE --explain`.

    \b
    Examples:
      textvec classify explain spam "You have won a free prize, call now"
      textvec classify explain spam "See you at lunch" --class spam --top 3
      textvec classify explain mine.textvec - --html why.html < mail.txt
    """  # noqa: D301  (click wants the \\b)
    if html is not None:
        from textvec._common.atomic_files import check_target

        check_target(Path(html))
    if text != "-" and len(text.split()) == 1 and exists(text):
        raise click.UsageError(
            f"'{text}' names a file or folder, and TEXT is the text itself. For a file that is one text say - < FILE; "
            "for one of many texts `textvec classify predict MODEL FILE --explain`."
        )
    classifier = open_model(model, trust)
    if text == "-":
        try:
            text = sys.stdin.buffer.read().decode("utf-8-sig").removesuffix("\n")
        except UnicodeDecodeError as error:
            raise click.ClickException(
                f"Standard input is not UTF-8: byte {error.start + 1} does not fit. Convert it first, as iconv does."
            ) from None
    with progress("Explaining"):
        from textvec.explanation import explain as explained

        decision = explained(classifier, check_encoded(text, "TEXT"))
        shown = None if label is None else label_of(classifier, label)
        decision.marks_of(shown)  # which raises the error of a class that is not there before anything is written
    most: dict[str, Any] = {} if top is None else {"top": top}
    if html is not None:
        from textvec._common.atomic_files import replacing

        with replacing(Path(html)) as [file]:
            file.write(decision.to_html(label=shown, full=True, **most).encode())
        note(f"{html} shows the text with its words marked.")
    if output.is_table:
        output.show_text(lambda color, width: decision.to_text(label=shown, color=color, width=width, **most))
    elif output.form in ("json", "jsonl"):
        output.show_figures(_figures(decision, top))
    else:
        output.show_records(_rows(decision, shown, top), _FIELDS)


def _figures(decision: Decision, top: int | None) -> dict[str, Any]:
    from textvec.explanation.decision_parts import strongest

    return {
        "text": decision.text,
        "label": decision.label,
        "probability": decision.probability,
        "score_name": decision.score_name,
        "exact": decision.exact,
        "unknown_words": decision.unknown_words,
        "classes": [
            each._asdict() | {"contributions": [given._asdict() for given in strongest(each.contributions)[:top]]}
            for each in decision
        ],
    }


def _rows(decision: Decision, label: Any, top: int | None) -> Iterator[dict[str, Any]]:
    """Yield the terms that speak for a class or against it."""
    from textvec.explanation.decision_parts import strongest

    of = decision.label if label is None else label
    for each in strongest(decision.reasons(of))[:top]:
        yield {"label": of, **each._asdict()}
