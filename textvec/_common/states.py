"""States: what a part of the documents has taught, in a form that any engine can carry from machine to machine.

A state is an Arrow record batch of one row. A number is a column; an array is a list in its column, so that the whole
is one message without a copy, whatever carries it: Dask, Ray, a column of Spark, a file.

Tested in tests/_common/test_states.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa


def make_state(**fields: Any) -> pa.RecordBatch:
    """Return a state of numbers, arrays of numbers and Arrow arrays, such as words.

    Examples
    --------
    >>> import numpy as np
    >>> from textvec._common.states import field, make_state
    >>> state = make_state(n_documents=3, frequencies=np.array([1, 3]))
    >>> field(state, "n_documents"), field(state, "frequencies")
    (3, array([1, 3]))
    """
    return pa.RecordBatch.from_arrays([_column(value) for value in fields.values()], names=list(fields))


def field(state: pa.RecordBatch, name: str) -> Any:
    """Return a field of a state: a number, an ndarray without a copy of numbers, or, of strings, an Arrow array."""
    column = state.column(name)
    if not pa.types.is_large_list(column.type):
        return column[0].as_py()
    values = column.flatten()
    return values.to_numpy(zero_copy_only=False) if pa.types.is_primitive(values.type) else values


def _column(value: Any) -> pa.Array:
    if isinstance(value, np.ndarray):
        value = pa.array(value)
    if isinstance(value, pa.Array):
        return pa.LargeListArray.from_arrays(pa.array([0, len(value)], pa.int64()), value)
    return pa.array([value])


def words_to_arrow(words: Sequence[Any]) -> pa.Array:
    """Return strings as bytes, which sort as the strings do, and may hold half of a surrogate pair.

    Raises
    ------
    TypeError
        If one is no string.
    """
    other = next((word for word in words if not isinstance(word, str)), None)
    if other is not None:
        raise TypeError(
            f"Only terms that are strings can be put together from several parts of the documents, but {other!r:.80} "
            f"is of type {type(other).__name__}."
        )
    try:
        return pa.array(words, pa.large_string()).cast(pa.large_binary())
    except UnicodeEncodeError:
        return pa.array([word.encode("utf-8", "surrogatepass") for word in words], pa.large_binary())


def words_from_arrow(words: pa.Array) -> list[str]:
    """Return the strings of `words_to_arrow`."""
    try:
        strings: list[str] = words.cast(pa.large_string()).to_pylist()
    except pa.ArrowInvalid:
        return [word.decode("utf-8", "surrogatepass") for word in words.to_pylist()]
    return strings


def to_bytes(state: pa.RecordBatch) -> bytes:
    """Return a state as a stream of Arrow, which `from_bytes` reads."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, state.schema) as writer:
        writer.write_batch(state)
    return bytes(sink.getvalue())


def from_bytes(stream: bytes) -> pa.RecordBatch:
    """Return the state that `to_bytes` wrote; its arrays lie in these bytes."""
    return pa.ipc.open_stream(stream).read_next_batch()
