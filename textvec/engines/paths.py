"""Paths and URLs of files: which there are, how large they are, and their bytes.

Local files are opened by Python. What has ``://`` in its name is opened by fsspec, which is imported only then.

Tested in tests/engines/test_files.py.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable
from pathlib import Path, PurePath
from typing import Any, BinaryIO, cast

from textvec._common.optional import import_fsspec
from textvec.readers.errors import ReadError

_MAX_SHOWN = 200  # Characters of a path that an error shows. Somebody may give texts.


def is_url(path: str) -> bool:
    """Tell whether fsspec opens a path."""
    return "://" in path


def expanded(path: str, options: dict[str, Any]) -> list[str]:
    """Return the files that a path, a pattern, or a folder stands for, sorted; of a folder, those below it as well.

    In a folder, names that begin with a dot or an underscore are passed over.

    Raises
    ------
    ReadError
        If there is none.
    """
    files = _of_url(path, options) if is_url(path) else _of_path(path)
    if not files:
        what = "The pattern matches no file" if glob.has_magic(path) else "There is no file or folder"
        shown = path if len(path) <= _MAX_SHOWN else f"{path[:_MAX_SHOWN]}..."
        raise ReadError(
            f"{what}: '{shown}'. Give a file, a folder with files, or a pattern such as 'reviews/*.parquet'. A "
            "string is a path here, not a text."
        )
    return files


def size_of(path: str, options: dict[str, Any]) -> int:
    """Return how many bytes a file has."""
    if not is_url(path):
        return Path(path).stat().st_size
    files, inner = filesystem_of(path, options)
    return int(files.size(inner))


def opened(path: str, options: dict[str, Any]) -> BinaryIO:
    """Open a file to read it at any place."""
    if not is_url(path):
        return Path(path).open("rb")
    files, inner = filesystem_of(path, options)
    return cast(BinaryIO, files.open(inner, "rb"))


def changed(path: str) -> ReadError:
    """Return the error that a file is not the one that was cut into pieces."""
    return ReadError(f"{path} has changed since work began on it. Begin again.")


def _of_path(path: str) -> list[str]:
    is_there = os.path.lexists(path)  # false, and no error as of pathlib, where a text is too long for a name
    found = [path] if is_there else sorted(glob.glob(path, recursive=True))  # noqa: PTH207, which has no patterns that are absolute
    files = [each for each in found if Path(each).is_file()]
    for folder in (each for each in found if Path(each).is_dir()):
        below = (Path(root, name) for root, _, names in os.walk(folder) for name in names)
        files += sorted(
            str(each) for each in below if not _is_hidden(each.relative_to(folder).parts) and _is_read(each)
        )
    return files


def _of_url(path: str, options: dict[str, Any]) -> list[str]:
    files, inner = filesystem_of(path, options)
    is_name = not glob.has_magic(inner) or files.exists(inner)  # as a name may have brackets
    found = sorted(files.glob(inner)) if not is_name else [inner] if files.exists(inner) else []
    listed: list[str] = []
    for each in found:
        if files.isdir(each):
            below = sorted(files.find(each))
            listed += [file for file in below if not _is_hidden(PurePath(file).relative_to(PurePath(each)).parts)]
        else:
            listed.append(each)
    return [files.unstrip_protocol(each) for each in listed]


def _is_read(path: Path) -> bool:
    """Tell whether a path in a folder is a file, or a link to none, which is an error; a pipe would be waited for."""
    return path.is_file() or not path.exists()


def _is_hidden(parts: Iterable[str]) -> bool:
    return any(part.startswith((".", "_")) for part in parts)


def filesystem_of(path: str, options: dict[str, Any]) -> tuple[Any, str]:
    """Return the file system of a URL, and the path there."""
    fsspec = import_fsspec(f"Reading {path}")
    try:
        files, inner = fsspec.core.url_to_fs(path, **options)
    except ValueError as error:
        raise ReadError(f"{path} cannot be read: {str(error).rstrip('.')}.") from error
    except ImportError as error:
        raise ImportError(f"Reading {path} needs another package: {error}") from error
    return files, inner
