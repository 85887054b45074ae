"""The SMS Spam Collection: real messages, found on this machine or downloaded once.

The collection is not part of textvec. Its publisher gives it as a zip file; what is kept, and what the checksum is of,
is the one file in it that holds the messages.

Tested in tests/datasets/test_datasets.py.
"""

from __future__ import annotations

import hashlib
import io
import os
from pathlib import Path

import numpy as np
from sklearn.utils import Bunch

from textvec._common.atomic_files import replacing
from textvec.datasets._fetching import Source, download_to, folder_of_data, member_of_zip

_PAGE = "https://archive.ics.uci.edu/dataset/228/sms+spam+collection"
_URL = "https://archive.ics.uci.edu/static/public/228/sms+spam+collection.zip"
_NAME = "SMSSpamCollection"  # in the zip file, and on this machine
_SHA256 = "7d039a24a6083ed9ef0f806ebad56bbb976e3aeb8de05669173bfdc4996c239d"
_SOURCE = Source("the SMS Spam Collection", _PAGE, f"sms_spam/{_NAME}", max_bytes=5_000_000)

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
    home = folder_of_data(data_home)
    path = home / _SOURCE.file
    if path.exists():
        content = path.read_bytes()
        with _SOURCE.reading(path):
            _check(content)
    else:
        content = _downloaded(home, download)
        with _SOURCE.writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            with replacing(path) as (file,):
                file.write(content)
    rows = [line.split("\t", 1) for line in content.decode("utf-8").removesuffix("\n").split("\n")]
    target = np.array([label for label, _ in rows])
    return Bunch(
        data=[text for _, text in rows],
        target=target,
        target_names=np.unique(target).tolist(),
        filename=str(path),
        DESCR=_DESCRIPTION,
    )


def _downloaded(home: Path, download: bool) -> bytes:
    """Return the messages, taken out of the zip file that the publisher sends."""
    if not download:
        raise _SOURCE.missing(home)
    received = io.BytesIO()
    with _SOURCE.downloading(_URL, home):
        download_to(received, _URL, _SOURCE.max_bytes)
        content = member_of_zip(received.getvalue(), _NAME, _SOURCE.max_bytes)
        _check(content)
    return content


def _check(content: bytes) -> None:
    if hashlib.sha256(content).hexdigest() != _SHA256:
        raise ValueError("its SHA-256 checksum differs")
