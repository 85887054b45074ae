"""The STS Benchmark: pairs of sentences and how similar people call their meanings.

The pairs are not part of textvec. Their publisher gives them as an archive; what is kept is two tables, one of the
pairs to train and develop with, and one of those to test with.

Tested in tests/datasets/test_evaluation_sets.py.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence

import numpy as np
from sklearn.utils import Bunch

from textvec.datasets._fetching import Source, check_subset, folder_of_data, members_of_tar
from textvec.datasets._tables import Table, rows_of, text_of

_PAGE = "http://ixa2.si.ehu.eus/stswiki/index.php/STSbenchmark"
_URL = "http://ixa2.si.ehu.eus/stswiki/images/4/48/Stsbenchmark.tar.gz"
_MD5 = "4eb0065aba063ef77873d3a9c8088811"  # as torchtext has it; the publisher gives none
_SOURCE = Source("the STS Benchmark", _PAGE, "stsb/Stsbenchmark.tar.gz", max_bytes=5_000_000)

_COLUMNS = ("split", "genre", "score", "sentence1", "sentence2")
_TRAIN_DEV = Table(
    "stsb/sts_train_dev.csv",
    _COLUMNS,
    {"train": 5749, "dev": 1500},
    "00f25c0379150654bb185fd8c7870cb2396c4f4bf8fc565dc74edce725b4c959",
    unchecked=("genre",),
)
_TEST = Table("stsb/sts_test.csv", _COLUMNS, {"test": 1379})
_SUBSETS = {"train": [_TRAIN_DEV], "dev": [_TRAIN_DEV], "test": [_TEST], "all": [_TRAIN_DEV, _TEST]}

_DESCRIPTION = (
    "STS Benchmark: 8,628 pairs of English sentences of image captions, news and forums, with people's judgement of "
    f"how similar their meanings are, from 0 to 5. D. Cer et al. (2017), {_PAGE}. CC BY-SA 4.0; "
    "sentences keep the terms of their sources."
)


def fetch_sts_benchmark(
    data_home: str | os.PathLike[str] | None = None, *, subset: str = "train", download: bool = True
) -> Bunch:
    """Load the STS Benchmark, 8,628 pairs of sentences [1]_, and download it (0.4 MB) if it is not there.

    It is read from `stsb/sts_train_dev.csv` and `stsb/sts_test.csv` in the data folder. A table that is wanted and not
    there is made of the archive as published, `stsb/Stsbenchmark.tar.gz`: of the one in the data folder, or of one that
    is downloaded and not kept.

    Of an archive, the MD5 checksum is compared with that which torchtext has, since the publisher gives none. Of the
    pairs in "train" and "dev", numbers and a SHA-256 checksum of sentences and scores are compared each time; of those
    in "test", only the number.

    Parameters
    ----------
    data_home : path-like, default=None
        The data folder. By default that which the environment variable `TEXTVEC_DATA` names; if there is none, the
        user's cache folder (`~/.cache/textvec` on Linux).
    subset : {"train", "dev", "test", "all"}, default="train"
        The 5,749 pairs to train on, the 1,500 to choose settings with, the 1,379 to test with, or all.
    download : bool, default=True
        Whether to download the archive if the data folder has neither the table nor the archive.

    Returns
    -------
    Bunch
        data : list of (str, str, float)
            Two sentences, and people's judgement: 0 if the one has nothing to do with the other, 5 if they mean the
            same. `textvec.evaluation.sentence_pairs` takes it as it is.
        columns : list of str
            What each of the three is called: "sentence1", "sentence2" and "score".
        genre : ndarray of str of shape (n_pairs,)
            Where the sentences are from, such as "main-news".
        split : ndarray of str of shape (n_pairs,)
            "train", "dev" or "test" for each.
        filename : str
            Where the table is on this machine; with "all", that of "train" and "dev".
        DESCR : str
            What the data is, where it comes from, and its licence.

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
    textvec.evaluation.sentence_pairs : How well vectors agree with the judgements.

    References
    ----------
    .. [1] D. Cer, M. Diab, E. Agirre, I. Lopez-Gazpio, L. Specia (2017). "SemEval-2017 Task 1: Semantic Textual
       Similarity, Multilingual and Crosslingual Focused Evaluation". In Proc. SemEval.

    Examples
    --------
    >>> from textvec import TfidfVectorizer
    >>> from textvec.datasets import fetch_sts_benchmark
    >>> from textvec.evaluation import sentence_pairs
    >>> train, dev = (fetch_sts_benchmark(subset=subset).data for subset in ("train", "dev"))  # doctest: +SKIP
    >>> encoder = TfidfVectorizer().fit([text for pair in train for text in pair[:2]])  # doctest: +SKIP
    >>> sentence_pairs(encoder, dev)  # doctest: +SKIP
    SentencePairsResult(1,500 pairs)
      Spearman   0.7195  p = 1.8e-239
      Pearson    0.7203  p = 3.1e-240
    """
    check_subset("fetch_sts_benchmark", subset, _SUBSETS)
    home = folder_of_data(data_home)
    tables = _SUBSETS[subset]
    rows = [row for table in tables for row in rows_of(table, _SOURCE, _URL, home, download, _parse)]
    rows = [row for row in rows if subset in ("all", row[0])]
    return Bunch(
        data=[(first, second, score) for _, _, score, first, second in rows],
        columns=["sentence1", "sentence2", "score"],
        genre=np.array([genre for _, genre, _, _, _ in rows]),
        split=np.array([split for split, _, _, _, _ in rows]),
        filename=str(home / tables[0].file),
        DESCR=_DESCRIPTION,
    )


def _parse(content: bytes) -> Mapping[Table, Sequence[Sequence[str]]]:
    """Return the rows of the archive: lines of genre, file, year, number, score and two sentences, between tabs."""
    if hashlib.md5(content, usedforsecurity=False).hexdigest() != _MD5:
        raise ValueError("its MD5 checksum differs")
    names = [f"stsbenchmark/sts-{split}.csv" for split in ("train", "dev", "test")]
    train, dev, test = (
        [
            (split, fields[0], *(field.strip() for field in fields[4:7]))
            for fields in (line.split("\t") for line in text_of(file).split("\n") if line.strip())
        ]
        for split, file in zip(("train", "dev", "test"), members_of_tar(content, names, _SOURCE.max_bytes), strict=True)
    )
    return {_TRAIN_DEV: [*train, *dev], _TEST: test}
