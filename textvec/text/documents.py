"""Documents in whatever shape they come, to one Arrow column of strings.

Everything that holds one text per item is welcome: a list, a generator, a NumPy, pandas, polars or Arrow column, a
table of one column. What would silently be read wrongly is refused, and the error says what to do instead:
a single string, a table of several columns (scikit-learn reads its column names), missing values, numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import repeat
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from textvec._common.offsets import offsets_of
from textvec._common.spread import refuse_spread
from textvec.text.rows import field_names, fields_remedy

DocumentsLike = Any  # an iterable of str, or a column of them from NumPy, pandas, polars or Arrow


def column_of(documents: DocumentsLike) -> Any:
    """Return the one column of a table, an Arrow array where the text is in one already, a list, or any other iterable.

    What is in Arrow's format already is not copied: Arrow, pandas and polars columns of strings. A generator, an open
    file or a RecordBatchReader is returned unread.

    Parameters
    ----------
    documents : iterable of str, or a column of strings
        Or a table with one column: from pandas, polars, NumPy, Arrow, or anything that exports itself as an Arrow
        array or stream.

    Returns
    -------
    list, pyarrow.Array, pyarrow.ChunkedArray, pyarrow.RecordBatchReader or other iterable

    Raises
    ------
    ValueError
        If there is one string only, a mapping, or a table of several columns.
    TypeError
        If the documents cannot be iterated over, or lie in pieces.
    """
    if isinstance(documents, list | pa.Array | pa.ChunkedArray):
        return documents
    refuse_spread(documents)
    shape = getattr(documents, "shape", None)
    if isinstance(documents, str | bytes | bytearray | memoryview) or (shape == () and hasattr(documents, "tolist")):
        raise ValueError(
            "Iterable over raw text documents expected, string object received. Put a single document in a list."
        )
    if isinstance(documents, Mapping):
        raise ValueError(
            "An iterable of documents was expected, but a mapping was given, whose items are its keys. "
            "Pass its values: list(mapping.values())."
        )
    if isinstance(documents, pa.RecordBatchReader):
        _check_one_column(len(documents.schema), documents.schema.names)
        return documents
    if shape is not None and len(shape) > 1:
        if len(shape) > 2:
            raise ValueError(f"One column of documents was expected, but an array of shape {shape} was given.")
        _check_one_column(shape[1], getattr(documents, "column_names", getattr(documents, "columns", ())))
        if hasattr(documents, "tolist") or hasattr(documents, "iloc"):  # NumPy; pandas
            documents = documents.iloc[:, 0] if hasattr(documents, "iloc") else documents.reshape(len(documents))
    names = getattr(getattr(documents, "dtype", None), "names", None)
    if names:  # of a structured array, which has one dimension
        _check_one_column(len(names), names)
        documents = documents[names[0]]
    if hasattr(documents, "tolist"):  # NumPy and pandas, which offers Arrow's protocols for columns of anything
        array: Any = getattr(documents, "array", documents)  # of a Series or Index
        kind = getattr(array, "dtype", None)
        in_arrow = hasattr(kind, "pyarrow_dtype") or getattr(kind, "storage", None) == "pyarrow"
        return array.__arrow_array__() if in_arrow else documents.tolist()
    if hasattr(documents, "__arrow_c_stream__"):
        return _from_struct(pa.chunked_array(documents))
    if hasattr(documents, "__arrow_c_array__") or hasattr(documents, "__arrow_array__"):
        return _from_struct(pa.array(documents))
    if not isinstance(documents, Iterable):
        raise TypeError(f"Iterable over raw text documents expected, {type(documents).__name__} received.")
    return documents


def listed(documents: DocumentsLike) -> list[Any] | pa.Array:
    """Return the documents as a list, or as one array where they are an Arrow column already.

    Raises
    ------
    ValueError
        If there is one string only, or a table of several columns.
    TypeError
        If the documents cannot be iterated over.
    """
    documents = column_of(documents)
    if isinstance(documents, list | pa.Array):
        return documents
    if isinstance(documents, pa.RecordBatchReader):
        documents = documents.read_all().column(0)
    if not isinstance(documents, pa.ChunkedArray):
        return list(documents)
    if documents.num_chunks == 1:
        return documents.chunk(0)
    # The offsets of a `string` end at 2 GB, which all chunks together may pass.
    return (documents.cast(pa.large_string()) if pa.types.is_string(documents.type) else documents).combine_chunks()


def as_strings(
    documents: DocumentsLike, missing: str = "error", first: int = 0, reader: str | None = None
) -> pa.LargeStringArray:
    """Return the documents as one Arrow array of strings without missing values.

    Parameters
    ----------
    documents : iterable of str, or a column of strings
        See `column_of`.
    missing : {"error", "empty"}, default="error"
        Whether to refuse missing documents (None, NaN, NA, NaT, null), or to take them for empty ones.
    first : int, default=0
        The position that errors give to the first document, where documents are read in pieces.
    reader : str, optional
        See `refuse_missing`.

    Returns
    -------
    LargeStringArray of shape (n_documents,)
        UTF-8 text in one buffer; shared with the input where that is an Arrow array of strings already.

    Raises
    ------
    ValueError
        If documents are missing, unless `missing="empty"`, or hold a lone surrogate.
    TypeError
        If a document is not a string.
    """
    documents = listed(documents)
    if isinstance(documents, pa.Array):
        return _as_strings_arrow(documents, missing, first, reader)
    try:
        # Arrow takes bytes for text, and None for missing: both would pass silently.
        if set(map(type, documents)) <= {str}:
            # Arrow's own pool would take, and keep, twice the memory while the buffer grows.
            return pa.array(documents, pa.large_string(), memory_pool=pa.system_memory_pool())
        if missing == "empty":
            documents = ["" if is_missing(document) else document for document in documents]
        _refuse_others(documents, first, reader)
        return pa.array(map(str.__str__, documents), pa.large_string())
    except UnicodeEncodeError:
        _refuse_surrogates(documents, first)
        raise


def _as_strings_arrow(documents: pa.Array, missing: str, first: int, reader: str | None) -> pa.LargeStringArray:
    if pa.types.is_dictionary(documents.type):
        documents = _decoded(documents)
    if missing == "error":
        refuse_missing(documents, first, reader)
    if not is_string(documents.type) and documents.null_count < len(documents):
        raise TypeError(f"Documents must be strings, but this Arrow column is of type {documents.type}.")
    strings = _with_wide_offsets(documents)
    return strings.fill_null("") if strings.null_count else strings


def _decoded(array: pa.DictionaryArray) -> pa.Array:
    words = array.dictionary
    # Arrow cannot take from a string_view, which polars' categories are.
    return (_with_wide_offsets(words) if pa.types.is_string_view(words.type) else words).take(array.indices)


def _with_wide_offsets(strings: pa.Array) -> pa.LargeStringArray:
    try:
        return strings.cast(pa.large_string())
    except pa.ArrowNotImplementedError:  # of string_view, in older releases of Arrow
        return pa.array(strings.to_pylist(), pa.large_string())


def is_string(kind: pa.DataType) -> bool:
    """Tell whether an Arrow type is one of strings."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _check_one_column(n_columns: int, names: Iterable[Any]) -> None:
    if n_columns != 1:
        shown = ", ".join(repr(str(name)) for name in list(names)[:5])
        raise ValueError(
            f"One column of documents was expected, but a table of {n_columns} columns{f' ({shown})' if shown else ''} "
            "was given. Pass the column that holds the text, or give each column a transformer of its own with "
            "sklearn.compose.ColumnTransformer."
        )


