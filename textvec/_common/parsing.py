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
_NAMED = "names_a_file"
"""The attribute of errors that name the file already: a class of errors would be one more name in tracebacks."""


def unreadable(message: str) -> ValueError:
    """Return the error for a file that is not what it should be.

    Parameters
    ----------
    message : str
        Names the file, and says what is wrong with it.
    """
    error = ValueError(message)
    setattr(error, _NAMED, True)
    return error


@contextmanager
def parsing(error: Callable[[str], ValueError]) -> Iterator[None]:
    """Turn whatever a parser raises into the error that names the file.

    An error of `unreadable` does so already and stays as it is; so do those of the disk and of memory, which say
    nothing of what is in the file.

    Parameters
    ----------
    error : callable
        Takes what is wrong with the file, and returns the error: that of `unreadable`, which names the file, or, within
        another `parsing` that does, a ValueError that names the part of the file.
    """
    try:
        yield
    except (MemoryError, Warning):
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
        if hasattr(raised, _NAMED):
            raise
        raise error(str(raised)[:_MAX_REASON] or type(raised).__name__) from raised
