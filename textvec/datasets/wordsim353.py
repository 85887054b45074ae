"""WordSim-353: pairs of words and how much people say they belong together, found on this machine or downloaded once.

Its publisher gives all pairs in one zip file. Others judged anew which of them are similar, and which are only related,
and give those halves in an archive of their own.

Tested in tests/datasets/test_evaluation_sets.py.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping, Sequence

from sklearn.utils import Bunch

from textvec.datasets._fetching import Source, check_subset, folder_of_data, member_of_zip, members_of_tar
from textvec.datasets._tables import Table, rows_of, text_of

_PAGE = "https://gabrilovich.com/resources/data/wordsim353/wordsim353.html"
_URL = "https://gabrilovich.com/resources/data/wordsim353/wordsim353.zip"
_SOURCE = Source("WordSim-353", _PAGE, "words/wordsim353.zip", max_bytes=1_000_000)

_HALVES_PAGE = "http://alfonseca.org/eng/research/wordsim353.html"
_HALVES_URL = "http://alfonseca.org/pubs/ws353simrel.tar.gz"
_HALVES = Source("the split of WordSim-353", _HALVES_PAGE, "words/ws353simrel.tar.gz", max_bytes=1_000_000)

_COLUMNS = ("word1", "word2", "similarity")
_ALL = Table(
    "words/wordsim353.csv", _COLUMNS, {"": 353}, "2dcea9508c08599d64997a8e48da56b4a183afac8f2e071f5e42283727a408d1"
)
_SIMILARITY = Table(
    "words/wordsim353-sim.csv", _COLUMNS, {"": 203}, "b20059d34b076ddb79dd3822828c5b684bfc58e796a14f14c87184bd4eca2655"
)
_RELATEDNESS = Table(
    "words/wordsim353-rel.csv", _COLUMNS, {"": 252}, "d7ae331199ebb368a8bf1489b46268702d58a05193fa83fad80e9aa1d04ba723"
)
_SUBSETS = ("all", "similarity", "relatedness")

_DESCRIPTION = (
    "WordSim-353: 353 pairs of English words, with people's judgement of how much they belong together, from 0 to 10. "
    f"L. Finkelstein et al. (2002), {_PAGE}. Split into pairs that are similar and pairs that are related by E. Agirre "
    f"et al. (2009), {_HALVES_PAGE}. CC BY 4.0."
)


def fetch_wordsim353(
    data_home: str | os.PathLike[str] | None = None, *, subset: str = "all", download: bool = True
) -> Bunch:
    """Load WordSim-353, 353 pairs of words and how related they are [1]_, and download it (30 kB) if it is not there.

    It is read from `words/wordsim353.csv` in the data folder, its halves [2]_ from `words/wordsim353-sim.csv` and
    `words/wordsim353-rel.csv`. A table that is wanted and not there is made of the file as published,
    `words/wordsim353.zip` or, for the halves, `words/ws353simrel.tar.gz`: of the one in the data folder, or of one that
    is downloaded and not kept. The SHA-256 checksum of words and judgements is compared each time.

    Parameters
    ----------
    data_home : path-like, default=None
        The data folder. By default that which the environment variable `TEXTVEC_DATA` names; if there is none, the
        user's cache folder (`~/.cache/textvec` on Linux).
    subset : {"all", "similarity", "relatedness"}, default="all"
        All 353 pairs; the 203 of words that are similar, or have nothing to do with each other; or the 252 of words
        that are related in another way, or have nothing to do with each other.
    download : bool, default=True
        Whether to download the pairs if the data folder does not have them.

    Returns
    -------
    Bunch
        data : list of (str, str, float)
            Two words, and people's judgement, from 0 to 10. `textvec.evaluation.word_pairs` takes it as it is. In
            "all", one pair is there twice with two judgements, as published: money and cash.
        columns : list of str
            What each of the three is called: "word1", "word2" and "similarity".
        filename : str
            Where the pairs are on this machine.
        DESCR : str
            What the data is, where it comes from, and its licence.

    Raises
    ------
    FileNotFoundError
        If the data folder does not have the pairs and `download` is False.
    ConnectionError
        If they cannot be downloaded.
    ValueError
        If there is no such subset; or the file in the data folder, or what was downloaded, is something else. A file
        that is there is never overwritten, and a download that is wrong is never kept.
    OSError
        If the data folder cannot be read or written.

    See Also
    --------
    fetch_simlex999 : Pairs that are judged by similarity alone.
    textvec.evaluation.word_pairs : How well word vectors agree with the judgements.

    References
    ----------
    .. [1] L. Finkelstein et al. (2002). "Placing Search in Context: The Concept Revisited". ACM TOIS 20(1).
    .. [2] E. Agirre et al. (2009). "A Study on Similarity and Relatedness Using Distributional and WordNet-based
       Approaches". In Proc. NAACL.

    Examples
    --------
    >>> from textvec.datasets import fetch_wordsim353
    >>> fetch_wordsim353(subset="similarity").data[:2]  # doctest: +SKIP
    [('tiger', 'cat', 7.35), ('tiger', 'tiger', 10.0)]
    """
    check_subset("fetch_wordsim353", subset, _SUBSETS)
    home = folder_of_data(data_home)
    if subset == "all":
        table, rows = _ALL, rows_of(_ALL, _SOURCE, _URL, home, download, _parse)
    else:
        table = _SIMILARITY if subset == "similarity" else _RELATEDNESS
        rows = rows_of(table, _HALVES, _HALVES_URL, home, download, _parse_halves)
    return Bunch(data=rows, columns=list(_COLUMNS), filename=str(home / table.file), DESCR=_DESCRIPTION)


def _parse(content: bytes) -> Mapping[Table, Sequence[Sequence[str]]]:
    """Return all pairs: a CSV file below a line of names."""
    text = text_of(member_of_zip(content, "combined.csv", _SOURCE.max_bytes))
    return {_ALL: [row for row in csv.reader(text.splitlines()[1:]) if row]}


def _parse_halves(content: bytes) -> Mapping[Table, Sequence[Sequence[str]]]:
    """Return the two halves: lines of two words and a number."""
    names = [f"wordsim353_sim_rel/wordsim_{half}_goldstandard.txt" for half in ("similarity", "relatedness")]
    files = members_of_tar(content, names, _HALVES.max_bytes)
    similar, related = ([line.split() for line in text_of(file).splitlines() if line.strip()] for file in files)
    return {_SIMILARITY: similar, _RELATEDNESS: related}
