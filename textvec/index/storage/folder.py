"""An index on disk: a folder of files that never change, and a manifest that says which of them are the index.

A change writes new files, and then replaces the old manifest by a new one, in one step: whoever is killed,
and whenever, the folder holds the old state or the new one. Files that no manifest names are removed by the next
change, if they have names that an index gives. Nothing is read at opening but the manifest and the heads of the files:
the rest is mapped into memory.

    manifest.json        the segments, the size and SHA-256 of every file, and its own SHA-256
    encoder-1.textvec    see `textvec.save`
    query-1.textvec      the description of the encoder for queries, see `encoders.query_description`
    frequencies-1.npy    the document frequencies of terms, where BM25 keeps those of `fit`
    segment-1-0/         documents.arrow, metadata.arrow, and an .npy file for each array of vectors and passages
    deleted-3-0.npy      the ordinals of deleted documents of a segment
    lock                 held by the one who writes
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from textvec.encoders.vectors import Sparse, Vectors
from textvec.index._collection import Collection, words_for
from textvec.index.errors import DamagedIndexError, corrupt_file_message
from textvec.index.storage.commit import About, changing, commit
from textvec.index.storage.encoder_files import PREFIXES, EncoderFiles, EncoderWriters
from textvec.index.storage.manifest import read_manifest
from textvec.index.storage.state import State
from textvec.index.storage.stored_encoder import StoredEncoder, checked_manifest


class Folder:
    """The folder of an index, and the state of it that was read last.

    Attributes
    ----------
    path : Path
    state : State
    """

    state: State

    def __init__(self, path: str | os.PathLike[str], verify: bool = False) -> None:
        self.path = Path(path)
        self._encoders: dict[str, StoredEncoder] = {}
        self._refresh(verify)

    @property
    def content(self) -> dict[str, Any]:
        """What the manifest says."""
        return self.state.content

    @property
    def collection(self) -> Collection:
        """What is indexed."""
        return self.state.collection

    def change(
        self, change: Callable[[Collection], Collection], files: Callable[[StoredEncoder], EncoderFiles] | None = None
    ) -> Collection:
        """Apply a change to the newest state, and commit it.

        Parameters
        ----------
        change : function
            What is to be of a collection.
        files : function, optional
            Where the encoder of words has changed as well: the one that is there to what `encoder_files` returns.

        Raises
        ------
        BlockingIOError
            If somebody else is writing.
        """
        with changing(self.path):
            checked_manifest(self.path, self.content)
            self._refresh()
            changed = change(self.collection)
            if changed is not self.collection:
                about = About(*(self.content[name] for name in About._fields))
                writers: dict[str, EncoderWriters] = {}
                if files is not None:
                    encoder, writers["encoder"] = files(self.encoder("encoder"))
                    about = about._replace(encoder=encoder)
                self._replace_state(commit(self.path, changed, about, writers, self.content, self.state.segments))
        return self.collection

    def encoder(self, field: str) -> StoredEncoder:
        """Return the encoder that a field of the manifest describes."""
        stored = self._encoders.get(field)
        if stored is None:
            stored = self._encoders[field] = StoredEncoder(self.path, self.content, field)
        return stored

    def check_width(self, collection: Collection, made: Vectors, has_own_encoder: bool, field: str) -> None:
        """Raise an error if it is the fault of the folder that vectors do not fit those in its segments.

        Parameters
        ----------
        collection : Collection
            Of the folder, or a part of it.
        made : Sparse or ndarray
            The vectors, of another kind or width.
        has_own_encoder : bool
            Whether the encoder of the folder made them.
        field : str
            Of the encoder.
        """
        mine = collection.like.vectors
        if isinstance(mine, Sparse) and (mine.indices >= mine.n_columns).any():
            how = f"it says {mine.n_columns} columns, but there are weights in column {mine.indices.max()}"
        elif has_own_encoder:
            encoder = self.content[field]["file"]
            how = f"its vectors are {words_for(mine)}, but those that {encoder} makes are {words_for(made)}"
        else:
            return
        file = "n_columns.npy" if isinstance(mine, Sparse) else "vectors.npy"
        raise DamagedIndexError(corrupt_file_message(self.path / self.content["segments"][0]["name"] / file, how))

    def info(self) -> dict[str, Any]:
        """Return figures."""
        sizes = [written["size"] for written in self.content["files"].values()]
        encoder = self.content["encoder"]
        reason = encoder["query_reason"]
        queries = "compiled" if encoder["query_file"] else reason and f"need the encoder: {reason}"
        return {
            "encoder": encoder["name"],
            **({"queries": queries} if queries else {}),
            "path": str(self.path),
            "bytes": sum(sizes),
            "textvec": self.content["textvec"],
        }

    def verify(self) -> None:
        """Read everything, and raise an error if anything is not what was written."""
        Folder(self.path, verify=True)

    def newest(self) -> Folder:
        """Return the folder in the state that is there now, be it of another index; this one stays as it is.

        What is mapped, read or prepared of this state, and has not changed, the other one shares.
        """
        folder = Folder.__new__(Folder)
        vars(folder).update(vars(self), _encoders=dict(self._encoders))
        folder._refresh()
        return folder

    def _refresh(self, verify: bool = False) -> None:
        """Read the state that is there now."""
        before: State | None = vars(self).get("state")
        content = read_manifest(self.path)
        while before is None or not before.segments or content != before.content:
            try:
                state = State.opened(self.path, content, {} if before is None else before.unchanged(content))
                if verify:
                    state.compare(self.path)
                self._replace_state(state)
                return
            except DamagedIndexError:
                newer = read_manifest(self.path)
                if newer == content:
                    raise
                content = newer  # somebody committed a change meanwhile, and removes files of the old state

    def _replace_state(self, state: State) -> None:
        before: State | None = vars(self).get("state")
        kept = [] if before is None else [name for name in PREFIXES if state.has_encoder_of(before, name)]
        self._encoders = {name: stored for name, stored in self._encoders.items() if name in kept}
        self.state = state

    def __getstate__(self) -> dict[str, Any]:
        # Without the segments, which are copies in a pickle, the next change opens the files again.
        return {"path": self.path, "state": replace(self.state, segments={}), "_encoders": {}}
