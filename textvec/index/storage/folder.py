"""An index on disk: a folder of files that never change, and a manifest that says which of them are the index.

A change writes new files, and then puts a new manifest in the place of the old one, in one step: whoever is killed,
and whenever, the folder holds the old state or the new one. Files that no manifest names are removed by the next
change. Nothing is read at opening but the manifest and the heads of the files: the rest is mapped into memory.

    manifest.json        the parts, the size and SHA-256 of every file, and its own SHA-256
    encoder-1.textvec    see `textvec.save`
    segment-1/           documents.arrow, metadata.arrow, and an .npy file for each array of vectors and passages
    deleted-3.npy        the places of deleted documents of a segment
    lock                 held by the one who writes
"""

from __future__ import annotations

import glob
import hashlib
import json
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from textvec._common.atomic_files import replacing
from textvec._version import __version__
from textvec.encoders.encode import TRANSFORMER
from textvec.index._collection import Collection, Part
from textvec.index._segment import Segment, kind_of
from textvec.index.errors import DamagedIndexError, damaged
from textvec.index.storage.segment_files import load, read_segment, save, sync, write_segment

if TYPE_CHECKING:
    from textvec.encoders.query_encoder import QueryEncoder

T = TypeVar("T")

FORMAT, VERSION = "textvec index", 1
MANIFEST, LOCK = "manifest.json", "lock"
_OWN = re.compile(r"segment-\d+-\d+(/\w+\.(npy|arrow))?|deleted-\d+-\d+\.npy|encoder-\d+\.textvec")


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
        encoder: Callable[[Path], None] | None,
        overwrite: bool,
    ) -> None:
        """Write an index to a folder that does not exist, is empty, or, to overwrite it, holds an index.

        Parameters
        ----------
        path : Path
        collection : Collection
        about : dict
            What else the manifest shall say.
        encoder : callable or None
            Writes the encoder to a path.
        overwrite : bool
        """
        path, about = path.absolute(), {**about, "identity": secrets.token_hex(8)}
        if path.is_dir() and (path / MANIFEST).exists():
            if not overwrite:
                raise FileExistsError(f"There is an index at {path} already. Overwrite it, or save to another folder.")
            with _locked(path):
                before = _read_manifest(path)
                _remove_others(path, before)
                _commit(path, collection, about, encoder, before, {})
                _remove_others(path, _read_manifest(path))
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
                _commit(self.path, changed, about, None, self.content, names)
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

        return self._read_encoder(load_encoder)

    @cached_property
    def query_encoder(self) -> QueryEncoder | None:
        """What encodes a few queries in the place of the encoder, without scikit-learn; None if nothing does."""
        if self.content["encoder"]["kind"] != TRANSFORMER:
            return None
        from textvec.encoders.saved_encoder import read_query_encoder

        return self._read_encoder(read_query_encoder)

    def _read_encoder(self, read: Callable[[Path], T]) -> T:
        self._check_identity()
        try:
            return read(self.path / self.content["encoder"]["file"])
        except FileNotFoundError as error:
            raise DamagedIndexError(damaged(Path(error.filename), "it is missing")) from None

    def _check_identity(self) -> None:
        """Raise an error if there is another index now at the path: vectors of two encoders do not belong together."""
        if _read_manifest(self.path)["identity"] != self.content["identity"]:
            raise DamagedIndexError(f"The index at {self.path} was written anew: open it again.")

    def info(self) -> dict[str, Any]:
        """Return figures."""
        sizes = [written["size"] for written in self.content["files"].values()]
        return {
            "encoder": self.content["encoder"]["name"],
            "path": str(self.path),
            "bytes": sum(sizes),
            "textvec": self.content["textvec"],
        }

    def verify(self) -> None:
        """Read everything, and raise an error if anything is not what was written."""
        Folder(self.path, verify=True)

    def _refresh(self, verify: bool = False) -> None:
        """Read the state that is there now."""
        content = _read_manifest(self.path)
        while content != self.content:
            try:
                if verify:
                    self._check(content, content["files"])
                self.collection = self._read(content)
            except (FileNotFoundError, DamagedIndexError) as error:
                newer = _read_manifest(self.path)
                if newer != content:  # somebody committed a change meanwhile, and removes files of the old state
                    content = newer
                    continue
                if isinstance(error, DamagedIndexError):
                    raise
                raise DamagedIndexError(damaged(Path(error.filename), "it is missing")) from None
            self.content = content

    def _read(self, content: Mapping[str, Any]) -> Collection:
        for name, written in content["files"].items():
            size = (self.path / name).stat().st_size
            if size != written["size"]:
                raise DamagedIndexError(
                    damaged(self.path / name, f"it has {size:,} bytes, where {written['size']:,} were written")
                )
        segments, parts = {}, []
        for part in content["parts"]:
            name = part["segment"]
            segment = self._segments.get(name)
            if segment is None:
                files = [file.removeprefix(f"{name}/") for file in content["files"] if file.startswith(f"{name}/")]
                segment = read_segment(self.path / name, files, part["rows"])
            segments[name] = segment
            if len(segments[name]) != part["n_documents"]:
                raise DamagedIndexError(damaged(self.path / name, "it holds another number of documents"))
            deleted = np.empty(0, np.int64)
            if part["deleted"]:
                self._check(content, [part["deleted"]])
                deleted = load(self.path / part["deleted"])
            parts.append(Part(segments[name], deleted))
        self._segments = segments
        return Collection(tuple(parts), content["next_id"], content["approximate"])

    def _check(self, content: Mapping[str, Any], names: Iterable[str]) -> None:
        """Compare files with their checksums."""
        for name in names:
            if _digest(self.path / name) != content["files"][name]["sha256"]:
                raise DamagedIndexError(damaged(self.path / name, "its content is not what was written"))


