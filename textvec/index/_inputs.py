"""What users give to an index, as Arrow columns: documents, ids and metadata, with the vectors of the documents.

Tested in tests/index/test_cosine_index.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from textvec.encoders.encode import documents_for, encode, is_precomputed
from textvec.encoders.vectors import count, joined
from textvec.index._documents import Documents, Passages
from textvec.index._ids import Id, as_ids, check_same_labels, ids_for
from textvec.readers.column_types import MixedError, one_type
from textvec.text.documents import as_strings, is_string
from textvec.text.tokens import Tokens


def encoded_documents(
    documents: Any,
    ids: Iterable[Id] | None,
    metadata: Any,
    encoder: Any,
    chunker: Any,
    *,
    fit: bool,
    caller: str,
    unit: bool,
    like: pa.Table | None = None,
) -> Documents:
    """Encode documents, and put them together with what belongs to them.

    Parameters
    ----------
    documents, ids, metadata : object
        As `fit` of an index takes them; documents without ids and labels are numbered 0, 1, 2, ...
    encoder : transformer, callable or "precomputed"
    chunker : Chunker or None
    fit : bool
        Whether the encoder learns from the documents first.
    caller : str
        Whose errors these are.
    unit : bool
        Whether sparse vectors get the length 1.
    like : pyarrow.Table, optional
        Whose columns the metadata get.
    """
    given = documents_for(encoder, documents, caller)
    check_same_labels(documents, metadata, "metadata")
    check_same_labels(documents, ids, "ids")
    n = count(given)
    table = as_metadata(metadata, n, like)
    keys = ids_for(documents, n) if ids is None else as_ids(ids, n)
    contents = pa.nulls(n) if is_precomputed(encoder) else as_documents(given)
    passages = None
    if chunker is not None:
        if not pa.types.is_large_string(contents.type):
            raise TypeError("A chunker cuts texts into passages, but the documents are no texts.")
        passages = Passages(*chunker.spans(contents))
        given = passages.texts(contents)
    items = "documents" if passages is None else "passages"
    vectors = encode(encoder, given, fit=fit, caller=caller, items=items, unit=unit)
    if is_precomputed(encoder):  # the caller's own array, which may be filled anew for the next documents
        vectors = joined([vectors])
    return Documents(keys, contents, table, passages, vectors)


def as_documents(documents: Any) -> pa.Array:
    """Return documents as an Arrow array: of large strings, of lists of strings, or of whatever else they are."""
    if isinstance(documents, Tokens):
        documents = documents.to_arrow()
        words = documents.values.cast(pa.large_string())
        return pa.LargeListArray.from_arrays(documents.offsets, words)
    if isinstance(documents, pa.Array):
        kind = documents.type.value_type if pa.types.is_dictionary(documents.type) else documents.type
        return as_strings(documents) if is_string(kind) else documents
    if all(isinstance(document, str) for document in documents):
        return as_strings(list(documents))
    try:
        if documents and isinstance(documents[0], list | tuple | np.ndarray):
            return pa.array(documents, pa.large_list(pa.large_string()))
        return pa.array(documents)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise TypeError(
            f"An index holds texts, lists of words, numbers or None, all of one kind, but these documents are not: "
            f"{error}."
        ) from None


def as_metadata(metadata: Any, n_documents: int, like: pa.Table | None = None) -> pa.Table | None:
    """Return metadata as an Arrow table, with the columns of another one if that is given.

    Raises
    ------
    ValueError
        If there are not as many rows as documents, or the columns are not those of the other table.
    """
    if metadata is None:
        return None if like is None else like.schema.empty_table().take(pa.nulls(n_documents, pa.int64()))
    table = _table(metadata)
    if len(table) != n_documents:
        raise ValueError(f"A row of metadata for each document was expected, but {len(table)} came for {n_documents}.")
    if len(set(table.column_names)) < len(table.column_names):
        raise ValueError("The columns of metadata must have distinct names.")
    if like is None:
        return table
    strange = [name for name in table.column_names if name not in like.column_names]
    if strange:
        raise ValueError(
            f"The metadata of this index has the columns {', '.join(map(repr, like.column_names))}, but not "
            f"{', '.join(map(repr, strange))}."
        )
    missing = [name for name in like.column_names if name not in table.column_names]
    for name in missing:
        table = table.append_column(name, pa.nulls(n_documents))
    for i, name in enumerate(table.column_names):
        if table.column(i).null_count == n_documents:  # nulls fit every type, but those of strings are not cast to all
            table = table.set_column(i, name, pa.nulls(n_documents, like.schema.field(name).type))
    try:
        return table.select(like.column_names).cast(like.schema)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise ValueError(f"The metadata does not fit the types of this index's: {error}.") from None


def _table(metadata: Any) -> pa.Table:
    try:
        if isinstance(metadata, pa.Table):
            table = metadata
        elif hasattr(metadata, "iloc"):  # pandas
            table = pa.Table.from_pandas(metadata, preserve_index=False)
        elif hasattr(metadata, "__arrow_c_stream__"):  # polars, and whoever else speaks Arrow
            table = pa.table(metadata)
        elif isinstance(metadata, Mapping):
            table = pa.table({name: _column(values, name) for name, values in metadata.items()})
        else:
            rows = list(metadata)
            names = dict.fromkeys(name for row in rows for name in row.keys())  # noqa: SIM118 - what has no keys is no row
            table = pa.table({name: _column([row.get(name) for row in rows], name) for name in names})
    except (pa.ArrowInvalid, pa.ArrowTypeError, TypeError, AttributeError, ValueError, OverflowError) as error:
        raise ValueError(
            "Metadata must be a table with a row for each document (a DataFrame, an Arrow table, a mapping of columns, "
            f"a list of dicts), but it could not be read as one: {error}"
        ) from None
    for i, field in enumerate(table.schema):
        if "string_view" in str(field.type):  # of polars: Arrow cannot take from them, alone or within others
            kind = pa.large_string()
            if pa.types.is_list(field.type) or pa.types.is_large_list(field.type):
                kind = pa.large_list(kind)
            table = table.set_column(i, field.name, pa.chunked_array([table.column(i).to_pylist()], kind))
    return table.replace_schema_metadata().combine_chunks()


def _column(values: Any, name: Any) -> Any:
    """Return a column of metadata; one of Python's values has the type that `readers.column_types` says."""
    if isinstance(values, pa.Array | pa.ChunkedArray) or hasattr(values, "dtype"):
        return values
    try:
        return one_type(list(values))
    except MixedError as error:
        raise TypeError(f"column {name!r} has {error}; turn them into one type, such as strings") from None
