"""Parquet cut into row groups: the columns that are wanted, and files that are alike."""

import pyarrow as pa
import pytest
from pyarrow import parquet

from support.spread import table_of, texts_of
from textvec.engines import Files
from textvec.readers import ReadError


@pytest.fixture
def files(tmp_path, table):
    parquet.write_table(pa.table(table), tmp_path / "a.parquet", row_group_size=4)
    parquet.write_table(pa.table(table).slice(0, 0), tmp_path / "b.parquet")
    parquet.write_table(pa.table(table).slice(0, 3), tmp_path / "c.pq")
    return tmp_path


@pytest.mark.parametrize(("n_bytes", "n_pieces"), [(1, 8 + 1 + 1), (1 << 26, 3)])
def test_row_groups_make_pieces(files, table, n_bytes, n_pieces):
    pieces = Files(files, bytes_per_piece=n_bytes).pieces(columns=["y", "id"])
    assert [piece.number for piece in pieces] == list(range(n_pieces))
    found = [table_of(piece.read()) for piece in pieces]
    assert [number for number, _, _ in found] == list(range(n_pieces))
    for name in ("text", "y", "id"):
        assert [each for _, _, columns in found for each in columns[name]] == table[name] + table[name][:3]
    assert {tuple(columns) for _, _, columns in found} == {("text", "y", "id")}
    assert [text for _, texts, _ in found for text in texts] == table["text"] + table["text"][:3]


def test_pieces_have_about_as_many_bytes_as_asked_for(files):
    sizes = [len(piece.groups) for piece in Files(files / "a.parquet", bytes_per_piece=500).pieces()]
    assert sum(sizes) == 8
    assert max(sizes) > 1
    assert len(sizes) > 1


def test_only_what_is_wanted_is_read(files):
    assert Files(files).pieces()[0].read().table.column_names == ["text"]
    assert Files(files, "id").pieces()[0].read().table.column_names == ["id"]
    assert Files(files, "id").pieces("text", ["text"])[0].read().table.column_names == ["text"]


@pytest.mark.parametrize(
    ("other", "message"),
    [
        ({"body": ["x"]}, r"Column 'text' is not in .*z\.parquet. Its columns are: 'body'"),
        (
            {"text": [5], "y": [1]},
            r"different schemas: column 'text' is of type string in .*a\.parquet, and of type int64 in .*z\.",
        ),
        (
            {"text": ["x"], "y": ["no number"]},
            r"column 'y' is of type int64 in .*a\.parquet, and of type string in .*z",
        ),
        ({"text": ["x"]}, r"Column 'y' is not in .*z\.parquet"),
    ],
)
def test_schemas_that_differ(files, other, message):
    parquet.write_table(pa.table(other), files / "z.parquet")
    with pytest.raises(ReadError, match=message):
        Files(files).pieces(columns=["y"])


def test_types_of_text_are_alike(tmp_path):
    columns = [
        pa.array(["a", None], pa.large_string()),
        pa.array(["b"]).dictionary_encode(),
        pa.array([None, None], pa.null()),
        pa.array(["c"]),
    ]
    for i, column in enumerate(columns):
        parquet.write_table(pa.table({"text": column}), tmp_path / f"{i}.parquet")
    assert [texts_of(piece.read()) for piece in Files(tmp_path).pieces()] == [["a", None], ["b"], [None, None], ["c"]]


def test_several_columns_of_text(tmp_path):
    parquet.write_table(pa.table({"a": ["x"], "b": ["y"]}), tmp_path / "a.parquet")
    with pytest.raises(ReadError, match=r"Which column .*\. Name the one that does, or give it alone"):
        Files(tmp_path).pieces()


def test_what_is_no_text_or_no_parquet(tmp_path):
    parquet.write_table(pa.table({"n": [1], "text": ["x"]}), tmp_path / "a.parquet")
    with pytest.raises(ReadError, match=r"Column 'n' of .*a\.parquet is of type int64, not text"):
        Files(tmp_path, "n").pieces()
    (tmp_path / "b.parquet").write_bytes(b"PAR1 no")
    with pytest.raises(ReadError, match=r"b\.parquet is not a Parquet file, or a damaged one"):
        Files(tmp_path).pieces()


@pytest.mark.parametrize("row_group_size", [1, 9])
def test_a_file_that_is_written_anew_meanwhile(tmp_path, row_group_size):
    """Its row groups may be others: none of them is left out silently."""
    path = tmp_path / "a.parquet"
    parquet.write_table(pa.table({"text": ["red", "sea"]}), path)
    [piece] = Files(path).pieces()
    parquet.write_table(pa.table({"text": ["red", "sea", "blue"]}), path, row_group_size=row_group_size)
    with pytest.raises(ReadError, match=r"a\.parquet has changed since work began on it"):
        piece.read()
