"""What decides how a process answers its first queries.

One query from the shell is to be answered in 0.2 s. Loading compiled code alone takes half a second, and importing
scikit-learn longer. So two things have a second engine that needs NumPy only, and is slower for much work:

- searching: `rows.sparse_numpy` beside `rows.sparse_compiled`, and `rows.dense_numpy` beside `_common.dense_search`;
- encoding queries: `encoders.query_encoder` beside the encoder itself.

Both give the same numbers as the first engine, to the last bit. All that chooses between them is here.
"""

from __future__ import annotations

import sys
from typing import Any

MAX_NUMPY_SEARCHES = 20
"""How many searches NumPy does in a process. Each takes some milliseconds. A process that does more is probably
long-lived, so that loading compiled code, half a second, pays: a search then takes a tenth of a millisecond."""

ROWS_PER_SEARCH = 1_000_000
"""A search of an index of more rows than this counts as several: it takes NumPy 25 milliseconds for each million."""

MAX_SCORED_ROWS = 5000
"""How many rows NumPy scores for one query. It takes a millisecond for each thousand; where more could be hits, the
compiled search is faster even with its loading time."""

MAX_QUERY_CHARACTERS = 100_000
"""How many characters of queries are encoded in plain Python. It takes a second for each million; the encoder takes
about as long to load as this many take."""

_COMPILER = "numba"
_n_searches = 0


def count_search(n_rows: int) -> None:
    """Note that a search of some rows was done by NumPy."""
    global _n_searches
    _n_searches += max(1, n_rows // ROWS_PER_SEARCH)


def prefers_numpy(n_queries: int) -> bool:
    """Tell whether NumPy is to search: for one query, early in a process that has not loaded compiled code."""
    return n_queries == 1 and _n_searches < MAX_NUMPY_SEARCHES and _COMPILER not in sys.modules


def prefers_query_encoder(queries: Any) -> bool:
    """Tell whether queries are few texts, for which loading the encoder would take longer than encoding them."""
    return (
        isinstance(queries, list)
        and set(map(type, queries)) == {str}
        and sum(map(len, queries)) <= MAX_QUERY_CHARACTERS
    )
