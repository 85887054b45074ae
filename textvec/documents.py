"""Documents in whatever shape they come, to one Arrow column of strings.

Everything that holds one text per item is welcome: a list, a generator, a NumPy, pandas, polars or Arrow column, a
table of one column. What would be read wrongly without a word is refused with the way out: a single string, a table
of several columns (scikit-learn reads its column names), missing values, numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

Documents = Any  # an iterable of str, or a column of them from NumPy, pandas, polars or Arrow


def listed(documents: Documents) -> list[Any] | pa.Array:
    """Return the documents as a list, or as they are where they are an Arrow array already.

    Raises
    ------
    ValueError
        If there is one string only, or a table of several columns.
    TypeError
        If the documents cannot be iterated over.
    """
    if isinstance(documents, str | bytes):
        raise ValueError(
            "Iterable over raw text documents expected, string object received. Put a single document in a list."
        )
    if isinstance(documents, list):
        return documents
    documents = _only_column(documents)
    if isinstance(documents, pa.ChunkedArray):
        return documents.combine_chunks()
    if isinstance(documents, pa.Array):
        return documents
    if hasattr(documents, "to_arrow"):  # polars
        return documents.to_arrow()
    if not isinstance(documents, Iterable):
        raise TypeError(f"Iterable over raw text documents expected, {type(documents).__name__} received.")
    return list(documents)


def as_strings(documents: Documents) -> pa.LargeStringArray:
    """Return the documents as one Arrow array of strings without missing values.

    Parameters
    ----------
    documents : iterable of str, or a column of strings
        See `listed`.

    Returns
    -------
    LargeStringArray of shape (n_documents,)
        UTF-8 text in one buffer; shared with the input where that is such an array already.

    Raises
    ------
    ValueError
        If documents are missing (None, NaN, NA) or hold a lone surrogate.
    TypeError
        If a document is not a string.
    """
    documents = listed(documents)
    if isinstance(documents, pa.Array):
        if pa.types.is_dictionary(documents.type):
            documents = documents.dictionary_decode()
        if documents.null_count:
            _refuse_missing(documents.to_pylist())
        if not _is_string(documents.type) and len(documents):
            raise TypeError(f"Documents must be strings, but this Arrow column is of type {documents.type}.")
        return documents.cast(pa.large_string())
    try:
        # Arrow takes bytes for text, and None for missing: both would pass in silence.
        if all(type(d) is str for d in documents):
            # Arrow's own pool would take, and keep, twice the memory while the buffer grows.
            return pa.array(documents, pa.large_string(), memory_pool=pa.system_memory_pool())
        _refuse_others(documents)
        return pa.array([str(d) for d in documents], pa.large_string())
    except UnicodeEncodeError:
        _refuse_surrogates(documents)
        raise


def _is_string(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _only_column(documents: Any) -> Any:
    """Return the one column of a table, and anything that is no table as it is."""
    if isinstance(documents, Mapping):
        raise ValueError(
            "An iterable of documents was expected, but a mapping was given, whose items are its keys. "
            "Pass its values: list(mapping.values())."
        )
    shape: tuple[int, ...] = getattr(documents, "shape", ())
    if len(shape) < 2:
        return documents
    if len(shape) > 2 or shape[1] != 1:
        columns = getattr(documents, "column_names", getattr(documents, "columns", ()))  # Arrow; pandas and polars
        names = f" ({', '.join(repr(str(name)) for name in list(columns)[:5])})" if len(columns) else ""
        raise ValueError(
            f"One column of documents was expected, but a table of {shape[1]} columns{names} was given. Pass the "
            "column that holds the text, or give each column a transformer of its own with "
            "sklearn.compose.ColumnTransformer."
        )
    if isinstance(documents, pa.Table | pa.RecordBatch):
        return documents.column(0)
    return documents.iloc[:, 0] if hasattr(documents, "iloc") else documents[:, 0]


def _is_missing(document: Any) -> bool:
    """Tell None, NaN, pandas' NA and NaT, none of which equals itself."""
    if document is None:
        return True
    try:
        return not bool(document == document)
    except (TypeError, ValueError):  # NA has no truth value, an array has several
        return type(document).__name__ == "NAType"


def _refuse_missing(documents: list[Any]) -> None:
    missing = [i for i, d in enumerate(documents) if _is_missing(d)]
    if missing:
        raise ValueError(
            f"{len(missing)} of {len(documents)} documents are missing, the first at position {missing[0]}: "
            f"{documents[missing[0]]!r} (np.nan is an invalid document, expected byte or unicode string). "
            "Drop these rows, or put '' in their place."
        )


def _refuse_others(documents: list[Any]) -> None:
    if all(isinstance(d, str) for d in documents):
        return
    _refuse_missing(documents)
    i, other = next((i, d) for i, d in enumerate(documents) if not isinstance(d, str))
    hint = " Decode it first: document.decode('utf-8')." if isinstance(other, bytes) else ""
    raise TypeError(f"Documents must be strings, but document {i} is of type {type(other).__name__}.{hint}")


def _refuse_surrogates(documents: list[Any]) -> None:
    for i, document in enumerate(documents):
        try:
            document.encode()
        except UnicodeEncodeError as error:
            raise ValueError(
                f"Document {i} holds the lone surrogate {document[error.start]!r} at character {error.start}, which "
                "stands for no character. Read the text with errors='replace', or clean it: "
                "document.encode('utf-8', 'replace').decode()."
            ) from None
