"""The 20 Newsgroups: what scikit-learn's own fetcher gives, kept in the data folder as one table.

scikit-learn keeps the posts as a pickle, which can run anything when it is read. Here its fetcher downloads and checks
the archive in a folder that is deleted afterwards, and what is kept is a Parquet file.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from sklearn.datasets import _twenty_newsgroups as theirs
from sklearn.utils import Bunch, check_random_state

from textvec._common.atomic_files import replacing
from textvec.datasets._fetching import Source, check_sha256, folder_of_data

if TYPE_CHECKING:
    from numpy.random import RandomState

_PAGE = "http://qwone.com/~jason/20Newsgroups/"
_SOURCE = Source("the 20 Newsgroups data set", _PAGE, "20newsgroups/20news-bydate.tar.gz", max_bytes=50_000_000)
_FILE = "20newsgroups/20newsgroups.parquet"
_SIZES = {"train": 11_314, "test": 7_532}
_COLUMNS = ["split", "label", "file", "text"]
_REMOVERS = {
    "headers": theirs.strip_newsgroup_header,
    "footers": theirs.strip_newsgroup_footer,
    "quotes": theirs.strip_newsgroup_quoting,
}

_DESCRIPTION = (
    "20 Newsgroups: 18,846 posts in English in twenty newsgroups, the later ones to test with. K. Lang (1995), sorted "
    f"by date by J. Rennie, {_PAGE}. Its licence is not stated."
)


def fetch_20newsgroups(
    data_home: str | os.PathLike[str] | None = None,
    *,
    subset: str = "train",
    categories: Sequence[str] | None = None,
    remove: Sequence[str] = (),
    shuffle: bool = True,
    random_state: int | RandomState | None = 42,
    download: bool = True,
) -> Bunch:
    """Load the 20 Newsgroups, 18,846 posts on twenty subjects [1]_, and download them (14 MB) if they are not there.

    Posts, labels and their order are those of `sklearn.datasets.fetch_20newsgroups` with the same parameters. They are
    read from `20newsgroups/20newsgroups.parquet` in the data folder. If that is not there, scikit-learn's fetcher gets
    the archive, of which it compares the SHA-256 checksum, and the table is made of what it reads. An archive that is
    there as `20newsgroups/20news-bydate.tar.gz` is used in place of a download. Of a table that is there, columns and
    numbers of posts are compared each time.

    Parameters
    ----------
    data_home : path-like, default=None
        The data folder. By default that which the environment variable `TEXTVEC_DATA` names; if there is none, the
        user's cache folder (`~/.cache/textvec` on Linux).
    subset : {"train", "test", "all"}, default="train"
        The 11,314 posts to train on, the 7,532 later ones to test with, or all.
    categories : sequence of str, default=None
        The newsgroups to load, such as "sci.space"; all twenty by default.
    remove : sequence of {"headers", "footers", "quotes"}, default=()
        What to take out of the posts, since it gives the newsgroup away: lines about sender and subject, signatures,
        lines that quote another post.
    shuffle : bool, default=True
        Whether to bring the posts into a random order.
    random_state : int, RandomState instance or None, default=42
        What the order is drawn with.
    download : bool, default=True
        Whether to download the archive if the data folder has neither the table nor the archive.

    Returns
    -------
    Bunch
        data : list of str
            The posts.
        target : ndarray of int64 of shape (n_posts,)
            The newsgroup of each, as its place in `target_names`.
        target_names : list of str
            The newsgroups, sorted.
        filenames : ndarray of str of shape (n_posts,)
            Where each was in the archive.
        split : ndarray of str of shape (n_posts,)
            "train" or "test" for each.
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
        If there is no such subset or newsgroup, or nothing such to remove; or the table, the archive or what was
        downloaded is something else. A file that is there is never overwritten, and a download that is wrong is never
        kept.
    OSError
        If the data folder cannot be read or written.

    References
    ----------
    .. [1] K. Lang (1995). "NewsWeeder: Learning to Filter Netnews". In Proc. ICML.

    Examples
    --------
    >>> from textvec.datasets import fetch_20newsgroups
    >>> posts = fetch_20newsgroups(categories=["sci.med", "sci.space"], remove=("headers",))  # doctest: +SKIP
    >>> len(posts.data), posts.target_names  # doctest: +SKIP
    (1187, ['sci.med', 'sci.space'])
    """
    _check("subset", [subset], [*_SIZES, "all"])
    _check("remove", remove, list(_REMOVERS))
    home = folder_of_data(data_home)
    path = home / _FILE
    if not path.exists():
        _make_table(path, home, download)
    table = _read(path)
    names = sorted(set(table["label"].to_pylist()))
    if categories is not None:
        _check("categories", categories, names)
        names = sorted(set(categories))
    rows = [row for row in table.to_pylist() if subset in ("all", row["split"]) and row["label"] in names]
    if shuffle:
        order = np.arange(len(rows))
        check_random_state(random_state).shuffle(order)
        rows = [rows[i] for i in order]
    texts = [row["text"] for row in rows]
    for what, remover in _REMOVERS.items():
        if what in remove:
            texts = [remover(text) for text in texts]
    return Bunch(
        data=texts,
        target=np.array([names.index(row["label"]) for row in rows]),
        target_names=names,
        filenames=np.array([row["file"] for row in rows]),
        split=np.array([row["split"] for row in rows]),
        filename=str(path),
        DESCR=_DESCRIPTION,
    )


def _check(parameter: str, given: Any, known: Sequence[str]) -> None:
    if isinstance(given, str):
        raise ValueError(f"fetch_20newsgroups: {parameter} must be a sequence of strings, such as ({given!r},).")
    for each in given:
        if each not in known:
            raise ValueError(f"fetch_20newsgroups: {parameter} must be of {sorted(known)}, but there is {each!r}.")


def _read(path: Path) -> pa.Table:
    with _SOURCE.reading(path):
        try:
            if not set(_COLUMNS) <= set(pq.read_schema(path).names):
                raise ValueError(f"it lacks some of the columns {', '.join(_COLUMNS)}")
            table = pq.read_table(path, columns=_COLUMNS)
        except pa.ArrowInvalid:
            raise ValueError("it is not a whole Parquet file") from None
        _check_sizes(table)
    return table


def _check_sizes(table: pa.Table) -> None:
    splits = table["split"].to_pylist()
    if {split: splits.count(split) for split in _SIZES} != _SIZES or len(table) != sum(_SIZES.values()):
        raise ValueError(f"it has {len(table):,} posts that are not split as published")


def _make_table(path: Path, home: Path, download: bool) -> None:
    """Put the table at the path, made of an archive that is there or of one downloaded for it."""
    archive = home / _SOURCE.file
    if not download and not archive.exists():
        raise _SOURCE.missing(home)
    with _SOURCE.writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".draft-", dir=path.parent) as draft:
            if archive.exists():
                with _SOURCE.reading(archive):
                    _put_archive(archive, Path(draft))
                    table = _fetched(draft)
            else:
                with _SOURCE.downloading(theirs.ARCHIVE.url, home):
                    table = _fetched(draft)
        with replacing(path) as (file,):
            pq.write_table(table, file, compression="zstd")


def _put_archive(archive: Path, draft: Path) -> None:
    """Put the archive where scikit-learn's fetcher looks for it before it downloads, if it is the right one."""
    check_sha256(archive, theirs.ARCHIVE.checksum)
    folder = draft / "20news_home"
    folder.mkdir()
    shutil.copyfile(archive, folder / theirs.ARCHIVE.filename)


def _fetched(folder: str) -> pa.Table:
    """Return what scikit-learn's fetcher gives when it works in some folder."""
    columns: dict[str, list[str]] = {name: [] for name in _COLUMNS}
    for subset in _SIZES:
        try:
            posts = theirs.fetch_20newsgroups(data_home=folder, subset=subset, shuffle=False)
        except HTTPError as error:
            error.close()
            raise ConnectionError(f"the server answered {error.code} {error.reason}") from error
        except (URLError, TimeoutError, ConnectionError) as error:
            raise ConnectionError("there is no connection to the server, or it broke off") from error
        except OSError as error:
            if error.errno is None and "checksum" in str(error):
                raise ValueError("its SHA-256 checksum differs") from error
            raise
        columns["split"] += [subset] * len(posts.data)
        columns["label"] += [posts.target_names[i] for i in posts.target]
        columns["file"] += [Path(name).relative_to(Path(folder, "20news_home")).as_posix() for name in posts.filenames]
        columns["text"] += posts.data
    table = pa.table(columns)
    _check_sizes(table)
    return table
