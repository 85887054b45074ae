"""Saving what was fitted, and loading it again without running code from the file.

A pickle is a program: who loads one does what its writer wants. A file of `save` is data: arrays, words as Arrow lays
them out, JSON that names classes out of a fixed list, and scikit-learn's own objects as skops writes them.
"""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import Any

from textvec._common.atomic_files import COMPRESSIONS, check_target, replacing
from textvec.persistence import classes, foreign
from textvec.persistence.archive import Archive, Writer
from textvec.persistence.foreign import UntrustedTypesError
from textvec.persistence.reading import read
from textvec.persistence.writing import TreeWriter


def save(object: Any, path: str | PathLike[str]) -> None:  # noqa: A002
    """Write an estimator, fitted or not, to a file that `load` reads.

    Parameters
    ----------
    object : estimator
        Any of textvec, alone or in a Pipeline, FeatureUnion, ColumnTransformer, FrozenEstimator, GridSearchCV or
        RandomizedSearchCV with estimators of scikit-learn; `Tokens` or `WordVectors`.
    path : str or path
        Of the file. It is written whole or not at all: until the end, and after an error, one that was there stays.

    Raises
    ------
    TypeError
        If something in it can be made again only by running code: a lambda, a function of yours, a subclass.
    ValueError
        If the name is that of a compressed file.
    OSError
        If the file cannot be written.

    See Also
    --------
    load : The way back.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import textvec
    >>> vectorizer = textvec.TfidfVectorizer().fit(["The food is good", "Pizza is great"])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     textvec.save(vectorizer, Path(folder, "food.textvec"))
    ...     again = textvec.load(Path(folder, "food.textvec"))
    >>> again.get_feature_names_out()
    array(['food', 'good', 'great', 'is', 'pizza', 'the'], dtype=object)
    """
    target = Path(path)
    _check_name(target)
    with replacing(target) as [file], Writer(file) as writer:
        writer.finish(TreeWriter(writer, classes.dump, foreign.dumps).write(object, type(object).__name__))


def check_model_file(path: str | PathLike[str]) -> None:
    """Raise, before any work is done, the error that `save` would end with because of the path."""
    _check_name(Path(path))
    check_target(Path(path))


def _check_name(target: Path) -> None:
    if target.suffix.lower() in COMPRESSIONS:
        raise ValueError(
            f"textvec.save writes an archive of its own, but {target.name!r} is the name of a {target.suffix} file. "
            "Choose another, such as 'model.textvec'."
        )


def load(path: str | PathLike[str], *, trusted: Sequence[str] = ()) -> Any:
    """Read a file that `save` wrote. No code in the file is run.

    Parameters
    ----------
    path : str or path
        The file.
    trusted : sequence of str
        Types that may be made though neither textvec nor skops knows them to be harmless, such as "mine.Stemmer": the
        error that names them says how. Making one calls code that is installed here, with values from the file.

    Returns
    -------
    estimator
        With the parameters, and the results, of the one that was saved.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is not a file of `save`, is damaged, or of a newer version; or holds types that are not trusted.

    Warns
    -----
    sklearn.exceptions.InconsistentVersionWarning
        If it holds estimators of another release of scikit-learn.

    See Also
    --------
    save : Has an example.
    """
    if Path(path).is_dir():
        raise IsADirectoryError(f"{path} is a folder. If it holds an index, open it: textvec.open_index(folder).")
    if isinstance(trusted, str):
        trusted = [trusted]
    with Archive(path) as archive:
        return read(archive, classes.make, lambda data: foreign.loads(data, trusted))


def untrusted_types(error: BaseException | None) -> list[str]:
    """Return the types that were missing in `trusted`, if that is why `load` raised an error; otherwise none."""
    while error is not None and not isinstance(error, UntrustedTypesError):
        error = error.__cause__
    return error.types if error is not None else []


def types_to_trust(path: str | PathLike[str]) -> list[str]:
    """Return what has to be in `trusted` for a file to load: one that this program has just written."""
    trusted: list[str] = []
    while True:
        try:
            load(path, trusted=trusted)
        except ValueError as error:
            more = [each for each in untrusted_types(error) if each not in trusted]
            if not more:
                raise
            trusted += more
        else:
            return trusted
