"""`textvec similar`: the documents that are most like a query."""

from __future__ import annotations

import codecs
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .output import Output, note, output_options, progress

if TYPE_CHECKING:
    from textvec import CosineIndex
    from textvec.readers import Corpus

FIELDS = ["rank", "score", "source", "row", "text"]


def _query(context: click.Context, option: click.Parameter, value: str) -> str:
    """Return the query, if the bytes that came from the shell are text."""
    try:
        value.encode()
    except UnicodeEncodeError:
        raise click.BadParameter("it is not in the encoding of this terminal, which is UTF-8 as a rule.") from None
    return value


def _lengths(context: click.Context, option: click.Parameter, value: str) -> tuple[int, int]:
    """Return the shortest and longest n-gram: `2`, or from `1-3`."""
    found = re.fullmatch(r"([1-9]\d?)(?:-([1-9]\d?))?", value)
    shortest, longest = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
    if shortest > longest:
        raise click.BadParameter(f"{value!r} is no range of lengths, such as 1-2.")
    return shortest, longest


def _encoding(context: click.Context, option: click.Parameter, value: str) -> str:
    """Return the name of an encoding, if Python knows it."""
    try:
        codecs.lookup(value)
    except LookupError:
        raise click.BadParameter(
            f"Python knows no encoding {value!r}; two that it knows are utf-8 and latin-1."
        ) from None
    return value


@click.command()
@click.argument("query", callback=_query)
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
@click.option(
    "-k",
    "--top",
    type=click.IntRange(1),
    metavar="N",
    default=10,
    show_default=True,
    help="Print so many hits at most.",
)
@click.option("--min-score", type=click.FloatRange(0, 1), metavar="SCORE", help="Leave out hits with a lower score.")
@click.option("--explain", is_flag=True, help="Add the terms that made the score, and how much each gave to it.")
@click.option("--text-column", metavar="NAME", help="The column that holds the text, where it is not obvious.")
@click.option(
    "--encoding", metavar="NAME", callback=_encoding, default="utf-8", show_default=True, help="Of all files."
)
@click.option("--stop-words", metavar="NAME", help="english, nltk:german, spacy:de, or a file with a word a line.")
@click.option("--stem", metavar="NAME", help="porter, lancaster, snowball (English) or snowball:german.")
@click.option("--ngrams", metavar="MIN-MAX", callback=_lengths, default="1", show_default=True, help="Words in a term.")
@click.option("-v", "--verbose", is_flag=True, help="Say what was guessed, passed over and read.")
@output_options
def similar(
    query: str,
    sources: tuple[str, ...],
    top: int,
    min_score: float | None,
    explain: bool,
    text_column: str | None,
    encoding: str,
    stop_words: str | None,
    stem: str | None,
    ngrams: tuple[int, int],
    verbose: bool,
    output: Output,
) -> None:
    """Print the documents of each SOURCE that are most like QUERY.

    \b
    A SOURCE is
      a .csv, .tsv, .jsonl or .parquet file     each row is a document
      any other file, or - for standard input   each line is a document
      a folder                                  each text file is a document

    Several sources are searched as one. Documents are compared by the cosine of
    their TF-IDF vectors: 1 is the same words in the same proportions, 0 is no
    word in common, and those are never printed.

    \b
    Examples:
      textvec similar "free prize" messages.csv
      textvec similar "free prize" messages.csv --top 3 --explain
      textvec similar "late delivery" reviews/ mail.txt --stop-words english
      textvec similar "out of memory" app.log --ngrams 1-2 --min-score 0.3
      grep -v DEBUG app.log | textvec similar "disk full" - --json
    """  # noqa: D301  (click wants the \\b)
    from textvec.readers import read_documents

    typed = "-" in sources and sys.stdin.isatty()
    if typed:
        note("reading from the keyboard, a document a line; Ctrl-D ends.")
    with progress("Reading", off=typed):
        corpus = read_documents(sources, text_column=text_column, encoding=encoding)
    for each in [*corpus.warnings, *(corpus.notes if verbose else [])]:
        note(each)
    with progress(f"Indexing {len(corpus):,} documents"):
        index = _index(corpus, stop_words, stem, ngrams)
    if verbose:
        note(f"{len(corpus):,} documents were searched.")

    hits = _hits(index, query, corpus, top, min_score, explain, 100.0 if output.percent else 1.0)
    if not hits:
        reached = f"no document reaches a score of {min_score:g}." if min_score else "no document is like the query."
        note(reached if index.knows(query) else "none of the query's words is in the documents.")
    words = [word for word in re.findall(r"\w+", query) if index.knows(word)] if output.form == "table" else []
    output.show(hits, [*FIELDS, "terms"] if explain else FIELDS, words)


def _index(corpus: Corpus, stop_words: str | None, stem: str | None, ngrams: tuple[int, int]) -> CosineIndex:
    from sklearn.pipeline import make_pipeline

    from textvec import CosineIndex, Stemmer, StopWords, TfidfVectorizer, Tokenizer

    steps: list[Any] = [Tokenizer()]
    if stop_words:
        steps.append(StopWords(_words(stop_words) if Path(stop_words).is_file() else stop_words))
    if stem:
        algorithm, _, language = stem.partition(":")
        steps.append(Stemmer(algorithm, language=language or "english"))
    return CosineIndex(make_pipeline(*steps, TfidfVectorizer(ngram_range=ngrams))).fit(corpus.texts)


def _words(file: str) -> list[str]:
    from textvec.readers import read_documents

    return [line.strip() for line in read_documents(file).texts if line.strip()]


def _hits(
    index: CosineIndex,
    query: str,
    corpus: Corpus,
    top: int,
    min_score: float | None,
    explain: bool,
    scale: float,
) -> list[dict[str, Any]]:
    """Return the hits as rows to print."""
    hits = []
    for rank, hit in enumerate(index.search([query], k=top, min_score=min_score)[0], 1):
        at: Any = hit.id  # ids are places, as none were given
        row = {
            "rank": rank,
            "score": scale * hit.score,
            "source": corpus.sources[at],
            "row": corpus.rows[at],
            "text": corpus.texts[at],
        }
        if explain:
            row["terms"] = [{"term": term, "contribution": scale * share} for term, share in index.explain(query, at)]
        hits.append(row)
    return hits