def _from_struct(column: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Return the one column of a table, which Arrow's protocols hand over as an array of its rows."""
    if not pa.types.is_struct(column.type):
        return column
    _check_one_column(column.type.num_fields, [field.name for field in column.type])
    return column.flatten()[0]


def check_missing(estimator: Any) -> None:
    """Raise an error unless the `missing` parameter of an estimator is one that `as_strings` knows."""
    missing = estimator.missing
    if not isinstance(missing, str) or missing not in ("error", "empty"):
        raise ValueError(f"{type(estimator).__name__}: missing must be 'error' or 'empty', but it is {missing!r}.")


def is_missing(document: Any) -> bool:
    """Tell None, NaN, pandas' NA and NaT, none of which equals itself."""
    if document is None:
        return True
    try:
        return not bool(document == document)
    except (TypeError, ValueError):  # NA has no truth value, an array has several
        return type(document).__name__ == "NAType"


_END = object()  # comes after the last document


def with_empty(documents: Iterable[Any]) -> Iterator[Any]:
    """Yield documents with an empty one for each that is missing: "", or [] if the first that is there is a list."""
    iterator = iter(documents)
    n_missing, first = 0, next(iterator, _END)
    while is_missing(first):
        n_missing, first = n_missing + 1, next(iterator, _END)
    empty: Any = [] if isinstance(first, list | tuple | np.ndarray) else ""
    yield from repeat(empty, n_missing)
    if first is not _END:
        yield first
    del first  # or it would stay until the last one is there
    for document in iterator:
        yield empty if is_missing(document) else document


def with_empty_lists(lists: pa.Array) -> pa.Array:
    """Return an Arrow array of lists with empty lists for those that are null."""
    if not lists.null_count:
        return lists
    offsets = offsets_of(pc.list_value_length(lists).fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64))
    return pa.LargeListArray.from_arrays(offsets, lists.flatten())


