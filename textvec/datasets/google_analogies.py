"""The Google analogies: what is to Paris as Greece is to Athens? Found on this machine or downloaded once.

Tested in tests/datasets/test_evaluation_sets.py.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from sklearn.utils import Bunch

from textvec.datasets._fetching import Source, folder_of_data
from textvec.datasets._tables import Table, rows_of, text_of

_PAGE = "https://code.google.com/archive/p/word2vec/"
_URL = "http://download.tensorflow.org/data/questions-words.txt"
_SOURCE = Source("the set of Google analogies", _URL, "words/questions-words.txt", max_bytes=5_000_000)
_TABLE = Table(
    "words/google-analogies.csv",
    ("type", "word1", "word2", "word3", "target"),
    {"": 19_544},
    "d366dce6a930416a03c9c4f97d3467257153de775be6b507e6df05f61f2f70d4",
)

_DESCRIPTION = (
    "Google analogies: 19,544 questions in English such as: what is to Baghdad as Greece is to Athens? In 14 kinds, 5 "
    f"of meaning and 9 of grammar. T. Mikolov et al. (2013), with word2vec, {_PAGE}. Apache License 2.0, as word2vec."
)


def fetch_google_analogies(data_home: str | os.PathLike[str] | None = None, *, download: bool = True) -> Bunch:
    """Load the Google analogies, 19,544 questions about words [1]_, and download them (0.6 MB) if they are not there.

    They are read from `words/google-analogies.csv` in the data folder. If that is not there it is made of the file as
    published, `words/questions-words.txt`: of the one in the data folder, or of one that is downloaded and not kept.
    The SHA-256 checksum of the questions is compared each time.

    Parameters
    ----------
    data_home : path-like, default=None
        The data folder. By default that which the environment variable `TEXTVEC_DATA` names; if there is none, the
        user's cache folder (`~/.cache/textvec` on Linux).
    download : bool, default=True
        Whether to download the questions if the data folder does not have them.

    Returns
    -------
    Bunch
        data : list of (str, str, str, str, str)
            The kind of question, and four words: the first is to the second as the third is to the fourth.
            `textvec.evaluation.analogies` takes it as it is.
        columns : list of str
            What each of the five is called: "type", "word1", "word2", "word3" and "target".
        filename : str
            Where the questions are on this machine.
        DESCR : str
            What the data is, where it comes from, and its licence.

    Raises
    ------
    FileNotFoundError
        If the data folder does not have the questions and `download` is False.
    ConnectionError
        If they cannot be downloaded.
    ValueError
        If the file in the data folder, or what was downloaded, is something else. A file that is there is never
        overwritten, and a download that is wrong is never kept.
    OSError
        If the data folder cannot be read or written.

    See Also
    --------
    textvec.evaluation.analogies : How many of the questions word vectors answer.

    References
    ----------
    .. [1] T. Mikolov, K. Chen, G. Corrado, J. Dean (2013). "Efficient Estimation of Word Representations in Vector
       Space". In Proc. ICLR Workshop.

    Examples
    --------
    >>> from textvec.datasets import fetch_google_analogies
    >>> questions = fetch_google_analogies()  # doctest: +SKIP
    >>> questions.data[0]  # doctest: +SKIP
    ('capital-common-countries', 'Athens', 'Greece', 'Baghdad', 'Iraq')
    """
    home = folder_of_data(data_home)
    return Bunch(
        data=rows_of(_TABLE, _SOURCE, _URL, home, download, _parse),
        columns=list(_TABLE.columns),
        filename=str(home / _TABLE.file),
        DESCR=_DESCRIPTION,
    )


def _parse(content: bytes) -> Mapping[Table, Sequence[Sequence[str]]]:
    """Return the questions: lines of four words, below lines of a colon and the name of their kind."""
    rows, kind = [], ""
    for line in text_of(content).split("\n"):
        if line.startswith(":"):
            kind = line[1:].strip()
        elif line.strip():
            rows.append((kind, *line.split()))
    return {_TABLE: rows}
