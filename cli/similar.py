"""`textvec similar`: the documents that are most like a query, or like one another."""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from textvec._common.counted import counted
from textvec._common.field_names import names_beside
from textvec._common.printable import encodable
from textvec._common.progress import progress

from .encoders import MODEL_CHOICES, TERM_OPTIONS, TermOptions, refuse_terms, term_options
from .models import BM25_OPTIONS, SCORES, BM25Options, bm25_options, check_bm25, finite, index_of
from .output import Output, note, output_options
from .saved_indexes import open_index, typed_ids
from .sources import SOURCE_OPTIONS, Reader, check_encoded, reader_options
from .tables import Terms

if TYPE_CHECKING:
    from textvec.index import Hit, SearchResults
    from textvec.index.document_index import DocumentIndex

# What hits have beside metadata.
HIT_FIELDS = ("query", "rank", "score", "id", "source", "row", "start", "end", "text", "terms")


MAX_TERMS = 10
"""Terms of a query that are named; the others bring less."""


@dataclass
class Search:
    """What the options say about the hits that are wanted."""

    top: int
    min_score: float | None
    where: tuple[str, ...]
    explain: bool
    percent: bool
    fusion: str | None
    weights: tuple[float, float] | None

    @property
    def limits(self) -> dict[str, Any]:
        """As `search` of an index takes them."""
        where = [encodable(each) for each in self.where] or None
        return {"k": self.top, "min_score": self.min_score, "where": where, **self.how}

    @property
    def how(self) -> dict[str, Any]:
        """How two searches are put together, as `search` and `explain` of a `HybridIndex` take it."""
        how = {"fusion": self.fusion, "weights": self.weights}
        return {name: value for name, value in how.items() if value is not None}

    @property
    def scale(self) -> float:
        """What scores are multiplied by."""
        return 100.0 if self.percent else 1.0

    def check(self, scores: str) -> None:
        """Refuse what does not go with the scores of an index, as `info` calls them."""
        if scores != SCORES["hybrid"] and self.how:
            raise click.UsageError(f"{'--fusion' if self.fusion else '--weights'} goes with a hybrid index only.")
        if scores != "cosines" and self.percent:
            raise click.UsageError(f"--percent is for cosines, which end at 1. There is no highest score of {scores}.")
        if scores == "cosines" and self.min_score is not None and self.min_score > 1:
            raise click.UsageError(
                f"Invalid value for '--min-score': {self.min_score:g} is more than 1, the highest cosine."
            )


def _weights(context: click.Context, option: click.Parameter, value: str | None) -> tuple[float, float] | None:
    """Return two numbers with a comma between."""
    if value is None:
        return None
    try:
        words, meaning = map(float, value.split(","))
    except ValueError:
        raise click.BadParameter(f"{value!r} is not two numbers, such as 1,2.") from None
    if not (0 <= words < math.inf and 0 <= meaning < math.inf and words + meaning > 0):
        raise click.BadParameter(f"{value!r}: none may be negative, and one must be positive.")
    return words, meaning


