"""Reading files that may be damaged or made to mislead: whatever a parser raises becomes an error that names the file.

Which errors a wrong file leads to, in which library, nobody can list: JSON that is nested too deeply is a
RecursionError, the header of an array may be an error of Python's tokenizer.

Tested in tests/_common/test_parsing.py.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_MAX_REASON = 2000
"""How many characters of another library's message are repeated: it may hold any part of the file."""


class UnreadableFileError(ValueError):
    """A file is not what it should be; the message names the file and says what is wrong with it."""


@contextmanager
def parsing(error: Callable[[str], ValueError]) -> Iterator[None]:
    """Turn whatever a parser raises into the error that names the file.

    An UnreadableFileError does so already and stays as it is; so do those of the disk and of memory, which say nothing
    of what is in the file.

    Parameters
    ----------
    error : callable
        Takes what is wrong with the file, and returns the error: an UnreadableFileError that names the file, or, within
        another `parsing` that does, a ValueError that names the part of the file.
    """
    try:
        yield
    except (UnreadableFileError, MemoryError, Warning):
        raise
    except OSError as raised:  # Libraries raise some without a number, or seek to a place that a file cannot have.
        if raised.errno not in (None, errno.EINVAL) or isinstance(raised, FileNotFoundError):
            raise
        raise error(f"{raised}") from raised
    except RecursionError as raised:
        raise error("it is nested too deeply") from raised
    except KeyError as raised:
        raise error(f"it lacks {raised.args[0] if raised.args else None!r:.80}") from raised
    except Exception as raised:
        raise error(str(raised)[:_MAX_REASON] or type(raised).__name__) from raised
