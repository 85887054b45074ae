"""What is said when the files of an index are not what was written.

Tested in tests/index/storage/test_damage.py.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from textvec._common.parsing import parsing

_ABSENT = {errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ELOOP, errno.ENXIO, errno.EINVAL}
"""The numbers of errors by which the system says that there is no such file. Others, such as that of a file that may
not be read, say nothing of what is in it."""


class DamagedIndexError(ValueError):
    """Files of an index are missing, or are not what was written."""

    names_a_file = True  # so that `parsing` leaves it as it is


def corrupt_file_message(path: Path, how: str) -> str:
    """Return the message for a file of an index that is not what was written."""
    return f"The index is damaged: {path}: {how.removesuffix('.')}. Restore it from a copy, or build the index anew."


def corrupt_index(what: str) -> DamagedIndexError:
    """Return the error for corruption that shows in use, of which the file is not known."""
    return DamagedIndexError(
        f"The index is damaged: {what}. To find the file: index.verify(), or `textvec index info --verify`."
    )


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn whatever a parser raises into the error that names the file, and say of a file that is not there what it is.

    See `textvec._common.parsing`.
    """

    def damaged(how: str) -> DamagedIndexError:
        return DamagedIndexError(corrupt_file_message(path, how))

    with parsing(damaged):
        try:
            yield
        except FileNotFoundError:
            raise damaged("it is missing") from None
        except PermissionError as error:
            raise PermissionError(
                error.errno, "This file of an index may not be read by you; its owner can allow it", str(path)
            ) from error
        except DamagedIndexError:
            raise
        except (ValueError, Warning) as error:  # also those of other rooms, which name the file as one of another kind
            raise damaged(str(error) or type(error).__name__) from error
        except OSError as error:  # which pyarrow also raises for what it cannot parse, without a number
            if error.errno is None or error.errno in _ABSENT:
                raise damaged(f"it cannot be read ({error})") from error
            raise type(error)(error.errno, error.strerror, str(path)) from error