def _commit(
    path: Path,
    collection: Collection,
    about: Mapping[str, Any],
    encoder: Callable[[Path], None] | None,
    before: Mapping[str, Any],
    names: Mapping[Segment, str],
) -> None:
    """Write what is not in the folder yet, and the manifest at last.

    `before` is the manifest's content before, `names` those of the segments that are there already, and `encoder`
    is None if it is there.
    """
    generation = before["generation"] + 1
    about, used = dict(about), []
    if encoder is not None:
        file = f"encoder-{generation}.textvec"
        encoder(path / file)
        about["encoder"] = {**about["encoder"], "file": file}
    if about["encoder"]["file"]:
        used.append(about["encoder"]["file"])
    parts = []
    for number, (segment, deleted) in enumerate(collection.parts):
        name = names.get(segment)
        if name is None:
            name = f"segment-{generation}-{number}"
            write_segment(path / name, segment)
        removed = None
        if len(deleted):
            removed = f"deleted-{generation}-{number}.npy"
            save(path / removed, deleted)
            used.append(removed)
        used += [f"{name}/{file.name}" for file in sorted((path / name).iterdir())]
        parts.append({"segment": name, "rows": kind_of(segment.rows), "n_documents": len(segment), "deleted": removed})
    content = {
        "textvec": __version__,
        "generation": generation,
        "next_id": collection.next_id,
        "approximate": collection.approximate,
        **about,
        "parts": parts,
        "files": {name: before["files"].get(name) or _described(path / name) for name in used},
    }
    head = {"format": FORMAT, "version": VERSION, "sha256": _checksum(content), "content": content}
    sync(path)
    with replacing(path / MANIFEST) as (manifest,):
        manifest.write(json.dumps(head, indent=1).encode())
    sync(path)


def _put(draft: Path, path: Path) -> None:
    """Rename a folder, if nothing came to be in its place."""
    try:
        os.replace(draft, path)  # noqa: PTH105
    except OSError as error:
        if not path.is_dir():
            raise
        raise FileExistsError(f"Somebody else has written to {path} meanwhile.") from error


def _read_manifest(path: Path) -> dict[str, Any]:
    try:
        text = (path / MANIFEST).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        what = f"{path} is no index: it has no {MANIFEST}" if path.exists() else f"There is no folder {path}"
        raise FileNotFoundError(f"{what}.") from None
    try:
        head = json.loads(text)
        if head["format"] != FORMAT:
            raise ValueError("it is that of something else")
        if head["version"] > VERSION:
            raise DamagedIndexError(
                f"The index at {path} is of format version {head['version']}, and this textvec, {__version__}, "
                f"reads versions up to {VERSION}. Install a newer textvec."
            )
        content: dict[str, Any] = head["content"]
        if head["sha256"] != _checksum(content):
            raise ValueError("its content is not what was written")
        parts, encoder = content["parts"], content["encoder"]["file"]
        named = {*content["files"], *(part["segment"] for part in parts), *(part["deleted"] for part in parts), encoder}
        stray = next((name for name in named - {None} if not _OWN.fullmatch(name)), None)
        if stray is not None:
            raise ValueError(f"it names {stray!r}, which is no file of an index")
        if not content.keys() >= {"identity", "generation", "next_id", "approximate", "chunker"}:
            raise ValueError("it does not say all that it must")
    except DamagedIndexError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DamagedIndexError(damaged(path / MANIFEST, str(error))) from None
    return content


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
    kept = {*content["files"], *(part["segment"] for part in content["parts"]), MANIFEST, LOCK}
    for file in path.iterdir():
        if file.name in kept or not (_OWN.fullmatch(file.name) or file.suffix == ".tmp"):
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


def _checksum(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
