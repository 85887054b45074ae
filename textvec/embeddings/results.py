"""What a search among words returns: neighbours that read like a list of pairs, and print well.

Tested in tests/embeddings/test_neighbours.py.
"""

from __future__ import annotations

from typing import NamedTuple

from textvec._common.records import Records


class Neighbour(NamedTuple):
    """A word that was found, and how near it is.

    Attributes
    ----------
    word : str
        The word.
    score : float
        The cosine of its vector and the query's, or what else the search compares by.
    """

    word: str
    score: float


class Neighbours(Records[Neighbour]):
    """Words that were found, nearest first: a list of pairs (word, score) that prints well.

    Examples
    --------
    >>> from textvec import WordVectors
    >>> wv = WordVectors(["tea", "coffee", "moon"], [[4, 1], [3, 1], [-1, 4]])
    >>> near = wv.most_similar("tea")
    >>> near
    Neighbours(2)
      0.9971  coffee
      0.0000  moon
    >>> near[0].word, [word for word, score in near], dict(near)["moon"]
    ('coffee', ['coffee', 'moon'], 0.0)
    """

    _head = ("score", "word")
    _texts = frozenset({1})
    _what = ("word", "words")

    def _cells(self, record: Neighbour) -> tuple[str, str]:
        return f"{record.score:.4f}", record.word
