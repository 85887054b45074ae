"""The folder of an index in shards: who may write to it, and what a build that failed has left there.

Tested in tests/distributed/test_building.py.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from textvec.distributed._shards import MARK
from textvec.index.storage.commit import remove_left
from textvec.index.storage.manifest import MANIFEST
from textvec.index.storage.own_files import LOCK, locked
from textvec.index.storage.shards import SHARD_NAME, described, is_sharded

_DRAFT = re.compile(rf"\.{SHARD_NAME.pattern}\.[0-9a-f]{{8}}\.tmp")
"""The names of drafts of shards, as `draft_path` gives them."""


def check_seen(path: Path, shard: Mapping[str, Any]) -> None:
    """Raise an error if this machine does not see what a worker has written."""
    with suppress(FileNotFoundError):
        if described(path / shard["name"]) == shard:
            return
    raise FileNotFoundError(
        f"A worker has written {shard['name']}, but it is not in {path} as this machine sees it. The folder must be on "
        "a file system that all workers share, under the same path."
    )


def next_number(shards: Sequence[Mapping[str, Any]]) -> int:
    """Return the number of the first shard that comes after others."""
    numbers = [int(match[1]) for shard in shards if (match := SHARD_NAME.fullmatch(shard["name"]))]
    return max(numbers, default=-1) + 1


def check_folder(folder: str | os.PathLike[str], overwrite: bool) -> None:
    """Raise an error if no index in shards may be written to a folder, before any work is done."""
    if "://" in os.fspath(folder):
        raise ValueError(
            f"build_index: shards are written to a folder that all workers share, and not to a URL, {str(folder)!r}. "
            "Mount it, and give the folder."
        )
    path = Path(folder).absolute()
    if is_sharded(path):
        if not overwrite:
            raise FileExistsError(
                f"There is an index in shards at {path} already. Overwrite it, add documents to it, or build to "
                "another folder."
            )
        return
    if not os.path.lexists(path):
        return
    strange = [path] if not path.is_dir() else sorted(each for each in path.iterdir() if not _is_own(each))
    if strange:
        raise FileExistsError(
            f"{path} exists, and is no index in shards: there is {strange[0]}. Build to a folder that is new or empty."
        )


def _is_own(path: Path) -> bool:
    """Tell whether a build may have left a file or a folder."""
    if path.is_symlink():
        return False
    name = path.name
    if path.is_dir():
        return bool(SHARD_NAME.fullmatch(name) or _DRAFT.fullmatch(name))
    return name == LOCK or bool(SHARD_NAME.fullmatch(name.removesuffix(MARK)) and name.endswith(MARK))


def remove_others(path: Path, kept: set[str]) -> None:
    """Remove shards that are not of the index, and what builds that failed have left."""
    for each in path.iterdir():
        if each.name in kept or each.name in (LOCK, MANIFEST) or not _is_own(each):
            continue
        if each.is_dir():
            remove_left(each)
        else:
            each.unlink(missing_ok=True)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Let nobody else write to a folder, which is made if it is not there; one in which nothing was done is removed."""
    is_new = not path.exists()
    path.mkdir(parents=True, exist_ok=True)
    try:
        with locked(path):
            yield
    finally:
        left = {each.name for each in path.iterdir()}
        if left == {LOCK}:
            (path / LOCK).unlink(missing_ok=True)
        if is_new and left <= {LOCK}:
            path.rmdir()
