"""The SMS Spam Collection: real messages, found on this machine or downloaded once.

The collection is not part of textvec. Its publisher gives it as a zip file; what is kept, and what the checksum is of,
is the one file in it that holds the messages.

Tested in tests/datasets/test_datasets.py.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import zipfile
import zlib
from pathlib import Path

import numpy as np
from sklearn.utils import Bunch

from textvec.datasets._fetching import failed, folder_of_data

_PAGE = "https://archive.ics.uci.edu/dataset/228/sms+spam+collection"
_URL = "https://archive.ics.uci.edu/static/public/228/sms+spam+collection.zip"
_NAME = "SMSSpamCollection"  # in the zip file, and on this machine
_SHA256 = "7d039a24a6083ed9ef0f806ebad56bbb976e3aeb8de05669173bfdc4996c239d"

_DESCRIPTION = (
    "SMS Spam Collection v.1: 5,574 real text messages in English, 747 of them spam. T. A. Almeida and J. M. Gómez "
    f"Hidalgo (2011), UCI Machine Learning Repository, {_PAGE}. CC BY 4.0."
)


def fetch_sms_spam(data_home: str | os.PathLike[str] | None = None, *, download: bool = True) -> Bunch:
    """Load the SMS Spam Collection, 5,574 real text messages [1]_, and download it (200 kB) if it is not there.

    It is read from `sms_spam/SMSSpamCollection` in the data folder, and its checksum is compared each time.

    Parameters
    ----------
    data_home : path-like, default=None
        The data folder. By default that which the environment variable `TEXTVEC_DATA` names; if there is none, the
        user's cache folder (`~/.cache/textvec` on Linux).
    download : bool, default=True
        Whether to download the collection if the data folder does not have it.

    Returns
    -------
    Bunch
        data : list of str
            The messages.
        target : ndarray of str of shape (5574,)
            "spam" or "ham" for each.
        target_names : list of str
            The labels, sorted.
        filename : str
            Where the collection is on this machine.
        DESCR : str
            What the data is, where it comes from, and its licence.

    Raises
    ------
    FileNotFoundError
        If the data folder does not have the collection and `download` is False.
    ConnectionError
        If it cannot be downloaded.
    ValueError
        If the file in the data folder, or what was downloaded, is something else. A file that is there is never
        overwritten, and a download that is wrong is never kept.
    OSError
        If the data folder cannot be read or written.

    See Also
    --------
    load_messages : A sample that comes with textvec.

    References
    ----------
    .. [1] T. A. Almeida, J. M. Gómez Hidalgo, A. Yamakami (2011). "Contributions to the Study of SMS Spam Filtering:
       New Collection and Results". In Proc. ACM Symposium on Document Engineering.

    Examples
    --------
    >>> from textvec.datasets import fetch_sms_spam
    >>> messages = fetch_sms_spam()  # doctest: +SKIP
    >>> len(messages.data)  # doctest: +SKIP
    5574
    """
    path = folder_of_data(data_home) / "sms_spam" / _NAME
    if not path.exists():
        if not download:
            raise FileNotFoundError(
                f"The SMS Spam Collection is not in the data folder. {_by_hand(path)} "
                "Or have it downloaded: download=True."
            )
        _download(path)
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != _SHA256:
        raise ValueError(
            f"{path} is not the SMS Spam Collection as it was published: its SHA-256 checksum differs. "
            "Move it away, and it will be downloaded anew."
        )
    rows = [line.split("\t", 1) for line in content.decode("utf-8").removesuffix("\n").split("\n")]
    target = np.array([label for label, _ in rows])
    return Bunch(
        data=[text for _, text in rows],
        target=target,
        target_names=np.unique(target).tolist(),
        filename=str(path),
        DESCR=_DESCRIPTION,
    )


def _by_hand(path: Path) -> str:
    return f"Get {_NAME} from {_PAGE} and put it at {path}, or set TEXTVEC_DATA to a folder with sms_spam/{_NAME}."


def _download(path: Path) -> None:
    """Put the collection at the path: whole and checked, or not at all."""
    import pooch

    try:
        # The checksum is of the messages, not of the zip file, so they are taken out before pooch compares it.
        pooch.retrieve(_URL, f"sha256:{_SHA256}", fname=path.name, path=path.parent, downloader=_download_member)
    except ConnectionError as error:
        raise ConnectionError(
            f"The SMS Spam Collection could not be downloaded from {_URL}: {error}. {_by_hand(path)}"
        ) from error.__cause__
    except OSError as error:
        raise OSError(
            f"The SMS Spam Collection cannot be written to {path}: {error.strerror or error}. "
            "Pass a data_home that can be written to."
        ) from error
    except ValueError as error:
        raise ValueError(
            f"What {_URL} sent is not the SMS Spam Collection as it was published: its SHA-256 checksum differs. "
            f"Nothing was kept. {_by_hand(path)}"
        ) from error


def _download_member(url: str, output_file: str, _: object) -> None:
    """Download the zip file, and write the messages in it to the temporary file that pooch gives."""
    import pooch
    import requests

    with tempfile.TemporaryFile() as archive:
        try:
            pooch.HTTPDownloader(progressbar=sys.stderr.isatty())(url, archive, None)
            with zipfile.ZipFile(archive) as members:
                content = members.read(_NAME)
        except requests.RequestException as error:
            raise failed(error) from error
        except (zipfile.BadZipFile, zlib.error, EOFError, KeyError) as error:
            raise ConnectionError(f"what came is not a whole zip file with {_NAME} in it") from error
    Path(output_file).write_bytes(content)
