"""SimLex-999: pairs of words and how similar people call them, found on this machine or downloaded once.

Tested in tests/datasets/test_evaluation_sets.py.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping, Sequence

from sklearn.utils import Bunch

from textvec.datasets._fetching import Source, folder_of_data, member_of_zip
from textvec.datasets._tables import Table, rows_of, text_of

_PAGE = "https://fh295.github.io/simlex.html"
_URL = "https://fh295.github.io/SimLex-999.zip"
_SOURCE = Source("SimLex-999", _PAGE, "words/SimLex-999.zip", max_bytes=1_000_000)
_TABLE = Table(
    "words/simlex999.csv",
    ("word1", "word2", "similarity"),
    {"": 999},
    "edd77c7a726e1c0b594cafd5e13494bc46676734547e76afe08cd510f3cd5b0a",
)

_DESCRIPTION = (
    "SimLex-999: 999 pairs of English words, with people's judgement of how similar they are, from 0 to 10; words that "
    "only belong together, such as coffee and cup, are not. F. Hill, R. Reichart and A. Korhonen (2015), "
    f"{_PAGE}. No licence is given; its authors ask to cite the paper."
)


def fetch_simlex999(data_home: str | os.PathLike[str] | None = None, *, download: bool = True) -> Bunch:
    """Load SimLex-999, 999 pairs of words and how similar they are [1]_, and download it (30 kB) if it is not there.

    It is read from `words/simlex999.csv` in the data folder. If that is not there it is made of the zip file as
    published, `words/SimLex-999.zip`: of the one in the data folder, or of one that is downloaded and not kept. The
    SHA-256 checksum of words and judgements is compared each time.

    Parameters
    ----------
    data_home : path-like, default=None
        The data folder. By default that which the environment variable `TEXTVEC_DATA` names; if there is none, the
        user's cache folder (`~/.cache/textvec` on Linux).
    download : bool, default=True
        Whether to download the pairs if the data folder does not have them.

    Returns
    -------
    Bunch
        data : list of (str, str, float)
            Two words, and people's judgement: from 0, not similar, to 10, the same. `textvec.evaluation.word_pairs`
            takes it as it is.
        columns : list of str
            What each of the three is called: "word1", "word2" and "similarity".
        filename : str
            Where the pairs are on this machine.
        DESCR : str
            What the data is, and where it comes from.

    Raises
    ------
    FileNotFoundError
        If the data folder does not have the pairs and `download` is False.
    ConnectionError
        If they cannot be downloaded.
    ValueError
        If the file in the data folder, or what was downloaded, is something else. A file that is there is never
        overwritten, and a download that is wrong is never kept.
    OSError
        If the data folder cannot be read or written.

    See Also
    --------
    fetch_wordsim353 : Pairs that are judged by how much they belong together.
    textvec.evaluation.word_pairs : How well word vectors agree with the judgements.

    References
    ----------
    .. [1] F. Hill, R. Reichart, A. Korhonen (2015). "SimLex-999: Evaluating Semantic Models with (Genuine) Similarity
       Estimation". Computational Linguistics 41(4).

    Examples
    --------
    >>> from textvec.datasets import fetch_simlex999
    >>> fetch_simlex999().data[:2]  # doctest: +SKIP
    [('old', 'new', 1.58), ('smart', 'intelligent', 9.2)]
    """
    home = folder_of_data(data_home)
    return Bunch(
        data=rows_of(_TABLE, _SOURCE, _URL, home, download, _parse),
        columns=list(_TABLE.columns),
        filename=str(home / _TABLE.file),
        DESCR=_DESCRIPTION,
    )


def _parse(content: bytes) -> Mapping[Table, Sequence[Sequence[str]]]:
    """Return the pairs: columns of a table with tabs, among others."""
    text = text_of(member_of_zip(content, "SimLex-999/SimLex-999.txt", _SOURCE.max_bytes))
    reader = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    names = ("word1", "word2", "SimLex999")
    if not set(names) <= set(reader.fieldnames or ()):
        raise ValueError(f"it lacks some of the columns {', '.join(names)}")
    return {_TABLE: [[row[name] or "" for name in names] for row in reader]}
