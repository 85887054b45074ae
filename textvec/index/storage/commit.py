"""Writing a state of an index: new files first, then a manifest beside the old one, which is opened, and replaces it.

Tested in tests/index/storage/test_folder.py.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from textvec._common.atomic_files import NO_ROOM, draft_path, is_draft
from textvec._version import __version__
from textvec.index._collection import Collection
from textvec.index._segment import Segment
from textvec.index.errors import DamagedIndexError, reading
from textvec.index.storage.bm25_fields import described
from textvec.index.storage.encoder_files import NAMES, PREFIXES, EncoderFiles, EncoderWriters
from textvec.index.storage.manifest import MANIFEST, read_manifest, write_draft
from textvec.index.storage.mapped import digest, mapped, sync, write_array
from textvec.index.storage.own_files import LOCK, free_generation, holds_nothing_else, locked, remove_others
from textvec.index.storage.segment_files import write_segment
from textvec.index.storage.state import State

NOTHING: dict[str, Any] = {"generation": 0, "segments": [], "files": {}}
"""The content of the manifest of an index that is not there yet."""


class About(NamedTuple):
    """What a manifest says besides the collection.

    Attributes
    ----------
    encoder : dict
    dense_encoder : dict or None
    chunker : dict or None
    bm25 : dict or None
    identity : str
    """

    encoder: dict[str, Any]
    dense_encoder: dict[str, Any] | None
    chunker: dict[str, Any] | None
    bm25: dict[str, Any] | None
    identity: str


def write_index(
    given: Path,
    collection: Collection,
    encoders: Mapping[str, EncoderFiles],
    chunker: dict[str, Any] | None,
    overwrite: bool,
) -> None:
    """Write an index to a folder that does not exist, is empty, or, to overwrite it, holds an index.

    Parameters
    ----------
    given : Path
    collection : Collection
    encoders : mapping of str to EncoderFiles
        By the field of the manifest.
    chunker : dict or None
        What the manifest is to say of it.
    overwrite : bool
    """
    path, writers = given.absolute(), {field: writers for field, (_, writers) in encoders.items()}
    fields: dict[str, Any] = {"dense_encoder": None, **{field: about for field, (about, _) in encoders.items()}}
    about = About(**fields, chunker=chunker, bm25=described(collection.bm25), identity=secrets.token_hex(8))
    check_target(path, overwrite)
    with _told(path):
        if path.exists():
            with locked(path):
                check_target(path, overwrite)
                is_new = not os.path.lexists(path / MANIFEST)
                before = NOTHING if is_new else read_manifest(path)
                try:
                    commit(path, collection, about, writers, before, {})
                except BaseException:
                    if is_new:
                        with suppress(OSError):
                            (path / LOCK).unlink()
                    raise
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove_left_drafts(path)
        draft = draft_path(path)
        draft.mkdir()
        try:
            with locked(draft):
                commit(draft, collection, about, writers, NOTHING, {})
                _put(draft, path)
            sync(path.parent)
        except BaseException:
            _remove_draft(draft)
            raise


def check_target(path: Path, overwrite: bool) -> None:
    """Raise an error if no index may be written to a path, before any work is done for it.

    Raises
    ------
    FileExistsError
        If there is a file, a folder that is neither empty nor an index, or an index that may not be overwritten.
    FileNotFoundError
        If there is a link that leads nowhere.
    """
    if path.is_symlink() and not path.exists():
        raise FileNotFoundError(
            f"{path} is a symbolic link to {os.readlink(path)}, where there is nothing. Make that folder, or save to "  # noqa: PTH115
            "another one."
        )
    if not path.exists():
        return
    if path.is_dir() and (path / MANIFEST).exists():
        if not overwrite:
            raise FileExistsError(f"There is an index at {path} already. Overwrite it, or save to another folder.")
        read_manifest(path)
    elif not path.is_dir() or not holds_nothing_else(path):
        raise FileExistsError(f"{path} exists, and is no index. Save to a folder that is new or empty.")


def commit(
    path: Path,
    collection: Collection,
    about: About,
    writers: Mapping[str, EncoderWriters],
    before: Mapping[str, Any],
    known: Mapping[str, Segment],
) -> State:
    """Write what is not in a locked folder yet, and make it the index if it can be opened.

    Parameters
    ----------
    path : Path
    collection : Collection
    about : About
    writers : mapping of str to EncoderWriters
        Of encoders that are new, by the field of the manifest.
    before : mapping
        The content of the manifest before.
    known : mapping of str to Segment
        Those segments that are there already, by their names.

    Returns
    -------
    State
        The new one, as it was opened.

    Raises
    ------
    OSError
        If it cannot be written. The old state is there then, and nothing else.
    """
    remove_others(path, _kept(before))
    try:
        draft = write_draft(path, _written(path, collection, about, writers, before, known))
        try:
            state = State.opened(path, read_manifest(path, draft.name), known)
        except DamagedIndexError as error:
            raise DamagedIndexError(f"Nothing was changed, as the new state could not be opened. {error}") from error
        sync(path)
        os.replace(draft, path / MANIFEST)  # noqa: PTH105
    except BaseException:
        with suppress(FileNotFoundError):  # Ctrl-C may come when the new manifest is in its place already
            before = read_manifest(path)
        remove_others(path, _kept(before))
        raise
    sync(path)
    remove_others(path, _kept(state.content))
    return state


def _written(
    path: Path,
    collection: Collection,
    about: About,
    writers: Mapping[str, EncoderWriters],
    before: Mapping[str, Any],
    known: Mapping[str, Segment],
) -> dict[str, Any]:
    """Write all files but the manifest, and return its content."""
    generation = free_generation(path, before["generation"] + 1)
    files: dict[str, Any] = {}
    encoders: dict[str, dict[str, Any] | None] = {}
    new = []
    for field, prefix in PREFIXES.items():
        if getattr(about, field) is None:
            encoders[field] = None
            continue
        encoder = encoders[field] = dict(getattr(about, field))
        for role, write in writers.get(field, EncoderWriters())._asdict().items():
            if write is not None:
                encoder[role] = prefix + NAMES[role].format(generation)
                write(path / encoder[role])
                new.append(encoder[role])
            elif encoder[role] is not None:
                files[encoder[role]] = before["files"][encoder[role]]
    names = {segment: name for name, segment in known.items()}
    segments = []
    for number, (segment, deleted) in enumerate(collection.segments):
        name = names.get(segment)
        if name is None:
            name = f"segment-{generation}-{number}"
            new += [f"{name}/{file}" for file in write_segment(path / name, segment)]
        else:
            files |= {file: about for file, about in before["files"].items() if file.startswith(f"{name}/")}
        deletions = None
        if len(deleted):
            deletions = f"deleted-{generation}-{number}.npy"
            write_array(path / deletions, deleted)
            new.append(deletions)
        segments.append(
            {"name": name, "backend": segment.rows.backend, "n_documents": len(segment), "deleted": deletions}
        )
    for name in new:
        with reading(path / name):
            content = mapped(path / name)
        files[name] = {"size": content.size, "sha256": digest(content)}
    return {
        "textvec": __version__,
        "generation": generation,
        "next_id": collection.next_id,
        "backend": collection.backend,
        **about._asdict(),
        **encoders,
        "segments": segments,
        "files": files,
    }


def _kept(content: Mapping[str, Any]) -> set[str]:
    return {*content["files"], *(segment["name"] for segment in content["segments"])}


def _put(draft: Path, path: Path) -> None:
    """Rename a folder, if nothing came to be at the path meanwhile."""
    try:
        os.replace(draft, path)  # noqa: PTH105
    except OSError as error:
        if not os.path.lexists(path):
            raise
        raise FileExistsError(f"Somebody else has written to {path} meanwhile.") from error


def _remove_left_drafts(path: Path) -> None:
    """Remove the drafts of writers to a path that were killed, and not of those that are still at it."""
    for left in path.parent.iterdir():
        if is_draft(left.name, path.name):
            remove_left(left)


def remove_left(folder: Path) -> None:
    """Remove an index that nobody needs, or the draft of one, unless somebody is writing to it."""
    if folder.is_dir() and not folder.is_symlink() and (folder / LOCK).exists():
        with suppress(OSError), locked(folder):
            _remove_draft(folder)


def _remove_draft(draft: Path) -> None:
    if not draft.exists():  # Ctrl-C may come when it is in its place already
        return
    remove_others(draft, ())
    with suppress(OSError):
        for name in (MANIFEST, LOCK):
            (draft / name).unlink(missing_ok=True)
        draft.rmdir()


@contextmanager
def changing(path: Path) -> Iterator[None]:
    """Lock a folder to write to it, see `locked`; what the system refuses is told with what to do."""
    with _told(path), locked(path):
        yield


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Say of what the system refuses that it is the index that cannot be written, and what to do."""
    try:
        yield
    except OSError as error:
        if error.errno is None:  # our own errors, which say so
            raise
        if isinstance(error, NotADirectoryError | FileExistsError):
            remedy = "A folder is needed where there is something else: move that away"
        else:
            remedy = "Make room on the disk" if error.errno in NO_ROOM else "Change its permissions"
        raise type(error)(
            error.errno,
            f"The index at {path} cannot be written, and is as it was: {error.strerror}. {remedy}, or save it to "
            "another folder",
            error.filename,
        ) from error