def _search_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options about hits, and its function a `search` built of them."""
    names = list(Search.__dataclass_fields__)

    @wraps(command)
    def run(**options: Any) -> Any:
        search = Search(**{name: options.pop(name) for name in names})
        return command(search=search, **options)

    for option in (
        click.option(
            "--weights",
            metavar="WORDS,MEANING",
            callback=_weights,
            help="Of a hybrid search: how much its two parts count.  [default: 1,1]",
        ),
        click.option(
            "--fusion",
            type=click.Choice(["rrf", "weighted"]),
            help="Of a hybrid search: whether ranks or scores are added up.  [default: rrf]",
        ),
        click.option("--percent", is_flag=True, help="Give cosines from 0 to 100 in place of 0 to 1."),
        click.option(
            "--explain", is_flag=True, help="Add the terms that made the score, and how much each gave to it."
        ),
        click.option(
            "--where",
            metavar="CONDITION",
            multiple=True,
            help="With --index: search among documents like 'rating >= 7'. Of several, all must hold.",
        ),
        click.option(
            "--min-score",
            type=click.FloatRange(0),
            callback=finite,
            metavar="SCORE",
            help="Leave out hits with a lower score.",
        ),
        click.option(
            "-k",
            "--top",
            type=click.IntRange(1),
            metavar="N",
            default=10,
            show_default=True,
            help="Print at most N hits.",
        ),
    ):
        option(run)
    return run


@click.command(short_help="Search files or an index for texts like a query.")
@click.argument("given", metavar="[QUERY] [SOURCE]...", nargs=-1)
@click.option("--index", "folder", metavar="DIR", help="Search an index, see `textvec index`, in place of a SOURCE.")
@click.option(
    "-i", "--input", "file", metavar="FILE", help="Take queries from a file, one in each line; - is standard input."
)
@click.option(
    "--model",
    type=click.Choice([name for name in MODEL_CHOICES if name != "embedding"]),
    default="tfidf",
    show_default=True,
    help="How documents score: by cosines of TF-IDF, by BM25, by cosines of sentences' meaning, or, hybrid, by both of "
    "the last.",
)
@bm25_options
@click.option("--id", "like", metavar="ID", help="With --index: find what is like this document of it.")
@_search_options
@reader_options
@term_options
@output_options
@click.pass_context
def similar(
    context: click.Context,
    given: tuple[str, ...],
    folder: str | None,
    file: str | None,
    model: str,
    like: str | None,
    bm25: BM25Options,
    search: Search,
    reader: Reader,
    terms: TermOptions,
    output: Output,
) -> None:
    """Print the documents of each SOURCE, or of an index, that are most like QUERY.

    \b
    A SOURCE is
      a .csv, .tsv or .tab file                 each row is a document
      a .parquet or .pq file                    each row is a document
      a .jsonl, .ndjson or .json file           each object is a document
      any other file, or - for standard input   each line is a document,
                                                or each row of what looks like
                                                a table
      a folder                                  each text file is a document,
                                                or each row of Parquet files

    --format says what it is, whatever its name. It may be compressed (.gz, .bz2, .xz, .lzma, .zst, .lz4, .zip).
    Several sources are searched as one. Documents are compared by the cosine of
    their TF-IDF vectors: 1 is the same words in the same proportions, 0 is no
    word in common, and those are never printed; with --model sentences, 1 is the
    same meaning. --model bm25 scores by BM25, the standard of full-text search:
    the higher the better, without an upper bound; --model hybrid puts the ranks of
    BM25 and of meaning together. An index scores as it was built.

    \b
    Examples:
      textvec similar "free prize" messages.csv
      textvec similar "free prize" messages.csv --top 3 --explain
      textvec similar "late delivery" reviews/ mail.txt --stop-words english
      textvec similar "sweet food from insects" essays.txt --model sentences
      textvec similar "out of memory" app.log --ngrams 1-2 --min-score 0.3
      textvec similar "late delivery" reviews/ --model bm25 --explain
      grep -v DEBUG app.log | textvec similar "disk full" - --json
      textvec similar "great food" --index reviews.index --where "rating >= 7"
      textvec similar --index reviews.index --id 1234
      textvec similar --index reviews.index -i queries.txt --csv
    """  # noqa: D301  (click wants the \\b)
    query, sources = _split(given, file, like)
    if folder is None:
        _check_sources(sources, file, like, search)
        check_bm25(context, model)
        search.check(SCORES.get(model, "cosines"))
    elif sources:
        raise click.UsageError(f"--index takes the place of every SOURCE, but there is {sources[0]!r}.")
    else:
        settled = TERM_OPTIONS | {"model": "--model"} | BM25_OPTIONS | (SOURCE_OPTIONS if file is None else {})
        refuse_terms(context, settled, "was settled when the index was built.")

    if model == "sentences":
        refuse_terms(context, TERM_OPTIONS, "does not go with --model sentences, whose terms are pieces of words.")
    if folder is None:
        index = _indexed(sources, reader, terms, model, bm25)
    else:
        index = open_index(folder)
        search.check(index.info()["scores"])
    if reader.verbose:
        note(f"{counted(len(index), 'document was', 'documents were')} searched.")
    queries: list[Any] = reader.read_lines(file, beside=sources) if file is not None else [query]
    with warnings.catch_warnings():
        # A query of unknown words is told of below, and not by the encoder.
        warnings.filterwarnings("ignore", message="EmbeddingVectorizer: .* of .* documents hold no word")
        if like is not None:
            queries, results = _like(index, like, search)
        else:
            results = index.search(queries, **search.limits)
        fields = _fields(index, several=file is not None, saved=folder is not None, explain=search.explain)
        hits = [
            _row(index, queries[number], number + 1, rank, hit, fields, search)
            for number, found in enumerate(results)
            for rank, hit in enumerate(found, 1)
        ]
        _tell_of_none(index, queries, results, search, like)
        texts = queries if output.is_table and like is None else []
        if len(texts) == 1:
            if search.explain:
                _tell_terms(index, texts[0])
            _suggest(index, texts[0], saved=folder is not None)
        words = [[word for word in set(re.findall(r"\w+", text)) if index.knows(word)] for text in texts]
    heads = {"query": "Query", "rank": "#", "score": "Score %" if search.percent else "Score", "id": "Id"}
    digits = 1 if search.percent else 3
    output.show_texts(hits, fields, heads, {"score": f".{digits}f"}, words or [[]], digits)


def _split(given: Sequence[str], file: str | None, like: str | None) -> tuple[str | None, Sequence[str]]:
    """Return the query, if there is to be one, and the sources."""
    if file is not None and like is not None:
        raise click.UsageError("-i and --id exclude each other: both stand in the place of QUERY.")
    if file is not None or like is not None:
        return None, given
    if not given:
        raise click.UsageError("Missing argument 'QUERY'.")
    return check_encoded(given[0], "QUERY"), given[1:]


def _check_sources(sources: Sequence[str], file: str | None, like: str | None, search: Search) -> None:
    if like is not None:
        raise click.UsageError("--id names a document of an index: give --index DIR, too.")
    if search.where:
        raise click.UsageError("--where filters on the columns of an index: give --index DIR, too.")
    if not sources:
        raise click.UsageError("Missing argument 'SOURCE...', or --index DIR.")
    if file == "-" and "-" in sources:
        raise click.UsageError("Standard input cannot be both the queries (-i -) and a SOURCE.")


def _indexed(
    sources: Sequence[str], reader: Reader, terms: TermOptions, model: str, bm25: BM25Options
) -> DocumentIndex:
    """Read documents, and index them."""
    corpus = reader.read(sources)
    with progress(f"Indexing {counted(len(corpus), 'document')}"):
        return index_of(model, terms, bm25).fit(corpus.texts, metadata=corpus.to_metadata())


def _like(index: DocumentIndex, like: str, search: Search) -> tuple[list[Any], SearchResults]:
    """Search for what is like a document, which is returned as the query."""
    if search.explain and index.chunker is not None:
        raise click.UsageError("--explain does not go with --id where documents are cut into passages.")
    (id_,) = typed_ids(index, [like])
    try:
        return [index[id_].document], index.search_by_id([id_], **search.limits)
    except KeyError as error:
        raise click.ClickException(error.args[0]) from None


def _fields(index: DocumentIndex, several: bool, saved: bool, explain: bool) -> list[str]:
    """Return the names of what is printed of each hit."""
    columns = index.info()["metadata"]
    named = [name for name in ("source", "row") if name in columns]
    others = [field for name, field in _as_fields(columns).items() if name not in named]
    span = [] if index.chunker is None else ["start", "end"]
    return [
        *(["query"] if several else []),
        *["rank", "score"],
        *(["id"] if saved else []),
        *[*named, *others, *span, "text"],
        *(["terms"] if explain else []),
    ]


def _as_fields(columns: Iterable[str]) -> dict[str, str]:
    """Return what columns of metadata are called among the fields of hits, two of which are such columns."""
    columns = list(columns)
    return dict(zip(columns, names_beside({*HIT_FIELDS} - {"source", "row"}, columns), strict=True))


def _row(
    index: DocumentIndex, query: Any, number: int, rank: int, hit: Hit, fields: Sequence[str], search: Search
) -> dict[str, Any]:
    """Return a hit as a row to print."""
    text = hit.document if hit.passage is None else hit.passage.text
    fields_of = _as_fields(hit.metadata)
    row: dict[str, Any] = {fields_of[name]: value for name, value in hit.metadata.items()}
    row |= {"query": number, "rank": rank, "score": search.scale * hit.score, "id": hit.id}
    row["text"] = " ".join(map(str, text)) if isinstance(text, list) else text
    if hit.passage is not None:
        row |= {"start": hit.passage.start, "end": hit.passage.end}
    if search.explain:
        explanation: Any = index.explain(query, hit.id, **_how(index, search))
        row["terms"] = Terms(_term(each, search.scale) for each in explanation)
    return {name: row[name] for name in fields}


def _how(index: DocumentIndex, search: Search) -> dict[str, Any]:
    """Return what `explain` of an index needs to know of the search: how many hits were wanted of two searches."""
    return {**search.how, "k": search.top} if index.info()["scores"] == SCORES["hybrid"] else {}


def _tell_terms(index: DocumentIndex, query: str) -> None:
    """Name the terms of a query, what brings most first, with the share of each and in how many documents it is."""
    terms = [term for term in index.query_terms(query) if term.known and term.documents is not None]
    if terms:
        shown = [f"{term.term} {term.share:.0%} ({term.documents:,})" for term in terms[:MAX_TERMS]]
        more = f", and {len(terms) - MAX_TERMS} more" if len(terms) > MAX_TERMS else ""
        note(f"the query's terms, and in how many documents they are: {', '.join(shown)}{more}.")


def _suggest(index: DocumentIndex, query: str, saved: bool) -> None:
    """Name the known word that may be meant by each unknown one."""
    from textvec.index.query_terms import unknown_words

    for word in unknown_words(index, query):
        if word.suggestion is not None:
            what = "the index does not know" if saved else "no document has"
            note(f'{what} "{word.term}"; did you mean "{word.suggestion}"?')


def _term(contribution: Any, scale: float) -> dict[str, Any]:
    """Return what a term, a pair of words or a part of a search gave to a score, and what else is known of it."""
    known = contribution._asdict()
    share = known.pop("contribution")
    names = [known.pop(name) for name in ("part", "term", "query_word", "document_word") if name in known]
    return {"term": "~".join(names), "contribution": scale * share, **known}


def _tell_of_none(
    index: DocumentIndex, queries: Sequence[Any], results: SearchResults, search: Search, like: str | None
) -> None:
    """Say why there are no hits."""
    empty = sum(not found for found in results)  # by hits: one of a weighted hybrid search may score 0
    if not empty:
        return
    what = "document" if not search.where else "document with " + " and ".join(search.where)
    if len(queries) > 1:
        note(f"{empty} of {len(queries)} queries {'has' if empty == 1 else 'have'} no hits.")
    elif like is None and not index.knows(queries[0]):
        about = index.info()
        if "columns" not in about:
            note("the query's vector is zero: none of its words has a vector, or they cancel out.")
        else:
            vectors = ", and none has a vector" if "dimensions" in about else ""
            note(f"none of the query's words is in the documents{vectors}.")
    elif search.min_score:
        note(f"no {what} reaches a score of {search.min_score:g}.")
    elif index.info()["scores"] != "cosines":
        note(f"no {what} scores above 0.")
    else:
        note(f"no {what} is like {'the query' if like is None else f'document {like}'}.")
