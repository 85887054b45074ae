"""What every kind of index has in common: it holds a collection, in memory or in a folder, and can be read like one.

Tested in tests/index/test_cosine_index.py.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Mapping
from inspect import signature
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

import pyarrow as pa

from textvec._common.counted import counted
from textvec._common.diagram import is_estimator
from textvec._common.estimator import DeferredEstimator
from textvec._common.numbers import is_integer
from textvec.encoders.encode import name_of
from textvec.index._collection import Collection
from textvec.index._ids import Id, id_list, written_id
from textvec.index._query_path import QueryPath
from textvec.index.results import Document
from textvec.index.rows.base import METRIC_NAMES
from textvec.index.storage.commit import check_target, write_index
from textvec.index.storage.encoder_files import EncoderFiles, encoder_files
from textvec.index.storage.folder import Folder
from textvec.index.storage.shards import ShardedFolder, folder_at
from textvec.index.storage.stored_encoder import StoredEncoder


class StoredIndex(DeferredEstimator):
    """An index that is kept: in memory, or in a folder to which every change is written."""

    _metrics: ClassVar[tuple[str, ...]]
    """Of the indexes that the class opens, see `rows.base.Backend`."""
    _has_own_encoder = True
    """Whether the encoder is that of the index, and not one that its user holds."""
    _encoder_field = "encoder"
    """Of the manifest, where the encoder of the index is described."""
    _saved_otherwise = "to a folder of its own: index.save(folder)"
    """What `textvec.save` says, which does not write indexes."""
    _chunker: Any = None
    """What cut the documents that there are; a `chunker` that is set later waits for the next `fit`."""
    encoder_: Any
    chunker: Any

    def __init__(self) -> None:
        self._collection: Collection | None = None
        self._folder: Folder | ShardedFolder | None = None
        self._lock, self._query_path = threading.RLock(), QueryPath()

    @classmethod
    def _opened(cls, folder: Folder | ShardedFolder, encoder: Any) -> Self:
        """Return an unfitted index with the parameters of the one in a folder."""
        raise NotImplementedError

    def save(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> None:
        """Write the index to a folder, from which `open` maps it into memory.

        The folder is there when all is written, and not before. An encoder that is a function is not written:
        `open` takes it again.

        Parameters
        ----------
        path : str or path
            A folder that does not exist or is empty.
        overwrite : bool, default=False
            Whether it may hold an index, which is replaced in one step.

        Raises
        ------
        FileExistsError
            If the folder is not empty, and not an index that may be overwritten.
        """
        collection = self._fitted()
        check_target(Path(path), overwrite)
        chunker = None
        if self._chunker is not None:
            chunker = {name: v if isinstance(v, str) else int(v) for name, v in self._chunker.get_params().items()}
        write_index(Path(path), collection, self._encoder_files(), chunker, overwrite)
        if self._folder is not None and self._folder.path.samefile(path):
            self._folder = Folder(path)
            self._collection = self._folder.collection

    @classmethod
    def open(cls, path: str | os.PathLike[str], *, encoder: Any = None, verify: bool = False) -> Self:
        """Open the index in a folder, whatever its size in a few milliseconds: its files are mapped into memory.

        Nothing in the folder is run. Changes to the index are written to the folder: additions as new files, each
        change in one step. One process may write at a time, while any number reads; each sees the state that it
        opened, or its own changes.

        Parameters
        ----------
        path : str or path
            The folder that `save` wrote.
        encoder : callable, optional
            The function that is the encoder, where it is one.
        verify : bool, default=False
            Whether to read everything and compare it with the checksums that were written. Otherwise only sizes are
            compared, and the checksums of what is read at once.

        Returns
        -------
        index
            Of this class.

        Raises
        ------
        FileNotFoundError
            If there is no index.
        DamagedIndexError
            If a file is missing, damaged, or of a newer format.
        ValueError
            If it is an index of another class; `textvec.index.open_index` opens any.
        """
        return cls._of_folder(folder_at(path, verify), encoder)

    @classmethod
    def _of_folder(cls, folder: Folder | ShardedFolder, encoder: Any) -> Self:
        """Return the index in a folder, see `open`."""
        metric = folder.collection.metric
        if metric not in cls._metrics:
            raise ValueError(
                f"The index at {folder.path} scores by {METRIC_NAMES[metric]}, and is no {cls.__name__}. Open it by "
                "textvec.open_index."
            )
        index = cls._opened(folder, encoder)
        if folder.content["chunker"] is not None:
            from textvec.preprocessing.chunker import Chunker

            index.chunker, index._chunker = (Chunker(**folder.content["chunker"]) for _ in range(2))
        index._folder, index._collection = folder, folder.collection
        return index

    def verify(self) -> None:
        """Read all files of an index that was opened, and compare them with the checksums that were written.

        Raises
        ------
        DamagedIndexError
            If a file is not what was written.
        """
        if self._folder is None:
            raise ValueError("Only an index that was opened from a folder can be verified; this one is in memory.")
        self._folder.verify()

    def info(self) -> dict[str, Any]:
        """Return figures: how many documents, deleted ones, segments; what vectors and metadata; on disk, how large."""
        collection = self._fitted()
        if self._folder is not None:
            return {**collection.info(), **self._folder.info()}
        return {**collection.info(), "encoder": name_of(self.encoder_)}

    if not TYPE_CHECKING:  # an attribute that is misspelt is none to a type checker

        def __getattr__(self, name: str) -> Any:
            # The encoder of an index on disk is read when it is first needed.
            folder = self.__dict__.get("_folder")
            if name == "encoder_" and folder is not None:
                stored = folder.encoder(self._encoder_field)
                encoder = stored.load()
                if folder.encoder(self._encoder_field) is stored:  # otherwise another thread has just changed it
                    self.encoder_ = encoder
                return encoder
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    @property
    def facet_columns(self) -> list[str]:
        """The columns of metadata to filter by: text, whole numbers and truth values, with 2 to 50 different ones."""
        return list(self._fitted().facet_columns)

    def _written_id(self, text: str) -> Id:
        """Return the id that a text stands for: of integers, if the index has such."""
        return written_id(text, pa.types.is_integer(self._fitted().like.ids.type))

    def __len__(self) -> int:
        return 0 if self._collection is None else len(self._collection)

    def __iter__(self) -> Iterator[Id]:
        """Iterate over the ids, in their order."""
        return iter(self._fitted())

    def __contains__(self, id: object) -> bool:  # noqa: A002
        known = isinstance(id, str) or is_integer(id)
        return known and self._fitted().find(id_list(id)[0]) is not None

    def __getitem__(self, id: Id) -> Document:  # noqa: A002
        """Return the document with an id."""
        collection = self._fitted()
        (number, doc), *_ = collection.locate(id_list(id))
        return Document.of(collection.segments[number].segment, doc)

    def __repr__(self) -> str:
        name = type(self).__name__
        if self._collection is None:
            first, *others = signature(type(self)).parameters.values()
            shown = [first, *(each for each in others if repr(getattr(self, each.name)) != repr(each.default))]
            return f"{name}({', '.join(f'{each.name}={getattr(self, each.name)!r}' for each in shown)})"
        counts = self._collection.info()
        n, m = counted(counts["documents"], "document"), counted(counts["segments"], "segment")
        of = f"{n}, {m}, {counts['vectors']}"
        return f"{name}({of})" if self._folder is None else f"{name}({of}, at {str(self._folder.path)!r})"

    def _learnt(self) -> list[str]:
        info = self._fitted().info()
        named = [("documents", "document"), ("passages", "passage"), ("columns", "column"), ("dimensions", "dimension")]
        return [counted(info[key], one) for key, one in named if key in info]

    def _parts_of_diagram(self) -> list[tuple[str, Any]]:
        # The encoder of an index on disk is not read for a picture.
        encoder = vars(self).get("encoder_")
        parts = dict(super()._parts_of_diagram()) | ({"encoder": encoder} if is_estimator(encoder) else {})
        return list(parts.items())

    def __sklearn_is_fitted__(self) -> bool:
        return self._collection is not None

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name not in ("_lock", "_query_path")}

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        vars(self).update(state)
        self._lock, self._query_path = threading.RLock(), QueryPath()

    def _fitted(self) -> Collection:
        if self._collection is None:
            from sklearn.exceptions import NotFittedError

            raise NotFittedError(f"This {type(self).__name__} is not fitted yet. Give it documents: fit(documents).")
        return self._collection

    def _forget_encoder(self) -> None:
        vars(self).pop("encoder_", None)

    def _encoder_files(self) -> dict[str, EncoderFiles]:
        """Return what is to be written of encoders, by the field of the manifest."""
        return self._encoder_files_of(self._fitted())

    def _encoder_files_of(self, collection: Collection) -> dict[str, EncoderFiles]:
        documents = collection.contents
        frozen = None if collection.bm25 is None else collection.bm25.frozen
        frequencies = None if frozen is None else frozen.frequencies
        return {self._encoder_field: encoder_files(self.encoder_, documents, type(self).__name__, frequencies)}

    def _change(
        self, change: Callable[[Collection], Collection], files: Callable[[StoredEncoder], EncoderFiles] | None = None
    ) -> Self:
        """Replace the collection by what a function makes of it, on disk as well, see `Folder.change`."""
        with self._lock:
            if self._folder is None:
                self._collection = change(self._fitted())
                return self
            encoder = self._folder.content["encoder"]
            changed = self._folder.change(change, files)
            if self._folder.content["encoder"] != encoder and self._has_own_encoder:
                # It has learnt more; what it is now is read when it is needed. Threads that search know the new words
                # before the documents are there.
                self._forget_encoder()
            self._collection = changed
        return self