def refuse_missing(
    documents: list[Any] | pa.Array | pa.ChunkedArray, first: int = 0, reader: str | None = None
) -> None:
    """Raise an error that counts the missing documents, if there are any.

    Parameters
    ----------
    documents : list or Arrow array
    first : int, default=0
        The position of the first of them.
    reader : str, optional
        Which `missing='empty'` would help, as errors shall say it: "Tokenizer(missing='empty')"; None if none would.
    """
    places: Any
    if isinstance(documents, list):
        if set(map(type, documents)) <= {str}:
            return
        places = [i for i, document in enumerate(documents) if is_missing(document)]
    else:
        arrays = documents.chunks if isinstance(documents, pa.ChunkedArray) else [documents]
        if pa.types.is_dictionary(documents.type) and any(array.dictionary.null_count for array in arrays):
            arrays = [_decoded(array) for array in arrays]
        if not any(array.null_count for array in arrays):
            return
        places = np.flatnonzero(np.concatenate([array.is_null().to_numpy(zero_copy_only=False) for array in arrays]))
    if len(places):
        example = documents[int(places[0])] if isinstance(documents, list) else None
        raise ValueError(
            f"{len(places)} of {first + len(documents)} documents are missing, the first at position "
            f"{first + places[0]}: {example!r} (np.nan is an invalid document, expected byte or unicode string). "
            + (
                f"Drop these rows, or take them for empty documents: {reader}."
                if reader
                else "Drop these rows, or put empty documents in their place, '' or []."
            )
        )


def _refuse_others(documents: list[Any], first: int, reader: str | None) -> None:
    if all(isinstance(document, str) for document in documents):
        return
    refuse_missing(documents, first, reader)
    i, other = next((i, d) for i, d in enumerate(documents, first) if not isinstance(d, str))
    hint = " Decode it first: document.decode('utf-8')." if isinstance(other, bytes) else ""
    names = field_names(other)
    if names is not None:
        hint = f" It is a row of a table. {fields_remedy(names)}"
    raise TypeError(f"Documents must be strings, but document {i} is of type {type(other).__name__}.{hint}")


def _refuse_surrogates(documents: list[Any], first: int) -> None:
    for i, document in enumerate(documents, first):
        try:
            document.encode()
        except UnicodeEncodeError as error:
            raise ValueError(
                f"Document {i} holds the lone surrogate {document[error.start]!r} at character {error.start}, which "
                "stands for no character. Read the text with errors='replace', or clean it: "
                "document.encode('utf-8', 'replace').decode()."
            ) from None
