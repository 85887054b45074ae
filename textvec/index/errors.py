"""What is said when the files of an index are not what was written.

Tested in tests/index/storage/test_damage.py.
"""

from __future__ import annotations

from pathlib import Path


class DamagedIndexError(ValueError):
    """Files of an index are missing, or are not what was written."""


def corrupt_file_message(path: Path, how: str) -> str:
    """Return the message for a file of an index that is not what was written."""
    return f"The index is damaged: {path}: {how}. Restore it from a copy, or build the index anew."


def corrupt_index(what: str) -> DamagedIndexError:
    """Return the error for corruption that shows in use, of which the file is not known."""
    return DamagedIndexError(
        f"The index is damaged: {what}. To find the file: index.verify(), or `textvec index info --verify`."
    )
