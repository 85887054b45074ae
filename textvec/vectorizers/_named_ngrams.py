"""N-grams by their names, where sorting them would take work and memory that the documents do not explain.

`_sorting` takes one pass over all tokens for each length, and keeps an n-gram as a row of as many codes as the longest
has. That is what is fast for short n-grams. Where `ngram_range` lets n-grams be as long as the documents, it would cost
tokens times the longest document; here the cost is the n-grams that there are, as in scikit-learn.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from itertools import accumulate, repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textvec.text.encoding import Encoded
from textvec.vectorizers._ngrams import MAX_SORTED_LENGTH
from textvec.vectorizers._words import Words

# Up to this length sorting is fast whatever the documents are.
_MAX_ALWAYS_SORTED_LENGTH = 16
# Passes over a token for each n-gram that there is, up to which sorting takes no longer than making names.
_MAX_PASSES_PER_NGRAM = 8
# Positions of n-grams are numbers of 32 bits.
_MAX_NGRAMS = 2**31 - 1


def bounded(units: Encoded, ngram_range: tuple[Any, Any]) -> tuple[int, int]:
    """Return a range of lengths without those that no document has: (longest + 1, longest) if there are no others."""
    longest = int(np.diff(units.offsets).max(initial=1))
    low, high = ngram_range
    return int(min(low, longest + 1)), int(min(high, longest))


def count_by_length(lengths: NDArray[np.int64], low: Any, high: int) -> NDArray[np.int64]:
    """Return how many n-grams of low to high words documents of some lengths have; `low` may be one for each."""
    reach = np.minimum(high, lengths)
    return np.asarray(np.maximum(reach - low + 1, 0) * (2 * lengths - low - reach + 2) // 2)


def are_sorted(units: Encoded, ngram_range: tuple[int, int]) -> bool:
    """Tell whether n-grams are counted by sorting, and not by their names.

    Parameters
    ----------
    units : Encoded
        Words or characters of documents.
    ngram_range : (min_n, max_n)
        See `bounded`.
    """
    low, high = ngram_range
    if high <= _MAX_ALWAYS_SORTED_LENGTH:
        return True
    lengths = np.diff(units.offsets)
    n_ngrams = int(count_by_length(lengths, np.minimum(low, lengths), high).sum())
    return high <= MAX_SORTED_LENGTH and high * len(units.codes) <= _MAX_PASSES_PER_NGRAM * n_ngrams


def named_ngrams(units: Encoded, ngram_range: tuple[int, int], separator: str, whole: bool) -> Iterator[list[str]]:
    """Return the names of the n-grams of each document.

    Parameters
    ----------
    units : Encoded
        Words or characters, which are strings.
    ngram_range : (min_n, max_n)
    separator : str
        What is between words in a name.
    whole : bool
        Whether a document that is shorter than min_n is one n-gram, instead of none.

    Raises
    ------
    ValueError
        If there are more n-grams than can be counted.
    """
    words, codes, offsets = units
    low, high = ngram_range
    documents = np.diff(offsets)
    n_ngrams = int(count_by_length(documents, np.minimum(low, documents) if whole else low, high).sum())
    if n_ngrams > _MAX_NGRAMS:
        raise ValueError(
            f"There are {n_ngrams:,} n-grams of {low} to {high} words or characters in these documents, the longest of "
            f"which has {documents.max():,}; at most {_MAX_NGRAMS:,} can be counted. Use a smaller ngram_range, or "
            "shorter documents."
        )
    steps = [len(word) + len(separator) for word in words]

    def names(d: int) -> list[str]:
        document = codes[offsets[d] : offsets[d + 1]].tolist()
        text = separator.join([words[c] for c in document])
        begins = [0, *accumulate([steps[c] for c in document])]
        ends = [begin - len(separator) for begin in begins[1:]]
        shortest = min(low, len(document)) if whole else low
        return [text[a:b] for i, a in enumerate(begins[:-1]) for b in ends[i + shortest - 1 : i + high]]

    return map(names, range(len(documents)))


def encode_known(documents: Iterable[list[str]], words: Words) -> tuple[Encoded, NDArray[np.int32]]:
    """Number the words of documents by those that are known; the others share one number, the last.

    Returns
    -------
    Encoded
        Its list of words is left empty.
    codes : ndarray of int32
        What each number is in `words`, `len(words)` for the last.
    """
    numbers, offsets = array("i"), array("q", [0])
    number_of = words.number_of.get
    for document in documents:
        numbers.extend(map(number_of, document, repeat(-1)))
        offsets.append(len(numbers))
    distinct, encoded = np.unique(np.array(numbers, np.int32), return_inverse=True)
    codes = words.codes_of_numbers(distinct)
    return Encoded([], encoded.astype(np.int32), np.array(offsets, np.int64)), codes
