"""Files of Arrow tables: written as one batch, and read as what is mapped into memory, without a copy.

A few bytes may ask for any memory: compressed buffers say how large they become, and a list of a billion nulls has no
buffer at all. An index writes neither, and refuses both. Arrow reads both and does not tell before, so that is looked
up in its messages, which are tables in the format of FlatBuffers.

Tested in tests/index/storage/test_arrow_files.py.

References
----------
https://arrow.apache.org/docs/format/Columnar.html, and format/Message.fbs in Arrow's repository, version 1.5.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from textvec.index.storage.mapped import sync

MAGIC = b"ARROW1\0\0"
"""How an Arrow file begins. A stream of messages follows, and a list of where they are, which is not needed to read all
of them one after the other."""
MAX_VALUES_PER_BYTE = 64
"""Of a table with more values than this for each byte of its file, most are nulls of lists: nothing in the file, but
objects in Python. Other values take one bit at least, so that none but lists of hundreds of nulls are refused."""
_HEADER, _DATA, _NODES, _COMPRESSION = 2, 1, 1, 3
"""Numbers of fields: of a message its header, of a dictionary its batch, of a batch the lengths of its columns and of
what is in them, and how its buffers are compressed."""


def table_in(content: pa.Buffer) -> pa.Table:
    """Return the table in the bytes of an Arrow file, whose columns are not validated yet.

    Raises
    ------
    Exception
        Of any kind, if the bytes are none that `write_table` writes.
    """
    if memoryview(content)[: len(MAGIC)] != MAGIC:
        raise ValueError("it is no Arrow file")
    messages = content.slice(len(MAGIC))
    for message in pa.ipc.MessageReader.open_stream(messages):
        if message.type != "schema":
            _check_batch(message, MAX_VALUES_PER_BYTE * content.size)
    table = pa.ipc.open_stream(messages).read_all()
    table.validate()
    return table


def write_table(path: Path, table: pa.Table) -> None:
    """Write a table to a new file, as one batch."""
    table = table.combine_chunks()
    with path.open("xb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table, max_chunksize=max(len(table), 1))
        if not len(table):
            writer.write_batch(pa.RecordBatch.from_pylist([], table.schema))
    sync(path)


def _check_batch(message: Any, max_values: int) -> None:
    """Raise ValueError if a message, which Arrow has verified, holds a batch that takes more memory than the file."""
    data = message.metadata
    batch = _table(data, _field(data, _table(data, 0), _HEADER))
    if message.type == "dictionary":
        batch = _table(data, _field(data, batch, _DATA))
    elif message.type != "record batch":
        raise ValueError(f"it holds a {message.type}, which the files of an index do not")
    if _field(data, batch, _COMPRESSION):
        raise ValueError("it is compressed, which the files of an index never are")
    nodes = _table(data, _field(data, batch, _NODES))
    (n_nodes,) = struct.unpack_from("<I", data, nodes)
    lengths = np.frombuffer(data, "<i8", 2 * n_nodes, nodes + 4)[::2]  # the others are numbers of nulls
    if lengths.max(initial=0) > max_values:
        raise ValueError(f"it announces {lengths.max():,} values, which do not fit into a file of its size")


def _table(data: pa.Buffer, position: int) -> int:
    """Return where the FlatBuffers table is that a position leads to."""
    (offset,) = struct.unpack_from("<I", data, position)
    return position + int(offset)


def _field(data: pa.Buffer, table: int, number: int) -> int:
    """Return where a field of a table is, or 0 if the table does not have it."""
    (to_offsets,) = struct.unpack_from("<i", data, table)
    offsets = table - to_offsets
    size, _ = struct.unpack_from("<HH", data, offsets)
    entry = 4 + 2 * number
    if entry >= size:
        return 0
    (offset,) = struct.unpack_from("<H", data, offsets + entry)
    return table + int(offset) if offset else 0
