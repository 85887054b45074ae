"""Word vectors by what a person types: the path of a file, or the name of pretrained ones.

Tested in tests/embeddings/test_by_name.py.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from textvec._common.progress import progress
from textvec._common.suggestions import did_you_mean
from textvec.embeddings import catalog
from textvec.embeddings.word_vectors import WordVectors


def is_name(source: str) -> bool:
    """Tell whether pretrained vectors are meant: a name in the catalog, and no file, unless it is of a package.

    Parameters
    ----------
    source : str

    Examples
    --------
    >>> from textvec.embeddings.by_name import is_name
    >>> is_name("words"), is_name("glove-twitter-25"), is_name("mine.vec")
    (True, True, False)
    """
    if source in catalog.NAMES:
        return True
    return not Path(source).exists() and any(source == about["name"] for about in catalog.listed())


def open_vectors(
    source: str,
    format: str | None = None,  # noqa: A002
    *,
    verbose: int = 0,
    **options: Any,
) -> WordVectors:
    """Return the word vectors of a file, or pretrained ones by their name, which may have to be downloaded.

    Parameters
    ----------
    source : str
        What `WordVectors.read` reads, or what `WordVectors.pretrained` knows.
    format : str, default=None
        Of the file, as in `WordVectors.read`.
    verbose : int, default=0
        1 shows a bar while they are read, if standard error is a terminal.
    **options : object
        `limit` and `dtype`, as in `WordVectors.read`.

    Raises
    ------
    OSError
        If there is neither a file nor a name like this; a name that is nearly the same is suggested.
    ValueError
        If the file is malformed, or a format was given for a name.

    Examples
    --------
    >>> from textvec.embeddings.by_name import open_vectors
    >>> open_vectors("words", limit=1000)
    WordVectors(1,000 words, 50 dimensions, float32, 200.0 kB)
      the , . of to and in a " 's ...
    """
    if is_name(source):
        if format is not None:
            raise ValueError(f"{source!r} is the name of pretrained vectors, which have no other format to be read in.")
        with progress(f"Reading {source}", show=None if verbose and not _is_downloaded(source) else False):
            return WordVectors.pretrained(source, **options)
    if not Path(source).exists():
        asked = did_you_mean(source, [about["name"] for about in catalog.listed()])
        if asked:
            raise FileNotFoundError(
                f"There is no file {source!r}, and there are no pretrained vectors of that name.{asked}"
            )
    return WordVectors.read(source, format, verbose=verbose, **options)


def _is_downloaded(name: str) -> bool:
    """Tell whether vectors have to be downloaded first, which gensim shows a bar of its own for."""
    about = next(each for each in catalog.listed() if each["name"] == name)
    return bool(about["from"] == "gensim" and about["here"] == "no")
