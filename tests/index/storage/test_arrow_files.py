"""Tables of an index are read without a copy, and none that takes more memory than its file explains."""

import pyarrow as pa
import pytest

from support.saved_indexes import vouch_for
from textvec import CosineIndex
from textvec.index.errors import DamagedIndexError
from textvec.index.storage import arrow_files
from textvec.index.storage.mapped import mapped

TABLE = pa.table(
    {
        "text": ["red", None, "blue"],
        "list": [[1, 2], [], None],
        "kind": pa.array(["a", "b", "a"]).dictionary_encode(),
        "nulls": [[None] * 100, [], None],
    }
)


def written(path, table, **options):
    with pa.ipc.new_file(path, table.schema, options=pa.ipc.IpcWriteOptions(**options)) as writer:
        writer.write_table(table)


def test_a_table_is_read_as_it_was_written_and_lies_in_the_file(tmp_path):
    arrow_files.write_table(tmp_path / "t.arrow", TABLE)
    content = mapped(tmp_path / "t.arrow")
    before = pa.total_allocated_bytes()
    read = arrow_files.table_in(content)
    assert read.equals(TABLE)
    buffers = [buffer for column in read.columns for buffer in column.chunk(0).buffers() if buffer is not None]
    assert all(content.address <= each.address < content.address + content.size for each in buffers)
    assert pa.total_allocated_bytes() - before < content.size


def test_a_table_without_rows(tmp_path):
    arrow_files.write_table(tmp_path / "t.arrow", TABLE[:0])
    assert arrow_files.table_in(mapped(tmp_path / "t.arrow")).equals(TABLE[:0])


@pytest.mark.parametrize("codec", ["lz4", "zstd"])
@pytest.mark.parametrize("columns", [["text"], ["kind"], ["text", "list", "kind"]])
def test_compressed_buffers_are_refused(tmp_path, codec, columns):
    written(tmp_path / "t.arrow", TABLE.select(columns), compression=codec)
    with pytest.raises(ValueError, match="it is compressed"):
        arrow_files.table_in(mapped(tmp_path / "t.arrow"))


@pytest.mark.parametrize(
    "column",
    [
        pa.FixedSizeListArray.from_arrays(pa.nulls(3 << 28), 1 << 28),
        pa.ListArray.from_arrays(pa.array([0, 1 << 30, 1 << 30, 1 << 30], pa.int32()), pa.nulls(1 << 30)),
        pa.LargeListArray.from_arrays(
            pa.array([0, 1 << 30, 1 << 30, 1 << 30]), pa.RunEndEncodedArray.from_arrays(pa.array([1 << 30]), ["x"])
        ),
    ],
)
def test_lists_of_what_takes_no_room_in_the_file_are_refused(tmp_path, column):
    written(tmp_path / "t.arrow", pa.table({"list": column}))
    with pytest.raises(ValueError, match="values, which do not fit into a file of its size"):
        arrow_files.table_in(mapped(tmp_path / "t.arrow"))


@pytest.mark.parametrize("name", ["documents", "metadata"])
def test_a_forged_file_of_an_index_is_named(folder, name):
    path = folder / "segment-1-0" / f"{name}.arrow"
    table = arrow_files.table_in(mapped(path))
    written(path, table, compression="zstd")
    vouch_for(folder, f"segment-1-0/{name}.arrow")
    with pytest.raises(DamagedIndexError, match=rf"{name}\.arrow: it is compressed"):
        CosineIndex.open(folder)


@pytest.mark.parametrize("content", [b"", b"ARROW1", b"ARROW2\0\0", b"PAR1" * 8])
def test_what_is_no_arrow_file(content):
    with pytest.raises(ValueError, match="it is no Arrow file"):
        arrow_files.table_in(pa.py_buffer(content))
