"""What the fetchers share: where data lies on this machine, downloads with a limit, and errors that say what to do.

Tested in tests/datasets/test_fetching.py and tests/datasets/test_evaluation_sets.py.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import lzma
import os
import struct
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import requests


def folder_of_data(data_home: str | os.PathLike[str] | None) -> Path:
    """Return the data folder: the one given, or that of `TEXTVEC_DATA`, or the user's cache folder."""
    named = data_home if data_home is not None else os.environ.get("TEXTVEC_DATA")
    if named:
        return Path(named).expanduser().absolute()
    import pooch

    return Path(pooch.os_cache("textvec"))


_CORRUPT = (
    *(zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, struct.error),
    *(EOFError, LookupError, OSError, RuntimeError, ValueError),
)
"""What reading an archive raises if it is cut off, changed, encrypted or none."""


class NotWholeError(ValueError):
    """What was read is cut off, or no archive of the kind."""


@dataclass(frozen=True)
class Source:
    """A file of a publisher, as errors tell of it.

    Attributes
    ----------
    title : str
        What the data set is called, within a sentence.
    page : str
        The address of the page that offers the file to people.
    file : str
        Where in the data folder the file is looked for, if somebody puts it there.
    max_bytes : int
        A size that the file does not reach. What is longer is not the file, and is not read to its end.
    """

    title: str
    page: str
    file: str
    max_bytes: int

    @property
    def begin(self) -> str:
        """The title as it begins a sentence."""
        return self.title[0].upper() + self.title[1:]

    def by_hand(self, home: Path) -> str:
        """Say how to do without a download."""
        path = home / self.file
        return (
            f"Get {path.name} from {self.page} and put it at {path}, or set TEXTVEC_DATA to a folder with {self.file}."
        )

    def missing(self, home: Path) -> FileNotFoundError:
        """Make the error that the data folder lacks the data set."""
        return FileNotFoundError(
            f"{self.begin} is not in the data folder. {self.by_hand(home)} Or have it downloaded: download=True."
        )

    @contextmanager
    def downloading(self, url: str, home: Path) -> Iterator[None]:
        """Let errors of a download say where from, and how to do without; nothing is kept by then."""
        try:
            yield
        except (ConnectionError, NotWholeError) as error:
            reason = f"what came is {error}" if isinstance(error, NotWholeError) else str(error)
            raise ConnectionError(
                f"{self.begin} could not be downloaded from {url}: {reason}. {self.by_hand(home)}"
            ) from error.__cause__ or error
        except ValueError as error:
            raise ValueError(
                f"What {url} sent is not {self.title} as it was published: {error}. Nothing was kept. "
                f"{self.by_hand(home)}"
            ) from error

    @contextmanager
    def reading(self, path: Path) -> Iterator[None]:
        """Let errors about what a file holds name it."""
        try:
            yield
        except ValueError as error:
            reason = f"it is {error}" if isinstance(error, NotWholeError) else str(error)
            raise ValueError(
                f"{path} is not {self.title} as it was published: {reason}. "
                "Move it away, and it will be downloaded anew."
            ) from error

    @contextmanager
    def writing(self, path: Path) -> Iterator[None]:
        """Let errors of the system say what cannot be written."""
        try:
            yield
        except ConnectionError:
            raise
        except OSError as error:
            raise OSError(
                f"{self.begin} cannot be written to {path}: {error.strerror or error}. "
                "Pass a data_home that can be written to."
            ) from error

    def content(self, url: str, home: Path, download: bool) -> bytes:
        """Return the file: of the data folder if it is there, or else downloaded, which keeps nothing."""
        path = home / self.file
        if path.exists():
            with self.reading(path), path.open("rb") as file:
                return _no_longer(file.read(self.max_bytes + 1), self.max_bytes)
        if not download:
            raise self.missing(home)
        received = io.BytesIO()
        with self.downloading(url, home):
            download_to(received, url, self.max_bytes)
        return received.getvalue()

    def judging(self, url: str, home: Path) -> Any:
        """Return a context whose errors are about what `content` returned, wherever that came from."""
        path = home / self.file
        return self.reading(path) if path.exists() else self.downloading(url, home)


def check_subset(who: str, subset: Any, known: Iterable[str]) -> None:
    """Raise an error unless there is a subset of this name."""
    if subset not in known:
        raise ValueError(f"{who}: subset must be one of {sorted(known)}, but it is {subset!r}.")


def check_sha256(path: Path, expected: str) -> None:
    """Raise an error unless a file has this SHA-256 checksum."""
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != expected:
            raise ValueError("its SHA-256 checksum differs")


def download_to(file: Any, url: str, max_bytes: int) -> None:
    """Write what a server sends to a file, with a progress bar on a terminal.

    Raises
    ------
    ConnectionError
        If not all came; it says in a few words why.
    ValueError
        If more came than `max_bytes`.
    """
    import pooch
    import requests

    try:
        pooch.HTTPDownloader(progressbar=sys.stderr.isatty())(url, _Limited(file, max_bytes), None)
    except requests.RequestException as error:
        raise _failed(error) from error


def member_of_zip(content: bytes, name: str, max_bytes: int) -> bytes:
    """Return a file of a zip file."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as members, members.open(name) as file:
            member = file.read(max_bytes + 1)
    except _CORRUPT as error:
        raise NotWholeError(f"not a whole zip file with {name} in it") from error
    return _no_longer(member, max_bytes)


def members_of_tar(content: bytes, names: Sequence[str], max_bytes: int) -> list[bytes]:
    """Return files of a compressed tar file, which is no longer than `max_bytes` when it is not compressed."""
    wrong = f"not a whole tar.gz file with {' and '.join(names)} in it"
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
            plain = file.read(max_bytes + 1)
    except _CORRUPT as error:
        raise NotWholeError(wrong) from error
    _no_longer(plain, max_bytes)
    try:
        with tarfile.open(fileobj=io.BytesIO(plain), mode="r:") as members:
            files = [members.extractfile(name) for name in names]
            if None in files:  # a folder or a device of that name
                raise NotWholeError(wrong)
            return [file.read() for file in files if file is not None]
    except _CORRUPT as error:
        raise NotWholeError(wrong) from error


class _Limited:
    """A file to write to that takes no more than some number of bytes."""

    def __init__(self, file: Any, max_bytes: int) -> None:
        self._file, self._left, self._max_bytes = file, max_bytes, max_bytes

    def write(self, data: bytes) -> None:
        self._left -= len(data)
        if self._left < 0:
            raise _too_long(self._max_bytes)
        self._file.write(data)

    def flush(self) -> None:
        self._file.flush()


def _no_longer(content: bytes, max_bytes: int) -> bytes:
    if len(content) > max_bytes:
        raise _too_long(max_bytes)
    return content


def _too_long(max_bytes: int) -> ValueError:
    return ValueError(f"it is longer than {max_bytes:,} bytes")


def _failed(error: requests.RequestException) -> ConnectionError:
    """Make an error that says in a few words why a download failed, and let go of the connection."""
    import requests

    if error.response is not None:
        error.response.close()
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return ConnectionError(f"the server answered {error.response.status_code} {error.response.reason}")
    if isinstance(error, requests.Timeout):
        return ConnectionError("the server did not answer in time")
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return ConnectionError("the connection broke off")
    return ConnectionError("there is no connection to the server")
