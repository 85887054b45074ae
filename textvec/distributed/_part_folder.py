"""A folder of parts while it is written: whose it is, what of it is finished, and how it becomes whole.

    run.json           what is computed, from the first moment until the manifest is there
    part-00007.npz     of a worker, followed by part-00007.json, which says that it is finished
    manifest.json      comes last, and names all files

Whoever starts the same run again goes on where it was stopped. Another run is refused.

Tested in tests/distributed/test_parts.py.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from textvec._common.atomic_files import NO_ROOM, is_draft, replacing
from textvec.distributed._part_manifest import (
    ESTIMATOR,
    FEATURE_NAMES,
    FORMAT,
    MANIFEST,
    PART,
    read_content,
    write_content,
)
from textvec.index.storage.own_files import LOCK, is_plain, locked

RUN = "run.json"
_RECORD = re.compile(r"part-(\d{5,})\.json")
_WHAT = "the parts"


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Lock a folder of parts, which is made if it is not there; what the system refuses is told with what to do."""
    is_new, was_locked_once = not folder.exists(), os.path.lexists(folder / LOCK)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder, _WHAT):
            try:
                yield
            except BaseException:
                _remove_if_nothing_is_finished(folder)
                raise
    except OSError as error:
        if error.errno is None:  # our own errors, which say so
            raise
        remedy = "Make room on the disk" if error.errno in NO_ROOM else "Change its permissions, or name another folder"
        if isinstance(error, NotADirectoryError | FileExistsError):
            remedy = "A folder is needed where there is something else: name another one"
        raise type(error)(
            error.errno, f"Parts cannot be written to {folder}: {error.strerror}. {remedy}", error.filename
        ) from error
    finally:
        if is_new:
            _remove_if_empty(folder)
        elif not was_locked_once and not any(os.path.lexists(folder / name) for name in (RUN, MANIFEST)):
            with suppress(OSError):  # it is no folder of ours
                (folder / LOCK).unlink()


def begin(
    folder: Path, identity: Mapping[str, Any], overwrite: bool, kept: Collection[str]
) -> dict[int, dict[str, Any]] | None:
    """Make a locked folder that of a run.

    Parameters
    ----------
    folder : Path
    identity : mapping
        What the run is.
    overwrite : bool
        Whether what another run, or this one, has written is removed.
    kept : collection of str
        Files that are there already for this run.

    Returns
    -------
    dict or None
        What is said of its finished parts, by their numbers; None if the run has come to its end.

    Raises
    ------
    FileExistsError
        If it is the folder of another run, or holds other things.
    """
    before = check(folder, identity, overwrite)
    finished = {} if overwrite or before is None else _finished(folder)
    if not overwrite and before is not None and _is_complete(folder, finished):
        remove_others(folder, _named(read_content(folder)))
        return None
    (folder / MANIFEST).unlink(missing_ok=True)
    with replacing(folder / RUN) as [file]:
        file.write(json.dumps({"format": FORMAT, "identity": identity}).encode())
    for number, about in finished.items():  # the manifest knew of them, and has been removed
        with replacing(folder / record_name(number)) as [file]:
            file.write(json.dumps({"identity": identity, **about}).encode())
    of_parts = {name for number, about in finished.items() for name in (record_name(number), *about["files"])}
    remove_others(folder, {RUN, *kept, *of_parts, *(() if overwrite else (ESTIMATOR, FEATURE_NAMES))})
    return finished


def check(folder: Path, identity: Mapping[str, Any], overwrite: bool) -> dict[str, Any] | None:
    """Return the identity of the run that a folder belongs to, or None if it belongs to none.

    Parameters
    ----------
    folder : Path
    identity : mapping
        What the run is that wants the folder, or what is known of it before the estimator is fitted.
    overwrite : bool
        Whether what another run has written may be removed.

    Raises
    ------
    FileExistsError
        If it is the folder of another run, or holds other things.
    """
    before = _identity_in(folder)
    strangers = [path.name for path in folder.iterdir() if path.name != LOCK and not is_own(path.name)]
    if before is None and (strangers or os.path.lexists(folder / MANIFEST)):
        raise FileExistsError(
            f"{folder} holds no parts, but {min(strangers, default=MANIFEST)!r}. Name a folder that is new or empty."
        )
    if before is not None and not overwrite and before != (wanted := {**before, **identity}):
        raise FileExistsError(
            f"{folder} belongs to another run, {_difference(before, wanted)}. Name another folder, or overwrite it."
        )
    return before


def n_finished(folder: Path) -> int:
    """Return how many parts of a run that was stopped are finished."""
    return sum(bool(_RECORD.fullmatch(path.name)) for path in folder.iterdir()) if folder.is_dir() else 0


def record_name(number: int) -> str:
    """Return the file that says that a part is finished."""
    return f"part-{number:05}.json"


