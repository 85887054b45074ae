"""`textvec words convert` and `info`: files of word vectors, in another format, or described."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from textvec._common.counted import counted
from textvec._common.progress import progress

from .output import Output, note, output_options
from .tables import last
from .targets import check_is_new
from .words_vectors import Vectors, vectors_argument

DTYPES = ("float16", "float32", "float64")
_MIN_MEGABYTES = 0.1  # What is smaller is given in bytes.
_SOURCE_WIDTH = 60  # of the name of a file, which stands beside "most_frequent" in 80 columns
_WRITTEN = ("word2vec", "word2vec-binary", "glove", "numpy")


def check_vectors_target(file: str, overwrite: bool, form: str | None = None) -> None:
    """Refuse before any work is done what would be refused at its end."""
    from textvec.persistence.vector_files import check_vectors_file

    try:
        check_vectors_file(file, form)
    except ValueError as error:  # The name of the file tells no format.
        said = str(error).replace(", or pass format=.", ", or .textvec.").replace(" pass format=", " give --to")
        raise click.UsageError(said) from None
    check_is_new(Path(file), overwrite)


@click.command(short_help="Write word vectors in another format.")
@vectors_argument
@click.argument("file", metavar="FILE")
@click.option(
    "--to", "form", type=click.Choice(_WRITTEN), help="The format of FILE.  [default: told by the end of its name]"
)
@click.option("--dtype", type=click.Choice(DTYPES), help="The type of the numbers.  [default: that of VECTORS]")
@click.option("--overwrite", is_flag=True, help="Replace a FILE that is there.")
def convert(vectors: Vectors, file: str, form: str | None, dtype: str | None, overwrite: bool) -> None:
    """Write word vectors to FILE, in the format that its name tells.

    .vec and .txt are word2vec's text, .bin its binary format, .npy NumPy's with the
    words in a file beside it, .textvec what textvec.load reads; with .gz, .bz2 or
    .zst after it, text and binary files are compressed. FILE is there when all is
    written, and not before.

    \b
    Examples:
      textvec words convert glove.6B.100d.txt glove.npy --dtype float16
      textvec words convert cc.en.300.bin english.npy --limit 100000
      textvec words convert words words.vec.gz
      textvec words convert model.textvec vectors.txt --to glove
    """  # noqa: D301  (click wants the \\b)
    if Path(file).exists() and Path(vectors.source).exists() and Path(file).samefile(vectors.source):
        raise click.UsageError(f"VECTORS and FILE are the same file, {file}: name another FILE.")
    check_vectors_target(file, overwrite, form)
    table = vectors.read(dtype)
    with progress(f"Writing {file}"):
        from textvec.persistence.vector_files import write_vectors

        write_vectors(table, file, form)
    note(f"{file} holds {counted(len(table), 'word')} in {counted(table.vector_size, 'dimension')}, {size_of(file)}.")


def size_of(file: str) -> str:
    """Return how large a file is."""
    return _size(Path(file).stat().st_size)


def _size(n_bytes: int) -> str:
    return f"{n_bytes / 1e6:,.1f} MB" if n_bytes >= _MIN_MEGABYTES * 1e6 else f"{n_bytes:,} bytes"


@click.command(short_help="Print figures of word vectors: words, dimensions, norms.")
@vectors_argument
@output_options
def info(vectors: Vectors, output: Output) -> None:
    """Print figures of word vectors: words, dimensions, type, memory, norms, the most frequent words.

    Where the file has no frequencies, the most frequent words are the first ones:
    nearly all files have them in this order.

    \b
    Examples:
      textvec words info words
      textvec words info cc.en.300.bin --limit 100000 --json
    """  # noqa: D301  (click wants the \\b)
    from textvec.embeddings.description import described
    from textvec.persistence.vector_files import format_of

    table = vectors.read()
    figures = {"vectors": vectors.source, "format": vectors.format or format_of(vectors.source)} | described(table)
    output.show_figures(_shown(figures) if output.is_table else figures)


def _shown(figures: dict[str, Any]) -> dict[str, Any]:
    """Return the figures as a person reads them: what says nothing left out, norms on one line."""
    norms = {name: figures.pop(name) for name in ("shortest", "median", "longest")}
    if figures["rows"] == figures["words"]:
        del figures["rows"]
    frequent = " ".join(figures.pop("most_frequent"))
    memory = _size(figures.pop("bytes"))
    lengths = "{shortest:.4g} to {longest:.4g}, median {median:.4g}".format(**norms) if frequent else "none"
    figures["vectors"] = last(figures["vectors"], _SOURCE_WIDTH)
    return figures | {"memory": memory, "norms": lengths, "most_frequent": frequent}
