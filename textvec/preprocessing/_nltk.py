"""NLTK's data, which is downloaded apart from NLTK: load it, or say how to get it.

Tested in tests/preprocessing/test_stop_words.py.
"""

from __future__ import annotations

import threading
from importlib import import_module
from typing import Any

_LOADING = threading.Lock()  # NLTK's lazy loader breaks when two threads come first


def corpus(name: str, user: str) -> Any:
    """Return a corpus of NLTK, loaded.

    Raises
    ------
    LookupError
        If its data is not on this machine.
    """
    reader = getattr(import_module("nltk.corpus"), name)
    with _LOADING:
        try:
            reader.ensure_loaded()
        except LookupError:
            raise LookupError(
                f"{user} needs NLTK's {name!r} data, which is not on this machine. Get it once with: "
                f"python -m nltk.downloader {name}"
            ) from None
    return reader
