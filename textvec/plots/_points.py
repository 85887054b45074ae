"""What the page, the picture and the projector's files are made of: a `Map`, as they see it, and its groups.

Tested in tests/plots/test_map.py.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray


class Groups(NamedTuple):
    """What points are coloured by.

    Attributes
    ----------
    title : str
        "label" or "cluster".
    names : list of str
        The one that most points have first.
    codes : ndarray of int64 of shape (n_points,)
        Which of the names each point has.
    """

    title: str
    names: list[str]
    codes: NDArray[np.int64]


class Points(Protocol):
    """The attributes of a `Map`, which imports those that use this."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    texts: list[str]
    kind: str
    projection: str | tuple[str, ...]
    neighbors: NDArray[np.int64]
    vectors: Any

    def __len__(self) -> int: ...
