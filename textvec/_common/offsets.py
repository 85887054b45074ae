"""Offsets: where the items of each document begin in one array that holds those of all.

Document i has the items from `offsets[i]` up to `offsets[i + 1]`; the first offset is 0 and the last is the number of
items. The row bounds of a CSR matrix are the same thing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def offsets_of(lengths: NDArray[Any]) -> NDArray[np.int64]:
    """Return the offsets of documents of the given lengths: their running total, from 0.

    Examples
    --------
    >>> import numpy as np
    >>> offsets_of(np.array([2, 0, 3]))
    array([0, 2, 2, 5])
    """
    offsets = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=offsets[1:])
    return offsets


def taken(offsets: NDArray[np.int64], documents: Any) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the offsets of some documents, and the positions of their items, one document after the other.

    Examples
    --------
    >>> import numpy as np
    >>> taken(np.array([0, 2, 3, 7]), np.array([2, 0]))
    (array([0, 4, 6]), array([3, 4, 5, 6, 0, 1]))
    """
    starts = offsets[documents]
    lengths = offsets[np.asarray(documents) + 1] - starts
    new = offsets_of(lengths)
    return new, np.arange(new[-1]) + np.repeat(starts - new[:-1], lengths)


def joined_offsets(pieces: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Return the offsets of documents that come in pieces, when the items of the pieces are put one after the other.

    Examples
    --------
    >>> import numpy as np
    >>> joined_offsets([np.array([0, 2, 3]), np.array([0, 4])])
    array([0, 2, 3, 7])
    """
    if len(pieces) == 1:
        return pieces[0]
    joined, n_items = [np.zeros(1, np.int64)], 0
    for offsets in pieces:
        joined.append(offsets[1:] + n_items)
        n_items += int(offsets[-1])
    return np.concatenate(joined)
