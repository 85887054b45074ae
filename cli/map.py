"""`textvec map`: documents or words in two dimensions, as a page or a picture."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from textvec._common.counted import counted
from textvec._common.progress import progress

from .encoders import POOLINGS, TERM_OPTIONS, TermOptions, refuse_terms, term_options
from .learning import seed_option
from .output import note
from .sources import SOURCE_OPTIONS, Reader, check_encoded, reader_options
from .targets import check_is_new

if TYPE_CHECKING:
    from textvec.plots import Map

N_CLUSTERS = 8
"""How many clusters are looked for where neither they nor a column of labels are asked for: one for each colour."""
MIN_CLUSTER = 4
"""How many documents a cluster has then, on average, at the least."""
# Options that mean nothing on the other kind of map, by the names of their parameters.
OF_DOCUMENTS = {"model": "--model", "vectors": "--vectors", "pooling": "--pooling", "color_by": "--color-by"}
OF_WORDS = {"top": "--top", "words": "--words"}


@click.command("map", short_help="Draw a map of texts or words: a page or a picture.")
@click.argument("sources", metavar="SOURCE...|VECTORS", nargs=-1, required=True)
@click.option("-o", "--output", "file", metavar="FILE", help="The map to write: .html, .png, .svg or .pdf.")
@click.option("--projector", "folder", metavar="DIR", help="Write the files of TensorBoard's Embedding Projector, too.")
@click.option("--overwrite", is_flag=True, help="Replace files that are there.")
@click.option(
    "--projection",
    type=click.Choice(["svd", "tsne", "umap"]),
    default="svd",
    show_default=True,
    help="How vectors become two coordinates. svd, which is LSA or PCA, is fast; tsne and umap make islands of what "
    "belongs together.",
)
@click.option(
    "--axes", nargs=2, metavar="WORD WORD", help="In place of --projection: the cosines with two words are coordinates."
)
@click.option("--color-by", metavar="COLUMN", help="Colour documents by a column of labels.")
@click.option(
    "--clusters",
    type=click.IntRange(0),
    metavar="K",
    help="Look for K clusters, and name them; 0 for none.  [default: 8, none with --color-by]",
)
@click.option(
    "--model",
    type=click.Choice(["tfidf", "bm25", "sentences", "embedding"]),
    default="tfidf",
    show_default=True,
    help="Vectors of documents: weights of words, their meaning, or averages of the word vectors of --vectors.",
)
@click.option("--vectors", metavar="FILE", help="With --model embedding: word vectors, a file or a name.")
@click.option(
    "--pooling",
    type=click.Choice(POOLINGS),
    default="mean",
    show_default=True,
    help="With --model embedding or sentences: how vectors of words become one.",
)
@click.option("--top", type=click.IntRange(1), metavar="N", help="Of words: the first N of the file.  [default: 2000]")
@click.option("--words", metavar="FILE", help="Of words: those in a file, one in each line.")
@seed_option
@reader_options
@term_options
@click.pass_context
def map_(
    context: click.Context,
    sources: tuple[str, ...],
    file: str | None,
    folder: str | None,
    overwrite: bool,
    projection: str,
    axes: tuple[str, str] | None,
    color_by: str | None,
    clusters: int | None,
    model: str,
    vectors: str | None,
    pooling: str,
    top: int | None,
    words: str | None,
    seed: int,
    reader: Reader,
    terms: TermOptions,
) -> None:
    """Draw the documents of each SOURCE, or the words of a file of word vectors, as points.

    Those are near to one another that have similar vectors. A SOURCE is what it
    is for `textvec similar`. VECTORS is a file of word vectors, as GloVe, word2vec,
    fastText and textvec write them, or a name of `textvec words available`.

    A page, .html, is one file that loads nothing from the network: it shows the
    texts, finds neighbours, searches, and saves what a lasso is drawn around.

    \b
    Examples:
      textvec map reviews.csv -o map.html
      textvec map reviews.csv -o map.html --color-by label --model sentences
      textvec map messages.csv -o map.png --clusters 5 --stop-words english
      textvec map reviews.csv -o map.html --projection tsne
      textvec map glove.6B.100d.txt -o words.html --top 5000
      textvec map words -o words.svg --axes political dangerous --words list.txt
      textvec map reviews.csv --projector logs/reviews
    """  # noqa: D301  (click wants the \\b)
    if file is None and folder is None:
        raise click.UsageError("Missing option '-o', the file to write, or '--projector'.")
    if axes is not None:
        refuse_terms(context, {"projection": "--projection"}, "and --axes exclude each other.")
        axes = check_encoded(axes[0], "--axes"), check_encoded(axes[1], "--axes")
    check_targets(file, folder, overwrite)
    how: dict[str, Any] = {"projection": axes or projection, "random_state": seed}
    if _is_vectors(sources, reader):
        refuse_terms(
            context, SOURCE_OPTIONS | TERM_OPTIONS | OF_DOCUMENTS, f"is about documents; {sources[0]} has words."
        )
        made = _of_words(sources[0], reader, top, words, clusters, how)
    else:
        refuse_terms(context, OF_WORDS, "goes with a file of word vectors only.")
        _check_model(context, model, vectors)
        made = _of_documents(sources, reader, terms, model, vectors, pooling, color_by, clusters, how)
    with progress(f"Writing {file or folder}"):
        if file is not None:
            made.save(file)
        if folder is not None:
            made.to_projector(folder)
    _tell(made, file, folder)


def check_targets(file: str | None, folder: str | None, overwrite: bool) -> None:
    """Refuse before any work is done what would be refused at its end."""
    if file is not None:
        from textvec._common.atomic_files import check_target
        from textvec._common.optional import import_figure, import_textalloc
        from textvec.plots.map import PAGES, check_name

        check_name(Path(file))
        check_is_new(Path(file), overwrite)
        check_target(Path(file))
        if Path(file).suffix.lower() not in PAGES:
            import_figure(f"A map in {file}")
            import_textalloc(f"A map in {file}")
    if folder is not None:
        check_is_new(Path(folder) / "tensors.tsv", overwrite)


def _check_model(context: click.Context, model: str, vectors: str | None) -> None:
    if (vectors is not None) != (model == "embedding"):
        raise click.UsageError("--model embedding and --vectors FILE go together.")
    if model in ("tfidf", "bm25"):
        refuse_terms(context, {"pooling": "--pooling"}, "goes with --model embedding or sentences only.")
    if model in ("sentences", "embedding"):
        refuse_terms(context, {"ngrams": "--ngrams"}, f"does not go with --model {model}, which averages words.")
    if model == "sentences":
        refuse_terms(context, TERM_OPTIONS, "does not go with --model sentences, whose terms are pieces of words.")


def _is_vectors(sources: Sequence[str], reader: Reader) -> bool:
    """Tell whether what is given is word vectors, by the name of pretrained ones or by what is in the file."""
    if len(sources) != 1 or reader.options["format"] is not None:
        return False
    from textvec.embeddings.by_name import is_name

    path = Path(sources[0])
    if not path.is_file():
        return not os.path.lexists(path) and is_name(sources[0])
    from textvec.embeddings.formats import holds_vectors
    from textvec.persistence.vector_files import is_saved

    return is_saved(sources[0]) or holds_vectors(path)


def _of_words(
    source: str, reader: Reader, top: int | None, words: str | None, clusters: int | None, how: dict[str, Any]
) -> Map:
    if top is not None and words is not None:
        raise click.UsageError("--top and --words exclude each other.")
    with progress(f"Reading {source}"):
        from textvec.plots.mapping import MAX_WORDS, map_words

        from .learning import read_vectors

        table = read_vectors(source)
    if words is not None:
        chosen = [word.strip() for word in reader.read_lines(words) if word.strip()]
    else:
        chosen = table.words[: top or MAX_WORDS].tolist()
    n_clusters = _n_clusters(clusters, len(chosen))
    with progress(f"Mapping {counted(len(chosen), 'word')}"):
        return map_words(table, chosen, clusters=n_clusters, **how)


def _of_documents(
    sources: Sequence[str],
    reader: Reader,
    terms: TermOptions,
    model: str,
    vectors: str | None,
    pooling: str,
    color_by: str | None,
    clusters: int | None,
    how: dict[str, Any],
) -> Map:
    corpus = reader.read(sources, columns=[] if color_by is None else [color_by])
    n_clusters = clusters or None if color_by is not None else _n_clusters(clusters, len(corpus))
    with progress(f"Mapping {counted(len(corpus), 'document')}"):
        from textvec.plots import map_documents

        encoder = terms.encoder(model, vectors, pooling)
        if model == "bm25":
            from sklearn.pipeline import make_pipeline

            from textvec import BM25Weighting

            encoder = make_pipeline(encoder, BM25Weighting())
        labels = None if color_by is None else corpus.columns[color_by]
        counter = terms.encoder("bm25")
        return map_documents(corpus.texts, encoder, labels=labels, clusters=n_clusters, counter=counter, **how)


def _n_clusters(clusters: int | None, n: int) -> int | None:
    """Return how many clusters are asked for, or a number that fits; None for none."""
    return (min(N_CLUSTERS, n // MIN_CLUSTER) if clusters is None else clusters) or None


def _tell(made: Map, file: str | None, folder: str | None) -> None:
    """Say what was made, and what to do with it."""
    what = counted(len(made), made.kind[:-1], made.kind)
    if made.clusters is not None:
        note(f"clusters: {'; '.join(made.cluster_names)}.")
    if file is not None:
        from textvec.plots.map import PAGES

        size = Path(file).stat().st_size / 1e6
        is_page = Path(file).suffix.lower() in PAGES
        note(f"{file} holds {what}, {size:,.1f} MB.{' Open it in a browser.' if is_page else ''}")
    if folder is not None:
        note(f"{folder} holds {what} for the Embedding Projector: tensorboard --logdir {folder}")
