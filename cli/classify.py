"""`textvec classify`: classifiers of texts, trained, used, measured and explained.

Tested in tests/cli/test_classify.py.
"""

from __future__ import annotations

import click

from .classify_compare import compare
from .classify_evaluate import evaluate
from .classify_explain import explain
from .classify_predict import predict
from .classify_train import train


@click.group()
def classify() -> None:
    """Train classifiers of texts, and let them decide.

    \b
    Examples:
      textvec classify predict spam "You have won a free prize, call now"
      textvec classify explain spam "You have won a free prize, call now"
      textvec classify train messages.csv -o mine.textvec
      textvec classify predict mine.textvec new.csv --probability --csv
      textvec classify evaluate mine.textvec test.csv --plot confusion.png
      textvec classify compare messages.csv

    spam and sentiment are two models that learn from small samples when they are
    first used; any other MODEL is a file that `textvec classify train` wrote.
    """  # noqa: D301  (click wants the \\b)


for command in (train, predict, evaluate, compare, explain):
    classify.add_command(command)
