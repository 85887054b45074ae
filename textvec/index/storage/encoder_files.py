"""What of an encoder goes into the folder of an index: the encoder, its description for queries, frozen frequencies.

Tested in tests/index/storage/test_folder.py.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from textvec.encoders.encode import TRANSFORMER, kind_of, name_of
from textvec.index.storage.mapped import write_array

if TYPE_CHECKING:
    from textvec.encoders.query_encoder import QueryEncoder


class EncoderWriters(NamedTuple):
    """What writes the files of an encoder, each to a path; None for a file that there is not.

    Attributes
    ----------
    file : callable or None
        Writes the encoder.
    query_file : callable or None
        Writes its description for queries.
    frequencies : callable or None
        Writes the document frequencies of its terms, where BM25 keeps those of `fit`.
    """

    file: Callable[[Path], None] | None = None
    query_file: Callable[[Path], None] | None = None
    frequencies: Callable[[Path], None] | None = None


EncoderFiles = tuple[dict[str, Any], EncoderWriters]
"""What the manifest says of an encoder, and what writes its files."""
NAMES = {"file": "encoder-{}.textvec", "query_file": "query-{}.textvec", "frequencies": "frequencies-{}.npy"}
"""What the files are called, with the number of the change that wrote them."""
PREFIXES = {"encoder": "", "dense_encoder": "dense_"}
"""What those names begin with, by the field of the manifest: an index of words and vectors has two encoders."""


def encoder_files(
    encoder: Any, documents: Any, caller: str, frequencies: Any = None, before: QueryEncoder | None = None
) -> EncoderFiles:
    """Return what the manifest says of an encoder, and what writes its files.

    Parameters
    ----------
    encoder : transformer, callable or "precomputed"
    documents : column of strings, lists of words, or other documents
        What it encoded, see `encoders.query_description.describe`.
    caller : str
        Whose errors these are.
    frequencies : ndarray of int64 of shape (n_terms,), optional
        The document frequencies of its terms, where BM25 keeps those of `fit`.
    before : QueryEncoder, optional
        Of the encoder before it learnt words of these documents.
    """
    about = {"kind": kind_of(encoder, caller), "name": name_of(encoder), "file": None}
    about |= {"query_file": None, "query_reason": None, "frequencies": None}
    if about["kind"] != TRANSFORMER:
        return about, EncoderWriters()
    from textvec.encoders.query_description import describe  # these import scikit-learn, which a query does without
    from textvec.index.storage.query_file import write_query_file
    from textvec.persistence import save

    steps, about["query_reason"] = describe(encoder, documents, before)
    write_description = None if steps is None else partial(write_query_file, steps=steps)
    write_frequencies = None if frequencies is None else partial(write_array, array=frequencies)
    return about, EncoderWriters(partial(save, encoder), write_description, write_frequencies)
