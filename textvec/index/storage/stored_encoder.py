"""An encoder in the folder of an index, read when it is needed.

Tested in tests/index/storage/test_folder.py.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from textvec.index.errors import DamagedIndexError, reading
from textvec.index.storage.manifest import read_manifest
from textvec.index.storage.state import compare_files

if TYPE_CHECKING:
    from textvec.encoders.query_encoder import QueryEncoder

T = TypeVar("T")


class StoredEncoder:
    """An encoder in the folder of an index.

    Parameters
    ----------
    path : Path
        The folder.
    content : dict
        Of the manifest.
    field : str
        The field of the manifest that describes it.
    """

    def __init__(self, path: Path, content: dict[str, Any], field: str) -> None:
        self.path, self.content, self.field = path, content, field

    @property
    def about(self) -> dict[str, Any]:
        """What the manifest says of it."""
        about: dict[str, Any] = self.content[self.field]
        return about

    def load(self) -> Any:
        """Return the encoder.

        Raises
        ------
        ValueError
            If it is a function, which is not saved.
        """
        if self.about["kind"] == "function":
            raise ValueError(
                f"The encoder of the index at {self.path} is a function, which is not saved. Pass it: "
                "open(path, encoder=function)."
            )
        from textvec.encoders.encode import kind_of
        from textvec.persistence import load

        def read(path: Path) -> Any:
            encoder = load(path)
            with reading(path):
                kind_of(encoder, "The index")  # a forged file may hold anything else
            return encoder

        return self._read("file", read)

    @cached_property
    def query_encoder(self) -> QueryEncoder | None:
        """What encodes a few queries instead of the encoder, without scikit-learn; None if nothing does."""
        if self.about["query_file"] is None:
            return None
        from textvec.index.storage.query_file import read_query_file

        return self._read("query_file", read_query_file)

    def _read(self, role: str, read: Callable[[Path], T]) -> T:
        """Read a file of the encoder, by its name in `EncoderWriters`."""
        newest = checked_manifest(self.path, self.content)
        name = self._newest_name(role, newest)
        try:
            return read(self.path / name)
        except FileNotFoundError:
            if name != self._newest_name(role, checked_manifest(self.path, self.content)):
                return self._read(role, read)  # more terms were added since
            with reading(self.path / name):
                raise
        except (ValueError, TypeError):
            compare_files(self.path, self.content["files"] | newest["files"], [name])  # it may be the fault of the file
            raise

    def _newest_name(self, role: str, newest: dict[str, Any]) -> str:
        """Return the name of a file of the encoder.

        Another process may have added terms to an index of BM25. They get columns after those that there are, so that
        the newest encoder goes with an older state, too; the file of that state may be gone.
        """
        name: str = self.about[role]
        return name if self.content["bm25"] is None else newest[self.field][role] or name


def checked_manifest(path: Path, content: dict[str, Any]) -> dict[str, Any]:
    """Return the manifest that is there now, which must be that of the same index.

    Raises
    ------
    DamagedIndexError
        If there is another index: vectors of two encoders do not belong together.
    """
    try:
        newest = read_manifest(path)
    except FileNotFoundError as error:
        raise DamagedIndexError(
            f"The index at {path} is there no longer: it was removed, or its index was written anew. Open it again."
        ) from error
    if newest["identity"] != content["identity"]:
        raise DamagedIndexError(f"The index at {path} was written anew: open it again.")
    return newest
