"""`textvec index build --engine`, and `textvec index add` to what it wrote: an index in shards."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from textvec._common.counted import counted
from textvec._common.progress import progress

from .engines import working
from .output import note
from .saved_indexes import open_index

if TYPE_CHECKING:
    from textvec.engines import Files
    from textvec.index.document_index import DocumentIndex


def check_shards(context: click.Context, model: str, statistics: str) -> str:
    """Refuse what is not built in shards; return what statistics are to be."""
    from click.core import ParameterSource

    if model == "hybrid":
        raise click.UsageError(
            "--model hybrid does not go with --engine. Build two indexes: with --model bm25, and with sentences."
        )
    if model == "bm25" and statistics == "live":
        if context.get_parameter_source("statistics") is ParameterSource.COMMANDLINE:
            raise click.UsageError("--statistics live does not go with --engine: statistics of shards are frozen.")
        note("statistics are frozen: in shards, words and weights stay what they are now when documents are added.")
        return "frozen"
    return statistics


def refuse_shards(folder: str) -> None:
    """Refuse to change what is in shards."""
    from textvec.index.storage.shards import is_sharded

    if is_sharded(Path(folder)):
        raise click.ClickException(
            f"The index in {folder} is in shards, which are not changed. `textvec index add` adds shards to it; build "
            "the index anew to be rid of documents."
        )


def check_shards_folder(folder: str, overwrite: bool) -> None:
    """Refuse before any work is done what would be refused at its end."""
    from textvec.distributed._shard_folder import check_folder

    check_folder(folder, overwrite)


def build_shards(
    engine: str,
    files: Files,
    index: DocumentIndex,
    folder: str,
    overwrite: bool,
    id_column: str | None,
    metadata_columns: Sequence[str],
) -> None:
    """Build an index of files in a folder of shards."""
    began = time.perf_counter()
    _look(files, id_column, metadata_columns)
    with working(engine, files, lambda: f"{_left(folder)} The same command goes on.") as chosen:
        from textvec.distributed import build_index

        build_index(index, files, folder, engine=chosen, ids=id_column, metadata=metadata_columns, overwrite=overwrite)
    note(f"{_held(folder)}, {time.perf_counter() - began:.1f} s.")


def add_shards(engine: str, files: Files, folder: str, id_column: str | None) -> None:
    """Add the documents of files to an index in shards, as further shards."""
    before = open_index(folder).info()
    if id_column is None and before["ids"] == "strings":
        raise click.UsageError("the ids of this index are strings: name the column that has them with --id-column.")
    _look(files, id_column, before["metadata"])
    left = f"{folder} holds what it held. The same command adds the documents."
    with working(engine, files, lambda: left) as chosen:
        from textvec.distributed import add_documents

        index = add_documents(folder, files, engine=chosen, ids=id_column)
    added = len(index) - before["documents"]
    note(f"{counted(added, 'document')} added; {_held(folder)}.")


def _look(files: Files, id_column: str | None, columns: Sequence[str]) -> None:
    """Refuse files that are not there, or have not the columns, before an engine is started."""
    with progress("Looking at the files"):
        files.pieces(columns=[*columns, *([] if id_column is None else [id_column])])


def _left(folder: str) -> str:
    """Say what a build that was interrupted has left."""
    from textvec.distributed._shards import MARK

    n_shards = len(list(Path(folder).glob(f"*{MARK}")))
    if not n_shards:
        return "nothing was written."
    are = "is" if n_shards == 1 else "are"
    return f"{counted(n_shards, 'shard')} in {folder} {are} finished, and not searched yet."


def _held(folder: str) -> str:
    figures: dict[str, Any] = open_index(folder).info()
    passages = f" in {counted(figures['passages'], 'passage')}" if "passages" in figures else ""
    documents, shards = counted(figures["documents"], "document"), counted(figures["shards"], "shard")
    return f"{folder} holds {documents}{passages} in {shards}: {figures['bytes'] / 1e6:,.1f} MB"
