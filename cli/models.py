"""The options that say how a search scores, and the index that is made of them.

Tested in tests/cli/test_bm25.py.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from .encoders import TermOptions, refuse_terms
from .learning import read_vectors

if TYPE_CHECKING:
    from textvec.index import BM25Index
    from textvec.index.document_index import DocumentIndex

METHODS = ("robertson", "lucene", "atire", "bm25l", "bm25+")
SCORES = {"bm25": "BM25", "hybrid": "two searches together"}
"""What `info` of an index calls the scores of a model, where they are not cosines."""
BM25_OPTIONS = {"k1": "--k1", "b": "--b", "method": "--method"}


@dataclass
class BM25Options:
    """What the options say about BM25."""

    k1: float
    b: float
    method: str

    def index(self, terms: TermOptions, **more: Any) -> BM25Index:
        """Return an index, not fitted yet; it takes further parameters of `BM25Index`."""
        from textvec.index import BM25Index

        return BM25Index(terms.encoder("bm25"), k1=self.k1, b=self.b, method=self.method, **more)


def finite(context: click.Context, option: click.Parameter, value: float | None) -> float | None:
    """Return a number, and refuse NaN, which is in no range and outside of none, and infinity."""
    if value is not None and not math.isfinite(value):
        raise click.BadParameter("it is no number.")
    return value


def bm25_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of BM25, and its function `bm25` built of them."""

    @wraps(command)
    def run(k1: float, b: float, method: str, **options: Any) -> Any:
        return command(bm25=BM25Options(k1, b, method), **options)

    for option in (
        click.option(
            "--method",
            type=click.Choice(METHODS),
            default="lucene",
            show_default=True,
            help="With --model bm25 or hybrid: its variant.",
        ),
        click.option(
            "--b",
            type=click.FloatRange(0, 1),
            callback=finite,
            metavar="B",
            default=0.75,
            show_default=True,
            help="With --model bm25 or hybrid: how much long documents are discounted, from 0 to 1.",
        ),
        click.option(
            "--k1",
            type=click.FloatRange(0),
            callback=finite,
            metavar="K1",
            default=1.5,
            show_default=True,
            help="With --model bm25 or hybrid: how much further occurrences of a word count; 0 is not at all.",
        ),
    ):
        option(run)
    return run


def check_bm25(context: click.Context, model: str, more: dict[str, str] | None = None) -> None:
    """Refuse options of BM25, and those of `more`, that were given with another model."""
    if model not in ("bm25", "hybrid"):
        refuse_terms(context, BM25_OPTIONS | (more or {}), "goes with --model bm25 or hybrid only.")


def index_of(
    model: str,
    terms: TermOptions,
    bm25: BM25Options,
    vectors: str | None = None,
    pooling: str = "mean",
    approximate: bool = False,
    **statistics: str,
) -> DocumentIndex:
    """Return the index of a model, not fitted yet; of a hybrid one the words are BM25's, and the vectors sentences'."""
    from textvec.index import CosineIndex, HybridIndex

    if model == "bm25":
        return bm25.index(terms, **statistics)
    if model == "hybrid":
        from textvec.embeddings import EmbeddingVectorizer

        meaning = EmbeddingVectorizer(read_vectors(vectors or "sentences"), pooling=pooling)
        return HybridIndex(bm25.index(terms, **statistics), CosineIndex(meaning, approximate=approximate))
    return CosineIndex(terms.encoder(model, vectors, pooling), approximate=approximate)
