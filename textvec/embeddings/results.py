"""What a search among words returns: neighbours that read like a list of pairs, and print well.

Tested in tests/embeddings/test_neighbours.py.
"""

from __future__ import annotations

import html
from typing import NamedTuple

from textvec._common.printable import printable


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


class Neighbours(list[Neighbour]):
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

    def __repr__(self) -> str:
        lines = [f"Neighbours({len(self)})", *(f"  {score:.4f}  {word}" for word, score in self)]
        return printable("\n".join(lines), keep="\n")

    def _repr_html_(self) -> str:
        rows = "".join(f"<tr><td>{score:.4f}</td><td>{html.escape(word)}</td></tr>" for word, score in self)
        return f"<table><tr><th>score</th><th>word</th></tr>{rows}</table>"
