"""The list of all data sets: what each is, and where it is on this machine.

Nothing heavy is imported for the list.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from importlib import import_module, resources
from pathlib import Path
from typing import Any

from textvec._common.suggestions import did_you_mean
from textvec.datasets._fetching import folder_of_data


@dataclass(frozen=True)
class DatasetInfo:
    """What is known of a data set before it is loaded.

    Attributes
    ----------
    name : str
        As the command line calls it.
    function : str
        The function of `textvec.datasets` that loads it.
    what : str
        What its rows are, in a few words.
    rows : int
        How many there are.
    licence : str
        Under what terms its publisher gives it.
    page : str
        The address of its publisher's page; empty for what comes with textvec.
    megabytes : float or None
        How much is downloaded, rounded up; None for what comes with textvec.
    files : tuple of str
        Where it is kept, in the data folder or in `textvec.corpora`.
    options : dict
        What the function is called with to load it whole.
    """

    name: str
    function: str
    what: str
    rows: int
    licence: str
    page: str
    megabytes: float | None
    files: tuple[str, ...]
    options: dict[str, str] = field(default_factory=dict)

    @property
    def is_bundled(self) -> bool:
        """Whether it comes with textvec."""
        return self.megabytes is None

    @property
    def is_word_test(self) -> bool:
        """Whether its rows are word pairs or analogies, which word vectors are tried on."""
        return self.files[0].startswith("words/")

    def paths(self, data_home: str | os.PathLike[str] | None) -> list[str]:
        """Return where its files are, or would be."""
        if self.is_bundled:
            return [str(resources.files("textvec.corpora").joinpath(name)) for name in self.files]
        return [str(folder_of_data(data_home) / name) for name in self.files]

    def load(self, data_home: str | os.PathLike[str] | None) -> Any:
        """Load it whole, and download it if it is not there."""
        function = getattr(import_module("textvec.datasets"), self.function)
        return function() if self.is_bundled else function(data_home, **self.options)


def _sample(name: str, function: str, what: str, rows: int, *files: str) -> DatasetInfo:
    return DatasetInfo(name, function, what, rows, "BSD-3-Clause", "", None, files)


_WORDSIM = "https://gabrilovich.com/resources/data/wordsim353/wordsim353.html"
_HALVES = "http://alfonseca.org/eng/research/wordsim353.html"

DATASETS = (
    _sample("messages", "load_messages", "messages: spam, ham", 2410, "messages.csv"),
    _sample("reviews", "load_reviews", "reviews: good, bad", 1084, "reviews.csv"),
    _sample("paragraphs", "load_paragraphs", "paraphrases", 84, "paragraphs.jsonl"),
    _sample(
        "passages",
        "load_passages",
        "passages, queries",
        200,
        "passages.jsonl",
        "passage_queries.jsonl",
        "passage_qrels.txt",
    ),
    DatasetInfo(
        "sms-spam",
        "fetch_sms_spam",
        "SMS: spam, ham",
        5574,
        "CC BY 4.0",
        "https://archive.ics.uci.edu/dataset/228/sms+spam+collection",
        0.3,
        ("sms_spam/SMSSpamCollection",),
    ),
    DatasetInfo(
        "imdb",
        "fetch_imdb",
        "film reviews",
        100_000,
        "cite paper",
        "https://ai.stanford.edu/~amaas/data/sentiment/",
        85,
        ("imdb/imdb.parquet",),
        {"subset": "all"},
    ),
    DatasetInfo(
        "20newsgroups",
        "fetch_20newsgroups",
        "newsgroup posts",
        18_846,
        "not stated",
        "http://qwone.com/~jason/20Newsgroups/",
        15,
        ("20newsgroups/20newsgroups.parquet",),
        {"subset": "all"},
    ),
    DatasetInfo(
        "sts-benchmark",
        "fetch_sts_benchmark",
        "sentence pairs",
        8628,
        "CC BY-SA 4.0",
        "http://ixa2.si.ehu.eus/stswiki/index.php/STSbenchmark",
        0.5,
        ("stsb/sts_train_dev.csv", "stsb/sts_test.csv"),
        {"subset": "all"},
    ),
    DatasetInfo(
        "google-analogies",
        "fetch_google_analogies",
        "analogies of words",
        19_544,
        "Apache 2.0",
        "https://code.google.com/archive/p/word2vec/",
        0.7,
        ("words/google-analogies.csv",),
    ),
    DatasetInfo(
        "wordsim353",
        "fetch_wordsim353",
        "word pairs",
        353,
        "CC BY 4.0",
        _WORDSIM,
        0.1,
        ("words/wordsim353.csv",),
    ),
    DatasetInfo(
        "wordsim353-sim",
        "fetch_wordsim353",
        "word pairs: similar",
        203,
        "CC BY 4.0",
        _HALVES,
        0.1,
        ("words/wordsim353-sim.csv",),
        {"subset": "similarity"},
    ),
    DatasetInfo(
        "wordsim353-rel",
        "fetch_wordsim353",
        "word pairs: related",
        252,
        "CC BY 4.0",
        _HALVES,
        0.1,
        ("words/wordsim353-rel.csv",),
        {"subset": "relatedness"},
    ),
    DatasetInfo(
        "simlex999",
        "fetch_simlex999",
        "word pairs: similar",
        999,
        "not stated",
        "https://fh295.github.io/simlex.html",
        0.1,
        ("words/simlex999.csv",),
    ),
)


def named(name: str) -> DatasetInfo:
    """Return what is known of a data set.

    Raises
    ------
    ValueError
        If there is none of this name; it says which has a similar one.
    """
    known = {info.name: info for info in DATASETS}
    asked = name.lower().replace("_", "-")
    if asked in known:
        return known[asked]
    raise ValueError(f"There is no data set {name!r}.{did_you_mean(asked, known)} There are {', '.join(known)}.")


def listed(data_home: str | os.PathLike[str] | None = None) -> list[dict[str, Any]]:
    """Return a record for each data set, with where it is on this machine.

    Parameters
    ----------
    data_home : path-like, default=None
        The data folder, as the fetchers take it.

    Returns
    -------
    list of dict
        "name", "what", "rows", "MB" (megabytes to download), "licence", "page", "here" ("bundled", "yes" or "no") and
        "path" (None if it is not here).

    Examples
    --------
    >>> from textvec.datasets.catalog import listed
    >>> listed()[0]["name"], listed()[0]["rows"], listed()[0]["here"]
    ('messages', 2410, 'bundled')
    """
    records = []
    for info in DATASETS:
        paths = info.paths(data_home)
        is_here = info.is_bundled or all(Path(path).exists() for path in paths)
        records.append(
            {
                "name": info.name,
                "what": info.what,
                "rows": info.rows,
                "MB": info.megabytes,
                "licence": info.licence,
                "page": info.page,
                "here": "bundled" if info.is_bundled else "yes" if is_here else "no",
                "path": paths[0] if is_here else None,
            }
        )
    return records
