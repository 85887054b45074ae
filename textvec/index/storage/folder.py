"""An index on disk: a folder of files that never change, and a manifest that says which of them are the index.

A change writes new files, and then replaces the old manifest by a new one, in one step: whoever is killed,
and whenever, the folder holds the old state or the new one. Files that no manifest names are removed by the next
change. Nothing is read at opening but the manifest and the heads of the files: the rest is mapped into memory.

    manifest.json        the segments, the size and SHA-256 of every file, and its own SHA-256
    encoder-1.textvec    see `textvec.save`
    query-1.textvec      the description of the encoder for queries, see `encoders.query_description`
    segment-1-0/         documents.arrow, metadata.arrow, and an .npy file for each array of vectors and passages
    deleted-3-0.npy      the ordinals of deleted documents of a segment
    lock                 held by the one who writes
"""

from __future__ import annotations

import glob
import hashlib
import os
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from textvec._version import __version__
from textvec.index._collection import Collection, LiveSegment
from textvec.index._segment import Segment
from textvec.index.errors import DamagedIndexError, corrupt_file_message
from textvec.index.storage.encoder_files import EncoderWriters
from textvec.index.storage.manifest import MANIFEST, OWN_NAME, read_manifest, write_manifest
from textvec.index.storage.segment_files import load, read_segment, save, sync, write_segment

if TYPE_CHECKING:
    from textvec.encoders.query_encoder import QueryEncoder

T = TypeVar("T")

LOCK = "lock"


class Folder:
    """The folder of an index, and the state of it that was read last.

    Attributes
    ----------
    path : Path
    content : dict
        What the manifest says.
    collection : Collection
    """

    def __init__(self, path: str | os.PathLike[str], verify: bool = False) -> None:
        self.path = Path(path)
        self.content: dict[str, Any] = {}
        self._segments: dict[str, Segment] = {}
        self._refresh(verify)

    @classmethod
    def write(
        cls,
        path: Path,
        collection: Collection,
        about: dict[str, Any],
        encoder: EncoderWriters,
        overwrite: bool,
    ) -> None:
        """Write an index to a folder that does not exist, is empty, or, to overwrite it, holds an index.

        Parameters
        ----------
        path : Path
        collection : Collection
        about : dict
            What else the manifest is to say.
        encoder : EncoderWriters
        overwrite : bool
        """
        path, about = path.absolute(), {**about, "identity": secrets.token_hex(8)}
        if path.is_dir() and (path / MANIFEST).exists():
            if not overwrite:
                raise FileExistsError(f"There is an index at {path} already. Overwrite it, or save to another folder.")
            with _locked(path):
                before = read_manifest(path)
                _remove_others(path, before)
                _commit(path, collection, about, encoder, before, {})
                _remove_others(path, read_manifest(path))
            return
        if path.exists() and not (path.is_dir() and not any(path.iterdir())):
            raise FileExistsError(f"{path} exists, and is no index. Save to a folder that is new or empty.")
        path.parent.mkdir(parents=True, exist_ok=True)
        for left in path.parent.glob(f".{glob.escape(path.name[:200])}.{'[0-9a-f]' * 8}.tmp"):
            if (left / LOCK).exists():  # the draft of a writer that was killed, or of one that is still at it
                with suppress(BlockingIOError), _locked(left):
                    shutil.rmtree(left, ignore_errors=True)
        draft = path.with_name(f".{path.name[:200]}.{secrets.token_hex(4)}.tmp")
        draft.mkdir()
        try:
            with _locked(draft):
                _commit(draft, collection, about, encoder, {"generation": 0, "files": {}}, {})
                _put(draft, path)
            sync(path.parent)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise

    def change(self, change: Callable[[Collection], Collection]) -> Collection:
        """Apply a change to the newest state, and commit it.

        Raises
        ------
        BlockingIOError
            If somebody else is writing.
        """
        with _locked(self.path):
            self._check_identity()
            self._refresh()
            changed = change(self.collection)
            if changed is not self.collection:
                names = {segment: name for name, segment in self._segments.items()}
                about = {name: self.content[name] for name in ("encoder", "chunker", "identity")}
                _remove_others(self.path, self.content)
                _commit(self.path, changed, about, EncoderWriters(), self.content, names)
                self._refresh()
                _remove_others(self.path, self.content)
        return self.collection

    def load_encoder(self) -> Any:
        """Return the encoder.

        Raises
        ------
        ValueError
            If it is a function, which is not saved.
        """
        stored = self.content["encoder"]
        if stored["kind"] == "function":
            raise ValueError(
                f"The encoder of the index at {self.path} is a function, which is not saved. Pass it: "
                "CosineIndex.open(path, encoder=function)."
            )
        from textvec.persistence import load as load_encoder

        return self._read(stored["file"], load_encoder)

    @cached_property
    def query_encoder(self) -> QueryEncoder | None:
        """What encodes a few queries instead of the encoder, without scikit-learn; None if nothing does."""
        name = self.content["encoder"]["query_file"]
        if name is None:
            return None
        from textvec.index.storage.query_file import read_query_file

        return self._read(name, read_query_file)

    def _read(self, name: str, read: Callable[[Path], T]) -> T:
        """Read a file of the encoder."""
        self._check_identity()
        try:
            return read(self.path / name)
        except FileNotFoundError as error:
            raise DamagedIndexError(corrupt_file_message(Path(error.filename), "it is missing")) from None

    def _check_identity(self) -> None:
        """Raise an error if there is another index now at the path: vectors of two encoders do not belong together."""
        if read_manifest(self.path)["identity"] != self.content["identity"]:
            raise DamagedIndexError(f"The index at {self.path} was written anew: open it again.")

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

    def _refresh(self, verify: bool = False) -> None:
        """Read the state that is there now."""
        content = read_manifest(self.path)
        while content != self.content:
            try:
                if verify:
                    self._check(content, content["files"])
                self.collection = self._open(content)
            except (FileNotFoundError, DamagedIndexError) as error:
                newer = read_manifest(self.path)
                if newer != content:  # somebody committed a change meanwhile, and removes files of the old state
                    content = newer
                    continue
                if isinstance(error, DamagedIndexError):
                    raise
                raise DamagedIndexError(corrupt_file_message(Path(error.filename), "it is missing")) from None
            self.content = content

    def _open(self, content: Mapping[str, Any]) -> Collection:
        for name, written in content["files"].items():
            size = (self.path / name).stat().st_size
            if size != written["size"]:
                raise DamagedIndexError(
                    corrupt_file_message(
                        self.path / name, f"it has {size:,} bytes, where {written['size']:,} were written"
                    )
                )
        segments, live = {}, []
        for described in content["segments"]:
            name = described["name"]
            segment = self._segments.get(name)
            if segment is None:
                files = [file.removeprefix(f"{name}/") for file in content["files"] if file.startswith(f"{name}/")]
                segment = read_segment(self.path / name, files, described["backend"])
            segments[name] = segment
            if len(segment) != described["n_documents"]:
                raise DamagedIndexError(corrupt_file_message(self.path / name, "it holds another number of documents"))
            deleted = np.empty(0, np.int64)
            if described["deleted"]:
                self._check(content, [described["deleted"]])
                deleted = load(self.path / described["deleted"])
            live.append(LiveSegment(segment, deleted))
        self._segments = segments
        return Collection(tuple(live), content["next_id"], content["backend"])

    def _check(self, content: Mapping[str, Any], names: Iterable[str]) -> None:
        """Compare files with their checksums."""
        for name in names:
            if _digest(self.path / name) != content["files"][name]["sha256"]:
                raise DamagedIndexError(corrupt_file_message(self.path / name, "its content is not what was written"))


