"""`textvec words train`: word vectors learnt from texts."""

from __future__ import annotations

import re
import shlex
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING

import click

from textvec._common.counted import counted
from textvec._common.progress import is_seen, progress

from .encoders import TermOptions, word_options
from .learning import seed_option
from .output import note
from .sources import Reader, reader_options
from .words_files import check_vectors_target, size_of

if TYPE_CHECKING:
    from textvec import Word2Vec

# The options by the names of the parameters, as what the library says about these is about the options here.
_OPTIONS = {
    "vector_size": "--dimensions",
    "min_count": "--min-count",
    **{name: f"--{name}" for name in ("window", "epochs", "negative", "sample", "alpha", "threads")},
}
_LETTERS_OF_EXAMPLES = 5
"""The words in the command that is proposed have so many letters at least: shorter ones are mostly "the" and "with"."""


@click.command(short_help="Learn word vectors from texts.")
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
@click.option(
    "-o", "--output", "file", metavar="FILE", required=True, help="The file to write: .vec, .txt, .bin, .npy, .textvec."
)
@click.option("--overwrite", is_flag=True, help="Replace a FILE that is there.")
@click.option(
    "--architecture",
    type=click.Choice(["cbow", "skip-gram"]),
    default="cbow",
    show_default=True,
    help="skip-gram is better for rare words and small corpora, cbow is faster.",
)
@click.option("--dimensions", type=click.IntRange(1), metavar="N", default=100, show_default=True, help="Of a vector.")
@click.option(
    "--window", type=click.IntRange(1), metavar="N", default=5, show_default=True, help="Words of context on each side."
)
@click.option(
    "--min-count",
    type=click.IntRange(1),
    metavar="N",
    default=5,
    show_default=True,
    help="Words that occur less often get no vector.",
)
@click.option("--max-words", type=click.IntRange(1), metavar="N", help="Keep the N most frequent words only.")
@click.option(
    "--epochs", type=click.IntRange(1), metavar="N", default=5, show_default=True, help="Times that all is trained on."
)
@click.option(
    "--negative",
    type=click.IntRange(1),
    metavar="N",
    default=5,
    show_default=True,
    help="Words that are drawn for each prediction to be told from the right one.",
)
@click.option(
    "--sample",
    type=click.FloatRange(0, 1),
    metavar="SHARE",
    default=1e-3,
    show_default=True,
    help="Words with a larger share of all are passed over now and then; 0 passes over none.",
)
@click.option(
    "--alpha",
    type=click.FloatRange(0, min_open=True),
    metavar="RATE",
    help="The learning rate at the beginning.  [default: 0.05, with skip-gram 0.025]",
)
@click.option("--phrases", is_flag=True, help="Join pairs of words that belong together first: new_york.")
@seed_option
@click.option(
    "--threads",
    type=click.IntRange(1),
    metavar="N",
    help="With 1, the same seed gives the same vectors.  [default: all cores]",
)
@reader_options
@word_options
def train(
    sources: tuple[str, ...],
    file: str,
    overwrite: bool,
    architecture: str,
    dimensions: int,
    window: int,
    min_count: int,
    max_words: int | None,
    epochs: int,
    negative: int,
    sample: float,
    alpha: float | None,
    phrases: bool,
    seed: int,
    threads: int | None,
    reader: Reader,
    terms: TermOptions,
) -> None:
    """Learn a vector for each word of the texts of each SOURCE by word2vec, and write them to FILE.

    A SOURCE is what it is for `textvec similar`. FILE is in the format that its name
    tells; a .textvec file keeps the model, which textvec.load reads and which can
    go on learning. Ctrl-C ends the training early, and what was learnt is written.
    The defaults suit millions of words: of fewer, more epochs and skip-gram learn
    more.

    \b
    Examples:
      textvec words train reviews.csv -o r.vec --architecture skip-gram --epochs 30
      textvec words train corpus/ -o corpus.npy --dimensions 300 --phrases
      textvec words train notes.txt -o n.bin --min-count 1 --sample 0 --epochs 99
    """  # noqa: D301  (click wants the \\b)
    check_vectors_target(file, overwrite)
    began = time.perf_counter()
    texts = reader.read(sources).texts
    with progress(f"Cutting {counted(len(texts), 'text')} into words"):
        from sklearn.pipeline import make_pipeline

        from textvec import Phrases, Word2Vec
        from textvec.preprocessing.text_steps import text_steps

        steps = [step for _, step in text_steps(**terms.steps)]
        tokens = make_pipeline(*steps, *([Phrases()] if phrases else [])).fit_transform(texts)
    model = Word2Vec(
        dimensions,
        window,
        min_count,
        sg=int(architecture == "skip-gram"),
        epochs=epochs,
        negative=negative,
        sample=sample,
        alpha=alpha,
        max_vocab_size=max_words,
        random_state=seed,
        threads=threads,
        verbose=int(is_seen()),
    )
    with _naming_options():
        model.fit(tokens)
    with progress(f"Writing {file}"):
        from textvec.persistence.vector_files import write_vectors

        write_vectors(model, file)
    learnt_from = f"{counted(len(texts), 'text')} of {counted(tokens.n_tokens, 'word')}"
    _tell(model, file, f"learnt from {learnt_from} in {time.perf_counter() - began:,.1f} s")


@contextmanager
def _naming_options() -> Iterator[None]:
    """Name options, as they are typed here, in what the library says about its parameters."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            yield
        except ValueError as error:
            raise click.ClickException(_in_options(str(error))) from error
    for each in said:
        warnings.warn(_in_options(str(each.message)), each.category, stacklevel=1)


def _in_options(text: str) -> str:
    names = "|".join(_OPTIONS)
    text = re.sub(rf"\b({names})=", lambda found: f"{_OPTIONS[found[1]]} ", text)
    return re.sub(r"(?<!-)\b(min_count|vector_size)\b", lambda found: _OPTIONS[found[1]], text)


def _tell(model: Word2Vec, file: str, how: str) -> None:
    """Say what was learnt, and what to do with it."""
    words = model.vectors_.words
    note(
        f"{file} holds {counted(len(words), 'word')} in {counted(model.vector_size, 'dimension')}, {how}; "
        f"{size_of(file)}."
    )
    if len(model.losses_) > 1:
        note(f"loss of a prediction: {model.losses_[0]:.3f} in the first epoch, {model.losses_[-1]:.3f} in the last.")
    note(f"next: {shlex.join(['textvec', 'words', 'similar', file, *_examples(words.tolist())])}")


def _examples(words: list[str]) -> list[str]:
    """Return the two most frequent words that say something, as far as that can be told; or any."""
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    telling = (
        word
        for word in words
        if len(word) >= _LETTERS_OF_EXAMPLES and word.isalpha() and word not in ENGLISH_STOP_WORDS
    )
    return [*islice(telling, 2)] or words[:2]
