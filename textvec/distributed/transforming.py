"""Vectors of documents that lie in pieces: written in parts, by the workers that make them, or not computed yet."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

from textvec._common.atomic_files import draft_path, replacing
from textvec._version import __version__
from textvec.distributed import _part_folder
from textvec.distributed._digest import estimator_digest
from textvec.distributed._part_files import LAYOUTS, PartKind, write_part
from textvec.distributed._part_manifest import ESTIMATOR, FEATURE_NAMES
from textvec.distributed.parts import read_parts
from textvec.encoders.column_names import all_column_names
from textvec.encoders.encode import TRANSFORMER, kind_of, matrix_of
from textvec.engines import Batch, engine_for, spread_of
from textvec.engines.identity import identity_of
from textvec.engines.lazy import lazy_matrix
from textvec.engines.matrix_columns import check_keep
from textvec.index.storage.mapped import digest, mapped
from textvec.persistence import save
from textvec.persistence.matrix_files import lines_of_names


def transform(
    estimator: Any,
    documents: Any,
    output: str | PathLike[str] | None = None,
    *,
    column: str | None = None,
    keep: Sequence[str] = (),
    format: str = "npz",  # noqa: A002
    overwrite: bool = False,
    engine: Any = None,
    progress: Callable[[int, int], object] | None = None,
) -> Any:
    r"""Make vectors of documents that lie in pieces, each where it lies; together they are what one machine makes.

    Parameters
    ----------
    estimator : fitted transformer, or Pipeline of such
        It is sent to each worker once.
    documents : dask DataFrame, Series or Bag, ray Dataset, Files, or paths of files
        Paths are taken as `textvec.engines.Files` takes them.
    output : str or path, optional
        A folder, which all workers share under this name. Each piece becomes a part there, whole or not at all; the
        manifest, which names them, comes last. If the same is started again after it was stopped, finished parts are
        not made again. Documents are known again by the paths and times of files, or by the name of a collection of
        Dask's; a Ray Dataset has none, and is read once more for it, before parts are made. It must give the same
        blocks whenever it is read: one that is shuffled should be materialized.
    column : str, optional
        The column that holds the texts; by default the only one of strings, or the one with a name such as text.
    keep : sequence of str, default=()
        Columns of the documents, such as ids and labels, that are written beside the vectors.
    format : {"npz", "parquet"}, default="npz"
        What parts are. With ``"npz"``, what `scipy.sparse.load_npz` reads, or ``.npy`` where vectors are dense; columns
        that are kept are in ``part-00000.kept.parquet``. With ``"parquet"``, a table with the lists `indices` and
        `values`, or `vector` where vectors are dense, and the columns that are kept.
    overwrite : bool, default=False
        Whether parts that are in the folder are removed first, those of another run included.
    engine : dask.distributed.Client or str, optional
        Who does the work, as of `fit`: by default what fits the documents.
    progress : callable, optional
        It is called with the numbers of pieces that are done and of all.

    Returns
    -------
    Parts, dask.array.Array or ray Dataset
        With `output`, what `read_parts` returns. Without it, of a Dask collection an array of CSR or dense blocks, one
        for each partition, whose numbers of rows are known when they are computed; of a Ray Dataset another one, with
        the columns `indices` and `values`, or `vector`, and those that are kept, in the order of the documents. These
        are computed when they are used.

    Raises
    ------
    TypeError
        If the estimator is no transformer, or cannot be saved; the documents do not lie in pieces; or they are files,
        and there is no output.
    ValueError
        If there is no such format, or a column cannot be kept under its name.
    FileExistsError
        If the folder belongs to another run: of other documents, or with another estimator; or holds other things.
    BlockingIOError
        If somebody else is writing to the folder.
    OSError
        If the folder cannot be written to, or is not the same for all workers.

    See Also
    --------
    fit : Learns from documents that lie in pieces.
    read_parts : Opens the folder again.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from textvec import TfidfVectorizer
    >>> from textvec.distributed import transform
    >>> vectorizer = TfidfVectorizer().fit(["red sea", "blue sea"])
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "a.txt").write_text("red sea\nblue\n")
    ...     parts = transform(vectorizer, Path(folder, "a.txt"), Path(folder, "out"), format="parquet")
    ...     parts.shape, parts.n_parts, (parts.to_matrix() != vectorizer.transform(["red sea", "blue"])).nnz
    ((2, 3), 1, 0)
    """
    documents = spread_of(documents)
    if format not in LAYOUTS:
        raise ValueError(f"transform: format must be one of {', '.join(map(repr, LAYOUTS))}, but it is {format!r}.")
    keep = (keep,) if isinstance(keep, str) else tuple(dict.fromkeys(keep))
    if kind_of(estimator, "transform") != TRANSFORMER:
        raise TypeError("transform: the estimator must be a transformer, which can be saved, but it is a function.")
    with warnings.catch_warnings(action="ignore", category=UserWarning):  # that the text has no known word
        example = matrix_of(estimator, [""], fit=False, caller="transform")
    kind = PartKind(format, hasattr(example, "tocsr"), example.dtype.str, example.shape[1], keep)
    if format == "parquet" or output is None:
        check_keep(keep, kind.is_sparse)
    encode = _Encode(estimator, kind, example[:0])
    if output is None:
        return lazy_matrix(encode, example, documents, column, keep)
    if "://" in os.fspath(output):
        raise ValueError(
            f"transform: parts are written to a folder that all workers share, and not to a URL, {output!r}. Mount it, "
            "or give no output, and write the collection that comes back."
        )
    folder = Path(output).absolute()
    identity: dict[str, Any] = {"textvec": __version__, "format": format}
    with engine_for(documents, engine) as chosen:
        identity["documents"] = identity_of(documents, chosen, column, keep)
        with _part_folder.writing(folder):
            draft = draft_path(folder / ESTIMATOR)
            try:
                save(estimator, draft)
                identity |= {"estimator": estimator_digest(draft), "keep": list(keep)}
                finished = _part_folder.begin(folder, identity, overwrite, {draft.name})
                if finished is None:
                    return read_parts(folder)
                if not (folder / ESTIMATOR).exists():
                    draft.rename(folder / ESTIMATOR)
            finally:
                draft.unlink(missing_ok=True)
            names = all_column_names(estimator, kind.n_columns)
            if names is not None:
                with replacing(folder / FEATURE_NAMES) as [file]:
                    file.writelines(lines_of_names(names))
            work = _WritePart(encode, folder, identity)
            done = chosen.map(work, documents, column=column, columns=keep, skip=finished, progress=progress)
            parts = finished | dict(done)
            _part_folder.finish(folder, _content(folder, kind, identity, names is not None, parts))
    return read_parts(folder)


class _Encode:
    """Makes the matrix of some documents, and sees that it is one like the others; it travels to the workers."""

    def __init__(self, estimator: Any, kind: PartKind, empty: Any) -> None:
        self.estimator, self.kind, self.empty = estimator, kind, empty

    def __call__(self, documents: Any) -> Any:
        if not len(documents):  # which many estimators refuse
            return self.empty
        matrix = matrix_of(self.estimator, documents, fit=False, caller="transform")
        is_alike = hasattr(matrix, "tocsr") == self.kind.is_sparse and matrix.dtype.str == self.kind.dtype
        if not is_alike or matrix.shape[1] != self.kind.n_columns:
            raise ValueError(
                f"transform: the estimator made {matrix.shape[1]:,} columns of type {matrix.dtype} of some documents, "
                f"and {self.kind.n_columns:,} of type {self.empty.dtype} of others. It must make the same of all."
            )
        return matrix


class _WritePart:
    """Makes a part of a piece, on the worker that has it, and returns the record of it."""

    def __init__(self, encode: _Encode, folder: Path, identity: dict[str, Any]) -> None:
        self.encode, self.folder, self.identity = encode, folder, identity

    def __call__(self, batch: Batch) -> dict[str, Any]:
        kind = self.encode.kind
        record = _part_folder.record_of(self.folder, self.identity)
        name = _part_folder.record_name(batch.number)
        matrix, kept = self.encode(batch.documents), batch.table.select(kind.keep)
        return write_part(self.folder, batch.number, kind, matrix, kept, record, name)


def _content(
    folder: Path, kind: PartKind, identity: dict[str, Any], has_names: bool, parts: dict[int, dict[str, Any]]
) -> dict[str, Any]:
    """Return the content of the manifest."""
    files = {}
    for name in (ESTIMATOR, FEATURE_NAMES)[: 1 + has_names]:
        content = mapped(folder / name)
        files[name] = {"size": content.size, "sha256": digest(content)}
    return {
        "textvec": __version__,
        **kind._asdict(),
        "keep": list(kind.keep),
        "feature_names": FEATURE_NAMES if has_names else None,
        "estimator": ESTIMATOR,
        "identity": identity,
        "files": files,
        "parts": [parts[number] for number in range(len(parts))],
    }
