"""Random numbers inside kernels: a generator, and draws from any discrete distribution.

The alias method (Walker 1977; Vose 1991) draws with two random numbers, however many items there are.

Tested in tests/kernels/test_word2vec.py.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from textvec.kernels._compile import kernel, ro, rw

_MULTIPLIER, _INCREMENT = np.uint64(6364136223846793005), np.uint64(1442695040888963407)  # Knuth's MMIX


@nb.njit(inline="always")
def bits(random):
    """Step the generator, an array of one uint64, and return a number of 32 random bits."""
    random[0] = random[0] * _MULTIPLIER + _INCREMENT
    return random[0] >> np.uint64(32)


@nb.njit(inline="always")
def below(random, n):
    """Return an integer from 0 to n - 1."""
    return np.int64((bits(random) * np.uint64(n)) >> np.uint64(32))


@nb.njit(inline="always")
def uniform(random):
    """Return a float32 of at least 0 and less than 1."""
    return np.float32(bits(random) >> np.uint64(8)) * np.float32(1 / 16777216)


@nb.njit(inline="always")
def draw(random, keep, alias):
    """Draw an item from the table that `make_alias` filled."""
    item = below(random, keep.shape[0])
    return item if uniform(random) < keep[item] else np.int64(alias[item])


@kernel(nb.void(ro(nb.float64), rw(nb.float32), rw(nb.int32)))
def make_alias(weights, keep, alias):
    """Fill the table for drawing item i with a probability proportional to weights[i]; some weight must be positive.

    To draw, take an item i, all equally likely, and a number u in [0, 1). The item drawn is i if u < keep[i], else
    alias[i].
    """
    n = weights.shape[0]
    scaled = weights * (n / weights.sum())
    queue = np.empty(n, np.int64)  # items below the mean weight from the front, the others from the back
    low, high = 0, n
    for i in range(n):
        if scaled[i] < 1:
            queue[low] = i
            low += 1
        else:
            high -= 1
            queue[high] = i
    while low > 0 and high < n:
        low -= 1
        poor, rich = queue[low], queue[high]
        keep[poor] = scaled[poor]
        alias[poor] = rich
        scaled[rich] -= 1 - scaled[poor]
        if scaled[rich] < 1:
            high += 1
            queue[low] = rich
            low += 1
    for i in range(low):  # items that only rounding left in the queue
        keep[queue[i]] = 1
    for i in range(high, n):
        keep[queue[i]] = 1
