"""What the commands of `textvec words` share: how word vectors are read, and what is said of unknown words.

Tested in tests/cli/test_words_ask.py and tests/cli/test_words_files.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from .output import note
from .sources import check_encoded

if TYPE_CHECKING:
    from textvec import WordVectors

VECTOR_FORMATS = ("word2vec", "word2vec-binary", "glove", "fasttext", "numpy", "safetensors")


@dataclass
class Vectors:
    """What the options say about the word vectors, which are read when they are needed."""

    source: str
    format: str | None
    limit: int | None

    def read(self, dtype: str | None = None) -> WordVectors:
        """Return the word vectors; a bar shows on a terminal how far that is."""
        from textvec.persistence.vector_files import read_vectors

        return read_vectors(self.source, self.format, limit=self.limit, dtype=dtype, verbose=1)


def vectors_argument(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the argument VECTORS and the options of it, and its function `vectors` built of them."""

    @wraps(command)
    def run(source: str, vector_format: str | None, limit: int | None, **options: Any) -> Any:
        return command(vectors=Vectors(check_encoded(source, "VECTORS"), vector_format, limit), **options)

    says = "What VECTORS is, whatever it looks like.  [default: told by its first bytes]"
    click.option("--format", "vector_format", type=click.Choice(VECTOR_FORMATS), help=says)(run)
    says = "Read the first N words only, the most frequent ones in most files."
    click.option("--limit", type=click.IntRange(1), metavar="N", help=says)(run)
    return click.argument("source", metavar="VECTORS")(run)


def top_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option that says how many words to print."""
    return click.option(
        "-k", "--top", type=click.IntRange(1), metavar="N", default=10, show_default=True, help="Print at most N words."
    )(command)


def restrict_option(default: int | None) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return what gives a command the option that says how many words are searched."""
    says = "Search the first N words only, the most frequent ones in most files."
    return click.option(
        "--restrict", type=click.IntRange(1), metavar="N", default=default, show_default=default is not None, help=says
    )


def known(vectors: WordVectors, words: Sequence[str], *, all_needed: bool = False) -> list[str]:
    """Return the words that have vectors, each once; name the others, and fail if all are needed, or none is known."""
    from textvec.embeddings.queries import describe_unknown, unknown_words

    distinct = list(dict.fromkeys(check_encoded(word, "WORD") for word in words))
    unknown = unknown_words(vectors, distinct)
    found = [word for word in distinct if word not in unknown]
    if unknown and (all_needed or not found):
        raise click.ClickException(describe_unknown(vectors, unknown))
    if unknown:
        note(describe_unknown(vectors, unknown))
    return found