def _commit(
    path: Path,
    collection: Collection,
    about: Mapping[str, Any],
    encoder: EncoderWriters,
    before: Mapping[str, Any],
    names: Mapping[Segment, str],
) -> None:
    """Write what is not in the folder yet, and the manifest at last.

    `before` is the manifest's content before, `names` are those of the segments that are there already.
    """
    generation = before["generation"] + 1
    about = {**about, "encoder": dict(about["encoder"])}
    for role, stem, write in zip(EncoderWriters._fields, ("encoder", "query"), encoder, strict=True):
        if write is not None:
            about["encoder"][role] = f"{stem}-{generation}.textvec"
            write(path / about["encoder"][role])
    used = [about["encoder"][role] for role in EncoderWriters._fields if about["encoder"][role]]
    segments = []
    for number, (segment, deleted) in enumerate(collection.segments):
        name = names.get(segment)
        if name is None:
            name = f"segment-{generation}-{number}"
            write_segment(path / name, segment)
        deletions = None
        if len(deleted):
            deletions = f"deleted-{generation}-{number}.npy"
            save(path / deletions, deleted)
            used.append(deletions)
        used += [f"{name}/{file.name}" for file in sorted((path / name).iterdir())]
        segments.append(
            {"name": name, "backend": segment.rows.backend, "n_documents": len(segment), "deleted": deletions}
        )
    content = {
        "textvec": __version__,
        "generation": generation,
        "next_id": collection.next_id,
        "backend": collection.backend,
        **about,
        "segments": segments,
        "files": {name: before["files"].get(name) or _described(path / name) for name in used},
    }
    sync(path)
    write_manifest(path, content)
    sync(path)


def _put(draft: Path, path: Path) -> None:
    """Rename a folder, if nothing came to be in its place."""
    try:
        os.replace(draft, path)  # noqa: PTH105
    except OSError as error:
        if not path.is_dir():
            raise
        raise FileExistsError(f"Somebody else has written to {path} meanwhile.") from error


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    from filelock import FileLock, Timeout

    try:
        lock = FileLock(path / LOCK, timeout=0)
        with lock:
            yield
    except Timeout:
        raise BlockingIOError(
            f"Somebody else is writing to the index at {path}. Try again when that is done."
        ) from None


def _remove_others(path: Path, content: Mapping[str, Any]) -> None:
    """Remove what an index once needed, or would have needed if its writer had not been killed."""
    kept = {*content["files"], *(segment["name"] for segment in content["segments"]), MANIFEST, LOCK}
    for file in path.iterdir():
        if file.name in kept or not (OWN_NAME.fullmatch(file.name) or file.suffix == ".tmp"):
            continue
        if file.is_dir():
            shutil.rmtree(file, ignore_errors=True)  # somebody on Windows may still read it
        else:
            file.unlink(missing_ok=True)


def _described(path: Path) -> dict[str, Any]:
    return {"size": path.stat().st_size, "sha256": _digest(path)}


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
