"""`textvec trace`: what every step of a pipeline makes of texts.

Tested in tests/cli/test_trace.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from textvec._common.progress import progress

from .classify_models import open_fitted, trust_option
from .encoders import TERM_OPTIONS, TermOptions, refuse_terms, term_options, without_words
from .output import Output, note, output_options
from .sources import Reader, check_encoded, exists, reader_options, refuse_two_readers

PIPELINES = ("onehot", "counts", "tfidf", "bm25", "hashing", "sequence", "word2vec", "sentences")
_FIELDS = ("step", "name", "title", "document", "text", "was", "kept", "why", "value", "column", "words", "group")


@click.command(short_help="Show what every step of a pipeline makes of texts.")
@click.argument("texts", metavar="[TEXT]...", nargs=-1)
@click.option(
    "--model",
    metavar="MODEL",
    help="Trace what is fitted: a file of `textvec classify train` or of textvec.save; or spam, sentiment.",
)
@click.option("--index", "folder", metavar="DIR", help="Trace queries through an index, see `textvec index`.")
@click.option(
    "--pipeline",
    type=click.Choice(PIPELINES),
    default="tfidf",
    show_default=True,
    help="What the words become, without --model and --index.",
)
@click.option(
    "--fit",
    "sources",
    metavar="SOURCE",
    multiple=True,
    help="Fit the pipeline on these documents.  [default: on the texts themselves]",
)
@click.option("--html", metavar="FILE", help="Write a page in which a word can be followed through every step.")
@trust_option
@reader_options
@term_options
@output_options
@click.pass_context
def trace(
    context: click.Context,
    texts: tuple[str, ...],
    model: str | None,
    folder: str | None,
    pipeline: str,
    sources: tuple[str, ...],
    html: str | None,
    trust: tuple[str, ...],
    reader: Reader,
    terms: TermOptions,
    output: Output,
) -> None:
    """Show what every step of a pipeline makes of each TEXT.

    Words with their places and what was dropped and why, stems, n-grams, counts,
    weights with their formulas filled in, a word's share of an average, the
    decision of a classifier from its contributions. TEXT is a text itself; -
    reads texts from standard input, a line each. The first 20 are shown.

    \b
    Examples:
      textvec trace "The food is good" "The food is not good"
      textvec trace "Running shoes" "He runs" --stem porter --stop-words english
      textvec trace "You have won a free prize" --model spam
      textvec trace "how do bees make honey" --fit corpora/paragraphs.jsonl
      textvec trace "good food" "bad food" --pipeline bm25 --html trace.html
    """  # noqa: D301  (click wants the \\b)
    _check_options(context, model, folder, sources)
    if html is not None:
        from textvec._common.atomic_files import check_target

        check_target(Path(html))
    documents = _texts(texts, reader, sources)
    fitted_on: Any = None
    if folder is not None:
        from textvec.index import open_index

        traced: Any = open_index(folder)
    elif model is not None:
        traced = open_fitted(model, trust)
    else:
        fitted_on = reader.read(sources).texts if sources else documents
        no_words = "none of the texts that the pipeline is fitted on has a word that it keeps."
        with progress("Fitting"), without_words(no_words, "--fit SOURCE fits it on more documents."):
            traced = _pipeline(pipeline, terms, few=not sources).fit(fitted_on)
    with progress("Tracing"):
        from textvec.tracing import trace as traced_through

        try:
            found = traced_through(traced, documents, fitted_on=fitted_on)
        except TypeError as error:  # what was saved takes no texts
            raise click.ClickException(str(error)) from None
    if html is not None:
        found.to_html(html)
        note(f"{html} shows it; open it in a browser, and choose a word to follow it through every step.")
    if found.n_texts > len(found.texts):
        note(f"of {found.n_texts:,} texts the first {len(found.texts)} are shown.")
    if output.is_table:
        output.show_text(lambda color, width: found.to_text(color=color, width=width))
    elif output.form == "json":
        output.show_figures(found.to_dict())
    else:
        output.show_records(found.to_dicts(), _FIELDS)


def _check_options(context: click.Context, model: str | None, folder: str | None, sources: Sequence[str]) -> None:
    if model is not None and folder is not None:
        raise click.UsageError("--model and --index exclude each other.")
    chosen = "--model" if model is not None else "--index" if folder is not None else None
    if chosen is not None:
        settled = TERM_OPTIONS | {"pipeline": "--pipeline", "sources": "--fit"}
        refuse_terms(context, settled, f"does not go with {chosen}, which is fitted already.")


def _texts(texts: Sequence[str], reader: Reader, sources: Sequence[str]) -> list[str]:
    """Return the texts: the arguments, or the lines of standard input in the place of a -."""
    if not texts:
        raise click.UsageError("Missing argument 'TEXT'.")
    refuse_two_readers(texts, sources, "--fit")
    found: list[str] = []
    for text in texts:
        if text != "-" and len(text.split()) == 1 and exists(text):
            raise click.UsageError(
                f"'{text}' names a file or folder, and TEXT is the text itself. For the lines of a file say - < FILE; "
                "to fit on its documents, --fit FILE."
            )
        found += reader.read_lines("-", beside=sources) if text == "-" else [check_encoded(text, "TEXT")]
    if not found:
        raise click.ClickException("Standard input holds no text.")
    return found


def _pipeline(name: str, terms: TermOptions, few: bool) -> Any:
    """Return a pipeline, not fitted yet; with `few` it is to be fitted on a few texts."""
    from sklearn.pipeline import make_pipeline

    import textvec
    from textvec.preprocessing.text_steps import text_steps

    if name in ("onehot", "sentences", "sequence", "word2vec") and terms.ngrams is not None:
        raise click.UsageError(f"--ngrams does not go with --pipeline {name}, which is of words.")
    ngrams = terms.ngrams or (1, 1)
    if name in ("tfidf", "sentences"):
        return terms.encoder(name)
    last: dict[str, Callable[[], list[Any]]] = {
        "onehot": lambda: [textvec.OneHotVectorizer()],
        "counts": lambda: [textvec.CountVectorizer(ngram_range=ngrams)],
        "bm25": lambda: [textvec.CountVectorizer(ngram_range=ngrams), textvec.BM25Weighting()],
        "hashing": lambda: [textvec.HashingVectorizer(ngram_range=ngrams)],
        "sequence": lambda: [textvec.SequenceEncoder()],
        # Of a few texts every word is learnt, also those that are there once.
        "word2vec": lambda: [textvec.EmbeddingVectorizer(textvec.Word2Vec(min_count=1) if few else textvec.Word2Vec())],
    }
    return make_pipeline(*[step for _, step in text_steps(**terms.steps)], *last[name]())
