"""Ids of documents: strings or 64-bit integers, as users give them, or the labels of pandas that documents have."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa

from textvec._common.numbers import is_integer
from textvec.text.documents import as_strings

Id = str | int


def id_list(ids: Any) -> list[Id]:
    """Return one id, or several, as a list of Python strings or integers.

    Raises
    ------
    TypeError
        If one is neither.
    """
    if not isinstance(ids, Iterable) or isinstance(ids, str | bytes):
        ids = [ids]
    plain: list[Id] = []
    for id_ in ids.to_pylist() if isinstance(ids, pa.Array | pa.ChunkedArray) else ids:
        if not isinstance(id_, str) and not is_integer(id_):
            raise TypeError(f"Ids must be all strings or all integers, but one is {id_!r:.60}.")
        plain.append(str.__str__(id_) if isinstance(id_, str) else int(id_))
    return plain


def as_ids(ids: Iterable[Id], n_documents: int) -> pa.Array:
    """Return the ids as an Arrow array of int64 or large_string.

    Raises
    ------
    ValueError
        If there are not as many as documents, or one is repeated.
    TypeError
        If they are neither all strings nor all integers.
    """
    import pyarrow.compute as pc  # takes longer than opening an index, which does not need it

    if not isinstance(ids, np.ndarray) or ids.dtype.kind != "i":
        ids = id_list(list(ids) if isinstance(ids, str) else ids)
        kinds = {type(id_) for id_ in ids}
        if kinds - {str} and kinds - {int}:
            names = ", ".join(sorted(kind.__name__ for kind in kinds))
            raise TypeError(f"Ids must be all strings or all integers, but these are of type {names}.")
    if len(ids) != n_documents:
        raise ValueError(f"One id for each document was expected, but {len(ids)} came for {n_documents}.")
    if isinstance(ids, list) and ids and isinstance(ids[0], str):
        array = as_strings(ids)
    else:
        try:
            array = pa.array(ids, pa.int64())
        except (OverflowError, pa.ArrowInvalid):
            raise ValueError("Ids that are integers must fit into 64 bits. Use strings for larger ones.") from None
    if pc.count_distinct(array).as_py() < len(array):
        counts = pc.value_counts(array)
        repeated = next(pair["values"].as_py() for pair in counts if pair["counts"].as_py() > 1)
        raise ValueError(f"Ids must be distinct, but {repeated!r} stands for several documents.")
    return array


def ids_for(documents: Any, n_documents: int) -> pa.Array:
    """Return the ids of documents that were given none: their labels, or else their positions."""
    labels = labels_of(documents)
    return as_ids(np.arange(n_documents), n_documents) if labels is None else labels


def labels_of(documents: Any) -> pa.Array | None:
    """Return the labels of a pandas Series or DataFrame as ids; None where they are 0, 1, 2, ..., or there are none.

    Raises
    ------
    ValueError
        If there are labels, but they cannot be ids.
    """
    index = _index_of(documents)
    if index is None or _is_default(index):
        return None
    try:
        return as_ids(index.tolist(), len(index))
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"The documents come with an index of pandas, {type(index).__name__}, whose labels would be the ids, but "
            f"cannot be: {error} Give ids, one for each document: ids=[...]; or drop the index, to number the "
            "documents 0, 1, 2, ...: documents.reset_index(drop=True)."
        ) from None


def check_same_labels(documents: Any, others: Any, name: str) -> None:
    """Raise an error if documents, and what goes with them by position, both have labels that are not the same.

    One of them may have none but 0, 1, 2, ..., as long as these are not the labels of the other in another order.

    Raises
    ------
    ValueError
        If rows would be put together that do not belong together.
    """
    mine, other = _index_of(documents), _index_of(others)
    if mine is None or other is None or len(mine) != len(other) or mine.equals(other):
        return
    if (_is_default(mine) or _is_default(other)) and set(mine.tolist()) != set(other.tolist()):
        return
    raise ValueError(
        f"The documents and the {name} have indexes of pandas that are not the same, such as {mine[0]!r} and "
        f"{other[0]!r} at the beginning. Put them in one order: {name}.loc[documents.index]; or, if they are already, "
        f"drop the index: {name}.to_numpy() of a Series, {name}.set_index(documents.index) of a DataFrame."
    )


def written_id(text: str, integers: bool) -> Id:
    """Return the id that a text stands for, among integers only if it is written as that integer is.

    So "008" and the digits of other scripts are no id of an index of integers, and no document is taken for another.

    Examples
    --------
    >>> written_id("8", integers=True), written_id("008", integers=True), written_id("8", integers=False)
    (8, '008', '8')
    """
    return int(text) if integers and re.fullmatch("0|-?[1-9][0-9]{0,18}", text) else text


def _index_of(table: Any) -> Any:
    """Return the index of a pandas Series or DataFrame; None of anything else."""
    return getattr(table, "index", None) if hasattr(table, "iloc") else None


def _is_default(index: Any) -> bool:
    """Tell whether an index is 0, 1, 2, ..., so that labels are positions."""
    numbers = np.asarray(index)
    return numbers.dtype.kind in "iu" and index.nlevels == 1 and bool((numbers == np.arange(len(numbers))).all())
