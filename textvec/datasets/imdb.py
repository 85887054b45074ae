"""The Large Movie Review Dataset: film reviews with and without a label, found on this machine or downloaded once.

The reviews are not part of textvec. Their publisher gives them as 100,000 small files in one archive; what is kept is
one table, in a Parquet file. The checksum is of the archive.
"""

from __future__ import annotations

import os
import re
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from sklearn.utils import Bunch

from textvec._common.atomic_files import draft_path, replacing
from textvec.datasets._fetching import Source, check_sha256, check_subset, download_to, folder_of_data

_PAGE = "https://ai.stanford.edu/~amaas/data/sentiment/"
_URL = f"{_PAGE}aclImdb_v1.tar.gz"
_SHA256 = "c40f74a18d3b61f90feba1e17730e0d38e8b97c05fde7008942e91923d1658fe"
_SOURCE = Source("the Large Movie Review Dataset", _PAGE, "imdb/aclImdb_v1.tar.gz", max_bytes=100_000_000)
_MEMBER = re.compile(r"aclImdb/(train|test)/(neg|pos|unsup)/(\d+)_(\d+)\.txt")  # split, label, id, rating

_COLUMNS = ["split", "label", "id", "rating", "text"]
_SIZES = {
    ("test", "neg"): 12_500,
    ("test", "pos"): 12_500,
    ("train", "neg"): 12_500,
    ("train", "pos"): 12_500,
    ("train", "unsup"): 50_000,
}
_SUBSETS: dict[str, list[tuple[str, str, str]] | None] = {
    "train": [("split", "==", "train"), ("label", "!=", "unsup")],
    "test": [("split", "==", "test")],
    "unsup": [("label", "==", "unsup")],
    "all": None,
}

_DESCRIPTION = (
    "Large Movie Review Dataset v1.0: 100,000 film reviews in English from IMDb, 50,000 of them labelled. A. L. Maas "
    f"et al. (2011), {_PAGE}. Its publisher asks to cite the paper."
)


def fetch_imdb(
    data_home: str | os.PathLike[str] | None = None, *, subset: str = "train", download: bool = True
) -> Bunch:
    """Load the Large Movie Review Dataset, 100,000 reviews of films [1]_, and download it (84 MB) if it is not there.

    It is read from `imdb/imdb.parquet` in the data folder. If that is not there it is made, once, of the archive as
    published, `imdb/aclImdb_v1.tar.gz`: of the one in the data folder, or of one that is downloaded and not kept.

    A review has a label if its writer gave the film 7 stars of 10 or more ("pos"), or 4 or fewer ("neg"). No film
    has reviews in both "train" and "test". Line breaks are in the text as "<br /><br />", as published.

    Parameters
    ----------
    data_home : path-like, default=None
        The data folder. By default that which the environment variable `TEXTVEC_DATA` names; if there is none, the
        user's cache folder (`~/.cache/textvec` on Linux).
    subset : {"train", "test", "unsup", "all"}, default="train"
        The 25,000 labelled reviews to train on, the 25,000 labelled ones to test with, the 50,000 without a label,
        or all 100,000.
    download : bool, default=True
        Whether to download the archive if the data folder has neither the table nor the archive.

    Returns
    -------
    Bunch
        data : list of str
            The reviews, sorted by split, label and number: "neg" before "pos", so shuffle them to cut them in two.
        target : ndarray of str of shape (n_reviews,)
            "neg", "pos" or "unsup" for each.
        target_names : list of str
            The labels, sorted.
        split : ndarray of str of shape (n_reviews,)
            "train" or "test" for each; those without a label are "train".
        rating : ndarray of int64 of shape (n_reviews,)
            The stars that the film got, 1 to 10; 0 for those without a label.
        filename : str
            Where the table is on this machine.
        DESCR : str
            What the data is, and where it comes from.

    Raises
    ------
    FileNotFoundError
        If the data folder has neither the table nor the archive, and `download` is False.
    ConnectionError
        If it cannot be downloaded.
    ValueError
        If there is no such subset; or the table, the archive or what was downloaded is something else. A file that is
        there is never overwritten, and a download that is wrong is never kept.
    OSError
        If the data folder cannot be read or written.

    See Also
    --------
    load_reviews : A sample that comes with textvec.

    References
    ----------
    .. [1] A. L. Maas, R. E. Daly, P. T. Pham, D. Huang, A. Y. Ng, C. Potts (2011). "Learning Word Vectors for
       Sentiment Analysis". In Proc. ACL.

    Examples
    --------
    >>> from textvec.datasets import fetch_imdb
    >>> train, test = fetch_imdb(subset="train"), fetch_imdb(subset="test")  # doctest: +SKIP
    >>> len(train.data), len(test.data)  # doctest: +SKIP
    (25000, 25000)
    """
    check_subset("fetch_imdb", subset, _SUBSETS)
    path = folder_of_data(data_home) / "imdb" / "imdb.parquet"
    if not path.exists():
        _make_table(path, download)
    _check_file(path)
    table = pq.read_table(path, columns=_COLUMNS, filters=_SUBSETS[subset])
    target = np.array(table["label"].to_pylist())
    return Bunch(
        data=table["text"].to_pylist(),
        target=target,
        target_names=np.unique(target).tolist(),
        split=np.array(table["split"].to_pylist()),
        rating=table["rating"].to_numpy(),
        filename=str(path),
        DESCR=_DESCRIPTION,
    )


