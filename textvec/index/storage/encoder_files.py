"""What of an encoder goes into the folder of an index: the encoder, and its description for queries.

Tested in tests/index/storage/test_folder.py.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from textvec.encoders.encode import TRANSFORMER, kind_of, name_of
from textvec.index._collection import Collection


class EncoderWriters(NamedTuple):
    """What writes the files of an encoder, each to a path; None for a file that there is not.

    Attributes
    ----------
    file : callable or None
        Writes the encoder.
    query_file : callable or None
        Writes its description for queries.
    """

    file: Callable[[Path], None] | None = None
    query_file: Callable[[Path], None] | None = None


def encoder_files(encoder: Any, collection: Collection) -> tuple[dict[str, Any], EncoderWriters]:
    """Return what the manifest says of an encoder, and what writes its files.

    Parameters
    ----------
    encoder : transformer, callable or "precomputed"
    collection : Collection
        Whose documents it encoded.
    """
    about = {"kind": kind_of(encoder, "CosineIndex"), "name": name_of(encoder), "file": None}
    about |= {"query_file": None, "query_reason": None}
    if about["kind"] != TRANSFORMER:
        return about, EncoderWriters()
    from textvec.encoders.query_description import describe  # these import scikit-learn, which a query does without
    from textvec.index.storage.query_file import write_query_file
    from textvec.persistence import save

    documents = pa.chunked_array([live.segment.contents for live in collection.segments])
    steps, about["query_reason"] = describe(encoder, documents)
    write_description = None if steps is None else partial(write_query_file, steps=steps)
    return about, EncoderWriters(partial(save, encoder), write_description)
