"""`textvec index`: indexes on disk, built, added to, looked at."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from textvec._common.counted import counted
from textvec._common.progress import progress

from .encoders import MODEL_CHOICES, POOLINGS, TERM_OPTIONS, TermOptions, refuse_terms, term_options
from .engines import check_folder_name, engine_option, files_of
from .index_shards import add_shards, build_shards, check_shards, check_shards_folder, refuse_shards
from .models import BM25Options, bm25_options, check_bm25, index_of
from .output import Output, note, output_options
from .saved_indexes import open_index, typed_ids
from .sources import Reader, names_of_columns, reader_options

OWN_COLUMNS = ("source", "row")
# Units in a passage where --chunk does not name a size; that of sentences is the default of `Chunker`.
CHUNK_SIZES = {"sentence": 3, "paragraph": 1, "words": 100}


@click.group(short_help="Build and change indexes on disk.")
def index() -> None:
    """Build indexes on disk, which `textvec similar --index` searches, and change them.

    \b
    Examples:
      textvec index build reviews.parquet -o reviews.index --metadata-columns rating
      textvec similar "great food" --index reviews.index --where "rating >= 7"
      textvec index add reviews.index new.parquet
      textvec index info reviews.index
    """  # noqa: D301  (click wants the \\b)


def _chunk(context: click.Context, option: click.Parameter, value: str | None) -> tuple[str, int, int] | None:
    """Return the unit of passages, their size and overlap: `sentence`, `sentence:5` or `words:100:20`."""
    if value is None:
        return None
    by, *sizes = value.split(":")
    if by not in CHUNK_SIZES or len(sizes) > 2 or not all(size.isdecimal() for size in sizes):
        raise click.BadParameter(
            f"{value!r} is none of {', '.join(CHUNK_SIZES)}, alone or with a size and an overlap, as in words:100:20."
        )
    size, overlap = ([int(size) for size in sizes] + [CHUNK_SIZES[by], 0][len(sizes) :])[:2]
    if not size > overlap:
        raise click.BadParameter(f"{value!r}: passages of {size} cannot share {overlap} with the next.")
    return by, size, overlap


def _columns(context: click.Context, option: click.Parameter, value: tuple[str, ...]) -> list[str]:
    """Return the names of columns, none of which may be one that every index has."""
    names = names_of_columns(context, option, value)
    for own in OWN_COLUMNS:
        if own in names:
            raise click.BadParameter(f"every index has a column {own!r} of its own. Rename that of the table.")
    return names


@index.command(short_help="Index documents, and write the index to a folder.")
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
@click.option("-o", "--output", "folder", metavar="DIR", required=True, help="The folder to write: new, or empty.")
@click.option("--overwrite", is_flag=True, help="Replace an index that is there.")
@engine_option("the index is one in shards then.")
@click.option(
    "--model",
    type=click.Choice(MODEL_CHOICES),
    default="tfidf",
    show_default=True,
    help="How documents score: by cosines of TF-IDF, by BM25, by cosines of sentences' meaning or of word vectors, or, "
    "hybrid, by BM25 and meaning at once.",
)
@bm25_options
@click.option(
    "--statistics",
    type=click.Choice(["live", "frozen"]),
    default="live",
    show_default=True,
    help="With --model bm25 or hybrid: whether words and weights follow documents that are added and deleted, or stay.",
)
@click.option(
    "--vectors",
    metavar="FILE",
    help="With --model embedding or hybrid: word vectors, as GloVe, word2vec, fastText; or a name, such as words.",
)
@click.option(
    "--pooling",
    type=click.Choice(POOLINGS),
    default="mean",
    show_default=True,
    help="With --model sentences, hybrid or embedding: how the vectors of a document's words become one.",
)
@click.option(
    "--approximate",
    is_flag=True,
    help="With --model sentences, hybrid or embedding, for millions of documents: may miss a few hits.",
)
@click.option(
    "--chunk",
    metavar="BY[:SIZE[:OVERLAP]]",
    callback=_chunk,
    help="Find documents by passages: sentence (3 of them), paragraph (1), words (100), or as in words:200:50.",
)
@click.option("--id-column", metavar="NAME", help="The column with the documents' ids, which are numbered otherwise.")
@click.option(
    "--metadata-columns",
    metavar="NAMES",
    multiple=True,
    callback=_columns,
    help="Columns to keep, for --where and beside the hits, with commas between.",
)
@reader_options
@term_options
@click.pass_context
def build(
    context: click.Context,
    sources: tuple[str, ...],
    folder: str,
    overwrite: bool,
    engine: str | None,
    model: str,
    bm25: BM25Options,
    statistics: str,
    vectors: str | None,
    pooling: str,
    approximate: bool,
    chunk: tuple[str, int, int] | None,
    id_column: str | None,
    metadata_columns: list[str],
    reader: Reader,
    terms: TermOptions,
) -> None:
    """Index the documents of each SOURCE, and write the index to a folder.

    The folder is there when all is written, and not before. A SOURCE is what it
    is for `textvec similar`.

    With --engine, each SOURCE is a file, folder, pattern or URL of Parquet, JSON
    lines or text, which the engine's workers read in pieces. Each piece becomes
    a shard of the index, which is searched as a whole. Started again after it was
    stopped, the same command does not write again what is finished.

    \b
    Examples:
      textvec index build messages.csv -o messages.index --metadata-columns label
      textvec index build reviews/ -o reviews.index --chunk sentence:5
      textvec index build wiki.jsonl -o wiki.index --id-column url --model bm25
      textvec index build logs/ -o logs.index --model bm25 --method bm25+ --b 0.3
      textvec index build faq.txt -o faq.index --model sentences
      textvec index build faq.txt -o faq.index --model hybrid --stem snowball
      textvec index build faq.txt -o faq.index --model embedding --vectors v.txt
      textvec index build 's3://b/*.parquet' -o b.index --engine dask://boss:8786
    """  # noqa: D301  (click wants the \\b)
    _check_model(context, model, vectors)
    if engine is not None:
        check_folder_name(folder)
        statistics = check_shards(context, model, statistics)
        files = files_of(context, sources, reader)
        check_shards_folder(folder, overwrite)
    else:
        _check_target(folder, overwrite)
        began = time.perf_counter()
        corpus = reader.read(sources, id_column, metadata_columns)
    with progress(f"Reading {vectors}" if vectors else "Starting"):
        from textvec.preprocessing import Chunker

        index = index_of(model, terms, bm25, vectors, pooling, approximate, statistics=statistics)
        index.chunker = Chunker(*chunk) if chunk else None
    if engine is not None:
        build_shards(engine, files, index, folder, overwrite, id_column, metadata_columns)
        return
    with progress(f"Indexing {counted(len(corpus), 'document')}"):
        index.fit(corpus.texts, ids=corpus.ids or None, metadata=corpus.to_metadata())
    with progress(f"Writing {folder}"):
        index.save(folder, overwrite=overwrite)
    figures = open_index(folder).info()
    passages = f" in {counted(figures['passages'], 'passage')}" if "passages" in figures else ""
    took = f"{time.perf_counter() - began:.1f} s"
    note(f"{folder} holds {counted(len(index), 'document')}{passages}: {_megabytes(figures)}, {took}.")


@index.command()
@click.argument("folder", metavar="DIR")
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True)
@click.option(
    "--id-column",
    metavar="NAME",
    help="The column with the documents' ids, which the index does not remember; otherwise they get the next numbers.",
)
@engine_option("for an index in shards, to which here, this process, adds otherwise.")
@reader_options
@click.pass_context
def add(
    context: click.Context,
    folder: str,
    sources: tuple[str, ...],
    id_column: str | None,
    engine: str | None,
    reader: Reader,
) -> None:
    """Add the documents of each SOURCE to the index in DIR.

    Tables must have the columns that the index has. Words get the weights that
    they have in the index; words that are not in it count for nothing. With
    BM25, words and weights are then those of all documents, unless the index was
    built with --statistics frozen.

    To an index in shards, built with --engine, documents are added as further
    shards, one for each piece of each SOURCE.

    \b
    Examples:
      textvec index add messages.index new.csv
      textvec index add wiki.index more.jsonl --id-column url
    """  # noqa: D301  (click wants the \\b)
    from textvec.index.storage.shards import is_sharded

    if is_sharded(Path(folder)):
        add_shards(engine or "here", files_of(context, sources, reader, "an index in shards"), folder, id_column)
        return
    if engine is not None:
        raise click.UsageError(f"--engine goes with an index in shards only, and {folder!r} is none.")
    index = open_index(folder)
    about = index.info()
    if id_column is None and about["ids"] == "strings":
        raise click.UsageError("the ids of this index are strings: name the column that has them with --id-column.")
    columns = about["metadata"]
    corpus = reader.read(sources, id_column, [name for name in columns if name not in OWN_COLUMNS])
    metadata = corpus.to_metadata().select(columns) if columns else None
    if about["ids"] == "integers" and corpus.ids and isinstance(corpus.ids[0], str):
        raise click.ClickException(f"The ids of this index are whole numbers, but those in {id_column!r} are not.")
    ids = [str(id_) for id_ in corpus.ids] if about["ids"] == "strings" else corpus.ids
    with progress(f"Adding {counted(len(corpus), 'document')}"):
        index.add(corpus.texts, ids=ids or None, metadata=metadata)
    note(f"{counted(len(corpus), 'document')} added; {folder} holds {counted(len(index), 'document')}.")


@index.command(short_help="Delete documents by their ids.")
@click.argument("folder", metavar="DIR")
@click.argument("ids", metavar="[ID]...", nargs=-1)
@click.option(
    "-i", "--input", "file", metavar="FILE", help="Take ids from a file, one in each line; - is standard input."
)
@reader_options
def delete(folder: str, ids: tuple[str, ...], file: str | None, reader: Reader) -> None:
    """Delete documents from the index in DIR: all of them, or none if there is no document with one of the ids.

    \b
    Examples:
      textvec index delete messages.index 17 204
      textvec index delete wiki.index -i gone.txt
      textvec index delete numbers.index -- -5
    """  # noqa: D301  (click wants the \\b)
    if bool(ids) == (file is not None):
        raise click.UsageError("Give the ids of documents, or a file of them with -i.")
    refuse_shards(folder)
    index = open_index(folder)
    listed: Sequence[str] = ids if file is None else list(filter(None, reader.read_lines(file)))
    wanted = typed_ids(index, list(dict.fromkeys(listed)))
    try:
        index.delete(wanted)
    except KeyError as error:
        raise click.ClickException(f"{error.args[0]} Nothing was deleted.") from None
    note(f"{counted(len(wanted), 'document')} deleted; {folder} holds {counted(len(index), 'document')}.")


@index.command(short_help="Write the index anew without what was deleted.")
@click.argument("folder", metavar="DIR")
def compact(folder: str) -> None:
    """Write the index in DIR anew, without what was deleted: it is smallest then, and searched fastest."""
    refuse_shards(folder)
    index = open_index(folder)
    before = index.info()
    with progress(f"Writing {folder}"):
        index.compact()
    after = index.info()
    note(f"{folder} holds {counted(len(index), 'document')}: {_megabytes(before)} before, {_megabytes(after)} now.")


@index.command(short_help="Print figures of the index: documents, columns, size.")
@click.argument("folder", metavar="DIR")
@click.option("--verify", is_flag=True, help="Read all files, and compare them with the checksums that were written.")
@output_options
def info(folder: str, verify: bool, output: Output) -> None:
    """Print figures of the index in DIR: documents, vectors, columns, size."""
    output.show_figures(open_index(folder, verify=verify).info())


def _check_model(context: click.Context, model: str, vectors: str | None) -> None:
    check_bm25(context, model, {"statistics": "--statistics"})
    if model == "embedding":
        if vectors is None:
            raise click.UsageError("--model embedding needs word vectors: --vectors FILE, or --vectors words.")
        others = {name: option for name, option in TERM_OPTIONS.items() if name != "stop_words"}
        refuse_terms(context, others, "does not go with --model embedding, whose terms are the words of the file.")
    elif model == "sentences":
        if vectors is not None:
            raise click.UsageError("--vectors goes with --model embedding or hybrid only.")
        refuse_terms(context, TERM_OPTIONS, "does not go with --model sentences, whose terms are pieces of words.")
    elif model == "hybrid":
        return
    elif vectors is not None:
        raise click.UsageError("--vectors goes with --model embedding or hybrid only.")
    else:
        dense = {"pooling": "--pooling", "approximate": "--approximate"}
        refuse_terms(context, dense, "goes with --model sentences, hybrid or embedding only.")


def _check_target(folder: str, overwrite: bool) -> None:
    """Refuse before any work is done what would be refused at its end."""
    from textvec.index.storage.commit import check_target

    check_target(Path(folder), overwrite)


def _megabytes(figures: dict[str, Any]) -> str:
    return f"{figures['bytes'] / 1e6:,.1f} MB"