def _check_file(path: Path) -> None:
    """Refuse a file that is not the table."""
    try:
        if set(_COLUMNS) <= set(pq.read_schema(path).names):
            found = _sizes(pq.read_table(path, columns=["split", "label"]))
            wrong = "" if found == _SIZES else f"it has {sum(found.values())} reviews that are not split as published"
        else:
            wrong = f"it lacks some of the columns {', '.join(_COLUMNS)}"
    except pa.ArrowInvalid:
        wrong = "it is not a Parquet file"
    if wrong:
        raise ValueError(
            f"{path} is not the Large Movie Review Dataset: {wrong}. Move it away, and it will be made anew."
        )


def _sizes(table: Any) -> dict[tuple[str, str], int]:
    rows = table.group_by(["split", "label"]).aggregate([([], "count_all")]).to_pylist()
    return {(row["split"], row["label"]): row["count_all"] for row in rows}


def _make_table(path: Path, download: bool) -> None:
    """Put the table at the path, made of an archive that is there or of one downloaded for it."""
    home = path.parents[1]
    archive = home / _SOURCE.file
    is_there = archive.exists()
    if not is_there and not download:
        raise _SOURCE.missing(home)
    with _SOURCE.writing(path):
        if not is_there:
            _download(archive, home)
        else:
            with _SOURCE.reading(archive):
                check_sha256(archive, _SHA256)
        table = _read_archive(archive)
        with replacing(path) as (file,):
            pq.write_table(table, file, compression="zstd")
    if not is_there:
        archive.unlink()


def _download(archive: Path, home: Path) -> None:
    """Put the archive at its path: whole and checked, or not at all."""
    archive.parent.mkdir(parents=True, exist_ok=True)
    draft = draft_path(archive)
    try:
        with _SOURCE.downloading(_URL, home):
            with draft.open("xb") as file:
                download_to(file, _URL, _SOURCE.max_bytes)
            check_sha256(draft, _SHA256)
        draft.rename(archive)
    finally:
        draft.unlink(missing_ok=True)


def _read_archive(archive: Path) -> pa.Table:
    """Read the reviews of the archive, from its beginning to its end: nothing is unpacked to a file of its own."""
    columns: dict[str, list[Any]] = {name: [] for name in _COLUMNS}
    with tarfile.open(archive, "r|gz") as members:
        for member in members:
            name = _MEMBER.fullmatch(member.name)
            file = members.extractfile(member) if name else None
            if name and file:
                row = [name[1], name[2], int(name[3]), int(name[4]), file.read().decode("utf-8")]
                for column, value in zip(columns.values(), row, strict=True):
                    column.append(value)
    return pa.table(columns).sort_by([("split", "ascending"), ("label", "ascending"), ("id", "ascending")])
