"""The options of commands that learn: features by their names, the word vectors that some are made of, the seed.

Tested in tests/cli/test_classify_train.py, tests/cli/test_classify_compare.py and tests/cli/test_vectorize.py.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import click

from textvec._common.numbers import MAX_SEED
from textvec.classification.choices import FEATURES


def features_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option `--features`, which names one kind."""
    *names, last = FEATURES
    says = f"What texts are turned into: {', '.join(names)} or {last}. (bm25 are weights, not scores of a search.)"
    return click.option("--features", metavar="NAME", default="tfidf", show_default=True, help=says)(command)


def vectors_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option `--vectors`."""
    says = "With --features embedding: word vectors, as GloVe, word2vec, fastText; or sentences, words: pretrained."
    return click.option("--vectors", metavar="FILE", help=says)(command)


def seed_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option `--seed`."""
    seeds = click.IntRange(0, MAX_SEED)
    return click.option(
        "--seed", type=seeds, metavar="N", default=0, show_default=True, help="Seed of random numbers."
    )(command)


def check_vectors(vectors: str | None, features: Collection[str]) -> None:
    """Refuse word vectors that no features are made of, and features of word vectors without these."""
    if (vectors is not None) != ("embedding" in features):
        raise click.UsageError("--features embedding and --vectors FILE go together.")


def read_vectors(vectors: str | None) -> Any:
    """Return the word vectors of a file, or pretrained ones by their name; None if none is named."""
    if vectors is None:
        return None
    from textvec.persistence import vector_files

    return vector_files.read_vectors(vectors)