def record_of(folder: Path, identity: Mapping[str, Any]) -> Callable[[dict[str, Any]], bytes]:
    """Return what makes the record of a part, unless the folder is no longer that of the run; workers call it."""

    def record(about: dict[str, Any]) -> bytes:
        if _identity_of_run(folder) != identity:
            raise FileNotFoundError(f"{folder} is no longer the folder of this run, so a part of it was not written.")
        return json.dumps({"identity": identity, **about}).encode()

    return record


def finish(folder: Path, content: Mapping[str, Any]) -> None:
    """Write the manifest of a run, and remove what is needed no longer, and what killed workers left.

    Raises
    ------
    FileNotFoundError
        If files that workers have written are not there.
    """
    for part in content["parts"]:
        for name, written in part["files"].items():
            if not _has_size(folder / name, written["size"]):
                raise FileNotFoundError(
                    f"A worker has written {name}, but it is not in {folder} on this machine. The folder must be one "
                    "that all workers share under the same name."
                )
    write_content(folder, content)
    remove_others(folder, _named(content))


def remove_others(folder: Path, kept: Collection[str]) -> None:
    """Remove the files of ours that are not among those that are kept."""
    for path in folder.iterdir():
        if path.name not in kept and is_own(path.name) and is_plain(path, stat.S_ISREG):
            with suppress(OSError):
                path.unlink()


def is_own(name: str) -> bool:
    """Tell whether a file has a name that is given to parts and what belongs to them, or to their drafts."""
    if name in (RUN, MANIFEST, ESTIMATOR, FEATURE_NAMES) or PART.fullmatch(name) or _RECORD.fullmatch(name):
        return True
    of = name[1:-13]  # a draft begins with a full stop, and ends with another, eight digits and ".tmp"
    return bool(of) and not of.startswith(".") and is_own(of) and is_draft(name, of)


def _identity_in(folder: Path) -> dict[str, Any] | None:
    """Return the identity of the run that a folder belongs to, or None if it belongs to none."""
    of_run = _identity_of_run(folder)
    if of_run is not None or not os.path.lexists(folder / MANIFEST):
        return of_run
    identity: dict[str, Any] = read_content(folder)["identity"]
    return identity


def _identity_of_run(folder: Path) -> dict[str, Any] | None:
    try:
        run = json.loads((folder / RUN).read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    return run.get("identity") if isinstance(run, dict) and run.get("format") == FORMAT else None


def _finished(folder: Path) -> dict[int, dict[str, Any]]:
    """Return what is said of the finished parts: by the manifest, or by their records."""
    found: dict[int, dict[str, Any]] = {}
    if (folder / MANIFEST).exists():
        found = dict(enumerate(read_content(folder)["parts"]))
    else:
        identity = _identity_of_run(folder)
        for path in folder.iterdir():
            match = _RECORD.fullmatch(path.name)
            if match:
                record = json.loads(path.read_bytes())
                if record.pop("identity", None) == identity:
                    found[int(match[1])] = record
    return {
        number: about
        for number, about in sorted(found.items())
        if all(_has_size(folder / name, written["size"]) for name, written in about["files"].items())
    }


def _named(content: Mapping[str, Any]) -> set[str]:
    """Return the names of all files of a folder with a manifest."""
    return {MANIFEST, *content["files"], *(name for part in content["parts"] for name in part["files"])}


def _is_complete(folder: Path, finished: Mapping[int, Any]) -> bool:
    """Tell whether a folder has a manifest, and all files that it names."""
    if not (folder / MANIFEST).exists():
        return False
    content = read_content(folder)
    return len(finished) == len(content["parts"]) and all(
        _has_size(folder / name, written["size"]) for name, written in content["files"].items()
    )


def _difference(before: Mapping[str, Any], identity: Mapping[str, Any]) -> str:
    """Say what a run does differently."""
    words = {
        "estimator": "with another estimator",
        "keep": "with other columns kept",
        "documents": "of other documents",
        "format": "in another format",
        "textvec": "by another version of textvec",
    }
    return next((words[each] for each in words if before.get(each) != identity.get(each)), "of another kind")


def _has_size(path: Path, size: int) -> bool:
    return is_plain(path, stat.S_ISREG) and path.stat().st_size == size


def _remove_if_nothing_is_finished(folder: Path) -> None:
    """Remove what a run has begun with, if there is no part to go on from."""
    names = [path.name for path in folder.iterdir()]
    if MANIFEST not in names and not any(map(_RECORD.fullmatch, names)):
        remove_others(folder, ())


def _remove_if_empty(folder: Path) -> None:
    """Remove a folder that was made for nothing."""
    with suppress(OSError):
        if [path.name for path in folder.iterdir()] == [LOCK]:
            (folder / LOCK).unlink()
        folder.rmdir()
