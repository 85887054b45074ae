"""Word vectors of whatever file there is, those of `textvec.save` included, and to a file of whatever name.

Tested in tests/persistence/test_vector_files.py.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

from textvec._common.atomic_files import check_target
from textvec._common.parsing import unreadable
from textvec._common.progress import progress
from textvec.embeddings import formats
from textvec.embeddings.by_name import is_name, open_vectors
from textvec.embeddings.word_vectors import WordVectors
from textvec.persistence.save_load import check_model_file, load, save

SUFFIX = ".textvec"
"""The end of the names of files that `textvec.save` is to write."""


def read_vectors(
    source: str,
    format: str | None = None,  # noqa: A002
    *,
    limit: int | None = None,
    dtype: Any = None,
    verbose: int = 0,
) -> WordVectors:
    """Return the word vectors of a file, a saved model among them, or pretrained ones by their name.

    Parameters
    ----------
    source : str
        A file that `WordVectors.read` or `textvec.load` reads, or a name that `WordVectors.pretrained` knows.
    format, limit, dtype : object
        As in `WordVectors.read`.
    verbose : int, default=0
        1 shows a bar while they are read, if standard error is a terminal.

    Raises
    ------
    OSError
        If there is no such file, and no such name.
    ValueError
        If the file is malformed, or what was saved has no word vectors.

    Examples
    --------
    >>> from textvec.persistence.vector_files import read_vectors
    >>> read_vectors("words", limit=1000).words[:3].tolist()
    ['the', ',', '.']
    """
    if format is not None or not is_saved(source):
        return open_vectors(source, format, limit=limit, dtype=dtype, verbose=verbose)
    with progress(f"Reading {source}", show=None if verbose else False):
        vectors = _vectors_of(load(source))
    if vectors is None:
        raise unreadable(
            f"{source} was saved by textvec, but holds no word vectors: a WordVectors, a fitted Word2Vec, or a pipeline"
            " with one was expected."
        )
    if limit is not None and limit < len(vectors):
        vectors = vectors.select(vectors.words[:limit])
    if dtype is not None:
        vectors = WordVectors._of_table(vectors._as_table()._replace(vectors=vectors.vectors.astype(dtype)))
    return vectors


def format_of(source: str) -> str:
    """Return the name of the format of a file of word vectors, "textvec" of a saved one, "pretrained" of a name.

    Parameters
    ----------
    source : str
        As `read_vectors` takes it, which has read it.

    Examples
    --------
    >>> from textvec.persistence.vector_files import format_of
    >>> format_of("words")
    'pretrained'
    """
    if is_name(source):
        return "pretrained"
    if is_saved(source):
        return "textvec"
    return formats.format_of(source)


def write_vectors(vectors: Any, path: str, format: str | None = None) -> None:  # noqa: A002
    """Write word vectors to a file, which is there whole or not at all, in the format that its name tells.

    Parameters
    ----------
    vectors : WordVectors or Word2Vec
        A model is saved as such to a file that ends in .textvec, so that it can go on learning; of a model, other
        files hold the vectors.
    path : str
    format : str, default=None
        As in `WordVectors.write`.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from textvec import WordVectors
    >>> from textvec.persistence.vector_files import read_vectors, write_vectors
    >>> with TemporaryDirectory() as folder:
    ...     file = str(Path(folder, "v.textvec"))
    ...     write_vectors(WordVectors(["tea", "moon"], [[4, 1], [-1, 4]]), file)
    ...     read_vectors(file)
    WordVectors(2 words, 2 dimensions, float32, 16 bytes)
      tea moon
    """
    if format is None and Path(path).suffix == SUFFIX:
        save(vectors, path)
        return
    table = getattr(vectors, "vectors_", vectors)
    table.write(path, format)


def check_vectors_file(path: str, format: str | None = None) -> None:  # noqa: A002
    """Raise, before any work is done, the error that `write_vectors` would end with because of the name or the folder.

    Parameters
    ----------
    path, format : str
        As in `write_vectors`.
    """
    if format is None and Path(path).suffix == SUFFIX:
        check_model_file(path)
        return
    formats.writable(Path(path), format)
    check_target(Path(path))


def is_saved(source: str) -> bool:
    """Tell whether a file is one of `textvec.save`: an archive with a manifest.

    Parameters
    ----------
    source : str
        A file, or a name of pretrained vectors.

    Examples
    --------
    >>> from textvec.persistence.vector_files import is_saved
    >>> is_saved("words")
    False
    """
    if is_name(source) or not zipfile.is_zipfile(source):
        return False
    try:
        with zipfile.ZipFile(source) as archive:
            return "manifest.json" in archive.namelist()
    except (zipfile.BadZipFile, OSError):
        return False


def _vectors_of(saved: Any) -> WordVectors | None:
    """Return the word vectors in something that was saved; of the steps of a pipeline the last that has some."""
    steps = getattr(saved, "steps", None)
    parts = [saved] if not isinstance(steps, list) else [step for _, step in reversed(steps)]
    for part in parts:
        for each in (part, getattr(part, "vectors_", None)):
            if isinstance(each, WordVectors):
                return each
    return None
