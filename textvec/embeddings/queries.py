"""What people ask of word vectors in words: sums and differences that are written out, and words that may be unknown.

Tested in tests/embeddings/test_queries.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from textvec._common.lengths import directions_of
from textvec.embeddings._unknown import close_spellings
from textvec.embeddings.results import Neighbour, Neighbours

if TYPE_CHECKING:
    from textvec.embeddings.word_vectors import WordVectors

_SIGNS = "+-"
_EXPECTED = "Expected words with + and - between them, such as 'king - man + woman', or 'man : king :: woman'"


class Expression(NamedTuple):
    """The words of an expression, as `WordVectors.most_similar` takes them.

    Attributes
    ----------
    positive, negative : list of str
        Those that are added and those that are subtracted, in their order.
    """

    positive: list[str]
    negative: list[str]


def parse_expression(text: str) -> Expression:
    """Return the words of a sum, `king - man + woman`, or of an analogy, `man : king :: woman`, with their signs.

    A sign stands by itself, or before its word: within a word it is a character like others, as in "e-mail" and "c++".
    "man : king :: woman" asks what is to woman as king is to man; `: ?` may follow.

    Parameters
    ----------
    text : str
        The expression.

    Raises
    ------
    ValueError
        If it is not of this form, with what was expected, and where.

    Examples
    --------
    >>> from textvec.embeddings.queries import parse_expression
    >>> parse_expression("king - man + woman")
    Expression(positive=['king', 'woman'], negative=['man'])
    >>> parse_expression("man : king :: woman")
    Expression(positive=['king', 'woman'], negative=['man'])
    """
    if "::" in text:
        return _analogy(text)
    signed: dict[str, list[str]] = {"+": [], "-": []}
    sign, before = "+", ""
    for token in text.split():
        if token in _SIGNS:
            if before and before in _SIGNS:
                raise ValueError(f"{_EXPECTED}; in {text!r:.80}, {before} and {token} stand without a word between.")
            sign, before = token, token
            continue
        if token[0] in _SIGNS and not (before and before in _SIGNS):
            sign, token = token[0], token[1:]
        elif before and before not in _SIGNS:
            raise ValueError(f"{_EXPECTED}; in {text!r:.80}, no + or - stands between {before!r} and {token!r}.")
        signed[sign].append(token)
        before = token
    if not before or before in _SIGNS:
        raise ValueError(f"{_EXPECTED}; {text!r:.80} " + (f"ends with {before}." if before else "holds no word."))
    return Expression(signed["+"], signed["-"])


def _analogy(text: str) -> Expression:
    sides = [[word.strip() for word in side.split(":")] for side in text.split("::")]
    if len(sides) == 2 and sides[1][1:] in (["?"], [""]):
        sides[1].pop()
    if [len(side) for side in sides] != [2, 1] or not all(word for side in sides for word in side):
        raise ValueError(f"{_EXPECTED}; {text!r:.80} has not two words before :: and one after it.")
    (a, b), (c,) = sides
    return Expression([b, c], [a])


def unknown_words(vectors: WordVectors, words: Iterable[str]) -> dict[str, list[str]]:
    """Return the words that have no vector, each with the known words that are spelt most like it.

    Where a word is known in another letter case, that alone is named.

    Parameters
    ----------
    vectors : WordVectors
    words : iterable of str

    Examples
    --------
    >>> from textvec import WordVectors
    >>> from textvec.embeddings.queries import unknown_words
    >>> unknown_words(WordVectors(["tea", "coffee"], [[4, 1], [3, 1]]), ["coffe", "tea", "moon"])
    {'coffe': ['coffee'], 'moon': []}
    """
    if vectors.unknown == "subword":
        return {}
    unknown = {word: close_spellings(word, vectors.words) for word in words if word not in vectors}
    same = {word: [each for each in alike if each.casefold() == word.casefold()] for word, alike in unknown.items()}
    return {word: same[word] or alike for word, alike in unknown.items()}


def describe_unknown(vectors: WordVectors, unknown: dict[str, list[str]]) -> str:
    """Return a sentence that names unknown words, and asks which known ones were meant.

    Parameters
    ----------
    vectors : WordVectors
    unknown : dict of str to list of str
        As `unknown_words` returns them.

    Examples
    --------
    >>> from textvec import WordVectors
    >>> from textvec.embeddings.queries import describe_unknown
    >>> describe_unknown(WordVectors(["tea"], [[4, 1]]), {"tee": ["tea"], "moon": []})
    "None of the 1 words is 'tee' (did you mean 'tea'?) or 'moon'."
    """
    named = [
        f"{word!r:.80}" + (f" (did you mean {' or '.join(map(repr, alike))}?)" if alike else "")
        for word, alike in unknown.items()
    ]
    *first, last = named
    return f"None of the {len(vectors):,} words is {', '.join(first)}{' or ' * bool(first)}{last}."


def similarities_within(vectors: WordVectors, words: Iterable[str]) -> Neighbours:
    """Return for each word the mean of its cosines with the other ones, the highest first: the last is the odd one.

    Parameters
    ----------
    vectors : WordVectors
    words : iterable of str
        Three different words or more, which have vectors: of two, neither is the odd one.

    Raises
    ------
    ValueError
        If there are fewer.
    KeyError
        If a word has no vector.

    See Also
    --------
    WordVectors.odd_one_out : The last of them.

    Examples
    --------
    >>> from textvec import WordVectors
    >>> from textvec.embeddings.queries import similarities_within
    >>> vectors = WordVectors(["tea", "coffee", "moon"], [[4, 1], [3, 1], [-1, 4]])
    >>> similarities_within(vectors, ["tea", "moon", "coffee"])
    Neighbours(3)
      0.5369  coffee
      0.4985  tea
      0.0383  moon
    """
    distinct = list(dict.fromkeys(words))
    if len(distinct) < 3:
        raise ValueError(
            f"The odd one out is looked for among three different words or more, but {len(distinct)} "
            f"{'was' if len(distinct) == 1 else 'were'} given: of two, neither is the odd one."
        )
    directions = directions_of(vectors[distinct])
    total = directions @ directions.sum(axis=0)
    means = (total - (directions**2).sum(axis=1)) / (len(distinct) - 1)
    order = (-means).argsort(kind="stable").tolist()
    return Neighbours([Neighbour(distinct[i], float(means[i])) for i in order])
