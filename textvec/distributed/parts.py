"""A matrix in parts, as `transform` writes them: read one after the other, so that one is in memory at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from textvec._common.csr import make_csr
from textvec._common.offsets import joined_offsets
from textvec._common.parsing import parsing, unreadable
from textvec.distributed._part_files import read_part
from textvec.distributed._part_manifest import kind_of, read_content
from textvec.index.storage.mapped import check_digest, check_size, mapped
from textvec.persistence import load


class Part(NamedTuple):
    """Some rows of a matrix.

    Attributes
    ----------
    number : int
        Which part it is, from 0.
    first_row : int
        Which row of the whole matrix its first row is.
    matrix : CSR matrix or ndarray of shape (n_rows, n_columns)
        The rows.
    columns : pyarrow.Table
        The columns of the documents that were kept, a row for each row of the matrix.
    """

    number: int
    first_row: int
    matrix: Any
    columns: pa.Table


class Parts:
    """The parts of a matrix in a folder. They can be iterated over, any number of times; each is read when it comes.

    Parameters
    ----------
    folder : str or path
        What `transform` has written.

    Attributes
    ----------
    folder : Path
        The same.
    shape : tuple of int
        Of the whole matrix.
    n_parts : int
        How many there are, at least one.
    n_values : int
        How many numbers are stored in all parts.
    dtype : numpy.dtype
        Of the numbers.
    is_sparse : bool
        Whether parts are CSR matrices, or else arrays.
    keep : tuple of str
        The names of the columns that were kept.

    See Also
    --------
    read_parts : Has an example.
    """

    def __init__(self, folder: str | PathLike[str]) -> None:
        self.folder = Path(folder)
        self._content = read_content(self.folder)
        self._kind = kind_of(self._content)
        self.shape = (sum(part["n_rows"] for part in self._content["parts"]), self._kind.n_columns)
        self.n_parts = len(self._content["parts"])
        self.n_values = sum(part["n_values"] for part in self._content["parts"])
        self.dtype = np.dtype(self._kind.dtype)
        self.is_sparse = self._kind.is_sparse
        self.keep = self._kind.keep

    def __repr__(self) -> str:
        kind = "sparse" if self.is_sparse else "dense"
        return (
            f"Parts({str(self.folder)!r}: {self.shape[0]:,} x {self.shape[1]:,}, {kind} {self.dtype}, "
            f"n_parts={self.n_parts:,})"
        )

    def __len__(self) -> int:
        return self.n_parts

    def __iter__(self) -> Iterator[Part]:
        first = 0
        for number, about in enumerate(self._content["parts"]):
            matrix, columns = read_part(self.folder, number, self._kind, about)
            yield Part(number, first, matrix, columns)
            first += about["n_rows"]

    @property
    def feature_names(self) -> list[str] | None:
        """The names of the columns of the matrix, read when they are asked for; None where columns have none."""
        name = self._content["feature_names"]
        if name is None:
            return None
        path = self.folder / name
        with parsing(lambda what: unreadable(f"{path} cannot be read: {what}.")):
            names = json.loads(bytes(self._checked(name)))
            if not isinstance(names, list) or len(names) != self.shape[1]:
                raise ValueError(f"it has not the names of {self.shape[1]:,} columns")
        return names

    def estimator(self, *, trusted: Sequence[str] = ()) -> Any:
        """Return the fitted estimator that made the matrix.

        Parameters
        ----------
        trusted : sequence of str
            As in `textvec.load`.

        Returns
        -------
        estimator
            As `textvec.load` returns it.

        Raises
        ------
        ValueError
            If the file is not what was written, or holds types that are not trusted.
        """
        path = self.folder / self._content["estimator"]
        with parsing(lambda what: unreadable(f"{path} cannot be read: {what}.")):
            self._checked(path.name)
        return load(path, trusted=trusted)

    def to_matrix(self) -> Any:
        """Return the whole matrix, which has to fit into memory twice.

        Returns
        -------
        CSR matrix or ndarray of shape (n_rows, n_columns)
        """
        matrices = [part.matrix for part in self]
        if not self.is_sparse:
            return np.concatenate(matrices)
        data, indices = (np.concatenate([getattr(each, name) for each in matrices]) for name in ("data", "indices"))
        return make_csr(data, indices, joined_offsets([each.indptr for each in matrices]), self.shape[1])

    def _checked(self, name: str) -> pa.Buffer:
        content = mapped(self.folder / name)
        check_size(content.size, self._content["files"][name])
        check_digest(content, self._content["files"][name])
        return content


def read_parts(folder: str | PathLike[str]) -> Parts:
    r"""Open a folder of parts that `transform` has written.

    What is read cannot run code, and takes no memory that the size of the files does not explain; a file that is not
    what was written is an error that names it.

    Parameters
    ----------
    folder : str or path
        What `transform` has written.

    Returns
    -------
    Parts
        It is iterated over, part by part.

    Raises
    ------
    FileNotFoundError
        If there is no such folder, or it is not finished: then `transform` goes on when it is called again.
    ValueError
        If its manifest is not what was written, or of a newer version.

    See Also
    --------
    transform : Writes the parts.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from textvec import CountVectorizer
    >>> from textvec.distributed import read_parts, transform
    >>> vectorizer = CountVectorizer().fit(["red sea", "red red"])
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "a.txt").write_text("red sea\nred\n")
    ...     _ = Path(folder, "b.txt").write_text("sea sea\n")
    ...     transform(vectorizer, Path(folder, "*.txt"), Path(folder, "out"))
    ...     parts = read_parts(Path(folder, "out"))
    ...     parts.feature_names, [part.matrix.toarray().tolist() for part in parts]
    Parts('...out': 3 x 2, sparse int64, n_parts=2)
    (['red', 'sea'], [[[1, 1], [1, 0]], [[0, 2]]])
    """
    return Parts(folder)
