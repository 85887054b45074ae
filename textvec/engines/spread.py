"""Learning from documents that lie in pieces: partial on each, merge where they lie, finish here.

Tested in tests/engines/test_here.py and tests/engines/test_dask_engine.py.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from textvec.engines.choosing import engine_for
from textvec.engines.pieces import Batch, Progress


def fit_spread(
    estimator: Any,
    documents: Any,
    y: str | None = None,
    engine: Any = None,
    *,
    column: str | None = None,
    progress: Progress | None = None,
) -> Any:
    r"""Fit an estimator that learns by sums on documents that lie in pieces; the result is that of one machine.

    Parameters
    ----------
    estimator : object
        It has the methods `_partial(documents, y)`, which makes a state, `_merge(states)`, which makes one of several,
        and `_finish(state)`, which learns from it. Where its `_passes` is 2, all three are called a second time;
        where it is 0, no documents are read.
    documents : dask DataFrame, Series or Bag, ray Dataset, or Files
        See `textvec.engines.is_spread`.
    y : str, optional
        The column that holds the targets.
    engine : optional
        Who does the work, see `textvec.engines.engine_for`.
    column : str, optional
        The column that holds the texts; by default the only one of strings, or the one with a name such as text.
    progress : callable, optional
        It is called with the numbers of pieces that are done and of all.

    Returns
    -------
    estimator
        The same one, fitted; what it has learnt is on this machine.

    Raises
    ------
    TypeError
        If `y` is no name of a column.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from textvec.engines import Files, fit_spread
    >>> class Longest:
    ...     def _partial(self, documents, y=None):
    ...         return max(documents.to_pylist(), key=len)
    ...     def _merge(self, states):
    ...         return max(states, key=len)
    ...     def _finish(self, state):
    ...         self.longest_ = state
    ...         return self
    >>> with TemporaryDirectory() as folder:
    ...     for name, text in {"a.txt": "bee\nhoney\n", "b.txt": "beehive\n"}.items():
    ...         _ = Path(folder, name).write_text(text)
    ...     longest = fit_spread(Longest(), Files(folder))
    >>> longest.longest_
    'beehive'
    """
    if not isinstance(y, str | None):
        raise TypeError(
            f"Of documents that lie in pieces, y must be the name of the column that holds the targets, but it is of "
            f"type {type(y).__name__}. Give a table with both columns, and y='name'."
        )
    passes = getattr(estimator, "_passes", 1)
    if not passes:
        return estimator._finish(estimator._partial([]))
    with engine_for(documents, engine) as chosen:
        for _ in range(passes):
            state = chosen.fold(
                partial(_partial, estimator, y),
                estimator._merge,
                documents,
                column=column,
                columns=() if y is None else (y,),
                progress=progress,
            )
            fitted = estimator._finish(state)
    return fitted


def _partial(estimator: Any, y: str | None, batch: Batch) -> Any:
    """Return the state of one piece; this runs on the worker."""
    return estimator._partial(batch.documents, None if y is None else batch.table[y].to_numpy())
