"""Opening an index of which only the folder is known."""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

from textvec.index.storage.shards import folder_at

if TYPE_CHECKING:
    from textvec.index.document_index import DocumentIndex
    from textvec.index.storage.folder import Folder
    from textvec.index.storage.shards import ShardedFolder


_CLASSES = {
    "cosine": "textvec.index.cosine_index.CosineIndex",
    "dot": "textvec.index.vector_index.VectorIndex",
    "bm25": "textvec.index.bm25_index.BM25Index",
    "hybrid": "textvec.index.hybrid_index.HybridIndex",
}
"""The class of an index, by the metric of its backend."""


def open_index(path: str | os.PathLike[str], *, encoder: Any = None, verify: bool = False) -> DocumentIndex:
    """Open the index in a folder, of whatever class it is.

    Parameters
    ----------
    path : str or path
        The folder that `save` wrote, or one of shards, as `textvec.distributed.build_index` writes it, which is only
        read.
    encoder : callable, optional
        The function that is the encoder, where it is one.
    verify : bool, default=False
        Whether to read everything and compare it with the checksums that were written.

    Returns
    -------
    CosineIndex, VectorIndex, BM25Index or HybridIndex

    Raises
    ------
    FileNotFoundError
        If there is no index.
    DamagedIndexError
        If a file is missing, damaged, or of a newer format.

    Examples
    --------
    >>> import tempfile
    >>> from textvec import BM25Index, open_index
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     BM25Index().fit(["red apple", "green pear"]).save(folder)
    ...     index = open_index(folder)
    ...     hit = index.search(["pear"])[0][0]
    >>> type(index).__name__, hit.document
    ('BM25Index', 'green pear')
    """
    return of_folder(folder_at(path, verify), encoder)


def of_folder(folder: Folder | ShardedFolder, encoder: Any = None) -> DocumentIndex:
    """Return the index in a folder that is open already, of whatever class it is.

    Parameters
    ----------
    folder : Folder or ShardedFolder
    encoder : callable, optional
        The function that is the encoder, where it is one.
    """
    module, _, name = _CLASSES[folder.collection.metric].rpartition(".")
    index: DocumentIndex = getattr(import_module(module), name)._of_folder(folder, encoder)
    return index
