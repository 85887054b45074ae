"""The argument MODEL of `textvec classify`: a file that `textvec.save` wrote, or the name of a recipe.

Tested in tests/cli/test_classify_predict.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from textvec._common.progress import progress
from textvec._common.suggestions import did_you_mean

from .output import note


def trust_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option `--trust`."""
    says = "Make objects of this type, though a file of it may do harm: the error that names it says when; repeatable."
    return click.option("--trust", metavar="TYPE", multiple=True, help=says)(command)


def open_model(name: str, trust: Sequence[str]) -> Any:
    """Return the fitted classifier of a file or of a recipe."""
    model = open_fitted(name, trust)
    from textvec.explanation.classifiers import text_model

    try:
        text_model(model, name)
    except TypeError as error:
        raise click.ClickException(str(error)) from None
    return model


def open_fitted(name: str, trust: Sequence[str]) -> Any:
    """Return what a file or a recipe holds, which is fitted, and does not take tables.

    A recipe's name is the recipe, whatever files there are: `./spam` is a file.
    """
    with progress(f"Opening {name}"):
        from textvec.datasets.recipes import RECIPES

    model = _recipe(name) if name in RECIPES else _saved(name, trust, list(RECIPES))
    columns = getattr(model, "feature_names_in_", None)
    if columns is not None:
        listed = ", ".join(map(repr, list(columns)[:30]))
        raise click.ClickException(
            f"{name} takes tables with the columns {listed}, and no single texts: use it from Python."
        )
    return model


def _recipe(name: str) -> Any:
    if Path(name).exists():
        note(f"{name} is the model that comes with textvec; the file of that name is ./{name}.")
    with progress(f"Opening {name}"):
        from textvec.datasets.recipes import make

        made = make(name)
    if made.said:
        note(made.said)
    return made.model


def _saved(name: str, trust: Sequence[str], recipes: Sequence[str]) -> Any:
    with progress(f"Opening {name}"):
        from textvec.persistence.save_load import load, untrusted_types

        try:
            return load(name, trusted=trust)
        except FileNotFoundError:
            raise click.ClickException(
                f"There is no model '{name}': give a file that `textvec classify train` wrote, or one of "
                f"{' and '.join(recipes)}.{did_you_mean(name, recipes)}"
            ) from None
        except ValueError as error:
            types = untrusted_types(error)
            if not types:
                raise
            options = " ".join(f"--trust {each}" for each in types)
            raise click.ClickException(
                f"{name} holds objects of types that a file made to mislead could do harm with: {', '.join(types)}. If "
                f"you know who wrote it, add {options}"
            ) from None


def label_of(model: Any, text: str) -> Any:
    """Return the class of a model that a text names, or the text."""
    return next((label for label in model.classes_.tolist() if str(label) == text), text)
