"""What an estimator learns as three functions that know no engine: partial of each part, merge, finish."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from typing import Any

import pyarrow as pa
from sklearn.base import clone
from sklearn.pipeline import Pipeline
from sklearn.utils import get_tags

from textvec._common.states import from_bytes, to_bytes
from textvec._version import __version__

_VERSION, _ESTIMATOR = b"textvec_version", b"textvec_estimator"


def passes(estimator: Any) -> int:
    """Return how often an estimator reads all documents to learn from them.

    Parameters
    ----------
    estimator : estimator
        One that learns by sums.

    Returns
    -------
    int
        2 for ``TfidfWeighting(norm="pivoted")``, whose pivot depends on idf, and for an `EmbeddingVectorizer` that
        learns weights of words and then common components; 1 for others; 0 where nothing is learnt from documents, so
        that ``estimator.fit([])`` is all there is to do.

    Raises
    ------
    TypeError
        If the estimator does not learn by sums.

    Examples
    --------
    >>> from textvec import HashingVectorizer, TfidfVectorizer, TfidfWeighting
    >>> from textvec.distributed import passes
    >>> passes(TfidfVectorizer()), passes(TfidfWeighting(norm="pivoted")), passes(HashingVectorizer())
    (1, 2, 0)
    """
    if not hasattr(estimator, "_partial") and hasattr(estimator, "transform") and not _learns(estimator):
        return 0
    check_sums(estimator)
    return int(getattr(estimator, "_passes", 1))


def partial(estimator: Any, documents: Any, y: Any = None) -> pa.RecordBatch:
    """Return what a part of the documents says to an estimator.

    Parameters
    ----------
    estimator : estimator
        One that learns by sums: a `CountVectorizer`, `TfidfVectorizer`, `OneHotVectorizer`, `TfidfWeighting`,
        `BM25Weighting`, `NBWeighting`, `Phrases`, or an `EmbeddingVectorizer` whose word vectors are given. For the
        second of two `passes` it is what `finish` returned after the first. It is not changed.
    documents : documents, or matrix of counts
        What the estimator's `fit` takes. None at all is a part, too.
    y : array-like of shape (n_documents,), default=None
        The class of each document, for an estimator that needs it. A part need not have documents of all classes.

    Returns
    -------
    pyarrow.RecordBatch
        One row. Its columns are not for use by themselves; pickle and Arrow's streams carry it, and anything that
        carries bytes: see `state_to_bytes`.

    Raises
    ------
    TypeError
        If the estimator does not learn by sums.
    ValueError
        If a parameter or the documents are not good.

    See Also
    --------
    textvec.distributed.fit : Does all three on an engine.

    Examples
    --------
    >>> from textvec import TfidfVectorizer
    >>> from textvec.distributed import finish, merge, partial
    >>> vectorizer = TfidfVectorizer(min_df=2)
    >>> parts = ["good food", "bad food"], [], ["good pizza"]
    >>> states = [partial(vectorizer, part) for part in parts]
    >>> fitted = finish(vectorizer, merge(vectorizer, states))
    >>> fitted.get_feature_names_out()
    array(['food', 'good'], dtype=object)
    """
    check_sums(estimator)
    state = estimator._partial(documents) if y is None else estimator._partial(documents, y)
    return _signed(estimator, state)


def merge(estimator: Any, states: Iterable[pa.RecordBatch]) -> pa.RecordBatch:
    """Return what several parts of the documents say together.

    Parameters
    ----------
    estimator : estimator
        The one that `partial` was called with.
    states : iterable of pyarrow.RecordBatch
        One or more results of `partial` and `merge`. Their order, and which are merged first, changes nothing that is
        learnt.

    Returns
    -------
    pyarrow.RecordBatch

    Raises
    ------
    ValueError
        If there is no state, or they are of different estimators, passes or versions of the package, or say what cannot
        be put together.

    Examples
    --------
    >>> import numpy as np
    >>> from textvec import BM25Weighting
    >>> from textvec.distributed import finish, merge, partial
    >>> weighting = BM25Weighting()
    >>> first, second, third = (partial(weighting, np.eye(3) * n) for n in (1, 2, 3))
    >>> state = merge(weighting, [merge(weighting, [third, first]), second])
    >>> finish(weighting, state).average_length_
    2.0
    """
    check_sums(estimator)
    states = list(states)
    if not states:
        raise ValueError(
            "merge expected one state or more, but none came. No documents are a state, too: partial(estimator, [])."
        )
    for state in states:
        _check_signature(estimator, state)
        if state.schema.names != states[0].schema.names:
            raise ValueError(
                f"merge: the states of {type(estimator).__name__} are of different passes over the documents, or were "
                "made with different parameters. Merge those of one pass, then finish."
            )
    return _signed(estimator, estimator._merge(states))


def finish(estimator: Any, state: pa.RecordBatch) -> Any:
    """Return an estimator that has learnt what all documents say.

    Parameters
    ----------
    estimator : estimator
        The one that `partial` was called with. It is not changed.
    state : pyarrow.RecordBatch
        What `merge` made of the states of all parts.

    Returns
    -------
    estimator
        A clone that is fitted, and equal to one that was fitted on all documents at once. Of an estimator that needs
        two `passes`, after the first one, a clone to call `partial` with once more.

    Raises
    ------
    ValueError
        If the state is that of another estimator, or nothing can be learnt, for the reasons that `fit` has.

    Examples
    --------
    >>> import numpy as np
    >>> from textvec import TfidfWeighting
    >>> from textvec.distributed import finish, merge, partial, passes
    >>> weighting, parts = TfidfWeighting(norm="pivoted"), [np.eye(3), 2 * np.eye(3)]
    >>> for _ in range(passes(weighting)):
    ...     states = [partial(weighting, part) for part in parts]
    ...     weighting = finish(weighting, merge(weighting, states))
    >>> weighting.pivot_ == TfidfWeighting(norm="pivoted").fit(np.vstack(parts)).pivot_
    True
    """
    check_sums(estimator)
    _check_signature(estimator, state)
    made = copy(estimator) if getattr(estimator, "_begun", False) else clone(estimator)
    return made._finish(state)


def state_to_bytes(state: pa.RecordBatch) -> bytes:
    """Return a state as bytes, for engines, files and columns that carry nothing else.

    Parameters
    ----------
    state : pyarrow.RecordBatch
        What `partial` or `merge` returned.

    Returns
    -------
    bytes
        A stream of Arrow, which `state_from_bytes` reads.

    Raises
    ------
    TypeError
        If it is no state.

    Examples
    --------
    >>> from textvec import CountVectorizer
    >>> from textvec.distributed import finish, partial, state_from_bytes, state_to_bytes
    >>> carried = state_to_bytes(partial(CountVectorizer(), ["good food"]))
    >>> finish(CountVectorizer(), state_from_bytes(carried)).get_feature_names_out()
    array(['food', 'good'], dtype=object)
    """
    _check_state(state)
    return to_bytes(state)


def state_from_bytes(stream: bytes) -> pa.RecordBatch:
    """Return the state that `state_to_bytes` made bytes of.

    Parameters
    ----------
    stream : bytes-like
        They are not copied.

    Returns
    -------
    pyarrow.RecordBatch

    Raises
    ------
    TypeError
        If they are no bytes.
    ValueError
        If they are other bytes, or not all of them.

    Examples
    --------
    >>> from textvec import CountVectorizer
    >>> from textvec.distributed import merge, partial, state_from_bytes, state_to_bytes
    >>> vectorizer = CountVectorizer()
    >>> streams = [state_to_bytes(partial(vectorizer, part)) for part in (["good food"], ["good pizza"])]
    >>> state = merge(vectorizer, [state_from_bytes(stream) for stream in streams])
    """
    if not isinstance(stream, bytes | bytearray | memoryview | pa.Buffer):
        raise TypeError(
            f"state_from_bytes expected the bytes that state_to_bytes returned, but {type(stream).__name__} came."
        )
    try:
        return from_bytes(stream)
    except (pa.ArrowException, OSError, StopIteration) as error:
        raise ValueError(
            f"These {memoryview(stream).nbytes:,} bytes are no state that state_to_bytes returned, or not all of one: "
            f"{error}"
        ) from error


def check_sums(estimator: Any) -> None:
    """Raise a TypeError unless an estimator learns by sums."""
    if hasattr(estimator, "_partial") and not isinstance(estimator, type):
        return
    name = estimator.__name__ if isinstance(estimator, type) else type(estimator).__name__
    if isinstance(estimator, type):
        way = f"Give it an object, {name}()."
    elif isinstance(estimator, Pipeline):
        way = "textvec.distributed.fit takes pipelines; partial, merge and finish take one step."
    elif name == "Word2Vec":
        way = (
            "Train it on a sample, or on one large machine, and give its vectors_ to an EmbeddingVectorizer, which "
            "encodes documents everywhere."
        )
    elif hasattr(estimator, "predict"):
        way = (
            "Fit the steps before it, transform the documents to parts with textvec.distributed.transform, and call "
            "partial_fit of a classifier that has it, such as SGDClassifier, with one part after the other."
        )
    elif _learns(estimator):
        way = "Fit it on a sample, and transform the documents with it."
    else:
        way = f"It learns nothing from documents: {name}().fit([]) is all there is to do."
    raise TypeError(
        f"{name} does not learn by sums over documents, so that parts of them cannot be put together. {way}"
    )


def _learns(estimator: Any) -> bool:
    return not hasattr(estimator, "__sklearn_tags__") or bool(get_tags(estimator).requires_fit)


def _signed(estimator: Any, state: pa.RecordBatch) -> pa.RecordBatch:
    return state.replace_schema_metadata({_VERSION: __version__, _ESTIMATOR: type(estimator).__name__})


def _check_signature(estimator: Any, state: Any) -> None:
    """Raise an error unless a state was made for this estimator by this version of the package."""
    _check_state(state)
    said = state.schema.metadata or {}
    made_for, version = (said.get(key, b"nothing known").decode() for key in (_ESTIMATOR, _VERSION))
    if made_for != type(estimator).__name__:
        raise ValueError(f"The state was made for {made_for}, and cannot be given to {type(estimator).__name__}.")
    if version != __version__:
        raise ValueError(
            f"The state was made by textvec {version}, but this is {__version__}. Install one version on all machines."
        )


def _check_state(state: Any) -> None:
    """Raise a TypeError unless it is a state."""
    if isinstance(state, pa.RecordBatch):
        return
    way = " state_from_bytes makes one of bytes." if isinstance(state, bytes | bytearray | memoryview) else ""
    raise TypeError(
        f"A state that textvec.distributed.partial or merge returned is expected, but {type(state).__name__} came.{way}"
    )
